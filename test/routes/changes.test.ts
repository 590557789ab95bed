import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf } from '../support/acting'
import { addCast, freshChange, invite, inviteAndMail, newAccount, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { createWorld, hidden, rows, run, START, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'
const LIST = '/o/acme/invitations'
const PARTIAL = { 'HX-Request-Type': 'partial' }

const post = (
  world: World,
  who: Person,
  verb: 'resend' | 'revoke',
  fields: Record<string, string | readonly string[]>,
  headers: Record<string, string> = {},
) =>
  world.fetch(`${LIST}/${verb}`, {
    cookie: who.cookie,
    headers,
    form: { change: freshChange(), ...fields },
  })

const pageAfter = async (world: World, who: Person, answer: Response) => {
  expect(answer.status).toBe(303)
  return (await world.fetch(answer.headers.get('Location') ?? '', { cookie: who.cookie })).text()
}

test('a row’s Resend names that row alone, whatever is ticked', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, [JANE, 'joe@example.com'])
  const [jane, joe] = [await idOf(JANE), await idOf('joe@example.com')]
  const html = await (await world.fetch(LIST, { cookie: admin.cookie })).text()
  const button = (await elements(html, 'tbody button')).find(({ attributes }) => attributes.value === jane)
  expect(button).toMatchObject({
    text: 'Resend',
    attributes: { name: 'only', formaction: `${LIST}/resend`, 'aria-label': `Resend to ${JANE}` },
  })
  const answer = await post(world, admin, 'resend', {
    only: jane,
    id: [jane, joe],
    change: hidden(html, 'change'),
  })
  expect(await texts(await pageAfter(world, admin, answer), '.toast')).toEqual(['1 invitation resent'])
  expect(await rows('select address from invitation where generation = 2')).toEqual([{ address: JANE }])
})

test('several ticked rows are resent together', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, [JANE, 'joe@example.com', 'not@example.com'])
  const id = [await idOf(JANE), await idOf('joe@example.com')]
  const html = await (await world.fetch(LIST, { cookie: admin.cookie })).text()
  expect(await elements(html, 'tbody input[type=checkbox][name=id]')).toHaveLength(3)
  expect(await texts(html, '.bulk button')).toEqual(['Resend selected', 'Revoke selected'])
  const answer = await post(world, admin, 'resend', { id })
  expect(await texts(await pageAfter(world, admin, answer), '.toast')).toEqual(['2 invitations resent'])
  expect(await rows('select address from invitation where generation = 1')).toEqual([
    { address: 'not@example.com' },
  ])
})

test('Revoke asks first, names whom it concerns, and does it only when posted', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, [JANE, 'joe@example.com'])
  const ids = [await idOf(JANE), await idOf('joe@example.com')]
  const html = await (await world.fetch(LIST, { cookie: admin.cookie })).text()
  const link = (await elements(html, 'tbody a')).find(({ attributes }) =>
    attributes.href?.includes(ids[0] ?? '-'),
  )
  expect(link?.text).toBe('Revoke')

  const one = await (await world.fetch(link?.attributes.href ?? '', { cookie: admin.cookie })).text()
  expect(await texts(one, '#dialog-title')).toEqual(['Revoke this invitation?'])
  expect(await texts(one, '.targets li')).toEqual([JANE])
  const both = await world.fetch(`${LIST}/revoke?id=${ids[0]}&id=${ids[1]}`, {
    cookie: admin.cookie,
    headers: PARTIAL,
  })
  const dialog = await both.text()
  expect(await texts(dialog, '#dialog-title')).toEqual(['Revoke 2 invitations?'])
  expect(await texts(dialog, '.targets li')).toEqual([JANE, 'joe@example.com'])
  expect(await elements(dialog, 'nav')).toEqual([])
  expect(dialog).toContain('This is final')
  expect(await rows("select id from invitation where status = 'revoked'")).toEqual([])

  const fields = await elements(dialog, 'input[name=id]')
  const answer = await post(world, admin, 'revoke', {
    id: fields.map(({ attributes }) => attributes.value ?? ''),
    change: hidden(dialog, 'change'),
  })
  const after = await pageAfter(world, admin, answer)
  expect(await texts(after, '.toast')).toEqual(['2 invitations revoked'])
  expect(await elements(after, 'tbody tr')).toEqual([])
  expect(await rows("select id from invitation where status = 'revoked'")).toHaveLength(2)
})

test('with htmx the answer says so, refreshes the list and closes the dialog', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, [JANE, 'joe@example.com'])
  await run("update invitation set status = 'declined' where address = 'joe@example.com'")
  const id = [await idOf(JANE), await idOf('joe@example.com')]
  for (const [verb, words] of [
    ['resend', 'resent'],
    ['revoke', 'revoked'],
  ] as const) {
    const answer = await post(world, admin, verb, { id }, PARTIAL)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('HX-Trigger')).toBe('invitations-changed, close-dialog')
    expect(await texts(await answer.text(), 'hx-partial[hx-target="#toasts"] .toast')).toEqual([
      `1 invitation ${words}`,
      'joe@example.com: Declined: invite the address again',
    ])
  }
})

test('without a script, a bulk that did not go through whole lists what was refused and why', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const mail = await inviteAndMail(world, admin, JANE)
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  await invite(world, admin, ['joe@example.com', 'old@example.com'])
  await run("update invitation set status = 'revoked' where address = 'old@example.com'")
  const id = [await idOf(JANE), await idOf('joe@example.com'), await idOf('old@example.com'), 'no-such-id']
  const answer = await post(world, admin, 'resend', { id })
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(await texts(html, 'h1')).toEqual(['1 invitation resent'])
  expect(await texts(html, '.failures .address')).toEqual([JANE, 'old@example.com', 'no-such-id'])
  const [member] = await rows<{ user_id: string }>(
    'select user_id from member where invitation_id is not null',
  )
  expect((await elements(html, '.failures a')).map(({ attributes }) => attributes.href)).toEqual([
    `/o/acme/members/${member?.user_id}`,
  ])
})

