import type { Finished } from '../usecases/sso'
import type { Request } from './request'
import { ssoFailed } from './sso-start'

/** Shows an admin what testing the connection came to. */
export const finishTest = async (c: Request, { connection, result }: Finished<'test'>): Promise<Response> =>
  ssoFailed(
    c,
    connection,
    result.ok ? { code: 'unexpected', detail: 'Nothing goes on from here yet.', remedy: '' } : result.fault,
  )
