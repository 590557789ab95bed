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
