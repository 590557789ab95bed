import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { sha256 } from '../../src/rules/tokens'
import { addAccount, addCast, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { elements } from '../support/html'
import { seen } from '../support/invitee'
import { ADA, signIn } from '../support/signing-in'
import { cookieOf, createWorld, hidden, rows, run, START } from '../support/world'

describe('signing in', () => {
  test('opens a session for 30 days, of which D1 holds the hash alone', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await run('delete from session')
    const response = await signIn(world)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/o/acme')
    const cookie = cookieOf(response) ?? ''
    expect(cookie).toMatch(/^[\w-]{43}$/)
    expect(response.headers.get('Set-Cookie')).toContain(
      `Expires=${new Date(START + 30 * DAY).toUTCString()}`,
    )
    expect(await rows('select * from session')).toEqual([
      {
        hash: sha256(cookie),
        user_id: admin.id,
        own: 1,
        method: 'password',
        second_factor: null,
        user_agent: '',
        place: '',
        created_at: START,
        expires_at: START + 30 * DAY,
      },
    ])
    expect(JSON.stringify(await everyRow())).not.toContain(cookie)
    expect((await world.fetch('/o/acme/invitations', { cookie })).status).toBe(200)
  })

  test('gives a new session each time, and leaves others open', async () => {
    const world = createWorld()
    await addCast()
    const cookies = [cookieOf(await signIn(world)), cookieOf(await signIn(world))]
    expect(cookies[0]).not.toBe(cookies[1])
    for (const cookie of cookies) expect((await world.fetch('/o/acme', { cookie })).status).toBe(200)
  })

  test('ends the session that the browser had, whoever’s it was, once it has succeeded', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const { cookie } = owner
    await signIn(world, { password: 'wrong password' }, '/sign-in', { cookie })
    expect((await world.fetch('/o/acme', { cookie })).status).toBe(200)
    const next = cookieOf(await signIn(world, {}, '/sign-in', { cookie }))
    expect((await world.fetch('/o/acme', { cookie })).status).toBe(303)
    for (const left of [next, admin.cookie])
      expect((await world.fetch('/o/acme', { cookie: left })).status).toBe(200)
  })

  test('takes the address in any writing, and the password in no other', async () => {
    const world = createWorld()
    await addCast()
    expect((await signIn(world, { address: ' ＡDA.Admin@ACME.test ' })).status).toBe(303)
    expect((await signIn(world, { password: PASSWORD.toUpperCase() })).status).toBe(422)
    expect((await signIn(world, { password: ` ${PASSWORD}` })).status).toBe(422)
  })

  test('leads on to the page that asked for it', async () => {
    const world = createWorld()
    await addCast()
    const asked = await world.fetch('/o/acme/invitations?tab=all&q=x')
    expect(asked.status).toBe(303)
    const page = await world.fetch(asked.headers.get('Location') ?? '')
    const next = hidden(await page.text(), 'next').replaceAll('&amp;', '&')
    expect((await signIn(world, { next })).headers.get('Location')).toBe('/o/acme/invitations?tab=all&q=x')
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/o/acme',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/\t/evil.example',
    '/o/acme\r\nSet-Cookie: usher=x',
    ' /o/acme',
    'o/acme',
  ])('never leads elsewhere: next is %j', async (next) => {
    const world = createWorld()
    await addCast()
    const response = await signIn(world, { next })
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/o/acme')
    const page = await world.fetch(`/sign-in?${new URLSearchParams({ next })}`)
    expect(hidden(await page.text(), 'next')).toBe('')
  })

  test('refused keeps the address and where to go on, but not the password', async () => {
    const world = createWorld()
    await addCast()
    const response = await signIn(world, { password: 'wrong password', next: '/o/acme/invitations' })
    expect(response.status).toBe(422)
    expect(cookieOf(response)).toBeNull()
    const { alert, values, html } = await seen(response)
    expect(alert).toBe('Email address or password is not right.')
    expect(values).toEqual({ address: ADA, password: '' })
    expect(hidden(html, 'next')).toBe('/o/acme/invitations')
    expect(html).not.toContain('wrong password')
  })

  test('replaces a hash whose parameters are outdated, and no other', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const hashOf = async () =>
      (await rows<{ password_hash: string }>('select password_hash from user where id = ?', admin.id))[0]
        ?.password_hash
    const current = await hashOf()
    await signIn(world)
    expect(await hashOf()).toBe(current)
    // scrypt of PASSWORD with ln=10, r=8, p=1 and the salt "sixteen bytes of".
    const outdated =
      '$scrypt$ln=10,r=8,p=1$c2l4dGVlbiBieXRlcyBvZg$ArGWcvGP+XfapxGtDJgm0k/9wQaXFd8yptsHRFh6sw0'
    await run('update user set password_hash = ? where id = ?', outdated, admin.id)
    await signIn(world, { password: 'wrong password' })
    expect(await hashOf()).toBe(outdated)
    expect((await signIn(world)).status).toBe(303)
    expect(await hashOf()).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/)
    expect((await signIn(world)).status).toBe(303)
  })
})

describe('accounts of an organization’s own', () => {
  test('sign in on its page alone, apart from a shared account with the same address', async () => {
    const world = createWorld()
    const { acme } = await addCast({ account_scope: 'own' })
    await addAccount('Ada Elsewhere', ADA)
    const own = await signIn(world)
    const shared = await signIn(world, {}, '/sign-in')
    const idOf = (response: Response) =>
      rows(
        'select u.account_scope from session s join user u on u.id = s.user_id where s.hash = ?',
        sha256(cookieOf(response) ?? ''),
      )
    expect(await idOf(own)).toEqual([{ account_scope: acme.id }])
    expect(await idOf(shared)).toEqual([{ account_scope: 'shared' }])
    expect((await signIn(world, {}, '/o/globex/sign-in')).headers.get('Location')).toBe('/o/globex')
    expect((await world.fetch('/o/acme', { cookie: cookieOf(shared) })).status).toBe(404)
  })

  test('an unknown organization’s sign-in page is the shared one', async () => {
    const world = createWorld()
    await addCast()
    const page = await world.fetch('/o/nowhere/sign-in')
    expect(page.status).toBe(200)
    const { heading, html } = await seen(page)
    expect(heading).toBe('Sign in')
    expect((await elements(html, 'form')).map(({ attributes }) => attributes.action)).toEqual([
      '/sign-in',
      '/sign-in/passkey',
    ])
    expect(
      (await elements(html, 'input[name=organization]')).map(({ attributes }) => attributes.value),
    ).toEqual([''])
  })
})
