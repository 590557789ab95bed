import { type SQL, sql } from 'drizzle-orm'
import { MINUTE } from '../rules/dates'
import type { DeliveryState } from '../rules/lifecycle'
import { rowsOf, runBatch } from './batch'
import { roleLabel } from './guards'

/** When the cron looks after a delivery that nobody has dealt with, in ms after it was enqueued. */
export const ENQUEUED = 5 * MINUTE
/** How long a consumer may hold a delivery, in ms. */
export const LEASE = 2 * MINUTE

/** What an invitation's mail is made of, frozen when it was queued; the link is derived again from the row's key. */
export type InvitationContent = {
  organization: string
  inviter: string
  /** Label of the role, or null where the organization does not mention it. */
  role: string | null
  note: string
  expiresAt: number
  /** Not in mails queued by an earlier release. */
  timeZone?: string
  to: string
  from: string
  appUrl: string
}

/**
 * Queues the mail of each claimed row and cancels earlier ones still waiting. `rows` is a table expression with
 * `event`, `delivery`, `id`; the last statement answers the ids of the deliveries queued by this attempt.
 */
export const queueDeliveries = (rows: SQL, now: number, mail: { from: string; appUrl: string }): SQL[] => [
  sql`update delivery set state = 'cancelled', reason = 'A newer mail was sent'
    from ${rows} c join audit_event e on e.id = c.event join invitation i on i.id = c.id
    where delivery.subject_id = c.id and delivery.generation < i.generation and delivery.state in ('queued', 'sending')`,
  sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
    select c.delivery, i.organization_id, 'invitation', i.id, i.generation, i.address,
      json_object('organization', o.name, 'inviter', i.inviter_name, 'role', iif(i.role_shown, ${roleLabel(sql`i.role`)}, null),
        'note', i.note, 'expiresAt', i.expires_at, 'timeZone', o.time_zone, 'to', i.typed_address, 'from', ${mail.from}, 'appUrl', ${mail.appUrl}),
      'queued', ${now + ENQUEUED}, ${now}
    from ${rows} c join audit_event e on e.id = c.event join invitation i on i.id = c.id
    join organization o on o.id = i.organization_id`,
  sql`select d.id from ${rows} c join delivery d on d.id = c.delivery`,
]

export type Delivery = {
  id: string
  subjectId: string
  generation: number
  state: DeliveryState
  attempts: number
  dueAt: number
  content: InvitationContent
  keyId: string
  tokenHash: string
}

const inList = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`

/** Not what another consumer holds, and not what backs off: that has a reason to wait until it is due. */
const claimable = (now: number) =>
  sql`(due_at <= ${now} and state in ('queued', 'sending') or state = 'queued' and reason is null)`

const DELIVERY = sql`d.id, d.subject_id as "subjectId", d.generation, d.state, d.attempts, d.due_at as "dueAt", d.content,
  i.key_id as "keyId", i.token_hash as "tokenHash", d.created_at as "createdAt", d.reason`

const parsed = <T extends { content: unknown }>(row: T): T & { content: InvitationContent } => ({
  ...row,
  content: JSON.parse(String(row.content)) as InvitationContent,
})

/**
 * Claims what may be sent of `ids` for the length of a lease, cancels what its invitation no longer wants, and
 * gives up what has broken off `maxAttempts` times.
 * Answers every delivery that exists, and which of them this call has claimed.
 */
export const claimDeliveries = async (
  db: D1Database,
  ids: readonly string[],
  maxAttempts: number,
  now: number,
): Promise<{ deliveries: Delivery[]; claimed: Set<string> }> => {
  const [, , claim, all] = await runBatch(db, [
    sql`update delivery set state = 'cancelled', reason = 'The invitation had ended or changed'
      where id in ${inList(ids)} and ${claimable(now)} and not exists (
        select 1 from invitation i where i.id = delivery.subject_id and i.generation = delivery.generation
          and i.status = 'pending' and i.expires_at > ${now})`,
    sql`update delivery set state = 'failed', reason = 'Given up: every attempt broke off'
      where id in ${inList(ids)} and ${claimable(now)} and attempts >= ${maxAttempts}`,
    sql`update delivery set state = 'sending', attempts = attempts + 1, due_at = ${now + LEASE}, reason = null
      where id in ${inList(ids)} and ${claimable(now)} returning id`,
    sql`select ${DELIVERY} from delivery d join invitation i on i.id = d.subject_id where d.id in ${inList(ids)}`,
  ])
  return {
    deliveries: rowsOf<Delivery>(all).map(parsed),
    claimed: new Set(rowsOf<{ id: string }>(claim).map(({ id }) => id)),
  }
}

/** The current key takes over links whose own key is gone, before their mail leaves. */
export const remint = async (
  db: D1Database,
  keyId: string,
  links: readonly { subjectId: string; generation: number; oldHash: string; hash: string }[],
): Promise<void> => {
  await runBatch(db, [
    sql`update invitation set key_id = ${keyId}, token_hash = j.value->>'hash' from json_each(${JSON.stringify(links)}) j
      where invitation.id = j.value->>'subjectId' and invitation.generation = j.value->>'generation'
        and invitation.token_hash = j.value->>'oldHash'`,
  ])
}

export type Settlement =
  | { id: string; state: 'sent'; provider: string; providerId: string | null }
  | { id: string; state: 'failed'; attempts: number; reason: string }
  | { id: string; state: 'queued'; attempts: number; reason: string; dueAt: number }

/**
 * Writes down how the claimed deliveries went. A row that has moved on meanwhile,
 * to another state or another attempt, keeps what it has; a mail that was sent was sent.
 */
export const settleDeliveries = async (
  db: D1Database,
  settlements: readonly Settlement[],
  now: number,
): Promise<void> => {
  await runBatch(db, [
    sql`update delivery set state = j.value->>'state', reason = j.value->>'reason',
        due_at = coalesce(j.value->>'dueAt', due_at),
        provider = coalesce(j.value->>'provider', provider), provider_id = coalesce(j.value->>'providerId', provider_id),
        sent_at = iif(j.value->>'state' = 'sent', ${now}, sent_at)
      from json_each(${JSON.stringify(settlements)}) j
      where delivery.id = j.value->>'id' and (j.value->>'state' = 'sent'
        or delivery.state = 'sending' and delivery.attempts = j.value->>'attempts')`,
  ])
}

/** Hands back what a dead letter names, so that the cron enqueues it again. */
export const releaseDeliveries = async (
  db: D1Database,
  ids: readonly string[],
  now: number,
): Promise<void> => {
  await runBatch(db, [
    sql`update delivery set due_at = ${now} where id in ${inList(ids)} and state in ('queued', 'sending')`,
  ])
}

/** Up to `limit` overdue deliveries, advanced so that only the caller enqueues them. */
export const takeOverdue = async (db: D1Database, now: number, limit: number): Promise<string[]> => {
  const [taken] = await runBatch(db, [
    sql`update delivery set state = 'queued', due_at = ${now + ENQUEUED}, reason = null
      where id in (select id from delivery where state in ('queued', 'sending') and due_at <= ${now} order by due_at limit ${limit})
      returning id`,
  ])
  return rowsOf<{ id: string }>(taken).map(({ id }) => id)
}

export type MailboxDelivery = Delivery & { createdAt: number; reason: string | null }

/** The latest mails, or the one named; for the development mailbox. */
export const readMailbox = async (
  db: D1Database,
  id: string | null,
  limit: number,
): Promise<MailboxDelivery[]> => {
  const [mails] = await runBatch(db, [
    sql`select ${DELIVERY} from delivery d join invitation i on i.id = d.subject_id
      where ${id} is null or d.id = ${id} order by d.created_at desc, d.id desc limit ${limit}`,
  ])
  return rowsOf<MailboxDelivery>(mails).map(parsed)
}

export const deliveryById = async (db: D1Database, id: string): Promise<MailboxDelivery | null> =>
  (await readMailbox(db, id, 1))[0] ?? null
