import { type Phrase, say, stress } from '../../pieces'
import type { FactorProblem } from '../../problems'
import { type Account, named } from '../account/named'

// Passkeys and second factors, as far as an invitee meets them, and the mails that tell of a change.

export const factorProblems: Record<FactorProblem, string> = {
  code_wrong: 'That code is not right, or it was used already.',
  authenticator_late: 'This page was open for too long. Scan the new code.',
  passkey_late: 'This page was open for too long. Try once more.',
  passkey_unknown: 'That passkey is not known here.',
  passkey_missing: 'Confirm with one of your passkeys first.',
  passkey_failed: 'That did not work. Try once more.',
  passkey_taken: 'This passkey has been added already.',
  passkey_too_many: 'You have as many passkeys as an account can have. Remove one first.',
  passkey_name_long: 'Choose a shorter name.',
}

export const factors = {
  step: {
    heading: 'One more step',
    lead: (address: string): Phrase => say`Show that you are ${stress(address)}.`,
    leadPasskey: (address: string): Phrase => say`To go on as ${stress(address)}, use a passkey.`,
    code: 'Code',
    codeHint: 'The six digits that your authenticator app shows, or one of your recovery codes.',
    recoveryHint: 'One of your recovery codes.',
    submit: 'Continue',
    passkey: 'Use a passkey',
    or: 'or',
    other: 'Sign in as somebody else',
    add: 'Add another passkey',
    back: 'Back to your account',
  },
  passkey: {
    cancelled: 'Nothing was done. Press once more when you are ready.',
    failed: 'Your device could not do that. Try once more, or go another way.',
    unsupported: 'This browser cannot use passkeys.',
    scripts: 'Passkeys need JavaScript, which is switched off here.',
  },
  add: {
    heading: 'Add a passkey',
    offerHeading: 'Next time without a password',
    lead: 'A passkey is kept by your device and opened with your fingerprint, your face or the screen lock. There is nothing to remember, and nobody can trick you out of it.',
    name: 'Name',
    nameHint: 'So that you know it again.',
    submit: 'Add a passkey',
    skip: 'Not now',
    back: 'Back to security',
    confirm: 'Confirm with a passkey you have',
    confirmed: 'Confirmed.',
  },
  mails: {
    passkey_added: {
      subject: 'A passkey was added to your account',
      preheader: 'You can sign in with it from now on.',
      heading: 'A passkey was added',
      text: (of: Account, when: string, passkey: string): Phrase =>
        say`The passkey ${stress(passkey)} was added to your account ${named(of)} on ${when}.`,
    },
    passkey_removed: {
      subject: 'A passkey was removed from your account',
      preheader: 'Nobody can sign in with it any more.',
      heading: 'A passkey was removed',
      text: (of: Account, when: string, passkey: string): Phrase =>
        say`The passkey ${stress(passkey)} was removed from your account ${named(of)} on ${when}.`,
    },
    authenticator_on: {
      subject: 'An authenticator app was set up',
      preheader: 'Signing in with your password asks for a code from now on.',
      heading: 'An authenticator app was set up',
      text: (of: Account, when: string): Phrase =>
        say`An authenticator app was set up for your account ${named(of)} on ${when}. Signing in with the password asks for its code from now on.`,
    },
    authenticator_off: {
      subject: 'The authenticator app was switched off',
      preheader: 'Your password alone is enough again.',
      heading: 'The authenticator app was switched off',
      text: (of: Account, when: string): Phrase =>
        say`The authenticator app of your account ${named(of)} was switched off on ${when}. Signing in with the password asks for no code any more.`,
    },
    codes_renewed: {
      subject: 'Your recovery codes were renewed',
      preheader: 'The earlier ones no longer work.',
      heading: 'Your recovery codes were renewed',
      text: (of: Account, when: string): Phrase =>
        say`The recovery codes of your account ${named(of)} were renewed on ${when}. The earlier ones no longer work.`,
    },
    otherwise:
      'If that was not you, set a new password at once, then look at the security of your account and remove what you do not know.',
    button: 'Security of your account',
    link: 'Security of your account:',
  },
}
