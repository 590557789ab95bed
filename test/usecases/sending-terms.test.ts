import { expect, test } from 'vitest'
import { can, findRole, noRole } from '../../src/rules/permissions'
import { sendInvitations } from '../../src/usecases/sending'
import { as, refusalOf, send, sendInput, withKey } from '../support/acting'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  addTeam,
  inviteAndMail,
  newAccount,
} from '../support/cast'
import { createWorld, linkIn, rows, run, tokenIn } from '../support/world'

const roles = () => rows('select address, role, role_shown from invitation order by address')

test('with the role optional, the posted one counts and an empty one means the default', async () => {
  const world = createWorld()
  const { admin } = await addCast({ role_at_sending: 'optional', default_role: 'viewer' })
  await send(world, admin, 'a@example.com', { role: '' })
  await send(world, admin, 'b@example.com', { role: 'admin' })
  expect(await roles()).toEqual([
    { address: 'a@example.com', role: 'viewer', role_shown: 1 },
    { address: 'b@example.com', role: 'admin', role_shown: 1 },
  ])
})

test('with the role required, sending without one is refused and nothing is sent', async () => {
  const world = createWorld()
  const { admin } = await addCast({ role_at_sending: 'required' })
  expect(await refusalOf(send(world, admin, 'a@example.com', { role: '' }))).toEqual({
    code: 'invalid_input',
    fields: { role: 'Choose a role.' },
  })
  await send(world, admin, 'b@example.com', { role: 'viewer' })
  expect(await roles()).toEqual([{ address: 'b@example.com', role: 'viewer', role_shown: 1 }])
})

test('with the role not offered, a posted one is ignored, and neither mail nor page names any', async () => {
  const world = createWorld()
  const { admin } = await addCast({ role_at_sending: 'not_offered', default_role: 'viewer' })
  const mail = await inviteAndMail(world, admin, 'jane@example.com', { role: 'admin' })
  expect(await roles()).toEqual([{ address: 'jane@example.com', role: 'viewer', role_shown: 0 }])
  expect(mail.html).not.toMatch(/viewer|\bas <strong/i)
  expect(mail.text).not.toMatch(/viewer|Acme as /i)
  // The second opening is painted from what KV remembers of the first.
  for (const opening of [1, 2]) {
    const page = await (await world.fetch(linkIn(mail))).text()
    expect(page, `opening ${opening}`).toContain('Accept &amp; create account')
    expect(page, `opening ${opening}`).not.toMatch(/viewer|role/i)
  }
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  expect(await rows('select role from member where invitation_id is not null')).toEqual([{ role: 'viewer' }])
})

test('where the role is mentioned, mail and page name it', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const mail = await inviteAndMail(world, admin, 'jane@example.com', { role: 'viewer' })
  expect(mail.html).toMatch(/as <strong[^>]*>Viewer<\/strong>/)
  expect(mail.text).toContain('join Acme as Viewer.')
  expect(await (await world.fetch(linkIn(mail))).text()).toContain('Viewer')
})

test.each(['owner', 'admin'] as const)('not even an %s can invite somebody as owner', async (who) => {
  const world = createWorld()
  const cast = await addCast()
  expect(await refusalOf(send(world, cast[who], 'a@example.com', { role: 'owner' }))).toEqual({
    code: 'role_not_grantable',
  })
  expect(await rows('select id from invitation')).toEqual([])
  expect(await rows('select id from audit_event')).toEqual([])
})

test('a default role of owner invites nobody', async () => {
  const world = createWorld()
  const { owner } = await addCast({ role_at_sending: 'not_offered', default_role: 'owner' })
  expect(await refusalOf(send(world, owner, 'a@example.com'))).toEqual({ code: 'role_not_grantable' })
  expect(await rows('select id from invitation')).toEqual([])
})

test('a role that does not exist is refused', async () => {
  const world = createWorld()
  const { owner } = await addCast()
  expect(await refusalOf(send(world, owner, 'a@example.com', { role: 'emperor' }))).toMatchObject({
    code: 'invalid_input',
    fields: { role: 'There is no such role.' },
  })
})

