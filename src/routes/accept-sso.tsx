import type { Finished } from '../usecases/sso'
import type { Request } from './request'
import { ssoFailed } from './sso-start'

/** Brings an invitee back to their link from the identity provider. */
export const finishAccept = async (
  c: Request,
  { connection, result }: Finished<'accept'>,
): Promise<Response> =>
  ssoFailed(
    c,
    connection,
    result.ok ? { code: 'unexpected', detail: 'Nothing goes on from here yet.', remedy: '' } : result.fault,
  )
