import type { OrganizationContext } from '../context'
import { refuse } from '../rules/refusals'
import { commitResumption } from '../storage/sending-pause'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

/**
 * Lets invitations and reminders go again. `unchanged`: somebody has resumed them before.
 * @throws Refused forbidden, changed_meanwhile
 */
export const resumeSending = async (
  ctx: OrganizationContext,
  input: { change: string },
): Promise<'resumed' | 'unchanged'> => {
  authorise(ctx, 'settings:manage', 'write')
  const { done, actorMay, paused } = await commitResumption(ctx.db, {
    event: newId(),
    ...changing(ctx, actorIntent(ctx, input.change, 'resume-sending')),
    pausedAt: ctx.organization.sendingPausedAt,
  })
  if (done) return 'resumed'
  if (!actorMay) refuse({ code: 'forbidden', permission: 'settings:manage' })
  return paused ? refuse({ code: 'changed_meanwhile' }) : 'unchanged'
}
