import { beforeEach, describe, expect, test } from 'vitest'
import type { MailResult } from '../../src/outbound/mail'
import { MAX_ATTEMPTS, retryDelay } from '../../src/rules/backoff'
import { HOUR, MINUTE } from '../../src/rules/dates'
import { addCast } from '../support/cast'
import { logged } from '../support/faults'
import { elements } from '../support/html'
import { JANE } from '../support/invitee'
import { deliveryTo, inviteAndHold, shownMail, takeMessages } from '../support/mail'
import { createWorld, linkIn, type World } from '../support/world'

beforeEach(() => void logged())

const busy = (reason: string, afterSeconds: number | null = null): MailResult => ({
  kind: 'retry',
  reason,
  afterSeconds,
})

/** A provider that gives these answers, then takes every mail; hands over how often it was asked. */
const answering = (world: World, ...answers: MailResult[]) => {
  const asked: number[] = []
  world.provider.answer = () => {
    asked.push(world.clock.now)
    return answers.shift() ?? { kind: 'sent', providerId: 'at-last' }
  }
  return asked
}

const OUTAGE = [
  { answer: busy('Resend could not be reached.'), delay: 30 },
  { answer: busy('Resend answered 429: Too many requests.', 600), delay: 600 },
  { answer: busy('Resend answered 503: Down.', 5), delay: 120 },
  { answer: busy('Resend did not answer in time.'), delay: 240 },
]

describe('a provider that is down for the first four attempts', () => {
  test('gets one mail in the end, each attempt counted and due when the back-off or Retry-After says', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    const asked = answering(world, ...OUTAGE.map(({ answer }) => answer))

    for (const [index, { answer, delay }] of OUTAGE.entries()) {
      expect(await world.consume(messages)).toEqual([{ acked: false, retried: true, delaySeconds: delay }])
      const reason = answer.kind === 'retry' ? answer.reason : ''
      expect(await deliveryTo(JANE)).toMatchObject({
        state: 'queued',
        attempts: index + 1,
        due_at: world.clock.now + delay * 1000,
        reason,
      })
      expect(await shownMail(JANE)).toEqual({ mail_state: 'queued', mail_reason: reason })
      world.clock.now += delay * 1000
    }
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])

    expect(asked).toHaveLength(5)
    expect(world.mails).toHaveLength(1)
    expect(await deliveryTo(JANE)).toMatchObject({
      state: 'sent',
      attempts: 5,
      reason: null,
      provider_id: 'at-last',
      sent_at: world.clock.now,
    })
    expect((await world.fetch(linkIn(world.mails[0]))).status).toBe(200)
  })

  test('gets one mail in the end when every message is lost on the way and the cron makes up for it', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const asked = answering(world, ...OUTAGE.map(({ answer }) => answer))
    await inviteAndHold(world, admin, JANE)

    for (let minute = 0; minute < 60; minute++) {
      world.clock.now += MINUTE
      await world.cron('* * * * *')
      await world.consume(takeMessages(world))
    }

    expect(world.mails).toHaveLength(1)
    expect(asked).toHaveLength(5)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 5 })
  })

  test('is not asked before Retry-After is over, whatever other messages name the same mail', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    const asked = answering(world, busy('Resend answered 429: Too many requests.', 600))
    const results = await world.consume([...messages, ...messages])
    expect(results).toMatchObject([{ retried: true, delaySeconds: 600 }, { acked: true }])

    world.clock.now += 599_000
    await world.cron('* * * * *')
    expect(takeMessages(world)).toEqual([])
    expect(await world.consume(messages)).toMatchObject([{ acked: true, retried: false }])
    expect(asked).toHaveLength(1)

    world.clock.now += 1000
    await world.cron('* * * * *')
    expect(await world.consume(takeMessages(world))).toMatchObject([{ acked: true }])
    expect(asked).toHaveLength(2)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 2 })
  })
})

describe('a mail that does not go at all', () => {
  test('is given up after the last attempt, with the reason in its row, and nobody tries again', async () => {
    const world = createWorld()
    const { admin } = await addCast({ invitation_lifetime: 30 * 24 * 3600 })
    const messages = await inviteAndHold(world, admin, JANE)
    world.provider.answer = () => busy('Resend answered 503: Down.')

    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      const delaySeconds = retryDelay(attempt, null)
      expect(await world.consume(messages)).toEqual([{ acked: false, retried: true, delaySeconds }])
      world.clock.now += delaySeconds * 1000
    }
    expect(await world.consume(messages)).toMatchObject([{ acked: true, retried: false }])

    expect(await deliveryTo(JANE)).toMatchObject({ state: 'failed', attempts: MAX_ATTEMPTS })
    const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
    const [cell] = await elements(page, 'td[data-label="Mail"]')
    expect(cell?.text).toContain(`FailedGiven up after ${MAX_ATTEMPTS} attempts. Resend answered 503: Down.`)

    world.provider.answer = () => ({ kind: 'sent', providerId: null })
    world.clock.now += 24 * HOUR
    await world.cron('')
    expect(takeMessages(world)).toEqual([])
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(world.mails).toEqual([])
  })

  test('shows the provider’s words in its row, as words, when the provider refused it for good', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    answering(world, { kind: 'failed', reason: 'Resend answered 422: Invalid `to` <b>field</b>.' })

    expect(await world.consume(messages)).toMatchObject([{ acked: true, retried: false }])

    const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
    const [cell] = await elements(page, 'td[data-label="Mail"]')
    expect(cell?.text).toContain('FailedResend answered 422: Invalid `to` <b>field</b>.')
    expect(await elements(page, 'td[data-label="Mail"] b')).toEqual([])
    await world.consume(messages)
    expect(world.mails).toEqual([])
  })

  test('goes when the invitation is resent', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    answering(world, { kind: 'failed', reason: 'No such mailbox.' })
    await world.consume(await inviteAndHold(world, admin, JANE))
    const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
    const [resend] = await elements(page, 'button[name="only"]')

    await world.fetch('/o/acme/invitations/resend', {
      cookie: admin.cookie,
      form: { only: resend?.attributes.value ?? '' },
    })
    await world.drain()

    expect(world.mails).toHaveLength(1)
    expect(await shownMail(JANE)).toEqual({ mail_state: 'sent', mail_reason: null })
  })
})
