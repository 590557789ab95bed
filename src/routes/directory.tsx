import type { Finished } from '../usecases/sso'
import type { Request } from './request'
import { ssoFailed } from './sso-start'

/** Keeps the consent to read the directory. */
export const finishDirectory = async (
  c: Request,
  { connection, result }: Finished<'directory'>,
): Promise<Response> =>
  ssoFailed(
    c,
    connection,
    result.ok ? { code: 'unexpected', detail: 'Nothing goes on from here yet.', remedy: '' } : result.fault,
  )
