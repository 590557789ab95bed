import { isAddress, isObject, isText, objectIn, StandIn } from './stand-in'

const RESERVED = [
  ...['x-sg-id', 'x-sg-eid', 'received', 'dkim-signature', 'content-type', 'content-transfer-encoding'],
  ...['to', 'from', 'subject', 'reply-to', 'cc', 'bcc'],
]
const FIELDS = [
  ...['personalizations', 'from', 'reply_to', 'subject', 'content', 'headers', 'categories', 'custom_args'],
  ...['asm', 'mail_settings', 'tracking_settings'],
]
const MEGABYTE = 1024 * 1024

export const sendgridRefusal = (status: number, message: string, field: string | null = null): Response =>
  Response.json({ errors: [{ message, field, help: null }] }, { status })

/**
 * Stands in for SendGrid by its documentation (read in November 2026):
 * twilio.com/docs/sendgrid/api-reference/mail-send and …/mail-send/errors, …/api-key-permissions,
 * …/domain-authentication, …/how-to-use-the-sendgrid-v3-api/rate-limits, and github.com/twilio/sendgrid-oai.
 */
export class SendGridStandIn extends StandIn {
  readonly accepted: { id: string; mail: Record<string, unknown> }[] = []
  scopes = ['mail.send']
  domains: { id: number; domain: string; subdomain: string; valid: boolean }[] = []

  constructor(private readonly settings: { apiKey: string; domain: string }) {
    super()
  }

  protected async answer(request: Request): Promise<Response> {
    const { pathname, origin, searchParams } = new URL(request.url)
    if (origin !== 'https://api.sendgrid.com') return sendgridRefusal(404, 'not found')
    if (request.headers.get('Authorization') !== `Bearer ${this.settings.apiKey}`)
      return sendgridRefusal(401, 'The provided authorization grant is invalid, expired, or revoked')
    if (request.method === 'GET') return this.show(pathname, searchParams)
    if (request.method !== 'POST') return sendgridRefusal(405, 'method not allowed')
    if (pathname !== '/v3/mail/send') return sendgridRefusal(404, 'not found')
    if (!this.scopes.includes('mail.send')) return sendgridRefusal(403, 'access forbidden')
    if (request.headers.get('Content-Type') !== 'application/json')
      return sendgridRefusal(400, 'Content-Type should be application/json.')
    return this.take(await objectIn(request))
  }

  private show(pathname: string, query: URLSearchParams): Response {
    if (pathname === '/v3/scopes') return Response.json({ scopes: this.scopes })
    if (pathname !== '/v3/whitelabel/domains') return sendgridRefusal(404, 'not found')
    if (!this.scopes.includes('whitelabel.read')) return sendgridRefusal(403, 'access forbidden')
    return Response.json(this.domains.filter(({ domain }) => domain === query.get('domain')))
  }

  private take(mail: Record<string, unknown> | null): Response {
    if (mail === null) return sendgridRefusal(400, 'Bad Request')
    if (JSON.stringify(mail).length > 30 * MEGABYTE) return sendgridRefusal(413, 'content too large')
    const problem = problemWith(mail)
    if (problem) return problem
    if (!(isObject(mail.from) && String(mail.from.email).endsWith(`@${this.settings.domain}`)))
      return sendgridRefusal(
        403,
        'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
        'from',
      )
    const id = crypto.randomUUID()
    this.accepted.push({ id, mail })
    return new Response(null, { status: 202, headers: { 'X-Message-Id': id } })
  }
}

function problemWith(mail: Record<string, unknown>): Response | null {
  const invalid = (message: string, field: string) => sendgridRefusal(400, message, field)
  const { personalizations, from, subject, content, headers = {}, custom_args = {} } = mail
  const [unknown] = Object.keys(mail).filter((field) => !FIELDS.includes(field))
  if (unknown) return invalid(`Additional property ${unknown} is not allowed`, unknown)
  if (!Array.isArray(personalizations) || personalizations.length < 1 || personalizations.length > 1000)
    return invalid(
      'The personalizations field is required and must have at least one personalization.',
      'personalizations',
    )
  for (const one of personalizations) {
    const to: unknown = isObject(one) ? one.to : null
    if (!Array.isArray(to) || !to.every((person) => isObject(person) && isAddress(person.email)))
      return invalid('Does not contain a valid address.', 'personalizations.0.to.0.email')
  }
  if (!isObject(from) || !isAddress(from.email))
    return invalid('The from email does not contain a valid address.', 'from')
  if ('name' in from && !isText(from.name)) return invalid('Invalid type. Expected: string.', 'from.name')
  if (!isText(subject)) return invalid('The subject is required.', 'subject')
  if (
    !Array.isArray(content) ||
    !content.every((part) => isObject(part) && isText(part.type) && isText(part.value))
  )
    return invalid('The content value must be a string at least one character in length.', 'content')
  const types = content.map((part) => (isObject(part) ? part.type : null))
  if (types.includes('text/plain') && types[0] !== 'text/plain')
    return invalid(
      'If present, text/plain and text/html may only be provided once, and in this order.',
      'content',
    )
  if (!isObject(headers) || !Object.values(headers).every(isText))
    return invalid('The headers must be strings.', 'headers')
  const [reserved] = Object.keys(headers).filter((name) => RESERVED.includes(name.toLowerCase()))
  if (reserved) return invalid(`The header ${reserved} is reserved.`, 'headers')
  if (!isObject(custom_args) || !Object.values(custom_args).every(isText))
    return invalid('Invalid type. Expected: object.', 'custom_args')
  return JSON.stringify(custom_args).length > 10_000
    ? invalid('The custom args are limited to 10,000 bytes.', 'custom_args')
    : null
}
