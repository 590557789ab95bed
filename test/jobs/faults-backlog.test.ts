import { beforeEach, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { deliveryOf, seedBacklog } from '../support/backlog'
import { addCast, type Cast, invite } from '../support/cast'
import { counting } from '../support/counting'
import { logged } from '../support/faults'
import { takeMessages } from '../support/mail'
import { expectAccounted, postOffice } from '../support/post-office'
import { createWorld, START, type World } from '../support/world'

const BACKLOG = 10_000
/** What waits in the queue at most, and what the cron adds in any case. */
const IN_QUEUE = 1200
const AT_LEAST = 100
const CRON = '* * * * *'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
})

const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0)

test('the cron takes the longest overdue of a backlog first, as many as the queue gets through, in few trips', async () => {
  await seedBacklog(world, cast.acme, BACKLOG)
  const counts = counting(world)
  const reads = await counts.rowsReadBy(() => world.cron(CRON))
  expect(counts.costSoFar()).toEqual({ d1: 3, sendBatch: 12 })
  expect(takeMessages(world).map(({ delivery }) => delivery)).toEqual(
    Array.from({ length: IN_QUEUE }, (_, n) => deliveryOf(n)),
  )
  expect(Math.max(...reads.map(sum))).toBeLessThan(5 * IN_QUEUE)

  expect(await counts.costOf(() => world.cron(CRON))).toEqual({ d1: 1, sendBatch: 1 })
  expect(takeMessages(world)).toHaveLength(AT_LEAST)
  world.clock.now += 5 * MINUTE
  await world.cron(CRON)
  expect(takeMessages(world)).toHaveLength(IN_QUEUE)
})

test('what is sent meanwhile waits behind no more than that', async () => {
  await seedBacklog(world, cast.acme, 3000)
  await world.cron(CRON)
  await invite(world, cast.admin, 'jane@example.com')
  expect(world.messages).toHaveLength(IN_QUEUE + 1)
})

test('ten thousand mails leave once each at the provider’s pace, with the same work for each batch to the last', async () => {
  await seedBacklog(world, cast.acme, BACKLOG)
  const office = postOffice(world)
  world.provider.perSecond = 4
  const counts = counting(world)
  const claims: number[] = []
  let messages = 0
  let batches = 0
  let longest = 0
  while (office.took.size < BACKLOG && world.clock.now < START + 120 * MINUTE) {
    await world.cron(CRON)
    longest = Math.max(longest, world.messages.length)
    // A minute of the consumer: 240 mails.
    const minute = world.messages.splice(0, 240).map(({ body }) => body)
    messages += minute.length
    for (let at = 0; at < minute.length; at += 120) {
      const reads = await counts.rowsReadBy(() => world.consume(minute.slice(at, at + 120)))
      claims.push(sum(reads.flat()))
      expect(counts.costSoFar()).toMatchObject({ d1: expect.any(Number) })
      expect(reads).toHaveLength(2)
      batches++
    }
    world.clock.now += MINUTE
  }
  expect(await expectAccounted(office)).toEqual({ sent: BACKLOG })
  expect(office.calls).toHaveLength(BACKLOG)
  expect(world.clock.now - START).toBeLessThan(55 * MINUTE)
  expect(world.pauses).toEqual(Array(BACKLOG - batches).fill(250))
  expect(longest).toBeLessThanOrEqual(2 * IN_QUEUE)
  expect(messages).toBeLessThan(1.3 * BACKLOG)
  expect(Math.max(...claims)).toBeLessThan(60 * 120)
}, 120_000)
