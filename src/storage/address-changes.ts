import { type SQL, sql } from 'drizzle-orm'
import { type Attempts, MAILS_ASKED_FOR } from '../rules/attempts'
import { accountLives, type MailTerms, organizationOfAccount, queueAccountMail } from './account-mails'
import { type AttemptKeys, attemptsOf, countAttempts, withinLimits } from './attempts'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { isOwnSession } from './sessions'

const ACTOR = { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` } as const

/** Another account of the scope of `u` has the address. */
const isTaken = (address: SQL | string): SQL =>
  sql`exists (select 1 from user other where other.account_scope = u.account_scope and other.address = ${address}
    and other.id <> u.id)`

export type AddressRequest = {
  event: string
  changeId: string
  now: number
  userId: string
  sessionHash: string
  /** The password that was checked, still to be the account's. */
  passwordHash: string
  address: string
  typedAddress: string
  id: string
  keyId: string
  hash: string
  expiresAt: number
  /** Ids of the mails to the new address and to the old one. */
  deliveries: { change: string; notice: string }
  terms: MailTerms
  attemptKeys: AttemptKeys
}

/**
 * Counts the request, and commits it within the limits: earlier ones end, the new address gets the link, and the old
 * one is told. An address that has an account gets a mail without a link, so that the answer says nothing of it.
 */
export const commitAddressRequest = async (
  db: D1Database,
  request: AddressRequest,
): Promise<{ attempts: Attempts; done: boolean; queued: boolean }> => {
  const { event, changeId, now, attemptKeys, terms } = request
  const answers = await runBatch(db, [
    ...countAttempts(attemptKeys, now, MAILS_ASKED_FOR),
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: null,
        action: 'address.change_requested',
        actor: ACTOR,
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('address', ${request.typedAddress}, 'expiresAt', cast(${request.expiresAt} as integer))`,
      })}
      from user u join session s on s.user_id = u.id and ${isOwnSession(request.sessionHash, now)}
      where u.id = ${request.userId} and u.password_hash = ${request.passwordHash} and u.address <> ${request.address}
        and ${accountLives(now)} and ${organizationOfAccount(now)} is not null
        and ${withinLimits(attemptKeys, MAILS_ASKED_FOR)} and ${notYetDone(changeId)}`,
    sql`update address_change set status = 'ended' where status = 'requested'
      and user_id = (select target_id from audit_event where id = ${event})`,
    sql`insert into address_change (id, user_id, address, typed_address, key_id, token_hash, expires_at, status, created_at)
      select ${request.id}, target_id, ${request.address}, ${request.typedAddress}, ${request.keyId}, ${request.hash},
        ${request.expiresAt}, 'requested', ${now} from audit_event where id = ${event}`,
    queueAccountMail(
      event,
      {
        id: request.deliveries.change,
        kind: 'address_change',
        subject: request.id,
        to: { address: sql`${request.address}`, typed: sql`${request.typedAddress}` },
        content: sql`, 'expiresAt', cast(${request.expiresAt} as integer),
          'taken', json(iif(${isTaken(request.address)}, 'true', 'false'))`,
        terms,
      },
      now,
    ),
    queueAccountMail(
      event,
      {
        id: request.deliveries.notice,
        kind: 'address_notice',
        subject: event,
        content: sql`, 'address', ${request.typedAddress}, 'at', e.at, 'done', json('false')`,
        terms,
      },
      now,
    ),
    sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
      exists (select 1 from audit_event where id = ${event}) as queued`,
  ])
  const facts = rowOf<{ done: number; queued: number }>(answers.at(-1))
  return {
    attempts: attemptsOf(answers.slice(0, 3)),
    done: Boolean(facts?.done),
    queued: Boolean(facts?.queued),
  }
}

/** Everything about a link that confirms an address which decides what its page shows. */
export type AddressFacts = {
  userId: string
  typedAddress: string
  newAddress: string
  /** Of an account that belongs to one organization alone. */
  slug: string | null
  status: 'requested' | 'confirmed' | 'ended'
  tokenHash: string
  expiresAt: number
  replaced: boolean
  lives: boolean
  taken: boolean
}

