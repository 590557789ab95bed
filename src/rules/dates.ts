const day = new Intl.DateTimeFormat('en-US', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
})
const exact = new Intl.DateTimeFormat('en-US', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})

/** `Mar 1, 2026`, of a moment in ms, in UTC. */
export const dayWords = (ms: number): string => day.format(ms)

/** `Mar 1, 2026, 14:05 UTC`. */
export const exactWords = (ms: number): string => `${exact.format(ms)} UTC`

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
