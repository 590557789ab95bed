import { StandIn } from './stand-in'

type Mail = {
  from: string
  to: string | string[]
  subject: string
  html?: string
  text?: string
  headers?: Record<string, string>
  tags?: { name: string; value: string }[]
}

type Answer = { status: number; body: unknown; headers?: Record<string, string> }

const refusal = (status: number, name: string, message: string): Answer => ({
  status,
  body: { statusCode: status, name, message },
})

/**
 * Stands in for Resend's `POST /emails` behind `fetch`, by its documentation (read in November 2026):
 * resend.com/docs/api-reference/{errors,rate-limit,emails/send-email}, …/dashboard/emails/idempotency-keys,
 * …/knowledge-base/403-error-1010, and github.com/resend/resend-openapi.
 */
export class ResendStandIn extends StandIn {
  /** What it took, once each. */
  readonly accepted: { id: string; key: string | null; mail: Mail }[] = []
  domains: { name: string; status: string; click_tracking: boolean }[] = []
  /** A key with sending access may send mails and nothing else. */
  sendingAccessOnly = false

  private readonly keys = new Map<string, { body: string; id: string | null }>()
  private window = { startedAt: 0, requests: 0 }
  private gate: Promise<void> = Promise.resolve()

  constructor(private readonly settings: { apiKey: string; perSecond?: number }) {
    super()
  }

  /** Keeps requests in progress until the returned function is called. */
  hold(): () => void {
    let release = () => {}
    this.gate = new Promise((resolve) => {
      release = resolve
    })
    return () => release()
  }

  protected async answer(request: Request): Promise<Response> {
    if (!request.headers.get('User-Agent')) return new Response('error code: 1010', { status: 403 })

    const limit = this.settings.perSecond ?? 5
    const remaining = this.countRequest(limit)
    const { status, body, headers } =
      remaining < 0
        ? refusal(
            429,
            'rate_limit_exceeded',
            'Too many requests. Please limit the number of requests per second.',
          )
        : await this.decide(request)
    return Response.json(body, {
      status,
      headers: {
        'ratelimit-limit': `${limit}`,
        'ratelimit-remaining': `${Math.max(0, remaining)}`,
        'ratelimit-reset': '1',
        ...(remaining < 0 && { 'retry-after': '1' }),
        ...headers,
      },
    })
  }

  private countRequest(limit: number): number {
    if (Date.now() - this.window.startedAt >= 1000) this.window = { startedAt: Date.now(), requests: 0 }
    this.window.requests++
    return limit - this.window.requests
  }

  private async decide(request: Request): Promise<Answer> {
    const { pathname, origin } = new URL(request.url)
    const isList = request.method === 'GET' && pathname === '/domains'
    if (origin !== 'https://api.resend.com' || (pathname !== '/emails' && !isList))
      return refusal(404, 'not_found', 'The requested endpoint does not exist.')
    if (!isList && request.method !== 'POST')
      return refusal(405, 'method_not_allowed', 'Method is not allowed for the requested path.')
    const authorization = request.headers.get('Authorization')
    if (!authorization) return refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
    if (authorization !== `Bearer ${this.settings.apiKey}`)
      return refusal(403, 'invalid_api_key', 'API key is invalid.')
    if (isList && this.sendingAccessOnly)
      return refusal(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
    if (isList) return { status: 200, body: { object: 'list', has_more: false, data: this.domains } }

    const body = await request.text()
    const mail = request.headers.get('Content-Type') === 'application/json' ? parsed(body) : null
    const problem = problemWith(mail)
    if (mail === null || problem) return problem ?? refusal(400, 'validation_error', 'The body is not JSON.')
    const key = request.headers.get('Idempotency-Key')
    if (key !== null && (key.length < 1 || key.length > 256))
      return refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
    return this.take(key, body, mail)
  }

  private async take(key: string | null, body: string, mail: Mail): Promise<Answer> {
    const earlier = key === null ? undefined : this.keys.get(key)
    if (earlier && earlier.body !== body) {
      const message = 'Same idempotency key used with a different request payload.'
      return refusal(409, 'invalid_idempotent_request', message)
    }
    if (earlier && earlier.id === null) {
      const message = 'Same idempotency key used while original request is still in progress.'
      return refusal(409, 'concurrent_idempotent_requests', message)
    }
    if (earlier) return { status: 200, body: { id: earlier.id } }

    if (key !== null) this.keys.set(key, { body, id: null })
    await this.gate
    const id = crypto.randomUUID()
    if (key !== null) this.keys.set(key, { body, id })
    this.accepted.push({ id, key, mail })
    return { status: 200, body: { id } }
  }
}

function parsed(body: string): Mail | null {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function problemWith(mail: Mail | null): Answer | null {
  if (mail === null || typeof mail !== 'object') return null
  const { from, to, subject, html, text, headers = {}, tags = [], ...unknown } = mail
  for (const [field, value] of Object.entries({ from, to, subject }))
    if (!value) return refusal(422, 'missing_required_field', `Missing \`${field}\` field.`)
  if (!html && !text) return refusal(422, 'missing_required_field', 'Missing `html` or `text` field.')
  if (!/^([^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from))
    return refusal(422, 'invalid_from_address', 'Invalid `from` field.')

  const invalid = (message: string) => refusal(400, 'validation_error', message)
  const recipients = Array.isArray(to) ? to : [to]
  if (recipients.length > 50 || !recipients.every((one) => typeof one === 'string' && one.includes('@')))
    return invalid('Invalid `to` field.')
  if ([subject, html ?? '', text ?? ''].some((value) => typeof value !== 'string'))
    return invalid('The subject, html and text fields must be strings.')
  if (!Object.values(headers).every((value) => typeof value === 'string'))
    return invalid('The headers must be strings.')
  const isTagWord = (word: unknown) => typeof word === 'string' && /^[A-Za-z0-9_-]{1,256}$/.test(word)
  if (tags.length > 75 || !tags.every((tag) => isTagWord(tag.name) && isTagWord(tag.value)))
    return invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.')
  const [extra] = Object.keys(unknown)
  return extra ? invalid(`Unknown field \`${extra}\`.`) : null
}
