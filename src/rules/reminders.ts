import { DAY, HOUR } from './dates'

/** How many times an invitee is reminded at most, over all of an invitation's generations. */
export const MOST_REMINDERS = 2

/** An invitation that lasts longer than this is also reminded of a day before it expires. */
const LONG = 2 * DAY

/** Two reminders closer than this are one. */
export const CLOSE = 12 * HOUR

/**
 * When an invitee is reminded, in ms and ascending: after a part of the invitation's lifetime (`percent`; null for
 * never) and, where it lasts over two days, a day before it expires. Where both fall within half a day, the one a
 * day before expiry stands for both.
 */
export const reminderMoments = (startsAt: number, expiresAt: number, percent: number | null): number[] => {
  const lifetime = expiresAt - startsAt
  if (percent === null || lifetime <= 0) return []
  const partly = startsAt + Math.floor((lifetime * percent) / 100)
  if (lifetime <= LONG) return [partly]
  const dayBefore = expiresAt - DAY
  if (Math.abs(dayBefore - partly) < CLOSE) return [dayBefore]
  return [partly, dayBefore].sort((a, b) => a - b)
}
