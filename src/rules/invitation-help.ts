import {
  type Bounce,
  type DeliveryState,
  type InvitationStatus,
  isOutstanding,
  type SuppressionReason,
} from './lifecycle'
import { MOST_REMINDERS } from './reminders'

/** Why somebody may not have got their mail. */
export type Trouble = 'unopened' | 'bounced' | 'complained' | 'failed'

type Troubled = { status: InvitationStatus; openedAt: number | null; mailState: DeliveryState }

/** What may be wrong with the mail of an invitation that is still out; null while nothing points at it. */
export const troubleOf = ({ status, openedAt, mailState }: Troubled): Trouble | null => {
  if (!isOutstanding(status) || openedAt !== null) return null
  if (mailState === 'bounced' || mailState === 'complained' || mailState === 'failed') return mailState
  return mailState === 'sent' || mailState === 'delivered' ? 'unopened' : null
}

/** What helps, in the room that a row of a list has. */
export const troubleHint = (trouble: Exclude<Trouble, 'unopened'>, bounce: Bounce | null): string => {
  if (trouble === 'complained') return 'Ask them before you resend.'
  if (trouble === 'failed') return 'Check the address, or resend it later.'
  return bounce === 'soft' ? 'Resend it later.' : 'Check the address.'
}

/** The address in `MAIL_FROM`, by which an invitee finds the mail. */
export const senderAddress = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim()

/** Whether and when somebody is reminded. `off` and `over`: not any more, or not at all; `undelivered`: of what they never had. */
export type ReminderState =
  | { kind: 'off' | 'over' | 'paused' | 'undelivered' }
  | { kind: 'suppressed'; reason: SuppressionReason }
  | { kind: 'next'; at: number }

type Reminded = {
  status: InvitationStatus
  mailState: DeliveryState
  remindAt: number | null
  remindersSent: number
  remindersPaused: boolean
  suppressions: readonly SuppressionReason[]
}

const NEVER_ARRIVED: readonly DeliveryState[] = ['bounced', 'complained', 'failed', 'cancelled']

/** Null where there is nothing left to remind of. */
export const reminderState = (invitation: Reminded): ReminderState | null => {
  const { status, mailState, remindAt, remindersSent, remindersPaused, suppressions } = invitation
  if (status !== 'pending') return null
  if (remindersSent >= MOST_REMINDERS) return { kind: 'over' }
  const [reason] = suppressions
  if (reason) return { kind: 'suppressed', reason }
  if (remindersPaused) return { kind: 'paused' }
  if (remindAt === null) return { kind: remindersSent > 0 ? 'over' : 'off' }
  return NEVER_ARRIVED.includes(mailState) ? { kind: 'undelivered' } : { kind: 'next', at: remindAt }
}
