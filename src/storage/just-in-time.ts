import { type SQL, sql } from 'drizzle-orm'
import { BUILT_IN_ROLES } from '../rules/permissions'
import { rowOf, rowsOf, runBatch } from './batch'
import {
  CLAIM_COLUMNS,
  claimValues,
  inviterStillMay,
  OPEN,
  roleLabel,
  scopeOf,
  seatsLeft,
  seatsToAccept,
} from './guards'
import { queueAnswer, type Telling } from './notices'
import {
  bindIdentity,
  type Entering,
  type Granted,
  isNobodys,
  isOpen,
  isProven,
  opening,
  provenBy,
} from './sso-entry'

/** Who joins: an account that is made for it, or one that is there and has signed in itself in this browser. */
export type Joiner =
  | {
      kind: 'new'
      userId: string
      typedAddress: string
      name: string
      firstName: string | null
      lastName: string | null
    }
  | { kind: 'existing'; userId: string; name: string }

/** The open invitation that joining settles, as it was read; `counts`: its role, teams and department are given. */
export type Settled = { id: string; changeId: string; counts: boolean; reservesSeat: boolean }

export type Joining = Entering & {
  joiner: Joiner
  identityId: string
  /** The default role as it was read; given where no invitation says otherwise. */
  defaultRole: string
  settled: Settled | null
  /** Of the event that settles the invitation. */
  settling: string
  telling: Telling
}

const GIVEN = sql.raw(
  BUILT_IN_ROLES.filter(({ key }) => key !== 'owner')
    .map(({ key }) => `'${key}'`)
    .join(', '),
)

/** A role of organization `o` that is there and can be given: nobody joins as owner. */
const isGiven = (role: SQL | string): SQL =>
  sql`(${role} in (${GIVEN}) or exists (select 1 from role where id = ${role} and organization_id = o.id))`

const invitationStands = ({ person, settled, defaultRole }: Joining): SQL => {
  const open = sql`from invitation i where i.organization_id = o.id and i.address = ${person.address} and i.status in ${OPEN}`
  if (settled === null) return sql`not exists (select 1 ${open}) and ${isGiven(defaultRole)}`
  const given = settled.counts
    ? sql`i.status <> 'awaiting_approval' and ${inviterStillMay()}`
    : isGiven(defaultRole)
  return sql`exists (select 1 ${open} and i.id = ${settled.id} and i.change_id = ${settled.changeId} and ${given})`
}

const accountStands = ({ person, joiner, browser, now }: Joining): SQL => {
  const account = sql`from user u where u.account_scope = ${scopeOf} and u.address = ${person.address}`
  if (joiner.kind === 'new') return sql`not exists (select 1 ${account})`
  return sql`exists (select 1 ${account} and u.id = ${joiner.userId}) and ${provenBy(browser, joiner.userId, now)}
    and not exists (select 1 from member m where m.organization_id = o.id and m.user_id = ${joiner.userId})`
}

/**
 * Makes somebody a member whom the organization's identity provider vouches for, and settles their open invitation, as
 * one batch. Event `event` is the claim; `settling` follows from it and is what the invitation's inviter is told.
 */
