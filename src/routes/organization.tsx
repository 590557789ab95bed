import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { ApiKeysPage } from '../../views/api-keys'
import type { Place } from '../../views/console'
import { HomePage, MemberPage } from '../../views/member'
import { paths } from '../paths'
import { can, grantableRoles } from '../rules/permissions'
import { type FieldErrors, Refused } from '../rules/refusals'
import { enterOrganization } from '../usecases/access'
import { createApiKey, listApiKeys, revokeApiKey } from '../usecases/api-keys'
import { readOwnMembership, showMember } from '../usecases/members'
import { noticeOf } from './notices'
import { type AppEnv, mintChange, type Request, readForm, readSessionCookie } from './request'

/** Every page below an organization asks first who is there; the one exception is its sign-in page. */
export const enter = createMiddleware<AppEnv>(async (c, next) => {
  c.set('org', await enterOrganization(c.var.ctx, c.req.param('slug') ?? '', readSessionCookie(c)))
  await next()
})

/** What the console around a page shows of organization and viewer. */
export const placeOfRequest = (c: Request): Place => {
  const { organization, actor } = c.var.org
  return {
    organization,
    actor: { name: actor.name, address: actor.kind === 'user' ? actor.address : '', role: actor.role },
  }
}

const NO_KEY = { name: '', role: 'admin', access: 'write' }

type KeysShown = { values?: typeof NO_KEY; errors?: FieldErrors; made?: { name: string; key: string } | null }

const keysPage = async (c: Request, { values = NO_KEY, errors = {}, made = null }: KeysShown) => {
  const keys = await listApiKeys(c.var.org)
  const roles = grantableRoles(c.var.org.actor.role).filter((role) => can(role.key, 'member:manage'))
  const rest = { keys, roles, values, errors, made, notice: noticeOf(c.req.query()), change: mintChange() }
  return c.html(
    <ApiKeysPage place={placeOfRequest(c)} {...rest} />,
    Object.keys(errors).length > 0 ? 422 : 200,
  )
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
  .get('/settings/api-keys', (c) => keysPage(c, {}))
  .post('/settings/api-keys', async (c) => {
    const form = await readForm(c)
    const values = { name: form.text('name'), role: form.text('role'), access: form.text('access') }
    try {
      const { row, key } = await createApiKey(c.var.org, {
        ...values,
        change: form.text('change') || mintChange(),
      })
      return keysPage(c, { made: key === null ? null : { name: row.name, key } })
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'invalid_input')
        return keysPage(c, { values, errors: error.refusal.fields })
      throw error
    }
  })
  .post('/settings/api-keys/revoke', async (c) => {
    const form = await readForm(c)
    await revokeApiKey(c.var.org, { id: form.text('id'), change: form.text('change') || mintChange() })
    return c.redirect(`${paths.apiKeys(c.var.org.organization.slug)}?notice=key-revoked`, 303)
  })
