import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import type { Language } from '../rules/languages'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'

/**
 * Row `x` of suppression says that the address of an invitation (the alias of its row) is not reminded: it bounced or
 * complained anywhere, or does not want reminders of this organization.
 */
export const suppresses = (invitation: SQL): SQL => sql`(x.address = ${invitation}.address
    and (x.organization_id = ${invitation}.organization_id or x.reason in ('bounced', 'complained')))`

/** The address of an invitation is not reminded. */
export const isSuppressed = (invitation: SQL): SQL =>
  sql`exists (select 1 from suppression x where ${suppresses(invitation)})`

/** Cancels the reminders that wait among the deliveries `which` says. */
export const cancelReminders = (which: SQL, reason: string): SQL =>
  sql`update delivery set state = 'cancelled', reason = ${reason}
    where ${which} and kind in ('reminder', 'second_reminder') and state = 'queued'`

/** How often in 24 hours one link can start reminders again; it can stop them always. */
const RESUBSCRIBED_A_DAY = 5

/** What the link in the foot of a reminder is about. */
export type ReminderLink = {
  organization: string
  typedAddress: string
  language: Language | null
  unsubscribed: boolean
}

const link = (invitationId: string, now: number): SQL =>
  sql`select o.name as organization, i.typed_address as "typedAddress", i.language,
      exists (select 1 from suppression x where x.organization_id = i.organization_id and x.address = i.address
        and x.reason = 'unsubscribed') as unsubscribed
    from invitation i join organization o on o.id = i.organization_id
    where i.id = ${invitationId} and (o.delete_at is null or o.delete_at > ${now})`

const linkOf = (answer: Awaited<ReturnType<typeof runBatch>>[number] | undefined): ReminderLink | null => {
  const row = rowOf<Omit<ReminderLink, 'unsubscribed'> & { unsubscribed: number }>(answer)
  return row && { ...row, unsubscribed: Boolean(row.unsubscribed) }
}

/** One round trip; null where the invitation or its organization is gone. */
export const readReminderLink = async (
  db: D1Database,
  invitationId: string,
  now: number,
): Promise<ReminderLink | null> => linkOf((await runBatch(db, [link(invitationId, now)]))[0])

/**
 * Commits that the address of an invitation wants no reminders of its organization any more, or wants them after all;
 * once, however often it is said. Answers what stands after it.
 */
export const commitSubscription = async (
  db: D1Database,
  { event, invitationId, now }: { event: string; invitationId: string; now: number },
  wanted: boolean,
): Promise<ReminderLink | null> => {
  const unsubscribed = sql`exists (select 1 from suppression x where x.organization_id = i.organization_id
    and x.address = i.address and x.reason = 'unsubscribed')`
  const mayChangeAgain = sql`(select count(*) from audit_event a where a.target_id = i.id and a.at > ${now - DAY}
    and a.action = 'reminders.resubscribed') < ${RESUBSCRIBED_A_DAY}`
  const mine = sql`audit_event e join invitation i on i.id = e.target_id where e.id = ${event}`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: event,
        organizationId: sql`i.organization_id`,
        action: wanted ? 'reminders.resubscribed' : 'reminders.unsubscribed',
        actor: { kind: 'invitee', id: null, name: sql`i.typed_address` },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('generation', i.generation)`,
      })}
      from invitation i join organization o on o.id = i.organization_id
      where i.id = ${invitationId} and (o.delete_at is null or o.delete_at > ${now})
        and ${wanted ? sql`${unsubscribed} and ${mayChangeAgain}` : sql`not ${unsubscribed}`}`,
    ...(wanted
      ? [
          sql`delete from suppression where reason = 'unsubscribed'
            and (organization_id, address) in (select i.organization_id, i.address from ${mine})`,
        ]
      : [
          sql`insert into suppression (organization_id, address, reason, created_at)
            select i.organization_id, i.address, 'unsubscribed', ${now} from ${mine} on conflict do nothing`,
          cancelReminders(
            sql`(organization_id, address) in (select i.organization_id, i.address from ${mine})`,
            'No reminders are wanted at this address',
          ),
        ]),
    link(invitationId, now),
  ])
  return linkOf(answers.at(-1))
}
