import { domainOf } from '../rules/sending-domain'
import {
  type Answer,
  type Get,
  httpProvider,
  ok,
  problem,
  QUOTA_WAIT_SECONDS,
  type Refusal,
  text,
} from './http'
import type { MailProvider } from './mail'

/** Numbers of their own, in the body; some look like statuses and mean something else. */
const CODES = { maintenance: 100, outOfCredits: 405, inactiveRecipient: 406 }

/**
 * Postmark's `POST /email` (https://postmarkapp.com/developer/api/email-api), one mail a request, 10 MB at most.
 * It documents no rate and no idempotency: an answer that is lost can mean a second mail, with the same link.
 * The delivery's id goes along as metadata, which its webhooks bring back.
 */
export function postmark(settings: {
  from: string
  serverToken: string
  messageStream: string
  baseUrl: string
}): MailProvider {
  const { from, serverToken, messageStream, baseUrl } = settings
  return httpProvider({
    name: 'postmark',
    label: 'Postmark',
    perSecond: null,
    secrets: [serverToken],
    baseUrlSetting: 'POSTMARK_BASE_URL',
    baseUrl,
    headers: { 'X-Postmark-Server-Token': serverToken },
    send: {
      path: '/email',
      body: ({ id, from, to, subject, html, text, headers }) => ({
        From: from,
        To: to,
        Subject: subject,
        HtmlBody: html,
        TextBody: text,
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
        Metadata: { delivery: id },
        MessageStream: messageStream,
        // Tracked links would lead through Postmark, secrets and all.
        TrackLinks: 'None',
        TrackOpens: false,
      }),
      idIn: ({ body }) => text(body, 'MessageID'),
      refusal,
    },
    check: (get) => check(get, messageStream, domainOf(from)),
  })
}

/** https://postmarkapp.com/developer/api/overview, "API error codes" */
function refusal({ ok: isTaken, body }: Answer): Refusal {
  const code = codeIn(body)
  const message = text(body, 'Message')
  if (isTaken) return code === 0 ? { message } : { message, verdict: 'failed' }
  if (code === CODES.inactiveRecipient)
    return {
      message:
        'It sends nothing more to this address, which bounced or complained before. Reactivate it at Postmark, or invite another address.',
      verdict: 'failed',
    }
  if (code === CODES.outOfCredits) return { message, verdict: 'retry', afterSeconds: QUOTA_WAIT_SECONDS }
  return code === CODES.maintenance ? { message, verdict: 'retry' } : { message }
}

function codeIn(body: unknown): number {
  const isCoded = typeof body === 'object' && body !== null && 'ErrorCode' in body
  return isCoded && typeof body.ErrorCode === 'number' ? body.ErrorCode : 0
}

/** https://postmarkapp.com/developer/api/server-api and …/message-streams-api */
async function check(get: Get, messageStream: string, domain: string) {
  const server = await get('/server')
  if (server.problem) return server.problem
  if (server.answer.status === 401)
    return problem(
      'Postmark does not accept the token.',
      'POSTMARK_SERVER_TOKEN',
      'Set the API token of the server, not that of the account.',
    )
  const name = text(server.answer.body, 'Name')
  if (!server.answer.ok || name === null)
    return problem(
      `Postmark answered ${server.answer.status}, and not as it documents.`,
      'POSTMARK_BASE_URL',
      'See whether it is Postmark’s address.',
    )
  if (text(server.answer.body, 'DeliveryType') === 'Sandbox')
    return problem(
      `${name} is a sandbox server: Postmark takes its mails and delivers none.`,
      'POSTMARK_SERVER_TOKEN',
      'Set the token of a live server.',
    )
  const stream = await get(`/message-streams/${encodeURIComponent(messageStream)}`)
  if (stream.problem) return stream.problem
  const type = text(stream.answer.body, 'MessageStreamType')
  if (!stream.answer.ok || type === 'Inbound')
    return problem(
      `${name} has no stream ${messageStream} to send by.`,
      'POSTMARK_MESSAGE_STREAM',
      'Set the id of a transactional stream of that server.',
    )
  if (text(stream.answer.body, 'ArchivedAt') !== null)
    return problem(
      `The stream ${messageStream} is archived.`,
      'POSTMARK_MESSAGE_STREAM',
      'Restore it at Postmark, or set another.',
    )
  return ok(
    `The token of ${name} is accepted. It does not tell whether ${domain} is verified; that shows in a test mail.`,
  )
}
