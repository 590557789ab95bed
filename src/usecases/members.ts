import type { OrganizationContext } from '../context'
import { refuse } from '../rules/refusals'
import { readMember } from '../storage/members'
import { authorise } from './authorise'

/** What every member sees of their own place: role, department, teams, who invited them. */
export const readOwnMembership = async (ctx: OrganizationContext) => {
  authorise(ctx, 'organization:read', 'read')
  return (await readMember(ctx.db, ctx.organization.id, ctx.actor.id)) ?? refuse({ code: 'not_found' })
}

/** @throws Refused not_found, also for another organization's member. */
export const showMember = async (ctx: OrganizationContext, userId: string) => {
  authorise(ctx, 'member:manage', 'read')
  return (await readMember(ctx.db, ctx.organization.id, userId)) ?? refuse({ code: 'not_found' })
}
