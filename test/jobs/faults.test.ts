import { beforeEach, describe, expect, test, vi } from 'vitest'
import http from '../../src/outbound/http.ts?raw'
import { MAX_ATTEMPTS } from '../../src/rules/backoff'
import { HOUR, MINUTE } from '../../src/rules/dates'
import storage from '../../src/storage/batch.ts?raw'
import { LEASE } from '../../src/storage/deliveries'
import { idOf, resend, revoke } from '../support/acting'
import { addCast, type Cast, invite } from '../support/cast'
import { breakBatch, logged } from '../support/faults'
import { replacing } from '../support/holding'
import { expectAccounted, type Fate, postOffice } from '../support/post-office'
import { BATCH, dice, MAX_RETRIES, queueOf } from '../support/queue'
import { createWorld, linkIn, rows, run, type World } from '../support/world'

let world: World
let cast: Cast
let office: ReturnType<typeof postOffice>
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
  office = postOffice(world)
})

const people = (count: number) => Array.from({ length: count }, (_, n) => `person${n}@example.com`)
const retry = (reason: string, afterSeconds: number | null = null): Fate => ({
  kind: 'retry',
  reason,
  afterSeconds,
})

/** A database all of whose batches are lost, or whose answers are, while `broken` says so. */
const flaky = (of: World, broken: () => 'batch' | 'answer' | null) => {
  const { DB } = of.env
  const batch: D1Database['batch'] = async <T>(statements: D1PreparedStatement[]) => {
    const how = broken()
    if (how === 'batch') throw new Error('D1_ERROR: Network connection lost')
    const results = await DB.batch<T>(statements)
    if (how === 'answer') throw new Error('D1_ERROR: Network connection lost')
    return results
  }
  of.env.DB = replacing(DB, { batch })
}

describe('a provider', () => {
  test('that is down for an hour takes every mail once when it is back, and no mail was tried in vain for long', async () => {
    const back = world.clock.now + HOUR
    office.decide = () =>
      world.clock.now < back ? retry('It answered 503.') : { kind: 'sent', providerId: null }
    const queue = queueOf(world)
    await invite(world, cast.admin, people(25))
    await queue.run(HOUR - MINUTE)
    expect(await expectAccounted(office, { waiting: 25 })).toEqual({ queued: 25 })
    expect(new Set((await rows('select mail_reason from invitation')).map((row) => row.mail_reason))).toEqual(
      new Set(['It answered 503.']),
    )
    await queue.run(HOUR)
    expect(await expectAccounted(office)).toEqual({ sent: 25 })
    expect(office.took.size).toBe(25)
    expect(office.calls.length).toBeLessThanOrEqual(25 * 9)
    expect(queue.inQueue()).toBe(0)
  })

  test('that asks for patience is left alone for as long as it asks', async () => {
    office.decide = (_, nth) =>
      nth === 0 ? retry('It answered 429.', 1800) : { kind: 'sent', providerId: null }
    const queue = queueOf(world)
    await invite(world, cast.admin, people(1))
    await queue.run(HOUR)
    expect(await expectAccounted(office)).toEqual({ sent: 1 })
    const [first, second] = office.calls.map(({ at }) => at)
    expect((second ?? 0) - (first ?? 0)).toBe(1800_000)
  })

  test('whose answers are lost after it took the mail has one mail of each, though it is asked again', async () => {
    const lost = new Set<string>()
    office.decide = ({ id }) => {
      if (lost.has(id)) return { kind: 'sent', providerId: null }
      lost.add(id)
      return 'lost'
    }
    const queue = queueOf(world)
    await invite(world, cast.admin, people(12))
    await queue.run(5 * MINUTE)
    expect(await expectAccounted(office)).toEqual({ sent: 12 })
    expect([office.calls.length, office.took.size]).toEqual([24, 12])
  })

  test('that refuses some for good leaves its reason with those, and takes the others', async () => {
    office.decide = ({ to }) =>
      /[13]@/.test(to) ? { kind: 'failed', reason: `No such mailbox.` } : { kind: 'sent', providerId: null }
    await invite(world, cast.admin, people(5))
    await queueOf(world).run(MINUTE)
    expect(await expectAccounted(office)).toEqual({ sent: 3, failed: 2 })
    expect(await rows("select distinct mail_reason from invitation where mail_state = 'failed'")).toEqual([
      { mail_reason: 'No such mailbox.' },
    ])
  })

  test('that throws, which it never should, is as one that did not answer', async () => {
    office.decide = (_, nth) => {
      if (nth < 3) throw new TypeError('Cannot read properties of undefined')
      return { kind: 'sent', providerId: null }
    }
    await invite(world, cast.admin, people(3))
    await queueOf(world).run(5 * MINUTE)
    expect(await expectAccounted(office)).toEqual({ sent: 3 })
  })
})

