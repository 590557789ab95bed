import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { digestPlan, nextDigest } from '../../src/rules/digests'

const at = (text: string) => Date.parse(text)
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)

describe('the next digest', () => {
  test.each([
    ['2026-03-01T12:00Z', 'UTC', '2026-03-02T08:00'],
    ['2026-03-02T07:59Z', 'UTC', '2026-03-02T08:00'],
    ['2026-03-02T08:00Z', 'UTC', '2026-03-09T08:00'],
    ['2026-03-07T23:00Z', 'UTC', '2026-03-09T08:00'],
    ['2026-03-01T12:00Z', 'Asia/Tokyo', '2026-03-01T23:00'],
    ['2026-03-01T23:30Z', 'Asia/Tokyo', '2026-03-08T23:00'],
    ['2026-03-01T12:00Z', 'America/New_York', '2026-03-02T13:00'],
    ['2026-03-01T12:00Z', 'Asia/Kathmandu', '2026-03-02T02:15'],
    // Monday has begun there while it is Sunday in UTC.
    ['2026-03-01T11:00Z', 'Pacific/Kiritimati', '2026-03-01T18:00'],
  ])('after %s in %s is %s', (now, timeZone, next) => {
    expect(iso(nextDigest(at(now), timeZone))).toBe(next)
  })

  test('is at eight by the clock before and after the clocks change', () => {
    expect(iso(nextDigest(at('2026-03-27T12:00Z'), 'Europe/Berlin'))).toBe('2026-03-30T06:00')
    expect(iso(nextDigest(at('2026-03-20T12:00Z'), 'Europe/Berlin'))).toBe('2026-03-23T07:00')
    expect(iso(nextDigest(at('2026-10-24T12:00Z'), 'Europe/Berlin'))).toBe('2026-10-26T07:00')
  })
})

describe('a digest tells', () => {
  const due = at('2026-03-09T08:00Z')

  test('the week before it, to the minute, however late it is looked at', () => {
    for (const late of [0, 3 * MINUTE, 5 * DAY]) {
      const { from, to, next } = digestPlan(due, due + late, 'UTC')
      expect([iso(from), iso(to), iso(next)]).toEqual([
        '2026-03-02T08:00',
        '2026-03-09T08:00',
        '2026-03-16T08:00',
      ])
    }
  })

  test('every week since, where nobody looked for weeks', () => {
    const { from, to, next } = digestPlan(due, due + 15 * DAY + HOUR, 'UTC')
    expect([iso(from), iso(to), iso(next)]).toEqual([
      '2026-03-02T08:00',
      '2026-03-23T08:00',
      '2026-03-30T08:00',
    ])
  })

  test('each moment once, also where the time zone was changed between two', () => {
    const first = digestPlan(due, due, 'UTC')
    const second = digestPlan(first.next, first.next, 'America/New_York')
    expect(second.from).toBeLessThanOrEqual(first.next)
    expect(second.next).toBe(at('2026-03-16T12:00Z'))
  })
})
