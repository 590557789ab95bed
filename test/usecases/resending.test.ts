import { expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { idOf, resend, revoke, send } from '../support/acting'
import { addCast, addTeam, freshChange, inviteAndMail, newAccount } from '../support/cast'
import { addRole } from '../support/roles'
import { createWorld, linkIn, rows, run, START, tokenIn } from '../support/world'

const JANE = 'jane@example.com'
const page = async (world: ReturnType<typeof createWorld>, link: string) => (await world.fetch(link)).text()

test('resending a pending invitation mails a new link for the lifetime of now, and the resender answers for it', async () => {
  const world = createWorld()
  const { acme, admin, owner } = await addCast()
  const team = await addTeam(acme, 'Red')
  const mail = await inviteAndMail(world, admin, JANE, { role: 'viewer', note: 'Hello', team })
  const id = await idOf(JANE)
  await run('update organization set invitation_lifetime = ?', 3600)
  world.clock.now = START + 2 * DAY

  expect(await resend(world, owner, [id])).toEqual([{ kind: 'done', id, address: JANE, waitsUntil: null }])
  expect(await rows('select * from invitation')).toMatchObject([
    {
      id,
      status: 'pending',
      generation: 2,
      role: 'viewer',
      note: 'Hello',
      first_sent_at: START,
      sent_at: START + 2 * DAY,
      expires_at: START + 2 * DAY + HOUR,
      inviter_id: owner.id,
      inviter_name: 'Olga Owner',
      mail_state: 'queued',
    },
  ])
  expect(await rows('select team_id from invitation_team')).toEqual([{ team_id: team }])
  await world.drain()
  const [first, second, ...more] = world.mails
  expect(more).toEqual([])
  expect(second?.subject).toBe('Olga Owner invites you to join Acme')
  expect(linkIn(second)).not.toBe(linkIn(first))
  expect(await page(world, linkIn(mail))).toContain('Invitation replaced')
  expect(await page(world, linkIn(second))).toContain('Accept &amp; create account')
})

test.each([
  ['swept', true],
  ['not yet swept', false],
])('an expired invitation, %s, is pending again once resent', async (_, swept) => {
  const world = createWorld()
  const { admin } = await addCast()
  const old = await inviteAndMail(world, admin, JANE)
  const id = await idOf(JANE)
  world.clock.now = START + 8 * DAY
  if (swept) await world.cron('*/5 * * * *')
  expect(await page(world, linkIn(old))).toContain('Invitation expired')
  expect(await resend(world, admin, [id])).toMatchObject([{ kind: 'done' }])
  await world.drain()
  expect(await page(world, linkIn(old))).toContain('Invitation replaced')
  expect(await page(world, linkIn(world.mails[1]))).toContain('Accept &amp; create account')
  expect(await rows('select status, expires_at from invitation')).toEqual([
    { status: 'pending', expires_at: START + 15 * DAY },
  ])
})

test('the event of a resending names the resender and what was before', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await send(world, admin, [JANE, 'joe@example.com'])
  world.clock.now = START + DAY
  await run('update invitation set expires_at = ? where address = ?', START, 'joe@example.com')
  await resend(world, owner, [await idOf(JANE), await idOf('joe@example.com')])
  const events = await rows<{ detail: string }>(
    "select * from audit_event where action = 'invitation.resent' order by target_name",
  )
  expect(events).toMatchObject([
    { actor_id: owner.id, target_id: await idOf(JANE), target_name: JANE, at: START + DAY },
    { actor_id: owner.id, target_id: await idOf('joe@example.com') },
  ])
  expect(JSON.parse(events[0]?.detail ?? '')).toEqual({
    generation: 2,
    expiresAt: START + 8 * DAY,
    role: 'member',
    before: { status: 'pending', expiresAt: START + 7 * DAY, inviter: 'Ada Admin' },
  })
  expect(JSON.parse(events[1]?.detail ?? '').before).toEqual({
    status: 'expired',
    expiresAt: START,
    inviter: 'Ada Admin',
  })
})

