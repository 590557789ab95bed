import { beforeEach, expect, test } from 'vitest'
import { addCast, type Cast, inviteAndMail } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { breakBatch, logged } from '../support/faults'
import { deliveryTo, inviteAndHold, shownMail } from '../support/mail'
import { deliveryRow } from '../support/mail-events'
import { createWorld, rows, run, START, type World } from '../support/world'

const JANE = 'jane@example.com'
const QUEUE = 'usher-mail-events'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  world.provider.name = 'cloudflare'
  world.provider.answer = ({ to }) => ({ kind: 'sent', providerId: `cf-${to}` })
})

type Payload = Record<string, unknown>

/** An event as Cloudflare documents it. */
const event = (kind: string, payload: Payload, at = START + 1000, eventId: string = crypto.randomUUID()) => ({
  type: `cf.email.sending.message.${kind}`,
  source: { type: 'email.sending', zoneId: '023e105f4ecef8ad9ca31a8372d0c353', domain: 'example.com' },
  payload: {
    eventId,
    messageId: `cf-${JANE}`,
    recipient: JANE,
    terminal: true,
    delivery: { status: kind },
    ...payload,
  },
  metadata: {
    accountId: 'f9f7',
    eventSubscriptionId: '1830',
    eventSchemaVersion: 1,
    eventTimestamp: new Date(at).toISOString(),
  },
})

const DONE = { acked: true, retried: false }
const AGAIN = { acked: false, retried: true, delaySeconds: 30 }

test.each([
  ['delivered', {}, { state: 'delivered', bounce: null, reason: null }],
  [
    'bounced',
    { bounce: { type: 'hard', reason: '550 5.1.1 User unknown' } },
    { state: 'bounced', bounce: 'hard', reason: '550 5.1.1 User unknown' },
  ],
  [
    'bounced',
    { bounce: { type: 'soft' }, delivery: { smtpResponse: '452 Full' } },
    { state: 'bounced', bounce: 'soft', reason: '452 Full' },
  ],
  ['complained', { complaint: { type: 'abuse' } }, { state: 'complained', bounce: null, reason: null }],
  [
    'rejected',
    { rejection: { reason: 'suppressed', detail: 'Recipient is suppressed' } },
    { state: 'bounced', bounce: 'hard', reason: 'Recipient is suppressed' },
  ],
  ['rejected', { rejection: { reason: 'spam' } }, { state: 'bounced', bounce: 'soft', reason: 'spam' }],
  [
    'failed',
    { failure: { reason: 'delivery_failed' } },
    { state: 'bounced', bounce: 'soft', reason: 'delivery_failed' },
  ],
] as const)(
  'what Cloudflare puts into the queue as %s %j reaches the mail it names',
  async (kind, payload, expected) => {
    await inviteAndMail(world, cast.admin, JANE)
    await inviteAndMail(world, cast.admin, 'joe@example.com')
    const { costOf } = counting(world)
    expect(
      await costOf(async () =>
        expect(await world.consume([event(kind, payload)], QUEUE)).toMatchObject([DONE]),
      ),
    ).toEqual({ d1: 1 })
    expect(await deliveryRow((await deliveryTo(JANE)).id)).toMatchObject({
      ...expected,
      reported_at: START + 1000,
    })
    expect(await shownMail('joe@example.com')).toEqual({ mail_state: 'sent', mail_reason: null })
    expect(await rows("select actor_name from audit_event where action like 'mail.%'")).toEqual([
      { actor_name: 'Cloudflare Email Service' },
    ])
  },
)

test('an event that comes before the mail’s own row knows its name is looked at again', async () => {
  const messages = await inviteAndHold(world, cast.admin, JANE)
  world.provider.answer = async () => {
    expect(await world.consume([event('delivered', {})], QUEUE)).toMatchObject([AGAIN])
    return { kind: 'sent', providerId: `cf-${JANE}` }
  }
  await world.consume(messages)
  expect(await world.consume([event('delivered', {})], QUEUE)).toMatchObject([DONE])
  expect(await shownMail(JANE)).toMatchObject({ mail_state: 'delivered' })
})

test('a mail is known by its address, name and provider together', async () => {
  await inviteAndMail(world, cast.admin, JANE)
  await run("update delivery set provider = 'resend'")
  const before = await everyRow()
  expect(await world.consume([event('delivered', {})], QUEUE)).toMatchObject([AGAIN])
  await run("update delivery set provider = 'cloudflare'")
  expect(await world.consume([event('delivered', { recipient: 'joe@example.com' })], QUEUE)).toMatchObject([
    AGAIN,
  ])
  expect((await everyRow()).audit_event).toEqual(before.audit_event)
  expect(await world.consume([event('delivered', { recipient: 'Jane@EXAMPLE.com' })], QUEUE)).toMatchObject([
    DONE,
  ])
})

test('each message is done with or looked at again on its own, and one told twice counts once', async () => {
  await inviteAndMail(world, cast.admin, JANE)
  const twice = event('bounced', { bounce: { type: 'hard' } })
  const results = await world.consume(
    [
      null,
      'text',
      {},
      event('deferred', {}),
      twice,
      { type: 'cf.kv.namespace.created' },
      twice,
      event('delivered', { messageId: 'unknown' }),
    ],
    QUEUE,
  )
  expect(results).toMatchObject([DONE, DONE, DONE, DONE, DONE, DONE, DONE, AGAIN])
  expect(await rows("select action from audit_event where action like 'mail.%'")).toEqual([
    { action: 'mail.bounced' },
  ])
})

test('a database that fails has all of them come again', async () => {
  const lines = logged()
  await inviteAndMail(world, cast.admin, JANE)
  const one = event('delivered', {})
  breakBatch(world, 1, 'answer')
  expect(await world.consume([one, event('deferred', {})], QUEUE)).toMatchObject([AGAIN, DONE])
  expect(await world.consume([one], QUEUE)).toMatchObject([DONE])
  expect(await rows("select 1 from audit_event where action = 'mail.delivered'")).toHaveLength(1)
  expect(lines.join()).not.toContain(JANE)
})
