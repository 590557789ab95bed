import { type SQL, sql } from 'drizzle-orm'
import type { PolicySettings } from '../rules/policies'
import type { SsoFacts } from '../rules/sso-entry'
import type { RoleRow } from './access'
import { rowOf, runBatch } from './batch'
import { isOfProvenDomain } from './domains'
import { grantedSession, openGranted } from './grants'
import {
  CLAIM_COLUMNS,
  claimValues,
  inviterStillMay,
  OPEN,
  scopeOf,
  seatsLeft,
  seatsToAccept,
} from './guards'
import { isOwnSession, type SessionRow } from './sessions'

/** Somebody at an identity provider, with the address that it names in its canonical form; '' for none. */
export type SsoPerson = {
  organizationId: string
  connectionId: string
  issuer: string
  subject: string
  directoryId: string | null
  address: string
}

/**
 * Identity `i` is this person's: by their subject, or as they were imported, before their first sign-in. Each is found
 * in its own index, however many there are.
 */
export const isOf = ({ connectionId, issuer, subject, directoryId }: SsoPerson): SQL => {
  const known = sql`select k.id from identity k where k.connection_id = ${connectionId} and k.issuer = ${issuer}`
  return sql`i.id = coalesce((${known} and k.subject = ${subject}),
    (${known} and k.directory_id = ${directoryId} and k.subject is null))`
}

/** Connection `c` of organization `o` still lets people sign in. */
export const isOpen = (connectionId: string, now: number): SQL =>
  sql`c.id = ${connectionId} and c.enabled and (o.delete_at is null or o.delete_at > ${now})`

/** The address is of a domain that organization `o` has proven. */
export const isProven = (address: SQL | string): SQL => isOfProvenDomain(sql`o.id`, address)

export type EntryFacts = SsoFacts & {
  ofProvenDomain: number
  /** What they go by where they have an account already. */
  accountName: string
  hasPassword: number
  /** Who decides here, and with what: role by default, the organization's own roles, its policies. */
  defaultRole: string
  roles: RoleRow[]
  timeZone: string
  policies: PolicySettings
  invitationId: string | null
  invitationChangeId: string | null
  invitationRole: string | null
  /** Whether whoever invited them may still grant that role. */
  inviterMay: number
  /** Seats free for whoever is not invited, and for whoever is. */
  seats: number
  seatsForInvited: number
}

const entryFacts = (person: SsoPerson, now: number, defaultSeatLimit: number): SQL =>
  sql`select ${isOpen(person.connectionId, now)} as enabled, o.just_in_time as "justInTime",
      o.default_role as "defaultRole", o.time_zone as "timeZone", o.policies,
      (select json_group_array(json_object('id', r.id, 'name', r.name, 'description', r.description,
        'permissions', r.permissions)) from role r where r.organization_id = o.id) as roles,
      ${isProven(person.address)} as "ofProvenDomain",
      i.user_id as "identityUserId", im.status as "identityStatus",
      u.id as "accountId", coalesce(nullif(u.name, ''), u.typed_address) as "accountName",
      u.password_hash is not null as "hasPassword", m.status as "accountStatus",
      v.id as "invitationId", v.change_id as "invitationChangeId", v.role as "invitationRole",
      v.status as "invitationStatus", v.expires_at as "invitationExpiresAt",
      v.id is not null and ${inviterStillMay(sql`v`)} as "inviterMay",
      ${seatsLeft(person.organizationId, now, defaultSeatLimit)} as seats, ${seatsToAccept(defaultSeatLimit)} as "seatsForInvited"
    from connection c join organization o on o.id = c.organization_id
    left join identity i on ${isOf(person)}
    left join member im on im.organization_id = o.id and im.user_id = i.user_id
    left join user u on u.account_scope = ${scopeOf} and u.address = ${person.address}
    left join member m on m.organization_id = o.id and m.user_id = u.id
    left join invitation v on v.organization_id = o.id and v.address = ${person.address} and v.status in ${OPEN}
    where c.id = ${person.connectionId}`

type EntryRow = Omit<EntryFacts, 'enabled' | 'justInTime' | 'roles' | 'policies'> & {
  enabled: number
  justInTime: number
  roles: string
  policies: string
}

const factsOf = (row: EntryRow | null): EntryFacts | null =>
  row && {
    ...row,
    enabled: Boolean(row.enabled),
    justInTime: Boolean(row.justInTime),
    roles: JSON.parse(row.roles) as RoleRow[],
    policies: JSON.parse(row.policies) as PolicySettings,
  }

/** Whether the browser holds a living session of this account that it signed in with itself. */
const holds = (browser: string | null, account: SQL, now: number): SQL =>
  sql`exists (select 1 from session s where ${isOwnSession(browser, now)} and s.user_id = ${account})`