test('who lacks a permission of the admin role can grant it on no path', async () => {
  const world = createWorld()
  const { acme, member } = await addCast()
  const input = sendInput('a@example.com', { role: 'admin' })
  // Everybody who may invite at all holds what an admin holds, so the permission itself is what is missing.
  expect(can(findRole('member') ?? noRole(''), 'member:manage')).toBe(false)
  const refusal = { code: 'forbidden', permission: 'member:manage' }
  expect(await refusalOf(as(world, member, (ctx) => sendInvitations(ctx, input)))).toEqual(refusal)
  const key = await addApiKey(acme, 'member')
  expect(await refusalOf(withKey(world, key, (ctx) => sendInvitations(ctx, input)))).toEqual(refusal)
  expect(await rows('select id from invitation')).toEqual([])
})

test('a note of 500 characters is sent, one of 501 is refused with both numbers', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  expect(await refusalOf(send(world, admin, 'a@example.com', { note: 'x'.repeat(501) }))).toEqual({
    code: 'invalid_input',
    fields: { note: 'A note can have up to 500 characters; this has 501.' },
  })
  const note = `${'🎉'.repeat(499)}x`
  await send(world, admin, 'a@example.com', { note })
  expect(await rows('select note from invitation')).toEqual([{ note }])
})

test('a line break counts as one character, however the browser sends it', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const lines = Array.from({ length: 250 }, () => 'x')
  await send(world, admin, 'a@example.com', { note: `${lines.join('\r\n')}x` })
  expect(await rows('select note from invitation')).toEqual([{ note: `${lines.join('\n')}x` }])
})

test('a department of 100 characters is kept, one of 101 is refused', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  expect(await refusalOf(send(world, admin, 'a@example.com', { department: 'd'.repeat(101) }))).toMatchObject(
    {
      code: 'invalid_input',
      fields: { department: expect.stringContaining('100') },
    },
  )
  await send(world, admin, 'a@example.com', { department: `  ${'d'.repeat(100)}  ` })
  expect(await rows('select department from invitation')).toEqual([{ department: 'd'.repeat(100) }])
})

test('several mistakes are told together, and nothing is sent', async () => {
  const world = createWorld()
  const { admin } = await addCast({ role_at_sending: 'required' })
  const input = { note: 'x'.repeat(501), department: 'd'.repeat(101), role: '' }
  expect(await refusalOf(send(world, admin, '', input))).toMatchObject({
    fields: {
      addresses: 'Enter at least one email address.',
      role: 'Choose a role.',
      note: expect.any(String),
      department: expect.any(String),
    },
  })
})

test('teams of the organization stand on the invitation and, once it is accepted, on the member', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const teams = [await addTeam(acme, 'Red'), await addTeam(acme, 'Blue')].sort()
  const mail = await inviteAndMail(world, admin, 'jane@example.com', { team: [...teams, ...teams] })
  expect(await rows('select team_id from invitation_team order by team_id')).toEqual(
    teams.map((team_id) => ({ team_id })),
  )
  const [event] = await rows<{ detail: string }>(
    "select detail from audit_event where action = 'invitation.sent'",
  )
  expect(JSON.parse(event?.detail ?? '').teams).toEqual(['Blue', 'Red'])
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  expect(await rows('select team_id from member_team order by team_id')).toEqual(
    teams.map((team_id) => ({ team_id })),
  )
})

test('a team of another organization, or one that is gone, is refused and nothing is sent', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  const ours = await addTeam(acme, 'Red')
  for (const other of [await addTeam(globex, 'Theirs'), 'no-such-team', '']) {
    expect(await refusalOf(send(world, admin, 'a@example.com', { teamIds: [ours, other] }))).toMatchObject({
      code: 'invalid_input',
      fields: { team_ids: expect.any(String) },
    })
  }
  expect(await rows('select id from invitation')).toEqual([])
})

test('a read-only key sends nothing, and neither does who has been deactivated', async () => {
  const world = createWorld()
  const { acme } = await addCast()
  const key = await addApiKey(acme, 'admin', 'read')
  expect(
    await refusalOf(withKey(world, key, (ctx) => sendInvitations(ctx, sendInput('a@example.com')))),
  ).toEqual({
    code: 'read_only_key',
  })
  const gone = await addMember(acme, await addAccount('Gina Gone', 'gina@acme.test'), 'admin')
  await run("update member set status = 'inactive' where user_id = ?", gone.id)
  expect(await refusalOf(send(world, gone, 'a@example.com'))).toEqual({ code: 'not_found' })
  expect(await rows('select id from invitation')).toEqual([])
})
