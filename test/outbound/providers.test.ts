import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MailProvider, MailResult, OutgoingMail } from '../../src/outbound/mail'
import { mailgun } from '../../src/outbound/mailgun'
import { mailpit } from '../../src/outbound/mailpit'
import { postmark } from '../../src/outbound/postmark'
import { resend } from '../../src/outbound/resend'
import { sendgrid } from '../../src/outbound/sendgrid'
import { MailgunStandIn } from '../support/mailgun'
import { MailpitStandIn } from '../support/mailpit'
import { PostmarkStandIn } from '../support/postmark'
import { MAIL } from '../support/providers'
import { ResendStandIn } from '../support/resend'
import { SendGridStandIn } from '../support/sendgrid'
import type { StandIn } from '../support/stand-in'

const from = MAIL.from
const domain = 'usher.example'
const SECRET = 'a-key-that-nobody-may-see'

type Contract = {
  label: string
  provider: MailProvider
  standIn: () => StandIn & { accepted: { id: string }[] }
  /** A refusal with these words, as the provider shapes it. */
  says: (message: string) => unknown
  /** What a wrong key or address is called, and where checks begin. */
  settings: { key: string; url: string }
}

/** What all providers that are spoken to over HTTP have in common. */
const CONTRACTS: Contract[] = [
  {
    label: 'Resend',
    provider: resend({ from, apiKey: SECRET, baseUrl: 'https://api.resend.com' }),
    standIn: () => new ResendStandIn({ apiKey: SECRET }),
    says: (message) => ({ name: 'validation_error', message }),
    settings: { key: 'RESEND_API_KEY', url: 'RESEND_BASE_URL' },
  },
  {
    label: 'Postmark',
    provider: postmark({
      from,
      serverToken: SECRET,
      messageStream: 'outbound',
      baseUrl: 'https://api.postmarkapp.com',
    }),
    standIn: () => new PostmarkStandIn({ serverToken: SECRET, domain }),
    says: (Message) => ({ ErrorCode: 300, Message }),
    settings: { key: 'POSTMARK_SERVER_TOKEN', url: 'POSTMARK_BASE_URL' },
  },
  {
    label: 'SendGrid',
    provider: sendgrid({ from, apiKey: SECRET, baseUrl: 'https://api.sendgrid.com' }),
    standIn: () => new SendGridStandIn({ apiKey: SECRET, domain }),
    says: (message) => ({ errors: [{ message, field: null }] }),
    settings: { key: 'SENDGRID_API_KEY', url: 'SENDGRID_BASE_URL' },
  },
  {
    label: 'Mailgun',
    provider: mailgun({ apiKey: SECRET, domain, baseUrl: 'https://api.mailgun.net' }),
    standIn: () => new MailgunStandIn({ apiKey: SECRET, domain }),
    says: (message) => ({ message }),
    settings: { key: 'MAILGUN_API_KEY', url: 'MAILGUN_BASE_URL' },
  },
  {
    label: 'Mailpit',
    provider: mailpit({ baseUrl: 'http://localhost:8025', login: { user: 'usher', password: SECRET } }),
    standIn: () => new MailpitStandIn(`usher:${SECRET}`),
    says: (message) => ({ Error: message }),
    settings: { key: 'MAILPIT_PASSWORD', url: 'MAILPIT_BASE_URL' },
  },
]

