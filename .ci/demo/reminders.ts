import { HOUR, MINUTE } from '../../src/rules/dates'
import { MOST_REMINDERS, reminderMoments } from '../../src/rules/reminders'
import { type Actor, contentOf, type History, type Invitation, invitationTarget, type Sent } from './history'
import type { Mail } from './mails'
import type { Chance } from './random'
import { REMINDER_AFTER, TIME_ZONE } from './setting'

const REMINDERS: Actor = { kind: 'system', id: null, name: 'Reminders' }
/** A reminder that was late stands for the next one too, where that would follow within this time. */
const SOON = 6 * HOUR

/** When a job of every five minutes runs next. */
export const nextRun = (at: number, chance: Chance): number =>
  Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE + chance.between(300, 2_500)

type Given = { chance: Chance; history: History; now: number }

/** Reminds invitees of a generation as the jobs would have; answers the mails. */
const remindOf = (
  { chance, history, now }: Given,
  invitation: Invitation,
  sent: Sent,
  until: number,
): Mail[] => {
  const { createdAt, expiresAt, fate, generation, inviter } = sent
  const [next = null, again = null] = reminderMoments(createdAt, expiresAt, REMINDER_AFTER)
  invitation.remindAt = invitation.remindersSent < MOST_REMINDERS ? next : null
  invitation.remindAgainAt = invitation.remindersSent + 1 < MOST_REMINDERS ? again : null
  const mails: Mail[] = []
  while (invitation.remindAt !== null) {
    const at = nextRun(invitation.remindAt, chance)
    if (at >= Math.min(until, now)) break
    const { remindAgainAt, remindersPausedAt, unsubscribedAt } = invitation
    invitation.remindAgainAt = null
    const isUnwanted = unsubscribedAt !== null && unsubscribedAt <= at
    if (isUnwanted || !['sent', 'delivered'].includes(fate.state)) {
      invitation.remindAt = null
      break
    }
    if (remindersPausedAt !== null && remindersPausedAt <= at) {
      invitation.remindAt = remindAgainAt
      continue
    }
    const kind = mails.length === 0 ? 'reminder' : 'second_reminder'
    const id = chance.id(at)
    history.tell(at, 'invitation.reminded', REMINDERS, invitationTarget(invitation), {
      generation,
      kind,
      delivery: id,
    })
    mails.push({
      ...{ id, kind, subjectId: invitation.id, generation, to: invitation.person, createdAt: at },
      ...{ content: contentOf(invitation, sent, TIME_ZONE), senderId: inviter.id },
      fate: { state: 'delivered' },
    })
    invitation.remindersSent += 1
    const follows = invitation.remindersSent < MOST_REMINDERS && (remindAgainAt ?? 0) > at + SOON
    invitation.remindAt = follows ? remindAgainAt : null
  }
  return mails
}

/** Until when each mail of an invitation stood for it. */
export const generationsOf = ({ mails, endedAt }: Invitation): { sent: Sent; until: number }[] =>
  mails.map((sent, at) => ({
    sent,
    until: Math.min(mails[at + 1]?.createdAt ?? endedAt ?? Number.POSITIVE_INFINITY, sent.expiresAt),
  }))

/** All reminders of six months. */
export const remind = (given: Given): Mail[] =>
  given.history.invitations.flatMap((invitation) =>
    generationsOf(invitation).flatMap(({ sent, until }) => remindOf(given, invitation, sent, until)),
  )
