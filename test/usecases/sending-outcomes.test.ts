import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { send } from '../support/acting'
import { addAccount, addCast, addMember, inviteAndMail } from '../support/cast'
import { createWorld, rows, run, START } from '../support/world'

const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind)

test('an invited address gets a pending invitation, a queued delivery, one message and one event', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const [outcome] = await send(world, admin, 'Jane Doe <Jane.Doe@Example.com>', {
    role: 'viewer',
    department: '  Sales\t& more ',
    note: 'Hello\r\nJane',
  })
  expect(outcome).toMatchObject({ kind: 'invited', typed: 'Jane.Doe@Example.com', renewed: false })

  const [invitation] = await rows('select * from invitation')
  expect(invitation).toMatchObject({
    organization_id: acme.id,
    address: 'jane.doe@example.com',
    typed_address: 'Jane.Doe@Example.com',
    role: 'viewer',
    role_shown: 1,
    department: 'Sales & more',
    note: 'Hello\nJane',
    status: 'pending',
    generation: 1,
    first_sent_at: START,
    sent_at: START,
    expires_at: START + 7 * DAY,
    ended_at: null,
    inviter_kind: 'user',
    inviter_id: admin.id,
    inviter_name: 'Ada Admin',
    mail_state: 'queued',
  })
  const deliveries = await rows<{ id: string }>('select id, subject_id, generation, state from delivery')
  expect(deliveries).toEqual([
    { id: expect.any(String), subject_id: invitation?.id, generation: 1, state: 'queued' },
  ])
  expect(world.messages.map(({ body }) => body.delivery)).toEqual(deliveries.map(({ id }) => id))
  const [event, ...more] = await rows<{ detail: string }>('select * from audit_event')
  expect(more).toEqual([])
  expect(event).toMatchObject({
    organization_id: acme.id,
    action: 'invitation.sent',
    actor_kind: 'user',
    actor_id: admin.id,
    actor_name: 'Ada Admin',
    target_kind: 'invitation',
    target_id: invitation?.id,
    target_name: 'Jane.Doe@Example.com',
    at: START,
  })
  expect(JSON.parse(event?.detail ?? '')).toEqual({
    generation: 1,
    role: 'viewer',
    department: 'Sales & more',
    note: 'Hello\nJane',
    language: 'en',
    teams: [],
    expiresAt: START + 7 * DAY,
    before: null,
  })
})

test('a member is not invited again, and the outcome says which member and whether active', async () => {
  const world = createWorld()
  const { acme, admin, member } = await addCast()
  const gone = await addMember(acme, await addAccount('Ina Inactive', 'ina@acme.test'), 'member', 'inactive')
  expect(await send(world, admin, ['MAX.Member@acme.test', 'ina@acme.test'])).toEqual([
    {
      kind: 'already_member',
      address: 'max.member@acme.test',
      typed: 'MAX.Member@acme.test',
      userId: member.id,
      active: true,
    },
    {
      kind: 'already_member',
      address: 'ina@acme.test',
      typed: 'ina@acme.test',
      userId: gone.id,
      active: false,
    },
  ])
  expect(await rows('select id from invitation')).toEqual([])
  expect(world.messages).toEqual([])
})

test('a member of another organization only is invited, and an account that has no organization too', async () => {
  const world = createWorld()
  const { admin, outsider } = await addCast()
  await addAccount('Nina Nowhere', 'nina@example.com')
  expect(kinds(await send(world, admin, [outsider.address, 'nina@example.com']))).toEqual([
    'invited',
    'invited',
  ])
})

test('where accounts are of the organization alone, the same address elsewhere is nobody here', async () => {
  const world = createWorld()
  const { admin } = await addCast({ account_scope: 'own' })
  await addAccount('Max Elsewhere', 'max@example.com')
  expect(kinds(await send(world, admin, ['max@example.com', 'max.member@acme.test']))).toEqual([
    'invited',
    'already_member',
  ])
})

test('an address with a pending invitation keeps it as it is', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await send(world, admin, 'jane@example.com', { department: 'Sales' })
  const before = await rows('select * from invitation')
  world.clock.now += DAY
  expect(await send(world, owner, 'JANE@example.com', { role: 'admin', department: 'Other' })).toEqual([
    {
      kind: 'already_invited',
      address: 'jane@example.com',
      typed: 'JANE@example.com',
      invitationId: before[0]?.id,
    },
  ])
  expect(await rows('select * from invitation')).toEqual(before)
  expect(await rows('select id from delivery')).toHaveLength(1)
  expect(await rows('select id from audit_event')).toHaveLength(1)
})

