import { describe, expect, test } from 'vitest'
import { changePassword, eventsOf, FRESH, forgotAndMail, mailTo, sessionsOf } from '../support/accounts'
import { addAccount, addCast, freshChange, PASSWORD, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { breakBatch, logged } from '../support/faults'
import { texts } from '../support/html'
import { interleaved } from '../support/interleaving'
import { seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { ADA, signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, type World } from '../support/world'

const rename = (world: World, who: Person, fields: Record<string, string>) =>
  world.fetch('/account/name', { cookie: who.cookie, form: { change: freshChange(), ...fields } })

describe('the page of one’s account', () => {
  test('shows name and address, and leads from the console and the organizations', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const page = await seen(await world.fetch('/account', { cookie: admin.cookie }))
    expect([page.heading, page.values.name]).toEqual(['Your account', 'Ada Admin'])
    expect(page.text).toContain(ADA)
    for (const path of ['/o/acme', '/organizations']) {
      const html = await (await world.fetch(path, { cookie: admin.cookie })).text()
      expect(await texts(html, 'a[href="/account"]'), path).toEqual(['Your account'])
    }
  })

  test('is for who is signed in, and nobody else changes anything there', async () => {
    const world = createWorld()
    await addCast()
    const before = await everyRow()
    expect((await world.fetch('/account')).headers.get('Location')).toBe('/sign-in?next=%2Faccount')
    for (const path of ['name', 'address', 'password'])
      for (const cookie of [null, 'no such session']) {
        const form = {
          name: 'X',
          address: 'x@y.test',
          current: PASSWORD,
          password: FRESH,
          confirmation: FRESH,
        }
        const answer = await world.fetch(`/account/${path}`, { cookie, form })
        expect(answer.headers.get('Location')).toBe('/sign-in')
      }
    expect(await everyRow()).toEqual(before)
  })

  test('of an account without a password leads to the mail that sets one', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await run('update user set password_hash = null where id = ?', admin.id)
    const page = await seen(await world.fetch('/account', { cookie: admin.cookie }))
    expect(page.fields).toEqual(['name'])
    expect(page.links.map(({ attributes }) => attributes.href)).toContain('/forgot-password')
    expect((await changePassword(world, admin, { current: '' })).status).toBe(422)
  })
})

describe('a name', () => {
  test('changes with everything that shows it, and the log says from what', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const answer = await rename(world, admin, { name: ' Ada  Lovelace ' })
    expect(answer.headers.get('Location')).toBe('/account?notice=renamed')
    expect(await rows('select name, first_name from user where id = ?', admin.id)).toEqual([
      { name: 'Ada Lovelace', first_name: null },
    ])
    expect(await (await world.fetch('/o/acme/members', { cookie: owner.cookie })).text()).toContain(
      'Ada Lovelace',
    )
    expect(await rows("select detail from audit_event where action = 'user.renamed'")).toEqual([
      { detail: '{"name":"Ada Lovelace","before":{"name":"Ada Admin"}}' },
    ])
  })

  test('of two parts stays one of two parts', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await run("update user set first_name = 'Ada', last_name = 'Admin' where id = ?", admin.id)
    await rename(world, admin, { firstName: 'Ada', lastName: 'Lovelace', name: 'ignored' })
    expect(await rows('select name, first_name, last_name from user where id = ?', admin.id)).toEqual([
      { name: 'Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace' },
    ])
    for (const [language, fields] of [
      ['en', ['firstName', 'lastName']],
      ['ja', ['lastName', 'firstName']],
    ] as const) {
      const visit = { cookie: admin.cookie, headers: { 'Accept-Language': language } }
      expect((await seen(await world.fetch('/account', visit))).fields.slice(0, 2)).toEqual(fields)
    }
    const wrong = await seen(await rename(world, admin, { firstName: 'A'.repeat(101), lastName: ' ' }))
    expect(wrong.errors).toEqual({ firstName: 'Up to 100 characters.', lastName: 'Enter your last name.' })
  })

  test('that is so already is no change; pressed twice it changes once', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const before = await everyRow()
    expect((await rename(world, admin, { name: 'Ada Admin' })).headers.get('Location')).toBe(
      '/account?notice=unchanged',
    )
    expect((await rename(world, admin, { name: '' })).status).toBe(422)
    expect(await everyRow()).toEqual(before)
    const form = { name: 'Ada Lovelace', change: 'the same press' }
    const answers = await Promise.all([rename(world, admin, form), rename(world, admin, form)])
    for (const answer of answers) expect(answer.headers.get('Location')).toBe('/account?notice=renamed')
    expect(await eventsOf(admin)).toEqual(['user.renamed'])
  })
})

