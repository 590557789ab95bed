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

/** What each lets one do, in a line. */
export const MEANINGS: Record<Permission, string> = {
  'organization:read': 'See the organization and one’s own place in it.',
  'member:read': 'See members, teams and roles.',
  'member:manage': 'Invite, resend and revoke; change, deactivate and remove members.',
  'team:manage': 'Make, rename and delete teams.',
  'role:manage': 'Make, edit and delete roles that hold no more than one’s own.',
  'settings:manage': 'Change the settings of the organization and of its invitations.',
  'audit_log:read': 'See and export who did what to whom, and when.',
  'api_key:manage': 'Make and revoke API keys.',
  'organization:delete': 'Delete the organization. Owners only.',
}

export type Role = {
  /** Of a built-in role its name in lower case, of an organization's own its id. */
  key: string
  name: string
  description: string
  permissions: readonly Permission[]
  builtIn: boolean
  /** Of an organization's own: its permissions as the row has them, by which guards know that it is still the same. */
  stored?: string
}

const ALL = Object.keys(PERMISSIONS) as Permission[]
const OWNERS_ONLY: readonly Permission[] = ['api_key:manage', 'organization:delete']

/** The roles every organization has, from most to least powerful. */
export const BUILT_IN_ROLES: readonly Role[] = [
  {
    key: 'owner',
    name: 'Owner',
    description: 'Everything, deleting the organization included.',
    permissions: ALL,
    builtIn: true,
  },
  {
    key: 'admin',
    name: 'Admin',
    description: 'Invites, manages members, teams, roles and settings.',
    permissions: ALL.filter((permission) => !OWNERS_ONLY.includes(permission)),
    builtIn: true,
  },
  {
    key: 'member',
    name: 'Member',
    description: 'Sees the organization and its members.',
    permissions: ['organization:read', 'member:read'],
    builtIn: true,
  },
  {
    key: 'viewer',
    name: 'Viewer',
    description: 'Sees the organization and their own place in it.',
    permissions: ['organization:read'],
    builtIn: true,
  },
]

/** What a role of an organization's own can hold: only owners delete an organization. */
export const CHOOSABLE_PERMISSIONS = ALL.filter((permission) => permission !== 'organization:delete')

/** What every role holds, since its holders could not even see where they are without it. */
export const ALWAYS_HELD: Permission = 'organization:read'

/** The permissions among `names`, once each and in the table's order: equal sets make equal lists. */
export const permissionsAmong = (names: readonly string[]): Permission[] =>
  ALL.filter((permission) => names.includes(permission))

/** The role with this key among an organization's; without them, among the built-in ones. */
export const findRole = (key: string, roles: readonly Role[] = BUILT_IN_ROLES): Role | undefined =>
  roles.find((role) => role.key === key)

/** What pages and mails call a role by what was written down of it: a built-in role's key, or a name. */
export const roleName = (label: string): string => findRole(label)?.name ?? label

/** Holds nothing: what a key that names no role any more stands for. */
export const noRole = (key: string): Role => ({
  key,
  name: key,
  description: '',
  permissions: [],
  builtIn: false,
})

export const can = (role: Role, permission: Permission): boolean => role.permissions.includes(permission)

/** The one rule for granting: a role may be given, changed or taken only by someone who holds all its permissions. */
export const holdsAllOf = (granter: Role, role: Pick<Role, 'permissions'>): boolean =>
  role.permissions.every((permission) => can(granter, permission))

/** The same for inviting, for keys and for defaults, where nobody is ever made an owner. */
export const mayGrant = (granter: Role, role: Role): boolean =>
  role.key !== 'owner' && holdsAllOf(granter, role)

export const grantableRoles = (granter: Role, roles: readonly Role[]): Role[] =>
  roles.filter((role) => mayGrant(granter, role))

/** The same for changing what a role of the organization's own is; the built-in ones stay as they are. */
export const mayEditRole = (editor: Role, role: Role): boolean =>
  !role.builtIn && can(editor, 'role:manage') && holdsAllOf(editor, role)

/** Who can take over from a role that goes: what the deleter may grant, and what API keys can act with where some do. */
export const successorsOf = (
  deleter: Role,
  role: Role,
  roles: readonly Role[],
  hasApiKeys: boolean,
): Role[] =>
  grantableRoles(deleter, roles).filter(
    (other) => other.key !== role.key && (!hasApiKeys || can(other, 'member:manage')),
  )
