import { type SQL, sql } from 'drizzle-orm'
import type { Action } from '../rules/audit'
import type { InviterLoss } from '../rules/inviter'
import { OPEN_STATUSES } from '../rules/lifecycle'
import { BUILT_IN_ROLES, PERMISSIONS, type Role } from '../rules/permissions'
import { type Quotas, quotaDayOf } from '../rules/quotas'

/** The statuses that hold an address's one place. As literals: with bound values the partial indexes would not serve. */
export const OPEN = sql.raw(`(${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})`)

export type ActorRef = { kind: 'user' | 'api_key'; id: string; name: string; role: Role }

/** A role as guards compare it, null for a built-in one: what was read of it decides only while it is still so. */
export const storedPermissions = ({ builtIn, permissions, stored }: Role): string | null =>
  builtIn ? null : (stored ?? JSON.stringify(permissions))

/** The role still exists and holds what the first trip saw. */
export const roleStillIs = (organizationId: string, role: Role): SQL =>
  role.builtIn
    ? sql`true`
    : sql`exists (select 1 from role where id = ${role.key} and organization_id = ${organizationId}
        and permissions = ${storedPermissions(role)})`

/** The actor is still what the first trip saw: an active member with that role, or a live key that may write. */
export const actorStillMay = (organizationId: string, { kind, id, role }: ActorRef): SQL =>
  kind === 'user'
    ? sql`(exists (select 1 from member where organization_id = ${organizationId} and user_id = ${id}
        and status = 'active' and role = ${role.key}) and ${roleStillIs(organizationId, role)})`
    : sql`(exists (select 1 from api_key where id = ${id} and organization_id = ${organizationId}
        and revoked_at is null and access = 'write' and role = ${role.key}) and ${roleStillIs(organizationId, role)})`

const BUILT_IN_PERMISSIONS = sql.raw(
  BUILT_IN_ROLES.map(({ key, permissions }) => `when '${key}' then '${JSON.stringify(permissions)}'`).join(
    ' ',
  ),
)

/** What a role holds, as a JSON list; nothing where there is no such role. `role` and `organizationId` are columns. */
const permissionsOf = (role: SQL, organizationId: SQL): SQL =>
  sql`coalesce(case ${role} ${BUILT_IN_PERMISSIONS}
    else (select permissions from role where id = ${role} and organization_id = ${organizationId}) end, '[]')`

/** List `held` has every permission that list `given` has. By text: lists unpacked for every row of a page would cost. */
const HOLDS_ALL = sql.raw(
  Object.keys(PERMISSIONS)
    .map((permission) => `(instr(given, '"${permission}"') = 0 or instr(held, '"${permission}"') > 0)`)
    .join(' and '),
)

const loss = (reason: InviterLoss): SQL => sql.raw(`'${reason}'`)

/**
 * Why whoever answers for an invitation may no longer grant its role; '' while they may: an active member, or a
 * live key that may write, whose role holds `member:manage` and all that the invitation's role holds.
 * `i` is the alias of `invitation`.
 */
export const inviterLoss = (i: SQL = sql`i`): SQL => {
  const whyOf = (over: SQL, reason: InviterLoss, from: SQL, role: SQL): SQL =>
    sql`(select case when ended then ${loss(reason)}
        when ${i}.role = 'owner' or instr(held, '"member:manage"') = 0 or not (${HOLDS_ALL}) then ${loss('role_lowered')}
        else '' end
      from (select ${over} as ended, ${permissionsOf(role, sql`${i}.organization_id`)} as held,
        ${permissionsOf(sql`${i}.role`, sql`${i}.organization_id`)} as given ${from} limit 1))`
  return sql`case ${i}.inviter_kind
    when 'user' then coalesce(${whyOf(
      sql`m.status <> 'active'`,
      'deactivated',
      sql`from member m where m.organization_id = ${i}.organization_id and m.user_id = ${i}.inviter_id`,
      sql`m.role`,
    )}, ${loss('removed')})
    else coalesce(${whyOf(
      sql`k.revoked_at is not null or k.access <> 'write'`,
      'key_revoked',
      sql`from api_key k where k.id = ${i}.inviter_id and k.organization_id = ${i}.organization_id`,
      sql`k.role`,
    )}, ${loss('key_revoked')})
    end`
}

/** Whoever answers for an invitation may still grant its role. */
export const inviterStillMay = (i: SQL = sql`i`): SQL => sql`(${inviterLoss(i)} = '')`

/** The user behind somebody: themselves, or who made the API key; null where nobody knows. */
export const behind = (kind: SQL, id: SQL): SQL =>
  sql`iif(${kind} = 'user', ${id}, (select k.actor_id from audit_event k
    where k.target_id = ${id} and k.action = 'api_key.created' and k.actor_kind = 'user'))`

/** The account scope of organization `o`. */
export const scopeOf = sql`case o.account_scope when 'own' then o.id else 'shared' end`

/** Whether an organization's sending is paused. */
export const sendingIsPaused = (organizationId: string): SQL =>
  sql`exists (select 1 from organization where id = ${organizationId} and sending_paused_at is not null)`

/** What to write down of a role so that it can be read later: a built-in one's key, another's name. `role` is a column. */
export const roleLabel = (role: SQL): SQL =>
  sql`coalesce((select name from role where id = ${role}), ${role})`

/** The plan's seats of organization `o`: its own limit or the deployment's; 0 for no limit. */
export const seatLimit = (defaultLimit: number): SQL => sql`coalesce(o.seat_limit, ${defaultLimit})`

