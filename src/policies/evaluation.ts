import { log } from '../log'
import type { Decision, Denial, Operation, Policy, Verdict } from './policy'

/** What the policies have decided of one address. */
export type Judgement = {
  denied: Denial | null
  /** When its mail may leave, in ms, where it waits; and why. */
  heldUntil: number | null
  heldFor: string | null
  /** Why another admin has to approve it first; null where nobody has to. */
  approval: string | null
}

export type Judgements = ReadonlyMap<string, Judgement>

/** How long a policy may take, in ms; a slower one has failed. */
export const PATIENCE = 10_000

const inTime = async <T>(work: T | Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${PATIENCE / 1000} s`)), PATIENCE)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whoever wrote the policy finds by the reference what went wrong. */
const failed = (id: string, error: unknown): Decision => {
  const reference = crypto.randomUUID()
  log.error('policy.failed', error, { policy: id, reference })
  return {
    kind: 'deny',
    code: 'policy_failed',
    message: `A policy could not decide about it. Reference: ${reference}`,
    remediation: 'Try again; if it stays, tell whoever runs this site the reference.',
  }
}

const KINDS: readonly string[] = ['allow', 'deny', 'hold', 'ask_approval'] satisfies Decision['kind'][]

const verdictOf = async <Context>(
  { id, evaluate }: Policy<Context>,
  context: Context,
): Promise<(address: string) => Decision> => {
  const decisionIn = (verdict: Verdict) => (address: string) =>
    verdict instanceof Map ? (verdict.get(address) ?? { kind: 'allow' }) : verdict
  try {
    // In a promise, so that what throws at once has failed as well.
    const verdict: Verdict = await inTime(Promise.resolve().then(() => evaluate(context)))
    const decisions = verdict instanceof Map ? [...verdict.values()] : [verdict]
    if (!decisions.every((one) => KINDS.includes(one?.kind))) throw new Error('That is no decision')
    if (decisions.some((one) => one.kind === 'hold' && !Number.isFinite(one.until)))
      throw new Error('It holds until no moment')
    return decisionIn(verdict)
  } catch (error) {
    const decision = failed(id, error)
    return () => decision
  }
}

/** What is not denied, held or in need of approval. */
export const UNDECIDED: Judgement = { denied: null, heldUntil: null, heldFor: null, approval: null }

const judge = (before: Judgement, decision: Decision, now: number): Judgement => {
  switch (decision.kind) {
    case 'allow':
      return before
    case 'deny': {
      const { code, message, remediation } = decision
      return { ...UNDECIDED, denied: { code, message, remediation } }
    }
    case 'hold':
      return decision.until > (before.heldUntil ?? now)
        ? { ...before, heldUntil: Math.ceil(decision.until), heldFor: decision.message }
        : before
    case 'ask_approval':
      return { ...before, approval: before.approval ?? decision.message }
  }
}

/**
 * Asks the policies in their order, each once: of each address the first denial counts, and otherwise the latest hold and the first
 * to ask for approval. Nobody is asked any more once every address is denied.
 */
export const evaluate = async <Context extends Operation>(
  policies: readonly Policy<Context>[],
  context: Context,
): Promise<Judgements> => {
  const judgements = new Map(context.addresses.map((address) => [address, UNDECIDED]))
  const isOpen = ({ denied }: Judgement) => denied === null
  for (const policy of policies) {
    if (![...judgements.values()].some(isOpen)) break
    const decide = await verdictOf(policy, context)
    for (const [address, judgement] of judgements) {
      if (isOpen(judgement)) judgements.set(address, judge(judgement, decide(address), context.now))
    }
  }
  return judgements
}

/** Where nothing can wait, or nobody can be asked, what asks for it denies. */
export const withoutWaiting = (
  judgements: Judgements,
  can: { hold: boolean; approve: boolean },
  instead = 'Invite the address anew: another admin can approve that.',
): Judgements =>
  new Map(
    [...judgements].map(([address, judgement]) => {
      const { denied, approval, heldUntil, heldFor } = judgement
      if (denied === null && approval !== null && !can.approve)
        return [address, { ...UNDECIDED, denied: needsApproval(approval, instead) }]
      if (denied === null && heldUntil !== null && !can.hold)
        return [address, { ...UNDECIDED, denied: notYet(heldFor ?? '') }]
      return [address, judgement]
    }),
  )

const needsApproval = (message: string, remediation: string): Denial => ({
  code: 'approval_required',
  message,
  remediation,
})

const notYet = (message: string): Denial => ({ code: 'not_yet', message, remediation: 'Try again later.' })
