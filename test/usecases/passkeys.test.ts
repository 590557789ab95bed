import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { MAX_PASSKEYS } from '../../src/rules/second-factors'
import { eventsOf, mailTo } from '../support/accounts'
import { createAuthenticator, type Faults } from '../support/authenticator'
import { addAccount, addCast, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { addPasskey, createBrowser, optionsIn, passkeySignIn, withPasskey } from '../support/factors'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { createWorld, hidden, rows, run } from '../support/world'

const said = async (response: Response): Promise<string> =>
  (await texts(await response.text(), '[data-said]')).filter(Boolean).join(' | ')

const strength = (cookieless = '') =>
  rows<{ method: string; second_factor: string | null }>(
    `select method, second_factor from session ${cookieless} order by created_at desc, rowid desc limit 1`,
  )

describe('a passkey', () => {
  test('is added by its owner, who is told by mail, and signs in by itself from then on', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    const [passkey] = await rows('select * from passkey')
    expect(passkey).toMatchObject({
      id: authenticator.state.id,
      user_id: admin.id,
      name: 'Phone',
      counter: 0,
      transports: '["internal","hybrid"]',
      backed_up: 1,
      used_at: null,
    })
    expect(await rows('select method, second_factor from session where user_id = ?', admin.id)).toEqual([
      { method: 'password', second_factor: 'passkey' },
    ])
    const mail = await mailTo(world, admin.address)
    expect(mail.subject).toBe('A passkey was added to your account')
    expect(mail.text).toContain('Phone')
    expect(mail.text).toContain('http://localhost:8787/account/security')
    expect(await eventsOf(admin)).toEqual(['passkey.added'])

    const elsewhere = createBrowser(world)
    const answer = await passkeySignIn(elsewhere, authenticator, '/sign-in?next=/o/acme/invitations')
    expect(answer.headers.get('Location')).toBe('/o/acme/invitations')
    expect((await elsewhere.visit('/o/acme/invitations')).status).toBe(200)
    expect(await rows("select method, second_factor, own from session where method = 'passkey'")).toEqual([
      { method: 'passkey', second_factor: null, own: 1 },
    ])
    expect(await rows('select counter, used_at from passkey')).toEqual([
      { counter: 1, used_at: world.clock.now },
    ])
    expect(await rows("select detail from audit_event where action = 'session.started'")).toEqual([
      { detail: '{"with":"passkey","passkey":"Phone"}' },
    ])
  })

  test('says nothing of its owner to the authenticator but the address, and the same for each passkey', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const handles = []
    for (const _ of [1, 2]) {
      const page = await (await browser.visit('/account/passkeys/new')).text()
      const { user, rp, authenticatorSelection } = JSON.parse(await optionsIn(page, 'create')) as {
        user: { id: string; name: string }
        rp: { id: string }
        authenticatorSelection: Record<string, unknown>
      }
      expect(rp.id).toBe('localhost')
      expect(authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'required' })
      expect(Buffer.from(user.id, 'base64url').toString()).not.toContain(admin.address)
      handles.push(user.id)
    }
    expect(handles[0]).toBe(handles[1])
  })

  const FAULTS: [string, Faults][] = [
    ['on another site', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['of another challenge', { challenge: 'b3RoZXI' }],
    ['without having verified anybody', { verified: false }],
  ]
  test.each(FAULTS)('made %s is not added', async (_, faults) => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const answer = await addPasskey(browser, await createAuthenticator(), {}, faults)
    expect(answer.status).toBe(422)
    expect(await said(answer)).toBe('That did not work. Try once more.')
    expect(await rows('select 1 from passkey')).toEqual([])
  })

  test.each([
    ...FAULTS,
    ['with a signature of something else', { signature: 'MEUCIQDOTgYfY2x5b3Vy' }],
    ['as somebody else', { userHandle: 'c29tZWJvZHk' }],
  ] as [string, Faults][])('that signs %s signs nobody in', async (_, faults) => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    const elsewhere = createBrowser(world)
    const before = await everyRow()
    const answer = await passkeySignIn(elsewhere, authenticator, '/sign-in', faults)
    expect(answer.status).toBe(422)
    expect(await said(answer)).toBe('That passkey is not known here.')
    expect(elsewhere.session()).toBeNull()
    expect(await everyRow()).toEqual(before)
  })

  test('whose counter went back signs nobody in: it is a copy', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    await passkeySignIn(createBrowser(world), authenticator)
    await passkeySignIn(createBrowser(world), authenticator)
    for (const counter of [2, 1]) {
      const copy = createBrowser(world)
      expect((await passkeySignIn(copy, authenticator, '/sign-in', { counter })).status).toBe(422)
      expect(copy.session()).toBeNull()
    }
    expect(
      (await passkeySignIn(createBrowser(world), authenticator, '/sign-in', { counter: 9 })).status,
    ).toBe(303)
  })

  test('that counts nothing signs in as often as it is used', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    for (const _ of [1, 2])
      expect(
        (await passkeySignIn(createBrowser(world), authenticator, '/sign-in', { counter: 0 })).status,
      ).toBe(303)
  })

  test('pressed twice opens one session, and a challenge counts in its browser alone', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    const browser = createBrowser(world)
    const html = await (await browser.visit('/sign-in')).text()
    const credential = await authenticator.get(await optionsIn(html, 'get'))
    const cookies = [...browser.jar]
    const press = async () => {
      const again = createBrowser(world)
      for (const [name, value] of cookies) again.jar.set(name, value)
      await again.visit('/sign-in/passkey', { form: { organization: '', next: '', credential } })
      return again.session()
    }
    const [first, second] = await Promise.all([press(), press()])
    expect(first).not.toBeNull()
    expect(second).toBe(first)
    expect(await rows("select 1 from session where method = 'passkey'")).toHaveLength(1)

    const stranger = createBrowser(world)
    const stolen = await stranger.visit('/sign-in/passkey', {
      form: { organization: '', next: '', credential },
    })
    expect(await said(stolen)).toBe('This page was open for too long. Try once more.')
  })

  test('signs in after a page was open for a while, and not after too long', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    for (const [minutes, status] of [
      [14, 303],
      [16, 422],
    ] as const) {
      const browser = createBrowser(world)
      const html = await (await browser.visit('/sign-in')).text()
      const credential = await authenticator.get(await optionsIn(html, 'get'))
      world.clock.now += minutes * MINUTE
      const answer = await browser.visit('/sign-in/passkey', { form: { credential } })
      expect(answer.status).toBe(status)
    }
  })
})

