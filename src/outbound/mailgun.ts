import { type Answer, basicAuth, type Get, httpProvider, ok, problem, type Refusal, text } from './http'
import type { MailProvider, OutgoingMail } from './mail'

/**
 * Mailgun's `POST /v3/<domain>/messages`
 * (https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages), a form. It has no
 * idempotency: an answer that is lost can mean a second mail, with the same link. Suppressed addresses are taken
 * and dropped, which its events tell. The delivery's id goes along as a variable. Domains in the EU have a host
 * of their own, https://api.eu.mailgun.net.
 */
export function mailgun(settings: { apiKey: string; domain: string; baseUrl: string }): MailProvider {
  const { apiKey, domain, baseUrl } = settings
  const authorization = basicAuth('api', apiKey)
  return httpProvider({
    name: 'mailgun',
    label: 'Mailgun',
    perSecond: null,
    secrets: [apiKey, authorization.replace('Basic ', '')],
    baseUrlSetting: 'MAILGUN_BASE_URL',
    baseUrl,
    headers: { Authorization: authorization },
    send: {
      path: `/v3/${encodeURIComponent(domain)}/messages`,
      body: formOf,
      idIn: ({ body }) => text(body, 'id'),
      refusal,
    },
    check: (get) => check(get, domain),
  })
}

function formOf({ id, from, to, subject, html, text, headers }: OutgoingMail): FormData {
  const form = new FormData()
  const fields = {
    from,
    to,
    subject,
    text,
    html,
    'v:delivery': id,
    // Tracked links would lead through Mailgun, secrets and all.
    'o:tracking': 'no',
    'o:tracking-clicks': 'no',
    'o:tracking-opens': 'no',
  }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  for (const [name, value] of Object.entries(headers)) form.set(`h:${name}`, value)
  return form
}

/** https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses */
function refusal({ status, body }: Answer): Refusal {
  const message = text(body, 'message')
  if (status === 401 && message === null) return { message: 'The key or its region is wrong.' }
  // Its copies agree a little later, so a 404 with a reason can pass; one without is no address of Mailgun's.
  return status === 404 && message !== null ? { message, verdict: 'retry' } : { message }
}

/** https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/domains, which a sending key may not ask. */
async function check(get: Get, domain: string) {
  const { answer, problem: trouble } = await get(`/v4/domains/${encodeURIComponent(domain)}`)
  if (trouble) return trouble
  if (answer.status === 401 || answer.status === 403)
    return problem(
      `Mailgun does not show ${domain} to this key: it is for sending alone, or wrong, or of another region.`,
      'MAILGUN_API_KEY',
      'A test mail tells which. A sending key of the domain is enough.',
    )
  if (answer.status === 404)
    return problem(
      `Mailgun does not know ${domain} here.`,
      'MAILGUN_DOMAIN',
      'Set the domain as it is called at Mailgun; for one in the EU set MAILGUN_BASE_URL to https://api.eu.mailgun.net.',
    )
  const state = text(answer.body, 'domain', 'state')
  if (!answer.ok || state === null)
    return problem(
      `Mailgun answered ${answer.status}, and not as it documents.`,
      'MAILGUN_BASE_URL',
      'See whether it is Mailgun’s address for your region.',
    )
  return state === 'active'
    ? ok(`The key is accepted, and ${domain} is verified.`)
    : problem(
        `${domain} is ${state} at Mailgun.`,
        'MAILGUN_DOMAIN',
        'Add the DNS records that Mailgun shows for it, or send by another domain.',
      )
}