/** What there is of a person, and who the browser is signed in as by themselves. */
export const readEntry = async (
  db: D1Database,
  person: SsoPerson,
  browser: string | null,
  now: number,
  defaultSeatLimit: number,
): Promise<{ facts: EntryFacts | null; viewerId: string | null }> => {
  const [facts, viewer] = await runBatch(db, [
    entryFacts(person, now, defaultSeatLimit),
    sql`select s.user_id as "userId" from session s where ${isOwnSession(browser, now)}`,
  ])
  return {
    facts: factsOf(rowOf<EntryRow>(facts)),
    viewerId: rowOf<{ userId: string }>(viewer)?.userId ?? null,
  }
}

export type Entering = {
  event: string
  changeId: string
  person: SsoPerson
  session: SessionRow
  browser: string | null
  grantExpiresAt: number
  now: number
  /** The deployment's default. */
  seatLimit: number
}

/** The session that an organization was opened to, by the hash of its cookie. */
export type Granted = { hash: string; expiresAt: number }

const granting = (entering: Entering, userId: SQL | string) => ({
  event: entering.event,
  userId,
  organizationId: entering.person.organizationId,
  connectionId: entering.person.connectionId,
  session: entering.session,
  browser: entering.browser,
  expiresAt: entering.grantExpiresAt,
  now: entering.now,
})

/** What opening the organization to the browser takes, and at last what it was opened to. */
export const opening = (entering: Entering, userId: SQL | string): SQL[] => [
  ...openGranted(granting(entering, userId)),
  grantedSession(granting(entering, userId)),
]

/**
 * Signs in who is known by their identity, where they are an active member; else nothing happens, and the facts say
 * why. Somebody who was imported is known by their subject from here on.
 */
export const commitSsoSignIn = async (
  db: D1Database,
  entering: Entering,
): Promise<{ session: Granted | null; facts: EntryFacts | null }> => {
  const { event, person, now } = entering
  const target = sql`(select target_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: entering.changeId,
        organizationId: null,
        action: 'session.started',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('with', 'sso', 'organization', o.name)`,
      })}
      from identity i join connection c on c.id = i.connection_id join organization o on o.id = c.organization_id
      join user u on u.id = i.user_id and u.account_scope = ${scopeOf}
      join member m on m.organization_id = o.id and m.user_id = u.id and m.status = 'active'
      where ${isOf(person)} and ${isOpen(person.connectionId, now)}`,
    sql`update identity set subject = ${person.subject}
      where connection_id = ${person.connectionId} and issuer = ${person.issuer} and subject is null
        and directory_id = ${person.directoryId} and user_id = ${target}`,
    ...opening(entering, target),
    entryFacts(person, now, entering.seatLimit),
  ])
  return {
    session: rowOf<Granted>(answers.at(-2)),
    facts: factsOf(rowOf<EntryRow>(answers.at(-1))),
  }
}

/** Makes an identity out of an event; one that the account had there before is none any more, and opens nothing. */
export const bindIdentity = (
  { event, person, now }: Pick<Entering, 'event' | 'person' | 'now'>,
  identityId: string,
  userId: string,
): SQL[] => {
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  const here = sql`connection_id = ${person.connectionId} and user_id = ${userId}`
  return [
    sql`delete from session_grant where organization_id = ${person.organizationId} and ${mine}
      and session_hash in (select hash from session where user_id = ${userId})
      and exists (select 1 from identity where ${here})`,
    sql`delete from identity where ${here} and ${mine}`,
    sql`insert into identity (id, organization_id, connection_id, issuer, subject, directory_id, user_id, created_at)
      select ${identityId}, ${person.organizationId}, ${person.connectionId}, ${person.issuer}, ${person.subject},
        ${person.directoryId}, ${userId}, ${now} where ${mine}`,
  ]
}

/** Nobody is known by this identity yet. */
export const isNobodys = (person: SsoPerson): SQL =>
  sql`not exists (select 1 from identity i where ${isOf(person)})`

/** The browser's session is this account's own sign-in. */
export const provenBy = (browser: string | null, userId: string, now: number): SQL =>
  holds(browser, sql`${userId}`, now)

/** Links an identity to an active member's account, whose own sign-in the browser's session is, and opens the organization to it. */
export const commitLink = async (
  db: D1Database,
  linking: Entering & { identityId: string; userId: string },
): Promise<{ session: Granted | null; facts: EntryFacts | null }> => {
  const { person, now, userId } = linking
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: linking.event,
        changeId: linking.changeId,
        organizationId: person.organizationId,
        action: 'identity.linked',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'member', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        at: now,
        detail: sql`json_object('issuer', ${person.issuer})`,
      })}
      from connection c join organization o on o.id = c.organization_id
      join user u on u.account_scope = ${scopeOf} and u.address = ${person.address}
      join member m on m.organization_id = o.id and m.user_id = u.id and m.status = 'active'
      where ${isOpen(person.connectionId, now)} and u.id = ${userId} and ${provenBy(linking.browser, userId, now)}
        and ${isNobodys(person)}`,
    ...bindIdentity(linking, linking.identityId, userId),
    ...opening(linking, userId),
    entryFacts(person, now, linking.seatLimit),
  ])
  return {
    session: rowOf<Granted>(answers.at(-2)),
    facts: factsOf(rowOf<EntryRow>(answers.at(-1))),
  }
}
