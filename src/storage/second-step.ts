import { type SQL, sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import { type Factors, SECOND_STEPS } from '../rules/second-factors'
import type { SecondFactor, SessionStrength } from '../rules/sign-in'
import { accountLives } from './account-mails'
import { type AttemptKeys, attemptsOf, countAttempts, forgiveAttempts } from './attempts'
import { rowOf, rowsOf, runBatch } from './batch'
import { FACTORS, isUsable, mine, notePasskeyUse, raiseSession, type UsedPasskey } from './factors'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import type { StoredPasskey } from './passkeys'
import { endReplaced, insertSession, isOwnSession, type SessionRow } from './sessions'

/** Who is in the middle of signing in, or signed in without having shown a factor: `sessionHash` of the latter. */
export type Stepping = { userId: string; sessionHash: string | null }

export type StepFacts = {
  typedAddress: string
  passwordHash: string | null
  factors: Factors
  passkeys: StoredPasskey[]
  /** Sealed. */
  secret: string | null
  /** Of the signed-in session, where it is about one. */
  session: SessionStrength | null
  lives: boolean
  /** This very step was committed before, and the session it opened lives. */
  replayed: boolean
  attempts: Attempts | null
}

/** One round trip; with `attemptKeys` a code is counted before it is tried. */
export const readStep = async (
  db: D1Database,
  asked: Stepping & {
    changeId: string
    opened: string | null
    attemptKeys: AttemptKeys | null
    now: number
  },
): Promise<StepFacts | null> => {
  const { userId, sessionHash, now, attemptKeys } = asked
  const [account, passkeys, ...counted] = await runBatch(db, [
    sql`select u.typed_address as "typedAddress", u.password_hash as "passwordHash", ${FACTORS(sql`u.id`)},
        (select secret from authenticator where user_id = u.id and confirmed_at is not null) as secret,
        s.method, s.second_factor as "secondFactor", ${accountLives(now)} as lives,
        exists (select 1 from audit_event e join session o on o.hash = ${asked.opened ?? ''} and o.expires_at > ${now}
          where e.change_id = ${asked.changeId}) as replayed
      from user u left join session s on s.user_id = u.id and ${isOwnSession(sessionHash, now)}
      where u.id = ${userId} and (${sessionHash} is null or s.hash is not null)`,
    sql`select id, user_id as "userId", public_key as "publicKey", transports from passkey where user_id = ${userId}`,
    ...(attemptKeys ? countAttempts(attemptKeys, now, SECOND_STEPS) : []),
  ])
  const row = rowOf<
    Omit<StepFacts, 'factors' | 'passkeys' | 'session'> &
      SessionStrength & { passkeys: number; authenticator: number; recoveryCodes: number }
  >(account)
  return (
    row && {
      typedAddress: row.typedAddress,
      passwordHash: row.passwordHash,
      factors: {
        passkeys: row.passkeys,
        authenticator: Boolean(row.authenticator),
        recoveryCodes: row.recoveryCodes,
      },
      passkeys: rowsOf<StoredPasskey>(passkeys),
      secret: row.secret,
      session: sessionHash === null ? null : { method: row.method, secondFactor: row.secondFactor },
      lives: Boolean(row.lives),
      replayed: Boolean(row.replayed),
      attempts: attemptKeys ? attemptsOf(counted) : null,
    }
  )
}

/** What was shown, still to be so in the batch: no code of the app is taken twice, no recovery code, no signature. */
export type Shown =
  | { kind: 'authenticator'; step: number; secret: string; resealed: string }
  | { kind: 'recovery_code'; digests: readonly string[] }
  | { kind: 'passkey'; passkey: UsedPasskey }

const ANY = (digests: readonly string[]): SQL =>
  sql`(select value from json_each(${JSON.stringify(digests)}))`

const isShown = (shown: Shown): SQL => {
  switch (shown.kind) {
    case 'authenticator':
      return sql`exists (select 1 from authenticator a where a.user_id = u.id and a.confirmed_at is not null
        and a.secret = ${shown.secret} and a.last_step < ${shown.step})`
    case 'recovery_code':
      return sql`exists (select 1 from recovery_code r where r.user_id = u.id and r.used_at is null
        and r.digest in ${ANY(shown.digests)})`
    case 'passkey':
      return isUsable(shown.passkey, sql`u.id`)
  }
}

const spend = (shown: Shown, userId: string, event: string, now: number): SQL => {
  switch (shown.kind) {
    case 'authenticator':
      return sql`update authenticator set last_step = ${shown.step}, secret = ${shown.resealed}
        where user_id = ${userId} and ${mine(event)}`
    case 'recovery_code':
      return sql`update recovery_code set used_at = ${now} where user_id = ${userId} and used_at is null
        and digest in ${ANY(shown.digests)} and ${mine(event)}`
    case 'passkey':
      return notePasskeyUse(shown.passkey, event, now)
  }
}

type Step = {
  event: string
  changeId: string
  now: number
  userId: string
  shown: Shown
  /** Of the codes, and of the sign-in that came before; forgiven once this succeeds. */
  attemptKeys: readonly AttemptKeys[]
}

const claim = (step: Step, action: 'session.started' | 'session.confirmed', from: SQL): SQL =>
  sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: step.event,
      changeId: step.changeId,
      organizationId: null,
      action,
      actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
      target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
      at: step.now,
      detail:
        action === 'session.started'
          ? sql`json_object('with', 'password', 'secondFactor', ${step.shown.kind})`
          : sql`json_object('secondFactor', ${step.shown.kind})`,
    })}
    from ${from} and u.id = ${step.userId} and ${isShown(step.shown)} and ${notYetDone(step.changeId)}`

const after = (step: Step): SQL[] => [
  spend(step.shown, step.userId, step.event, step.now),
  ...step.attemptKeys.flatMap((keys) => forgiveAttempts(keys, step.event)),
]

/** Opens the session that the password alone did not; the password is still the one that was checked. */
export const commitSecondStep = async (
  db: D1Database,
  step: Step & {
    passwordHash: string
    /** In place of a hash whose parameters are outdated. */
    rehashed: string | null
    session: SessionRow
    /** The session that the browser had until now. */
    replaced: string | null
  },
): Promise<boolean> => {
  const { event, userId, now } = step
  const answers = await runBatch(db, [
    claim(
      step,
      'session.started',
      sql`user u where u.password_hash = ${step.passwordHash} and ${accountLives(now)}`,
    ),
    ...after(step),
    insertSession(step.session, userId, now, event),
    ...endReplaced(step.replaced, event),
    ...(step.rehashed
      ? [sql`update user set password_hash = ${step.rehashed} where id = ${userId} and ${mine(event)}`]
      : []),
    sql`select exists (select 1 from audit_event where change_id = ${step.changeId}) and
      exists (select 1 from session where hash = ${step.session.hash} and expires_at > ${now}) as opened`,
  ])
  return Boolean(rowOf<{ opened: number }>(answers.at(-1))?.opened)
}

/** Notes that the signed-in session has shown a factor. */
export const commitConfirmation = async (
  db: D1Database,
  step: Step & { sessionHash: string },
): Promise<boolean> => {
  const factor: SecondFactor = step.shown.kind
  const answers = await runBatch(db, [
    claim(
      step,
      'session.confirmed',
      sql`user u join session s on s.user_id = u.id and ${isOwnSession(step.sessionHash, step.now)} where true`,
    ),
    ...after(step),
    raiseSession(step.sessionHash, factor, step.event),
    sql`select exists (select 1 from audit_event where change_id = ${step.changeId}) as done`,
  ])
  return Boolean(rowOf<{ done: number }>(answers.at(-1))?.done)
}