test('a mail that still waits is cancelled, and only the newest leaves', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, JANE)
  await resend(world, admin, [await idOf(JANE)])
  await resend(world, admin, [await idOf(JANE)])
  await world.drain()
  expect(world.mails).toHaveLength(1)
  expect(await rows('select generation, state from delivery order by generation')).toEqual([
    { generation: 1, state: 'cancelled' },
    { generation: 2, state: 'cancelled' },
    { generation: 3, state: 'sent' },
  ])
  expect(await rows('select mail_state, generation from invitation')).toEqual([
    { mail_state: 'sent', generation: 3 },
  ])
})

test.each(['revoked', 'declined'])('a %s invitation cannot be resent', async (status) => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, JANE)
  const id = await idOf(JANE)
  await run('update invitation set status = ?', status)
  const before = await rows('select * from invitation')
  expect(await resend(world, admin, [id])).toEqual([{ kind: status, id, address: JANE }])
  expect(await rows('select * from invitation')).toEqual(before)
  expect(await rows('select id from delivery')).toHaveLength(1)
  expect(await rows("select id from audit_event where action = 'invitation.resent'")).toEqual([])
})

test('an accepted invitation is neither resent nor revoked, and the outcome names the member', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const mail = await inviteAndMail(world, admin, JANE)
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  const id = await idOf(JANE)
  const [before] = await rows('select * from invitation')
  const outcome = { kind: 'accepted', id, address: JANE, userId: before?.accepted_by }
  expect(await resend(world, admin, [id])).toEqual([outcome])
  expect(await revoke(world, admin, [id])).toEqual([outcome])
  expect(await rows('select * from invitation')).toEqual([before])
  expect(await rows("select id from delivery where kind = 'invitation'")).toHaveLength(1)
})

test('an expired invitation needs a seat to come back; a pending one has its own', async () => {
  const world = createWorld()
  const { admin } = await addCast({ seat_limit: 6 })
  await send(world, admin, ['old1@example.com', 'old2@example.com'])
  await run('update invitation set expires_at = ?', START)
  await send(world, admin, JANE)
  const ids = [await idOf('old1@example.com'), await idOf(JANE), await idOf('old2@example.com')]
  expect((await resend(world, admin, ids)).map(({ kind }) => kind)).toEqual(['done', 'done', 'no_seat_left'])
  expect(await rows('select address, generation from invitation order by address')).toEqual([
    { address: JANE, generation: 2 },
    { address: 'old1@example.com', generation: 2 },
    { address: 'old2@example.com', generation: 1 },
  ])
})

test('a resending without a seat does not use up the quota of the next', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '4' })
  const { admin } = await addCast({ seat_limit: 6 })
  await send(world, admin, ['old@example.com', 'a@example.com'])
  await world.drain()
  await run("update invitation set expires_at = ? where address = 'old@example.com'", START)
  await send(world, admin, 'b@example.com')
  await world.drain()
  const ids = [await idOf('old@example.com'), await idOf('a@example.com'), await idOf('b@example.com')]
  expect(await resend(world, admin, ids)).toMatchObject([
    { kind: 'no_seat_left' },
    { kind: 'done', waitsUntil: null },
    { kind: 'done', waitsUntil: START + DAY / 2 },
  ])
})

test('a mail that was cancelled before it left does not count against the quotas', async () => {
  const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '2', INVITATIONS_PER_DAY: '2' })
  const { admin } = await addCast()
  await send(world, admin, JANE)
  const ids = [await idOf(JANE)]
  for (let n = 0; n < 4; n++) expect(await resend(world, admin, ids)).toMatchObject([{ kind: 'done' }])
  await world.drain()
  expect(world.mails).toHaveLength(1)
  await resend(world, admin, ids)
  await world.drain()
  expect(await resend(world, admin, ids)).toMatchObject([{ kind: 'over_quota' }])
  expect(world.mails).toHaveLength(2)
})

