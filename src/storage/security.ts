import { sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import type { Factors } from '../rules/second-factors'
import type { RequiredFactor, SessionStrength } from '../rules/sign-in'
import { type AttemptKeys, attemptsOf, countAttempts } from './attempts'
import { rowOf, rowsOf, runBatch } from './batch'
import { FACTORS, isFresh } from './factors'
import type { StoredPasskey } from './passkeys'
import { isOwnSession } from './sessions'

export type ListedPasskey = {
  id: string
  name: string
  transports: string[]
  backedUp: boolean
  createdAt: number
  usedAt: number | null
}

/** Everything about how an account is protected, for whoever is signed in to it. */
export type SecurityFacts = {
  typedAddress: string
  name: string
  hasPassword: boolean
  /** Of an account that belongs to one organization alone. */
  slug: string | null
  session: SessionStrength
  /** Signed in a moment ago, with no factor yet. */
  fresh: boolean
  factors: Factors
  passkeys: ListedPasskey[]
  /** The account's organizations that ask for a factor. */
  requiring: { name: string; slug: string; requiredFactor: RequiredFactor }[]
}

type Row = Omit<SecurityFacts, 'session' | 'factors' | 'passkeys' | 'requiring' | 'hasPassword' | 'fresh'> &
  SessionStrength & {
    hasPassword: number
    fresh: number
    passkeys: number
    authenticator: number
    recoveryCodes: number
  }

/** One round trip; null once the session is over. */
export const readSecurityFacts = async (
  db: D1Database,
  userId: string,
  sessionHash: string,
  now: number,
): Promise<SecurityFacts | null> => {
  const [account, passkeys, requiring] = await runBatch(db, [
    sql`select u.typed_address as "typedAddress", u.name, u.password_hash is not null as "hasPassword", own.slug,
        s.method, s.second_factor as "secondFactor", ${isFresh(now)} as fresh, ${FACTORS(sql`u.id`)}
      from user u join session s on s.user_id = u.id and ${isOwnSession(sessionHash, now)}
      left join organization own on own.id = u.account_scope where u.id = ${userId}`,
    sql`select id, name, transports, backed_up as "backedUp", created_at as "createdAt", used_at as "usedAt"
      from passkey where user_id = ${userId} order by created_at, id`,
    sql`select o.name, o.slug, o.required_factor as "requiredFactor" from member m
      join organization o on o.id = m.organization_id
      where m.user_id = ${userId} and m.status = 'active' and o.required_factor <> 'none'
        and (o.delete_at is null or o.delete_at > ${now}) order by o.name collate nocase, o.id limit 100`,
  ])
  const row = rowOf<Row>(account)
  return (
    row && {
      typedAddress: row.typedAddress,
      name: row.name,
      hasPassword: Boolean(row.hasPassword),
      slug: row.slug,
      session: { method: row.method, secondFactor: row.secondFactor },
      fresh: Boolean(row.fresh),
      factors: {
        passkeys: row.passkeys,
        authenticator: Boolean(row.authenticator),
        recoveryCodes: row.recoveryCodes,
      },
      passkeys: rowsOf<
        Omit<ListedPasskey, 'transports' | 'backedUp'> & { transports: string; backedUp: number }
      >(passkeys).map((one) => ({
        ...one,
        transports: JSON.parse(one.transports) as string[],
        backedUp: Boolean(one.backedUp),
      })),
      requiring: rowsOf<SecurityFacts['requiring'][number]>(requiring),
    }
  )
}

/** What a change of a factor is proved with. */
export type ProofFacts = {
  passwordHash: string | null
  fresh: boolean
  factors: Factors
  session: SessionStrength
  /** The passkey that signed, if it is the account's. */
  passkey: StoredPasskey | null
  /** The change was made before. */
  done: boolean
  attempts: Attempts | null
}

/** One round trip; with `attemptKeys` a try of the password is counted before it is made. Null once the session is over. */
export const readProof = async (
  db: D1Database,
  asked: {
    userId: string
    sessionHash: string
    changeId: string
    passkeyId: string
    attemptKeys: AttemptKeys | null
    now: number
  },
): Promise<ProofFacts | null> => {
  const { userId, sessionHash, now, attemptKeys } = asked
  const [account, passkey, ...counted] = await runBatch(db, [
    sql`select u.password_hash as "passwordHash", s.method, s.second_factor as "secondFactor", ${isFresh(now)} as fresh,
        exists (select 1 from audit_event where change_id = ${asked.changeId}) as done, ${FACTORS(sql`u.id`)}
      from user u join session s on s.user_id = u.id and ${isOwnSession(sessionHash, now)} where u.id = ${userId}`,
    sql`select p.id, p.user_id as "userId", p.public_key as "publicKey", p.transports from passkey p
      where p.id = ${asked.passkeyId} and p.user_id = ${userId}`,
    ...(attemptKeys ? countAttempts(attemptKeys, now) : []),
  ])
  const row = rowOf<Row & { passwordHash: string | null; done: number }>(account)
  return (
    row && {
      passwordHash: row.passwordHash,
      fresh: Boolean(row.fresh),
      session: { method: row.method, secondFactor: row.secondFactor },
      factors: {
        passkeys: row.passkeys,
        authenticator: Boolean(row.authenticator),
        recoveryCodes: row.recoveryCodes,
      },
      passkey: rowOf<StoredPasskey>(passkey),
      done: Boolean(row.done),
      attempts: attemptKeys ? attemptsOf(counted) : null,
    }
  )
}
