import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryState } from '../rules/lifecycle'
import type { AccountScope } from '../rules/names'
import { quotaDayOf, startOfQuotaDay } from '../rules/quotas'
import { rowOf, rowsOf, runBatch } from './batch'
import { ENQUEUED } from './deliveries'
import { type ActorRef, actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { ownersOf, queueNotices } from './notices'
import { isGranted } from './sessions'

/** What goes with an organization, each counted up to a limit. */
export type Belongings = { members: number; invitations: number; teams: number }

/** The deletion that is under way, if one is. */
export type Deletion = {
  status: 'requested' | 'confirmed'
  /** Who asked, and where the mail went. */
  name: string
  address: string
  createdAt: number
  expiresAt: number
  mailState: DeliveryState
}

/** What the page of a deletion shows; one round trip. */
export const readDeletion = async (
  db: D1Database,
  organizationId: string,
  limit: number,
): Promise<{ belongings: Belongings; deletion: Deletion | null }> => {
  const count = (table: SQL) =>
    sql`(select count(*) from (select 1 from ${table} where organization_id = ${organizationId} limit ${limit}))`
  const [belongings, deletion] = await runBatch(db, [
    sql`select ${count(sql`member`)} as members, ${count(sql`invitation`)} as invitations, ${count(sql`team`)} as teams`,
    sql`select x.status, coalesce(nullif(u.name, ''), u.typed_address) as name, u.typed_address as address,
        x.created_at as "createdAt", x.expires_at as "expiresAt", d.state as "mailState"
      from organization_deletion x join user u on u.id = x.user_id
      join delivery d on d.subject_id = x.id and d.kind = 'organization_deletion'
      where x.organization_id = ${organizationId} and x.status in ('requested', 'confirmed')
      order by x.created_at desc limit 1`,
  ])
  return {
    belongings: rowOf<Belongings>(belongings) ?? { members: 0, invitations: 0, teams: 0 },
    deletion: rowOf<Deletion>(deletion),
  }
}

type Change = { event: string; changeId: string; organizationId: string; actor: ActorRef; now: number }

export type DeletionRequest = {
  id: string
  keyId: string
  hash: string
  expiresAt: number
  /** The organization's name, as typed. */
  name: string
  delivery: string
  mail: { from: string; appUrl: string }
  /** How many of these mails one address gets in a day of UTC; 0 for no limit. */
  quota: number
}

/** What stands after a request: `done` by this change, now or before, and otherwise what kept it from that. */
export type RequestFacts = {
  done: boolean
  /** Whether this attempt queued the mail. */
  queued: boolean
  actorMay: boolean
  nameIs: boolean
  deleteAt: number | null
  mayMail: boolean
}

/** Commits the asking for a deletion: ends earlier requests and their mails, and queues the mail that confirms this one. */
export const commitDeletionRequest = async (
  db: D1Database,
  change: Change,
  request: DeletionRequest,
): Promise<RequestFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  const mayMail =
    request.quota === 0
      ? sql`1`
      : sql`(select count(*) from delivery where address = (select address from user where id = ${actor.id})
          and created_at >= ${startOfQuotaDay(quotaDayOf(now))} and kind = 'organization_deletion'
          and state <> 'cancelled') < ${request.quota}`
  const open = sql`select id from organization_deletion where organization_id = ${organizationId} and status = 'requested'`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'organization.deletion_requested',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('expiresAt', cast(${request.expiresAt} as integer))`,
      })}
      from organization o where o.id = ${organizationId} and o.name = ${request.name} and o.delete_at is null
        and ${mayMail} and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update delivery set state = 'cancelled', reason = 'The deletion was asked for again'
      where kind = 'organization_deletion' and subject_id in (${open}) and state in ('queued', 'sending') and ${mine}`,
    sql`update organization_deletion set status = 'ended' where id in (${open}) and ${mine}`,
    sql`insert into organization_deletion (id, organization_id, user_id, key_id, token_hash, expires_at, status, created_at)
      select ${request.id}, ${organizationId}, ${actor.id}, ${request.keyId}, ${request.hash}, ${request.expiresAt},
        'requested', ${now} from audit_event where id = ${event}`,
    sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
      select ${request.delivery}, o.id, 'organization_deletion', x.id, 1, u.address,
        json_object('organization', o.name, 'expiresAt', x.expires_at, 'timeZone', o.time_zone, 'to', u.typed_address,
          'from', ${request.mail.from}, 'appUrl', ${request.mail.appUrl}),
        'queued', ${now + ENQUEUED}, ${now}
      from organization_deletion x join organization o on o.id = x.organization_id join user u on u.id = x.user_id
      where x.id = ${request.id} and ${mine}`,
    sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done, ${mine} as queued,
        ${actorStillMay(organizationId, actor)} as "actorMay", o.name = ${request.name} as "nameIs",
        o.delete_at as "deleteAt", ${mayMail} as "mayMail"
      from organization o where o.id = ${organizationId}`,
  ])
  type Row = { [fact in Exclude<keyof RequestFacts, 'deleteAt'>]: number } & { deleteAt: number | null }
  const facts = rowOf<Row>(answers.at(-1))
  return {
    done: Boolean(facts?.done),
    queued: Boolean(facts?.queued),
    actorMay: Boolean(facts?.actorMay),
    nameIs: Boolean(facts?.nameIs),
    deleteAt: facts?.deleteAt ?? null,
    mayMail: Boolean(facts?.mayMail),
  }
}

