import { domainOf } from '../rules/sending-domain'
import { ok, plain, QUOTA_WAIT_SECONDS, silence } from './http'
import type { MailProvider, MailResult, OutgoingMail } from './mail'
import { senderOf } from './sender'

const TIMEOUT_MS = 10_000
const LABEL = 'Cloudflare'

/** The part of the `send_email` binding that is used. */
export type EmailBinding = {
  send(mail: {
    from: string | { email: string; name: string }
    to: string
    subject: string
    html: string
    text: string
    headers: Record<string, string>
  }): Promise<{ messageId: string }>
}

/** Errors that the same mail would meet again; every other may pass. */
const FINAL = new Set([
  'E_VALIDATION_ERROR',
  'E_FIELD_MISSING',
  'E_TOO_MANY_RECIPIENTS',
  'E_SENDER_NOT_VERIFIED',
  'E_RECIPIENT_NOT_ALLOWED',
  'E_RECIPIENT_SUPPRESSED',
  'E_SENDER_DOMAIN_NOT_AVAILABLE',
  'E_CONTENT_TOO_LARGE',
  'E_DELIVERY_FAILED',
  'E_HEADER_NOT_ALLOWED',
  'E_HEADER_USE_API_FIELD',
  'E_HEADER_VALUE_INVALID',
  'E_HEADER_VALUE_TOO_LONG',
  'E_HEADER_NAME_INVALID',
  'E_HEADERS_TOO_LARGE',
  'E_HEADERS_TOO_MANY',
])

const WORDS = new Map([
  [
    'E_RECIPIENT_SUPPRESSED',
    'It sends nothing more to this address, which bounced or complained before. Take it off the suppression list at Cloudflare, or invite another address.',
  ],
])

/**
 * Cloudflare Email Service by its binding
 * (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/): 5 MiB a mail, a daily limit of
 * the account's own, no tracking of links, and only the headers of its list or with X-. It has no idempotency:
 * an answer that is lost can mean a second mail, with the same link. Its events bring its own id of the mail.
 */
export function cloudflare(settings: { from: string; binding: EmailBinding }): MailProvider {
  const { from, binding } = settings
  return {
    name: 'cloudflare',
    label: LABEL,
    perSecond: null,
    async send(mail) {
      try {
        const { messageId } = await inTime(binding.send(messageOf(mail)))
        return { kind: 'sent', providerId: messageId || null }
      } catch (error) {
        return refused(error)
      }
    },
    // The binding answers no questions.
    check: async () =>
      ok(`The binding EMAIL is there. Whether Cloudflare sends from ${domainOf(from)} shows in a test mail.`),
  }
}

function messageOf({ id, from, to, subject, html, text, headers }: OutgoingMail) {
  const { address, name } = senderOf(from)
  return {
    from: name === null ? address : { email: address, name },
    to,
    subject,
    html,
    text,
    headers: { ...headers, 'X-Usher-Delivery': id },
  }
}

/** A binding's call takes no signal; what it would have answered later is lost. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const timeout = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(late.reason))
  })
  return Promise.race([work, timeout])
}

function refused(error: unknown): MailResult {
  const code = codeIn(error)
  if (code === null || !(error instanceof Error))
    return { kind: 'retry', reason: silence(LABEL, error), afterSeconds: null }
  const reason = plain(`${LABEL} answered ${code}: ${WORDS.get(code) ?? error.message}`, [])
  if (FINAL.has(code)) return { kind: 'failed', reason }
  return {
    kind: 'retry',
    reason,
    afterSeconds: code === 'E_DAILY_LIMIT_EXCEEDED' ? QUOTA_WAIT_SECONDS : null,
  }
}

const codeIn = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
