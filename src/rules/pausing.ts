import { DAY } from './dates'
import type { PauseReason } from './lifecycle'

/** The mails that are counted, and that wait while sending is paused. */
export const PAUSABLE_KINDS = ['invitation', 'reminder', 'second_reminder'] as const

/** How far back mails handed over are counted, in ms; those from before sending was resumed do not count. */
export const COUNTED_FOR = 7 * DAY

/**
 * From how many mails on a share of them says anything, and from how many bad ones: one mistyped address, or one
 * complaint, pauses nobody.
 */
export const LEAST: Record<PauseReason, { mails: number; bad: number }> = {
  bounces: { mails: 50, bad: 5 },
  complaints: { mails: 100, bad: 2 },
}

/** Why an invitation or a reminder waits meanwhile, as its row says. */
export const WAITS_FOR_RESUMING = 'Waits: sending is paused'

/** How often a waiting mail is looked at again, in ms; resuming makes all of them due at once. */
export const LOOKED_AT_EVERY = 60 * 60 * 1000

const WHY: Record<PauseReason, string> = {
  bounces: 'too many mails came back',
  complaints: 'too many mails were reported as spam',
}

/** Why sending is paused, within a sentence. */
export const pauseWords = (reason: PauseReason | null): string => WHY[reason ?? 'bounces']
