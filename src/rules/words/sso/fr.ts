import { say, stress } from '../../pieces'
import type { Problem } from '../../problems'
import type { sso as english } from './en'

export const ssoProblems = {
  now_sso: 'Vous êtes maintenant connecté auprès du fournisseur d’identité. Un seul clic suffit.',
  sso_again: 'Plus de dix minutes se sont écoulées. Veuillez repasser par l’authentification unique.',
  no_password:
    'Ce compte n’a pas encore de mot de passe. Définissez-en un avec le lien ci-dessous, puis revenez ici.',
} satisfies Partial<Record<Problem, string>>

export const sso: typeof english = {
  continueWith: {
    google: 'Continuer avec Google',
    microsoft: 'Continuer avec Microsoft',
    other: 'Continuer avec l’authentification unique',
  },
  orPassword: 'ou avec un mot de passe',
  required: (organization) =>
    say`Chez ${stress(organization)}, on se connecte par l’authentification unique.`,
  shownAs: ({ provider, address }) =>
    say`Vous êtes connecté à ${stress(provider)} en tant que ${stress(address)}.`,
  link: (provider) =>
    `Il existe déjà un compte avec cette adresse. Saisissez son mot de passe une seule fois\u00a0; ensuite, vous vous connecterez avec ${provider}.`,
  linkHere: (provider) => `Désormais, vous pourrez aussi vous connecter avec ${provider}.`,
  another_address: {
    heading: 'Une autre adresse',
    text: ({ provider, address, invited }) =>
      say`Cette invitation est destinée à ${stress(invited)}, mais vous êtes connecté à ${stress(provider)} en tant que ${stress(address)}. Rien n’a été accepté.`,
  },
  unverified: {
    heading: 'Adresse non confirmée',
    text: ({ provider, address, invited }) =>
      say`Vous êtes connecté à ${stress(provider)} en tant que ${stress(address)}, mais rien n’y confirme que cette adresse est la vôtre. L’invitation est destinée à ${stress(invited)}. Rien n’a été accepté.`,
  },
  noAddress: 'sans adresse',
  useAnother: (provider) => `Utiliser un autre compte ${provider}`,
  usePassword: 'Accepter plutôt avec un mot de passe',
  failed: {
    away: {
      heading: 'Réessayez dans un instant',
      text: ({ provider }) => `${provider} ne répond pas pour le moment. Votre invitation reste valable.`,
    },
    declined: {
      heading: 'Non connecté',
      text: ({ provider }) => `${provider} n’a connecté personne. Votre invitation reste valable.`,
    },
    stale: {
      heading: 'Connectez-vous à nouveau',
      text: ({ provider }) =>
        `${provider} ne confirme plus sa réponse, déjà utilisée ou trop ancienne. Votre invitation reste valable.`,
    },
    wrong: {
      heading: 'L’authentification unique ne fonctionne pas',
      text: ({ provider, organization }) =>
        `La réponse de ${provider} n’est pas fiable, rien n’a donc été accepté. Prévenez un administrateur de ${organization}.`,
    },
  },
  back: 'Revenir à l’invitation',
  denied: 'Cette invitation ne peut pas être acceptée pour le moment',
}
