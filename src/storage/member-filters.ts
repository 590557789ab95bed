import { type SQL, sql } from 'drizzle-orm'
import { COUNT_LIMIT, namePrefixes, searchPrefixes } from '../rules/lists'
import type { MemberColumn, MemberQuery, PlaceStatus } from '../rules/members'
import { inviterLoss } from './guards'
import { ASKER, VERSION } from './invitations'
import { endOf, unionAll } from './lists'

export type Kind = 'member' | 'invitation'
/** A column and the index in whose order it is read; null where all rows of a branch are alike. */
type Order = [column: string, index: string] | null

export const TABLES: Record<Kind, { id: SQL; row: SQL; byId: string; orders: Record<MemberColumn, Order> }> =
  {
    member: {
      id: sql`user_id`,
      row: sql`'member' as kind, user_id as id, name, address, role, role_name as "roleName", department,
      team_names as "teamNames", status, joined_at as at, inviter_name as "inviterName",
      null as "mailState", null as "inviterKind", null as "inviterId", null as "askerId", null as "inviterLoss", null as "approvalReason",
      null as version`,
      byId: 'member_by_status',
      orders: {
        name: ['name_order', 'member_by_name'],
        email: ['address', 'member_by_address'],
        role: ['role_order', 'member_by_role'],
        department: ['department_order', 'member_by_department'],
        teams: ['teams_order', 'member_by_teams'],
        status: null,
        joined: ['joined_at', 'member_by_joined'],
        inviter: ['inviter_order', 'member_by_inviter'],
      },
    },
    invitation: {
      id: sql`id`,
      row: sql`'invitation' as kind, id, '' as name, typed_address as address, role, role_name as "roleName", department,
      team_names as "teamNames", iif(status = 'pending' and expires_at <= (select now from asked), 'expired', status) as status,
      sent_at as at, inviter_name as "inviterName", mail_state as "mailState", inviter_kind as "inviterKind", inviter_id as "inviterId", ${ASKER} as "askerId",
      case status when 'awaiting_approval' then ${inviterLoss(sql`invitation`)} else '' end as "inviterLoss", approval_reason as "approvalReason", ${VERSION} as version`,
      byId: 'invitation_in_order_of_status',
      orders: {
        name: null,
        email: ['address', 'invitation_in_order_of_address'],
        role: ['role_order', 'invitation_in_order_of_role'],
        department: ['department_order', 'invitation_in_order_of_department'],
        teams: ['teams_order', 'invitation_in_order_of_teams'],
        status: null,
        joined: ['sent_at', 'invitation_in_order_of_sending'],
        inviter: ['inviter_order', 'invitation_in_order_of_inviter'],
      },
    },
  }

/** One stored status of one table, as far as it belongs to what is asked for. */
export type Branch = {
  kind: Kind
  stored: PlaceStatus
  shown: PlaceStatus
  only?: 'live' | 'due'
}

/** A value that was asked for; bound once, since a query has a hundred places for values and not more. */
export const asked = (name: string): SQL => sql.raw(`(select ${name} from asked)`)

export const askedFor = (organizationId: string, now: number, query: MemberQuery): SQL => {
  const { role, team, department, search, cursor } = query
  const prefixes = searchPrefixes(search)
  const [name = '', otherName = name] = namePrefixes(search)
  return sql`asked as (select ${organizationId} as org, ${now} as now, ${cursor?.value ?? null} as value,
    ${cursor?.id ?? null} as place, ${role?.key ?? null} as role, lower(${role?.name ?? null}) as role_order,
    ${team} as team, lower(${department}) as department, ${prefixes.address} as address,
    ${endOf(prefixes.address)} as address_end, ${prefixes.domain} as domain, ${endOf(prefixes.domain)} as domain_end,
    ${name} as name, ${endOf(name)} as name_end, ${otherName} as other_name, ${endOf(otherName)} as other_name_end)`
}

/** Where a search looks: a column, its index, and the prefix asked for. */
const SEARCHED: Record<Kind, readonly [column: string, index: string, prefix: string][]> = {
  member: [
    ['name_order', 'member_by_name', 'name'],
    ['name_order', 'member_by_name', 'other_name'],
    ['last_name_order', 'member_by_last_name', 'name'],
    ['last_name_order', 'member_by_last_name', 'other_name'],
    ['address', 'member_by_address', 'address'],
    ['domain', 'member_by_domain', 'domain'],
  ],
  invitation: [
    ['address', 'invitation_in_order_of_address', 'address'],
    ['domain', 'invitation_in_order_of_domain', 'domain'],
  ],
}

const begins = (column: string, prefix: string): SQL =>
  sql`(${sql.raw(column)} >= ${asked(prefix)} and ${sql.raw(column)} < ${asked(`${prefix}_end`)})`

/** One filter of a branch: what its rows must be, and where its few rows are found without reading the others. */
type Filter = { must: SQL; found: SQL }

export const filtersOf = ({ kind, stored, only }: Branch, query: MemberQuery): Filter[] => {
  const { id, orders } = TABLES[kind]
  const table = sql.raw(kind)
  const most = sql.raw(String(COUNT_LIMIT))
  const here = sql`organization_id = ${asked('org')} and status = '${sql.raw(stored)}'`
  const among = (index: string, must: SQL) =>
    sql`select ${id} as found from ${table} indexed by ${sql.raw(index)} where ${here} and ${must} limit ${most}`
  const equal = (order: Order, value: string, also = sql`true`): Filter => {
    const [column, index] = order ?? ['', '']
    const same = sql`${sql.raw(column)} = ${asked(value)}`
    return { must: sql`${same} and ${also}`, found: among(index, same) }
  }
  const filters: Filter[] = []
  if (query.search) {
    const places = SEARCHED[kind]
    filters.push({
      must: sql`(${sql.join(
        places.map(([column, , prefix]) => begins(column, prefix)),
        sql` or `,
      )})`,
      found: sql`select distinct found from (${unionAll(
        places.map(([column, index, prefix]) => sql`select * from (${among(index, begins(column, prefix))})`),
      )}) limit ${most}`,
    })
  }
  if (query.team) {
    filters.push(
      kind === 'member'
        ? {
            must: sql`exists (select 1 from member_team mt where mt.organization_id = member.organization_id
              and mt.user_id = member.user_id and mt.team_id = ${asked('team')})`,
            found: sql`select user_id as found from member_team where team_id = ${asked('team')}
              and organization_id = ${asked('org')} limit ${most}`,
          }
        : {
            must: sql`exists (select 1 from invitation_team it where it.invitation_id = invitation.id
              and it.team_id = ${asked('team')})`,
            found: sql`select invitation_id as found from invitation_team where team_id = ${asked('team')} limit ${most}`,
          },
    )
  }
  if (query.department) filters.push(equal(orders.department, 'department'))
  if (query.role) filters.push(equal(orders.role, 'role_order', sql`role = ${asked('role')}`))
  if (only === 'due') {
    const due = sql`expires_at <= ${asked('now')}`
    filters.push({ must: due, found: among('invitation_in_order_of_expiry', due) })
  }
  return filters
}
