import { isMailbox, isText, loginIn, StandIn } from './stand-in'

const MEGABYTE = 1024 * 1024
const refusal = (status: number, message: string) => Response.json({ message }, { status })

/**
 * Stands in for Mailgun by its documentation (read in November 2026): documentation.mailgun.com/docs/mailgun/
 * api-reference/send/mailgun/{messages,domains}, …/api-reference/authentication, …/quickstart-guide/responses,
 * …/user-manual/sending-messages/send-http.
 */
export class MailgunStandIn extends StandIn {
  readonly accepted: { id: string; mail: Record<string, string> }[] = []
  state = 'active'
  /** A domain's sending key may post messages and nothing else. */
  sendingKeyOnly = false

  constructor(private readonly settings: { apiKey: string; domain: string }) {
    super()
  }

  protected async answer(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url)
    const { apiKey, domain } = this.settings
    if (origin !== 'https://api.mailgun.net') return new Response('', { status: 404 })
    if (loginIn(request) !== `api:${apiKey}`) return new Response('Forbidden', { status: 401 })
    if (request.method === 'GET' && pathname.startsWith('/v4/domains/')) {
      if (this.sendingKeyOnly) return refusal(401, 'Invalid private key')
      return pathname === `/v4/domains/${domain}`
        ? Response.json({ domain: { name: domain, state: this.state } })
        : refusal(404, 'Domain not found')
    }
    const named = /^\/v3\/([^/]+)\/messages$/.exec(pathname)?.[1]
    if (request.method !== 'POST' || named === undefined) return new Response('Not Found', { status: 404 })
    if (named !== domain) return refusal(404, `Domain not found: ${named}`)
    if (!request.headers.get('Content-Type')?.startsWith('multipart/form-data; boundary='))
      return refusal(400, 'The body is no form.')
    return this.take(await request.formData())
  }

  private take(form: FormData): Response {
    const mail = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
    const problem = problemWith(mail)
    if (problem) return problem
    const id = `<${crypto.randomUUID()}@${this.settings.domain}>`
    this.accepted.push({ id, mail })
    return Response.json({ id, message: 'Queued. Thank you.' })
  }
}

function problemWith(mail: Record<string, string>): Response | null {
  const { from, to, text, html } = mail
  const options = Object.entries(mail).filter(([name]) => /^[ohv]:/.test(name))
  const size = (fields: [string, string][]) =>
    fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  for (const [name, value] of Object.entries({ from, to })) {
    if (!isText(value)) return refusal(400, `${name} parameter is missing`)
    if (!isMailbox(value))
      return refusal(400, `${name} parameter is not a valid address. please check documentation`)
  }
  if (!isText(text) && !isText(html))
    return refusal(400, 'Need at least one of ‘text’ or ‘html’ parameters specified')
  if (size(Object.entries(mail)) > 25 * MEGABYTE) return refusal(413, 'Request entity too large')
  if (size(options) > 16 * 1024)
    return refusal(400, 'Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total')
  const [foreign] = options.filter(([name]) => !/^[\x21-\x7e]+$/.test(name))
  if (foreign) return refusal(400, `Header name must be pure ASCII: ${foreign[0]}`)
  const [odd] = Object.keys(mail).filter(
    (name) =>
      /^o:tracking/.test(name) && !['yes', 'no', 'true', 'false', 'htmlonly'].includes(mail[name] ?? ''),
  )
  return odd ? refusal(400, `${odd} is not a valid value`) : null
}
