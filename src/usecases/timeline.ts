import type { OrganizationContext } from '../context'
import { approvalActions } from '../rules/approval'
import { statusAt } from '../rules/lifecycle'
import { findRole, mayGrant } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { timelineOf } from '../rules/timeline'
import { readLife } from '../storage/timeline'
import { authorise } from './authorise'

/** An invitation and its newest generations, or those before generation `before`. */
export type LifeInput = { id: string; before: number | null }

/**
 * Everything that is known of an invitation and of what became of it.
 * @throws Refused not_found, also for another organization's id.
 */
export const showLife = async (ctx: OrganizationContext, { id, before }: LifeInput) => {
  authorise(ctx, 'member:manage', 'read')
  const life = await readLife(ctx.db, ctx.organization.id, id, before)
  if (!life) return refuse({ code: 'not_found' })
  const { status, expiresAt, role } = life.invitation
  const given = findRole(role, ctx.roles)
  const invitation = { ...life.invitation, status: statusAt(status, expiresAt, ctx.now) }
  return {
    invitation,
    /** Whether the actor may give its role, and so resend and edit it. */
    grantable: given !== undefined && mayGrant(ctx.actor.role, given),
    approval: approvalActions(ctx.actor, life.invitation, given),
    timeline: timelineOf({ ...life, invitation }, ctx.organization.timeZone),
    /** How many generations came before those of the timeline, and the first one it shows. */
    earlier: life.from - 1,
    from: life.from,
    isNewest: life.to === invitation.generation,
    cut: life.cut,
  }
}
