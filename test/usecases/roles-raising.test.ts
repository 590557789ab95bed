import { beforeEach, describe, expect, test } from 'vitest'
import {
  CHOOSABLE_PERMISSIONS,
  findRole,
  type Permission,
  permissionsAmong,
} from '../../src/rules/permissions'
import {
  createRole,
  deleteRole,
  editRole,
  showDeletableRole,
  showEditableRole,
} from '../../src/usecases/roles'
import { as, refusalOf } from '../support/acting'
import { addAccount, addCast, addMember, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { addHolder, addRole, rolesOf } from '../support/roles'
import { createWorld, rows, run, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const create = (who: Person, permissions: readonly string[], where = world) =>
  as(where, who, (ctx) =>
    createRole(ctx, { name: `New ${freshChange()}`, description: '', permissions, change: freshChange() }),
  )
const edit = (who: Person, id: string, permissions: readonly string[], where = world) =>
  as(where, who, (ctx) =>
    editRole(ctx, {
      id,
      name: `Edited ${freshChange()}`,
      description: '',
      permissions,
      shown: '',
      change: freshChange(),
    }),
  )
const remove = (who: Person, id: string, successor = '', where = world) =>
  as(where, who, (ctx) => deleteRole(ctx, { id, successor, change: freshChange() }))

/** What a person may do, as the next request will find it. */
const heldBy = async ({ id }: Person): Promise<readonly string[]> => {
  const [found] = await rows<{ role: string; permissions: string | null }>(
    'select m.role, r.permissions from member m left join role r on r.id = m.role where m.user_id = ?',
    id,
  )
  return found?.permissions
    ? (JSON.parse(found.permissions) as string[])
    : (findRole(found?.role ?? '')?.permissions ?? [])
}

const BEYOND = { code: 'role_beyond_own' }

describe('who manages roles but holds not all', () => {
  const HELD: Permission[] = ['member:read', 'role:manage', 'team:manage']
  const lacks = CHOOSABLE_PERMISSIONS.filter(
    (permission) => permission !== 'organization:read' && !HELD.includes(permission),
  )
  let rita: Person
  beforeEach(async () => {
    rita = await addHolder(cast.acme, 'Rita', HELD)
  })
  const own = async () => (await rolesOf(cast.acme)).find(({ name }) => name === 'Role of Rita')?.id ?? ''

  test('makes roles of what they hold', async () => {
    await create(rita, HELD)
    expect((await rolesOf(cast.acme))[0]?.permissions).toBe(
      JSON.stringify(permissionsAmong(['organization:read', ...HELD])),
    )
  })

  test.each(lacks)(
    'neither makes a role with %s, nor adds it to their own or another',
    async (permission) => {
      const other = await addRole(cast.acme, 'Other')
      const before = await everyRow()
      expect(await refusalOf(create(rita, [permission]))).toEqual(BEYOND)
      for (const id of [await own(), other])
        expect(await refusalOf(edit(rita, id, [...HELD, permission]))).toEqual(BEYOND)
      expect(await everyRow()).toEqual(before)
    },
  )

  test.each(lacks)(
    'neither takes %s from a role, nor deletes that, nor sees the forms to do so',
    async (permission) => {
      const more = await addRole(cast.acme, 'More', [permission])
      const before = await everyRow()
      for (const work of [
        () => edit(rita, more, []),
        () => remove(rita, more),
        () => remove(rita, more, 'viewer'),
        () => as(world, rita, async (ctx) => showEditableRole(ctx, more)),
        () => as(world, rita, (ctx) => showDeletableRole(ctx, more)),
      ])
        expect(await refusalOf(work())).toEqual(BEYOND)
      expect(await everyRow()).toEqual(before)
    },
  )

  test.each(['owner', 'admin', 'More'])(
    'does not move themselves to %s by deleting their own role',
    async (to) => {
      const more = await addRole(cast.acme, 'More', ['member:manage'])
      const before = await everyRow()
      expect(await refusalOf(remove(rita, await own(), to === 'More' ? more : to))).toEqual({
        code: 'role_not_grantable',
      })
      expect(await everyRow()).toEqual(before)
    },
  )

  test('may make their own role smaller, and have it gone for less', async () => {
    await edit(rita, await own(), ['role:manage'])
    expect(await heldBy(rita)).toEqual(['organization:read', 'role:manage'])
    const id = (await rolesOf(cast.acme))[0]?.id ?? ''
    await remove(rita, id, 'viewer')
    expect(await heldBy(rita)).toEqual(['organization:read'])
    expect(await refusalOf(create(rita, []))).toEqual({ code: 'forbidden', permission: 'role:manage' })
  })
})

test('an owner’s own right to delete the organization goes into no role', async () => {
  expect(await refusalOf(create(cast.owner, ['organization:delete']))).toMatchObject({
    code: 'invalid_input',
  })
})

describe('two who share a role and edit roles at once', () => {
  const SHARED: Permission[] = ['member:manage', 'role:manage']

  test('never end up with more than they held, whoever is faster', async () => {
    for (const order of merges(1, 1)) {
      await run("delete from member where role not in ('owner', 'admin', 'member', 'viewer')")
      await run('delete from role')
      const shared = await addRole(cast.acme, 'Shared', SHARED)
      const target = await addRole(cast.acme, 'Target')
      const people = await Promise.all(
        ['a', 'b'].map(async (name) =>
          addMember(cast.acme, await addAccount(name, `${name}${freshChange()}@acme.test`), shared),
        ),
      )
      const [first, second] = people
      if (!first || !second) throw new Error('There are two')
      // One takes the right from the role both hold, the other gives that very right to a role of theirs.
      const answers = await interleaved(order, [
        (DB) => outcome(edit(first, shared, ['role:manage'], createWorld({ DB }))),
        (DB) => outcome(edit(second, target, ['member:manage'], createWorld({ DB }))),
      ])
      const held = Object.fromEntries(
        (await rolesOf(cast.acme)).map(({ id, permissions }) => [id, permissions]),
      )
      expect(held[shared]).toBe(JSON.stringify(['organization:read', 'role:manage']))
      if (order[0] === 0) {
        expect(answers).toEqual(['done', { code: 'forbidden', permission: 'role:manage' }])
        expect(held[target]).toBe(JSON.stringify(['organization:read']))
      } else expect(answers).toEqual(['done', 'done'])
    }
  })

  test('cannot give each other what both have just lost', async () => {
    const shared = await addRole(cast.acme, 'Shared', SHARED)
    const hans = await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), shared)
    const less = () =>
      run(
        'update role set permissions = ? where id = ?',
        JSON.stringify(['organization:read', 'role:manage']),
        shared,
      )
    for (const work of [
      (where: World) => create(hans, ['member:manage'], where),
      (where: World) => edit(hans, shared, SHARED, where),
      (where: World) => remove(hans, shared, 'viewer', where),
    ]) {
      await run(
        'update role set permissions = ? where id = ?',
        JSON.stringify(permissionsAmong(['organization:read', ...SHARED])),
        shared,
      )
      const refusal = await refusalOf(work(createWorld({ DB: meddledDatabase(less) })))
      expect(refusal).toEqual({ code: 'forbidden', permission: 'role:manage' })
      expect(await rolesOf(cast.acme)).toHaveLength(1)
      expect(await heldBy(hans)).toEqual(['organization:read', 'role:manage'])
    }
  })
})