describe('a password', () => {
  test('changes for who knows the current one: other sessions end, this one stays, and the account is told', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast()
    const elsewhere = cookieOf(await signIn(world)) ?? ''
    const { link } = await forgotAndMail(world, ADA)
    const answer = await changePassword(world, admin)
    expect(answer.headers.get('Location')).toBe('/account?notice=password')
    const page = await seen(await world.fetch('/account?notice=password', { cookie: admin.cookie }))
    expect(page.text).toContain('Password changed. You are signed out everywhere else.')
    expect((await world.fetch('/o/acme', { cookie: elsewhere })).status).toBe(303)
    expect(await sessionsOf(owner)).toHaveLength(1)
    expect((await signIn(world)).status).toBe(422)
    expect((await signIn(world, { password: FRESH })).status).toBe(303)
    expect((await mailTo(world, ADA)).subject).toBe('Your password was changed')
    expect((await seen(await world.fetch(link))).heading).toBe('Link no longer works')
    const [event] = await rows("select actor_id, detail from audit_event where action = 'password.changed'")
    expect(event).toEqual({ actor_id: admin.id, detail: '{"by":"password"}' })
  })

  test('stays for who does not, and for one that is no good; what was typed is not shown again', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const users = await rows('select * from user order by id')
    for (const [fields, errors] of [
      [{ current: 'not the password' }, { current: 'That password is not right.' }],
      [{ password: 'short', confirmation: 'short' }, { password: 'Use at least 8 characters.' }],
      [{ confirmation: 'something else' }, { confirmation: 'The two passwords are not the same.' }],
    ] as const) {
      const answer = await changePassword(world, admin, fields)
      expect(answer.status).toBe(422)
      const page = await seen(answer)
      expect(page.errors).toEqual(errors)
      for (const typed of [PASSWORD, FRESH, 'not the password']) expect(page.html).not.toContain(typed)
    }
    expect(await rows('select * from user order by id')).toEqual(users)
    expect([await eventsOf(admin), world.messages]).toEqual([[], []])
  })

  test('is not guessed by whoever found an open session: ten tries in a quarter of an hour', async () => {
    const world = createWorld(bursts(true))
    const { admin, owner } = await addCast()
    await changePassword(world, admin, { current: 'wrong' })
    await run('update sign_in_attempt set attempts = 10 where attempts = 1')
    const refused = await changePassword(world, admin)
    expect(refused.status).toBe(429)
    expect((await seen(refused)).errors.current).toContain('Try again in 15 minutes.')
    expect(
      (await signIn(world, {}, '/sign-in', { headers: { 'CF-Connecting-IP': '192.0.2.9' } })).status,
    ).toBe(303)
    expect((await changePassword(createWorld(bursts(true)), owner)).status).toBe(303)
  })

  test.each([
    ['one after the other', false],
    ['at the same moment', true],
  ])('changes once where the form is pressed twice: %s', async (_, together) => {
    const world = createWorld()
    const { admin } = await addCast()
    const press = () => changePassword(world, admin, { change: 'the same press' })
    const first = press()
    if (!together) await first
    for (const answer of [await first, await press()])
      expect(answer.headers.get('Location')).toBe('/account?notice=password')
    expect(await eventsOf(admin)).toEqual(['password.changed'])
    expect(await rows("select 1 from delivery where kind = 'password_notice'")).toHaveLength(1)
  })

  test.each([
    ['two browsers', true],
    ['two tabs of one browser', false],
  ])('changes once where %s change it at once: the other is told', async (_, apart) => {
    const world = createWorld()
    const { admin } = await addCast()
    const other = apart ? { ...admin, cookie: cookieOf(await signIn(world)) ?? '' } : admin
    const [one, two] = await interleaved(
      [0, 1, 1, 0],
      [admin, other].map((who) => (DB: D1Database) => changePassword(createWorld({ DB }), who)),
    )
    expect([one?.status, two?.status]).toEqual([409, 303])
    expect((await eventsOf(admin)).filter((action) => action === 'password.changed')).toHaveLength(1)
  })

  test('does not change where the answer is lost before, and is answered again where it is lost after', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    logged()
    const form = { change: 'the same press' }
    breakBatch(world, 2, 'answer')
    expect((await changePassword(world, admin, form)).status).toBe(500)
    expect((await changePassword(world, admin, form)).status).toBe(303)
    expect(await eventsOf(admin)).toEqual(['password.changed'])
  })
})

test('what accounts do with themselves is in no organization’s audit log', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await rename(world, admin, { name: 'Ada Lovelace' })
  await changePassword(world, admin)
  await addAccount('Jane Doe', 'jane@example.com')
  const log = await (await world.fetch('/o/acme/audit-log', { cookie: owner.cookie })).text()
  expect(await texts(log, '.timeline p')).toEqual([])
  for (const action of ['password.changed', 'user.renamed'])
    expect(await texts(log, `option[value="${action}"]`)).toEqual([])
})
