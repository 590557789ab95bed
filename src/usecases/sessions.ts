import { createHmac, randomBytes } from 'node:crypto'
import type { Context } from '../context'
import { hashPassword, verifyPassword } from '../passwords'
import { canonicalAddress } from '../rules/addresses'
import { DAY } from '../rules/dates'
import { normalizePassword } from '../rules/passwords'
import { refuse } from '../rules/refusals'
import { digest, sha256 } from '../rules/tokens'
import { readSession } from '../storage/access'
import type { Attempts } from '../storage/attempts'
import { commitSignIn, commitSignOut, readAccount } from '../storage/sessions'
import { newId } from './changes'

const LIFETIME = 30 * DAY

/** An opaque cookie value and the row that stands for it; only the hash is stored. */
export type NewSession = { secret: string; hash: string; expiresAt: number }

const sessionOf = (secret: string, now: number): NewSession => ({
  secret,
  hash: sha256(secret),
  expiresAt: now + LIFETIME,
})

/** The same change opens the same session, so that a repeated press gets the winner's cookie. */
export const sessionOfChange = (ctx: Context, changeId: string): NewSession =>
  sessionOf(createHmac('sha256', ctx.keys.current.session).update(changeId).digest('base64url'), ctx.now)

export const sessionHash = (secret: string): string => sha256(secret)

/** Failed sign-ins that an address, and a network, may have in a window before they are slowed. */
export const ATTEMPTS = { address: 10, network: 100 }

export const attemptKeys = (ctx: Context, scope: string, address: string, network: string) =>
  [
    digest(ctx.keys.current, 'sign-in', 'address', scope, address),
    digest(ctx.keys.current, 'sign-in', 'network', network),
  ] as const

/** Bursts are stopped before the database is asked. @throws Refused too_many_attempts */
export const limitBursts = async (ctx: Context, network: string): Promise<void> => {
  const { success } = await ctx.signInLimit.limit({ key: digest(ctx.keys.current, 'burst', network) })
  if (!success) refuse({ code: 'too_many_attempts', retryAfterSeconds: 60 })
}

/** @throws Refused too_many_attempts, alike for known and unknown addresses. */
export const checkAttempts = ({ address, network }: Attempts, now: number): void => {
  const over = [
    ...(address.attempts > ATTEMPTS.address ? [address.expiresAt] : []),
    ...(network.attempts > ATTEMPTS.network ? [network.expiresAt] : []),
  ]
  if (over.length > 0)
    refuse({ code: 'too_many_attempts', retryAfterSeconds: Math.ceil((Math.max(...over) - now) / 1000) })
}

export type SignInInput = { scope: string; address: string; password: string; network: string }

/**
 * Signs in with a password. The answer, the work and the round trips are the same for an unknown address,
 * an account without a password and a wrong password.
 * @throws Refused too_many_attempts, wrong_credentials
 */
export const signIn = async (ctx: Context, input: SignInInput): Promise<NewSession> => {
  await limitBursts(ctx, input.network)
  const address = canonicalAddress(input.address)
  const keys = attemptKeys(ctx, input.scope, address, input.network)
  const { account, attempts } = await readAccount(ctx.db, input.scope, address, keys, ctx.now)
  checkAttempts(attempts, ctx.now)
  const password = normalizePassword(input.password)
  const { ok, outdated } = await verifyPassword(password, account?.passwordHash ?? null)
  if (!account || !ok) return refuse({ code: 'wrong_credentials' })
  const session = sessionOf(randomBytes(32).toString('base64url'), ctx.now)
  const event = newId()
  const opened = await commitSignIn(ctx.db, {
    event,
    changeId: event,
    account,
    rehashed: outdated ? await hashPassword(password) : null,
    session,
    attemptKeys: keys,
    now: ctx.now,
  })
  return opened ? session : refuse({ code: 'wrong_credentials' })
}

export const signOut = async (ctx: Context, secret: string): Promise<void> => {
  const event = newId()
  await commitSignOut(ctx.db, { event, changeId: event, hash: sha256(secret), now: ctx.now })
}

/** The account behind a cookie and where it belongs, or null. */
export const whoIs = (ctx: Context, secret: string) => readSession(ctx.db, sha256(secret), ctx.now)