describe('the scope of an account', () => {
  test('holds for its passkeys: one of another scope is answered as one that nobody has', async () => {
    const world = createWorld()
    const { acme, admin, outsider } = await addCast({ account_scope: 'own' })
    const own = await withPasskey(world, admin)
    const shared = await withPasskey(world, outsider)
    const unknown = await createAuthenticator()
    const answers = []
    for (const [authenticator, path] of [
      [own.authenticator, '/o/globex/sign-in'],
      [shared.authenticator, '/o/acme/sign-in'],
      [unknown, '/sign-in'],
    ] as const) {
      const browser = createBrowser(world)
      const answer = await passkeySignIn(browser, authenticator, path)
      answers.push([answer.status, await said(answer)])
      expect(browser.session()).toBeNull()
    }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    expect((await passkeySignIn(createBrowser(world), own.authenticator, '/o/acme/sign-in')).status).toBe(303)
    expect((await passkeySignIn(createBrowser(world), shared.authenticator)).headers.get('Location')).toBe(
      '/',
    )
    // Taken out of the organization it belonged to, the account signs in nowhere.
    await run("update user set account_scope = 'removed:' || ? || ':' || id where id = ?", acme.id, admin.id)
    expect((await passkeySignIn(createBrowser(world), own.authenticator, '/o/acme/sign-in')).status).toBe(422)
  })
})

