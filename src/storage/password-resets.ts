import { type SQL, sql } from 'drizzle-orm'
import { type Attempts, MAILS_ASKED_FOR } from '../rules/attempts'
import { accountLives, type MailTerms, organizationOfAccount, queueAccountMail } from './account-mails'
import { type AttemptKeys, attemptsOf, countAttempts, forgetAttempts, withinLimits } from './attempts'
import { rowOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, notYetDone, scopeOf } from './guards'
import { nextPlace } from './organizations'
import { hasSecondStep } from './second-step-needed'
import { endReplaced, insertSession, type SessionRow } from './sessions'

export type ResetRequest = {
  event: string
  changeId: string
  now: number
  scope: string
  address: string
  id: string
  keyId: string
  hash: string
  expiresAt: number
  /** The invitation to come back to, if it is one to this address. */
  invitationId: string | null
  delivery: string
  terms: MailTerms
  attemptKeys: AttemptKeys
}

/** The invitation is to account `u` and can still be accepted. */
const isTheirs = (now: number): SQL =>
  sql`i.address = u.address and i.status = 'pending' and i.expires_at > ${now}
    and u.account_scope = (select ${scopeOf} from organization o where o.id = i.organization_id)`

/**
 * Counts the request, and commits it where there is such an account and the limits allow it: earlier links end, and a
 * mail with a new one is queued. The statements are the same whether there is an account or not.
 */
export const commitResetRequest = async (
  db: D1Database,
  request: ResetRequest,
): Promise<{ attempts: Attempts; queued: boolean }> => {
  const { event, changeId, now, attemptKeys } = request
  const answers = await runBatch(db, [
    ...countAttempts(attemptKeys, now, MAILS_ASKED_FOR),
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: null,
        action: 'password.reset_requested',
        actor: { kind: 'system', id: null, name: 'Forgotten password' },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('expiresAt', cast(${request.expiresAt} as integer))`,
      })}
      from user u where u.account_scope = ${request.scope} and u.address = ${request.address}
        and ${accountLives(now)} and ${organizationOfAccount(now)} is not null
        and ${withinLimits(attemptKeys, MAILS_ASKED_FOR)} and ${notYetDone(changeId)}`,
    sql`update password_reset set status = 'ended' where status = 'requested'
      and user_id = (select target_id from audit_event where id = ${event})`,
    sql`insert into password_reset (id, user_id, key_id, token_hash, expires_at, status, created_at)
      select ${request.id}, target_id, ${request.keyId}, ${request.hash}, ${request.expiresAt}, 'requested', ${now}
      from audit_event where id = ${event}`,
    queueAccountMail(
      event,
      {
        id: request.delivery,
        kind: 'password_reset',
        subject: request.id,
        content: sql`, 'expiresAt', cast(${request.expiresAt} as integer), 'invitation',
          (select i.id from invitation i where i.id = ${request.invitationId} and ${isTheirs(now)})`,
        terms: request.terms,
      },
      now,
    ),
    sql`select exists (select 1 from delivery where id = ${request.delivery}) as queued`,
  ])
  return {
    attempts: attemptsOf(answers.slice(0, 3)),
    queued: Boolean(rowOf<{ queued: number }>(answers.at(-1))?.queued),
  }
}

/** Everything about a link that sets a password which decides what its page shows, and where it leads afterwards. */
export type ResetFacts = {
  userId: string
  scope: string
  address: string
  typedAddress: string
  name: string
  /** Of an account that belongs to one organization alone. */
  slug: string | null
  status: 'requested' | 'used' | 'ended'
  tokenHash: string
  expiresAt: number
  replaced: boolean
  lives: boolean
  passwordHash: string | null
  /** Whether the password alone signs nobody in. */
  secondStep: boolean
  /** The organization joined last, where the account is active. */
  home: string | null
  /** The invitation to come back to, from which its link is made again. */
  invitation: { id: string; keyId: string; generation: number } | null
}

type Row = Omit<ResetFacts, 'replaced' | 'lives' | 'secondStep' | 'invitation'> & {
  replaced: number
  lives: number
  secondStep: number
  invitation: string | null
}

const resetFacts = (id: string, invitationId: string | null, now: number): SQL =>
  sql`select u.id as "userId", u.account_scope as scope, u.address, u.typed_address as "typedAddress", u.name,
      own.slug, u.password_hash as "passwordHash", ${hasSecondStep(sql`u.id`)} as "secondStep", r.status, r.token_hash as "tokenHash", r.expires_at as "expiresAt",
      exists (select 1 from password_reset n where n.user_id = r.user_id
        and (n.created_at, n.id) > (r.created_at, r.id)) as replaced,
      ${accountLives(now)} as lives, ${nextPlace(sql`u.id`, now)} as home,
      (select json_object('id', i.id, 'keyId', i.key_id, 'generation', i.generation) from invitation i
        where i.id = ${invitationId} and ${isTheirs(now)}) as invitation
    from password_reset r join user u on u.id = r.user_id left join organization own on own.id = u.account_scope
    where r.id = ${id}`

