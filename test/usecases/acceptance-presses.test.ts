import { describe, expect, it } from 'vitest'
import { paths } from '../../src/paths'
import { sha256 } from '../../src/rules/tokens'
import { addAccount, newAccount } from '../support/cast'
import { breakBatch, logged } from '../support/faults'
import { accept, acceptAsNew, invited, JANE, joining, seen, signingIn } from '../support/invitee'
import { cookieOf, rows } from '../support/world'

const events = () => rows("select id from audit_event where action = 'invitation.accepted'")
const accounts = () => rows<{ id: string; name: string }>('select id, name from user where address = ?', JANE)
const memberships = () => rows('select user_id from member where invitation_id is not null')
const sessionsOf = (userId: string | undefined) =>
  rows<{ hash: string }>('select hash from session where user_id = ?', userId)

/** Each of them costs a password’s work. */
const MANY = { timeout: 60_000 }

describe('twenty-five browsers that accept one link at once', () => {
  it('make one member with one event, and twenty-four are told that it is used', MANY, async () => {
    const { world, token } = await invited()
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, n) =>
        acceptAsNew(world, token, {
          firstName: `Jane${n}`,
          password: `nobody guesses ${n}!`,
          confirmation: `nobody guesses ${n}!`,
        }),
      ),
    )
    const won = answers.filter(({ status }) => status === 303)
    const lost = answers.filter(({ status }) => status === 409)
    expect([won.length, lost.length]).toEqual([1, 24])
    for (const answer of lost) {
      expect(answer.headers.get('Set-Cookie')).toBeNull()
      const page = await seen(answer)
      expect(page.heading).toBe('Invitation already used')
      expect(page.links.map(({ text }) => text)).toEqual(['Sign in'])
    }
    const [account, ...others] = await accounts()
    expect(others).toEqual([])
    expect(await events()).toHaveLength(1)
    expect(await memberships()).toEqual([{ user_id: account?.id }])
    const [winner] = won
    expect(await sessionsOf(account?.id)).toEqual([{ hash: sha256((winner && cookieOf(winner)) ?? '') }])
    const home = await world.fetch('/o/acme', { cookie: winner ? cookieOf(winner) : null })
    expect(await home.text()).toContain(account?.name)
  })

  it('do so too when each signs in with the account there is', async () => {
    const { world, token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(world, signingIn(token))))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409, 409])
    expect([(await events()).length, (await memberships()).length]).toEqual([1, 1])
    expect(await sessionsOf(jane.id)).toHaveLength(2)
  })
})

const WAYS = {
  new: async (token: string) => ({ form: newAccount(token), cookie: null }),
  sign_in: async (token: string) => {
    await addAccount('Jane Doe', JANE)
    return { form: signingIn(token), cookie: null }
  },
  join: async (token: string) => ({
    form: joining(token),
    cookie: (await addAccount('Jane Doe', JANE)).cookie,
  }),
}

describe.each(['new', 'sign_in', 'join'] as const)('the same browser pressing twice (%s)', (way) => {
  it.each([
    ['one after the other', false],
    ['at the same moment', true],
  ])('is let in both times with one session and one event: %s', async (_, together) => {
    const { world, token } = await invited()
    const { form, cookie } = await WAYS[way](token)
    const first = accept(world, form, { cookie })
    if (!together) await first
    const second = accept(world, form, { cookie })
    const answers = [await first, await second]
    for (const answer of answers) {
      expect(answer.status).toBe(303)
      const home = '/o/acme?notice=welcome'
      const offered = paths.newPasskey({ offer: 1, next: home })
      expect(answer.headers.get('Location')).toBe(way === 'new' ? offered : home)
      const opened = await world.fetch('/o/acme', { cookie: cookieOf(answer) ?? cookie })
      expect(opened.status).toBe(200)
    }
    const [one, other] = answers.map(cookieOf)
    expect(one).toBe(other)
    const [account, ...others] = await accounts()
    expect([others.length, (await events()).length, (await memberships()).length]).toEqual([0, 1, 1])
    // An account that was there before brings the session of its own browser.
    expect(await sessionsOf(account?.id)).toHaveLength(way === 'sign_in' ? 2 : 1)
  })
})

describe('an answer that was lost', () => {
  it('is given again to the same press, session included, whatever was committed', async () => {
    const { world, token } = await invited()
    const lines = logged()
    const form = newAccount(token)
    breakBatch(world, 2, 'answer')
    const lost = await accept(world, form)
    expect(lost.status).toBe(500)
    expect(lines.join()).toContain('request.failed')
    const again = await accept(world, form)
    expect(again.status).toBe(303)
    expect((await world.fetch('/o/acme', { cookie: cookieOf(again) })).status).toBe(200)
    expect(await events()).toHaveLength(1)
  })

  it('is made up for when nothing was committed', async () => {
    const { world, token } = await invited()
    logged()
    const form = newAccount(token)
    breakBatch(world, 2)
    expect((await accept(world, form)).status).toBe(500)
    expect([await accounts(), await events(), await memberships()]).toEqual([[], [], []])
    expect((await accept(world, form)).status).toBe(303)
  })
})

describe('a press that is not quite the same', () => {
  it.each([
    ['password', { password: 'another good guess', confirmation: 'another good guess' }],
    ['change', { change: 'minted by somebody else' }],
    ['name', { firstName: 'Janet' }],
    ['way', { way: 'sign_in' }],
    ['way, to one without a password', { way: 'join', password: '' }],
  ])('gets no session, after it or at once: another %s', async (_, other) => {
    const { world, token } = await invited()
    const form = newAccount(token)
    const presses = [form, { ...form, ...other }]
    const answers = await Promise.all(presses.map((press) => accept(world, press)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    // Only the very press that won is answered as it was.
    for (const [at, answer] of answers.entries()) {
      const replay = await accept(world, presses[at] ?? form)
      expect([replay.status, cookieOf(replay)]).toEqual([answer.status, cookieOf(answer)])
    }
    const [account, ...others] = await accounts()
    expect([others.length, (await events()).length]).toEqual([0, 1])
    expect(await sessionsOf(account?.id)).toHaveLength(1)
  })

  it('gets no session once the one it opened was signed out', async () => {
    const { world, token } = await invited()
    const form = newAccount(token)
    await world.fetch('/sign-out', { cookie: cookieOf(await accept(world, form)), form: {} })
    const replay = await accept(world, form)
    expect(replay.status).toBe(409)
    expect(replay.headers.get('Set-Cookie')).toBeNull()
    expect((await seen(replay)).heading).toBe('Invitation already used')
  })
})
