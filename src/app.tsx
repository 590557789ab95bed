import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { Toast, type Way } from '../views/parts'
import { RefusalPage } from '../views/refusal'
import { seatWays } from '../views/seats'
import { isLocal, readSettings } from './bindings'
import { createContext, type Ports } from './context'
import { log } from './log'
import { paths } from './paths'
import { account } from './routes/account'
import { accountSecurity } from './routes/account-security'
import { accountSessions } from './routes/account-sessions'
import { api } from './routes/api'
import { apiKeys } from './routes/api-keys'
import { approval } from './routes/approval'
import { auditLog } from './routes/audit-log'
import { deletion, deletionLinks } from './routes/deletion'
import { directory } from './routes/directory'
import { domains } from './routes/domains'
import { emailSettings } from './routes/email-settings'
import { gallery, galleryFrames } from './routes/gallery'
import { health } from './routes/health'
import { importing } from './routes/importing'
import { invitations } from './routes/invitations'
import { invitees } from './routes/invitees'
import { mailEvents } from './routes/mail-events'
import { framed, mailbox } from './routes/mailbox'
import { members } from './routes/members'
import { enter, organization } from './routes/organization'
import { organizations } from './routes/organizations'
import { passwordResets } from './routes/password-resets'
import { policies } from './routes/policies'
import { reminderLinks, reminders } from './routes/reminders'
import { type AppEnv, deviceOf, type Request, wantsPartial } from './routes/request'
import { roles } from './routes/roles'
import { secondStep } from './routes/second-step'
import { sessions } from './routes/sessions'
import { settings } from './routes/settings'
import { setup } from './routes/setup'
import { signInSettings } from './routes/sign-in-settings'
import { sso } from './routes/sso'
import { ssoLinking } from './routes/sso-linking'
import { ssoSignIn } from './routes/sso-sign-in'
import { teams } from './routes/teams'
import { can } from './rules/permissions'
import { DatabaseSilent, type Refusal, Refused, refuse, wordsFor } from './rules/refusals'

const LARGEST_BODY = 256 * 1024
const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i
/** What programs ask for: they read JSON. */
const isApi = (c: Request) => /^\/(api|webhooks)\//.test(c.req.path)

const headers = secureHeaders({
  strictTransportSecurity: 'max-age=31536000',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    frameSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'same-origin',
})

/** What an error is called; anything unknown is logged under a reference and shows nothing of its inside. */
const refusalOf = (error: Error): Refusal => {
  if (error instanceof Refused) return error.refusal
  if (error instanceof HTTPException && error.status === 403) return { code: 'cross_origin' }
  const reference = crypto.randomUUID()
  log.error('request.failed', error, { reference })
  return { code: error instanceof DatabaseSilent ? 'unavailable' : 'unexpected', reference }
}

/** The slug of the organization that a path leads to; one whose encoding is broken stays as it came. */
const slugIn = (c: Request): string | undefined => {
  const slug = /^\/o\/([^/]+)/.exec(c.req.path)?.[1]
  try {
    return slug && decodeURIComponent(slug)
  } catch {
    return slug
  }
}

/** The pages that help with this very refusal. */
const remediesOf = (c: Request, refusal: Refusal): Way[] => {
  const slug = slugIn(c)
  if (!slug) return []
  if (refusal.code === 'invitation_accepted' && refusal.userId)
    return [{ href: paths.member(slug, refusal.userId), label: 'See the member' }]
  if (refusal.code === 'sending_paused' && can(c.var.org.actor.role, 'settings:manage'))
    return [{ href: paths.emailSettings(slug), label: 'See what to do' }]
  return refusal.code === 'no_seat_left' ? seatWays(slug, c.var.ctx.settings.seats.upgradeUrl) : []
}

/** The page to go on with from any refusal. */
const wayOn = (c: Request, refusal: Refusal): Way => {
  const slug = slugIn(c)
  if (refusal.code === 'setup_closed') return { href: paths.signIn(), label: 'Sign in' }
  if (refusal.code === 'not_configured') return { href: paths.health, label: 'See what is missing' }
  if (slug && c.var.org) return { href: paths.home(slug), label: 'Back' }
  return { href: paths.root, label: 'To the start' }
}

/** The page to come back to, where what was asked for is one. */
const nextOf = (c: Request): string | undefined =>
  c.req.method === 'GET' && !wantsPartial(c) ? c.req.path + new URL(c.req.url).search : undefined

const signInFor = (c: Request): string => {
  const slug = slugIn(c)
  return slug ? paths.organizationSignIn(slug, nextOf(c)) : paths.signIn(nextOf(c))
}

