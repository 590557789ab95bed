import { type SQL, sql } from 'drizzle-orm'
import { insertSession, type SessionRow } from './sessions'

export type Granting = {
  /** What opens the organization to a session; without it nothing does. */
  event: string
  userId: SQL | string
  organizationId: string
  connectionId: string
  /** The session to open where the browser has none of this account's. */
  session: SessionRow
  /** The session that the browser has, whoever's it is and whether it still lives or not. */
  browser: string | null
  expiresAt: number
  now: number
}

/**
 * Opens an organization to the browser: to the living session of the same account that it has, or to a new one, which
 * takes the place of what it had. Where the session is no sign-in of the account it lasts as long as its longest grant.
 */
export const openGranted = (granting: Granting): SQL[] => {
  const { event, userId, session, browser, expiresAt, now } = granting
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  const kept = keptSession(browser, userId, now)
  return [
    insertSession(session, userId, now, event, sql`not ${kept}`),
    sql`delete from session where hash = ${browser ?? ''} and user_id <> ${userId} and ${mine}`,
    sql`update session set expires_at = max(expires_at, ${expiresAt})
      where hash = ${browser ?? ''} and not own and ${kept} and ${mine}`,
    sql`insert into session_grant (session_hash, organization_id, connection_id, created_at, expires_at)
      select iif(${kept}, ${browser ?? ''}, ${session.hash}), ${granting.organizationId}, ${granting.connectionId},
        ${now}, ${expiresAt} where ${mine}
      on conflict (session_hash, organization_id) do update set connection_id = excluded.connection_id,
        created_at = excluded.created_at, expires_at = excluded.expires_at`,
  ]
}

const keptSession = (browser: string | null, userId: SQL | string, now: number): SQL =>
  sql`exists (select 1 from session where hash = ${browser ?? ''} and user_id = ${userId} and expires_at > ${now})`

/** Selects, as `hash` and `expiresAt`, the session that `openGranted` has opened the organization to. */
export const grantedSession = ({
  event,
  organizationId,
  session,
  browser,
  now,
}: Pick<Granting, 'event' | 'organizationId' | 'session' | 'browser' | 'now'>): SQL =>
  sql`select s.hash, s.expires_at as "expiresAt" from session s
    join session_grant g on g.session_hash = s.hash and g.organization_id = ${organizationId}
    where s.hash in (${session.hash}, ${browser ?? ''}) and s.expires_at > ${now} and exists (select 1 from audit_event where id = ${event})`
