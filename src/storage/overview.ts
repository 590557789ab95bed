import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import type { InviterLoss } from '../rules/inviter'
import type { Bounce, DeliveryState, InvitationStatus } from '../rules/lifecycle'
import { COUNT_LIMIT } from '../rules/lists'
import {
  type Attention,
  type Filters,
  type FunnelCounts,
  MOST_APPROVALS,
  MOST_ATTENTION,
  PERIOD_DAYS,
} from '../rules/overview'
import { rowOf, rowsOf, runBatch } from './batch'
import type { ActorRef } from './guards'
import { ASKER, BOUNCE, LOSS, type Suggestions, suggestions, suggestionsOf, VERSION } from './invitations'
import { type SeatUsage, seatUsage, seatUsageOf } from './seats'

export type AttentionRow = {
  id: string
  kind: Attention
  typedAddress: string
  role: string
  status: InvitationStatus
  sentAt: number
  expiresAt: number
  openedAt: number | null
  mailState: DeliveryState
  mailBounce: Bounce | null
  mailReason: string | null
  /** Of those that nobody answers for. */
  inviterLoss?: InviterLoss
  inviterKind: 'user' | 'api_key'
  inviterId: string
  askerId: string | null
  inviterName: string
  roleName: string
  approvalReason: string | null
  version: string
}

const ROW = sql`id, typed_address as "typedAddress", role, status, sent_at as "sentAt", expires_at as "expiresAt",
  opened_at as "openedAt", mail_state as "mailState", ${BOUNCE} as "mailBounce", mail_reason as "mailReason",
  inviter_kind as "inviterKind", inviter_id as "inviterId", ${ASKER} as "askerId",
  inviter_name as "inviterName", role_name as "roleName", approval_reason as "approvalReason", ${VERSION} as version`

const PROBLEMS = ['bounced', 'complained', 'failed'] as const satisfies (Attention & DeliveryState)[]

/** One more than is shown says whether there are more. */
const LIMIT = sql.raw(String(MOST_ATTENTION + 1))

/** The newest invitations of a status whose mail went wrong; a few of each problem, by the index of mail states. */
const mailProblems = (organizationId: string, status: 'pending' | 'expired'): SQL =>
  sql`select * from (${sql.join(
    PROBLEMS.map(
      (problem) => sql`select * from (select ${ROW}, mail_state as kind from invitation
        where organization_id = ${organizationId} and status = ${status} and mail_state = ${problem}
        order by id desc limit ${LIMIT})`,
    ),
    sql` union all `,
  )}) order by id desc limit ${LIMIT}`

const LIFE = sql`(expires_at - sent_at)`

/** Less than a quarter of its life is left, and less than a day. */
const aboutToExpire = (now: number): SQL =>
  sql`(expires_at < ${now + DAY} and (expires_at - ${now}) * 4 < ${LIFE})`

/** Invitations whose mail went well and that somebody could still accept, the first to expire first. */
const pendingWhere = (organizationId: string, now: number, kind: Attention, which: SQL): SQL =>
  sql`select ${ROW}, ${kind} as kind from invitation
    where organization_id = ${organizationId} and status = 'pending' and expires_at > ${now} and ${which}
      and mail_state not in (${sql.join(
        PROBLEMS.map((problem) => sql`${problem}`),
        sql`, `,
      )})
    order by expires_at, id limit ${LIMIT}`

/** Invitations that somebody else asked for and that await approval, the first asked for first. */
const awaitingApproval = (organizationId: string, { kind, id }: ActorRef): SQL =>
  sql`select ${ROW}, ${LOSS} as "inviterLoss", 'approval' as kind from invitation
    where organization_id = ${organizationId} and status = 'awaiting_approval' and not (inviter_kind = ${kind} and inviter_id = ${id})
      and ${ASKER} is not ${id}
    order by sent_at, id limit ${sql.raw(String(MOST_APPROVALS))}`

/** How many await approval at all, whoever asked for them. */
const awaitingCount = (organizationId: string): SQL =>
  sql`select count(*) as n from (select 1 from invitation where organization_id = ${organizationId}
    and status = 'awaiting_approval' limit ${COUNT_LIMIT})`

/** Invitations that nobody answers for any more, the first to expire first. */
const inviterLost = (organizationId: string, now: number): SQL =>
  sql`select ${ROW}, ${LOSS} as "inviterLoss", 'inviter_lost' as kind from invitation
    where organization_id = ${organizationId} and status = 'pending' and expires_at > ${now} and ${LOSS} <> ''
    order by expires_at, id limit ${LIMIT}`

/** Of invitation `i`. The index of what the numbers are counted over is chosen before these are looked at. */
const matching = ({ department, team, role }: Filters): SQL =>
  sql`${department ? sql`and i.department = ${department}` : sql``} ${role ? sql`and i.role = ${role}` : sql``}
    ${
      team
        ? sql`and (select count(*) from invitation_team it where it.invitation_id = i.id and it.team_id = ${team}) > 0`
        : sql``
    }`

