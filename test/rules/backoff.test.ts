import { describe, expect, test } from 'vitest'
import { delayUntil, MAX_ATTEMPTS, retryDelay } from '../../src/rules/backoff'
import { DAY } from '../../src/rules/dates'
import wrangler from '../../wrangler.toml?raw'

const HALF_A_DAY = 12 * 3600

describe('the wait before the next attempt', () => {
  test('begins with 30 seconds and doubles up to six hours', () => {
    const delays = Array.from({ length: 12 }, (_, n) => retryDelay(n + 1, null))
    expect(delays).toEqual([30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600])
  })

  test.each([
    [1, 90, 90],
    [1, 5, 30],
    [1, 30.2, 31],
    [5, 90, 480],
    [1, 0, 30],
    [1, -7, 30],
    [12, 30_000, 30_000],
  ])('of attempt %i, asked for %s seconds, is %i: never sooner than either', (attempts, asked, delay) => {
    expect(retryDelay(attempts, asked)).toBe(delay)
  })

  test('is never longer than a queue lets a message wait', () => {
    expect(retryDelay(1, 10 * HALF_A_DAY)).toBe(HALF_A_DAY)
    expect(retryDelay(1000, null)).toBeLessThanOrEqual(HALF_A_DAY)
  })

  test('adds up to between two and four days before a mail is given up', () => {
    const delays = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, n) => retryDelay(n + 1, null))
    const days = (delays.reduce((sum, delay) => sum + delay, 0) * 1000) / DAY
    expect(days).toBeGreaterThan(2)
    expect(days).toBeLessThan(4)
  })

  test('comes less often than the queue would give a message up', () => {
    const [, ...consumers] = wrangler.split('[[queues.consumers]]')
    const consumer = consumers.find((part) => part.includes('queue = "usher-mail"\n'))
    expect(Number(/^max_retries = (\d+)$/m.exec(consumer ?? '')?.[1])).toBeGreaterThan(MAX_ATTEMPTS)
  })
})

test('a message waits from a second to twelve hours', () => {
  expect(delayUntil(5000, 5000)).toBe(1)
  expect(delayUntil(1, 5000)).toBe(1)
  expect(delayUntil(6001, 5000)).toBe(2)
  expect(delayUntil(2 * DAY, 0)).toBe(HALF_A_DAY)
})
