import type { Context } from '../context'
import { refuse } from '../rules/refusals'
import { commitOpening } from '../storage/opening'
import { intentOf, newId } from './changes'
import { readLinkToken } from './links'
import { limitBursts } from './sessions'

/**
 * Notes that somebody did something on a link's page. Whatever the link has come to, the answer is the same; only an
 * open one that nobody has touched yet is changed.
 * @throws Refused not_found for a forged token, too_many_attempts
 */
export const noteOpening = async (
  ctx: Context,
  { token, network }: { token: string; network: string },
): Promise<void> => {
  const link = readLinkToken(ctx, token) ?? refuse({ code: 'not_found' })
  await limitBursts(ctx, network, 'opening')
  await commitOpening(ctx.db, {
    event: newId(),
    changeId: intentOf(ctx, 'open', link.hash).changeId,
    invitationId: link.id,
    tokenHash: link.hash,
    now: ctx.now,
  })
}
