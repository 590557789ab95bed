import type { Actor, Context, Organization, OrganizationContext } from '../context'
import { refuse } from '../rules/refusals'
import { sha256 } from '../rules/tokens'
import { readAccess, readApiKey } from '../storage/access'
import { sessionHash } from './sessions'

/**
 * Who asks in this organization, in one round trip. Somebody who is no active member learns nothing of it.
 * @throws Refused unauthenticated, not_found
 */
export const enterOrganization = async (
  ctx: Context,
  slug: string,
  cookie: string | null,
): Promise<OrganizationContext> => {
  if (!cookie) return refuse({ code: 'unauthenticated' })
  const access = await readAccess(ctx.db, sessionHash(cookie), slug, ctx.now)
  if (!access) return refuse({ code: 'unauthenticated' })
  const { organization, user, member } = access
  if (!organization || !member) return refuse({ code: 'not_found' })
  const actor: Actor = {
    kind: 'user',
    id: user.id,
    name: user.name || user.typedAddress,
    address: user.typedAddress,
    role: member.role,
  }
  return { ...ctx, actor, organization }
}

/** @throws Refused unauthenticated for a missing, unknown or revoked key. */
export const enterByApiKey = async (ctx: Context, key: string | null): Promise<OrganizationContext> => {
  const found = key ? await readApiKey(ctx.db, sha256(key)) : null
  if (!found) return refuse({ code: 'unauthenticated' })
  const { id, name, role, access } = found.key
  return {
    ...ctx,
    actor: { kind: 'api_key', id, name, role, access },
    organization: found.organization satisfies Organization,
  }
}
