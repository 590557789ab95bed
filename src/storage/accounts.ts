import { sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import { type MailTerms, queueAccountMail } from './account-mails'
import { type AttemptKeys, attemptsOf, countAttempts, forgiveAttempts } from './attempts'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { endWithPassword } from './password-resets'
import { isOwnSession } from './sessions'

/** What the page of an account shows of it. */
export type AccountFacts = {
  name: string
  /** Null where one name stands for both. */
  firstName: string | null
  lastName: string | null
  typedAddress: string
  hasPassword: boolean
  /** Of an account that belongs to one organization alone. */
  slug: string | null
  /** The address that waits to be confirmed, and until when. */
  pending: { typedAddress: string; expiresAt: number } | null
}

export const readAccountFacts = async (
  db: D1Database,
  userId: string,
  now: number,
): Promise<AccountFacts | null> => {
  const [account, pending] = await runBatch(db, [
    sql`select u.name, u.first_name as "firstName", u.last_name as "lastName", u.typed_address as "typedAddress",
        u.password_hash is not null as "hasPassword", o.slug
      from user u left join organization o on o.id = u.account_scope where u.id = ${userId}`,
    sql`select typed_address as "typedAddress", expires_at as "expiresAt" from address_change
      where user_id = ${userId} and status = 'requested' and expires_at > ${now} order by created_at desc limit 1`,
  ])
  const row = rowOf<Omit<AccountFacts, 'hasPassword' | 'pending'> & { hasPassword: number }>(account)
  return (
    row && {
      ...row,
      hasPassword: Boolean(row.hasPassword),
      pending: rowOf<NonNullable<AccountFacts['pending']>>(pending),
    }
  )
}

/** Counts a try of the current password, and reads what it is tried against and whether the change was made before. */
export const readOwnPassword = async (
  db: D1Database,
  userId: string,
  changeId: string,
  attemptKeys: AttemptKeys,
  now: number,
): Promise<{ address: string; passwordHash: string | null; done: boolean; attempts: Attempts }> => {
  const [account, ...counted] = await runBatch(db, [
    sql`select address, password_hash as "passwordHash",
        exists (select 1 from audit_event where change_id = ${changeId}) as done
      from user where id = ${userId}`,
    ...countAttempts(attemptKeys, now),
  ])
  const row = rowOf<{ address: string; passwordHash: string | null; done: number }>(account)
  return {
    address: row?.address ?? '',
    passwordHash: row?.passwordHash ?? null,
    done: Boolean(row?.done),
    attempts: attemptsOf(counted),
  }
}

type Change = { event: string; changeId: string; now: number; userId: string; sessionHash: string }

/** The account `u`, while who asks is signed in to it. */
const signedIn = ({ userId, sessionHash, now }: Change) =>
  sql`user u join session s on s.user_id = u.id and ${isOwnSession(sessionHash, now)}
    where u.id = ${userId}`

const ACTOR = { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` } as const

/** What became of a change: whether this attempt made it, and whether any attempt did. */
export type Committed = { won: boolean; done: boolean }

const committed = ({ event, changeId }: Change) =>
  sql`select exists (select 1 from audit_event where id = ${event}) as won,
    exists (select 1 from audit_event where change_id = ${changeId}) as done`

const committedOf = (answer: Parameters<typeof rowOf>[0]): Committed => {
  const facts = rowOf<{ won: number; done: number }>(answer)
  return { won: Boolean(facts?.won), done: Boolean(facts?.done) }
}

/** Commits another password for whoever knows the current one; every other session of the account ends. */
export const commitPassword = async (
  db: D1Database,
  change: Change & {
    /** The current one, as it was checked. */
    passwordHash: string
    newHash: string
    delivery: string
    terms: MailTerms
    attemptKeys: AttemptKeys
  },
): Promise<Committed> => {
  const { event, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: change.changeId,
        organizationId: null,
        action: 'password.changed',
        actor: ACTOR,
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('by', 'password')`,
      })}
      from ${signedIn(change)} and u.password_hash = ${change.passwordHash} and ${notYetDone(change.changeId)}`,
    sql`update user set password_hash = ${change.newHash}
      where id = (select target_id from audit_event where id = ${event})`,
    ...endWithPassword(event, sql`hash <> ${change.sessionHash}`),
    ...forgiveAttempts(change.attemptKeys, event),
    queueAccountMail(
      event,
      {
        id: change.delivery,
        kind: 'password_notice',
        subject: event,
        content: sql`, 'at', e.at`,
        terms: change.terms,
      },
      now,
    ),
    committed(change),
  ])
  return committedOf(answers.at(-1))
}

export type Names = { name: string; firstName: string | null; lastName: string | null }

/** Commits other names; the same ones are no change. */
export const commitNames = async (db: D1Database, change: Change & { names: Names }): Promise<Committed> => {
  const { name, firstName, lastName } = change.names
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: change.event,
        changeId: change.changeId,
        organizationId: null,
        action: 'user.renamed',
        actor: { ...ACTOR, name },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: change.now,
        detail: sql`json_object('name', ${name}, 'before', json_object('name', u.name))`,
      })}
      from ${signedIn(change)} and (u.name, u.first_name, u.last_name) is not (${name}, ${firstName}, ${lastName})
        and ${notYetDone(change.changeId)}`,
    sql`update user set name = ${name}, first_name = ${firstName}, last_name = ${lastName}
      where id = (select target_id from audit_event where id = ${change.event})`,
    committed(change),
  ])
  return committedOf(answers.at(-1))
}
