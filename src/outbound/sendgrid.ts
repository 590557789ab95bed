import * as z from 'zod'
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
import { senderOf } from './sender'

/**
 * SendGrid's `POST /v3/mail/send` (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send). It
 * has no idempotency: an answer that is lost can mean a second mail, with the same link. Addresses on its
 * suppression lists are taken and dropped, which its events tell. The delivery's id goes along as a custom
 * argument. Accounts in the EU have a host of their own, https://api.eu.sendgrid.com.
 */
export function sendgrid(settings: { from: string; apiKey: string; baseUrl: string }): MailProvider {
  const { from, apiKey, baseUrl } = settings
  return httpProvider({
    name: 'sendgrid',
    label: 'SendGrid',
    perSecond: null,
    secrets: [apiKey],
    baseUrlSetting: 'SENDGRID_BASE_URL',
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
    send: {
      path: '/v3/mail/send',
      body: ({ id, from, to, subject, html, text, headers }) => ({
        personalizations: [{ to: [{ email: to }] }],
        from: { email: senderOf(from).address, ...named(senderOf(from).name) },
        subject,
        // In this order; SendGrid refuses text after HTML.
        content: [
          { type: 'text/plain', value: text },
          { type: 'text/html', value: html },
        ],
        headers,
        custom_args: { delivery: id },
        tracking_settings: {
          // Tracked links would lead through SendGrid, secrets and all.
          click_tracking: { enable: false, enable_text: false },
          open_tracking: { enable: false },
          subscription_tracking: { enable: false },
          ganalytics: { enable: false },
        },
      }),
      idIn: ({ headers }) => headers.get('X-Message-Id'),
      refusal,
    },
    check: (get) => check(get, domainOf(from)),
  })
}

const named = (name: string | null) => (name === null ? {} : { name })

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors and …/how-to-use-the-sendgrid-v3-api/responses */
function refusal({ status, body }: Answer): Refusal {
  const message = text(body, 'errors', 0, 'message')
  // The plan's mails are used up, which it says with the status of a wrong key.
  return status === 401 && message?.toLowerCase().includes('credits exceeded')
    ? { message, verdict: 'retry', afterSeconds: QUOTA_WAIT_SECONDS }
    : { message }
}

const Scopes = z.object({ scopes: z.array(z.string()) })
const Domains = z.array(z.object({ domain: z.string(), subdomain: z.string().nullish(), valid: z.boolean() }))

/** https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions and …/domain-authentication */
async function check(get: Get, domain: string) {
  const asked = await get('/v3/scopes')
  if (asked.problem) return asked.problem
  const key = 'SENDGRID_API_KEY'
  if (asked.answer.status === 401 || asked.answer.status === 403)
    return problem('SendGrid does not accept the key.', key, 'Set a key with the permission Mail Send.')
  const scopes = Scopes.safeParse(asked.answer.body).data?.scopes
  if (!asked.answer.ok || !scopes)
    return problem(
      `SendGrid answered ${asked.answer.status}, and not as it documents.`,
      'SENDGRID_BASE_URL',
      'See whether it is SendGrid’s address for your region.',
    )
  if (!scopes.includes('mail.send'))
    return problem('The key may not send mails.', key, 'Give it the permission Mail Send at SendGrid.')
  const untold = ok(
    `The key may send. It does not tell whether ${domain} is authenticated; that shows in a test mail.`,
  )
  if (!scopes.includes('whitelabel.read')) return untold
  const listed = await get(`/v3/whitelabel/domains?limit=50&domain=${encodeURIComponent(domain)}`)
  if (listed.problem) return listed.problem
  const domains = Domains.safeParse(listed.answer.body)
  if (!listed.answer.ok || !domains.success) return untold
  const found = domains.data.filter((one) => one.domain.toLowerCase() === domain)
  if (found.some(({ valid }) => valid)) return ok(`The key may send, and ${domain} is authenticated.`)
  return problem(
    found.length > 0 ? `SendGrid has not authenticated ${domain} yet.` : `SendGrid does not know ${domain}.`,
    'MAIL_FROM',
    'Authenticate the domain at SendGrid, or send from one that is.',
  )
}