export const commitJoining = async (
  db: D1Database,
  joining: Joining,
): Promise<{
  session: Granted | null
  deliveries: string[]
  ended: { hash: string; expiresAt: number } | null
}> => {
  const { event, settling, person, joiner, settled, now } = joining
  const { userId } = joiner
  const mine = sql`e.id = ${event}`
  const terms = settled?.counts ? settled.id : null
  const invited = sql`(select i.id from invitation i where i.id = ${settled?.id ?? null})`
  const teams = sql`(select json_group_array(t.name) from invitation_team it join team t on t.id = it.team_id
    and t.organization_id = o.id where it.invitation_id = ${terms})`
  const seats = settled?.reservesSeat
    ? seatsToAccept(joining.seatLimit)
    : seatsLeft(person.organizationId, now, joining.seatLimit)
  const actor = { kind: 'user' as const, id: userId, name: joiner.name || person.address }

  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId: joining.changeId,
        organizationId: person.organizationId,
        action: 'member.joined',
        actor,
        target: { kind: 'member', id: userId, name: actor.name },
        at: now,
        detail: sql`json_object('with', 'sso', 'account', ${joiner.kind}, 'role', ${roleLabel(sql`coalesce(v.role, ${joining.defaultRole})`)},
          'department', coalesce(v.department, ''), 'teams', json(${teams}), 'invitation', ${invited},
          'inviter', v.inviter_name, 'issuer', ${person.issuer})`,
      })}
      from connection c join organization o on o.id = c.organization_id
      left join invitation v on v.id = ${terms}
      where ${isOpen(person.connectionId, now)} and o.just_in_time and ${isProven(sql`${person.address}`)}
        and o.default_role = ${joining.defaultRole} and ${invitationStands(joining)} and ${accountStands(joining)}
        and ${isNobodys(person)} and ${seats} > 0`,
    ...(joiner.kind === 'new'
      ? [
          sql`insert into user (id, account_scope, address, typed_address, name, first_name, last_name, created_at)
            select ${userId}, ${scopeOf}, ${person.address}, ${joiner.typedAddress}, ${joiner.name}, ${joiner.firstName},
              ${joiner.lastName}, ${now}
            from audit_event e join organization o on o.id = e.organization_id where ${mine}`,
        ]
      : []),
    sql`insert into member (organization_id, user_id, status, role, department, joined_at, inviter_name, invitation_id)
      select o.id, ${userId}, 'active', coalesce(v.role, o.default_role), coalesce(v.department, ''), ${now}, v.inviter_name, v.id
      from audit_event e join organization o on o.id = e.organization_id left join invitation v on v.id = ${terms}
      where ${mine}`,
    sql`insert into member_team (organization_id, user_id, team_id)
      select e.organization_id, ${userId}, t.id from audit_event e join invitation_team it on it.invitation_id = ${terms}
      join team t on t.id = it.team_id and t.organization_id = e.organization_id where ${mine}`,
    ...bindIdentity(joining, joining.identityId, userId),
    ...(settled ? settle(joining, settled.id) : []),
    ...opening(joining, userId),
    sql`select i.token_hash as hash, i.expires_at as "expiresAt" from invitation i
      where i.id = ${settled?.id ?? null} and i.accepted_by = ${userId}`,
    ...queueAnswer(settling, 'accepted', joining.telling, now),
  ])
  return {
    session: rowOf<Granted>(answers.at(-4)),
    ended: rowOf<{ hash: string; expiresAt: number }>(answers.at(-3)),
    deliveries: rowsOf<{ id: string }>(answers.at(-1)).map(({ id }) => id),
  }
}

/** The invitation is accepted by this, and told so, as by its link. */
const settle = ({ event, settling, changeId, joiner, now }: Joining, invitationId: string): SQL[] => {
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  return [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: settling,
        changeId,
        organizationId: sql`i.organization_id`,
        action: 'invitation.accepted',
        actor: { kind: 'invitee', id: joiner.userId, name: sql`e.actor_name` },
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('user', ${joiner.userId}, 'inviter', i.inviter_name, 'role', e.detail->>'role',
          'department', e.detail->>'department', 'teams', e.detail->'teams', 'joinedAt', cast(${now} as integer),
          'account', ${joiner.kind}, 'with', 'sso', 'before', json_object('status', i.status))`,
      })}
      from audit_event e join invitation i on i.id = ${invitationId} where e.id = ${event}`,
    sql`update invitation set status = 'accepted', ended_at = ${now}, accepted_by = ${joiner.userId}, change_id = ${changeId}
      where id = ${invitationId} and ${mine}`,
    sql`update delivery set state = 'cancelled', reason = 'The invitation was accepted'
      where state = 'queued' and subject_id = ${invitationId} and ${mine}`,
  ]
}
