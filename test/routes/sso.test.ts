import { beforeEach, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { addAccount, addCast, addMember, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { addDomain, withSession } from '../support/entrance'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { cookiesAfter, type Idp } from '../support/idp'
import { PRODUCTION } from '../support/settings'
import { connect, link, signInBySso } from '../support/sso'
import { createWorld, rows, run, type World } from '../support/world'

const JANE = { sub: 'jane', email: 'jane@acme.test', email_verified: true, name: 'Jane Roe' }

/** Acme lets in whoever is of acme.test, and its provider signs in Jane. */
const setUp = async (world: World = createWorld()) => {
  const cast = await addCast({ just_in_time: 1 })
  const connection = await connect(world, cast.acme)
  await addDomain(cast.acme, 'acme.test')
  world.idp.person = { ...JANE }
  return { world, connection, ...cast }
}

beforeEach(() => void logged())

const begin = async (world: World, path = '/o/acme/sign-in/sso', idp: Idp = world.idp) => {
  const start = await world.fetch(path)
  const back = await idp.approve(start.headers.get('Location'))
  return { start, cookies: cookiesAfter(start), back, callback: back.pathname + back.search }
}

test('to start changes nothing but one sealed cookie of the browser, and asks for a code bound to it', async () => {
  const { world, connection } = await setUp()
  const before = await everyRow()
  const { start, cookies } = await begin(world)
  expect(start.status).toBe(303)
  expect(await everyRow()).toEqual(before)
  const sent = new URL(start.headers.get('Location') ?? '')
  expect(sent.searchParams.get('redirect_uri')).toBe(`http://localhost:8787/sso/callback/${connection}`)
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(sent.searchParams.get(name)?.length, name).toBeGreaterThan(20)
  expect(Object.keys(cookies)).toEqual(['usher-sso-attempt'])
  const [line] = start.headers.getSetCookie()
  expect(line).toMatch(/HttpOnly/)
  expect(line).toMatch(/SameSite=Lax/)
  expect(cookies['usher-sso-attempt']).not.toContain(sent.searchParams.get('state'))
})

test('on https its cookies are Secure and bound to the host', async () => {
  const world = createWorld({ ...PRODUCTION, APP_URL: 'https://usher.example' })
  await setUp(world)
  const [line] = (await world.fetch('/o/acme/sign-in/sso')).headers.getSetCookie()
  expect(line).toMatch(/^__Host-usher-sso-attempt=.*Secure/)
})

test('without the browser’s own cookie, too late or a second time, the callback signs nobody in', async () => {
  const { world } = await setUp()
  const { cookies, callback } = await begin(world)
  const before = await everyRow()
  const nobody = async (jar: Record<string, string>) => {
    const answer = await world.fetch(callback, { cookies: jar })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Sign in again')
    expect(cookiesAfter(answer).usher).toBeUndefined()
    expect(await everyRow()).toEqual(before)
  }
  await nobody({})
  await nobody({ 'usher-sso-attempt': 'of somebody else' })
  await nobody({ 'usher-sso-proof': cookies['usher-sso-attempt'] ?? '' })
  world.clock.now += 10 * MINUTE
  await nobody(cookies)
  world.clock.now -= 10 * MINUTE
  const came = await world.fetch(callback, { cookies })
  expect(came.headers.get('Location')).toBe('/o/acme?notice=welcome')
  const after = await everyRow()
  // The cookie is gone with the first answer; and whoever kept it has a code that is used.
  expect(cookiesAfter(came, cookies)['usher-sso-attempt']).toBeUndefined()
  const again = await world.fetch(callback, { cookies })
  expect(again.status).toBe(409)
  expect(cookiesAfter(again).usher).toBeUndefined()
  expect(await everyRow()).toEqual(after)
})

test('an answer for one connection is none for another, be the provider the same', async () => {
  const { world, globex } = await setUp()
  const other = await connect(world, globex)
  await run('update organization set just_in_time = 1')
  await addDomain(globex, 'acme.test')
  const { cookies, callback } = await begin(world)
  const before = await everyRow()
  const mixed = callback.replace(/\/sso\/callback\/[^?]+/, `/sso/callback/${other}`)
  expect((await world.fetch(mixed, { cookies })).status).toBe(409)
  expect(await everyRow()).toEqual(before)
})

const FAULTS: [string, (idp: Idp) => void, number][] = [
  ['is for somebody else', (idp) => Object.assign(idp.claims, { aud: 'another client' }), 409],
  ['answers another question', (idp) => Object.assign(idp.claims, { nonce: 'another' }), 409],
  ['has no nonce', (idp) => Object.assign(idp.claims, { nonce: undefined }), 409],
  ['is of another issuer', (idp) => Object.assign(idp.claims, { iss: 'https://elsewhere.test' }), 409],
  ['has run out', (idp) => Object.assign(idp.claims, { exp: 1 }), 409],
  ['is signed with a strange key', (idp) => void Object.assign(idp, { signing: 'foreign_key' }), 409],
  ['is not signed', (idp) => void Object.assign(idp, { signing: 'none' }), 409],
  ['is signed with the client secret', (idp) => void Object.assign(idp, { signing: 'client_secret' }), 409],
  ['comes with another state', (idp) => Object.assign(idp.callback, { state: 'another' }), 409],
  ['comes from another issuer', (idp) => Object.assign(idp.callback, { iss: 'https://elsewhere.test' }), 409],
  [
    'says that nobody signed in',
    (idp) => Object.assign(idp.callback, { code: undefined, error: 'access_denied' }),
    409,
  ],
  ['never comes', (idp) => void Object.assign(idp, { fault: 'down', faultAt: 'token' }), 503],
]
test.each(FAULTS)('a provider’s answer that %s signs nobody in', async (_, spoil, status) => {
  const { world } = await setUp()
  spoil(world.idp)
  const before = await everyRow()
  const { response, session } = await signInBySso(world)
  expect([response.status, session]).toEqual([status, null])
  const page = await response.text()
  expect(page).toContain('Acme')
  expect(page).toContain('href="/o/acme/sign-in"')
  expect(page).not.toMatch(/elsewhere\.test|another client/)
  expect(await everyRow()).toEqual(before)
})

test('a provider that has changed its key signs people in all the same', async () => {
  const { world } = await setUp()
  await signInBySso(world)
  world.idp.rotate()
  expect((await signInBySso(world)).to).toBe('/o/acme')
})

test('while a provider is down nobody is sent there, and the page says so', async () => {
  const { world } = await setUp()
  world.idp.fault = 'down'
  const start = await world.fetch('/o/acme/sign-in/sso')
  expect(start.status).toBe(503)
  expect(await start.text()).toContain('does not answer')
  expect(start.headers.getSetCookie()).toEqual([])
})

test('where nothing is connected, or not switched on, it leads to the sign-in page', async () => {
  const { world } = await setUp()
  await run('update connection set enabled = 0')
  for (const slug of ['acme', 'globex', 'nowhere']) {
    const answer = await world.fetch(`/o/${slug}/sign-in/sso?next=/o/${slug}/members`)
    expect(answer.headers.get('Location')).toBe(`/o/${slug}/sign-in?next=%2Fo%2F${slug}%2Fmembers`)
  }
})

test('a connection that is switched off meanwhile lets nobody in', async () => {
  const { world } = await setUp()
  const { cookies, callback } = await begin(world)
  await run('update connection set enabled = 0')
  const answer = await world.fetch(callback, { cookies })
  expect(answer.status).toBe(409)
  expect(cookiesAfter(answer).usher).toBeUndefined()
  expect(await rows("select * from user where address = 'jane@acme.test'")).toEqual([])
})

test.each([
  ['/o/acme/invitations?tab=all', '/o/acme/invitations?tab=all'],
  ['https://evil.example/', '/o/acme'],
  ['//evil.example/', '/o/acme'],
  ['/\\evil.example/', '/o/acme'],
  ['javascript:alert(1)', '/o/acme'],
  ['/x\r\nSet-Cookie: a=b', '/o/acme'],
])('with next=%s it leads to %s', async (next, to) => {
  const { world } = await setUp()
  await signInBySso(world)
  expect((await signInBySso(world, { next })).to).toBe(to)
})

test('the sign-in page of an organization leads to its provider, with the page to come back to', async () => {
  const { world } = await setUp()
  const page = await (await world.fetch('/o/acme/sign-in?next=/o/acme/members')).text()
  const [button] = await elements(page, 'a.button')
  expect(button).toMatchObject({
    text: 'Continue with single sign-on',
    attributes: { href: '/o/acme/sign-in/sso?next=%2Fo%2Facme%2Fmembers' },
  })
  await run("update connection set preset = 'google'")
  expect(await texts(await (await world.fetch('/o/acme/sign-in')).text(), 'a.button')).toEqual([
    'Continue with Google',
  ])
  expect(await texts(await (await world.fetch('/o/globex/sign-in')).text(), 'a.button')).toEqual([])
})

const offers = async (world: World, address: string, next = '') => {
  const page = await world.fetch(
    `/sign-in/sso?address=${encodeURIComponent(address)}&next=${encodeURIComponent(next)}`,
  )
  const html = await page.text()
  const found = await elements(html, 'a.button')
  return { html, found: found.map(({ text, attributes }) => [text, attributes.href]) }
}

test('a work address finds the organization that has proven its domain, and goes on there', async () => {
  const { world } = await setUp()
  const { html, found } = await offers(world, ' Jane@ACME.test ', '/o/acme/members')
  const to = '/o/acme/sign-in/sso?next=%2Fo%2Facme%2Fmembers&hint=Jane%40ACME.test'
  expect(found).toEqual([['Continue to Acme', to]])
  expect((await elements(html, 'meta[http-equiv]')).map(({ attributes }) => attributes.content)).toEqual([
    `0;url=${to}`,
  ])
  const start = await world.fetch(to)
  expect(new URL(start.headers.get('Location') ?? '').searchParams.get('login_hint')).toBe('Jane@ACME.test')
})

test('several are offered by name', async () => {
  const { world, globex } = await setUp()
  await connect(world, globex)
  await addDomain(globex, 'acme.test')
  const { html, found } = await offers(world, 'jane@acme.test')
  expect(found.map(([text]) => text)).toEqual(['Acme', 'Globex'])
  expect(await elements(html, 'meta[http-equiv]')).toEqual([])
})

test.each([
  ['a domain that is not proven', 'update domain set proven_at = null'],
  ['a connection that is switched off', 'update connection set enabled = 0'],
  ['an organization whose accounts are its own', "update organization set account_scope = 'own'"],
  ['an organization that is deleted', 'update organization set delete_at = 1'],
])('%s is not found, as if it were not there', async (_, change) => {
  const { world } = await setUp()
  await run(change)
  const { html, found } = await offers(world, 'jane@acme.test')
  expect(found).toEqual([])
  const none = await offers(world, 'jane@nowhere.test')
  expect(html.replaceAll('acme.test', 'nowhere.test')).toBe(none.html)
})

test('to use another account asks the provider for another, in its own way', async () => {
  const { world } = await setUp()
  world.idp.person = { sub: 'out', email: 'out@example.com', email_verified: true }
  const page = await (await signInBySso(world, { next: '/o/acme/members' })).response.text()
  const [again] = await elements(page, 'a.button')
  for (const [preset, prompt] of [
    ['other', 'login'],
    ['google', 'select_account'],
    ['microsoft', 'select_account'],
  ]) {
    await run('update connection set preset = ?', preset ?? '')
    const sent = new URL((await world.fetch(again?.attributes.href ?? '')).headers.get('Location') ?? '')
    expect(sent.searchParams.get('prompt'), preset).toBe(prompt)
  }
})

test('an account with a second step shows it before it is linked, and comes back to linking', async () => {
  const { world, member } = await setUp()
  world.idp.person = { ...JANE, email: member.address }
  await run(
    "insert into authenticator (user_id, secret, confirmed_at, created_at) values (?, 'sealed', 1, 1)",
    member.id,
  )
  const { cookies } = await signInBySso(world, { next: '/o/acme/members' })
  const asked = await link(world, cookies, { password: PASSWORD })
  expect(asked.to).toBe('/sign-in/second-step')
  expect(asked.session).toBeNull()
  expect(await rows('select * from identity')).toEqual([])
  const through = await withSession(member, { own: true, secondFactor: 'authenticator' })
  const linked = await link(world, { ...asked.cookies, usher: through.cookie })
  expect(linked.to).toBe('/o/acme/members')
  expect(await rows('select user_id from identity')).toEqual([{ user_id: member.id }])
})

test('the page of linking is there for whoever was named just now, and says nothing of the account but its address', async () => {
  const { world, member, admin } = await setUp()
  world.idp.person = { ...JANE, email: member.address }
  expect((await world.fetch('/sso/link')).status).toBe(409)
  const { cookies } = await signInBySso(world)
  const page = async () => (await world.fetch('/sso/link', { cookies })).text()
  const shown = await page()
  expect(shown).not.toContain(member.name)
  // With a password or without one, it is the same page.
  await run('update user set password_hash = null')
  expect(await page()).toBe(shown)
  world.clock.now += 10 * MINUTE
  expect((await world.fetch('/sso/link', { cookies })).status).toBe(409)
  expect((await link(world, { ...cookies, usher: admin.cookie })).response.status).toBe(409)
})

test('a provider that vouches for somebody else’s address gets nothing of that account', async () => {
  const { world, acme, globex, admin } = await setUp()
  const hostile = world.addIdp('https://id.globex.test')
  await connect(world, globex, { idp: hostile })
  await addDomain(globex, 'globex.test')
  await run('update organization set just_in_time = 1')
  hostile.person = { sub: 'mallory', email: admin.address, email_verified: true, hd: 'acme.test' }
  const enter = (visit: Parameters<typeof signInBySso>[1] = {}) =>
    signInBySso(world, { slug: 'globex', idp: hostile, ...visit })

  // Ada is nobody at Globex: no session, no account, no word of the one that she has.
  const before = await everyRow()
  const stranger = await enter()
  expect([stranger.response.status, stranger.session]).toEqual([403, null])
  expect(await everyRow()).toEqual(before)

  // She joins Globex herself; its provider still gets no further than to the question whose account it is.
  await addMember(globex, admin, 'viewer')
  const asked = await enter()
  expect([asked.to, asked.session]).toEqual(['/sso/link', null])
  expect((await link(world, asked.cookies, { password: 'a guess' })).response.status).toBe(422)
  expect(await rows('select * from identity')).toEqual([])

  // Even linked, by herself, its sessions open Globex alone.
  const own = await withSession(admin, { own: true })
  const linking = await enter({ cookies: { usher: own.cookie } })
  await link(world, linking.cookies)
  const { session } = await enter()
  expect((await world.fetch('/o/globex', { cookie: session })).status).toBe(200)
  for (const path of ['/o/acme', '/o/acme/members', '/account', '/organizations', '/account/security']) {
    const answer = await world.fetch(path, { cookie: session })
    expect(answer.status, path).toBe(303)
    expect(answer.headers.get('Location'), path).not.toMatch(/^\/o\/acme(?!\/sign-in)/)
  }
  expect(await rows('select organization_id from session_grant where organization_id = ?', acme.id)).toEqual(
    [],
  )
})

test('who has no account anywhere gets none of the shared ones by a provider that is not of their domain', async () => {
  const { world, globex } = await setUp()
  const hostile = world.addIdp('https://id.globex.test')
  await connect(world, globex, { idp: hostile })
  await addDomain(globex, 'globex.test')
  await run('update organization set just_in_time = 1')
  await addAccount('Jane Roe', 'jane@example.com')
  for (const email of ['jane@example.com', 'new@example.com', 'jane@acme.test']) {
    hostile.person = { sub: email, email, email_verified: true }
    const { response } = await signInBySso(world, { slug: 'globex', idp: hostile })
    expect(response.status).toBe(403)
    const shown = (await response.text()).replaceAll(email, 'x').replaceAll(email.split('@')[0] ?? '', 'x')
    expect(shown).toContain('You are not a member')
  }
})