/** Everything about a deletion's link that decides what its page shows. */
export type DeletionLinkFacts = {
  organizationId: string
  organization: string
  slug: string
  accountScope: AccountScope
  timeZone: string
  deleteAt: number | null
  userId: string
  /** Who asked, by address. */
  asker: string
  /** Key of the role in which they are an active member now. */
  role: string | null
  status: 'requested' | 'confirmed' | 'ended'
  tokenHash: string
  expiresAt: number
  replaced: boolean
}

export type DeletionViewer = { id: string; name: string; address: string }

export type DeletionOpening = { facts: DeletionLinkFacts | null; viewer: DeletionViewer | null }

const opening = (id: string, sessionHash: string | null, now: number): SQL[] => [
  sql`select x.organization_id as "organizationId", o.name as organization, o.slug, o.account_scope as "accountScope",
      o.time_zone as "timeZone", o.delete_at as "deleteAt", x.user_id as "userId", u.typed_address as asker, m.role,
      x.status, x.token_hash as "tokenHash", x.expires_at as "expiresAt",
      exists (select 1 from organization_deletion n where n.organization_id = x.organization_id
        and (n.created_at, n.id) > (x.created_at, x.id)) as replaced
    from organization_deletion x join organization o on o.id = x.organization_id join user u on u.id = x.user_id
    left join member m on m.organization_id = x.organization_id and m.user_id = x.user_id and m.status = 'active'
    where x.id = ${id}`,
  sql`select u.id, coalesce(nullif(u.name, ''), u.typed_address) as name, u.typed_address as address
    from session s join user u on u.id = s.user_id where s.hash = ${sessionHash ?? ''} and s.expires_at > ${now}
      and (s.own or ${isGranted(sql`(select x.organization_id from organization_deletion x where x.id = ${id})`, now)})`,
]

const openingOf = (answers: Awaited<ReturnType<typeof runBatch>>): DeletionOpening => {
  const facts = rowOf<Omit<DeletionLinkFacts, 'replaced'> & { replaced: number }>(answers.at(-2))
  return {
    facts: facts && { ...facts, replaced: Boolean(facts.replaced) },
    viewer: rowOf<DeletionViewer>(answers.at(-1)),
  }
}

/** A link's facts and who looks at it, in one round trip. */
export const readDeletionLink = async (
  db: D1Database,
  id: string,
  sessionHash: string | null,
  now: number,
): Promise<DeletionOpening> => openingOf(await runBatch(db, opening(id, sessionHash, now)))

/** Commits a confirmation by the owner who asked, and tells every other owner; answers the facts after it and the mails queued. */
export const commitDeletion = async (
  db: D1Database,
  change: Change,
  confirmed: {
    id: string
    tokenHash: string
    sessionHash: string
    deleteAt: number
    deliveries: readonly string[]
    mail: { from: string; appUrl: string }
  },
): Promise<DeletionOpening & { deliveries: string[] }> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'organization.deletion_confirmed',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('deleteAt', cast(${confirmed.deleteAt} as integer), 'before', json_object('deleteAt', o.delete_at))`,
      })}
      from organization_deletion x join organization o on o.id = x.organization_id and o.id = ${organizationId}
      join session s on s.user_id = x.user_id and s.hash = ${confirmed.sessionHash} and s.expires_at > ${now}
        and (s.own or ${isGranted(sql`o.id`, now)})
      where x.id = ${confirmed.id} and x.token_hash = ${confirmed.tokenHash} and x.user_id = ${actor.id}
        and x.status = 'requested' and x.expires_at > ${now} and o.delete_at is null
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update organization set delete_at = ${confirmed.deleteAt}
      where id = (select organization_id from audit_event where id = ${event})`,
    sql`update organization_deletion set status = 'confirmed'
      where id = ${confirmed.id} and exists (select 1 from audit_event where id = ${event})`,
    ...queueNotices({
      event,
      kind: 'deletion_notice',
      deliveries: confirmed.deliveries,
      told: ownersOf(event),
      except: actor.id,
      content: sql`json_object('organization', o.name, 'slug', o.slug, 'by', e.actor_name, 'deleteAt', o.delete_at,
        'timeZone', o.time_zone)`,
      mail: confirmed.mail,
      now,
    }),
    ...opening(confirmed.id, confirmed.sessionHash, now),
  ])
  return {
    ...openingOf(answers),
    deliveries: rowsOf<{ id: string }>(answers.at(-3)).map((delivery) => delivery.id),
  }
}

/**
 * Commits the undoing of a confirmed deletion before it is due. Once clearing has begun the request is gone, and
 * with it the way back. Answers what stands after it.
 */
export const commitUndoing = async (
  db: D1Database,
  change: Change,
): Promise<{ actorMay: boolean; deleteAt: number | null }> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'organization.deletion_undone',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('before', json_object('deleteAt', o.delete_at))`,
      })}
      from organization o where o.id = ${organizationId} and o.delete_at > ${now}
        and exists (select 1 from organization_deletion where organization_id = o.id and status = 'confirmed')
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update organization_deletion set status = 'ended' where status = 'confirmed'
      and organization_id = (select organization_id from audit_event where id = ${event})`,
    sql`update organization set delete_at = null
      where id = (select organization_id from audit_event where id = ${event})`,
    sql`select ${actorStillMay(organizationId, actor)} as "actorMay", o.delete_at as "deleteAt"
      from organization o where o.id = ${organizationId}`,
  ])
  const facts = rowOf<{ actorMay: number; deleteAt: number | null }>(answers.at(-1))
  return { actorMay: Boolean(facts?.actorMay), deleteAt: facts?.deleteAt ?? null }
}
