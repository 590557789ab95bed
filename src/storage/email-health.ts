import { sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import { HEALTH_LIMIT, type HealthFacts, LATE, LATELY_DAYS, REPORTED_WITHIN } from '../rules/email-health'
import type { Bounce, DeliveryState, InvitationStatus } from '../rules/lifecycle'
import { ACCOUNT_MAIL_KINDS } from '../rules/mails'
import { WAITS_FOR_RESUMING } from '../rules/pausing'
import { quotaDayOf, WAITS_FOR_QUOTA } from '../rules/quotas'
import { rowOf, rowsOf, runBatch } from './batch'
import { UNREACHABLE } from './failures'

/** A mail that did not arrive, or was not wanted. */
export type Failure = {
  id: string
  kind: string
  address: string
  state: DeliveryState
  bounce: Bounce | null
  reason: string | null
  /** By the provider's clock where it reported it, else when it was given up. */
  at: number
  /** The invitation it belongs to; null for mails of another kind. */
  invitation: { id: string; status: InvitationStatus; expiresAt: number; sentAgain: boolean } | null
}

export type Health = {
  facts: HealthFacts
  failures: Failure[]
  /** Outstanding invitations whose mail failed: those to resend at one press, how many there are, and those it would not help. */
  resendable: { ids: string[]; count: number; unreachable: number }
  /** What was written down of the last pause. */
  pause: { at: number; detail: unknown } | null
}

type Asked = {
  organizationId: string
  now: number
  keyId: string
  previousKeyId: string | null
  shown: number
  atOnce: number
}

/** Mails of accounts, which no organization's people see. */
const ACCOUNT = sql.raw(`(${ACCOUNT_MAIL_KINDS.map((kind) => `'${kind}'`).join(', ')})`)

const lastReport = (organizationId: string, action: string) =>
  sql`(select at from audit_event where organization_id = ${organizationId} and action = ${action} order by at desc limit 1)`

type FailureRow = Omit<Failure, 'invitation'> & {
  invitationId: string | null
  status: InvitationStatus
  expiresAt: number
  sentAgain: number
}

const failureIn = ({ invitationId, status, expiresAt, sentAgain, ...failure }: FailureRow): Failure => ({
  ...failure,
  invitation: invitationId ? { id: invitationId, status, expiresAt, sentAgain: Boolean(sentAgain) } : null,
})

/** A mail that was never tried and waits for something else than a quota or resumed sending is held by a policy. */
const HELD = sql`(kind = 'invitation' and state = 'queued' and attempts = 0
  and coalesce(reason, ${WAITS_FOR_QUOTA}) not in (${WAITS_FOR_QUOTA}, ${WAITS_FOR_RESUMING}))`

/** Everything that the rows say of an organization's mail, in one round trip. */
export const readHealth = async (db: D1Database, asked: Asked): Promise<Health> => {
  const { organizationId, now, keyId, previousKeyId, shown, atOnce } = asked
  const today = quotaDayOf(now)
  const since = now - LATELY_DAYS * DAY
  const pending = sql`status = 'pending' and expires_at > ${now}`
  const answers = await runBatch(db, [
    sql`select count(*) as waiting, min(created_at) as "oldestWaiting", coalesce(sum(due_at <= ${now - LATE}), 0) as overdue,
        coalesce(sum(quota_day > ${today} and not held), 0) as tomorrow, coalesce(sum(held), 0) as held
      from (select created_at, due_at, quota_day, ${HELD} as held from delivery indexed by delivery_due
        where state in ('queued', 'sending') and organization_id = ${organizationId} and kind not in ${ACCOUNT}
        limit ${HEALTH_LIMIT + 1})`,
    sql`select coalesce(sum(dead_letters), 0) as "deadLetters", max(dead_letter_at) as "deadLetterAt" from delivery
      where organization_id = ${organizationId} and dead_letter_at > ${since} and kind not in ${ACCOUNT}`,
    sql`select max(coalesce(${lastReport(organizationId, 'mail.delivered')}, 0), coalesce(${lastReport(organizationId, 'mail.bounced')}, 0),
        coalesce(${lastReport(organizationId, 'mail.complained')}, 0)) as "lastReport",
      (select sent_at from delivery where organization_id = ${organizationId} and created_at > ${since}
        and sent_at <= ${now - REPORTED_WITHIN} and kind not in ${ACCOUNT} order by created_at desc limit 1) as "lastHandedOver",
      (select count(*) from delivery where organization_id = ${organizationId} and quota_day = ${today} and state <> 'cancelled') as "quotaUsed"`,
    sql`select coalesce(sum(key_id = ${previousKeyId}), 0) as "previousKey",
        max(iif(key_id = ${previousKeyId}, expires_at, null)) as "previousKeyUntil",
        coalesce(sum(key_id not in (${keyId}, ${previousKeyId ?? keyId})), 0) as "lostKey",
        ${
          previousKeyId === null
            ? sql`0`
            : sql`exists (select 1 from invitation where ${pending} and key_id = ${previousKeyId} and organization_id <> ${organizationId})`
        } as "previousKeyElsewhere"
      from invitation where organization_id = ${organizationId} and ${pending}`,
    sql`select d.id, d.kind, coalesce(i.typed_address, d.address) as address, d.state, d.bounce, d.reason,
        coalesce(d.reported_at, min(d.due_at, ${now})) as at, i.id as "invitationId", i.status, i.expires_at as "expiresAt",
        i.generation > d.generation as "sentAgain"
      from delivery d left join invitation i on i.id = d.subject_id and i.organization_id = d.organization_id
      where d.organization_id = ${organizationId} and d.state in ('failed', 'bounced', 'complained')
        and d.created_at > ${since} and d.kind not in ${ACCOUNT}
      order by d.created_at desc, d.id desc limit ${shown}`,
    sql`select i.id, ${UNREACHABLE} as unreachable from invitation i
      where i.organization_id = ${organizationId} and i.status = 'pending' and i.expires_at > ${now}
        and i.mail_state in ('failed', 'bounced', 'complained') order by i.id limit ${HEALTH_LIMIT + 1}`,
    sql`select at, detail from audit_event where organization_id = ${organizationId} and action = 'sending.paused'
      order by at desc, id desc limit 1`,
  ])
  const [waiting, dead, mail, keys, failures, outstanding, paused] = answers
  type Mail = Pick<HealthFacts, 'lastReport' | 'lastHandedOver' | 'quotaUsed'>
  const found = rowOf<Mail>(mail)
  const links = rowOf<
    Pick<HealthFacts, 'previousKey' | 'previousKeyUntil' | 'lostKey'> & { previousKeyElsewhere: number }
  >(keys)
  const rows = rowsOf<{ id: string; unreachable: number }>(outstanding)
  const resendable = rows.filter(({ unreachable }) => !unreachable).map(({ id }) => id)
  const pause = rowOf<{ at: number; detail: string }>(paused)
  return {
    facts: {
      ...(rowOf<Pick<HealthFacts, 'waiting' | 'oldestWaiting' | 'overdue' | 'tomorrow' | 'held'>>(
        waiting,
      ) ?? {
        waiting: 0,
        oldestWaiting: null,
        overdue: 0,
        tomorrow: 0,
        held: 0,
      }),
      ...(rowOf<Pick<HealthFacts, 'deadLetters' | 'deadLetterAt'>>(dead) ?? {
        deadLetters: 0,
        deadLetterAt: null,
      }),
      lastReport: found?.lastReport || null,
      lastHandedOver: found?.lastHandedOver ?? null,
      quotaUsed: found?.quotaUsed ?? 0,
      previousKey: links?.previousKey ?? 0,
      previousKeyUntil: links?.previousKeyUntil ?? null,
      lostKey: links?.lostKey ?? 0,
      previousKeyElsewhere: Boolean(links?.previousKeyElsewhere),
    },
    failures: rowsOf<FailureRow>(failures).map(failureIn),
    resendable: {
      ids: resendable.slice(0, atOnce),
      count: resendable.length,
      unreachable: rows.length - resendable.length,
    },
    pause: pause && { at: pause.at, detail: JSON.parse(pause.detail) as unknown },
  }
}
