import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemPorts } from '../../src/context'
import { LEASE } from '../../src/storage/deliveries'
import { addCast } from '../support/cast'
import { breakBatch, logged } from '../support/faults'
import { elements } from '../support/html'
import { JANE } from '../support/invitee'
import { deliveryTo, inviteAndHold } from '../support/mail'
import { ResendStandIn } from '../support/resend'
import { createWorld } from '../support/world'

const apiKey = 're_test_not_a_real_key'
const settings = {
  MAIL_PROVIDER: 'resend',
  RESEND_API_KEY: apiKey,
  MAIL_FROM: 'Usher <invitations@usher.example>',
}

let resend: ResendStandIn
beforeEach(() => {
  logged()
  resend = new ResendStandIn({ apiKey })
  vi.spyOn(globalThis, 'fetch').mockImplementation(resend.fetch)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const createResendWorld = () => createWorld(settings, { mailProvider: systemPorts.mailProvider })

describe('with MAIL_PROVIDER=resend', () => {
  test('an invitation leaves as one request a recipient, and its link opens the invitation', async () => {
    const world = createResendWorld()
    const { admin } = await addCast()

    await world.consume(await inviteAndHold(world, admin, [JANE, 'joe@example.com', 'jim@example.com']))

    expect(resend.accepted.map(({ mail }) => mail.to)).toEqual([
      [JANE],
      ['joe@example.com'],
      ['jim@example.com'],
    ])
    expect(world.pauses).toEqual([250, 250])
    const [taken] = resend.accepted
    const delivery = await deliveryTo(JANE)
    expect(taken).toMatchObject({
      key: delivery.id,
      mail: {
        from: '"Acme" <invitations@usher.example>',
        subject: 'Ada Admin invites you to join Acme',
        tags: [{ name: 'delivery', value: delivery.id }],
      },
    })
    expect(delivery).toMatchObject({ state: 'sent', provider: 'resend', provider_id: taken?.id })
    const [button] = await elements(taken?.mail.html ?? '', 'a')
    const page = await (await world.fetch(button?.attributes.href ?? '')).text()
    expect((await elements(page, 'h1'))[0]?.text).toBe('Accept invitation')
  })

  test('a mail whose sending could not be written down is taken once, though it is sent twice', async () => {
    const world = createResendWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    breakBatch(world, 2, 'batch', 3)
    await world.consume(messages)
    world.clock.now += LEASE
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])

    const bodies = await Promise.all(resend.requests.map((request) => request.text()))
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toBe(bodies[0])
    expect(resend.accepted).toHaveLength(1)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', provider_id: resend.accepted[0]?.id })
  })

  test('a rate limit puts a mail off for as long as Resend asks', async () => {
    const world = createResendWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, JANE)
    resend.answerNext(() =>
      Response.json({ message: 'Slow down.' }, { status: 429, headers: { 'retry-after': '77' } }),
    )
    expect(await world.consume(messages)).toMatchObject([{ retried: true, delaySeconds: 77 }])
    expect(await deliveryTo(JANE)).toMatchObject({
      state: 'queued',
      due_at: world.clock.now + 77_000,
      reason: 'Resend answered 429: Slow down.',
    })
    world.clock.now += 77_000
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(resend.accepted).toHaveLength(1)
  })

  test('a refusal for good stands in the row in Resend’s words', async () => {
    const world = createResendWorld()
    const { admin } = await addCast()
    resend.answerNext(() =>
      Response.json({ message: 'The usher.example domain is not verified.' }, { status: 403 }),
    )
    expect(await world.consume(await inviteAndHold(world, admin, JANE))).toMatchObject([{ acked: true }])
    const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
    const [cell] = await elements(page, 'td[data-label="Mail"]')
    expect(cell?.text).toContain('FailedResend answered 403: The usher.example domain is not verified.')
  })
})
