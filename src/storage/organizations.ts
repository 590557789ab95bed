import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import { rowOf, rowsOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone, roleLabel } from './guards'
import { anotherOwner, endMembership, ownerStays } from './parting'
import { isGranted, isOwnSession } from './sessions'

/** Organization `o` has not been deleted. */
export const isThere = (now: number): SQL => sql`(o.delete_at is null or o.delete_at > ${now})`

/** The places of an account where it is active. */
const places = (userId: SQL | string, now: number): SQL =>
  sql`member m join organization o on o.id = m.organization_id
    where m.user_id = ${userId} and m.status = 'active' and ${isThere(now)}`

export type OwnOrganization = {
  name: string
  slug: string
  role: string
  joinedAt: number
  timeZone: string
}

/** Up to `limit` organizations of an account, by name. */
export const listOwnOrganizations = async (
  db: D1Database,
  userId: string,
  now: number,
  limit: number,
): Promise<OwnOrganization[]> => {
  const [found] = await runBatch(db, [
    sql`select o.name, o.slug, m.role_name as role, m.joined_at as "joinedAt", o.time_zone as "timeZone"
      from ${places(userId, now)} order by o.name collate nocase, o.id limit ${limit}`,
  ])
  return rowsOf<OwnOrganization>(found)
}

export type NewOrganization = {
  event: string
  changeId: string
  now: number
  account: { id: string; address: string; sessionHash: string }
  /** Id of the fresh account that owns it, where accounts belong to it alone; null where the account itself does. */
  ownAccount: string | null
  id: string
  name: string
  /** The first that is free is taken. */
  slugs: readonly string[]
  /** How many an account may make in 24 hours. */
  limit: number
}

/** How many organizations an account has made lately: those it owns, and those of accounts of their own. */
const madeLately = (accountId: string, now: number): SQL =>
  sql`((select count(*) from member m join organization o on o.id = m.organization_id
      where m.user_id = ${accountId} and m.role = 'owner' and o.created_at > ${now - DAY})
    + (select count(*) from audit_event where organization_id is null and action = 'organization.created'
      and at > ${now - DAY} and target_id = ${accountId}))`

/**
 * Makes an organization of the account's own; a repetition of the same change finds the one it made before. What is
 * written down of one whose accounts are its own names the fresh account alone; that the other one made one, and not
 * which, is written down with that.
 */
export const commitOrganization = async (
  db: D1Database,
  making: NewOrganization,
): Promise<{ slug: string | null; sessionLives: boolean; ownerThere: boolean; overLimit: boolean }> => {
  const { event, changeId, now, account, ownAccount } = making
  const mine = sql`from audit_event where id = ${event}`
  const owner = ownAccount ?? account.id
  const scope = ownAccount === null ? 'shared' : 'own'
  const sessionLives = sql`exists (select 1 from session s where ${isOwnSession(account.sessionHash, now)}
    and s.user_id = ${account.id})`
  const ownerThere =
    ownAccount === null
      ? sql`true`
      : sql`exists (select 1 from user where id = ${account.id} and password_hash is not null)`
  const overLimit = sql`${madeLately(account.id, now)} >= ${making.limit}`
  const name = sql`iif(u.name = '', u.typed_address, u.name)`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: making.id,
        action: 'organization.created',
        actor: { kind: 'user', id: owner, name },
        target: { kind: 'organization', id: making.id, name: making.name },
        at: now,
        detail: sql`json_object('slug', s.slug, 'accountScope', ${scope}, 'owner', ${account.address})`,
      })}
      from (select value as slug from json_each(${JSON.stringify(making.slugs)})
        where not exists (select 1 from organization where slug = value) order by key limit 1) s
      join user u on u.id = ${account.id}
      where ${sessionLives} and ${ownerThere} and not ${overLimit} and ${notYetDone(changeId)}`,
    sql`insert into organization (id, name, slug, account_scope, created_at)
      select ${making.id}, ${making.name}, detail->>'slug', ${scope}, ${now} ${mine}`,
    ...(ownAccount === null ? [] : ownedBy(making, ownAccount)),
    sql`insert into member (organization_id, user_id, status, role, joined_at)
      select ${making.id}, ${owner}, 'active', 'owner', ${now} ${mine}`,
    sql`select (select o.slug from audit_event e join organization o on o.id = e.organization_id
        where e.change_id = ${changeId} and ${isThere(now)}) as slug,
      ${sessionLives} as "sessionLives", ${ownerThere} as "ownerThere", ${overLimit} as "overLimit"`,
  ])
  const facts = rowOf<{ slug: string | null; sessionLives: number; ownerThere: number; overLimit: number }>(
    answers.at(-1),
  )
  return {
    slug: facts?.slug ?? null,
    sessionLives: Boolean(facts?.sessionLives),
    ownerThere: Boolean(facts?.ownerThere),
    overLimit: Boolean(facts?.overLimit),
  }
}

/** The fresh account of an organization to be, and the note with the one that asked for it. */
const ownedBy = ({ event, changeId, now, account, id }: NewOrganization, ownAccount: string): SQL[] => [
  sql`insert into user (id, account_scope, address, typed_address, name, first_name, last_name, password_hash, created_at)
    select ${ownAccount}, ${id}, u.address, u.typed_address, u.name, u.first_name, u.last_name, u.password_hash, ${now}
    from audit_event e join user u on u.id = ${account.id} where e.id = ${event}`,
  sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: sql`${event} || ':account'`,
      changeId: sql`${changeId} || ':account'`,
      organizationId: null,
      action: 'organization.created',
      actor: { kind: 'user', id: account.id, name: sql`iif(u.name = '', u.typed_address, u.name)` },
      target: { kind: 'user', id: account.id, name: sql`u.typed_address` },
      at: now,
      detail: sql`json_object('accountScope', 'own')`,
    })}
    from audit_event e join user u on u.id = ${account.id} where e.id = ${event}`,
]

