import type { Actor, Context, Organization, OrganizationContext } from '../context'
import { BUILT_IN_ROLES, findRole, noRole, permissionsAmong, type Role } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { lackingOf } from '../rules/sso'
import { sha256 } from '../rules/tokens'
import { type RoleRow, readAccess, readApiKey } from '../storage/access'
import { sessionHash } from './sessions'

/** The roles an organization has: the built-in ones, then its own. */
export const rolesOf = (rows: readonly RoleRow[]): Role[] => [
  ...BUILT_IN_ROLES,
  ...rows.map(({ id, name, description, permissions }) => ({
    key: id,
    name,
    description,
    permissions: permissionsAmong(JSON.parse(permissions) as string[]),
    builtIn: false,
    stored: permissions,
  })),
]

/**
 * Who asks in this organization, in one round trip. Somebody who is no active member learns nothing of it, and neither
 * does a session that another organization's identity provider made.
 * @throws Refused unauthenticated, not_found, sso_required, second_factor_required
 */
export const enterOrganization = async (
  ctx: Context,
  slug: string,
  cookie: string | null,
): Promise<OrganizationContext> => {
  if (!cookie) return refuse({ code: 'unauthenticated' })
  const hash = sessionHash(cookie)
  const access = await readAccess(ctx.db, hash, slug, ctx.now)
  if (!access) return refuse({ code: 'unauthenticated' })
  const { organization, user, member, memberships, entrance } = access
  if (!entrance.own && !entrance.granted) return refuse({ code: 'unauthenticated' })
  if (!organization || !member) return refuse({ code: 'not_found' })
  const lacking = lackingOf(organization, entrance, entrance)
  if (lacking === 'sso') return refuse({ code: 'sso_required' })
  if (lacking === 'second_factor')
    return refuse({ code: 'second_factor_required', factor: organization.requiredFactor })
  const roles = rolesOf(access.roles)
  const actor: Actor = {
    kind: 'user',
    id: user.id,
    name: user.name || user.typedAddress,
    address: user.typedAddress,
    role: findRole(member.role, roles) ?? noRole(member.role),
  }
  const session = { hash, own: entrance.own, granted: entrance.granted }
  return { ...ctx, actor, organization, roles, session, memberships }
}

/** @throws Refused unauthenticated for a missing, unknown or revoked key. */
export const enterByApiKey = async (ctx: Context, key: string | null): Promise<OrganizationContext> => {
  const found = key ? await readApiKey(ctx.db, sha256(key), ctx.now) : null
  if (!found) return refuse({ code: 'unauthenticated' })
  const { id, name, role, access } = found.key
  const roles = rolesOf(found.roles)
  const organization: Organization = found.organization
  return {
    ...ctx,
    actor: { kind: 'api_key', id, name, role: findRole(role, roles) ?? noRole(role), access },
    organization,
    roles,
    session: null,
    memberships: [{ name: organization.name, slug: organization.slug }],
  }
}
