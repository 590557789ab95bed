import { describe, expect, it } from 'vitest'
import { addAccount, addMember, freshChange, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import {
  accept,
  acceptAsNew,
  invited,
  JANE,
  joining,
  open,
  resendAndMail,
  seen,
  signingIn,
} from '../support/invitee'
import { cookieOf, rows, run } from '../support/world'

const joined = (userId: string) => rows('select status, role from member where user_id = ?', userId)
const sessions = () => rows<{ user_id: string }>('select user_id from session')
const attempts = () => rows<{ attempts: number }>('select attempts from sign_in_attempt order by attempts')

/** Each guess costs a password’s work. */
const MANY = { timeout: 60_000 }

describe('an invitee who has an account', () => {
  it('signs in on the page of the link and joins with that', async () => {
    const { world, link, token } = await invited({}, { role: 'viewer' })
    const jane = await addAccount('Jane Doe', 'Jane@Example.com')
    const account = await rows('select * from user where id = ?', jane.id)

    const page = await open(world, link)
    expect(page.heading).toBe('Accept invitation')
    expect(page.fields).toEqual(['field-address', 'password'])
    expect(page.buttons[0]).toBe('Accept & sign in')

    const accepted = await accept(world, signingIn(token))
    expect(accepted.status).toBe(303)
    expect(accepted.headers.get('Location')).toMatch(/^\/o\/acme/)
    const home = await world.fetch('/o/acme', { cookie: cookieOf(accepted) })
    expect(await home.text()).toContain('Jane Doe')
    expect(await joined(jane.id)).toEqual([{ status: 'active', role: 'viewer' }])
    expect(await rows('select * from user where id = ?', jane.id)).toEqual(account)
    expect(
      await rows("select actor_id, actor_name from audit_event where action = 'invitation.accepted'"),
    ).toEqual([{ actor_id: jane.id, actor_name: 'Jane Doe' }])
  })

  it('is told of a wrong password beside the field, and nothing is changed', async () => {
    const { world, token } = await invited()
    await addAccount('Jane Doe', JANE)
    const { sign_in_attempt: _, ...before } = await everyRow()
    const refused = await accept(world, signingIn(token, { password: 'not the password' }))
    expect(refused.status).toBe(422)
    expect(cookieOf(refused)).toBeNull()
    const page = await seen(refused)
    expect(page.errors).toEqual({ password: 'That password is not right.' })
    expect(page.values.password).toBe('')
    expect(page.buttons[0]).toBe('Accept & sign in')
    expect(await everyRow()).toMatchObject(before)
  })

  it(
    'is slowed after ten wrong passwords, the right one included, until the window is over',
    MANY,
    async () => {
      const { world, token } = await invited()
      const jane = await addAccount('Jane Doe', JANE)
      for (let tried = 1; tried <= 10; tried++)
        expect((await accept(world, signingIn(token, { password: `guess ${tried}` }))).status).toBe(422)
      const slowed = await accept(world, signingIn(token))
      expect(slowed.status).toBe(429)
      expect((await seen(slowed)).errors.password).toMatch(
        /too many failed sign-ins\. Try again in 15 minutes/,
      )
      expect(await joined(jane.id)).toEqual([])

      world.clock.now += 15 * 60_000
      expect((await accept(world, signingIn(token))).status).toBe(303)
      expect(await joined(jane.id)).toHaveLength(1)
    },
  )

  it('is not kept out by somebody elsewhere who guesses', MANY, async () => {
    const { world, token } = await invited()
    await addAccount('Jane Doe', JANE)
    const elsewhere = { headers: { 'CF-Connecting-IP': '203.0.113.7' } }
    for (let tried = 1; tried <= 11; tried++)
      await accept(world, signingIn(token, { password: `guess ${tried}` }), elsewhere)
    expect((await accept(world, signingIn(token), elsewhere)).status).toBe(429)
    expect((await accept(world, signingIn(token))).status).toBe(303)
  })

  it('does not get ten more tries by having the invitation resent', MANY, async () => {
    const { world, admin, token } = await invited()
    await addAccount('Jane Doe', JANE)
    for (let tried = 1; tried <= 10; tried++)
      await accept(world, signingIn(token, { password: `guess ${tried}` }))
    const newer = await resendAndMail(world, admin)
    expect((await accept(world, signingIn(newer.token))).status).toBe(429)
  })

  it('who gets it right starts afresh, and their success counts against nobody', async () => {
    const { world, token } = await invited()
    await addAccount('Jane Doe', JANE)
    await accept(world, signingIn(token, { password: 'a slip of the hand' }))
    const counted = (await attempts()).length
    await accept(world, signingIn(token))
    const left = await attempts()
    expect(left).toHaveLength(counted - 1)
    for (const counter of left) expect(counter).toEqual({ attempts: 1 })
  })

  it('cannot sign in here with an account that has no password', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    await run('update user set password_hash = null where id = ?', jane.id)
    for (const password of ['', PASSWORD])
      expect((await accept(world, signingIn(token, { password }))).status).toBe(422)
  })

  it('is asked to sign in when the form was made before the account was', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const refused = await acceptAsNew(world, token)
    expect(refused.status).toBe(409)
    const page = await seen(refused)
    expect(page.alert).toMatch(/Sign in with it to accept/)
    expect(page.buttons[0]).toBe('Accept & sign in')
    expect(await joined(jane.id)).toEqual([])
    expect(await rows('select id from user where address = ?', JANE)).toHaveLength(1)
  })
})

