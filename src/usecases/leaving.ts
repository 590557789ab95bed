import type { Context, OrganizationContext } from '../context'
import { scopeOf } from '../rules/acceptance'
import { Refused, refuse } from '../rules/refusals'
import { readSession } from '../storage/access'
import { commitLeaving, readLeft, readOwnerStays } from '../storage/organizations'
import { enterOrganization } from './access'
import { intentOf, newId } from './changes'
import { sessionHash } from './sessions'

/** Every active member may leave; a key is nobody's membership. */
const person = ({ actor }: OrganizationContext) =>
  actor.kind === 'user' ? actor : refuse({ code: 'forbidden', permission: 'organization:read' })

/** Whether who asks may leave: an organization is never without an active owner. */
export const readLeaving = async (ctx: OrganizationContext): Promise<{ isLastOwner: boolean }> => {
  const { id, role } = person(ctx)
  const stays = await readOwnerStays(ctx.db, ctx.organization.id, id)
  return { isLastOwner: role.key === 'owner' && !stays }
}

/** Where they go from there; an account that belonged to this organization alone is retired with its sessions. */
export type Departure = { next: string | null; isRetired: boolean }

const intentToLeave = (ctx: Context, slug: string, userId: string, change: string) =>
  intentOf(ctx, 'leave', slug, userId, change)

const leave = async (ctx: OrganizationContext, change: string): Promise<Departure> => {
  const { id } = person(ctx)
  const { slug } = ctx.organization
  const { done, isMember, next } = await commitLeaving(ctx.db, {
    event: newId(),
    changeId: intentToLeave(ctx, slug, id, change).changeId,
    organizationId: ctx.organization.id,
    userId: id,
    now: ctx.now,
  })
  if (!done) refuse({ code: isMember ? 'last_owner' : 'not_found' })
  return { next, isRetired: scopeOf(ctx.organization) !== 'shared' }
}

/** The answer to a press repeated by somebody who is no member any more because of the first. */
const repeated = async (ctx: Context, slug: string, cookie: string | null, change: string) => {
  const who = cookie ? await readSession(ctx.db, sessionHash(cookie), ctx.now) : null
  if (!who) return null
  const { changeId } = intentToLeave(ctx, slug, who.user.id, change)
  const { done, next } = await readLeft(ctx.db, changeId, who.user.id, ctx.now)
  return done ? { next, isRetired: false } : null
}

/**
 * Leaves an organization for good, unless its last active owner would go.
 * @throws Refused unauthenticated, not_found, last_owner
 */
export const leaveOrganization = async (
  ctx: Context,
  slug: string,
  cookie: string | null,
  change: string,
): Promise<Departure> => {
  let there: OrganizationContext
  try {
    there = await enterOrganization(ctx, slug, cookie)
  } catch (error) {
    const before =
      error instanceof Refused && error.refusal.code === 'not_found'
        ? await repeated(ctx, slug, cookie, change)
        : null
    if (before) return before
    throw error
  }
  return leave(there, change)
}
