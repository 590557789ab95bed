import { type SQL, sql } from 'drizzle-orm'
import type { InviterLoss } from '../rules/inviter'
import type { Language } from '../rules/languages'
import {
  type Bounce,
  type DeliveryState,
  type InvitationStatus,
  statusesOf,
  TABS,
  type Tab,
} from '../rules/lifecycle'
import { COUNT_LIMIT, type Cursor, type ListQuery, type SortColumn, searchPrefixes } from '../rules/lists'
import { WAITS_FOR_RESUMING } from '../rules/pausing'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import { behind, inviterLoss, OPEN } from './guards'
import { pageOfRows, readingOf, startsWith, unionAll } from './lists'
import { type SeatUsage, seatUsage, seatUsageOf } from './seats'

/** The stored column behind each column of the page; words are ordered without regard to case. */
const STORED: Record<SortColumn, string> = {
  email: 'address',
  role: 'role_order',
  department: 'department_order',
  inviter: 'inviter_order',
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
  roleName: string
  teamNames: string
  department: string
  note: string
  language: Language
  status: InvitationStatus
  generation: number
  firstSentAt: number
  sentAt: number
  expiresAt: number
  endedAt: number | null
  inviterKind: 'user' | 'api_key'
  inviterId: string
  inviterName: string
  /** The user behind what awaits approval; else null. */
  askerId: string | null
  /** Why somebody had to approve it, and who did and when; null where nobody had to, or nobody has yet. */
  approvalReason: string | null
  approverName: string | null
  approvedAt: number | null
  /** By which what was shown is told from what became of it since. */
  version: string
  /** Why the inviter may no longer grant the role of a pending one; empty while they may. */
  inviterLoss: InviterLoss | ''
  acceptedBy: string | null
  mailState: DeliveryState
  mailReason: string | null
  /** When the mail goes that waits for a quota, or because a policy holds it; else null. */
  mailWaitsUntil: number | null
  /** How the current mail came back, where it did. */
  mailBounce: Bounce | null
  openedAt: number | null
}

/** A row of a list, with the value it stands at in the list's order. */
export type ListedInvitation = InvitationRow & { sorted: string | number }

/** How the current mail of a row of `invitation` came back, looked up only where it did. */
export const BOUNCE = sql`case when mail_state = 'bounced' then (select d.bounce from delivery d where d.subject_id = invitation.id
  and d.kind in ('invitation', 'reminder', 'second_reminder') and d.generation = invitation.generation
  and d.state = 'bounced' order by d.reported_at desc limit 1) end`

/** By which an invitation that was shown is told from what became of it since. */
export const VERSION = sql`substr(change_id, 1, 12) || '-' || role`

/** When a mail goes that was put off, looked up only where one waits for something. */
const WAITS = sql`case when mail_state = 'queued' and mail_reason <> ${WAITS_FOR_RESUMING} then (select d.due_at from delivery d
  where d.subject_id = invitation.id and d.kind = 'invitation' and d.generation = invitation.generation
  and d.state = 'queued' and d.attempts = 0) end`

/** Asked only of what could be accepted or approved. */
export const LOSS = sql`case when status in ('pending', 'awaiting_approval') then ${inviterLoss(sql`invitation`)} else '' end`

/** The user behind what awaits approval. */
export const ASKER = sql`case status when 'awaiting_approval' then ${behind(sql`inviter_kind`, sql`inviter_id`)} end`

const ROW = sql`id, address, typed_address as "typedAddress", role, role_name as "roleName",
  team_names as "teamNames", department, note, coalesce(language, 'en') as language, status, generation,
  first_sent_at as "firstSentAt", sent_at as "sentAt", expires_at as "expiresAt", ended_at as "endedAt",
  inviter_kind as "inviterKind", inviter_id as "inviterId", inviter_name as "inviterName", ${ASKER} as "askerId", approval_reason as "approvalReason",
  approver_name as "approverName", approved_at as "approvedAt", ${VERSION} as version, ${LOSS} as "inviterLoss", accepted_by as "acceptedBy", mail_state as "mailState", mail_reason as "mailReason",
  ${WAITS} as "mailWaitsUntil", ${BOUNCE} as "mailBounce", opened_at as "openedAt"`

export type TabCounts = Record<Tab, number>

