import { DAY } from '../../src/rules/dates'
import { digestPlan, MOST_NAMED, nextDigest } from '../../src/rules/digests'
import type { History } from './history'
import type { Mail } from './mails'
import type { Joined } from './members'
import type { Chance } from './random'
import { nextRun } from './reminders'
import { DEMO } from './rows'
import { TIME_ZONE } from './setting'

type Given = { chance: Chance; history: History; members: readonly Joined[]; now: number }

const ORGANIZATION = { organization: DEMO.name, slug: DEMO.slug }
const NO_QUOTA = { generation: 1, senderId: null, fate: { state: 'delivered' } } as const

/** Whoever invited somebody is told of their answer; an API key reads no mail. */
export const tellOfAnswers = ({ chance, history, members }: Given): Mail[] => {
  const invitations = new Map(history.invitations.map((invitation) => [invitation.id, invitation]))
  return history.events.flatMap((event): Mail[] => {
    const answer = /^invitation\.(accepted|declined)$/.exec(event.action)?.[1]
    const invitation = invitations.get(event.target.id)
    const inviter = members.find(({ userId }) => userId === invitation?.inviter.id)
    if (!answer || !invitation || !inviter) return []
    const { id, person, role, acceptedBy } = invitation
    const content = {
      ...{ ...ORGANIZATION, answer, userId: acceptedBy, invitationId: id },
      ...{ person: acceptedBy ? person.name : '', address: person.typed, role: role.label },
      inviter: invitation.inviter.name,
    }
    const { at } = event
    const subject = { kind: 'acceptance_notice', subjectId: event.id, to: inviter.person } as const
    return [{ id: chance.id(at), ...subject, ...NO_QUOTA, content, createdAt: at }]
  })
}

type Expiry = { id: string; address: string; inviter: string; sentAt: number; expiresAt: number }

/** What expired between two moments and stood so at the second. */
const expiredBetween = ({ invitations }: History, from: number, to: number): Expiry[] =>
  invitations
    .flatMap(({ id, person, mails, endedAt }) =>
      mails.flatMap(({ createdAt: sentAt, expiresAt, inviter }, at) => {
        const next = mails[at + 1]?.createdAt ?? endedAt ?? Number.POSITIVE_INFINITY
        return expiresAt > from && expiresAt <= to && next > to
          ? [{ id, address: person.typed, inviter: inviter.name, sentAt, expiresAt }]
          : []
      }),
    )
    .sort((a, b) => b.expiresAt - a.expiresAt || (a.id < b.id ? -1 : 1))

/** What expired is told once a week to all who manage members, from when the setting was turned on. */
export const digests = (
  { chance, history, members, now }: Given,
  { since, manages }: { since: number; manages: (member: Joined) => boolean },
): Mail[] => {
  const mails: Mail[] = []
  for (let due = nextDigest(since, TIME_ZONE); ; ) {
    const at = nextRun(due, chance)
    if (at > now) return mails
    const { from, to, next } = digestPlan(due, at, TIME_ZONE)
    const expired = expiredBetween(history, from, to)
    const named = expired.slice(0, MOST_NAMED).map(({ id: _, ...named }) => named)
    const readers = members.filter((member) => !member.gone && member.joinedAt < at && manages(member))
    for (const { person } of expired.length > 0 ? readers : [])
      mails.push({
        ...{ id: chance.id(at), kind: 'expiry_digest', subjectId: DEMO.id, to: person, createdAt: at },
        ...{ ...NO_QUOTA, generation: Math.floor(to / DAY) },
        content: { ...ORGANIZATION, timeZone: TIME_ZONE, total: expired.length, expired: named },
      })
    due = next
  }
}
