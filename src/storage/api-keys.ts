import { sql } from 'drizzle-orm'
import type { Role } from '../rules/permissions'
import { rowOf, rowsOf, runBatch } from './batch'
import {
  type ActorRef,
  actorStillMay,
  CLAIM_COLUMNS,
  claimValues,
  notYetDone,
  roleLabel,
  roleStillIs,
} from './guards'

export type ApiKeyRow = {
  id: string
  name: string
  /** Label of the role it acts with. */
  role: string
  access: 'read' | 'write'
  hint: string
  creatorName: string
  createdAt: number
  revokedAt: number | null
}

const ROW = sql`id, name, ${roleLabel(sql`api_key.role`)} as role, access, hint, creator_name as "creatorName", created_at as "createdAt", revoked_at as "revokedAt"`

export const listApiKeys = async (db: D1Database, organizationId: string): Promise<ApiKeyRow[]> => {
  const [keys] = await runBatch(db, [
    sql`select ${ROW} from api_key where organization_id = ${organizationId} order by created_at desc limit 200`,
  ])
  return rowsOf<ApiKeyRow>(keys)
}

type Change = { event: string; changeId: string; organizationId: string; actor: ActorRef; now: number }

/** Makes a key; a repetition of the same change finds the key it made before, live or not. Null where the actor may no longer, or the role is not what it was. */
export const commitApiKey = async (
  db: D1Database,
  change: Change,
  key: { id: string; name: string; role: Role; access: 'read' | 'write'; hash: string; hint: string },
): Promise<{ row: ApiKeyRow | null; actorMay: boolean }> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'api_key.created',
        actor,
        target: { kind: 'api_key', id: key.id, name: key.name },
        at: now,
        detail: sql`json_object('role', ${roleLabel(sql`${key.role.key}`)}, 'access', ${key.access})`,
      })}
      where ${actorStillMay(organizationId, actor)} and ${roleStillIs(organizationId, key.role)} and ${notYetDone(changeId)}`,
    sql`insert into api_key (id, organization_id, name, role, access, hash, hint, creator_name, created_at)
      select ${key.id}, ${organizationId}, ${key.name}, ${key.role.key}, ${key.access}, ${key.hash}, ${key.hint}, ${actor.name}, ${now}
      from audit_event where id = ${event}`,
    sql`select ${ROW} from api_key where organization_id = ${organizationId} and hash = ${key.hash}`,
    sql`select ${actorStillMay(organizationId, actor)} as "actorMay"`,
  ])
  const actorMay = Boolean(rowOf<{ actorMay: number }>(answers.at(-1))?.actorMay)
  return { row: rowOf<ApiKeyRow>(answers.at(-2)), actorMay }
}

/** Revokes a key for good; revoking one twice is no change. Null where the organization has no such key. */
export const commitApiKeyRevocation = async (
  db: D1Database,
  change: Change,
  keyId: string,
): Promise<ApiKeyRow | null> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'api_key.revoked',
        actor,
        target: { kind: 'api_key', id: sql`k.id`, name: sql`k.name` },
        at: now,
        detail: sql`json_object('before', json_object('role', ${roleLabel(sql`k.role`)}, 'access', k.access))`,
      })}
      from api_key k where k.id = ${keyId} and k.organization_id = ${organizationId} and k.revoked_at is null
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update api_key set revoked_at = ${now} where id = (select target_id from audit_event where id = ${event})`,
    sql`select ${ROW} from api_key where organization_id = ${organizationId} and id = ${keyId}`,
  ])
  return rowOf<ApiKeyRow>(answers.at(-1))
}
