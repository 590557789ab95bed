import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { createApiKey } from '../../src/usecases/api-keys'
import { deleteRole } from '../../src/usecases/roles'
import { as, idOf, refusalOf, resend, send } from '../support/acting'
import { written } from '../support/audit'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  type Cast,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
  type Person,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { accept, JANE } from '../support/invitee'
import { addRole, rolesOf } from '../support/roles'
import { createWorld, linkIn, rows, run, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
let role: string
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  role = await addRole(cast.acme, 'Helper', ['member:manage'])
})

const remove = (who: Person, successor = '', where = world, change = freshChange()) =>
  as(where, who, (ctx) => deleteRole(ctx, { id: role, successor, change }))
const hans = async (status = 'active') =>
  addMember(cast.acme, await addAccount('Hans', `hans-${status}@acme.test`), role, status)
const roleOf = async ({ id }: Person) =>
  (await rows('select role, role_name from member where user_id = ?', id))[0]
const needs = (words: RegExp) => ({
  code: 'invalid_input',
  fields: { successor: expect.stringMatching(words) },
})

/** Whatever holds a role that does not exist. */
const stray = () =>
  rows(`select 'member' as what from member where role not in (select id from role) and length(role) > 10
    union all select 'invitation' from invitation where status in ('pending', 'expired')
      and role not in (select id from role) and length(role) > 10
    union all select 'api_key' from api_key where revoked_at is null and role not in (select id from role) and length(role) > 10
    union all select 'organization' from organization where default_role not in (select id from role) and length(default_role) > 10`)

describe('a role is deleted only with a successor while', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a member', () => hans()],
    ['an inactive member', () => hans('inactive')],
    ['an outstanding invitation', () => send(world, cast.admin, JANE, { role })],
    ['an API key', () => addApiKey(cast.acme, role)],
    [
      'the organization’s default',
      () => run('update organization set default_role = ? where id = ?', role, cast.acme.id),
    ],
  ])('%s holds it', async (_, hold) => {
    await hold()
    const before = await everyRow()
    expect(await refusalOf(remove(cast.admin))).toEqual(needs(/Choose/))
    expect(await everyRow()).toEqual(before)
    await remove(cast.admin, 'admin')
    expect(await rolesOf(cast.acme)).toEqual([])
    expect(await stray()).toEqual([])
  })

  test('nobody needs one where all that held it has ended', async () => {
    await invite(world, cast.admin, JANE, { role })
    await world.fetch('/o/acme/invitations/revoke', {
      cookie: cast.admin.cookie,
      form: { id: await idOf(JANE), change: freshChange() },
    })
    await addApiKey(cast.acme, role)
    await run('update api_key set revoked_at = 1')
    await remove(cast.admin)
    expect(await rolesOf(cast.acme)).toEqual([])
    // What has ended keeps its name.
    expect(await rows('select role_name from invitation')).toEqual([{ role_name: 'Helper' }])
    const page = await (await world.fetch('/o/acme/settings/api-keys', { cookie: cast.owner.cookie })).text()
    expect(page).toContain('<td data-label="Acts as">Helper</td>')
  })
})

test('all that hold it get the successor in one change, and it is written down', async () => {
  const [active, inactive] = [await hans(), await hans('inactive')]
  await send(world, cast.admin, [JANE, 'joe@example.com'], { role })
  await addApiKey(cast.acme, role)
  await run('update organization set default_role = ?', role)
  const next = await addRole(cast.acme, 'Next', ['member:manage'])
  const [event] = await written(() => remove(cast.admin, next))
  expect(event).toMatchObject({
    action: 'role.deleted',
    target_name: 'Helper',
    detail: { successor: 'Next', members: 2, invitations: 2, apiKeys: 1, defaultRole: true },
  })
  for (const who of [active, inactive]) expect(await roleOf(who)).toEqual({ role: next, role_name: 'Next' })
  expect(await rows('select distinct role, role_name from invitation')).toEqual([
    { role: next, role_name: 'Next' },
  ])
  expect(await rows('select role from api_key')).toEqual([{ role: next }])
  expect(await rows('select default_role from organization where id = ?', cast.acme.id)).toEqual([
    { default_role: next },
  ])
})