/** The one map from a refusal to an answer: problem+json, a redirect to sign in, a toast, or a page. */
const answer = (c: Request, refusal: Refusal) => {
  const words = wordsFor(refusal)
  const { status, title, detail, remedy } = words
  if (refusal.code === 'too_many_attempts') c.header('Retry-After', String(refusal.retryAfterSeconds))
  if (isApi(c)) {
    if (refusal.code === 'unauthenticated') c.header('WWW-Authenticate', 'Bearer')
    const errors = refusal.code === 'invalid_input' ? { errors: refusal.fields } : {}
    const upgradeUrl = refusal.code === 'no_seat_left' ? c.var.ctx.settings.seats.upgradeUrl : null
    return c.json(
      {
        type: `urn:usher:refusal:${refusal.code}`,
        title,
        status,
        detail,
        remedy,
        code: refusal.code,
        ...(refusal.code === 'policy_denied' && { policy_code: refusal.denial.code }),
        ...errors,
        ...(upgradeUrl && { upgrade_url: upgradeUrl }),
      },
      status,
      {
        'Content-Type': 'application/problem+json',
      },
    )
  }
  if (refusal.code === 'unauthenticated') {
    if (!wantsPartial(c)) return c.redirect(signInFor(c), 303)
    c.header('HX-Redirect', signInFor(c))
    return c.body(null, 204)
  }
  if (refusal.code === 'sso_required' || refusal.code === 'second_factor_required') {
    // What is lacking is had elsewhere, and leads back here.
    const to =
      refusal.code === 'sso_required'
        ? signInFor(c)
        : paths.accountSecurity({ next: nextOf(c), needed: refusal.factor })
    if (!wantsPartial(c)) return c.redirect(to, 303)
    c.header('HX-Redirect', to)
    return c.body(null, 204)
  }
  if (wantsPartial(c)) {
    c.header('HX-Reswap', 'none')
    return c.html(
      <hx-partial hx-target="#toasts" hx-swap="beforeend">
        <Toast
          notice={{ words: `${title}. ${detail} ${remedy}`, variant: 'danger' }}
          ways={remediesOf(c, refusal)}
        />
      </hx-partial>,
      status,
    )
  }
  const ways = [...remediesOf(c, refusal), wayOn(c, refusal)]
  return c.html(<RefusalPage words={words} ways={ways} />, status)
}

export const createApp = (ports: Ports) => {
  const app = new Hono<AppEnv>()
  app.use('/mailbox/:id/html', framed)
  app.use('/gallery/:name', galleryFrames)
  app.use(headers)
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  })
  app.route('/', health)
  app.use(async (c, next) => {
    const settings = readSettings(c.env)
    if ('problems' in settings)
      return refuse({ code: 'not_configured', problems: settings.problems.map(({ problem }) => problem) })
    // Whatever name leads here from elsewhere, development is for this machine.
    if (settings.development && !isLocal(c.req.url)) return refuse({ code: 'not_found' })
    c.set(
      'ctx',
      createContext(c.env, settings, ports, (work) => c.executionCtx.waitUntil(work), deviceOf(c)),
    )
    return next()
  })
  // Before what holds for forms and the API: what comes here proves itself otherwise, and may be larger.
  app.route('/', mailEvents)
  app.use(bodyLimit({ maxSize: LARGEST_BODY, onError: () => refuse({ code: 'too_large' }) }))
  app.route('/api/v1', api)
  app.all('/api/*', () => refuse({ code: 'not_found' }))
  app.use(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    if (!FORM_TYPES.test(c.req.header('Content-Type') ?? ''))
      refuse({ code: 'unsupported_media_type', expected: 'forms' })
    // A mail provider presses for its reader (RFC 8058) from nowhere; the token alone says what for, and no session counts.
    if (c.req.path === paths.unsubscribe()) return next()
    return csrf({ origin: c.var.ctx.settings.appUrl })(c, next)
  })
  app.route('/', setup)
  app.route('/', sessions)
  app.route('/', secondStep)
  app.route('/', sso)
  app.route('/', ssoSignIn)
  app.route('/', ssoLinking)
  app.route('/', invitees)
  app.route('/', mailbox)
  app.route('/', gallery)
  app.route('/', organizations)
  app.route('/', deletionLinks)
  app.route('/', passwordResets)
  app.route('/', account)
  app.route('/', accountSecurity)
  app.route('/', accountSessions)
  app.route('/', reminderLinks)
  app.use('/o/:slug/*', enter)
  app.route('/o/:slug', organization)
  app.route('/o/:slug', members)
  app.route('/o/:slug', importing)
  app.route('/o/:slug', approval)
  app.route('/o/:slug', invitations)
  app.route('/o/:slug', directory)
  app.route('/o/:slug', reminders)
  app.route('/o/:slug', apiKeys)
  app.route('/o/:slug', deletion)
  app.route('/o/:slug', settings)
  app.route('/o/:slug', emailSettings)
  app.route('/o/:slug', signInSettings)
  app.route('/o/:slug', domains)
  app.route('/o/:slug', policies)
  app.route('/o/:slug', teams)
  app.route('/o/:slug', roles)
  app.route('/o/:slug', auditLog)
  app.notFound((c) => answer(c, { code: 'not_found' }))
  app.onError((error, c) => answer(c, refusalOf(error)))
  return app
}
