import { type SQL, sql } from 'drizzle-orm'
import { type AttemptKeys, forgiveAttempts } from './attempts'
import { rowOf, rowsOf, runBatch } from './batch'
import { openGranted } from './grants'
import { CLAIM_COLUMNS, claimValues, inviterStillMay, roleLabel, scopeOf, seatsToAccept } from './guards'
import { type LinkFacts, linkFacts, linkFactsOf } from './link-facts'
import { queueAnswer, type Telling } from './notices'
import { hasSecondStep } from './second-step-needed'
import { endReplaced, insertSession, isOwnSession, type SessionRow } from './sessions'
import { bindIdentity, isNobodys, isOpen, isProven, type SsoPerson } from './sso-entry'

/** How the invitee comes in: with a new account, or with the one they have (signed in before, or just now). */
export type NewAccount = {
  kind: 'new'
  userId: string
  name: string
  firstName: string | null
  lastName: string | null
  /** Null where the account is the identity provider's word alone. */
  passwordHash: string | null
}
/** What lets an account in, still to be so when it joins: the password that was checked, or a session. */
export type Proof = { passwordHash: string } | { sessionHash: string }
export type Way = NewAccount | { kind: 'existing'; userId: string; proof: Proof }

export type AcceptingBySso = {
  person: SsoPerson
  identityId: string
  /** The provider is believed only because the address is of a domain that the organization has proven. */
  byDomain: boolean
  /** What the organization is opened to: the session that the browser has then, or a new one, until `expiresAt`. */
  browser: string | null
  session: SessionRow
  expiresAt: number
}

export type Accepting = {
  event: string
  changeId: string
  invitationId: string
  tokenHash: string
  now: number
  /** The deployment's default. */
  seatLimit: number
  actorName: string
  way: Way
  /** By the word of the organization's identity provider; null without it. */
  sso: AcceptingBySso | null
  /** The session to open, or null where the browser has one already. */
  session: SessionRow | null
  /** The session that the browser had until then, where this opens another. */
  replaced: string | null
  /** The counters of a sign-in, forgiven once it has succeeded. */
  attemptKeys: AttemptKeys | null
  telling: Telling
}

const proves = (proof: Proof, now: number): SQL =>
  'passwordHash' in proof
    ? sql`u.password_hash = ${proof.passwordHash} and not ${hasSecondStep(sql`u.id`)}`
    : sql`exists (select 1 from session s where ${isOwnSession(proof.sessionHash, now)} and s.user_id = u.id)`

const CONNECTED = sql`exists (select 1 from connection c where c.organization_id = o.id and c.enabled)`

/** The way in is one that organization `o` takes for invitation `i`. */
const isTaken = (sso: AcceptingBySso | null, now: number): SQL =>
  sso === null
    ? sql`not (${CONNECTED} and (o.sso_required = 'everybody'
        or (o.sso_required = 'proven_domains' and ${isProven(sql`i.address`)})))`
    : sql`(i.address = ${sso.person.address} and ${isNobodys(sso.person)} and ${sso.byDomain ? isProven(sql`i.address`) : sql`true`}
        and exists (select 1 from connection c where ${isOpen(sso.person.connectionId, now)} and c.organization_id = o.id))`

/** The session that a sign-in on the page opens, and what the identity provider has opened. */
const enterBy = ({ event, now, way, session, sso, replaced }: Accepting): SQL[] => {
  const own =
    session && (sso === null || way.kind === 'existing')
      ? [insertSession(session, way.userId, now, event), ...endReplaced(replaced, event)]
      : []
  if (sso === null) return own
  const { person, identityId, ...granting } = sso
  const { organizationId, connectionId } = person
  return [
    ...own,
    ...bindIdentity({ event, person, now }, identityId, way.userId),
    ...openGranted({ event, userId: way.userId, organizationId, connectionId, now, ...granting }),
  ]
}

/**
 * Commits an acceptance as one batch. The event is the claim: its WHERE holds the whole guard, and account, member,
 * teams, invitation, session and the mails that tell of it are made from it alone. Answers the facts after it, what
 * this change has done, and the mails queued.
 */
