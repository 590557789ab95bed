import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../../src/bindings'
import { systemPorts } from '../../src/context'
import { HOUR, MINUTE } from '../../src/rules/dates'
import { addCast, invite } from '../support/cast'
import { logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { deliveryTo, shownMail } from '../support/mail'
import { PostmarkStandIn } from '../support/postmark'
import { queueOf } from '../support/queue'
import { ResendStandIn } from '../support/resend'
import type { StandIn } from '../support/stand-in'
import { createWorld } from '../support/world'

const KEY = 'a-key-that-nobody-may-see'
const RESEND = { MAIL_PROVIDER: 'resend', RESEND_API_KEY: KEY, MAIL_FROM: 'Usher <mail@usher.example>' }
const POSTMARK = { ...RESEND, MAIL_PROVIDER: 'postmark', POSTMARK_SERVER_TOKEN: KEY }

beforeEach(() => void logged())
afterEach(() => void vi.restoreAllMocks())

type Fetch = typeof globalThis.fetch

/** A world with a real provider, whose stand-in answers through `fault` the first time and by itself from then on. */
const failingOnce = async (
  settings: Partial<Env>,
  standIn: StandIn,
  fault: (take: () => Promise<Response>) => Promise<Response>,
) => {
  const world = createWorld(settings, { mailProvider: systemPorts.mailProvider })
  const { admin } = await addCast()
  let calls = 0
  const fetch: Fetch = (input, init) => {
    const take = () => standIn.fetch(input as RequestInfo, init)
    return calls++ === 0 ? fault(take) : take()
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(fetch)
  await invite(world, admin, JANE)
  return { world, queue: queueOf(world), calls: () => calls }
}

const timeout = () => Promise.reject(new DOMException('The operation timed out', 'TimeoutError'))
const answering =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  async () =>
    new Response(body, { status, headers })

describe('with Resend a mail is taken once, and its row says meanwhile why it waits, after', () => {
  test.each<[string, () => Promise<Response>, string, number]>([
    ['no answer in time', timeout, 'Resend did not answer in time.', 30],
    [
      'a connection that breaks',
      () => Promise.reject(new TypeError('Network connection lost.')),
      'Resend could not be reached.',
      30,
    ],
    ['a 429 with seconds', answering(429, '{}', { 'retry-after': '600' }), 'Resend answered 429', 600],
    [
      'a 429 with a date',
      async () =>
        new Response('{}', {
          status: 429,
          headers: { 'retry-after': new Date(Date.now() + 600_000).toUTCString() },
        }),
      'Resend answered 429',
      600,
    ],
    ['a 500', answering(500, '{"message":"Down."}'), 'Resend answered 500: Down.', 30],
    ['a 502 in HTML', answering(502, '<h1>Bad gateway</h1>'), 'Resend answered 502', 30],
    ['an empty 503', answering(503, ''), 'Resend answered 503', 30],
    ['a redirect', answering(302, '', { location: 'https://elsewhere.example' }), 'Resend answered 302', 30],
  ])('%s', async (_, fault, reason, seconds) => {
    const resend = new ResendStandIn({ apiKey: KEY })
    const { world, queue, calls } = await failingOnce(RESEND, resend, fault)
    const begun = world.clock.now
    await queue.run(0)
    const waiting = await deliveryTo(JANE)
    expect(waiting).toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringContaining(reason) })
    expect(waiting.due_at - begun).toBeGreaterThan((seconds - 5) * 1000)
    expect(waiting.due_at - begun).toBeLessThanOrEqual(seconds * 1000)
    expect((await shownMail(JANE))?.mail_reason).toContain(reason)

    await queue.run(HOUR)
    expect(resend.accepted.map(({ key }) => key)).toEqual([waiting.id])
    expect(calls()).toBe(2)
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 2, reason: null })
  })

  test.each(['<h1>Thank you</h1>', '', '{"id":7}', '{"id'])(
    'an answer that says yes and nothing that can be read: %j',
    async (body) => {
      const resend = new ResendStandIn({ apiKey: KEY })
      const { queue, calls } = await failingOnce(RESEND, resend, async (take) => {
        await take()
        return new Response(body)
      })
      await queue.run(HOUR)
      expect([calls(), resend.accepted.length]).toEqual([1, 1])
      expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', provider_id: null })
    },
  )

  test('an answer that is lost after the mail was taken: it is asked again in the same words', async () => {
    const resend = new ResendStandIn({ apiKey: KEY })
    const { queue, calls } = await failingOnce(RESEND, resend, async (take) => {
      await take()
      return timeout()
    })
    await queue.run(5 * MINUTE)
    expect([calls(), resend.accepted.length]).toEqual([2, 1])
    const bodies = await Promise.all(resend.requests.map((request) => request.text()))
    expect(bodies[1]).toBe(bodies[0])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', provider_id: resend.accepted[0]?.id })
  })
})

test('with a provider that knows no mail again a lost answer brings a second mail, with the same link', async () => {
  const postmark = new PostmarkStandIn({ serverToken: KEY, domain: 'usher.example' })
  const { queue } = await failingOnce(POSTMARK, postmark, async (take) => {
    await take()
    return timeout()
  })
  await queue.run(5 * MINUTE)
  const [first, second, ...more] = postmark.accepted.map(({ mail }) => mail)
  expect(more).toEqual([])
  expect(second).toEqual(first)
  expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 2 })
})
