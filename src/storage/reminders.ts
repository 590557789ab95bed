import { type SQL, sql } from 'drizzle-orm'
import { MOST_REMINDERS } from '../rules/reminders'

/** What sets the reminders of an invitation whose mail leaves at `startsAt`; `offsets` are counted from there, in ms. */
export const remindersFrom = (startsAt: SQL, offsets: readonly number[]) => {
  const [first, second] = offsets
  return {
    next: first === undefined ? sql`null` : sql`${startsAt} + ${first}`,
    again: second === undefined ? sql`null` : sql`${startsAt} + ${second}`,
  }
}

/** The same for one that went out before: what it was reminded of then counts. */
export const remindersAgain = (startsAt: SQL, offsets: readonly number[]): SQL => {
  const { next, again } = remindersFrom(startsAt, offsets)
  return sql`remind_at = iif(reminders_sent < ${MOST_REMINDERS}, ${next}, null),
    remind_again_at = iif(reminders_sent + 1 < ${MOST_REMINDERS}, ${again}, null)`
}
