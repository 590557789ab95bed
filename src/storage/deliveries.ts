import { type SQL, sql } from 'drizzle-orm'
import { DAY, MINUTE } from '../rules/dates'
import type { DeliveryState } from '../rules/lifecycle'
import { ACCOUNT_MAIL_KINDS, MAIL_KINDS, type MailContents, type MailKind } from '../rules/mails'
import { LOOKED_AT_EVERY, PAUSABLE_KINDS, WAITS_FOR_RESUMING } from '../rules/pausing'
import { quotaDayOf, WAITS_FOR_QUOTA } from '../rules/quotas'
import { rowsOf, runBatch } from './batch'
import { leavesAt, roleLabel } from './guards'
import { isSuppressed } from './suppression'

/** When the cron looks after a delivery that nobody has dealt with, in ms after it was enqueued. */
export const ENQUEUED = 5 * MINUTE
/** How long a consumer may hold a delivery, in ms: longer than the slowest batch takes, silent provider and database included. */
export const LEASE = 3 * MINUTE

/** How the mails of a kind hang on what they are about. */
type Kind = {
  /** Its subject is a row `s` of this table, which keeps key and hash of the link in the mail; null for a mail whose link is no secret. */
  table: SQL | null
  /** Whether the row of `delivery` is still wanted, by its subject where it has one. */
  wanted: (now: number) => SQL
  /** Why a mail does not go that its subject no longer wants. */
  unwanted: string
}

/** What has happened stays so. */
const ALWAYS: Kind = { table: null, wanted: () => sql`true`, unwanted: '' }

const REMINDER: Kind = {
  table: sql`invitation`,
  wanted: (now) =>
    sql`s.generation = delivery.generation and s.status = 'pending' and s.expires_at > ${now} and not s.reminders_paused
      and not ${isSuppressed(sql`s`)}`,
  unwanted: 'The invitation had ended or changed, or its address takes no reminders',
}

/** Every kind of mail there is; whatever else stands in the table is left to the release that knows it. */
const KINDS: Record<MailKind, Kind> = {
  invitation: {
    table: sql`invitation`,
    wanted: (now) =>
      sql`s.generation = delivery.generation and s.status = 'pending' and s.expires_at > ${now}`,
    unwanted: 'The invitation had ended or changed',
  },
  reminder: REMINDER,
  second_reminder: REMINDER,
  organization_deletion: {
    table: sql`organization_deletion`,
    wanted: (now) => sql`s.status = 'requested' and s.expires_at > ${now}`,
    unwanted: 'The deletion was no longer asked for',
  },
  deletion_notice: {
    table: null,
    wanted: () =>
      sql`exists (select 1 from organization o where o.id = delivery.organization_id and o.delete_at is not null)`,
    unwanted: 'The deletion was undone',
  },
  acceptance_notice: ALWAYS,
  approval_request: ALWAYS,
  approval_answer: ALWAYS,
  expiry_digest: ALWAYS,
  password_reset: {
    table: sql`password_reset`,
    wanted: (now) => sql`s.status = 'requested' and s.expires_at > ${now}`,
    unwanted: 'A newer link was asked for, or none is needed any more',
  },
  password_notice: ALWAYS,
  security_notice: ALWAYS,
  address_change: {
    table: sql`address_change`,
    wanted: (now) => sql`s.status = 'requested' and s.expires_at > ${now}`,
    unwanted: 'The change was no longer asked for',
  },
  address_notice: ALWAYS,
}

/** One statement, or term of one, for each kind that has a secret link. */
const ofEachLink = (make: (kind: MailKind, table: SQL) => SQL): SQL[] =>
  MAIL_KINDS.flatMap((kind) => {
    const { table } = KINDS[kind]
    return table ? [make(kind, table)] : []
  })

const isWanted = ({ table, wanted }: Kind, now: number): SQL =>
  table
    ? sql`exists (select 1 from ${table} s where s.id = delivery.subject_id and ${wanted(now)})`
    : wanted(now)

const isKnownKind = sql`kind in (select value from json_each(${JSON.stringify(MAIL_KINDS)}))`

/** It is between a person and the deployment, whichever organization it is kept under. */
const isAccountMail = sql`kind in (select value from json_each(${JSON.stringify(ACCOUNT_MAIL_KINDS)}))`

/** What a mail of invitation `i` says, in organization `o`. */
export const invitationContent = (mail: { from: string; appUrl: string }): SQL =>
  sql`json_object('organization', o.name, 'inviter', i.inviter_name, 'role', iif(i.role_shown, ${roleLabel(sql`i.role`)}, null),
    'note', i.note, 'expiresAt', i.expires_at, 'timeZone', o.time_zone, 'language', i.language, 'to', i.typed_address,
    'from', ${mail.from}, 'appUrl', ${mail.appUrl})`

/**
 * Queues the mail of each claimed row, for later where its event says so, and cancels earlier ones still waiting.
 * What awaits approval gets none.
 * `rows` is a table expression with `event`, `delivery`, `id`; the last statement answers the ids of the deliveries
 * queued by this attempt that may leave at once.
 */
