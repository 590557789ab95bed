import type { OrganizationContext } from '../context'
import { invitationPolicies } from '../policies/registry'
import { findRole, type Role } from '../rules/permissions'
import { POLICY_KEYS, type PolicyKey, type PolicySettings } from '../rules/policies'
import { type PolicyForm, readPolicies } from '../rules/policy-settings'
import { type FieldErrors, refuse } from '../rules/refusals'
import { commitPolicies } from '../storage/policies'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

export type PolicyOperation = keyof typeof invitationPolicies
/** A policy of the deployment's own, and what it decides about. */
export type OwnPolicy = { id: string; operations: PolicyOperation[] }

const OPERATIONS = ['create', 'resend', 'accept', 'revoke'] as const satisfies readonly PolicyOperation[]

const ownPolicies = (): OwnPolicy[] => {
  const byId = new Map<string, PolicyOperation[]>()
  for (const operation of OPERATIONS)
    for (const { id } of invitationPolicies[operation].policies)
      byId.set(id, [...(byId.get(id) ?? []), operation])
  return [...byId].map(([id, operations]) => ({ id, operations }))
}

/** Nobody is invited as owner. */
const rolesToApprove = ({ roles }: OrganizationContext): Role[] => roles.filter(({ key }) => key !== 'owner')

/** The built-in policies as they are set, the roles that can need approval, and the deployment's own, which are always on. */
export const showPolicies = (ctx: OrganizationContext) => {
  authorise(ctx, 'settings:manage', 'read')
  return { settings: ctx.organization.policies, roles: rolesToApprove(ctx), own: ownPolicies() }
}

export type PoliciesInput = {
  posted: PolicyForm
  /** What the form showed; a policy that is still the same is not meant to be written. */
  shown: PolicySettings
  change: string
}

export type PoliciesOutcome =
  | { kind: 'saved' | 'unchanged' }
  /** Somebody else has changed the same policies since the form was shown; nothing was written. */
  | { kind: 'meanwhile'; errors: FieldErrors; policies: PolicySettings }

const of = (settings: PolicySettings, key: PolicyKey) => settings[key] ?? null
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Of roles their label as events have it: a built-in one's key, another's name. */
const told = ({ roles }: OrganizationContext, key: PolicyKey, settings: PolicySettings): unknown => {
  if (key !== 'approvalRoles') return of(settings, key)
  const labels = settings.approvalRoles?.map((role) => {
    const known = findRole(role, roles)
    return known && !known.builtIn ? known.name : role
  })
  return labels ?? null
}

/**
 * Switches built-in policies on and off and sets them, all that were meant or none, in one batch with one event.
 * @throws Refused forbidden, invalid_input
 */
export const changePolicies = async (
  ctx: OrganizationContext,
  { posted, shown, change }: PoliciesInput,
): Promise<PoliciesOutcome> => {
  authorise(ctx, 'settings:manage', 'write')
  const before = ctx.organization.policies
  const known = rolesToApprove(ctx).map(({ key }) => key)
  const { settings: wanted, errors } = readPolicies(posted, known)
  if (Object.keys(errors).length > 0) refuse({ code: 'invalid_input', fields: errors })

  const meant = POLICY_KEYS.filter((key) => !isSame(of(wanted, key), of(shown, key)))
  const overtaken = (policies: PolicySettings) =>
    meant.filter(
      (key) => !isSame(of(policies, key), of(shown, key)) && !isSame(of(policies, key), of(wanted, key)),
    )
  const changed = meant.filter((key) => !isSame(of(wanted, key), of(before, key)))
  const entries = (settings: PolicySettings) =>
    Object.fromEntries(changed.map((key) => [key, told(ctx, key, settings)]))
  const intent = actorIntent(
    ctx,
    change,
    'policies',
    JSON.stringify(meant.map((key) => [key, of(wanted, key)])),
  )
  const facts = await commitPolicies(ctx.db, {
    event: newId(),
    ...changing(ctx, intent),
    changes:
      overtaken(before).length > 0
        ? []
        : changed.map((key) => ({ key, from: of(before, key), to: of(wanted, key) })),
    detail: { ...entries(wanted), before: entries(before) },
  })
  const { policies } = facts
  if (!policies) return refuse({ code: 'not_found' })
  if (facts.done) return { kind: 'saved' }
  if (!facts.actorMay) return refuse({ code: 'forbidden', permission: 'settings:manage' })
  const late = meant.filter((key) => !isSame(of(policies, key), of(wanted, key)))
  if (late.length === 0) return { kind: 'unchanged' }
  const words = 'Somebody else changed the policies meanwhile. Save again to overrule them here.'
  return { kind: 'meanwhile', errors: Object.fromEntries(late.map((key) => [key, words])), policies }
}
