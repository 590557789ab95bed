import { Hono } from 'hono'
import {
  NewRecoveryCodesPage,
  RemovePasskeyPage,
  SwitchOffAuthenticatorPage,
} from '../../views/account/factor-changes'
import { AuthenticatorPage, RecoveryCodesPage } from '../../views/account/factor-forms'
import { NewPasskeyPage } from '../../views/account/new-passkey'
import type { ProofAsked } from '../../views/account/proof'
import { type SecurityNotice, SecurityPage, securityNotice } from '../../views/account/security'
import type { AccountContext } from '../context'
import { paths, safeNext, withQuery } from '../paths'
import { type FieldErrors, refuse } from '../rules/refusals'
import { hasRequired, mustShowFactor } from '../rules/second-factors'
import { REQUIRED_FACTORS, satisfies } from '../rules/sign-in'
import { problemWords, wordsIn } from '../rules/words'
import {
  offerSetup,
  removeAuthenticator,
  renewRecoveryCodes,
  setUpAuthenticator,
} from '../usecases/authenticators'
import { type FactorInput, readSecurity, type SecurityFacts, type Wrong } from '../usecases/factors'
import { addPasskey, removePasskey, suggestedName } from '../usecases/passkeys'
import { creationOptions, requestOptions } from '../usecases/webauthn'
import { challengeFor, clearChallenge, readChallenge } from './challenge'
import { type AppEnv, mintChange, networkOf, pageLanguage, type Request, readForm } from './request'
import { accountOf } from './signed-in'

type Form = Awaited<ReturnType<typeof readForm>>

const nextOf = (c: Request): string => safeNext(c.req.query('next')) ?? ''

/** This very page, to come back to. */
const here = (c: Request): string => c.req.path + new URL(c.req.url).search

const secondStep = (next: string, needed?: string): string => withQuery(paths.secondStep, { next, needed })

/** Whoever has a factor and signed in without it shows it before anything is changed. */
const opened = async (c: Request): Promise<{ ctx: AccountContext; facts: SecurityFacts } | Response> => {
  const ctx = await accountOf(c)
  const facts = await readSecurity(ctx)
  return mustShowFactor(facts.factors, facts.session)
    ? c.redirect(secondStep(c.req.method === 'GET' ? here(c) : paths.accountSecurity()), 303)
    : { ctx, facts }
}

/** The passkeys as WebAuthn is told of them. */
const knownOf = ({ passkeys }: SecurityFacts) =>
  passkeys.map(({ id, transports }) => ({ id, transports: JSON.stringify(transports) }))

const proofOf = async (c: Request, facts: SecurityFacts, first = false): Promise<ProofAsked> => {
  const { hasPassword, fresh } = facts
  const known = knownOf(facts)
  return {
    password: hasPassword && !(first && fresh),
    passkeyOptions: known.length > 0 ? requestOptions(c.var.ctx, await challengeFor(c), known) : null,
  }
}

const inputOf = async (c: Request, form: Form): Promise<FactorInput> => ({
  current: form.text('current'),
  credential: form.text('credential'),
  challenge: await readChallenge(c),
  language: pageLanguage(c)(),
  change: form.text('change') || mintChange(),
  network: networkOf(c),
})

/** A change is done: on to where somebody was going, or back to the page with words of it. */
const done = (c: Request, form: Form, notice: SecurityNotice) => {
  clearChallenge(c)
  return c.redirect(safeNext(form.text('next')) ?? paths.accountSecurity({ notice }), 303)
}

type Again = { next: string; errors: FieldErrors; status: 200 | Wrong['status'] }

const asked = (c: Request): Again => ({ next: nextOf(c), errors: {}, status: 200 })
const cameBack = (c: Request, form: Form, wrong: Wrong, english = true): Again => ({
  next: safeNext(form.text('next')) ?? '',
  errors: problemWords(wrong.errors, wordsIn(english ? 'en' : pageLanguage(c)())),
  status: wrong.status,
})

const backTo = (next: string): string => paths.accountSecurity({ next })

/** What each form asks for and comes back with; a `first` factor takes no password of who has just signed in. */
const asking = async (c: Request, facts: SecurityFacts, { next, errors }: Again, first = false) => ({
  proof: await proofOf(c, facts, first),
  errors,
  change: mintChange(),
  next,
  back: backTo(next),
})

const overview = async (c: Request) => {
  const ctx = await accountOf(c)
  const { typedAddress, factors, session, passkeys, requiring } = await readSecurity(ctx)
  const next = nextOf(c)
  const factor = REQUIRED_FACTORS.find((one) => one === c.req.query('needed')) ?? 'none'
  const lacks = !satisfies(factor, session)
  if (factor !== 'none' && next && !lacks) return c.redirect(next, 303)
  if (lacks && hasRequired(factor, factors))
    return c.redirect(secondStep(next || paths.accountSecurity(), factor), 303)
  if (mustShowFactor(factors, session)) return c.redirect(secondStep(here(c)), 303)
  const place = requiring.find(({ slug }) => isBelow(next, paths.home(slug)))
  return c.html(
    <SecurityPage
      address={typedAddress}
      passkeys={passkeys}
      authenticator={factors.authenticator}
      recoveryCodes={factors.recoveryCodes}
      needed={lacks ? { factor, organization: place?.name ?? null } : null}
      next={next}
      notice={securityNotice(c.req.query('notice'))}
    />,
  )
}

const isBelow = (path: string, home: string): boolean =>
  path === home || path.startsWith(`${home}/`) || path.startsWith(`${home}?`)

