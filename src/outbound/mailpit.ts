import { type Answer, basicAuth, type Get, httpProvider, ok, problem, type Refusal, text } from './http'
import type { MailProvider } from './mail'
import { senderOf } from './sender'

/**
 * Mailpit's `POST /api/v1/send` (https://mailpit.axllent.org/docs/api-v1/). It keeps what it gets and delivers
 * nothing unless it is told to relay. Run it with `--ignore-duplicate-ids` and a mail that is sent again is
 * kept once, by its Message-ID.
 */
export function mailpit(settings: {
  baseUrl: string
  login: { user: string; password: string } | null
}): MailProvider {
  const { baseUrl, login } = settings
  const authorization = login && basicAuth(login.user, login.password)
  return httpProvider({
    name: 'mailpit',
    label: 'Mailpit',
    perSecond: null,
    secrets: login && authorization ? [login.password, authorization.replace('Basic ', '')] : [],
    baseUrlSetting: 'MAILPIT_BASE_URL',
    baseUrl,
    headers: authorization ? { Authorization: authorization } : {},
    send: {
      path: '/api/v1/send',
      body: ({ id, from, to, subject, html, text, headers }) => {
        const { address, name } = senderOf(from)
        return {
          From: { Email: address, Name: name ?? '' },
          To: [{ Email: to }],
          Subject: subject,
          HTML: html,
          Text: text,
          Headers: {
            ...headers,
            'Message-ID': `<${id}@${address.split('@').at(-1)}>`,
            'X-Usher-Delivery': id,
          },
        }
      },
      idIn: ({ body }) => text(body, 'ID'),
      refusal: ({ body }: Answer): Refusal => ({ message: text(body, 'Error') }),
    },
    check: (get) => check(get, login !== null),
  })
}

async function check(get: Get, hasLogin: boolean) {
  const { answer, problem: trouble } = await get('/api/v1/info')
  if (trouble) return trouble
  if (answer.status === 401)
    return hasLogin
      ? problem(
          'Mailpit does not accept the user and password here.',
          'MAILPIT_PASSWORD',
          'Set those of its interface. If it has others for sending, a test mail tells whether they are right.',
        )
      : problem(
          'Mailpit wants a user and a password.',
          'MAILPIT_USER',
          'Set MAILPIT_USER and MAILPIT_PASSWORD.',
        )
  const version = text(answer.body, 'Version')
  if (!answer.ok || version === null)
    return problem(
      `What answers there is not Mailpit: ${answer.status}.`,
      'MAILPIT_BASE_URL',
      'Set the address of its web interface, such as http://localhost:8025.',
    )
  return ok(`Mailpit ${version} takes the mails and keeps them.`)
}
