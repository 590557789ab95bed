import { v7 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { DAY } from '../../src/rules/dates'
import type { Edits } from '../../src/rules/editing'
import { editInvitation, showEditable } from '../../src/usecases/editing'
import { as, idOf, refusalOf, resend, send, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import { addApiKey, addCast, addTeam, type Cast, freshChange, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { contentFor, edit, termsOf } from '../support/editing'
import { decline, JANE, openings } from '../support/invitee'
import { createWorld, rows, run, START, type World } from '../support/world'

const addRole = async (cast: Cast, name: string, permissions: string[]): Promise<string> => {
  const id = uuid()
  await run(
    'insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, ?, ?)',
    ...[id, cast.acme.id, name, JSON.stringify(permissions), START],
  )
  return id
}

/** Acme with two teams, where Jane is invited as a member of one, and her mail waits. */
const stage = async (columns: Record<string, string | number> = {}) => {
  const world = createWorld()
  const cast = await addCast(columns)
  const [blue, red] = [await addTeam(cast.acme, 'Blue'), await addTeam(cast.acme, 'Red')]
  const fields = { role: 'member', department: 'Sales', note: 'Welcome', teamIds: [blue] }
  await send(world, cast.admin, JANE, fields)
  return { world, ...cast, cast, blue, red, id: await idOf(JANE) }
}

const ALL = (red: string): Edits => ({
  role: { to: 'viewer' },
  department: { to: ' Design ' },
  note: { to: 'Hi\r\nthere' },
  teamIds: { to: [red] },
})

const deliver = async (world: World) => {
  await world.drain()
  return world.mails.at(-1)
}

describe('editing an outstanding invitation', () => {
  test('changes role, department, teams and note, and nothing else', async () => {
    const { world, owner, id, red } = await stage()
    const before = await everyRow()
    expect((await edit(world, owner, id, ALL(red))).kind).toBe('edited')
    expect(await termsOf(id)).toEqual({
      role: 'viewer',
      department: 'Design',
      note: 'Hi\nthere',
      teams: 'Red',
    })
    const after = await everyRow()
    const {
      role: _,
      role_name,
      role_order,
      department,
      department_order,
      team_names,
      teams_order,
      note,
      change_id,
      ...rest
    } = after.invitation?.[0] ?? {}
    expect([role_name, department, team_names, note]).toEqual(['Viewer', 'Design', 'Red', 'Hi\nthere'])
    expect(before.invitation?.[0]).toMatchObject(rest)
    for (const table of ['member', 'team', 'role', 'session', 'organization'])
      expect(after[table]).toEqual(before[table])
    expect(world.messages).toHaveLength(1)
  })

  test('writes down who changed what, and what it was', async () => {
    const { world, acme, owner, id, red } = await stage()
    const events = await written(() => edit(world, owner, id, ALL(red)))
    expect(events).toEqual([
      {
        organization_id: acme.id,
        action: 'invitation.edited',
        ...actor('user', owner.id, 'Olga Owner'),
        ...target('invitation', id, JANE),
        at: START,
        detail: {
          role: 'viewer',
          department: 'Design',
          note: 'Hi\nthere',
          teams: ['Red'],
          before: { role: 'member', department: 'Sales', note: 'Welcome', teams: ['Blue'] },
        },
      },
    ])
  })

  test('names of a role of the organization’s own what people call it, and only what changed', async () => {
    const { world, cast, owner, id } = await stage()
    const own = await addRole(cast, 'Auditor', ['organization:read', 'audit_log:read'])
    const [event] = await written(() =>
      edit(world, owner, id, { role: { to: own }, note: { to: 'Welcome' } }),
    )
    expect(event?.detail).toEqual({ role: 'Auditor', before: { role: 'member' } })
  })

  test('has a mail that waits say the new role and note, and only those', async () => {
    const { world, owner, id, red } = await stage()
    const before = await contentFor(JANE)
    await edit(world, owner, id, ALL(red))
    expect(await contentFor(JANE)).toEqual({ ...before, role: 'viewer', note: 'Hi\nthere' })
    const mail = await deliver(world)
    expect(mail?.text).toContain('join Acme as Viewer')
    expect(mail?.text).toContain('> Hi\n> there')
    expect(mail?.text).not.toContain('Welcome')
  })

  test.each([
    ['has been sent', (world: World) => world.drain()],
    ['is being sent', () => run("update delivery set state = 'sending', attempts = 1")],
    ['was cancelled', () => run("update delivery set state = 'cancelled'")],
    ['was tried before', () => run("update delivery set attempts = 1, reason = 'Busy'")],
  ])('leaves a mail alone that %s', async (_, happen) => {
    const { world, owner, id, red } = await stage()
    await happen(world)
    const before = await rows('select * from delivery')
    expect((await edit(world, owner, id, ALL(red))).kind).toBe('edited')
    expect(await rows('select * from delivery')).toEqual(before)
  })

  test('touches only the mail of the current generation', async () => {
    const { world, owner, id, red } = await stage()
    await resend(world, owner, [id])
    await run("update delivery set state = 'queued' where generation = 1")
    await edit(world, owner, id, ALL(red))
    expect(
      await rows("select generation, content->>'role' as role from delivery order by generation"),
    ).toEqual([
      { generation: 1, role: 'member' },
      { generation: 2, role: 'viewer' },
    ])
  })

  test('leaves the link as it is, which then makes the member that was edited', async () => {
    const { world, owner, id, red } = await stage()
    const { token } = openings(await deliver(world))
    await edit(world, owner, id, ALL(red))
    expect((await world.fetch('/accept-invitation', { form: newAccount(token) })).status).toBe(303)
    expect(
      await rows("select role, department, team_names from member where address = 'jane@example.com'"),
    ).toEqual([{ role: 'viewer', department: 'Design', team_names: 'Red' }])
  })

  test('works on an expired one, which stays expired until it is resent', async () => {
    const { world, owner, id, red } = await stage()
    world.clock.now += 8 * DAY
    const result = await edit(world, owner, id, ALL(red))
    expect(result).toMatchObject({ kind: 'edited', editable: { invitation: { status: 'expired' } } })
    await resend(world, owner, [id])
    expect((await deliver(world))?.text).toContain('as Viewer')
  })

  test.each([
    [
      'accepted',
      async (world: World) => {
        const { token } = openings(await deliver(world))
        await world.fetch('/accept-invitation', { form: newAccount(token) })
      },
      { code: 'invitation_accepted', userId: expect.any(String) },
    ],
    [
      'declined',
      async (world: World) => decline(world, openings(await deliver(world)).token),
      { code: 'invitation_ended', status: 'declined' },
    ],
    [
      'revoked',
      () => run("update invitation set status = 'revoked'"),
      { code: 'invitation_ended', status: 'revoked' },
    ],
  ] as const)('says of one that was %s what happened, and writes nothing', async (_, end, refusal) => {
    const { world, owner, id, red } = await stage()
    await end(world)
    const before = await everyRow()
    for (const edits of [ALL(red), {}])
      expect(await refusalOf(edit(world, owner, id, edits))).toEqual(refusal)
    expect(await refusalOf(as(world, owner, (ctx) => showEditable(ctx, id)))).toEqual(refusal)
    expect(await everyRow()).toEqual(before)
  })

  test('that changes nothing writes nothing, and says so', async () => {
    const { world, owner, id, blue } = await stage()
    const before = await everyRow()
    const same = { role: { to: 'member' }, department: { to: ' Sales' }, teamIds: { to: [blue, blue] } }
    for (const edits of [{}, same]) expect((await edit(world, owner, id, edits)).kind).toBe('unchanged')
    expect(await everyRow()).toEqual(before)
  })

  test('takes only teams that the organization has', async () => {
    const { world, owner, id, globex } = await stage()
    const before = await everyRow()
    for (const teamId of [await addTeam(globex, 'Theirs'), 'no team'])
      expect(await refusalOf(edit(world, owner, id, { teamIds: { to: [teamId] } }))).toEqual({
        code: 'invalid_input',
        fields: { team_ids: 'One of these teams is not there any more.' },
      })
    expect(await everyRow()).toMatchObject({ invitation: before.invitation, audit_event: before.audit_event })
  })

  test('is refused with every mistake at once, and writes nothing', async () => {
    const { world, owner, id } = await stage()
    const before = await everyRow()
    const edits = {
      role: { to: 'emperor' },
      department: { to: 'x'.repeat(101) },
      note: { to: 'x'.repeat(501) },
      teamIds: { to: ['none'] },
    }
    const refusal = await refusalOf(edit(world, owner, id, edits))
    expect(refusal).toMatchObject({ code: 'invalid_input' })
    expect(Object.keys('fields' in refusal ? refusal.fields : {}).sort()).toEqual([
      'department',
      'note',
      'role',
      'team_ids',
    ])
    expect(await everyRow()).toEqual(before)
  })
})

describe('a role', () => {
  test('may be given only by who holds it, the old one as well as the new', async () => {
    const { world, cast, owner, admin, id } = await stage()
    const keys = await addRole(cast, 'Key holder', ['organization:read', 'api_key:manage'])
    const before = await everyRow()
    for (const role of [keys, 'owner'])
      expect(await refusalOf(edit(world, admin, id, { role: { to: role } }))).toEqual({
        code: 'role_not_grantable',
      })
    expect(await everyRow()).toEqual(before)

    expect((await edit(world, owner, id, { role: { to: keys } })).kind).toBe('edited')
    const given = await everyRow()
    for (const edits of [{ role: { to: 'member' } }, { note: { to: 'Mine' } }])
      expect(await refusalOf(edit(world, admin, id, edits))).toEqual({ code: 'role_not_grantable' })
    expect(await refusalOf(as(world, admin, (ctx) => showEditable(ctx, id)))).toEqual({
      code: 'role_not_grantable',
    })
    expect(await everyRow()).toEqual(given)
  })

  test('stays what it is where the organization offers none, and is not mentioned', async () => {
    const { world, owner, id } = await stage({ role_at_sending: 'not_offered', default_role: 'viewer' })
    const result = await edit(world, owner, id, { role: { to: 'admin' }, note: { to: 'Hi' } })
    expect(result.kind).toBe('edited')
    expect(await termsOf(id)).toMatchObject({ role: 'viewer', note: 'Hi' })
    expect(await contentFor(JANE)).toMatchObject({ role: null, note: 'Hi' })
  })

  test('is mentioned as it was when the mail was sent, whatever the organization offers since', async () => {
    const { world, owner, id } = await stage({ role_at_sending: 'not_offered', default_role: 'viewer' })
    await run("update organization set role_at_sending = 'optional'")
    await edit(world, owner, id, { role: { to: 'member' } })
    expect(await rows('select role, role_shown from invitation')).toEqual([{ role: 'member', role_shown: 0 }])
    expect(await contentFor(JANE)).toMatchObject({ role: null })
  })
})

describe('who may edit', () => {
  const change = (id: string) => (ctx: OrganizationContext) =>
    editInvitation(ctx, { id, edits: { note: { to: 'Mine' } }, change: freshChange() })

  test('is neither a member, a viewer nor an outsider', async () => {
    const { world, member, viewer, outsider, id } = await stage()
    const before = await everyRow()
    for (const who of [member, viewer])
      expect(await refusalOf(as(world, who, change(id)))).toEqual({
        code: 'forbidden',
        permission: 'member:manage',
      })
    expect(await refusalOf(as(world, outsider, change(id)))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('finds no invitation of another organization, whatever is wrong with the edit', async () => {
    const { world, outsider, id } = await stage()
    const before = await everyRow()
    expect(await refusalOf(as(world, outsider, change(id), 'globex'))).toEqual({ code: 'not_found' })
    const wrong = (ctx: OrganizationContext) =>
      editInvitation(ctx, { id, edits: { role: { to: 'emperor' } }, change: freshChange() })
    expect(await refusalOf(as(world, outsider, wrong, 'globex'))).toEqual({ code: 'not_found' })
    expect(await refusalOf(as(world, outsider, (ctx) => showEditable(ctx, id), 'globex'))).toEqual({
      code: 'not_found',
    })
    expect(await everyRow()).toEqual(before)
  })

  test('is a key that may write, and none that may only read', async () => {
    const { world, acme, id } = await stage()
    const before = await everyRow()
    const reading = await addApiKey(acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, change(id)))).toEqual({ code: 'read_only_key' })
    expect(await everyRow()).toMatchObject({ invitation: before.invitation })
    const writing = await addApiKey(acme)
    expect((await withKey(world, writing, change(id))).kind).toBe('edited')
    expect(await rows('select actor_kind, actor_name from audit_event order by id desc limit 1')).toEqual([
      { actor_kind: 'api_key', actor_name: 'Product' },
    ])
  })
})
