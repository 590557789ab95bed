/** What a member or an API key may do, and the words the console uses for it. */
export const PERMISSIONS = {
  'organization:read': 'Organization: Read',
  'member:read': 'Member: Read',
  'member:manage': 'Member: Manage',
  'team:manage': 'Team: Manage',
  'role:manage': 'Role: Manage',
  'settings:manage': 'Settings: Manage',
  'audit_log:read': 'Audit log: Read',
  'api_key:manage': 'API key: Manage',
  'organization:delete': 'Organization: Delete',
} as const

export type Permission = keyof typeof PERMISSIONS
export type Role = { key: string; name: string; permissions: readonly Permission[] }

const ALL = Object.keys(PERMISSIONS) as Permission[]
const OWNERS_ONLY: readonly Permission[] = ['api_key:manage', 'organization:delete']

/** The roles every organization has, from most to least powerful. */
export const BUILT_IN_ROLES = [
  { key: 'owner', name: 'Owner', permissions: ALL },
  { key: 'admin', name: 'Admin', permissions: ALL.filter((p) => !OWNERS_ONLY.includes(p)) },
  { key: 'member', name: 'Member', permissions: ['organization:read', 'member:read'] },
  { key: 'viewer', name: 'Viewer', permissions: ['organization:read'] },
] as const satisfies readonly Role[]

export const roleOf = (key: string): Role | undefined => BUILT_IN_ROLES.find((role) => role.key === key)

export const roleName = (key: string): string => roleOf(key)?.name ?? key

export const can = (roleKey: string, permission: Permission): boolean =>
  roleOf(roleKey)?.permissions.includes(permission) ?? false

/**
 * The one rule for granting: a role may be given only by someone who holds all its permissions,
 * and nobody is ever invited as owner.
 */
export const mayGrant = (granterRoleKey: string, roleKey: string): boolean => {
  const role = roleOf(roleKey)
  return role !== undefined && role.key !== 'owner' && role.permissions.every((p) => can(granterRoleKey, p))
}

export const grantableRoles = (granterRoleKey: string): Role[] =>
  BUILT_IN_ROLES.filter((role) => mayGrant(granterRoleKey, role.key))
