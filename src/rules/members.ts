import type { Cursor } from './lists'
import { can, holdsAllOf, type Role } from './permissions'
import type { Refusal } from './refusals'

/** Columns of the members page; each can be sorted by. */
export const MEMBER_COLUMNS = [
  'name',
  'email',
  'role',
  'department',
  'teams',
  'status',
  'joined',
  'inviter',
] as const
export type MemberColumn = (typeof MEMBER_COLUMNS)[number]
export type MemberSort = { column: MemberColumn; descending: boolean }

/** Whoever came last stands first, so that those just invited are seen. */
export const LATEST: MemberSort = { column: 'joined', descending: true }

/** What somebody on the members page is, in the order of that column: a member, or an outstanding invitation. */
export const PLACES = ['active', 'awaiting_approval', 'pending', 'expired', 'inactive'] as const
export type PlaceStatus = (typeof PLACES)[number]

export const parsePlace = (text: string): PlaceStatus | null => PLACES.find((place) => place === text) ?? null

export type MemberFilters = {
  status: PlaceStatus | null
  role: Role | null
  /** Id of a team; empty for all. */
  team: string
  department: string
  search: string
}

/** Filters as they stand in a URL. */
export const memberFilterQuery = ({ status, role, team, department, search }: MemberFilters) => ({
  status,
  role: role?.key,
  team,
  department,
  q: search,
})

export const isFiltered = (filters: MemberFilters): boolean =>
  Object.values(memberFilterQuery(filters)).some(Boolean)

export type MemberQuery = MemberFilters & { sort: MemberSort; cursor: Cursor | null; limit: number }

type Somebody = { id: string; role: Role }
type Holder = Somebody & { status: 'active' | 'inactive' }

export type MemberActions = {
  /** Department and teams, also one's own. */
  edit: boolean
  role: boolean
  deactivate: boolean
  reactivate: boolean
  remove: boolean
}

/**
 * What somebody may do with a member: nothing with one whose role holds more than their own, and to themselves neither
 * another role nor an end.
 */
export const memberActions = (actor: Somebody, { id, role, status }: Holder): MemberActions => {
  const edit = can(actor.role, 'member:manage') && holdsAllOf(actor.role, role)
  const others = edit && id !== actor.id
  return {
    edit,
    role: others,
    deactivate: others && status === 'active',
    reactivate: others && status === 'inactive',
    remove: others,
  }
}

/** The roles that a member can be given; owners alone make owners. */
export const givableRoles = (giver: Role, roles: readonly Role[]): Role[] =>
  roles.filter((role) => holdsAllOf(giver, role))

/** `demote` is an edit that takes a role away; the others leave it. */
export type MemberVerb = 'edit' | 'demote' | 'deactivate' | 'reactivate' | 'remove'

/** What there is after a change of a member. */
export type MemberFacts = {
  /** By this change, now or before. */
  done: boolean
  actorMay: boolean
  member: Holder | null
  anotherOwner: boolean
  seats: number
}

/** Why a change of a member was not done; null where it was. */
export const memberRefusal = (verb: MemberVerb, actor: Somebody, facts: MemberFacts): Refusal | null => {
  const { member } = facts
  if (facts.done) return null
  if (!facts.actorMay) return { code: 'forbidden', permission: 'member:manage' }
  if (!member) return { code: 'not_found' }
  if (verb !== 'edit' && member.id === actor.id) return { code: 'own_membership' }
  if (!memberActions(actor, member).edit) return { code: 'member_beyond_own' }
  const isOwner = member.role.key === 'owner' && member.status === 'active'
  const takesOwner = verb === 'demote' || verb === 'deactivate' || verb === 'remove'
  if (takesOwner && isOwner && !facts.anotherOwner) return { code: 'last_owner' }
  if (verb === 'reactivate' && member.status === 'inactive' && facts.seats <= 0)
    return { code: 'no_seat_left' }
  return { code: 'changed_meanwhile' }
}
