import { SsoFailedPage } from '../../views/sso/failed'
import { log } from '../log'
import { paths } from '../paths'
import type { OidcFault } from '../rules/oidc'
import { beginSso, ROUND_TRIP, type SsoConnection, type SsoPurpose } from '../usecases/sso'
import type { Request } from './request'
import { writeSealed } from './sealed'

/** The page of a round trip that failed, for whoever wanted in: what is wrong with the configuration is for its admins. */
export const ssoFailed = (
  c: Request,
  { id, organization, slug }: SsoConnection,
  fault: OidcFault,
  again: string = paths.organizationSignIn(slug),
) => {
  log.info('sso.failed', { connection: id, code: fault.code })
  const status = fault.code === 'unreachable' ? 503 : 409
  return c.html(<SsoFailedPage organization={organization} code={fault.code} again={again} />, status)
}

/**
 * Sends the browser to the identity provider; `src/routes/sso.tsx` says who goes on when it comes back. Only ever the
 * answer to a GET: a form may not lead elsewhere. `failed` answers where the provider cannot even be asked.
 */
export const startSso = async (
  c: Request,
  connection: SsoConnection,
  purpose: SsoPurpose,
  request: { scope?: string; extra?: Record<string, string> } = {},
  failed: (fault: OidcFault) => Response | Promise<Response> = (fault) => ssoFailed(c, connection, fault),
): Promise<Response> => {
  const begun = await beginSso(c.var.ctx, connection, purpose, request)
  if (!begun.ok) return failed(begun.fault)
  await writeSealed(c, 'sso-attempt', begun.attempt, c.var.ctx.now + ROUND_TRIP)
  return c.redirect(begun.url, 303)
}
