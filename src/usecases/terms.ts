import type { OrganizationContext } from '../context'
import type { Edit, Edits, Plan } from '../rules/editing'
import { tidyName, tidyText } from '../rules/names'
import { findRole } from '../rules/permissions'
import { type FieldErrors, refuse } from '../rules/refusals'
import { MAX_DEPARTMENT, MAX_NOTE } from './sending'

const tidied = <T>(edit: Edit<T> | undefined, tidy: (value: T) => T): Edit<T> | undefined =>
  edit && { from: edit.from === undefined ? undefined : tidy(edit.from), to: tidy(edit.to) }

/** What was typed of an invitation or a member, as it would be stored. */
export const tidyEdits = ({ role, department, note, teamIds }: Edits): Edits => ({
  role,
  department: tidied(department, tidyName),
  note: tidied(note, tidyText),
  teamIds: tidied(teamIds, (ids) => [...new Set(ids)].sort()),
})

/** Everything that is wrong with what was given, told at once; `known` are the teams there are among those asked for. */
export const requireValid = (
  { roles }: OrganizationContext,
  { role, department, note }: Edits,
  plan: Plan,
  known: readonly string[],
): void => {
  const fields: FieldErrors = {}
  if (role && !findRole(role.to, roles)) fields.role = 'There is no such role.'
  if (department && [...department.to].length > MAX_DEPARTMENT)
    fields.department = `A department can have up to ${MAX_DEPARTMENT} characters.`
  if (note && [...note.to].length > MAX_NOTE)
    fields.note = `A note can have up to ${MAX_NOTE} characters; this has ${[...note.to].length}.`
  if (plan.addTeams.some((id) => !known.includes(id)))
    fields.team_ids = 'One of these teams is not there any more.'
  if (Object.keys(fields).length > 0) refuse({ code: 'invalid_input', fields })
}
