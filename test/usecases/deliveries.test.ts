import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../src/rules/dates'
import { addCast, inviteAndMail, newAccount, type Person } from '../support/cast'
import { logged } from '../support/faults'
import { JANE, resend, revoke } from '../support/invitee'
import { deliveriesTo, deliveryTo, inviteAndHold, shownMail, takeMessages } from '../support/mail'
import { createWorld, linkIn, run, tokenIn, type World } from '../support/world'

beforeEach(() => void logged())

const heading = async (world: World, link: string) =>
  /<h1>([^<]*)<\/h1>/.exec(await (await world.fetch(link)).text())?.[1]

/** Jane's mail reaches her, but the answer is lost: the delivery waits for another attempt while she has the link. */
const mailedAndWaiting = async (world: World, who: Person) => {
  const messages = await inviteAndHold(world, who, JANE)
  const seen: Parameters<typeof world.provider.answer>[0][] = []
  world.provider.answer = (mail) => {
    seen.push(mail)
    return { kind: 'retry', reason: 'Resend did not answer in time.', afterSeconds: null }
  }
  await world.consume(messages)
  world.provider.answer = () => ({ kind: 'sent', providerId: null })
  world.clock.now += 30_000
  return { messages, token: tokenIn(seen[0]) }
}

const cancelled = { state: 'cancelled', sent_at: null }

describe('a mail whose invitation ends before it is sent is cancelled and never leaves:', () => {
  test('revoked', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    await revoke(world, admin)
    expect(await deliveryTo(JANE)).toMatchObject({ ...cancelled, reason: 'The invitation was revoked' })
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(world.mails).toEqual([])
    expect(await shownMail(JANE)).toMatchObject({ mail_state: 'cancelled' })
  })

  test('accepted', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { messages, token } = await mailedAndWaiting(world, admin)
    const answer = await world.fetch('/accept-invitation', { form: newAccount(token) })
    expect(answer.status).toBe(303)
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject({ ...cancelled, reason: 'The invitation was accepted' })
    expect(world.mails).toEqual([])
  })

  test('declined', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { messages, token } = await mailedAndWaiting(world, admin)
    await world.fetch('/decline-invitation', { form: { token } })
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject({ ...cancelled, reason: 'The invitation was declined' })
    expect(world.mails).toEqual([])
  })

  test.each(['swept', 'not swept'])('expired, %s', async (swept) => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    world.clock.now += 7 * DAY
    if (swept === 'swept') await world.cron('*/5 * * * *')
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject(cancelled)
    expect(world.mails).toEqual([])
  })

  test('replaced by a resending: one mail goes, with the newest link', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const first = await inviteAndHold(world, admin, JANE)
    await resend(world, admin)
    expect(await deliveriesTo(JANE)).toMatchObject([
      { ...cancelled, generation: 1, reason: 'A newer mail was sent' },
      { state: 'queued', generation: 2 },
    ])

    await world.consume([...first, ...takeMessages(world)])

    expect(world.mails).toHaveLength(1)
    expect(await heading(world, linkIn(world.mails[0]))).toBe('Accept invitation')
    expect(await shownMail(JANE)).toEqual({ mail_state: 'sent', mail_reason: null })
  })

  test('replaced by inviting again after it expired', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const first = await inviteAndHold(world, admin, JANE)
    world.clock.now += 8 * DAY
    const second = await inviteAndHold(world, admin, JANE, { note: 'Once more' })

    await world.consume([...first, ...second])

    expect(world.mails.map(({ text }) => text.includes('Once more'))).toEqual([true])
    expect((await deliveriesTo(JANE)).map(({ state }) => state)).toEqual(['cancelled', 'sent'])
  })
})

test('a mail of an earlier generation never leaves, even if something put it back among the waiting', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const first = await inviteAndHold(world, admin, JANE)
  await resend(world, admin)
  await run("update delivery set state = 'queued', reason = null where generation = 1")
  expect(await world.consume(first)).toMatchObject([{ acked: true }])
  expect(world.mails).toEqual([])
  expect((await deliveriesTo(JANE)).map(({ state }) => state)).toEqual(['cancelled', 'queued'])
})

describe('a mail that is in the provider’s hands while its invitation', () => {
  test('is revoked has been sent, and its link says so', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    world.provider.answer = async () => {
      await revoke(world, admin)
      return { kind: 'sent', providerId: null }
    }
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', sent_at: world.clock.now })
    expect(await heading(world, linkIn(world.mails[0]))).toBe('Invitation revoked')
  })

  test('is revoked is not tried again when the provider did not take it', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    world.provider.answer = async () => {
      await revoke(world, admin)
      return { kind: 'retry', reason: 'Busy.', afterSeconds: null }
    }
    await world.consume(messages)
    world.provider.answer = () => ({ kind: 'sent', providerId: null })
    world.clock.now += MINUTE
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject(cancelled)
    expect(world.mails).toEqual([])
  })

  test.each([
    [{ kind: 'sent', providerId: null }, 'sent'],
    [{ kind: 'failed', reason: 'No such mailbox.' }, 'cancelled'],
    [{ kind: 'retry', reason: 'Busy.', afterSeconds: null }, 'cancelled'],
  ] as const)(
    'is resent ends by itself (%j: %s), and the invitation shows the newer one',
    async (result, state) => {
      const world = createWorld()
      const { admin } = await addCast()
      const messages = await inviteAndHold(world, admin, JANE)
      world.provider.answer = async () => {
        await resend(world, admin)
        return result
      }
      await world.consume(messages)
      expect((await deliveriesTo(JANE)).map((delivery) => delivery.state)).toEqual([state, 'queued'])
      expect(await shownMail(JANE)).toEqual({ mail_state: 'queued', mail_reason: null })
    },
  )
})

describe('what an invitation shows of its mail', () => {
  test('is its current generation’s state alone', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    world.provider.answer = () => ({ kind: 'failed', reason: 'No such mailbox.' })
    await world.consume(await inviteAndHold(world, admin, JANE))
    expect(await shownMail(JANE)).toEqual({ mail_state: 'failed', mail_reason: 'No such mailbox.' })
    await resend(world, admin)
    expect(await shownMail(JANE)).toEqual({ mail_state: 'queued', mail_reason: null })
  })
})

describe('a link in a mail', () => {
  test('is replaced by the link of a newer mail, which works', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const first = await inviteAndMail(world, admin, JANE)
    await resend(world, admin)
    await world.drain()
    const second = world.mails.at(-1)
    expect(linkIn(second)).not.toBe(linkIn(first))
    expect(await heading(world, linkIn(first))).toBe('Invitation replaced')
    expect(await heading(world, linkIn(second))).toBe('Accept invitation')
  })
})
