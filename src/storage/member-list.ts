import { type SQL, sql } from 'drizzle-orm'
import type { InviterLoss } from '../rules/inviter'
import type { DeliveryState } from '../rules/lifecycle'
import { COUNT_LIMIT, type Cursor } from '../rules/lists'
import { type MemberQuery, PLACES, type PlaceStatus } from '../rules/members'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import { OPEN } from './guards'
import { suggestions, suggestionsOf } from './invitations'
import { pageOfRows, readingOf, unionAll } from './lists'
import { asked, askedFor, type Branch, filtersOf, type Kind, TABLES } from './member-filters'
import { seatUsage, seatUsageOf } from './seats'

/** A row of the members page, with the value it stands at in its order. */
export type ListedMember = {
  kind: Kind
  /** Of the account, or of the invitation. */
  id: string
  name: string
  typedAddress: string
  role: string
  roleName: string
  department: string
  teamNames: string
  status: PlaceStatus
  /** When they joined; of an invitation, when it was sent. */
  at: number
  inviterName: string | null
  /** Of an invitation. */
  mailState: DeliveryState | null
  inviterKind: 'user' | 'api_key' | null
  inviterId: string | null
  askerId: string | null
  inviterLoss: InviterLoss | '' | null
  approvalReason: string | null
  version: string | null
  sorted: string | number
}

const ACTIVE: Branch = { kind: 'member', stored: 'active', shown: 'active' }
const INACTIVE: Branch = { kind: 'member', stored: 'inactive', shown: 'inactive' }
/** Pending rows, those past their expiry that nobody has swept yet included. */
const PENDING: Branch = { kind: 'invitation', stored: 'pending', shown: 'pending' }
const AWAITING: Branch = {
  kind: 'invitation',
  stored: 'awaiting_approval',
  shown: 'awaiting_approval',
}
const LIVE: Branch = { ...PENDING, only: 'live' }
const EXPIRED: Branch = { kind: 'invitation', stored: 'expired', shown: 'expired' }
const DUE: Branch = { ...PENDING, shown: 'expired', only: 'due' }

const branchesOf = ({ status, sort }: MemberQuery, withInvitations: boolean): Branch[] => {
  const all =
    status || sort.column === 'status'
      ? [ACTIVE, AWAITING, LIVE, EXPIRED, DUE, INACTIVE]
      : [ACTIVE, AWAITING, PENDING, EXPIRED, INACTIVE]
  return all.filter(
    ({ kind, shown }) => (withInvitations || kind === 'member') && (status === null || shown === status),
  )
}

/** The rows of a branch that stand beyond the cursor; null where none of them can. */
const beyondCursor = (
  branch: Branch,
  { sort, cursor }: MemberQuery,
  constant: string | number,
): SQL | null => {
  if (!cursor) return sql`true`
  const { id, orders } = TABLES[branch.kind]
  const { ascending, beyond } = readingOf(sort.descending, cursor.side === 'before')
  const order = orders[sort.column]
  if (order) return sql`(${sql.raw(order[0])}, ${id}) ${beyond} (${asked('value')}, ${asked('place')})`
  if (constant === cursor.value) return sql`${id} ${beyond} ${asked('place')}`
  return constant > cursor.value === ascending ? sql`true` : null
}

type Read = { selects: SQL[]; choice: SQL | null }

/**
 * The first rows of one branch beyond the cursor. In its order where nothing is filtered or every filter finds many;
 * driven by the first filter that finds few where there is one. Which of the two is decided in the same statement, and
 * the other one reads nothing, since its LIMIT is 0 then.
 */
