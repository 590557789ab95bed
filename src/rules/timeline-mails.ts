import { exactWords } from './dates'
import type { Bounce, DeliveryState } from './lifecycle'
import { WAITS_FOR_RESUMING } from './pausing'
import { type Phrase, text } from './pieces'

/** A mail of an invitation's: its own, or a reminder. */
export type LifeMail = {
  id: string
  kind: 'invitation' | 'reminder' | 'second_reminder'
  generation: number
  state: DeliveryState
  attempts: number
  dueAt: number
  /** When it was given up; null for a mail that was not. */
  failedAt: number | null
  reason: string | null
  provider: string | null
  sentAt: number | null
  reportedAt: number | null
  deliveredAt: number | null
  bounce: Bounce | null
  createdAt: number
}

export type Tone = 'good' | 'bad' | 'waiting' | 'plain'

/** Something that happened, or that is so now. */
export type Entry = {
  key: string
  /** Null for what is so now, and for what nobody has written down the time of. */
  at: number | null
  tone: Tone
  words: Phrase
  /** Why, as it was written down. */
  reason: string | null
}

/** Where an entry stands among the others: by its moment, and of one moment the consequence after its cause. */
export type Placed = Entry & { when: number; rank: number }
export const RANK = { begun: 0, queued: 1, handedOver: 2, delivered: 3, reported: 4, met: 5 } as const

const NAMES = { invitation: 'Mail', reminder: 'Reminder', second_reminder: 'Second reminder' } as const

/** What a mail is called where a sentence begins with it, by its kind. */
export const mailName = (kind: unknown): string =>
  kind === 'reminder' || kind === 'second_reminder' ? NAMES[kind] : NAMES.invitation

const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['resend', 'Resend'],
  ['postmark', 'Postmark'],
  ['sendgrid', 'SendGrid'],
  ['mailgun', 'Mailgun'],
  ['cloudflare', 'Cloudflare Email Service'],
  ['mailpit', 'Mailpit'],
  ['mailbox', 'the mailbox'],
])

const BOUNCED: Record<Bounce, string> = {
  hard: 'bounced, hard: the address takes no mail',
  soft: 'bounced, soft: it could not be delivered this time',
}
export const bouncedWords = (bounce: unknown): string =>
  bounce === 'hard' || bounce === 'soft' ? BOUNCED[bounce] : 'bounced'

export const reasonIn = (value: unknown): string | null => text(value)?.text ?? null

const after = (attempts: number): string => {
  if (attempts === 0) return ''
  return ` after ${attempts} attempt${attempts === 1 ? '' : 's'}`
}

const TAKEN: readonly DeliveryState[] = ['sent', 'delivered', 'bounced', 'complained']

type Made = { step: string; at: number | null; when?: number; rank: number } & Pick<Placed, 'tone' | 'words'>

/** What a mail's row says of it; `told` are the actions of the events that name it, which say the same better. */
export const mailEntries = (mail: LifeMail, told: ReadonlySet<string>, timeZone: string): Placed[] => {
  const { id, state, attempts, reason, sentAt, createdAt, reportedAt } = mail
  const name = mailName(mail.kind)
  const entry = ({ step, when, ...made }: Made, why: string | null = null): Placed => ({
    ...made,
    key: `${id}-${step}`,
    reason: reasonIn(why),
    when: when ?? made.at ?? createdAt,
  })
  const handedOver = sentAt ?? createdAt
  const entries: Placed[] = []

  if (!told.has('invitation.reminded'))
    entries.push(
      entry({ step: 'queued', at: createdAt, rank: RANK.queued, tone: 'plain', words: [`${name} queued`] }),
    )
  if (sentAt !== null || TAKEN.includes(state)) {
    const taker = mail.provider === null ? '' : ` to ${PROVIDERS.get(mail.provider) ?? mail.provider}`
    const words = [`${name} handed over${taker}${attempts > 1 ? after(attempts) : ''}`]
    entries.push(entry({ step: 'sent', at: sentAt, rank: RANK.handedOver, tone: 'plain', words }))
  }
  if ((mail.deliveredAt !== null || state === 'delivered') && !told.has('mail.delivered')) {
    const at = mail.deliveredAt ?? reportedAt
    const words = [`${name} delivered`]
    entries.push(
      entry({ step: 'delivered', at, when: at ?? handedOver, rank: RANK.delivered, tone: 'good', words }),
    )
  }
  const reported = {
    at: reportedAt,
    when: reportedAt ?? handedOver,
    rank: RANK.reported,
    tone: 'bad',
  } as const
  if (state === 'bounced' && !told.has('mail.bounced')) {
    const words = [`${name} ${bouncedWords(mail.bounce)}`]
    entries.push(entry({ step: 'bounced', ...reported, words }, reason))
  }
  if (state === 'complained' && !told.has('mail.complained'))
    entries.push(entry({ step: 'complained', ...reported, words: [`${name} reported as spam`] }, reason))
  if (state === 'failed') {
    const words = [`${name} failed${reason?.startsWith('Given up after') ? '' : after(attempts)}`]
    entries.push(
      entry({ step: 'failed', at: mail.failedAt, rank: RANK.reported, tone: 'bad', words }, reason),
    )
  }
  if (state === 'cancelled')
    entries.push(
      entry(
        { step: 'cancelled', at: null, rank: RANK.handedOver, tone: 'plain', words: [`${name} cancelled`] },
        reason,
      ),
    )

  // What is so now stands above all that has happened.
  const now = {
    step: 'now',
    at: null,
    when: Number.POSITIVE_INFINITY,
    rank: RANK.met,
    tone: 'waiting',
  } as const
  if (state === 'queued' && (reason !== null || attempts > 0)) {
    // While sending is paused nobody knows until when.
    const until = reason === WAITS_FOR_RESUMING ? '' : ` until ${exactWords(mail.dueAt, timeZone)}`
    const whichever = reason === null ? ' to be tried again' : until
    entries.push(entry({ ...now, words: [`${name} waits${whichever}${after(attempts)}`] }, reason))
  }
  if (state === 'sending') entries.push(entry({ ...now, words: [`${name} on its way to the provider`] }))
  return entries
}
