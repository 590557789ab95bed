import { Hono } from 'hono'
import { SecondStepPage } from '../../views/account/second-step'
import { paths, safeNext } from '../paths'
import type { Problems } from '../rules/problems'
import { hasRequired, mustShowFactor, SECOND_STEP_WITHIN } from '../rules/second-factors'
import { REQUIRED_FACTORS, type RequiredFactor, satisfies } from '../rules/sign-in'
import { problemWords, wordsIn } from '../rules/words'
import { type Asked, openSecondStep, passSecondStep, type StepFacts } from '../usecases/second-step'
import type { SecondStep } from '../usecases/sessions'
import { requestOptions } from '../usecases/webauthn'
import { challengeFor, clearChallenge, readChallenge } from './challenge'
import {
  type AppEnv,
  mintChange,
  networkOf,
  pageLanguage,
  type Request,
  readForm,
  readSessionHash,
  writeSessionCookie,
} from './request'
import { clearSealed, readSealed, writeSealed } from './sealed'
import { accountOf } from './signed-in'

/** The password was right and is not enough: what has to be shown besides is asked for on a page of its own. */
export const askSecondStep = async (c: Request, step: SecondStep): Promise<Response> => {
  await writeSealed(c, 'second-step', step, c.var.ctx.now + SECOND_STEP_WITHIN)
  return c.redirect(paths.secondStep, 303)
}

const neededOf = (word: string | undefined): RequiredFactor =>
  REQUIRED_FACTORS.find((factor) => factor === word) ?? 'none'

/** Who is asked. Whoever is signed in comes with where to go on to; whoever is not has that in the cookie. */
type Way = { asked: Asked; next: string; needed: RequiredFactor }

const wayOf = async (
  c: Request,
  given: { next: string | undefined; needed: string | undefined },
): Promise<Way | null> => {
  const next = safeNext(given.next)
  if (next !== null) {
    const { account } = await accountOf(c)
    const asked: Asked = { kind: 'signed_in', userId: account.id, hash: account.sessionHash }
    return { asked, next, needed: neededOf(given.needed) }
  }
  const step = await readSealed<SecondStep>(c, 'second-step')
  return step && { asked: { kind: 'signing_in', step }, next: step.next, needed: 'none' }
}

/** What a code can be on this page; null where only a passkey will do, or nothing but one is left to show. */
const codeOf = ({ asked, needed }: Way, { factors, session }: StepFacts) => {
  const isShown = asked.kind === 'signed_in' && session && !mustShowFactor(factors, session)
  if (isShown && needed === 'passkey') return null
  if (factors.authenticator) return 'authenticator'
  return factors.recoveryCodes > 0 ? 'recovery_code' : null
}

const render = async (
  c: Request,
  way: Way,
  facts: StepFacts,
  problems: Problems = {},
  status: 200 | 422 | 429 = 200,
) => {
  const language = pageLanguage(c)()
  const { asked, next, needed } = way
  const { passkeys, factors, session } = facts
  const options = passkeys.length > 0 ? requestOptions(c.var.ctx, await challengeFor(c), passkeys) : null
  const mayAdd = session && !mustShowFactor(factors, session)
  return c.html(
    <SecondStepPage
      language={language}
      address={facts.typedAddress}
      code={codeOf(way, facts)}
      passkeyOptions={options}
      signedIn={
        asked.kind === 'signed_in'
          ? { next, needed, addPasskey: mayAdd ? paths.newPasskey({ next }) : null }
          : null
      }
      errors={problemWords(problems, wordsIn(language))}
      change={mintChange()}
    />,
    status,
  )
}

/** Nothing is asked any more: the time is over, or the password is another one. */
const over = (c: Request, way: Way | null) => {
  clearSealed(c, 'second-step')
  return c.redirect(way?.asked.kind === 'signed_in' ? way.next : paths.signIn(), 303)
}

/** Whoever is signed in and has shown enough, or has nothing to show, goes on. */
const isDone = ({ asked, needed }: Way, { factors, session }: StepFacts): boolean =>
  asked.kind === 'signed_in' &&
  session !== null &&
  !mustShowFactor(factors, session) &&
  (satisfies(needed, session) || !hasRequired(needed, factors))

export const secondStep = new Hono<AppEnv>()
  .get(paths.secondStep, async (c) => {
    const way = await wayOf(c, { next: c.req.query('next'), needed: c.req.query('needed') })
    const facts = way && (await openSecondStep(c.var.ctx, way.asked))
    if (!way || !facts || isDone(way, facts)) return over(c, way)
    return render(c, way, facts)
  })
  .post(paths.secondStep, async (c) => {
    const form = await readForm(c)
    const way = await wayOf(c, { next: form.text('next'), needed: form.text('needed') })
    if (!way) return over(c, way)
    const answer = await passSecondStep(c.var.ctx, way.asked, {
      code: form.text('code'),
      credential: form.text('credential'),
      challenge: await readChallenge(c),
      change: form.text('change') || mintChange(),
      network: networkOf(c),
      replaced: readSessionHash(c),
    })
    if (answer.kind === 'over') return over(c, way)
    if (answer.kind === 'wrong') return render(c, way, answer.facts, answer.errors, answer.status)
    if (answer.session) writeSessionCookie(c, answer.session)
    if (way.asked.kind === 'signing_in') clearSealed(c, 'second-step')
    clearChallenge(c)
    return c.redirect(way.next, 303)
  })
