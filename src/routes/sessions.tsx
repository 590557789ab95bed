import { Hono } from 'hono'
import { SignInPage, type SsoWay } from '../../views/sign-in'
import { paths, safeNext } from '../paths'
import { Refused, wordsFor } from '../rules/refusals'
import { readLinkToken } from '../usecases/links'
import { readSetup, type SignInPlace, signInPlace } from '../usecases/organizations'
import { signIn, signOut, whoIs } from '../usecases/sessions'
import {
  type AppEnv,
  networkOf,
  type Request,
  readForm,
  readSessionCookie,
  readSessionHash,
  writeSessionCookie,
} from './request'

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

const show = async (c: Request, slug: string | null) => {
  const place = await signInPlace(c.var.ctx, slug)
  const next = safeNext(c.req.query('next')) ?? ''
  return c.html(
    <SignInPage
      action={actionOf(place)}
      forgot={forgotOf(place)}
      sso={ssoOf(place, next)}
      organization={place.organization?.name ?? null}
      address=""
      next={next}
      errors={{}}
    />,
  )
}

const submit = async (c: Request, slug: string | null) => {
  const place = await signInPlace(c.var.ctx, slug)
  const form = await readForm(c)
  const address = form.text('address')
  const next = safeNext(form.text('next'))
  try {
    const session = await signIn(c.var.ctx, {
      scope: place.scope,
      address,
      password: form.text('password'),
      network: networkOf(c),
      replaced: readSessionHash(c),
    })
    writeSessionCookie(c, session)
    return c.redirect(next ?? (place.organization ? paths.home(place.organization.slug) : paths.root), 303)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { status, detail } = wordsFor(error.refusal)
    if (error.refusal.code === 'too_many_attempts')
      c.header('Retry-After', String(error.refusal.retryAfterSeconds))
    const organization = place.organization?.name ?? null
    return c.html(
      <SignInPage
        action={actionOf(place)}
        forgot={forgotOf(place)}
        sso={ssoOf(place, next ?? '')}
        organization={organization}
        address={address}
        next={next ?? ''}
        errors={{ form: detail }}
      />,
      status,
    )
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
