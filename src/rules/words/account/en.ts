import { type Phrase, say, stress } from '../../pieces'
import { type Account, named } from './named'

// Forgotten passwords and an account's own page, with their mails.

export const account = {
  title: 'Your account',
  wait: (minutes: number): string =>
    `That is enough mails for now. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  address: 'Email address',
  currentPassword: 'Current password',
  newPassword: 'New password',
  signIn: 'Sign in',
  switchAccount: 'Switch account',
  toAccount: 'Go to your account',

  forgot: {
    link: 'Forgot your password?',
    heading: 'Forgot your password?',
    lead: 'Enter your email address. If there is an account with it, we mail you a link to set a new password.',
    submit: 'Mail me a link',
    backToSignIn: 'Back to sign-in',
    backToInvitation: 'Back to the invitation',
    sent: {
      heading: 'Check your mail',
      text: (address: string): Phrase =>
        say`If there is an account with ${stress(address)}, a link to set a new password is on its way. It works for one hour, and only the newest one works.`,
      nothing: 'Nothing there after a few minutes? Look in spam, and check that the address is right.',
      again: 'Use another address',
    },
  },

  reset: {
    heading: 'Set a new password',
    meaning: 'This signs you in here and signs you out everywhere else.',
    submit: 'Set password',
    again: 'Ask for a new link',
    closed: {
      invalid: {
        heading: 'Invalid link',
        text: 'This link is not one of ours, part of it is missing, or what it was about is gone. Use the link in the most recent mail, or ask for a new one.',
      },
      used: {
        heading: 'Link already used',
        text: 'A password has been set with this link. Sign in with it; if it was not you who set it, ask for a new link.',
      },
      replaced: {
        heading: 'Replaced by a newer mail',
        text: 'A newer link was mailed to you since. Use the one in the most recent mail.',
      },
      ended: {
        heading: 'Link no longer works',
        text: 'The password or the address of the account was changed since. If you still need a link, ask for a new one.',
      },
      expired: {
        heading: 'Link expired',
        text: 'The link worked for one hour. Ask for a new one.',
      },
    },
  },

  page: {
    names: 'Name',
    save: 'Save',
    changeAddress: 'Change your address',
    newAddress: 'New email address',
    newAddressHint:
      'We mail it a link. Your address changes once you confirm there, and we tell the old one.',
    submitAddress: 'Mail a link to it',
    pending: ({ address, when }: { address: string; when: string }): Phrase =>
      say`${stress(address)} waits to be confirmed, until ${when}: open the link in the mail to it.`,
    changePassword: 'Change your password',
    passwordMeaning: 'This signs you out everywhere else.',
    submitPassword: 'Change password',
    noPassword: 'This account has no password yet. Set one by a link that we mail you.',
    organizations: 'Your organizations',
    sessions: 'Where you are signed in',
    security: 'Passkeys and second factor',
    told: {
      renamed: 'Name changed',
      unchanged: 'Nothing to change: it is so already',
      password: 'Password changed. You are signed out everywhere else.',
      asked: 'Check the mail to the new address: the link in it confirms the change.',
      address: 'Address changed. Use it from now on to sign in.',
    },
  },

  confirm: {
    heading: 'Confirm your new address',
    lead: ({ from, to }: { from: string; to: string }): Phrase =>
      say`Your account changes its address from ${stress(from)} to ${stress(to)}. You sign in with the new one from then on.`,
    submit: (address: string): string => `Use ${address}`,
    keep: 'Keep the old one',
    wrongAccount: (signedIn: string): Phrase =>
      say`This link is for another account. You are signed in as ${stress(signedIn)}.`,
    closed: {
      invalid: {
        heading: 'Invalid link',
        text: 'This link is not one of ours, part of it is missing, or what it was about is gone.',
      },
      replaced: {
        heading: 'Replaced by a newer mail',
        text: 'Another change was asked for since. Use the link in the most recent mail.',
      },
      ended: {
        heading: 'Link no longer works',
        text: 'The password was changed since. If you still want another address, ask for it again.',
      },
      expired: {
        heading: 'Link expired',
        text: 'The link worked for one hour. Ask for the change again.',
      },
      taken: {
        heading: 'Address already taken',
        text: 'There is another account with this address. Your address stays as it is.',
      },
      wrong_account: { heading: 'Not for this account' },
    },
  },

  mails: {
    reset: {
      subject: 'Set a new password',
      preheader: 'The link works for one hour, once.',
      heading: 'Set a new password',
      text: (of: Account): Phrase =>
        say`Somebody asked for a link to set a new password for your account ${named(of)}.`,
      button: 'Set a new password',
      link: 'Set a new password:',
      unexpected: 'If that was not you, there is nothing to do: without the link nothing changes.',
    },
    password: {
      subject: 'Your password was changed',
      preheader: 'You are signed out everywhere else.',
      heading: 'Your password was changed',
      text: (of: Account, when: string): Phrase =>
        say`The password of your account ${named(of)} was changed on ${when}. Other sessions were signed out.`,
      otherwise: 'If that was not you, set a new password at once. Only who reads this mailbox can.',
      button: 'Set a new password',
      link: 'Set a new password:',
    },
    change: {
      subject: 'Confirm your new address',
      preheader: 'The link works for one hour.',
      heading: 'Confirm your new address',
      text: (of: Account, to: string): Phrase =>
        say`The account ${named(of)} is to change its address to ${stress(to)}. Open the link and confirm, signed in to that account.`,
      button: 'Confirm the address',
      link: 'Confirm the address:',
      unexpected: 'If you do not know of this, there is nothing to do: without the link nothing changes.',
    },
    taken: {
      subject: 'This address has an account already',
      preheader: 'Nothing was changed.',
      heading: 'This address has an account already',
      text: (to: string, host: string): Phrase =>
        say`Somebody who is signed in at ${host} asked to change the address of their account to ${stress(to)}. There is an account with this address already, so nothing was changed.`,
      otherwise: 'If that was you, sign in with this address. If not, there is nothing to do.',
      button: 'Sign in',
      link: 'Sign in:',
    },
    asked: {
      subject: 'Your account is to get another address',
      preheader: 'Nothing has changed yet.',
      heading: 'Another address was asked for',
      text: (of: Account, to: string): Phrase =>
        say`Somebody who knows your password asked to change the address of your account ${named(of)} to ${stress(to)}. It changes once that is confirmed from there.`,
      otherwise: 'If that was not you, set a new password now: that stops it.',
      button: 'Set a new password',
      link: 'Set a new password:',
    },
    done: {
      subject: 'Your account has another address',
      preheader: 'Mails to this address no longer reach it.',
      heading: 'Your address was changed',
      text: (of: Account, to: string, when: string): Phrase =>
        say`The address of your account ${named(of)} was changed to ${stress(to)} on ${when}. Sign in with it from now on.`,
      otherwise:
        'If that was not you, tell an owner or an admin of your organization at once: they can remove the account from it.',
    },
  },
}