const pageOf = (
  organizationId: string,
  status: InvitationStatus,
  { sort, search, cursor, limit }: ListQuery,
): SQL => {
  const column = sql.raw(STORED[sort.column])
  const { ascending, direction, beyond } = readingOf(sort.descending, cursor?.side === 'before')
  // Within one status the order by status is the order of the ids.
  const isBeyond = ({ value, id }: Cursor): SQL => {
    if (sort.column !== 'status') return sql`(${column}, id) ${beyond} (${value}, ${id})`
    if (status === value) return sql`id ${beyond} ${id}`
    return status > String(value) === ascending ? sql`true` : sql`false`
  }
  const here = sql`organization_id = ${organizationId} and status = ${status}`
  const prefixes = searchPrefixes(search)
  // Driven by the two ranges of the search where there is one, so that only what it finds is read.
  const from = search
    ? sql`(select id as found from invitation where ${here} and ${startsWith(sql`address`, prefixes.address)}
        union select id from invitation where ${here} and ${startsWith(sql`domain`, prefixes.domain)})
      cross join invitation on id = found`
    : sql`invitation`
  return sql`select * from (select ${ROW}, ${column} as sorted from ${from}
    where ${here}
      ${cursor ? sql`and ${isBeyond(cursor)}` : sql``}
    order by ${column} ${direction}, id ${direction} limit ${limit})`
}

/**
 * One page of a tab, every tab's count and the seats, in one round trip. Each status is read in its index's order and the
 * few first rows of each are merged, so that a page costs the same wherever it lies.
 */
export const listInvitations = async (
  db: D1Database,
  organizationId: string,
  query: ListQuery,
  plan: { now: number; seatLimit: number },
): Promise<{ rows: ListedInvitation[]; more: boolean; counts: TabCounts; seats: SeatUsage }> => {
  const { sort, cursor, limit } = query
  const backwards = cursor?.side === 'before'
  const { direction } = readingOf(sort.descending, backwards)
  const pages = statusesOf(query.tab).map((status) =>
    pageOf(organizationId, status, { ...query, limit: limit + 1 }),
  )
  const [page, counts, seats] = await runBatch(db, [
    sql`select * from (${unionAll(pages)}) order by sorted ${direction}, id ${direction} limit ${limit + 1}`,
    sql`select ${sql.join(
      TABS.map((tab) => {
        const statuses = sql.join(
          statusesOf(tab).map((status) => sql`${status}`),
          sql`, `,
        )
        return sql`(select count(*) from (select 1 from invitation where organization_id = ${organizationId}
          and status in (${statuses}) limit ${COUNT_LIMIT})) as ${sql.raw(`"${tab}"`)}`
      }),
      sql`, `,
    )}`,
    seatUsage(organizationId, plan.now, plan.seatLimit),
  ])
  return {
    ...pageOfRows(rowsOf<ListedInvitation>(page), limit, backwards),
    counts: rowOf<TabCounts>(counts) ?? { outstanding: 0, accepted: 0, revoked: 0, declined: 0, all: 0 },
    seats: seatUsageOf(seats),
  }
}

/** One invitation and its teams, for a batch. */
export const oneInvitation = (organizationId: string, id: string): SQL[] => [
  sql`select ${ROW} from invitation where organization_id = ${organizationId} and id = ${id}`,
  sql`select t.id, t.name from invitation_team it join team t on t.id = it.team_id and t.organization_id = ${organizationId}
    where it.invitation_id = ${id} order by t.name collate nocase`,
]

export type InvitationWithTeams = InvitationRow & { teams: { id: string; name: string }[] }

/** Reads the answers of `oneInvitation`. */
export const oneInvitationOf = ([found, teams]: Answer[]): InvitationWithTeams | null => {
  const row = rowOf<InvitationRow>(found)
  return row && { ...row, teams: rowsOf<{ id: string; name: string }>(teams) }
}

/** One invitation with its teams, or null; one round trip. */
export const readInvitation = async (
  db: D1Database,
  organizationId: string,
  id: string,
): Promise<InvitationWithTeams | null> =>
  oneInvitationOf(await runBatch(db, oneInvitation(organizationId, id)))

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
  departmentsOf('invitation', sql`organization_id = ${organizationId} and status in ${OPEN}`),
  sql`select id, name from team where organization_id = ${organizationId} order by name collate nocase limit 200`,
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
