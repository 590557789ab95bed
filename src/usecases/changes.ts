import { v7 as uuid } from 'uuid'
import type { Context, OrganizationContext } from '../context'
import { digest } from '../rules/tokens'

export const newId = (): string => uuid()

/**
 * The id of an intent: what the form or the caller minted, bound to who asks, where, and for what exactly.
 * The same press twice gives the same id; anything else gives another.
 */
export const changeId = (
  ctx: OrganizationContext,
  minted: string,
  verb: string,
  ...input: string[]
): string =>
  digest(ctx.keys.current, verb, ctx.organization.id, ctx.actor.kind, ctx.actor.id, minted, ...input)

/** Keys that may have signed a link still out, the current one first. */
export const linkKeys = ({ keys }: Context) => [
  keys.current.link,
  ...(keys.previous ? [keys.previous.link] : []),
]

export const changing = (ctx: OrganizationContext, change: string) => ({
  changeId: change,
  organizationId: ctx.organization.id,
  actor: ctx.actor,
  now: ctx.now,
})

export const mailTerms = ({ settings }: Context) => ({ from: settings.mail.from, appUrl: settings.appUrl })
