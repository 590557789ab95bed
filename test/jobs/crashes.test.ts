import { beforeEach, describe, expect, test, vi } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { LEASE } from '../../src/storage/deliveries'
import { addCast } from '../support/cast'
import { breakBatch, breakQueue, logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { deliveryTo, inviteAndHold, shownMail, takeMessages } from '../support/mail'
import { createWorld, rows, type World } from '../support/world'

const [CLAIM, SETTLE] = [1, 2]
/** How often the consumer tries to write down what became of mails. */
const WRITES = 3

let lines: string[]
beforeEach(() => {
  lines = logged()
})

/** A provider that knows a mail by its id and takes it once; hands over every call and what it took. */
const idempotent = (world: World) => {
  const calls: string[] = []
  const taken = new Map<string, string>()
  world.provider.answer = (mail) => {
    calls.push(JSON.stringify(mail))
    taken.set(mail.id, taken.get(mail.id) ?? JSON.stringify(mail))
    return { kind: 'sent', providerId: `provider-${mail.id}` }
  }
  return { calls, taken }
}

describe('a queue that refuses messages after the commit', () => {
  test('loses no mail: the sending succeeds and the cron delivers it', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const mend = breakQueue(world)
    expect(await inviteAndHold(world, admin, [JANE, 'joe@example.com'])).toEqual([])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'queued', due_at: world.clock.now + 5 * MINUTE })
    expect(lines).toEqual([expect.stringContaining('mail.enqueue')])
    mend()

    world.clock.now += 5 * MINUTE - 1
    await world.cron('* * * * *')
    expect(takeMessages(world)).toEqual([])
    world.clock.now += 1
    await world.cron('* * * * *')
    await world.drain()

    expect(world.mails.map(({ to }) => to).sort()).toEqual([JANE, 'joe@example.com'])
    expect(await shownMail(JANE)).toEqual({ mail_state: 'sent', mail_reason: null })
  })

  test('keeps refusing the cron without harm, which tries again five minutes later', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const mend = breakQueue(world)
    await inviteAndHold(world, admin, JANE)
    world.clock.now += 5 * MINUTE
    await world.cron('* * * * *')
    mend()
    world.clock.now += 5 * MINUTE
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails).toHaveLength(1)
  })
})

describe('a consumer that dies between claiming and sending', () => {
  test('holds the mail for its lease and no longer', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    const hangs = vi.fn(() => new Promise<never>(() => {}))
    world.provider.answer = hangs
    void world.consume(messages)
    await vi.waitFor(() => expect(hangs).toHaveBeenCalled())
    expect(await deliveryTo(JANE)).toMatchObject({
      state: 'sending',
      attempts: 1,
      due_at: world.clock.now + LEASE,
    })

    const { calls } = idempotent(world)
    world.clock.now += LEASE - 1000
    await world.cron('* * * * *')
    expect(takeMessages(world)).toEqual([])
    expect(await world.consume(messages)).toEqual([{ acked: false, retried: true, delaySeconds: 1 }])
    expect(calls).toEqual([])

    world.clock.now += 1000
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(calls).toHaveLength(1)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 2 })
  })

  test('is made up for by the cron when its message died with it', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const hangs = vi.fn(() => new Promise<never>(() => {}))
    world.provider.answer = hangs
    void world.consume(await inviteAndHold(world, admin, JANE))
    await vi.waitFor(() => expect(hangs).toHaveBeenCalled())

    const { calls } = idempotent(world)
    world.clock.now += LEASE
    await world.cron('* * * * *')
    await world.drain()
    expect(calls).toHaveLength(1)
    expect(await shownMail(JANE)).toEqual({ mail_state: 'sent', mail_reason: null })
  })
})

describe('a consumer that dies between sending and acknowledging', () => {
  test('has the mail sent again, the same in every byte, so that the provider counts one', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    const { calls, taken } = idempotent(world)

    breakBatch(world, SETTLE, 'batch', WRITES)
    expect(await world.consume(messages)).toMatchObject([{ acked: false, retried: true }])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sending', attempts: 1 })
    expect(await world.consume(messages)).toMatchObject([{ retried: true, delaySeconds: LEASE / 1000 }])
    expect(calls).toHaveLength(1)

    world.clock.now += LEASE
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(calls).toHaveLength(2)
    expect(calls[1]).toBe(calls[0])
    expect(taken.size).toBe(1)
    const { id } = await deliveryTo(JANE)
    expect(await deliveryTo(JANE)).toMatchObject({
      state: 'sent',
      attempts: 2,
      provider_id: `provider-${id}`,
    })
  })

  test('sends nothing again when only the answer to its last write was lost', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    const { calls } = idempotent(world)
    breakBatch(world, SETTLE, 'answer', WRITES)
    expect(await world.consume(messages)).toMatchObject([{ retried: true }])
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(calls).toHaveLength(1)
  })
})

describe('a database that fails at the claim', () => {
  test.each(['batch', 'answer'] as const)(
    '(its %s lost) puts every message off and loses none',
    async (lost) => {
      const world = createWorld()
      const { admin } = await addCast()
      const messages = await inviteAndHold(world, admin, [JANE, 'joe@example.com'])
      breakBatch(world, CLAIM, lost)

      const results = await world.consume(messages)

      expect(results).toEqual(Array(2).fill({ acked: false, retried: true, delaySeconds: 30 }))
      expect(world.mails).toEqual([])
      world.clock.now += LEASE
      expect(await world.consume(messages)).toMatchObject([{ acked: true }, { acked: true }])
      expect(world.mails).toHaveLength(2)
    },
  )
})

describe('a message in the dead-letter queue', () => {
  test('changes nothing but when its mail is due, and the cron picks it up', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    world.provider.answer = () => ({ kind: 'retry', reason: 'Busy.', afterSeconds: 3600 })
    await world.consume(messages)
    const before = await rows('select * from delivery')

    world.clock.now += MINUTE
    await world.consume(messages, 'usher-mail-dead')

    expect(await rows('select * from delivery')).toEqual([
      { ...before[0], due_at: world.clock.now, dead_letters: 1, dead_letter_at: world.clock.now },
    ])
    expect(lines).toEqual([expect.stringContaining('mail.dead')])
    idempotent(world)
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails).toHaveLength(1)
  })

  test('brings nothing back that is sent, and none of it sinks the others', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const [sent] = await inviteAndHold(world, admin, 'sent@example.com')
    await world.consume([sent])
    const before = await deliveryTo('sent@example.com')
    const [waiting] = await inviteAndHold(world, admin, JANE)

    world.clock.now += MINUTE
    await world.consume([null, {}, sent, { delivery: 'unknown' }, waiting], 'usher-mail-dead')

    expect(await deliveryTo('sent@example.com')).toEqual(before)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'queued', due_at: world.clock.now })
  })
})
