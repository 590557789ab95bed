import { type SQL, sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import type { SecondFactor, SignInMethod } from '../rules/sign-in'
import { type AttemptKeys, attemptsOf, countAttempts, forgiveAttempts } from './attempts'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues } from './guards'
import { hasSecondStep } from './second-step-needed'

/** A session to be: what its cookie is known by, how it began and where. */
export type SessionRow = {
  hash: string
  expiresAt: number
  /** Whether the account itself signed in; false for what an identity provider vouched for. */
  own: boolean
  method: SignInMethod
  secondFactor: SecondFactor | null
  userAgent: string
  place: string
}

/** A session made from the event of the attempt that won, and from nothing else; `only` narrows that further. */
export const insertSession = (
  session: SessionRow,
  userId: SQL | string,
  now: number,
  event: string,
  only: SQL = sql`true`,
): SQL =>
  sql`insert into session (hash, user_id, own, method, second_factor, user_agent, place, created_at, expires_at)
    select ${session.hash}, ${userId}, ${session.own ? 1 : 0}, ${session.method}, ${session.secondFactor},
      ${session.userAgent}, ${session.place}, ${now}, ${session.expiresAt} from audit_event where id = ${event} and ${only}`

/** Session `s` is the living one with this hash, and the account itself signed in with it. */
export const isOwnSession = (hash: string | null, now: number): SQL =>
  sql`s.hash = ${hash ?? ''} and s.expires_at > ${now} and s.own`

/** The organization's identity provider, as it is connected now, has opened it to session `s`, or to the one of a hash. */
export const isGranted = (organizationId: SQL, now: number, hash: SQL = sql`s.hash`): SQL =>
  sql`exists (select 1 from session_grant g join connection c on c.id = g.connection_id and c.organization_id = g.organization_id
    where g.session_hash = ${hash} and g.organization_id = ${organizationId} and g.expires_at > ${now} and c.enabled)`

/** Ends the session that this one takes the place of in the same browser, whoever's it was. */
export const endReplaced = (replaced: string | null, event: string): SQL[] =>
  replaced === null
    ? []
    : [
        sql`delete from session where hash = ${replaced} and exists (select 1 from audit_event where id = ${event})`,
      ]

export type Account = {
  id: string
  address: string
  name: string
  typedAddress: string
  passwordHash: string | null
  /** Whether the password alone signs nobody in (0 or 1). */
  secondStep: number
}

/** Counts the attempt and reads the account, known or not, in one round trip. */
export const readAccount = async (
  db: D1Database,
  scope: string,
  address: string,
  attemptKeys: AttemptKeys,
  now: number,
): Promise<{ account: Account | null; attempts: Attempts }> => {
  const [account, ...counted] = await runBatch(db, [
    sql`select id, address, name, typed_address as "typedAddress", password_hash as "passwordHash",
        ${hasSecondStep(sql`user.id`)} as "secondStep"
      from user where account_scope = ${scope} and address = ${address}`,
    ...countAttempts(attemptKeys, now),
  ])
  return { account: rowOf<Account>(account), attempts: attemptsOf(counted) }
}

/** Opens a session for the account whose password was verified; `rehashed` replaces an outdated hash. */
export const commitSignIn = async (
  db: D1Database,
  signIn: {
    event: string
    changeId: string
    account: Account
    rehashed: string | null
    session: SessionRow
    /** The session that the browser had until now. */
    replaced: string | null
    attemptKeys: AttemptKeys
    now: number
  },
): Promise<boolean> => {
  const { event, account, now } = signIn
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  const [claim] = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: signIn.changeId,
        organizationId: null,
        action: 'session.started',
        actor: { kind: 'user', id: account.id, name: account.name || account.typedAddress },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('with', 'password')`,
      })}
      from user u where u.id = ${account.id} and u.password_hash = ${account.passwordHash}
        and not ${hasSecondStep(sql`u.id`)}`,
    insertSession(signIn.session, account.id, now, event),
    ...endReplaced(signIn.replaced, event),
    ...(signIn.rehashed
      ? [sql`update user set password_hash = ${signIn.rehashed} where id = ${account.id} and ${mine}`]
      : []),
    ...forgiveAttempts(signIn.attemptKeys, event),
  ])
  return (claim?.changes ?? 0) > 0
}

/** Ends a session; ending one that is gone is no change. */
export const commitSignOut = async (
  db: D1Database,
  signOut: { event: string; changeId: string; hash: string; now: number },
): Promise<void> => {
  await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: signOut.event,
        changeId: signOut.changeId,
        organizationId: null,
        action: 'session.ended',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: signOut.now,
        detail: sql`json_object('by', 'sign-out')`,
      })}
      from session s join user u on u.id = s.user_id where s.hash = ${signOut.hash}`,
    sql`delete from session where hash = ${signOut.hash}`,
  ])
}
