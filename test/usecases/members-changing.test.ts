import { beforeEach, describe, expect, test } from 'vitest'
import type { MemberEdits } from '../../src/usecases/member-edits'
import { changeMember } from '../../src/usecases/member-edits'
import { refusalOf, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import { addAccount, addApiKey, addCast, addMember, addTeam, type Cast, freshChange } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { change, membershipOf } from '../support/members'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
let teams: string[]
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  teams = [await addTeam(cast.acme, 'Night shift'), await addTeam(cast.acme, 'Choir')]
})

const toRole = (to: string, from?: string): MemberEdits => ({ role: { from, to } })

test('role, department and teams are changed at once, with one event that says what was before', async () => {
  await run('insert into member_team values (?, ?, ?)', cast.acme.id, cast.viewer.id, teams[0])
  const events = await written(async () => {
    expect(
      await change(world, cast.admin, cast.viewer.id, {
        role: { from: 'viewer', to: 'member' },
        department: { from: '', to: '  Sales\u0000  West ' },
        teamIds: { from: [teams[0] ?? ''], to: [teams[1] ?? ''] },
      }),
    ).toEqual({ kind: 'changed', name: 'Vera Viewer' })
  })
  expect(await membershipOf(cast.viewer.id)).toEqual({
    role: 'member',
    department: 'Sales West',
    status: 'active',
    team_names: 'Choir',
  })
  expect(events).toEqual([
    {
      organization_id: cast.acme.id,
      action: 'member.changed',
      ...actor('user', cast.admin.id, 'Ada Admin'),
      ...target('member', cast.viewer.id, 'Vera Viewer'),
      at: START,
      detail: {
        role: 'member',
        department: 'Sales West',
        teams: ['Choir'],
        before: { role: 'viewer', department: '', teams: ['Night shift'] },
      },
    },
  ])
})

test('only what changed is written down, and what is so already writes nothing', async () => {
  const [event] = await written(() =>
    change(world, cast.admin, cast.viewer.id, { department: { to: 'Sales' } }),
  )
  expect(event?.detail).toEqual({ department: 'Sales', before: { department: '' } })
  const before = await everyRow()
  for (const edits of [{}, toRole('viewer'), { department: { from: 'x', to: 'Sales' } }])
    expect(await change(world, cast.admin, cast.viewer.id, edits)).toEqual({
      kind: 'unchanged',
      name: 'Vera Viewer',
    })
  expect(await everyRow()).toEqual(before)
})

describe('a role', () => {
  test('can be given up to one’s own; an owner makes another owner', async () => {
    for (const to of ['admin', 'viewer']) await change(world, cast.admin, cast.member.id, toRole(to))
    expect(await refusalOf(change(world, cast.admin, cast.member.id, toRole('owner')))).toEqual({
      code: 'role_not_grantable',
    })
    await change(world, cast.owner, cast.member.id, toRole('owner'))
    expect(await membershipOf(cast.member.id)).toMatchObject({ role: 'owner' })
  })

  test('is not changed by oneself, nor of somebody who holds more', async () => {
    const before = await everyRow()
    expect(await refusalOf(change(world, cast.owner, cast.owner.id, toRole('admin')))).toEqual({
      code: 'own_membership',
    })
    expect(await refusalOf(change(world, cast.admin, cast.owner.id, toRole('viewer')))).toEqual({
      code: 'member_beyond_own',
    })
    const department = { department: { to: 'Sales' } }
    expect(await refusalOf(change(world, cast.admin, cast.owner.id, department))).toEqual({
      code: 'member_beyond_own',
    })
    expect(await everyRow()).toEqual(before)
    // One's own department is one's own.
    await change(world, cast.owner, cast.owner.id, { ...department, teamIds: { to: teams } })
    expect(await membershipOf(cast.owner.id)).toMatchObject({
      department: 'Sales',
      team_names: 'Choir, Night shift',
    })
  })

  test('of the organization’s own is given while it is still what was read', async () => {
    await run(
      `insert into role (id, organization_id, name, permissions, created_at)
        values ('support', ?, 'Support', '["organization:read","member:read"]', 0)`,
      cast.acme.id,
    )
    await run(
      `insert into role (id, organization_id, name, permissions, created_at) values ('theirs', ?, 'Theirs', '[]', 0)`,
      cast.globex.id,
    )
    const widen = () => run(`update role set permissions = '["organization:delete"]' where id = 'support'`)
    const meddled = createWorld({ DB: meddledDatabase(widen) })
    expect(await change(meddled, cast.admin, cast.viewer.id, toRole('support'))).toMatchObject({
      kind: 'conflict',
    })
    expect(await membershipOf(cast.viewer.id)).toMatchObject({ role: 'viewer' })
    for (const key of ['theirs', 'nothing', ''])
      expect(await refusalOf(change(world, cast.admin, cast.viewer.id, toRole(key)))).toMatchObject({
        code: 'invalid_input',
        fields: { role: expect.any(String) },
      })
  })

  test('two owners demoting each other at once leave one', async () => {
    const otis = await addMember(cast.acme, await addAccount('Otis', 'otis@acme.test'), 'owner')
    for (const order of merges(3, 3)) {
      await run("update member set role = 'owner' where user_id in (?, ?)", otis.id, cast.owner.id)
      const both = await interleaved(
        order,
        [[cast.owner, otis] as const, [otis, cast.owner] as const].map(
          ([who, whom]) =>
            (db: D1Database) =>
              change(createWorld({ DB: db }), who, whom.id, toRole('member')).then(
                ({ kind }) => kind,
                (error) => error.refusal.code,
              ),
        ),
      )
      expect([...both].sort(), String(order)).toEqual(['changed', 'forbidden'])
      expect(
        await rows("select 1 from member where organization_id = ? and role = 'owner'", cast.acme.id),
      ).toHaveLength(1)
    }
  })
})

