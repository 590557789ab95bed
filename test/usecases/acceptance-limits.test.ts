import { describe, expect, it } from 'vitest'
import { addAccount, addMember, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import {
  accept,
  acceptAsNew,
  invited,
  JANE,
  joining,
  open,
  openings,
  seen,
  signingIn,
} from '../support/invitee'
import { rows, run } from '../support/world'

const seats = (limit: number) => run("update organization set seat_limit = ? where slug = 'acme'", limit)
const members = async (organization: string) =>
  (await rows("select 1 from member where organization_id = ? and status = 'active'", organization)).length

describe('an organization without a free seat', () => {
  it('takes nobody in, names whom to ask, and keeps the invitation for later', async () => {
    const { world, acme, link, token } = await invited()
    await seats(4)
    const before = await everyRow()
    const page = await open(world, link)
    expect(page.heading).toBe('No seat left')
    expect(page.text).toContain('Ask Ada Admin')
    expect([page.fields, page.buttons]).toEqual([[], []])
    const refused = await acceptAsNew(world, token)
    expect(refused.status).toBe(409)
    expect((await seen(refused)).heading).toBe('No seat left')
    expect(await everyRow()).toEqual(before)

    await seats(5)
    expect((await acceptAsNew(world, token)).status).toBe(303)
    expect(await members(acme.id)).toBe(5)
  })

  it('counts active members only', async () => {
    const { world, member, token } = await invited()
    await seats(4)
    await run("update member set status = 'inactive' where user_id = ?", member.id)
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })

  it('gives its last seat to one of many who accept at once', async () => {
    const { world, admin, acme } = await invited()
    const tokens: string[] = []
    for (const name of ['ann', 'bob', 'cem', 'dee', 'eva', 'fay'])
      tokens.push(openings(await inviteAndMail(world, admin, `${name}@example.com`)).token)
    await seats(6)
    const answers = await Promise.all(tokens.map((token) => acceptAsNew(world, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 409, 409, 409, 409])
    expect(await members(acme.id)).toBe(6)
    expect(await rows("select id from invitation where status = 'accepted'")).toHaveLength(2)
    expect(await rows("select id from audit_event where action = 'invitation.accepted'")).toHaveLength(2)
    expect(await rows("select id from user where address like '%@example.com'")).toHaveLength(2)
  })
})

describe('a member whose membership is inactive', () => {
  it('is not brought back by an invitation, however they come', async () => {
    const { world, acme, link, token } = await invited()
    const jane = await addMember(acme, await addAccount('Jane Doe', JANE), 'viewer', 'inactive')
    const { sign_in_attempt: _, ...before } = await everyRow()
    for (const cookie of [null, jane.cookie]) {
      const page = await open(world, link, cookie)
      expect(page.heading).toBe('Your membership is inactive')
      expect(page.text).toContain('Ask Ada Admin or another admin to reactivate you.')
      expect([page.fields, page.buttons]).toEqual([[], []])
      for (const form of [newAccount(token), signingIn(token), joining(token)]) {
        const refused = await accept(world, form, { cookie })
        expect(refused.status).toBe(409)
        expect(refused.headers.get('Set-Cookie')).toBeNull()
        expect((await seen(refused)).heading).toBe('Your membership is inactive')
      }
    }
    expect(await everyRow()).toMatchObject(before)
  })
})

describe('somebody who has become a member in another way', () => {
  it('is told so, is led on, and keeps the role they have', async () => {
    const { world, acme, link, token } = await invited({}, { role: 'admin' })
    const jane = await addMember(acme, await addAccount('Jane Doe', JANE), 'viewer')
    const stranger = await open(world, link)
    expect(stranger.heading).toBe('You are a member already')
    expect(stranger.links.map(({ text, attributes }) => [text, attributes.href])).toEqual([
      ['Sign in', '/o/acme/sign-in'],
    ])
    expect(
      (await open(world, link, jane.cookie)).links.map(({ text, attributes }) => [text, attributes.href]),
    ).toEqual([['Continue', '/o/acme?notice=invitation-used']])
    for (const form of [newAccount(token), joining(token)]) {
      const refused = await accept(world, form, { cookie: jane.cookie })
      expect(refused.status).toBe(409)
      expect((await seen(refused)).heading).toBe('You are a member already')
    }
    expect(await rows('select role from member where user_id = ?', jane.id)).toEqual([{ role: 'viewer' }])
    expect(await rows('select status from invitation')).toEqual([{ status: 'pending' }])
  })
})
