import type { Edits } from '../../src/rules/editing'
import { type Edited, editInvitation } from '../../src/usecases/editing'
import { as } from './acting'
import { freshChange, type Person } from './cast'
import { rows, type World } from './world'

/** Edits as a person does. */
export const edit = (
  world: World,
  who: Person,
  id: string,
  edits: Edits,
  change = freshChange(),
): Promise<Edited> => as(world, who, (ctx) => editInvitation(ctx, { id, edits, change }))

/** What an invitation says, as it is stored; teams by name. */
export const termsOf = async (id: string) => {
  const [terms] = await rows<{ role: string; department: string; note: string; teams: string }>(
    'select role, department, note, team_names as teams from invitation where id = ?',
    id,
  )
  return terms
}

/** What the newest mail to an address is made of. */
export const contentFor = async (address: string): Promise<Record<string, unknown>> => {
  const [newest] = await rows<{ content: string }>(
    'select content from delivery where address = ? order by generation desc limit 1',
    address,
  )
  return JSON.parse(newest?.content ?? '{}')
}
