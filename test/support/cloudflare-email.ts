import type { EmailBinding } from '../../src/outbound/cloudflare'
import { isAddress, isText } from './stand-in'

type Mail = Parameters<EmailBinding['send']>[0]

const ALLOWED = [
  ...['in-reply-to', 'references', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'precedence'],
  ...['auto-submitted', 'content-language', 'importance', 'priority', 'organization'],
]
const bytes = (value: string) => new TextEncoder().encode(value).length

/** As the binding throws: a standard Error with a code. */
export const emailError = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code })

/**
 * Stands in for the binding of Cloudflare Email Service by its documentation (read in November 2026):
 * developers.cloudflare.com/email-service/api/send-emails/workers-api/, …/reference/headers/, …/platform/limits/.
 */
export class EmailStandIn implements EmailBinding {
  readonly accepted: { id: string; mail: Mail }[] = []
  readonly suppressed = new Set<string>()
  private readonly scripted: (() => Promise<{ messageId: string }>)[] = []

  constructor(private readonly settings: { domain: string }) {}

  answerNext(answer: () => Promise<{ messageId: string }>): void {
    this.scripted.push(answer)
  }

  async send(mail: Mail): Promise<{ messageId: string }> {
    const scripted = this.scripted.shift()
    if (scripted) return scripted()
    const { from, to, subject, html, text, headers } = mail
    for (const [field, value] of Object.entries({ from, to, subject }))
      if (!value) throw emailError('E_FIELD_MISSING', `${field} is required`)
    const sender = typeof from === 'string' ? from : from.email
    if (!isAddress(sender) || !isAddress(to) || (!isText(html) && !isText(text)))
      throw emailError('E_VALIDATION_ERROR', 'Invalid email address')
    if (subject.length > 998) throw emailError('E_VALIDATION_ERROR', 'The subject is too long')
    if (bytes(html) + bytes(text) > 5 * 1024 * 1024)
      throw emailError('E_CONTENT_TOO_LARGE', 'Total message size exceeds the maximum')
    checkHeaders(headers)
    if (!sender.endsWith(`@${this.settings.domain}`))
      throw emailError('E_SENDER_DOMAIN_NOT_AVAILABLE', `Domain not available for sending: ${sender}`)
    if (this.suppressed.has(to))
      throw emailError('E_RECIPIENT_SUPPRESSED', 'Recipient is on suppression list')
    const id = crypto.randomUUID()
    this.accepted.push({ id, mail })
    return { messageId: id }
  }
}

function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    const isExtension = /^X-[A-Za-z0-9\-_]+$/i.test(name)
    if (!isExtension && !ALLOWED.includes(name.toLowerCase()))
      throw emailError('E_HEADER_NOT_ALLOWED', `Header '${name}' is not allowed.`)
    if (value === '' || /[\r\n]/.test(value)) throw emailError('E_HEADER_VALUE_INVALID', `Header '${name}'`)
    if (bytes(value) > 2048) throw emailError('E_HEADER_VALUE_TOO_LONG', `Header '${name}'`)
    if (name.toLowerCase() === 'list-unsubscribe' && !/<(https|mailto):[^>]+>/.test(value))
      throw emailError(
        'E_HEADER_VALUE_INVALID',
        `Header '${name}' must contain angle-bracket HTTPS or mailto URI(s).`,
      )
  }
}
