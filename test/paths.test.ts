import { describe, expect, test } from 'vitest'
import { paths, safeNext, withQuery } from '../src/paths'
import { addCast } from './support/cast'
import { createWorld } from './support/world'

describe('a path', () => {
  test('carries its query’s filled fields in their order, lists field by field', () => {
    expect(withQuery('/x', { a: 'b c', b: '', c: null, d: undefined, e: 0, f: ['1', '', '2'] })).toBe(
      '/x?a=b+c&e=0&f=1&f=2',
    )
    expect(withQuery('/x', {})).toBe('/x')
    expect(withQuery('/x', { a: [] })).toBe('/x')
  })

  test.each([
    [paths.home('a/b'), '/o/a%2Fb'],
    [paths.home('..'), '/o/..'],
    [paths.organizationSignIn('a?b#c', '/o/x?y=1&z'), '/o/a%3Fb%23c/sign-in?next=%2Fo%2Fx%3Fy%3D1%26z'],
    [paths.member('acme', '../../sign-out'), '/o/acme/members/..%2F..%2Fsign-out'],
    [paths.revoke('acme', ['a&b', 'c']), '/o/acme/invitations/revoke?id=a%26b&id=c'],
    [paths.acceptInvitation('a+b'), '/accept-invitation?token=a%2Bb'],
    [paths.mailboxMail('a b', 'html'), '/mailbox/a%20b/html'],
    [paths.api.invitation('<x>'), '/api/v1/invitations/%3Cx%3E'],
    [paths.signIn(), '/sign-in'],
  ])('%s says %s, whatever its parts are', (path, expected) => expect(path).toBe(expected))
})

describe('where to go after signing in', () => {
  test.each([
    '/',
    '/o/acme',
    '/o/acme/invitations?tab=all&q=%2F%2F',
    '/o/acme#x',
    '/a//b',
    '/ü',
    '/@evil.example',
  ])('may be %s', (next) => {
    expect(safeNext(next)).toBe(next)
    expect(new URL(next, 'https://usher.example').origin).toBe('https://usher.example')
  })

  test.each([
    undefined,
    '',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/a\\b',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'o/acme',
    ' /o/acme',
    '/\t/evil.example',
    '/\n/evil.example',
    '/o/acme\r\nSet-Cookie: a=b',
    '/\u0000',
    '/\u0085',
  ])('may not be %j', (next) => expect(safeNext(next)).toBeNull())
})

test('every fixed path leads to a route', async () => {
  const world = createWorld()
  const { owner } = await addCast()
  const reachable = [
    paths.root,
    paths.health,
    paths.signIn(),
    paths.organizationSignIn('acme'),
    paths.home('acme'),
    paths.invitations('acme'),
    paths.invite('acme'),
    paths.member('acme', owner.id),
    paths.apiKeys('acme'),
    paths.mailbox,
  ]
  for (const path of reachable)
    expect([path, (await world.fetch(path, { cookie: owner.cookie })).status]).toEqual([
      path,
      path === '/' ? 302 : 200,
    ])
})
