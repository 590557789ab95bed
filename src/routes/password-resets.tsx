import { Hono } from 'hono'
import { ForgotPage, ForgotSentPage } from '../../views/account/forgot'
import { ResetPage } from '../../views/account/reset'
import { paths, withQuery } from '../paths'
import { waitMinutes } from '../rules/attempts'
import type { FieldErrors } from '../rules/refusals'
import { problemWords, wordsIn } from '../rules/words'
import { readLinkToken } from '../usecases/links'
import { type SignInPlace, signInPlace } from '../usecases/organizations'
import {
  openReset,
  type ResetLanding,
  type ResetView,
  requestReset,
  resetPassword,
} from '../usecases/password-resets'
import { secondStepOf } from '../usecases/sessions'
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
import { askSecondStep } from './second-step'

/** What both pages of a request say of where they belong; `invitation` is a link's token, or anything else. */
const propsOf = (c: Request, { organization }: SignInPlace, given: string) => {
  const language = pageLanguage(c)()
  const { forgot } = wordsIn(language).account
  const invitation = readLinkToken(c.var.ctx, given) ? given : ''
  const query = { invitation }
  const signIn = organization ? paths.organizationSignIn(organization.slug) : paths.signIn()
  return {
    language,
    invitation,
    organization: organization?.name ?? null,
    self: organization
      ? paths.organizationForgotPassword(organization.slug, query)
      : paths.forgotPassword(query),
    action: organization ? paths.organizationForgotPassword(organization.slug) : paths.forgotPassword(),
    back: invitation
      ? { href: paths.acceptInvitation(invitation), label: forgot.backToInvitation }
      : { href: signIn, label: forgot.backToSignIn },
    change: mintChange(),
  }
}

const show = async (c: Request, slug: string | null) => {
  const props = propsOf(c, await signInPlace(c.var.ctx, slug), c.req.query('invitation') ?? '')
  return c.html(<ForgotPage {...props} address="" errors={{}} />)
}

const submit = async (c: Request, slug: string | null) => {
  const place = await signInPlace(c.var.ctx, slug)
  const form = await readForm(c)
  const invitation = form.text('invitation')
  const address = form.text('address')
  const props = propsOf(c, place, invitation)
  const words = wordsIn(props.language)
  const asked = await requestReset(c.var.ctx, {
    scope: place.scope,
    address,
    invitation,
    language: props.language,
    change: form.text('change') || mintChange(),
    network: networkOf(c),
  })
  if (asked.kind === 'asked') return c.html(<ForgotSentPage {...props} address={address} />)
  const again = (errors: FieldErrors, status: 422 | 429) =>
    c.html(<ForgotPage {...props} address={address} errors={errors} />, status)
  if (asked.kind === 'wrong') return again(problemWords(asked.errors, words), asked.status)
  c.header('Retry-After', String(asked.seconds))
  return again({ form: words.account.wait(waitMinutes(asked.seconds)) }, 429)
}

type Shown = { token: string; invitation: string; view: ResetView; errors: FieldErrors }

const resetPage = (c: Request, { token, invitation, view, errors }: Shown, status: 200 | 404 | 409 | 422) =>
  c.html(
    <ResetPage
      language={pageLanguage(c)()}
      {...view}
      token={token}
      invitation={invitation}
      errors={errors}
      change={mintChange()}
    />,
    status,
  )

const landingOf = ({ invitation, home }: ResetLanding): string => {
  if (invitation) return paths.acceptInvitation(invitation)
  const notice = { notice: 'password-set' }
  return home ? paths.home(home, notice) : withQuery(paths.organizations, notice)
}

/** Forgotten passwords: asking for the link, and what it leads to. */
export const passwordResets = new Hono<AppEnv>()
  .get('/forgot-password', (c) => show(c, null))
  .post('/forgot-password', (c) => submit(c, null))
  .get('/o/:slug/forgot-password', (c) => show(c, c.req.param('slug')))
  .post('/o/:slug/forgot-password', (c) => submit(c, c.req.param('slug')))
  .get('/reset-password', async (c) => {
    const { token = '', invitation = '' } = c.req.query()
    const view = await openReset(c.var.ctx, token)
    return resetPage(c, { token, invitation, view, errors: {} }, view.state === 'invalid' ? 404 : 200)
  })
  .post('/reset-password', async (c) => {
    const form = await readForm(c)
    const [token, invitation] = [form.text('token'), form.text('invitation')]
    const language = pageLanguage(c)()
    const answer = await resetPassword(c.var.ctx, {
      token,
      invitation,
      password: form.text('password'),
      confirmation: form.text('confirmation'),
      language,
      change: form.text('change') || mintChange(),
      replaced: readSessionHash(c),
      network: networkOf(c),
    })
    if (answer.kind === 'set') {
      writeSessionCookie(c, answer.session)
      return c.redirect(landingOf(answer.landing), 303)
    }
    if (answer.kind === 'second_step')
      return askSecondStep(c, secondStepOf(c.var.ctx, answer.account, { next: landingOf(answer.landing) }))
    const errors = problemWords(answer.errors, wordsIn(language))
    return resetPage(c, { token, invitation, view: answer.view, errors }, answer.status)
  })
