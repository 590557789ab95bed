import type { OrganizationContext } from '../context'
import { changesNothing, type Edits, type Plan, planEdit, type Terms } from '../rules/editing'
import { type MemberActions, memberRefusal } from '../rules/members'
import { holdsAllOf, type Role } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { commitMemberEdit, type EditableMember, readEditableMember } from '../storage/member-edits'
import type { MemberChange } from '../storage/members'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'
import { actionsFor, factsOf, type MemberInput, roleOf, type ShownMember } from './members'
import { requireValid, tidyEdits } from './terms'

/** What a form can change of a member; a field that it does not show stays as it is. */
export type MemberEdits = Omit<Edits, 'note'>
export type MemberTerms = Omit<Terms, 'note'>

/** The fields of a member as they are now. */
export const memberTerms = ({ member: { role, department, teams } }: EditableMember): MemberTerms => ({
  role,
  department,
  teamIds: teams.map(({ id }) => id),
})

export type ChangedTerms =
  /** `unchanged`: it was so already, and nothing was written. */
  | { kind: 'changed' | 'unchanged'; name: string }
  /** Somebody else was faster and nothing was written; `conflicts` are the fields they changed. */
  | { kind: 'conflict'; editable: ShownMember; conflicts: Plan['conflicts'] }

const nameOf = ({ member: { name, typedAddress } }: EditableMember) => name || typedAddress

/** The role to give in place of `previous`, by one rule on every path; nobody gives themselves another. */
const nextRole = (ctx: OrganizationContext, actions: MemberActions, previous: Role, { set }: Plan): Role => {
  if (set.role === undefined) return previous
  if (!actions.role) return refuse({ code: 'own_membership' })
  const role = roleOf(ctx, set.role)
  return holdsAllOf(ctx.actor.role, role) ? role : refuse({ code: 'role_not_grantable' })
}

/**
 * Changes a member's role, department and teams. Two people changing different fields both get their way; in the same
 * field the later one is told.
 * @throws Refused forbidden, not_found, own_membership, member_beyond_own, role_not_grantable, invalid_input, last_owner
 */
export const changeMember = async (
  ctx: OrganizationContext,
  input: MemberInput & { edits: MemberEdits },
): Promise<ChangedTerms> => {
  authorise(ctx, 'member:manage', 'write')
  const { id } = input
  const edits = tidyEdits(input.edits)
  const intent = actorIntent(ctx, input.change, 'change-member', id, JSON.stringify(edits))
  const { found, teamIds } = await readEditableMember(ctx.db, ctx.organization.id, id, ctx.now, {
    changeId: intent.changeId,
    teamIds: edits.teamIds?.to ?? [],
  })
  if (!found) return refuse({ code: 'not_found' })
  if (found.done) return { kind: 'changed', name: nameOf(found) }
  const actions = actionsFor(ctx, { ...found.member, id })
  if (!actions.edit) return refuse({ code: 'member_beyond_own' })
  const was = { ...memberTerms(found), note: '' }
  const plan = planEdit(edits, was)
  requireValid(ctx, edits, plan, teamIds)
  if (plan.conflicts.length > 0 || changesNothing(plan)) return untouched(found, actions, plan)

  const previous = roleOf(ctx, was.role)
  const batch: MemberChange = { ...changing(ctx, intent), event: newId(), userId: id }
  const committed = await commitMemberEdit(ctx.db, batch, {
    plan,
    was,
    roles: { previous, next: nextRole(ctx, actions, previous, plan) },
  })
  if (committed.facts.done) return { kind: 'changed', name: nameOf(found) }
  const verb = plan.set.role === undefined ? 'edit' : 'demote'
  const refusal = memberRefusal(verb, ctx.actor, factsOf(ctx, id, committed.facts))
  if (refusal && refusal.code !== 'changed_meanwhile') refuse(refusal)
  if (!committed.found) return refuse({ code: 'not_found' })
  const now = actionsFor(ctx, { ...committed.found.member, id })
  return untouched(committed.found, now, planEdit(edits, { ...memberTerms(committed.found), note: '' }))
}

/** What became of a change that wrote nothing: there is nothing left to do, or somebody else was faster. */
const untouched = (found: EditableMember, actions: MemberActions, plan: Plan): ChangedTerms =>
  changesNothing(plan)
    ? { kind: 'unchanged', name: nameOf(found) }
    : { kind: 'conflict', editable: { ...found, actions }, conflicts: plan.conflicts }