test('neither another organization nor those with another role are touched', async () => {
  await hans()
  const theirs = await addRole(cast.globex, 'Helper', ['member:manage'])
  const ted = await addMember(cast.globex, await addAccount('Ted', 'ted@globex.test'), theirs)
  const before = await everyRow()
  await remove(cast.admin, 'viewer')
  expect(await roleOf(ted)).toEqual({ role: theirs, role_name: 'Helper' })
  expect(await rolesOf(cast.globex)).toHaveLength(1)
  for (const who of [cast.owner, cast.admin, cast.member, cast.viewer])
    expect(await roleOf(who)).toMatchObject({ role: who.role })
  expect((await everyRow()).organization).toEqual(before.organization)
})

describe('a successor', () => {
  test.each(['owner', 'nonsense', 'itself', 'theirs'])('is not %s', async (which) => {
    await hans()
    const theirs = await addRole(cast.globex, 'Theirs')
    const successor = which === 'itself' ? role : which === 'theirs' ? theirs : which
    const before = await everyRow()
    expect(await refusalOf(remove(cast.owner, successor))).toEqual(
      which === 'owner' ? { code: 'role_not_grantable' } : needs(/another role/),
    )
    expect(await everyRow()).toEqual(before)
  })

  test('of an API key manages members', async () => {
    await addApiKey(cast.acme, role)
    const before = await everyRow()
    expect(await refusalOf(remove(cast.owner, 'viewer'))).toEqual(needs(/manage members/))
    expect(await everyRow()).toEqual(before)
  })
})

describe('deleting it while', () => {
  /** In both orders; answers what is there afterwards. */
  const race = async (give: (where: World) => Promise<unknown>, trips: number, successor = '') => {
    const seen: unknown[] = []
    for (const order of merges(trips, 1)) {
      await run("delete from member where role not in ('owner', 'admin', 'member', 'viewer')")
      for (const table of ['invitation_team', 'delivery', 'invitation', 'api_key', 'role'])
        await run(`delete from ${table}`)
      await run("update organization set default_role = 'member'")
      role = await addRole(cast.acme, 'Helper', ['member:manage'])
      const outcome = (work: Promise<unknown>) =>
        work.then(
          (result) => result ?? 'done',
          (error: unknown) => error,
        )
      const answers = await interleaved<unknown>(order, [
        (DB) => outcome(give(createWorld({ DB }))),
        (DB) => outcome(remove(cast.owner, successor, createWorld({ DB }))),
      ])
      expect(await stray(), order.join('')).toEqual([])
      seen.push(answers)
    }
    return seen
  }

  test('somebody is invited with it leaves no invitation without a role', async () => {
    const give = (where: World) => send(where, cast.admin, JANE, { role })
    await race(give, 2)
    await race(give, 2, 'admin')
  })

  test('an invitation with it is resent leaves none without a role', async () => {
    await race(
      async (where) => {
        await send(createWorld(), cast.admin, JANE, { role })
        return resend(where, cast.admin, [await idOf(JANE)])
      },
      2,
      'viewer',
    )
  })

  test('an API key is made with it leaves no key without a role', async () => {
    const give = (where: World) =>
      as(where, cast.owner, (ctx) =>
        createApiKey(ctx, { name: 'Product', role, access: 'write', change: freshChange() }),
      )
    await race(give, 1)
    await race(give, 1, 'admin')
  })

  test('its invitation is accepted leaves no member without a role', async () => {
    for (const order of merges(2, 1)) {
      const address = `jane${order.join('')}@example.com`
      role = await addRole(cast.acme, `Helper ${order.join('')}`, ['member:read'])
      const token = tokenIn(await inviteAndMail(world, cast.admin, address, { role }))
      await interleaved<unknown>(order, [
        (DB) => accept(createWorld({ DB }), newAccount(token)),
        (DB) => remove(cast.owner, 'viewer', createWorld({ DB })),
      ])
      expect(await rows('select role, role_name from member where address = ?', address)).toEqual([
        { role: 'viewer', role_name: 'Viewer' },
      ])
      expect(await stray()).toEqual([])
    }
  })

  test('another deletes it: one is told that it is gone', async () => {
    await hans()
    const answers = await Promise.allSettled([remove(cast.admin, 'viewer'), remove(cast.owner, 'member')])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await rows('select action from audit_event')).toEqual([{ action: 'role.deleted' }])
    expect(await stray()).toEqual([])
  })

  test('its successor is deleted moves nobody to what is gone', async () => {
    const next = await addRole(cast.acme, 'Next')
    const who = await hans()
    for (const order of merges(1, 1)) {
      const answers = await interleaved(order, [
        (DB) => settled(remove(cast.owner, next, createWorld({ DB }))),
        (DB) =>
          settled(
            as(createWorld({ DB }), cast.admin, (ctx) =>
              deleteRole(ctx, { id: next, successor: '', change: freshChange() }),
            ),
          ),
      ])
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
      expect(await stray()).toEqual([])
      await run(
        'insert or ignore into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, 0)',
        next,
        cast.acme.id,
        'Next',
        '["organization:read"]',
      )
      await run(
        'insert or ignore into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, 0)',
        role,
        cast.acme.id,
        'Helper',
        '["organization:read","member:manage"]',
      )
      await run('update member set role = ? where user_id = ?', role, who.id)
    }
  })
})

