import { say, stress } from '../../pieces'
import type { Words } from '..'
import { named } from './named'

export const account: Words['account'] = {
  title: 'Ihr Konto',
  wait: (minutes) =>
    `Das sind vorerst genug E-Mails. Versuchen Sie es in ${minutes === 1 ? 'einer Minute' : `${minutes} Minuten`} wieder.`,
  address: 'E-Mail-Adresse',
  currentPassword: 'Bisheriges Passwort',
  newPassword: 'Neues Passwort',
  signIn: 'Anmelden',
  switchAccount: 'Konto wechseln',
  toAccount: 'Zu Ihrem Konto',

  forgot: {
    link: 'Passwort vergessen?',
    heading: 'Passwort vergessen?',
    lead: 'Geben Sie Ihre E-Mail-Adresse ein. Wenn es dazu ein Konto gibt, senden wir Ihnen einen Link, mit dem Sie ein neues Passwort festlegen.',
    submit: 'Link senden',
    backToSignIn: 'Zurück zur Anmeldung',
    backToInvitation: 'Zurück zur Einladung',
    sent: {
      heading: 'Prüfen Sie Ihr Postfach',
      text: (address) =>
        say`Wenn es ein Konto mit ${stress(address)} gibt, ist ein Link für ein neues Passwort unterwegs. Er ist eine Stunde lang gültig, und nur der neueste funktioniert.`,
      nothing:
        'Nach ein paar Minuten ist nichts angekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, ob die Adresse stimmt.',
      again: 'Andere Adresse verwenden',
    },
  },

  reset: {
    heading: 'Neues Passwort festlegen',
    meaning: 'Damit werden Sie hier angemeldet und überall sonst abgemeldet.',
    submit: 'Passwort festlegen',
    again: 'Neuen Link anfordern',
    closed: {
      invalid: {
        heading: 'Ungültiger Link',
        text: 'Dieser Link stammt nicht von uns, ist unvollständig oder gehört zu etwas, das es nicht mehr gibt. Verwenden Sie den Link in der neuesten E-Mail oder fordern Sie einen neuen an.',
      },
      used: {
        heading: 'Link bereits verwendet',
        text: 'Mit diesem Link wurde ein Passwort festgelegt. Melden Sie sich damit an. Wenn Sie das nicht waren, fordern Sie einen neuen Link an.',
      },
      replaced: {
        heading: 'Durch eine neuere E-Mail ersetzt',
        text: 'Inzwischen wurde Ihnen ein neuerer Link gesendet. Verwenden Sie den in der neuesten E-Mail.',
      },
      ended: {
        heading: 'Link funktioniert nicht mehr',
        text: 'Passwort oder Adresse des Kontos wurden inzwischen geändert. Wenn Sie noch einen Link brauchen, fordern Sie einen neuen an.',
      },
      expired: {
        heading: 'Link abgelaufen',
        text: 'Der Link war eine Stunde lang gültig. Fordern Sie einen neuen an.',
      },
    },
  },

  page: {
    names: 'Name',
    save: 'Speichern',
    changeAddress: 'Adresse ändern',
    newAddress: 'Neue E-Mail-Adresse',
    newAddressHint:
      'Wir senden einen Link an diese Adresse. Die Änderung gilt, sobald Sie dort bestätigen; Ihre bisherige Adresse wird benachrichtigt.',
    submitAddress: 'Link senden',
    pending: ({ address, when }) =>
      say`${stress(address)} muss bis zum ${when} bestätigt werden: Öffnen Sie den Link in der E-Mail an diese Adresse.`,
    changePassword: 'Passwort ändern',
    passwordMeaning: 'Damit werden Sie überall sonst abgemeldet.',
    submitPassword: 'Passwort ändern',
    noPassword:
      'Dieses Konto hat noch kein Passwort. Legen Sie eines über einen Link fest, den wir Ihnen senden.',
    organizations: 'Ihre Organisationen',
    sessions: 'Wo Sie angemeldet sind',
    security: 'Passkeys und zweiter Faktor',
    told: {
      renamed: 'Name geändert',
      unchanged: 'Nichts zu ändern: Es ist bereits so',
      password: 'Passwort geändert. Sie sind überall sonst abgemeldet.',
      asked: 'Prüfen Sie das Postfach der neuen Adresse: Der Link dort bestätigt die Änderung.',
      address: 'Adresse geändert. Melden Sie sich ab jetzt mit ihr an.',
    },
  },

  confirm: {
    heading: 'Neue Adresse bestätigen',
    lead: ({ from, to }) =>
      say`Die Adresse Ihres Kontos wird von ${stress(from)} in ${stress(to)} geändert. Sie melden sich danach mit der neuen an.`,
    submit: (address) => `${address} verwenden`,
    keep: 'Bisherige Adresse behalten',
    wrongAccount: (signedIn) =>
      say`Dieser Link ist für ein anderes Konto. Sie sind angemeldet als ${stress(signedIn)}.`,
    closed: {
      invalid: {
        heading: 'Ungültiger Link',
        text: 'Dieser Link stammt nicht von uns, ist unvollständig oder gehört zu etwas, das es nicht mehr gibt.',
      },
      replaced: {
        heading: 'Durch eine neuere E-Mail ersetzt',
        text: 'Inzwischen wurde eine andere Änderung angefordert. Verwenden Sie den Link in der neuesten E-Mail.',
      },
      ended: {
        heading: 'Link funktioniert nicht mehr',
        text: 'Das Passwort wurde inzwischen geändert. Wenn Sie weiterhin eine andere Adresse möchten, fordern Sie sie noch einmal an.',
      },
      expired: {
        heading: 'Link abgelaufen',
        text: 'Der Link war eine Stunde lang gültig. Fordern Sie die Änderung noch einmal an.',
      },
      taken: {
        heading: 'Adresse bereits vergeben',
        text: 'Es gibt ein anderes Konto mit dieser Adresse. Ihre Adresse bleibt, wie sie ist.',
      },
      wrong_account: { heading: 'Nicht für dieses Konto' },
    },
  },

  mails: {
    reset: {
      subject: 'Neues Passwort festlegen',
      preheader: 'Der Link ist eine Stunde lang gültig, und nur einmal.',
      heading: 'Neues Passwort festlegen',
      text: (of) =>
        say`Jemand hat einen Link angefordert, um für Ihr Konto ${named(of)} ein neues Passwort festzulegen.`,
      button: 'Neues Passwort festlegen',
      link: 'So legen Sie ein neues Passwort fest:',
      unexpected: 'Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne den Link ändert sich nichts.',
    },
    password: {
      subject: 'Ihr Passwort wurde geändert',
      preheader: 'Sie sind überall sonst abgemeldet.',
      heading: 'Ihr Passwort wurde geändert',
      text: (of, when) =>
        say`Das Passwort Ihres Kontos ${named(of)} wurde am ${when} geändert. Andere Sitzungen wurden abgemeldet.`,
      otherwise:
        'Wenn Sie das nicht waren, legen Sie sofort ein neues Passwort fest. Das kann nur, wer Zugang zu diesem Postfach hat.',
      button: 'Neues Passwort festlegen',
      link: 'So legen Sie ein neues Passwort fest:',
    },
    change: {
      subject: 'Neue Adresse bestätigen',
      preheader: 'Der Link ist eine Stunde lang gültig.',
      heading: 'Neue Adresse bestätigen',
      text: (of, to) =>
        say`Die Adresse des Kontos ${named(of)} soll in ${stress(to)} geändert werden. Öffnen Sie den Link und bestätigen Sie das, angemeldet mit diesem Konto.`,
      button: 'Adresse bestätigen',
      link: 'So bestätigen Sie die Adresse:',
      unexpected: 'Wenn Sie nichts davon wissen, müssen Sie nichts tun: Ohne den Link ändert sich nichts.',
    },
    taken: {
      subject: 'Zu dieser Adresse gibt es bereits ein Konto',
      preheader: 'Es wurde nichts geändert.',
      heading: 'Zu dieser Adresse gibt es bereits ein Konto',
      text: (to, host) =>
        say`Jemand, der bei ${host} angemeldet ist, wollte die Adresse seines Kontos in ${stress(to)} ändern. Zu dieser Adresse gibt es bereits ein Konto, deshalb wurde nichts geändert.`,
      otherwise:
        'Wenn Sie das waren, melden Sie sich mit dieser Adresse an. Wenn nicht, müssen Sie nichts tun.',
      button: 'Anmelden',
      link: 'Anmelden:',
    },
    asked: {
      subject: 'Ihr Konto soll eine andere Adresse bekommen',
      preheader: 'Noch hat sich nichts geändert.',
      heading: 'Eine andere Adresse wurde angefordert',
      text: (of, to) =>
        say`Jemand, der Ihr Passwort kennt, möchte die Adresse Ihres Kontos ${named(of)} in ${stress(to)} ändern. Sie ändert sich, sobald das von dort bestätigt wird.`,
      otherwise:
        'Wenn Sie das nicht waren, legen Sie jetzt ein neues Passwort fest: Das verhindert die Änderung.',
      button: 'Neues Passwort festlegen',
      link: 'So legen Sie ein neues Passwort fest:',
    },
    done: {
      subject: 'Ihr Konto hat eine andere Adresse',
      preheader: 'E-Mails an diese Adresse erreichen das Konto nicht mehr.',
      heading: 'Ihre Adresse wurde geändert',
      text: (of, to, when) =>
        say`Die Adresse Ihres Kontos ${named(of)} wurde am ${when} in ${stress(to)} geändert. Melden Sie sich ab jetzt mit ihr an.`,
      otherwise:
        'Wenn Sie das nicht waren, informieren Sie sofort einen Inhaber oder Admin Ihrer Organisation, damit das Konto daraus entfernt wird.',
    },
  },
}
