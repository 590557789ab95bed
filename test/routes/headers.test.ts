import { beforeEach, describe, expect, test } from 'vitest'
import staticHeaders from '../../public/_headers?raw'
import { idOf } from '../support/acting'
import { addCast, type Cast, freshChange, invite, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { PRODUCTION } from '../support/settings'
import { APP_URL, createWorld, linkIn, rows, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

describe('every kind of page', () => {
  const POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  const protectedBy = (headers: Headers) => {
    expect(headers.get('Content-Security-Policy')?.split('; ').sort()).toEqual([...POLICY].sort())
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('X-Frame-Options')).toBe('DENY')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Strict-Transport-Security')).toMatch(/^max-age=\d{8}/)
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('X-Powered-By')).toBeNull()
  }

  test.each([
    ['/', 302],
    ['/health', 200],
    ['/setup', 404],
    ['/sign-in', 200],
    ['/o/acme/sign-in', 200],
    ['/o/acme', 200],
    ['/o/acme/invitations', 200],
    ['/o/acme/invitations/new', 200],
    ['/o/acme/settings/api-keys', 200],
    ['/o/globex', 404],
    ['/accept-invitation?token=forged', 404],
    ['/mailbox', 200],
    ['/mailbox/x/html', 404],
    ['/gallery', 200],
    ['/gallery/x', 404],
    ['/api/v1/invitations', 401],
    ['/nothing', 404],
  ])('carries the headers that protect it: %s (%i)', async (path, status) => {
    const response = await world.fetch(path, { cookie: cast.owner.cookie })
    expect(response.status).toBe(status)
    protectedBy(response.headers)
  })

  test('so does a refused form, a fragment, and the page of a link', async () => {
    const mail = await inviteAndMail(world, cast.admin, 'jane@example.com')
    const fragment = { cookie: cast.owner.cookie, headers: { 'HX-Request-Type': 'partial' } }
    for (const response of [
      await world.fetch('/sign-in', { form: {} }),
      await world.fetch('/sign-out', { form: {}, headers: { Origin: 'https://evil.example' } }),
      await world.fetch('/o/acme/invitations', fragment),
      await world.fetch(linkIn(mail)),
      await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) }),
    ])
      protectedBy(response.headers)
  })

  test('so does every page of a deployment for real, its refusal of the mailbox included', async () => {
    world = createWorld(PRODUCTION)
    for (const path of [
      '/mailbox',
      '/mailbox/x/html',
      '/mailbox/x/text',
      '/gallery',
      '/gallery/accept.invalid',
    ]) {
      const response = await world.fetch(path)
      expect(response.status).toBe(404)
      protectedBy(response.headers)
    }
  })

  test('static files carry theirs by public/_headers', () => {
    const [all = ''] = staticHeaders.split('\n\n')
    const lines = all.split('\n').map((line) => line.trim())
    expect(lines).toContain('/*')
    expect(lines).toContain("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'")
    expect(lines).toContain('X-Content-Type-Options: nosniff')
    expect(lines).toContain('Referrer-Policy: same-origin')
    expect(lines).toContain('X-Frame-Options: DENY')
    expect(staticHeaders).not.toContain('unsafe')
  })

  test('only a mail in development’s mailbox may be framed, by this site, with its own styles', async () => {
    await inviteAndMail(world, cast.admin, 'jane@example.com')
    const [delivery] = await rows<{ id: string }>('select id from delivery')
    const { status, headers } = await world.fetch(`/mailbox/${delivery?.id}/html`)
    expect(status).toBe(200)
    expect(headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    )
    expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
  })
})

test('links in mails and redirects come from APP_URL, whatever a request’s headers say', async () => {
  world = createWorld(PRODUCTION)
  const headers = {
    Origin: PRODUCTION.APP_URL,
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'http',
    Forwarded: 'host=evil.example',
    'X-Original-URL': 'https://evil.example/',
  }
  const form = { addresses: 'jane@example.com', change: freshChange() }
  const { cookie } = cast.admin
  const sent = await world.fetch('https://evil.example/o/acme/invitations', { cookie, headers, form })
  expect(sent.headers.get('Location')).toMatch(/^\/o\/acme\/invitations\?/)
  await world.drain()
  const [mail] = world.mails
  expect(linkIn(mail)).toMatch(/^https:\/\/usher\.example\/accept-invitation\?token=/)
  expect(mail?.html).toContain('href="https://usher.example/accept-invitation?token=')
  expect(JSON.stringify(mail)).not.toContain('evil.example')
  for (const path of ['/o/acme', '/', '/o/acme/invitations'])
    expect((await world.fetch(`https://evil.example${path}`, { headers })).headers.get('Location')).toMatch(
      /^\/\w/,
    )
})

test('a GET changes nothing, on any page', async () => {
  const mail = await inviteAndMail(world, cast.admin, 'jane@example.com')
  await invite(world, cast.admin, 'joe@example.com')
  const id = await idOf('joe@example.com')
  const before = await everyRow()
  for (const path of [
    '/',
    '/setup',
    '/sign-in',
    '/sign-out',
    '/o/acme',
    '/o/acme/invitations?tab=all',
    '/o/acme/invitations/new',
    `/o/acme/invitations/revoke?id=${id}`,
    `/o/acme/invitations/resend?id=${id}`,
    '/o/acme/settings/api-keys',
    '/o/acme/settings/api-keys/revoke',
    `/o/acme/members/${cast.owner.id}`,
    linkIn(mail).replace(APP_URL, ''),
    `/decline-invitation?token=${tokenIn(mail)}`,
    `/invitation-opened?token=${tokenIn(mail)}`,
    '/mailbox',
  ])
    await world.fetch(path, { cookie: cast.owner.cookie })
  expect(await everyRow()).toEqual(before)
})

test('development answers on this machine’s names only, so that no other name can be pointed at it', async () => {
  const { cookie } = cast.owner
  for (const name of ['http://evil.example', 'http://localhost.evil.example', 'http://192.168.0.7:8787'])
    for (const path of ['/', '/mailbox', '/setup', '/sign-in', '/api/v1/invitations'])
      expect((await world.fetch(name + path, { headers: { Cookie: `usher=${cookie}` } })).status).toBe(404)
  for (const name of ['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787'])
    expect((await world.fetch(`${name}/mailbox`)).status).toBe(200)
})
