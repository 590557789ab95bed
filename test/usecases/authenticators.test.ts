import { describe, expect, test } from 'vitest'
import { HOUR } from '../../src/rules/dates'
import { RECOVERY_CODES } from '../../src/rules/second-factors'
import { eventsOf, mailTo } from '../support/accounts'
import { addCast, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import {
  codeAt,
  createBrowser,
  passwordSignIn,
  setUpApp,
  takeStep,
  withApp,
  withPasskey,
} from '../support/factors'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { ADA } from '../support/signing-in'
import { createWorld, hidden, rows, run } from '../support/world'

describe('an authenticator app', () => {
  test('is set up by its first code, with recovery codes that are shown once, and a mail', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const { response, secret, codes } = await setUpApp(world, browser)
    expect(response.status).toBe(200)
    expect(codes).toHaveLength(RECOVERY_CODES)
    expect(new Set(codes).size).toBe(RECOVERY_CODES)
    for (const code of codes) expect(code).toMatch(/^[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}$/)
    expect(await rows('select user_id, confirmed_at, last_step from authenticator')).toEqual([
      { user_id: admin.id, confirmed_at: world.clock.now, last_step: Math.floor(world.clock.now / 30_000) },
    ])
    expect(await rows('select second_factor from session where user_id = ?', admin.id)).toEqual([
      { second_factor: 'authenticator' },
    ])
    const everything = JSON.stringify(await everyRow())
    for (const once of [secret.replaceAll(' ', ''), ...codes, ...codes.map((code) => code.replace('-', ''))])
      expect(everything).not.toContain(once)
    expect(await eventsOf(admin)).toEqual(['second_factor.enabled'])
    expect((await mailTo(world, admin.address)).subject).toBe('An authenticator app was set up')
  })

  test('ends the account’s other sessions, which signed in without it, and nobody else’s', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const browser = createBrowser(world)
    await passwordSignIn(browser, admin.address)
    const elsewhere = browser.session() ?? ''
    const status = async (cookie: string) => (await world.fetch('/o/acme', { cookie })).status
    expect(await status(elsewhere)).toBe(200)
    await setUpApp(world, createBrowser(world, admin.cookie))
    expect(await status(elsewhere)).toBe(303)
    expect(await status(admin.cookie)).toBe(200)
    expect(await status(owner.cookie)).toBe(200)
  })

  test('comes as a QR code without styles of its own, and as text to type', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const before = await everyRow()
    const html = await (await browser.visit('/account/authenticator')).text()
    expect(await elements(html, 'svg[role=img]')).toHaveLength(1)
    expect(html).not.toContain('style=')
    expect((await texts(html, 'code.secret'))[0]).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    const again = await (await browser.visit('/account/authenticator')).text()
    expect(await texts(again, 'code.secret')).not.toEqual(await texts(html, 'code.secret'))
    expect(await everyRow()).toEqual(before)
  })

  test('is not set up by a wrong code, without the password, or late; the page keeps its key meanwhile', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const html = await (await browser.visit('/account/authenticator')).text()
    const [secret = ''] = await texts(html, 'code.secret')
    const form = { sealed: hidden(html, 'sealed'), code: codeAt(secret, world.clock.now), current: PASSWORD }
    const send = (fields: Record<string, string>, by = browser) =>
      by.visit('/account/authenticator', { form: { ...form, ...fields } })
    for (const [fields, errors] of [
      [{ code: '000000' }, { code: 'That code is not right, or it was used already.' }],
      [
        { code: codeAt(secret, world.clock.now - HOUR) },
        { code: 'That code is not right, or it was used already.' },
      ],
      [{ current: 'wrong password' }, { current: 'That password is not right.' }],
      [{ current: '' }, { current: 'That password is not right.' }],
      [{ sealed: 'forged' }, { code: 'This page was open for too long. Scan the new code.' }],
    ] as const) {
      const answer = await send(fields)
      expect(answer.status).toBe(422)
      expect((await seen(answer.clone())).errors).toEqual(errors)
      if (!('sealed' in fields)) expect(await texts(await answer.text(), 'code.secret')).toEqual([secret])
    }
    // A key that was offered to one account is none for another.
    expect((await send({}, createBrowser(world, owner.cookie))).status).toBe(422)
    expect(await rows('select 1 from authenticator')).toEqual([])
    world.clock.now += HOUR + 1
    expect((await send({ code: codeAt(secret, world.clock.now) })).status).toBe(422)
    expect(await rows('select 1 from authenticator')).toEqual([])
  })

  test('pressed twice at once is set up once, and both answers show the same codes', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const browser = createBrowser(world, admin.cookie)
    const html = await (await browser.visit('/account/authenticator')).text()
    const form = {
      change: hidden(html, 'change'),
      sealed: hidden(html, 'sealed'),
      code: codeAt((await texts(html, 'code.secret'))[0] ?? '', world.clock.now),
      current: PASSWORD,
    }
    const shown = await Promise.all(
      [1, 2].map(async () =>
        texts(await (await browser.visit('/account/authenticator', { form })).text(), '[data-code]'),
      ),
    )
    expect(shown[0]).toHaveLength(RECOVERY_CODES)
    expect(shown[1]).toEqual(shown[0])
    expect(await rows('select 1 from recovery_code')).toHaveLength(RECOVERY_CODES)
    expect(await eventsOf(admin)).toEqual(['second_factor.enabled'])
    // Whoever does not know the password reads nothing by pressing once more.
    const other = await browser.visit('/account/authenticator', { form: { ...form, current: 'wrong' } })
    expect(await texts(await other.text(), '[data-code]')).toEqual([])
  })

  test('is switched off with the password, and everything that belonged to it goes', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser } = await withApp(world, admin)
    const html = await (await browser.visit('/account/authenticator/remove')).text()
    const form = { change: hidden(html, 'change'), current: 'wrong password' }
    expect((await browser.visit('/account/authenticator/remove', { form })).status).toBe(422)
    const done = await browser.visit('/account/authenticator/remove', {
      form: { ...form, current: PASSWORD },
    })
    expect(done.headers.get('Location')).toBe('/account/security?notice=authenticator-off')
    for (const table of ['authenticator', 'recovery_code'])
      expect(await rows(`select 1 from ${table}`)).toEqual([])
    expect(await rows('select second_factor from session where user_id = ?', admin.id)).toEqual([
      { second_factor: null },
    ])
    expect(await eventsOf(admin)).toEqual(['second_factor.enabled', 'second_factor.disabled'])
    expect((await mailTo(world, ADA)).subject).toBe('The authenticator app was switched off')
    expect((await passwordSignIn(createBrowser(world), ADA)).headers.get('Location')).toBe('/')
  })

  test('says before it is switched off who asks for it', async () => {
    const world = createWorld()
    const { admin } = await addCast({ required_factor: 'second_factor' })
    const { browser } = await withApp(world, admin)
    const { text } = await seen(await browser.visit('/account/authenticator/remove'))
    expect(text).toContain('Acme asks its members for it: you get in again once you have set one up anew.')
    await withPasskeyToo(world, browser)
    const with2 = await seen(await browser.visit('/account/authenticator/remove'))
    expect(with2.text).not.toContain('Acme')
  })
})

