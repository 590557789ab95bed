import type { InvitationStatus } from './lifecycle'

/** Why whoever sent an invitation last may no longer grant its role. */
export type InviterLoss = 'removed' | 'deactivated' | 'role_lowered' | 'key_revoked'

const WHY: Record<InviterLoss, (inviter: string) => string> = {
  removed: (inviter) => `${inviter} is no member any more and`,
  deactivated: (inviter) => `${inviter} was deactivated and`,
  role_lowered: (inviter) => inviter,
  key_revoked: (inviter) => `The API key ${inviter} was revoked and`,
}

/** The same where a row of a list has little room, beside the inviter's name. */
const SHORTLY: Record<InviterLoss, string> = {
  removed: 'inviter removed',
  deactivated: 'inviter inactive',
  role_lowered: 'inviter’s role lowered',
  key_revoked: 'API key revoked',
}

type Lost = { inviterLoss?: InviterLoss | ''; inviterName: string; roleName: string }

/** Why an invitation cannot be accepted, or approved, for now, and who can mend that; null where its inviter still answers for it. */
export const inviterLost = (
  row: Lost & { status: InvitationStatus; grantable: boolean },
): { why: string; shortly: string; remedy: string } | null => {
  if (!row.inviterLoss || (row.status !== 'pending' && row.status !== 'awaiting_approval')) return null
  const awaits = row.status === 'awaiting_approval'
  return {
    why: `${WHY[row.inviterLoss](row.inviterName)} may no longer grant ${row.roleName}.`,
    shortly: `Cannot be ${awaits ? 'approved' : 'accepted'}: ${SHORTLY[row.inviterLoss]}`,
    remedy: awaits
      ? 'Decline it; whoever may grant that can invite the address anew.'
      : row.grantable
        ? 'Resend it to answer for it yourself.'
        : 'Somebody who may grant it has to resend it.',
  }
}

const sentWords = (count: number): string =>
  count === 1
    ? 'The outstanding invitation they sent'
    : `The ${count.toLocaleString('en-US')} outstanding invitations they sent`
const untilResent = (count: number): string =>
  count === 1 ? 'until somebody resends it' : 'until somebody resends them'

/** What becomes of the invitations somebody sent when their place here ends; null where they have none out. */
export const unansweredWords = (count: number): string | null =>
  count > 0 ? `${sentWords(count)} can then not be accepted ${untilResent(count)}.` : null

/** The same once it has ended. */
export const unansweredNowWords = (count: number): string | null =>
  count > 0 ? `${sentWords(count)} cannot be accepted ${untilResent(count)}.` : null

/** The same where another role may be one that grants less. */
export const demotedWords = (count: number): string | null =>
  count > 0
    ? `With a role that may not grant theirs, the ${count === 1 ? 'invitation' : `${count.toLocaleString('en-US')} invitations`} they sent cannot be accepted ${untilResent(count)}.`
    : null
