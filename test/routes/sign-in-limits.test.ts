import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { sha256 } from '../../src/rules/tokens'
import { addCast } from '../support/cast'
import { seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, START, type World } from '../support/world'

const OLGA = 'olga.owner@acme.test'

/** A world with the cast, where only what D1 counts slows a sign-in. */
const slowedByD1 = async () => {
  const world = createWorld(bursts(true))
  await addCast()
  return world
}

const attempt = (world: World, fields: Record<string, string> = {}, network = '192.0.2.1') =>
  signIn(world, fields, '/sign-in', { headers: { 'CF-Connecting-IP': network } })

const fail = async (world: World, fields: Record<string, string> = {}, network = '192.0.2.1') =>
  (await attempt(world, { password: 'not the password', ...fields }, network)).status

/** One failure that counts as `n`: the work of that many passwords is not what is tested here. */
const failTimes = async (
  world: World,
  n: number,
  fields: Record<string, string> = {},
  network = '192.0.2.1',
) => {
  await fail(world, fields, network)
  await run('update sign_in_attempt set attempts = ? where attempts = 1', n)
}
const times = (n: number, status: number) => Array.from({ length: n }, () => status)

describe('one address from one network', () => {
  test('is refused at the 11th attempt in 15 minutes, even with the right password, and told when to try again', async () => {
    const world = await slowedByD1()
    for (const status of times(10, 422)) expect(await fail(world)).toBe(status)
    world.clock.now = START + 4 * MINUTE
    const refused = await attempt(world)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe(String(11 * 60))
    expect(cookieOf(refused)).toBeNull()
    expect((await seen(refused)).alert).toBe('There were too many failed sign-ins. Try again in 11 minutes.')
  })

  test('does not affect another address, nor the same one from elsewhere: a stranger keeps nobody out', async () => {
    const world = await slowedByD1()
    await failTimes(world, 10)
    for (let n = 0; n < 3; n++) expect(await fail(world)).toBe(429)
    expect((await attempt(world, { address: OLGA })).status).toBe(303)
    expect((await attempt(world, {}, '198.51.100.7')).status).toBe(303)
  })

  test('counts however the address is written', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9)
    expect(await fail(world, { address: ' ADA.Admin@Acme.TEST' })).toBe(422)
    expect((await attempt(world)).status).toBe(429)
  })

  test('is slowed alike where the address has no account', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9, { address: 'nobody@example.com' })
    expect(await fail(world, { address: 'nobody@example.com' })).toBe(422)
    expect(await fail(world, { address: 'nobody@example.com' })).toBe(429)
  })

  test('is free again when the window has passed, however often it was tried meanwhile', async () => {
    const world = await slowedByD1()
    await failTimes(world, 11)
    world.clock.now = START + 15 * MINUTE - 1
    const last = await attempt(world)
    expect([last.status, last.headers.get('Retry-After')]).toEqual([429, '1'])
    world.clock.now = START + 15 * MINUTE
    expect((await attempt(world)).status).toBe(303)
  })

  test('starts from nothing after a success', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9)
    expect((await attempt(world)).status).toBe(303)
    for (const status of times(10, 422)) expect(await fail(world)).toBe(status)
    expect(await fail(world)).toBe(429)
  })

  test('is not let past the limit by a concurrent burst', async () => {
    const world = await slowedByD1()
    const burst = Array.from({ length: 25 }, () => fail(world))
    expect((await Promise.all(burst)).sort()).toEqual([...times(10, 422), ...times(15, 429)])
  })

  test('stands in D1 as keyed digests only', async () => {
    const world = await slowedByD1()
    await fail(world)
    const counters = JSON.stringify(await rows('select * from sign_in_attempt'))
    expect(counters).not.toMatch(/ada|acme|192\.0\.2/i)
    expect(counters).not.toContain(sha256('192.0.2.1'))
  })
})

test('an address tried from many networks is refused everywhere after 100 attempts in 15 minutes', async () => {
  const world = await slowedByD1()
  await failTimes(world, 99)
  expect(await fail(world, {}, '198.51.100.7')).toBe(422)
  expect((await attempt(world, {}, '203.0.113.9')).status).toBe(429)
  expect((await attempt(world, { address: OLGA }, '203.0.113.9')).status).toBe(303)
  world.clock.now = START + 15 * MINUTE
  expect((await attempt(world, {}, '203.0.113.9')).status).toBe(303)
})

describe('one network', () => {
  test('is refused for every address after 100 attempts in 15 minutes, and no other network is', async () => {
    const world = await slowedByD1()
    await failTimes(world, 99, { address: 'somebody@example.com' })
    expect(await fail(world)).toBe(422)
    const refused = await attempt(world)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, String(15 * 60)])
    expect((await attempt(world, {}, '192.0.2.2')).status).toBe(303)
    world.clock.now = START + 15 * MINUTE
    expect((await attempt(world)).status).toBe(303)
  })

  test('is not used up by successes', async () => {
    const world = await slowedByD1()
    await failTimes(world, 99, { address: 'somebody@example.com' })
    for (let n = 0; n < 3; n++) expect((await attempt(world)).status).toBe(303)
  })

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['2001:db8:1:2::', '2001:0DB8:0001:0002:0:0:0:9'],
  ])('is a /64 of IPv6: %s is %s', async (one, other) => {
    const world = await slowedByD1()
    await failTimes(world, 100, { address: 'somebody@example.com' }, one)
    expect((await attempt(world, {}, other)).status).toBe(429)
  })

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8:1::1', '2001:db8:0:1::1'],
    ['192.0.2.1', '192.0.2.2'],
  ])('is not another one: %s is not %s', async (one, other) => {
    const world = await slowedByD1()
    await failTimes(world, 100, { address: 'somebody@example.com' }, one)
    expect((await attempt(world, {}, other)).status).toBe(303)
  })
})

test('a burst that the rate limit stops is refused before D1 is asked about the account', async () => {
  const world = createWorld(bursts(false))
  await addCast()
  const refused = await signIn(world)
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
  expect(cookieOf(refused)).toBeNull()
  expect((await seen(refused)).alert).toContain('too many failed sign-ins')
  expect(await rows('select * from sign_in_attempt')).toEqual([])
})

test('each network has its own burst', async () => {
  const keys: string[] = []
  const world = createWorld({
    SIGN_IN_LIMIT: { limit: async ({ key }) => ({ success: keys.push(key) > 0 }) },
  })
  for (const network of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) await fail(world, {}, network)
  expect(keys[0]).toBe(keys[1])
  expect(keys[0]).not.toBe(keys[2])
  expect(keys.join()).not.toContain('192.0.2')
})
