import { rows } from './world'

export type AuditEvent = { id: string; change_id: string; detail: string; [column: string]: unknown }

/** The events that an action writes, with their details read. */
export const written = async (action: () => Promise<unknown>) => {
  const known = new Set((await rows<AuditEvent>('select * from audit_event')).map(({ id }) => id))
  await action()
  const events = await rows<AuditEvent>('select * from audit_event order by at, id')
  return events
    .filter(({ id }) => !known.has(id))
    .map(({ id: _, change_id: __, detail, ...rest }) => ({ ...rest, detail: JSON.parse(detail) as unknown }))
}

/** The columns of an event that say who. */
export const actor = (kind: string, id: unknown, name: string) => ({
  actor_kind: kind,
  actor_id: id,
  actor_name: name,
})
/** The columns of an event that say on whom. */
export const target = (kind: string, id: unknown, name: string) => ({
  target_kind: kind,
  target_id: id,
  target_name: name,
})