export type AddressViewer = { id: string; typedAddress: string }
export type AddressOpening = { facts: AddressFacts | null; viewer: AddressViewer | null }

const opening = (id: string, sessionHash: string | null, now: number): SQL[] => [
  sql`select u.id as "userId", u.typed_address as "typedAddress", c.typed_address as "newAddress", own.slug, c.status,
      c.token_hash as "tokenHash", c.expires_at as "expiresAt",
      exists (select 1 from address_change n where n.user_id = c.user_id
        and (n.created_at, n.id) > (c.created_at, c.id)) as replaced,
      ${accountLives(now)} as lives, ${isTaken(sql`c.address`)} as taken
    from address_change c join user u on u.id = c.user_id left join organization own on own.id = u.account_scope
    where c.id = ${id}`,
  sql`select u.id, u.typed_address as "typedAddress" from session s join user u on u.id = s.user_id
    where ${isOwnSession(sessionHash, now)}`,
]

type Flags = 'replaced' | 'lives' | 'taken'

const openingOf = (answers: Awaited<ReturnType<typeof runBatch>>): AddressOpening => {
  const row = rowOf<Omit<AddressFacts, Flags> & Record<Flags, number>>(answers.at(-2))
  return {
    facts: row && {
      ...row,
      replaced: Boolean(row.replaced),
      lives: Boolean(row.lives),
      taken: Boolean(row.taken),
    },
    viewer: rowOf<AddressViewer>(answers.at(-1)),
  }
}

/** A link's facts and who looks at it, in one round trip. */
export const readAddressChange = async (
  db: D1Database,
  id: string,
  sessionHash: string | null,
  now: number,
): Promise<AddressOpening> => openingOf(await runBatch(db, opening(id, sessionHash, now)))

export type Confirming = {
  event: string
  changeId: string
  now: number
  id: string
  tokenHash: string
  sessionHash: string
  delivery: string
  terms: MailTerms
}

/** Commits the new address, if no other account of the scope has it by then, and tells the old one; answers the facts after it. */
export const commitAddressChange = async (
  db: D1Database,
  confirming: Confirming,
): Promise<AddressOpening & { won: boolean }> => {
  const { event, changeId, now, id } = confirming
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: null,
        action: 'address.changed',
        actor: ACTOR,
        target: { kind: 'user', id: sql`u.id`, name: sql`c.typed_address` },
        at: now,
        detail: sql`json_object('address', c.typed_address, 'before', json_object('address', u.typed_address))`,
      })}
      from address_change c join user u on u.id = c.user_id
      join session s on s.user_id = u.id and ${isOwnSession(confirming.sessionHash, now)}
      where c.id = ${id} and c.token_hash = ${confirming.tokenHash} and c.status = 'requested' and c.expires_at > ${now}
        and ${accountLives(now)} and not ${isTaken(sql`c.address`)} and ${notYetDone(changeId)}`,
    // Before the address changes, which the notice goes to.
    queueAccountMail(
      event,
      {
        id: confirming.delivery,
        kind: 'address_notice',
        subject: event,
        content: sql`, 'address', e.target_name, 'at', e.at, 'done', json('true')`,
        terms: confirming.terms,
      },
      now,
    ),
    sql`update user set (address, typed_address) = (select c.address, c.typed_address from address_change c where c.id = ${id})
      where id = (select target_id from audit_event where id = ${event})`,
    sql`update address_change set status = 'confirmed'
      where id = ${id} and exists (select 1 from audit_event where id = ${event})`,
    sql`update password_reset set status = 'ended' where status = 'requested'
      and user_id = (select target_id from audit_event where id = ${event})`,
    ...opening(id, confirming.sessionHash, now),
    sql`select exists (select 1 from audit_event where id = ${event}) as won`,
  ])
  return {
    ...openingOf(answers.slice(0, -1)),
    won: Boolean(rowOf<{ won: number }>(answers.at(-1))?.won),
  }
}