const withPasskeyToo = async (
  world: ReturnType<typeof createWorld>,
  browser: ReturnType<typeof createBrowser>,
) => {
  const [row] = await rows<{ user_id: string }>('select user_id from authenticator')
  await run(
    `insert into passkey (id, user_id, name, public_key, counter, transports, backed_up, created_at)
      values ('p', ?, 'Phone', 'x', 0, '[]', 0, ?)`,
    row?.user_id,
    world.clock.now,
  )
  return browser
}

describe('recovery codes', () => {
  test('are renewed with the password: the earlier ones no longer work', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser, codes } = await withApp(world, admin)
    const html = await (await browser.visit('/account/recovery-codes')).text()
    const form = { change: hidden(html, 'change'), current: PASSWORD }
    expect(
      (await browser.visit('/account/recovery-codes', { form: { ...form, current: 'wrong' } })).status,
    ).toBe(422)
    const fresh = await texts(
      await (await browser.visit('/account/recovery-codes', { form })).text(),
      '[data-code]',
    )
    expect(fresh).toHaveLength(RECOVERY_CODES)
    expect(fresh.filter((code) => codes.includes(code))).toEqual([])
    expect((await mailTo(world, ADA)).subject).toBe('Your recovery codes were renewed')
    expect(await eventsOf(admin)).toEqual(['second_factor.enabled', 'recovery_codes.renewed'])

    const elsewhere = createBrowser(world)
    await passwordSignIn(elsewhere, ADA)
    expect((await takeStep(elsewhere, { code: codes[0] ?? '' })).status).toBe(422)
    expect((await takeStep(elsewhere, { code: fresh[0] ?? '' })).status).toBe(303)
    expect((await seen(await elsewhere.visit('/account/security'))).text).toContain('9 of 10 are left.')

    // An old press shows no codes that were replaced since.
    await browser.visit('/account/recovery-codes', { form: { ...form, change: 'another' } })
    const late = await browser.visit('/account/recovery-codes', { form })
    expect(late.headers.get('Location')).toBe('/account/security?notice=codes-replaced')
  })

  test('are there for who has a passkey alone, and for nobody without any factor', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const { browser } = await withPasskey(world, admin)
    const form = { change: 'press', current: PASSWORD }
    const made = await browser.visit('/account/recovery-codes', { form })
    expect(await texts(await made.text(), '[data-code]')).toHaveLength(RECOVERY_CODES)
    const none = await createBrowser(world, owner.cookie).visit('/account/recovery-codes', { form })
    expect(none.status).toBe(409)
    expect(await rows('select 1 from recovery_code where user_id = ?', owner.id)).toEqual([])
  })
})

test('tries of the password are limited here as everywhere', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const { browser } = await withApp(world, admin)
  await run('delete from sign_in_attempt')
  const form = { current: 'wrong password' }
  const remove = (fields = form) => browser.visit('/account/authenticator/remove', { form: fields })
  await remove()
  await run('update sign_in_attempt set attempts = 10 where attempts = 1')
  const limited = await remove({ current: PASSWORD })
  expect(limited.status).toBe(429)
  expect((await seen(limited)).errors.current).toContain('Try again in')
  expect(await rows('select 1 from authenticator')).toHaveLength(1)
})
