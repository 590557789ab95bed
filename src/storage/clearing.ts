import { type SQL, sql } from 'drizzle-orm'
import { rowOf, rowsOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'
import { isOwnAccountOf } from './parting'

/** Organizations whose deletion is due, the longest due first. */
export const readDueDeletions = async (db: D1Database, now: number, limit: number): Promise<string[]> => {
  const [due] = await runBatch(db, [
    sql`select id from organization where delete_at <= ${now} order by delete_at limit ${limit}`,
  ])
  return rowsOf<{ id: string }>(due).map(({ id }) => id)
}

/** What hangs on an organization by its id alone. */
const TABLES = [
  'organization_deletion',
  'delivery',
  'suppression',
  'invitation',
  'member',
  'team',
  'role',
  'api_key',
  'session_grant',
  'identity',
  'directory',
  'connection',
  'domain',
  'audit_event',
] as const

/** What hangs on an account alone. */
const ACCOUNT_TABLES = [
  'session',
  'password_reset',
  'address_change',
  'passkey',
  'authenticator',
  'recovery_code',
] as const

/**
 * Deletes up to `limit` rows of each table of an organization whose deletion is due, and the organization itself with
 * the last of them, in one batch. What is left is found again by the next call, so it may break off anywhere and run
 * twice at once. Whatever refers to a row goes before it. Answers whether there is more to do.
 */
export const clearSome = async (
  db: D1Database,
  clearing: { event: string; organizationId: string; now: number; limit: number },
): Promise<boolean> => {
  const { event, organizationId, now, limit } = clearing
  const due = sql`(select id from organization where id = ${organizationId} and delete_at <= ${now})`
  /** The next rows of a table; in an order, the same ones until they are gone: what hangs on them can go first. */
  const next = (table: (typeof TABLES)[number], rest = sql``): SQL =>
    sql`(select rowid from ${sql.identifier(table)} x where organization_id = ${due} ${rest} limit ${limit})`
  const clear = (table: (typeof TABLES)[number], rest?: SQL): SQL =>
    sql`delete from ${sql.identifier(table)} where rowid in ${next(table, rest)}`
  const deliveries = sql`order by created_at, rowid`
  const invitations = sql`order by status, id`
  const members = sql`order by user_id`
  const ofOwn = sql`user u where ${isOwnAccountOf(organizationId)} and exists ${due}`
  const nothingLeft = sql.join(
    TABLES.map(
      (table) => sql`not exists (select 1 from ${sql.identifier(table)} where organization_id = o.id)`,
    ),
    sql` and `,
  )

  const nothingOfAccount = sql.join(
    ACCOUNT_TABLES.map(
      (table) => sql`not exists (select 1 from ${sql.identifier(table)} where user_id = u.id)`,
    ),
    sql` and `,
  )

  const answers = await runBatch(db, [
    // First, since a deletion can be undone while its request is there.
    clear('organization_deletion'),
    // What was reported of mails of accounts, which no organization's log has. The plus keeps the index of those out.
    sql`delete from audit_event where +organization_id is null
      and target_id in (select id from delivery where rowid in ${next('delivery', deliveries)})`,
    clear('delivery', deliveries),
    clear('suppression'),
    sql`delete from invitation_team
      where invitation_id in (select id from invitation where rowid in ${next('invitation', invitations)})`,
    clear('invitation', invitations),
    sql`delete from member_team where organization_id = ${due}
      and user_id in (select user_id from member where rowid in ${next('member', members)})`,
    clear('member', members),
    clear('team', sql`and not exists (select 1 from member_team where team_id = x.id)`),
    clear('role'),
    clear('api_key'),
    clear('session_grant'),
    clear('identity'),
    clear('directory'),
    clear('connection'),
    clear('domain'),
    clear('audit_event'),
    ...ACCOUNT_TABLES.map(
      (
        table,
      ) => sql`delete from ${sql.identifier(table)} where rowid in (select x.rowid from ${sql.identifier(table)} x
        where x.user_id in (select u.id from ${ofOwn}) limit ${limit})`,
    ),
    sql`delete from audit_event where rowid in (select e.rowid from audit_event e where +e.organization_id is null
      and e.target_id in (select u.id from ${ofOwn}) limit ${limit})`,
    sql`delete from user where id in (select u.id from ${ofOwn}
      and not exists (select 1 from member where user_id = u.id)
      and not exists (select 1 from invitation where accepted_by = u.id)
      and ${nothingOfAccount}
      and not exists (select 1 from audit_event e where e.target_id = u.id and e.organization_id is null) limit ${limit})`,
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: event,
        organizationId: null,
        action: 'organization.deleted',
        actor: { kind: 'system', id: null, name: 'Deletion' },
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('slug', o.slug, 'createdAt', o.created_at, 'deleteAt', o.delete_at)`,
      })}
      from organization o where o.id = ${due} and ${nothingLeft} and not exists (select 1 from ${ofOwn})`,
    sql`delete from organization where id = (select target_id from audit_event where id = ${event})`,
    sql`select exists ${due} as more`,
  ])
  return Boolean(rowOf<{ more: number }>(answers.at(-1))?.more)
}
