import { type SQL, sql } from 'drizzle-orm'
import { HOUR, MINUTE } from '../rules/dates'
import type { InvitationStatus } from '../rules/lifecycle'
import { type Quotas, quotaDayOf } from '../rules/quotas'
import { MOST_REMINDERS } from '../rules/reminders'
import { rowOf, rowsOf, runBatch } from './batch'
import { ENQUEUED, invitationContent } from './deliveries'
import {
  type ActorRef,
  actorStillMay,
  addressQuotaLeft,
  CLAIM_COLUMNS,
  claimValues,
  inviterStillMay,
  notYetDone,
  OPEN,
  quotaLeft,
} from './guards'
import { cancelReminders, isSuppressed } from './suppression'

/** What sets the reminders of an invitation whose mail leaves at `startsAt`; `offsets` are counted from there, in ms. */
export const remindersFrom = (startsAt: SQL, offsets: readonly number[]) => {
  const [first, second] = offsets
  return {
    next: first === undefined ? sql`null` : sql`${startsAt} + ${first}`,
    again: second === undefined ? sql`null` : sql`${startsAt} + ${second}`,
  }
}

/** The same for one that went out before: what it was reminded of then counts. */
export const remindersAgain = (startsAt: SQL, offsets: readonly number[]): SQL => {
  const { next, again } = remindersFrom(startsAt, offsets)
  return sql`remind_at = iif(reminders_sent < ${MOST_REMINDERS}, ${next}, null),
    remind_again_at = iif(reminders_sent + 1 < ${MOST_REMINDERS}, ${again}, null)`
}

/** When what has to wait is tried again: it makes room meanwhile for what is due. */
const WAIT = 15 * MINUTE
/** A reminder that was late stands for the next one too, where that would follow within this time. */
const SOON = 6 * HOUR

export type Round = {
  /** The change's id; each event's is made of it and its invitation's. */
  round: string
  now: number
  /** Ids for the deliveries; as many invitations are looked at. */
  deliveries: readonly string[]
  quotas: Quotas
  mail: { from: string; appUrl: string }
}

/**
 * Queues the reminders of what is due the longest, as one batch. What can never be reminded is not due any more, what
 * came due while paused, or while nobody answers for the invitation, is left out, and what has to wait (for its mail, for a quota, for paused sending) is due again
 * later. So each round deals with every invitation that it looks at, and two at once share the work.
 * Answers the mails queued, and whether more is due.
 */
