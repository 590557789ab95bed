import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import {
  eventsOf,
  FRESH,
  forgot,
  forgotAndMail,
  mailTo,
  reset,
  sessionsOf,
  setting,
  wayIn,
} from '../support/accounts'
import { addAccount, addCast, inviteAndMail, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { breakBatch, logged } from '../support/faults'
import { interleaved } from '../support/interleaving'
import { hashOf, seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { ADA, signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, START, tokenIn } from '../support/world'

/** Ada, a member of two organizations, has asked for a link. */
const asked = async (columns: Parameters<typeof addCast>[0] = {}) => {
  const world = createWorld(bursts(true))
  const cast = await addCast(columns)
  const path = columns.account_scope === 'own' ? '/o/acme/forgot-password' : '/forgot-password'
  await forgot(world, ADA, {}, path)
  return { world, ...cast, ...wayIn(await mailTo(world, ADA)) }
}

const statuses = async () =>
  (await rows<{ status: string }>('select status from password_reset order by created_at, id')).map(
    ({ status }) => status,
  )

describe('whoever forgot a password', () => {
  test('gets a link, sets a new one with it, is signed in there and nowhere else, and is told by mail', async () => {
    const { world, admin, token } = await asked()
    const elsewhere = cookieOf(await signIn(world)) ?? ''
    const page = await seen(await world.fetch(`/reset-password?token=${token}`))
    expect([page.heading, page.values]).toEqual([
      'Set a new password',
      { 'field-address': ADA, password: '', confirmation: '' },
    ])
    const answer = await reset(world, setting(token))
    expect(answer.headers.get('Location')).toBe('/o/acme?notice=password-set')
    const cookie = cookieOf(answer)
    expect((await world.fetch('/o/acme', { cookie })).status).toBe(200)
    for (const old of [admin.cookie, elsewhere])
      expect((await world.fetch('/o/acme', { cookie: old })).status).toBe(303)
    expect(await sessionsOf(admin)).toHaveLength(1)
    expect((await signIn(world)).status).toBe(422)
    expect((await signIn(world, { password: FRESH })).status).toBe(303)

    const notice = await mailTo(world, ADA)
    expect(notice.subject).toBe('Your password was changed')
    expect(notice.text).toContain('http://localhost:8787/forgot-password')
    expect(notice.text).not.toContain('token')
    expect(await eventsOf(admin)).toEqual([
      'password.reset_requested',
      'session.started',
      'password.changed',
      'session.started',
    ])
    const [event] = await rows(
      "select actor_kind, actor_id, actor_name, target_kind, organization_id, detail from audit_event where action = 'password.changed'",
    )
    expect(event).toEqual({
      actor_kind: 'user',
      actor_id: admin.id,
      actor_name: 'Ada Admin',
      target_kind: 'user',
      organization_id: null,
      detail: '{"by":"link"}',
    })
  })

  test('keeps of the link a hash and the key’s id alone', async () => {
    const { token, admin } = await asked()
    expect(await rows('select user_id, token_hash, expires_at, status from password_reset')).toEqual([
      { user_id: admin.id, token_hash: hashOf(token), expires_at: START + HOUR, status: 'requested' },
    ])
    expect(JSON.stringify(await everyRow())).not.toContain(token)
  })

  test('may have had no password before', async () => {
    const { world, admin, token } = await asked()
    await run('update user set password_hash = null where id = ?', admin.id)
    expect((await reset(world, setting(token))).status).toBe(303)
    expect((await signIn(world, { password: FRESH })).status).toBe(303)
  })

  test('is let in at once after too many failures, and the address from anywhere', async () => {
    const { world, token } = await asked()
    const headers = { 'CF-Connecting-IP': '192.0.2.1' }
    await signIn(world, { password: 'wrong password' }, '/sign-in', { headers })
    await run('update sign_in_attempt set attempts = 100 where attempts = 1')
    expect(
      (await signIn(world, {}, '/sign-in', { headers: { 'CF-Connecting-IP': '192.0.2.2' } })).status,
    ).toBe(429)
    await reset(world, setting(token), { headers })
    const elsewhere = { headers: { 'CF-Connecting-IP': '192.0.2.3' } }
    expect((await signIn(world, { password: FRESH }, '/sign-in', elsewhere)).status).toBe(303)
  })

  test('is told what is wrong with a new password, and nothing has changed', async () => {
    const { world, token } = await asked()
    const before = await everyRow()
    for (const [fields, errors] of [
      [{ password: 'short', confirmation: 'short' }, { password: 'Use at least 8 characters.' }],
      [{ confirmation: 'another one' }, { confirmation: 'The two passwords are not the same.' }],
      [
        { password: ADA, confirmation: ADA },
        { password: 'Your address is too easy to guess: choose something else.' },
      ],
    ] as const) {
      const answer = await reset(world, setting(token, fields))
      expect(answer.status).toBe(422)
      expect(answer.headers.get('Set-Cookie')).toBeNull()
      expect((await seen(answer)).errors).toEqual(errors)
    }
    expect(await everyRow()).toEqual(before)
  })

  test('reads page and mail in the language of the browser', async () => {
    const world = createWorld()
    await addCast()
    const visit = { headers: { 'Accept-Language': 'de-AT,de;q=0.9,en;q=0.5' } }
    const page = await forgot(world, ADA, {}, '/forgot-password', visit)
    expect((await seen(page)).heading).toBe('Prüfen Sie Ihr Postfach')
    const mail = await mailTo(world, ADA)
    expect(mail.subject).toBe('Neues Passwort festlegen')
    expect(mail.html).toContain('lang="de"')
    const set = await seen(await world.fetch(wayIn(mail).link, { headers: { 'Accept-Language': 'ja' } }))
    expect(set.heading).toBe('新しいパスワードの設定')
  })
})

describe('a link works', () => {
  test('by opening it for nobody: it shows, however often', async () => {
    const { world, link } = await asked()
    const before = await everyRow()
    for (let n = 0; n < 3; n++) expect((await world.fetch(link)).status).toBe(200)
    expect(await everyRow()).toEqual(before)
  })

  test('for one hour, to the millisecond', async () => {
    const { world, token, link } = await asked()
    world.clock.now = START + HOUR - 1
    expect((await world.fetch(link)).status).toBe(200)
    world.clock.now = START + HOUR
    expect((await seen(await world.fetch(link))).heading).toBe('Link expired')
    const late = await reset(world, setting(token))
    expect([late.status, cookieOf(late)]).toEqual([409, null])
    expect((await signIn(world)).status).toBe(303)
  })

  test('once', async () => {
    const { world, token, link } = await asked()
    await reset(world, setting(token))
    expect((await seen(await world.fetch(link))).heading).toBe('Link already used')
    const again = await reset(world, setting(token))
    expect([again.status, cookieOf(again)]).toEqual([409, null])
    expect(await statuses()).toEqual(['used'])
  })

  test('until a newer one is asked for', async () => {
    const { world, token, link } = await asked()
    world.clock.now += 1000
    const newer = await forgotAndMail(world, ADA)
    expect(newer.token).not.toBe(token)
    expect((await seen(await world.fetch(link))).heading).toBe('Replaced by a newer mail')
    expect((await reset(world, setting(token))).status).toBe(409)
    expect((await reset(world, setting(newer.token))).status).toBe(303)
    expect(await statuses()).toEqual(['ended', 'used'])
  })

  test('not at all when it is forged, mangled, of another purpose or of nobody', async () => {
    const { world, admin, token } = await asked()
    const invitation = tokenIn(await inviteAndMail(world, admin, 'jane@example.com'))
    for (const bad of ['', 'x', `${token.slice(0, -2)}AA`, `${token}=`, invitation]) {
      expect((await world.fetch(`/reset-password?token=${bad}`)).status).toBe(404)
      expect((await reset(world, setting(bad))).status).toBe(404)
    }
    expect((await world.fetch(`/accept-invitation?token=${token}`)).status).toBe(404)
    await run('delete from password_reset')
    expect((await reset(world, setting(token))).status).toBe(404)
  })

  test('not when what it was signed with is another key now, and what is still queued gets a link of that', async () => {
    const { world, token } = await asked()
    const rotated = createWorld({
      ROOT_SECRET: 'bmV3LXJvb3Qtc2VjcmV0LWZvci1hLWRlcGxveW1lbnQ',
      ROOT_SECRET_PREVIOUS: world.env.ROOT_SECRET ?? '',
    })
    expect((await rotated.fetch(`/reset-password?token=${token}`)).status).toBe(200)
    const replaced = createWorld({ ROOT_SECRET: rotated.env.ROOT_SECRET ?? '' })
    expect((await replaced.fetch(`/reset-password?token=${token}`)).status).toBe(404)
    world.clock.now += 1000
    await forgot(world, ADA)
    await replaced.consume(world.messages.splice(0).map(({ body }) => body))
    const mail = replaced.mails.at(-1)
    expect(mail && (await reset(replaced, setting(wayIn(mail).token))).status).toBe(303)
  })
})

describe('an account that is gone meanwhile', () => {
  test('gets no password: taken out of the one organization it belonged to', async () => {
    const { world, owner, admin, token, link } = await asked({ account_scope: 'own' })
    await world.fetch(`/o/acme/members/${admin.id}/remove`, { cookie: owner.cookie, form: { change: 'one' } })
    expect((await world.fetch(link)).status).toBe(404)
    expect((await reset(world, setting(token))).status).toBe(404)
    expect(await sessionsOf(admin)).toEqual([])
    await forgot(world, ADA, {}, '/o/acme/forgot-password')
    expect(await statuses()).toEqual(['requested'])
  })

  test('gets no password: its own organization is deleted', async () => {
    const { world, acme, token } = await asked({ account_scope: 'own' })
    await run('update organization set delete_at = ? where id = ?', START, acme.id)
    expect((await reset(world, setting(token))).status).toBe(404)
  })

  test('but one of no organization any more still gets in, to its organizations', async () => {
    const { world, admin, token } = await asked()
    await run('delete from member where user_id = ?', admin.id)
    expect((await reset(world, setting(token))).headers.get('Location')).toBe(
      '/organizations?notice=password-set',
    )
  })
})

describe('a shared account whose organization is deleted', () => {
  test('gets its mail all the same, kept under another organization', async () => {
    const { world, acme, globex } = await asked()
    await run('update organization set delete_at = ? where id = ?', START, acme.id)
    world.clock.now += 1000
    await forgot(world, ADA)
    const { token } = wayIn(await mailTo(world, ADA))
    expect(await rows('select organization_id from delivery order by created_at desc limit 1')).toEqual([
      { organization_id: globex.id },
    ])
    expect((await reset(world, setting(token))).status).toBe(303)
  })
})

describe('pressed twice', () => {
  test.each([
    ['one after the other', false],
    ['at the same moment', true],
  ])('the same form answers twice the same, with one session and one notice: %s', async (_, together) => {
    const { world, admin, token } = await asked()
    const form = setting(token)
    const first = reset(world, form)
    if (!together) await first
    const answers = await Promise.all([first, reset(world, form)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    const [one, other] = answers.map(cookieOf)
    expect(one).toBe(other)
    expect(await sessionsOf(admin)).toHaveLength(1)
    expect(await rows("select 1 from delivery where kind = 'password_notice'")).toHaveLength(1)
  })

  test('an answer that was lost is given again, whatever was committed', async () => {
    const { world, token } = await asked()
    logged()
    const form = setting(token)
    breakBatch(world, 2, 'answer')
    expect((await reset(world, form)).status).toBe(500)
    const again = await reset(world, form)
    expect((await world.fetch('/o/acme', { cookie: cookieOf(again) })).status).toBe(200)
  })

  test('asking again with the same form mails once', async () => {
    const world = createWorld()
    await addCast()
    const form = { change: 'the same press' }
    await Promise.all([forgot(world, ADA, form), forgot(world, ADA, form)])
    await forgot(world, ADA, form)
    await world.drain()
    expect(world.mails).toHaveLength(1)
    expect(await statuses()).toEqual(['requested'])
  })
})

describe('two at once', () => {
  test('with one link and two passwords leave the one of whoever was first, and one session', async () => {
    const { world, admin, token } = await asked()
    const passwords = [FRESH, 'quite another phrase']
    const [one, two] = await interleaved(
      [0, 1, 1, 0],
      passwords.map(
        (password) => (DB: D1Database) =>
          reset(createWorld({ DB }), setting(token, { password, confirmation: password })),
      ),
    )
    expect([one?.status, two?.status]).toEqual([409, 303])
    expect(one && cookieOf(one)).toBeNull()
    expect(await sessionsOf(admin)).toHaveLength(1)
    expect((await signIn(world, { password: 'quite another phrase' })).status).toBe(303)
  })

  test('asking for a newer link while one is used: whichever commits first decides', async () => {
    for (const order of [
      [0, 1, 1, 0],
      [0, 0, 1, 1],
    ]) {
      const { world, token } = await asked()
      const [answer] = await interleaved(order, [
        (DB) => reset(createWorld({ DB }), setting(token)),
        (DB) => forgot(createWorld({ DB, ...bursts(true) }), ADA),
      ])
      const isFirst = order[1] === 0
      expect(answer?.status).toBe(isFirst ? 303 : 409)
      expect(await statuses()).toEqual([isFirst ? 'used' : 'ended', 'requested'])
      for (const table of ['password_reset', 'delivery', 'audit_event', 'session', 'sign_in_attempt'])
        await run(`delete from ${table}`)
      for (const table of ['member', 'user', 'organization']) await run(`delete from ${table}`)
      expect(world.mails.length).toBeGreaterThan(0)
    }
  })
})

describe('from an invitation', () => {
  test('somebody with an account comes back to it and joins with one press, also in another browser', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await addAccount('Jane Doe', 'jane@example.com')
    const mail = await inviteAndMail(world, admin, 'jane@example.com')
    const invitation = tokenIn(mail)
    const open = await seen(await world.fetch(`/accept-invitation?token=${invitation}`))
    const way = open.links.find(({ text }) => text === 'Forgot your password?')?.attributes.href ?? ''
    const form = await seen(await world.fetch(way))
    expect(form.links.map(({ attributes }) => attributes.href)).toContain(
      `/accept-invitation?token=${invitation}`,
    )
    await forgot(world, 'jane@example.com', { invitation }, '/o/acme/forgot-password')
    const found = wayIn(await mailTo(world, 'jane@example.com'))
    expect(JSON.stringify(await rows('select content from delivery'))).not.toContain(invitation)
    const answer = await reset(world, setting(found.token, { invitation: found.invitation }))
    expect(answer.headers.get('Location')).toBe(`/accept-invitation?token=${invitation}`)
    const back = await world.fetch(answer.headers.get('Location') ?? '', { cookie: cookieOf(answer) })
    expect((await seen(back)).buttons).toContain('Accept & join Acme')
  })

  test('nobody gets the link of somebody else’s, nor of one that has ended', async () => {
    const { world, admin, token } = await asked()
    const theirs = await inviteAndMail(world, admin, 'jane@example.com')
    const [row] = await rows<{ id: string }>('select id from invitation')
    const answer = await reset(world, setting(token, { invitation: row?.id ?? '' }))
    expect(answer.headers.get('Location')).toBe('/o/acme?notice=password-set')
    world.clock.now += 1000
    await forgot(world, ADA, { invitation: tokenIn(theirs) })
    expect(wayIn(await mailTo(world, ADA)).invitation).toBe('')
  })
})

describe('accounts of an organization’s own', () => {
  test('are asked for and set on its page, apart from a shared one with the same address', async () => {
    const { world, token, admin } = await asked({ account_scope: 'own' })
    const shared = await addAccount('Ada Elsewhere', ADA)
    const mail = world.mails.at(-1)
    expect(mail?.from).toContain('"Acme"')
    expect((await reset(world, setting(token))).headers.get('Location')).toBe('/o/acme?notice=password-set')
    expect((await signIn(world, { password: FRESH })).status).toBe(303)
    expect((await signIn(world, { password: PASSWORD }, '/o/globex/sign-in')).status).toBe(303)
    expect(await eventsOf(shared)).toEqual(['session.started'])
    expect(await eventsOf(admin)).toContain('password.changed')
    expect((await mailTo(world, ADA)).text).toContain('http://localhost:8787/o/acme/forgot-password')
  })

  test('an unknown organization’s page is the shared one, and nothing is told apart', async () => {
    const world = createWorld()
    await addCast({ account_scope: 'own' })
    const page = await seen(await forgot(world, ADA, {}, '/o/nowhere/forgot-password'))
    expect(page.heading).toBe('Check your mail')
    await world.drain()
    expect(world.mails).toEqual([])
  })
})

test('a new password ends an address change that waits', async () => {
  const { world, admin, token } = await asked()
  await world.fetch('/account/address', {
    cookie: admin.cookie,
    form: { address: 'ada@new.test', addressPassword: PASSWORD, change: 'one' },
  })
  const change = wayIn(await mailTo(world, 'ada@new.test'))
  const cookie = cookieOf(await reset(world, setting(token)))
  expect((await seen(await world.fetch(change.link, { cookie }))).heading).toBe('Link no longer works')
})

test('setting one in a browser where somebody else is signed in ends that session there', async () => {
  const { world, owner, token } = await asked()
  await reset(world, setting(token), { cookie: owner.cookie })
  expect(await sessionsOf(owner)).toEqual([])
})

test('what is long over is cleared away, and until then says why it does not work', async () => {
  const { world, link } = await asked()
  logged()
  world.clock.now = START + HOUR + 7 * DAY - 1
  await world.cron('17 * * * *')
  expect((await seen(await world.fetch(link))).heading).toBe('Link expired')
  world.clock.now += 1
  await world.cron('17 * * * *')
  expect(await rows('select * from password_reset')).toEqual([])
  expect((await world.fetch(link)).status).toBe(404)
})