describe('a consumer', () => {
  /** Everything that it waits for: its claim, each mail, and writing down how they went. */
  const STEPS = ['claim', 'first mail', 'second mail', 'third mail', 'settling'] as const

  test.each(STEPS.flatMap((step) => (['before', 'after'] as const).map((when) => [when, step] as const)))(
    'that stops for good %s its %s loses nothing, and what is handed over again is the same',
    async (when, step) => {
      await invite(world, cast.admin, people(3))
      const at = STEPS.indexOf(step)
      const stopped = Promise.withResolvers<void>()
      let seen = -1
      const stop = (): Promise<never> => {
        stopped.resolve()
        return new Promise(() => {})
      }
      const stepping = async <T>(act: () => Promise<T>): Promise<T> => {
        const here = ++seen === at
        if (here && when === 'before') return stop()
        const result = await act()
        return here ? stop() : result
      }
      const doomed = createWorld({
        DB: replacing(world.env.DB, {
          batch: <T>(statements: D1PreparedStatement[]) => stepping(() => world.env.DB.batch<T>(statements)),
        }),
      })
      doomed.provider.send = (mail) => stepping(() => world.provider.send(mail))
      const messages = world.messages.splice(0).map(({ body }) => body)
      // What has stopped does not lose its patience with the database either.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      void doomed.consume(messages).catch(() => {})
      await stopped.promise
      vi.useRealTimers()

      // Its messages die with it: the cron makes up for them.
      await queueOf(world).run(20 * MINUTE)
      expect(await expectAccounted(office)).toEqual({ sent: 3 })
      expect(office.took.size).toBe(3)
    },
  )

  test.each(['batch', 'answer'] as const)(
    'whose database loses one %s after another, at any moment, sends every mail once in the end',
    async (lost) => {
      for (let nth = 1; nth <= 8; nth++) {
        await invite(world, cast.admin, [`jane${nth}@example.com`, `joe${nth}@example.com`])
        breakBatch(world, nth, lost)
        await queueOf(world).run(15 * MINUTE)
      }
      expect(await expectAccounted(office)).toEqual({ sent: 16 })
      expect(office.took.size).toBe(16)
    },
  )

  test('whose database fails while it writes down what went asks for no second mail where it soon answers again', async () => {
    await invite(world, cast.admin, people(10))
    breakBatch(world, 2, 'batch', 2)
    await queueOf(world).run(10 * MINUTE)
    expect(await expectAccounted(office)).toEqual({ sent: 10 })
    expect(office.calls).toHaveLength(10)
    expect(world.pauses).toEqual([1000, 5000])
  })

  test('whose database is gone for half an hour goes on where it stopped', async () => {
    await invite(world, cast.admin, people(25))
    const back = world.clock.now + 30 * MINUTE
    flaky(world, () => (world.clock.now < back ? 'batch' : null))
    const queue = queueOf(world)
    await queue.run(2 * HOUR)
    expect(await expectAccounted(office)).toEqual({ sent: 25 })
    expect(office.calls).toHaveLength(25)
    expect(queue.died()).toBe(25)
    expect(queue.inQueue()).toBe(0)
  })
})

