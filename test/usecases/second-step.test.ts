import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { eventsOf, FRESH, forgotAndMail, reset, sessionsOf, setting } from '../support/accounts'
import { createAuthenticator } from '../support/authenticator'
import { addAccount, addCast, freshChange, PASSWORD } from '../support/cast'
import {
  addPasskey,
  type Browser,
  codeAt,
  createBrowser,
  optionsIn,
  passwordSignIn,
  setUpApp,
  takeStep,
  withApp,
  withPasskey,
} from '../support/factors'
import { invited, JANE, seen, signingIn } from '../support/invitee'
import { ADA } from '../support/signing-in'
import { createWorld, rows, run } from '../support/world'

const WRONG = { code: 'That code is not right, or it was used already.' }

describe('after a right password', () => {
  test('an app’s code opens the session; before it there is none', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const sessions = await rows('select hash from session')
    const browser = createBrowser(world)
    const asked = await passwordSignIn(browser, ADA, '/o/acme/sign-in', { next: '/o/acme/members' })
    expect(asked.headers.get('Location')).toBe('/sign-in/second-step')
    expect(browser.session()).toBeNull()
    expect(await rows('select hash from session')).toEqual(sessions)
    const page = await seen(await browser.visit('/sign-in/second-step'))
    expect([page.heading, page.fields]).toEqual(['One more step', ['code']])
    expect(page.text).toContain(ADA)

    const wrong = await takeStep(browser, { code: '000000' })
    expect([wrong.status, (await seen(wrong)).errors]).toEqual([422, WRONG])
    const code = codeAt(secret, world.clock.now)
    const done = await takeStep(browser, { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(done.headers.get('Location')).toBe('/o/acme/members')
    expect((await browser.visit('/o/acme/members')).status).toBe(200)
    expect(browser.jar.has('usher-second-step')).toBe(false)
    expect(await rows('select method, second_factor, own from session order by rowid desc limit 1')).toEqual([
      { method: 'password', second_factor: 'authenticator', own: 1 },
    ])
    expect(await rows("select detail from audit_event where action = 'session.started'")).toEqual([
      { detail: '{"with":"password","secondFactor":"authenticator"}' },
    ])
    expect(await rows('select 1 from sign_in_attempt where attempts > 1')).toEqual([])
  })

  test('no code is taken twice, nor one of before; the one of next half minute is', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const code = codeAt(secret, world.clock.now)
    const early = codeAt(secret, world.clock.now - 30_000)
    const step = async (given: string) => {
      const browser = createBrowser(world)
      await passwordSignIn(browser, ADA)
      return (await takeStep(browser, { code: given })).status
    }
    expect(await step(code)).toBe(303)
    expect(await step(code)).toBe(422)
    expect(await step(early)).toBe(422)
    expect(await step(codeAt(secret, world.clock.now + 30_000))).toBe(303)
    expect(await step(codeAt(secret, world.clock.now + 60_000))).toBe(422)
  })

  test('two browsers with one code at once: one is in', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const browsers = [createBrowser(world), createBrowser(world)]
    for (const browser of browsers) await passwordSignIn(browser, ADA)
    const code = codeAt(secret, world.clock.now)
    const statuses = await Promise.all(browsers.map(async (one) => (await takeStep(one, { code })).status))
    expect(statuses.sort()).toEqual([303, 422])
    expect(browsers.filter((one) => one.session() !== null)).toHaveLength(1)
  })

  test('pressed twice opens one session, the same for both', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const browser = createBrowser(world)
    await passwordSignIn(browser, ADA)
    const form = { change: 'press', code: codeAt(secret, world.clock.now) }
    const step = browser.jar.get('usher-second-step') ?? ''
    const press = async () => {
      const again = createBrowser(world)
      again.jar.set('usher-second-step', step)
      await again.visit('/sign-in/second-step', { form })
      return again.session()
    }
    const [first, second] = [await press(), await press()]
    expect(first).not.toBeNull()
    expect(second).toBe(first)
  })

  test('a recovery code stands in once, in any writing', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { codes } = await withApp(world, admin)
    const [code = '', other = ''] = codes
    for (const [given, status] of [
      [` ${code.toUpperCase().replace('-', ' – ')} `, 303],
      [code, 422],
      [other.replace('-', ''), 303],
    ] as const) {
      const browser = createBrowser(world)
      await passwordSignIn(browser, ADA)
      expect((await takeStep(browser, { code: given })).status, given).toBe(status)
    }
    expect(await rows('select count(*) as n, sum(used_at is not null) as used from recovery_code')).toEqual([
      { n: 10, used: 2 },
    ])
    expect(await rows("select 1 from session where second_factor = 'recovery_code'")).toHaveLength(2)
  })

  test('a passkey will do, of the account alone', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const { browser: own } = await withApp(world, admin)
    const key = await createAuthenticator()
    await addPasskey(own, key)
    const stranger = await withPasskey(world, owner)
    const browser = createBrowser(world)
    await passwordSignIn(browser, ADA)
    const html = await (await browser.visit('/sign-in/second-step')).text()
    const options = await optionsIn(html, 'get')
    expect((JSON.parse(options) as { allowCredentials: unknown[] }).allowCredentials).toHaveLength(1)
    const foreign = await stranger.authenticator.get(options)
    expect((await takeStep(browser, { credential: foreign })).status).toBe(422)
    expect(browser.session()).toBeNull()
    expect((await takeStep(browser, { credential: await key.get(options) })).status).toBe(303)
    expect(await rows('select method, second_factor from session order by rowid desc limit 1')).toEqual([
      { method: 'password', second_factor: 'passkey' },
    ])
  })

  test('the step is over after ten minutes, and with another password', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const late = createBrowser(world)
    await passwordSignIn(late, ADA)
    world.clock.now += 10 * MINUTE
    expect((await takeStep(late, { code: codeAt(secret, world.clock.now) })).headers.get('Location')).toBe(
      '/sign-in',
    )
    const other = createBrowser(world)
    await passwordSignIn(other, ADA)
    await run("update user set password_hash = password_hash || 'x' where id = ?", admin.id)
    const over = await takeStep(other, { code: codeAt(secret, world.clock.now) })
    expect(over.headers.get('Location')).toBe('/sign-in')
    expect([late.session(), other.session()]).toEqual([null, null])
  })

  test('tries are limited for the account from one network, and a right code does not count', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret, codes } = await withApp(world, admin)
    const browser = createBrowser(world)
    await passwordSignIn(browser, ADA)
    await takeStep(browser, { code: '000000' })
    await run('update sign_in_attempt set attempts = 10 where attempts = 1')
    for (const code of [codeAt(secret, world.clock.now), codes[0] ?? '']) {
      const limited = await takeStep(browser, { code })
      expect(limited.status).toBe(429)
      expect((await seen(limited)).errors.code).toContain('Try again in')
    }
    expect(browser.session()).toBeNull()
    world.clock.now += 16 * MINUTE
    await passwordSignIn(browser, ADA)
    expect((await takeStep(browser, { code: codeAt(secret, world.clock.now) })).status).toBe(303)
  })

  test('nobody learns of it who does not know the password', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await withApp(world, admin)
    const answers = []
    for (const address of [ADA, 'olga.owner@acme.test', 'nobody@acme.test']) {
      const browser = createBrowser(world)
      const answer = await passwordSignIn(browser, address, '/sign-in', { password: 'wrong password' })
      answers.push([answer.status, (await seen(answer)).alert, [...browser.jar.keys()].sort()])
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('the page without a password before it leads to sign-in', async () => {
    const world = createWorld()
    await addCast()
    for (const answer of [
      await world.fetch('/sign-in/second-step'),
      await world.fetch('/sign-in/second-step', { form: { code: '123456' } }),
      await world.fetch('/sign-in/second-step?next=/account/security'),
    ])
      expect(answer.headers.get('Location')).toMatch(/^\/sign-in/)
  })

  test('a passkey alone asks for nothing besides the password', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await withPasskey(world, admin)
    expect((await passwordSignIn(createBrowser(world), ADA)).headers.get('Location')).toBe('/')
  })
})

