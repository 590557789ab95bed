import { beforeEach, expect, test } from 'vitest'
import { addCast, type Cast, inviteAndMail } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { expectHarmless, HOSTILE, statusesOf } from '../support/hostile'
import { createWorld, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  await inviteAndMail(world, cast.admin, 'jane@example.com')
})

test('a method that a path does not know is refused with nothing changed', async () => {
  const paths = [
    '/',
    '/health',
    '/setup',
    '/sign-in',
    '/sign-out',
    '/accept-invitation',
    '/decline-invitation',
    '/invitation-opened',
    '/mailbox',
    '/o/acme',
    '/o/acme/invitations',
    '/o/acme/invitations/resend',
    '/o/acme/settings/api-keys/revoke',
    '/api/v1/invitations',
  ]
  const lines = logged()
  const before = await everyRow()
  for (const path of paths) {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      for (const visit of [{}, { form: { change: 'x' } }]) {
        const response = await world.fetch(path, { method, cookie: cast.owner.cookie, ...visit })
        await expectHarmless(response)
        expect([method, path, [401, 404, 405, 415]]).toEqual([
          method,
          path,
          expect.toSatisfy((all) => all.includes(response.status)),
        ])
      }
    }
  }
  for (const path of paths.filter((one) => !/sign-out|decline|opened|resend|revoke|api/.test(one)))
    expect((await world.fetch(path, { method: 'HEAD', cookie: cast.owner.cookie })).status).toBeLessThan(405)
  expect(lines).toEqual([])
  expect(await everyRow()).toEqual(before)
})

test.each([
  ['multipart/form-data', 'no boundary'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="addresses"\r\n\r\ncut off',
  ],
  ['multipart/form-data; boundary=x', ''],
  ['application/x-www-form-urlencoded; charset=utf-7', '%%%&=&&==&addresses'],
])('a form of type %s that is broken (%j) reads as an empty one', async (type, text) => {
  const before = await everyRow()
  const lines = logged()
  for (const path of [
    '/sign-in',
    '/o/acme/invitations',
    '/o/acme/invitations/revoke',
    '/accept-invitation',
  ]) {
    const body = new TextEncoder().encode(text)
    const headers = { 'Content-Type': type }
    const { status } = await world.fetch(path, { cookie: cast.owner.cookie, body, headers })
    expect([path, status]).toEqual([path, path === '/accept-invitation' ? 404 : 422])
  }
  expect(lines).toEqual([])
  const { sign_in_attempt: _, ...after } = await everyRow()
  expect(before).toMatchObject(after)
})

test('hostile headers change nothing and break nothing', async () => {
  const values = Object.values(HOSTILE).filter((value) => /^[\x20-\x7e]{1,9000}$/.test(value))
  const names = [
    'Cookie',
    'Authorization',
    'Accept',
    'Accept-Language',
    'CF-Connecting-IP',
    'Content-Type',
    'HX-Request-Type',
    'Idempotency-Key',
    'Origin',
    'Referer',
    'X-Forwarded-For',
    'X-HTTP-Method-Override',
  ]
  for (const name of names) {
    for (const value of [...values, ':::::::::', 'x'.repeat(8_000)]) {
      const headers = { [name]: value }
      await statusesOf(
        world,
        ['/', '/sign-in', '/o/acme/invitations', '/mailbox'],
        name === 'Cookie' ? null : cast.owner.cookie,
        headers,
      )
    }
  }
})