const newPasskey = async (
  c: Request,
  { ctx, facts }: { ctx: AccountContext; facts: SecurityFacts },
  again: Again,
  shown: { name: string; offer: boolean },
) => {
  const account = { id: ctx.account.id, address: facts.typedAddress, name: facts.name }
  return c.html(
    <NewPasskeyPage
      language={pageLanguage(c)()}
      {...shown}
      options={await creationOptions(ctx, await challengeFor(c), account, knownOf(facts))}
      {...(await asking(c, facts, again, true))}
    />,
    again.status,
  )
}

/** The organizations that ask for what the account has no more after this. */
const closing = ({ requiring }: SecurityFacts, left: SecurityFacts['factors']): string[] =>
  requiring.filter(({ requiredFactor }) => !hasRequired(requiredFactor, left)).map(({ name }) => name)

const removal = async (c: Request, facts: SecurityFacts, id: string, again: Again) => {
  const passkey = facts.passkeys.find((one) => one.id === id) ?? refuse({ code: 'not_found' })
  const { factors } = facts
  return c.html(
    <RemovePasskeyPage
      passkey={passkey}
      closing={closing(facts, { ...factors, passkeys: factors.passkeys - 1 })}
      {...(await asking(c, facts, again))}
    />,
    again.status,
  )
}

const authenticator = async (
  c: Request,
  { ctx, facts }: { ctx: AccountContext; facts: SecurityFacts },
  again: Again,
  sealed = '',
) =>
  c.html(
    <AuthenticatorPage setup={await offerSetup(ctx, sealed)} {...(await asking(c, facts, again))} />,
    again.status,
  )

const switchingOff = async (c: Request, facts: SecurityFacts, again: Again) =>
  c.html(
    <SwitchOffAuthenticatorPage
      codesGo={facts.factors.passkeys === 0}
      closing={closing(facts, { ...facts.factors, authenticator: false })}
      {...(await asking(c, facts, again))}
    />,
    again.status,
  )

const renewing = async (c: Request, facts: SecurityFacts, again: Again) =>
  c.html(<NewRecoveryCodesPage {...(await asking(c, facts, again))} />, again.status)

const codesPage = (c: Request, form: Form, codes: readonly string[]) => {
  clearChallenge(c)
  return c.html(<RecoveryCodesPage codes={codes} next={safeNext(form.text('next')) ?? ''} />)
}

/** What protects one's own account besides its password; whoever an identity provider vouched for does not get here. */
export const accountSecurity = new Hono<AppEnv>()
  .get('/account/security', overview)
  .get('/account/passkeys/new', async (c) => {
    const open = await opened(c)
    if (open instanceof Response) return open
    const shown = { name: await suggestedName(c.var.ctx), offer: c.req.query('offer') === '1' }
    return newPasskey(c, open, asked(c), shown)
  })
  .post('/account/passkeys/new', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const name = form.text('name')
    const input = { ...(await inputOf(c, form)), name, registration: form.text('registration') }
    const result = await addPasskey(ctx, input)
    if (result.kind === 'done') return done(c, form, 'passkey-added')
    const open = await opened(c)
    if (open instanceof Response) return open
    const shown = { name, offer: form.text('offer') === '1' }
    return newPasskey(c, open, cameBack(c, form, result, false), shown)
  })
  .get(paths.removePasskey, async (c) => {
    const open = await opened(c)
    return open instanceof Response ? open : removal(c, open.facts, c.req.query('id') ?? '', asked(c))
  })
  .post(paths.removePasskey, async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const id = form.text('id')
    const result = await removePasskey(ctx, { ...(await inputOf(c, form)), id })
    if (result.kind === 'done') return done(c, form, 'passkey-removed')
    const open = await opened(c)
    return open instanceof Response ? open : removal(c, open.facts, id, cameBack(c, form, result))
  })
  .get('/account/authenticator', async (c) => {
    const open = await opened(c)
    return open instanceof Response ? open : authenticator(c, open, asked(c))
  })
  .post('/account/authenticator', async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const sealed = form.text('sealed')
    const input = { ...(await inputOf(c, form)), sealed, code: form.text('code') }
    const result = await setUpAuthenticator(ctx, input)
    if (result.kind === 'codes') return codesPage(c, form, result.codes)
    if (result.kind === 'done') return done(c, form, 'codes-replaced')
    const open = await opened(c)
    return open instanceof Response ? open : authenticator(c, open, cameBack(c, form, result), sealed)
  })
  .get(paths.removeAuthenticator, async (c) => {
    const open = await opened(c)
    return open instanceof Response ? open : switchingOff(c, open.facts, asked(c))
  })
  .post(paths.removeAuthenticator, async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const result = await removeAuthenticator(ctx, await inputOf(c, form))
    if (result.kind === 'done') return done(c, form, 'authenticator-off')
    const open = await opened(c)
    return open instanceof Response ? open : switchingOff(c, open.facts, cameBack(c, form, result))
  })
  .get(paths.recoveryCodes, async (c) => {
    const open = await opened(c)
    return open instanceof Response ? open : renewing(c, open.facts, asked(c))
  })
  .post(paths.recoveryCodes, async (c) => {
    const ctx = await accountOf(c)
    const form = await readForm(c)
    const result = await renewRecoveryCodes(ctx, await inputOf(c, form))
    if (result.kind === 'codes') return codesPage(c, form, result.codes)
    if (result.kind === 'done') return done(c, form, 'codes-replaced')
    const open = await opened(c)
    return open instanceof Response ? open : renewing(c, open.facts, cameBack(c, form, result))
  })
