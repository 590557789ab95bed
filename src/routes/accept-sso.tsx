import { AcceptSsoFailed, type SsoFailure } from '../../views/accept/sso'
import { log } from '../log'
import { paths } from '../paths'
import type { Language } from '../rules/languages'
import type { OidcFault } from '../rules/oidc'
import { type ConnectionPreset, providerName } from '../rules/sso'
import { type AcceptProof, readLinkToken, ssoOfLink } from '../usecases/links'
import { type Finished, ROUND_TRIP, type SsoConnection } from '../usecases/sso'
import { namedBy } from '../usecases/sso-entry'
import { pageLanguage, type Request, readSessionHash } from './request'
import { writeSealed } from './sealed'
import { startSso } from './sso-start'

const FAILURES: Partial<Record<OidcFault['code'], SsoFailure>> = {
  unreachable: 'away',
  declined: 'declined',
  answer_stale: 'stale',
}

type About = { token: string; language: Language }

/** What is wrong with the configuration is for the organization's admins; the invitee reads what to do. */
const failed = (
  c: Request,
  { id, preset, issuer, organization }: SsoConnection,
  { token, language }: About,
  { code }: OidcFault,
) => {
  log.info('sso.failed', { connection: id, code })
  const props = {
    token,
    organization,
    provider: providerName(preset, issuer),
    why: FAILURES[code] ?? 'wrong',
  }
  const page = <AcceptSsoFailed {...props} language={pageLanguage(c)(language)} />
  return c.html(page, code === 'unreachable' ? 503 : 409)
}

/** What lets somebody choose the account there: not every provider knows more than signing in anew. */
const PROMPTS: Record<ConnectionPreset, string> = {
  google: 'select_account',
  microsoft: 'select_account',
  other: 'login',
}

/** Sends an invitee to the organization's identity provider; null where their link leads there no more. */
export const startAccept = async (c: Request, token: string, another: boolean): Promise<Response | null> => {
  const { ctx } = c.var
  const link = readLinkToken(ctx, token)
  const found = link && (await ssoOfLink(ctx, link, readSessionHash(c)))
  if (!found) return null
  const { connection, language, address } = found
  const extra: Record<string, string> = another
    ? { prompt: PROMPTS[connection.preset] }
    : { login_hint: address }
  return startSso(c, connection, { kind: 'accept', token, language }, { extra }, (fault) =>
    failed(c, connection, { token, language }, fault),
  )
}

/** Brings an invitee back to their link from the identity provider: nothing is joined before they press. */
export const finishAccept = async (
  c: Request,
  { purpose, connection, result }: Finished<'accept'>,
): Promise<Response> => {
  if (!result.ok) return failed(c, connection, purpose, result.fault)
  const { ctx } = c.var
  const link = readLinkToken(ctx, purpose.token)
  if (!link) return c.redirect(paths.acceptInvitation(purpose.token), 303)
  const proof: AcceptProof = { kind: 'accept', hash: link.hash, named: namedBy(connection, result.claims) }
  await writeSealed(c, 'sso-proof', proof, ctx.now + ROUND_TRIP)
  return c.redirect(paths.acceptAsNamed(purpose.token), 303)
}
