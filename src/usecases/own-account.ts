import type { AccountContext } from '../context'
import { hashPassword, verifyPassword } from '../passwords'
import { readNames } from '../rules/asked-names'
import { attemptWait, waitMinutes } from '../rules/attempts'
import type { Language } from '../rules/languages'
import { normalizePassword } from '../rules/passwords'
import type { Problems } from '../rules/problems'
import { refuse } from '../rules/refusals'
import {
  type AccountFacts,
  commitNames,
  commitPassword,
  readAccountFacts,
  readOwnPassword,
} from '../storage/accounts'
import { intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { newPasswordProblems } from './password-resets'
import { attemptKeys, limitBursts } from './sessions'

/** What a form about the own account comes to. */
export type Changed = { kind: 'done' } | { kind: 'wrong'; errors: Problems; status: 422 | 429 }

const wrong = (errors: Problems, status: 422 | 429 = 422): Changed => ({ kind: 'wrong', errors, status })

/** @throws Refused unauthenticated once the account is gone */
export const readOwnAccount = async ({ db, account, now }: AccountContext): Promise<AccountFacts> =>
  (await readAccountFacts(db, account.id, now)) ?? refuse({ code: 'unauthenticated' })

/** What every change of the own account carries into its batch. */
export const ownChange = ({ account, now }: AccountContext, changeId: string) => ({
  event: newId(),
  changeId,
  now,
  userId: account.id,
  sessionHash: account.sessionHash,
})

/** Whether an account goes by one name or by two. */
export const namesOf = ({ firstName, lastName }: Pick<AccountFacts, 'firstName' | 'lastName'>) =>
  firstName === null && lastName === null ? 'single' : 'first_last'

/**
 * Changes the names, as many as the account has. `changed` is false where they are so already.
 * @throws Refused unauthenticated
 */
export const rename = async (
  ctx: AccountContext,
  input: { name: string; firstName: string; lastName: string; change: string },
): Promise<{ kind: 'done'; changed: boolean } | Extract<Changed, { kind: 'wrong' }>> => {
  const { errors, ...names } = readNames(namesOf(await readOwnAccount(ctx)), input)
  if (Object.keys(errors).length > 0) return { kind: 'wrong', errors, status: 422 }
  const { name, firstName, lastName } = names
  const { changeId } = intentOf(
    ctx,
    'rename',
    ctx.account.id,
    input.change,
    name,
    firstName ?? '',
    lastName ?? '',
  )
  const { done } = await commitNames(ctx.db, { ...ownChange(ctx, changeId), names })
  return { kind: 'done', changed: done }
}

/** Who asks knows the account's password; or has made this very change before. */
export type Proof =
  | { kind: 'proved'; address: string; passwordHash: string }
  | { kind: 'done' }
  | { kind: 'wrong'; errors: Problems; status: 422 | 429 }

/**
 * Tries the account's current password: one round trip, and the work of a password.
 * @throws Refused too_many_attempts
 */
export const proveOwn = async (
  ctx: AccountContext,
  input: { changeId: string; current: string; network: string },
): Promise<Proof> => {
  await limitBursts(ctx, input.network)
  const keys = attemptKeys(ctx, 'account', ctx.account.id, input.network)
  const found = await readOwnPassword(ctx.db, ctx.account.id, input.changeId, keys, ctx.now)
  if (found.done) return { kind: 'done' }
  const seconds = attemptWait(found.attempts, ctx.now)
  if (seconds > 0)
    return { kind: 'wrong', errors: { current: { waitMinutes: waitMinutes(seconds) } }, status: 429 }
  const { ok } = await verifyPassword(normalizePassword(input.current), found.passwordHash)
  return ok && found.passwordHash !== null
    ? { kind: 'proved', address: found.address, passwordHash: found.passwordHash }
    : { kind: 'wrong', errors: { current: 'password_wrong' }, status: 422 }
}

/**
 * Changes the password of whoever knows the current one; every other session of the account ends.
 * @throws Refused too_many_attempts, changed_meanwhile
 */
export const changePassword = async (
  ctx: AccountContext,
  input: {
    current: string
    password: string
    confirmation: string
    language: Language
    change: string
    network: string
  },
): Promise<Changed> => {
  const password = normalizePassword(input.password)
  const { changeId } = intentOf(ctx, 'change-password', ctx.account.id, input.change, password, input.current)
  const proof = await proveOwn(ctx, { changeId, current: input.current, network: input.network })
  if (proof.kind !== 'proved') return proof
  const problems = await newPasswordProblems(password, input.confirmation, proof.address)
  if (problems) return wrong(problems)
  const delivery = newId()
  const { won, done } = await commitPassword(ctx.db, {
    ...ownChange(ctx, changeId),
    passwordHash: proof.passwordHash,
    newHash: await hashPassword(password),
    delivery,
    terms: { ...mailTerms(ctx), language: input.language },
    attemptKeys: attemptKeys(ctx, 'account', ctx.account.id, input.network),
  })
  if (won) ctx.defer('mail.enqueue', enqueue(ctx, [delivery]))
  return done ? { kind: 'done' } : refuse({ code: 'changed_meanwhile' })
}
