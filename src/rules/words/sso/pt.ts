import { say, stress } from '../../pieces'
import type { Problem } from '../../problems'
import type { sso as english } from './en'

export const ssoProblems = {
  now_sso: 'Você já entrou no provedor de identidade. Basta um clique.',
  sso_again: 'Passaram-se mais de dez minutos. Continue com o login único mais uma vez.',
  no_password: 'Esta conta ainda não tem senha. Crie uma com o link abaixo e volte aqui.',
} satisfies Partial<Record<Problem, string>>

export const sso: typeof english = {
  continueWith: {
    google: 'Continuar com o Google',
    microsoft: 'Continuar com a Microsoft',
    other: 'Continuar com login único',
  },
  orPassword: 'ou com uma senha',
  required: (organization) => say`Em ${stress(organization)}, entra-se com o login único.`,
  shownAs: ({ provider, address }) => say`Você entrou em ${stress(provider)} como ${stress(address)}.`,
  link: (provider) =>
    `Já existe uma conta com este endereço. Digite a senha dela só desta vez: depois você entrará com ${provider}.`,
  linkHere: (provider) => `A partir de agora você também pode entrar com ${provider}.`,
  another_address: {
    heading: 'Outro endereço',
    text: ({ provider, address, invited }) =>
      say`Este convite é para ${stress(invited)}, mas em ${stress(provider)} você entrou como ${stress(address)}. Nada foi aceito.`,
  },
  unverified: {
    heading: 'Endereço não confirmado',
    text: ({ provider, address, invited }) =>
      say`Em ${stress(provider)} você entrou como ${stress(address)}, mas lá não há confirmação de que este endereço seja seu. O convite é para ${stress(invited)}. Nada foi aceito.`,
  },
  noAddress: 'sem endereço',
  useAnother: (provider) => `Usar outra conta de ${provider}`,
  usePassword: 'Aceitar com uma senha',
  failed: {
    away: {
      heading: 'Tente de novo daqui a pouco',
      text: ({ provider }) => `${provider} não está respondendo agora. Seu convite continua valendo.`,
    },
    declined: {
      heading: 'Login não feito',
      text: ({ provider }) => `${provider} não identificou ninguém. Seu convite continua valendo.`,
    },
    stale: {
      heading: 'Entre mais uma vez',
      text: ({ provider }) =>
        `${provider} não confirma mais a resposta, que já foi usada ou demorou demais. Seu convite continua valendo.`,
    },
    wrong: {
      heading: 'O login único não funciona',
      text: ({ provider, organization }) =>
        `A resposta de ${provider} não é confiável, por isso nada foi aceito. Avise um administrador de ${organization}.`,
    },
  },
  back: 'Voltar ao convite',
  denied: 'Este convite não pode ser aceito agora',
}
