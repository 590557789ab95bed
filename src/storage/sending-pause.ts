import { sql } from 'drizzle-orm'
import { WAITS_FOR_RESUMING } from '../rules/pausing'
import { rowOf, runBatch } from './batch'
import { type ActorRef, actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

type Resumption = {
  event: string
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  /** The pause that was read: a later one is another, of which nothing is known yet. */
  pausedAt: number | null
}

/** Ends the pause: mails from before no longer count against the rates, and what waited for it is due. */
export const commitResumption = async (
  db: D1Database,
  { event, changeId, organizationId, actor, now, pausedAt }: Resumption,
): Promise<{ done: boolean; actorMay: boolean; paused: boolean }> => {
  const claimed = sql`(select organization_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'sending.resumed',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('before', json_object('pausedAt', o.sending_paused_at, 'pausedFor', o.sending_paused_for))`,
      })}
      from organization o where o.id = ${organizationId} and o.sending_paused_at = ${pausedAt}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update organization set sending_paused_at = null, sending_paused_for = null, sending_resumed_at = ${now}
      where id = ${claimed}`,
    // By what waits, which is little beside all that the organization has sent.
    sql`update delivery indexed by delivery_due set due_at = ${now} where state in ('queued', 'sending') and state = 'queued'
      and organization_id = ${claimed} and reason = ${WAITS_FOR_RESUMING}`,
    sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay",
      exists (select 1 from organization where id = ${organizationId} and sending_paused_at is not null) as paused`,
  ])
  const facts = rowOf<Record<'done' | 'actorMay' | 'paused', number>>(answers.at(-1))
  return { done: Boolean(facts?.done), actorMay: Boolean(facts?.actorMay), paused: Boolean(facts?.paused) }
}
