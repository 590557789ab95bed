import { describe, expect, test } from 'vitest'
import { DAY, dayWords, exactWords, HOUR, MINUTE } from '../../src/rules/dates'

describe('a moment in words', () => {
  test('is of the time zone asked for, and says of which', () => {
    const ms = Date.UTC(2026, 2, 1, 23, 30)
    expect(dayWords(ms, 'Asia/Tokyo')).toBe('Mar 2, 2026')
    expect(exactWords(ms, 'Asia/Tokyo')).toBe('Mar 2, 2026, 08:30 GMT+9')
    expect(exactWords(ms, 'America/New_York')).toBe('Mar 1, 2026, 18:30 EST')
  })

  test.each([
    [Date.UTC(2026, 2, 1, 14, 5), 'Mar 1, 2026', 'Mar 1, 2026, 14:05 UTC'],
    [Date.UTC(2026, 2, 1), 'Mar 1, 2026', 'Mar 1, 2026, 00:00 UTC'],
    [Date.UTC(2026, 11, 31, 23, 59, 59, 999), 'Dec 31, 2026', 'Dec 31, 2026, 23:59 UTC'],
    [Date.UTC(2028, 1, 29, 12), 'Feb 29, 2028', 'Feb 29, 2028, 12:00 UTC'],
  ])('%i reads %s, exactly %s, wherever the reader is', (ms, day, exact) => {
    expect(dayWords(ms)).toBe(day)
    expect(exactWords(ms)).toBe(exact)
  })
})

test('a day has 24 hours of 60 minutes, in milliseconds', () => {
  expect([MINUTE, HOUR, DAY]).toEqual([60_000, 3_600_000, 86_400_000])
})

test.each([
  ['en', 'Mar 8, 2026', 'Mar 8, 2026, 13:00 GMT+1'],
  ['de', '8. März 2026', '8. März 2026, 13:00 MEZ'],
  ['fr', '8 mars 2026', '8 mars 2026, 13:00 UTC+1'],
  ['es', '8 mar 2026', '8 mar 2026, 13:00 CET'],
  ['pt', '8 de mar. de 2026', '8 de mar. de 2026, 13:00 GMT+1'],
  ['ja', '2026年3月8日', '2026年3月8日 13:00 GMT+1'],
] as const)('a moment is told in the language asked for: %s', (language, day, exact) => {
  const at = Date.UTC(2026, 2, 8, 12)
  expect(dayWords(at, 'Europe/Berlin', language)).toBe(day)
  expect(exactWords(at, 'Europe/Berlin', language)).toBe(exact)
})
