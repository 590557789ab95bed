import { type SQL, sql } from 'drizzle-orm'
import type { Action } from '../rules/audit'
import type { SecurityChange } from '../rules/mails'
import { FRESH_SIGN_IN } from '../rules/second-factors'
import type { SecondFactor } from '../rules/sign-in'
import { type MailTerms, queueAccountMail } from './account-mails'
import { type AttemptKeys, forgiveAttempts } from './attempts'
import { type Answer, rowOf } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import { hasSecondStep } from './second-step-needed'
import { isOwnSession } from './sessions'

/** The account has something to show besides a password. */
export const hasFactor = (userId: SQL): SQL =>
  sql`(${hasSecondStep(userId)} or exists (select 1 from passkey where user_id = ${userId}))`

/** What is known of an account's factors, as JSON numbers and texts, of a column `userId`. */
export const FACTORS = (userId: SQL): SQL =>
  sql`(select count(*) from passkey where user_id = ${userId}) as passkeys,
    ${hasSecondStep(userId)} as authenticator,
    (select count(*) from recovery_code where user_id = ${userId} and used_at is null) as "recoveryCodes"`

/** A passkey that signed just now: what it is from then on. */
export type UsedPasskey = { id: string; counter: number; backedUp: boolean }

/** The passkey is the account's still, and what counts its uses has gone up where it counts them (WebAuthn, 7.2). */
export const isUsable = ({ id, counter }: UsedPasskey, userId: SQL): SQL =>
  sql`exists (select 1 from passkey p where p.id = ${id} and p.user_id = ${userId}
    and (p.counter < ${counter} or (p.counter = 0 and ${counter} = 0)))`

/** What the event of a change that a passkey proved makes of the passkey. */
export const notePasskeyUse = ({ id, counter, backedUp }: UsedPasskey, event: string, now: number): SQL =>
  sql`update passkey set counter = ${counter}, backed_up = ${backedUp ? 1 : 0}, used_at = ${now}
    where id = ${id} and exists (select 1 from audit_event where id = ${event})`

/** What showed that it is the account's owner who changes a factor. */
export type FactorProof =
  | { kind: 'password'; passwordHash: string }
  | { kind: 'passkey'; passkey: UsedPasskey }
  /** Signed in a moment ago, for the first factor. */
  | { kind: 'fresh' }
  /** The account has neither password nor passkey. */
  | { kind: 'none' }

export type FactorChange = {
  event: string
  changeId: string
  now: number
  userId: string
  sessionHash: string
  proof: FactorProof
  delivery: string
  terms: MailTerms
  /** The counters of a password that was tried. */
  attemptKeys: AttemptKeys | null
}

export const isFresh = (now: number): SQL =>
  sql`(s.created_at > ${now - FRESH_SIGN_IN} and not ${hasFactor(sql`u.id`)})`

const proves = (proof: FactorProof, now: number): SQL => {
  switch (proof.kind) {
    case 'password':
      return sql`u.password_hash = ${proof.passwordHash}`
    case 'passkey':
      return isUsable(proof.passkey, sql`u.id`)
    case 'fresh':
      return isFresh(now)
    case 'none':
      return sql`(u.password_hash is null and not exists (select 1 from passkey where user_id = u.id))`
  }
}

/** The session showed a factor, where the account has one. */
const showsFactor = (proof: FactorProof): SQL =>
  proof.kind === 'passkey'
    ? sql`true`
    : sql`(s.method = 'passkey' or s.second_factor is not null or not ${hasFactor(sql`u.id`)})`

/** The claim of a change of the account's factors; `guard` speaks of account `u` and session `s`. */
export const claimFactorChange = (
  change: FactorChange,
  action: Action,
  detail: SQL,
  guard: SQL = sql`true`,
): SQL =>
  sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: change.event,
      changeId: change.changeId,
      organizationId: null,
      action,
      actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
      target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
      at: change.now,
      detail,
    })}
    from user u join session s on s.user_id = u.id and ${isOwnSession(change.sessionHash, change.now)}
    where u.id = ${change.userId} and ${proves(change.proof, change.now)} and ${showsFactor(change.proof)}
      and ${guard} and ${notYetDone(change.changeId)}`

export const mine = (event: string): SQL => sql`exists (select 1 from audit_event where id = ${event})`

/** What this browser's session has shown from then on; one that a passkey opened shows more already. */
export const raiseSession = (sessionHash: string, factor: SecondFactor, event: string): SQL =>
  sql`update session set second_factor = ${factor} where hash = ${sessionHash} and ${mine(event)}
    and (${factor === 'passkey' ? 1 : 0} or coalesce(second_factor, '') <> 'passkey')`

/**
 * Nothing counts as shown that the account no longer has: without passkeys the sessions that one opened count as ones of
 * the password, and without any factor its recovery codes are of no use.
 */
export const forgetGoneFactors = (userId: string, event: string): SQL[] => [
  sql`update session set method = 'password', second_factor = null
    where user_id = ${userId} and (method = 'passkey' or second_factor = 'passkey') and ${mine(event)}
      and not exists (select 1 from passkey where user_id = ${userId})`,
  sql`update session set second_factor = null
    where user_id = ${userId} and second_factor in ('authenticator', 'recovery_code') and ${mine(event)}
      and not ${hasSecondStep(sql`${userId}`)}`,
  sql`delete from recovery_code where user_id = ${userId} and ${mine(event)} and not ${hasFactor(sql`${userId}`)}`,
]

/** Fresh recovery codes in place of those there were. */
export const replaceRecoveryCodes = (
  userId: string,
  digests: readonly string[],
  event: string,
  now: number,
): SQL[] => [
  sql`delete from recovery_code where user_id = ${userId} and ${mine(event)}`,
  sql`insert into recovery_code (user_id, digest, created_at)
    select ${userId}, value, ${now} from json_each(${JSON.stringify(digests)}) where ${mine(event)}`,
]

/** What every change of a factor has besides its own effects: the mail that tells of it, and what the proof leaves. */
export const withFactorChange = (
  change: FactorChange,
  told: SecurityChange,
  name: SQL | string | null,
): SQL[] => [
  ...(change.proof.kind === 'passkey'
    ? [
        notePasskeyUse(change.proof.passkey, change.event, change.now),
        raiseSession(change.sessionHash, 'passkey', change.event),
      ]
    : []),
  ...(change.attemptKeys ? forgiveAttempts(change.attemptKeys, change.event) : []),
  queueAccountMail(
    change.event,
    {
      id: change.delivery,
      kind: 'security_notice',
      subject: change.event,
      content: sql`, 'at', e.at, 'change', ${told}, 'passkey', ${name}`,
      terms: change.terms,
    },
    change.now,
  ),
]

/** What became of a change: whether this attempt made it, and whether any attempt did. */
export type Committed = { won: boolean; done: boolean }

export const committed = ({ event, changeId }: Pick<FactorChange, 'event' | 'changeId'>): SQL =>
  sql`select ${mine(event)} as won, exists (select 1 from audit_event where change_id = ${changeId}) as done`

export const committedOf = (answer: Answer | undefined): Committed => {
  const facts = rowOf<{ won: number; done: number }>(answer)
  return { won: Boolean(facts?.won), done: Boolean(facts?.done) }
}
