import { say, stress } from '../../pieces'
import type { Problem } from '../../problems'
import type { sso as english } from './en'

export const ssoProblems = {
  now_sso: 'Sie sind jetzt beim Identitätsanbieter angemeldet. Ein Klick genügt.',
  sso_again: 'Das hat länger als zehn Minuten gedauert. Bitte gehen Sie noch einmal über Single Sign-on.',
  no_password:
    'Dieses Konto hat noch kein Passwort. Legen Sie über den Link unten eines fest und kommen Sie hierher zurück.',
} satisfies Partial<Record<Problem, string>>

export const sso: typeof english = {
  continueWith: {
    google: 'Weiter mit Google',
    microsoft: 'Weiter mit Microsoft',
    other: 'Weiter mit Single Sign-on',
  },
  orPassword: 'oder mit einem Passwort',
  required: (organization) => say`Bei ${stress(organization)} meldet man sich mit Single Sign-on an.`,
  shownAs: ({ provider, address }) =>
    say`Sie sind bei ${stress(provider)} als ${stress(address)} angemeldet.`,
  link: (provider) =>
    `Zu dieser Adresse gibt es bereits ein Konto. Geben Sie dieses eine Mal dessen Passwort ein. Danach melden Sie sich mit ${provider} an.`,
  linkHere: (provider) => `Ab jetzt können Sie sich auch mit ${provider} anmelden.`,
  another_address: {
    heading: 'Eine andere Adresse',
    text: ({ provider, address, invited }) =>
      say`Diese Einladung ist für ${stress(invited)}, aber bei ${stress(provider)} sind Sie als ${stress(address)} angemeldet. Es wurde nichts angenommen.`,
  },
  unverified: {
    heading: 'Adresse nicht bestätigt',
    text: ({ provider, address, invited }) =>
      say`Bei ${stress(provider)} sind Sie als ${stress(address)} angemeldet, doch wird dort nicht bestätigt, dass diese Adresse Ihnen gehört. Die Einladung ist für ${stress(invited)}. Es wurde nichts angenommen.`,
  },
  noAddress: 'ohne Adresse',
  useAnother: (provider) => `Anderes Konto bei ${provider} verwenden`,
  usePassword: 'Stattdessen mit einem Passwort annehmen',
  failed: {
    away: {
      heading: 'Versuchen Sie es gleich noch einmal',
      text: ({ provider }) => `${provider} antwortet gerade nicht. Ihre Einladung bleibt bestehen.`,
    },
    declined: {
      heading: 'Nicht angemeldet',
      text: ({ provider }) => `${provider} hat niemanden angemeldet. Ihre Einladung bleibt bestehen.`,
    },
    stale: {
      heading: 'Melden Sie sich noch einmal an',
      text: ({ provider }) =>
        `${provider} steht nicht mehr zu seiner Antwort: Sie wurde schon verwendet oder hat zu lange gebraucht. Ihre Einladung bleibt bestehen.`,
    },
    wrong: {
      heading: 'Single Sign-on funktioniert nicht',
      text: ({ provider, organization }) =>
        `Der Antwort von ${provider} ist nicht zu trauen, daher wurde nichts angenommen. Sagen Sie einem Admin von ${organization} Bescheid.`,
    },
  },
  back: 'Zurück zur Einladung',
  denied: 'Diese Einladung kann jetzt nicht angenommen werden',
}
