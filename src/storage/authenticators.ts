import { sql } from 'drizzle-orm'
import { rowOf, runBatch } from './batch'
import {
  type Committed,
  claimFactorChange,
  committed,
  committedOf,
  type FactorChange,
  forgetGoneFactors,
  hasFactor,
  mine,
  raiseSession,
  replaceRecoveryCodes,
  withFactorChange,
} from './factors'
import { hasSecondStep } from './second-step-needed'

/** Sets an authenticator app up, in place of the one there was, with fresh recovery codes. */
export const commitAuthenticator = async (
  db: D1Database,
  change: FactorChange & {
    /** Sealed. */
    secret: string
    /** The time step of the code that showed that the app has it. */
    step: number
    digests: readonly string[]
  },
): Promise<Committed> => {
  const { event, now, userId } = change
  const answers = await runBatch(db, [
    claimFactorChange(
      change,
      'second_factor.enabled',
      sql`json_object('replaced', json(iif(${hasSecondStep(sql`u.id`)}, 'true', 'false')))`,
    ),
    ...withFactorChange(change, 'authenticator_on', null),
    sql`insert into authenticator (user_id, secret, confirmed_at, last_step, created_at)
      select target_id, ${change.secret}, ${now}, ${change.step}, ${now} from audit_event where id = ${event}
      on conflict (user_id) do update set secret = excluded.secret, confirmed_at = excluded.confirmed_at,
        last_step = excluded.last_step, created_at = excluded.created_at`,
    ...replaceRecoveryCodes(userId, change.digests, event, now),
    raiseSession(change.sessionHash, 'authenticator', event),
    // Those that signed in without it have to show it.
    sql`delete from session where user_id = ${userId} and own and hash <> ${change.sessionHash} and ${mine(event)}`,
    committed(change),
  ])
  return committedOf(answers.at(-1))
}

/** Switches the authenticator app off. */
export const commitAuthenticatorRemoval = async (
  db: D1Database,
  change: FactorChange,
): Promise<Committed> => {
  const { event, userId } = change
  const answers = await runBatch(db, [
    claimFactorChange(
      change,
      'second_factor.disabled',
      sql`json_object('before', json_object('authenticator', json('true')))`,
      hasSecondStep(sql`u.id`),
    ),
    ...withFactorChange(change, 'authenticator_off', null),
    sql`delete from authenticator where user_id = ${userId} and ${mine(event)}`,
    ...forgetGoneFactors(userId, event),
    committed(change),
  ])
  return committedOf(answers.at(-1))
}

/** Puts fresh recovery codes in place of those there were. */
export const commitRecoveryCodes = async (
  db: D1Database,
  change: FactorChange & { digests: readonly string[] },
): Promise<Committed> => {
  const { event, now, userId } = change
  const answers = await runBatch(db, [
    claimFactorChange(
      change,
      'recovery_codes.renewed',
      sql`json_object('before', json_object('left', (select count(*) from recovery_code
        where user_id = u.id and used_at is null)))`,
      hasFactor(sql`u.id`),
    ),
    ...withFactorChange(change, 'codes_renewed', null),
    ...replaceRecoveryCodes(userId, change.digests, event, now),
    committed(change),
  ])
  return committedOf(answers.at(-1))
}

/** Whether these are the account's codes as they were made, used or not. */
export const haveRecoveryCodes = async (
  db: D1Database,
  userId: string,
  digests: readonly string[],
): Promise<boolean> => {
  const [found] = await runBatch(db, [
    sql`select count(*) as codes from recovery_code where user_id = ${userId}
      and digest in (select value from json_each(${JSON.stringify(digests)}))`,
  ])
  return rowOf<{ codes: number }>(found)?.codes === digests.length
}
