import type { OrganizationContext } from '../context'
import type { ChangeOutcome } from '../rules/outcomes'
import { findRole, mayGrant } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import type { Changed, Left } from '../storage/changes'

/** Whether the actor may give the role, as whoever sends an invitation with it has to. */
export const mayGive = ({ actor, roles }: OrganizationContext, key: string): boolean => {
  const role = findRole(key, roles)
  return role !== undefined && mayGrant(actor.role, role)
}

type Row = Omit<Changed, 'tokenHash'>

const ended = ({ id, typed: address, status, acceptedBy }: Row): ChangeOutcome | null => {
  if (status === 'accepted') return { kind: 'accepted', id, address, userId: acceptedBy }
  if (status === 'revoked' || status === 'declined') return { kind: status, id, address }
  return null
}

/**
 * What became of each; `why` says it of what is neither done nor at its end.
 * @throws Refused forbidden where the actor lost the permission meanwhile
 */
export const outcomesOf = <T extends Row>(
  ids: readonly string[],
  { actorMay }: Left,
  changed: readonly T[],
  why: (row: T) => ChangeOutcome,
): ChangeOutcome[] => {
  if (!actorMay) refuse({ code: 'forbidden', permission: 'member:manage' })
  const byId = new Map(changed.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = byId.get(id)
    if (!row) return { kind: 'not_found', id }
    if (row.done) {
      const { typed: address, waitsUntil, heldFor } = row
      return { kind: 'done', id, address, waitsUntil, ...(heldFor !== null && { heldFor }) }
    }
    return ended(row) ?? why(row)
  })
}