export const commitAcceptance = async (
  db: D1Database,
  accepting: Accepting,
): Promise<{
  won: boolean
  replayed: boolean
  sessionLives: boolean
  facts: LinkFacts | null
  deliveries: string[]
}> => {
  const { event, changeId, now, way } = accepting
  const from = sql`audit_event e join invitation i on i.id = e.target_id join organization o on o.id = i.organization_id
    join user u on u.account_scope = ${scopeOf} and u.address = i.address`
  const mine = sql`e.id = ${event}`
  const teams = sql`(select json_group_array(t.name) from invitation_team it join team t on t.id = it.team_id
    and t.organization_id = i.organization_id where it.invitation_id = i.id)`
  const account =
    way.kind === 'new'
      ? sql`not exists (select 1 from user u where u.account_scope = ${scopeOf} and u.address = i.address)`
      : sql`exists (select 1 from user u where u.id = ${way.userId} and u.account_scope = ${scopeOf}
          and u.address = i.address and ${proves(way.proof, now)})`
  const userId = way.userId

  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: sql`i.organization_id`,
        action: 'invitation.accepted',
        actor: { kind: 'invitee', id: userId, name: accepting.actorName },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('user', ${userId}, 'inviter', i.inviter_name, 'role', ${roleLabel(sql`i.role`)}, 'department', i.department,
          'teams', json(${teams}), 'joinedAt', cast(${now} as integer), 'account', ${way.kind},
          ${accepting.sso ? sql`'with', 'sso',` : sql``} 'before', json_object('status', i.status))`,
      })}
      from invitation i join organization o on o.id = i.organization_id
      where i.id = ${accepting.invitationId} and i.token_hash = ${accepting.tokenHash} and i.status = 'pending'
        and i.expires_at > ${now} and ${account} and ${isTaken(accepting.sso, now)} and ${inviterStillMay()}
        and ${seatsToAccept(accepting.seatLimit)} > 0 and (o.delete_at is null or o.delete_at > ${now})
        and not exists (select 1 from member m join user u on u.id = m.user_id
          where m.organization_id = o.id and u.account_scope = ${scopeOf} and u.address = i.address)`,
    ...(way.kind === 'new'
      ? [
          sql`insert into user (id, account_scope, address, typed_address, name, first_name, last_name, password_hash, created_at)
            select ${userId}, ${scopeOf}, i.address, i.typed_address, ${way.name}, ${way.firstName}, ${way.lastName},
              ${way.passwordHash}, ${now}
            from audit_event e join invitation i on i.id = e.target_id join organization o on o.id = i.organization_id
            where ${mine}`,
        ]
      : []),
    sql`insert into member (organization_id, user_id, status, role, department, joined_at, inviter_name, invitation_id)
      select o.id, u.id, 'active', i.role, i.department, ${now}, i.inviter_name, i.id from ${from} where ${mine}`,
    sql`insert into member_team (organization_id, user_id, team_id)
      select o.id, u.id, t.id from ${from} join invitation_team it on it.invitation_id = i.id
      join team t on t.id = it.team_id and t.organization_id = o.id where ${mine}`,
    sql`update invitation set status = 'accepted', ended_at = ${now}, opened_at = coalesce(opened_at, ${now}), accepted_by = ${userId}, change_id = ${changeId}
      where id = (select e.target_id from audit_event e where ${mine})`,
    sql`update delivery set state = 'cancelled', reason = 'The invitation was accepted'
      where state = 'queued' and subject_id = (select e.target_id from audit_event e where ${mine})`,
    ...enterBy(accepting),
    ...(accepting.attemptKeys ? forgiveAttempts(accepting.attemptKeys, event) : []),
    ...queueAnswer(event, 'accepted', accepting.telling, now),
    linkFacts(accepting.invitationId, accepting.seatLimit, accepting.sso?.person),
    sql`select exists (select 1 from audit_event where id = ${event}) as won,
      exists (select 1 from audit_event where change_id = ${changeId}) as done,
      exists (select 1 from session where hash = ${accepting.session?.hash ?? ''} and expires_at > ${now}) as "sessionLives"`,
  ])
  const result = rowOf<{ won: number; done: number; sessionLives: number }>(answers.at(-1))
  return {
    won: Boolean(result?.won),
    replayed: Boolean(result?.done) && !result?.won,
    sessionLives: Boolean(result?.sessionLives),
    facts: linkFactsOf(answers.at(-2)),
    deliveries: rowsOf<{ id: string }>(answers.at(-3)).map(({ id }) => id),
  }
}

/** Whether this very change was committed before, and the session it opened still lives. */
export const readReplay = async (
  db: D1Database,
  changeId: string,
  sessionHash: string,
  now: number,
): Promise<boolean> => {
  const [found] = await runBatch(db, [
    sql`select 1 from audit_event e join session s on s.hash = ${sessionHash} and s.expires_at > ${now}
      where e.change_id = ${changeId}`,
  ])
  return rowOf(found) !== null
}

/** Commits a declining by whoever holds the link; answers the facts after it, and whether it was this attempt. */
export const commitDecline = async (
  db: D1Database,
  declining: {
    event: string
    changeId: string
    invitationId: string
    tokenHash: string
    now: number
    seatLimit: number
    telling: Telling
  },
): Promise<{ won: boolean; facts: LinkFacts | null; deliveries: string[] }> => {
  const { event, changeId, invitationId, now } = declining
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId: sql`i.organization_id`,
        action: 'invitation.declined',
        actor: { kind: 'invitee', id: null, name: sql`i.typed_address` },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('inviter', i.inviter_name, 'role', ${roleLabel(sql`i.role`)}, 'before', json_object('status', i.status))`,
      })}
      from invitation i where i.id = ${invitationId} and i.token_hash = ${declining.tokenHash}
        and i.status = 'pending' and i.expires_at > ${now}
        and not exists (select 1 from organization o where o.id = i.organization_id and o.delete_at <= ${now})`,
    sql`update invitation set status = 'declined', ended_at = ${now}, opened_at = coalesce(opened_at, ${now}), change_id = ${changeId}
      where id = (select target_id from audit_event where id = ${event})`,
    sql`update delivery set state = 'cancelled', reason = 'The invitation was declined'
      where state = 'queued' and subject_id = (select target_id from audit_event where id = ${event})`,
    ...queueAnswer(event, 'declined', declining.telling, now),
    linkFacts(invitationId, declining.seatLimit),
  ])
  return {
    won: (answers[0]?.changes ?? 0) > 0,
    facts: linkFactsOf(answers.at(-1)),
    deliveries: rowsOf<{ id: string }>(answers.at(-2)).map(({ id }) => id),
  }
}