const OPENED = sql`(i.opened_at is not null or i.status in ('accepted', 'declined'))`

const funnel = (organizationId: string, now: number, filters: Filters): SQL => {
  const counted = (condition: SQL) => sql`count(*) filter (where ${condition})`
  return sql`select count(*) as sent,
      ${counted(sql`i.mail_state in ('sent', 'delivered', 'bounced', 'complained') or ${OPENED}`)} as "handedOver",
      ${counted(sql`i.mail_state in ('delivered', 'complained') or ${OPENED}`)} as delivered,
      ${counted(OPENED)} as opened,
      ${counted(sql`i.status = 'accepted'`)} as accepted,
      ${counted(sql`i.mail_state = 'delivered'`)} as reported,
      ${counted(sql`i.mail_state = 'sent' and not ${OPENED}`)} as silent
    from invitation i indexed by invitation_first_sent
    where i.organization_id = ${organizationId} and i.first_sent_at >= ${now - PERIOD_DAYS * DAY}
      and i.status <> 'awaiting_approval' ${matching(filters)}`
}

/** Acceptances by the day of `starts` they fall on, and the median of how long they took since the first sending. */
const acceptances = (organizationId: string, starts: readonly number[], filters: Filters): SQL => {
  const [first = 0] = starts
  const last = starts.at(-1) ?? 0
  const cases = starts.slice(1).map((end, day) => sql`when e.at < ${end} then ${sql.raw(String(day))}`)
  return sql`with accepted as materialized (
      select case ${sql.join(cases, sql` `)} end as day, e.at - i.first_sent_at as took
      from audit_event e indexed by audit_event_by_action
      cross join invitation i on i.id = e.target_id and i.organization_id = e.organization_id
      where e.organization_id = ${organizationId} and e.action = 'invitation.accepted'
        and e.at >= ${first} and e.at < ${last} ${matching(filters)}),
    days as materialized (select day, count(*) as count from accepted group by day),
    total(n) as materialized (select sum(count) from days)
    select day, count, (select avg(took) from (select took from accepted order by took
      limit 2 - (select n from total) % 2 offset ((select n from total) - 1) / 2)) as median
    from days`
}

export type OverviewFacts = {
  /** What somebody else asks to approve, the first of them; what nobody answers for; mails that went wrong, pending ones first; then what is about to expire; then what nobody answers. */
  attention: {
    approvals: AttentionRow[]
    lost: AttentionRow[]
    pending: AttentionRow[]
    expiring: AttentionRow[]
    waiting: AttentionRow[]
    expired: AttentionRow[]
  }
  /** How many await approval at all. */
  awaiting: number
  funnel: FunnelCounts
  acceptances: { day: number; count: number }[]
  /** In ms; null where nobody accepted. */
  median: number | null
  seats: SeatUsage
  suggestions: Suggestions
}

/** Everything the overview shows, in one round trip. `starts` are those of the days, and of the day after them. */
export const readOverview = async (
  db: D1Database,
  organizationId: string,
  asked: { now: number; starts: readonly number[]; filters: Filters; seatLimit: number; actor: ActorRef },
): Promise<OverviewFacts> => {
  const { now, starts, filters } = asked
  const soon = aboutToExpire(now)
  const [
    approvals,
    awaiting,
    pending,
    expired,
    expiring,
    waiting,
    counts,
    accepted,
    seats,
    lost,
    ...suggested
  ] = await runBatch(db, [
    awaitingApproval(organizationId, asked.actor),
    awaitingCount(organizationId),
    mailProblems(organizationId, 'pending'),
    mailProblems(organizationId, 'expired'),
    pendingWhere(organizationId, now, 'expiring', soon),
    pendingWhere(organizationId, now, 'waiting', sql`(${now} - sent_at) * 2 > ${LIFE} and not ${soon}`),
    funnel(organizationId, now, filters),
    acceptances(organizationId, starts, filters),
    seatUsage(organizationId, now, asked.seatLimit),
    inviterLost(organizationId, now),
    ...suggestions(organizationId),
  ])
  const days = rowsOf<{ day: number; count: number; median: number }>(accepted)
  return {
    attention: {
      approvals: rowsOf<AttentionRow>(approvals),
      lost: rowsOf<AttentionRow>(lost),
      pending: rowsOf<AttentionRow>(pending),
      expiring: rowsOf<AttentionRow>(expiring),
      waiting: rowsOf<AttentionRow>(waiting),
      expired: rowsOf<AttentionRow>(expired),
    },
    awaiting: rowOf<{ n: number }>(awaiting)?.n ?? 0,
    funnel: rowOf<FunnelCounts>(counts) ?? {
      sent: 0,
      handedOver: 0,
      delivered: 0,
      opened: 0,
      accepted: 0,
      reported: 0,
      silent: 0,
    },
    acceptances: days.map(({ day, count }) => ({ day, count })),
    median: days[0]?.median ?? null,
    seats: seatUsageOf(seats),
    suggestions: suggestionsOf(suggested),
  }
}
