import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import { LAST_WORD, type MailReport, WEIGHTS, worthOf } from '../rules/mail-events'
import { ACCOUNT_MAIL_KINDS } from '../rules/mails'
import { COUNTED_FOR, LEAST, PAUSABLE_KINDS } from '../rules/pausing'
import { rowsOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'

/** A report as it is written down: `event` is minted for this attempt, `changeId` says that it is this report. */
export type Reported = { event: string; changeId: string; pause: string; report: MailReport }

export type Source = { name: string; label: string }

export type ReportFact = {
  changeId: string
  /** The mail is one of ours. */
  known: boolean
  /** By this attempt, or by one before. */
  done: boolean
}

const literals = (values: readonly string[]): SQL => sql.raw(values.map((value) => `'${value}'`).join(', '))

/** Delivery `d` is of an invitation. */
const isInviting = sql`d.kind in (${literals(PAUSABLE_KINDS)})`

/** An invitation shows what became of its own mail, and what a reminder `d` found out about the address. */
const isShown = sql`(d.kind = 'invitation'
  or d.kind in ('reminder', 'second_reminder') and d.state in ('bounced', 'complained'))`

/** What is found by what the provider calls it is looked for this far back, in ms. */
const LOOKED_FOR = 30 * DAY

/** The reports with the delivery of each, as far as there is one. */
const reportsOf = (source: Source, reported: readonly Reported[], now: number): SQL => {
  const rows = reported.map(({ event, changeId, pause, report }) => ({
    event,
    changeId,
    pause,
    told: report.event,
    state: report.state,
    bounce: report.bounce,
    reason: report.reason,
    at: report.at,
    worth: worthOf(report),
    ...report.mail,
  }))
  return sql`(select r.event, r.change_id, r.pause, r.told, r.state, r.bounce, r.reason, r.at, r.worth,
      case when r.delivery is not null then (select id from delivery where id = r.delivery)
        else (select id from delivery where address = r.address and created_at > ${now - LOOKED_FOR}
          and provider_id = r.provider_id and provider = ${source.name} order by created_at desc limit 1) end as delivery
    from (select value->>'event' as event, value->>'changeId' as change_id, value->>'pause' as pause,
      value->>'told' as told, value->>'state' as state, value->>'bounce' as bounce, value->>'reason' as reason,
      value->>'at' as at, value->>'worth' as worth, value->>'delivery' as delivery, value->>'address' as address,
      value->>'providerId' as provider_id from json_each(${JSON.stringify(rows)})) r)`
}

/** What the state of delivery `d` is worth as it stands: the same that `worthOf` says of a report. */
const WORTH = sql`case when d.state = 'complained' then ${LAST_WORD}
  when d.state in ('delivered', 'bounced') then coalesce(d.reported_at, 0) * 4
    + case when d.state = 'delivered' then ${WEIGHTS.delivered} when d.bounce = 'hard' then ${WEIGHTS.hard} else ${WEIGHTS.soft} end
  else 0 end`

/** Of organization `o`, the mails that were handed over lately, and those of them that meet a condition. */
const mailsOf = (now: number, condition: SQL): SQL =>
  sql`(select count(*) from delivery d where d.organization_id = o.id and ${isInviting}
    and d.created_at > ${now - 2 * COUNTED_FOR} and d.sent_at > max(${now - COUNTED_FOR}, coalesce(o.sending_resumed_at, 0))
    and ${condition})`

// The first terms name what the index of mails in trouble holds.
const TROUBLE = sql`d.state in ('failed', 'bounced', 'complained')`
const BAD = {
  bounces: sql`${TROUBLE} and d.state = 'bounced' and d.bounce = 'hard'`,
  complaints: sql`${TROUBLE} and d.state = 'complained'`,
}
const HANDED_OVER = sql`d.state in ('sent', 'delivered', 'bounced', 'complained')`

/** So many of the mails counted in row `c` are bad that sending pauses; `at` is a percentage, 0 for never. */
const tooMany = (reason: 'bounces' | 'complaints', at: number): SQL =>
  at === 0
    ? sql`false`
    : sql`(c.${sql.raw(reason)} >= ${LEAST[reason].bad} and c.mails >= ${LEAST[reason].mails}
        and c.${sql.raw(reason)} * 100 >= ${at} * c.mails)`

/**
 * Pauses the sending of organizations of which bad news came with this batch, where they have had too many. Mails are
 * counted only where there are enough bad ones.
 */
const pause = (
  source: Source,
  claimed: SQL,
  now: number,
  pauseAt: { bounces: number; complaints: number },
): SQL[] => {
  const paused = sql`(select min(r.pause) as id, min(r.change_id) as change_id, d.organization_id
    from ${claimed} join delivery d on d.id = r.delivery
    where ${isInviting} and d.state = r.state and (r.state = 'complained' or r.bounce = 'hard')
    group by d.organization_id)`
  return [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`p.id`,
        changeId: sql`p.change_id || ':pause'`,
        organizationId: sql`p.organization_id`,
        action: 'sending.paused',
        actor: { kind: 'provider', id: source.name, name: source.label },
        target: { kind: 'organization', id: sql`p.organization_id`, name: sql`p.name` },
        at: now,
        detail: sql`json_object('for', p.reason, 'bad', iif(p.reason = 'bounces', p.bounces, p.complaints), 'mails', p.mails)`,
      })}
      from (select c.*, case when ${tooMany('bounces', pauseAt.bounces)} then 'bounces'
          when ${tooMany('complaints', pauseAt.complaints)} then 'complaints' end as reason
        from (select b.*, iif(b.bounces >= ${LEAST.bounces.bad} or b.complaints >= ${LEAST.complaints.bad},
            (select ${mailsOf(now, HANDED_OVER)} from organization o where o.id = b.organization_id), 0) as mails
          from (select p.*, o.name, ${mailsOf(now, BAD.bounces)} as bounces, ${mailsOf(now, BAD.complaints)} as complaints
            from ${paused} p join organization o on o.id = p.organization_id and o.sending_paused_at is null) b) c) p
      where p.reason is not null`,
    sql`update organization set sending_paused_at = ${now}, sending_paused_for = e.detail->>'for'
      from ${claimed} join audit_event e on e.id = r.pause and e.action = 'sending.paused'
      where organization.id = e.organization_id and organization.sending_paused_at is null`,
  ]
}

/**
 * Writes down what a provider reports of mails, as one batch: an event for each report that was not told before, and
 * what follows from it. Of several reports of one mail the one worth most stands.
 */
export const commitReports = async (
  db: D1Database,
  source: Source,
  reported: readonly Reported[],
  terms: { now: number; pauseAt: { bounces: number; complaints: number } },
): Promise<ReportFact[]> => {
  const { now } = terms
  const reports = reportsOf(source, reported, now)
  const claimed = sql`${reports} r join audit_event c on c.id = r.event`
  const ofAccount = sql`d.kind in (${literals(ACCOUNT_MAIL_KINDS)})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`r.event`,
        changeId: sql`r.change_id`,
        organizationId: sql`iif(${ofAccount}, null, d.organization_id)`,
        action: sql`'mail.' || r.state`,
        actor: { kind: 'provider', id: source.name, name: source.label },
        target: {
          kind: sql`iif(${isInviting}, 'invitation', 'mail')`,
          id: sql`iif(${isInviting}, d.subject_id, d.id)`,
          name: sql`coalesce(d.content->>'to', d.address)`,
        },
        at: now,
        detail: sql`json_patch('{}', json_object('delivery', d.id, 'kind', d.kind, 'generation', d.generation, 'event', r.told,
          'reportedAt', r.at, 'bounce', r.bounce, 'reason', r.reason, 'before', json_object('state', d.state)))`,
      })}
      from ${reports} r join delivery d on d.id = r.delivery
      where not exists (select 1 from audit_event e where e.change_id = r.change_id)
        and not exists (select 1 from audit_event e where e.target_id = iif(${isInviting}, d.subject_id, d.id)
          and e.action = 'mail.' || r.state and e.actor_id = ${source.name} and e.detail->>'event' = r.told)`,
    sql`update delivery set delivered_at = coalesce(delivered_at, r.at) from ${claimed}
      where delivery.id = r.delivery and r.state = 'delivered'`,
    sql`update delivery set state = w.state, bounce = w.bounce, reason = w.reason, reported_at = w.at,
        provider = coalesce(delivery.provider, ${source.name}), sent_at = coalesce(delivery.sent_at, min(w.at, ${now}))
      from (select r.*, ${WORTH} as standing, row_number() over (partition by r.delivery order by r.worth desc) as place
        from ${claimed} join delivery d on d.id = r.delivery) w
      where delivery.id = w.delivery and w.place = 1 and w.worth > w.standing`,
    // Where there are reminders, the triggers show whatever changed last. What came back or was complained about stands.
    sql`update invitation set (mail_state, mail_reason) = (select d.state, d.reason from delivery d
        where d.subject_id = invitation.id and d.generation = invitation.generation and ${isShown}
        order by d.state = 'complained' desc, d.state = 'bounced' desc, d.reported_at desc limit 1)
      where reminders_sent > 0 and id in (select d.subject_id from ${claimed} join delivery d on d.id = r.delivery
          where ${isInviting})
        and exists (select 1 from delivery d where d.subject_id = invitation.id and d.generation = invitation.generation
          and d.kind = 'invitation')`,
    sql`insert into suppression (organization_id, address, reason, created_at)
      select d.organization_id, d.address, r.state, min(r.at) from ${claimed} join delivery d on d.id = r.delivery
      where d.state = r.state and (r.state = 'complained' or r.bounce = 'hard' and d.bounce = 'hard')
      group by d.organization_id, d.address, r.state
      on conflict do nothing`,
    // An address that took a mail since is no dead one.
    sql`delete from suppression where rowid in (
      select x.rowid from ${claimed} join delivery d on d.id = r.delivery and d.state = 'delivered'
      join suppression x on x.address = d.address and x.reason = 'bounced' and x.created_at <= d.reported_at)`,
    ...pause(source, claimed, now, terms.pauseAt),
    sql`select r.change_id as "changeId", r.delivery is not null as known,
        exists (select 1 from audit_event e where e.change_id = r.change_id) as done
      from ${reports} r`,
  ])
  type FactRow = { changeId: string; known: number; done: number }
  return rowsOf<FactRow>(answers.at(-1)).map(({ changeId, known, done }) => ({
    changeId,
    known: Boolean(known),
    done: Boolean(done),
  }))
}
