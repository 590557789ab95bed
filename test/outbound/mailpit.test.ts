import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { mailpit } from '../../src/outbound/mailpit'
import { MailpitStandIn } from '../support/mailpit'
import { MAIL } from '../support/providers'

const baseUrl = 'http://localhost:8025'
const provider = mailpit({ baseUrl, login: null })
let standIn: MailpitStandIn
const open = (login: string | null) => {
  standIn = new MailpitStandIn(login)
  vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
}
beforeEach(() => open(null))
afterEach(() => {
  vi.restoreAllMocks()
})

it('Mailpit gets the delivery’s id as header and as Message-ID', async () => {
  await provider.send(MAIL)
  expect(standIn.requests[0]?.headers.get('Authorization')).toBeNull()
  expect(standIn.accepted.map(({ mail }) => mail)).toEqual([
    {
      From: { Email: 'invitations@usher.example', Name: 'Acme, "Inc."' },
      To: [{ Email: MAIL.to }],
      Subject: MAIL.subject,
      HTML: MAIL.html,
      Text: MAIL.text,
      Headers: {
        ...MAIL.headers,
        'Message-ID': `<${MAIL.id}@usher.example>`,
        'X-Usher-Delivery': MAIL.id,
      },
    },
  ])
})

it('Mailpit keeps a mail once that is sent twice, if it is told to ignore duplicates', async () => {
  standIn.ignoresDuplicates = true
  await provider.send(MAIL)
  expect(await provider.send(MAIL)).toEqual({ kind: 'sent', providerId: null })
  expect(standIn.accepted).toHaveLength(1)
})

it.each([
  ['an address that is none', { to: 'nobody' }, 'Mailpit answered 400: invalid To address'],
  [
    'a header that Mailpit makes itself',
    { headers: { Subject: 'x' } },
    'Mailpit answered 400: cannot overwrite header: "Subject"',
  ],
])('a mail with %s has failed in Mailpit’s words', async (_, changes, reason) => {
  expect(await provider.send({ ...MAIL, ...changes })).toEqual({ kind: 'failed', reason })
})

it('Mailpit’s check tells its version, and which login is missing or wrong', async () => {
  expect(await provider.check()).toEqual({
    kind: 'ok',
    detail: 'Mailpit v1.29.7 takes the mails and keeps them.',
  })
  open('usher:pässword')
  expect(await provider.check()).toMatchObject({ kind: 'problem', setting: 'MAILPIT_USER' })
  const wrong = mailpit({ baseUrl, login: { user: 'usher', password: 'wrong' } })
  expect(await wrong.check()).toMatchObject({ kind: 'problem', setting: 'MAILPIT_PASSWORD' })
})