const readBranch = (branch: Branch, query: MemberQuery, n: number): Read => {
  const { sort, cursor, limit } = query
  const { id, row, byId, orders } = TABLES[branch.kind]
  const order = orders[sort.column]
  const constant = sort.column === 'status' ? PLACES.indexOf(branch.shown) : ''
  const isBeyond = beyondCursor(branch, query, constant)
  if (!isBeyond) return { selects: [], choice: null }
  const { direction } = readingOf(sort.descending, cursor?.side === 'before')
  const table = sql.raw(branch.kind)
  const sorted = order
    ? sql.raw(order[0])
    : typeof constant === 'number'
      ? sql.raw(String(constant))
      : sql`''`
  const filters = filtersOf(branch, query)
  const live = branch.only === 'live' ? sql`and expires_at > ${asked('now')}` : sql``
  // In the order of what is stored, of which a column shown may have the name.
  const where = sql`organization_id = ${asked('org')} and status = '${sql.raw(branch.stored)}' ${live}
    ${sql.join(
      filters.map(({ must }) => sql`and ${must}`),
      sql` `,
    )} and ${isBeyond}
    order by ${order ? sql`${table}.${sql.raw(order[0])} ${direction},` : sql``} ${table}.${id} ${direction}`
  const size = sql.raw(String(limit + 1))
  const inOrder = (most: SQL) =>
    sql`select * from (select ${row}, ${sorted} as sorted from ${table} indexed by ${sql.raw(order?.[1] ?? byId)}
      where ${where} limit ${most})`
  if (filters.length === 0) return { selects: [inOrder(size)], choice: null }

  const name = sql.raw(`choice_${n}`)
  const most = sql.raw(String(COUNT_LIMIT))
  const few = filters.map(
    ({ found }, at) => sql`when (select count(*) from (${found})) < ${most} then ${sql.raw(String(at + 1))}`,
  )
  const candidates = filters.map(
    ({ found }, at) =>
      sql`select * from (select found from (${found}) limit iif((select n from ${name}) = ${sql.raw(String(at + 1))}, ${most}, 0))`,
  )
  return {
    choice: sql`${name} as materialized (select case ${sql.join(few, sql` `)} else 0 end as n)`,
    selects: [
      inOrder(sql`iif((select n from ${name}) = 0, ${size}, 0)`),
      sql`select * from (select ${row}, ${sorted} as sorted from (${unionAll(candidates)})
        cross join ${table} on ${id} = found where ${where} limit ${size})`,
    ],
  }
}

/**
 * One page of members and outstanding invitations, for a batch. Each branch is read in its own index's order and the few
 * first rows of each are merged, so that a page costs the same wherever it lies.
 */
export const memberPage = (
  organizationId: string,
  now: number,
  query: MemberQuery,
  withInvitations: boolean,
): SQL => {
  const read = branchesOf(query, withInvitations).map((branch, n) => readBranch(branch, query, n))
  const selects = read.flatMap((branch) => branch.selects)
  if (selects.length === 0) return sql`select 1 where false`
  const choices = read.flatMap(({ choice }) => (choice ? [choice] : []))
  const { direction } = readingOf(query.sort.descending, query.cursor?.side === 'before')
  return sql`with ${sql.join([askedFor(organizationId, now, query), ...choices], sql`, `)}
    select p.*, iif(p.kind = 'member', (select u.typed_address from user u where u.id = p.id), p.address) as "typedAddress"
    from (select * from (${unionAll(selects)})
      order by sorted ${direction}, id ${direction} limit ${sql.raw(String(query.limit + 1))}) p
    order by p.sorted ${direction}, p.id ${direction}`
}

/** Reads the answer of `memberPage`. */
export const memberPageOf = (
  answer: Answer | undefined,
  { limit, cursor }: { limit: number; cursor: Cursor | null },
): { rows: ListedMember[]; more: boolean } =>
  pageOfRows(rowsOf<ListedMember>(answer), limit, cursor?.side === 'before')

const NOTHING: Answer = { rows: [], changes: 0 }

type Plan = { now: number; seatLimit: number; withInvitations: boolean }

/** A page, how many invitations are outstanding, what can be filtered by, and the seats; one round trip. */
export const readMemberPage = async (
  db: D1Database,
  organizationId: string,
  query: MemberQuery,
  { now, seatLimit, withInvitations }: Plan,
) => {
  const [page, outstanding, seats, team, ...suggested] = await runBatch(db, [
    memberPage(organizationId, now, query, withInvitations),
    sql`select count(*) as n from (select 1 from invitation where organization_id = ${organizationId}
      and status in ${OPEN} limit ${COUNT_LIMIT})`,
    seatUsage(organizationId, now, seatLimit),
    sql`select id, name from team where id = ${query.team} and organization_id = ${organizationId}`,
    ...suggestions(organizationId),
  ])
  const [members, invited, teams] = suggested
  const known = suggestionsOf(
    [members, withInvitations ? invited : undefined, teams].flatMap((one) => one ?? NOTHING),
  )
  return {
    ...memberPageOf(page, query),
    outstanding: rowOf<{ n: number }>(outstanding)?.n ?? 0,
    seats: seatUsageOf(seats),
    departments: known.departments,
    teams: known.teams,
    /** The team filtered by, which may not be among those suggested; null where there is none. */
    team: rowOf<{ id: string; name: string }>(team),
  }
}
