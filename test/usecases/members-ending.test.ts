import { beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/rules/tokens'
import { refusalOf, send, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  addTeam,
  type Cast,
  freshChange,
  inviteAndMail,
  type Person,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { accept, acceptAsNew, joining, signingIn } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { ENDINGS, type Ending, end, membershipOf } from '../support/members'
import { cookieOf, createWorld, rows, run, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const VERBS = Object.keys(ENDINGS) as Ending[]
const secondOwner = async () => addMember(cast.acme, await addAccount('Otis', 'otis@acme.test'), 'owner')
const owners = () =>
  rows<{ user_id: string }>(
    "select user_id from member where organization_id = ? and role = 'owner' and status = 'active'",
    cast.acme.id,
  )
const home = async (who: Person, slug = 'acme') =>
  (await world.fetch(`/o/${slug}`, { cookie: who.cookie })).status

describe.each(VERBS)('to %s', (verb) => {
  const prepare = (who: Person) =>
    verb === 'reactivate'
      ? run("update member set status = 'inactive' where user_id = ?", who.id)
      : Promise.resolve()

  test('is refused to a member, a viewer and an outsider, and changes nothing', async () => {
    await prepare(cast.admin)
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(end(world, who, verb, cast.admin.id))).toEqual({
        code: 'forbidden',
        permission: 'member:manage',
      })
    expect(await refusalOf(end(world, cast.outsider, verb, cast.admin.id))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('does not find a member of another organization, or of none', async () => {
    await prepare(cast.admin)
    const before = await everyRow()
    for (const id of [cast.admin.id, crypto.randomUUID(), '', "' or 1=1 --"])
      expect(await refusalOf(end(world, cast.outsider, verb, id, freshChange(), 'globex'))).toEqual({
        code: 'not_found',
      })
    expect(await everyRow()).toEqual(before)
  })

  test('is refused over somebody whose role holds more, and to oneself', async () => {
    await prepare(cast.owner)
    const before = await everyRow()
    expect(await refusalOf(end(world, cast.admin, verb, cast.owner.id))).toEqual({
      code: 'member_beyond_own',
    })
    if (verb !== 'reactivate')
      expect(await refusalOf(end(world, cast.admin, verb, cast.admin.id))).toEqual({ code: 'own_membership' })
    expect(await everyRow()).toEqual(before)
  })

  test('is refused to a read-only key, and done by one that may write', async () => {
    await prepare(cast.viewer)
    const input = { id: cast.viewer.id, change: freshChange() }
    const reading = await addApiKey(cast.acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, (ctx) => ENDINGS[verb](ctx, input)))).toEqual({
      code: 'read_only_key',
    })
    const writing = await addApiKey(cast.acme, 'admin', 'write')
    expect(await withKey(world, writing, (ctx) => ENDINGS[verb](ctx, input))).toEqual({
      name: 'Vera Viewer',
      sent: 0,
    })
  })

  test('writes one event that says who, whom and what was before, pressed twice or at once', async () => {
    await prepare(cast.viewer)
    const [was] = await rows<{ status: string }>(
      'select status from member where user_id = ?',
      cast.viewer.id,
    )
    const events = await written(async () => {
      const both = await Promise.all([1, 2].map(() => end(world, cast.admin, verb, cast.viewer.id, 'press')))
      expect(both).toEqual([
        { name: 'Vera Viewer', sent: 0 },
        { name: 'Vera Viewer', sent: 0 },
      ])
      expect(await end(world, cast.admin, verb, cast.viewer.id, 'press')).toEqual({
        name: 'Vera Viewer',
        sent: 0,
      })
    })
    const action = { deactivate: 'deactivated', reactivate: 'reactivated', remove: 'removed' }[verb]
    expect(events).toEqual([
      {
        organization_id: cast.acme.id,
        action: `member.${action}`,
        ...actor('user', cast.admin.id, 'Ada Admin'),
        ...target('member', cast.viewer.id, 'Vera Viewer'),
        at: START,
        detail: { role: 'viewer', before: was },
      },
    ])
  })

  test('by two people at once is done by one, and the other is told', async () => {
    await prepare(cast.viewer)
    const both = await Promise.allSettled(
      [cast.owner, cast.admin].map((who) => end(world, who, verb, cast.viewer.id)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { refusal: { code: verb === 'remove' ? 'not_found' : 'changed_meanwhile' } },
    })
    expect(await rows('select 1 from audit_event')).toHaveLength(1)
  })

  test.each([
    ['is demoted', "update member set role = 'member' where user_id = ?"],
    ['is deactivated', "update member set status = 'inactive' where user_id = ?"],
    ['is removed', 'delete from member where user_id = ?'],
  ])('by somebody who %s between the two trips is refused', async (_, meddling) => {
    await prepare(cast.viewer)
    const before = await membershipOf(cast.viewer.id)
    const meddled = createWorld({ DB: meddledDatabase(() => run(meddling, cast.admin.id)) })
    expect(await refusalOf(end(meddled, cast.admin, verb, cast.viewer.id))).toMatchObject({
      code: 'forbidden',
    })
    expect(await membershipOf(cast.viewer.id)).toEqual(before)
    expect(await rows('select 1 from audit_event')).toEqual([])
  })

  test('somebody who is given more between the two trips is refused', async () => {
    await prepare(cast.viewer)
    const promote = () => run("update member set role = 'owner' where user_id = ?", cast.viewer.id)
    const meddled = createWorld({ DB: meddledDatabase(promote) })
    expect(await refusalOf(end(meddled, cast.admin, verb, cast.viewer.id))).toEqual({
      code: 'member_beyond_own',
    })
    expect(await rows('select 1 from audit_event')).toEqual([])
  })
})

describe('the last owner', () => {
  test.each(['deactivate', 'remove'] as const)(
    'stays: two owners who %s each other at once leave one',
    async (verb) => {
      for (const order of merges(2, 2)) {
        world = createWorld()
        const otis = await secondOwner()
        const both = await interleaved(order, [
          (db) =>
            end(createWorld({ DB: db }), cast.owner, verb, otis.id).then(
              () => 'done',
              (error) => error.refusal.code,
            ),
          (db) =>
            end(createWorld({ DB: db }), otis, verb, cast.owner.id).then(
              () => 'done',
              (error) => error.refusal.code,
            ),
        ])
        expect(
          both.filter((outcome) => outcome === 'done'),
          String(order),
        ).toHaveLength(1)
        expect(await owners(), String(order)).toHaveLength(1)
        await run('delete from member where organization_id = ? and role = ?', cast.acme.id, 'owner')
        await run('delete from session where user_id = ?', otis.id)
        await run('update user set address = id where id = ?', otis.id)
        await addMember(cast.acme, cast.owner, 'owner')
      }
    },
  )

  test('cannot be taken even where the guard of the actor would let it pass', async () => {
    // Nobody but an owner holds all of an owner's permissions; a role that did is made by hand.
    const everything =
      '["organization:read","member:read","member:manage","team:manage","role:manage","settings:manage","audit_log:read","api_key:manage","organization:delete"]'
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('all', ?, 'All', ?, 0)",
      cast.acme.id,
      everything,
    )
    await run("update member set role = 'all' where user_id = ?", cast.admin.id)
    for (const verb of ['deactivate', 'remove'] as const)
      expect(await refusalOf(end(world, cast.admin, verb, cast.owner.id))).toEqual({ code: 'last_owner' })
    expect(await owners()).toEqual([{ user_id: cast.owner.id }])
    await secondOwner()
    await end(world, cast.admin, 'remove', cast.owner.id)
    expect(await owners()).toHaveLength(1)
  })
})

describe('somebody deactivated', () => {
  test('is out at the next request, here only, and what they sent stays', async () => {
    await addMember(cast.globex, cast.admin, 'admin')
    await send(world, cast.admin, 'jane@example.com')
    await end(world, cast.owner, 'deactivate', cast.admin.id)
    expect([await home(cast.admin), await home(cast.admin, 'globex')]).toEqual([404, 200])
    expect(await refusalOf(end(world, cast.admin, 'remove', cast.viewer.id))).toEqual({ code: 'not_found' })
    expect(await rows('select status, inviter_name from invitation')).toEqual([
      { status: 'pending', inviter_name: 'Ada Admin' },
    ])
    await end(world, cast.owner, 'reactivate', cast.admin.id)
    expect(await home(cast.admin)).toBe(200)
  })

  test('stays back once brought back, though the first press is repeated late', async () => {
    await end(world, cast.owner, 'deactivate', cast.viewer.id, 'press')
    await end(world, cast.owner, 'reactivate', cast.viewer.id)
    expect(await end(world, cast.owner, 'deactivate', cast.viewer.id, 'press')).toEqual({
      name: 'Vera Viewer',
      sent: 0,
    })
    expect(await membershipOf(cast.viewer.id)).toMatchObject({ status: 'active' })
    expect(await rows('select 1 from audit_event')).toHaveLength(2)
  })

  test('comes back only where a seat is free, counted in the batch', async () => {
    await run('update organization set seat_limit = 4')
    await end(world, cast.owner, 'deactivate', cast.viewer.id)
    await end(world, cast.owner, 'deactivate', cast.member.id)
    await send(world, cast.owner, 'jane@example.com')
    const both = await Promise.allSettled(
      [cast.viewer, cast.member].map(({ id }) => end(world, cast.owner, 'reactivate', id)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { refusal: { code: 'no_seat_left' } },
    })
    expect(
      await rows("select 1 from member where organization_id = ? and status = 'active'", cast.acme.id),
    ).toHaveLength(3)
  })
})

describe('somebody removed', () => {
  const JANE = 'jane@example.com'
  const join = async (who: Person) => tokenIn(await inviteAndMail(world, who, JANE, { role: 'viewer' }))
  const jane = async () =>
    (await rows<{ id: string }>('select id from user where address = ? order by created_at desc', JANE))[0]
      ?.id ?? ''

  test('with a shared account keeps it and the other organizations, and can be invited again as if new', async () => {
    const night = await addTeam(cast.acme, 'Night shift')
    const cookie = cookieOf(await acceptAsNew(world, await join(cast.admin))) ?? ''
    const id = await jane()
    await run('insert into member_team values (?, ?, ?)', cast.acme.id, id, night)
    const person = { id, name: 'Jane Doe', address: JANE, cookie, role: 'viewer' }
    await addMember(cast.globex, person, 'admin')
    await end(world, cast.admin, 'remove', id)
    expect(await rows('select organization_id from member where user_id = ?', id)).toEqual([
      { organization_id: cast.globex.id },
    ])
    expect(await rows('select * from member_team')).toEqual([])
    expect([await home(person), await home(person, 'globex')]).toEqual([404, 200])
    expect(await rows('select status, accepted_by from invitation')).toEqual([
      { status: 'accepted', accepted_by: id },
    ])

    world.clock.now = START + 1000
    const token = await join(cast.owner)
    expect((await accept(world, joining(token), { cookie })).status).toBe(303)
    expect(await home(person)).toBe(200)
    expect(
      await rows(
        'select joined_at, inviter_name, team_names from member where user_id = ? and role = ?',
        id,
        'viewer',
      ),
    ).toEqual([{ joined_at: START + 1000, inviter_name: 'Olga Owner', team_names: '' }])
    expect(await rows('select status from invitation order by sent_at')).toEqual([
      { status: 'accepted' },
      { status: 'accepted' },
    ])
  })

  test('with an account of this organization alone loses it, sessions and all, and comes back with a fresh one', async () => {
    await run("update organization set account_scope = 'own' where id = ?", cast.acme.id)
    await run('update user set account_scope = ? where address like ?', cast.acme.id, '%@acme.test')
    const cookie = cookieOf(await acceptAsNew(world, await join(cast.admin))) ?? ''
    const id = await jane()
    await end(world, cast.admin, 'remove', id)
    expect(await rows('select 1 from session where user_id = ?', id)).toEqual([])
    expect(await rows('select account_scope from user where id = ?', id)).toEqual([
      { account_scope: `removed:${cast.acme.id}:${id}` },
    ])
    expect(await rows('select accepted_by from invitation')).toEqual([{ accepted_by: id }])
    const signIn = { address: JANE, password: 'a password nobody guesses', change: freshChange() }
    expect((await world.fetch('/o/acme/sign-in', { form: signIn })).status).toBe(422)

    const token = await join(cast.owner)
    expect(
      (await accept(world, signingIn(token, { password: 'a password nobody guesses' }))).status,
    ).not.toBe(303)
    const again = cookieOf(await acceptAsNew(world, token)) ?? ''
    expect(again).not.toBe(cookie)
    const fresh = await rows<{ id: string }>(
      'select id from user where address = ? and account_scope = ?',
      JANE,
      cast.acme.id,
    )
    expect(fresh).toEqual([{ id: expect.not.stringMatching(id) }])
    expect(await rows('select user_id from session where hash = ?', sha256(again))).toEqual([
      { user_id: fresh[0]?.id },
    ])
    expect(await membershipOf(fresh[0]?.id ?? '')).toMatchObject({ status: 'active', role: 'viewer' })
    // Removed a second time, both stay apart.
    await end(world, cast.admin, 'remove', fresh[0]?.id ?? '')
    expect(await rows('select 1 from user where address = ?', JANE)).toHaveLength(2)
  })

  test('while inactive can be removed too, and the event says so', async () => {
    await end(world, cast.admin, 'deactivate', cast.viewer.id)
    const [event] = await written(() => end(world, cast.admin, 'remove', cast.viewer.id))
    expect(event?.detail).toEqual({ role: 'viewer', before: { status: 'inactive' } })
    expect(await membershipOf(cast.viewer.id)).toBeNull()
  })
})
