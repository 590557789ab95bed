import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'

export type ActorRef = { kind: 'user' | 'api_key'; id: string; name: string; role: string }

/** The actor is still what the first trip saw: an active member with that role, or a live key that may write. */
export const actorStillMay = (organizationId: string, actor: ActorRef): SQL =>
  actor.kind === 'user'
    ? sql`exists (select 1 from member where organization_id = ${organizationId} and user_id = ${actor.id}
        and status = 'active' and role = ${actor.role})`
    : sql`exists (select 1 from api_key where id = ${actor.id} and organization_id = ${organizationId}
        and revoked_at is null and access = 'write' and role = ${actor.role})`

/** Seats neither taken by active members nor reserved by pending invitations; a huge number where there is no limit. */
export const seatsLeft = (organizationId: string, now: number): SQL =>
  sql`(select case when o.seat_limit is null then 1000000000 else o.seat_limit
      - (select count(*) from member where organization_id = o.id and status = 'active')
      - (select count(*) from invitation where organization_id = o.id and bucket = 'outstanding'
          and status = 'pending' and expires_at > ${now})
    end from organization o where o.id = ${organizationId})`

/** Mails the organization may still send in these 24 hours; `perDay` 0 means no limit. */
export const organizationQuotaLeft = (organizationId: string, perDay: number, now: number): SQL =>
  perDay === 0
    ? sql`1000000000`
    : sql`(${perDay} - (select count(*) from delivery where organization_id = ${organizationId} and created_at > ${now - DAY} and state <> 'cancelled'))`

/** Whether one more mail may go to `address` (an SQL expression) in these 24 hours, whoever sends it. */
export const addressQuotaLeft = (address: SQL, perDay: number, now: number): SQL =>
  perDay === 0
    ? sql`1`
    : sql`((select count(*) from delivery where address = ${address} and created_at > ${now - DAY} and state <> 'cancelled') < ${perDay})`

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
  changeId: string
  organizationId: SQL | string | null
  action: SQL | string
  actor: EventActor
  target: { kind: string; id: SQL | string; name: SQL | string }
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
