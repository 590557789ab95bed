import { sql } from 'drizzle-orm'
import { HOUR } from '../rules/dates'
import { rowOf, runBatch } from './batch'
import { type ActorRef, actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

type Test = {
  event: string
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  /** The mail's id and where it goes. */
  mail: { id: string; to: string; provider: string }
  perHour: number
}

/** Writes down that a test mail goes out, while its sender has had fewer than `perHour` in this hour. */
export const claimTest = async (
  db: D1Database,
  { event, changeId, organizationId, actor, now, mail, perHour }: Test,
): Promise<{ won: boolean; done: boolean; actorMay: boolean }> => {
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'mail.tested',
        actor,
        target: { kind: 'mail', id: mail.id, name: mail.to },
        at: now,
        detail: sql`json_object('provider', ${mail.provider})`,
      })}
      where (select count(*) from audit_event where organization_id = ${organizationId} and action = 'mail.tested'
          and actor_id = ${actor.id} and at > ${now - HOUR}) < ${perHour}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`select exists (select 1 from audit_event where id = ${event}) as won,
      exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay"`,
  ])
  const facts = rowOf<Record<'won' | 'done' | 'actorMay', number>>(answers.at(-1))
  return { won: Boolean(facts?.won), done: Boolean(facts?.done), actorMay: Boolean(facts?.actorMay) }
}
