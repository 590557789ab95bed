import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { mailgun } from '../../src/outbound/mailgun'
import { MailgunStandIn } from '../support/mailgun'
import { MAIL } from '../support/providers'

const settings = {
  apiKey: 'key-not-a-real-one',
  domain: 'mg.usher.example',
  baseUrl: 'https://api.mailgun.net',
}
const provider = mailgun(settings)
let standIn: MailgunStandIn
beforeEach(() => {
  standIn = new MailgunStandIn(settings)
  vi.spyOn(globalThis, 'fetch').mockImplementation(standIn.fetch)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('Mailgun gets a form with the delivery’s id as variable and every header, and tracks nothing', async () => {
  await provider.send(MAIL)
  expect(standIn.accepted.map(({ mail }) => mail)).toEqual([
    {
      from: MAIL.from,
      to: MAIL.to,
      subject: MAIL.subject,
      text: MAIL.text,
      html: MAIL.html,
      'v:delivery': MAIL.id,
      'o:tracking': 'no',
      'o:tracking-clicks': 'no',
      'o:tracking-opens': 'no',
      'h:Auto-Submitted': 'auto-generated',
      'h:List-Unsubscribe': MAIL.headers['List-Unsubscribe'],
      'h:List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  ])
})

it.each([
  ['an address that is none', { to: 'nobody' }, /400: to parameter is not a valid address/],
  [
    'headers over 16 kB',
    { headers: { 'X-Long': 'x'.repeat(17 * 1024) } },
    /400: .* are limited to 16 kB total/,
  ],
  ['more than 25 MB', { html: 'x'.repeat(26 * 1024 * 1024) }, /413: Request entity too large/],
])('a mail with %s has failed in Mailgun’s words', async (_, changes, words) => {
  expect(await provider.send({ ...MAIL, ...changes })).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(words),
  })
})

it('a mail by a domain that Mailgun does not find waits, since its copies agree a little later', async () => {
  expect(await mailgun({ ...settings, domain: 'mg.new.example' }).send(MAIL)).toEqual({
    kind: 'retry',
    reason: 'Mailgun answered 404: Domain not found: mg.new.example',
    afterSeconds: null,
  })
})

it('a 404 without a reason is no address of Mailgun’s, and final', async () => {
  standIn.answerNext(() => new Response('<h1>Not Found</h1>', { status: 404 }))
  expect(await provider.send(MAIL)).toEqual({
    kind: 'failed',
    reason: 'Mailgun answered 404: It gave no reason.',
  })
})

it('a wrong key names itself and the region, since Mailgun says no more than Forbidden', async () => {
  expect(await mailgun({ ...settings, apiKey: 'key-of-somebody-else' }).send(MAIL)).toEqual({
    kind: 'failed',
    reason: 'Mailgun answered 401: The key or its region is wrong.',
  })
})

it('Mailgun’s check says whether the domain is verified', async () => {
  expect(await provider.check()).toEqual({
    kind: 'ok',
    detail: 'The key is accepted, and mg.usher.example is verified.',
  })
  standIn.state = 'unverified'
  expect(await provider.check()).toMatchObject({
    kind: 'problem',
    problem: 'mg.usher.example is unverified at Mailgun.',
    setting: 'MAILGUN_DOMAIN',
  })
})

it('a sending key may not ask of the domain, and the check says so', async () => {
  standIn.sendingKeyOnly = true
  expect(await provider.check()).toMatchObject({
    kind: 'problem',
    problem: expect.stringContaining('for sending alone'),
    remedy: expect.stringContaining('test mail'),
  })
})

it('a domain that Mailgun does not know is a question of MAILGUN_DOMAIN or the region', async () => {
  expect(await mailgun({ ...settings, domain: 'mg.new.example' }).check()).toMatchObject({
    kind: 'problem',
    setting: 'MAILGUN_DOMAIN',
    remedy: expect.stringContaining('MAILGUN_BASE_URL'),
  })
})
