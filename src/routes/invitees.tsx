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
import { acceptInvitation, declineInvitation } from '../usecases/acceptance'
import { hintFor, INVALID_LINK, type LinkView, openLink, readLinkToken } from '../usecases/links'
import { noteOpening } from '../usecases/opening'
import { sessionHash } from '../usecases/sessions'
import {
  type AppEnv,
  mintChange,
  networkOf,
  pageLanguage,
  type Request,
  readForm,
  readSessionCookie,
  writeSessionCookie,
} from './request'

const NO_VALUES = { name: '', firstName: '', lastName: '' }

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
  values: NO_VALUES,
  errors: {},
  change: mintChange(),
  landing: landing(view.facts, 'invitation-used'),
  signIn: view.facts ? paths.organizationSignIn(view.facts.slug) : paths.signIn(),
  ...rest,
})

/** Streams the page of a link: the shell from KV at once, then the form or the refusal once D1 has answered. */
const openPage = async (c: Request, token: string) => {
  const { ctx } = c.var
  const languageFor = pageLanguage(c)
  const link = readLinkToken(ctx, token)
  if (!link) return c.html(<AcceptPage {...propsOf(token, INVALID_LINK, languageFor())} />, 404)
  const cookie = readSessionCookie(c)
  const hint = hintFor(ctx, link)
  const truth = openLink(ctx, link, cookie ? sessionHash(cookie) : null, hint).then(
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
  .get('/accept-invitation', (c) => openPage(c, c.req.query('token') ?? ''))
  .post('/accept-invitation', async (c) => {
    const form = await readForm(c)
    const token = form.text('token')
    const change = form.text('change') || mintChange()
    const values = {
      name: form.text('name'),
      firstName: form.text('firstName'),
      lastName: form.text('lastName'),
    }
    const cookie = readSessionCookie(c)
    const result = await acceptInvitation(c.var.ctx, {
      token,
      way: readWay(form.text('way')),
      ...values,
      password: form.text('password'),
      confirmation: form.text('confirmation'),
      change,
      sessionHash: cookie ? sessionHash(cookie) : null,
      network: networkOf(c),
    }).catch((error: unknown) => answerFailure(c, error))
    if (result instanceof Response) return result
    if (result.kind === 'refused') {
      const language = pageLanguage(c)(result.view.facts?.language)
      const errors = problemWords(result.errors, wordsIn(language))
      return c.html(
        <AcceptPage {...propsOf(token, result.view, language, { values, errors, change: mintChange() })} />,
        result.status,
      )
    }
    if (result.session) writeSessionCookie(c, result.session)
    const to = landing(result.facts, 'welcome')
    // A form may only lead to this site, redirects included; elsewhere the page itself goes on.
    return to.startsWith('/')
      ? c.redirect(to, 303)
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
