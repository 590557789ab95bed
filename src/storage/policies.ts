import { type SQL, sql } from 'drizzle-orm'
import type { PolicyKey, PolicySettings } from '../rules/policies'
import { rowOf, runBatch } from './batch'
import type { Changing } from './changes'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

/** A policy's new setting, null for off, and the one it replaces: it is written only while that one stands. */
export type PolicyChange = { key: PolicyKey; from: unknown; to: unknown }

export type PoliciesChange = Omit<Changing, 'seatLimit'> & {
  event: string
  changes: readonly PolicyChange[]
  /** What the event says: what changed, and what it was before. */
  detail: Record<string, unknown>
}

/** What the batch left behind. `done`: this change is committed, by this attempt or an earlier one. */
export type PoliciesFacts = { policies: PolicySettings | null; done: boolean; actorMay: boolean }

const path = (key: PolicyKey): SQL => sql.raw(`'$.${key}'`)

/** Writes what was changed, all of it or nothing, with one event. Answers the policies after it. */
export const commitPolicies = async (db: D1Database, change: PoliciesChange): Promise<PoliciesFacts> => {
  const { event, changeId, organizationId, actor, now, changes, detail } = change
  const unchanged = changes.map(({ key, from }) =>
    from === null
      ? sql`o.policies -> ${path(key)} is null`
      : sql`o.policies -> ${path(key)} = ${JSON.stringify(from)}`,
  )
  const written = changes.reduce(
    (policies, { key, to }) =>
      to === null
        ? sql`json_remove(${policies}, ${path(key)})`
        : sql`json_set(${policies}, ${path(key)}, json(${JSON.stringify(to)}))`,
    sql`policies`,
  )
  const claim = sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: event,
      changeId,
      organizationId,
      action: 'settings.changed',
      actor,
      target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
      at: now,
      detail: sql`json(${JSON.stringify(detail)})`,
    })}
    from organization o where o.id = ${organizationId} and ${sql.join(unchanged, sql` and `)}
      and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`
  const answers = await runBatch(db, [
    ...(changes.length > 0
      ? [
          claim,
          sql`update organization set policies = ${written}
            where id = (select organization_id from audit_event where id = ${event})`,
        ]
      : []),
    sql`select o.policies, exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay" from organization o where o.id = ${organizationId}`,
  ])
  const facts = rowOf<{ policies: string; done: number; actorMay: number }>(answers.at(-1))
  return {
    policies: facts && (JSON.parse(facts.policies) as PolicySettings),
    done: Boolean(facts?.done),
    actorMay: Boolean(facts?.actorMay),
  }
}
