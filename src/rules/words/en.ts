import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { type Phrase, say, stress } from '../pieces'
import type { Problem } from '../problems'
import { account } from './account/en'
import { factorProblems, factors } from './factors/en'
import { sso, ssoProblems } from './sso/en'

// Everything that invitees read. Names stand out with `stress`; `when` is a moment in words of this language.

type Offer = { inviter: string; organization: string; role: string | null }
type Named = { inviter: string; organization: string }

const problems: Record<Problem, string> = {
  password_too_short: `Use at least ${MIN_PASSWORD} characters.`,
  password_too_long: `Use at most ${MAX_PASSWORD} characters.`,
  password_is_address: 'Your address is too easy to guess: choose something else.',
  password_common: 'Too many people use this password: choose a rarer one.',
  password_wrong: 'That password is not right.',
  confirmation_differs: 'The two passwords are not the same.',
  name_missing: 'Enter your name.',
  first_name_missing: 'Enter your first name.',
  last_name_missing: 'Enter your last name.',
  name_too_long: `Up to ${MAX_NAME} characters.`,
  name_is_link: 'A name cannot be a link.',
  address_invalid: 'Enter an email address, as in name@example.com.',
  address_unchanged: 'That is your address already.',
  now_new: 'Something changed meanwhile. Please fill in the form once more.',
  now_sign_in: 'There is an account with this address now. Sign in with it to accept.',
  now_join: 'You are signed in now. One press is enough.',
  ...ssoProblems,
  ...factorProblems,
}

