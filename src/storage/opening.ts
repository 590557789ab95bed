import { sql } from 'drizzle-orm'
import { runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

export type Opening = {
  event: string
  changeId: string
  invitationId: string
  tokenHash: string
  now: number
}

/** Commits that the page of an open invitation's current link was opened; once, whoever presses how often. */
export const commitOpening = async (db: D1Database, opening: Opening): Promise<void> => {
  const { event, changeId, invitationId, now } = opening
  await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: sql`i.organization_id`,
        action: 'invitation.opened',
        actor: { kind: 'invitee', id: null, name: sql`i.typed_address` },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('generation', i.generation)`,
      })}
      from invitation i join organization o on o.id = i.organization_id
      where i.id = ${invitationId} and i.token_hash = ${opening.tokenHash} and i.status = 'pending'
        and i.expires_at > ${now} and i.opened_at is null and (o.delete_at is null or o.delete_at > ${now})
        and ${notYetDone(changeId)}`,
    sql`update invitation set opened_at = ${now}
      where id = (select target_id from audit_event where id = ${event})`,
  ])
}
