import type { OrganizationContext } from '../context'
import { departureFor } from '../policies/departures'
import { UNDECIDED } from '../policies/evaluation'
import type { Invited } from '../policies/policy'
import { evaluateResend, evaluateRevoke, invitationPolicies } from '../policies/registry'
import { approvalActions } from '../rules/approval'
import { isOpen, isOutstanding, statusAt } from '../rules/lifecycle'
import type { ListQuery } from '../rules/lists'
import type { ChangeOutcome } from '../rules/outcomes'
import { findRole } from '../rules/permissions'
import type { Denial } from '../rules/policies'
import { type Departure, quotaUsedUp } from '../rules/quotas'
import { refuse } from '../rules/refusals'
import { mintToken } from '../rules/tokens'
import { commitResend, commitRevoke, readTargets, type Target } from '../storage/changes'
import { storedPermissions } from '../storage/guards'
import {
  type InvitationRow,
  type InvitationWithTeams,
  listInvitations as listRows,
  readInvitation,
  readSuggestions,
} from '../storage/invitations'
import { endLink } from '../storage/links'
import { authorise } from './authorise'
import { mayGive, outcomesOf } from './changed'
import { actorIntent, changing, newId } from './changes'
import { enqueue } from './deliveries'
import { linkTerms } from './sending'

export type Invitation = InvitationRow
export type { InvitationWithTeams }

const asOf = <T extends InvitationRow>(row: T, now: number): T => ({
  ...row,
  status: statusAt(row.status, row.expiresAt, now),
})

/** One page of a tab, with every tab's count and the seats. */
export const listInvitations = async (ctx: OrganizationContext, query: ListQuery) => {
  authorise(ctx, 'member:manage', 'read')
  const plan = { now: ctx.now, seatLimit: ctx.settings.seats.limit }
  const list = await listRows(ctx.db, ctx.organization.id, query, plan)
  return {
    ...list,
    rows: list.rows.map((row) => ({
      ...asOf(row, ctx.now),
      approval: approvalActions(ctx.actor, row, findRole(row.role, ctx.roles)),
    })),
  }
}

/** @throws Refused not_found, also for another organization's id. */
export const showInvitation = async (ctx: OrganizationContext, id: string) => {
  authorise(ctx, 'member:manage', 'read')
  const row = await readInvitation(ctx.db, ctx.organization.id, id)
  return row ? asOf(row, ctx.now) : refuse({ code: 'not_found' })
}

/** Departments and teams that the send form offers. */
export const suggestForSending = async (ctx: OrganizationContext) => {
  authorise(ctx, 'member:manage', 'write')
  return readSuggestions(ctx.db, ctx.organization.id)
}

/** What a confirmation names: those of `ids` that are still open. */
export const readRevocable = async (ctx: OrganizationContext, ids: readonly string[]): Promise<Target[]> => {
  authorise(ctx, 'member:manage', 'write')
  const targets = await readTargets(ctx.db, ctx.organization.id, ids)
  const open = targets.filter((target) => isOpen(target.status))
  if (open.length === 0) refuseEnded(targets)
  return open
}

const refuseEnded = ([target]: Target[]): never => {
  if (target?.status === 'accepted') return refuse({ code: 'invitation_accepted', userId: target.acceptedBy })
  if (target?.status === 'revoked' || target?.status === 'declined')
    return refuse({ code: 'invitation_ended', status: target.status })
  return refuse({ code: 'not_found' })
}

const invitedOf = (ctx: OrganizationContext, targets: readonly Target[]): Invited[] =>
  targets
    .filter(({ status }) => isOutstanding(status))
    .map(({ id, address, role, approvedAt }) => ({
      id,
      address,
      role: findRole(role, ctx.roles) ?? null,
      approved: approvedAt !== null,
    }))

export type ChangeInput = { ids: readonly string[]; change: string }
/** `failed`: only those whose mail failed; of the others nothing is done. */
export type ResendInput = ChangeInput & { only?: 'failed' }

/**
 * Sends outstanding invitations again: a new link and mail each, the lifetime of now, and the resender answers for it.
 * Every earlier link stops working.
 */
