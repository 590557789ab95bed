import { createExecutionContext, createMessageBatch, waitOnExecutionContext } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import type { Env, MailMessage } from '../../src/bindings'
import type { Ports } from '../../src/context'
import { createWorker } from '../../src/index'
import { directories } from '../../src/outbound/directory'
import type { Resolver } from '../../src/outbound/dns'
import type { MailProvider, MailResult, OutgoingMail } from '../../src/outbound/mail'
import { openIdConnect } from '../../src/outbound/oidc'
import { type DnsAnswer, questionKey } from '../../src/rules/sending-domain'
import { createStaff } from './directory'
import { createProviders, ISSUER } from './idp'

export const APP_URL = 'http://localhost:8787'
export const START = Date.UTC(2026, 2, 1, 12)

export type Visit = {
  method?: string
  /** The session's. */
  cookie?: string | null
  /** Others, by their names. */
  cookies?: Readonly<Record<string, string>>
  headers?: Record<string, string>
  /** A posted form; a list posts the field several times. */
  form?: Record<string, string | readonly string[]>
  json?: unknown
  /** A body as it is, such as a FormData with files, or bytes under a `Content-Type` of the headers. */
  body?: BodyInit
}

/**
 * A worker over real local D1, KV and rate limits, with what foreign networks and time would bring in the
 * test's hand: the clock, the mail provider, and when queue messages arrive.
 */
