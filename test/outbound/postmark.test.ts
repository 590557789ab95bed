import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { postmark } from '../../src/outbound/postmark'
import { PostmarkStandIn, postmarkRefusal } from '../support/postmark'
import { MAIL } from '../support/providers'

const serverToken = 'a-server-token'
const settings = {
  from: MAIL.from,
  serverToken,
  messageStream: 'outbound',
  baseUrl: 'https://api.postmarkapp.com',
}
let standIn: PostmarkStandIn
beforeEach(() => {
  standIn = new PostmarkStandIn({ serverToken, domain: 'usher.example' })
  vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('Postmark gets the delivery’s id as metadata, the stream, every header, and tracks nothing', async () => {
  await postmark(settings).send(MAIL)
  expect(standIn.accepted.map(({ mail }) => mail)).toEqual([
    {
      From: MAIL.from,
      To: MAIL.to,
      Subject: MAIL.subject,
      HtmlBody: MAIL.html,
      TextBody: MAIL.text,
      Headers: Object.entries(MAIL.headers).map(([Name, Value]) => ({ Name, Value })),
      Metadata: { delivery: MAIL.id },
      MessageStream: 'outbound',
      TrackLinks: 'None',
      TrackOpens: false,
    },
  ])
})

it('a mail to an address that Postmark holds inactive has failed, and says what to do', async () => {
  standIn.inactive.add(MAIL.to)
  expect(await postmark(settings).send(MAIL)).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(
      /^Postmark answered 422: It sends nothing more to this address, which bounced or complained before\. .*Reactivate/,
    ),
  })
})

it.each([
  ['an unknown sender', { from: 'invitations@elsewhere.example' }, 'not a Sender Signature'],
  ['an address that is none', { to: 'nobody' }, "Error parsing 'To'"],
  ['a body over 5 MB', { html: 'x'.repeat(6 * 1024 * 1024) }, 'A body may have 5 MB.'],
])('a mail with %s has failed in Postmark’s words', async (_, changes, words) => {
  expect(await postmark(settings).send({ ...MAIL, ...changes })).toEqual({
    kind: 'failed',
    reason: expect.stringContaining(words),
  })
})

it('a mail by a stream that is not there has failed', async () => {
  expect(await postmark({ ...settings, messageStream: 'news' }).send(MAIL)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('does not exist on this server'),
  })
})

it.each([
  [100, 'retry', null],
  [405, 'retry', 3 * 3600],
  [10, 'failed', undefined],
  [300, 'failed', undefined],
  [401, 'failed', undefined],
  [406, 'failed', undefined],
  [412, 'failed', undefined],
  [413, 'failed', undefined],
  [500, 'failed', undefined],
  [503, 'failed', undefined],
])('Postmark’s error %i, which is no status, means %s', async (code, kind, afterSeconds) => {
  standIn.answerNext(() => postmarkRefusal(code, 'No.'))
  const result = await postmark(settings).send(MAIL)
  expect(result.kind).toBe(kind)
  expect('afterSeconds' in result ? result.afterSeconds : undefined).toBe(afterSeconds)
})

it('an error inside an answer of 200 is an error', async () => {
  standIn.answerNext(() => postmarkRefusal(300, 'Invalid email request', 200))
  expect(await postmark(settings).send(MAIL)).toEqual({
    kind: 'failed',
    reason: 'Postmark answered 200: Invalid email request',
  })
})

it('Postmark works with a live server and its stream, and does not tell of the domain', async () => {
  expect(await postmark(settings).check()).toEqual({
    kind: 'ok',
    detail: expect.stringMatching(/^The token of Acme is accepted\..*usher\.example/),
  })
})

it('Postmark’s check names the setting that is wrong', async () => {
  const setting = async () => {
    const check = await postmark(settings).check()
    return check.kind === 'problem' ? check.setting : null
  }
  standIn.streams.outbound = { MessageStreamType: 'Transactional', ArchivedAt: '2026-01-01T00:00:00Z' }
  expect(await setting()).toBe('POSTMARK_MESSAGE_STREAM')
  standIn.streams.outbound = { MessageStreamType: 'Inbound', ArchivedAt: null }
  expect(await setting()).toBe('POSTMARK_MESSAGE_STREAM')
  standIn.streams = {}
  expect(await setting()).toBe('POSTMARK_MESSAGE_STREAM')
  standIn.server.DeliveryType = 'Sandbox'
  expect(await setting()).toBe('POSTMARK_SERVER_TOKEN')
})
