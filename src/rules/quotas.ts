import { DAY } from './dates'

/** Mails a day of UTC for an organization, for one sender in it, and to one address; 0 for no limit. */
export type Quotas = { organization: number; sender: number; address: number }

/** The calendar day (of UTC, counted from 1970) whose quotas a moment is of. */
export const quotaDayOf = (ms: number): number => Math.floor(ms / DAY)

/** When a day of quotas begins, in ms. */
export const startOfQuotaDay = (day: number): number => day * DAY

/**
 * When a mail may leave: at first (null for at once), or where the quotas of that day are used up; each with the day whose
 * quotas it is of then. `heldFor` says why it may not leave at once.
 */
export type Departure = {
  first: number | null
  firstDay: number
  second: number
  secondDay: number
  heldFor: string | null
}

type Held = { heldUntil: number | null; heldFor: string | null }

/** `reopens` is the first moment, from one on, at which mails leave here at all. */
export const departureOf = (
  now: number,
  { heldUntil, heldFor }: Held,
  reopens: (ms: number) => number,
): Departure => {
  const firstDay = quotaDayOf(heldUntil ?? now)
  const second = reopens(startOfQuotaDay(firstDay + 1))
  return { first: heldUntil, firstDay, second, secondDay: quotaDayOf(second), heldFor }
}

/** What is left of a sender's quotas on a day: of both together, and of the organization's alone. */
export type QuotaOn = { day: number; quota: number; organization: number }

/** Whose quota kept a mail from both days that it could have left on; null where none did. */
export const quotaUsedUp = (
  left: readonly QuotaOn[],
  { firstDay, secondDay }: Pick<Departure, 'firstDay' | 'secondDay'>,
): 'sender' | 'organization' | null => {
  const days = left.filter(({ day }) => day === firstDay || day === secondDay)
  if (days.some(({ quota }) => quota > 0)) return null
  return days.some(({ organization }) => organization > 0) ? 'sender' : 'organization'
}

/** Why such a mail waits, as its row says until then. */
export const WAITS_FOR_QUOTA = 'Waits: the day’s quota of mails is used up'
