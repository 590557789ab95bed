import type { Context, OrganizationContext } from '../context'
import { Refused, refuse } from '../rules/refusals'
import { readSession } from '../storage/access'
import { commitLeaving, type Left, readLeft, readOwnerStays } from '../storage/organizations'
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

/**
 * Where they go from there. They are signed out where the account belonged to this organization alone, and is retired
 * with its sessions, or where their session opened nothing else.
 */
export type Departure = { next: string | null; isSignedOut: boolean }

const departureOf = ({ next, own }: Left): Departure => ({ next, isSignedOut: next === null && !own })

const intentToLeave = (ctx: Context, slug: string, userId: string, change: string) =>
  intentOf(ctx, 'leave', slug, userId, change)

const leave = async (ctx: OrganizationContext, change: string): Promise<Departure> => {
  const { id } = person(ctx)
  const { slug } = ctx.organization
  const left = await commitLeaving(ctx.db, {
    event: newId(),
    changeId: intentToLeave(ctx, slug, id, change).changeId,
    organizationId: ctx.organization.id,
    userId: id,
    sessionHash: ctx.session?.hash ?? '',
    now: ctx.now,
  })
  if (!left.done) refuse({ code: left.isMember ? 'last_owner' : 'not_found' })
  return departureOf(left)
}

/** The answer to a press repeated by somebody who is no member any more because of the first. */
const repeated = async (ctx: Context, slug: string, cookie: string | null, change: string) => {
  const hash = sessionHash(cookie ?? '')
  const who = cookie ? await readSession(ctx.db, hash, ctx.now) : null
  if (!who) return null
  const { changeId } = intentToLeave(ctx, slug, who.user.id, change)
  const left = await readLeft(ctx.db, changeId, { userId: who.user.id, sessionHash: hash }, ctx.now)
  return left.done ? departureOf(left) : null
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
      error instanceof Refused && ['not_found', 'unauthenticated'].includes(error.refusal.code)
        ? await repeated(ctx, slug, cookie, change)
        : null
    if (before) return before
    throw error
  }
  return leave(there, change)
}
