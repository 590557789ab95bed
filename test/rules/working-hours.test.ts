import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { WorkingHours } from '../../src/rules/policies'
import { clockWords, hoursWords, nextWorkingMoment, parseClock } from '../../src/rules/working-hours'

const OFFICE: WorkingHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, outside: 'hold' }
const BERLIN = 'Europe/Berlin'

const at = (iso: string) => Date.parse(iso)
const next = (iso: string, hours: Partial<WorkingHours> = {}, timeZone = BERLIN) =>
  new Date(nextWorkingMoment({ ...OFFICE, ...hours }, timeZone, at(iso))).toISOString()

describe('the next working moment', () => {
  test('is now within working hours, their first minute included and their last one not', () => {
    expect(next('2026-03-02T08:00:00Z')).toBe('2026-03-02T08:00:00.000Z')
    expect(next('2026-03-02T12:34:56Z')).toBe('2026-03-02T12:34:56.000Z')
    expect(next('2026-03-02T15:59:59Z')).toBe('2026-03-02T15:59:59.000Z')
    expect(next('2026-03-02T16:00:00Z')).toBe('2026-03-03T08:00:00.000Z')
  })

  test('is this morning before them, and the next working day’s after them', () => {
    expect(next('2026-03-02T00:30:00Z')).toBe('2026-03-02T08:00:00.000Z')
    expect(next('2026-03-02T20:00:00Z')).toBe('2026-03-03T08:00:00.000Z')
  })

  test('is of the day that the organization’s clocks show, not of UTC’s', () => {
    // Monday, 23:30 in UTC, is Tuesday, 08:30 in Tokyo; Friday, 23:00 in UTC is Saturday there.
    expect(next('2026-03-02T23:30:00Z', {}, 'Asia/Tokyo')).toBe('2026-03-03T00:00:00.000Z')
    expect(next('2026-03-06T23:00:00Z', {}, 'Asia/Tokyo')).toBe('2026-03-09T00:00:00.000Z')
  })

  test('skips week ends and whatever else is no working day', () => {
    expect(next('2026-03-06T16:00:00Z')).toBe('2026-03-09T08:00:00.000Z')
    expect(next('2026-03-07T12:00:00Z')).toBe('2026-03-09T08:00:00.000Z')
    expect(next('2026-03-02T18:00:00Z', { days: [1] })).toBe('2026-03-09T08:00:00.000Z')
    expect(next('2026-03-07T12:00:00Z', { days: [7] })).toBe('2026-03-08T08:00:00.000Z')
  })

  test('keeps to the clocks across both changes of them', () => {
    // Summer time begins on Sunday, 2026-03-29, and ends on Sunday, 2026-10-25.
    expect(next('2026-03-27T16:00:00Z')).toBe('2026-03-30T07:00:00.000Z')
    expect(next('2026-10-23T15:00:00Z')).toBe('2026-10-26T08:00:00.000Z')
  })

  test('on a Sunday on which clocks change, in the hour that is left out or comes twice', () => {
    const night = { days: [7], from: 2 * 60 + 30, to: 5 * 60 }
    // 02:30 does not come in spring: what would have been is 03:30 summer time.
    expect(next('2026-03-29T00:00:00Z', night)).toBe('2026-03-29T01:30:00.000Z')
    // In autumn 02:30 comes twice: the first counts.
    expect(next('2026-10-24T22:30:00Z', night)).toBe('2026-10-25T00:30:00.000Z')
    expect(next('2026-10-25T01:00:00Z', night)).toBe('2026-10-25T01:00:00.000Z')
  })

  test('knows days that last until midnight', () => {
    const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 * 60 }
    for (let hour = 0; hour < 24 * 8; hour += 5) {
      const now = at('2026-03-26T00:00:00Z') + hour * HOUR
      expect(nextWorkingMoment({ ...OFFICE, ...always }, BERLIN, now)).toBe(now)
    }
  })

  test('is never before now, never outside of them, and within eight days', () => {
    for (let hour = 0; hour < 24 * 14; hour += 7) {
      const now = at('2026-03-20T00:13:00Z') + hour * HOUR
      const moment = nextWorkingMoment(OFFICE, BERLIN, now)
      expect(moment).toBeGreaterThanOrEqual(now)
      expect(moment).toBeLessThan(now + 8 * DAY)
      expect(nextWorkingMoment(OFFICE, BERLIN, moment)).toBe(moment)
    }
  })
})

test('working hours are told by runs of days and by their times', () => {
  expect(hoursWords(OFFICE)).toBe('Monday to Friday, 09:00 to 17:00')
  expect(hoursWords({ ...OFFICE, days: [1, 2, 4, 5, 6, 7], to: 24 * 60 })).toBe(
    'Monday, Tuesday, Thursday to Sunday, 09:00 to 24:00',
  )
  expect(hoursWords({ ...OFFICE, days: [7], from: 5 })).toBe('Sunday, 00:05 to 17:00')
})

test('a time of day is read as fields and people write it', () => {
  expect(['9:30', '09:30', '09:30:00', '24:00', '0:00'].map(parseClock)).toEqual([570, 570, 570, 1440, 0])
  expect(['', '9', '09:60', '24:01', '25:00', 'noon'].map(parseClock)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ])
  expect(clockWords(9 * 60 + 5)).toBe('09:05')
  expect(MINUTE).toBe(60_000)
})
