import { MAX_ATTEMPTS } from '../../src/rules/backoff'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { DeliveryState } from '../../src/rules/lifecycle'
import type { Fate, History, Invitation, Inviter, Terms } from './history'
import type { Sending } from './members'
import type { Person } from './people'
import type { Chance } from './random'
import { DEPARTMENTS, MEMBER, type Setting, VIEWER } from './setting'

const BOUNCES = [
  '550 5.1.1 The address does not exist',
  '552 5.2.2 The mailbox is full',
  '550 5.4.1 The domain takes no mail',
]
const FAILURES = [
  `Given up after ${MAX_ATTEMPTS} attempts. The provider was busy (429)`,
  'The provider refused it (422): the address has an invalid domain',
]
const SPAM = 'The recipient reported it as spam'
const NOTES = [
  'Welcome aboard! Your first map review is on Monday.',
  'You will find the survey handbook under Documents.\nAsk me anything.',
  'We met at the Rotterdam meetup: here is the access I promised.',
]

type Pending = {
  ago: number
  opened?: boolean
  way?: 'resent' | 'renewed'
  mail?: DeliveryState
  reason?: string
}

/** Those that are out now: about to expire, waiting, in trouble, on their way. `ago` is days since the newest mail. */
const PENDING: readonly Pending[] = [
  { ago: 6.93, opened: true },
  { ago: 6.8 },
  { ago: 6.55, opened: true, way: 'resent' },
  { ago: 6.3, mail: 'sent' },
  { ago: 5.6, opened: true },
  { ago: 5.2, way: 'renewed' },
  { ago: 4.6, opened: true },
  { ago: 4.1, mail: 'sent' },
  { ago: 3.2, opened: true, way: 'renewed' },
  { ago: 2.6, mail: 'bounced', reason: BOUNCES[0] ?? '' },
  { ago: 2.2, mail: 'complained', reason: SPAM },
  { ago: 1.9, mail: 'failed', reason: FAILURES[0] ?? '' },
  { ago: 1.6, opened: true, way: 'resent' },
  { ago: 1.3, mail: 'bounced', reason: BOUNCES[1] ?? '' },
  { ago: 1.1, opened: true },
  { ago: 0.8 },
  { ago: 0.3, mail: 'failed', reason: FAILURES[1] ?? '' },
  { ago: 0.02, mail: 'queued', reason: 'The provider was busy (429)' },
  { ago: 0.0009, mail: 'queued' },
  { ago: 0.0003, mail: 'sending' },
]

type Scene = {
  chance: Chance
  history: History
  setting: Setting
  person: () => Person
  sendings: readonly Sending[]
  /** Who could act at a moment. */
  senderAt: (at: number) => Inviter
  now: number
}

/** All invitations that made no member. */
export const outside = (
  scene: Scene,
  counts: { expired: number; declined: number; revoked: number },
): void => {
  const { chance, history, setting, person, sendings, senderAt, now } = scene

  const terms = (at: number): Terms => ({
    role: chance.hit(0.3) ? VIEWER : MEMBER,
    department: chance.hit(0.8) ? chance.pick(DEPARTMENTS) : '',
    teams: chance.hit(0.5) ? [setting.teamAt(chance.between(0, 4), at)] : [],
  })
  const note = () => (chance.hit(0.25) ? chance.pick(NOTES) : '')
  const sent = (youngest: number): Invitation => {
    const { at, by, changeId } = chance.pick(sendings.filter((sending) => sending.at < now - youngest * DAY))
    return history.invite(at, by, person(), terms(at), note(), changeId)
  }
  const fate = (): Fate => {
    if (chance.hit(0.14)) return { state: 'bounced', reason: chance.pick(BOUNCES) }
    if (chance.hit(0.05)) return { state: 'failed', reason: chance.pick(FAILURES) }
    if (chance.hit(0.04)) return { state: 'complained', reason: SPAM }
    return { state: chance.hit(0.1) ? 'sent' : 'delivered' }
  }
  const arrived = (invitation: Invitation): boolean =>
    ['sent', 'delivered'].includes(invitation.deliveries.at(-1)?.state ?? '')
  const openLater = (invitation: Invitation, latest: number): number => {
    const at = chance.awake(invitation.sentAt, chance.patience(), latest)
    history.open(invitation, at)
    return at
  }

  for (let n = 0; n < counts.expired; n++) {
    const invitation = sent(22)
    if (n % 6 === 0) {
      const at = chance.backAtWork(invitation.sentAt, 2 * DAY, invitation.sentAt + 6 * DAY)
      history.resend(invitation, at, senderAt(at))
    }
    if (n % 15 === 4)
      history.edit(invitation, invitation.sentAt + 4 * HOUR, senderAt(invitation.sentAt), {
        department: chance.pick(DEPARTMENTS.filter((other) => other !== invitation.department)),
      })
    history.mailed(invitation, fate())
    if (arrived(invitation) && chance.hit(0.35)) openLater(invitation, invitation.expiresAt - HOUR)
    history.expire(invitation)
  }

  for (let n = 0; n < counts.declined; n++) {
    const invitation = sent(n < 4 ? 4 : 9)
    const opened = openLater(invitation, Math.min(invitation.expiresAt, now) - HOUR)
    history.decline(invitation, opened + chance.between(1, 9) * MINUTE)
  }

  for (let n = 0; n < counts.revoked; n++) {
    const invitation = sent(n < 5 ? 4 : 9)
    const { sentAt } = invitation
    // A typo seen at once: the mail had not even left.
    const atOnce = n % 6 === 0
    history.mailed(invitation, atOnce ? { state: 'cancelled', reason: 'The invitation was revoked' } : fate())
    const at = atOnce
      ? sentAt + chance.between(3_000, 40_000)
      : chance.backAtWork(sentAt, chance.between(20, 60) * HOUR, now - HOUR)
    if (!atOnce && arrived(invitation) && chance.hit(0.3)) openLater(invitation, at - HOUR)
    history.revoke(invitation, at, atOnce ? invitation.inviter : senderAt(at))
  }

  for (const { ago, opened, way, mail, reason } of PENDING) {
    const moment = Math.round(now - ago * DAY)
    // Not where the hour decides over whether it is still open.
    const at = ago > 1.5 && ago < 6 ? chance.byDay(moment) : moment
    const by = senderAt(at)
    const first = way === 'renewed' ? at - 12 * DAY : way === 'resent' ? at - 3 * DAY : at
    const invitation = history.invite(first, by, person(), terms(first), note())
    if (way === 'renewed') {
      history.expire(invitation)
      history.renew(invitation, at, by)
    }
    if (way === 'resent') history.resend(invitation, at, by)
    if (mail) history.mailed(invitation, { state: mail, ...(reason !== undefined && { reason }) })
    if (opened) openLater(invitation, now - 5 * MINUTE)
    if (ago === 1.1 || ago === 4.6)
      history.edit(invitation, at + 2 * HOUR, by, {
        role: invitation.role === MEMBER ? VIEWER : MEMBER,
        teams: [setting.teamAt(1, at)],
      })
  }
}