describe('a forgotten password', () => {
  test('is set by its link, and opens nothing before the second step', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { secret } = await withApp(world, admin)
    const { token } = await forgotAndMail(world, ADA)
    const browser = createBrowser(world)
    const form = setting(token)
    const answer = await browser.visit('/reset-password', { form })
    expect(answer.headers.get('Location')).toBe('/sign-in/second-step')
    expect(browser.session()).toBeNull()
    expect(await sessionsOf(admin)).toEqual([])
    // Pressed twice it answers the same.
    const twice = await browser.visit('/reset-password', { form })
    expect(twice.headers.get('Location')).toBe('/sign-in/second-step')
    const done = await takeStep(browser, { code: codeAt(secret, world.clock.now) })
    expect(done.headers.get('Location')).toBe('/o/acme?notice=password-set')
    expect((await browser.visit('/o/acme')).status).toBe(200)
    expect(await eventsOf(admin)).toEqual([
      'second_factor.enabled',
      'password.reset_requested',
      'password.changed',
      'session.started',
    ])
    expect((await reset(world, setting(token))).status).toBe(409)
    expect(
      (await passwordSignIn(createBrowser(world), ADA, '/sign-in', { password: FRESH })).headers.get(
        'Location',
      ),
    ).toBe('/sign-in/second-step')
  })
})

