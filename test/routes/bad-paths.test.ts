import { beforeEach, describe, expect, test } from 'vitest'
import { addCast, addMember, type Cast, inviteAndMail } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { expectHarmless, HOSTILE, SCRIPT } from '../support/hostile'
import { createWorld, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  await inviteAndMail(world, cast.admin, 'jane@example.com')
})

/** Segments as they can stand in a path: raw, encoded, encoded twice, and encoded wrongly. */
const SEGMENTS = [
  ...Object.values(HOSTILE)
    .filter((value) => value !== '' && value.length < 1000)
    .flatMap((value) => [encodeURIComponent(value), encodeURIComponent(encodeURIComponent(value))]),
  'x'.repeat(8_000),
  '%E0%A4%A',
  '%',
  '%zz',
  '%ff%fe',
  '%C0%AE%C0%AE',
  '%2F%2Fevil.test',
  '%5c%5cevil.test',
  'a%00b',
  `"'>${SCRIPT}`,
  "'; drop table user; --",
  'constructor',
  'not-a-uuid',
]

/** Requests what must be a clear answer with nothing changed; says which statuses there were. */
const statusesOf = async (
  paths: readonly string[],
  cookie: string | null,
  headers: Record<string, string> = {},
) => {
  const lines = logged()
  const before = await everyRow()
  const statuses = new Set<number>()
  for (const path of paths) {
    const response = await world.fetch(path, { cookie, headers })
    await expectHarmless(response)
    expect([path, response.status]).toEqual([path, expect.toSatisfy((status) => status < 500)])
    expect(response.headers.get('Location') ?? '/').toMatch(/^\/(?![/\\])/)
    statuses.add(response.status)
  }
  expect(lines).toEqual([])
  expect(await everyRow()).toEqual(before)
  return [...statuses].sort()
}

describe('a hostile segment of a path leads nowhere:', () => {
  test.each([
    ['/o/…', [404]],
    ['/o/…/invitations', [404]],
    ['/o/…/invitations/new', [404]],
    ['/o/…/invitations/revoke', [404]],
    ['/o/…/members/x', [404]],
    ['/o/…/settings/api-keys', [404]],
    ['/o/…/sign-in', [200, 404]],
    ['/o/acme/members/…', [404]],
    ['/o/acme/…', [404]],
    ['/mailbox/…/html', [404]],
    ['/mailbox/…/text', [404]],
    ['/api/v1/invitations/…', [401, 404]],
    ['/api/…', [401, 404]],
    ['/…', [404]],
  ])('%s', async (path, expected) => {
    const statuses = await statusesOf(
      SEGMENTS.map((segment) => path.replace('…', segment)),
      cast.owner.cookie,
    )
    for (const status of statuses) expect(expected).toContain(status)
  })

  test('without a session it leads to sign-in, and from there nowhere else', async () => {
    for (const path of ['/o/…', '/o/…/invitations', '/o/acme/members/…']) {
      const paths = SEGMENTS.map((segment) => path.replace('…', segment))
      for (const status of await statusesOf(paths, null)) expect([303, 404]).toContain(status)
    }
    const asked = await world.fetch('/o/%E0%A4%A')
    expect(asked.status).toBe(303)
    const page = await world.fetch(asked.headers.get('Location') ?? '')
    expect(page.status).toBe(200)
  })

  test('where htmx asks for a part of the page, too', async () => {
    const paths = SEGMENTS.flatMap((segment) => [`/o/${segment}`, `/o/acme/members/${segment}`])
    const headers = { 'HX-Request-Type': 'partial' }
    expect(await statusesOf(paths, cast.owner.cookie, headers)).toEqual([404])
    for (const status of await statusesOf(paths, null, headers)) expect([204, 404]).toContain(status)
  })
})

describe('a hostile query', () => {
  test.each([
    ['/o/acme/invitations', ['tab', 'sort', 'q', 'page', 'notice', 'n', 'only'], [200]],
    ['/o/acme/invitations/revoke', ['id'], [404, 422]],
    ['/o/acme/invitations/new', ['addresses', 'role'], [200]],
    ['/o/acme', ['notice', 'n'], [200]],
    ['/o/acme/settings/api-keys', ['notice', 'n', 'made'], [200]],
    ['/sign-in', ['next', 'address'], [200]],
    ['/o/acme/sign-in', ['next'], [200]],
    ['/accept-invitation', ['token'], [404]],
    ['/mailbox', ['id'], [200]],
    ['/', ['next'], [302]],
  ])('of %s is shown as text or left out', async (path, fields, expected) => {
    const queries = fields.flatMap((field) => [
      ...SEGMENTS.map((segment) => `?${field}=${segment}`),
      `?${field}`,
      `?${field}[]=x&${field}[x]=y`,
      `?${field}=a&${field}=b`,
    ])
    const statuses = await statusesOf(
      queries.map((query) => path + query),
      cast.owner.cookie,
    )
    for (const status of statuses) expect(expected).toContain(status)
  })

  test.each([
    ['not base64url', '!!!'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no place', Buffer.from('["after"]').toString('base64url')],
    ['a number where text is sorted', Buffer.from('["after",1,"x"]').toString('base64url')],
    ['text where a number is sorted', Buffer.from('["before","\\u0000","x"]').toString('base64url')],
    ['a lone surrogate', Buffer.from('["after","\\ud800","\\udfff"]').toString('base64url')],
    ['a number beyond all', Buffer.from('["after",1e400,"x"]').toString('base64url')],
    ['an object', Buffer.from('["after",{"a":1},"x"]').toString('base64url')],
  ])('with a page that is %s shows the list', async (_, page) => {
    const paths = ['email', 'sent', '-expires', 'status'].map(
      (sort) => `/o/acme/invitations?sort=${sort}&page=${page}`,
    )
    expect(await statusesOf(paths, cast.admin.cookie)).toEqual([200])
  })
})

test('another organization’s ids, or unknown ones, are not found', async () => {
  await addMember(cast.globex, cast.member, 'member')
  const ids = [cast.outsider.id, cast.globex.id, crypto.randomUUID(), 'not-a-uuid']
  expect(
    await statusesOf(
      ids.map((id) => `/o/acme/members/${id}`),
      cast.owner.cookie,
    ),
  ).toEqual([404])
  expect(await statusesOf(['/o/globex', '/o/globex/invitations', '/o/nowhere'], cast.owner.cookie)).toEqual([
    404,
  ])
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
  for (const path of paths.filter((one) => !/sign-out|decline|resend|revoke|api/.test(one)))
    expect((await world.fetch(path, { method: 'HEAD', cookie: cast.owner.cookie })).status).toBeLessThan(405)
  expect(lines).toEqual([])
  expect(await everyRow()).toEqual(before)
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
        ['/', '/sign-in', '/o/acme/invitations', '/mailbox'],
        name === 'Cookie' ? null : cast.owner.cookie,
        headers,
      )
    }
  }
})
