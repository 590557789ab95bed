import { type SQL, sql } from 'drizzle-orm'
import {
  type Bucket,
  bucketsOf,
  type DeliveryState,
  type InvitationStatus,
  TABS,
  type Tab,
} from '../rules/lifecycle'
import { COUNT_LIMIT, type ListQuery, type SortColumn, searchPrefixes } from '../rules/lists'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'

/** The stored column behind each column of the page. */
const STORED: Record<SortColumn, string> = {
  email: 'address',
  role: 'role',
  department: 'department',
  inviter: 'inviter_name',
  sent: 'sent_at',
  expires: 'expires_at',
  status: 'status',
  mail: 'mail_state',
}

export type InvitationRow = {
  id: string
  address: string
  typedAddress: string
  role: string
  department: string
  note: string
  status: InvitationStatus
  /** As it was written down last; lists are sorted by it. */
  storedStatus: InvitationStatus
  generation: number
  firstSentAt: number
  sentAt: number
  expiresAt: number
  endedAt: number | null
  inviterName: string
  acceptedBy: string | null
  mailState: DeliveryState
  mailReason: string | null
}

const ROW = sql`id, address, typed_address as "typedAddress", role, department, note, status,
  status as "storedStatus", generation,
  first_sent_at as "firstSentAt", sent_at as "sentAt", expires_at as "expiresAt", ended_at as "endedAt",
  inviter_name as "inviterName", accepted_by as "acceptedBy", mail_state as "mailState", mail_reason as "mailReason"`

export type TabCounts = Record<Tab, number>

/** Every string that begins with `prefix` stands in [prefix, prefix + the last code point). */
const startsWith = (column: SQL, prefix: string): SQL =>
  sql`(${column} >= ${prefix} and ${column} < ${`${prefix}\u{10ffff}`})`

const pageOf = (organizationId: string, bucket: Bucket, { sort, search, cursor, limit }: ListQuery): SQL => {
  const column = sql.raw(STORED[sort.column])
  const backwards = cursor?.side === 'before'
  const direction = sql.raw(sort.descending !== backwards ? 'desc' : 'asc')
  const beyond = sql.raw(sort.descending !== backwards ? '<' : '>')
  const here = sql`organization_id = ${organizationId} and bucket = ${bucket}`
  const prefixes = searchPrefixes(search)
  // Driven by the two ranges of the search where there is one, so that only what it finds is read.
  const from = search
    ? sql`(select id as found from invitation where ${here} and ${startsWith(sql`address`, prefixes.address)}
        union select id from invitation where ${here} and ${startsWith(sql`domain`, prefixes.domain)})
      cross join invitation on id = found`
    : sql`invitation`
  return sql`select * from (select ${ROW}, ${column} as sorted from ${from}
    where ${here}
      ${cursor ? sql`and (${column}, id) ${beyond} (${cursor.value}, ${cursor.id})` : sql``}
    order by ${column} ${direction}, id ${direction} limit ${limit})`
}

/**
 * One page of a tab and every tab's count, in one round trip. Each bucket is read in its index's order and the
 * few first rows of each are merged, so that a page costs the same wherever it lies.
 */
export const listInvitations = async (
  db: D1Database,
  organizationId: string,
  query: ListQuery,
): Promise<{ rows: InvitationRow[]; more: boolean; counts: TabCounts }> => {
  const { sort, cursor, limit } = query
  const backwards = cursor?.side === 'before'
  const direction = sql.raw(sort.descending !== backwards ? 'desc' : 'asc')
  const pages = bucketsOf(query.tab).map((bucket) =>
    pageOf(organizationId, bucket, { ...query, limit: limit + 1 }),
  )
  const [page, counts] = await runBatch(db, [
    sql`${sql.join(pages, sql` union all `)} order by sorted ${direction}, id ${direction} limit ${limit + 1}`,
    sql`select ${sql.join(
      TABS.map((tab) => {
        const buckets = sql.join(
          bucketsOf(tab).map((bucket) => sql`${bucket}`),
          sql`, `,
        )
        return sql`(select count(*) from (select 1 from invitation where organization_id = ${organizationId}
          and bucket in (${buckets}) limit ${COUNT_LIMIT})) as ${sql.raw(`"${tab}"`)}`
      }),
      sql`, `,
    )}`,
  ])
  const rows = rowsOf<InvitationRow>(page)
  const more = rows.length > limit
  const kept = rows.slice(0, limit)
  return {
    rows: backwards ? kept.reverse() : kept,
    more,
    counts: rowOf<TabCounts>(counts) ?? { outstanding: 0, accepted: 0, revoked: 0, declined: 0, all: 0 },
  }
}

/** One invitation with its teams, or null; one round trip. */
export const readInvitation = async (
  db: D1Database,
  organizationId: string,
  id: string,
): Promise<(InvitationRow & { teamIds: string[] }) | null> => {
  const [found, teams] = await runBatch(db, [
    sql`select ${ROW} from invitation where organization_id = ${organizationId} and id = ${id}`,
    sql`select team_id as "teamId" from invitation_team where invitation_id = ${id}`,
  ])
  const row = rowOf<InvitationRow>(found)
  return row && { ...row, teamIds: rowsOf<{ teamId: string }>(teams).map(({ teamId }) => teamId) }
}

/** Distinct departments of `table`, each found by one step in its index instead of a scan. */
const departmentsOf = (table: 'member' | 'invitation', scope: SQL): SQL => {
  const from = sql.raw(table)
  return sql`with recursive known(name) as (
      select min(department) from ${from} where ${scope} and department > ''
      union all
      select (select min(department) from ${from} where ${scope} and department > known.name) from known where known.name is not null)
    select name from known where name is not null limit 100`
}

export type Suggestions = { departments: string[]; teams: { id: string; name: string }[] }

/** What the send form suggests: known departments, and the organization's teams. */
export const suggestions = (organizationId: string): SQL[] => [
  departmentsOf('member', sql`organization_id = ${organizationId}`),
  departmentsOf('invitation', sql`organization_id = ${organizationId} and bucket = 'outstanding'`),
  sql`select id, name from team where organization_id = ${organizationId} order by name limit 200`,
]

/** Reads the answers of `suggestions`. */
export const suggestionsOf = ([members, invited, teams]: Answer[]): Suggestions => {
  const names = [...rowsOf<{ name: string }>(members), ...rowsOf<{ name: string }>(invited)].map(
    ({ name }) => name,
  )
  return { departments: [...new Set(names)].sort(), teams: rowsOf<{ id: string; name: string }>(teams) }
}

/** What the send form suggests, in one round trip. */
export const readSuggestions = async (db: D1Database, organizationId: string): Promise<Suggestions> =>
  suggestionsOf(await runBatch(db, suggestions(organizationId)))
