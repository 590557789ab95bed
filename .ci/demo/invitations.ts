import { MAX_ATTEMPTS } from '../../src/rules/backoff'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { Language } from '../../src/rules/languages'
import type { History, Invitation, Inviter, Terms } from './history'
import type { Fate } from './mails'
import type { Sending } from './members'
import type { Person } from './people'
import type { Chance } from './random'
import { ADMIN, DEPARTMENTS, MEMBER, type Setting, VIEWER } from './setting'

const SENT: Fate = { state: 'sent' }
const BOUNCES: readonly Fate[] = [
  { state: 'bounced', bounce: 'hard', reason: '550 5.1.1 The address does not exist' },
  { state: 'bounced', bounce: 'soft', reason: '452 4.2.2 The mailbox is full' },
  { state: 'bounced', bounce: 'hard', reason: '550 5.1.2 The domain takes no mail' },
]
const [NO_ADDRESS = SENT, MAILBOX_FULL = SENT] = BOUNCES
const REFUSED: Fate = {
  state: 'failed',
  attempts: 1,
  reason: 'Resend answered 422: Invalid `to` field.',
}
const BUSY = 'Resend answered 429: Too many requests.'
const GIVEN_UP: Fate = {
  ...{ state: 'failed', attempts: MAX_ATTEMPTS },
  reason: `Given up after ${MAX_ATTEMPTS} attempts. Resend answered 503: Service unavailable.`,
}
const SPAM: Fate = { state: 'complained' }

const NOTES: Partial<Record<Language, readonly string[]>> = {
  en: [
    'Welcome aboard! Your first map review is on Monday.',
    'You will find the survey handbook under Documents.\nAsk me anything.',
    'We met at the Rotterdam meetup: here is the access I promised.',
  ],
  de: ['Willkommen an Bord! Das Handbuch zur Vermessung finden Sie unter „Documents“.'],
  fr: ['Ravis de travailler avec vous\u202f! Écrivez-moi pour toute question.'],
  ja: ['先日はありがとうございました。ご不明な点がありましたら、いつでもご連絡ください。'],
}

type Pending = {
  ago: number
  opened?: boolean
  way?: 'resent' | 'renewed'
  reminders?: 'paused' | 'unwanted'
  mail?: Fate
}

/** Those that are out now: about to expire, waiting, in trouble, on their way. `ago` is days since the newest mail. */
const PENDING: readonly Pending[] = [
  { ago: 6.93, opened: true },
  { ago: 6.8 },
  { ago: 6.55, opened: true, way: 'resent' },
  { ago: 6.3, mail: SENT },
  { ago: 5.6, opened: true, reminders: 'unwanted' },
  { ago: 5.2, way: 'renewed' },
  { ago: 4.6, opened: true },
  { ago: 4.1, reminders: 'paused' },
  // Days of attempts lie behind it.
  { ago: 3.6, mail: GIVEN_UP },
  { ago: 3.2, opened: true, way: 'renewed' },
  { ago: 2.6, mail: NO_ADDRESS },
  { ago: 2.2, mail: SPAM },
  { ago: 1.9, opened: true, mail: SENT },
  { ago: 1.6, opened: true, way: 'resent' },
  { ago: 1.3, mail: MAILBOX_FULL },
  { ago: 0.8 },
  { ago: 0.3, mail: REFUSED },
  { ago: 0.02, mail: { state: 'queued', attempts: 3, reason: BUSY } },
  { ago: 0.0009, mail: { state: 'queued' } },
  { ago: 0.0003, mail: { state: 'sending' } },
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
  const note = ({ language }: Person) => (chance.hit(0.25) ? chance.pick(NOTES[language] ?? ['']) : '')
  const sent = (youngest: number): Invitation => {
    const { at, by, changeId } = chance.pick(sendings.filter((sending) => sending.at < now - youngest * DAY))
    const invitee = person()
    return history.invite(at, by, invitee, terms(at), note(invitee), changeId)
  }
  /** Giving up takes days, in which other things can happen. */
  const fate = (lasting: Fate): Fate => {
    if (chance.hit(0.14)) return chance.pick(BOUNCES)
    if (chance.hit(0.05)) return chance.pick([REFUSED, lasting])
    if (chance.hit(0.02)) return SPAM
    return chance.hit(0.05) ? SENT : { state: 'delivered' }
  }
  const arrived = (invitation: Invitation): boolean =>
    ['sent', 'delivered'].includes(invitation.mails.at(-1)?.fate.state ?? '')
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
    history.mailed(invitation, fate(GIVEN_UP))
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
    history.mailed(
      invitation,
      atOnce ? { state: 'cancelled', reason: 'The invitation was revoked' } : fate(REFUSED),
    )
    const at = atOnce
      ? sentAt + chance.between(3_000, 40_000)
      : chance.backAtWork(sentAt, chance.between(20, 60) * HOUR, now - HOUR)
    if (!atOnce && arrived(invitation) && chance.hit(0.3)) openLater(invitation, at - HOUR)
    history.revoke(invitation, at, atOnce ? invitation.inviter : senderAt(at))
  }

  for (const { ago, opened, way, mail, reminders } of PENDING) {
    const moment = Math.round(now - ago * DAY)
    // Not where the hour decides over whether it is still open.
    const at = ago > 1.5 && ago < 6 ? chance.byDay(moment) : moment
    const by = senderAt(at)
    const first = way === 'renewed' ? at - 12 * DAY : way === 'resent' ? at - 3 * DAY : at
    const invitee = person()
    const invitation = history.invite(first, by, invitee, terms(first), note(invitee))
    if (way === 'renewed') {
      history.expire(invitation)
      history.renew(invitation, at, by)
    }
    if (way === 'resent') history.resend(invitation, at, by)
    if (mail) history.mailed(invitation, mail)
    if (opened) openLater(invitation, now - 5 * MINUTE)
    // Both after the first reminder, half of seven days after the mail.
    if (reminders === 'paused')
      history.pauseReminders(invitation, chance.awake(at, 3.6 * DAY, now - 5 * MINUTE), by)
    if (reminders === 'unwanted')
      history.unsubscribe(invitation, chance.awake(at, 3.7 * DAY, now - 5 * MINUTE))
    if (ago === 0.8 || ago === 4.6)
      history.edit(invitation, at + 2 * HOUR, by, {
        role: invitation.role === MEMBER ? VIEWER : MEMBER,
        teams: [setting.teamAt(1, at)],
      })
  }
}

const REASON = 'The role Admin needs a second admin’s approval'

type Asking = Pick<Scene, 'history' | 'setting' | 'person' | 'now'> & { by: readonly Inviter[] }

/** Those that another admin has to approve, some asked for by the owner. */
export const awaiting = ({ history, setting, person, by, now }: Asking): void => {
  for (const [n, hours] of [3, 19, 45].entries()) {
    const asker = by[n % 2 === 0 ? 1 : 0]
    const at = now - hours * HOUR
    const terms = { role: ADMIN, department: DEPARTMENTS[n] ?? '', teams: [setting.teamAt(n, at)] }
    if (asker) history.ask(at, asker, person(), terms, REASON)
  }
}
