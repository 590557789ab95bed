import { describe, expect, test, vi } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { LEASE } from '../../src/storage/deliveries'
import { addCast } from '../support/cast'
import { logged } from '../support/faults'
import { gate } from '../support/holding'
import { deliveryTo, inviteAndHold, shownMail } from '../support/mail'
import { createWorld, type World } from '../support/world'

const LEASE_SECONDS = LEASE / 1000

/** Keeps every mail in the provider's hands until the returned function is called. */
const holdProvider = (world: World) => {
  const { opened, release } = gate()
  world.provider.answer = vi.fn(async () => {
    await opened
    return { kind: 'sent' as const, providerId: null }
  })
  return release
}

describe('the same queue message delivered three times', () => {
  test('in one batch is one mail and one attempt, and all three are done', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const [message] = await inviteAndHold(world, admin, 'jane@example.com')

    const results = await world.consume([message, message, message])

    expect(world.mails).toHaveLength(1)
    expect(results).toEqual(Array(3).fill({ acked: true, retried: false, delaySeconds: undefined }))
    expect(await deliveryTo('jane@example.com')).toMatchObject({ state: 'sent', attempts: 1 })
  })

  test('one after the other is one mail and one attempt', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, 'jane@example.com')

    for (let time = 0; time < 3; time++) {
      expect(await world.consume(messages)).toMatchObject([{ acked: true, retried: false }])
      world.clock.now += 10 * MINUTE
    }

    expect(world.mails).toHaveLength(1)
    expect(await deliveryTo('jane@example.com')).toMatchObject({ state: 'sent', attempts: 1 })
  })

  test('to three consumers at once is one mail: two of them wait until the first one’s lease is over', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, 'jane@example.com')
    const release = holdProvider(world)

    const consumers = [1, 2, 3].map(() => world.consume(messages))
    const losers: unknown[] = []
    for (const consumer of consumers) void consumer.then((results) => losers.push(...results))
    await vi.waitFor(() => expect(losers).toHaveLength(2))
    expect(losers).toEqual(Array(2).fill({ acked: false, retried: true, delaySeconds: LEASE_SECONDS }))
    expect(await shownMail('jane@example.com')).toEqual({ mail_state: 'sending', mail_reason: null })
    release()
    await Promise.all(consumers)

    world.clock.now += LEASE_SECONDS * 1000
    expect(await world.consume([...messages, ...messages])).toMatchObject([{ acked: true }, { acked: true }])
    expect(world.provider.answer).toHaveBeenCalledTimes(1)
    expect(world.mails).toHaveLength(1)
  })
})

describe('a batch of messages', () => {
  test('acks or retries each message by what became of its own mail', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, [
      'fine@example.com',
      'busy@example.com',
      'refused@example.com',
      'late@example.com',
    ])
    world.provider.answer = ({ to }) => {
      if (to.startsWith('busy')) return { kind: 'retry', reason: 'Busy.', afterSeconds: 90 }
      if (to.startsWith('refused')) return { kind: 'failed', reason: 'No such mailbox.' }
      return { kind: 'sent', providerId: `id-of-${to}` }
    }

    const results = await world.consume(messages)

    expect(results.map(({ acked, retried, delaySeconds }) => [acked, retried, delaySeconds])).toEqual([
      [true, false, undefined],
      [false, true, 90],
      [true, false, undefined],
      [true, false, undefined],
    ])
    expect(world.mails.map(({ to }) => to)).toEqual(['fine@example.com', 'late@example.com'])
    expect(await deliveryTo('fine@example.com')).toMatchObject({
      state: 'sent',
      provider: 'test',
      provider_id: 'id-of-fine@example.com',
      sent_at: world.clock.now,
      reason: null,
    })
    expect(await shownMail('busy@example.com')).toEqual({ mail_state: 'queued', mail_reason: 'Busy.' })
    expect(await shownMail('refused@example.com')).toEqual({
      mail_state: 'failed',
      mail_reason: 'No such mailbox.',
    })
    expect(await shownMail('late@example.com')).toEqual({ mail_state: 'sent', mail_reason: null })
  })

  test('keeps the pace of the provider between its mails, and waits for nothing else', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(
      world,
      admin,
      Array.from({ length: 10 }, (_, n) => `jane${n}@example.com`),
    )
    world.provider.perSecond = 4
    const trace: string[] = []
    world.provider.answer = ({ to }) => {
      trace.push(`${world.pauses.length} pauses before ${to}`)
      return { kind: 'sent', providerId: null }
    }

    await world.consume([{ delivery: 'unknown' }, ...messages, ...messages])
    expect(world.pauses).toEqual(Array(9).fill(250))
    expect(trace).toEqual(Array.from({ length: 10 }, (_, n) => `${n} pauses before jane${n}@example.com`))

    await world.consume(messages)
    expect(world.pauses).toHaveLength(9)
  })

  test('does not pause for a provider without a limit', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await world.consume(await inviteAndHold(world, admin, ['jane@example.com', 'joe@example.com']))
    expect(world.mails).toHaveLength(2)
    expect(world.pauses).toEqual([])
  })

  test('sends each mail to one recipient under its own delivery’s id', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await world.consume(await inviteAndHold(world, admin, ['jane@example.com', 'joe@example.com']))
    expect(world.mails.map(({ id, to }) => [id, to])).toEqual([
      [(await deliveryTo('jane@example.com')).id, 'jane@example.com'],
      [(await deliveryTo('joe@example.com')).id, 'joe@example.com'],
    ])
  })
})

describe('a poisoned message', () => {
  const POISON = [null, {}, { delivery: 7 }, { delivery: null }, 'delivery', [], { delivery: 'unknown' }]

  test.each(POISON)('%j is done with and sinks nothing of its batch', async (poison) => {
    const lines = logged()
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, ['jane@example.com', 'joe@example.com'])

    const results = await world.consume([messages[0], poison, messages[1]])

    expect(results).toEqual(Array(3).fill({ acked: true, retried: false, delaySeconds: undefined }))
    expect(world.mails.map(({ to }) => to)).toEqual(['jane@example.com', 'joe@example.com'])
    expect(lines.join()).not.toContain('example.com')
  })

  test('whose mail cannot be made is tried again later, and the others go', async () => {
    logged()
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, ['jane@example.com', 'joe@example.com'])
    world.provider.answer = ({ to }) => {
      if (to.startsWith('jane')) throw new TypeError('Cannot read properties of undefined')
      return { kind: 'sent', providerId: null }
    }

    const results = await world.consume(messages)

    expect(results).toMatchObject([{ acked: false, retried: true, delaySeconds: 30 }, { acked: true }])
    expect(world.mails.map(({ to }) => to)).toEqual(['joe@example.com'])
    expect(await deliveryTo('jane@example.com')).toMatchObject({
      state: 'queued',
      attempts: 1,
      due_at: world.clock.now + 30_000,
      reason: 'The mail could not be made',
    })
  })
})
