import { createHmac } from 'node:crypto'
import type { OrganizationContext } from '../context'
import { MINUTE } from '../rules/dates'
import { hasLink, MAX_NAME, NAME_IS_LINK, tidyName } from '../rules/names'
import { can, findRole, mayGrant } from '../rules/permissions'
import { type FieldErrors, refuse } from '../rules/refusals'
import { sha256 } from '../rules/tokens'
import {
  type ApiKeyRow,
  commitApiKey,
  commitApiKeyRevocation,
  listApiKeys as listRows,
} from '../storage/api-keys'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

export type ApiKey = ApiKeyRow

export const listApiKeys = (ctx: OrganizationContext): Promise<ApiKey[]> => {
  authorise(ctx, 'api_key:manage', 'read')
  return listRows(ctx.db, ctx.organization.id)
}

export type ApiKeyInput = { name: string; role: string; access: string; change: string }

/** How long a repeated press shows the key again, in ms. */
const SHOWN_AGAIN = 10 * MINUTE

/**
 * Makes an API key that acts with a role; the key itself is in this answer and nowhere else, null for a press
 * repeated later or after it was revoked. The same intent makes the same key.
 * @throws Refused forbidden, role_not_grantable, invalid_input, changed_meanwhile
 */
export const createApiKey = async (
  ctx: OrganizationContext,
  input: ApiKeyInput,
): Promise<{ row: ApiKey; key: string | null }> => {
  authorise(ctx, 'api_key:manage', 'write')
  const fields: FieldErrors = {}
  const name = tidyName(input.name)
  if (!name) fields.name = 'Enter a name, such as the product that will use it.'
  else if ([...name].length > MAX_NAME) fields.name = `Up to ${MAX_NAME} characters.`
  else if (hasLink(name)) fields.name = NAME_IS_LINK
  const { access } = input
  if (access !== 'read' && access !== 'write')
    return refuse({ code: 'invalid_input', fields: { ...fields, access: 'Choose one of the two.' } })
  // A key is for invitations; one whose role may not manage them could do nothing.
  const role = findRole(input.role, ctx.roles)
  if (!role || !can(role, 'member:manage'))
    return refuse({
      code: 'invalid_input',
      fields: { ...fields, role: 'Choose a role that may manage members.' },
    })
  if (Object.keys(fields).length > 0) refuse({ code: 'invalid_input', fields })
  if (!mayGrant(ctx.actor.role, role)) refuse({ code: 'role_not_grantable' })
  const intent = actorIntent(ctx, input.change, 'api-key', name, role.key, access)
  const secret = createHmac('sha256', ctx.keys.current.apiKey).update(intent.secret).digest('base64url')
  const key = `usher_${secret}`
  const { row, actorMay } = await commitApiKey(
    ctx.db,
    { event: newId(), ...changing(ctx, intent) },
    { id: newId(), name, role, access, hash: sha256(key), hint: key.slice(-4) },
  )
  if (!row)
    return refuse(
      actorMay ? { code: 'changed_meanwhile' } : { code: 'forbidden', permission: 'api_key:manage' },
    )
  const shown = row.revokedAt === null && row.createdAt > ctx.now - SHOWN_AGAIN
  return { row, key: shown ? key : null }
}

/** @throws Refused not_found, also for another organization's key. */
export const revokeApiKey = async (
  ctx: OrganizationContext,
  input: { id: string; change: string },
): Promise<ApiKey> => {
  authorise(ctx, 'api_key:manage', 'write')
  const intent = actorIntent(ctx, input.change, 'revoke-api-key', input.id)
  const row = await commitApiKeyRevocation(ctx.db, { event: newId(), ...changing(ctx, intent) }, input.id)
  if (!row) return refuse({ code: 'not_found' })
  return row.revokedAt === null ? refuse({ code: 'forbidden', permission: 'api_key:manage' }) : row
}
