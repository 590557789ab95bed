import { expect, test } from 'vitest'
import { DAY, MINUTE } from '../../src/rules/dates'
import { send } from '../support/acting'
import { addCast, addTeam, type Cast, invite, inviteAndMail } from '../support/cast'
import { createWorld, linkIn, rows, run, START, type World } from '../support/world'

const LATER = START + 8 * DAY

/** An invitation of Ada's, past its date; `swept` says whether the cron has written that down. */
const expired = async (world: World, { acme, admin }: Cast, swept: boolean) => {
  const team = await addTeam(acme, 'Old team')
  const mail = await inviteAndMail(world, admin, 'jane@example.com', {
    role: 'viewer',
    department: 'Sales',
    note: 'First note',
    team,
  })
  world.clock.now = LATER
  if (swept) await world.cron('*/5 * * * *')
  const [row] = await rows('select id, status from invitation')
  expect(row?.status).toBe(swept ? 'expired' : 'pending')
  return { mail, id: String(row?.id) }
}

test.each([
  ['swept', true],
  ['not yet swept', false],
])('an expired invitation, %s, is renewed in its row and counts as invited', async (_, swept) => {
  const world = createWorld()
  const cast = await addCast()
  const { mail, id } = await expired(world, cast, swept)
  const newTeam = await addTeam(cast.acme, 'New team')
  const outcomes = await send(world, cast.owner, 'JANE@example.com', {
    role: 'admin',
    department: 'Support',
    note: 'Second note',
    teamIds: [newTeam],
  })
  expect(outcomes).toEqual([
    {
      kind: 'invited',
      address: 'jane@example.com',
      typed: 'JANE@example.com',
      waitsUntil: null,
      invitationId: id,
      renewed: true,
    },
  ])
  expect(await rows('select * from invitation')).toMatchObject([
    {
      id,
      address: 'jane@example.com',
      typed_address: 'JANE@example.com',
      status: 'pending',
      generation: 2,
      role: 'admin',
      department: 'Support',
      note: 'Second note',
      first_sent_at: START,
      sent_at: LATER,
      expires_at: LATER + 7 * DAY,
      inviter_id: cast.owner.id,
      inviter_name: 'Olga Owner',
      mail_state: 'queued',
    },
  ])
  expect(await rows('select team_id from invitation_team')).toEqual([{ team_id: newTeam }])

  await world.drain()
  expect(world.mails).toHaveLength(2)
  const [, renewed] = world.mails
  expect(renewed?.text).toContain('Olga Owner')
  expect(renewed?.text).toContain('Second note')
  expect(await (await world.fetch(linkIn(renewed))).text()).toContain('Accept &amp; create account')
  expect(await (await world.fetch(linkIn(mail))).text()).toContain('Invitation replaced')
})

test('the event of a renewal says what the invitation was before', async () => {
  const world = createWorld()
  const cast = await addCast()
  const { id } = await expired(world, cast, true)
  await send(world, cast.owner, 'jane@example.com', { role: 'admin', department: 'Support' })
  const events = await rows<{ detail: string }>(
    "select target_id, actor_id, detail from audit_event where action = 'invitation.renewed'",
  )
  expect(events).toMatchObject([{ target_id: id, actor_id: cast.owner.id }])
  expect(JSON.parse(events[0]?.detail ?? '')).toMatchObject({
    generation: 2,
    role: 'admin',
    before: {
      role: 'viewer',
      department: 'Sales',
      note: 'First note',
      expiresAt: START + 7 * DAY,
      inviter: 'Ada Admin',
      teams: [expect.any(String)],
    },
  })
})

test('an invitation expires at its last millisecond, and until then it is already invited', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, 'jane@example.com')
  world.clock.now = START + 7 * DAY - 1
  expect(await send(world, admin, 'jane@example.com')).toMatchObject([{ kind: 'already_invited' }])
  world.clock.now = START + 7 * DAY
  expect(await send(world, admin, 'jane@example.com')).toMatchObject([{ kind: 'invited', renewed: true }])
})

test('a mail of the expired generation that never left is cancelled by the renewal', async () => {
  const world = createWorld()
  const cast = await addCast()
  await send(world, cast.admin, 'jane@example.com')
  world.clock.now = LATER
  await send(world, cast.admin, 'jane@example.com')
  expect(await rows('select generation, state from delivery order by generation')).toEqual([
    { generation: 1, state: 'cancelled' },
    { generation: 2, state: 'queued' },
  ])
  await world.drain()
  expect(world.mails).toHaveLength(1)
})

test('a renewal takes the lifetime that is set at that moment', async () => {
  const world = createWorld()
  const cast = await addCast()
  await expired(world, cast, false)
  await run('update organization set invitation_lifetime = ? where slug = ?', 3600, 'acme')
  await send(world, cast.admin, 'jane@example.com')
  expect(await rows('select expires_at from invitation')).toEqual([{ expires_at: LATER + 60 * MINUTE }])
})

test('a renewal needs a seat like a new invitation, and without one the row stays as it was', async () => {
  const world = createWorld()
  const cast = await addCast()
  const { id } = await expired(world, cast, false)
  const before = await rows('select * from invitation')
  await run("update organization set seat_limit = 4 where slug = 'acme'")
  expect(await send(world, cast.admin, 'jane@example.com')).toMatchObject([{ kind: 'no_seat_left' }])
  expect(await rows('select * from invitation')).toEqual(before)
  await run("update organization set seat_limit = 5 where slug = 'acme'")
  expect(await send(world, cast.admin, 'jane@example.com')).toMatchObject([
    { kind: 'invited', invitationId: id },
  ])
})

test('two people renewing the same expired invitation at once renew it once', async () => {
  const world = createWorld()
  const cast = await addCast()
  const { id } = await expired(world, cast, false)
  const both = await Promise.all([
    send(world, cast.admin, 'jane@example.com'),
    send(world, cast.owner, 'jane@example.com'),
  ])
  expect(both.map(([outcome]) => outcome?.kind).sort()).toEqual(['already_invited', 'invited'])
  expect(await rows('select id, generation from invitation')).toEqual([{ id, generation: 2 }])
  expect(await rows('select id from delivery where generation = 2')).toHaveLength(1)
  expect(await rows("select id from audit_event where action = 'invitation.renewed'")).toHaveLength(1)
})

test('the page counts a renewal among the invitations sent', async () => {
  const world = createWorld()
  const cast = await addCast()
  await expired(world, cast, true)
  const answer = await invite(world, cast.admin, ['jane@example.com', 'new@example.com'])
  expect(answer.status).toBe(303)
  const page = await world.fetch(answer.headers.get('Location') ?? '', { cookie: cast.admin.cookie })
  expect(await page.text()).toContain('2 invitations sent')
})
