import { DAY, exactWords, MINUTE } from './dates'
import { dayAfter, dayOf, momentOf, weekdayOf } from './days'
import type { WorkingHours } from './policies'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

export const WEEKDAY_NAMES: readonly (readonly [number: number, name: string])[] = WEEKDAYS.map(
  (name, index) => [index + 1, name],
)

/** From 1 for Monday to 7 for Sunday. */
const isoWeekday = (day: string): number => weekdayOf(day) || 7

/** The first moment of working hours from `now` on, `now` included, by the clocks of a time zone. */
export const nextWorkingMoment = (hours: WorkingHours, timeZone: string, now: number): number => {
  let day = dayOf(now, timeZone)
  for (let n = 0; n < 8; n++, day = dayAfter(day, 1)) {
    if (!hours.days.includes(isoWeekday(day))) continue
    const [from, to] = [hours.from, hours.to].map((minutes) => momentOf(day, minutes / 60, timeZone))
    if (from !== undefined && to !== undefined && now < to) return Math.max(now, from)
  }
  return now + DAY
}

/** `09:30`, of minutes from midnight; the end of a day is `24:00`. */
export const clockWords = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** Minutes from midnight of `9:30` or `09:30`, or null. */
export const parseClock = (text: string): number | null => {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d\d)(?::00)?$/.exec(text.trim()) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  return hour && Number(minute) < 60 && minutes <= DAY / MINUTE ? minutes : null
}

/** Runs of days are told by their ends: `Monday to Friday`, `Monday, Wednesday`. */
const dayNames = (days: readonly number[]): string => {
  const runs: number[][] = []
  for (const day of [...days].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run && run.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined) => WEEKDAYS[(day ?? 1) - 1] ?? ''
  return runs
    .flatMap((run) => (run.length > 2 ? [`${name(run[0])} to ${name(run.at(-1))}`] : run.map(name)))
    .join(', ')
}

/** `Monday to Friday, 09:00 to 17:00`. */
export const hoursWords = ({ days, from, to }: WorkingHours): string =>
  `${dayNames(days)}, ${clockWords(from)} to ${clockWords(to)}`

/** What to expect of mails that are to leave now, where that is outside of working hours; else null. */
export const outsideWords = (
  hours: WorkingHours | undefined,
  timeZone: string,
  now: number,
): string | null => {
  if (!hours || nextWorkingMoment(hours, timeZone, now) === now) return null
  const next = workingMomentWords(hours, timeZone, now)
  return hours.outside === 'hold'
    ? `Outside working hours: mails leave on ${next}.`
    : `Outside working hours: invitations can be sent from ${next} on.`
}

/** Until when what waits for working hours waits, as people of the organization read it. */
export const workingMomentWords = (hours: WorkingHours, timeZone: string, now: number): string =>
  exactWords(nextWorkingMoment(hours, timeZone, now), timeZone)
