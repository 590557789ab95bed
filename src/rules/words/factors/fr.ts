import { say, stress } from '../../pieces'
import { named } from '../account/named'
import type { factors as english, factorProblems as englishProblems } from './en'

export const factorProblems: typeof englishProblems = {
  code_wrong: 'Ce code est incorrect ou a déjà été utilisé.',
  authenticator_late: 'Cette page est restée ouverte trop longtemps. Scannez le nouveau code.',
  passkey_late: 'Cette page est restée ouverte trop longtemps. Réessayez.',
  passkey_unknown: 'Cette clé d’accès n’est pas connue ici.',
  passkey_missing: 'Confirmez d’abord avec l’une de vos clés d’accès.',
  passkey_failed: 'Cela n’a pas fonctionné. Réessayez.',
  passkey_taken: 'Cette clé d’accès a déjà été ajoutée.',
  passkey_too_many: 'Un compte ne peut pas avoir plus de clés d’accès. Supprimez-en une d’abord.',
  passkey_name_long: 'Choisissez un nom plus court.',
}

export const factors: typeof english = {
  step: {
    heading: 'Encore une étape',
    lead: (address) => say`Montrez que vous êtes ${stress(address)}.`,
    leadPasskey: (address) => say`Pour continuer en tant que ${stress(address)}, utilisez une clé d’accès.`,
    code: 'Code de vérification',
    codeHint:
      'Les six chiffres affichés par votre application d’authentification, ou l’un de vos codes de récupération.',
    recoveryHint: 'L’un de vos codes de récupération.',
    submit: 'Continuer',
    passkey: 'Utiliser une clé d’accès',
    or: 'ou',
    other: 'Se connecter avec un autre compte',
    add: 'Ajouter une autre clé d’accès',
    back: 'Retour à votre compte',
  },
  passkey: {
    cancelled: 'Rien n’a été fait. Appuyez de nouveau quand vous serez prêt.',
    failed: 'Votre appareil n’a pas pu le faire. Réessayez ou choisissez une autre voie.',
    unsupported: 'Ce navigateur ne peut pas utiliser de clés d’accès.',
    scripts: 'Les clés d’accès ont besoin de JavaScript, qui est désactivé ici.',
  },
  add: {
    heading: 'Ajouter une clé d’accès',
    offerHeading: 'La prochaine fois, sans mot de passe',
    lead: 'Une clé d’accès est gardée par votre appareil et s’ouvre avec votre empreinte, votre visage ou le verrouillage de l’écran. Il n’y a rien à retenir, et personne ne peut vous la soutirer.',
    name: 'Nom de la clé',
    nameHint: 'Pour la reconnaître.',
    submit: 'Ajouter une clé d’accès',
    skip: 'Pas maintenant',
    back: 'Retour à la sécurité',
    confirm: 'Confirmer avec une clé d’accès existante',
    confirmed: 'Confirmé.',
  },
  mails: {
    passkey_added: {
      subject: 'Une clé d’accès a été ajoutée à votre compte',
      preheader: 'Vous pouvez désormais vous connecter avec elle.',
      heading: 'Une clé d’accès a été ajoutée',
      text: (of, when, passkey) =>
        say`La clé d’accès ${stress(passkey)} a été ajoutée à votre compte ${named(of)} le ${when}.`,
    },
    passkey_removed: {
      subject: 'Une clé d’accès a été retirée de votre compte',
      preheader: 'Plus personne ne peut se connecter avec elle.',
      heading: 'Une clé d’accès a été retirée',
      text: (of, when, passkey) =>
        say`La clé d’accès ${stress(passkey)} a été retirée de votre compte ${named(of)} le ${when}.`,
    },
    authenticator_on: {
      subject: 'Une application d’authentification a été configurée',
      preheader: 'La connexion par mot de passe demande désormais un code.',
      heading: 'Une application d’authentification a été configurée',
      text: (of, when) =>
        say`Une application d’authentification a été configurée pour votre compte ${named(of)} le ${when}. La connexion par mot de passe demande désormais son code.`,
    },
    authenticator_off: {
      subject: 'L’application d’authentification a été désactivée',
      preheader: 'Votre mot de passe suffit de nouveau.',
      heading: 'L’application d’authentification a été désactivée',
      text: (of, when) =>
        say`L’application d’authentification de votre compte ${named(of)} a été désactivée le ${when}. La connexion par mot de passe ne demande plus de code.`,
    },
    codes_renewed: {
      subject: 'Vos codes de récupération ont été renouvelés',
      preheader: 'Les précédents ne fonctionnent plus.',
      heading: 'Vos codes de récupération ont été renouvelés',
      text: (of, when) =>
        say`Les codes de récupération de votre compte ${named(of)} ont été renouvelés le ${when}. Les précédents ne fonctionnent plus.`,
    },
    otherwise:
      'Si ce n’était pas vous, définissez immédiatement un nouveau mot de passe, puis vérifiez la sécurité de votre compte et supprimez ce que vous ne connaissez pas.',
    button: 'Sécurité de votre compte',
    link: 'Sécurité de votre compte :',
  },
}