describe('a role that is raised between the trips', () => {
  const raise = (id: string) => () =>
    run('update role set permissions = ? where id = ?', JSON.stringify(CHOOSABLE_PERMISSIONS), id)

  test.each([
    ['is not edited', (who: Person, id: string, where: World) => edit(who, id, [], where)],
    ['is not deleted', (who: Person, id: string, where: World) => remove(who, id, '', where)],
    [
      'is not what a deleted one’s holders get',
      (who: Person, id: string, where: World, other: string) => remove(who, other, id, where),
    ],
  ])('%s', async (_, work) => {
    const id = await addRole(cast.acme, 'Small', ['team:manage'])
    const other = await addRole(cast.acme, 'Other', ['team:manage'])
    const hans = await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), other)
    const meddled = createWorld({ DB: meddledDatabase(raise(id)) })
    expect(await refusalOf(work(cast.admin, id, meddled, other))).toEqual({ code: 'changed_meanwhile' })
    expect(await heldBy(hans)).toEqual(['organization:read', 'team:manage'])
    expect(await rolesOf(cast.acme)).toHaveLength(2)
    expect(await rows('select action from audit_event')).toEqual([])
  })
})

/** `done`, or the refusal. */
const outcome = (work: Promise<void>) =>
  work.then(
    () => 'done' as const,
    (error: { refusal: unknown }) => error.refusal,
  )
