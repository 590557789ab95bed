import { sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import { runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'

/**
 * Writes down up to `limit` expiries, each with its event; answers how many.
 * Two sweeps at once share the work: a batch sees only what is still pending.
 */
export const expireInvitations = async (
  db: D1Database,
  sweep: string,
  now: number,
  limit: number,
): Promise<number> => {
  const due = sql`(select id from invitation where status = 'pending' and expires_at <= ${now} order by expires_at limit ${limit})`
  const [claim] = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`${sweep} || ':' || i.id`,
        changeId: sweep,
        organizationId: sql`i.organization_id`,
        action: 'invitation.expired',
        actor: { kind: 'system', id: null, name: 'Expiry' },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('expiresAt', i.expires_at, 'before', json_object('status', i.status))`,
      })}
      from invitation i where i.id in ${due}`,
    sql`update invitation set status = 'expired', change_id = ${sweep}
      where id in (select target_id from audit_event where change_id = ${sweep}) and status = 'pending'`,
  ])
  return claim?.changes ?? 0
}

/** How long a link that sets a password or confirms an address can still say why it does not work, in ms. */
const TOLD = 7 * DAY

/**
 * Clears up to `limit` ended sessions, closed windows of sign-in attempts, and links of accounts that are long over;
 * answers how many rows went.
 */
export const clearEnded = async (db: D1Database, now: number, limit: number): Promise<number> => {
  const answers = await runBatch(db, [
    sql`delete from session where hash in (select hash from session where expires_at <= ${now} limit ${limit})`,
    sql`delete from session_grant where rowid in (select rowid from session_grant where expires_at <= ${now} limit ${limit})`,
    sql`delete from sign_in_attempt where key in (select key from sign_in_attempt where expires_at <= ${now} limit ${limit})`,
    ...['password_reset', 'address_change'].map(
      (table) => sql`delete from ${sql.identifier(table)} where id in (
        select id from ${sql.identifier(table)} where expires_at <= ${now - TOLD} limit ${limit})`,
    ),
  ])
  return answers.reduce((most, { changes }) => Math.max(most, changes), 0)
}
