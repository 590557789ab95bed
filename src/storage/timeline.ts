import { type SQL, sql } from 'drizzle-orm'
import type { AuditEvent } from '../rules/audit'
import type { Bounce, SuppressionReason } from '../rules/lifecycle'
import type { LifeMail } from '../rules/timeline'
import { eventsOf, eventsOn } from './audit'
import { rowOf, rowsOf, runBatch } from './batch'
import { LEASE } from './deliveries'
import { type InvitationWithTeams, oneInvitation, oneInvitationOf } from './invitations'
import { suppresses } from './suppression'

/** How many generations are read at a time, and how many events of them. */
const GENERATIONS = 10
const EVENTS = 200

/** What only the page of one invitation shows of it. */
type InvitationRest = {
  remindAt: number | null
  remindersSent: number
  remindersPaused: boolean
  /** Who accepted it is still a member. */
  memberThere: boolean
  /** Why its address is not reminded. */
  suppressions: SuppressionReason[]
  /** How the mail of the current generation came back, where it did. */
  bounce: Bounce | null
}

export type ReadLife = {
  invitation: InvitationWithTeams & InvitationRest
  /** The generations that were read, both included. */
  from: number
  to: number
  mails: LifeMail[]
  events: AuditEvent[]
  /** There are older events of these generations than were read. */
  cut: boolean
}

const MAIL = sql`d.id, d.kind, d.generation, d.state, d.attempts, d.due_at as "dueAt", d.reason, d.provider,
  d.sent_at as "sentAt", d.reported_at as "reportedAt", d.delivered_at as "deliveredAt", d.bounce, d.created_at as "createdAt",
  iif(d.state = 'failed', max(d.created_at, d.due_at - ${LEASE}), null) as "failedAt"`

/**
 * An invitation and what happened to its newest generations, or to those before generation `before`; null where the
 * organization has no such invitation. One round trip, which costs the same however often it was resent.
 */
export const readLife = async (
  db: D1Database,
  organizationId: string,
  id: string,
  before: number | null,
): Promise<ReadLife | null> => {
  const to = sql`(select ${before === null ? sql`generation` : sql`min(generation, max(1, ${before - 1}))`} from invitation
    where organization_id = ${organizationId} and id = ${id})`
  const from = sql`max(1, ${to} - ${GENERATIONS - 1})`
  /** When the mail of a generation was queued, which is when the generation began. */
  const begun = (generation: SQL) =>
    sql`(select min(created_at) from delivery where subject_id = ${id} and kind = 'invitation' and generation = ${generation})`
  const [found, teams, rest, mails, events] = await runBatch(db, [
    ...oneInvitation(organizationId, id),
    sql`select i.remind_at as "remindAt", i.reminders_sent as "remindersSent", i.reminders_paused as "remindersPaused",
        exists (select 1 from member m where m.organization_id = i.organization_id and m.user_id = i.accepted_by) as "memberThere",
        (select json_group_array(reason) from (select distinct x.reason from suppression x
          where ${suppresses(sql`i`)} order by x.reason)) as suppressions,
        (select d.bounce from delivery d where d.subject_id = i.id and d.kind in ('invitation', 'reminder', 'second_reminder')
          and d.generation = i.generation and d.state = 'bounced' order by d.reported_at desc limit 1) as bounce,
        ${from} as "from", ${to} as "to"
      from invitation i where i.organization_id = ${organizationId} and i.id = ${id}`,
    sql`select ${MAIL} from delivery d indexed by delivery_once_each
        where d.organization_id = ${organizationId} and d.subject_id = ${id}
        and d.kind in ('invitation', 'reminder', 'second_reminder') and d.generation between ${from} and ${to}`,
    eventsOn(organizationId, id, {
      from: sql`iif(${from} = 1, 0, coalesce(${begun(from)}, 0))`,
      until: sql`coalesce(${begun(sql`${to} + 1`)}, 9e15)`,
      limit: EVENTS + 1,
    }),
  ])
  const invitation = oneInvitationOf([found, teams].flatMap((answer) => answer ?? []))
  type RestRow = Omit<InvitationRest, 'remindersPaused' | 'memberThere' | 'suppressions'> & {
    remindersPaused: number
    memberThere: number
    suppressions: string
    from: number
    to: number
  }
  const more = rowOf<RestRow>(rest)
  if (!invitation || !more) return null
  const { from: first, to: last, remindersPaused, memberThere, suppressions, ...plain } = more
  const told = eventsOf(events)
  return {
    invitation: {
      ...invitation,
      ...plain,
      remindersPaused: Boolean(remindersPaused),
      memberThere: Boolean(memberThere),
      suppressions: JSON.parse(suppressions) as SuppressionReason[],
    },
    from: first,
    to: last,
    mails: rowsOf<LifeMail>(mails),
    events: told.slice(0, EVENTS),
    cut: told.length > EVENTS,
  }
}
