import { Hono } from 'hono'
import { paths, safeNext } from '../paths'
import { type Finished, findConnection } from '../usecases/sso'
import type { AppEnv, Request } from './request'
import { ssoFailed, startSso } from './sso-start'

/** Signs in who came back from their organization's identity provider. */
export const finishSignIn = async (
  c: Request,
  { connection, result }: Finished<'sign_in'>,
): Promise<Response> => {
  if (!result.ok) return ssoFailed(c, connection, result.fault)
  return c.redirect(paths.organizationSignIn(connection.slug), 303)
}

export const ssoSignIn = new Hono<AppEnv>().get('/o/:slug/sign-in/sso', async (c) => {
  const slug = c.req.param('slug')
  const next = safeNext(c.req.query('next'))
  const connection = await findConnection(c.var.ctx, { slug })
  if (!connection?.enabled) return c.redirect(paths.organizationSignIn(slug, next ?? undefined), 303)
  return startSso(c, connection, { kind: 'sign_in', next })
})
