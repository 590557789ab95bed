import { exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { addCast, inviteAndMail } from '../support/cast'
import { logged } from '../support/faults'
import { elements } from '../support/html'
import { deliveryTo } from '../support/mail'
import { PRODUCTION } from '../support/settings'
import { APP_URL, cookieOf, createWorld } from '../support/world'

const visit = (path: string, init: RequestInit = {}) =>
  exports.default.fetch(new Request(APP_URL + path, { redirect: 'manual', ...init }))

const post = (path: string, fields: Record<string, string>, cookie = '') =>
  visit(path, {
    method: 'POST',
    headers: { Origin: APP_URL, Cookie: `usher=${cookie}` },
    body: new URLSearchParams(fields),
  })

type Mail = { id: string; to: string; state: string; link: string; subject: string }
const mailbox = async (): Promise<Mail[]> => {
  const response = await visit('/mailbox', { headers: { Accept: 'application/json' } })
  const { data } = await response.json<{ data: Mail[] }>()
  return data
}

test('on the real local queue an invitation goes from the set-up to the mailbox, as HTML, text and JSON', async () => {
  logged()
  const password = 'a password nobody guesses'
  const setUp = await post('/setup', {
    organization: 'Initech',
    accountScope: 'shared',
    firstName: 'Bill',
    lastName: 'Lumbergh',
    address: 'bill@initech.test',
    password,
    confirmation: password,
    change: crypto.randomUUID(),
  })
  expect(setUp.headers.get('Location')).toBe('/o/initech/invitations')
  const signIn = await post('/sign-in', { address: 'bill@initech.test', password })
  const cookie = cookieOf(signIn) ?? ''

  const note = 'Yeah, hi.\nCome in on Sunday.'
  await post('/o/initech/invitations', { addresses: 'jane@example.com joe@example.com', note }, cookie)
  await vi.waitFor(
    async () => expect((await mailbox()).map(({ state }) => state)).toEqual(['sent', 'sent']),
    { timeout: 15_000, interval: 200 },
  )

  const mails = await mailbox()
  expect(mails.map(({ to }) => to).sort()).toEqual(['jane@example.com', 'joe@example.com'])
  const [{ id, link, subject } = { id: '', link: '', subject: '' }] = mails
  const page = await (await visit('/mailbox')).text()
  expect((await elements(page, 'h2')).map(({ text }) => text)).toEqual([subject, subject])
  expect((await elements(page, 'article a')).map(({ attributes }) => attributes.href)).toContain(link)

  const html = await visit(`/mailbox/${id}/html`)
  expect(html.headers.get('Content-Type')).toMatch(/^text\/html/)
  expect(html.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  expect((await elements(await html.text(), 'a')).map(({ attributes }) => attributes.href)).toEqual([
    link,
    link,
  ])
  const text = await visit(`/mailbox/${id}/text`)
  expect(text.headers.get('Content-Type')).toMatch(/^text\/plain/)
  expect(await text.text()).toContain(`> Yeah, hi.\n> Come in on Sunday.\n\nAccept the invitation:\n${link}`)
  expect((await visit(link.replace(APP_URL, ''))).status).toBe(200)
})

test('an unknown mail of the mailbox is a 404', async () => {
  expect((await visit('/mailbox/0193/html')).status).toBe(404)
  expect((await visit('/mailbox/0193/text')).status).toBe(404)
})

test('outside development the mailbox is a 404, each mail of it included', async () => {
  const development = createWorld()
  const { admin } = await addCast()
  await inviteAndMail(development, admin, 'jane@example.com')
  const { id } = await deliveryTo('jane@example.com')
  const production = createWorld(PRODUCTION)
  for (const path of ['/mailbox', `/mailbox/${id}/html`, `/mailbox/${id}/text`]) {
    expect((await development.fetch(path)).status).toBe(200)
    const refused = await production.fetch(PRODUCTION.APP_URL + path)
    expect(refused.status).toBe(404)
    expect(await refused.text()).not.toContain('token=')
  }
})