describe('teams', () => {
  test('are of this organization; one that is gone is told, one that goes meanwhile hurts nothing', async () => {
    const theirs = await addTeam(cast.globex, 'Theirs')
    for (const id of [theirs, crypto.randomUUID()])
      expect(
        await refusalOf(change(world, cast.admin, cast.viewer.id, { teamIds: { to: [id] } })),
      ).toMatchObject({
        code: 'invalid_input',
        fields: { team_ids: expect.any(String) },
      })
    const gone = createWorld({ DB: meddledDatabase(() => run('delete from team where id = ?', teams[0])) })
    await change(gone, cast.admin, cast.viewer.id, { teamIds: { to: teams } })
    expect(await membershipOf(cast.viewer.id)).toMatchObject({ team_names: 'Choir' })
  })
})

describe('a change', () => {
  test('is refused to a member, a viewer, an outsider, a foreign id and a read-only key', async () => {
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(change(world, who, cast.viewer.id, toRole('member')))).toEqual({
        code: 'forbidden',
        permission: 'member:manage',
      })
    expect(await refusalOf(change(world, cast.outsider, cast.viewer.id, toRole('member')))).toEqual({
      code: 'not_found',
    })
    for (const id of [cast.viewer.id, crypto.randomUUID()])
      expect(
        await refusalOf(change(world, cast.outsider, id, toRole('member'), freshChange(), 'globex')),
      ).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
    const input = { id: cast.viewer.id, edits: toRole('member'), change: freshChange() }
    const reading = await addApiKey(cast.acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, (ctx) => changeMember(ctx, input)))).toEqual({
      code: 'read_only_key',
    })
    const writing = await addApiKey(cast.acme)
    expect(await withKey(world, writing, (ctx) => changeMember(ctx, input))).toMatchObject({
      kind: 'changed',
    })
  })

  test('pressed twice, also at once, is one event and answers the same', async () => {
    const press = () => change(world, cast.admin, cast.viewer.id, toRole('member'), 'press')
    const events = await written(async () => {
      const both = await Promise.all([press(), press()])
      expect([...both, await press()]).toEqual(Array(3).fill({ kind: 'changed', name: 'Vera Viewer' }))
    })
    expect(events).toHaveLength(1)
  })

  test('by two people in different fields gives both their way, in the same field tells the later one', async () => {
    await change(world, cast.owner, cast.viewer.id, { department: { from: '', to: 'Sales' } })
    expect(await change(world, cast.admin, cast.viewer.id, toRole('member', 'viewer'))).toMatchObject({
      kind: 'changed',
    })
    const late = { department: { from: '', to: 'Legal' }, role: { from: 'viewer', to: 'admin' } }
    expect(await change(world, cast.admin, cast.viewer.id, late)).toMatchObject({
      kind: 'conflict',
      conflicts: ['role', 'department'],
    })
    expect(await membershipOf(cast.viewer.id)).toMatchObject({ role: 'member', department: 'Sales' })
  })

  test.each([
    ['is demoted', "update member set role = 'member' where user_id = ?"],
    ['is deactivated', "update member set status = 'inactive' where user_id = ?"],
    ['is removed', 'delete from member where user_id = ?'],
  ])('by somebody who %s between the trips is refused', async (_, meddling) => {
    const meddled = createWorld({ DB: meddledDatabase(() => run(meddling, cast.admin.id)) })
    expect(await refusalOf(change(meddled, cast.admin, cast.viewer.id, toRole('member')))).toMatchObject({
      code: 'forbidden',
    })
    expect(await rows('select 1 from audit_event')).toEqual([])
  })

  test('of somebody promoted, or removed, between the trips writes nothing', async () => {
    const edits = { department: { to: 'Sales' } }
    const promote = () => run("update member set role = 'owner' where user_id = ?", cast.viewer.id)
    const promoted = createWorld({ DB: meddledDatabase(promote) })
    expect(await refusalOf(change(promoted, cast.admin, cast.viewer.id, edits))).toEqual({
      code: 'member_beyond_own',
    })
    await run("update member set role = 'viewer' where user_id = ?", cast.viewer.id)
    const removed = createWorld({
      DB: meddledDatabase(() => run('delete from member where user_id = ?', cast.viewer.id)),
    })
    expect(await refusalOf(change(removed, cast.admin, cast.viewer.id, edits))).toEqual({ code: 'not_found' })
    expect(await rows('select 1 from audit_event')).toEqual([])
  })

  test('says what is too long, and takes what is just not', async () => {
    const long = (n: number) => ({ department: { to: 'ä'.repeat(n) } })
    expect(await refusalOf(change(world, cast.admin, cast.viewer.id, long(101)))).toMatchObject({
      code: 'invalid_input',
      fields: { department: expect.any(String) },
    })
    expect(await change(world, cast.admin, cast.viewer.id, long(100))).toMatchObject({ kind: 'changed' })
  })
})
