import { sql } from 'drizzle-orm'
import type { AccountScope } from '../rules/names'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'
import { insertSession, type SessionRow } from './sessions'

export type FirstRun = {
  event: string
  changeId: string
  now: number
  organization: { id: string; name: string; slug: string; accountScope: AccountScope }
  owner: {
    id: string
    address: string
    typedAddress: string
    name: string
    firstName: string
    lastName: string
    passwordHash: string
  }
  session: SessionRow
}

/**
 * Makes the first organization and its owner, if there is no organization and no account with the owner's address, as
 * one that a deleted organization leaves. Answers the slug where this change did it, now or before.
 */
export const commitSetup = async (
  db: D1Database,
  run: FirstRun,
): Promise<{ slug: string | null; isKnown: boolean }> => {
  const { event, now, organization, owner } = run
  const scope = organization.accountScope === 'own' ? organization.id : 'shared'
  const mine = sql`from audit_event where id = ${event}`
  const isKnown = sql`exists (select 1 from user where account_scope = ${scope} and address = ${owner.address})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: run.changeId,
        organizationId: organization.id,
        action: 'organization.created',
        actor: { kind: 'user', id: owner.id, name: owner.name },
        target: { kind: 'organization', id: organization.id, name: organization.name },
        at: now,
        detail: sql`json_object('slug', ${organization.slug}, 'accountScope', ${organization.accountScope}, 'owner', ${owner.typedAddress})`,
      })}
      where not exists (select 1 from organization) and not ${isKnown}`,
    sql`insert into organization (id, name, slug, account_scope, created_at)
      select ${organization.id}, ${organization.name}, ${organization.slug}, ${organization.accountScope}, ${now} ${mine}`,
    sql`insert into user (id, account_scope, address, typed_address, name, first_name, last_name, password_hash, created_at)
      select ${owner.id}, ${scope}, ${owner.address}, ${owner.typedAddress}, ${owner.name}, ${owner.firstName},
        ${owner.lastName}, ${owner.passwordHash}, ${now} ${mine}`,
    sql`insert into member (organization_id, user_id, status, role, joined_at)
      select ${organization.id}, ${owner.id}, 'active', 'owner', ${now} ${mine}`,
    insertSession(run.session, owner.id, now, event),
    sql`select (select o.slug from audit_event e join organization o on o.id = e.organization_id
        join session s on s.hash = ${run.session.hash} where e.change_id = ${run.changeId}) as slug,
      not exists (select 1 from organization) and ${isKnown} as "isKnown"`,
  ])
  const facts = rowOf<{ slug: string | null; isKnown: number }>(answers.at(-1))
  return { slug: facts?.slug ?? null, isKnown: Boolean(facts?.isKnown) }
}
