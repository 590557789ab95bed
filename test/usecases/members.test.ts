import { beforeEach, describe, expect, test } from 'vitest'
import { readOwnMembership, showMember } from '../../src/usecases/members'
import { as, refusalOf, withKey } from '../support/acting'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  addTeam,
  type Cast,
  inviteAndMail,
  newAccount,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { texts } from '../support/html'
import { cookieOf, createWorld, rows, run, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

/** Jane, who came by an invitation with everything in it. */
const addJane = async () => {
  const teams = [await addTeam(cast.acme, 'Night shift'), await addTeam(cast.acme, 'Choir')]
  const fields = { role: 'viewer', department: 'Sales', team: teams }
  const token = tokenIn(await inviteAndMail(world, cast.admin, 'Jane@Example.com', fields))
  world.clock.now = START + 5000
  const cookie = cookieOf(await world.fetch('/accept-invitation', { form: newAccount(token) })) ?? ''
  const [jane] = await rows<{ id: string }>("select id from user where address = 'jane@example.com'")
  return { id: jane?.id ?? '', name: 'Jane Doe', address: 'jane@example.com', cookie, role: 'viewer' }
}

const JANE = {
  name: 'Jane Doe',
  typedAddress: 'Jane@Example.com',
  role: 'viewer',
  roleName: 'Viewer',
  department: 'Sales',
  status: 'active',
  joinedAt: START + 5000,
  inviterName: 'Ada Admin',
  teams: ['Choir', 'Night shift'],
}

describe('one’s own membership', () => {
  test('says role, department, teams, when one joined and by whom', async () => {
    const jane = await addJane()
    expect(await as(world, jane, readOwnMembership)).toEqual({ userId: jane.id, ...JANE })
  })

  test('of who set the organization up names no inviter', async () => {
    expect(await as(world, cast.owner, readOwnMembership)).toMatchObject({
      role: 'owner',
      department: '',
      inviterName: null,
      teams: [],
    })
  })

  test('is another one in each organization', async () => {
    await addMember(cast.globex, cast.viewer, 'admin')
    expect(await as(world, cast.viewer, readOwnMembership)).toMatchObject({ role: 'viewer' })
    expect(await as(world, cast.viewer, readOwnMembership, 'globex')).toMatchObject({ role: 'admin' })
  })

  test('is nothing an API key has', async () => {
    const key = await addApiKey(cast.acme)
    expect(await refusalOf(withKey(world, key, readOwnMembership))).toEqual({ code: 'not_found' })
  })

  test('stands on the page one lands on, for every role', async () => {
    const jane = await addJane()
    const page = await (await world.fetch('/o/acme', { cookie: jane.cookie })).text()
    expect(await texts(page, 'main .person small')).toEqual(['Jane@Example.com'])
    expect(await texts(page, 'main dl dd')).toEqual([
      'Viewer · Sees the organization and their own place in it.',
      'Sales',
      'Choir, Night shift',
      'Mar 1, 2026',
      'Ada Admin',
    ])
    for (const { cookie } of [cast.owner, cast.admin, cast.member, cast.viewer])
      expect((await world.fetch('/o/acme', { cookie })).status).toBe(200)
  })
})

describe('a member', () => {
  test('is shown to whoever may see members, active or not', async () => {
    const jane = await addJane()
    const teams = JANE.teams.map((name) => expect.objectContaining({ name }))
    for (const who of [cast.owner, cast.admin, cast.member])
      expect((await as(world, who, (ctx) => showMember(ctx, jane.id))).member).toEqual({
        userId: jane.id,
        ...JANE,
        teams,
      })
    await run("update member set status = 'inactive' where user_id = ?", jane.id)
    const page = await (
      await world.fetch(`/o/acme/members/${jane.id}`, { cookie: cast.member.cookie })
    ).text()
    expect(await texts(page, 'h1')).toEqual(['Jane Doe Inactive'])
    expect(await texts(page, 'main form, main button')).toEqual([])
  })

  test.each(['read', 'write'] as const)('is shown to a key that may %s', async (access) => {
    const key = await addApiKey(cast.acme, 'admin', access)
    expect(await withKey(world, key, (ctx) => showMember(ctx, cast.owner.id))).toMatchObject({
      member: { role: 'owner' },
    })
  })

  test('is not shown to a viewer, not even themselves', async () => {
    for (const id of [cast.owner.id, cast.viewer.id, crypto.randomUUID()])
      expect(await refusalOf(as(world, cast.viewer, (ctx) => showMember(ctx, id)))).toEqual({
        code: 'forbidden',
        permission: 'member:read',
      })
  })

  test('of another organization, or of none, is not found', async () => {
    const nobody = await addAccount('Nora Nowhere', 'nora@example.com')
    for (const id of [cast.outsider.id, nobody.id, crypto.randomUUID(), '', "' or 1=1 --"])
      expect(await refusalOf(as(world, cast.admin, (ctx) => showMember(ctx, id)))).toEqual({
        code: 'not_found',
      })
    expect(
      await refusalOf(as(world, cast.outsider, (ctx) => showMember(ctx, cast.owner.id), 'globex')),
    ).toEqual({
      code: 'not_found',
    })
  })

  test('shows no team of another organization', async () => {
    const theirs = await addTeam(cast.globex, 'Theirs')
    await addMember(cast.globex, cast.member, 'member')
    await run('insert into member_team values (?, ?, ?)', cast.globex.id, cast.member.id, theirs)
    expect(await as(world, cast.admin, (ctx) => showMember(ctx, cast.member.id))).toMatchObject({
      member: { teams: [] },
    })
  })

  test('is looked at without changing anything', async () => {
    const before = await everyRow()
    await as(world, cast.admin, (ctx) => showMember(ctx, cast.owner.id))
    await as(world, cast.member, readOwnMembership)
    expect(await everyRow()).toEqual(before)
  })
})
