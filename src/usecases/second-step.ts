import type { Context } from '../context'
import { attemptWait, waitMinutes } from '../rules/attempts'
import type { Problems } from '../rules/problems'
import { readCode, SECOND_STEPS, stepOfCode } from '../rules/second-factors'
import { unseal } from '../sealing'
import {
  commitConfirmation,
  commitSecondStep,
  readStep,
  type Shown,
  type StepFacts,
} from '../storage/second-step'
import { sealSecret } from './authenticators'
import { type Intent, intentOf, newId } from './changes'
import { recoveryDigests } from './factors'
import {
  attemptKeys,
  limitBursts,
  type NewSession,
  passwordDigest,
  type SecondStep,
  sessionOfIntent,
} from './sessions'
import { credentialId, verifySignature } from './webauthn'

export type { StepFacts }

/** Who is asked: somebody between password and session, or the signed-in session of `hash` that has shown no factor. */
export type Asked =
  | { kind: 'signing_in'; step: SecondStep }
  | { kind: 'signed_in'; userId: string; hash: string }

const steppingOf = (asked: Asked) =>
  asked.kind === 'signing_in'
    ? { userId: asked.step.userId, sessionHash: null }
    : { userId: asked.userId, sessionHash: asked.hash }

/** Whether what is known of the account still goes with who is asked. */
const isCurrent = (ctx: Context, asked: Asked, facts: StepFacts | null): facts is StepFacts =>
  facts?.lives === true &&
  (asked.kind === 'signed_in' ||
    (facts.passwordHash !== null && passwordDigest(ctx, facts.passwordHash) === asked.step.password))

/** What the page of the second step is made from; null where there is nothing to ask any more. */
export const openSecondStep = async (ctx: Context, asked: Asked): Promise<StepFacts | null> => {
  const none = { changeId: '', opened: null, attemptKeys: null, now: ctx.now }
  const facts = await readStep(ctx.db, { ...steppingOf(asked), ...none })
  return isCurrent(ctx, asked, facts) ? facts : null
}

export type StepInput = {
  /** Of the app, or a recovery code. */
  code: string
  /** A passkey's signature in its place. */
  credential: string
  challenge: string | null
  change: string
  network: string
  /** The session that the browser has until then. */
  replaced: string | null
}

export type StepAnswer =
  | { kind: 'passed'; session: NewSession | null }
  /** The password is another one meanwhile, or the session is over. */
  | { kind: 'over' }
  | { kind: 'wrong'; facts: StepFacts; errors: Problems; status: 422 | 429 }

/**
 * Takes the second step: opens the session that the password alone did not, or notes that a signed-in session has shown a
 * factor. Two round trips. Pressed twice, it answers twice the same, session included.
 * @throws Refused too_many_attempts
 */
export const passSecondStep = async (ctx: Context, asked: Asked, input: StepInput): Promise<StepAnswer> => {
  await limitBursts(ctx, input.network)
  const { userId, sessionHash } = steppingOf(asked)
  const typed = input.credential ? null : readCode(input.code)
  const about = asked.kind === 'signing_in' ? asked.step.password : asked.hash
  const shownAs = typed?.code ?? input.credential
  const intent: Intent = intentOf(ctx, 'second-step', userId, about, input.change, shownAs)
  const session = asked.kind === 'signing_in' ? sessionOfIntent(ctx, intent, methodOf(input, typed)) : null
  const counters = input.credential ? null : attemptKeys(ctx, 'second-step', userId, input.network)
  const facts = await readStep(ctx.db, {
    userId,
    sessionHash,
    changeId: intent.changeId,
    opened: session?.hash ?? sessionHash,
    attemptKeys: counters,
    now: ctx.now,
  })
  if (!isCurrent(ctx, asked, facts)) return { kind: 'over' }
  if (facts.replayed) return { kind: 'passed', session }
  const wrong = (errors: Problems, status: 422 | 429 = 422): StepAnswer => ({
    kind: 'wrong',
    facts,
    errors,
    status,
  })
  const seconds = facts.attempts ? attemptWait(facts.attempts, ctx.now, SECOND_STEPS) : 0
  if (seconds > 0) return wrong({ code: { waitMinutes: waitMinutes(seconds) } }, 429)
  if (input.credential && !input.challenge) return wrong({ credential: 'passkey_late' })
  const shown = input.credential
    ? await signed(ctx, facts, input)
    : await codeShown(ctx, userId, facts, typed)
  const problem: Problems = input.credential ? { credential: 'passkey_unknown' } : { code: 'code_wrong' }
  if (!shown) return wrong(problem)
  const base = { event: newId(), changeId: intent.changeId, now: ctx.now, userId, shown }
  const own = counters ? [counters] : []
  if (asked.kind === 'signed_in') {
    const done = await commitConfirmation(ctx.db, { ...base, attemptKeys: own, sessionHash: asked.hash })
    return done ? { kind: 'passed', session: null } : wrong(problem)
  }
  const { target, rehashed } = asked.step
  if (!session) return { kind: 'over' }
  const opened = await commitSecondStep(ctx.db, {
    ...base,
    attemptKeys: target ? [...own, attemptKeys(ctx, ...target, input.network)] : own,
    passwordHash: facts.passwordHash ?? '',
    rehashed,
    session,
    replaced: input.replaced,
  })
  return opened ? { kind: 'passed', session } : wrong(problem)
}

const methodOf = ({ credential }: StepInput, typed: ReturnType<typeof readCode>) =>
  ({ method: 'password', secondFactor: credential ? 'passkey' : (typed?.kind ?? null) }) as const

const signed = async (ctx: Context, { passkeys }: StepFacts, input: StepInput): Promise<Shown | null> => {
  const id = credentialId(input.credential)
  const known = passkeys.find((one) => one.id === id)
  const passkey = known && (await verifySignature(ctx, input.challenge ?? '', input.credential, known))
  return passkey ? { kind: 'passkey', passkey } : null
}

const codeShown = async (
  ctx: Context,
  userId: string,
  facts: StepFacts,
  typed: ReturnType<typeof readCode>,
): Promise<Shown | null> => {
  if (!typed) return null
  if (typed.kind === 'recovery_code')
    return { kind: 'recovery_code', digests: recoveryDigests(ctx, userId, typed.code) }
  const secret = facts.secret === null ? null : await unseal(ctx.keys, 'authenticator', facts.secret)
  const step = secret === null ? null : stepOfCode(secret, typed.code, ctx.now)
  if (secret === null || step === null) return null
  // Sealed anew, so that it outlives a change of the root secret.
  return { kind: 'authenticator', step, secret: facts.secret ?? '', resealed: await sealSecret(ctx, secret) }
}
