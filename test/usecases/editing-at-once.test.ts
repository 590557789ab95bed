import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { Edits } from '../../src/rules/editing'
import { commitEdit } from '../../src/storage/editing'
import { type Edited, editInvitation } from '../../src/usecases/editing'
import { as, idOf, refusalOf, revoke, send } from '../support/acting'
import { addCast, addTeam, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { edit, termsOf } from '../support/editing'
import { interleaved, merges } from '../support/interleaving'
import { JANE } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

const stage = async () => {
  const world = createWorld()
  const cast = await addCast()
  const [blue, red] = [await addTeam(cast.acme, 'Blue'), await addTeam(cast.acme, 'Red')]
  const fields = { role: 'member', department: 'Sales', note: 'Welcome', teamIds: [blue] }
  await send(world, cast.admin, JANE, fields)
  return { world, ...cast, blue, red, id: await idOf(JANE) }
}

const edits = () =>
  rows<{ detail: string }>("select detail from audit_event where action = 'invitation.edited'")

/** Two people whose steps follow each other in some order. */
const both = (
  order: readonly number[],
  presses: readonly { who: Person; edits: Edits; change: string }[],
  id: string,
) =>
  interleaved(
    order,
    presses.map(
      ({ who, ...input }) =>
        (DB: D1Database) =>
          as(createWorld({ DB }), who, (ctx) => editInvitation(ctx, { id, ...input })),
    ),
  )

// Each reads and commits.
const ORDERS = merges(2, 2)

describe('two people at once', () => {
  test.each(ORDERS.map((order) => [order.join(''), order] as const))(
    'in different fields both get their way, in whatever order: %s',
    async (_, order) => {
      const { admin, owner, id, blue, red } = await stage()
      const results = await both(
        order,
        [
          {
            who: admin,
            change: 'a',
            edits: {
              department: { from: 'Sales', to: 'Design' },
              teamIds: { from: [blue], to: [blue, red] },
            },
          },
          {
            who: owner,
            change: 'b',
            edits: { note: { from: 'Welcome', to: 'Hi' }, teamIds: { from: [blue], to: [] } },
          },
        ],
        id,
      )
      expect(results.map(({ kind }) => kind)).toEqual(['edited', 'edited'])
      expect(await termsOf(id)).toEqual({ role: 'member', department: 'Design', note: 'Hi', teams: 'Red' })
      expect(await edits()).toHaveLength(2)
    },
  )

  const fields = [
    ['role', 'member', ['viewer', 'admin']],
    ['department', 'Sales', ['Design', 'Support']],
  ] as const
  test.each(
    fields.flatMap((field) => ORDERS.map((order) => [field[0], order.join(''), field, order] as const)),
  )(
    'in the same field one gets it and the other is told, in whatever order: %s, %s',
    async (_, __, [field, from, wanted], order) => {
      const { admin, owner, id } = await stage()
      const [first, second] = wanted.map((to): Edits => ({ [field]: { from, to } }))
      const results = await both(
        order,
        [
          { who: admin, change: 'a', edits: first ?? {} },
          { who: owner, change: 'b', edits: second ?? {} },
        ],
        id,
      )
      const won = results.findIndex(({ kind }) => kind === 'edited')
      expect(results[1 - won]).toMatchObject({ kind: 'changed', conflicts: [field] })
      expect((await termsOf(id))?.[field]).toBe(wanted[won])
      expect(await edits()).toHaveLength(1)
    },
  )

  test.each(ORDERS.map((order) => [order.join(''), order] as const))(
    'wanting the same is done once: %s',
    async (_, order) => {
      const { admin, owner, id, blue, red } = await stage()
      const teams: Edits = { teamIds: { from: [blue], to: [red] } }
      const results = await both(
        order,
        [
          { who: admin, change: 'a', edits: teams },
          { who: owner, change: 'b', edits: teams },
        ],
        id,
      )
      expect(results.map(({ kind }) => kind).sort()).toEqual(['edited', 'unchanged'])
      expect(await edits()).toHaveLength(1)
    },
  )

  test.each(ORDERS.map((order) => [order.join(''), order] as const))(
    'the same press twice is one change with one answer: %s',
    async (_, order) => {
      const { admin, id } = await stage()
      const press = { who: admin, change: 'a', edits: { note: { from: 'Welcome', to: 'Hi' } } }
      const results = await both(order, [press, press], id)
      expect(results.map(({ kind }) => kind)).toEqual(['edited', 'edited'])
      expect(await edits()).toHaveLength(1)
    },
  )
})

test('a press repeated later answers as before, though somebody has changed it back since', async () => {
  const { world, admin, owner, id } = await stage()
  const mine: Edits = { note: { from: 'Welcome', to: 'Hi' } }
  const change = freshChange()
  await edit(world, admin, id, mine, change)
  await edit(world, owner, id, { note: { to: 'Welcome' } })
  const before = await everyRow()
  expect((await edit(world, admin, id, mine, change)).kind).toBe('edited')
  expect(await everyRow()).toEqual(before)
})

describe('between reading and committing', () => {
  const meddled = (meddle: () => Promise<unknown>) => createWorld({ DB: meddledDatabase(meddle) })
  const later = (world: World, who: Person, id: string): Promise<Edited> =>
    edit(world, who, id, { role: { from: 'member', to: 'viewer' } })

  test.each([
    ['is demoted', "update member set role = 'member' where user_id = ?"],
    ['is deactivated', "update member set status = 'inactive' where user_id = ?"],
    ['is removed', 'delete from member where user_id = ?'],
  ])('an admin who %s changes nothing', async (_, meddling) => {
    const { admin, id } = await stage()
    const before = await everyRow()
    const world = meddled(() => run(meddling, admin.id))
    expect(await refusalOf(later(world, admin, id))).toEqual({
      code: 'forbidden',
      permission: 'member:manage',
    })
    expect(await everyRow()).toMatchObject({ invitation: before.invitation, audit_event: before.audit_event })
  })

  test('an invitation that is revoked stays as it was', async () => {
    const { world, admin, owner, id } = await stage()
    const refusal = await refusalOf(
      later(
        meddled(() => revoke(world, owner, [id])),
        admin,
        id,
      ),
    )
    expect(refusal).toEqual({ code: 'invitation_ended', status: 'revoked' })
    expect(await termsOf(id)).toMatchObject({ role: 'member' })
    expect(await edits()).toEqual([])
  })

  test('an invitation whose role becomes another is not edited by who saw the one before', async () => {
    const { admin, id } = await stage()
    const world = meddled(() => run("update invitation set role = 'owner'"))
    const result = await edit(world, admin, id, { note: { from: 'Welcome', to: 'Hi' } })
    expect(result).toMatchObject({ kind: 'changed', conflicts: [] })
    expect(await termsOf(id)).toMatchObject({ role: 'owner', note: 'Welcome' })
  })

  test.each(['old', 'new'])('the %s role getting more than was read stops it', async (which) => {
    const { acme, admin, id } = await stage()
    const role = uuid()
    const insert =
      'insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, ?)'
    await run(insert, role, acme.id, 'Helper', '["organization:read"]', START)
    const [from, to] = which === 'old' ? [role, 'viewer'] : ['member', role]
    await run('update invitation set role = ?', from)
    const world = meddled(() => run(`update role set permissions = '["organization:delete"]'`))
    const result = await edit(world, admin, id, { role: { from, to } })
    expect(result.kind).toBe('changed')
    expect(await termsOf(id)).toMatchObject({ role: from })
    expect(await edits()).toEqual([])
  })

  test('the same press is not done again, though it was done and undone', async () => {
    const { world, admin, owner, id } = await stage()
    const mine: Edits = { note: { from: 'Welcome', to: 'Hi' } }
    const late = meddled(async () => {
      await edit(world, admin, id, mine, 'twice')
      await edit(world, owner, id, { note: { to: 'Welcome' } })
    })
    expect((await edit(late, admin, id, mine, 'twice')).kind).toBe('edited')
    expect(await termsOf(id)).toMatchObject({ note: 'Welcome' })
    expect(await edits()).toHaveLength(2)
  })

  test('a team that is deleted falls off, and the rest is done', async () => {
    const { admin, id, blue, red } = await stage()
    const world = meddled(() => run('delete from team where id = ?', red))
    const teams = { from: [blue], to: [red] }
    expect((await edit(world, admin, id, { note: { to: 'Hi' }, teamIds: teams })).kind).toBe('edited')
    expect(await termsOf(id)).toMatchObject({ note: 'Hi', teams: '' })
    const [event] = await edits()
    expect(JSON.parse(event?.detail ?? '')).toMatchObject({ teams: [], before: { teams: ['Blue'] } })
  })
})

test('an edit that is not its organization’s is not committed, whoever asks', async () => {
  const { world, globex, outsider, id } = await stage()
  const before = await everyRow()
  const role = { key: 'owner', name: 'Owner', description: '', permissions: [], builtIn: true }
  const member = { ...role, key: 'member' }
  const changing = {
    changeId: 'forged',
    organizationId: globex.id,
    actor: { kind: 'user' as const, id: outsider.id, name: outsider.name, role },
    now: START,
    seatLimit: 0,
  }
  const committed = await commitEdit(world.env.DB, changing, {
    event: uuid(),
    id,
    plan: { set: { note: 'Mine' }, addTeams: [], removeTeams: [], conflicts: [] },
    was: { note: 'Welcome' },
    roles: { previous: member, next: member },
    awaiting: false,
    approval: null,
  })
  expect(committed).toMatchObject({ found: null, won: false })
  expect(await everyRow()).toEqual(before)
})
