import { dayAfter, dayOf, momentOf, weekdayOf } from './days'

/** On Mondays at eight, as the organization's clocks show it. */
const WEEKDAY = 1
const HOUR = 8

/** How many addresses a digest names; it counts the rest. */
export const MOST_NAMED = 50

const digestsAround = (moment: number, timeZone: string): number[] => {
  const today = dayOf(moment, timeZone)
  const monday = dayAfter(today, WEEKDAY - weekdayOf(today))
  return [-7, 0, 7].map((days) => momentOf(dayAfter(monday, days), HOUR, timeZone))
}

/** The first moment of digests after `now`, in ms. */
export const nextDigest = (now: number, timeZone: string): number =>
  digestsAround(now, timeZone).find((moment) => moment > now) ?? now

/** The last one before a moment. */
const digestBefore = (moment: number, timeZone: string): number =>
  digestsAround(moment, timeZone).findLast((digest) => digest < moment) ?? moment

export type DigestPlan = {
  /** What expired after `from` and no later than `to` is told, in ms. */
  from: number
  to: number
  /** When the following one is due. */
  next: number
}

/** What a digest that was due at `dueAt` tells now: the week before it, and those since where nobody looked for weeks. */
export const digestPlan = (dueAt: number, now: number, timeZone: string): DigestPlan => {
  const next = nextDigest(now, timeZone)
  return { from: digestBefore(dueAt, timeZone), to: digestBefore(next, timeZone), next }
}
