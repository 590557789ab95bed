import { expect, test } from 'vitest'
import {
  BUILT_IN_ROLES,
  CHOOSABLE_PERMISSIONS,
  can,
  findRole,
  grantableRoles,
  MEANINGS,
  mayEditRole,
  mayGrant,
  noRole,
  PERMISSIONS,
  type Permission,
  permissionsAmong,
  roleName,
  successorsOf,
} from '../../src/rules/permissions'

const ROLES = ['owner', 'admin', 'member', 'viewer']
const role = (key: string) => findRole(key) ?? noRole(key)

// Owner, admin, member, viewer; ✓ where the role holds the permission.
const MATRIX: Record<Permission, string> = {
  'organization:read': '✓✓✓✓',
  'member:read': '✓✓✓·',
  'member:manage': '✓✓··',
  'team:manage': '✓✓··',
  'role:manage': '✓✓··',
  'settings:manage': '✓✓··',
  'audit_log:read': '✓✓··',
  'api_key:manage': '✓···',
  'organization:delete': '✓···',
}

// Rows grant, columns are granted.
const GRANTING: Record<string, string> = {
  owner: '·✓✓✓',
  admin: '·✓✓✓',
  member: '··✓✓',
  viewer: '···✓',
}

const marks = (holds: (role: string) => boolean) => ROLES.map((role) => (holds(role) ? '✓' : '·')).join('')

test('every permission is held by exactly the roles of the matrix', () => {
  const permissions = Object.keys(PERMISSIONS) as Permission[]
  expect(BUILT_IN_ROLES.map(({ key }) => key)).toEqual(ROLES)
  expect(
    Object.fromEntries(
      permissions.map((permission) => [permission, marks((key) => can(role(key), permission))]),
    ),
  ).toEqual(MATRIX)
})

test('a role is granted only by who holds all of it, and owner by nobody', () => {
  expect(
    Object.fromEntries(ROLES.map((granter) => [granter, marks((key) => mayGrant(role(granter), role(key)))])),
  ).toEqual(GRANTING)
  for (const granter of ROLES) {
    expect(grantableRoles(role(granter), BUILT_IN_ROLES).map(({ key }) => key)).toEqual(
      ROLES.filter((key) => mayGrant(role(granter), role(key))),
    )
  }
})

test('granting never gives what the granter lacks', () => {
  for (const granter of ROLES) {
    for (const { permissions } of grantableRoles(role(granter), BUILT_IN_ROLES)) {
      expect(permissions.filter((permission) => !can(role(granter), permission))).toEqual([])
    }
  }
})

test('a key that names no role holds nothing and is not granted', () => {
  for (const key of ['', 'emperor', 'Owner', 'owner ', 'constructor', '__proto__']) {
    expect(findRole(key)).toBeUndefined()
    expect(roleName(key)).toBe(key)
    expect((Object.keys(PERMISSIONS) as Permission[]).filter((one) => can(noRole(key), one))).toEqual([])
  }
})

test('a role of the organization’s own is granted by who holds all of it, whatever it is called', () => {
  const auditor = { ...noRole('0190'), name: 'Auditor', permissions: permissionsAmong(['audit_log:read']) }
  expect(ROLES.filter((key) => mayGrant(role(key), auditor))).toEqual(['owner', 'admin'])
  expect(ROLES.filter((key) => mayGrant(auditor, role(key)))).toEqual([])
  expect(grantableRoles(auditor, [...BUILT_IN_ROLES, auditor])).toEqual([auditor])
})

test('equal sets of permissions are equal lists, and what is no permission is left out', () => {
  expect(permissionsAmong(['team:manage', 'nonsense', 'member:read', 'team:manage'])).toEqual([
    'member:read',
    'team:manage',
  ])
  expect(CHOOSABLE_PERMISSIONS).not.toContain('organization:delete')
})

test('the roles have the names that pages and mails show', () => {
  expect(ROLES.map(roleName)).toEqual(['Owner', 'Admin', 'Member', 'Viewer'])
})

const own = (key: string, ...names: Permission[]) => ({
  ...noRole(key),
  permissions: permissionsAmong(['organization:read', ...names]),
})

test('a role is edited by who manages roles and holds all of it; the built-in ones by nobody', () => {
  const keys = own('keys', 'api_key:manage')
  const small = own('small', 'team:manage')
  const manager = own('manager', 'role:manage')
  const editors = (edited: ReturnType<typeof role>) => ROLES.filter((key) => mayEditRole(role(key), edited))
  expect(editors(small)).toEqual(['owner', 'admin'])
  expect(editors(keys)).toEqual(['owner'])
  for (const key of ROLES) expect(editors(role(key))).toEqual([])
  expect([small, keys, manager].filter((edited) => mayEditRole(manager, edited))).toEqual([manager])
  expect(mayEditRole(small, small)).toBe(false)
})

test('what takes over from a role is another that one may give; for API keys, one that manages members', () => {
  const helper = own('helper', 'member:manage')
  const all = [...BUILT_IN_ROLES, helper, own('small', 'team:manage'), own('keys', 'api_key:manage')]
  const names = (deleter: string, hasKeys: boolean) =>
    successorsOf(role(deleter), helper, all, hasKeys).map(({ key }) => key)
  expect(names('owner', false)).toEqual(['admin', 'member', 'viewer', 'small', 'keys'])
  expect(names('admin', false)).toEqual(['admin', 'member', 'viewer', 'small'])
  expect(names('owner', true)).toEqual(['admin'])
})

test('every permission has its meaning', () => {
  expect(Object.keys(MEANINGS)).toEqual(Object.keys(PERMISSIONS))
})
