import { scrypt } from 'node:crypto'
import { expect, test, vi } from 'vitest'

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  return { ...real, scrypt: vi.fn(real.scrypt) }
})
// The worker was loaded before this file, with the real module.
vi.resetModules()
const { counting } = await import('../support/counting')
const { forgot } = await import('../support/accounts')
const { newAccount, PASSWORD } = await import('../support/cast')
const { signingIn } = await import('../support/invitee')
const { addScopes, inviteInto, JANE, JUNE } = await import('../support/scopes')
const { signIn } = await import('../support/signing-in')
const { createWorld } = await import('../support/world')

/** What an action costs: round trips, and passwords worked on. */
const workOf = async (world: ReturnType<typeof createWorld>, action: () => Promise<Response>) => {
  const { costOf } = counting(world)
  vi.mocked(scrypt).mockClear()
  let status = 0
  const cost = await costOf(async () => {
    status = (await action()).status
  })
  return { status, cost, passwords: vi.mocked(scrypt).mock.calls.length }
}

/** The same action for Jane, who has accounts in other scopes, and for June, who has none. */
const compared = async (
  action: (world: ReturnType<typeof createWorld>, address: string, token: string) => Promise<Response>,
) => {
  const found: unknown[] = []
  const world = createWorld()
  const cast = await addScopes()
  for (const address of [JANE, JUNE]) {
    const token = await inviteInto(world, cast.admin, 'acme', address)
    found.push(await workOf(world, () => action(world, address, token)))
  }
  return found
}

test.each<[string, Parameters<typeof compared>[0], number]>([
  ['signing in', (world, address) => signIn(world, { address, password: PASSWORD }), 1],
  ['a forgotten password', (world, address) => forgot(world, address, {}, '/o/acme/forgot-password'), 0],
  ['accepting', (world, _, token) => world.fetch('/accept-invitation', { form: newAccount(token) }), 1],
  [
    'accepting with the password of another scope’s account',
    (world, _, token) => world.fetch('/accept-invitation', { form: signingIn(token) }),
    0,
  ],
])(
  '%s takes as much work whether there is an account in another scope or not',
  async (_, action, passwords) => {
    const [jane, june] = await compared(action)
    expect(jane).toEqual(june)
    expect(jane).toMatchObject({ passwords })
  },
)
