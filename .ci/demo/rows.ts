type Value = string | number | null
export type Row = Record<string, Value>

/** The tables that the demo fills, in the order in which their rows can be inserted. */
export const TABLES = [
  'organization',
  'role',
  'user',
  'team',
  'invitation',
  'member',
  'invitation_team',
  'member_team',
  'delivery',
  'suppression',
  'api_key',
  'audit_event',
] as const
export type Rows = Record<(typeof TABLES)[number], Row[]>

/** The one organization that the demo makes, and makes anew: whatever else there is stays. */
export const DEMO = { id: '01900000-0000-7000-8000-0000000de300', slug: 'demo', name: 'Kestrel Cartography' }

/** The organization's rows of whichever run, with what its people did to it since. */
const CLEARING = [
  'delete from delivery where organization_id = ?1',
  'delete from suppression where organization_id = ?1',
  'delete from organization_deletion where organization_id = ?1',
  'delete from invitation_team where invitation_id in (select id from invitation where organization_id = ?1)',
  'delete from invitation where organization_id = ?1',
  'delete from member_team where organization_id = ?1',
  'delete from member where organization_id = ?1',
  'delete from team where organization_id = ?1',
  'delete from role where organization_id = ?1',
  'delete from api_key where organization_id = ?1',
  'delete from audit_event where organization_id = ?1',
  `delete from audit_event where organization_id is null and target_id in (select id from user where ${ownAccount()})`,
  `delete from session where user_id in (select id from user where ${ownAccount()})`,
  `delete from password_reset where user_id in (select id from user where ${ownAccount()})`,
  `delete from address_change where user_id in (select id from user where ${ownAccount()})`,
  `delete from user where ${ownAccount()}`,
  'delete from organization where id = ?1',
]

function ownAccount(): string {
  return "(account_scope = ?1 or account_scope like 'removed:' || ?1 || ':%')"
}

/** Puts the demo's organization in the place of an earlier one of its own, in one batch. */
export const writeRows = async (db: D1Database, rows: Rows): Promise<void> => {
  const inserts = TABLES.filter((table) => rows[table].length > 0).map((table) => {
    const columns = Object.keys(rows[table][0] ?? {})
    const values = columns.map((column) => `value->>'$.${column}'`)
    return db
      .prepare(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from json_each(?)`)
      .bind(JSON.stringify(rows[table]))
  })
  await db.batch([...CLEARING.map((statement) => db.prepare(statement).bind(DEMO.id)), ...inserts])
}

/** Whether the slug is taken by an organization that is not the demo's. */
export const isTaken = async (db: D1Database): Promise<boolean> =>
  (await db
    .prepare('select 1 from organization where slug = ? and id <> ?')
    .bind(DEMO.slug, DEMO.id)
    .first()) !== null