/** Whether an owner stays when this member leaves. */
export const readOwnerStays = async (
  db: D1Database,
  organizationId: string,
  userId: string,
): Promise<boolean> => {
  const [found] = await runBatch(db, [sql`select ${anotherOwner(organizationId, userId)} as stays`])
  return Boolean(rowOf<{ stays: number }>(found)?.stays)
}

/** Where an account is at home after it has left: the organization it joined last; null where there is none. */
export const nextPlace = (userId: SQL | string, now: number): SQL =>
  sql`(select o.slug from ${places(userId, now)} order by m.joined_at desc limit 1)`

/** The same, among those that this session of the account opens. */
const nextOpened = (userId: string, hash: string, now: number): SQL =>
  sql`(select o.slug from ${places(userId, now)} and exists (select 1 from session s
      where s.hash = ${hash} and s.user_id = ${userId} and s.expires_at > ${now} and (s.own or ${isGranted(sql`o.id`, now)}))
    order by m.joined_at desc limit 1)`

/** What became of a leaving: `done` by this change, now or before; whether they are a member now; where they go on. */
export type Left = {
  done: boolean
  isMember: boolean
  /** Another organization that their session opens. */
  next: string | null
  /** Whether the account itself signed in with their session. */
  own: boolean
}

type Leaver = { userId: string; sessionHash: string }

/** Ends the membership of who asks, unless the organization would be without an active owner. */
export const commitLeaving = async (
  db: D1Database,
  leaving: Leaver & { event: string; changeId: string; organizationId: string; now: number },
): Promise<Left> => {
  const { event, changeId, organizationId, userId, now } = leaving
  const name = sql`coalesce(nullif(u.name, ''), u.typed_address)`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'member.left',
        actor: { kind: 'user', id: userId, name },
        target: { kind: 'member', id: sql`u.id`, name },
        at: now,
        detail: sql`json_object('role', ${roleLabel(sql`m.role`)}, 'before', json_object('status', m.status))`,
      })}
      from member m join user u on u.id = m.user_id
      where m.organization_id = ${organizationId} and m.user_id = ${userId} and m.status = 'active'
        and ${ownerStays(organizationId)} and ${notYetDone(changeId)}`,
    ...endMembership(event),
    // A session that opened this organization alone is over.
    sql`delete from session where hash = ${leaving.sessionHash} and not own
      and not exists (select 1 from session_grant g where g.session_hash = session.hash)
      and exists (select 1 from audit_event where id = ${event})`,
    left(changeId, organizationId, leaving, now),
  ])
  return leftOf(answers.at(-1))
}

const left = (
  changeId: string,
  organizationId: string | null,
  { userId, sessionHash }: Leaver,
  now: number,
): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
    exists (select 1 from member where organization_id = ${organizationId} and user_id = ${userId}
      and status = 'active') as "isMember",
    ${nextOpened(userId, sessionHash, now)} as next,
    exists (select 1 from session s where ${isOwnSession(sessionHash, now)} and s.user_id = ${userId}) as own`

const leftOf = (answer: Parameters<typeof rowOf>[0]): Left => {
  const facts = rowOf<{ done: number; isMember: number; next: string | null; own: number }>(answer)
  return {
    done: Boolean(facts?.done),
    isMember: Boolean(facts?.isMember),
    next: facts?.next ?? null,
    own: Boolean(facts?.own),
  }
}

/** Whether this very leaving was committed before. */
export const readLeft = async (
  db: D1Database,
  changeId: string,
  leaver: Leaver,
  now: number,
): Promise<Left> => {
  const [found] = await runBatch(db, [left(changeId, null, leaver, now)])
  return leftOf(found)
}
