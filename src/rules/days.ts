import { DAY, HOUR } from './dates'

const PARTS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
} as const

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone })
  formats.set(timeZone, format)
  return format
}

/** What clocks in a time zone show, as if they showed UTC; in ms, to the second. */
const clockAt = (ms: number, timeZone: string): number => {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The calendar day in a time zone, as the UTC midnight of the same date. */
const dateAt = (ms: number, timeZone: string): number => Math.floor(clockAt(ms, timeZone) / DAY) * DAY

/** The first moment of a calendar day, also where clocks change on it, at midnight even; of one left out, the next. */
const startOf = (date: number, timeZone: string): number => {
  const starts = [date - DAY, date + DAY]
    .map((near) => date - (clockAt(near, timeZone) - near))
    .sort((a, b) => a - b)
  return starts.find((start) => dateAt(start, timeZone) >= date) ?? date
}

/**
 * When each of the last `count` calendar days of a time zone began, today's last, and when tomorrow will: one moment
 * more than days, in ms. A day on which clocks change has 23 or 25 hours.
 */
export const lastDays = (now: number, timeZone: string, count: number): number[] => {
  const today = dateAt(now, timeZone)
  return Array.from({ length: count + 1 }, (_, n) => startOf(today + (n + 1 - count) * DAY, timeZone))
}

const dateOf = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** A day as a form and a URL have it, `2026-03-01`; null for what is none. */
export const parseDay = (text: string): string | null => {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? dateOf(text) : Number.NaN
  return !Number.isNaN(date) && new Date(date).toISOString().startsWith(text) ? text : null
}

/** The day in a time zone, as a form has it. */
export const dayOf = (ms: number, timeZone: string): string =>
  new Date(dateAt(ms, timeZone)).toISOString().slice(0, 10)

/** When a day of a time zone begins and when the next one does, in ms. */
export const spanOfDay = (day: string, timeZone: string): { start: number; end: number } => {
  const date = dateOf(day)
  return { start: startOf(date, timeZone), end: startOf(date + DAY, timeZone) }
}

/** When clocks in a time zone show an hour of a day, in ms; of an hour left out, when it would have been. */
export const momentOf = (day: string, hour: number, timeZone: string): number => {
  const wanted = dateOf(day) + hour * HOUR
  const moments = [wanted - DAY, wanted + DAY].map((near) => wanted - (clockAt(near, timeZone) - near))
  return moments.find((moment) => clockAt(moment, timeZone) === wanted) ?? Math.max(...moments)
}

/** The day that comes `days` after another; before it, where they are negative. */
export const dayAfter = (day: string, days: number): string =>
  new Date(dateOf(day) + days * DAY).toISOString().slice(0, 10)

/** From 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: string): number => new Date(dateOf(day)).getUTCDay()
