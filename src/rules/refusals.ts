import { waitMinutes } from './attempts'
import { PERMISSIONS, type Permission } from './permissions'
import { asSentence, type Denial } from './policies'
import type { RequiredFactor } from './sign-in'

/** Field name to what is wrong with it; shown beside the field. */
export type FieldErrors = Record<string, string>

export type Refusal =
  | { code: 'unauthenticated' }
  | { code: 'forbidden'; permission: Permission }
  | { code: 'role_not_grantable' }
  | { code: 'role_beyond_own' }
  | { code: 'member_beyond_own' }
  | { code: 'own_membership' }
  | { code: 'read_only_key' }
  | { code: 'not_found' }
  | { code: 'cross_origin' }
  | { code: 'unsupported_media_type'; expected: string }
  | { code: 'too_large' }
  | { code: 'invalid_input'; fields: FieldErrors }
  | { code: 'too_many_addresses'; given: number; limit: number }
  | { code: 'wrong_credentials' }
  | { code: 'sso_required' }
  | { code: 'second_factor_required'; factor: RequiredFactor }
  | { code: 'too_many_attempts'; retryAfterSeconds: number }
  | { code: 'setup_closed' }
  | { code: 'invitation_accepted'; userId: string | null }
  | { code: 'invitation_ended'; status: 'revoked' | 'declined' }
  | { code: 'invitation_changed' }
  | { code: 'awaits_approval' }
  | { code: 'not_awaiting_approval' }
  | { code: 'own_request' }
  | { code: 'asker_lost_authority' }
  | { code: 'approval_needed' }
  | { code: 'changed_meanwhile' }
  | { code: 'last_owner' }
  | { code: 'too_many_organizations'; limit: number }
  | { code: 'no_seat_left' }
  | { code: 'over_quota' }
  | { code: 'policy_denied'; denial: Denial }
  | { code: 'sending_paused' }
  | { code: 'not_configured'; problems: string[] }
  | { code: 'unavailable'; reference: string }
  | { code: 'unexpected'; reference: string }

/** Thrown by verbs, turned into an answer by the one map in app.tsx. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code)
  }
}

/** The database did not answer in time; answered as `unavailable`. */
export class DatabaseSilent extends Error {
  constructor() {
    super('D1 did not answer in time')
  }
}

export const refuse = (refusal: Refusal): never => {
  throw new Refused(refusal)
}

export type RefusalWords = {
  status: 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503
  title: string
  detail: string
  remedy: string
}

const minutes = (seconds: number) => {
  const n = waitMinutes(seconds)
  return n === 1 ? 'a minute' : `${n} minutes`
}

