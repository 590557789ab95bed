import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { refusalOf, send } from '../support/acting'
import { addAccount, addCast, addMember, type Person } from '../support/cast'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run } from '../support/world'

// The cast of Acme takes four seats.
const list = (count: number, of = 'person') =>
  Array.from({ length: count }, (_, n) => `${of}${n}@example.com`)
const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind)
const times = (count: number, kind: string) => Array.from({ length: count }, () => kind)
const invited = () => rows('select address from invitation order by address')

test('ten addresses on three free seats invite the first three, and seven find no seat', async () => {
  const world = createWorld()
  const { admin } = await addCast({ seat_limit: 7 })
  expect(kinds(await send(world, admin, list(10)))).toEqual([
    ...times(3, 'invited'),
    ...times(7, 'no_seat_left'),
  ])
  expect(await invited()).toEqual(list(3).map((address) => ({ address })))
  expect(await rows('select id from delivery')).toHaveLength(3)
  expect(world.messages).toHaveLength(3)
})

test('addresses that take no seat do not use one up', async () => {
  const world = createWorld()
  const { admin } = await addCast({ seat_limit: 5 })
  const addresses = ['max.member@acme.test', 'bad', 'new@example.com', 'next@example.com']
  expect(kinds(await send(world, admin, addresses))).toEqual([
    'already_member',
    'invalid',
    'invited',
    'no_seat_left',
  ])
})

test('inactive members, ended and expired invitations hold no seat; pending ones do', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast({ seat_limit: 6 })
  await addMember(acme, await addAccount('Ina Inactive', 'ina@acme.test'), 'member', 'inactive')
  expect(kinds(await send(world, admin, list(2)))).toEqual(times(2, 'invited'))
  expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['no_seat_left'])
  await run("update invitation set status = 'revoked' where address = 'person0@example.com'")
  expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['invited'])
  world.clock.now += 8 * DAY
  expect(kinds(await send(world, admin, list(3, 'fresh')))).toEqual([...times(2, 'invited'), 'no_seat_left'])
})

test('an organization without a limit and one with more members than seats', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  expect(kinds(await send(world, admin, list(30)))).toEqual(times(30, 'invited'))
  await run('update organization set seat_limit = 2')
  expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['no_seat_left'])
})

const sendersOf = ({ admin, owner }: { admin: Person; owner: Person }) =>
  Array.from({ length: 12 }, (_, n) => (n % 2 ? admin : owner))

test('no race of many sendings gets past the seats', async () => {
  const world = createWorld()
  const cast = await addCast({ seat_limit: 9 })
  const all = await Promise.all(sendersOf(cast).map((who, n) => send(world, who, list(3, `from${n}-`))))
  expect(all.flatMap(kinds).filter((kind) => kind === 'invited')).toHaveLength(5)
  expect(all.flatMap(kinds).filter((kind) => kind === 'no_seat_left')).toHaveLength(31)
  expect(await invited()).toHaveLength(5)
  expect(await rows('select id from delivery')).toHaveLength(5)
})

test('a seat that is taken between the two trips is not given twice', async () => {
  const { admin, owner } = await addCast({ seat_limit: 5 })
  const DB = meddledDatabase(() => send(createWorld(), owner, 'quick@example.com'))
  expect(kinds(await send(createWorld({ DB }), admin, 'slow@example.com'))).toEqual(['no_seat_left'])
  expect(await invited()).toEqual([{ address: 'quick@example.com' }])
})

test('the organization’s quota lets the first ones through and counts the mails of the last 24 hours', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '4' })
  const { admin } = await addCast()
  const outcomes = await send(world, admin, list(6))
  expect(kinds(outcomes)).toEqual([...times(4, 'invited'), ...times(2, 'over_quota')])
  expect(outcomes[4]).toEqual({
    kind: 'over_quota',
    address: 'person4@example.com',
    typed: 'person4@example.com',
    quota: 'organization',
  })
  expect(await rows('select id from delivery')).toHaveLength(4)
  world.clock.now += DAY - 1
  expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['over_quota'])
  world.clock.now += 1
  expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['invited'])
})

test('the quota of one organization is not that of another', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '1' })
  const { admin, outsider } = await addCast()
  await send(world, admin, 'one@example.com')
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'two@example.com', change: 'theirs' },
  })
  expect(await invited()).toEqual([{ address: 'one@example.com' }, { address: 'two@example.com' }])
})

test('no race of many sendings gets past the organization’s quota', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '7' })
  const cast = await addCast()
  const all = await Promise.all(sendersOf(cast).map((who, n) => send(world, who, list(2, `from${n}-`))))
  expect(all.flatMap(kinds).filter((kind) => kind === 'invited')).toHaveLength(7)
  expect(await rows('select id from delivery')).toHaveLength(7)
  expect(await invited()).toHaveLength(7)
})

test('an address gets no more mails a day than its quota, whichever organization sends them', async () => {
  const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '2' })
  const { admin, outsider } = await addCast()
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'jane@example.com', change: 'theirs' },
  })
  expect(kinds(await send(world, admin, 'jane@example.com'))).toEqual(['invited'])
  await run("update invitation set status = 'revoked' where inviter_id = ?", admin.id)
  const outcomes = await send(world, admin, ['JANE@example.com', 'other@example.com'])
  expect(outcomes[0]).toMatchObject({ kind: 'over_quota', quota: 'address' })
  expect(outcomes[1]).toMatchObject({ kind: 'invited' })
  world.clock.now += DAY
  expect(kinds(await send(world, admin, 'jane@example.com'))).toEqual(['invited'])
})

test('an address over its quota leaves its seat and its place in the quota to the next one', async () => {
  const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '1', INVITATIONS_PER_DAY: '2' })
  const { admin } = await addCast({ seat_limit: 5 })
  await send(world, admin, 'jane@example.com')
  await run("update invitation set status = 'revoked'")
  expect(kinds(await send(world, admin, ['jane@example.com', 'next@example.com']))).toEqual([
    'over_quota',
    'invited',
  ])
})

test('a limit of 0 is no limit', async () => {
  const world = createWorld({ INVITATIONS_PER_DAY: '0', MAILS_PER_ADDRESS_PER_DAY: '0' })
  const { admin } = await addCast()
  for (let n = 0; n < 8; n++) {
    expect(kinds(await send(world, admin, 'jane@example.com'))).toEqual(['invited'])
    await run("update invitation set status = 'revoked'")
  }
})

test('a hundred addresses are sent; one more is refused with both numbers and nothing is sent', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  expect(await refusalOf(send(world, admin, list(101)))).toEqual({
    code: 'too_many_addresses',
    given: 101,
    limit: 100,
  })
  expect(await invited()).toEqual([])
  expect(kinds(await send(world, admin, list(100)))).toEqual(times(100, 'invited'))
  expect(await invited()).toHaveLength(100)
  expect(world.messages).toHaveLength(100)
})
