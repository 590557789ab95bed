import { beforeEach, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { idOf } from '../support/acting'
import { calling } from '../support/api'
import { addApiKey, addCast, type Cast, inviteAndMail } from '../support/cast'
import { elements, texts } from '../support/html'
import { deliveryTo } from '../support/mail'
import { type Event, PROOFS, report } from '../support/mail-events'
import { createWorld, START, type World } from '../support/world'

let world: World
let cast: Cast

const tell = async (address: string, event: Partial<Event>) => {
  await inviteAndMail(world, cast.admin, address)
  const { id: delivery } = await deliveryTo(address)
  await report(world, { delivery, state: 'delivered', at: START + 1000, ...event })
}

beforeEach(async () => {
  world = createWorld(PROOFS)
  cast = await addCast()
  await tell('fine@example.com', {})
  await tell('hard@example.com', { state: 'bounced', bounce: 'hard', reason: '550 No such user' })
  await tell('soft@example.com', { state: 'bounced', bounce: 'soft', reason: '452 Mailbox full' })
  await tell('spam@example.com', { state: 'complained' })
})

const page = async (path: string) => (await world.fetch(path, { cookie: cast.admin.cookie })).text()
const rowOf = async (address: string) => `#invitation-${await idOf(address)}`

test('the list says what became of each mail, why, and what to do', async () => {
  const html = await page(paths.invitations('acme'))
  const told = async (address: string) =>
    (await texts(html, `${await rowOf(address)} td[data-label=Mail]`))[0]
  expect(await told('fine@example.com')).toBe('Delivered')
  expect(await told('hard@example.com')).toBe('Bounced550 No such userCheck the address.')
  expect(await told('soft@example.com')).toBe('Bounced452 Mailbox fullResend it later.')
  expect(await told('spam@example.com')).toBe('ComplainedAsk them before you resend.')
})

test.each([
  ['the list', paths.invitations('acme')],
  ['the members', paths.members('acme')],
  ['the overview', paths.home('acme')],
])('%s offers no plain resending to who reported the mail as spam', async (_, path) => {
  const html = await page(path)
  const button = async (address: string) =>
    (await elements(html, `${await rowOf(address)} button[name=only]`))[0]
  expect(await button('spam@example.com')).toMatchObject({
    text: 'Resend anyway',
    attributes: { 'aria-label': 'Resend to spam@example.com, who reported the last mail as spam' },
  })
  expect((await button('hard@example.com'))?.text).toBe('Resend')
})

test('the members page says of pending rows which mail went wrong', async () => {
  const html = await page(paths.members('acme'))
  const badges = async (address: string) => texts(html, `${await rowOf(address)} .badge`)
  expect(await badges('hard@example.com')).toEqual(['Pending', 'Bounced'])
  expect(await badges('spam@example.com')).toEqual(['Pending', 'Complained'])
  expect(await badges('fine@example.com')).toEqual(['Pending'])
})

test('the overview counts deliveries, and what needs attention', async () => {
  const html = await page(paths.home('acme'))
  expect(await texts(html, '.funnel tbody th')).toEqual(['Sent', 'Delivered', 'Opened', 'Accepted'])
  expect(await texts(html, '.attention .badge')).toEqual(['Complained', 'Bounced', 'Bounced'])
  await inviteAndMail(world, cast.admin, 'silent@example.com')
  expect(await texts(await page(paths.home('acme')), '.numbers .card p')).toContain(
    'Nothing is reported of 1 mail that the provider took.',
  )
})

test('the API says it, of one and of many', async () => {
  const call = calling(world, await addApiKey(cast.acme))
  const mail = { state: 'bounced', reason: '550 No such user', bounce: 'hard', waits_until: null }
  const id = await idOf('hard@example.com')
  expect(await call(`/invitations/${id}`)).toMatchObject({ body: { mail } })
  expect(await call('/invitations?q=hard')).toMatchObject({ body: { data: [{ id, mail }] } })
  expect(await call('/invitations?q=fine')).toMatchObject({
    body: { data: [{ mail: { state: 'delivered', reason: null, bounce: null } }] },
  })
})
