import { type SQL, sql } from 'drizzle-orm'
import type { Action, AuditEvent } from '../rules/audit'
import type { Cursor } from '../rules/lists'
import { type Answer, rowsOf, runBatch } from './batch'
import { endOf, pageOfRows, readingOf, startsWith } from './lists'

export type AuditQuery = {
  /** What the name begins with, in each way it may have been written; none for anybody. */
  actor: readonly string[]
  action: Action | null
  target: readonly string[]
  /** From this moment on, and until just before that one; in ms. */
  from: number | null
  until: number | null
  cursor: Cursor | null
  limit: number
}

type Name = 'actor_name' | 'target_name'
const anyCase = (name: Name): SQL => sql`x.${sql.raw(name)} collate nocase`

/** D1 gathers no statistics, and without them it takes two bounds in time for more selective than a name. */
const reading = (index: 'time' | 'action' | Name): SQL =>
  sql`audit_event x indexed by ${sql.raw(`audit_event_by_${index}`)}`

/** A place in the log, which is ordered by time and id. */
type Place = readonly [at: number, id: string]
const isLater = ([at, id]: Place, than: Place): boolean => (at === than[0] ? id > than[1] : at > than[0])

/** The period and the cursor as one range, so that an index is entered where the page begins. */
const within = ({ from, until, cursor }: AuditQuery): SQL => {
  const here: Place | null = cursor && [Number(cursor.value), cursor.id]
  // Ids are never empty: a place with an empty one is before every event of its moment.
  const above = [from === null ? null : ([from, ''] as const), cursor?.side === 'before' ? here : null]
  const below = [until === null ? null : ([until, ''] as const), cursor?.side === 'after' ? here : null]
  const sorted = (places: readonly (Place | null)[]) =>
    places.filter((place) => place !== null).sort((a, b) => (isLater(a, b) ? 1 : -1))
  const [low, high] = [sorted(above).at(-1), sorted(below)[0]]
  return sql`${low ? sql`and (x.at, x.id) > (${low[0]}, ${low[1]})` : sql``}
    ${high ? sql`and (x.at, x.id) < (${high[0]}, ${high[1]})` : sql``}`
}

const beginsWith = (name: Name, prefixes: readonly string[]): SQL =>
  prefixes.length === 0
    ? sql``
    : sql`and (${sql.join(
        prefixes.map((prefix) => startsWith(anyCase(name), prefix)),
        sql` or `,
      )})`

/** The different names that begin so, each found by one step in its index. */
const namesOf = (organizationId: string, name: Name, prefixes: readonly string[]): SQL => {
  const next = (beyond: SQL, end: SQL) =>
    sql`(select ${sql.raw(name)} from ${reading(name)} where x.organization_id = ${organizationId}
      and ${anyCase(name)} ${beyond} and ${anyCase(name)} < ${end} order by ${anyCase(name)} limit 1)`
  const ranges = JSON.stringify(prefixes.map((prefix) => ({ start: prefix, end: endOf(prefix) })))
  return sql`with recursive named(name, stop) as (
    select ${next(sql`>= p.value->>'start'`, sql`p.value->>'end'`)}, p.value->>'end' from json_each(${ranges}) p
    union select ${next(sql`> named.name`, sql`named.stop`)}, named.stop from named where named.name is not null)`
}

const ROW = sql`x.id, x.at, x.action, x.actor_kind as "actorKind", x.actor_id as "actorId", x.actor_name as "actorName",
  x.target_kind as "targetKind", x.target_id as "targetId", x.target_name as "targetName", x.detail`

/**
 * One page of the log. By itself or of one action it is read off an index, wherever it lies. A search by name first
 * finds the names that begin so and reads of each no more than a page, so it costs what it finds: one name costs a
 * page, a thousand cost as many events as they have, up to a page each.
 */
const selectPage = (organizationId: string, query: AuditQuery, columns: SQL): SQL => {
  const { actor, action, target, limit } = query
  const { direction } = readingOf(true, query.cursor?.side === 'before')
  const inOrder = sql`order by x.at ${direction}, x.id ${direction} limit ${limit}`
  const [name, prefixes]: [Name, readonly string[]] =
    target.length > 0 ? ['target_name', target] : ['actor_name', actor]
  const here = sql`x.organization_id = ${organizationId} ${within(query)}
    ${action ? sql`and x.action = ${action}` : sql``}`
  if (prefixes.length === 0)
    return sql`select ${columns} from ${reading(action ? 'action' : 'time')} where ${here} ${inOrder}`
  const ofName = sql`select x.id from ${reading(name)} where ${anyCase(name)} = named.name and ${here}
    ${name === 'target_name' ? beginsWith('actor_name', actor) : sql``} ${inOrder}`
  return sql`${namesOf(organizationId, name, prefixes)}
    select ${columns} from named cross join audit_event x where x.id in (${ofName}) ${inOrder}`
}

type Row = {
  id: string
  at: number
  action: string
  actorKind: string
  actorId: string | null
  actorName: string
  targetKind: string
  targetId: string
  targetName: string
  detail: string
}

const detailIn = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

const eventIn = (row: Row): AuditEvent => ({
  id: row.id,
  at: row.at,
  action: row.action,
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
  detail: detailIn(row.detail),
})

/** An event, and whether what it is about is still there. */
export type ListedEvent = AuditEvent & { there: boolean }

const isThere = (organizationId: string): SQL => {
  const among = (table: string, id: string) =>
    sql`exists (select 1 from ${sql.identifier(table)} t where t.organization_id = ${organizationId}
      and t.${sql.raw(id)} = x.target_id)`
  return sql`case x.target_kind when 'member' then ${among('member', 'user_id')}
    when 'invitation' then ${among('invitation', 'id')} when 'team' then ${among('team', 'id')}
    when 'role' then ${among('role', 'id')} when 'api_key' then ${among('api_key', 'id')}
    else x.target_kind = 'organization' end`
}

/** One page, newest first, and whether there is more the way it was read; one round trip. */
export const readAuditPage = async (
  db: D1Database,
  organizationId: string,
  query: AuditQuery,
): Promise<{ events: ListedEvent[]; more: boolean }> => {
  const columns = sql`${ROW}, ${isThere(organizationId)} as there`
  const [page] = await runBatch(db, [
    selectPage(organizationId, { ...query, limit: query.limit + 1 }, columns),
  ])
  const { rows, more } = pageOfRows(
    rowsOf<Row & { there: number }>(page),
    query.limit,
    query.cursor?.side === 'before',
  )
  return { events: rows.map((row) => ({ ...eventIn(row), there: Boolean(row.there) })), more }
}

/** Up to `limit` events after the cursor, newest first; one round trip. */
export const readAuditChunk = async (
  db: D1Database,
  organizationId: string,
  query: AuditQuery,
): Promise<AuditEvent[]> => {
  const [chunk] = await runBatch(db, [selectPage(organizationId, query, ROW)])
  return rowsOf<Row>(chunk).map(eventIn)
}

/** What was done to one target between two moments (expressions), newest first, for a batch. */
export const eventsOn = (
  organizationId: string,
  targetId: string,
  { from, until, limit }: { from: SQL; until: SQL; limit: number },
): SQL =>
  sql`select ${ROW} from audit_event x indexed by audit_event_by_target
    where x.target_id = ${targetId} and x.at >= ${from} and x.at < ${until} and x.organization_id = ${organizationId}
    order by x.at desc, x.id desc limit ${limit}`

/** Reads the answer of `eventsOn`. */
export const eventsOf = (answer: Answer | undefined): AuditEvent[] => rowsOf<Row>(answer).map(eventIn)