export const createWorld = (overrides: Partial<Env> = {}, ports: Partial<Ports> = {}) => {
  const clock = { now: START }
  const messages: { body: MailMessage; delaySeconds: number | undefined }[] = []
  const mails: OutgoingMail[] = []
  const pauses: number[] = []
  const provider: MailProvider & { answer: (mail: OutgoingMail) => MailResult | Promise<MailResult> } = {
    name: 'test',
    label: 'Test provider',
    perSecond: null,
    check: async () => ({ kind: 'ok', detail: 'It is the test’s.' }),
    answer: () => ({ kind: 'sent', providerId: null }),
    send: async (mail) => {
      const result = await provider.answer(mail)
      if (result.kind === 'sent') mails.push(mail)
      return result
    },
  }
  /** What the world's resolver says; of anything else that there is no record. */
  const dns = new Map<string, DnsAnswer>()
  const resolver: Resolver = {
    lookUp: async (question) => dns.get(questionKey(question)) ?? { kind: 'records', records: [] },
  }
  const providers = createProviders(() => clock.now)
  const oidc = openIdConnect({
    local: true,
    fetch: providers.fetch,
    now: () => clock.now,
    known: new Map(),
  })
  const staff = createStaff()
  const record = (body: MailMessage, delaySeconds?: number) => messages.push({ body, delaySeconds })
  const queue = {
    send: async (body: MailMessage, options?: QueueSendOptions) => void record(body, options?.delaySeconds),
    sendBatch: async (batch: Iterable<MessageSendRequest<MailMessage>>) => {
      for (const { body, delaySeconds } of batch) record(body, delaySeconds)
    },
  } as unknown as Queue<MailMessage>
  // The rate limits are real, and each world's own.
  const limits = crypto.randomUUID()
  const burstLimit: RateLimit = {
    limit: ({ key }) => bindings.SIGN_IN_LIMIT.limit({ key: `${limits} ${key}` }),
  }
  const env: Env = { ...bindings, MAIL: queue, SIGN_IN_LIMIT: burstLimit, ...overrides }
  const site = URL.canParse(env.APP_URL ?? '') ? new URL(env.APP_URL ?? '').origin : APP_URL
  const worker = createWorker({
    now: () => clock.now,
    pause: async (ms) => void pauses.push(ms),
    mailProvider: () => provider,
    resolver: () => resolver,
    oidc: () => oidc,
    directories: ({ directoryUrls }) => directories(directoryUrls, staff.fetch),
    ...ports,
  })

  const fetch = async (path: string, visit: Visit = {}): Promise<Response> => {
    const headers = new Headers(visit.headers)
    const cookieName = site.startsWith('https:') ? '__Host-usher' : 'usher'
    const jar = { ...visit.cookies, ...(visit.cookie && { [cookieName]: visit.cookie }) }
    const cookies = Object.entries(jar).map(([name, value]) => `${name}=${value}`)
    if (cookies.length > 0) headers.set('Cookie', cookies.join('; '))
    let body = visit.body
    if (visit.form) {
      const form = new URLSearchParams()
      for (const [name, value] of Object.entries(visit.form)) {
        for (const one of typeof value === 'string' ? [value] : value) form.append(name, one)
      }
      body = form
    } else if (visit.json !== undefined) {
      body = JSON.stringify(visit.json)
      headers.set('Content-Type', 'application/json')
    }
    if ((visit.form || visit.body) && !headers.has('Origin')) headers.set('Origin', site)
    const method = visit.method ?? (body === undefined ? 'GET' : 'POST')
    const url = path.startsWith('http') ? path : site + path
    const execution = createExecutionContext()
    const response = await worker.fetch(
      new Request(url, { method, headers, body: body ?? null, redirect: 'manual' }),
      env,
      execution,
    )
    // A streamed page has to be read before its deferred work can be waited for.
    const text = await response.text()
    await waitOnExecutionContext(execution)
    return new Response([101, 204, 205, 304].includes(response.status) ? null : text, response)
  }

  /** Hands messages to the consumer as one batch; answers, for each, whether it was acked or retried and when. */
  const consume = async (bodies: readonly unknown[], queueName = 'usher-mail') => {
    const batch = createMessageBatch<unknown>(
      queueName,
      bodies.map((body, index) => ({ id: String(index), timestamp: new Date(clock.now), attempts: 1, body })),
    )
    const results = batch.messages.map(() => ({
      acked: false,
      retried: false,
      delaySeconds: undefined as number | undefined,
    }))
    batch.messages.forEach((message, index) => {
      const result = results[index] ?? { acked: false, retried: false, delaySeconds: undefined }
      message.ack = () => {
        result.acked = true
      }
      message.retry = (options) => {
        result.retried = true
        result.delaySeconds = options?.delaySeconds
      }
    })
    const execution = createExecutionContext()
    await worker.queue(batch, env, execution)
    await waitOnExecutionContext(execution)
    return results
  }

  /** Delivers every message recorded so far; what is retried is not kept. */
  const drain = async () => {
    const waiting = messages.splice(0).map(({ body }) => body)
    return waiting.length > 0 ? consume(waiting) : []
  }

  const cron = async (schedule: string) => {
    const execution = createExecutionContext()
    await worker.scheduled(
      {
        cron: schedule,
        scheduledTime: clock.now,
        noRetry: () => {},
        type: 'scheduled',
      } as ScheduledController,
      env,
      execution,
    )
    await waitOnExecutionContext(execution)
  }

  return {
    ...{
      clock,
      messages,
      mails,
      pauses,
      provider,
      dns,
      resolver,
      oidc,
      env,
      worker,
      fetch,
      consume,
      drain,
      cron,
    },
    /** The identity provider of acme; `addIdp` connects another one to the network. */
    idp: providers.add(ISSUER),
    addIdp: providers.add,
    /** Their directories, at Google and at Microsoft. */
    staff,
  }
}

export type World = ReturnType<typeof createWorld>

/** The link in a mail, as the recipient reads it. */
export const linkIn = (mail: OutgoingMail | undefined): string => {
  const link = /https?:\/\/\S+\/accept-invitation\?token=[\w-]+/.exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error('There is no link in this mail')
  return link
}

export const tokenIn = (mail: OutgoingMail | undefined): string =>
  new URL(linkIn(mail)).searchParams.get('token') ?? ''

/** The value of a hidden field of a page. */
export const hidden = (html: string, name: string): string => {
  const value = new RegExp(`<input[^>]*type="hidden"[^>]*name="${name}"[^>]*value="([^"]*)"`).exec(html)?.[1]
  if (value === undefined) throw new Error(`There is no hidden field ${name}`)
  return value
}

export const cookieOf = (response: Response): string | null =>
  /(?:^|,\s*)(?:__Host-)?usher=([^;]+)/.exec(response.headers.get('Set-Cookie') ?? '')?.[1] ?? null

/** Rows of a statement, for reading back what was written. */
export const rows = async <T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (
    await bindings.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results

export const run = async (sql: string, ...values: unknown[]): Promise<void> => {
  await bindings.DB.prepare(sql)
    .bind(...values)
    .run()
}
