import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf } from '../support/acting'
import { addCast, invite, inviteAndMail, newAccount, type Person } from '../support/cast'
import { postChange } from '../support/changing'
import { elements, texts } from '../support/html'
import { createWorld, hidden, rows, run, START, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'
const LIST = '/o/acme/invitations'
const PARTIAL = { 'HX-Request-Type': 'partial' }

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
  const answer = await postChange(world, admin, 'resend', {
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
  const answer = await postChange(world, admin, 'resend', { id })
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
    attributes.href?.endsWith(`/revoke?id=${ids[0]}`),
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
  const answer = await postChange(world, admin, 'revoke', {
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
    const answer = await postChange(world, admin, verb, { id }, PARTIAL)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
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
  const answer = await postChange(world, admin, 'resend', { id })
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(await texts(html, 'h1')).toEqual(['1 invitation resent'])
  expect(await texts(html, '.failures .address')).toEqual([JANE, 'old@example.com', 'no-such-id'])
  expect(await texts(html, '.failures .address a')).toEqual([JANE, 'old@example.com'])
  const [member] = await rows<{ user_id: string }>(
    'select user_id from member where invitation_id is not null',
  )
  expect((await elements(html, '.failures .ways a')).map(({ attributes }) => attributes.href)).toEqual([
    `/o/acme/members/${member?.user_id}`,
  ])
})

test('an expired row offers all three', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await invite(world, admin, JANE)
  world.clock.now = START + 8 * DAY
  const html = await (await world.fetch(LIST, { cookie: admin.cookie })).text()
  expect(await texts(html, 'td.actions button, td.actions a')).toEqual(['Resend', 'Edit', 'Revoke'])
})
