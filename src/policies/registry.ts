import type { Actor, Organization, OrganizationContext } from '../context'
import type { PolicySettings } from '../rules/policies'
import { readOnly } from '../storage/reading'
import { builtInPolicies } from './built-in/built-in'
import { evaluate, type Judgements, withoutWaiting } from './evaluation'
import { registerOwn } from './own'
import type {
  AcceptContext,
  CreateContext,
  Entering,
  Invited,
  Operation,
  Policy,
  ResendContext,
  RevokeContext,
} from './policy'

export type { Judgement, Judgements } from './evaluation'

/** The deployment's own policies of one operation, in the order in which they were registered. */
const createRegistry = <Context>() => {
  const policies: Policy<Context>[] = []
  return {
    policies: policies as readonly Policy<Context>[],
    /** Answers what takes the policy out again. */
    register: (policy: Policy<Context>): (() => void) => {
      if (policies.some(({ id }) => id === policy.id))
        throw new Error(`There is a policy ${policy.id} already`)
      policies.push(policy)
      return () => void policies.splice(policies.indexOf(policy), 1)
    },
  }
}

export const invitationPolicies = {
  create: createRegistry<CreateContext>(),
  resend: createRegistry<ResendContext>(),
  accept: createRegistry<AcceptContext>(),
  revoke: createRegistry<RevokeContext>(),
}
export type InvitationPolicies = typeof invitationPolicies

registerOwn(invitationPolicies)

/** Where an operation takes place, as the policies are told, and what it has switched on. */
export type PolicyPlace = Operation['organization'] & { policies: PolicySettings }

const placeOf = ({ id, name, slug, timeZone }: Operation['organization']): Operation['organization'] => ({
  id,
  name,
  slug,
  timeZone,
})

const actorOf = ({ kind, id, name, role }: Actor): Operation['actor'] => ({ kind, id, name, role })

type Within = Pick<OrganizationContext, 'db' | 'now' | 'actor'> & {
  organization: PolicyPlace | Organization
}

const operationIn = (
  { db, now, actor, organization }: Within,
  addresses: readonly string[],
  via?: Operation['via'],
): Operation => ({
  actor: actorOf(actor),
  organization: placeOf(organization),
  addresses,
  via: via ?? (actor.kind === 'user' ? 'form' : 'api'),
  now,
  read: readOnly(db),
})

type Creating = Pick<CreateContext, 'addresses' | 'role' | 'department' | 'teamIds'>

const evaluateCreating = (
  ctx: Within,
  builtIn: readonly Policy<CreateContext>[],
  { addresses, role, department, teamIds }: Creating,
  via?: 'import',
): Promise<Judgements> =>
  evaluate([...builtIn, ...invitationPolicies.create.policies], {
    ...operationIn(ctx, addresses, via),
    role,
    department,
    teamIds,
  })

/**
 * What becomes of each address that is to be invited. Where people are imported nothing waits and nobody is asked:
 * whoever needs approval is denied.
 */
export const evaluateCreate = async (
  ctx: Within,
  creating: Creating,
  via?: 'import',
): Promise<Judgements> => {
  const builtIn = builtInPolicies.create(ctx.organization.policies)
  const can = via !== 'import'
  return withoutWaiting(await evaluateCreating(ctx, builtIn, creating, via), { hold: can, approve: can })
}

/** The same of an invitation that is out and is to have another role; no mail leaves, so what would hold one says nothing. */
export const evaluateEdit = (ctx: Within, creating: Creating): Promise<Judgements> =>
  evaluateCreating(ctx, builtInPolicies.edit(ctx.organization.policies), creating)

/** What becomes of each address whose invitation is to be sent again; what needs approval now is denied. */
export const evaluateResend = async (ctx: Within, invitations: readonly Invited[]): Promise<Judgements> => {
  const addresses = invitations.map(({ address }) => address)
  const judgements = await evaluate(
    [...builtInPolicies.resend(ctx.organization.policies), ...invitationPolicies.resend.policies],
    { ...operationIn(ctx, addresses), invitations },
  )
  return withoutWaiting(judgements, { hold: true, approve: false })
}

/** Whether each address may have its invitation revoked. */
export const evaluateRevoke = async (ctx: Within, invitations: readonly Invited[]): Promise<Judgements> => {
  const addresses = invitations.map(({ address }) => address)
  const judgements = await evaluate(invitationPolicies.revoke.policies, {
    ...operationIn(ctx, addresses),
    invitations,
  })
  return withoutWaiting(judgements, { hold: false, approve: false })
}

type Accepting = {
  organization: PolicyPlace
  /** Who comes in: the account where there is one. */
  invitee: { id: string | null; name: string }
  invitation: Entering
  via: 'link' | 'sso'
}

/** Whether somebody may become a member, by an invitation or just in time; the one address is the key of the answer. */
export const evaluateAccept = async (
  { db, now }: Pick<OrganizationContext, 'db' | 'now'>,
  { organization, invitee, invitation, via }: Accepting,
): Promise<Judgements> => {
  const judgements = await evaluate(
    [...builtInPolicies.accept(organization.policies), ...invitationPolicies.accept.policies],
    {
      actor: { kind: 'invitee', ...invitee },
      organization: placeOf(organization),
      addresses: [invitation.address],
      via,
      now,
      read: readOnly(db),
      invitation,
    },
  )
  return withoutWaiting(
    judgements,
    { hold: false, approve: false },
    'Ask an admin for an invitation: another admin can approve that.',
  )
}
