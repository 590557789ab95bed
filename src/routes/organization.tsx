import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Place } from '../../views/console'
import { HomePage, MemberPage } from '../../views/member'
import { paths } from '../paths'
import { enterOrganization } from '../usecases/access'
import { readOwnMembership, showMember } from '../usecases/members'
import { noticeOf } from './notices'
import { type AppEnv, type Request, readSessionCookie } from './request'

/** Every page below an organization asks first who is there; the one exception is its sign-in page. */
export const enter = createMiddleware<AppEnv>(async (c, next) => {
  c.set('org', await enterOrganization(c.var.ctx, c.req.param('slug') ?? '', readSessionCookie(c)))
  await next()
})

/** What the console around a page shows of organization and viewer. */
export const placeOfRequest = (c: Request): Place => {
  const { organization, actor, memberships, settings } = c.var.org
  return {
    organization,
    actor: { name: actor.name, address: actor.kind === 'user' ? actor.address : '', role: actor.role },
    memberships,
    mayCreateOrganization: settings.organizationCreation === 'anyone' && organization.accountScope === 'shared',
  }
}

export const organization = new Hono<AppEnv>()
  .get('/', async (c) => {
    const member = await readOwnMembership(c.var.org)
    const current = paths.home(c.var.org.organization.slug)
    return c.html(
      <HomePage
        place={placeOfRequest(c)}
        member={member}
        current={current}
        notice={noticeOf(c.req.query())}
      />,
    )
  })
  .get('/members/:id', async (c) => {
    const member = await showMember(c.var.org, c.req.param('id'))
    return c.html(<MemberPage place={placeOfRequest(c)} member={member} />)
  })
