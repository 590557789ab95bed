import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { reminderMoments } from '../../src/rules/reminders'

const START = Date.UTC(2026, 2, 1, 12)
/** The moments in hours from the start. */
const hours = (lifetime: number, percent: number | null) =>
  reminderMoments(START, START + lifetime, percent).map((at) => (at - START) / HOUR)

describe('an invitation is reminded of', () => {
  test('never, where reminders are off', () => {
    expect(hours(7 * DAY, null)).toEqual([])
  })

  test('after its part of the lifetime and a day before it expires', () => {
    expect(hours(7 * DAY, 50)).toEqual([84, 144])
    expect(hours(30 * DAY, 50)).toEqual([360, 696])
  })

  test('once where it lasts two days or less', () => {
    expect(hours(HOUR, 50)).toEqual([0.5])
    expect(hours(DAY, 50)).toEqual([12])
    expect(hours(2 * DAY, 50)).toEqual([24])
  })

  test('twice from half a day between the two on, once where they are closer', () => {
    expect(hours(2 * DAY + HOUR, 50)).toEqual([25])
    expect(hours(3 * DAY, 50)).toEqual([36, 48])
    expect(hours(3 * DAY - HOUR, 50)).toEqual([47])
    expect(hours(10 * DAY, 90)).toEqual([216])
  })

  test('in order, also where a day before expiry comes first', () => {
    expect(hours(30 * DAY, 99)).toEqual([696, 712.8])
  })

  test('never, where it has no lifetime', () => {
    expect(reminderMoments(START, START, 50)).toEqual([])
  })
})
