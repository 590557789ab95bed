import { exactWords } from './dates'
import { asSentence, type Denial, denialWords } from './policies'
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
      /** When its mail may leave, where today's quota is used up or a policy holds it; else null. */
      waitsUntil: number | null
      /** Why a policy holds it; left out where none does. */
      heldFor?: string
      /** Another admin has to approve it first: nothing was sent yet. */
      awaitsApproval?: true
    }
  | { kind: 'already_member'; address: string; typed: string; userId: string; active: boolean }
  | {
      kind: 'already_invited'
      address: string
      typed: string
      invitationId: string
      awaitsApproval?: true
    }
  | { kind: 'invalid'; typed: string; reason: string }
  | { kind: 'listed_twice'; address: string; typed: string }
  | { kind: 'no_seat_left' | 'sending_paused'; address: string; typed: string }
  /** Not by this request, which was answered before or lost a race; a new one may. */
  | { kind: 'not_sent'; address: string; typed: string }
  | { kind: 'over_quota'; address: string; typed: string; quota: keyof Quotas }
  | { kind: 'policy_denied'; address: string; typed: string; denial: Denial }

/** What happened to one invitation of a resending, a revoking, an approving or a declining of approval. */
export type ChangeOutcome =
  /** With when the mail may leave that it made, where today's quota is used up or a policy holds it; else null. */
  | { kind: 'done'; id: string; address: string; waitsUntil: number | null; heldFor?: string }
  | { kind: 'not_found'; id: string }
  | { kind: 'accepted'; id: string; address: string; userId: string | null }
  /** `asker`: of who asked for what somebody else approves. */
  | { kind: 'over_quota'; id: string; address: string; quota: keyof Quotas | 'asker' }
  | { kind: 'policy_denied'; id: string; address: string; denial: Denial }
  | {
      kind:
        | 'revoked'
        | 'declined'
        | 'no_seat_left'
        | 'sending_paused'
        | 'not_grantable'
        | 'changed'
        /** Nothing of it was ever sent. */
        | 'awaits_approval'
        | 'not_awaiting_approval'
        /** Nobody approves what they asked for. */
        | 'own_request'
        /** Who asked may no longer give its role. */
        | 'asker_lost_authority'
      id: string
      address: string
    }

const quotaReason = (quota: keyof Quotas | 'asker'): string => {
  switch (quota) {
    case 'address':
      return 'This address has had as many mails today as one may get; try again tomorrow'
    case 'sender':
      return 'Over your own quota for today and tomorrow; try again tomorrow'
    case 'asker':
      return 'Whoever asked for it is over their quota for today and tomorrow; try again tomorrow'
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
      return outcome.awaitsApproval ? 'Already invited; it awaits approval' : 'Already invited'
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
    case 'policy_denied':
      return denialWords(outcome.denial)
  }
}

/** How many of what was done have a mail that waits for another day's quota. */
export const waitingAmong = (outcomes: readonly (SendOutcome | ChangeOutcome)[]): number =>
  outcomes.filter(
    (outcome) => 'waitsUntil' in outcome && outcome.waitsUntil !== null && outcome.heldFor === undefined,
  ).length

/** How many mails a policy holds, until when the last of them waits, and why, where all wait for the same. */
export type Held = { n: number; until: number; why: string | null }

export const heldAmong = (outcomes: readonly (SendOutcome | ChangeOutcome)[]): Held | null => {
  const held = outcomes.flatMap((outcome) =>
    'waitsUntil' in outcome && outcome.waitsUntil !== null && outcome.heldFor !== undefined
      ? [{ until: outcome.waitsUntil, why: outcome.heldFor }]
      : [],
  )
  const [first] = held
  if (!first) return null
  const isSame = held.every(({ why }) => why === first.why)
  return {
    n: held.length,
    until: Math.max(...held.map(({ until }) => until)),
    why: isSame ? first.why : null,
  }
}

/** How many of what was sent has another admin approve first. */
export const awaitingAmong = (outcomes: readonly (SendOutcome | ChangeOutcome)[]): number =>
  outcomes.filter((outcome) => outcome.kind === 'invited' && outcome.awaitsApproval).length

/** Why an invitation was not resent, revoked, approved or declined. */
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
    case 'policy_denied':
      return denialWords(outcome.denial)
    case 'not_grantable':
      return 'Its role is more than you may grant'
    case 'changed':
      return 'Not done this time: something changed meanwhile. Look at it again'
    case 'awaits_approval':
      return 'Awaits approval: nothing was sent yet'
    case 'not_awaiting_approval':
      return 'It does not await approval'
    case 'own_request':
      return 'You asked for it: another admin approves or declines'
    case 'asker_lost_authority':
      return 'Who asked for it may no longer give its role: decline it, and invite the address yourself'
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
    case 'policy_denied':
      return { code: 'policy_denied', denial: outcome.denial }
    case 'not_grantable':
      return { code: 'role_not_grantable' }
    case 'changed':
      return { code: 'invitation_changed' }
    case 'awaits_approval':
    case 'not_awaiting_approval':
    case 'own_request':
    case 'asker_lost_authority':
      return { code: outcome.kind }
  }
}

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

/** What is said besides where `waiting` of `n` mails go only once the next day of UTC has begun. */
const waitingWords = (n: number, waiting: number): string => {
  if (waiting === 0) return ''
  const which = waiting < n ? `${waiting} of the mails` : n === 1 ? 'its mail' : 'their mails'
  return `; ${which} ${waiting === 1 ? 'goes' : 'go'} after midnight UTC, since today’s quota is used up`
}

/** What is said besides of the mails that a policy holds, where `n` were made. */
export const heldWords = (n: number, held: Held | null, timeZone: string): string => {
  if (!held) return ''
  const which = held.n < n ? `${held.n} of the mails` : n === 1 ? 'its mail' : 'their mails'
  const verb = held.n === 1 ? 'waits' : 'wait'
  const why = held.why === null ? '' : `. ${asSentence(held.why)}`
  return `; ${which} ${verb} until ${exactWords(held.until, timeZone)}${why}`
}

/** Of `n`, `awaiting` have another admin approve them first. */
export const sentWords = (n: number, waiting = 0, awaiting = 0): string => {
  const sent = n - awaiting
  const words = `${plural(sent, 'invitation')} sent${waitingWords(sent, waiting)}`
  if (awaiting === 0) return words
  const awaits = `${awaiting === 1 ? 'awaits' : 'await'} another admin’s approval`
  return sent === 0
    ? `${plural(awaiting, 'invitation')} ${awaits}; nothing was sent yet`
    : `${words}; ${awaiting} ${awaits}`
}
export const resentWords = (n: number, waiting = 0): string =>
  `${plural(n, 'invitation')} resent${waitingWords(n, waiting)}`
export const revokedWords = (n: number): string => `${plural(n, 'invitation')} revoked`
export const withdrawnWords = (n: number): string => `${plural(n, 'invitation')} withdrawn`
export const approvedWords = (n: number, waiting = 0): string =>
  `${plural(n, 'invitation')} approved and sent${waitingWords(n, waiting)}`
export const approvalDeclinedWords = (n: number): string =>
  `${plural(n, 'invitation')} declined; nothing was sent`