describe('messages', () => {
  test('that come twice, in any order, or never, bring every mail once', async () => {
    const roll = dice(7)
    const queue = queueOf(world, { roll, twice: 0.3, never: 0.3, shuffled: true })
    for (let n = 0; n < 4; n++)
      await invite(
        world,
        cast.admin,
        people(10).map((address) => `${n}${address}`),
      )
    await queue.run(HOUR)
    expect(await expectAccounted(office)).toEqual({ sent: 40 })
    expect(office.calls).toHaveLength(40)
    expect(queue.inQueue()).toBe(0)
  })

  test('of deliveries that are gone, that never were or that name none are done with', async () => {
    await invite(world, cast.admin, people(3))
    const [gone, ...rest] = world.messages.splice(0).map(({ body }) => body)
    await run('delete from delivery where id = ?', gone?.delivery)
    await run(
      'delete from audit_event where target_id = (select id from invitation where address = ?)',
      people(1)[0],
    )
    await run('delete from invitation where address = ?', people(1)[0])
    const results = await world.consume([gone, { delivery: 'never' }, null, {}, ...rest])
    expect(results.every(({ acked, retried }) => acked && !retried)).toBe(true)
    expect(await expectAccounted(office)).toEqual({ sent: 2 })
    expect((await world.consume([gone, null], 'usher-mail-dead')).length).toBe(2)
  })

  test('do not multiply while their mail backs off, whatever the cron adds', async () => {
    office.decide = () => retry('It answered 503.')
    await invite(world, cast.admin, people(1))
    const queue = queueOf(world, { twice: 1 })
    await queue.run(3 * HOUR)
    expect(queue.inQueue()).toBe(1)
    expect(office.calls.length).toBeLessThanOrEqual(MAX_ATTEMPTS)
  })

  test('that were retried too often die, and the cron takes their mails up when the database is back', async () => {
    await invite(world, cast.admin, people(2))
    const back = world.clock.now + 2 * HOUR
    flaky(world, () => (world.clock.now < back ? 'batch' : null))
    const queue = queueOf(world)
    await queue.run(MAX_RETRIES * 31_000)
    expect(queue.died()).toBe(2)
    expect(office.calls).toEqual([])
    await queue.run(3 * HOUR)
    expect(await expectAccounted(office)).toEqual({ sent: 2 })
    expect(office.calls).toHaveLength(2)
  })
})

describe('everything at once', () => {
  const fates = (roll: () => number): Fate => {
    const dieRoll = roll()
    if (dieRoll < 0.45) return { kind: 'sent', providerId: null }
    if (dieRoll < 0.6) return 'lost'
    if (dieRoll < 0.75) return retry('It answered 500.')
    if (dieRoll < 0.85) return retry('It answered 429.', 120)
    if (dieRoll < 0.95) return retry('It answered nonsense.')
    return { kind: 'failed', reason: 'It refused this mail.' }
  }

  test.each([1, 2, 3])(
    'leaves nobody without a mail or a reason, and no two links: seed %i',
    async (seed) => {
      const roll = dice(seed)
      office.decide = () => fates(roll)
      const queue = queueOf(world, { roll, twice: 0.2, never: 0.2, shuffled: true })
      // What people do meets no trouble: how that is repeated is another matter.
      const { env, clock } = world
      const calm = { ...createWorld({ MAIL: env.MAIL }, { now: () => clock.now }), clock }
      let trouble = true
      flaky(world, () => (trouble && roll() < 0.1 ? (roll() < 0.5 ? 'batch' : 'answer') : null))
      for (let round = 0; round < 3; round++) {
        const addresses = people(8).map((address) => `${round}${address}`)
        await invite(calm, cast.admin, addresses)
        await queue.run(roll() * 5 * MINUTE)
        await resend(calm, cast.owner, [await idOf(addresses[0] ?? ''), await idOf(addresses[1] ?? '')])
        await queue.run(roll() * MINUTE)
        await revoke(calm, cast.admin, [await idOf(addresses[2] ?? '')])
      }
      await queue.run(30 * MINUTE)
      trouble = false
      office.decide = () => ({ kind: 'sent', providerId: null })
      await queue.run(24 * HOUR, HOUR)
      const { sent = 0, failed = 0, cancelled = 0 } = await expectAccounted(office)
      expect(sent + failed + cancelled).toBe(30)
      expect(queue.inQueue()).toBe(0)
    },
  )
})

test('a batch ends before its lease does, however slow provider and database are', () => {
  const [, timeout = ''] = /TIMEOUT_MS = ([\d_]+)/.exec(http) ?? []
  const [, patience = ''] = /PATIENCE = ([\d_]+)/.exec(storage) ?? []
  const [trip, mail] = [patience, timeout].map((number) => Number(number.replaceAll('_', '')))
  const tries = { claim: 1, remint: 1, settle: 3 }
  const trips = Object.values(tries).reduce((sum, n) => sum + n)
  const slowest = BATCH * ((mail ?? 0) + 250) + trips * (trip ?? 0) + 6000
  expect(slowest).toBeGreaterThan(100_000)
  expect(slowest).toBeLessThan(LEASE)
})

test('the links of mails that went out in spite of it all open their invitations', async () => {
  office.decide = (_, nth) => (nth % 2 ? 'lost' : retry('It answered 502.'))
  await invite(world, cast.admin, people(3))
  const queue = queueOf(world)
  await queue.run(10 * MINUTE)
  office.decide = () => ({ kind: 'sent', providerId: null })
  await queue.run(HOUR)
  for (const mail of office.took.values())
    expect(await (await world.fetch(linkIn(mail))).text()).toContain('Accept &amp; create account')
})
