import { expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { addCast, freshChange, invite, inviteAndMail, newAccount } from '../support/cast'
import { postChange } from '../support/changing'
import { elements, texts } from '../support/html'
import { createWorld, rows, run, START, tokenIn } from '../support/world'

const JANE = 'jane@example.com'
const LIST = '/o/acme/invitations'
const PARTIAL = { 'HX-Request-Type': 'partial' }

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
  expect((await elements(html, 'tbody td.actions a')).map(({ attributes }) => attributes.href)).toEqual([way])

  const before = await rows('select * from invitation')
  const only = await idOf(JANE)
  const asked = await world.fetch(`${LIST}/revoke?id=${only}`, { cookie: admin.cookie })
  const answers = [
    asked,
    await postChange(world, admin, 'resend', { only }),
    await postChange(world, admin, 'revoke', { only }),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(409)
    const refusal = await answer.text()
    expect(await texts(refusal, 'h1')).toEqual(['Already accepted'])
    const [link] = await elements(refusal, 'main a')
    expect(link).toMatchObject({ text: 'See the member', attributes: { href: way } })
  }
  for (const verb of ['resend', 'revoke'] as const) {
    const toast = await postChange(world, admin, verb, { only }, PARTIAL)
    expect(toast.status).toBe(409)
    const bulk = await postChange(world, admin, verb, { id: [only, 'no-such-id'] }, PARTIAL)
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
  expect(await elements(html, 'tbody button, tbody input, td.actions a')).toEqual([])
  for (const verb of ['resend', 'revoke'] as const) {
    const answer = await postChange(world, admin, verb, { only: await idOf(JANE) })
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
    expect((await postChange(world, admin, verb, fields)).status).toBe(status)
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
  await calm.drain()
  await run('update organization set seat_limit = ?', 'seat_limit' in columns ? columns.seat_limit : null)
  await run('update invitation set expires_at = ?', START)
  const answer = await postChange(createWorld(settings), admin, 'resend', { only: await idOf(JANE) })
  expect(answer.status).toBe(status)
  expect(await rows('select generation from invitation')).toEqual([{ generation: 1 }])
})