test('an accepted row offers neither, and a forged POST is refused with the way to the member', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const mail = await inviteAndMail(world, admin, JANE)
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  const [member] = await rows<{ user_id: string }>(
    'select user_id from member where invitation_id is not null',
  )
  const way = `/o/acme/members/${member?.user_id}`
  const html = await (await world.fetch(`${LIST}?tab=accepted`, { cookie: admin.cookie })).text()
  expect(await elements(html, 'tbody button, tbody input')).toEqual([])
  expect((await elements(html, 'tbody a')).map(({ attributes }) => attributes.href)).toEqual([way])

  const before = await rows('select * from invitation')
  const only = await idOf(JANE)
  const asked = await world.fetch(`${LIST}/revoke?id=${only}`, { cookie: admin.cookie })
  const answers = [
    asked,
    await post(world, admin, 'resend', { only }),
    await post(world, admin, 'revoke', { only }),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(409)
    const refusal = await answer.text()
    expect(await texts(refusal, 'h1')).toEqual(['Already accepted'])
    const [link] = await elements(refusal, 'main a')
    expect(link).toMatchObject({ text: 'See the member', attributes: { href: way } })
  }
  for (const verb of ['resend', 'revoke'] as const) {
    const toast = await post(world, admin, verb, { only }, PARTIAL)
    expect(toast.status).toBe(409)
    const bulk = await post(world, admin, verb, { id: [only, 'no-such-id'] }, PARTIAL)
    for (const html of [await toast.text(), await bulk.text()]) {
      const [link] = await elements(html, '.toast a')
      expect(link?.attributes.href).toBe(way)
    }
  }
  expect(await rows('select * from invitation')).toEqual(before)
})

test.each([
  ['revoked', 'Already revoked'],
  ['declined', 'Already declined'],
])('a %s row offers nothing, and a POST all the same is refused', async (status, title) => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, JANE)
  await run('update invitation set status = ?', status)
  const html = await (await world.fetch(`${LIST}?tab=${status}`, { cookie: admin.cookie })).text()
  expect(await elements(html, 'tbody tr')).toHaveLength(1)
  expect(await elements(html, 'tbody button, tbody input, tbody a')).toEqual([])
  for (const verb of ['resend', 'revoke'] as const) {
    const answer = await post(world, admin, verb, { only: await idOf(JANE) })
    expect(answer.status).toBe(409)
    expect(await texts(await answer.text(), 'h1')).toEqual([title])
  }
  expect(await rows('select status, generation from invitation')).toEqual([{ status, generation: 1 }])
})

test('the question before revoking names no other organization’s invitations', async () => {
  const world = createWorld()
  const { admin, outsider } = await addCast()
  await invite(world, admin, JANE)
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'theirs@example.com', change: freshChange() },
  })
  const [ours, theirs] = [await idOf(JANE), await idOf('theirs@example.com')]
  const ask = (query: string) =>
    world.fetch(`/o/globex/invitations/revoke?${query}`, { cookie: outsider.cookie })
  expect((await ask(`id=${ours}`)).status).toBe(404)
  const mixed = await (await ask(`id=${ours}&id=${theirs}`)).text()
  expect(await texts(mixed, '.targets li')).toEqual(['theirs@example.com'])
  expect(mixed).not.toContain(JANE)
})

test('an expired row offers both', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, JANE)
  world.clock.now = START + 8 * DAY
  const html = await (await world.fetch(LIST, { cookie: admin.cookie })).text()
  expect(await texts(html, 'td.actions button, td.actions a')).toEqual(['Resend', 'Revoke'])
})

test.each([
  ['no id', {}, 422],
  ['an id there is none of', { only: 'nothing' }, 404],
  ['a hostile id', { only: "x' or 1=1 --\u0000" }, 404],
  ['an endless id', { only: 'x'.repeat(100_000) }, 404],
])('%s changes nothing and is told clearly', async (_, fields, status) => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, JANE)
  const before = await rows('select * from invitation')
  for (const verb of ['resend', 'revoke'] as const) {
    expect((await post(world, admin, verb, fields)).status).toBe(status)
  }
  const query = new URLSearchParams('only' in fields ? { id: fields.only.slice(0, 2000) } : {})
  expect((await world.fetch(`${LIST}/revoke?${query}`, { cookie: admin.cookie })).status).toBe(status)
  expect(await rows('select * from invitation')).toEqual(before)
})

test.each([
  ['no_seat_left', { seat_limit: 4 }, {}, 409],
  ['over_quota', {}, { MAILS_PER_ADDRESS_PER_DAY: '1' }, 429],
])('a resending with %s is refused in place', async (_, columns, settings, status) => {
  const calm = createWorld()
  const { admin } = await addCast()
  await invite(calm, admin, JANE)
  await run('update organization set seat_limit = ?', 'seat_limit' in columns ? columns.seat_limit : null)
  await run('update invitation set expires_at = ?', START)
  const answer = await post(createWorld(settings), admin, 'resend', { only: await idOf(JANE) })
  expect(answer.status).toBe(status)
  expect(await rows('select generation from invitation')).toEqual([{ generation: 1 }])
})