test('who deletes the role they hold has the successor’s rights at once', async () => {
  const both = await addRole(cast.acme, 'Both', ['member:manage', 'role:manage'])
  const rita = await addMember(cast.acme, await addAccount('Rita', 'rita@acme.test'), both)
  role = both
  const change = freshChange()
  await remove(rita, 'viewer', world, change)
  expect(await roleOf(rita)).toEqual({ role: 'viewer', role_name: 'Viewer' })
  expect(await refusalOf(remove(rita, 'viewer', world, change))).toEqual({
    code: 'forbidden',
    permission: 'role:manage',
  })
})

describe('what is out there already', () => {
  test.each([
    ['optional', 'as Viewer'],
    ['not_offered', 'join Acme.'],
  ])('is mailed with the successor, where mails name a role (%s)', async (at, words) => {
    await run('update organization set role_at_sending = ?, default_role = ?', at, role)
    await invite(world, cast.admin, JANE, { role })
    await remove(cast.owner, 'viewer')
    await world.drain()
    expect(world.mails[0]?.text).toContain(words)
    expect(world.mails[0]?.html).not.toContain('Helper')
  })

  test('is painted anew after its facts were forgotten', async () => {
    const link = linkIn(await inviteAndMail(world, cast.admin, JANE, { role }))
    await world.fetch(link)
    expect((await env.LINKS.list({ prefix: 'facts:' })).keys).toHaveLength(1)
    await remove(cast.owner, 'viewer')
    expect((await env.LINKS.list({ prefix: 'facts:' })).keys).toHaveLength(0)
    expect(await (await world.fetch(link)).text()).toMatch(/as <strong[^>]*>Viewer/)
  })
})

const settled = (work: Promise<void>) =>
  work.then(
    () => 'done',
    (error: unknown) => error,
  )

test('no deletion gives outstanding invitations a role that a second admin has to approve', async () => {
  await run('update organization set policies = ? where id = ?', '{"approvalRoles":["admin"]}', cast.acme.id)
  await send(world, cast.admin, JANE, { role })
  expect(await refusalOf(remove(cast.owner, 'admin'))).toEqual(needs(/second admin’s approval/))
  expect(await rows('select role, status from invitation')).toEqual([{ role, status: 'pending' }])
  await remove(cast.owner, 'member')
  expect(await rows('select role from invitation')).toEqual([{ role: 'member' }])
})
