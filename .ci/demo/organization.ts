import { DAY, MINUTE } from '../../src/rules/dates'
import type { LinkKey } from '../../src/rules/tokens'
import { createHistory, type Invitation, type Inviter } from './history'
import { awaiting, outside } from './invitations'
import { arrive } from './mails'
import { createMembers, type Joined, liveOn, type Sending, termsFor, type Way } from './members'
import { digests, tellOfAnswers } from './notices'
import { createPeople } from './people'
import { createChance } from './random'
import { remind } from './reminders'
import { DEMO, type Row, type Rows } from './rows'
import { ADMIN, DOMAIN, momentsOf, OWNER, setUp, TIME_ZONE } from './setting'

const SEED = 20_260_301
const MEMBERS = 40
const GONE = 9
/** With those of the members, of who has gone and of whom declined before, 200. */
const OTHERS = { expired: 62, declined: 25, revoked: 42 }

/** Days ago on which somebody sent invitations. */
const SENDING_DAYS = [
  179, 176, 174, 169, 166, 162, 159, 154, 148, 145, 141, 138, 133, 127, 124, 119, 113, 110, 105, 98, 95, 91,
  87, 83, 77, 74, 69, 63, 60, 55, 52, 48, 45, 41, 38, 34, 31, 29, 28, 26, 24, 23, 21, 19, 17, 15, 14, 12, 10,
  9, 8, 6, 5,
]
const OLDEST = 0
const RECENT = SENDING_DAYS.findIndex((days) => days <= 29)

export type Demo = { rows: Rows; signIns: { role: string; name: string; address: string }[] }

type Given = {
  now: number
  /** Signs the links, as the deployment's own does. */
  key: LinkKey
  mail: { from: string; appUrl: string }
  passwordHash: string
}

/** Six months of a believable organization; the same for the same `now` (ms). */
export const makeDemo = ({ now, key, mail, passwordHash }: Given): Demo => {
  const chance = createChance(SEED, now)
  const moments = momentsOf(chance)
  const isLong = (at: number) => at >= moments.longFrom && at < moments.longUntil
  const lifetime = (at: number) => (isLong(at) ? 14 : 7) * DAY
  const history = createHistory({ chance, key, timeZone: TIME_ZONE, lifetime })
  const person = createPeople(chance, DOMAIN, MEMBERS)
  const first = person()
  const setting = setUp(chance, history, first, now, moments)
  const members = createMembers(chance, history, setting, now)
  members.found(first)

  // The admins come on the first days, invited by who made the organization.
  const own = (at: number): Sending => ({ at, by: setting.owner, changeId: chance.hex(32) })
  for (const n of [1, 2, 3, 4]) {
    const sending = own(setting.born + (90 + n) * MINUTE)
    members.join(person(), termsFor(setting, chance, n, sending.at), sending, 'at once')
  }
  const inviterOf = ({ userId, person: { name } }: Joined): Inviter => ({ kind: 'user', id: userId, name })
  const admins = members.members.slice(0, 5).map(inviterOf)
  const senderAt = (at: number): Inviter => {
    const there = members.members
      .slice(0, 6)
      .filter(({ joinedAt }) => joinedAt < at)
      .map(inviterOf)
    return at > setting.hrAt && chance.hit(0.25) ? setting.hr : chance.pick(there)
  }
  const recruiterAt = setting.born + 3 * DAY
  members.join(person(), termsFor(setting, chance, 5, recruiterAt), own(recruiterAt), 'at once')

  const sendings = SENDING_DAYS.map((daysAgo): Sending => {
    const at = chance.atWork(daysAgo)
    return { at, by: senderAt(at), changeId: chance.hex(32) }
  })
  const sendingBetween = (from: number, to: number): Sending =>
    sendings[chance.between(from, to)] ?? own(setting.born + DAY)
  const wayOf = (n: number): Way => {
    if (n % 9 === 0) return 'resent'
    if (n % 11 === 0) return 'renewed'
    return n === 16 || n === 23 || n === 41 ? 'declined before' : 'at once'
  }
  for (let n = 6; n < MEMBERS + GONE; n++) {
    const isGone = n >= MEMBERS
    const [from, to] = isGone
      ? [3, 34]
      : n < 19
        ? [OLDEST, 15]
        : n < 28
          ? [14, 36]
          : [RECENT, sendings.length - 1]
    const known = n === 7 ? own(chance.atWork(47)) : sendingBetween(from, to)
    const way = n < MEMBERS - 12 || isGone ? wayOf(n) : 'at once'
    members.join(person(), termsFor(setting, chance, isGone ? 14 + n : n, known.at), known, way)
  }
  liveOn(members, { chance, setting, by: admins, now })
  outside({ chance, history, setting, person, sendings, senderAt, now }, OTHERS)
  awaiting({ history, setting, person, by: admins, now })

  const given = { chance, history, members: members.members, mail, now }
  const managing = [OWNER, ADMIN, setting.recruiter]
  const { delivery, suppression } = arrive(given, [
    ...history.invitations.flatMap(({ mails }) => mails),
    ...remind(given),
    ...tellOfAnswers(given),
    ...digests(given, { since: moments.digestFrom, manages: ({ role }) => managing.includes(role) }),
  ])

  const events = history.events.sort((a, b) => a.at - b.at)
  const rows: Rows = {
    organization: [setting.row],
    role: setting.roles,
    user: members.members.map((joined) => userRow(joined, passwordHash)),
    team: setting.teams.map(({ id, name, at }) => ({ id, organization_id: DEMO.id, name, created_at: at })),
    invitation: history.invitations.map((invitation) => invitationRow(invitation, key.id)),
    member: present(members.members).map(memberRow),
    invitation_team: history.invitations.flatMap(({ id, teams }) =>
      teams.map((team) => ({ invitation_id: id, team_id: team.id })),
    ),
    member_team: present(members.members).flatMap(({ userId, teams }) =>
      teams.map((team) => ({ organization_id: DEMO.id, user_id: userId, team_id: team.id })),
    ),
    delivery,
    suppression: [...suppression, ...history.invitations.flatMap(unsubscribedRows)],
    api_key: setting.keys,
    audit_event: events.map(({ id, at, action, actor, target, detail, changeId }) => ({
      ...{ id, change_id: changeId, organization_id: DEMO.id, action },
      ...{ actor_kind: actor.kind, actor_id: actor.id, actor_name: actor.name },
      ...{ target_kind: target.kind, target_id: target.id, target_name: target.name },
      ...{ at, detail: JSON.stringify(detail) },
    })),
  }
  const signIn = (n: number, role: string) => {
    const { name, typed } = members.members[n]?.person ?? first
    return { role, name, address: typed }
  }
  return { rows, signIns: [signIn(0, 'Owner'), signIn(2, 'Admin'), signIn(8, 'Viewer')] }
}

