import type { OrganizationContext } from '../context'
import { departureFor } from '../policies/departures'
import { evaluateCreate, type Judgement } from '../policies/registry'
import { MAX_ADDRESSES, type ParsedAddress } from '../rules/addresses'
import { isLanguage } from '../rules/languages'
import { statusAt } from '../rules/lifecycle'
import { tidyName, tidyText } from '../rules/names'
import type { SendOutcome } from '../rules/outcomes'
import { findRole, mayGrant } from '../rules/permissions'
import { type FieldErrors, refuse } from '../rules/refusals'
import { reminderMoments } from '../rules/reminders'
import { mintToken } from '../rules/tokens'
import type { Suggestions } from '../storage/invitations'
import type { LinkTerms } from '../storage/new-link'
import { type Candidate, commitSending, type Known, lookUpAddresses } from '../storage/sending'
import { askingTerms } from './asking'
import { authorise } from './authorise'
import { actorIntent, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'

export const MAX_NOTE = 500
export const MAX_DEPARTMENT = 100

export type SendInput = {
  addresses: readonly ParsedAddress[]
  /** Key of a role; empty for the default. */
  role: string
  department: string
  note: string
  /** Of mail and accept page; empty for the organization's. */
  language: string
  teamIds: readonly string[]
  /** Minted with the form, or from the Idempotency-Key. */
  change: string
}

/**
 * What to send with, tidied and checked together, so that every mistake is told at once.
 * A posted role is ignored where none is offered.
 */
const termsOf = ({ organization, actor, roles }: OrganizationContext, input: SendInput) => {
  const given = input.addresses.length
  if (given > MAX_ADDRESSES) refuse({ code: 'too_many_addresses', given, limit: MAX_ADDRESSES })
  const { roleAtSending, defaultRole } = organization
  const role = findRole(roleAtSending === 'not_offered' ? defaultRole : input.role || defaultRole, roles)
  const department = tidyName(input.department)
  const note = tidyText(input.note)
  const language = input.language || organization.language
  const fields: FieldErrors = {}
  if (given === 0) fields.addresses = 'Enter at least one email address.'
  if (roleAtSending === 'required' && !input.role) fields.role = 'Choose a role.'
  else if (!role) fields.role = 'There is no such role.'
  if ([...department].length > MAX_DEPARTMENT)
    fields.department = `A department can have up to ${MAX_DEPARTMENT} characters.`
  if ([...note].length > MAX_NOTE)
    fields.note = `A note can have up to ${MAX_NOTE} characters; this has ${[...note].length}.`
  if (!isLanguage(language)) fields.language = 'Choose one of the languages.'
  if (!role || !isLanguage(language) || Object.keys(fields).length > 0)
    return refuse({ code: 'invalid_input', fields })
  if (!mayGrant(actor.role, role)) refuse({ code: 'role_not_grantable' })
  return { role, department, note, language, teamIds: [...new Set(input.teamIds)] }
}

/** What the settings of this moment, the organization's and the deployment's, give to whatever is sent now. */
export const linkTerms = (ctx: OrganizationContext): LinkTerms => {
  const { organization, settings, keys } = ctx
  const lifetime = organization.invitationLifetime * 1000
  return {
    keyId: keys.current.link.id,
    lifetime,
    roleShown: organization.roleAtSending !== 'not_offered',
    nameFields: organization.nameFields,
    landingAddress: organization.landingAddress ?? '',
    reminders: reminderMoments(0, lifetime, organization.reminderAfter),
    quotas: settings.quotas,
    mail: mailTerms(ctx),
  }
}

/** Sorts out what needs no database: what is no address, and what stands twice. */
const sift = (addresses: readonly ParsedAddress[]) => {
  const first = new Map<string, string>()
  const rest: SendOutcome[] = []
  for (const parsed of addresses) {
    if (!parsed.ok) rest.push({ kind: 'invalid', typed: parsed.typed, reason: parsed.reason })
    else if (first.has(parsed.address))
      rest.push({ kind: 'listed_twice', address: parsed.address, typed: parsed.typed })
    else first.set(parsed.address, parsed.typed)
  }
  return { first, rest }
}

const candidateFor = (
  ctx: OrganizationContext,
  { address, invitation }: Known,
  typed: string,
  judgement: Judgement,
): Candidate | null => {
  const { denied, approval } = judgement
  if (denied) return null
  if (invitation && statusAt(invitation.status, invitation.expiresAt, ctx.now) !== 'expired') return null
  const id = invitation?.id ?? newId()
  const generation = (invitation?.generation ?? 0) + 1
  const { hash } = mintToken(ctx.keys.current.link, 'invitation', id, generation)
  return {
    event: newId(),
    delivery: newId(),
    id,
    address,
    typed,
    generation,
    previous: invitation?.generation ?? null,
    hash,
    approval,
    departure: approval === null ? departureFor(ctx, judgement) : null,
  }
}

/** An outcome for each address in the order given; `suggestions` for showing the form again, where they were read. */
export type Sent = { outcomes: SendOutcome[]; suggestions: Suggestions | null }

/**
 * Invites 1 to 100 addresses; each gets its own outcome, in the order given, and none stops the others.
 * @throws Refused forbidden, read_only_key, role_not_grantable, invalid_input, too_many_addresses; then nothing was sent.
 */
export const sendInvitations = async (ctx: OrganizationContext, input: SendInput): Promise<Sent> => {
  authorise(ctx, 'member:manage', 'write')
  const { role, department, note, language, teamIds } = termsOf(ctx, input)
  const { organization, actor, now } = ctx
  const { first, rest } = sift(input.addresses)
  const addresses = [...first.keys()]
  const { changeId } = actorIntent(
    ctx,
    input.change,
    'send',
    ...addresses,
    role.key,
    department,
    note,
    language,
    ...teamIds,
  )
  if (addresses.length === 0) return { outcomes: rest, suggestions: null }

  const found = await lookUpAddresses(ctx.db, organization.id, addresses, teamIds, changeId)
  if (found.teamIds.length < teamIds.length && !found.done) {
    refuse({ code: 'invalid_input', fields: { team_ids: 'One of these teams is not there any more.' } })
  }
  const judged = await evaluateCreate(ctx, { addresses, role, department, teamIds: found.teamIds })
  const candidates = found.known.flatMap((known) => {
    const judgement = judged.get(known.address)
    return (judgement && candidateFor(ctx, known, first.get(known.address) ?? known.address, judgement)) || []
  })
  const committed = await commitSending(
    ctx.db,
    {
      changeId,
      organizationId: organization.id,
      actor,
      now,
      ...linkTerms(ctx),
      role,
      department,
      note,
      language,
      teamIds: found.teamIds,
      seatLimit: ctx.settings.seats.limit,
      asking: askingTerms(ctx, candidates.some(({ approval }) => approval !== null) ? [role] : []),
    },
    addresses,
    candidates,
  )
  await enqueue(ctx, committed.deliveries)
  if (!committed.actorMay) refuse({ code: 'forbidden', permission: 'member:manage' })
  const named = new Map<string, SendOutcome>(
    committed.outcomes.map((outcome) => {
      const denial = isSettled(outcome) ? null : judged.get(outcome.address)?.denied
      const typed = first.get(outcome.address) ?? outcome.address
      return [
        outcome.address,
        denial ? { kind: 'policy_denied', address: outcome.address, typed, denial } : { ...outcome, typed },
      ]
    }),
  )
  return { outcomes: inOrder(input.addresses, named, rest), suggestions: found.suggestions }
}

/** There is nothing to invite any more, whatever a policy says of the address. */
const isSettled = ({ kind }: SendOutcome): boolean =>
  kind === 'invited' || kind === 'already_member' || kind === 'already_invited'

/** Outcomes in the order of the addresses typed. */
const inOrder = (
  typed: readonly ParsedAddress[],
  named: Map<string, SendOutcome>,
  rest: readonly SendOutcome[],
): SendOutcome[] => {
  const others = [...rest]
  const seen = new Set<string>()
  return typed.flatMap((parsed) => {
    if (parsed.ok && !seen.has(parsed.address)) {
      seen.add(parsed.address)
      return named.get(parsed.address) ?? []
    }
    return others.shift() ?? []
  })
}
