import { isMailbox, isObject, isText, objectIn, StandIn } from './stand-in'

const FIELDS = [
  ...['From', 'To', 'Cc', 'Bcc', 'ReplyTo', 'Subject', 'HtmlBody', 'TextBody', 'Headers', 'Attachments'],
  ...['Tag', 'Metadata', 'MessageStream', 'TrackLinks', 'TrackOpens'],
]
const MEGABYTE = 1024 * 1024

/** An answer as Postmark shapes them; of a mail that is refused with 422. */
export const postmarkRefusal = (ErrorCode: number, Message: string, status = 422): Response =>
  Response.json({ ErrorCode, Message }, { status })

/**
 * Stands in for Postmark by its documentation (read in November 2026): postmarkapp.com/developer/api/overview,
 * …/email-api, …/server-api, …/message-streams-api, and postmarkapp.com/support/article/1125-custom-metadata-faq.
 */
export class PostmarkStandIn extends StandIn {
  readonly accepted: { id: string; mail: Record<string, unknown> }[] = []
  readonly inactive = new Set<string>()
  server: Record<string, unknown> = { ID: 1, Name: 'Acme', DeliveryType: 'Live', TrackLinks: 'HtmlAndText' }
  streams: Record<string, Record<string, unknown>> = {
    outbound: { ID: 'outbound', MessageStreamType: 'Transactional', ArchivedAt: null },
  }

  constructor(private readonly settings: { serverToken: string; domain: string }) {
    super()
  }

  protected async answer(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url)
    if (origin !== 'https://api.postmarkapp.com') return new Response('', { status: 404 })
    if (request.headers.get('X-Postmark-Server-Token') !== this.settings.serverToken)
      return postmarkRefusal(
        10,
        'The Server Token you provided in the X-Postmark-Server-Token request header was invalid.',
        401,
      )
    if (request.headers.get('Accept') !== 'application/json')
      return postmarkRefusal(409, 'The Accept header must be application/json.', 415)
    if (request.method === 'GET') return this.show(pathname)
    if (request.method !== 'POST' || pathname !== '/email') return new Response('', { status: 404 })
    if (request.headers.get('Content-Type') !== 'application/json')
      return postmarkRefusal(409, 'The Content-Type header must be application/json.', 415)
    return this.take(await objectIn(request))
  }

  private show(pathname: string): Response {
    if (pathname === '/server') return Response.json(this.server)
    const stream = this.streams[pathname.replace('/message-streams/', '')]
    return stream
      ? Response.json(stream)
      : postmarkRefusal(1226, 'The message stream for the provided ‘ID’ was not found.')
  }

  private take(mail: Record<string, unknown> | null): Response {
    if (mail === null) return postmarkRefusal(402, 'Invalid JSON')
    if (JSON.stringify(mail).length > 10 * MEGABYTE)
      return postmarkRefusal(300, 'The request exceeded 10 MB.', 413)
    const problem = problemWith(mail)
    if (problem) return problem
    const to = String(mail.To)
    if (!String(mail.From).replace(/>$/, '').endsWith(`@${this.settings.domain}`))
      return postmarkRefusal(
        400,
        `The 'From' address you supplied (${mail.From}) is not a Sender Signature on your account.`,
      )
    if (!this.streams[String(mail.MessageStream ?? 'outbound')])
      return postmarkRefusal(1235, 'The ‘MessageStream’ provided does not exist on this server.')
    if (this.inactive.has(to))
      return postmarkRefusal(
        406,
        `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${to}.`,
      )
    const id = crypto.randomUUID()
    this.accepted.push({ id, mail })
    return Response.json({
      To: to,
      SubmittedAt: new Date().toISOString(),
      MessageID: id,
      ErrorCode: 0,
      Message: 'OK',
    })
  }
}

function problemWith(mail: Record<string, unknown>): Response | null {
  const { From, To, HtmlBody, TextBody, Headers = [], Metadata = {}, TrackLinks, TrackOpens } = mail
  const [unknown] = Object.keys(mail).filter((field) => !FIELDS.includes(field))
  if (unknown) return postmarkRefusal(403, `Invalid request field(s) - ${unknown}`)
  const invalid = (message: string) => postmarkRefusal(300, message)
  if (!isMailbox(From)) return invalid(`Error parsing 'From': Illegal email address '${From}'.`)
  if (!isText(To) || !To.split(',').every(isMailbox) || To.split(',').length > 50)
    return invalid(`Error parsing 'To': Illegal email address '${To}'.`)
  if (!isText(HtmlBody) && !isText(TextBody))
    return invalid('Provide either email TextBody or HtmlBody or both.')
  if ([HtmlBody, TextBody].some((body) => isText(body) && body.length > 5 * MEGABYTE))
    return invalid('A body may have 5 MB.')
  const areHeaders =
    Array.isArray(Headers) && Headers.every((one) => isObject(one) && isText(one.Name) && isText(one.Value))
  if (!areHeaders) return invalid('Headers are a list of Name and Value.')
  const isMetadata =
    isObject(Metadata) &&
    Object.entries(Metadata).length <= 10 &&
    Object.entries(Metadata).every(([key, value]) => key.length <= 20 && isText(value) && value.length <= 80)
  if (!isMetadata)
    return invalid('Metadata has at most 10 fields, with names of 20 and values of 80 characters.')
  if (
    TrackLinks !== undefined &&
    !['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly'].includes(String(TrackLinks))
  )
    return invalid('TrackLinks is none of its values.')
  return TrackOpens === undefined || typeof TrackOpens === 'boolean'
    ? null
    : invalid('TrackOpens is a boolean.')
}
