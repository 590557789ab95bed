import { say, stress } from '../../pieces'
import type { Words } from '..'
import { named } from './named'

export const account: Words['account'] = {
  title: 'Votre compte',
  wait: (minutes) =>
    `Cela fait assez d’e-mails pour le moment. Réessayez dans ${minutes === 1 ? 'une minute' : `${minutes} minutes`}.`,
  address: 'Adresse e-mail',
  currentPassword: 'Mot de passe actuel',
  newPassword: 'Nouveau mot de passe',
  signIn: 'Se connecter',
  switchAccount: 'Changer de compte',
  toAccount: 'Aller à votre compte',

  forgot: {
    link: 'Mot de passe oublié\u00a0?',
    heading: 'Mot de passe oublié\u00a0?',
    lead: 'Saisissez votre adresse e-mail. S’il existe un compte avec cette adresse, nous vous envoyons un lien pour définir un nouveau mot de passe.',
    submit: 'Envoyer le lien',
    backToSignIn: 'Retour à la connexion',
    backToInvitation: 'Retour à l’invitation',
    sent: {
      heading: 'Consultez votre messagerie',
      text: (address) =>
        say`S’il existe un compte avec ${stress(address)}, un lien pour définir un nouveau mot de passe est en route. Il est valable pendant une heure, et seul le plus récent fonctionne.`,
      nothing:
        'Rien après quelques minutes\u00a0? Regardez dans les indésirables et vérifiez que l’adresse est la bonne.',
      again: 'Utiliser une autre adresse',
    },
  },

  reset: {
    heading: 'Définir un nouveau mot de passe',
    meaning: 'Cela vous connecte ici et vous déconnecte partout ailleurs.',
    submit: 'Définir le mot de passe',
    again: 'Demander un nouveau lien',
    closed: {
      invalid: {
        heading: 'Lien non valide',
        text: 'Ce lien n’est pas l’un des nôtres, il est incomplet, ou ce qu’il concernait n’existe plus. Utilisez le lien de l’e-mail le plus récent ou demandez-en un nouveau.',
      },
      used: {
        heading: 'Lien déjà utilisé',
        text: 'Un mot de passe a été défini avec ce lien. Connectez-vous avec celui-ci\u00a0; si ce n’était pas vous, demandez un nouveau lien.',
      },
      replaced: {
        heading: 'Remplacé par un e-mail plus récent',
        text: 'Un lien plus récent vous a été envoyé depuis. Utilisez celui de l’e-mail le plus récent.',
      },
      ended: {
        heading: 'Le lien ne fonctionne plus',
        text: 'Le mot de passe ou l’adresse du compte a été modifié depuis. S’il vous faut encore un lien, demandez-en un nouveau.',
      },
      expired: {
        heading: 'Lien expiré',
        text: 'Le lien était valable pendant une heure. Demandez-en un nouveau.',
      },
    },
  },

  page: {
    names: 'Nom',
    save: 'Enregistrer',
    changeAddress: 'Changer d’adresse',
    newAddress: 'Nouvelle adresse e-mail',
    newAddressHint:
      'Nous y envoyons un lien. Votre adresse change dès que vous la confirmez, et nous prévenons l’ancienne.',
    submitAddress: 'Envoyer le lien',
    pending: ({ address, when }) =>
      say`${stress(address)} attend une confirmation jusqu’au ${when}\u00a0: ouvrez le lien de l’e-mail envoyé à cette adresse.`,
    changePassword: 'Changer de mot de passe',
    passwordMeaning: 'Cela vous déconnecte partout ailleurs.',
    submitPassword: 'Changer le mot de passe',
    noPassword:
      'Ce compte n’a pas encore de mot de passe. Définissez-en un grâce à un lien que nous vous envoyons.',
    organizations: 'Vos organisations',
    sessions: 'Où vous êtes connecté',
    security: 'Clés d’accès et second facteur',
    told: {
      renamed: 'Nom modifié',
      unchanged: 'Rien à modifier\u00a0: c’est déjà le cas',
      password: 'Mot de passe modifié. Vous êtes déconnecté partout ailleurs.',
      asked:
        'Consultez la messagerie de la nouvelle adresse\u00a0: le lien qui s’y trouve confirme le changement.',
      address: 'Adresse modifiée. Utilisez-la désormais pour vous connecter.',
    },
  },

  confirm: {
    heading: 'Confirmer votre nouvelle adresse',
    lead: ({ from, to }) =>
      say`L’adresse de votre compte passe de ${stress(from)} à ${stress(to)}. Vous vous connecterez ensuite avec la nouvelle.`,
    submit: (address) => `Utiliser ${address}`,
    keep: 'Garder l’ancienne',
    wrongAccount: (signedIn) =>
      say`Ce lien est destiné à un autre compte. Vous êtes connecté en tant que ${stress(signedIn)}.`,
    closed: {
      invalid: {
        heading: 'Lien non valide',
        text: 'Ce lien n’est pas l’un des nôtres, il est incomplet, ou ce qu’il concernait n’existe plus.',
      },
      replaced: {
        heading: 'Remplacé par un e-mail plus récent',
        text: 'Un autre changement a été demandé depuis. Utilisez le lien de l’e-mail le plus récent.',
      },
      ended: {
        heading: 'Le lien ne fonctionne plus',
        text: 'Le mot de passe a été modifié depuis. Si vous voulez toujours une autre adresse, demandez-la de nouveau.',
      },
      expired: {
        heading: 'Lien expiré',
        text: 'Le lien était valable pendant une heure. Demandez de nouveau le changement.',
      },
      taken: {
        heading: 'Adresse déjà prise',
        text: 'Il existe un autre compte avec cette adresse. La vôtre reste inchangée.',
      },
      wrong_account: { heading: 'Pas pour ce compte' },
    },
  },

  mails: {
    reset: {
      subject: 'Définir un nouveau mot de passe',
      preheader: 'Le lien est valable pendant une heure, une seule fois.',
      heading: 'Définir un nouveau mot de passe',
      text: (of) =>
        say`Quelqu’un a demandé un lien pour définir un nouveau mot de passe pour votre compte ${named(of)}.`,
      button: 'Définir un nouveau mot de passe',
      link: 'Définir un nouveau mot de passe\u00a0:',
      unexpected: 'Si ce n’était pas vous, il n’y a rien à faire\u00a0: sans le lien, rien ne change.',
    },
    password: {
      subject: 'Votre mot de passe a été modifié',
      preheader: 'Vous êtes déconnecté partout ailleurs.',
      heading: 'Votre mot de passe a été modifié',
      text: (of, when) =>
        say`Le mot de passe de votre compte ${named(of)} a été modifié le ${when}. Les autres sessions ont été fermées.`,
      otherwise:
        'Si ce n’était pas vous, définissez immédiatement un nouveau mot de passe. Seule la personne qui lit cette messagerie le peut.',
      button: 'Définir un nouveau mot de passe',
      link: 'Définir un nouveau mot de passe\u00a0:',
    },
    change: {
      subject: 'Confirmer votre nouvelle adresse',
      preheader: 'Le lien est valable pendant une heure.',
      heading: 'Confirmer votre nouvelle adresse',
      text: (of, to) =>
        say`L’adresse du compte ${named(of)} va devenir ${stress(to)}. Ouvrez le lien et confirmez, en étant connecté à ce compte.`,
      button: 'Confirmer l’adresse',
      link: 'Confirmer l’adresse\u00a0:',
      unexpected: 'Si vous n’êtes pas au courant, il n’y a rien à faire\u00a0: sans le lien, rien ne change.',
    },
    taken: {
      subject: 'Cette adresse a déjà un compte',
      preheader: 'Rien n’a été modifié.',
      heading: 'Cette adresse a déjà un compte',
      text: (to, host) =>
        say`Une personne connectée à ${host} a demandé que l’adresse de son compte devienne ${stress(to)}. Il existe déjà un compte avec cette adresse, donc rien n’a été modifié.`,
      otherwise: 'Si c’était vous, connectez-vous avec cette adresse. Sinon, il n’y a rien à faire.',
      button: 'Se connecter',
      link: 'Se connecter\u00a0:',
    },
    asked: {
      subject: 'Votre compte va changer d’adresse',
      preheader: 'Rien n’a encore changé.',
      heading: 'Une autre adresse a été demandée',
      text: (of, to) =>
        say`Une personne qui connaît votre mot de passe a demandé que l’adresse de votre compte ${named(of)} devienne ${stress(to)}. Le changement aura lieu dès qu’il sera confirmé depuis cette nouvelle adresse.`,
      otherwise:
        'Si ce n’était pas vous, définissez maintenant un nouveau mot de passe\u00a0: cela l’empêchera.',
      button: 'Définir un nouveau mot de passe',
      link: 'Définir un nouveau mot de passe\u00a0:',
    },
    done: {
      subject: 'Votre compte a changé d’adresse',
      preheader: 'Les e-mails à cette adresse ne lui parviennent plus.',
      heading: 'Votre adresse a été modifiée',
      text: (of, to, when) =>
        say`L’adresse de votre compte ${named(of)} est devenue ${stress(to)} le ${when}. Connectez-vous désormais avec celle-ci.`,
      otherwise:
        'Si ce n’était pas vous, prévenez immédiatement un propriétaire ou un administrateur de votre organisation\u00a0: il pourra en retirer le compte.',
    },
  },
}
