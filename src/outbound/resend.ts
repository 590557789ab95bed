import type { MailProvider, MailResult, OutgoingMail } from './mail'

const TIMEOUT_MS = 10_000
const MAX_REASON = 300
const MAX_WAIT_SECONDS = 12 * 3600
// Resend says of the daily quota "wait until 24 hours have passed", of the monthly one nothing. Its rate-limit
// headers speak of the current second, not of the quota.
const QUOTA_WAIT_SECONDS = new Map([
  ['daily_quota_exceeded', 3 * 3600],
  ['monthly_quota_exceeded', MAX_WAIT_SECONDS],
])

/**
 * Resend's `POST /emails` (https://resend.com/docs/api-reference/emails/send-email), which takes 5 requests a
 * second for a whole team; one is left for whatever else the team does. The key needs sending access only. It
 * keeps an Idempotency-Key for 24 hours.
 *
 * Leave click tracking off: it is a setting of the domain, off unless somebody turned it on, and no field of a
 * mail overrides it. With it on, every link leads through Resend, which then sees the invitations' secrets
 * (https://resend.com/docs/dashboard/domains/tracking).
 */
export function resend(settings: { apiKey: string; baseUrl?: string }): MailProvider {
  const { apiKey, baseUrl = 'https://api.resend.com' } = settings
  return {
    name: 'resend',
    label: 'Resend',
    perSecond: 4,
    async send(mail) {
      try {
        const response = await post(`${baseUrl}/emails`, apiKey, mail)
        return response.ok ? await taken(response) : await refused(response, apiKey)
      } catch (error) {
        const isTimeout = error instanceof Error && error.name === 'TimeoutError'
        const reason = isTimeout ? 'Resend did not answer in time.' : 'Resend could not be reached.'
        return { kind: 'retry', reason, afterSeconds: null }
      }
    },
    check: async () => ({ kind: 'ok', detail: 'A key is set.' }),
  }
}

function post(
  url: string,
  apiKey: string,
  { id, from, to, subject, html, text, headers }: OutgoingMail,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': id,
      // Without one, Resend's edge answers 403 "error code: 1010", and a worker's fetch sends none.
      'User-Agent': 'usher/1.0',
    },
    body: JSON.stringify({
      from,
      to: [to],
      subject,
      html,
      text,
      headers,
      tags: [{ name: 'delivery', value: id }],
    }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
}

async function taken(response: Response): Promise<MailResult> {
  const { id } = await bodyOf(response)
  return { kind: 'sent', providerId: id ?? null }
}

/** https://resend.com/docs/api-reference/errors and …/rate-limit */
async function refused(response: Response, apiKey: string): Promise<MailResult> {
  const { status, headers } = response
  const { name = '', message } = await bodyOf(response)
  const reason = plain(message ?? 'It gave no reason.', apiKey, `Resend answered ${status}: `)
  const asked =
    seconds(headers.get('retry-after')) ?? (status === 429 ? seconds(headers.get('ratelimit-reset')) : null)

  const quotaWait = status === 429 ? QUOTA_WAIT_SECONDS.get(name) : undefined
  if (quotaWait !== undefined) return { kind: 'retry', reason, afterSeconds: quotaWait }
  // It took a mail with this id before, whose answer was lost; a release that changed the words came between.
  if (status === 409 && name === 'invalid_idempotent_request') return { kind: 'sent', providerId: null }
  const isPassing = status < 400 || status >= 500 || [408, 409, 425, 429].includes(status)
  return isPassing ? { kind: 'retry', reason, afterSeconds: asked } : { kind: 'failed', reason }
}

type Body = { id?: string; name?: string; message?: string }

/** The strings of a JSON answer; nothing of any other: a mail that was taken stays taken. */
async function bodyOf(response: Response): Promise<Body> {
  try {
    const body: unknown = await response.json()
    const strings = Object.entries(body ?? {}).filter(
      ([, value]) => typeof value === 'string' && value !== '',
    )
    return Object.fromEntries(strings)
  } catch {
    return {}
  }
}

/** `Retry-After`: seconds or an HTTP date (RFC 9110, 10.2.3). Whole seconds from now, or null if unreadable. */
function seconds(value: string | null): number | null {
  if (value === null || value.trim() === '') return null
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isNaN(wait) ? null : Math.min(MAX_WAIT_SECONDS, Math.max(1, Math.ceil(wait)))
}

function plain(words: string, apiKey: string, prefix: string): string {
  return (
    prefix +
    words
      .replaceAll(apiKey, '[key]')
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
  ).slice(0, MAX_REASON)
}
