import { beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { type Permission, permissionsAmong } from '../../src/rules/permissions'
import { createRole, deleteRole, editRole, MAX_ROLES, showDeletableRole } from '../../src/usecases/roles'
import { as, refusalOf, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  type Cast,
  freshChange,
  type Person,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { addRole, rolesOf } from '../support/roles'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

type Of = {
  id?: string
  name?: string
  description?: string
  permissions?: readonly string[]
  shown?: string
  successor?: string
  change?: string
}
const READ: Permission = 'organization:read'

const VERBS = {
  create: (ctx: OrganizationContext, of: Of) =>
    createRole(ctx, { name: 'Helper', description: '', permissions: [], change: freshChange(), ...of }),
  edit: (ctx: OrganizationContext, of: Of) =>
    editRole(ctx, {
      id: '',
      name: 'Helper',
      description: '',
      permissions: [],
      shown: '',
      change: freshChange(),
      ...of,
    }),
  delete: (ctx: OrganizationContext, of: Of) =>
    deleteRole(ctx, { id: '', successor: '', change: freshChange(), ...of }),
}
const verbs = Object.entries(VERBS)
const act = (verb: keyof typeof VERBS, who: Person, of: Of = {}, where = world) =>
  as(where, who, (ctx) => VERBS[verb](ctx, of))

describe.each(verbs)('to %s a role', (name, verb) => {
  const does = (who: Person, of: Of = {}, where = world) => as(where, who, (ctx) => verb(ctx, of))

  test('needs Role: Manage', async () => {
    const id = await addRole(cast.acme, 'Guest')
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(does(who, { id }))).toEqual({ code: 'forbidden', permission: 'role:manage' })
    expect(await refusalOf(does(cast.outsider, { id }))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('is refused to a read-only key, and done by one that may write', async () => {
    const id = await addRole(cast.acme, 'Guest')
    const reading = await addApiKey(cast.acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, (ctx) => verb(ctx, { id })))).toEqual({
      code: 'read_only_key',
    })
    await withKey(world, await addApiKey(cast.acme), (ctx) => verb(ctx, { id }))
    expect(await rows('select actor_kind from audit_event')).toEqual([{ actor_kind: 'api_key' }])
  })

  test('by the same press twice, later or at once, is done once', async () => {
    const id = await addRole(cast.acme, 'Guest')
    const change = freshChange()
    await Promise.all([does(cast.admin, { id, change }), does(cast.admin, { id, change })])
    const after = await everyRow()
    await does(cast.admin, { id, change })
    expect(await everyRow()).toEqual(after)
    expect(after.audit_event).toHaveLength(1)
  })

  test.each([
    ['demoted', () => run("update member set role = 'member' where user_id = ?", cast.admin.id)],
    ['deactivated', () => run("update member set status = 'inactive' where user_id = ?", cast.admin.id)],
  ])('is refused to who is %s between the trips', async (_, meddling) => {
    const id = await addRole(cast.acme, 'Guest')
    const before = await rolesOf(cast.acme)
    const meddled = createWorld({ DB: meddledDatabase(meddling) })
    expect(await refusalOf(does(cast.admin, { id }, meddled))).toEqual({
      code: 'forbidden',
      permission: 'role:manage',
    })
    expect(await rolesOf(cast.acme)).toEqual(before)
    expect(name).toBeTruthy()
  })
})

test.each(verbs.slice(1))(
  'to %s another organization’s role, or a built-in one, finds none',
  async (_, verb) => {
    const theirs = await addRole(cast.globex, 'Theirs')
    const before = await everyRow()
    for (const id of [theirs, 'admin', 'viewer', 'owner', '', 'constructor', "' or 1=1 --"])
      expect(await refusalOf(as(world, cast.owner, (ctx) => verb(ctx, { id })))).toEqual({
        code: 'not_found',
      })
    expect(await everyRow()).toEqual(before)
  },
)

describe('one event is written for', () => {
  const olga = () => ({
    organization_id: cast.acme.id,
    ...actor('user', cast.owner.id, 'Olga Owner'),
    at: START,
  })

  test('a role made, with what it holds in the table’s order', async () => {
    const events = await written(() =>
      act('create', cast.owner, {
        name: '  Help\n desk ',
        description: ' Answers\nquestions ',
        permissions: ['team:manage', 'member:read', 'team:manage'],
      }),
    )
    const [role] = await rolesOf(cast.acme)
    const permissions = [READ, 'member:read', 'team:manage']
    expect(role).toEqual({
      id: expect.any(String),
      name: 'Help desk',
      description: 'Answers questions',
      permissions: JSON.stringify(permissions),
    })
    const detail = { description: 'Answers questions', permissions }
    expect(events).toEqual([
      { ...olga(), action: 'role.created', ...target('role', role?.id, 'Help desk'), detail },
    ])
  })

  test('a role changed, with what has changed alone', async () => {
    const id = await addRole(cast.acme, 'Helper', ['team:manage'])
    const event = (name: string, detail: object) => [
      { ...olga(), action: 'role.changed', ...target('role', id, name), detail },
    ]
    const same = { id, name: 'Helper', permissions: ['team:manage'] }
    expect(await written(() => act('edit', cast.owner, same))).toEqual([])
    expect(await written(() => act('edit', cast.owner, { ...same, name: 'Hand' }))).toEqual(
      event('Hand', { name: 'Hand', before: { name: 'Helper' } }),
    )
    const edit = { id, name: 'Hand', description: 'Helps', permissions: ['member:read'] }
    expect(await written(() => act('edit', cast.owner, edit))).toEqual(
      event('Hand', {
        description: 'Helps',
        permissions: [READ, 'member:read'],
        before: { description: '', permissions: [READ, 'team:manage'] },
      }),
    )
    expect(await rolesOf(cast.acme)).toEqual([
      { id, name: 'Hand', description: 'Helps', permissions: JSON.stringify([READ, 'member:read']) },
    ])
  })

  test('a role that nobody held deleted', async () => {
    const id = await addRole(cast.acme, 'Helper', ['team:manage'])
    const detail = {
      successor: null,
      members: 0,
      invitations: 0,
      apiKeys: 0,
      defaultRole: false,
      before: { description: '', permissions: [READ, 'team:manage'] },
    }
    expect(await written(() => act('delete', cast.owner, { id }))).toEqual([
      { ...olga(), action: 'role.deleted', ...target('role', id, 'Helper'), detail },
    ])
    expect(await rolesOf(cast.acme)).toEqual([])
  })
})

describe('what is wrong with a role is told beside its field:', () => {
  test.each<[Of, string, RegExp]>([
    [{ name: ' ' }, 'name', /Enter a name/],
    [{ name: '\u200b' }, 'name', /Enter a name/],
    [{ name: 'x'.repeat(101) }, 'name', /100/],
    [{ name: 'www.evil.example' }, 'name', /link/],
    [{ name: 'guest' }, 'name', /already/],
    [{ name: 'ADMIN' }, 'name', /already/],
    [{ name: 'Own\u200ber' }, 'name', /already/],
    [{ name: 'ｖiewer' }, 'name', /already/],
    [{ description: 'x'.repeat(201) }, 'description', /200.*201/],
    [{ permissions: ['organization:delete'] }, 'permissions', /cannot hold/],
    [{ permissions: ['everything'] }, 'permissions', /cannot hold/],
  ])('%j', async (of, field, words) => {
    await addRole(cast.acme, 'Guest')
    const id = await addRole(cast.acme, 'Other')
    const before = await everyRow()
    for (const verb of ['create', 'edit'] as const)
      expect(await refusalOf(act(verb, cast.owner, { id, ...of }))).toEqual({
        code: 'invalid_input',
        fields: { [field]: expect.stringMatching(words) },
      })
    expect(await everyRow()).toEqual(before)
  })

  test('all at once', async () => {
    const refusal = await refusalOf(act('create', cast.owner, { name: '', description: 'x'.repeat(201) }))
    expect(refusal).toMatchObject({ fields: { name: expect.any(String), description: expect.any(String) } })
  })

  test('but another organization’s name is free, and one’s own in another case', async () => {
    await addRole(cast.globex, 'Helper')
    await act('create', cast.owner)
    const [role] = await rolesOf(cast.acme)
    await act('edit', cast.owner, { id: role?.id ?? '', name: 'HELPER' })
    expect(await rolesOf(cast.acme)).toMatchObject([{ name: 'HELPER' }])
  })
})

test('a form sent again after its role was deleted brings it not back', async () => {
  const change = freshChange()
  await act('create', cast.admin, { change })
  const [role] = await rolesOf(cast.acme)
  await act('delete', cast.owner, { id: role?.id ?? '' })
  await act('create', cast.admin, { change })
  expect(await rolesOf(cast.acme)).toEqual([])
})

test('a name goes to one of two who make it at once', async () => {
  const answers = await Promise.allSettled(
    ['Helper', 'HELPER'].map((name, at) => act('create', at ? cast.owner : cast.admin, { name })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { refusal: { code: 'invalid_input', fields: { name: expect.stringContaining('already') } } },
  })
})

test(`no race makes more than ${MAX_ROLES} roles`, async () => {
  await addRole(cast.globex, 'Theirs')
  const names = Array.from({ length: MAX_ROLES - 1 }, (_, n) => `Role ${n}`)
  await Promise.all(names.map((name) => addRole(cast.acme, name)))
  const answers = await Promise.allSettled(
    ['One', 'Two', 'Three'].map((name) => act('create', cast.admin, { name })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { refusal: { code: 'invalid_input', fields: { form: expect.stringContaining('50') } } },
  })
  expect(await rolesOf(cast.acme)).toHaveLength(MAX_ROLES)
})

describe('an edit of what somebody else has changed meanwhile', () => {
  test('is refused when the form had shown something else', async () => {
    const id = await addRole(cast.acme, 'Helper', ['team:manage'])
    const shown = JSON.stringify(['Helper', '', [READ, 'team:manage']])
    await act('edit', cast.owner, { id, shown })
    const before = await everyRow()
    expect(await refusalOf(act('edit', cast.admin, { id, shown, description: 'Helps' }))).toEqual({
      code: 'changed_meanwhile',
    })
    expect(await everyRow()).toEqual(before)
  })

  test('is done for one of two at once, and never mixed', async () => {
    for (const order of merges(1, 1)) {
      await run('delete from role')
      const id = await addRole(cast.acme, 'Helper', ['team:manage'])
      const edits = [{ description: 'One', permissions: ['member:read'] }, { description: 'Two' }]
      const answers = await interleaved(
        order,
        edits.map(
          (edit, at) => (DB: D1Database) =>
            act('edit', at ? cast.owner : cast.admin, { id, ...edit }, createWorld({ DB })).then(
              () => 'done',
              (error: unknown) => error,
            ),
        ),
      )
      const winner = answers.indexOf('done')
      expect(winner).toBe(order[0])
      expect(answers[1 - winner]).toMatchObject({ refusal: { code: 'changed_meanwhile' } })
      const held = permissionsAmong([READ, ...(edits[winner]?.permissions ?? [])])
      expect(await rolesOf(cast.acme)).toMatchObject([
        { description: edits[winner]?.description, permissions: JSON.stringify(held) },
      ])
    }
  })
})

test('what is taken from a role is gone for its holders at the next request, and a new name shows with them', async () => {
  const id = await addRole(cast.acme, 'Helper', ['member:manage'])
  const hans = await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), id)
  const status = async () => (await world.fetch('/o/acme/invitations', { cookie: hans.cookie })).status
  expect(await status()).toBe(200)
  await act('edit', cast.owner, { id, name: 'Hand' })
  expect(await status()).toBe(403)
  expect(await rows('select role_name from member where user_id = ?', hans.id)).toEqual([
    { role_name: 'Hand' },
  ])
})

test('the form that deletes a role counts all that hold it', async () => {
  const id = await addRole(cast.acme, 'Helper', ['member:manage'])
  await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), id)
  await addMember(cast.acme, await addAccount('Ida', 'ida@acme.test'), id, 'inactive')
  await addApiKey(cast.acme, id)
  await addApiKey(cast.acme, id)
  await run('update api_key set revoked_at = 1 where id = (select min(id) from api_key)')
  await run('update organization set default_role = ? where id = ?', id, cast.acme.id)
  const { holders } = await as(world, cast.owner, (ctx) => showDeletableRole(ctx, id))
  expect(holders).toEqual({ members: 2, invitations: 0, apiKeys: 1, isDefault: true })
})
