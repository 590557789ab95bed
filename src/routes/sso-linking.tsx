import { Hono } from 'hono'
import { LinkPage } from '../../views/sso/link'
import { SsoLostPage } from '../../views/sso/lost'
import { paths } from '../paths'
import { type FieldErrors, Refused, wordsFor } from '../rules/refusals'
import type { SsoConnection } from '../usecases/sso'
import { type AskedToLink, type LinkProof, linkIdentity, readLinking } from '../usecases/sso-linking'
import {
  type AppEnv,
  networkOf,
  type Request,
  readForm,
  readSessionCookie,
  writeSessionCookie,
} from './request'
import { clearSealed, readSealed } from './sealed'
import { askSecondStep } from './second-step'
import { answerSso } from './sso-sign-in'

/** The cookie may also be an invitee's. */
const readProof = async (c: Request): Promise<LinkProof | null> => {
  const proof = await readSealed<LinkProof | { kind: 'accept' }>(c, 'sso-proof')
  return proof?.kind === 'link' ? proof : null
}

const gone = (c: Request) => c.html(<SsoLostPage signIn={paths.signIn()} />, 409)

const page = (
  { named }: LinkProof,
  { organization, slug, accountScope }: SsoConnection,
  { isSignedIn, isMember }: AskedToLink,
  errors: FieldErrors = {},
) => {
  const own = accountScope === 'own'
  return (
    <LinkPage
      organization={organization}
      address={named.typedAddress}
      isSignedIn={isSignedIn}
      isMember={isMember}
      signIn={own ? paths.organizationSignIn(slug, paths.linkIdentity) : paths.signIn(paths.linkIdentity)}
      forgot={own ? paths.organizationForgotPassword(slug) : paths.forgotPassword()}
      errors={errors}
    />
  )
}

/** The page again, with what was wrong with the password. */
const failed = async (c: Request, proof: LinkProof, error: unknown) => {
  if (!(error instanceof Refused)) throw error
  const { refusal } = error
  if (refusal.code !== 'wrong_credentials' && refusal.code !== 'too_many_attempts') throw error
  const linking = await readLinking(c.var.ctx, proof, readSessionCookie(c))
  if (linking.kind !== 'ask') throw error
  const { status, detail } = wordsFor(refusal)
  if (refusal.code === 'too_many_attempts') c.header('Retry-After', String(refusal.retryAfterSeconds))
  const errors: FieldErrors =
    refusal.code === 'wrong_credentials' ? { password: 'That is not its password.' } : { form: detail }
  return c.html(page(proof, linking.connection, linking.asked, errors), status)
}

export const ssoLinking = new Hono<AppEnv>()
  .get(paths.linkIdentity, async (c) => {
    const proof = await readProof(c)
    const linking = proof && (await readLinking(c.var.ctx, proof, readSessionCookie(c)))
    if (!proof || !linking || linking.kind === 'gone') return gone(c)
    return linking.kind === 'ask'
      ? c.html(page(proof, linking.connection, linking.asked))
      : answerSso(c, linking.connection, linking.outcome, proof.next)
  })
  .post(paths.linkIdentity, async (c) => {
    const proof = await readProof(c)
    if (!proof) return gone(c)
    const form = await readForm(c)
    const linked = await linkIdentity(c.var.ctx, proof, {
      password: form.text('password'),
      browser: readSessionCookie(c),
      network: networkOf(c),
    }).catch((error: unknown) => failed(c, proof, error))
    if (linked instanceof Response) return linked
    if (linked.kind === 'gone') return gone(c)
    if (linked.kind === 'second_step') return askSecondStep(c, linked.step)
    clearSealed(c, 'sso-proof')
    if (linked.own && linked.outcome.kind !== 'signed_in') writeSessionCookie(c, linked.own)
    return answerSso(c, linked.connection, linked.outcome, proof.next)
  })