const ACTIVE_MEMBERS = sql`(select count(*) from member where organization_id = o.id and status = 'active')`
const pendingInvitations = (now: number): SQL =>
  sql`(select count(*) from invitation where organization_id = o.id and status = 'pending' and expires_at > ${now})`

/** Seats taken in organization `o`: by active members and, unless its setting says otherwise, by pending invitations. */
export const seatsTaken = (now: number): SQL =>
  sql`(${ACTIVE_MEMBERS} + iif(o.pending_reserves_seat, ${pendingInvitations(now)}, 0))`

/** Seats that acceptances of organization `o` may still take, whoever has reserved one. */
export const seatsToAccept = (defaultLimit: number): SQL =>
  sql`iif(${seatLimit(defaultLimit)} = 0, 1, ${seatLimit(defaultLimit)} - ${ACTIVE_MEMBERS})`

/**
 * How many more may be invited, or reactivated; a huge number where there is no limit. Where a pending invitation
 * reserves nothing, any number may be invited while a seat is free.
 */
export const seatsLeft = (organizationId: string, now: number, defaultLimit: number): SQL =>
  sql`(select case when ${seatLimit(defaultLimit)} = 0 then 1000000000
      when not o.pending_reserves_seat and ${ACTIVE_MEMBERS} < ${seatLimit(defaultLimit)} then 1000000000
      else ${seatLimit(defaultLimit)} - ${seatsTaken(now)}
    end from organization o where o.id = ${organizationId})`

/** Mails of a day (as `quotaDayOf` counts them) that are left of a quota; a cancelled one gives its place back. */
const mailsLeft = (perDay: number, whose: SQL, day: SQL | number): SQL =>
  perDay === 0
    ? sql`1000000000`
    : sql`max(0, ${perDay} - (select count(*) from delivery where ${whose} and quota_day = ${day} and state <> 'cancelled'))`

export type Sender = { organizationId: SQL | string; senderId: SQL | string; quotas: Quotas }

export const organizationQuotaLeft = ({ organizationId, quotas }: Sender, day: SQL | number): SQL =>
  mailsLeft(quotas.organization, sql`organization_id = ${organizationId}`, day)

/** Mails that a sender may still send on a day, by their own quota and their organization's. */
export const quotaLeft = (sender: Sender, day: SQL | number): SQL => {
  const { organizationId, senderId, quotas } = sender
  const own = mailsLeft(
    quotas.sender,
    sql`organization_id = ${organizationId} and sender_id = ${senderId}`,
    day,
  )
  return sql`min(${organizationQuotaLeft(sender, day)}, ${own})`
}

/**
 * Whether one more mail may go to `address` (an SQL expression) today, and tomorrow where it has to wait, whoever
 * sends it. What is queued of `subject` does not count: the mail in question takes its place.
 */
export const addressQuotaLeft = (address: SQL, perDay: number, now: number, subject: SQL = sql`''`): SQL =>
  addressQuotaLeftOn(address, perDay, sql`(${quotaDayOf(now)}, ${quotaDayOf(now) + 1})`, subject)

/** The same of other days, a list in SQL. */
export const addressQuotaLeftOn = (address: SQL, perDay: number, days: SQL, subject: SQL): SQL =>
  perDay === 0
    ? sql`1`
    : sql`(not exists (select 1 from delivery where address = ${address} and quota_day in ${days} and state <> 'cancelled'
        and not (subject_id is ${subject} and state = 'queued')
        group by quota_day having count(*) >= ${perDay}))`

/**
 * A claim's detail, with what follows from when the mail may leave; `waits` is null where it may at once. `awaiting` says
 * why somebody has to approve it first, so that no mail leaves; null where nobody has to. `waitsFor` says why a policy
 * has it wait; null where the quota does.
 */
export const withLeaving = (
  detail: SQL,
  waits: SQL,
  now: number,
  lifetime: number,
  awaiting: SQL = sql`null`,
  waitsFor: SQL = sql`null`,
): SQL =>
  sql`json_patch(${detail}, iif(${awaiting} is null, json_object('expiresAt', cast(coalesce(${waits}, ${now}) + ${lifetime} as integer),
    'waitsUntil', cast(${waits} as integer), 'waitsFor', iif(${waits} is null, null, ${waitsFor})), json_object('awaiting', ${awaiting})))`

/** When the mail that event `e` causes may leave. */
export const leavesAt = (now: number): SQL => sql`coalesce(e.detail->>'waitsUntil', ${now})`

export type EventActor = {
  kind: 'user' | 'api_key' | 'invitee' | 'system' | 'provider'
  id: SQL | string | null
  name: SQL | string
}

/** The columns of audit_event that a claim fills, in the order of `claimValues`. */
export const CLAIM_COLUMNS = sql`(id, change_id, organization_id, action, actor_kind, actor_id, actor_name,
  target_kind, target_id, target_name, at, detail)`

export type Claim = {
  id: SQL | string
  changeId: SQL | string
  organizationId: SQL | string | null
  action: SQL | Action
  actor: EventActor
  target: { kind: SQL | string; id: SQL | string; name: SQL | string }
  at: number
  detail: SQL
}

/** The select list of a claim: who did what, to whom, when, and the old values. */
export const claimValues = (claim: Claim): SQL =>
  sql`${claim.id}, ${claim.changeId}, ${claim.organizationId}, ${claim.action}, ${claim.actor.kind}, ${claim.actor.id},
    ${claim.actor.name}, ${claim.target.kind}, ${claim.target.id}, ${claim.target.name}, ${claim.at}, ${claim.detail}`

/** No attempt of this change has been committed. */
export const notYetDone = (changeId: string): SQL =>
  sql`not exists (select 1 from audit_event where change_id = ${changeId})`
