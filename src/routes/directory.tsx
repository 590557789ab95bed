import { Hono } from 'hono'
import { DirectoryProblemPage } from '../../views/settings/directory'
import { paths } from '../paths'
import { enterOrganization } from '../usecases/access'
import { askConsent, type ConsentProblem, disconnectDirectory, keepConsent } from '../usecases/directory'
import type { Finished } from '../usecases/sso'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm, readSessionCookie } from './request'
import { startSso } from './sso-start'

const notConnected = (c: Request, { detail, remedy }: ConsentProblem) =>
  c.html(<DirectoryProblemPage place={placeOfRequest(c)} detail={detail} remedy={remedy} />, 409)

const done = (c: Request, notice: string) =>
  c.redirect(paths.signInSettings(c.var.org.organization.slug, { notice }), 303)

/** Keeps the consent to read the directory, for whoever asked for it and is still signed in here. */
export const finishDirectory = async (
  c: Request,
  { purpose, connection, result }: Finished<'directory'>,
): Promise<Response> => {
  c.set('org', await enterOrganization(c.var.ctx, connection.slug, readSessionCookie(c)))
  if (!result.ok) return notConnected(c, result.fault)
  const problem = await keepConsent(c.var.org, connection, purpose.consenter, result.tokens)
  return problem ? notConnected(c, problem) : done(c, 'directory-connected')
}

/** Asking for the consent to read the directory, and forgetting it. */
export const directory = new Hono<AppEnv>()
  .get('/settings/sign-in/directory', async (c) => {
    const { connection, request } = await askConsent(c.var.org)
    const purpose = { kind: 'directory' as const, consenter: c.var.org.actor.id }
    return startSso(c, connection, purpose, request, (fault) => notConnected(c, fault))
  })
  .post('/settings/sign-in/directory/disconnect', async (c) => {
    const form = await readForm(c)
    await disconnectDirectory(c.var.org, form.text('change') || mintChange())
    return done(c, 'directory-disconnected')
  })