test('resending counts against the quota of the address and of the organization', async () => {
  const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '2', INVITATIONS_PER_DAY: '4' })
  const { admin } = await addCast()
  await send(world, admin, [JANE, 'joe@example.com'])
  await world.drain()
  const ids = [await idOf(JANE), await idOf('joe@example.com')]
  expect(await resend(world, admin, ids.slice(0, 1))).toMatchObject([{ kind: 'done' }])
  await world.drain()
  expect((await resend(world, admin, ids)).map(({ kind }) => kind)).toEqual(['over_quota', 'done'])
  expect(await rows('select id from delivery')).toHaveLength(4)
  world.clock.now += DAY
  expect((await resend(world, admin, ids)).map(({ kind }) => kind)).toEqual(['done', 'done'])
})

test('an invitation with a role beyond the resender’s is left alone, and the others are resent', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, [JANE, 'joe@example.com'])
  await run("update invitation set role = 'owner' where address = ?", JANE)
  const ids = [await idOf(JANE), await idOf('joe@example.com')]
  expect(await resend(world, admin, ids)).toEqual([
    { kind: 'not_grantable', id: ids[0], address: JANE },
    { kind: 'done', id: ids[1], address: 'joe@example.com', waitsUntil: null },
  ])
  expect(await rows('select generation from invitation where address = ?', JANE)).toEqual([{ generation: 1 }])
})

test('a resending pressed twice mails once and answers the same both times, even after a revoke', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, JANE)
  const id = await idOf(JANE)
  const [one, two] = await Promise.all([
    resend(world, admin, [id], 'press'),
    resend(world, admin, [id], 'press'),
  ])
  expect(one).toEqual([{ kind: 'done', id, address: JANE, waitsUntil: null }])
  expect(two).toEqual(one)
  await revoke(world, admin, [id])
  expect(await resend(world, admin, [id], 'press')).toEqual(one)
  expect(await rows('select generation, status from invitation')).toEqual([
    { generation: 2, status: 'revoked' },
  ])
  expect(await rows('select id from delivery')).toHaveLength(2)
})

test('a resending repeated after its role has gained permissions is answered as it was done', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const role = await addRole(acme, 'Greeter')
  await send(world, admin, JANE, { role })
  const id = await idOf(JANE)
  const change = freshChange()
  const done = [{ kind: 'done', id, address: JANE, waitsUntil: null }]
  expect(await resend(world, admin, [id], change)).toEqual(done)
  await run('update role set permissions = ?', '["organization:read","api_key:manage"]')
  expect(await resend(world, admin, [id], change)).toEqual(done)
  expect(await resend(world, admin, [id])).toEqual([{ kind: 'not_grantable', id, address: JANE }])
  expect(await rows('select generation from invitation')).toEqual([{ generation: 2 }])
})

test('a sending repeated after its team was deleted is answered as it was done', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const fields = { teamIds: [await addTeam(acme, 'Red')], change: freshChange() }
  const first = await send(world, admin, JANE, fields)
  expect(first).toMatchObject([{ kind: 'invited' }])
  await run('delete from invitation_team')
  await run('delete from team')
  expect(await send(world, admin, JANE, fields)).toEqual(first)
})

test('two people resending at once leave one live link, and every mail that left says so', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const first = await inviteAndMail(world, admin, JANE)
  const id = await idOf(JANE)
  const kinds = (await Promise.all([resend(world, admin, [id]), resend(world, owner, [id])])).flat()
  expect(kinds.every(({ kind }) => kind === 'done' || kind === 'changed')).toBe(true)
  await world.drain()
  const open = await Promise.all(
    world.mails.map(async (mail) => (await page(world, linkIn(mail))).includes('Accept &amp; create')),
  )
  expect(open.filter(Boolean)).toHaveLength(1)
  expect(open.at(-1)).toBe(true)
  expect(await page(world, linkIn(first))).toContain('Invitation replaced')
})
