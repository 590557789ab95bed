import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sendgrid } from '../../src/outbound/sendgrid'
import { MAIL } from '../support/providers'
import { SendGridStandIn, sendgridRefusal } from '../support/sendgrid'

const apiKey = 'SG.not-a-real-key'
const provider = sendgrid({ from: MAIL.from, apiKey, baseUrl: 'https://api.sendgrid.com' })
let standIn: SendGridStandIn
beforeEach(() => {
  standIn = new SendGridStandIn({ apiKey, domain: 'usher.example' })
  vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('SendGrid gets the delivery’s id as custom argument, text before HTML, and tracks nothing', async () => {
  expect(await provider.send(MAIL)).toEqual({ kind: 'sent', providerId: standIn.accepted[0]?.id })
  expect(standIn.accepted.map(({ mail }) => mail)).toEqual([
    {
      personalizations: [{ to: [{ email: MAIL.to }] }],
      from: { email: 'invitations@usher.example', name: 'Acme, "Inc."' },
      subject: MAIL.subject,
      content: [
        { type: 'text/plain', value: MAIL.text },
        { type: 'text/html', value: MAIL.html },
      ],
      headers: MAIL.headers,
      custom_args: { delivery: MAIL.id },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
        subscription_tracking: { enable: false },
        ganalytics: { enable: false },
      },
    },
  ])
})

it('a sender without a name has none at SendGrid', async () => {
  await provider.send({ ...MAIL, from: 'invitations@usher.example' })
  expect(standIn.accepted[0]?.mail.from).toEqual({ email: 'invitations@usher.example' })
})

it.each([
  ['an unknown sender', { from: 'invitations@elsewhere.example' }, /403: The from address does not match/],
  ['an address that is none', { to: 'nobody' }, /400: Does not contain a valid address\./],
  ['a header of SendGrid’s own', { headers: { 'X-SG-EID': 'x' } }, /400: The header X-SG-EID is reserved\./],
  ['more than 30 MB', { html: 'x'.repeat(31 * 1024 * 1024) }, /413: content too large/],
])('a mail with %s has failed in SendGrid’s words', async (_, changes, words) => {
  expect(await provider.send({ ...MAIL, ...changes })).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(words),
  })
})

it('a mail waits for hours when the plan’s mails are used up, though the status is that of a wrong key', async () => {
  standIn.answerNext(() => sendgridRefusal(401, 'Maximum credits exceeded'))
  expect(await provider.send(MAIL)).toEqual({
    kind: 'retry',
    reason: 'SendGrid answered 401: Maximum credits exceeded',
    afterSeconds: 3 * 3600,
  })
})

it('a key with Mail Send alone works, and does not tell of the domain', async () => {
  expect(await provider.check()).toMatchObject({
    kind: 'ok',
    detail: expect.stringContaining('does not tell'),
  })
  expect(standIn.requests).toHaveLength(1)
})

it('a key that may not send is the problem', async () => {
  standIn.scopes = ['stats.read']
  expect(await provider.check()).toMatchObject({ kind: 'problem', setting: 'SENDGRID_API_KEY' })
})

it('a key that may read of domains tells whether the sending domain is authenticated', async () => {
  standIn.scopes = ['mail.send', 'whitelabel.read']
  expect(await provider.check()).toMatchObject({
    kind: 'problem',
    problem: 'SendGrid does not know usher.example.',
    setting: 'MAIL_FROM',
  })
  const domain = { id: 1, domain: 'usher.example', subdomain: 'em1', valid: false }
  standIn.domains = [domain]
  expect(await provider.check()).toMatchObject({ kind: 'problem', setting: 'MAIL_FROM' })
  standIn.domains = [domain, { ...domain, valid: true }]
  expect(await provider.check()).toEqual({
    kind: 'ok',
    detail: 'The key may send, and usher.example is authenticated.',
  })
})
