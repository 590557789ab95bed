import type { OrganizationContext } from '../context'
import { type AuditEvent, type AuditFilter, spellings } from '../rules/audit'
import { spanOfDay } from '../rules/days'
import type { Cursor } from '../rules/lists'
import { type AuditQuery, type ListedEvent, readAuditChunk, readAuditPage } from '../storage/audit'
import { authorise } from './authorise'

export type { ListedEvent }

/** How many events one trip brings to an export, which holds no more at a time. */
const CHUNK = 1000

/** Days are the organization's, both included. */
const asked = (
  { organization: { timeZone } }: OrganizationContext,
  { actor, action, target, from, to }: AuditFilter,
): Omit<AuditQuery, 'cursor' | 'limit'> => ({
  actor: spellings(actor),
  action,
  target: spellings(target),
  from: from === null ? null : spanOfDay(from, timeZone).start,
  until: to === null ? null : spanOfDay(to, timeZone).end,
})

/** One page of what the organization's people, keys and jobs have done, newest first. */
export const listAuditLog = (
  ctx: OrganizationContext,
  { cursor, limit, ...filter }: AuditFilter & { cursor: Cursor | null; limit: number },
): Promise<{ events: ListedEvent[]; more: boolean }> => {
  authorise(ctx, 'audit_log:read', 'read')
  return readAuditPage(ctx.db, ctx.organization.id, { ...asked(ctx, filter), cursor, limit })
}

/** Everything that matches, newest first, a chunk at a time; each is read once the one before is taken. */
export async function* exportAuditLog(
  ctx: OrganizationContext,
  filter: AuditFilter,
): AsyncGenerator<AuditEvent[], void> {
  authorise(ctx, 'audit_log:read', 'read')
  let cursor: Cursor | null = null
  do {
    const events: AuditEvent[] = await readAuditChunk(ctx.db, ctx.organization.id, {
      ...asked(ctx, filter),
      cursor,
      limit: CHUNK,
    })
    yield events
    const last = events.length === CHUNK ? events.at(-1) : undefined
    cursor = last ? { side: 'after', value: last.at, id: last.id } : null
  } while (cursor)
}
