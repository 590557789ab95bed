import { beforeEach, expect, test } from 'vitest'
import { HOUR } from '../../src/rules/dates'
import { idOf } from '../support/acting'
import { addApiKey, addCast, type Cast, invite } from '../support/cast'
import { postChange } from '../support/changing'
import { elements, texts } from '../support/html'
import { createWorld, run, START, type World } from '../support/world'

const MIDNIGHT = START + 12 * HOUR
const HTMX = { 'HX-Request-Type': 'partial' }
const list = (count: number, of = 'person') =>
  Array.from({ length: count }, (_, n) => `${of}${n}@example.com`)

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld({ INVITATIONS_PER_DAY: '2' })
  cast = await addCast()
})

const page = async (path: string) => (await world.fetch(path, { cookie: cast.admin.cookie })).text()
const send = (addresses: readonly string[], headers: Record<string, string> = {}) =>
  world.fetch('/o/acme/invitations', {
    cookie: cast.admin.cookie,
    headers,
    form: { addresses: addresses.join(' '), change: crypto.randomUUID() },
  })

test('the toast says how many mails wait, and stays until it is dismissed', async () => {
  const [toast] = await elements(await (await send(list(3), HTMX)).text(), '.toast')
  expect(toast?.text).toBe(
    '3 invitations sent; 1 of the mails goes after midnight UTC, since today’s quota is used up',
  )
  expect(toast?.attributes['data-variant']).toBe('warning')
  const [all] = await texts(await (await send(['late@example.com'], HTMX)).text(), '.toast')
  expect(all).toBe('1 invitation sent; its mail goes after midnight UTC, since today’s quota is used up')
})

test('without scripts the list says so', async () => {
  const answer = await send(list(4))
  expect(answer.status).toBe(303)
  const html = await page(answer.headers.get('Location') ?? '')
  expect((await texts(html, '.toast, [role=status]')).join()).toContain(
    '4 invitations sent; 2 of the mails go after midnight UTC',
  )
})

test('beside what was refused the form says so as well', async () => {
  const answer = await send(list(5))
  const html = await answer.text()
  expect(await texts(html, '.sent-part')).toEqual([
    '4 invitations sent; 2 of the mails go after midnight UTC, since today’s quota is used up',
  ])
  expect(await texts(html, '#failures .why')).toEqual([
    'Over the organization’s quota for today and tomorrow; try again tomorrow',
  ])
})

test('the row and the invitation’s page say when the mail goes, in the organization’s time zone', async () => {
  await run("update organization set time_zone = 'Asia/Tokyo'")
  await send(list(3))
  const words = 'QueuedGoes on Mar 2, 2026, 09:00 GMT+9: over today’s quota'
  const cells = await texts(await page('/o/acme/invitations?sort=email'), 'td[data-label="Mail"]')
  expect(cells).toEqual(['Queued', 'Queued', words])
  const html = await page(`/o/acme/invitations/${await idOf('person2@example.com')}`)
  expect(await texts(html, '.details')).toEqual([
    expect.stringContaining('Goes on Mar 2, 2026, 09:00 GMT+9: over today’s quota'),
  ])
  world.clock.now = MIDNIGHT
  await world.cron('* * * * *')
  expect((await texts(await page('/o/acme/invitations?sort=email'), 'td[data-label="Mail"]'))[2]).toBe(
    'Queued',
  )
})

test('resending says so in the toast, in the list and on the page of outcomes', async () => {
  await invite(world, cast.admin, list(2))
  await world.drain()
  await run("update delivery set quota_day = quota_day - 1 where address = 'person0@example.com'")
  const id = await Promise.all(list(2).map(idOf))
  const toasts = await texts(
    await (await postChange(world, cast.admin, 'resend', { id }, HTMX)).text(),
    '.toast',
  )
  expect(toasts).toEqual([
    '2 invitations resent; 1 of the mails goes after midnight UTC, since today’s quota is used up',
  ])
  await world.drain()
  const answer = await postChange(world, cast.admin, 'resend', { only: id[0] ?? '' })
  const html = await page(answer.headers.get('Location') ?? '')
  expect((await texts(html, '.toast, [role=status]')).join()).toContain('1 invitation resent; its mail goes')
})

test('the API says until when, in the outcome, in the invitation and when it is resent', async () => {
  const headers = { Authorization: `Bearer ${await addApiKey(cast.acme)}` }
  const call = async (path: string, json?: unknown) =>
    (await world.fetch(`/api/v1${path}`, { headers, ...(json === undefined ? {} : { json }) })).json<
      Record<string, unknown>
    >()
  const until = new Date(MIDNIGHT).toISOString()
  const sent = { json: { addresses: list(3) } }
  expect((await call('/invitations', sent.json)).data).toMatchObject([
    { outcome: 'invited', mail_waits_until: null },
    { outcome: 'invited', mail_waits_until: null },
    { outcome: 'invited', mail_waits_until: until },
  ])
  const id = await idOf('person2@example.com')
  expect(await call(`/invitations/${id}`)).toMatchObject({ mail: { state: 'queued', waits_until: until } })
  expect(await call(`/invitations/${id}/resend`, {})).toMatchObject({
    outcome: 'resent',
    mail_waits_until: until,
  })
  expect(await call(`/invitations/${await idOf('person0@example.com')}`)).toMatchObject({
    mail: { waits_until: null },
  })
})

test('the audit log says for when the mail was put off', async () => {
  await send(list(3))
  const html = await page('/o/acme/audit-log')
  expect(html).toContain(', with the mail put off until Mar 2, 2026, 00:00 UTC')
})
