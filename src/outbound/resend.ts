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

// Resend says of the daily quota "wait until 24 hours have passed", of the monthly one nothing. Its rate-limit
// headers speak of the current second, not of the quota.
const QUOTA_WAITS = new Map([
  ['daily_quota_exceeded', QUOTA_WAIT_SECONDS],
  ['monthly_quota_exceeded', 4 * QUOTA_WAIT_SECONDS],
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
export function resend(settings: { from: string; apiKey: string; baseUrl: string }): MailProvider {
  const { apiKey, baseUrl, from } = settings
  return httpProvider({
    name: 'resend',
    label: 'Resend',
    perSecond: 4,
    secrets: [apiKey],
    baseUrlSetting: 'RESEND_BASE_URL',
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
    send: {
      path: '/emails',
      headers: ({ id }) => ({ 'Idempotency-Key': id }),
      body: ({ id, from, to, subject, html, text, headers }) => ({
        from,
        to: [to],
        subject,
        html,
        text,
        headers,
        tags: [{ name: 'delivery', value: id }],
      }),
      idIn: ({ body }) => text(body, 'id'),
      refusal,
    },
    check: (get) => check(get, domainOf(from)),
  })
}

/** https://resend.com/docs/api-reference/errors and …/rate-limit */
function refusal({ status, body }: Answer): Refusal {
  const name = text(body, 'name') ?? ''
  const message = text(body, 'message')
  const quotaWait = status === 429 ? QUOTA_WAITS.get(name) : undefined
  if (quotaWait !== undefined) return { message, verdict: 'retry', afterSeconds: quotaWait }
  if (status !== 409) return { message }
  // It took a mail with this id before, whose answer was lost; a release that changed the words came between.
  return { message, verdict: name === 'invalid_idempotent_request' ? 'sent' : 'retry' }
}

/** Partially: a domain that receives as well can have that part missing. */
const VERIFIED = ['verified', 'partially_verified']
const Domains = z.object({
  data: z.array(z.object({ name: z.string(), status: z.string(), click_tracking: z.boolean().optional() })),
})

/** https://resend.com/docs/api-reference/domains/list-domains, which a key with sending access may not ask. */
async function check(get: Get, domain: string) {
  const { answer, problem: trouble } = await get('/domains?limit=100')
  if (trouble) return trouble
  if (text(answer.body, 'name') === 'restricted_api_key')
    return ok(
      `The key is accepted, for sending alone, so whether ${domain} is verified shows in a test mail.`,
    )
  if (answer.status === 401 || answer.status === 403)
    return problem('Resend does not accept the key.', 'RESEND_API_KEY', 'Set a key with sending access.')
  const domains = Domains.safeParse(answer.body)
  if (!answer.ok || !domains.success)
    return problem(
      `Resend answered ${answer.status}, and not as it documents.`,
      'RESEND_BASE_URL',
      'See whether it is Resend’s address.',
    )
  const found = domains.data.data.find(({ name }) => name.toLowerCase() === domain)
  if (!found)
    return problem(
      `Resend does not know ${domain}.`,
      'MAIL_FROM',
      'Add the domain at Resend, or send from one that is there.',
    )
  if (!VERIFIED.includes(found.status))
    return problem(
      `Resend has not verified ${domain}: ${found.status.replaceAll('_', ' ')}.`,
      'MAIL_FROM',
      'Add the DNS records that Resend shows for it, or send from a verified domain.',
    )
  if (found.click_tracking)
    return problem(
      `Resend tracks clicks in mails from ${domain}, so it sees every link’s secret.`,
      null,
      'Turn click tracking off in the domain’s settings at Resend.',
    )
  return ok(`The key is accepted, and ${domain} is verified.`)
}
