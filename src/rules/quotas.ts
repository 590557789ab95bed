import { DAY } from './dates'

/** Mails a day of UTC for an organization, for one sender in it, and to one address; 0 for no limit. */
export type Quotas = { organization: number; sender: number; address: number }

/** The calendar day (of UTC, counted from 1970) whose quotas a moment is of. */
export const quotaDayOf = (ms: number): number => Math.floor(ms / DAY)

/** When a day of quotas begins, in ms. */
export const startOfQuotaDay = (day: number): number => day * DAY

/** When the mails of what is over today's quota may leave. */
export const nextQuotaDay = (now: number): number => startOfQuotaDay(quotaDayOf(now) + 1)

/** Why such a mail waits, as its row says until then. */
export const WAITS_FOR_QUOTA = 'Waits for tomorrow: today’s quota of mails is used up'

/** Until when an invitation's mail waits for the next day's quota, or null where it does not. */
export const waitsUntil = (row: {
  mailState: string
  mailReason: string | null
  sentAt: number
}): number | null =>
  row.mailState === 'queued' && row.mailReason === WAITS_FOR_QUOTA ? nextQuotaDay(row.sentAt) : null
