/** What an invitation offers and says, as far as it can be edited while it is out. */
export type Terms = { role: string; department: string; note: string; teamIds: readonly string[] }

const TEXTS = ['role', 'department', 'note'] as const
export type TextTerm = (typeof TEXTS)[number]

/** What somebody wants a field to be; `from` is what they were shown of it, where they were shown something. */
export type Edit<T> = { from?: T | undefined; to: T }
export type Edits = { [Field in keyof Terms]?: Edit<Terms[Field]> | undefined }

export type Plan = {
  /** The fields to write, with their new values. */
  set: Partial<Pick<Terms, TextTerm>>
  addTeams: string[]
  removeTeams: string[]
  /** Fields that somebody else has written since they were shown, and that this would write over. */
  conflicts: TextTerm[]
}

const without = (ids: readonly string[], others: readonly string[]) =>
  ids.filter((id) => !others.includes(id))

/** Which fields an edit really touches; each team is a field of its own, so that two people's never collide. */
export const planEdit = (edits: Edits, current: Terms): Plan => {
  const plan: Plan = { set: {}, addTeams: [], removeTeams: [], conflicts: [] }
  for (const field of TEXTS) {
    const edit = edits[field]
    if (!edit || edit.to === current[field]) continue
    const { from = current[field], to } = edit
    if (to === from) continue
    if (from === current[field]) plan.set[field] = to
    else plan.conflicts.push(field)
  }
  if (edits.teamIds) {
    const { from = current.teamIds, to } = edits.teamIds
    plan.addTeams = without(without(to, from), current.teamIds)
    plan.removeTeams = without(from, to).filter((id) => current.teamIds.includes(id))
  }
  return plan
}

export const changesNothing = ({ set, addTeams, removeTeams, conflicts }: Plan): boolean =>
  Object.keys(set).length + addTeams.length + removeTeams.length + conflicts.length === 0

/** What is there now with what was typed on top of it: what the form shows after somebody else was faster. */
export const withEdits = (edits: Edits, current: Terms): Terms => {
  const text = (field: TextTerm): string => {
    const edit = edits[field]
    return edit && edit.to !== (edit.from ?? current[field]) ? edit.to : current[field]
  }
  const { addTeams, removeTeams } = planEdit(edits, current)
  return {
    role: text('role'),
    department: text('department'),
    note: text('note'),
    teamIds: [...without(current.teamIds, removeTeams), ...addTeams],
  }
}