export const remindDue = async (
  db: D1Database,
  { round, now, deliveries, quotas, mail }: Round,
): Promise<{ deliveries: string[]; more: boolean }> => {
  const due = sql`select id from invitation where status = 'pending' and remind_at is not null and remind_at <= ${now}
    order by remind_at limit ${deliveries.length}`
  const day = quotaDayOf(now)
  const organizationThere = sql`exists (select 1 from organization o where o.id = i.organization_id
    and (o.delete_at is null or o.delete_at > ${now}))`
  const never = sql`(i.expires_at <= ${now} or i.reminders_sent >= ${MOST_REMINDERS}
    or i.mail_state not in ('queued', 'sending', 'sent', 'delivered') or ${isSuppressed(sql`i`)} or not ${organizationThere})`
  const skipped = sql`(i.reminders_paused or not ${inviterStillMay()})`
  const ready = sql`(not ${never} and not ${skipped} and i.mail_state in ('sent', 'delivered')
    and not exists (select 1 from organization o where o.id = i.organization_id and o.sending_paused_at is not null)
    and ${addressQuotaLeft(sql`i.address`, quotas.address, now)})`
  // Counted once for each organization and sender, not for each invitation.
  const left = sql`senders as materialized (select organization_id, inviter_id,
      ${quotaLeft({ organizationId: sql`w.organization_id`, senderId: sql`w.inviter_id`, quotas }, day)} as own,
      ${quotaLeft({ organizationId: sql`w.organization_id`, senderId: sql`w.inviter_id`, quotas: { ...quotas, sender: 0 } }, day)} as shared
    from (select distinct organization_id, inviter_id from invitation where id in (${due})) w)`
  const answers = await runBatch(db, [
    sql`update invitation as i set remind_at = iif(${never}, null, remind_again_at), remind_again_at = null
      where id in (${due}) and (${never} or ${skipped})`,
    sql`insert into audit_event ${CLAIM_COLUMNS}
      with ${left},
        places as (select i.*, iif(exists (select 1 from delivery d where d.subject_id = i.id and d.kind = 'reminder'
              and d.generation = i.generation), 'second_reminder', 'reminder') as kind,
            row_number() over (partition by i.organization_id order by i.remind_at, i.id) as of_organization,
            row_number() over (partition by i.organization_id, i.inviter_id order by i.remind_at, i.id) as of_sender,
            row_number() over (partition by i.address order by i.remind_at, i.id) as of_address
          from invitation i where i.id in (${due}) and ${ready})
      select ${claimValues({
        id: sql`${round} || ':' || p.id`,
        changeId: round,
        organizationId: sql`p.organization_id`,
        action: 'invitation.reminded',
        actor: { kind: 'system', id: null, name: 'Reminders' },
        target: { kind: 'invitation', id: sql`p.id`, name: sql`p.typed_address` },
        at: now,
        detail: sql`json_object('generation', p.generation, 'kind', p.kind, 'delivery', ${JSON.stringify(deliveries)} ->> (p.place - 1))`,
      })}
      from (select p.*, row_number() over (order by p.remind_at, p.id) as place
        from places p join senders s on s.organization_id = p.organization_id and s.inviter_id = p.inviter_id
        where p.of_address = 1 and p.of_organization <= s.shared and p.of_sender <= s.own) p`,
    sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, sender_id,
        quota_day, created_at)
      select e.detail->>'delivery', i.organization_id, e.detail->>'kind', i.id, i.generation, i.address,
        ${invitationContent(mail)}, 'queued', ${now + ENQUEUED}, i.inviter_id, ${day}, ${now}
      from audit_event e join invitation i on i.id = e.target_id join organization o on o.id = i.organization_id
      where e.change_id = ${round} on conflict do nothing`,
    sql`update invitation set reminders_sent = reminders_sent + 1, remind_again_at = null,
        remind_at = iif(reminders_sent + 1 < ${MOST_REMINDERS} and remind_again_at > ${now + SOON}, remind_again_at, null)
      where id in (select target_id from audit_event where change_id = ${round})`,
    sql`with ${left}
      update invitation as i set remind_at = ${now + WAIT} where id in (${due}) and (not ${ready}
        or exists (select 1 from senders s where s.organization_id = i.organization_id and s.inviter_id = i.inviter_id
          and min(s.own, s.shared) <= 0))`,
    sql`select id from delivery where id in (select value from json_each(${JSON.stringify(deliveries)}))`,
    sql`select exists (${due}) as more`,
  ])
  return {
    deliveries: rowsOf<{ id: string }>(answers.at(-2)).map(({ id }) => id),
    more: Boolean(rowOf<{ more: number }>(answers.at(-1))?.more),
  }
}

type Pressed = {
  event: string
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  id: string
}

/** What stands after a press; `done` where this change is written down, by this attempt or an earlier one. */
export type PauseFacts = {
  done: boolean
  actorMay: boolean
  /** Null where the organization has no such invitation. */
  invitation: {
    status: InvitationStatus
    acceptedBy: string | null
    paused: boolean
  } | null
}

/** Commits that the reminders of one open invitation pause, which cancels what is queued of them, or go on. */
export const commitPause = async (
  db: D1Database,
  { event, changeId, organizationId, actor, now, id }: Pressed,
  paused: boolean,
): Promise<PauseFacts> => {
  const mine = sql`(select target_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: paused ? 'reminders.paused' : 'reminders.resumed',
        actor,
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('generation', i.generation)`,
      })}
      from invitation i where i.id = ${id} and i.organization_id = ${organizationId} and i.status in ${OPEN}
        and i.reminders_paused = ${paused ? 0 : 1} and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update invitation set reminders_paused = ${paused ? 1 : 0} where id = ${mine}`,
    ...(paused ? [cancelReminders(sql`subject_id = ${mine}`, 'Its reminders were paused')] : []),
    sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay"`,
    sql`select status, accepted_by as "acceptedBy", reminders_paused as paused from invitation
      where id = ${id} and organization_id = ${organizationId}`,
  ])
  const facts = rowOf<{ done: number; actorMay: number }>(answers.at(-2))
  type Row = Omit<NonNullable<PauseFacts['invitation']>, 'paused'> & { paused: number }
  const row = rowOf<Row>(answers.at(-1))
  return {
    done: Boolean(facts?.done),
    actorMay: Boolean(facts?.actorMay),
    invitation: row && { ...row, paused: Boolean(row.paused) },
  }
}