export const queueDeliveries = (rows: SQL, now: number, mail: { from: string; appUrl: string }): SQL[] => [
  sql`update delivery set state = 'cancelled', reason = 'A newer mail was sent'
    from ${rows} c join audit_event e on e.id = c.event join invitation i on i.id = c.id
    where delivery.subject_id = c.id and delivery.generation < i.generation and delivery.state in ('queued', 'sending')`,
  sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, reason,
      sender_id, quota_day, created_at)
    select c.delivery, i.organization_id, 'invitation', i.id, i.generation, i.address,
      ${invitationContent(mail)},
      'queued', coalesce(e.detail->>'waitsUntil', ${now + ENQUEUED}), iif(e.detail->>'waitsUntil' is null, null, coalesce(e.detail->>'waitsFor', ${WAITS_FOR_QUOTA})),
      i.inviter_id, cast(${leavesAt(now)} / ${DAY} as integer), ${now}
    from ${rows} c join audit_event e on e.id = c.event join invitation i on i.id = c.id
    join organization o on o.id = i.organization_id where i.status = 'pending'`,
  sql`select d.id from ${rows} c join delivery d on d.id = c.delivery where d.reason is null`,
]

/** Has the mails of the invitation that an event names say its role and note as they are now, where no attempt was made yet. */
export const remakeContent = (event: string): SQL =>
  sql`update delivery set content = json_set(content, '$.role', iif(i.role_shown, ${roleLabel(sql`i.role`)}, null),
      '$.note', i.note)
    from audit_event e join invitation i on i.id = e.target_id
    where e.id = ${event} and delivery.subject_id = i.id and delivery.kind in ('invitation', 'reminder', 'second_reminder')
      and delivery.generation = i.generation and delivery.state = 'queued' and delivery.attempts = 0`

type DeliveryColumns = {
  id: string
  subjectId: string
  generation: number
  state: DeliveryState
  attempts: number
  dueAt: number
  /** Null where its kind has no secret link. */
  keyId: string | null
  tokenHash: string | null
  createdAt: number
  reason: string | null
}

/** A mail with what its subject keeps of its link. */
export type Delivery = {
  [Kind in MailKind]: DeliveryColumns & { kind: Kind; content: MailContents[Kind] }
}[MailKind]

const inList = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`

/**
 * Not what another consumer holds, not what backs off: that has a reason to wait until it is due. And nothing before the
 * day whose quota it is of.
 */
const claimable = (now: number) =>
  sql`(${isKnownKind} and (due_at <= ${now} and state in ('queued', 'sending') or state = 'queued' and reason is null)
    and coalesce(quota_day, 0) <= ${quotaDayOf(now)})`

/** What the subject of the delivery `d` has in a column. */
const ofSubject = (column: 'key_id' | 'token_hash'): SQL => {
  const cases = ofEachLink(
    (kind, table) =>
      sql`when ${kind} then (select ${sql.identifier(column)} from ${table} where id = d.subject_id)`,
  )
  return sql`case d.kind ${sql.join(cases, sql` `)} end`
}

const DELIVERY = sql`d.id, d.kind, d.subject_id as "subjectId", d.generation, d.state, d.attempts, d.due_at as "dueAt", d.content,
  ${ofSubject('key_id')} as "keyId", ${ofSubject('token_hash')} as "tokenHash", d.created_at as "createdAt", d.reason`

/** The one place where what was frozen is given its type again: by the kind that stands beside it. */
const parsed = (row: { content: unknown }): Delivery =>
  ({ ...row, content: JSON.parse(String(row.content)) }) as Delivery

/**
 * Claims what may be sent of `ids` for the length of a lease, cancels what its subject no longer wants and what is of
 * a deleted organization, has wait what is of one whose sending is paused, and gives up what has broken off
 * `maxAttempts` times.
 * Answers every delivery that exists, and which of them this call has claimed.
 */
export const claimDeliveries = async (
  db: D1Database,
  ids: readonly string[],
  maxAttempts: number,
  now: number,
): Promise<{ deliveries: Delivery[]; claimed: Set<string> }> => {
  const answers = await runBatch(db, [
    ...MAIL_KINDS.map(
      (kind) => sql`update delivery set state = 'cancelled', reason = ${KINDS[kind].unwanted}
        where id in ${inList(ids)} and kind = ${kind} and ${claimable(now)} and not ${isWanted(KINDS[kind], now)}`,
    ),
    sql`update delivery set state = 'cancelled', reason = 'The organization was deleted'
      where id in ${inList(ids)} and ${claimable(now)} and not ${isAccountMail} and exists (
        select 1 from organization o where o.id = delivery.organization_id and o.delete_at <= ${now})`,
    sql`update delivery set state = 'queued', due_at = ${now + LOOKED_AT_EVERY}, reason = ${WAITS_FOR_RESUMING}
      where id in ${inList(ids)} and kind in (select value from json_each(${JSON.stringify(PAUSABLE_KINDS)})) and ${claimable(now)}
        and exists (select 1 from organization o where o.id = delivery.organization_id and o.sending_paused_at is not null)`,
    sql`update delivery set state = 'failed', reason = 'Given up: every attempt broke off'
      where id in ${inList(ids)} and ${claimable(now)} and attempts >= ${maxAttempts}`,
    sql`update delivery set state = 'sending', attempts = attempts + 1, due_at = ${now + LEASE}, reason = null
      where id in ${inList(ids)} and ${claimable(now)} returning id`,
    sql`select ${DELIVERY} from delivery d where d.id in ${inList(ids)} and ${isKnownKind}`,
  ])
  return {
    deliveries: rowsOf<{ content: unknown }>(answers.at(-1)).map(parsed),
    claimed: new Set(rowsOf<{ id: string }>(answers.at(-2)).map(({ id }) => id)),
  }
}

