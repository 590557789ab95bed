import type { Context, OrganizationContext } from '../context'
import { refuse } from '../rules/refusals'
import { commitPause, remindDue } from '../storage/reminders'
import { commitSubscription, type ReminderLink, readReminderLink } from '../storage/suppression'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { readLinkToken } from './links'

const CHUNK = 200
const MAX_CHUNKS = 20

/** Reminds whoever is due, and safely so when it runs twice at once. Answers how many were reminded. */
export const remindInvitees = async (ctx: Context): Promise<number> => {
  let reminded = 0
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const { deliveries, more } = await remindDue(ctx.db, {
      round: newId(),
      now: ctx.now,
      deliveries: Array.from({ length: CHUNK }, newId),
      quotas: ctx.settings.quotas,
      mail: mailTerms(ctx),
    })
    await enqueue(ctx, deliveries)
    reminded += deliveries.length
    if (!more) break
  }
  return reminded
}

export type PauseInput = { id: string; change: string }

const setPaused = async (
  ctx: OrganizationContext,
  { id, change }: PauseInput,
  paused: boolean,
): Promise<'done' | 'unchanged'> => {
  authorise(ctx, 'member:manage', 'write')
  const intent = actorIntent(ctx, change, paused ? 'pause-reminders' : 'resume-reminders', id)
  const facts = await commitPause(ctx.db, { event: newId(), ...changing(ctx, intent), id }, paused)
  const { invitation } = facts
  if (!invitation) return refuse({ code: 'not_found' })
  if (facts.done) return 'done'
  if (!facts.actorMay) return refuse({ code: 'forbidden', permission: 'member:manage' })
  const { status, acceptedBy } = invitation
  if (status === 'accepted') return refuse({ code: 'invitation_accepted', userId: acceptedBy })
  if (status === 'revoked' || status === 'declined') return refuse({ code: 'invitation_ended', status })
  return invitation.paused === paused ? 'unchanged' : refuse({ code: 'changed_meanwhile' })
}

/**
 * Stops the reminders of one invitation, one that waits to be sent included, until they are resumed.
 * @throws Refused forbidden, read_only_key, not_found, invitation_accepted, invitation_ended
 */
export const pauseReminders = (ctx: OrganizationContext, input: PauseInput) => setPaused(ctx, input, true)

/** Lets the reminders of one invitation go on; what came due meanwhile is left out. Refuses as pausing does. */
export const resumeReminders = (ctx: OrganizationContext, input: PauseInput) => setPaused(ctx, input, false)

/** What the link in the foot of a reminder says, or null: nothing for who holds no link of ours. */
export const openReminderLink = async (ctx: Context, token: string): Promise<ReminderLink | null> => {
  const read = readLinkToken(ctx, token, 'unsubscribe')
  return read && readReminderLink(ctx.db, read.id, ctx.now)
}

/** Whoever holds the link wants no more reminders of that organization, or wants them after all. Answers what it says then. */
export const changeSubscription = async (
  ctx: Context,
  { token, wanted }: { token: string; wanted: boolean },
): Promise<ReminderLink | null> => {
  const read = readLinkToken(ctx, token, 'unsubscribe')
  return read && commitSubscription(ctx.db, { event: newId(), invitationId: read.id, now: ctx.now }, wanted)
}