describe('an invitee who is signed in with the invited address', () => {
  it('joins with one press, in the session they have', async () => {
    const { world, link, token } = await invited()
    const jane = await addAccount('Jane Doe', 'JANE@example.com')
    const before = await sessions()
    const page = await open(world, link, jane.cookie)
    expect(page.fields).toEqual([])
    expect(page.buttons[0]).toBe('Accept & join Acme')

    const accepted = await accept(world, joining(token), { cookie: jane.cookie })
    expect(accepted.status).toBe(303)
    expect(accepted.headers.get('Set-Cookie')).toBeNull()
    expect(await joined(jane.id)).toHaveLength(1)
    expect(await sessions()).toEqual(before)
    expect((await world.fetch('/o/acme', { cookie: jane.cookie })).status).toBe(200)
  })

  it('does not join without a session, or with one that has run out', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    expect((await accept(world, joining(token))).status).toBe(409)
    await run('update session set expires_at = ? where user_id = ?', world.clock.now, jane.id)
    const refused = await accept(world, joining(token), { cookie: jane.cookie })
    expect(refused.status).toBe(409)
    expect((await seen(refused)).buttons[0]).toBe('Accept & sign in')
    expect(await joined(jane.id)).toEqual([])
  })
})

describe('an invitee who is signed in as somebody else', () => {
  it('is told both addresses and cannot accept', async () => {
    const { world, link, token } = await invited()
    const john = await addAccount('John Doe', 'John@example.com')
    const before = await everyRow()
    const page = await open(world, link, john.cookie)
    expect(page.text).toContain(`This invitation is for ${JANE}, but you are signed in as John@example.com.`)
    expect(page.buttons).toEqual(['Switch account'])
    for (const form of [joining(token), signingIn(token), { ...joining(token), way: 'new' }]) {
      const refused = await accept(world, form, { cookie: john.cookie })
      expect(refused.status).toBe(409)
      expect((await seen(refused)).text).toContain('John@example.com')
    }
    const { sign_in_attempt: _, ...after } = await everyRow()
    expect(before).toMatchObject(after)
  })

  it('switches without losing the invitation', async () => {
    const { world, link, token } = await invited()
    const john = await addAccount('John Doe', 'john@example.com')
    const switched = await world.fetch('/sign-out', { cookie: john.cookie, form: { token } })
    expect(switched.status).toBe(303)
    expect(switched.headers.get('Set-Cookie')).toMatch(/^usher=; .*Expires=Thu, 01 Jan 1970/)
    expect(switched.headers.get('Location')).toBe(link.slice(world.env.APP_URL?.length))
    expect(await rows('select * from session where user_id = ?', john.id)).toEqual([])
    expect((await open(world, switched.headers.get('Location') ?? '')).heading).toBe('Accept invitation')
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })
})

describe('where accounts are an organization’s own', () => {
  it('an invitee makes a fresh one, whatever account their address has elsewhere', async () => {
    const { world, acme, link, token } = await invited({ account_scope: 'own' })
    const elsewhere = await addAccount('Jane Elsewhere', JANE)
    for (const cookie of [null, elsewhere.cookie]) {
      const page = await open(world, link, cookie)
      expect(page.buttons[0]).toBe('Accept & create account')
      expect(page.html).not.toMatch(/Elsewhere|have an account|signed in/)
    }
    const accepted = await acceptAsNew(world, token)
    expect(accepted.status).toBe(303)
    const accounts = await rows<{ id: string }>(
      'select id, account_scope, name from user where address = ? order by created_at, id',
      JANE,
    )
    expect(accounts).toEqual([
      { id: elsewhere.id, account_scope: 'shared', name: 'Jane Elsewhere' },
      { id: expect.any(String), account_scope: acme.id, name: 'Jane Doe' },
    ])
    expect(await joined(elsewhere.id)).toEqual([])
    expect(await joined(accounts[1]?.id ?? '')).toHaveLength(1)
  })

  it('the shared account’s password and session open nothing', async () => {
    const { world, token } = await invited({ account_scope: 'own' })
    const elsewhere = await addAccount('Jane Elsewhere', JANE)
    expect((await accept(world, signingIn(token))).status).toBe(409)
    expect((await accept(world, joining(token), { cookie: elsewhere.cookie })).status).toBe(409)
    expect((await world.fetch('/o/acme', { cookie: elsewhere.cookie })).status).toBe(404)
    expect(await joined(elsewhere.id)).toEqual([])
  })

  it('their account signs in on the page, and says nothing to an organization of shared ones', async () => {
    const { world, acme, globex, link, token } = await invited({ account_scope: 'own' })
    const own = await addAccount('Jane Own', JANE, acme.id)
    expect((await open(world, link)).buttons[0]).toBe('Accept & sign in')
    expect((await accept(world, signingIn(token))).status).toBe(303)
    expect(await joined(own.id)).toHaveLength(1)

    const boss = await addMember(globex, await addAccount('Gil Globex', 'gil@globex.test'), 'owner')
    await world.fetch('/o/globex/invitations', {
      cookie: boss.cookie,
      form: { addresses: JANE, change: freshChange() },
    })
    await world.drain()
    const shared = /\/accept-invitation\?token=\S+/.exec(world.mails.at(-1)?.text ?? '')?.[0] ?? ''
    for (const cookie of [null, own.cookie])
      expect((await open(world, shared, cookie)).buttons[0]).toBe('Accept & create account')
  })
})
