import { isAddress, isObject, loginIn, objectIn, StandIn } from './stand-in'

const RESTRICTED = ['To', 'From', 'Cc', 'Bcc', 'Reply-To', 'Date', 'Subject', 'Content-Type', 'Mime-Version']
const refusal = (message: string) => Response.json({ Error: message }, { status: 400 })
const unauthorised = () =>
  new Response('Unauthorized.\n', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="Login"' } })

/**
 * Stands in for Mailpit by its documentation and source (read in November 2026):
 * mailpit.axllent.org/docs/api-v1/, github.com/axllent/mailpit: server/apiv1/send.go and server/server.go.
 */
export class MailpitStandIn extends StandIn {
  readonly accepted: { id: string; mail: Record<string, unknown> }[] = []
  /** `--ignore-duplicate-ids` */
  ignoresDuplicates = false

  /** `login` is `user:password`, or null where nobody has to sign in. */
  constructor(private readonly login: string | null = null) {
    super()
  }

  protected async answer(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url)
    if (origin !== 'http://localhost:8025') return new Response('', { status: 404 })
    if (this.login !== null && loginIn(request) !== this.login) return unauthorised()
    if (request.method === 'GET' && pathname === '/api/v1/info')
      return Response.json({ Version: 'v1.29.7', Messages: this.accepted.length })
    if (request.method !== 'POST' || pathname !== '/api/v1/send') return new Response('', { status: 404 })
    const mail = await objectIn(request)
    if (mail === null) return refusal('invalid character looking for beginning of value')
    const { From, To, Headers = {} } = mail
    if (!isObject(From) || !isAddress(From.Email)) return refusal('error building message: from not set')
    for (const one of Array.isArray(To) ? To : [])
      if (!isObject(one) || !isAddress(one.Email)) return refusal('invalid To address')
    if (!isObject(Headers)) return refusal('json: cannot unmarshal array into Go struct field')
    const [restricted] = Object.keys(Headers).filter((name) => RESTRICTED.includes(name))
    if (restricted) return refusal(`cannot overwrite header: "${restricted}"`)
    return this.take(mail, String(Headers['Message-ID'] ?? ''))
  }

  private take(mail: Record<string, unknown>, messageId: string): Response {
    const isKnown = this.accepted.some(
      (one) => isObject(one.mail.Headers) && one.mail.Headers['Message-ID'] === messageId,
    )
    if (this.ignoresDuplicates && isKnown) return Response.json({ ID: '' })
    const id = crypto.randomUUID()
    this.accepted.push({ id, mail })
    return Response.json({ ID: id })
  }
}
