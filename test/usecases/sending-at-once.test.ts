import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { revokeInvitations } from '../../src/usecases/invitations'
import { as, send } from '../support/acting'
import { addCast, addTeam, freshChange, inviteAndMail, newAccount } from '../support/cast'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, tokenIn } from '../support/world'

const list = (count: number) => Array.from({ length: count }, (_, n) => `person${n}@example.com`)

/** How many rows there are of everything that a sending makes. */
const made = async () => ({
  invitations: (await rows('select id from invitation')).length,
  deliveries: (await rows('select id from delivery')).length,
  events: (await rows("select id from audit_event where action = 'invitation.sent'")).length,
})

test('two people sending the same list at the same moment make one invitation, mail and event an address', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const both = await Promise.all([send(world, admin, list(20)), send(world, owner, list(20).reverse())])
  expect(await made()).toEqual({ invitations: 20, deliveries: 20, events: 20 })
  expect(world.messages).toHaveLength(20)
  const invited = both.map((outcomes) => outcomes.filter(({ kind }) => kind === 'invited').length)
  const told = both.map((outcomes) => outcomes.filter(({ kind }) => kind === 'already_invited').length)
  expect(invited.reduce((sum, n) => sum + n)).toBe(20)
  expect(told.reduce((sum, n) => sum + n)).toBe(20)
  await world.drain()
  expect(world.mails.map(({ to }) => to).sort()).toEqual(list(20).sort())
})

test('a press that reads before another one commits finds its addresses already invited', async () => {
  const calm = createWorld()
  const { admin, owner } = await addCast()
  const DB = meddledDatabase(() => send(calm, owner, ['a@example.com', 'b@example.com']))
  const outcomes = await send(createWorld({ DB }), admin, ['a@example.com', 'c@example.com', 'b@example.com'])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['already_invited', 'invited', 'already_invited'])
  expect(await made()).toEqual({ invitations: 3, deliveries: 3, events: 3 })
})

test.each([
  ['one after the other', false],
  ['at the same moment', true],
])('a double press, %s, sends once and answers the same both times', async (_, together) => {
  const world = createWorld()
  const { admin } = await addCast()
  const press = () =>
    send(world, admin, ['max.member@acme.test', 'a@example.com', 'b@example.com', 'nonsense'], {
      change: 'one-press',
    })
  const first = press()
  if (!together) await first
  const second = press()
  expect(await second).toEqual(await first)
  expect((await first).map(({ kind }) => kind)).toEqual(['already_member', 'invited', 'invited', 'invalid'])
  expect(await made()).toEqual({ invitations: 2, deliveries: 2, events: 2 })
  expect(new Set(world.messages.map(({ body }) => body.delivery)).size).toBe(2)
})

test('a renewal pressed twice is renewed once and answered the same both times', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, 'a@example.com')
  world.clock.now += 8 * DAY
  const press = () => send(world, admin, 'a@example.com', { change: 'one-press' })
  const first = await press()
  expect(first).toMatchObject([{ kind: 'invited', renewed: true }])
  expect(await press()).toEqual(first)
  expect(await rows('select generation from invitation')).toEqual([{ generation: 2 }])
})

test('a press with other words under the same change id is another intent', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await send(world, admin, 'a@example.com', { change: 'same' })
  expect(await send(world, admin, 'b@example.com', { change: 'same' })).toMatchObject([{ kind: 'invited' }])
  expect(await send(world, owner, 'c@example.com', { change: 'same' })).toMatchObject([{ kind: 'invited' }])
  expect(await made()).toEqual({ invitations: 3, deliveries: 3, events: 3 })
})

test('a press repeated after a revoke invites nobody again and gets the first answer', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const press = () => send(world, admin, ['a@example.com', 'b@example.com'], { change: 'one-press' })
  const first = await press()
  const [row] = await rows<{ id: string }>("select id from invitation where address = 'a@example.com'")
  await as(world, admin, (ctx) => revokeInvitations(ctx, { ids: [row?.id ?? ''], change: freshChange() }))
  expect(await press()).toEqual(first)
  expect(await rows('select address, status from invitation order by address')).toEqual([
    { address: 'a@example.com', status: 'revoked' },
    { address: 'b@example.com', status: 'pending' },
  ])
  expect(await made()).toEqual({ invitations: 2, deliveries: 2, events: 2 })
})

test('a press repeated after the invitee has accepted gets the first answer', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const mail = await inviteAndMail(world, admin, 'jane@example.com', { change: 'one-press', role: 'member' })
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  expect(await rows('select status from invitation')).toEqual([{ status: 'accepted' }])
  expect(await send(world, admin, 'jane@example.com', { change: 'one-press', role: 'member' })).toMatchObject(
    [{ kind: 'invited' }],
  )
})

test('a press repeated after its invitation was revoked and the address invited afresh still gets its first answer', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  const press = () => send(world, admin, 'a@example.com', { change: 'one-press' })
  const first = await press()
  await run("update invitation set status = 'revoked'")
  await send(world, owner, 'a@example.com')
  expect(await press()).toEqual(first)
  expect(await made()).toEqual({ invitations: 2, deliveries: 2, events: 2 })
})

test('an address revoked between the two trips of a renewal is not brought back, and the others are sent', async () => {
  const calm = createWorld()
  const { acme, admin } = await addCast()
  await addTeam(acme, 'Team')
  await send(calm, admin, 'a@example.com')
  const DB = meddledDatabase(() => run("update invitation set status = 'revoked'"))
  const world = createWorld({ DB })
  world.clock.now = calm.clock.now + 8 * DAY
  const outcomes = await send(world, admin, ['a@example.com', 'b@example.com'])
  expect(outcomes.map(({ kind }) => kind)).toEqual(['not_sent', 'invited'])
  expect(await rows("select status, generation from invitation where address = 'a@example.com'")).toEqual([
    { status: 'revoked', generation: 1 },
  ])
})

test('a renewal that comes too late for somebody else’s newer one renews nothing', async () => {
  const calm = createWorld()
  const { admin, owner } = await addCast()
  await send(calm, admin, 'a@example.com')
  calm.clock.now += 8 * DAY
  const world = createWorld({ DB: meddledDatabase(() => send(calm, owner, 'a@example.com')) })
  // By the slower clock even the newer invitation is past its date.
  world.clock.now = calm.clock.now + 8 * DAY
  expect(await send(world, admin, 'a@example.com')).toMatchObject([{ kind: 'not_sent' }])
  expect(await rows('select generation, inviter_name from invitation')).toEqual([
    { generation: 2, inviter_name: 'Olga Owner' },
  ])
})
