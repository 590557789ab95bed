import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { say, stress } from '../pieces'
import type { Words } from '.'
import { account } from './account/fr'
import { factorProblems, factors } from './factors/fr'
import { sso, ssoProblems } from './sso/fr'

// Before a colon and a question mark stands a space that does not break. “de” and “que” elide before a vowel: our own
// words for an organization keep them off its name.

const asRole = (role: string): string =>
  /^[aeiouàâäéèêëîïôöùûü]/i.test(role) ? 'en tant qu’' : 'en tant que '

export const fr: Words = {
  roles: { owner: 'propriétaire', admin: 'administrateur', member: 'membre', viewer: 'lecteur' },

  offer: ({ inviter, organization, role }) =>
    role === null
      ? say`${stress(inviter)} vous invite à rejoindre ${stress(organization)}.`
      : say`${stress(inviter)} vous invite à rejoindre ${stress(organization)} ${asRole(role)}${stress(role)}.`,

  problems: {
    password_too_short: `Utilisez au moins ${MIN_PASSWORD} caractères.`,
    password_too_long: `Utilisez au plus ${MAX_PASSWORD} caractères.`,
    password_is_address: 'Votre adresse est trop facile à deviner. Choisissez autre chose.',
    password_common: 'Ce mot de passe est trop courant. Choisissez-en un autre.',
    password_wrong: 'Ce mot de passe est incorrect.',
    confirmation_differs: 'Les deux mots de passe ne sont pas identiques.',
    name_missing: 'Saisissez votre nom.',
    first_name_missing: 'Saisissez votre prénom.',
    last_name_missing: 'Saisissez votre nom de famille.',
    name_too_long: `${MAX_NAME} caractères au plus.`,
    name_is_link: 'Un nom ne peut pas être un lien.',
    address_invalid: 'Saisissez une adresse e-mail, comme nom@example.com.',
    address_unchanged: 'C’est déjà votre adresse.',
    now_new: 'Quelque chose a changé entre-temps. Veuillez remplir le formulaire à nouveau.',
    now_sign_in:
      'Il existe désormais un compte avec cette adresse. Connectez-vous avec ce compte pour accepter.',
    now_join: 'Vous êtes maintenant connecté. Un seul clic suffit.',
    ...ssoProblems,
    ...factorProblems,
  },
  wait: (minutes) =>
    `Trop de tentatives de connexion ont échoué. Réessayez dans ${minutes === 1 ? 'une minute' : `${minutes} minutes`}.`,
  lead: (label) => `${label}\u00a0:`,

  mail: {
    shared: {
      until: (when) => `Le lien est valable jusqu’au ${when}.`,
      address: 'Si le bouton ne fonctionne pas, ouvrez cette adresse\u00a0:',
    },
    invitation: {
      subject: ({ inviter, organization }) => `${inviter} vous invite à rejoindre ${organization}`,
      preheader: ({ to, when }) => `Pour ${to}, jusqu’au ${when}. Un lien, et c’est fait.`,
      heading: (organization) => `Rejoindre ${organization}`,
      button: 'Accepter l’invitation',
      link: 'Pour accepter l’invitation\u00a0:',
      unexpected: (to) =>
        `Cette invitation est destinée à ${to}. Si vous ne l’attendiez pas, vous pouvez l’ignorer.`,
    },
    reminder: {
      subject: ({ organization, last }) =>
        last
          ? `Dernier rappel\u00a0: votre invitation à rejoindre ${organization}`
          : `Rappel\u00a0: votre invitation à rejoindre ${organization}`,
      preheader: ({ inviter, when }) => `${inviter} attend votre réponse. Valable jusqu’au ${when}.`,
      heading: (organization) => `Votre invitation à rejoindre ${organization}`,
      waiting: (when) =>
        say`Vous n’avez pas encore répondu. L’invitation est valable jusqu’au ${stress(when)}.`,
      stop: (organization) => `Ne plus recevoir de rappels de l’organisation ${organization}`,
    },
  },

  accept: {
    title: (organization) =>
      organization === null ? 'Votre invitation' : `Invitation à rejoindre ${organization}`,
    checking: 'Recherche de votre invitation…',
    heading: 'Accepter l’invitation',
    department: (name) => say`Service\u00a0: ${stress(name)}`,
    teams: (names, many) => say`${many ? 'Équipes' : 'Équipe'}\u00a0: ${stress(names)}`,
    address: 'Adresse e-mail',
    name: 'Votre nom',
    firstName: 'Prénom',
    lastName: 'Nom de famille',
    newPassword: 'Choisissez un mot de passe',
    newPasswordHint: `${MIN_PASSWORD} caractères ou plus`,
    confirmation: 'Répétez le mot de passe',
    password: 'Votre mot de passe',
    passwordHint: 'Vous avez déjà un compte avec cette adresse.',
    signedInAs: (address) => say`Vous êtes connecté en tant que ${stress(address)}.`,
    acceptNew: 'Accepter et créer un compte',
    acceptSignIn: 'Accepter et se connecter',
    acceptJoin: (organization) => `Accepter et rejoindre ${organization}`,
    until: (when) => `Valable jusqu’au ${when}.`,
    declineQuestion: 'Vous ne souhaitez pas accepter\u00a0?',
    declineMeaning: 'Refuser met fin à cette invitation. La personne qui vous a invité le verra.',
    decline: 'Refuser l’invitation',
    wrongAccount: ({ invited, signedIn }) =>
      say`Cette invitation est destinée à ${stress(invited)}, mais vous êtes connecté en tant que ${stress(signedIn)}.`,
    switchAccount: 'Changer de compte',
    continue: 'Continuer',
    signIn: 'Se connecter',
    noSeat: {
      heading: 'Aucune place disponible',
      text: ({ inviter, organization }) =>
        say`${stress(organization)} n’a plus de place libre pour le moment. Demandez à ${stress(inviter)} d’en libérer une\u00a0; votre invitation reste valable.`,
    },
    sso,
    inviterLost: {
      heading: 'Demandez une nouvelle invitation',
      text: ({ inviter, organization }) =>
        say`L’invitation de ${stress(inviter)} ne peut plus être acceptée. Demandez-en une nouvelle à un autre administrateur de l’organisation ${stress(organization)}.`,
    },
    inactive: {
      heading: 'Votre compte de membre est inactif',
      text: ({ inviter, organization }) =>
        say`Vous étiez membre de l’organisation ${stress(organization)}. Demandez à ${stress(inviter)} ou à un autre administrateur de réactiver votre compte.`,
    },
    alreadyMember: {
      heading: 'Vous êtes déjà membre',
      text: (organization) =>
        say`Il n’y a rien à accepter\u00a0: vous faites déjà partie de l’organisation ${stress(organization)}.`,
    },
    unavailable: {
      heading: 'Réessayez dans un instant',
      text: 'Nous n’avons pas pu retrouver votre invitation à l’instant. Elle n’est pas perdue\u00a0: rechargez cette page.',
      reference: (reference) => `Référence\u00a0: ${reference}`,
    },
    welcome: {
      title: 'Bienvenue',
      heading: 'C’est fait',
      text: ({ organization, host }) =>
        say`Bienvenue chez ${stress(organization)}. Vous allez être redirigé vers ${stress(host)}.`,
    },
    closed: {
      unknown: {
        heading: 'Lien non valide',
        text: () => [
          'Ce lien ne vient pas de nous, ou il en manque une partie. Utilisez le lien du dernier e-mail reçu, ou demandez une nouvelle invitation à la personne qui vous a invité.',
        ],
      },
      invalid: {
        heading: 'Invitation non valide',
        text: () =>
          say`Ce lien ne fonctionne plus. Utilisez le lien du ${stress('dernier e-mail reçu')}, ou demandez une nouvelle invitation à la personne qui vous a invité.`,
      },
      expired: {
        heading: 'Invitation expirée',
        text: ({ inviter, organization }) =>
          say`L’invitation à rejoindre ${stress(organization)} a expiré. Demandez-en une nouvelle à ${stress(inviter)}.`,
      },
      revoked: {
        heading: 'Invitation annulée',
        text: ({ inviter, organization }) =>
          say`L’invitation à rejoindre ${stress(organization)} a été annulée. Si cela vous surprend, adressez-vous à ${stress(inviter)}.`,
      },
      replaced: {
        heading: 'Invitation remplacée',
        text: () =>
          say`Un e-mail plus récent vous a été envoyé depuis. Utilisez le lien du ${stress('dernier e-mail reçu')}.`,
      },
      used: {
        heading: 'Invitation déjà utilisée',
        text: ({ organization }) =>
          say`Cette invitation à rejoindre ${stress(organization)} a été acceptée. Il ne vous reste plus qu’à vous connecter.`,
      },
      declined: {
        heading: 'Invitation refusée',
        text: ({ inviter, organization }) =>
          say`Vous avez refusé de rejoindre ${stress(organization)}. Si vous changez d’avis, demandez une nouvelle invitation à ${stress(inviter)}.`,
      },
    },
  },

  unsubscribe: {
    title: 'Rappels',
    ask: {
      heading: (organization) => `Ne plus recevoir de rappels de l’organisation ${organization}\u00a0?`,
      text: ({ address, organization }) =>
        say`${stress(address)} ne recevra plus de rappels des invitations à rejoindre ${stress(organization)}. Les invitations elles-mêmes continueront d’arriver.`,
      button: 'Arrêter les rappels',
    },
    done: {
      heading: 'Plus de rappels',
      text: ({ address, organization }) =>
        say`${stress(organization)} n’envoie plus de rappels à ${stress(address)}. Les invitations elles-mêmes continueront d’arriver.`,
      button: 'Recevoir à nouveau les rappels',
    },
    undone: (organization) =>
      say`Vous recevrez à nouveau les rappels de l’organisation ${stress(organization)}.`,
    invalid: {
      heading: 'Lien non valide',
      text: 'Ce lien ne vient pas de nous, ou il est incomplet. Utilisez le lien du message le plus récent.',
    },
  },

  account,
  factors,
}