/** Status, words and remedy of every refusal; problem+json and pages say the same. */
export const wordsFor = (refusal: Refusal): RefusalWords => {
  switch (refusal.code) {
    case 'unauthenticated':
      return {
        status: 401,
        title: 'Not signed in',
        detail: 'This needs to know who is asking.',
        remedy: 'Sign in, or send a valid API key.',
      }
    case 'forbidden':
      return {
        status: 403,
        title: 'Not allowed',
        detail: `This needs the permission ${PERMISSIONS[refusal.permission]}.`,
        remedy: 'Ask an owner or an admin of the organization.',
      }
    case 'role_not_grantable':
      return {
        status: 403,
        title: 'Role cannot be given',
        detail:
          'A role can be given only by someone who holds all its permissions, and nobody is invited as owner.',
        remedy: 'Choose another role.',
      }
    case 'role_beyond_own':
      return {
        status: 403,
        title: 'More than your own role',
        detail:
          'A role can be made, edited or deleted only by someone who holds all its permissions, before and after.',
        remedy: 'Ask somebody who holds them all.',
      }
    case 'member_beyond_own':
      return {
        status: 403,
        title: 'More than your own role',
        detail:
          'A member can be changed, deactivated or removed only by someone who holds all their permissions.',
        remedy: 'Ask somebody who holds them all.',
      }
    case 'own_membership':
      return {
        status: 403,
        title: 'That is you',
        detail: 'Nobody changes their own role, or deactivates or removes themselves.',
        remedy: 'Ask somebody else, or leave the organization.',
      }
    case 'read_only_key':
      return {
        status: 403,
        title: 'Read-only key',
        detail: 'This API key may only read.',
        remedy: 'Use a key with write access.',
      }
    case 'not_found':
      return {
        status: 404,
        title: 'Not found',
        detail: 'There is nothing here, or it is not yours to see.',
        remedy: 'Check the address.',
      }
    case 'cross_origin':
      return {
        status: 403,
        title: 'Sent from elsewhere',
        detail: 'This form was not sent from this site, so nothing was changed.',
        remedy: 'Open the page again and send the form from there.',
      }
    case 'unsupported_media_type':
      return {
        status: 415,
        title: 'Unsupported content type',
        detail: `This accepts ${refusal.expected} only.`,
        remedy: 'Send the body in that form.',
      }
    case 'too_large':
      return {
        status: 413,
        title: 'Too large',
        detail: 'The request is larger than anything this accepts.',
        remedy: 'Send less at once.',
      }
    case 'invalid_input':
      return {
        status: 422,
        title: 'Check what you entered',
        detail: Object.values(refusal.fields).join(' ') || 'Something is missing or malformed.',
        remedy: 'Correct the fields named and send it again.',
      }
    case 'too_many_addresses':
      return {
        status: 422,
        title: 'Too many addresses',
        detail: `Up to ${refusal.limit} addresses can be invited at once; these are ${refusal.given}. Nothing was sent.`,
        remedy: `Send the first ${refusal.limit}, then the rest.`,
      }
    case 'wrong_credentials':
      return {
        status: 422,
        title: 'Sign-in failed',
        detail: 'Email address or password is not right.',
        remedy: 'Check both and try again.',
      }
    case 'sso_required':
      return {
        status: 403,
        title: 'Single sign-on required',
        detail: 'This organization is entered through its own identity provider.',
        remedy: 'Sign in there.',
      }
    case 'second_factor_required':
      return {
        status: 403,
        title: refusal.factor === 'passkey' ? 'Passkey required' : 'Second factor required',
        detail:
          refusal.factor === 'passkey'
            ? 'This organization asks its members to sign in with a passkey.'
            : 'This organization asks its members for a second factor besides the password.',
        remedy: 'Set one up, or sign in with the one you have.',
      }
    case 'too_many_attempts':
      return {
        status: 429,
        title: 'Too many attempts',
        detail: `There were too many failed sign-ins. Try again in ${minutes(refusal.retryAfterSeconds)}.`,
        remedy: 'Wait, then try again.',
      }
    case 'setup_closed':
      return {
        status: 404,
        title: 'Already set up',
        detail: 'There is an organization; setting up is closed.',
        remedy: 'Sign in.',
      }
    case 'invitation_accepted':
      return {
        status: 409,
        title: 'Already accepted',
        detail: 'This invitation has been accepted, so it cannot be resent, edited or revoked.',
        remedy: 'Change the member instead.',
      }
    case 'invitation_ended':
      return {
        status: 409,
        title: refusal.status === 'revoked' ? 'Already revoked' : 'Already declined',
        detail: refusal.status === 'revoked' ? 'Revoking is final.' : 'The invitee declined this invitation.',
        remedy: 'Invite the address again.',
      }
    case 'invitation_changed':
      return {
        status: 409,
        title: 'Changed meanwhile',
        detail: 'Someone else changed this invitation just now.',
        remedy: 'Look at it again, then decide.',
      }
    case 'awaits_approval':
      return {
        status: 409,
        title: 'Awaiting approval',
        detail: 'This invitation awaits another admin’s approval, and nothing of it was sent yet.',
        remedy: 'Have another admin approve it; its mail leaves then.',
      }
    case 'not_awaiting_approval':
      return {
        status: 409,
        title: 'Not awaiting approval',
        detail: 'This invitation does not await approval: somebody decided already, or nobody has to.',
        remedy: 'Look at it again: its timeline says what happened.',
      }
    case 'own_request':
      return {
        status: 403,
        title: 'You asked for it',
        detail: 'Nobody approves or declines what they asked for themselves.',
        remedy: 'Have another admin decide, or withdraw it.',
      }
    case 'asker_lost_authority':
      return {
        status: 409,
        title: 'Asked for by somebody who may no longer give its role',
        detail: 'Whoever asked for this invitation could not send it any more, so it cannot be approved.',
        remedy: 'Decline it, and invite the address yourself.',
      }
    case 'approval_needed':
      return {
        status: 409,
        title: 'Needs approval',
        detail:
          'This needs another admin’s approval, which an edit of an invitation that is out cannot ask for.',
        remedy: 'Revoke the invitation and invite the address anew: that asks for it.',
      }
    case 'changed_meanwhile':
      return {
        status: 409,
        title: 'Changed meanwhile',
        detail: 'Somebody else changed something here just now, so nothing was done.',
        remedy: 'Look at it again, then decide.',
      }
    case 'last_owner':
      return {
        status: 409,
        title: 'The last owner',
        detail: 'An organization always has an active owner, and there is no other one here.',
        remedy: 'Make somebody else an owner first.',
      }
    case 'too_many_organizations':
      return {
        status: 429,
        title: 'Too many organizations',
        detail: `One account can make up to ${refusal.limit} organizations in a day.`,
        remedy: 'Try again tomorrow.',
      }
    case 'no_seat_left':
      return {
        status: 409,
        title: 'No seat left',
        detail: 'Every seat of the organization is taken.',
        remedy: 'Deactivate a member or revoke an invitation to free a seat, or get more seats.',
      }
    case 'over_quota':
      return {
        status: 429,
        title: 'Over quota',
        detail: 'Today’s quota of mails is used up.',
        remedy: 'Try again tomorrow.',
      }
    case 'policy_denied':
      return {
        status: 403,
        title: 'Not allowed by a policy',
        detail: asSentence(refusal.denial.message),
        remedy: refusal.denial.remediation,
      }
    case 'sending_paused':
      return {
        status: 409,
        title: 'Sending is paused',
        detail:
          'Too many of the organization’s mails came back or were reported as spam, so no more are sent.',
        remedy: 'See Settings › Email: what came back, and how to resume.',
      }
    case 'not_configured':
      return {
        status: 503,
        title: 'Not configured',
        detail: 'This deployment lacks settings.',
        remedy: 'Open /health: it says which, and how to set them.',
      }
    case 'unavailable':
      return {
        status: 503,
        title: 'Try again in a moment',
        detail: `The database did not answer. Reference: ${refusal.reference}.`,
        remedy: 'Nothing was lost; try again.',
      }
    case 'unexpected':
      return {
        status: 500,
        title: 'Something went wrong',
        detail: `That was our fault. Reference: ${refusal.reference}.`,
        remedy: 'Try again; if it stays, tell us the reference.',
      }
  }
}
