import { type SQL, sql } from 'drizzle-orm'
import type { Plan, TextTerm } from '../rules/editing'
import { roleLabel } from './guards'

/**
 * What holds role, department and teams: the alias of its row in a statement, and whether it has team `t`. An invitation
 * and a member are changed alike.
 */
export type Holder = { row: SQL; hasTeam: SQL }

export const COLUMNS: Record<TextTerm, SQL> = {
  role: sql`role`,
  department: sql`department`,
  note: sql`note`,
}

export const listed = (ids: readonly string[]): SQL =>
  sql`(select value from json_each(${JSON.stringify(ids)}))`

/** Which of the asked teams the organization has. */
export const teamsAmong = (organizationId: string, ids: readonly string[]): SQL =>
  sql`select t.id from json_each(${JSON.stringify(ids)}) j join team t on t.id = j.value
    and t.organization_id = ${organizationId}`

/** The names of the holder's teams, or those it will have once the plan is done. */
const teamNames = (
  { row, hasTeam }: Holder,
  { addTeams, removeTeams }: Pick<Plan, 'addTeams' | 'removeTeams'>,
): SQL =>
  sql`(select json_group_array(name) from (select t.name from team t where t.organization_id = ${row}.organization_id
    and (t.id in ${listed(addTeams)} or t.id not in ${listed(removeTeams)} and ${hasTeam})
    order by t.name collate nocase))`

/** What is written down: the fields that change, and what they were. */
export const detailOf = (holder: Holder, { set, addTeams, removeTeams }: Plan): SQL => {
  const { row } = holder
  const pairs: SQL[] = []
  const before: SQL[] = []
  if (set.role !== undefined) {
    pairs.push(sql`'role', ${roleLabel(sql`${set.role}`)}`)
    before.push(sql`'role', ${roleLabel(sql`${row}.role`)}`)
  }
  for (const field of ['department', 'note'] as const) {
    if (set[field] === undefined) continue
    pairs.push(sql`${field}, ${set[field]}`)
    before.push(sql`${field}, ${row}.${COLUMNS[field]}`)
  }
  if (addTeams.length + removeTeams.length > 0) {
    pairs.push(sql`'teams', json(${teamNames(holder, { addTeams, removeTeams })})`)
    before.push(sql`'teams', json(${teamNames(holder, { addTeams: [], removeTeams: [] })})`)
  }
  const comma = sql`, `
  return sql`json_object(${sql.join(pairs, comma)}, 'before', json_object(${sql.join(before, comma)}))`
}

/** The texts that a plan writes are as they were read. */
export const asRead = ({ row }: Holder, { set }: Plan, was: Plan['set']): SQL =>
  sql.join(
    (Object.keys(set) as TextTerm[]).map((field) => sql`and ${row}.${COLUMNS[field]} = ${was[field]}`),
    sql` `,
  )

/** Whether a plan still makes a difference: somebody may have given and taken the same teams meanwhile. */
export const stillDiffers = ({ row, hasTeam }: Holder, { set, addTeams, removeTeams }: Plan): SQL =>
  Object.keys(set).length > 0
    ? sql`true`
    : sql`exists (select 1 from team t where t.organization_id = ${row}.organization_id and
        (t.id in ${listed(addTeams)}) + (t.id in ${listed(removeTeams)}) > 0 and (t.id in ${listed(addTeams)}) <> ${hasTeam})`
