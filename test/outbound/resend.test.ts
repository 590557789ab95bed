import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MailResult, OutgoingMail } from '../../src/outbound/mail'
import { mailbox } from '../../src/outbound/mailbox'
import { resend } from '../../src/outbound/resend'
import { ResendStandIn } from '../support/resend'

const apiKey = 're_test_not_a_real_key'
const settings = { from: 'Usher <invitations@usher.example>', apiKey, baseUrl: 'https://api.resend.com' }
const mail: OutgoingMail = {
  id: '019361f0-7f6a-7c3e-9c39-5f8f7d1a2b3c',
  from: 'Usher <invitations@usher.example>',
  to: 'ann@example.com',
  subject: 'Join Acme',
  html: '<p>Hello Ann</p>',
  text: 'Hello Ann',
  headers: { 'Auto-Submitted': 'auto-generated' },
}

let provider: ResendStandIn
beforeEach(() => {
  provider = new ResendStandIn({ apiKey })
  vi.spyOn(globalThis, 'fetch').mockImplementation(provider.fetch)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const send = (changes: Partial<OutgoingMail> = {}) => resend(settings).send({ ...mail, ...changes })

const answered = (
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): Promise<MailResult> => {
  provider.answerNext(() => Response.json(body, { status, headers }))
  return send()
}

describe('a mail sent through Resend', () => {
  it('is taken once, to one person, tagged with its delivery', async () => {
    const result = await send()
    expect(provider.accepted).toEqual([
      {
        id: expect.any(String),
        key: mail.id,
        mail: {
          from: mail.from,
          to: [mail.to],
          subject: mail.subject,
          html: mail.html,
          text: mail.text,
          headers: mail.headers,
          tags: [{ name: 'delivery', value: mail.id }],
        },
      },
    ])
    expect(result).toEqual({ kind: 'sent', providerId: provider.accepted[0]?.id })
  })

  it('is one request that follows no redirect', async () => {
    await send()
    expect(provider.requests).toHaveLength(1)
    expect(provider.requests[0]?.redirect).toBe('manual')
  })

  it('is not sent twice when it is tried again', async () => {
    const first = await send()
    expect(await send()).toEqual(first)
    expect(provider.accepted).toHaveLength(1)
  })

  it('waits while an earlier attempt at it is still in progress', async () => {
    const release = provider.hold()
    const first = send()
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1))
    expect(await send()).toEqual({
      kind: 'retry',
      reason: 'Resend answered 409: Same idempotency key used while original request is still in progress.',
      afterSeconds: null,
    })
    release()
    expect(await first).toMatchObject({ kind: 'sent' })
    expect(provider.accepted).toHaveLength(1)
  })

  it('counts as sent when its delivery already went out in the words of an earlier release', async () => {
    await send()
    expect(await send({ subject: 'Join Acme now' })).toEqual({ kind: 'sent', providerId: null })
    expect(provider.accepted).toHaveLength(1)
  })

  it('counts as sent when the answer to it cannot be read', async () => {
    for (const body of ['', 'ok', 'null', '[]', '{"id":7}', '{"id":']) {
      provider.answerNext(() => new Response(body))
      expect(await send()).toEqual({ kind: 'sent', providerId: null })
    }
  })

  it('keeps within the documented rate', () => {
    expect(resend(settings).perSecond).toBeLessThanOrEqual(5)
  })
})

