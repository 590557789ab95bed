import { type SQL, sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import type { InviterLoss } from '../rules/inviter'
import type { Language } from '../rules/languages'
import type { ClosedLinkSetting, InvitationStatus } from '../rules/lifecycle'
import type { AccountScope, NameFields } from '../rules/names'
import { type AttemptKeys, attemptsOf, countAttempts, forgiveAttempts } from './attempts'
import { rowOf, rowsOf, runBatch } from './batch'
import { CLAIM_COLUMNS, claimValues, inviterLoss, inviterStillMay, roleLabel, seatsToAccept } from './guards'
import { queueAnswer, type Telling } from './notices'
import { endReplaced, insertSession, isOwnSession, type SessionRow } from './sessions'

/** Everything about a link that decides what its page shows. */
export type LinkFacts = {
  id: string
  organizationId: string
  organization: string
  slug: string
  accountScope: AccountScope
  nameFields: NameFields
  /** Null or empty for the organization's page. */
  landingAddress: string | null
  timeZone: string
  /** Of the invitation, frozen at its sending. */
  language: Language
  /** When the organization is deleted, or null. */
  deleteAt: number | null
  closedLink: ClosedLinkSetting
  address: string
  typedAddress: string
  /** Label of the role: a built-in one's key, another's name. */
  role: string
  roleShown: number
  department: string
  /** Names, parted by commas. */
  teamNames: string
  inviter: string
  /** Why the inviter may no longer grant the role; empty while they may. */
  inviterLoss: InviterLoss | ''
  status: InvitationStatus
  generation: number
  tokenHash: string
  expiresAt: number
  acceptedBy: string | null
  seats: number
  /** The account with this address in the organization's scope, and its place in the organization. */
  accountId: string | null
  accountName: string | null
  passwordHash: string | null
  memberStatus: 'active' | 'inactive' | null
  memberInvitationId: string | null
}

export type Viewer = {
  userId: string
  address: string
  typedAddress: string
  name: string
  accountScope: string
}

/** The account scope of organization `o`. */
export const scopeOf = sql`case o.account_scope when 'own' then o.id else 'shared' end`

const linkFacts = (invitationId: string, defaultSeatLimit: number): SQL =>
  sql`select i.id, o.id as "organizationId", o.name as organization, o.slug, o.account_scope as "accountScope",
      coalesce(i.name_fields, o.name_fields) as "nameFields",
      coalesce(i.landing_address, o.landing_address) as "landingAddress", o.time_zone as "timeZone", coalesce(i.language, 'en') as language, o.delete_at as "deleteAt",
      o.closed_link as "closedLink",
      i.address, i.typed_address as "typedAddress", ${roleLabel(sql`i.role`)} as role, i.role_shown as "roleShown", i.department,
      i.team_names as "teamNames",
      i.inviter_name as inviter, ${inviterLoss()} as "inviterLoss", i.status, i.generation, i.token_hash as "tokenHash", i.expires_at as "expiresAt",
      i.accepted_by as "acceptedBy",
      ${seatsToAccept(defaultSeatLimit)} as seats,
      u.id as "accountId", u.name as "accountName", u.password_hash as "passwordHash",
      m.status as "memberStatus", m.invitation_id as "memberInvitationId"
    from invitation i join organization o on o.id = i.organization_id
    left join user u on u.account_scope = ${scopeOf} and u.address = i.address
    left join member m on m.organization_id = o.id and m.user_id = u.id
    where i.id = ${invitationId}`

const viewer = (sessionHash: string | null, now: number): SQL =>
  sql`select u.id as "userId", u.address, u.typed_address as "typedAddress", u.name, u.account_scope as "accountScope"
    from session s join user u on u.id = s.user_id where ${isOwnSession(sessionHash, now)}`

export type Opening = { facts: LinkFacts | null; viewer: Viewer | null; attempts: Attempts | null }

/** A link's facts and who looks at it, in one round trip; with `attemptKeys` a sign-in is counted before it is tried. */
export const readLink = async (
  db: D1Database,
  invitationId: string,
  sessionHash: string | null,
  now: number,
  defaultSeatLimit: number,
  attemptKeys: AttemptKeys | null = null,
): Promise<Opening> => {
  const [facts, who, ...counted] = await runBatch(db, [
    linkFacts(invitationId, defaultSeatLimit),
    viewer(sessionHash, now),
    ...(attemptKeys ? countAttempts(attemptKeys, now) : []),
  ])
  return {
    facts: rowOf<LinkFacts>(facts),
    viewer: rowOf<Viewer>(who),
    attempts: attemptKeys ? attemptsOf(counted) : null,
  }
}

/** How the invitee comes in: with a new account, or with the one they have (signed in before, or just now). */
export type NewAccount = {
  kind: 'new'
  userId: string
  name: string
  firstName: string | null
  lastName: string | null
  passwordHash: string
}
/** What lets an account in, still to be so when it joins: the password that was checked, or a session. */
export type Proof = { passwordHash: string } | { sessionHash: string }
export type Way = NewAccount | { kind: 'existing'; userId: string; proof: Proof }

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
    ? sql`u.password_hash = ${proof.passwordHash}`
    : sql`exists (select 1 from session s where ${isOwnSession(proof.sessionHash, now)} and s.user_id = u.id)`

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
          'before', json_object('status', i.status))`,
      })}
      from invitation i join organization o on o.id = i.organization_id
      where i.id = ${accepting.invitationId} and i.token_hash = ${accepting.tokenHash} and i.status = 'pending'
        and i.expires_at > ${now} and ${account} and ${inviterStillMay()}
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
    ...(accepting.session ? [insertSession(accepting.session, userId, now, event)] : []),
    ...endReplaced(accepting.replaced, event),
    ...(accepting.attemptKeys ? forgiveAttempts(accepting.attemptKeys, event) : []),
    ...queueAnswer(event, 'accepted', accepting.telling, now),
    linkFacts(accepting.invitationId, accepting.seatLimit),
    sql`select exists (select 1 from audit_event where id = ${event}) as won,
      exists (select 1 from audit_event where change_id = ${changeId}) as done,
      exists (select 1 from session where hash = ${accepting.session?.hash ?? ''} and expires_at > ${now}) as "sessionLives"`,
  ])
  const result = rowOf<{ won: number; done: number; sessionLives: number }>(answers.at(-1))
  return {
    won: Boolean(result?.won),
    replayed: Boolean(result?.done) && !result?.won,
    sessionLives: Boolean(result?.sessionLives),
    facts: rowOf<LinkFacts>(answers.at(-2)),
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
    facts: rowOf<LinkFacts>(answers.at(-1)),
    deliveries: rowsOf<{ id: string }>(answers.at(-2)).map(({ id }) => id),
  }
}
