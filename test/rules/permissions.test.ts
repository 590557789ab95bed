import { expect, test } from 'vitest'
import {
  BUILT_IN_ROLES,
  can,
  grantableRoles,
  mayGrant,
  PERMISSIONS,
  type Permission,
  roleName,
  roleOf,
} from '../../src/rules/permissions'

const ROLES = ['owner', 'admin', 'member', 'viewer']

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
    Object.fromEntries(permissions.map((permission) => [permission, marks((role) => can(role, permission))])),
  ).toEqual(MATRIX)
})

test('a role is granted only by who holds all of it, and owner by nobody', () => {
  expect(
    Object.fromEntries(ROLES.map((granter) => [granter, marks((role) => mayGrant(granter, role))])),
  ).toEqual(GRANTING)
  for (const granter of ROLES) {
    expect(grantableRoles(granter).map(({ key }) => key)).toEqual(
      ROLES.filter((role) => mayGrant(granter, role)),
    )
  }
})

test('granting never gives what the granter lacks', () => {
  for (const granter of ROLES) {
    for (const { permissions } of grantableRoles(granter)) {
      expect(permissions.filter((permission) => !can(granter, permission))).toEqual([])
    }
  }
})

test('a role that does not exist holds nothing, grants nothing and is granted by nobody', () => {
  for (const key of ['', 'emperor', 'Owner', 'owner ', 'constructor', '__proto__']) {
    expect(roleOf(key)).toBeUndefined()
    expect(roleName(key)).toBe(key)
    expect((Object.keys(PERMISSIONS) as Permission[]).filter((permission) => can(key, permission))).toEqual(
      [],
    )
    expect(ROLES.filter((role) => mayGrant(key, role) || mayGrant(role, key))).toEqual([])
  }
})

test('the roles have the names that pages and mails show', () => {
  expect(ROLES.map(roleName)).toEqual(['Owner', 'Admin', 'Member', 'Viewer'])
})