/** A link that gets another hash, where it still has the old one. */
export type Reminted = { kind: MailKind; subjectId: string; oldHash: string; hash: string }

/** The current key takes over links whose own key is gone, before their mail leaves. */
export const remint = async (db: D1Database, keyId: string, links: readonly Reminted[]): Promise<void> => {
  await runBatch(
    db,
    ofEachLink(
      (kind, table) => sql`update ${table} set key_id = ${keyId}, token_hash = j.value->>'hash'
        from json_each(${JSON.stringify(links.filter((link) => link.kind === kind))}) j
        where ${table}.id = j.value->>'subjectId' and ${table}.token_hash = j.value->>'oldHash'`,
    ),
  )
}

export type Settlement =
  | { id: string; state: 'sent'; provider: string; providerId: string | null }
  | { id: string; state: 'failed'; attempts: number; reason: string }
  | { id: string; state: 'queued'; attempts: number; reason: string; dueAt: number }

/** What a provider has reported of a delivery says more than that it took it, and may come before. */
const isReported = sql`delivery.state in ('delivered', 'bounced', 'complained')`

/**
 * Writes down how the claimed deliveries went. A row that has moved on meanwhile, to another state or another attempt,
 * keeps what it has. A mail that was sent was sent, and stays what has been reported of it.
 */
export const settleDeliveries = async (
  db: D1Database,
  settlements: readonly Settlement[],
  now: number,
): Promise<void> => {
  await runBatch(db, [
    sql`update delivery set state = iif(${isReported}, delivery.state, j.value->>'state'),
        reason = iif(${isReported}, delivery.reason, j.value->>'reason'),
        due_at = coalesce(j.value->>'dueAt', due_at),
        provider = coalesce(j.value->>'provider', provider), provider_id = coalesce(j.value->>'providerId', provider_id),
        sent_at = iif(j.value->>'state' = 'sent', ${now}, sent_at)
      from json_each(${JSON.stringify(settlements)}) j
      where delivery.id = j.value->>'id' and (j.value->>'state' = 'sent'
        or delivery.state = 'sending' and delivery.attempts = j.value->>'attempts')`,
  ])
}

/** Hands back what a dead letter names, so that the cron enqueues it again, and counts how often it ended there. */
export const releaseDeliveries = async (
  db: D1Database,
  ids: readonly string[],
  now: number,
): Promise<void> => {
  await runBatch(db, [
    sql`update delivery set due_at = iif(state in ('queued', 'sending'), ${now}, due_at),
        dead_letters = dead_letters + 1, dead_letter_at = ${now} where id in ${inList(ids)}`,
  ])
}

/** How many of the overdue are enqueued at a time, in any case and at most, and how many are to wait in the queue together. */
export type Pace = { least: number; most: number; inQueue: number }

/**
 * Overdue deliveries, the longest overdue first, advanced so that only the caller enqueues them: as many as keep the
 * queue short, so that nothing in it becomes overdue again, and what is sent meanwhile does not wait behind them all.
 */
export const takeOverdue = async (db: D1Database, now: number, pace: Pace): Promise<string[]> => {
  const waiting = sql`(select count(*) from (select 1 from delivery where state in ('queued', 'sending') and reason is null
    and due_at > ${now} and due_at <= ${now + ENQUEUED} limit ${pace.inQueue}))`
  const [taken] = await runBatch(db, [
    sql`update delivery set state = 'queued', due_at = ${now + ENQUEUED}, reason = null
      where id in (select id from delivery where state in ('queued', 'sending') and due_at <= ${now}
        and coalesce(quota_day, 0) <= ${quotaDayOf(now)} order by due_at
        limit max(${pace.least}, min(${pace.most}, ${pace.inQueue} - ${waiting})))
      returning id`,
  ])
  return rowsOf<{ id: string }>(taken).map(({ id }) => id)
}

/** The latest mails, or the one named; for the development mailbox. */
export const readMailbox = async (db: D1Database, id: string | null, limit: number): Promise<Delivery[]> => {
  const [mails] = await runBatch(db, [
    sql`select ${DELIVERY} from delivery d
      where (${id} is null or d.id = ${id}) and ${isKnownKind} order by d.created_at desc, d.id desc limit ${limit}`,
  ])
  return rowsOf<{ content: unknown }>(mails).map(parsed)
}

export const deliveryById = async (db: D1Database, id: string): Promise<Delivery | null> =>
  (await readMailbox(db, id, 1))[0] ?? null
