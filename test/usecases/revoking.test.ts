import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf, resend, revoke, send } from '../support/acting'
import { addCast, inviteAndMail } from '../support/cast'
import { createWorld, linkIn, rows, run, START } from '../support/world'

const JANE = 'jane@example.com'

test('revoking ends an invitation for good: its link, its waiting mail and its place on the list', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const mail = await inviteAndMail(world, admin, JANE)
  const id = await idOf(JANE)
  await resend(world, admin, [id])
  world.clock.now = START + DAY
  expect(await revoke(world, owner, [id])).toEqual([{ kind: 'done', id, address: JANE, waitsUntil: null }])
  expect(await rows('select status, ended_at, generation, inviter_name from invitation')).toEqual([
    { status: 'revoked', ended_at: START + DAY, generation: 2, inviter_name: 'Ada Admin' },
  ])
  expect(await rows('select generation, state from delivery order by generation')).toEqual([
    { generation: 1, state: 'sent' },
    { generation: 2, state: 'cancelled' },
  ])
  await world.drain()
  expect(world.mails).toHaveLength(1)
  expect(await (await world.fetch(linkIn(mail))).text()).toContain('Invitation revoked')
})

test.each([
  ['swept', true],
  ['not yet swept', false],
])('an expired invitation, %s, can be revoked too', async (_, swept) => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, JANE)
  world.clock.now = START + 8 * DAY
  if (swept) await world.cron('*/5 * * * *')
  expect(await revoke(world, admin, [await idOf(JANE)])).toMatchObject([{ kind: 'done' }])
  expect(await rows('select status from invitation')).toEqual([{ status: 'revoked' }])
  const [event] = await rows<{ detail: string }>(
    "select detail from audit_event where action = 'invitation.revoked'",
  )
  expect(JSON.parse(event?.detail ?? '')).toEqual({ before: { status: 'expired', role: 'member' } })
})

test('the event of a revoking says who, whom and what was before', async () => {
  const world = createWorld()
  const { acme, admin, owner } = await addCast()
  await send(world, admin, JANE, { role: 'viewer' })
  const id = await idOf(JANE)
  world.clock.now = START + DAY
  await revoke(world, owner, [id])
  const events = await rows<{ detail: string }>(
    "select * from audit_event where action = 'invitation.revoked'",
  )
  expect(events).toMatchObject([
    {
      organization_id: acme.id,
      actor_kind: 'user',
      actor_id: owner.id,
      actor_name: 'Olga Owner',
      target_kind: 'invitation',
      target_id: id,
      target_name: JANE,
      at: START + DAY,
    },
  ])
  expect(JSON.parse(events[0]?.detail ?? '')).toEqual({ before: { status: 'pending', role: 'viewer' } })
})

test('what is revoked or declined already stays so, and says so', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, [JANE, 'joe@example.com'])
  await run("update invitation set status = 'declined' where address = 'joe@example.com'")
  const ids = [await idOf(JANE), await idOf('joe@example.com')]
  await revoke(world, admin, [await idOf(JANE)])
  const before = await rows('select * from invitation order by address')
  expect((await revoke(world, admin, ids)).map(({ kind }) => kind)).toEqual(['revoked', 'declined'])
  expect(await rows('select * from invitation order by address')).toEqual(before)
  expect(await rows("select id from audit_event where action = 'invitation.revoked'")).toHaveLength(1)
})

test('a revoking pressed twice is one event and answers the same both times', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, JANE)
  const id = await idOf(JANE)
  const both = await Promise.all([revoke(world, admin, [id], 'press'), revoke(world, admin, [id], 'press')])
  const done = [{ kind: 'done', id, address: JANE, waitsUntil: null }]
  expect(both).toEqual([done, done])
  expect(await revoke(world, admin, [id], 'press')).toEqual(both[0])
  expect(await rows("select id from audit_event where action = 'invitation.revoked'")).toHaveLength(1)
})

test('of two people revoking at once one does it, and the other is told it is revoked', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await send(world, admin, JANE)
  const id = await idOf(JANE)
  const both = await Promise.all([revoke(world, admin, [id]), revoke(world, owner, [id])])
  expect(
    both
      .flat()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['done', 'revoked'])
  expect(await rows("select id from audit_event where action = 'invitation.revoked'")).toHaveLength(1)
})

test('resending racing revoking leaves no half state: revoked, with no mail still to come', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await inviteAndMail(world, admin, JANE)
  const id = await idOf(JANE)
  const [[resent], [revoked]] = await Promise.all([resend(world, admin, [id]), revoke(world, owner, [id])])
  expect(revoked).toMatchObject({ kind: 'done' })
  expect(resent?.kind).toMatch(/^(done|revoked)$/)
  await world.drain()
  expect(world.mails).toHaveLength(1)
  expect(await rows('select status from invitation')).toEqual([{ status: 'revoked' }])
  expect(await rows("select id from delivery where state in ('queued', 'sending')")).toEqual([])
})
