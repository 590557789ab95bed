import { Hono } from 'hono'
import { raw } from 'hono/html'
import { stream } from 'hono/streaming'
import {
  AcceptBurst,
  AcceptFailed,
  AcceptMain,
  AcceptPage,
  AcceptShell,
  AcceptUnavailable,
  CUT,
} from '../../views/accept/page'
import type { AcceptProps } from '../../views/accept/props'
import { WelcomePage } from '../../views/welcome'
import { log } from '../log'
import { paths } from '../paths'
import { WAYS, type Way } from '../rules/acceptance'
import { waitMinutes } from '../rules/attempts'
import type { Language } from '../rules/languages'
import { landingOf } from '../rules/names'
import { DatabaseSilent, Refused } from '../rules/refusals'
import { problemWords, wordsIn } from '../rules/words'
import { acceptInvitation } from '../usecases/acceptance'
import { declineInvitation } from '../usecases/declining'
import {
  type AcceptProof,
  hintFor,
  INVALID_LINK,
  type LinkView,
  openLink,
  readLinkToken,
  type Visitor,
} from '../usecases/links'
import { noteOpening } from '../usecases/opening'
import { startAccept } from './accept-sso'
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
import { clearSealed, readSealed } from './sealed'
import { askSecondStep } from './second-step'

/** The names that the identity provider told, to be corrected. */
const valuesOf = ({ shown }: LinkView) =>
  shown
    ? { name: shown.name, firstName: shown.firstName ?? '', lastName: shown.lastName ?? '' }
    : { name: '', firstName: '', lastName: '' }

const landing = (facts: LinkView['facts'], notice: string): string =>
  facts ? (landingOf(facts.landingAddress) ?? paths.home(facts.slug, { notice })) : paths.root

const propsOf = (
  token: string,
  view: LinkView,
  language: Language,
  rest: Partial<AcceptProps> = {},
): AcceptProps => ({
  token,
  language,
  ...view,
  values: valuesOf(view),
  errors: {},
  denial: null,
  change: mintChange(),
  landing: landing(view.facts, 'invitation-used'),
  signIn: view.facts ? paths.organizationSignIn(view.facts.slug) : paths.signIn(),
  ...rest,
})

/** Who opens a link; whom the identity provider has named counts only where the page or the form is of that. */
const visitorOf = async (c: Request, withSso: boolean): Promise<Visitor> => {
  const proof = withSso ? await readSealed<AcceptProof>(c, 'sso-proof') : null
  return { sessionHash: readSessionHash(c), proof: proof?.kind === 'accept' ? proof : null }
}

/** Streams the page of a link: the shell from KV at once, then the form or the refusal once D1 has answered. */
const openPage = async (c: Request, token: string, withSso: boolean) => {
  const { ctx } = c.var
  const languageFor = pageLanguage(c)
  const link = readLinkToken(ctx, token)
  if (!link) return c.html(<AcceptPage {...propsOf(token, INVALID_LINK, languageFor())} />, 404)
  const hint = hintFor(ctx, link)
  const truth = openLink(ctx, link, await visitorOf(c, withSso), hint).then(
    (view) => {
      const language = languageFor(view.facts?.language)
      return { language, main: String(<AcceptMain {...propsOf(token, view, language)} />) }
    },
    (error: unknown) => {
      const reference = crypto.randomUUID()
      log.error('link.open', error, { reference })
      return hint.then(({ facts }) => {
        const language = languageFor(facts?.language)
        return { language, main: String(<AcceptUnavailable reference={reference} language={language} />) }
      })
    },
  )
  // A hint that comes later than the truth is of no use to anybody.
  const early = await Promise.race([
    hint.then(({ facts }) => ({ facts, language: languageFor(facts?.language) })),
    truth.then(({ language }) => ({ facts: null, language })),
  ])
  const shell = String(
    <AcceptShell hint={early.facts} language={early.language}>
      {raw(CUT)}
    </AcceptShell>,
  )
  const [head = '', tail = ''] = shell.split(CUT)
  c.header('Content-Type', 'text/html; charset=utf-8')
  // A compressing proxy would hold the first part back until the end.
  c.header('Content-Encoding', 'identity')
  return stream(c, async (out) => {
    await out.write(head)
    await out.write((await truth).main)
    await out.write(tail)
  })
}

