import { createHmac, randomBytes } from 'node:crypto'
import type { Context } from '../context'
import { hashPassword, verifyPassword } from '../passwords'
import { canonicalAddress } from '../rules/addresses'
import { attemptWait } from '../rules/attempts'
import { DAY } from '../rules/dates'
import { normalizePassword } from '../rules/passwords'
import { refuse } from '../rules/refusals'
import { digest, sha256 } from '../rules/tokens'
import { readSession } from '../storage/access'
import type { AttemptKeys } from '../storage/attempts'
import { commitSignIn, commitSignOut, readAccount, type SessionRow } from '../storage/sessions'
import { type Intent, newId } from './changes'

const LIFETIME = 30 * DAY

/** An opaque cookie value and the row that stands for it; only the hash is stored. */
export type NewSession = SessionRow & { secret: string }

/** How a session begins: by default with the account's password. */
type Beginning = Partial<Pick<SessionRow, 'own' | 'method' | 'secondFactor' | 'expiresAt'>>

const sessionOf = (ctx: Context, secret: string, beginning: Beginning = {}): NewSession => ({
  secret,
  hash: sha256(secret),
  expiresAt: ctx.now + LIFETIME,
  own: true,
  method: 'password',
  secondFactor: null,
  ...ctx.device,
  ...beginning,
})

/** The same intent opens the same session, so that a repeated press gets the winner's cookie. */
export const sessionOfIntent = (ctx: Context, { secret }: Intent, beginning?: Beginning): NewSession =>
  sessionOf(ctx, createHmac('sha256', ctx.keys.current.session).update(secret).digest('base64url'), beginning)

/** A session of its own, however often what opens it is repeated. */
export const newSession = (ctx: Context, beginning?: Beginning): NewSession =>
  sessionOf(ctx, randomBytes(32).toString('base64url'), beginning)

export const sessionHash = (secret: string): string => sha256(secret)

const countersOf = (ctx: Context, tried: string, target: readonly string[], network: string): AttemptKeys => {
  const key = (...parts: string[]) => digest(ctx.keys.current, tried, ...parts)
  return {
    pair: key('pair', ...target, network),
    address: key('address', ...target),
    network: key('network', network),
  }
}

/** Whom a sign-in is tried for: an account scope's address, or the link or account that stands for it. */
export const attemptKeys = (ctx: Context, kind: string, target: string, network: string): AttemptKeys =>
  countersOf(ctx, 'sign-in', [kind, target], network)

/**
 * To whom anybody can have a mail sent: an account scope's address, since who asks in another scope may mail nobody and
 * must not use up what the account has, or a mailbox.
 */
export const mailKeys = (
  ctx: Context,
  kind: 'password-reset' | 'address-change',
  target: readonly string[],
  network: string,
): AttemptKeys => countersOf(ctx, kind, target, network)

/** Bursts are stopped before the database is asked; each kind of attempt counts by itself. */
export const burstAllowed = async (
  ctx: Context,
  network: string,
  kind: 'burst' | 'opening' | 'mail',
): Promise<boolean> => (await ctx.signInLimit.limit({ key: digest(ctx.keys.current, kind, network) })).success

/** @throws Refused too_many_attempts */
export const limitBursts = async (
  ctx: Context,
  network: string,
  kind: 'burst' | 'opening' = 'burst',
): Promise<void> => {
  if (!(await burstAllowed(ctx, network, kind))) refuse({ code: 'too_many_attempts', retryAfterSeconds: 60 })
}

/** What a browser keeps between a right password and the second step: whose it was, which one, and where it leads. */
export type SecondStep = {
  userId: string
  /** A keyed digest of the password's hash: another password ends the step. */
  password: string
  /** In place of a hash whose parameters are outdated. */
  rehashed: string | null
  /** What the sign-in counted its tries by, forgiven once it is done. */
  target: readonly [kind: string, target: string] | null
  next: string
}

/** Which password it was, without its hash. */
export const passwordDigest = ({ keys }: Context, passwordHash: string): string =>
  digest(keys.current, 'second-step', passwordHash)

/** The step that follows a right password of an account that needs one. */
export const secondStepOf = (
  ctx: Context,
  account: { userId: string; passwordHash: string },
  rest: Pick<SecondStep, 'next'> & Partial<Pick<SecondStep, 'rehashed' | 'target'>>,
): SecondStep => ({
  userId: account.userId,
  password: passwordDigest(ctx, account.passwordHash),
  rehashed: null,
  target: null,
  ...rest,
})

export type SignInInput = {
  scope: string
  address: string
  password: string
  network: string
  /** The session that the browser has until then, which this one takes the place of. */
  replaced: string | null
  /** Where to go on. */
  next: string
}

/** A session, or what has to be shown besides before there is one. */
export type SignedIn = { kind: 'signed_in'; session: NewSession } | { kind: 'second_step'; step: SecondStep }

/**
 * Signs in with a password. The answer, the work and the round trips are the same for an unknown address,
 * an account without a password and a wrong password.
 * @throws Refused too_many_attempts, wrong_credentials
 */
export const signIn = async (ctx: Context, input: SignInInput): Promise<SignedIn> => {
  await limitBursts(ctx, input.network)
  const address = canonicalAddress(input.address)
  const keys = attemptKeys(ctx, input.scope, address, input.network)
  const { account, attempts } = await readAccount(ctx.db, input.scope, address, keys, ctx.now)
  const retryAfterSeconds = attemptWait(attempts, ctx.now)
  if (retryAfterSeconds > 0) refuse({ code: 'too_many_attempts', retryAfterSeconds })
  const password = normalizePassword(input.password)
  const { ok, outdated } = await verifyPassword(password, account?.passwordHash ?? null)
  if (!account || !ok) return refuse({ code: 'wrong_credentials' })
  const rehashed = outdated ? await hashPassword(password) : null
  if (account.secondStep) {
    const whose = { userId: account.id, passwordHash: account.passwordHash ?? '' }
    const target = [input.scope, address] as const
    return { kind: 'second_step', step: secondStepOf(ctx, whose, { next: input.next, rehashed, target }) }
  }
  const session = newSession(ctx)
  const event = newId()
  const opened = await commitSignIn(ctx.db, {
    event,
    changeId: event,
    account,
    rehashed,
    session,
    replaced: input.replaced,
    attemptKeys: keys,
    now: ctx.now,
  })
  return opened ? { kind: 'signed_in', session } : refuse({ code: 'wrong_credentials' })
}

export const signOut = async (ctx: Context, secret: string): Promise<void> => {
  const event = newId()
  await commitSignOut(ctx.db, { event, changeId: event, hash: sha256(secret), now: ctx.now })
}

/** The account behind a cookie and where it belongs, or null. */
export const whoIs = (ctx: Context, secret: string) => readSession(ctx.db, sha256(secret), ctx.now)
