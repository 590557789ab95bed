import type { MailCheck } from '../rules/mail-checks'
import { withoutTokens } from '../rules/tokens'
import type { MailProvider, MailResult, OutgoingMail } from './mail'

const TIMEOUT_MS = 10_000
const MAX_REASON = 300
const MAX_WAIT_SECONDS = 12 * 3600
/** For a quota that is used up, about which nobody says when it is filled again. */
export const QUOTA_WAIT_SECONDS = 3 * 3600
/** What a client may repeat as it is; redirects, which nobody documents, and 5xx besides. */
const PASSING = [408, 425, 429]

export type Answer = {
  status: number
  ok: boolean
  headers: Headers
  /** Parsed JSON, or null of any other body. */
  body: unknown
}

/** What a provider's own words say of a mail that it did not take; the status decides where they say nothing. */
export type Refusal = {
  message: string | null
  verdict?: MailResult['kind']
  afterSeconds?: number
}

/** A mail provider's API over HTTP: what is its own; how it is asked is the same for all. */
export type HttpApi = {
  name: string
  label: string
  perSecond: number | null
  /** Everything that no reason may show. */
  secrets: readonly string[]
  baseUrl: string
  /** The setting that the base URL comes from. */
  baseUrlSetting: string
  /** Of every request. */
  headers: Record<string, string>
  send: {
    path: string
    /** JSON, or a form. */
    body(mail: OutgoingMail): object | FormData
    headers?(mail: OutgoingMail): Record<string, string>
    /** The provider's own id of a mail it took. */
    idIn(answer: Answer): string | null
    refusal(answer: Answer): Refusal
  }
  check(get: Get): Promise<MailCheck>
}

/** Asks for something that changes nothing; answers that say nothing of the question become the problem they are. */
export type Get = (
  path: string,
) => Promise<{ answer: Answer; problem: null } | { answer: null; problem: MailCheck }>

export function httpProvider(api: HttpApi): MailProvider {
  const { name, label, perSecond } = api
  return {
    name,
    label,
    perSecond,
    async send(mail) {
      const answer = await post(api, mail)
      if (typeof answer === 'string') return { kind: 'retry', reason: answer, afterSeconds: null }
      return answer.ok && api.send.refusal(answer).verdict === undefined
        ? { kind: 'sent', providerId: api.send.idIn(answer) }
        : refused(api, answer)
    },
    check: () => api.check((path) => get(api, path)),
  }
}

function post(api: HttpApi, mail: OutgoingMail): Promise<Answer | string> {
  const body = api.send.body(mail)
  const isForm = body instanceof FormData
  return ask(api, api.send.path, {
    method: 'POST',
    headers: {
      // A form brings its own, with the boundary between its parts.
      ...(!isForm && { 'Content-Type': 'application/json' }),
      ...api.send.headers?.(mail),
    },
    body: isForm ? body : JSON.stringify(body),
  })
}

async function get(api: HttpApi, path: string): ReturnType<Get> {
  const { label, baseUrlSetting } = api
  const answer = await ask(api, path, {})
  if (typeof answer === 'string') {
    const remedy = `Try again. If it stays, see whether ${label} is up and the address is right.`
    return { answer: null, problem: problem(answer, baseUrlSetting, remedy) }
  }
  // A redirect is no trouble of theirs: what answers there is not their API.
  if (answer.status < 400 || !isPassing(answer.status)) return { answer, problem: null }
  return {
    answer: null,
    problem: problem(`${label} answered ${answer.status}.`, null, 'Try again in a few minutes.'),
  }
}

/** The answer, or why there is none. */
async function ask(api: HttpApi, path: string, init: RequestInit): Promise<Answer | string> {
  try {
    const response = await fetch(api.baseUrl + path, {
      ...init,
      headers: {
        // Without one, Resend's edge answers 403 "error code: 1010", and a worker's fetch sends none.
        'User-Agent': 'usher/1.0',
        Accept: 'application/json',
        ...api.headers,
        ...init.headers,
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const { status, ok, headers } = response
    return { status, ok, headers, body: await bodyOf(response) }
  } catch (error) {
    return silence(api.label, error)
  }
}

export function silence(label: string, error: unknown): string {
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  return isTimeout ? `${label} did not answer in time.` : `${label} could not be reached.`
}

/** A body that cannot be read changes nothing: a mail that was taken stays taken. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}

function refused(api: HttpApi, answer: Answer): MailResult {
  const { status, headers } = answer
  const { message, verdict, afterSeconds } = api.send.refusal(answer)
  const kind = verdict ?? (isPassing(status) ? 'retry' : 'failed')
  if (kind === 'sent') return { kind, providerId: null }
  const reason = plain(`${api.label} answered ${status}: ${message || 'It gave no reason.'}`, api.secrets)
  return kind === 'failed'
    ? { kind, reason }
    : { kind, reason, afterSeconds: afterSeconds ?? waitIn(status, headers) }
}

const isPassing = (status: number): boolean =>
  (status >= 300 && status < 400) || status >= 500 || PASSING.includes(status)

/** Seconds to wait, as far as the headers say: `Retry-After`, and of a rate limit when it starts anew. */
function waitIn(status: number, headers: Headers): number | null {
  const asked = seconds(headers.get('retry-after'))
  if (asked !== null || status !== 429) return asked
  return seconds(headers.get('ratelimit-reset') ?? headers.get('x-ratelimit-reset'))
}

/**
 * `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3); a rate limit's reset is seconds from now or a Unix
 * time, of seconds or milliseconds. Whole seconds from now, or null if unreadable.
 */
function seconds(value: string | null): number | null {
  if (value === null || value.trim() === '') return null
  const isNumber = /^\d+(\.\d+)?$/.test(value)
  const number = isNumber ? Number(value) : Date.parse(value)
  const wait =
    isNumber && number < 1e9 ? number : (number < 1e11 ? number : number / 1000) - Date.now() / 1000
  return Number.isNaN(wait) ? null : Math.min(MAX_WAIT_SECONDS, Math.max(1, Math.ceil(wait)))
}

/** A provider's words as a reason: one line, neither keys nor tokens of links, not too long. */
export function plain(words: string, secrets: readonly string[]): string {
  return withoutTokens(secrets.reduce((text, secret) => text.replaceAll(secret, '[key]'), words))
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_REASON)
}

export const ok = (detail: string): MailCheck => ({ kind: 'ok', detail })

export const problem = (words: string, setting: string | null, remedy: string): MailCheck => ({
  kind: 'problem',
  problem: words,
  setting,
  remedy,
})

/** `Authorization` of HTTP basic auth (RFC 7617), in UTF-8. */
export const basicAuth = (user: string, password: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`

/** A string in an answer's body, by its path; null where there is none. */
export function text(body: unknown, ...path: (string | number)[]): string | null {
  const found = path.reduce(at, body)
  return typeof found === 'string' && found !== '' ? found : null
}

const at = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
