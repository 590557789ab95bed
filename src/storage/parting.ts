import { type SQL, sql } from 'drizzle-orm'

/** Begins the scope of an account that belonged to one organization and was taken out of it: `removed:<organization>:<account>`. */
const REMOVED = 'removed:'

/** The accounts (`u`) that belong to one organization alone, those already taken out of it included. */
export const isOwnAccountOf = (organizationId: SQL | string): SQL =>
  sql`(u.account_scope = ${organizationId}
    or u.account_scope between ${REMOVED} || ${organizationId} || ':' and ${REMOVED} || ${organizationId} || ';')`

/** An account of this scope has been taken out of its organization: nobody signs in to it. */
export const isRetired = (scope: SQL): SQL => sql`${scope} between ${REMOVED} and 'removed;'`

/** Somebody besides `userId` is an active owner. */
export const anotherOwner = (organizationId: string, userId: SQL | string): SQL =>
  sql`exists (select 1 from member where organization_id = ${organizationId} and user_id <> ${userId}
    and role = 'owner' and status = 'active')`

/** An active owner stays when member `m` is none any more. */
export const ownerStays = (organizationId: string): SQL =>
  sql`(m.role <> 'owner' or m.status <> 'active' or ${anotherOwner(organizationId, sql`m.user_id`)})`

/** What an identity provider opened of an organization to whom an event is about ends, in every browser. */
export const endGrants = (event: string): SQL =>
  sql`delete from session_grant where (organization_id, session_hash) in (select e.organization_id, s.hash
    from audit_event e join session s on s.user_id = e.target_id where e.id = ${event})`

/** What somebody signs in to an account with, besides what the account itself says. */
const WAYS_IN = ['session', 'passkey', 'authenticator', 'recovery_code'] as const

/**
 * What ends a membership for good: the effects of an event whose target is the member, by removing or by leaving. At
 * the organization's identity provider they are nobody any more. An account that belongs to this organization alone signs in no more and frees its address, so that it can be invited
 * as if new; what names it still finds it. Whoever writes the event has made sure that an owner stays.
 */
export const endMembership = (event: string): SQL[] => {
  const mine = sql`(select organization_id, target_id from audit_event where id = ${event})`
  const own = sql`(select u.id from audit_event e join user u on u.id = e.target_id and u.account_scope = e.organization_id
    where e.id = ${event})`
  return [
    sql`delete from member_team where (organization_id, user_id) in ${mine}`,
    sql`delete from member where (organization_id, user_id) in ${mine}`,
    sql`delete from identity where (organization_id, user_id) in ${mine}`,
    endGrants(event),
    ...WAYS_IN.map((table) => sql`delete from ${sql.identifier(table)} where user_id in ${own}`),
    sql`update user set account_scope = ${REMOVED} || account_scope || ':' || id where id in ${own}`,
  ]
}