describe('changing passkeys', () => {
  test('asks for the password, except of the first one right after signing in', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    expect((await addPasskey(browser, await createAuthenticator(), { current: '' })).status).toBe(303)
    // The second is one too many to go without.
    const second = await addPasskey(browser, await createAuthenticator(), { current: '' })
    expect((await seen(second)).errors).toEqual({ current: 'That password is not right.' })
    expect(
      (await addPasskey(browser, await createAuthenticator(), { current: 'wrong password' })).status,
    ).toBe(422)
    expect(await rows('select 1 from passkey')).toHaveLength(1)
    expect((await addPasskey(browser, await createAuthenticator(), { name: 'Key' })).status).toBe(303)
    expect(await rows('select name from passkey order by rowid')).toEqual([
      { name: 'Phone' },
      { name: 'Key' },
    ])
  })

  test('asks for the password once the sign-in is a while ago', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    world.clock.now += 11 * MINUTE
    const browser = createBrowser(world, admin.cookie)
    expect((await addPasskey(browser, await createAuthenticator(), { current: '' })).status).toBe(422)
    expect((await addPasskey(browser, await createAuthenticator())).status).toBe(303)
  })

  test('takes a passkey in place of the password', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser, authenticator } = await withPasskey(world, admin)
    const html = await (await browser.visit('/account/passkeys/new')).text()
    const key = await createAuthenticator()
    const form = {
      change: hidden(html, 'change'),
      name: 'Key',
      credential: await authenticator.get(await optionsIn(html, 'get')),
      registration: await key.create(await optionsIn(html, 'create')),
    }
    expect((await browser.visit('/account/passkeys/new', { form })).status).toBe(303)
    expect((await passkeySignIn(createBrowser(world), key)).status).toBe(303)
    // Somebody else’s passkey proves nothing.
    const other = await withPasskey(world, await addAccount('Eve', 'eve@evil.test'))
    const again = await (await browser.visit('/account/passkeys/new')).text()
    const third = await createAuthenticator()
    const refused = await browser.visit('/account/passkeys/new', {
      form: {
        change: hidden(again, 'change'),
        name: 'Third',
        credential: await other.authenticator.get(await optionsIn(again, 'get')),
        registration: await third.create(await optionsIn(again, 'create')),
      },
    })
    expect(refused.status).toBe(422)
    expect(await said(refused)).toContain('That passkey is not known here.')
  })

  test('ends with a full list, with a passkey that is somebody’s, and with a session that is over', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const { browser, authenticator } = await withPasskey(world, admin)
    const taken = await addPasskey(createBrowser(world, owner.cookie), authenticator)
    expect([taken.status, await said(taken)]).toEqual([409, 'This passkey has been added already.'])
    await run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
        insert into passkey (id, user_id, name, public_key, counter, transports, backed_up, created_at)
        select 'p' || i, ?, 'Key ' || i, 'x', 0, '[]', 0, 1 from n`,
      MAX_PASSKEYS - 1,
      admin.id,
    )
    const full = await addPasskey(browser, await createAuthenticator())
    expect([full.status, await said(full)]).toEqual([
      409,
      'You have as many passkeys as an account can have. Remove one first.',
    ])
    await run('delete from passkey where id <> ?', authenticator.state.id)
    const html = await (await browser.visit('/account/passkeys/new')).text()
    await run('delete from session')
    const key = await createAuthenticator()
    const late = await browser.visit('/account/passkeys/new', {
      form: {
        name: 'Key',
        current: PASSWORD,
        registration: await key.create(await optionsIn(html, 'create')),
      },
    })
    expect(late.headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await rows('select 1 from passkey')).toHaveLength(1)
  })

  test('pressed twice at once adds one, with one event and one mail', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const html = await (await browser.visit('/account/passkeys/new')).text()
    const key = await createAuthenticator()
    const form = {
      change: hidden(html, 'change'),
      name: 'Key',
      current: PASSWORD,
      registration: await key.create(await optionsIn(html, 'create')),
    }
    const statuses = await Promise.all(
      [1, 2].map(async () => (await browser.visit('/account/passkeys/new', { form })).status),
    )
    expect(statuses).toEqual([303, 303])
    expect(await rows('select 1 from passkey')).toHaveLength(1)
    expect(await eventsOf(admin)).toEqual(['passkey.added'])
    expect(await rows("select 1 from delivery where kind = 'security_notice'")).toHaveLength(1)
  })

  test('removing one ends what passkeys opened elsewhere; without any left nothing counts as shown', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser, authenticator } = await withPasskey(world, admin)
    const elsewhere = createBrowser(world)
    await passkeySignIn(elsewhere, authenticator)
    const page = await (await browser.visit(`/account/passkeys/remove?id=${authenticator.state.id}`)).text()
    expect(await texts(page, 'main strong')).toEqual(['Phone'])
    const form = { id: authenticator.state.id, change: hidden(page, 'change'), current: 'wrong password' }
    expect((await browser.visit('/account/passkeys/remove', { form })).status).toBe(422)
    const done = await browser.visit('/account/passkeys/remove', { form: { ...form, current: PASSWORD } })
    expect(done.headers.get('Location')).toBe('/account/security?notice=passkey-removed')
    expect(await rows('select 1 from passkey')).toEqual([])
    expect((await elsewhere.visit('/account')).status).toBe(303)
    expect(await strength()).toEqual([{ method: 'password', second_factor: null }])
    expect(await eventsOf(admin)).toEqual(['passkey.added', 'session.started', 'passkey.removed'])
    expect((await mailTo(world, admin.address)).subject).toBe('A passkey was removed from your account')
    expect((await passkeySignIn(createBrowser(world), authenticator)).status).toBe(422)
  })

  test('another account’s passkey is not there', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const { authenticator } = await withPasskey(world, admin)
    const browser = createBrowser(world, owner.cookie)
    const { id } = authenticator.state
    expect((await browser.visit(`/account/passkeys/remove?id=${id}`)).status).toBe(404)
    await browser.visit('/account/passkeys/remove', { form: { id, current: PASSWORD } })
    expect(await rows('select 1 from passkey')).toHaveLength(1)
  })
})

test('the offer after accepting can be passed by, and is in the invitee’s language', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const browser = createBrowser(world, admin.cookie)
  const page = await browser.visit('/account/passkeys/new?offer=1&next=%2Fo%2Facme', {
    headers: { 'Accept-Language': 'de' },
  })
  const { heading, links, fields } = await seen(page)
  expect(heading).toBe('Beim nächsten Mal ohne Passwort')
  expect(links.map(({ text, attributes }) => [text, attributes.href])).toEqual([['Jetzt nicht', '/o/acme']])
  expect(fields).toEqual([])
  const other = await (await browser.visit('/account/passkeys/new?offer=1&next=https://evil.example')).text()
  expect((await elements(other, '.other-way a'))[0]?.attributes.href).toBe('/')
})
