import { randomBytes } from 'node:crypto'
import type { AccountContext, Context } from '../context'
import { HOUR } from '../rules/dates'
import { refuse } from '../rules/refusals'
import { base32, otpauthUri, readCode, stepOfCode } from '../rules/second-factors'
import { seal, sealFor, unsealBefore } from '../sealing'
import {
  commitAuthenticator,
  commitAuthenticatorRemoval,
  commitRecoveryCodes,
  haveRecoveryCodes,
} from '../storage/authenticators'
import {
  type FactorInput,
  factorChanged,
  factorIntent,
  proveForFactor,
  recoveryCodesOf,
  recoveryDigests,
  type Wrong,
  wrong,
} from './factors'

/** What an app is set up with: the secret as text and as its QR code says it, and sealed, for the form to carry. */
export type Setup = { secret: string; uri: string; sealed: string }

type Offered = { secret: string; userId: string }

const setupOf = (ctx: AccountContext, secret: string, sealed: string): Setup => ({
  secret,
  uri: otpauthUri(secret, ctx.account.address),
  sealed,
})

/** Offers a secret; nothing is kept of it until a first code shows that an app has it. The one that a form carries stays. */
export const offerSetup = async (ctx: AccountContext, sealed = ''): Promise<Setup> => {
  const carried = await carriedIn(ctx, sealed)
  if (carried !== null) return setupOf(ctx, carried, sealed)
  const secret = base32(new Uint8Array(randomBytes(20)))
  const offered: Offered = { secret, userId: ctx.account.id }
  return setupOf(ctx, secret, await sealFor(ctx.keys, 'authenticator', offered, ctx.now + HOUR))
}

const carriedIn = async (ctx: AccountContext, sealed: string): Promise<string | null> => {
  const offered = await unsealBefore<Offered>(ctx.keys, 'authenticator', sealed || null, ctx.now)
  return offered?.userId === ctx.account.id ? offered.secret : null
}

/** Recovery codes to be shown; `done` where this very press made some that are replaced by now. */
type WithCodes = { kind: 'codes'; codes: string[] } | { kind: 'done' } | Wrong

const digestsOf = (ctx: AccountContext, codes: readonly string[]): string[] =>
  codes.map((code) => recoveryDigests(ctx, ctx.account.id, code)[0])

/** A press that came twice reads the same codes, while they are the account's. */
const shownAgain = async (ctx: AccountContext, codes: string[]): Promise<WithCodes> =>
  (await haveRecoveryCodes(ctx.db, ctx.account.id, digestsOf(ctx, codes)))
    ? { kind: 'codes', codes }
    : { kind: 'done' }

/**
 * Sets an authenticator app up by the first code that it shows, and makes recovery codes. Two round trips.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required, changed_meanwhile
 */
export const setUpAuthenticator = async (
  ctx: AccountContext,
  input: FactorInput & { sealed: string; code: string },
): Promise<WithCodes> => {
  const secret = await carriedIn(ctx, input.sealed)
  if (secret === null) return wrong({ code: 'authenticator_late' })
  const typed = readCode(input.code)
  const step = typed?.kind === 'authenticator' ? stepOfCode(secret, typed.code, ctx.now) : null
  if (step === null) return wrong({ code: 'code_wrong' })
  const intent = factorIntent(ctx, 'set-up-authenticator', input, input.sealed)
  const proof = await proveForFactor(ctx, intent.changeId, input)
  const codes = recoveryCodesOf(intent)
  if (proof.kind === 'done') return shownAgain(ctx, codes)
  if (proof.kind !== 'proved') return proof
  const committed = await commitAuthenticator(ctx.db, {
    ...proof.change,
    secret: await sealSecret(ctx, secret),
    step,
    digests: digestsOf(ctx, codes),
  })
  if (!factorChanged(ctx, proof.change, committed)) return refuse({ code: 'changed_meanwhile' })
  return committed.won ? { kind: 'codes', codes } : shownAgain(ctx, codes)
}

/** As it lies in the database. */
export const sealSecret = ({ keys }: Pick<Context, 'keys'>, secret: string): Promise<string> =>
  seal(keys, 'authenticator', secret)

/**
 * Switches the authenticator app off.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required, changed_meanwhile
 */
export const removeAuthenticator = async (
  ctx: AccountContext,
  input: FactorInput,
): Promise<{ kind: 'done' } | Wrong> => {
  const { changeId } = factorIntent(ctx, 'remove-authenticator', input)
  const proof = await proveForFactor(ctx, changeId, input)
  if (proof.kind !== 'proved') return proof
  return factorChanged(ctx, proof.change, await commitAuthenticatorRemoval(ctx.db, proof.change))
    ? { kind: 'done' }
    : refuse({ code: 'changed_meanwhile' })
}

/**
 * Makes fresh recovery codes in place of those there were.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required, changed_meanwhile
 */
export const renewRecoveryCodes = async (ctx: AccountContext, input: FactorInput): Promise<WithCodes> => {
  const intent = factorIntent(ctx, 'renew-recovery-codes', input)
  const proof = await proveForFactor(ctx, intent.changeId, input)
  const codes = recoveryCodesOf(intent)
  if (proof.kind === 'done') return shownAgain(ctx, codes)
  if (proof.kind !== 'proved') return proof
  const committed = await commitRecoveryCodes(ctx.db, { ...proof.change, digests: digestsOf(ctx, codes) })
  if (!factorChanged(ctx, proof.change, committed)) return refuse({ code: 'changed_meanwhile' })
  return committed.won ? { kind: 'codes', codes } : shownAgain(ctx, codes)
}
