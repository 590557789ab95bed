import { DAY, HOUR, MINUTE } from '../../src/rules/dates'

/** Mulberry32: small, and the same everywhere for the same seed. */
const generator = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Chance that comes out the same each time, and moments at which people do things; `now` in ms. */
export const createChance = (seed: number, now: number) => {
  const next = generator(seed)
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const hit = (share: number): boolean => next() < share
  const pick = <T>(things: readonly T[]): T => {
    const thing = things[between(0, things.length - 1)]
    if (thing === undefined) throw new Error('There is nothing to pick from')
    return thing
  }
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => between(0, 15).toString(16)).join('')

  /** A UUIDv7 of a moment. */
  const id = (at: number): string => {
    const time = at.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`
  }

  const isWeekend = (at: number): boolean => [0, 6].includes(new Date(at).getUTCDay())
  const byDay = (at: number): number =>
    Math.floor(at / DAY) * DAY + between(7 * 60, 15 * 60 + 59) * MINUTE + between(0, MINUTE)

  /** A moment in the office, about so many days ago: on a weekday, by day in Europe, and not in the last minutes. */
  const atWork = (daysAgo: number): number => {
    let at = now - daysAgo * DAY
    while (isWeekend(at) || byDay(at) > now - 10 * MINUTE) at -= between(1, 3) * DAY
    return byDay(at)
  }

  /** The first moment in the office some time after another; never later than `latest`. */
  const backAtWork = (after: number, delay: number, latest: number): number => {
    let at = after + delay
    if (new Date(at).getUTCHours() >= 17) at += DAY
    while (isWeekend(at)) at += DAY
    return Math.max(Math.min(byDay(at), latest), after + MINUTE)
  }

  /** Some time after a moment, but not at night; never later than `latest`. */
  const awake = (after: number, delay: number, latest: number): number => {
    const at = after + delay
    const hour = new Date(at).getUTCHours()
    const shift = hour < 5 ? 6 * HOUR - hour * HOUR : hour > 20 ? 10 * HOUR : 0
    const moment = Math.min(at + shift + between(0, MINUTE), latest)
    return Math.max(moment, after + 40_000)
  }

  /** How long people take to answer a mail: minutes, the same day, or days. */
  const patience = (): number => {
    if (hit(0.4)) return between(4, 90) * MINUTE
    return hit(0.6) ? between(2, 20) * HOUR : between(26, 120) * HOUR
  }

  return { between, hit, pick, hex, id, byDay, atWork, backAtWork, awake, patience }
}

export type Chance = ReturnType<typeof createChance>
