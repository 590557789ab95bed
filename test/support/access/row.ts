import type { Cast } from '../cast'
import type { World } from '../world'

export const WHO = [
  'owner',
  'admin',
  'member',
  'viewer',
  'outsider',
  'inactive',
  'nobody',
  'expired',
] as const
export type Who = (typeof WHO)[number]

export const MEMBERS: readonly Who[] = ['owner', 'admin', 'member', 'viewer']
/** Who may see the others. */
export const READERS: readonly Who[] = ['owner', 'admin', 'member']
export const MANAGERS: readonly Who[] = ['owner', 'admin']
export const OWNERS: readonly Who[] = ['owner']

/** What a row may name; each visit gets an invitation and a key of its own. */
export type Ids = { invitation: string; key: string; user: string; who: Who; cast: Cast; world: World }

/** A route of an organization: who may, what they get, and what the visit needs; `path` is the rest of it where it is not the route itself. */
export type Row = {
  may: readonly Who[]
  status: number
  path?: (ids: Ids) => string | Promise<string>
  form?: (ids: Ids) => Record<string, string> | Promise<Record<string, string>>
}
export type Rows = Record<string, Row>
