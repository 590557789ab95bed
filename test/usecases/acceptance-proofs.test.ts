import { describe, expect, it } from 'vitest'
import { hashPassword } from '../../src/passwords'
import { addAccount, newAccount } from '../support/cast'
import { accept, invited, JANE, joining, seen, signingIn } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { cookieOf, createWorld, rows, run, START } from '../support/world'

const left = async (userId: string) => ({
  members: await rows('select 1 from member where user_id = ?', userId),
  sessions: await rows('select 1 from session where user_id = ?', userId),
  events: await rows("select 1 from audit_event where action = 'invitation.accepted'"),
})

describe('what lets somebody in is asked for once more when they join:', () => {
  it('a password changed since it was checked opens no session', async () => {
    const { token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    await run('delete from session where user_id = ?', jane.id)
    const changed = await hashPassword('a new one, set just now')
    const DB = meddledDatabase(() => run('update user set password_hash = ? where id = ?', changed, jane.id))
    const refused = await accept(createWorld({ DB }), signingIn(token))
    expect(refused.status).toBe(409)
    expect(refused.headers.get('Set-Cookie')).toBeNull()
    expect((await seen(refused)).buttons[0]).toBe('Accept & sign in')
    expect(await left(jane.id)).toEqual({ members: [], sessions: [], events: [] })
  })

  it('a session ended since it was read joins nothing', async () => {
    const { token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const DB = meddledDatabase(() => createWorld().fetch('/sign-out', { cookie: jane.cookie, form: {} }))
    const refused = await accept(createWorld({ DB }), joining(token), { cookie: jane.cookie })
    expect(refused.status).toBe(409)
    expect(await left(jane.id)).toEqual({ members: [], sessions: [], events: [] })
  })

  it('an account deleted since it was read joins nothing', async () => {
    const { token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const DB = meddledDatabase(async () => {
      await run('delete from session where user_id = ?', jane.id)
      await run('delete from user where id = ?', jane.id)
    })
    const refused = await accept(createWorld({ DB }), signingIn(token))
    expect(refused.status).toBe(409)
    expect((await seen(refused)).buttons[0]).toBe('Accept & create account')
    expect(await left(jane.id)).toEqual({ members: [], sessions: [], events: [] })
  })

  it('an invitation cut short since it was read lets nobody in', async () => {
    const { token } = await invited()
    const jane = await addAccount('Jane Doe', JANE)
    const DB = meddledDatabase(() => run('update invitation set expires_at = ?', START))
    const refused = await accept(createWorld({ DB }), joining(token), { cookie: jane.cookie })
    expect(refused.status).toBe(409)
    expect((await seen(refused)).heading).toBe('Invitation expired')
    expect(await left(jane.id)).toMatchObject({ members: [], events: [] })
  })

  it('a press whose like has won and signed out since gets no session either', async () => {
    const { token } = await invited()
    const form = newAccount(token)
    const DB = meddledDatabase(async () => {
      const won = await accept(createWorld(), form)
      await createWorld().fetch('/sign-out', { cookie: cookieOf(won), form: {} })
    })
    const late = await accept(createWorld({ DB }), form)
    expect(late.status).toBe(409)
    expect(late.headers.get('Set-Cookie')).toBeNull()
    expect((await seen(late)).heading).toBe('Invitation already used')
  })
})
