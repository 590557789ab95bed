import { beforeEach, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { editRole } from '../../src/usecases/roles'
import { as, idOf, resend, send } from '../support/acting'
import { calling } from '../support/api'
import { addApiKey, addCast, type Cast, freshChange, inviteAndMail, newAccount } from '../support/cast'
import { edit } from '../support/editing'
import { texts } from '../support/html'
import { accept, JANE } from '../support/invitee'
import { addRole } from '../support/roles'
import { createWorld, linkIn, rows, tokenIn, type World } from '../support/world'

// A role of an organization's own goes wherever a built-in one goes, and is called by its name there.

let world: World
let cast: Cast
let role: string
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  role = await addRole(cast.acme, 'Field & Sales', ['member:read', 'member:manage'])
})

const page = async (path: string, cookie = cast.admin.cookie) => (await world.fetch(path, { cookie })).text()

test('it is sent, and mail, list and accept page say its name', async () => {
  const mail = await inviteAndMail(world, cast.admin, JANE, { role })
  expect(mail.text).toContain('as Field & Sales.')
  expect(mail.html).toContain('>Field &amp; Sales</strong>')
  expect(await texts(await page('/o/acme/invitations'), 'td[data-label=Role]')).toEqual(['Field & Sales'])
  expect(await texts(await page(linkIn(mail)), 'main .offer strong')).toContain('Field & Sales')
})

test('it is resent, renewed, edited and renamed, and the next mail and page say so', async () => {
  await inviteAndMail(world, cast.admin, JANE, { role })
  expect(await resend(world, cast.admin, [await idOf(JANE)])).toMatchObject([{ kind: 'done' }])
  await world.drain()
  expect(world.mails.at(-1)?.text).toContain('as Field & Sales.')
  world.clock.now += 8 * DAY
  expect(await send(world, cast.admin, JANE, { role })).toMatchObject([{ kind: 'invited', renewed: true }])
  await world.drain()
  const mail = world.mails.at(-1)
  expect(mail?.text).toContain('as Field & Sales.')
  await page(linkIn(mail))
  await as(world, cast.admin, (ctx) =>
    editRole(ctx, {
      id: role,
      name: 'Outdoors',
      description: '',
      permissions: ['member:read'],
      shown: '',
      change: freshChange(),
    }),
  )
  expect(await texts(await page(linkIn(mail)), 'main .offer strong')).toContain('Outdoors')
  const other = await addRole(cast.acme, 'Office')
  expect(await edit(world, cast.admin, await idOf(JANE), { role: { to: other } })).toMatchObject({
    kind: 'edited',
  })
  expect(await texts(await page(linkIn(mail)), 'main .offer strong')).toContain('Office')
})

test('it is what its invitee gets, and their pages say its name', async () => {
  const token = tokenIn(await inviteAndMail(world, cast.admin, JANE, { role }))
  const joined = await accept(world, newAccount(token))
  const [member] = await rows<{ user_id: string; role: string; role_name: string }>(
    'select user_id, role, role_name from member where address = ?',
    JANE,
  )
  expect(member).toMatchObject({ role, role_name: 'Field & Sales' })
  const cookie = /usher=([^;]+)/.exec(joined.headers.get('Set-Cookie') ?? '')?.[1] ?? ''
  const mine = await world.fetch('/o/acme/invitations', { cookie })
  expect(mine.status).toBe(200)
  for (const path of [
    `/o/acme/members/${member?.user_id}`,
    '/o/acme/members',
    '/o/acme/invitations?tab=accepted',
  ]) {
    const html = await page(path)
    expect(html, path).toContain('Field &amp; Sales')
    expect(await texts(html, 'main td, main dd'), path).not.toContain(role)
  }
})

test('through the API it is its id, with its name beside it, and a key acts with it', async () => {
  const call = calling(world, await addApiKey(cast.acme, role))
  expect(await call('/invitations', { json: { addresses: [JANE], role } })).toMatchObject({
    status: 200,
    body: { sent: 1 },
  })
  const named = { role, role_name: 'Field & Sales' }
  expect((await call('/invitations')).body).toMatchObject({ data: [named] })
  expect((await call(`/invitations/${await idOf(JANE)}`)).body).toMatchObject(named)
  expect(await call('/invitations', { json: { addresses: ['x@example.com'], role: 'admin' } })).toMatchObject(
    {
      status: 403,
    },
  )
  const keys = await page('/o/acme/settings/api-keys', cast.owner.cookie)
  expect(await texts(keys, 'td[data-label="Acts as"]')).toEqual(['Field & Sales'])
})

test('another organization’s is no role here', async () => {
  const theirs = await addRole(cast.globex, 'Theirs')
  const answer = await world.fetch('/o/acme/invitations', {
    cookie: cast.admin.cookie,
    form: { addresses: JANE, role: theirs, change: freshChange() },
  })
  expect(answer.status).toBe(422)
  expect(await rows('select id from invitation')).toEqual([])
})

test('what a deleted role was called, what ended before still says', async () => {
  await send(world, cast.admin, JANE, { role })
  const revoked = { id: await idOf(JANE), change: freshChange() }
  await world.fetch('/o/acme/invitations/revoke', { cookie: cast.admin.cookie, form: revoked })
  await world.fetch(`/o/acme/roles/${role}/delete`, {
    cookie: cast.admin.cookie,
    form: { change: freshChange() },
  })
  const html = await page('/o/acme/invitations?tab=revoked')
  expect(await texts(html, 'td[data-label=Role]')).toEqual(['Field & Sales'])
})
