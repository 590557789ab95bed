import { describe, expect, test } from 'vitest'
import { HOUR } from '../../src/rules/dates'
import { dayOf, lastDays, parseDay, spanOfDay } from '../../src/rules/days'

const iso = (starts: readonly number[]) => starts.map((start) => new Date(start).toISOString().slice(0, 16))
const hours = (starts: readonly number[]) =>
  starts.slice(1).map((end, at) => (end - (starts[at] ?? 0)) / HOUR)

describe('the last days of a time zone', () => {
  test('end with today, whose end is tomorrow’s beginning', () => {
    expect(iso(lastDays(Date.UTC(2026, 2, 1, 12), 'UTC', 2))).toEqual([
      '2026-02-28T00:00',
      '2026-03-01T00:00',
      '2026-03-02T00:00',
    ])
  })

  test('begin at its own midnight, by half hours and quarters too', () => {
    const at = (zone: string) => iso(lastDays(Date.UTC(2026, 2, 1, 12), zone, 1))
    expect(at('Asia/Kolkata')).toEqual(['2026-02-28T18:30', '2026-03-01T18:30'])
    expect(at('Asia/Kathmandu')).toEqual(['2026-02-28T18:15', '2026-03-01T18:15'])
    expect(at('America/New_York')).toEqual(['2026-03-01T05:00', '2026-03-02T05:00'])
    expect(at('Pacific/Kiritimati')).toEqual(['2026-03-01T10:00', '2026-03-02T10:00'])
    expect(at('Pacific/Pago_Pago')).toEqual(['2026-03-01T11:00', '2026-03-02T11:00'])
  })

  test('change at a millisecond: the last of a day is still that day', () => {
    const midnight = Date.UTC(2026, 2, 1, 18, 30)
    expect(iso(lastDays(midnight - 1, 'Asia/Kolkata', 1))[0]).toBe('2026-02-28T18:30')
    expect(iso(lastDays(midnight, 'Asia/Kolkata', 1))[0]).toBe('2026-03-01T18:30')
  })

  test('have 23 or 25 hours where clocks change', () => {
    const spring = lastDays(Date.UTC(2026, 2, 10), 'America/New_York', 3)
    expect(iso(spring)).toEqual([
      '2026-03-07T05:00',
      '2026-03-08T05:00',
      '2026-03-09T04:00',
      '2026-03-10T04:00',
    ])
    expect(hours(spring)).toEqual([24, 23, 24])
    expect(hours(lastDays(Date.UTC(2026, 10, 2, 12), 'America/New_York', 3))).toEqual([24, 25, 24])
    expect(hours(lastDays(Date.UTC(2026, 9, 5), 'Australia/Lord_Howe', 3))).toEqual([24, 23.5, 24])
  })

  test('begin with their first moment where clocks change at midnight', () => {
    // Cairo skips from midnight to one o'clock; Havana has the hour after midnight twice, Asunción the one before it.
    expect(iso(lastDays(Date.UTC(2026, 3, 24, 12), 'Africa/Cairo', 2))).toEqual([
      '2026-04-22T22:00',
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ])
    expect(hours(lastDays(Date.UTC(2026, 10, 2, 12), 'America/Havana', 3))).toEqual([24, 25, 24])
    expect(hours(lastDays(Date.UTC(2024, 2, 24, 12), 'America/Asuncion', 3))).toEqual([24, 25, 24])
  })

  test('include one that never was, without an hour: Samoa went without December 30, 2011', () => {
    expect(hours(lastDays(Date.UTC(2012, 0, 1), 'Pacific/Apia', 5))).toEqual([24, 24, 0, 24, 24])
  })

  test('are as many as asked, without a gap, in every time zone and all year', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (const month of [2, 3, 5, 9, 10, 11]) {
        const all = lastDays(Date.UTC(2026, month, 12, 7), zone, 30)
        expect(all).toHaveLength(31)
        expect(Math.min(...hours(all)), zone).toBeGreaterThanOrEqual(22)
        expect(Math.max(...hours(all)), zone).toBeLessThanOrEqual(26)
      }
    }
  })
})

describe('a day as a form has it', () => {
  test('is one of the calendar, or none', () => {
    for (const day of ['2026-03-01', '2024-02-29', '0001-01-01', '9999-12-31'])
      expect(parseDay(day)).toBe(day)
    for (const odd of [
      '',
      '2026-02-29',
      '2026-13-01',
      '2026-3-1',
      '12026-03-01',
      '2026-03-01T00:00',
      ' 2026-03-01',
    ])
      expect([odd, parseDay(odd)]).toEqual([odd, null])
  })

  test('is the one that calendars of the time zone show', () => {
    const moment = Date.UTC(2026, 2, 1, 18, 30)
    expect(dayOf(moment, 'UTC')).toBe('2026-03-01')
    expect(dayOf(moment, 'Asia/Kolkata')).toBe('2026-03-02')
    expect(dayOf(moment - 1, 'Asia/Kolkata')).toBe('2026-03-01')
  })

  test('ends where the next begins, and holds the moments that are shown with it', () => {
    for (const zone of [
      'UTC',
      'Asia/Kathmandu',
      'America/New_York',
      'Africa/Cairo',
      'America/Havana',
      'Australia/Lord_Howe',
    ]) {
      for (let date = Date.UTC(2026, 0, 1); date < Date.UTC(2027, 0, 1); date += 24 * HOUR) {
        const day = new Date(date).toISOString().slice(0, 10)
        const { start, end } = spanOfDay(day, zone)
        const shown = [start - 1, start, end - 1, end].map((moment) => dayOf(moment, zone) === day)
        expect([zone, day, ...shown]).toEqual([zone, day, false, true, true, false])
      }
    }
  })

  test('has no moments where a calendar leaves it out', () => {
    const { start, end } = spanOfDay('2011-12-30', 'Pacific/Apia')
    expect(end - start).toBe(0)
  })
})
