import { say, stress } from '../../pieces'
import { named } from '../account/named'
import type { factors as english, factorProblems as englishProblems } from './en'

export const factorProblems: typeof englishProblems = {
  code_wrong: 'Dieser Code stimmt nicht oder wurde schon verwendet.',
  authenticator_late: 'Diese Seite war zu lange offen. Scannen Sie den neuen Code.',
  passkey_late: 'Diese Seite war zu lange offen. Bitte versuchen Sie es noch einmal.',
  passkey_unknown: 'Dieser Passkey ist hier nicht bekannt.',
  passkey_missing: 'Bestätigen Sie zuerst mit einem Ihrer Passkeys.',
  passkey_failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  passkey_taken: 'Dieser Passkey wurde schon hinzugefügt.',
  passkey_too_many: 'Mehr Passkeys kann ein Konto nicht haben. Entfernen Sie zuerst einen.',
  passkey_name_long: 'Wählen Sie einen kürzeren Namen.',
}

export const factors: typeof english = {
  step: {
    heading: 'Noch ein Schritt',
    lead: (address) => say`Zeigen Sie, dass Sie ${stress(address)} sind.`,
    leadPasskey: (address) => say`Um als ${stress(address)} fortzufahren, verwenden Sie einen Passkey.`,
    code: 'Sicherheitscode',
    codeHint: 'Die sechs Ziffern aus Ihrer Authenticator-App oder einer Ihrer Wiederherstellungscodes.',
    recoveryHint: 'Einer Ihrer Wiederherstellungscodes.',
    submit: 'Weiter',
    passkey: 'Passkey verwenden',
    or: 'oder',
    other: 'Mit einem anderen Konto anmelden',
    add: 'Weiteren Passkey hinzufügen',
    back: 'Zurück zu Ihrem Konto',
  },
  passkey: {
    cancelled: 'Es ist nichts geschehen. Klicken Sie noch einmal, wenn Sie so weit sind.',
    failed:
      'Ihr Gerät konnte das nicht ausführen. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.',
    unsupported: 'Dieser Browser kann keine Passkeys verwenden.',
    scripts: 'Passkeys brauchen JavaScript, das hier ausgeschaltet ist.',
  },
  add: {
    heading: 'Passkey hinzufügen',
    offerHeading: 'Beim nächsten Mal ohne Passwort',
    lead: 'Ein Passkey liegt auf Ihrem Gerät und wird mit Fingerabdruck, Gesicht oder Bildschirmsperre geöffnet. Sie müssen sich nichts merken, und niemand kann ihn Ihnen ablocken.',
    name: 'Bezeichnung',
    nameHint: 'Damit Sie ihn wiedererkennen.',
    submit: 'Passkey hinzufügen',
    skip: 'Jetzt nicht',
    back: 'Zurück zur Sicherheit',
    confirm: 'Mit einem vorhandenen Passkey bestätigen',
    confirmed: 'Bestätigt.',
  },
  mails: {
    passkey_added: {
      subject: 'Ihrem Konto wurde ein Passkey hinzugefügt',
      preheader: 'Sie können sich ab jetzt damit anmelden.',
      heading: 'Ein Passkey wurde hinzugefügt',
      text: (of, when, passkey) =>
        say`Der Passkey ${stress(passkey)} wurde Ihrem Konto ${named(of)} am ${when} hinzugefügt.`,
    },
    passkey_removed: {
      subject: 'Ein Passkey wurde von Ihrem Konto entfernt',
      preheader: 'Niemand kann sich mehr damit anmelden.',
      heading: 'Ein Passkey wurde entfernt',
      text: (of, when, passkey) =>
        say`Der Passkey ${stress(passkey)} wurde am ${when} von Ihrem Konto ${named(of)} entfernt.`,
    },
    authenticator_on: {
      subject: 'Eine Authenticator-App wurde eingerichtet',
      preheader: 'Bei der Anmeldung mit Passwort wird ab jetzt ein Code verlangt.',
      heading: 'Eine Authenticator-App wurde eingerichtet',
      text: (of, when) =>
        say`Für Ihr Konto ${named(of)} wurde am ${when} eine Authenticator-App eingerichtet. Bei der Anmeldung mit Passwort wird ab jetzt ihr Code verlangt.`,
    },
    authenticator_off: {
      subject: 'Die Authenticator-App wurde ausgeschaltet',
      preheader: 'Ihr Passwort allein genügt wieder.',
      heading: 'Die Authenticator-App wurde ausgeschaltet',
      text: (of, when) =>
        say`Die Authenticator-App Ihres Kontos ${named(of)} wurde am ${when} ausgeschaltet. Bei der Anmeldung mit Passwort wird kein Code mehr verlangt.`,
    },
    codes_renewed: {
      subject: 'Ihre Wiederherstellungscodes wurden erneuert',
      preheader: 'Die früheren gelten nicht mehr.',
      heading: 'Ihre Wiederherstellungscodes wurden erneuert',
      text: (of, when) =>
        say`Die Wiederherstellungscodes Ihres Kontos ${named(of)} wurden am ${when} erneuert. Die früheren gelten nicht mehr.`,
    },
    otherwise:
      'Wenn Sie das nicht waren, legen Sie sofort ein neues Passwort fest, sehen Sie sich dann die Sicherheit Ihres Kontos an und entfernen Sie, was Sie nicht kennen.',
    button: 'Sicherheit Ihres Kontos',
    link: 'Sicherheit Ihres Kontos:',
  },
}
