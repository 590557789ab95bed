import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf, revoke } from '../support/acting'
import { calling, problem } from '../support/api'
import { addApiKey, addCast, addTeam, type Cast, invite, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { createWorld, rows, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
let call: ReturnType<typeof calling>
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  call = calling(world, await addApiKey(cast.acme))
})

const create = (json: unknown, key?: string) =>
  call('/invitations', { json, headers: key ? { 'Idempotency-Key': key } : {} })
const post = (path: string, key?: string) =>
  call(path, { method: 'POST', headers: key ? { 'Idempotency-Key': key } : {} })
const generationOf = async (address: string) =>
  (await rows<{ generation: number }>('select generation from invitation where address = ?', address))[0]
    ?.generation

describe('creating', () => {
  test('answers each address with its own outcome, in the order given', async () => {
    await invite(world, cast.admin, ['open@example.com', 'late@example.com'])
    await rows('update invitation set expires_at = ? where address = ?', START, 'late@example.com')
    const { status, body } = await create({
      addresses: [
        'Jane Doe <Jane@Example.com>',
        'no address',
        cast.member.address,
        'jane@example.com',
        'open@example.com',
        'late@example.com',
      ],
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      sent: 2,
      data: [
        {
          address: 'Jane@Example.com',
          outcome: 'invited',
          invitation_id: await idOf('jane@example.com'),
          renewed: false,
          mail_waits_until: null,
        },
        { address: 'no address', outcome: 'invalid', reason: 'There is no @ in it.' },
        {
          address: cast.member.address,
          outcome: 'already_member',
          member_id: cast.member.id,
          reason: 'Already a member',
        },
        {
          address: 'jane@example.com',
          outcome: 'listed_twice',
          reason: expect.stringContaining('Listed twice'),
        },
        {
          address: 'open@example.com',
          outcome: 'already_invited',
          invitation_id: await idOf('open@example.com'),
          reason: 'Already invited',
        },
        {
          address: 'late@example.com',
          outcome: 'invited',
          invitation_id: await idOf('late@example.com'),
          renewed: true,
          mail_waits_until: null,
        },
      ],
    })
  })

  test('writes role, department, note and teams, on behalf of the key, and mails', async () => {
    const team = await addTeam(cast.acme, 'Night shift')
    await create({
      addresses: ['jane@example.com'],
      role: 'viewer',
      department: 'Sales',
      note: 'See you soon',
      team_ids: [team],
    })
    expect(
      await rows('select role, department, note, inviter_kind, inviter_name, expires_at from invitation'),
    ).toEqual([
      {
        role: 'viewer',
        department: 'Sales',
        note: 'See you soon',
        inviter_kind: 'api_key',
        inviter_name: 'Product',
        expires_at: START + 7 * DAY,
      },
    ])
    expect(await rows('select team_id from invitation_team')).toEqual([{ team_id: team }])
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual(['jane@example.com'])
  })

  test('with the same Idempotency-Key twice makes one invitation, and answers the same', async () => {
    const json = { addresses: ['jane@example.com', 'joe@example.com'] }
    const [first, again] = [await create(json, 'order-1'), await create(json, 'order-1')]
    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
    expect(first.body).toMatchObject({ sent: 2 })
    expect(await rows('select count(*) as n from invitation')).toEqual([{ n: 2 }])
    expect(await rows('select count(*) as n from delivery')).toEqual([{ n: 2 }])
    expect(world.messages).toHaveLength(2)
  })

  test('with the same Idempotency-Key at once makes one invitation', async () => {
    const calls = Array.from({ length: 5 }, () => create({ addresses: ['jane@example.com'] }, 'order-1'))
    const bodies = (await Promise.all(calls)).map(({ body }) => body)
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1)
    expect(bodies[0]).toMatchObject({ sent: 1 })
    expect(await rows('select count(*) as n from delivery')).toEqual([{ n: 1 }])
  })

  test('with the same Idempotency-Key and another body is another change', async () => {
    await create({ addresses: ['jane@example.com'] }, 'order-1')
    const { body } = await create({ addresses: ['joe@example.com'] }, 'order-1')
    expect(body).toMatchObject({ sent: 1, data: [{ address: 'joe@example.com', outcome: 'invited' }] })
  })

  test.each(['', undefined])(
    'without an Idempotency-Key (%j) each call is a change of its own',
    async (key) => {
      const withKey = () =>
        call('/invitations', {
          json: { addresses: ['jane@example.com'] },
          headers: key === undefined ? {} : { 'Idempotency-Key': key },
        })
      await withKey()
      expect((await withKey()).body).toMatchObject({ sent: 0, data: [{ outcome: 'already_invited' }] })
    },
  )

  test('one key’s Idempotency-Key means nothing to another key', async () => {
    await create({ addresses: ['jane@example.com'] }, 'order-1')
    const other = calling(world, await addApiKey(cast.acme))
    const answer = await other('/invitations', {
      json: { addresses: ['jane@example.com'] },
      headers: { 'Idempotency-Key': 'order-1' },
    })
    expect(answer.body).toMatchObject({ sent: 0 })
  })
})

