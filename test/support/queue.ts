import type { MailMessage } from '../../src/bindings'
import { MINUTE } from '../../src/rules/dates'
import wrangler from '../../wrangler.toml?raw'
import type { World } from './world'

const CONSUMER =
  wrangler.split('[[').find((block) => /^queues\.consumers\]\]\nqueue = "usher-mail"\n/.test(block)) ?? ''
const settingOf = (name: string): number => Number(new RegExp(`^${name} = (\\d+)$`, 'm').exec(CONSUMER)?.[1])

/** As wrangler.toml has them for the queue of mails. */
export const BATCH = settingOf('max_batch_size')
export const MAX_RETRIES = settingOf('max_retries')

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
export const dice = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Mischief = {
  roll?: () => number
  /** The share of messages that come twice, or never. */
  twice?: number
  never?: number
  /** Whether they come in any order. */
  shuffled?: boolean
}

type Waiting = { body: MailMessage; at: number; retries: number }

/**
 * A world's queue as Cloudflare runs it: batches to one consumer, what is retried comes back when it was asked for, and
 * what was retried too often goes to the dead-letter queue; with the cron of every minute beside it.
 */
export const queueOf = (world: World, mischief: Mischief = {}) => {
  const { roll = () => 1, twice = 0, never = 0, shuffled = false } = mischief
  const { clock } = world
  let waiting: Waiting[] = []
  let dead: MailMessage[] = []
  let died = 0

  const collect = () => {
    for (const { body, delaySeconds = 0 } of world.messages.splice(0)) {
      if (roll() < never) continue
      const copies = roll() < twice ? 2 : 1
      for (let copy = 0; copy < copies; copy++)
        waiting.push({ body, at: clock.now + delaySeconds * 1000, retries: 0 })
    }
  }

  const next = (): Waiting[] => {
    const due = waiting.filter(({ at }) => at <= clock.now)
    if (shuffled) due.sort(() => roll() - 0.5)
    return due.slice(0, BATCH)
  }

  const deliver = async (): Promise<void> => {
    collect()
    for (let batch = next(); batch.length > 0; batch = next()) {
      waiting = waiting.filter((message) => !batch.includes(message))
      const results = await world.consume(batch.map(({ body }) => body)).catch(() => null)
      for (const [index, { body, retries }] of batch.entries()) {
        const result = results?.[index]
        if (result?.acked && !result.retried) continue
        if (retries < MAX_RETRIES)
          waiting.push({ body, at: clock.now + (result?.delaySeconds ?? 5) * 1000, retries: retries + 1 })
        else {
          dead.push(body)
          died++
        }
      }
      collect()
    }
    if (dead.length === 0) return
    const letters = dead
    dead = []
    await world.consume(letters, 'usher-mail-dead').catch(() => void dead.push(...letters))
  }

  /** Lets `ms` pass, with everything that happens meanwhile; for long times with a cron that runs less often. */
  const run = async (ms: number, every = MINUTE): Promise<void> => {
    const end = clock.now + ms
    for (;;) {
      await deliver()
      const cron = (Math.floor(clock.now / every) + 1) * every
      const soonest = Math.min(cron, ...waiting.map(({ at }) => at))
      if (soonest > end) break
      clock.now = soonest
      if (soonest === cron) await world.cron('* * * * *')
    }
    clock.now = end
  }

  return { run, inQueue: () => waiting.length, died: () => died }
}
