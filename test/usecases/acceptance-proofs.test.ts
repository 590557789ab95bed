import { describe, expect, it } from 'vitest'
import { hashPassword } from '../../src/passwords'
import { addAccount } from '../support/cast'
import { accept, invited, JANE, joining, seen, signingIn } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run } from '../support/world'

const left = async (userId: string) => ({
  members: await rows('select 1 from member where user_id = ?', userId),
  sessions: await rows('select 1 from session where user_id = ?', userId),
  events: await rows("select 1 from audit_event where action = 'invitation.accepted'"),
})

describe('what lets an account in is asked for once more when it joins:', () => {
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
})