describe('resending', () => {
  test('sends a new link with a fresh lifetime', async () => {
    await inviteAndMail(world, cast.admin, 'jane@example.com')
    const id = await idOf('jane@example.com')
    world.clock.now = START + 8 * DAY
    const { status, body } = await post(`/invitations/${id}/resend`)
    expect(status).toBe(200)
    expect(body).toEqual({ id, outcome: 'resent', mail_waits_until: null, url: `/api/v1/invitations/${id}` })
    expect(await rows('select status, generation, expires_at, inviter_name from invitation')).toEqual([
      { status: 'pending', generation: 2, expires_at: START + 15 * DAY, inviter_name: 'Product' },
    ])
    await world.drain()
    expect(world.mails).toHaveLength(2)
  })

  test('with the same Idempotency-Key twice sends once, with another or none again', async () => {
    await invite(world, cast.admin, 'jane@example.com')
    const path = `/invitations/${await idOf('jane@example.com')}/resend`
    for (const [key, generation] of [
      ['a', 2],
      ['a', 2],
      ['b', 3],
      [undefined, 4],
      [undefined, 5],
    ] as const) {
      expect((await post(path, key)).status).toBe(200)
      expect(await generationOf('jane@example.com')).toBe(generation)
    }
  })
})

describe('revoking', () => {
  test('ends the invitation and its link', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, 'jane@example.com'))
    const id = await idOf('jane@example.com')
    const { status, body } = await post(`/invitations/${id}/revoke`)
    expect(status).toBe(200)
    expect(body).toEqual({ id, outcome: 'revoked', url: `/api/v1/invitations/${id}` })
    expect(await rows('select status, ended_at from invitation')).toEqual([
      { status: 'revoked', ended_at: START },
    ])
    expect((await world.fetch('/accept-invitation', { form: newAccount(token) })).status).toBe(409)
  })

  test('with the same Idempotency-Key twice answers twice the same', async () => {
    await invite(world, cast.admin, 'jane@example.com')
    const path = `/invitations/${await idOf('jane@example.com')}/revoke`
    const first = await post(path, 'a')
    expect((await post(path, 'a')).body).toEqual(first.body)
    expect(await post(path, 'b')).toMatchObject({ status: 409, body: problem(409, 'invitation_ended') })
    expect(await rows("select count(*) as n from audit_event where action = 'invitation.revoked'")).toEqual([
      { n: 1 },
    ])
  })
})

describe.each(['resend', 'revoke'])('to %s', (verb) => {
  test('what has ended is refused with the reason, and changes nothing', async () => {
    const mail = await inviteAndMail(world, cast.admin, 'jane@example.com')
    await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
    await invite(world, cast.admin, 'gone@example.com')
    await revoke(world, cast.admin, [await idOf('gone@example.com')])
    const before = await everyRow()
    const accepted = await post(`/invitations/${await idOf('jane@example.com')}/${verb}`)
    expect(accepted).toMatchObject({ status: 409, body: problem(409, 'invitation_accepted') })
    const revoked = await post(`/invitations/${await idOf('gone@example.com')}/${verb}`)
    expect(revoked).toMatchObject({ status: 409, body: problem(409, 'invitation_ended') })
    expect(await everyRow()).toEqual(before)
  })
})