const factsOf = (row: Row | null): ResetFacts | null =>
  row && {
    ...row,
    replaced: Boolean(row.replaced),
    lives: Boolean(row.lives),
    secondStep: Boolean(row.secondStep),
    invitation: row.invitation === null ? null : (JSON.parse(row.invitation) as ResetFacts['invitation']),
  }

/** A link's facts, in one round trip. */
export const readReset = async (
  db: D1Database,
  id: string,
  invitationId: string | null,
  now: number,
): Promise<ResetFacts | null> => {
  const [found] = await runBatch(db, [resetFacts(id, invitationId, now)])
  return factsOf(rowOf<Row>(found))
}

export type Resetting = {
  event: string
  changeId: string
  now: number
  id: string
  tokenHash: string
  invitationId: string | null
  userId: string
  passwordHash: string
  session: SessionRow
  /** The session that the browser had until now, whoever's it was. */
  replaced: string | null
  delivery: string
  terms: MailTerms
  /** The counters of its failed sign-ins. */
  attemptKeys: AttemptKeys
}

/** What a new password ends besides: links that are out, and whatever sessions `but` does not keep. */
export const endWithPassword = (event: string, but: SQL = sql`true`): SQL[] => {
  const whose = sql`user_id = (select target_id from audit_event where id = ${event})`
  return [
    sql`update password_reset set status = 'ended' where status = 'requested' and ${whose}`,
    sql`update address_change set status = 'ended' where status = 'requested' and ${whose}`,
    sql`delete from session where ${but} and ${whose}`,
  ]
}

/**
 * Commits a new password by its link: every session of the account ends, and this browser gets a new one, unless the
 * account asks for more than its password.
 */
export const commitReset = async (
  db: D1Database,
  resetting: Resetting,
): Promise<{ won: boolean; replayed: boolean; facts: ResetFacts | null }> => {
  const { event, changeId, now, userId } = resetting
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: null,
        action: 'password.changed',
        actor: { kind: 'user', id: sql`u.id`, name: sql`iif(u.name = '', u.typed_address, u.name)` },
        target: { kind: 'user', id: sql`u.id`, name: sql`u.typed_address` },
        at: now,
        detail: sql`json_object('by', 'link')`,
      })}
      from password_reset r join user u on u.id = r.user_id
      where r.id = ${resetting.id} and r.token_hash = ${resetting.tokenHash} and r.user_id = ${userId}
        and r.status = 'requested' and r.expires_at > ${now} and ${accountLives(now)} and ${notYetDone(changeId)}`,
    sql`update user set password_hash = ${resetting.passwordHash}
      where id = (select target_id from audit_event where id = ${event})`,
    sql`update password_reset set status = 'used'
      where id = ${resetting.id} and exists (select 1 from audit_event where id = ${event})`,
    ...endWithPassword(event),
    ...endReplaced(resetting.replaced, event),
    insertSession(resetting.session, userId, now, event, sql`not ${hasSecondStep(sql`${userId}`)}`),
    forgetAttempts(resetting.attemptKeys, event),
    queueAccountMail(
      event,
      {
        id: resetting.delivery,
        kind: 'password_notice',
        subject: event,
        content: sql`, 'at', e.at`,
        terms: resetting.terms,
      },
      now,
    ),
    resetFacts(resetting.id, resetting.invitationId, now),
    sql`select exists (select 1 from audit_event where id = ${event}) as won,
      exists (select 1 from audit_event e where e.change_id = ${changeId} and (${hasSecondStep(sql`${userId}`)}
        or exists (select 1 from session s where s.hash = ${resetting.session.hash} and s.expires_at > ${now}))) as done`,
  ])
  const result = rowOf<{ won: number; done: number }>(answers.at(-1))
  return {
    won: Boolean(result?.won),
    replayed: Boolean(result?.done) && !result?.won,
    facts: factsOf(rowOf<Row>(answers.at(-2))),
  }
}

/** Whether this very press set the password, and whether the session it opened still lives; null where it did not. */
export const readResetReplay = async (
  db: D1Database,
  changeId: string,
  sessionHash: string,
  now: number,
): Promise<{ sessionLives: boolean } | null> => {
  const [found] = await runBatch(db, [
    sql`select exists (select 1 from session where hash = ${sessionHash} and expires_at > ${now}) as lives
      from audit_event where change_id = ${changeId}`,
  ])
  const row = rowOf<{ lives: number }>(found)
  return row && { sessionLives: Boolean(row.lives) }
}
