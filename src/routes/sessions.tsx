import { Hono } from 'hono'
import { SignInPage, type SsoWay } from '../../views/sign-in'
import { paths, safeNext } from '../paths'
import { type FieldErrors, type RefusalWords, Refused, wordsFor } from '../rules/refusals'
import { problemWords, wordsIn } from '../rules/words'
import { readLinkToken } from '../usecases/links'
import { readSetup, requirePasswordTaken, type SignInPlace, signInPlace } from '../usecases/organizations'
import { signInWithPasskey } from '../usecases/passkeys'
import { signIn, signOut, whoIs } from '../usecases/sessions'
import { requestOptions } from '../usecases/webauthn'
import { challengeFor, clearChallenge, readChallenge } from './challenge'
import {
  type AppEnv,
  networkOf,
  type Request,
  readForm,
  readSessionCookie,
  readSessionHash,
  writeSessionCookie,
} from './request'
import { askSecondStep } from './second-step'

const actionOf = ({ organization }: SignInPlace) =>
  organization ? paths.organizationSignIn(organization.slug) : paths.signIn()

const forgotOf = ({ organization }: SignInPlace) =>
  organization ? paths.organizationForgotPassword(organization.slug) : paths.forgotPassword()

/** An organization's own way where it has one; on the page of all, the way to find it. */
const ssoOf = ({ organization }: SignInPlace, next: string): SsoWay => {
  if (!organization) return { href: paths.findSso({ next }), preset: null }
  const { slug, ssoPreset } = organization
  return ssoPreset && { href: paths.organizationSso(slug, { next }), preset: ssoPreset }
}

type Shown = { address?: string; next: string; errors?: FieldErrors }

/** A sign-in page, with what was typed into it where it came back. */
const page = async (
  c: Request,
  place: SignInPlace,
  { address = '', next, errors = {} }: Shown,
  status: RefusalWords['status'] | 200 = 200,
) =>
  c.html(
    <SignInPage
      action={actionOf(place)}
      forgot={forgotOf(place)}
      sso={ssoOf(place, next)}
      passkeyOptions={requestOptions(c.var.ctx, await challengeFor(c))}
      organization={place.organization}
      ssoAlone={place.organization?.ssoAlone ?? false}
      isNew={c.req.query('notice') === 'organization-created'}
      address={address}
      next={next}
      errors={errors}
    />,
    status,
  )

/** The page again, for whoever was refused with words for it. */
const refused = (c: Request, place: SignInPlace, shown: Omit<Shown, 'errors'>, error: unknown) => {
  if (!(error instanceof Refused)) throw error
  const { status, detail } = wordsFor(error.refusal)
  if (error.refusal.code === 'too_many_attempts')
    c.header('Retry-After', String(error.refusal.retryAfterSeconds))
  return page(c, place, { ...shown, errors: { form: detail } }, status)
}

const show = async (c: Request, slug: string | null) => {
  const next = safeNext(c.req.query('next')) ?? ''
  return page(c, await signInPlace(c.var.ctx, slug), { next })
}

const landingOf = (next: string | null, { organization }: SignInPlace): string =>
  next ?? (organization ? paths.home(organization.slug) : paths.root)

const submit = async (c: Request, slug: string | null) => {
  const form = await readForm(c)
  const address = form.text('address')
  const place = await signInPlace(c.var.ctx, slug, address)
  const next = safeNext(form.text('next'))
  const landing = landingOf(next, place)
  try {
    await requirePasswordTaken(c.var.ctx, place, networkOf(c))
    const signedIn = await signIn(c.var.ctx, {
      scope: place.scope,
      address,
      password: form.text('password'),
      network: networkOf(c),
      replaced: readSessionHash(c),
      next: landing,
    })
    if (signedIn.kind === 'second_step') return askSecondStep(c, signedIn.step)
    writeSessionCookie(c, signedIn.session)
    return c.redirect(landing, 303)
  } catch (error) {
    return refused(c, place, { address, next: next ?? '' }, error)
  }
}

/** With a passkey, which says by itself whose it is. */
const submitPasskey = async (c: Request) => {
  const form = await readForm(c)
  const place = await signInPlace(c.var.ctx, form.text('organization') || null)
  const next = safeNext(form.text('next'))
  const shown = { next: next ?? '' }
  try {
    const signedIn = await signInWithPasskey(c.var.ctx, {
      scope: place.scope,
      credential: form.text('credential'),
      challenge: await readChallenge(c),
      network: networkOf(c),
      replaced: readSessionHash(c),
    })
    if (signedIn.kind === 'refused') {
      const { problem } = signedIn
      return page(c, place, { ...shown, errors: problemWords({ credential: problem }, wordsIn('en')) }, 422)
    }
    clearChallenge(c)
    writeSessionCookie(c, signedIn.session)
    return c.redirect(landingOf(next, place), 303)
  } catch (error) {
    return refused(c, place, shown, error)
  }
}

export const sessions = new Hono<AppEnv>()
  .get('/', async (c) => {
    const cookie = readSessionCookie(c)
    const who = cookie ? await whoIs(c.var.ctx, cookie) : null
    if (who?.slug) return c.redirect(paths.home(who.slug))
    if (who?.own) return c.redirect(paths.organizations)
    const { open } = await readSetup(c.var.ctx)
    return c.redirect(open ? paths.setup : paths.signIn())
  })
  .get('/sign-in', (c) => show(c, null))
  .post('/sign-in', (c) => submit(c, null))
  .post(paths.passkeySignIn, submitPasskey)
  .get('/o/:slug/sign-in', (c) => show(c, c.req.param('slug')))
  .post('/o/:slug/sign-in', (c) => submit(c, c.req.param('slug')))
  .post('/sign-out', async (c) => {
    const cookie = readSessionCookie(c)
    if (cookie) await signOut(c.var.ctx, cookie)
    writeSessionCookie(c, null)
    // Switching accounts on a link comes back to that link.
    const form = await readForm(c)
    const token = form.text('token')
    const link = readLinkToken(c.var.ctx, token) ? paths.acceptInvitation(token) : null
    return c.redirect(link ?? safeNext(form.text('next')) ?? paths.signIn(), 303)
  })
