import { Hono } from 'hono'
import { SsoLostPage } from '../../views/sso/lost'
import { paths } from '../paths'
import { findConnection, finishSso, type SsoAttempt } from '../usecases/sso'
import { finishAccept } from './accept-sso'
import { finishDirectory } from './directory'
import type { AppEnv, Request } from './request'
import { clearSealed, readSealed } from './sealed'
import { finishTest } from './sign-in-settings'
import { finishSignIn } from './sso-sign-in'

/** Whoever started a round trip goes on with what it came back with. */
const finish = (
  c: Request,
  { purpose }: SsoAttempt,
  rest: Omit<Parameters<typeof finishSignIn>[1], 'purpose'>,
) => {
  switch (purpose.kind) {
    case 'sign_in':
      return finishSignIn(c, { purpose, ...rest })
    case 'accept':
      return finishAccept(c, { purpose, ...rest })
    case 'test':
      return finishTest(c, { purpose, ...rest })
    case 'directory':
      return finishDirectory(c, { purpose, ...rest })
  }
}

/** Each connection has a callback of its own, so that no provider can pass its answer off as another's (RFC 9700, 4.4). */
export const sso = new Hono<AppEnv>().get('/sso/callback/:connection', async (c) => {
  const id = c.req.param('connection')
  const attempt = await readSealed<SsoAttempt>(c, 'sso-attempt')
  clearSealed(c, 'sso-attempt')
  const connection =
    attempt?.connectionId === id ? await findConnection(c.var.ctx, { id: attempt.connectionId }) : null
  if (!attempt || !connection) return c.html(<SsoLostPage signIn={paths.signIn()} />, 409)
  const result = await finishSso(c.var.ctx, connection, attempt, new URL(c.req.url))
  return finish(c, attempt, { connection, result })
})
