import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { addCast, addMember, inviteAndMail } from '../support/cast'
import { everyRow } from '../support/dump'
import { PRODUCTION } from '../support/settings'
import { signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, START, tokenIn } from '../support/world'

/** The parts of a Set-Cookie header but for the value. */
const cookieParts = (response: Response) => {
  const [pair = '', ...attributes] = (response.headers.get('Set-Cookie') ?? '').split('; ')
  return { name: pair.split('=')[0], attributes: attributes.filter((part) => !part.startsWith('Expires=')) }
}

describe('the cookie', () => {
  test('has a plain name on http://localhost, where Safari drops Secure ones', async () => {
    const world = createWorld()
    await addCast()
    const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax']
    expect(cookieParts(await signIn(world))).toEqual({ name: 'usher', attributes })
  })

  test('is a __Host- cookie on https, when it is set and when it is taken away', async () => {
    const world = createWorld(PRODUCTION)
    const { admin } = await addCast()
    const expected = { name: '__Host-usher', attributes: ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'] }
    expect(cookieParts(await signIn(world))).toEqual(expected)
    expect(cookieParts(await world.fetch('/sign-out', { cookie: admin.cookie, form: {} }))).toEqual(expected)
    expect((await world.fetch('/o/acme', { headers: { Cookie: `usher=${admin.cookie}` } })).status).toBe(303)
  })

  test.each(['', 'x', 'a; b', '%00', '%E0%A4%A', 'x'.repeat(8000)])(
    'that is no session of ours (%j) is nobody',
    async (cookie) => {
      const world = createWorld()
      await addCast()
      const response = await world.fetch('/o/acme', { headers: { Cookie: `usher=${cookie}` } })
      expect(response.status).toBe(303)
      expect(response.headers.get('Location')).toBe('/o/acme/sign-in?next=%2Fo%2Facme')
    },
  )
})

describe('a session ends', () => {
  test('by signing out, in D1 and in the browser, and no other does', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const response = await world.fetch('/sign-out', { cookie: admin.cookie, form: {} })
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/sign-in')
    expect(response.headers.get('Set-Cookie')).toContain('usher=; ')
    expect(response.headers.get('Set-Cookie')).toContain(`Expires=${new Date(0).toUTCString()}`)
    expect(await rows('select 1 from session where user_id = ?', admin.id)).toEqual([])
    expect((await world.fetch('/o/acme', { cookie: admin.cookie })).status).toBe(303)
    expect((await world.fetch('/o/acme', { cookie: owner.cookie })).status).toBe(200)
  })

  test('not by opening the address of signing out', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    expect((await world.fetch('/sign-out', { cookie: admin.cookie })).status).toBe(404)
    expect((await world.fetch('/o/acme', { cookie: admin.cookie })).status).toBe(200)
  })

  test('by switching accounts on a link, which leads back to that link and to no other address', async () => {
    const world = createWorld()
    const { admin, member } = await addCast()
    const token = tokenIn(await inviteAndMail(world, admin, 'jane@example.com'))
    const switched = await world.fetch('/sign-out', { cookie: member.cookie, form: { token } })
    expect(switched.headers.get('Location')).toBe(`/accept-invitation?token=${token}`)
    for (const forged of [`${token}x`, '//evil.example', 'x'.repeat(50_000)])
      expect((await world.fetch('/sign-out', { form: { token: forged } })).headers.get('Location')).toBe(
        '/sign-in',
      )
  })

  test('after 30 days, to the millisecond', async () => {
    const world = createWorld()
    await addCast()
    const cookie = cookieOf(await signIn(world))
    world.clock.now = START + 30 * DAY - 1
    expect((await world.fetch('/o/acme', { cookie })).status).toBe(200)
    world.clock.now = START + 30 * DAY
    expect((await world.fetch('/o/acme', { cookie })).status).toBe(303)
    expect((await world.fetch('/', { cookie })).headers.get('Location')).toBe('/sign-in')
  })
})

test('deactivation ends membership at the next request, in that organization only', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  await addMember(globex, admin, 'member')
  expect((await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).status).toBe(200)
  await run(
    "update member set status = 'inactive' where organization_id = ? and user_id = ?",
    acme.id,
    admin.id,
  )
  const before = await everyRow()
  for (const path of [
    '/o/acme',
    '/o/acme/invitations',
    `/o/acme/members/${admin.id}`,
    '/o/acme/settings/api-keys',
  ])
    expect((await world.fetch(path, { cookie: admin.cookie })).status).toBe(404)
  const form = { addresses: 'jane@example.com', change: 'late' }
  expect((await world.fetch('/o/acme/invitations', { cookie: admin.cookie, form })).status).toBe(404)
  expect(await everyRow()).toEqual(before)
  expect((await world.fetch('/o/globex', { cookie: admin.cookie })).status).toBe(200)
  expect((await world.fetch('/', { cookie: admin.cookie })).headers.get('Location')).toBe('/o/globex')
  expect((await signIn(world)).status).toBe(303)
})
