import { createHmac } from 'node:crypto'
import type { AccountContext, Context } from '../context'
import { verifyPassword } from '../passwords'
import { attemptWait, waitMinutes } from '../rules/attempts'
import type { Language } from '../rules/languages'
import { normalizePassword } from '../rules/passwords'
import type { Problems } from '../rules/problems'
import { refuse } from '../rules/refusals'
import { mustShowFactor, RECOVERY_ALPHABET, RECOVERY_CODES, RECOVERY_LENGTH } from '../rules/second-factors'
import { digest } from '../rules/tokens'
import type { Committed, FactorChange, FactorProof } from '../storage/factors'
import { readProof, readSecurityFacts, type SecurityFacts } from '../storage/security'
import { type Intent, intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { ownChange } from './own-account'
import { attemptKeys, limitBursts } from './sessions'
import { credentialId, verifySignature } from './webauthn'

export type { SecurityFacts }

/** How the account is protected. @throws Refused unauthenticated once the session is over */
export const readSecurity = async ({ db, account, now }: AccountContext): Promise<SecurityFacts> =>
  (await readSecurityFacts(db, account.id, account.sessionHash, now)) ?? refuse({ code: 'unauthenticated' })

/** What a form about a factor is posted with, besides what it changes. */
export type FactorInput = {
  /** The current password, where that was typed. */
  current: string
  /** A passkey's signature in its place. */
  credential: string
  /** What the browser was challenged with; null once that is over. */
  challenge: string | null
  language: Language
  change: string
  network: string
}

export type Wrong = { kind: 'wrong'; errors: Problems; status: 409 | 422 | 429 }

export const wrong = (errors: Problems, status: Wrong['status'] = 422): Wrong => ({
  kind: 'wrong',
  errors,
  status,
})

type Proved = { kind: 'proved'; change: FactorChange } | { kind: 'done' } | Wrong

/**
 * Asks for the current password or a passkey before a factor changes; one round trip, and the work of a password.
 * `first` where a sign-in of a moment ago is enough for the account's first factor.
 * @throws Refused too_many_attempts, unauthenticated, second_factor_required where the session showed no factor yet
 */
export const proveForFactor = async (
  ctx: AccountContext,
  changeId: string,
  input: FactorInput,
  first = false,
): Promise<Proved> => {
  await limitBursts(ctx, input.network)
  const passkeyId = credentialId(input.credential)
  const counters =
    passkeyId || !input.current ? null : attemptKeys(ctx, 'account', ctx.account.id, input.network)
  const facts = await readProof(ctx.db, {
    userId: ctx.account.id,
    sessionHash: ctx.account.sessionHash,
    changeId,
    passkeyId,
    attemptKeys: counters,
    now: ctx.now,
  })
  if (!facts) return refuse({ code: 'unauthenticated' })
  if (facts.done) return { kind: 'done' }
  const proved = (proof: FactorProof): Proved => ({
    kind: 'proved',
    change: {
      ...ownChange(ctx, changeId),
      proof,
      delivery: newId(),
      terms: { ...mailTerms(ctx), language: input.language },
      attemptKeys: counters,
    },
  })
  if (passkeyId) {
    if (!input.challenge) return wrong({ credential: 'passkey_late' })
    const passkey =
      facts.passkey && (await verifySignature(ctx, input.challenge, input.credential, facts.passkey))
    return passkey ? proved({ kind: 'passkey', passkey }) : wrong({ credential: 'passkey_unknown' })
  }
  if (mustShowFactor(facts.factors, facts.session))
    return refuse({ code: 'second_factor_required', factor: 'second_factor' })
  if (first && facts.fresh) return proved({ kind: 'fresh' })
  if (facts.passwordHash === null)
    return facts.factors.passkeys > 0 ? wrong({ credential: 'passkey_missing' }) : proved({ kind: 'none' })
  const seconds = facts.attempts ? attemptWait(facts.attempts, ctx.now) : 0
  if (seconds > 0) return wrong({ current: { waitMinutes: waitMinutes(seconds) } }, 429)
  const { ok } = await verifyPassword(normalizePassword(input.current), facts.passwordHash)
  return ok
    ? proved({ kind: 'password', passwordHash: facts.passwordHash })
    : wrong({ current: 'password_wrong' })
}

/** What a committed change comes to; its mail leaves once. */
export const factorChanged = (
  ctx: Context,
  { delivery }: Pick<FactorChange, 'delivery'>,
  { won, done }: Committed,
): boolean => {
  if (won) ctx.defer('mail.enqueue', enqueue(ctx, [delivery]))
  return done
}

/** The intent of a change of the account's own factors; what proves it is part of it. */
export const factorIntent = (
  ctx: AccountContext,
  verb: string,
  input: FactorInput,
  ...what: string[]
): Intent => intentOf(ctx, verb, ctx.account.id, input.change, input.current, input.credential, ...what)

const SIZE = RECOVERY_ALPHABET.length

/** Recovery codes; repeating the press makes the same ones again. What is kept of them are keyed digests. */
export const recoveryCodesOf = ({ secret }: Intent): string[] =>
  Array.from({ length: RECOVERY_CODES }, (_, place) => {
    const bytes = createHmac('sha512', secret).update(`recovery-code ${place}`).digest()
    // Every letter is as likely as any other: what is left over of a byte's values is not used.
    const fair = [...bytes].filter((byte) => byte < 256 - (256 % SIZE))
    return fair
      .slice(0, RECOVERY_LENGTH)
      .map((byte) => RECOVERY_ALPHABET[byte % SIZE])
      .join('')
  })

/** The digests that a recovery code may be kept as, under the current key first. */
export const recoveryDigests = ({ keys }: Context, userId: string, code: string): [string, ...string[]] => [
  digest(keys.current, 'recovery-code', userId, code),
  ...(keys.previous ? [digest(keys.previous, 'recovery-code', userId, code)] : []),
]
