import type { OrganizationContext } from '../context'
import { evaluateEdit } from '../policies/registry'
import { changesNothing, type Edits, type Plan, planEdit, type Terms, type TextTerm } from '../rules/editing'
import { statusAt } from '../rules/lifecycle'
import { findRole, mayGrant, type Role } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { commitEdit, type Editable, readEditable } from '../storage/editing'
import { deleteFacts } from '../storage/links'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'
import { requireValid, tidyEdits } from './terms'

export type { Editable }

/** The fields of an invitation as they are now. */
export const termsOf = ({ invitation: { role, department, note, teams } }: Editable): Terms => ({
  role,
  department,
  note,
  teamIds: teams.map(({ id }) => id),
})

const asOf = (found: Editable, now: number): Editable => {
  const { status, expiresAt } = found.invitation
  return { ...found, invitation: { ...found.invitation, status: statusAt(status, expiresAt, now) } }
}

/** What has ended cannot be edited, and is refused with what happened. */
const requireOpen = ({ invitation: { status, acceptedBy } }: Editable): void => {
  if (status === 'accepted') refuse({ code: 'invitation_accepted', userId: acceptedBy })
  if (status === 'revoked' || status === 'declined') refuse({ code: 'invitation_ended', status })
}

/** The role with this key, where the actor may give it; an invitation whose role they may not is not theirs to edit. */
const grantable = ({ actor, roles }: OrganizationContext, key: string): Role => {
  const role = findRole(key, roles)
  return role && mayGrant(actor.role, role) ? role : refuse({ code: 'role_not_grantable' })
}

/**
 * What the edit form shows.
 * @throws Refused not_found, invitation_accepted, invitation_ended, role_not_grantable
 */
export const showEditable = async (ctx: OrganizationContext, id: string): Promise<Editable> => {
  authorise(ctx, 'member:manage', 'write')
  const { found } = await readEditable(ctx.db, ctx.organization.id, id)
  if (!found) return refuse({ code: 'not_found' })
  requireOpen(found)
  grantable(ctx, found.invitation.role)
  return asOf(found, ctx.now)
}

/**
 * Another role is judged as inviting with it would be. What needs approval then is told while it awaits that anyway;
 * an edit of what is out cannot ask for it.
 */
const judge = async (
  ctx: OrganizationContext,
  { invitation }: Editable,
  { set, addTeams, removeTeams }: Plan,
  role: Role,
): Promise<string | null> => {
  const { address, department, teams, status } = invitation
  const kept = teams.map(({ id }) => id).filter((id) => !removeTeams.includes(id))
  const judged = await evaluateEdit(ctx, {
    addresses: [address],
    role,
    department: set.department ?? department,
    teamIds: [...kept, ...addTeams],
  })
  const { denied = null, approval = null } = judged.get(address) ?? {}
  if (denied) return refuse({ code: 'policy_denied', denial: denied })
  return approval !== null && status !== 'awaiting_approval' ? refuse({ code: 'approval_needed' }) : approval
}

export type EditInput = { id: string; edits: Edits; change: string }

export type Edited =
  /** `unchanged`: there was nothing to change, and nothing was written. */
  | { kind: 'edited' | 'unchanged'; editable: Editable }
  /** Somebody else was faster and nothing was written; `conflicts` are the fields they changed. */
  | { kind: 'changed'; editable: Editable; conflicts: TextTerm[] }

/** Where no role is offered at sending, none can be chosen here. */
const offered = ({ organization }: OrganizationContext, { role, ...rest }: Edits): Edits =>
  organization.roleAtSending === 'not_offered' ? rest : { role, ...rest }

/**
 * Edits an open invitation without sending it again. Two people editing different fields both get their way;
 * in the same field the later one is told.
 * @throws Refused not_found, invitation_accepted, invitation_ended, role_not_grantable, invalid_input, policy_denied,
 * approval_needed
 */
export const editInvitation = async (ctx: OrganizationContext, input: EditInput): Promise<Edited> => {
  authorise(ctx, 'member:manage', 'write')
  const { id } = input
  const edits = tidyEdits(offered(ctx, input.edits))
  const intent = actorIntent(ctx, input.change, 'edit', id, JSON.stringify(edits))
  const { found, teamIds } = await readEditable(ctx.db, ctx.organization.id, id, {
    changeId: intent.changeId,
    teamIds: edits.teamIds?.to ?? [],
  })
  if (!found) return refuse({ code: 'not_found' })
  if (found.done) return { kind: 'edited', editable: asOf(found, ctx.now) }
  requireOpen(found)
  const terms = termsOf(found)
  const previous = grantable(ctx, terms.role)
  const plan = planEdit(edits, terms)
  requireValid(ctx, edits, plan, teamIds)
  if (plan.conflicts.length > 0 || changesNothing(plan)) return answer(ctx, found, plan)
  const next = plan.set.role === undefined ? previous : grantable(ctx, plan.set.role)
  const awaiting = found.invitation.status === 'awaiting_approval'
  const approval = next === previous ? null : await judge(ctx, found, plan, next)

  const committed = await commitEdit(ctx.db, changing(ctx, intent), {
    event: newId(),
    id,
    plan,
    was: terms,
    roles: { previous, next },
    awaiting,
    approval: approval ?? (awaiting ? found.invitation.approvalReason : null),
  })
  if (!committed.found) return refuse({ code: 'not_found' })
  if (committed.won) ctx.defer('link.forget', deleteFacts(ctx.links, committed.found.tokenHash))
  if (committed.found.done) return { kind: 'edited', editable: asOf(committed.found, ctx.now) }
  if (!committed.actorMay) return refuse({ code: 'forbidden', permission: 'member:manage' })
  requireOpen(committed.found)
  return answer(ctx, committed.found, planEdit(edits, termsOf(committed.found)))
}

/** What became of an edit that wrote nothing: there is nothing left to do, or somebody else was faster. */
const answer = (ctx: OrganizationContext, found: Editable, plan: Plan): Edited => {
  const editable = asOf(found, ctx.now)
  return changesNothing(plan)
    ? { kind: 'unchanged', editable }
    : { kind: 'changed', editable, conflicts: plan.conflicts }
}
