import type { OrganizationContext } from '../context'
import { departureFor } from '../policies/departures'
import { UNDECIDED } from '../policies/evaluation'
import { evaluateResend, type Judgements } from '../policies/registry'
import { approvalActions } from '../rules/approval'
import type { ChangeOutcome } from '../rules/outcomes'
import { findRole } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { mintToken } from '../rules/tokens'
import { commitApproval, commitDeclining, type Decided, type Decision } from '../storage/approving'
import { type Asked, readAsked } from '../storage/asked'
import { storedPermissions } from '../storage/guards'
import { authorise } from './authorise'
import { mayGive, outcomesOf } from './changed'
import { actorIntent, changing, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { linkTerms } from './sending'

/** `seen`: for an invitation, the version of it that was shown; one that has changed since is not approved. */
export type ApprovalInput = { ids: readonly string[]; seen?: ReadonlyMap<string, string>; change: string }

const answersFor = (ctx: OrganizationContext, ids: readonly string[]) => ({
  deliveries: ids.map(newId),
  mail: mailTerms(ctx),
})

/** What a mail of today would be refused or held for. */
const judge = (ctx: OrganizationContext, asked: readonly Asked[]): Promise<Judgements> =>
  evaluateResend(
    ctx,
    asked
      .filter(({ status }) => status === 'awaiting_approval')
      .map(({ id, address, role }) => ({
        id,
        address,
        role: findRole(role, ctx.roles) ?? null,
        approved: true,
      })),
  )

/** What became of each; `why` says why what still awaits approval of somebody else does. */
const decidedOf = (
  ids: readonly string[],
  decision: Decision,
  why: (row: Decided) => ChangeOutcome,
): ChangeOutcome[] =>
  outcomesOf(ids, decision, decision.decided, (row) => {
    const { id, typed: address, status, own } = row
    if (status !== 'awaiting_approval') return { kind: 'not_awaiting_approval', id, address }
    return own ? { kind: 'own_request', id, address } : why(row)
  })

/**
 * Approves what others asked for: it is sent now, and its lifetime begins. Who asked still answers for it.
 * @throws Refused forbidden, read_only_key
 */
export const approveInvitations = async (
  ctx: OrganizationContext,
  input: ApprovalInput,
): Promise<ChangeOutcome[]> => {
  authorise(ctx, 'member:manage', 'write')
  const ids = [...new Set(input.ids)]
  const asked = await readAsked(ctx.db, ctx.organization.id, ids)
  const judged = await judge(ctx, asked)
  const wasSeen = ({ id, version }: Asked): boolean => (input.seen?.get(id) ?? version) === version
  const approvals = asked.map((one) => {
    const { id, address, generation } = one
    const judgement = judged.get(address)
    // What may not be approved is of no role: the batch leaves it and still says whether it was done before.
    const key = mayGive(ctx, one.role) && wasSeen(one) && !judgement?.denied ? one.role : ''
    const role = findRole(key, ctx.roles)
    return {
      ...{ event: newId(), delivery: newId(), id, generation, role: key, changeId: one.changeId },
      hash: mintToken(ctx.keys.current.link, 'invitation', id, generation).hash,
      permissions: role ? storedPermissions(role) : null,
      departure: departureFor(ctx, judgement ?? UNDECIDED),
    }
  })
  const intent = actorIntent(ctx, input.change, 'approve', ...ids)
  const decision = await commitApproval(
    ctx.db,
    changing(ctx, intent),
    { ...linkTerms(ctx), answers: answersFor(ctx, ids) },
    approvals,
  )
  await enqueue(ctx, decision.deliveries)
  return decidedOf(ids, decision, (row) => whyNotApproved(ctx, row, decision, judged))
}

const whyNotApproved = (
  ctx: OrganizationContext,
  row: Decided,
  { paused, seats }: Decision,
  judged: Judgements,
): ChangeOutcome => {
  const { id, typed: address } = row
  const denial = judged.get(row.address)?.denied
  if (!mayGive(ctx, row.role)) return { kind: 'not_grantable', id, address }
  if (!row.askerMay) return { kind: 'asker_lost_authority', id, address }
  if (denial) return { kind: 'policy_denied', id, address, denial }
  if (paused) return { kind: 'sending_paused', id, address }
  if (seats <= 0) return { kind: 'no_seat_left', id, address }
  if (!row.mayMail) return { kind: 'over_quota', id, address, quota: 'address' }
  if (row.organizationQuota <= 0) return { kind: 'over_quota', id, address, quota: 'organization' }
  return row.quota > 0
    ? { kind: 'changed', id, address }
    : { kind: 'over_quota', id, address, quota: 'asker' }
}

export type DecliningInput = { ids: readonly string[]; change: string }

/**
 * Declines what others asked for, which is final: nothing was sent, and the address is free to be invited anew.
 * @throws Refused forbidden, read_only_key
 */
export const declineApprovals = async (
  ctx: OrganizationContext,
  input: DecliningInput,
): Promise<ChangeOutcome[]> => {
  authorise(ctx, 'member:manage', 'write')
  const ids = [...new Set(input.ids)]
  const intent = actorIntent(ctx, input.change, 'decline-approval', ...ids)
  const decision = await commitDeclining(
    ctx.db,
    changing(ctx, intent),
    answersFor(ctx, ids),
    ids.map((id) => ({ event: newId(), id })),
  )
  await enqueue(ctx, decision.deliveries)
  return decidedOf(ids, decision, ({ id, typed: address }) => ({ kind: 'changed', id, address }))
}

/** What a confirmation names: those of `ids` that await approval and that somebody else asked for. */
export const readDeclinable = async (ctx: OrganizationContext, ids: readonly string[]): Promise<Asked[]> => {
  authorise(ctx, 'member:manage', 'write')
  const asked = await readAsked(ctx.db, ctx.organization.id, ids)
  const awaiting = asked.filter(({ status }) => status === 'awaiting_approval')
  const others = awaiting.filter((one) => approvalActions(ctx.actor, one, undefined).decline)
  if (others.length > 0) return others
  if (awaiting.length > 0) return refuse({ code: 'own_request' })
  return refuse({ code: asked.length > 0 ? 'not_awaiting_approval' : 'not_found' })
}
