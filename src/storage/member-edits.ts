import { type SQL, sql } from 'drizzle-orm'
import type { Plan } from '../rules/editing'
import type { Role } from '../rules/permissions'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone, roleStillIs } from './guards'
import { type Suggestions, suggestions, suggestionsOf } from './invitations'
import {
  type ChangedMember,
  changeFacts,
  changeFactsOf,
  invitationsSentBy,
  MEMBER_TARGET,
  type MemberChange,
  type MemberRow,
  oneMember,
  oneMemberOf,
  type Team,
} from './members'
import { ownerStays } from './parting'
import { asRead, COLUMNS, detailOf, type Holder, listed, stillDiffers, teamsAmong } from './terms'

/** A member as their edit form needs them. */
export type EditableMember = {
  member: MemberRow & { teams: Team[] }
  /** This change has been committed before. */
  done: boolean
  /** Outstanding invitations of theirs. */
  sent: number
  suggestions: Suggestions
}

const editable = (organizationId: string, userId: string, changeId: string, now: number): SQL[] => [
  ...oneMember(organizationId, userId),
  sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
    ${invitationsSentBy(organizationId, userId, now)} as sent`,
  ...suggestions(organizationId),
]

const editableOf = (answers: Answer[]): EditableMember | null => {
  const member = oneMemberOf(answers)
  const rest = rowOf<{ done: number; sent: number }>(answers[2])
  return (
    member && {
      member,
      done: Boolean(rest?.done),
      sent: rest?.sent ?? 0,
      suggestions: suggestionsOf(answers.slice(3)),
    }
  )
}

/** A member, which of the asked teams exist, and what the form suggests; one round trip. */
export const readEditableMember = async (
  db: D1Database,
  organizationId: string,
  userId: string,
  now: number,
  wanted: { changeId: string; teamIds: readonly string[] } = { changeId: '', teamIds: [] },
): Promise<{ found: EditableMember | null; teamIds: string[] }> => {
  const [teams, ...answers] = await runBatch(db, [
    teamsAmong(organizationId, wanted.teamIds),
    ...editable(organizationId, userId, wanted.changeId, now),
  ])
  return { found: editableOf(answers), teamIds: rowsOf<Team>(teams).map(({ id }) => id) }
}

/** Member `m`. */
const MEMBER: Holder = {
  row: sql`m`,
  hasTeam: sql`exists (select 1 from member_team mt where mt.organization_id = m.organization_id
    and mt.user_id = m.user_id and mt.team_id = t.id)`,
}

export type MemberEdit = {
  plan: Plan
  /** The fields of `plan.set` as they were read. */
  was: Plan['set']
  /** The role as it was read, and the one to give; the same where it stays. */
  roles: { previous: Role; next: Role }
}

/** Commits an edit; claimed only while every field it writes is as it was read. */
export const commitMemberEdit = async (
  db: D1Database,
  change: MemberChange,
  { plan, was, roles }: MemberEdit,
): Promise<{ facts: ChangedMember; found: EditableMember | null }> => {
  const { event, changeId, organizationId, actor, now, userId } = change
  const { set } = plan
  const mine = sql`(select organization_id, target_id from audit_event where id = ${event})`
  const written = [
    ...(set.role === undefined ? [] : [sql`${COLUMNS.role} = ${set.role}`]),
    ...(set.department === undefined ? [] : [sql`${COLUMNS.department} = ${set.department}`]),
  ]
  // Nobody is demoted by themselves, and the last owner by nobody.
  const demotes = set.role !== undefined && set.role !== 'owner'
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'member.changed',
        actor,
        target: MEMBER_TARGET,
        at: now,
        detail: detailOf(MEMBER, plan),
      })}
      from member m join user u on u.id = m.user_id
      where m.organization_id = ${organizationId} and m.user_id = ${userId} and m.role = ${roles.previous.key}
        ${asRead(MEMBER, plan, was)} and ${stillDiffers(MEMBER, plan)}
        ${set.role === undefined ? sql`` : sql`and m.user_id <> ${actor.id}`}
        ${demotes ? sql`and ${ownerStays(organizationId)}` : sql``}
        and ${roleStillIs(organizationId, roles.previous)} and ${roleStillIs(organizationId, roles.next)}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    ...(written.length > 0
      ? [sql`update member set ${sql.join(written, sql`, `)} where (organization_id, user_id) in ${mine}`]
      : []),
    sql`delete from member_team where (organization_id, user_id) in ${mine} and team_id in ${listed(plan.removeTeams)}`,
    sql`insert into member_team (organization_id, user_id, team_id)
      select m.organization_id, m.user_id, t.id from member m join team t on t.organization_id = m.organization_id
        and t.id in ${listed(plan.addTeams)}
      where (m.organization_id, m.user_id) in ${mine} on conflict do nothing`,
    ...editable(organizationId, userId, changeId, now),
    changeFacts(change),
  ])
  const first = written.length > 0 ? 4 : 3
  return { facts: changeFactsOf(answers.at(-1)), found: editableOf(answers.slice(first)) }
}
