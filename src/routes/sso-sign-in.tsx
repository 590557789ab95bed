import { Hono } from 'hono'
import { FindSsoPage } from '../../views/sso/find'
import { SsoRefusedPage } from '../../views/sso/refused'
import { paths, safeNext } from '../paths'
import { MINUTE } from '../rules/dates'
import { type Finished, findConnection, findSsoFor, type SsoConnection } from '../usecases/sso'
import type { SsoOutcome } from '../usecases/sso-entry'
import type { LinkProof } from '../usecases/sso-linking'
import { signInBySso } from '../usecases/sso-sign-in'
import { type AppEnv, networkOf, type Request, readSessionCookie, writeSessionCookie } from './request'
import { writeSealed } from './sealed'
import { ssoFailed, startSso } from './sso-start'

/** How long somebody has to show that an account is theirs, in ms. */
const TO_LINK = 10 * MINUTE

const STATUS = { no_seat_left: 409, changed: 409, closed: 409 } as const

/** What signing in by SSO came to: the page asked for, the page of linking, or why nobody comes in. */
export const answerSso = async (
  c: Request,
  connection: SsoConnection,
  outcome: SsoOutcome,
  next: string | null,
): Promise<Response> => {
  const { slug, organization } = connection
  if (outcome.kind === 'signed_in') {
    writeSessionCookie(c, outcome.cookie)
    const home = paths.home(slug, outcome.joined ? { notice: 'welcome' } : {})
    return c.redirect(next ?? home, 303)
  }
  if (outcome.kind === 'link') {
    const proof: LinkProof = { kind: 'link', named: outcome.named, next }
    await writeSealed(c, 'sso-proof', proof, c.var.ctx.now + TO_LINK)
    return c.redirect(paths.linkIdentity, 303)
  }
  const { refused, named } = outcome
  const status = Object.entries(STATUS).find(([reason]) => reason === refused.reason)?.[1] ?? 403
  return c.html(
    <SsoRefusedPage
      organization={organization}
      address={named.typedAddress}
      refused={refused}
      again={paths.organizationSso(slug, { next, again: 'yes' })}
      signIn={paths.organizationSignIn(slug, next ?? undefined)}
    />,
    status,
  )
}

/** Signs in who came back from their organization's identity provider. */
export const finishSignIn = async (
  c: Request,
  { purpose, connection, result }: Finished<'sign_in'>,
): Promise<Response> => {
  const again = paths.organizationSignIn(connection.slug, purpose.next ?? undefined)
  if (!result.ok) return ssoFailed(c, connection, result.fault, again)
  const outcome = await signInBySso(c.var.ctx, connection, result.claims, readSessionCookie(c))
  return answerSso(c, connection, outcome, purpose.next)
}

/** What asks a provider not to go on with whoever is signed in there: Google and Microsoft let one choose. */
const asSomebodyElse = ({ preset }: SsoConnection) => ({
  prompt: preset === 'other' ? 'login' : 'select_account',
})

export const ssoSignIn = new Hono<AppEnv>()
  .get('/o/:slug/sign-in/sso', async (c) => {
    const slug = c.req.param('slug')
    const { hint, again } = c.req.query()
    const next = safeNext(c.req.query('next'))
    const connection = await findConnection(c.var.ctx, { slug })
    if (!connection?.enabled) return c.redirect(paths.organizationSignIn(slug, next ?? undefined), 303)
    const extra = { ...(hint && { login_hint: hint }), ...(again && asSomebodyElse(connection)) }
    return startSso(c, connection, { kind: 'sign_in', next }, { extra })
  })
  .get('/sign-in/sso', async (c) => {
    const address = (c.req.query('address') ?? '').trim()
    const next = safeNext(c.req.query('next'))
    const found = address ? await findSsoFor(c.var.ctx, { address, network: networkOf(c) }) : null
    const offers = found?.map(({ name, slug }) => ({
      name,
      href: paths.organizationSso(slug, { next, hint: address }),
    }))
    return c.html(<FindSsoPage address={address} next={next ?? ''} found={offers ?? null} />)
  })
