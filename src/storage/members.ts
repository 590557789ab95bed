import { type SQL, sql } from 'drizzle-orm'
import type { Role } from '../rules/permissions'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import {
  actorStillMay,
  CLAIM_COLUMNS,
  claimValues,
  notYetDone,
  roleLabel,
  seatsLeft,
  storedPermissions,
} from './guards'
import { anotherOwner, endGrants, endMembership, ownerStays } from './parting'

export type MemberRow = {
  userId: string
  name: string
  typedAddress: string
  role: string
  roleName: string
  department: string
  status: 'active' | 'inactive'
  joinedAt: number
  inviterName: string | null
}
export type MemberPage = MemberRow & { teams: string[] }

const ROW = sql`select u.id as "userId", u.name, u.typed_address as "typedAddress", m.role, m.role_name as "roleName",
    m.department, m.status, m.joined_at as "joinedAt", m.inviter_name as "inviterName"
  from member m join user u on u.id = m.user_id`

export type Team = { id: string; name: string }

/** One member and their teams, for a batch. */
export const oneMember = (organizationId: string, userId: string): SQL[] => [
  sql`${ROW} where m.organization_id = ${organizationId} and m.user_id = ${userId}`,
  sql`select t.id, t.name from member_team mt join team t on t.id = mt.team_id
    where mt.organization_id = ${organizationId} and mt.user_id = ${userId} order by t.name collate nocase`,
]

/** Reads the answers of `oneMember`. */
export const oneMemberOf = ([found, teams]: Answer[]) => {
  const row = rowOf<MemberRow>(found)
  return row && { ...row, teams: rowsOf<Team>(teams) }
}

/** One member with their teams, or null where the organization has none with this id; one round trip. */
export const readMember = async (
  db: D1Database,
  organizationId: string,
  userId: string,
): Promise<MemberPage | null> => {
  const found = oneMemberOf(await runBatch(db, oneMember(organizationId, userId)))
  return found && { ...found, teams: found.teams.map(({ name }) => name) }
}

/** How many outstanding invitations somebody sent last, which nobody answers for once they may no longer grant them. */
export const invitationsSentBy = (organizationId: string, userId: string, now: number): SQL =>
  sql`(select count(*) from invitation where organization_id = ${organizationId} and status = 'pending'
    and expires_at > ${now} and inviter_kind = 'user' and inviter_id = ${userId})`

/** The target of an event about member `m` of account `u`. */
export const MEMBER_TARGET = {
  kind: 'member',
  id: sql`u.id`,
  name: sql`coalesce(nullif(u.name, ''), u.typed_address)`,
}

/** What there is after a change of a member, from which its outcome is named. */
export type ChangedMember = {
  done: boolean
  actorMay: boolean
  member: { role: string; status: 'active' | 'inactive'; name: string } | null
  anotherOwner: boolean
  seats: number
  /** Outstanding invitations of theirs. */
  sent: number
}

export type MemberChange = Changing & { event: string; userId: string }

export const changeFacts = ({ changeId, organizationId, actor, now, seatLimit, userId }: MemberChange): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay", ${seatsLeft(organizationId, now, seatLimit)} as seats,
      m.role, m.status, coalesce(nullif(u.name, ''), u.typed_address, e.target_name) as name,
      ${anotherOwner(organizationId, userId)} as "anotherOwner", ${invitationsSentBy(organizationId, userId, now)} as sent
    from (select 1) left join member m on m.organization_id = ${organizationId} and m.user_id = ${userId}
    left join user u on u.id = m.user_id
    left join audit_event e on e.change_id = ${changeId} and e.target_id = ${userId}`

export const changeFactsOf = (answer: Answer | undefined): ChangedMember & { name: string } => {
  type Facts = {
    done: number
    actorMay: number
    seats: number
    sent: number
    anotherOwner: number
    role: string | null
    status: 'active' | 'inactive' | null
    name: string | null
  }
  const row = rowOf<Facts>(answer)
  const name = row?.name ?? ''
  return {
    done: Boolean(row?.done),
    actorMay: Boolean(row?.actorMay),
    anotherOwner: Boolean(row?.anotherOwner),
    seats: row?.seats ?? 0,
    sent: row?.sent ?? 0,
    name,
    member: row?.role && row.status ? { role: row.role, status: row.status, name } : null,
  }
}

/** The roles that an actor may deal with, each as it was read; a member's is one of them, whichever it is by now. */
const holdsRoleAmong = (held: readonly Role[]): SQL => {
  const roles = held.map((role) => ({ key: role.key, permissions: storedPermissions(role) }))
  return sql`exists (select 1 from json_each(${JSON.stringify(roles)}) h where h.value->>'key' = m.role
    and (h.value->>'permissions' is null or exists (select 1 from role r where r.id = m.role
      and r.organization_id = m.organization_id and r.permissions = h.value->>'permissions')))`
}

type Ending = {
  action: 'member.deactivated' | 'member.reactivated' | 'member.removed'
  guard: (change: MemberChange) => SQL
  effects: (event: string) => SQL[]
}

const setStatus = (status: 'active' | 'inactive') => (event: string) => [
  sql`update member set status = ${status}
    where (organization_id, user_id) in (select organization_id, target_id from audit_event where id = ${event})`,
]

const ENDINGS: Record<'deactivate' | 'reactivate' | 'remove', Ending> = {
  deactivate: {
    action: 'member.deactivated',
    guard: ({ organizationId }) => sql`m.status = 'active' and ${ownerStays(organizationId)}`,
    effects: (event) => [...setStatus('inactive')(event), endGrants(event)],
  },
  reactivate: {
    action: 'member.reactivated',
    guard: ({ organizationId, now, seatLimit }) =>
      sql`m.status = 'inactive' and ${seatsLeft(organizationId, now, seatLimit)} > 0`,
    effects: setStatus('active'),
  },
  remove: {
    action: 'member.removed',
    guard: ({ organizationId }) => ownerStays(organizationId),
    effects: endMembership,
  },
}

/** Deactivates, reactivates or removes somebody else whose role is among `held`. */
export const commitEnding = async (
  db: D1Database,
  verb: keyof typeof ENDINGS,
  change: MemberChange,
  held: readonly Role[],
): Promise<ChangedMember & { name: string }> => {
  const { event, changeId, organizationId, actor, now, userId } = change
  const { action, guard, effects } = ENDINGS[verb]
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action,
        actor,
        target: MEMBER_TARGET,
        at: now,
        detail: sql`json_object('role', ${roleLabel(sql`m.role`)}, 'before', json_object('status', m.status))`,
      })}
      from member m join user u on u.id = m.user_id
      where m.organization_id = ${organizationId} and m.user_id = ${userId} and m.user_id <> ${actor.id}
        and ${guard(change)} and ${holdsRoleAmong(held)}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    ...effects(event),
    changeFacts(change),
  ])
  return changeFactsOf(answers.at(-1))
}
