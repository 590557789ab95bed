import { describe, expect, test } from 'vitest'
import { namePrefixes, sortAmong, sortText } from '../../src/rules/lists'
import {
  givableRoles,
  isFiltered,
  MEMBER_COLUMNS,
  type MemberFacts,
  type MemberVerb,
  memberActions,
  memberFilterQuery,
  memberRefusal,
} from '../../src/rules/members'
import { BUILT_IN_ROLES, findRole, noRole, type Role } from '../../src/rules/permissions'

const role = (key: string): Role => findRole(key) ?? noRole(key)
const own = (...permissions: Role['permissions']): Role => ({ ...noRole('custom'), permissions })
const KEYS = BUILT_IN_ROLES.map(({ key }) => key)

describe('what may be done with somebody else', () => {
  const OVER: Record<string, string[]> = {
    owner: ['owner', 'admin', 'member', 'viewer'],
    admin: ['admin', 'member', 'viewer'],
    member: [],
    viewer: [],
  }
  test.each(KEYS.flatMap((actor) => KEYS.map((of) => [actor, of] as const)))(
    'by an %s with an %s: all or nothing, and by status',
    (actor, of) => {
      const may = OVER[actor]?.includes(of) ?? false
      const actions = (status: 'active' | 'inactive') =>
        memberActions({ id: 'me', role: role(actor) }, { id: 'other', role: role(of), status })
      const all = { edit: may, role: may, remove: may }
      expect(actions('active')).toEqual({ ...all, deactivate: may, reactivate: false })
      expect(actions('inactive')).toEqual({ ...all, deactivate: false, reactivate: may })
    },
  )

  test('needs every permission that the other holds, however many one has', () => {
    const manager = { id: 'me', role: own('member:manage', 'member:read', 'team:manage') }
    const other = (of: Role) => memberActions(manager, { id: 'other', role: of, status: 'active' }).edit
    expect(other(own('member:read', 'team:manage'))).toBe(true)
    expect(other(own('member:read', 'role:manage'))).toBe(false)
    expect(other(noRole('gone'))).toBe(true)
  })
})

test('with oneself: department and teams, but neither another role nor an end', () => {
  const me = { id: 'me', role: role('owner') }
  expect(memberActions(me, { ...me, status: 'active' })).toEqual({
    edit: true,
    role: false,
    deactivate: false,
    reactivate: false,
    remove: false,
  })
})

test('an owner may make another owner, nobody else may, and nobody gives what they do not hold', () => {
  const given = (giver: Role) => givableRoles(giver, BUILT_IN_ROLES).map(({ key }) => key)
  expect(given(role('owner'))).toEqual(KEYS)
  expect(given(role('admin'))).toEqual(['admin', 'member', 'viewer'])
  expect(given(own('organization:read', 'member:manage'))).toEqual(['viewer'])
})

describe('why a change was not done', () => {
  const actor = { id: 'me', role: role('owner') }
  const other = { id: 'other', role: role('member'), status: 'active' as const }
  const facts: MemberFacts = { done: false, actorMay: true, member: other, anotherOwner: true, seats: 1 }
  const code = (verb: MemberVerb, some: Partial<MemberFacts>) =>
    memberRefusal(verb, actor, { ...facts, ...some })?.code ?? null
  const owner = { ...other, role: role('owner') }

  test.each<[string, MemberVerb, Partial<MemberFacts>, string | null]>([
    ['it was', 'remove', { done: true, member: null, actorMay: false }, null],
    ['the actor may no longer', 'edit', { actorMay: false }, 'forbidden'],
    ['they are gone', 'deactivate', { member: null }, 'not_found'],
    ['it is oneself', 'deactivate', { member: { ...owner, id: 'me' } }, 'own_membership'],
    ['it is the last owner', 'demote', { member: owner, anotherOwner: false }, 'last_owner'],
    ['it is the last owner', 'deactivate', { member: owner, anotherOwner: false }, 'last_owner'],
    ['it is the last owner', 'remove', { member: owner, anotherOwner: false }, 'last_owner'],
    ['only their department was', 'edit', { member: owner, anotherOwner: false }, 'changed_meanwhile'],
    [
      'there is no seat',
      'reactivate',
      { member: { ...other, status: 'inactive' }, seats: 0 },
      'no_seat_left',
    ],
    ['they are active already', 'reactivate', { seats: 0 }, 'changed_meanwhile'],
    ['something changed', 'edit', {}, 'changed_meanwhile'],
  ])('%s: %s', (_, verb, some, expected) => {
    expect(code(verb, some)).toBe(expected)
  })

  test('they hold more than the actor', () => {
    const admin = { id: 'me', role: role('admin') }
    expect(memberRefusal('remove', admin, { ...facts, member: owner })?.code).toBe('member_beyond_own')
  })
})

test('a sort stands in the URL as it is read from there; what is no column is none', () => {
  for (const column of MEMBER_COLUMNS)
    for (const descending of [true, false])
      expect(sortAmong(MEMBER_COLUMNS, sortText({ column, descending }))).toEqual({ column, descending })
  for (const text of ['', '-', 'sent', '--name', 'name;', 'constructor'])
    expect(sortAmong(MEMBER_COLUMNS, text)).toBeNull()
})

test('filters stand in the URL by key, and the empty ones filter nothing', () => {
  const none = { status: null, role: null, team: '', department: '', search: '' }
  expect(isFiltered(none)).toBe(false)
  for (const some of [
    { status: 'active' as const },
    { role: role('viewer') },
    { team: 't' },
    { search: 'x' },
  ])
    expect(isFiltered({ ...none, ...some })).toBe(true)
  expect(memberFilterQuery({ ...none, role: role('viewer'), search: 'ann' })).toMatchObject({
    role: 'viewer',
    q: 'ann',
  })
})

test.each([
  ['ann', ['ann']],
  ['özgür', ['özgür', 'Özgür']],
  ['jean-élie', ['jean-élie', 'jean-Élie']],
  ['ann ö', ['ann ö', 'ann Ö']],
  ['', ['']],
])('a search for %j finds names beginning with %j', (search, prefixes) => {
  expect(namePrefixes(search)).toEqual(prefixes)
})