describe('an invitee with an account', () => {
  test('takes the second step and comes back to the link, signed in', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane', JANE)
    const { secret } = await withApp(world, jane)
    await run('delete from session where user_id = ?', jane.id)
    const browser = createBrowser(world)
    const asked = await browser.visit('/accept-invitation', { form: signingIn(token) })
    expect(asked.headers.get('Location')).toBe('/sign-in/second-step')
    expect(await rows('select 1 from member where user_id = ?', jane.id)).toEqual([])
    const done = await takeStep(browser, { code: codeAt(secret, world.clock.now) })
    const back = done.headers.get('Location') ?? ''
    expect(back).toBe(`/accept-invitation?token=${token}`)
    const { buttons, fields } = await seen(await browser.visit(back))
    expect(fields).toEqual([])
    expect(buttons.length).toBeGreaterThan(0)
    const joined = await browser.visit('/accept-invitation', {
      form: { token, way: 'join', change: freshChange() },
    })
    expect(joined.status).toBe(303)
    expect(await rows('select role from member where user_id = ?', jane.id)).toHaveLength(1)
  })

  test('learns of the second step only by the right password', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane', JANE)
    await withApp(world, jane)
    const browser = createBrowser(world)
    const answer = await browser.visit('/accept-invitation', {
      form: signingIn(token, { password: 'wrong password' }),
    })
    expect(answer.status).toBe(422)
    expect([...browser.jar.keys()]).toEqual([])
  })
})

/** An organization that asks for more than a password, and its admin, signed in with one. */
const asking = async (required: 'second_factor' | 'passkey') => {
  const world = createWorld()
  const cast = await addCast({ required_factor: required })
  return { world, ...cast, browser: createBrowser(world, cast.admin.cookie) }
}

const follow = async (browser: Browser, path: string) => {
  const way = [path]
  for (let at = path; way.length < 6; ) {
    const answer = await browser.visit(at)
    const next = answer.headers.get('Location')
    if (!next) return { way, answer }
    at = next
    way.push(next)
  }
  throw new Error(`This leads round: ${way.join(' → ')}`)
}

