import { Hono } from 'hono'
import { ApiKeysPage } from '../../views/api-keys'
import { paths } from '../paths'
import { can, grantableRoles } from '../rules/permissions'
import { type FieldErrors, Refused } from '../rules/refusals'
import { createApiKey, listApiKeys, revokeApiKey } from '../usecases/api-keys'
import { noticeOf } from './notices'
import { placeOfRequest } from './organization'
import { type AppEnv, mintChange, type Request, readForm } from './request'

const NO_KEY = { name: '', role: 'admin', access: 'write' }

type KeysShown = { values?: typeof NO_KEY; errors?: FieldErrors; made?: { name: string; key: string } | null }

const keysPage = async (c: Request, { values = NO_KEY, errors = {}, made = null }: KeysShown) => {
  const { actor, roles: all } = c.var.org
  const keys = await listApiKeys(c.var.org)
  const roles = grantableRoles(actor.role, all).filter((role) => can(role, 'member:manage'))
  const rest = { keys, roles, values, errors, made, notice: noticeOf(c.req.query()), change: mintChange() }
  return c.html(
    <ApiKeysPage place={placeOfRequest(c)} {...rest} />,
    Object.keys(errors).length > 0 ? 422 : 200,
  )
}

export const apiKeys = new Hono<AppEnv>()
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