/** What stopped an answer before anything was known of the link: too many tries at once, or a failure; told in the browser's language. */
const answerFailure = (c: Request, error: unknown) => {
  const language = pageLanguage(c)()
  if (!(error instanceof Refused)) {
    const reference = crypto.randomUUID()
    log.error('request.failed', error, { reference })
    const status = error instanceof DatabaseSilent ? 503 : 500
    return c.html(<AcceptFailed language={language} reference={reference} />, status)
  }
  if (error.refusal.code !== 'too_many_attempts') throw error
  const { retryAfterSeconds } = error.refusal
  c.header('Retry-After', String(retryAfterSeconds))
  return c.html(<AcceptBurst language={language} minutes={waitMinutes(retryAfterSeconds)} />, 429)
}

const readWay = (posted: string): Way => WAYS.find((way) => way === posted) ?? 'new'

export const invitees = new Hono<AppEnv>()
  .get('/accept-invitation', (c) => openPage(c, c.req.query('token') ?? '', c.req.query('by') === 'sso'))
  .get('/accept-invitation/sso', async (c) => {
    const { token = '', account } = c.req.query()
    return (await startAccept(c, token, account === 'another')) ?? openPage(c, token, false)
  })
  .post('/accept-invitation', async (c) => {
    const form = await readForm(c)
    const token = form.text('token')
    const change = form.text('change') || mintChange()
    const values = {
      name: form.text('name'),
      firstName: form.text('firstName'),
      lastName: form.text('lastName'),
    }
    const withSso = form.text('by') === 'sso'
    const result = await acceptInvitation(c.var.ctx, {
      token,
      way: readWay(form.text('way')),
      ...values,
      password: form.text('password'),
      confirmation: form.text('confirmation'),
      change,
      withSso,
      visitor: await visitorOf(c, withSso),
      network: networkOf(c),
    }).catch((error: unknown) => answerFailure(c, error))
    if (result instanceof Response) return result
    if (result.kind === 'refused') {
      const { view, denial, status } = result
      const language = pageLanguage(c)(view.facts?.language)
      const errors = problemWords(result.errors, wordsIn(language))
      return c.html(<AcceptPage {...propsOf(token, view, language, { values, errors, denial })} />, status)
    }
    if (result.kind === 'second_step') return askSecondStep(c, result.step)
    if (result.session) writeSessionCookie(c, result.session)
    if (withSso) clearSealed(c, 'sso-proof')
    const to = landing(result.facts, 'welcome')
    // Whoever has just chosen a password is offered to do without it from then on.
    const next = result.isNew ? paths.newPasskey({ offer: 1, next: to }) : to
    // A form may only lead to this site, redirects included; elsewhere the page itself goes on.
    return to.startsWith('/')
      ? c.redirect(next, 303)
      : c.html(
          <WelcomePage
            organization={result.facts.organization}
            landing={to}
            language={pageLanguage(c)(result.facts.language)}
          />,
        )
  })
  .post('/decline-invitation', async (c) => {
    const form = await readForm(c)
    const token = form.text('token')
    const change = form.text('change') || mintChange()
    const view = await declineInvitation(c.var.ctx, { token, change }).catch((error: unknown) =>
      answerFailure(c, error),
    )
    if (view instanceof Response) return view
    if (view.state.kind === 'invalid')
      return c.html(<AcceptPage {...propsOf(token, view, pageLanguage(c)())} />, 404)
    return c.redirect(paths.acceptInvitation(token), 303)
  })
  .post('/invitation-opened', async (c) => {
    const form = await readForm(c)
    await noteOpening(c.var.ctx, { token: form.text('token'), network: networkOf(c) })
    return c.body(null, 204)
  })
