import { sql } from 'drizzle-orm'
import { MAX_PASSKEYS } from '../rules/second-factors'
import { accountLives } from './account-mails'
import { rowOf, runBatch } from './batch'
import {
  type Committed,
  claimFactorChange,
  committed,
  committedOf,
  type FactorChange,
  forgetGoneFactors,
  isUsable,
  mine,
  notePasskeyUse,
  raiseSession,
  type UsedPasskey,
  withFactorChange,
} from './factors'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { endReplaced, insertSession, type SessionRow } from './sessions'

/** What a signature is checked with. */
export type StoredPasskey = {
  id: string
  userId: string
  /** COSE key, base64url. */
  publicKey: string
  /** A JSON list. */
  transports: string
}

export type NewPasskey = {
  id: string
  name: string
  publicKey: string
  counter: number
  transports: readonly string[]
  backedUp: boolean
}

/** Adds a passkey, up to so many an account; `taken` where it is somebody's already. */
export const commitPasskey = async (
  db: D1Database,
  change: FactorChange & { passkey: NewPasskey },
): Promise<Committed & { tooMany: boolean; taken: boolean }> => {
  const { event, now, userId, passkey } = change
  const room = sql`(select count(*) from passkey where user_id = ${userId}) < ${MAX_PASSKEYS}`
  const answers = await runBatch(db, [
    claimFactorChange(
      change,
      'passkey.added',
      sql`json_object('name', ${passkey.name})`,
      sql`${room} and not exists (select 1 from passkey where id = ${passkey.id})`,
    ),
    ...withFactorChange(change, 'passkey_added', passkey.name),
    sql`insert into passkey (id, user_id, name, public_key, counter, transports, backed_up, created_at)
      select ${passkey.id}, target_id, ${passkey.name}, ${passkey.publicKey}, ${passkey.counter},
        ${JSON.stringify(passkey.transports)}, ${passkey.backedUp ? 1 : 0}, ${now}
      from audit_event where id = ${event}`,
    raiseSession(change.sessionHash, 'passkey', event),
    sql`select not ${room} as "tooMany", exists (select 1 from passkey where id = ${passkey.id}) as taken`,
    committed(change),
  ])
  const facts = rowOf<{ tooMany: number; taken: number }>(answers.at(-2))
  return {
    ...committedOf(answers.at(-1)),
    tooMany: Boolean(facts?.tooMany),
    taken: Boolean(facts?.taken),
  }
}

/** Removes a passkey; the account's other sessions that a passkey opened end, since it may have been this one. */
export const commitPasskeyRemoval = async (
  db: D1Database,
  change: FactorChange & { passkeyId: string },
): Promise<Committed> => {
  const { event, userId, passkeyId } = change
  const answers = await runBatch(db, [
    claimFactorChange(
      change,
      'passkey.removed',
      sql`json_object('name', (select name from passkey where id = ${passkeyId}))`,
      sql`exists (select 1 from passkey where id = ${passkeyId} and user_id = u.id)`,
    ),
    ...withFactorChange(change, 'passkey_removed', sql`(select name from passkey where id = ${passkeyId})`),
    sql`delete from passkey where id = ${passkeyId} and user_id = ${userId} and ${mine(event)}`,
    sql`delete from session where user_id = ${userId} and hash <> ${change.sessionHash}
      and (method = 'passkey' or second_factor = 'passkey') and ${mine(event)}`,
    ...forgetGoneFactors(userId, event),
    committed(change),
  ])
  return committedOf(answers.at(-1))
}

export type PasskeyOwner = StoredPasskey & { accountScope: string; lives: number }

/** The passkey that signed, whose it is, and whether this very sign-in was committed before; one round trip. */
export const readPasskey = async (
  db: D1Database,
  asked: { id: string; changeId: string; sessionHash: string; now: number },
): Promise<{ passkey: PasskeyOwner | null; replayed: boolean }> => {
  const [found, replay] = await runBatch(db, [
    sql`select p.id, p.user_id as "userId", p.public_key as "publicKey", p.transports,
        u.account_scope as "accountScope", ${accountLives(asked.now)} as lives
      from passkey p join user u on u.id = p.user_id where p.id = ${asked.id}`,
    sql`select 1 from audit_event e join session s on s.hash = ${asked.sessionHash} and s.expires_at > ${asked.now}
      where e.change_id = ${asked.changeId}`,
  ])
  return { passkey: rowOf<PasskeyOwner>(found), replayed: rowOf(replay) !== null }
}

/** Opens a session for the account whose passkey signed; each challenge opens one. */
export const commitPasskeySignIn = async (
  db: D1Database,
  signIn: {
    event: string
    changeId: string
    userId: string
    scope: string
    passkey: UsedPasskey
    session: SessionRow
    /** The session that the browser had until now. */
    replaced: string | null
    now: number
  },
): Promise<boolean> => {
  const { event, now, userId } = signIn
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: signIn.changeId,
        organizationId: null,
        action: 'session.started',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('with', 'passkey', 'passkey', (select name from passkey where id = ${signIn.passkey.id}))`,
      })}
      from user u where u.id = ${userId} and u.account_scope = ${signIn.scope} and ${accountLives(now)}
        and ${isUsable(signIn.passkey, sql`u.id`)} and ${notYetDone(signIn.changeId)}`,
    notePasskeyUse(signIn.passkey, event, now),
    insertSession(signIn.session, userId, now, event),
    ...endReplaced(signIn.replaced, event),
    sql`select exists (select 1 from audit_event where change_id = ${signIn.changeId}) and
      exists (select 1 from session where hash = ${signIn.session.hash} and expires_at > ${now}) as opened`,
  ])
  return Boolean(rowOf<{ opened: number }>(answers.at(-1))?.opened)
}
