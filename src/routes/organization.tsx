import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Part, type Place } from '../../views/console'
import { HomePage } from '../../views/home'
import { Overview, OverviewPage, type OverviewProps } from '../../views/overview/page'
import { paths } from '../paths'
import { can } from '../rules/permissions'
import { enterOrganization } from '../usecases/access'
import { readOwnMembership } from '../usecases/members'
import { readOverview } from '../usecases/overview'
import { noticeOf } from './notices'
import { type AppEnv, mintChange, type Request, readSessionCookie, wantsPartial } from './request'

/** Every page below an organization asks first who is there; the one exception is its sign-in page. */
export const enter = createMiddleware<AppEnv>(async (c, next) => {
  c.set('org', await enterOrganization(c.var.ctx, c.req.param('slug') ?? '', readSessionCookie(c)))
  await next()
})

/** What the console around a page shows of organization and viewer. */
export const placeOfRequest = (c: Request): Place => {
  const { organization, actor, memberships, settings, session } = c.var.org
  const reachesAccount = session?.own ?? false
  return {
    organization,
    actor: { name: actor.name, address: actor.kind === 'user' ? actor.address : '', role: actor.role },
    memberships,
    reachesAccount,
    mayCreateOrganization:
      reachesAccount && settings.organizationCreation === 'anyone' && organization.accountScope === 'shared',
  }
}

const overviewProps = async (c: Request): Promise<OverviewProps> => {
  const { org } = c.var
  const { slug } = org.organization
  const { department = '', team = '', role = '' } = c.req.query()
  const filters = { department, team, role }
  return {
    ...(await readOverview(org, filters)),
    slug,
    filters,
    upgradeUrl: org.settings.seats.upgradeUrl,
    now: org.now,
    change: mintChange(),
    self: paths.home(slug, filters),
  }
}

export const organization = new Hono<AppEnv>().get('/', async (c) => {
  const place = placeOfRequest(c)
  const notice = noticeOf(c.req.query(), c.var.org.organization.timeZone)
  if (!can(c.var.org.actor.role, 'member:manage'))
    return c.html(<HomePage place={place} member={await readOwnMembership(c.var.org)} notice={notice} />)
  const props = await overviewProps(c)
  return wantsPartial(c)
    ? c.html(
        <Part place={place}>
          <Overview {...props} />
        </Part>,
      )
    : c.html(<OverviewPage {...props} place={place} notice={notice} />)
})
