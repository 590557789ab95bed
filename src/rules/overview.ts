import { askedWords } from './approval'
import { DAY, HOUR, MINUTE } from './dates'
import { troubleHint } from './invitation-help'
import { type InviterLoss, inviterLost } from './inviter'
import type { Bounce, InvitationStatus } from './lifecycle'

/** What the overview looks back on. */
export const PERIOD_DAYS = 30

/** How many invitations that need attention are shown. */
export const MOST_ATTENTION = 10

/** How many that await approval are shown among them: there is a list of them all. */
export const MOST_APPROVALS = 3

/** Narrows the numbers; empty is everything. */
export type Filters = { department: string; team: string; role: string }

/** Why an invitation needs attention: nobody answers for it any more, its mail went wrong, it is about to expire, or nobody answers. */
export type Attention =
  | 'approval'
  | 'inviter_lost'
  | 'bounced'
  | 'complained'
  | 'failed'
  | 'expiring'
  | 'waiting'

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
] as const

/** `2 days 5 hours`, rounded down: as many units as asked, from the largest there is. */
export const durationWords = (ms: number, units = 2): string => {
  const parts = UNITS.map(([unit, size], at) => {
    const larger = UNITS[at - 1]?.[1] ?? Number.POSITIVE_INFINITY
    return { unit, n: Math.floor((ms % larger) / size) }
  })
  const first = parts.findIndex(({ n }) => n > 0)
  if (first < 0) return 'less than a minute'
  return parts
    .slice(first, first + units)
    .filter(({ n }) => n > 0)
    .map(({ unit, n }) => `${n} ${unit}${n === 1 ? '' : 's'}`)
    .join(' ')
}

/** Share of a whole that never rounds something to nothing, nor a part to the whole. */
export const percentWords = (part: number, whole: number): string => {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  if (percent > 0 && percent < 1) return '<1%'
  return `${part < whole ? Math.min(99, Math.round(percent)) : 100}%`
}

const MAIL_WORDS = {
  bounced: 'The mail came back.',
  complained: 'The mail was reported as spam.',
  failed: 'The mail could not be sent.',
} as const

/** What needs attention about an invitation, in a line. */
export const attentionWords = (
  row: {
    kind: Attention
    mailReason: string | null
    mailBounce: Bounce | null
    openedAt: number | null
    sentAt: number
    expiresAt: number
    status: InvitationStatus
    inviterLoss?: InviterLoss
    inviterName: string
    roleName: string
    approvalReason: string | null
    grantable: boolean
  },
  now: number,
): string => {
  const lost = inviterLost(row)
  if (lost) return `${lost.why} ${lost.remedy}`
  if (row.kind === 'approval') return askedWords(row)
  const left = row.expiresAt - now
  if (row.kind === 'bounced' || row.kind === 'complained' || row.kind === 'failed') {
    const why = (row.mailReason || MAIL_WORDS[row.kind]).replace(/\s*$/, '').replace(/([^.!?…])$/, '$1.')
    return `${why} ${left > 0 ? troubleHint(row.kind, row.mailBounce) : 'It has expired since.'}`
  }
  const opened = row.openedAt === null ? 'Not opened yet' : 'Opened, but not accepted'
  if (row.kind === 'expiring') return `${opened}. It expires in ${durationWords(left, 1)}.`
  return `${opened}, ${durationWords(now - row.sentAt, 1)} after the mail. It expires in ${durationWords(left, 1)}.`
}

/** What became of the invitations first sent in a period; later evidence counts for what must have come before it. */
export type FunnelCounts = {
  sent: number
  /** The mail provider took the mail. */
  handedOver: number
  delivered: number
  opened: number
  accepted: number
  /** Mails of which the provider has reported the delivery. */
  reported: number
  /** Handed over, not opened, and nothing reported of them. */
  silent: number
}

export type Step = { name: string; count: number; percent: string; note?: string }

/**
 * From sending to accepting. Where the provider reports no deliveries, none is claimed: it took the mail over. Where it
 * reports some, mails of which it has said nothing, as those from before it was asked to, are no failures.
 */
export const funnelOf = (counts: FunnelCounts): Step[] => {
  const { sent, handedOver, delivered, opened, accepted, reported, silent } = counts
  const note =
    silent > 0
      ? {
          note: `Nothing is reported of ${silent.toLocaleString('en-US')} ${silent === 1 ? 'mail' : 'mails'} that the provider took.`,
        }
      : {}
  const steps = [
    { name: 'Sent', count: sent },
    reported > 0
      ? { name: 'Delivered', count: delivered, ...note }
      : { name: 'Handed over', count: handedOver },
    { name: 'Opened', count: opened },
    { name: 'Accepted', count: accepted },
  ]
  return steps.map((step) => ({ ...step, percent: percentWords(step.count, sent) }))
}

export type Day = { start: number; count: number }

/** One entry for each day between `starts`, with the counts of those that had any. */
export const daysOf = (
  starts: readonly number[],
  counts: readonly { day: number; count: number }[],
): Day[] => {
  const byDay = new Map(counts.map(({ day, count }) => [day, count]))
  return starts.slice(0, -1).map((start, day) => ({ start, count: byDay.get(day) ?? 0 }))
}
