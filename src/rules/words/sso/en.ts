import { type Phrase, say, stress } from '../../pieces'

// Coming in through the organization's identity provider.

type Shown = { provider: string; address: string }
type Asked = Shown & { invited: string }
type Failed = { provider: string; organization: string }

export const ssoProblems = {
  now_sso: 'You are signed in at the identity provider now. One press is enough.',
  sso_again: 'That took longer than ten minutes. Please continue with single sign-on once more.',
  no_password: 'This account has no password yet. Set one with the link below, and come back here.',
}

export const sso = {
  continueWith: {
    google: 'Continue with Google',
    microsoft: 'Continue with Microsoft',
    other: 'Continue with single sign-on',
  },
  orPassword: 'or with a password',
  /** Where there is no other way in. */
  required: (organization: string): Phrase =>
    say`People of ${stress(organization)} come in with its single sign-on.`,
  shownAs: ({ provider, address }: Shown): Phrase =>
    say`You are signed in at ${stress(provider)} as ${stress(address)}.`,
  /** The account that is there has to sign in itself, once. */
  link: (provider: string): string =>
    `There is an account with this address already. Enter its password this once: from then on you come in with ${provider}.`,
  linkHere: (provider: string): string => `From now on you come in with ${provider} as well.`,
  another_address: {
    heading: 'Another address',
    text: ({ provider, address, invited }: Asked): Phrase =>
      say`This invitation is for ${stress(invited)}, but at ${stress(provider)} you are signed in as ${stress(address)}. Nothing was joined.`,
  },
  unverified: {
    heading: 'Address not confirmed',
    text: ({ provider, address, invited }: Asked): Phrase =>
      say`At ${stress(provider)} you are signed in as ${stress(address)}, but it does not confirm that this address is yours. The invitation is for ${stress(invited)}. Nothing was joined.`,
  },
  /** In place of an address that the provider did not tell. */
  noAddress: 'without an address',
  useAnother: (provider: string): string => `Use another account at ${provider}`,
  usePassword: 'Accept with a password instead',
  /** Why a round trip to the provider came to nothing. */
  failed: {
    away: {
      heading: 'Try again in a moment',
      text: ({ provider }: Failed): string =>
        `${provider} does not answer just now. Your invitation is safe.`,
    },
    declined: {
      heading: 'Not signed in',
      text: ({ provider }: Failed): string => `${provider} signed nobody in. Your invitation stays as it is.`,
    },
    stale: {
      heading: 'Sign in once more',
      text: ({ provider }: Failed): string =>
        `${provider} no longer stands by its answer, which was used already or took too long. Your invitation stays as it is.`,
    },
    wrong: {
      heading: 'Single sign-on does not work',
      text: ({ provider, organization }: Failed): string =>
        `${provider} gave an answer that cannot be trusted, so nothing was joined. Tell an admin of ${organization}.`,
    },
  },
  back: 'Back to the invitation',
  /** A policy of the organization does not let the invitee in; it says why in words of its own. */
  denied: 'This invitation cannot be accepted now',
}
