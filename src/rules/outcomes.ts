import type { Quotas } from './quotas'
import type { Refusal } from './refusals'

/** What happened to one address of a sending. */
export type SendOutcome =
  | {
      kind: 'invited'
      address: string
      typed: string
      invitationId: string
      renewed: boolean
      /** When its mail may leave, where today's quota is used up; else null. */
      waitsUntil: number | null
    }
  | { kind: 'already_member'; address: string; typed: string; userId: string; active: boolean }
  | { kind: 'already_invited'; address: string; typed: string; invitationId: string }
  | { kind: 'invalid'; typed: string; reason: string }
  | { kind: 'listed_twice'; address: string; typed: string }
  | { kind: 'no_seat_left' | 'sending_paused'; address: string; typed: string }
  /** Not by this request, which was answered before or lost a race; a new one may. */
  | { kind: 'not_sent'; address: string; typed: string }
  | { kind: 'over_quota'; address: string; typed: string; quota: keyof Quotas }

/** What happened to one invitation of a resending or a revoking. */
export type ChangeOutcome =
  /** With when the mail may leave that it made, where today's quota is used up; else null. */
  | { kind: 'done'; id: string; address: string; waitsUntil: number | null }
  | { kind: 'not_found'; id: string }
  | { kind: 'accepted'; id: string; address: string; userId: string | null }
  | { kind: 'over_quota'; id: string; address: string; quota: keyof Quotas }
  | {
      kind: 'revoked' | 'declined' | 'no_seat_left' | 'sending_paused' | 'not_grantable' | 'changed'
      id: string
      address: string
    }

const quotaReason = (quota: keyof Quotas): string => {
  switch (quota) {
    case 'address':
      return 'This address has had as many mails today as one may get; try again tomorrow'
    case 'sender':
      return 'Over your own quota for today and tomorrow; try again tomorrow'
    case 'organization':
      return 'Over the organization’s quota for today and tomorrow; try again tomorrow'
  }
}

/** Why an address was not invited, in words that stand beside it. */
export const sendReason = (outcome: Exclude<SendOutcome, { kind: 'invited' }>): string => {
  switch (outcome.kind) {
    case 'already_member':
      return outcome.active ? 'Already a member' : 'Already a member, inactive'
    case 'already_invited':
      return 'Already invited'
    case 'invalid':
      return outcome.reason
    case 'listed_twice':
      return 'Listed twice; the first one counts'
    case 'sending_paused':
      return 'Sending is paused'
    case 'no_seat_left':
      return 'No seat left'
    case 'not_sent':
      return 'Not sent this time; send it again'
    case 'over_quota':
      return quotaReason(outcome.quota)
  }
}

/** How many of what was done have a mail that waits for the next day. */
export const waitingAmong = (outcomes: readonly (SendOutcome | ChangeOutcome)[]): number =>
  outcomes.filter((outcome) => 'waitsUntil' in outcome && outcome.waitsUntil !== null).length

/** Why an invitation was not resent or revoked. */
export const changeReason = (outcome: Exclude<ChangeOutcome, { kind: 'done' }>): string => {
  switch (outcome.kind) {
    case 'not_found':
      return 'There is no such invitation'
    case 'accepted':
      return 'Already accepted: change the member instead'
    case 'revoked':
      return 'Revoked, which is final: invite the address again'
    case 'declined':
      return 'Declined: invite the address again'
    case 'sending_paused':
      return 'Sending is paused'
    case 'no_seat_left':
      return 'No seat left'
    case 'over_quota':
      return quotaReason(outcome.quota)
    case 'not_grantable':
      return 'Its role is more than you may grant'
    case 'changed':
      return 'Not done this time: something changed meanwhile. Look at it again'
  }
}

/** The refusal that stands for a change of one invitation alone. */
export const refusalFor = (outcome: Exclude<ChangeOutcome, { kind: 'done' }>): Refusal => {
  switch (outcome.kind) {
    case 'not_found':
      return { code: 'not_found' }
    case 'accepted':
      return { code: 'invitation_accepted', userId: outcome.userId }
    case 'revoked':
    case 'declined':
      return { code: 'invitation_ended', status: outcome.kind }
    case 'no_seat_left':
    case 'sending_paused':
    case 'over_quota':
      return { code: outcome.kind }
    case 'not_grantable':
      return { code: 'role_not_grantable' }
    case 'changed':
      return { code: 'invitation_changed' }
  }
}

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

/** What is said besides where `waiting` of `n` mails go only once the next day of UTC has begun. */
const waitingWords = (n: number, waiting: number): string => {
  if (waiting === 0) return ''
  const which = waiting < n ? `${waiting} of the mails` : n === 1 ? 'its mail' : 'their mails'
  return `; ${which} ${waiting === 1 ? 'goes' : 'go'} after midnight UTC, since today’s quota is used up`
}

export const sentWords = (n: number, waiting = 0): string =>
  `${plural(n, 'invitation')} sent${waitingWords(n, waiting)}`
export const resentWords = (n: number, waiting = 0): string =>
  `${plural(n, 'invitation')} resent${waitingWords(n, waiting)}`
export const revokedWords = (n: number): string => `${plural(n, 'invitation')} revoked`
