import { scrypt, timingSafeEqual } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { setupForm } from '../support/setting-up'
import { bursts, PRODUCTION } from '../support/settings'

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  return { ...real, scrypt: vi.fn(real.scrypt), timingSafeEqual: vi.fn(real.timingSafeEqual) }
})
// The worker was loaded before this file, with the real module.
vi.resetModules()
const { addAccount, addCast } = await import('../support/cast')
const { counting } = await import('../support/counting')
const { signIn } = await import('../support/signing-in')
const { createWorld, run } = await import('../support/world')

/** What passkeys are asked to sign is another one each time; its length is not. */
const withoutChance = (text: string): string =>
  text
    .replace(/(challenge&quot;:&quot;)([\w-]+)/, (_, lead: string, random: string) => lead + random.length)
    .replace(/(passkey-challenge=)([\w.-]+)/, (_, lead: string, sealed: string) => lead + sealed.length)

/** What a refused sign-in shows and costs: its answer without the address, its trips, and the work of its passwords. */
const observed = async (address: string) => {
  const world = createWorld(bursts(true))
  const { costOf } = counting(world)
  vi.mocked(scrypt).mockClear()
  vi.mocked(timingSafeEqual).mockClear()
  let answer: unknown
  const cost = await costOf(async () => {
    const response = await signIn(world, { address, password: 'not the password' }, '/sign-in')
    const body = await response.text()
    answer = {
      status: response.status,
      headers: [...response.headers].map(([name, value]) => [name, withoutChance(value)]),
      body: withoutChance(body.replaceAll(address, '…')),
    }
  })
  const work = vi.mocked(scrypt).mock.calls.map(([, , bytes, options]) => ({ bytes, options }))
  const compared = vi
    .mocked(timingSafeEqual)
    .mock.calls.map(([one, other]) => [one.byteLength, other.byteLength])
  return { answer, cost, work, compared }
}

test('an unknown address, an account without a password and a wrong password cannot be told apart', async () => {
  await addCast()
  await addAccount('Ivy Invited', 'ivy@example.com')
  await run('update user set password_hash = null where address = ?', 'ivy@example.com')

  const wrong = await observed('ada.admin@acme.test')
  expect(wrong.answer).toMatchObject({ status: 422 })
  expect(wrong.cost).toEqual({ d1: 2 })
  expect(wrong.work).toEqual([{ bytes: 32, options: expect.objectContaining({ N: 2 ** 14, r: 8, p: 5 }) }])
  expect(wrong.compared).toEqual([[32, 32]])
  expect(await observed('nobody@example.com')).toEqual(wrong)
  expect(await observed('ivy@example.com')).toEqual(wrong)
  expect(await observed('no address at all')).toEqual(wrong)

  // Neither does a wrong password tell that the account asks for more than it.
  await run(
    "insert into authenticator (user_id, secret, confirmed_at, created_at) select id, 'x', 1, 1 from user where address = ?",
    'ada.admin@acme.test',
  )
  await run('delete from sign_in_attempt')
  expect(await observed('ada.admin@acme.test')).toEqual(wrong)
})

test('a slowed address is told the same whether it has an account or not, without the work of a password', async () => {
  await addCast()
  const slowed = async (address: string) => {
    await observed(address)
    await run('update sign_in_attempt set attempts = 10')
    const { answer, cost, work } = await observed(address)
    await run('delete from sign_in_attempt')
    return { answer, cost, work }
  }
  const known = await slowed('ada.admin@acme.test')
  expect(known).toMatchObject({ answer: { status: 429 }, cost: { d1: 2 }, work: [] })
  expect(await slowed('nobody@example.com')).toEqual(known)
})

test('a setup token is compared in constant time, whatever its length', async () => {
  for (const setupToken of [
    '',
    'x',
    PRODUCTION.SETUP_TOKEN,
    `${PRODUCTION.SETUP_TOKEN}${'x'.repeat(1000)}`,
  ]) {
    vi.mocked(timingSafeEqual).mockClear()
    await createWorld(PRODUCTION).fetch('/setup', { form: { ...setupForm({ setupToken }), address: '' } })
    const compared = vi
      .mocked(timingSafeEqual)
      .mock.calls.map(([one, other]) => [one.byteLength, other.byteLength])
    expect(compared).toEqual([[64, 64]])
  }
})