test('an invitation that awaits approval holds the address, even past its date', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  await send(world, admin, 'jane@example.com')
  await run("update invitation set status = 'awaiting_approval'")
  world.clock.now += 30 * DAY
  expect(kinds(await send(world, admin, 'jane@example.com'))).toEqual(['already_invited'])
})

test('an invitation of another organization does not count here', async () => {
  const world = createWorld()
  const { admin, outsider } = await addCast()
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'jane@example.com', change: 'theirs' },
  })
  expect(kinds(await send(world, admin, 'jane@example.com'))).toEqual(['invited'])
  expect(await rows('select organization_id from invitation')).toHaveLength(2)
})

test.each(['revoked', 'declined'])('a %s address is invited afresh, in a row of its own', async (status) => {
  const world = createWorld()
  const { admin } = await addCast()
  await inviteAndMail(world, admin, 'jane@example.com', { department: 'Sales' })
  await run('update invitation set status = ?, ended_at = ?', status, START)
  const [old] = await rows('select * from invitation')
  world.clock.now += DAY
  expect(await send(world, admin, 'jane@example.com', { department: 'Support' })).toMatchObject([
    { kind: 'invited', renewed: false },
  ])
  const all = await rows('select * from invitation order by created_at')
  expect(all).toHaveLength(2)
  expect(all[0]).toEqual(old)
  expect(all[1]).toMatchObject({
    status: 'pending',
    generation: 1,
    department: 'Support',
    first_sent_at: START + DAY,
  })
})

test('every outcome at once keeps the order typed and stops none of the others', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast({ seat_limit: 9 })
  await addMember(acme, await addAccount('Ina Inactive', 'ina@acme.test'), 'member', 'inactive')
  await send(world, admin, ['pending@example.com', 'expired@example.com', 'revoked@example.com'])
  await run("update invitation set expires_at = ? where address = 'expired@example.com'", START - 1)
  await run("update invitation set status = 'revoked' where address = 'revoked@example.com'")
  await run(
    "insert into delivery (id, organization_id, kind, subject_id, generation, address, content, due_at, quota_day, created_at) select 'd' || value, ?, 'other', 's', value, 'mailed@example.com', '{}', ?, ?, ? from json_each('[1,2,3,4,5]')",
    acme.id,
    START,
    Math.floor(START / DAY),
    START,
  )
  // Four active members and one pending invitation leave four of the nine seats.
  const outcomes = await send(
    world,
    admin,
    [
      'not-an-address',
      'first@example.com',
      'max.member@acme.test',
      'pending@example.com',
      'First@example.com',
      'expired@example.com',
      'ina@acme.test',
      'mailed@example.com',
      'revoked@example.com',
      '@nobody',
      'second@example.com',
      'late@example.com',
      'late@example.com',
      'later@example.com',
    ].join(', '),
  )
  expect(outcomes.map(({ typed, kind }) => `${typed}: ${kind}`)).toEqual([
    'not-an-address: invalid',
    'first@example.com: invited',
    'max.member@acme.test: already_member',
    'pending@example.com: already_invited',
    'First@example.com: listed_twice',
    'expired@example.com: invited',
    'ina@acme.test: already_member',
    'mailed@example.com: over_quota',
    'revoked@example.com: invited',
    '@nobody: invalid',
    'second@example.com: invited',
    'late@example.com: no_seat_left',
    'late@example.com: listed_twice',
    'later@example.com: no_seat_left',
  ])
  expect(
    await rows(
      "select address from invitation where status = 'pending' and sent_at = ? order by address",
      START,
    ),
  ).toEqual(
    ['expired', 'first', 'pending', 'revoked', 'second'].map((name) => ({ address: `${name}@example.com` })),
  )
  expect(outcomes.filter(({ kind }) => kind === 'invalid')).toEqual([
    { kind: 'invalid', typed: 'not-an-address', reason: 'There is no @ in it.' },
    { kind: 'invalid', typed: '@nobody', reason: 'There is nothing before the @.' },
  ])
})