export const resendInvitations = async (
  ctx: OrganizationContext,
  input: ResendInput,
): Promise<ChangeOutcome[]> => {
  authorise(ctx, 'member:manage', 'write')
  const ids = [...new Set(input.ids)]
  const targets = await readTargets(ctx.db, ctx.organization.id, ids)
  const onlyFailed = input.only === 'failed'
  const judged = await evaluateResend(ctx, invitedOf(ctx, targets))
  const departures = new Map<string, Departure>()
  const resends = targets.map((target) => {
    const { id, generation: previous } = target
    // What may not be given is no role: the batch leaves it and still says whether it was done before.
    const key = mayGive(ctx, target.role) && !judged.get(target.address)?.denied ? target.role : ''
    const role = findRole(key, ctx.roles)
    const generation = previous + 1
    const { hash } = mintToken(ctx.keys.current.link, 'invitation', id, generation)
    const permissions = role ? storedPermissions(role) : null
    const departure = departureFor(ctx, judged.get(target.address) ?? UNDECIDED)
    departures.set(id, departure)
    return {
      event: newId(),
      delivery: newId(),
      id,
      previous,
      generation,
      hash,
      role: key,
      permissions,
      onlyFailed,
      departure,
    }
  })
  const intent = actorIntent(ctx, input.change, 'resend', ...ids)
  const facts = await commitResend(ctx.db, changing(ctx, intent), linkTerms(ctx), resends)
  await enqueue(ctx, facts.deliveries)
  const before = new Map(targets.map((target) => [target.id, target]))
  for (const { id } of facts.changed.filter(({ won }) => won)) {
    const old = before.get(id)
    if (old) ctx.defer('link.end', endLink(ctx.links, old.tokenHash, 'replaced', old.expiresAt, ctx.now))
  }
  return outcomesOf(ids, facts, facts.changed, (row) => {
    const { id, typed: address } = row
    if (row.status === 'awaiting_approval') return { kind: 'awaits_approval', id, address }
    if (!mayGive(ctx, row.role)) return { kind: 'not_grantable', id, address }
    const denial = judged.get(row.address)?.denied
    if (denial) return { kind: 'policy_denied', id, address, denial }
    if (facts.paused) return { kind: 'sending_paused', id, address }
    const expired = statusAt(row.status, row.expiresAt, ctx.now) === 'expired'
    if (expired && facts.seats <= 0) return { kind: 'no_seat_left', id, address }
    if (!row.mayMail) return { kind: 'over_quota', id, address, quota: 'address' }
    const departure = departures.get(id)
    const quota = departure && quotaUsedUp(facts.quotas, departure)
    if (quota) return { kind: 'over_quota', id, address, quota }
    return { kind: 'changed', id, address }
  })
}

/** Which of them a policy keeps from being revoked; read only where there is such a policy. */
const judgeRevoking = async (
  ctx: OrganizationContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Denial>> => {
  if (invitationPolicies.revoke.policies.length === 0) return new Map()
  const invited = invitedOf(ctx, await readTargets(ctx.db, ctx.organization.id, ids))
  const judged = await evaluateRevoke(ctx, invited)
  return new Map(
    invited.flatMap(({ id, address }) => {
      const denied = judged.get(address)?.denied
      return denied ? [[id, denied] as const] : []
    }),
  )
}

/** Ends outstanding invitations for good; their links stop working at once. */
export const revokeInvitations = async (
  ctx: OrganizationContext,
  input: ChangeInput,
): Promise<ChangeOutcome[]> => {
  authorise(ctx, 'member:manage', 'write')
  const ids = [...new Set(input.ids)]
  const denials = await judgeRevoking(ctx, ids)
  const intent = actorIntent(ctx, input.change, 'revoke', ...ids)
  const facts = await commitRevoke(
    ctx.db,
    changing(ctx, intent),
    ids.map((id) => ({ event: newId(), id, keptBack: denials.has(id) })),
  )
  for (const { won, tokenHash, expiresAt } of facts.changed) {
    if (won) ctx.defer('link.end', endLink(ctx.links, tokenHash, 'revoked', expiresAt, ctx.now))
  }
  return outcomesOf(ids, facts, facts.changed, ({ id, typed: address }) => {
    const denial = denials.get(id)
    return denial ? { kind: 'policy_denied', id, address, denial } : { kind: 'changed', id, address }
  })
}