describe('an organization that asks for a second factor', () => {
  test('sends whoever has none to set one up, and they go on from there', async () => {
    const { world, browser } = await asking('second_factor')
    const { way, answer } = await follow(browser, '/o/acme/members')
    const [, security = ''] = way
    expect(security).toBe('/account/security?next=%2Fo%2Facme%2Fmembers&needed=second_factor')
    const page = await seen(answer)
    expect(page.text).toContain('Acme asks its members for a second factor')
    expect(page.links.map(({ attributes }) => attributes.href)).toContain(
      '/account/authenticator?next=%2Fo%2Facme%2Fmembers',
    )
    const { response } = await setUpApp(world, browser, { next: '/o/acme/members' })
    expect((await seen(response)).links.map(({ attributes }) => attributes.href)).toEqual(['/o/acme/members'])
    expect((await browser.visit('/o/acme/members')).status).toBe(200)
  })

  test('takes a passkey as well', async () => {
    const { browser } = await asking('second_factor')
    const added = await addPasskey(browser, await createAuthenticator(), { next: '/o/acme/members' })
    expect(added.headers.get('Location')).toBe('/o/acme/members')
    expect((await browser.visit('/o/acme/members')).status).toBe(200)
  })

  test('asks whoever has one and signed in without it for that one: nothing else can be set up', async () => {
    const { world, admin } = await asking('second_factor')
    const { authenticator } = await withPasskey(world, admin)
    const thief = createBrowser(world)
    await passwordSignIn(thief, ADA)
    const { way, answer } = await follow(thief, '/o/acme/members')
    expect(way.at(-1)).toMatch(/^\/sign-in\/second-step\?/)
    const html = await answer.clone().text()
    expect((await seen(answer)).fields).toEqual([])
    for (const path of ['/account/security', '/account/passkeys/new', '/account/authenticator'])
      expect((await thief.visit(path)).headers.get('Location'), path).toMatch(/^\/sign-in\/second-step\?/)
    const attempts = [
      await addPasskeyBlind(thief),
      await thief.visit('/account/recovery-codes', { form: { current: PASSWORD } }),
      await thief.visit('/account/passkeys/remove', {
        form: { id: authenticator.state.id, current: PASSWORD },
      }),
    ]
    for (const attempt of attempts) expect(attempt.headers.get('Location')).toMatch(/^\/account\/security\?/)
    expect(await rows('select 1 from passkey')).toHaveLength(1)
    expect(await rows('select 1 from recovery_code')).toEqual([])

    const credential = await authenticator.get(await optionsIn(html, 'get'))
    const done = await takeStep(thief, { credential, next: '/o/acme/members', needed: 'second_factor' })
    expect(done.headers.get('Location')).toBe('/o/acme/members')
    expect((await thief.visit('/o/acme/members')).status).toBe(200)
    expect((await eventsOf(admin)).at(-1)).toBe('session.confirmed')
  })

  const addPasskeyBlind = async (browser: Browser) => {
    const key = await createAuthenticator()
    const html = await (await browser.visit('/sign-in')).text()
    const { challenge } = JSON.parse(await optionsIn(html, 'get')) as { challenge: string }
    const options = JSON.stringify({ challenge, rp: { id: 'localhost' }, user: { id: 'eA' } })
    return browser.visit('/account/passkeys/new', {
      form: { name: 'Key', current: PASSWORD, registration: await key.create(options) },
    })
  }

  test('that wants a passkey is not content with a code', async () => {
    const { world, admin } = await asking('passkey')
    const { secret } = await withApp(world, admin)
    const browser = createBrowser(world)
    await passwordSignIn(browser, ADA)
    await takeStep(browser, { code: codeAt(secret, world.clock.now) })
    const { way, answer } = await follow(browser, '/o/acme/members')
    expect(way.at(-1)).toBe('/account/security?next=%2Fo%2Facme%2Fmembers&needed=passkey')
    expect((await seen(answer)).text).toContain('Acme asks its members to sign in with a passkey')
    const key = await createAuthenticator()
    expect((await addPasskey(browser, key, { next: '/o/acme/members' })).headers.get('Location')).toBe(
      '/o/acme/members',
    )
    expect((await browser.visit('/o/acme/members')).status).toBe(200)

    // With the app alone again, the passkey that is there is asked for; another one can be added.
    const again = createBrowser(world)
    world.clock.now += 2 * MINUTE
    await passwordSignIn(again, ADA)
    await takeStep(again, { code: codeAt(secret, world.clock.now) })
    const asked = await follow(again, '/o/acme/members')
    expect(asked.way.at(-1)).toMatch(/^\/sign-in\/second-step\?.*needed=passkey/)
    const page = await seen(asked.answer)
    expect(page.fields).toEqual([])
    expect(page.links.map(({ text }) => text)).toContain('Add another passkey')
  })
})
