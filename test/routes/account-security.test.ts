import { describe, expect, test } from 'vitest'
import { createApp } from '../../src/app'
import { systemPorts } from '../../src/context'
import { sha256 } from '../../src/rules/tokens'
import { addCast, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { createBrowser, setUpApp, withApp, withPasskey } from '../support/factors'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { createWorld, run } from '../support/world'

const PAGES = [
  '/account/security',
  '/account/passkeys/new',
  '/account/passkeys/remove',
  '/account/authenticator',
  '/account/authenticator/remove',
  '/account/recovery-codes',
]

const routes = () =>
  createApp(systemPorts).routes.flatMap(({ method, path }) =>
    method !== 'ALL' && PAGES.includes(path) ? [`${method} ${path}`] : [],
  )

test('every page of it stands in the list', () => {
  expect(new Set(routes().map((route) => route.split(' ')[1]))).toEqual(new Set(PAGES))
})

test.each(routes())('%s is for the account’s own sign-in alone', async (route) => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await run('update session set own = 0, method = ? where hash = ?', 'sso', sha256(admin.cookie))
  await run('update session set expires_at = 1 where hash = ?', sha256(owner.cookie))
  const before = await everyRow()
  const [method = '', path = ''] = route.split(' ')
  for (const cookie of [null, admin.cookie, owner.cookie, 'no such session']) {
    const form = method === 'POST' ? { form: { current: PASSWORD, id: 'x', name: 'Key' } } : {}
    const answer = await world.fetch(path, { method, cookie, ...form })
    expect([answer.status, answer.headers.get('Location')?.split('?')[0]]).toEqual([303, '/sign-in'])
  }
  expect(await everyRow()).toEqual(before)
})

test('looking changes nothing, with factors and without', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const { browser } = await withPasskey(world, admin)
  await setUpApp(world, browser)
  const before = await everyRow()
  for (const visitor of [browser, createBrowser(world, owner.cookie)])
    for (const path of PAGES) expect([200, 404]).toContain((await visitor.visit(path)).status)
  expect(await everyRow()).toEqual(before)
})

describe('the page', () => {
  test('shows what there is, and the way to the rest', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const bare = await seen(await browser.visit('/account/security'))
    expect(bare.text).toContain('You get them once there is a passkey or an authenticator app.')
    expect(bare.links.map(({ attributes }) => attributes.href)).toEqual([
      '/account/passkeys/new',
      '/account/authenticator',
      '/account',
      '/organizations',
    ])
    await withPasskey(world, admin)
    await setUpApp(world, browser)
    const full = await seen(await browser.visit('/account/security?notice=passkey-added'))
    expect(full.text).toContain('Phone')
    expect(full.text).toContain('10 of 10 are left.')
    expect((await texts(full.html, '[role=status]'))[0]).toContain('Passkey added.')
    expect(full.links.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Remove Phone', 'Set up anew', 'Switch off', 'Make new ones']),
    )
  })

  test('is linked from the account’s page and from the console', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    for (const path of ['/account', '/o/acme']) {
      const html = await (await world.fetch(path, { cookie: admin.cookie })).text()
      expect(await elements(html, 'a[href="/account/security"]'), path).toHaveLength(1)
    }
  })

  test('leads nowhere else: next is a path of this site or nothing', async () => {
    const world = createWorld()
    const { admin } = await addCast({ required_factor: 'second_factor' })
    const { browser } = await withApp(world, admin)
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      const query = new URLSearchParams({ next, needed: 'second_factor' })
      const html = await (await browser.visit(`/account/security?${query}`)).text()
      expect(html).not.toContain('evil')
      const form = { form: { current: PASSWORD, next } }
      const codes = await (await browser.visit('/account/recovery-codes', form)).text()
      expect(codes).not.toContain('evil')
    }
  })

  test('a hostile notice or name is text, or nothing', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser } = await withPasskey(world, admin)
    await run('update passkey set name = ?', '<img src=x>')
    const html = await (await browser.visit('/account/security?notice=constructor')).text()
    expect(await texts(html, '[role=status]')).toEqual([])
    expect(await texts(html, '.factors strong')).toEqual(['<img src=x>'])
  })
})

test('without scripts each press for a passkey says what it needs', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  for (const [path, cookie] of [
    ['/sign-in', null],
    ['/o/acme/sign-in', null],
    ['/account/passkeys/new', admin.cookie],
  ] as const) {
    const html = await (await world.fetch(path, { cookie })).text()
    expect(await texts(html, '.passkey noscript'), path).toEqual([
      expect.stringContaining('Passkeys need JavaScript, which is switched off here.'),
    ])
    const [button] = await elements(html, '.passkey button')
    expect(button?.attributes.hidden, path).toBeDefined()
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/)
  }
})
