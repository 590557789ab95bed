import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { say, stress } from '../pieces'
import type { Words } from '.'
import { account } from './account/de'
import { factorProblems, factors } from './factors/de'
import { sso, ssoProblems } from './sso/de'

export const de: Words = {
  roles: { owner: 'Inhaber', admin: 'Admin', member: 'Mitglied', viewer: 'Betrachter' },

  offer: ({ inviter, organization, role }) =>
    role === null
      ? say`${stress(inviter)} lädt Sie zu ${stress(organization)} ein.`
      : say`${stress(inviter)} lädt Sie als ${stress(role)} zu ${stress(organization)} ein.`,

  problems: {
    password_too_short: `Verwenden Sie mindestens ${MIN_PASSWORD} Zeichen.`,
    password_too_long: `Verwenden Sie höchstens ${MAX_PASSWORD} Zeichen.`,
    password_is_address: 'Ihre Adresse ist zu leicht zu erraten. Wählen Sie etwas anderes.',
    password_common: 'Dieses Passwort ist zu verbreitet. Bitte wählen Sie ein anderes.',
    password_wrong: 'Dieses Passwort stimmt nicht.',
    confirmation_differs: 'Die beiden Passwörter stimmen nicht überein.',
    name_missing: 'Geben Sie Ihren Namen ein.',
    first_name_missing: 'Geben Sie Ihren Vornamen ein.',
    last_name_missing: 'Geben Sie Ihren Nachnamen ein.',
    name_too_long: `Höchstens ${MAX_NAME} Zeichen.`,
    name_is_link: 'Ein Name kann kein Link sein.',
    address_invalid: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.',
    address_unchanged: 'Das ist bereits Ihre Adresse.',
    now_new: 'Inzwischen hat sich etwas geändert. Bitte füllen Sie das Formular noch einmal aus.',
    now_sign_in:
      'Zu dieser Adresse gibt es jetzt ein Konto. Melden Sie sich damit an, um die Einladung anzunehmen.',
    now_join: 'Sie sind jetzt angemeldet. Ein Klick genügt.',
    ...ssoProblems,
    ...factorProblems,
  },
  wait: (minutes) =>
    `Zu viele Anmeldungen sind fehlgeschlagen. Versuchen Sie es in ${minutes === 1 ? 'einer Minute' : `${minutes} Minuten`} wieder.`,
  lead: (label) => `${label}:`,

  mail: {
    shared: {
      until: (when) => `Der Link ist bis zum ${when} gültig.`,
      address: 'Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:',
    },
    invitation: {
      subject: ({ inviter, organization }) => `${inviter} lädt Sie zu ${organization} ein`,
      preheader: ({ to, when }) => `Für ${to}, offen bis zum ${when}. Ein Link, und Sie sind dabei.`,
      heading: (organization) => `Einladung zu ${organization}`,
      button: 'Einladung annehmen',
      link: 'So nehmen Sie die Einladung an:',
      unexpected: (to) =>
        `Diese Einladung ist für ${to}. Wenn Sie nicht damit gerechnet haben, können Sie sie ignorieren.`,
    },
    reminder: {
      subject: ({ organization, last }) =>
        last
          ? `Letzte Erinnerung: Ihre Einladung zu ${organization}`
          : `Erinnerung: Ihre Einladung zu ${organization}`,
      preheader: ({ inviter, when }) => `${inviter} wartet auf Ihre Antwort. Offen bis zum ${when}.`,
      heading: (organization) => `Ihre Einladung zu ${organization}`,
      waiting: (when) =>
        say`Sie haben noch nicht geantwortet. Die Einladung ist offen bis zum ${stress(when)}.`,
      stop: (organization) => `Keine Erinnerungen mehr von ${organization}`,
    },
  },

  accept: {
    title: (organization) => (organization === null ? 'Einladung' : `Einladung zu ${organization}`),
    checking: 'Ihre Einladung wird gesucht …',
    heading: 'Einladung annehmen',
    department: (name) => say`Abteilung: ${stress(name)}`,
    teams: (names, many) => say`${many ? 'Teams' : 'Team'}: ${stress(names)}`,
    address: 'E-Mail-Adresse',
    name: 'Ihr Name',
    firstName: 'Vorname',
    lastName: 'Nachname',
    newPassword: 'Passwort wählen',
    newPasswordHint: `Mindestens ${MIN_PASSWORD} Zeichen`,
    confirmation: 'Passwort wiederholen',
    password: 'Ihr Passwort',
    passwordHint: 'Zu dieser Adresse haben Sie bereits ein Konto.',
    signedInAs: (address) => say`Sie sind angemeldet als ${stress(address)}.`,
    acceptNew: 'Annehmen und Konto anlegen',
    acceptSignIn: 'Annehmen und anmelden',
    acceptJoin: (organization) => `Annehmen und ${organization} beitreten`,
    until: (when) => `Offen bis zum ${when}.`,
    declineQuestion: 'Sie möchten nicht beitreten?',
    declineMeaning:
      'Wenn Sie ablehnen, wird diese Einladung ungültig. Die Person, die Sie eingeladen hat, sieht Ihre Absage.',
    decline: 'Einladung ablehnen',
    wrongAccount: ({ invited, signedIn }) =>
      say`Diese Einladung ist für ${stress(invited)}, aber Sie sind angemeldet als ${stress(signedIn)}.`,
    switchAccount: 'Konto wechseln',
    continue: 'Weiter',
    signIn: 'Anmelden',
    noSeat: {
      heading: 'Kein Platz frei',
      text: ({ inviter, organization }) =>
        say`Bei ${stress(organization)} ist im Moment kein Platz frei. Bitten Sie ${stress(inviter)}, einen frei zu machen. Ihre Einladung bleibt bestehen.`,
    },
    sso,
    inviterLost: {
      heading: 'Bitten Sie um eine neue Einladung',
      text: ({ inviter, organization }) =>
        say`Die Einladung von ${stress(inviter)} kann nicht mehr angenommen werden. Bitten Sie einen anderen Admin von ${stress(organization)} um eine neue.`,
    },
    inactive: {
      heading: 'Ihre Mitgliedschaft ist inaktiv',
      text: ({ inviter, organization }) =>
        say`Sie waren Mitglied von ${stress(organization)}. Bitten Sie ${stress(inviter)} oder einen anderen Admin, Ihre Mitgliedschaft wieder zu aktivieren.`,
    },
    alreadyMember: {
      heading: 'Sie sind bereits Mitglied',
      text: (organization) => say`Es gibt nichts anzunehmen: Sie gehören schon zu ${stress(organization)}.`,
    },
    unavailable: {
      heading: 'Versuchen Sie es gleich noch einmal',
      text: 'Wir konnten Ihre Einladung gerade nicht nachschlagen. Sie ist nicht verloren: Laden Sie diese Seite neu.',
      reference: (reference) => `Referenz: ${reference}`,
    },
    welcome: {
      title: 'Willkommen',
      heading: 'Sie sind dabei',
      text: ({ organization, host }) =>
        say`Willkommen bei ${stress(organization)}. Sie werden zu ${stress(host)} weitergeleitet.`,
    },
    closed: {
      unknown: {
        heading: 'Ungültiger Link',
        text: () => [
          'Dieser Link stammt nicht von uns, oder ein Teil davon fehlt. Verwenden Sie den Link in der neuesten E-Mail, oder bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.',
        ],
      },
      invalid: {
        heading: 'Ungültige Einladung',
        text: () =>
          say`Dieser Link funktioniert nicht mehr. Verwenden Sie den Link in der ${stress('neuesten E-Mail')}, oder bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.`,
      },
      expired: {
        heading: 'Einladung abgelaufen',
        text: ({ inviter, organization }) =>
          say`Die Einladung zu ${stress(organization)} ist abgelaufen. Bitten Sie ${stress(inviter)} um eine neue.`,
      },
      revoked: {
        heading: 'Einladung zurückgezogen',
        text: ({ inviter, organization }) =>
          say`Die Einladung zu ${stress(organization)} wurde zurückgezogen. Wenn Sie das überrascht, fragen Sie ${stress(inviter)}.`,
      },
      replaced: {
        heading: 'Einladung ersetzt',
        text: () =>
          say`Sie haben inzwischen eine neuere E-Mail bekommen. Verwenden Sie den Link in der ${stress('neuesten E-Mail')}.`,
      },
      used: {
        heading: 'Einladung bereits verwendet',
        text: ({ organization }) =>
          say`Diese Einladung zu ${stress(organization)} wurde angenommen. Sie müssen sich nur noch anmelden.`,
      },
      declined: {
        heading: 'Einladung abgelehnt',
        text: ({ inviter, organization }) =>
          say`Sie haben die Einladung zu ${stress(organization)} abgelehnt. Wenn Sie es sich anders überlegen, bitten Sie ${stress(inviter)} um eine neue.`,
      },
    },
  },

  unsubscribe: {
    title: 'Erinnerungen',
    ask: {
      heading: (organization) => `Keine Erinnerungen mehr von ${organization}?`,
      text: ({ address, organization }) =>
        say`${stress(address)} wird nicht mehr an Einladungen zu ${stress(organization)} erinnert. Die Einladungen selbst kommen weiterhin an.`,
      button: 'Erinnerungen beenden',
    },
    done: {
      heading: 'Keine Erinnerungen mehr',
      text: ({ address, organization }) =>
        say`${stress(organization)} schickt keine Erinnerungen mehr an ${stress(address)}. Die Einladungen selbst kommen weiterhin an.`,
      button: 'Doch wieder erinnern',
    },
    undone: (organization) => say`Erinnerungen von ${stress(organization)} kommen wieder an.`,
    invalid: {
      heading: 'Ungültiger Link',
      text: 'Dieser Link stammt nicht von uns, oder ein Teil davon fehlt. Verwenden Sie den Link in der neuesten E-Mail.',
    },
  },

  account,
  factors,
}
