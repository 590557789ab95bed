import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { addCast } from '../support/cast'
import { seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { signIn } from '../support/signing-in'
import { createWorld, rows, run, START, type World } from '../support/world'

const OLGA = 'olga.owner@acme.test'
const wrong = { password: 'not the password' }

/** A world with the cast, where only what D1 counts slows a sign-in. */
const slowedByD1 = async () => {
  const world = createWorld(bursts(true))
  await addCast()
  return world
}

const from = (network: string) => ({ headers: { 'CF-Connecting-IP': network } })

const fail = async (world: World, fields: Record<string, string> = {}, network = '192.0.2.1') =>
  (await signIn(world, { ...wrong, ...fields }, '/sign-in', from(network))).status

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

describe('by address', () => {
  test('the 11th attempt in 15 minutes is refused, even with the right password, and says when to try again', async () => {
    const world = await slowedByD1()
    for (const status of times(10, 422)) expect(await fail(world)).toBe(status)
    world.clock.now = START + 4 * MINUTE
    const refused = await signIn(world)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe(String(11 * 60))
    expect(refused.headers.get('Set-Cookie')).toBeNull()
    expect((await seen(refused)).alert).toBe('There were too many failed sign-ins. Try again in 11 minutes.')
  })

  test('another address is not affected', async () => {
    const world = await slowedByD1()
    await failTimes(world, 12)
    expect((await signIn(world, { address: OLGA })).status).toBe(303)
  })

  test('another writing of the address counts as the same, and so does another network', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9)
    expect(await fail(world, { address: ' ADA.Admin@Acme.TEST' }, '198.51.100.7')).toBe(422)
    expect((await signIn(world, {}, '/sign-in', from('203.0.113.9'))).status).toBe(429)
  })

  test('an address that has no account is slowed alike', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9, { address: 'nobody@example.com' })
    expect(await fail(world, { address: 'nobody@example.com' })).toBe(422)
    expect(await fail(world, { address: 'nobody@example.com' })).toBe(429)
  })

  test('the window passes by the clock, however often it was tried meanwhile', async () => {
    const world = await slowedByD1()
    await failTimes(world, 11)
    world.clock.now = START + 15 * MINUTE - 1
    const last = await signIn(world)
    expect([last.status, last.headers.get('Retry-After')]).toEqual([429, '1'])
    world.clock.now = START + 15 * MINUTE
    expect((await signIn(world)).status).toBe(303)
  })

  test('a success clears the count', async () => {
    const world = await slowedByD1()
    await failTimes(world, 9)
    expect((await signIn(world)).status).toBe(303)
    await failTimes(world, 9)
    expect(await fail(world)).toBe(422)
    expect(await fail(world)).toBe(429)
  })

  test('a concurrent burst does not get past the limit', async () => {
    const world = await slowedByD1()
    const burst = Array.from({ length: 25 }, () => signIn(world, wrong))
    const statuses = (await Promise.all(burst)).map(({ status }) => status).sort()
    expect(statuses).toEqual([...times(10, 422), ...times(15, 429)])
  })

  test('neither address nor network stands in D1, only keyed digests', async () => {
    const world = await slowedByD1()
    await fail(world)
    const counters = await rows('select * from sign_in_attempt')
    expect(counters).toHaveLength(2)
    expect(JSON.stringify(counters)).not.toMatch(/ada|acme|192\.0\.2/i)
  })
})

describe('by network', () => {
  test('after 100 failures in 15 minutes every address is refused there, and nowhere else', async () => {
    const world = await slowedByD1()
    await failTimes(world, 99, { address: 'somebody@example.com' })
    expect(await fail(world)).toBe(422)
    const refused = await signIn(world, {}, '/sign-in', from('192.0.2.1'))
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, String(15 * 60)])
    expect((await signIn(world, {}, '/sign-in', from('192.0.2.2'))).status).toBe(303)
    world.clock.now = START + 15 * MINUTE
    expect((await signIn(world, {}, '/sign-in', from('192.0.2.1'))).status).toBe(303)
  })

  test('successes do not use a network up', async () => {
    const world = await slowedByD1()
    for (let i = 0; i < 3; i++) await signIn(world, {}, '/sign-in', from('192.0.2.1'))
    expect(await rows('select attempts from sign_in_attempt')).toEqual([{ attempts: 0 }])
  })

  const counters = async () =>
    (await rows<{ attempts: number }>('select attempts from sign_in_attempt order by attempts desc')).map(
      ({ attempts }) => attempts,
    )

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['2001:db8:1:2::', '2001:0DB8:0001:0002:0:0:0:9'],
  ])('%s and %s are one network: the same /64 of IPv6', async (one, other) => {
    const world = await slowedByD1()
    for (const [n, network] of [one, other].entries()) await fail(world, { address: `a${n}@x.test` }, network)
    expect(await counters()).toEqual([2, 1, 1])
  })

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['192.0.2.1', '192.0.2.2'],
  ])('%s and %s are two networks', async (one, other) => {
    const world = await slowedByD1()
    for (const [n, network] of [one, other].entries()) await fail(world, { address: `a${n}@x.test` }, network)
    expect(await counters()).toEqual([1, 1, 1, 1])
  })
})

test('a burst that the rate limit stops is refused before D1 is asked about the account', async () => {
  const world = createWorld(bursts(false))
  await addCast()
  const refused = await signIn(world)
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
  expect(refused.headers.get('Set-Cookie')).toBeNull()
  expect((await seen(refused)).alert).toContain('too many failed sign-ins')
  expect(await rows('select * from sign_in_attempt')).toEqual([])
})

test('each network has its own burst', async () => {
  const keys: string[] = []
  const world = createWorld({
    SIGN_IN_LIMIT: { limit: async ({ key }) => ({ success: keys.push(key) > 0 }) },
  })
  for (const network of ['192.0.2.1', '192.0.2.1', '192.0.2.2'])
    await signIn(world, wrong, '/sign-in', from(network))
  expect(keys[0]).toBe(keys[1])
  expect(keys[0]).not.toBe(keys[2])
  expect(keys.join()).not.toContain('192.0.2')
})
