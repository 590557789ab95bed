import type { Context } from '../context'
import { commitDecline } from '../storage/acceptance'
import { endLink } from '../storage/links'
import { MOST_TOLD } from '../storage/notices'
import { intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { INVALID_LINK, type LinkView, readLinkToken, viewOf } from './links'

/** What the mails that tell of an answer need. */
export const tellingOf = (ctx: Context) => ({
  deliveries: Array.from({ length: MOST_TOLD }, newId),
  mail: mailTerms(ctx),
})

/** Declines on behalf of whoever holds the link; the answer is what the link shows from now on. */
export const declineInvitation = async (
  ctx: Context,
  { token, change }: { token: string; change: string },
): Promise<LinkView> => {
  const link = readLinkToken(ctx, token)
  if (!link) return INVALID_LINK
  const { won, facts, deliveries } = await commitDecline(ctx.db, {
    event: newId(),
    changeId: intentOf(ctx, 'decline', link.hash, change).changeId,
    invitationId: link.id,
    tokenHash: link.hash,
    now: ctx.now,
    seatLimit: ctx.settings.seats.limit,
    telling: tellingOf(ctx),
  })
  ctx.defer('mail.enqueue', enqueue(ctx, deliveries))
  if (won && facts) ctx.defer('link.end', endLink(ctx.links, link.hash, 'declined', facts.expiresAt, ctx.now))
  return viewOf(ctx, link, { facts, viewer: null }, null)
}