describe.each(CONTRACTS)('a mail sent through $label', ({ label, provider, standIn: create, says }) => {
  let standIn: ReturnType<typeof create>
  beforeEach(() => {
    standIn = create()
    vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const send = (changes: Partial<OutgoingMail> = {}) => provider.send({ ...MAIL, ...changes })
  const answered = (
    status: number,
    body: unknown = says('No.'),
    headers: Record<string, string> = {},
  ): Promise<MailResult> => {
    standIn.answerNext(() => Response.json(body, { status, headers }))
    return send()
  }

  it('is taken once, by one request that follows no redirect and says who asks', async () => {
    expect(await send()).toEqual({ kind: 'sent', providerId: standIn.accepted[0]?.id })
    expect(standIn.accepted).toHaveLength(1)
    expect(standIn.requests).toHaveLength(1)
    expect(standIn.requests[0]?.redirect).toBe('manual')
    expect(standIn.requests[0]?.headers.get('User-Agent')).toMatch(/^usher\//)
  })

  it.each(['', 'ok', 'null', '[]', '{"', '{"id":7,"ID":7,"MessageID":7}'])(
    'counts as sent when the answer to it is %j',
    async (body) => {
      standIn.answerNext(() => new Response(body))
      expect(await send()).toEqual({ kind: 'sent', providerId: null })
    },
  )

  it('counts as sent when the answer to it breaks off', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
    standIn.answerNext(() => new Response(broken))
    expect(await send()).toEqual({ kind: 'sent', providerId: null })
  })

  it.each([301, 307, 408, 425, 429, 500, 502, 503, 504, 522])('waits after a %i', async (status) => {
    const headers = { location: 'https://elsewhere.example/', 'retry-after': '7' }
    expect(await answered(status, says('Later.'), headers)).toEqual({
      kind: 'retry',
      reason: `${label} answered ${status}: Later.`,
      afterSeconds: 7,
    })
    expect(standIn.requests).toHaveLength(1)
  })

  it.each([400, 401, 403, 405, 413, 422, 451])('has failed for good on %i, in its words', async (status) => {
    expect(await answered(status)).toEqual({ kind: 'failed', reason: `${label} answered ${status}: No.` })
  })

  it('has failed for good with a wrong key', async () => {
    standIn.answerNext(() => new Response('Forbidden', { status: 401 }))
    expect(await send()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(`${label} answered 401: `),
    })
  })

  it('says so when no reason was given, or one that nobody can read', async () => {
    for (const body of ['<h1>Bad request</h1>', '', '{"message":{}}']) {
      standIn.answerNext(() => new Response(body, { status: 400 }))
      expect(await send()).toEqual({ kind: 'failed', reason: `${label} answered 400: It gave no reason.` })
    }
  })

  it.each([
    [{ 'retry-after': '0' }, 1],
    [{ 'retry-after': '1.2' }, 2],
    [{ 'retry-after': new Date(0).toUTCString() }, 1],
    [{ 'retry-after': '99999999' }, 43_200],
    [{ 'retry-after': 'soon' }, null],
    [{ 'ratelimit-reset': '3' }, 3],
    [{ 'x-ratelimit-reset': '3' }, 3],
    [{ 'x-ratelimit-reset': '1392815263' }, 1],
    [{ 'x-ratelimit-reset': '1392815263000' }, 1],
    [{ 'retry-after': '7', 'x-ratelimit-reset': '3' }, 7],
    [{}, null],
  ] as [Record<string, string>, number | null][])(
    'after a 429 with %j waits %s seconds',
    async (headers, afterSeconds) => {
      expect(await answered(429, says('Slower.'), headers)).toMatchObject({ kind: 'retry', afterSeconds })
    },
  )

  it('waits until the date or the time that it is told', async () => {
    const soon = Date.now() + 90_000
    const told = [
      { 'retry-after': new Date(soon).toUTCString() },
      { 'x-ratelimit-reset': `${Math.floor(soon / 1000)}` },
      { 'x-ratelimit-reset': `${soon}` },
    ]
    for (const headers of told) {
      const result = await answered(429, says('Slower.'), headers)
      const seconds = result.kind === 'retry' ? result.afterSeconds : null
      expect(seconds).toBeGreaterThan(80)
      expect(seconds).toBeLessThanOrEqual(91)
    }
  })

  it('waits by its own clock after a 503, whatever a rate limit’s headers say', async () => {
    expect(await answered(503, says('Down.'), { 'ratelimit-reset': '3' })).toMatchObject({
      afterSeconds: null,
    })
  })

  it('waits where there is no way to the provider', async () => {
    standIn.answerNext(() => Promise.reject(new TypeError(`Network connection lost: ${SECRET}`)))
    expect(await send()).toEqual({
      kind: 'retry',
      reason: `${label} could not be reached.`,
      afterSeconds: null,
    })
  })

  it('waits where no answer comes within ten seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      return AbortSignal.abort(new DOMException('The operation timed out.', 'TimeoutError'))
    })
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      init?.signal?.throwIfAborted()
      return new Response()
    })
    expect(await send()).toEqual({
      kind: 'retry',
      reason: `${label} did not answer in time.`,
      afterSeconds: null,
    })
    expect(timeout).toHaveBeenCalledWith(10_000)
  })

  it('shows neither keys nor tokens in a reason, on one line of at most 300 characters', async () => {
    const encoded = btoa(`usher:${SECRET}`)
    const words = `a\r\nb\u0000c\u202e ${SECRET} ?token=abc_-123 ${label === 'Mailpit' ? encoded : btoa(`api:${SECRET}`)} `
    const result = await answered(400, says(words + 'x'.repeat(1000)))
    const reason = result.kind === 'failed' ? result.reason : ''
    expect(reason).toMatch(new RegExp(`^${label} answered 400: a b c \\[key\\] \\?token=… `))
    expect(reason).toHaveLength(300)
    expect(reason).not.toContain(SECRET)
    if (label === 'Mailpit' || label === 'Mailgun') expect(reason).toMatch(/token=… \[key\] x+$/)
  })
})

describe.each(CONTRACTS)('whether $label works', ({ label, provider, standIn: create, settings }) => {
  let standIn: StandIn
  beforeEach(() => {
    standIn = create()
    vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is asked with at most two GETs, and never of a place it leads on to', async () => {
    await provider.check()
    expect(standIn.requests.length).toBeGreaterThan(0)
    expect(standIn.requests.length).toBeLessThanOrEqual(2)
    for (const request of standIn.requests)
      expect([request.method, request.redirect]).toEqual(['GET', 'manual'])
  })

  it('is a question of its address where it cannot be reached', async () => {
    standIn.answerNext(() => Promise.reject(new TypeError('Network connection lost')))
    expect(await provider.check()).toMatchObject({
      kind: 'problem',
      problem: `${label} could not be reached.`,
      setting: settings.url,
    })
  })

  it.each([429, 500, 503])('is no question of settings where it answers %i', async (status) => {
    standIn.answerNext(() => new Response('', { status }))
    expect(await provider.check()).toMatchObject({
      kind: 'problem',
      problem: `${label} answered ${status}.`,
      setting: null,
    })
  })

  it.each([
    ['a page', () => new Response('<h1>Welcome</h1>')],
    ['nothing', () => new Response('')],
    ['a list of something else', () => Response.json([{ welcome: true }])],
    [
      'a redirect',
      () => new Response('', { status: 302, headers: { location: 'https://elsewhere.example/' } }),
    ],
  ])('is a question of its address where %s answers', async (_, answer) => {
    standIn.answerNext(answer)
    expect(await provider.check()).toMatchObject({ kind: 'problem', setting: settings.url })
  })

  it('is a question of its key where that is not accepted', async () => {
    standIn.answerNext(() => new Response('Forbidden', { status: 401 }))
    const check = await provider.check()
    expect(check).toMatchObject({ kind: 'problem', setting: settings.key })
    expect(JSON.stringify(check)).not.toContain(SECRET)
  })
})
