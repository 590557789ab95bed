import { v7 as uuid } from 'uuid'
import type { Context, OrganizationContext } from '../context'
import { digest, sha256 } from '../rules/tokens'

export const newId = (): string => uuid()

/**
 * What somebody means to do: what the form or the caller minted, bound to who asks, where, and for what exactly.
 * The same press twice is the same intent. `secret` is stored nowhere, so that what is derived from it (a session,
 * an API key) can be derived again only by repeating the press; its hash is the change's id.
 */
export type Intent = { secret: string; changeId: string }

export const intentOf = ({ keys }: Context, ...parts: string[]): Intent => {
  const secret = digest(keys.current, ...parts)
  return { secret, changeId: sha256(secret) }
}

/** The intent of an actor in an organization. */
export const actorIntent = (
  ctx: OrganizationContext,
  minted: string,
  verb: string,
  ...input: string[]
): Intent => intentOf(ctx, verb, ctx.organization.id, ctx.actor.kind, ctx.actor.id, minted, ...input)

/** What every change of an organization's carries into its batch. */
export const changing = (ctx: OrganizationContext, { changeId }: Intent) => ({
  changeId,
  organizationId: ctx.organization.id,
  actor: ctx.actor,
  now: ctx.now,
  seatLimit: ctx.settings.seats.limit,
})
