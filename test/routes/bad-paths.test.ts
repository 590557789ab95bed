import { beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { addCast, addMember, type Cast, inviteAndMail } from '../support/cast'
import { expectHarmless, HOSTILE, SCRIPT, statusesOf } from '../support/hostile'
import { texts } from '../support/html'
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
    ['/o/acme/teams/…/edit', [404]],
    ['/o/acme/teams/…/delete', [404]],
    ['/o/acme/roles/…/edit', [404]],
    ['/o/acme/roles/…/delete', [404]],
    ['/o/acme/…', [404]],
    ['/mailbox/…/html', [404]],
    ['/mailbox/…/text', [404]],
    ['/gallery/…', [404]],
    ['/api/v1/invitations/…', [401, 404]],
    ['/api/…', [401, 404]],
    ['/…', [404]],
  ])('%s', async (path, expected) => {
    const statuses = await statusesOf(
      world,
      SEGMENTS.map((segment) => path.replace('…', segment)),
      cast.owner.cookie,
    )
    for (const status of statuses) expect(expected).toContain(status)
  })

  test('without a session it leads to sign-in, and from there nowhere else', async () => {
    for (const path of ['/o/…', '/o/…/invitations', '/o/acme/members/…']) {
      const paths = SEGMENTS.map((segment) => path.replace('…', segment))
      for (const status of await statusesOf(world, paths, null)) expect([303, 404]).toContain(status)
    }
    const asked = await world.fetch('/o/%E0%A4%A')
    expect(asked.status).toBe(303)
    const page = await world.fetch(asked.headers.get('Location') ?? '')
    expect(page.status).toBe(200)
  })

  test('where htmx asks for a part of the page, too', async () => {
    const paths = SEGMENTS.flatMap((segment) => [`/o/${segment}`, `/o/acme/members/${segment}`])
    const headers = { 'HX-Request-Type': 'partial' }
    expect(await statusesOf(world, paths, cast.owner.cookie, headers)).toEqual([404])
    for (const status of await statusesOf(world, paths, null, headers)) expect([204, 404]).toContain(status)
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
    ['/gallery', ['language', 'width', 'group'], [200]],
    ['/gallery/accept.invalid', ['language', 'part'], [200]],
    ['/', ['next'], [302]],
  ])('of %s is shown as text or left out', async (path, fields, expected) => {
    const queries = fields.flatMap((field) => [
      ...SEGMENTS.map((segment) => `?${field}=${segment}`),
      `?${field}`,
      `?${field}[]=x&${field}[x]=y`,
      `?${field}=a&${field}=b`,
    ])
    const statuses = await statusesOf(
      world,
      queries.map((query) => path + query),
      cast.owner.cookie,
    )
    for (const status of statuses) expect(expected).toContain(status)
  })

  test.each(['-1', '1e999', 'NaN', '1.5', SCRIPT])('with a forged number (%s) tells of none', async (n) => {
    const path = `/o/acme/invitations?${new URLSearchParams({ notice: 'sent', n })}`
    const page = await world.fetch(path, { cookie: cast.owner.cookie })
    expect(await texts(await expectHarmless(page), '#toasts')).toEqual(['0 invitations sent'])
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
    expect(await statusesOf(world, paths, cast.admin.cookie)).toEqual([200])
  })
})

test('another organization’s ids, or unknown ones, are not found', async () => {
  await addMember(cast.globex, cast.member, 'member')
  const ids = [cast.outsider.id, cast.globex.id, crypto.randomUUID(), 'not-a-uuid']
  expect(
    await statusesOf(
      world,
      ids.map((id) => `/o/acme/members/${id}`),
      cast.owner.cookie,
    ),
  ).toEqual([404])
  const form = { addresses: 'theirs@example.com', change: 'theirs' }
  await world.fetch('/o/globex/invitations', { cookie: cast.outsider.cookie, form })
  const theirs = await idOf('theirs@example.com')
  const revoking = [
    `/o/acme/invitations/revoke?id=${theirs}`,
    `/o/acme/invitations/revoke?id=${crypto.randomUUID()}`,
  ]
  expect(await statusesOf(world, revoking, cast.owner.cookie)).toEqual([404])
  expect(
    await statusesOf(world, ['/o/globex', '/o/globex/invitations', '/o/nowhere'], cast.owner.cookie),
  ).toEqual([404])
})