const present = (members: readonly Joined[]) => members.filter(({ gone }) => !gone)

const userRow = ({ userId, person, joinedAt, gone }: Joined, passwordHash: string): Row => ({
  ...{ id: userId, account_scope: gone ? `removed:${DEMO.id}:${userId}` : DEMO.id },
  ...{ address: person.address, typed_address: person.typed, name: person.name },
  ...{ first_name: person.first, last_name: person.last, password_hash: passwordHash, created_at: joinedAt },
})

const memberRow = ({ userId, status, role, department, ...rest }: Joined): Row => ({
  ...{ organization_id: DEMO.id, user_id: userId, status, role: role.key, department },
  ...{ joined_at: rest.joinedAt, inviter_name: rest.inviterName, invitation_id: rest.invitationId },
})

const invitationRow = (invitation: Invitation, keyId: string): Row => {
  const { id, person, role, department, note, status, generation, inviter } = invitation
  return {
    ...{ id, organization_id: DEMO.id, address: person.address, typed_address: person.typed },
    ...{
      role: role.key,
      department,
      note,
      name_fields: 'first_last',
      landing_address: '',
      status,
      generation,
    },
    ...{ key_id: keyId, token_hash: invitation.tokenHash, first_sent_at: invitation.firstSentAt },
    ...{ sent_at: invitation.sentAt, expires_at: invitation.expiresAt, ended_at: invitation.endedAt },
    ...{ inviter_kind: inviter.kind, inviter_id: inviter.id, inviter_name: inviter.name },
    ...{ accepted_by: invitation.acceptedBy, opened_at: invitation.openedAt, language: invitation.language },
    ...{ remind_at: invitation.remindAt, remind_again_at: invitation.remindAgainAt },
    ...{
      reminders_sent: invitation.remindersSent,
      reminders_paused: Number(invitation.remindersPausedAt !== null),
    },
    approval_reason: invitation.approvalReason,
    ...{ change_id: invitation.changeId, created_at: invitation.firstSentAt },
  }
}

const unsubscribedRows = ({ person, unsubscribedAt }: Invitation): Row[] =>
  unsubscribedAt === null
    ? []
    : [
        {
          ...{ organization_id: DEMO.id, address: person.address, reason: 'unsubscribed' },
          created_at: unsubscribedAt,
        },
      ]
