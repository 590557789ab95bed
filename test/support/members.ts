import { LATEST, type MemberQuery } from '../../src/rules/members'
import { changeMember, type MemberEdits } from '../../src/usecases/member-edits'
import { deactivateMember, listMembers, reactivateMember, removeMember } from '../../src/usecases/members'
import { as } from './acting'
import { freshChange, type Person } from './cast'
import { rows, type World } from './world'

const ALL: MemberQuery = {
  status: null,
  role: null,
  team: '',
  department: '',
  search: '',
  sort: LATEST,
  cursor: null,
  limit: 50,
}

/** A page of the members page, as `who` sees it. */
export const list = (world: World, who: Person, query: Partial<MemberQuery> = {}, slug = 'acme') =>
  as(world, who, (ctx) => listMembers(ctx, { ...ALL, ...query }), slug)

/** Names, or addresses of those without one, in the order of the page. */
export const listed = async (world: World, who: Person, query: Partial<MemberQuery> = {}) =>
  (await list(world, who, query)).rows.map(({ name, typedAddress }) => name || typedAddress)

export const change = (
  world: World,
  who: Person,
  id: string,
  edits: MemberEdits,
  press = freshChange(),
  slug = 'acme',
) => as(world, who, (ctx) => changeMember(ctx, { id, edits, change: press }), slug)

export const ENDINGS = { deactivate: deactivateMember, reactivate: reactivateMember, remove: removeMember }
export type Ending = keyof typeof ENDINGS

export const end = (
  world: World,
  who: Person,
  verb: Ending,
  id: string,
  press = freshChange(),
  slug = 'acme',
) => as(world, who, (ctx) => ENDINGS[verb](ctx, { id, change: press }), slug)

/** What a person is in an organization now; null for nothing. */
export const membershipOf = async (id: string) => {
  const [row] = await rows<{ role: string; department: string; status: string; team_names: string }>(
    'select role, department, status, team_names from member where user_id = ?',
    id,
  )
  return row ?? null
}