export const en = {
  /** As an offer says them in its sentence. */
  roles: { owner: 'Owner', admin: 'Admin', member: 'Member', viewer: 'Viewer' },

  /** What mail and page both say first. */
  offer: ({ inviter, organization, role }: Offer): Phrase =>
    role === null
      ? say`${stress(inviter)} invites you to join ${stress(organization)}.`
      : say`${stress(inviter)} invites you to join ${stress(organization)} as ${stress(role)}.`,

  problems,
  wait: (minutes: number): string =>
    `There were too many failed sign-ins. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  /** A label before what it is of. */
  lead: (label: string): string => `${label}:`,

  mail: {
    shared: {
      until: (when: string): string => `The link works until ${when}.`,
      address: 'If the button does not work, open this address:',
    },
    invitation: {
      subject: ({ inviter, organization }: Named): string => `${inviter} invites you to join ${organization}`,
      preheader: ({ to, when }: { to: string; when: string }): string =>
        `For ${to}, open until ${when}. One link, and you are in.`,
      heading: (organization: string): string => `Join ${organization}`,
      button: 'Accept invitation',
      /** Before the link in the mail's text. */
      link: 'Accept the invitation:',
      unexpected: (to: string): string =>
        `This invitation is for ${to}. If you did not expect it, you can ignore it.`,
    },
    reminder: {
      subject: ({ organization, last }: { organization: string; last: boolean }): string =>
        last
          ? `Last reminder: your invitation to ${organization}`
          : `Reminder: your invitation to ${organization}`,
      preheader: ({ inviter, when }: { inviter: string; when: string }): string =>
        `${inviter} is waiting for your answer. Open until ${when}.`,
      heading: (organization: string): string => `Your invitation to ${organization}`,
      waiting: (when: string): Phrase =>
        say`You have not answered yet. The invitation is open until ${stress(when)}.`,
      /** The link that stops reminders, in the mail's foot. */
      stop: (organization: string): string => `No more reminders from ${organization}`,
    },
  },

  accept: {
    title: (organization: string | null): string =>
      organization === null ? 'Invitation' : `Invitation to ${organization}`,
    checking: 'Looking up your invitation…',
    heading: 'Accept invitation',
    department: (name: string): Phrase => say`Department: ${stress(name)}`,
    teams: (names: string, many: boolean): Phrase => say`${many ? 'Teams' : 'Team'}: ${stress(names)}`,
    address: 'Email address',
    name: 'Your name',
    firstName: 'First name',
    lastName: 'Last name',
    newPassword: 'Choose a password',
    newPasswordHint: `${MIN_PASSWORD} characters or more`,
    confirmation: 'Repeat the password',
    password: 'Your password',
    passwordHint: 'You have an account with this address already.',
    signedInAs: (address: string): Phrase => say`You are signed in as ${stress(address)}.`,
    acceptNew: 'Accept & create account',
    acceptSignIn: 'Accept & sign in',
    acceptJoin: (organization: string): string => `Accept & join ${organization}`,
    until: (when: string): string => `Open until ${when}.`,
    declineQuestion: 'Don’t want to join?',
    declineMeaning: 'Declining ends this invitation. Whoever invited you will see it.',
    decline: 'Decline invitation',
    wrongAccount: ({ invited, signedIn }: { invited: string; signedIn: string }): Phrase =>
      say`This invitation is for ${stress(invited)}, but you are signed in as ${stress(signedIn)}.`,
    switchAccount: 'Switch account',
    continue: 'Continue',
    signIn: 'Sign in',
    noSeat: {
      heading: 'No seat left',
      text: ({ inviter, organization }: Named): Phrase =>
        say`${stress(organization)} has no free seat at the moment. Ask ${stress(inviter)} to free one; your invitation stays as it is.`,
    },
    sso,
    inviterLost: {
      heading: 'Ask for a new invitation',
      text: ({ inviter, organization }: Named): Phrase =>
        say`The invitation from ${stress(inviter)} can no longer be accepted. Ask another admin of ${stress(organization)} to send you a new one.`,
    },
    inactive: {
      heading: 'Your membership is inactive',
      text: ({ inviter, organization }: Named): Phrase =>
        say`You were a member of ${stress(organization)}. Ask ${stress(inviter)} or another admin to reactivate you.`,
    },
    alreadyMember: {
      heading: 'You are a member already',
      text: (organization: string): Phrase =>
        say`There is nothing to accept: you belong to ${stress(organization)}.`,
    },
    unavailable: {
      heading: 'Try again in a moment',
      text: 'We could not look up your invitation just now. It is safe: load this page again.',
      reference: (reference: string): string => `Reference: ${reference}`,
    },
    welcome: {
      title: 'Welcome',
      heading: 'You are in',
      text: ({ organization, host }: { organization: string; host: string }): Phrase =>
        say`Welcome to ${stress(organization)}. You are being taken to ${stress(host)}.`,
    },
    /** What became of a link that no longer accepts. */
    closed: {
      unknown: {
        heading: 'Invalid link',
        text: (_: Named): Phrase => [
          'This link is not one of ours, or part of it is missing. Use the link in the most recent mail, or ask whoever invited you for a new invitation.',
        ],
      },
      invalid: {
        heading: 'Invalid token',
        text: (_: Named): Phrase =>
          say`This link does not work any more. Use the link in the ${stress('most recent mail')}, or ask whoever invited you for a new invitation.`,
      },
      expired: {
        heading: 'Invitation expired',
        text: ({ inviter, organization }: Named): Phrase =>
          say`The invitation to ${stress(organization)} has run out. Ask ${stress(inviter)} for a new one.`,
      },
      revoked: {
        heading: 'Invitation revoked',
        text: ({ inviter, organization }: Named): Phrase =>
          say`The invitation to ${stress(organization)} was taken back. If that is a surprise, ask ${stress(inviter)}.`,
      },
      replaced: {
        heading: 'Invitation replaced',
        text: (_: Named): Phrase =>
          say`A newer mail was sent to you since. Use the link in the ${stress('most recent mail')}.`,
      },
      used: {
        heading: 'Invitation already used',
        text: ({ organization }: Named): Phrase =>
          say`This invitation to ${stress(organization)} has been accepted. There is nothing left to do but sign in.`,
      },
      declined: {
        heading: 'Invitation declined',
        text: ({ inviter, organization }: Named): Phrase =>
          say`You declined to join ${stress(organization)}. If you change your mind, ask ${stress(inviter)} for a new invitation.`,
      },
    },
  },

  /** The page of the link that stops reminders. */
  unsubscribe: {
    title: 'Reminders',
    ask: {
      heading: (organization: string): string => `No more reminders from ${organization}?`,
      text: ({ address, organization }: { address: string; organization: string }): Phrase =>
        say`${stress(address)} will not be reminded of invitations to ${stress(organization)} any more. Invitations themselves still arrive.`,
      button: 'Stop reminders',
    },
    done: {
      heading: 'No more reminders',
      text: ({ address, organization }: { address: string; organization: string }): Phrase =>
        say`${stress(organization)} sends no more reminders to ${stress(address)}. Invitations themselves still arrive.`,
      button: 'Send me reminders after all',
    },
    undone: (organization: string): Phrase => say`Reminders from ${stress(organization)} arrive again.`,
    invalid: {
      heading: 'Invalid link',
      text: 'This link is not one of ours, or part of it is missing. Use the link in the most recent mail.',
    },
  },

  account,
  factors,
}
