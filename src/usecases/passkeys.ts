import { randomBytes } from 'node:crypto'
import type { AccountContext, Context } from '../context'
import { hasLink, tidyName } from '../rules/names'
import { refuse } from '../rules/refusals'
import { MAX_PASSKEY_NAME } from '../rules/second-factors'
import type { UsedPasskey } from '../storage/factors'
import { commitPasskey, commitPasskeyRemoval, commitPasskeySignIn, readPasskey } from '../storage/passkeys'
import { intentOf, newId } from './changes'
import { type FactorInput, factorChanged, factorIntent, proveForFactor, type Wrong, wrong } from './factors'
import { limitBursts, type NewSession, sessionOfIntent } from './sessions'
import { credentialId, verifyCreation, verifySignature } from './webauthn'

/** What a browser is challenged with: random, base64url. */
export const newChallenge = (): string => randomBytes(32).toString('base64url')

type Done = { kind: 'done' }

/**
 * Adds the passkey that a browser has made. Two round trips.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required
 */
export const addPasskey = async (
  ctx: AccountContext,
  input: FactorInput & { name: string; registration: string },
): Promise<Done | Wrong> => {
  const name = tidyName(input.name)
  if (!name) return wrong({ name: 'name_missing' })
  if ([...name].length > MAX_PASSKEY_NAME) return wrong({ name: 'passkey_name_long' })
  if (hasLink(name)) return wrong({ name: 'name_is_link' })
  if (!input.challenge) return wrong({ registration: 'passkey_late' })
  const made = await verifyCreation(ctx, input.challenge, input.registration)
  if (!made) return wrong({ registration: 'passkey_failed' })
  const { changeId } = factorIntent(ctx, 'add-passkey', input, name, made.id)
  const proof = await proveForFactor(ctx, changeId, input, true)
  if (proof.kind !== 'proved') return proof
  const committed = await commitPasskey(ctx.db, { ...proof.change, passkey: { ...made, name } })
  if (factorChanged(ctx, proof.change, committed)) return { kind: 'done' }
  if (committed.taken) return wrong({ registration: 'passkey_taken' }, 409)
  return committed.tooMany
    ? wrong({ registration: 'passkey_too_many' }, 409)
    : refuse({ code: 'changed_meanwhile' })
}

/**
 * Removes a passkey of the account's own; the account's other sessions that a passkey opened end.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required, changed_meanwhile
 */
export const removePasskey = async (
  ctx: AccountContext,
  input: FactorInput & { id: string },
): Promise<Done | Wrong> => {
  const { changeId } = factorIntent(ctx, 'remove-passkey', input, input.id)
  const proof = await proveForFactor(ctx, changeId, input)
  if (proof.kind !== 'proved') return proof
  const change = { ...proof.change, passkeyId: input.id }
  return factorChanged(ctx, change, await commitPasskeyRemoval(ctx.db, change))
    ? { kind: 'done' }
    : refuse({ code: 'changed_meanwhile' })
}

export type PasskeySignIn = {
  /** The account scope that the page signs in to. */
  scope: string
  credential: string
  challenge: string | null
  network: string
  /** The session that the browser has until then. */
  replaced: string | null
}

/** Why nobody was signed in: the page was open too long, or there is no such passkey here. */
export type PasskeyRefused = { kind: 'refused'; problem: 'passkey_late' | 'passkey_unknown' }

const UNKNOWN: PasskeyRefused = { kind: 'refused', problem: 'passkey_unknown' }

/**
 * Signs in with a passkey, which is two factors in one; two round trips. A passkey of another scope is answered as one
 * that nobody has. Pressed twice, it answers twice the same, session included.
 * @throws Refused too_many_attempts
 */
export const signInWithPasskey = async (
  ctx: Context,
  { scope, credential, challenge, network, replaced }: PasskeySignIn,
): Promise<{ kind: 'signed_in'; session: NewSession } | PasskeyRefused> => {
  await limitBursts(ctx, network)
  if (!challenge) return { kind: 'refused', problem: 'passkey_late' }
  const id = credentialId(credential)
  const intent = intentOf(ctx, 'passkey-sign-in', challenge, id, scope)
  const session = sessionOfIntent(ctx, intent, { method: 'passkey' })
  const { passkey, replayed } = await readPasskey(ctx.db, {
    id,
    changeId: intent.changeId,
    sessionHash: session.hash,
    now: ctx.now,
  })
  if (!passkey?.lives || passkey.accountScope !== scope) return UNKNOWN
  const used: UsedPasskey | null = await verifySignature(ctx, challenge, credential, passkey)
  if (!used) return UNKNOWN
  if (replayed) return { kind: 'signed_in', session }
  const opened = await commitPasskeySignIn(ctx.db, {
    event: newId(),
    changeId: intent.changeId,
    userId: passkey.userId,
    scope,
    passkey: used,
    session,
    replaced,
    now: ctx.now,
  })
  return opened ? { kind: 'signed_in', session } : UNKNOWN
}

/** What a new passkey is called unless somebody says otherwise, in any language: `Firefox · Linux`. */
export const suggestedName = async ({ device }: Context): Promise<string> => {
  const { default: bowser } = await import('bowser')
  const parser = device.userAgent ? bowser.getParser(device.userAgent) : null
  const known = [parser?.getBrowserName(), parser?.getOSName()].filter(Boolean)
  return known.length > 0 ? known.join(' · ').slice(0, MAX_PASSKEY_NAME) : 'Passkey'
}