describe('a mail that Resend does not take', () => {
  it('has failed for good when it is not valid, in Resend’s words', async () => {
    expect(await send({ from: 'nobody' })).toEqual({
      kind: 'failed',
      reason: 'Resend answered 422: Invalid `from` field.',
    })
    expect(await send({ id: 'not/a/tag' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Tags should only contain ASCII letters'),
    })
  })

  it('has failed for good when the key is wrong, without showing the key', async () => {
    const result = await resend({ ...settings, apiKey: 're_wrong' }).send(mail)
    expect(result).toEqual({ kind: 'failed', reason: 'Resend answered 403: API key is invalid.' })
    const echo = await answered(401, { name: 'invalid_api_key', message: `The key ${apiKey} is not known.` })
    expect(echo).toEqual({ kind: 'failed', reason: 'Resend answered 401: The key [key] is not known.' })
  })

  it.each([400, 401, 403, 404, 405, 413, 422, 451])('has failed for good on %i', async (status) => {
    expect(await answered(status, { message: 'No.' })).toEqual({
      kind: 'failed',
      reason: `Resend answered ${status}: No.`,
    })
  })

  it('gives Resend’s reason on one line, cut to 300 characters', async () => {
    const result = await answered(422, { message: `a\r\nb\u0000c\u202e ${'x'.repeat(1000)}` })
    const reason = result.kind === 'failed' ? result.reason : ''
    expect(reason).toMatch(/^Resend answered 422: a b c x+$/)
    expect(reason).toHaveLength(300)
  })

  it('says so when no reason was given', async () => {
    provider.answerNext(() => new Response('<h1>Forbidden</h1>', { status: 403 }))
    expect(await send()).toEqual({ kind: 'failed', reason: 'Resend answered 403: It gave no reason.' })
  })
})

describe('a mail to be tried again', () => {
  it('waits as long as the rate limit says', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => send({ id: `delivery-${n}` })))
    expect(provider.accepted).toHaveLength(5)
    expect(results.filter(({ kind }) => kind !== 'sent')).toEqual([
      {
        kind: 'retry',
        reason: 'Resend answered 429: Too many requests. Please limit the number of requests per second.',
        afterSeconds: 1,
      },
    ])
  })

  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0' }, 1],
    [{ 'retry-after': '1.2' }, 2],
    [{ 'retry-after': new Date(0).toUTCString() }, 1],
    [{ 'retry-after': '99999999' }, 43_200],
    [{ 'retry-after': 'soon' }, null],
    [{ 'ratelimit-reset': '3' }, 3],
    [{ 'retry-after': '7', 'ratelimit-reset': '3' }, 7],
    [{}, null],
  ] as [Record<string, string>, number | null][])(
    'after a 429 with %j waits %s seconds',
    async (headers, afterSeconds) => {
      expect(await answered(429, { name: 'rate_limit_exceeded' }, headers)).toMatchObject({
        kind: 'retry',
        afterSeconds,
      })
    },
  )

  it('waits until the date that Retry-After may also be', async () => {
    const result = await answered(503, {}, { 'retry-after': new Date(Date.now() + 90_000).toUTCString() })
    expect(result.kind === 'retry' && result.afterSeconds).toBeGreaterThan(80)
    expect(result.kind === 'retry' && result.afterSeconds).toBeLessThanOrEqual(90)
  })

  it.each([
    ['daily_quota_exceeded', 3 * 3600],
    ['monthly_quota_exceeded', 12 * 3600],
  ])('waits for hours on %s, whatever the rate limit’s headers say', async (name, afterSeconds) => {
    const message = 'You have reached your email sending quota.'
    expect(await answered(429, { name, message }, { 'retry-after': '1', 'ratelimit-reset': '1' })).toEqual({
      kind: 'retry',
      reason: 'Resend answered 429: You have reached your email sending quota.',
      afterSeconds,
    })
  })

  it.each([301, 307, 408, 409, 425, 500, 502, 503, 504, 522])('is one that met a %i', async (status) => {
    const result = await answered(
      status,
      {},
      { location: 'https://elsewhere.example/emails', 'retry-after': '7' },
    )
    expect(result).toMatchObject({ kind: 'retry', afterSeconds: 7 })
    expect(provider.requests).toHaveLength(1)
  })

  it('is one that found no way to Resend', async () => {
    provider.answerNext(() => Promise.reject(new TypeError(`Network connection lost: Bearer ${apiKey}`)))
    expect(await send()).toEqual({
      kind: 'retry',
      reason: 'Resend could not be reached.',
      afterSeconds: null,
    })
  })

  it('is one that got no answer within ten seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      return AbortSignal.abort(new DOMException('The operation timed out.', 'TimeoutError'))
    })
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      init?.signal?.throwIfAborted()
      return new Response()
    })
    expect(await send()).toEqual({
      kind: 'retry',
      reason: 'Resend did not answer in time.',
      afterSeconds: null,
    })
    expect(timeout).toHaveBeenCalledWith(10_000)
  })
})

describe('Resend’s check', () => {
  const domain = { name: 'usher.example', status: 'verified', click_tracking: false }
  const check = () => resend(settings).check()

  it('is well with a key that is accepted and a domain that is verified', async () => {
    provider.domains = [domain]
    expect(await check()).toEqual({
      kind: 'ok',
      detail: 'The key is accepted, and usher.example is verified.',
    })
  })

  it('says that a key for sending alone works, and does not tell of domains', async () => {
    provider.sendingAccessOnly = true
    expect(await check()).toEqual({
      kind: 'ok',
      detail: expect.stringMatching(/^The key is accepted, for sending alone,.*test mail/),
    })
  })

  it('names the key that is not accepted', async () => {
    expect(await resend({ ...settings, apiKey: 're_wrong' }).check()).toMatchObject({
      kind: 'problem',
      setting: 'RESEND_API_KEY',
    })
  })

  it.each(['not_started', 'pending', 'failed', 'partially_failed'])(
    'names MAIL_FROM where the domain is %s',
    async (status) => {
      provider.domains = [{ ...domain, status }]
      expect(await check()).toMatchObject({
        kind: 'problem',
        problem: `Resend has not verified usher.example: ${status.replaceAll('_', ' ')}.`,
        setting: 'MAIL_FROM',
      })
    },
  )

  it('names MAIL_FROM where only another domain is there', async () => {
    provider.domains = [{ ...domain, name: 'mail.usher.example' }]
    expect(await check()).toMatchObject({
      problem: 'Resend does not know usher.example.',
      setting: 'MAIL_FROM',
    })
  })

  it('warns of click tracking, by which Resend would see the links’ secrets', async () => {
    provider.domains = [{ ...domain, click_tracking: true }]
    expect(await check()).toMatchObject({
      kind: 'problem',
      problem: expect.stringContaining('tracks clicks'),
    })
  })
})

describe('development’s mailbox', () => {
  it('takes every mail and sends none', async () => {
    expect(await mailbox().send(mail)).toEqual({ kind: 'sent', providerId: null })
    expect(provider.requests).toEqual([])
  })
})
