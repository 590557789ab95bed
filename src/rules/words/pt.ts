import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { say, stress } from '../pieces'
import type { Words } from '.'
import { account } from './account/pt'
import { factorProblems, factors } from './factors/pt'
import { sso, ssoProblems } from './sso/pt'

export const pt: Words = {
  roles: { owner: 'proprietário', admin: 'administrador', member: 'membro', viewer: 'leitor' },

  offer: ({ inviter, organization, role }) =>
    role === null
      ? say`${stress(inviter)} convida você para participar de ${stress(organization)}.`
      : say`${stress(inviter)} convida você para participar de ${stress(organization)} como ${stress(role)}.`,

  problems: {
    password_too_short: `Use pelo menos ${MIN_PASSWORD} caracteres.`,
    password_too_long: `Use no máximo ${MAX_PASSWORD} caracteres.`,
    password_is_address: 'Seu endereço é fácil demais de adivinhar. Escolha outra coisa.',
    password_common: 'Esta senha é comum demais. Escolha outra.',
    password_wrong: 'Esta senha não está correta.',
    confirmation_differs: 'As duas senhas não são iguais.',
    name_missing: 'Digite seu nome completo.',
    first_name_missing: 'Digite seu nome.',
    last_name_missing: 'Digite seu sobrenome.',
    name_too_long: `Até ${MAX_NAME} caracteres.`,
    name_is_link: 'Um nome não pode ser um link.',
    address_invalid: 'Digite um endereço de e-mail, como nome@example.com.',
    address_unchanged: 'Esse já é o seu endereço.',
    now_new: 'Algo mudou nesse meio-tempo. Preencha o formulário mais uma vez.',
    now_sign_in: 'Agora existe uma conta com este endereço. Entre com ela para aceitar.',
    now_join: 'Você já entrou na sua conta. Basta um clique.',
    ...ssoProblems,
    ...factorProblems,
  },
  wait: (minutes) =>
    `Houve muitas tentativas de login sem sucesso. Tente de novo em ${minutes === 1 ? 'um minuto' : `${minutes} minutos`}.`,
  lead: (label) => `${label}:`,

  mail: {
    shared: {
      until: (when) => `O link é válido até ${when}.`,
      address: 'Se o botão não funcionar, abra este endereço:',
    },
    invitation: {
      subject: ({ inviter, organization }) => `${inviter} convida você para participar de ${organization}`,
      preheader: ({ to, when }) => `Para ${to}, válido até ${when}. Basta um link.`,
      heading: (organization) => `Participe de ${organization}`,
      button: 'Aceitar o convite',
      link: 'Para aceitar o convite:',
      unexpected: (to) => `Este convite é para ${to}. Se você não o esperava, pode ignorá-lo.`,
    },
    reminder: {
      subject: ({ organization, last }) =>
        last
          ? `Último lembrete: o seu convite para ${organization}`
          : `Lembrete: o seu convite para ${organization}`,
      preheader: ({ inviter, when }) => `${inviter} aguarda a sua resposta. Válido até ${when}.`,
      heading: (organization) => `O seu convite para ${organization}`,
      waiting: (when) => say`Você ainda não respondeu. O convite é válido até ${stress(when)}.`,
      stop: (organization) => `Não receber mais lembretes de ${organization}`,
    },
  },

  accept: {
    title: (organization) => (organization === null ? 'Convite' : `Convite para ${organization}`),
    checking: 'Procurando seu convite…',
    heading: 'Aceitar o convite',
    department: (name) => say`Departamento: ${stress(name)}`,
    teams: (names, many) => say`${many ? 'Equipes' : 'Equipe'}: ${stress(names)}`,
    address: 'Endereço de e-mail',
    name: 'Seu nome',
    firstName: 'Nome',
    lastName: 'Sobrenome',
    newPassword: 'Escolha uma senha',
    newPasswordHint: `${MIN_PASSWORD} caracteres ou mais`,
    confirmation: 'Repita a senha',
    password: 'Sua senha',
    passwordHint: 'Você já tem uma conta com este endereço.',
    signedInAs: (address) => say`Você entrou como ${stress(address)}.`,
    acceptNew: 'Aceitar e criar conta',
    acceptSignIn: 'Aceitar e entrar',
    acceptJoin: (organization) => `Aceitar e participar de ${organization}`,
    until: (when) => `Válido até ${when}.`,
    declineQuestion: 'Não quer participar?',
    declineMeaning: 'Se você recusar, este convite deixará de valer. Quem convidou você verá a recusa.',
    decline: 'Recusar o convite',
    wrongAccount: ({ invited, signedIn }) =>
      say`Este convite é para ${stress(invited)}, mas você entrou como ${stress(signedIn)}.`,
    switchAccount: 'Trocar de conta',
    continue: 'Continuar',
    signIn: 'Entrar',
    noSeat: {
      heading: 'Não há vagas',
      text: ({ inviter, organization }) =>
        say`${stress(organization)} não tem vagas livres no momento. Peça a ${stress(inviter)} que libere uma; seu convite continua valendo.`,
    },
    sso,
    inviterLost: {
      heading: 'Peça um novo convite',
      text: ({ inviter, organization }) =>
        say`O convite de ${stress(inviter)} não pode mais ser aceito. Peça um novo a outro administrador de ${stress(organization)}.`,
    },
    inactive: {
      heading: 'Sua participação está inativa',
      text: ({ inviter, organization }) =>
        say`Você fazia parte de ${stress(organization)}. Peça a ${stress(inviter)} ou a outro administrador que reative você.`,
    },
    alreadyMember: {
      heading: 'Você já faz parte',
      text: (organization) => say`Não há nada a aceitar: você já faz parte de ${stress(organization)}.`,
    },
    unavailable: {
      heading: 'Tente de novo em instantes',
      text: 'Não conseguimos consultar seu convite agora. Ele não se perdeu: recarregue esta página.',
      reference: (reference) => `Referência: ${reference}`,
    },
    welcome: {
      title: 'Boas-vindas',
      heading: 'Tudo pronto',
      text: ({ organization, host }) =>
        say`Boas-vindas a ${stress(organization)}. Você está sendo levado para ${stress(host)}.`,
    },
    closed: {
      unknown: {
        heading: 'Link inválido',
        text: () => [
          'Este link não é nosso ou falta uma parte dele. Use o link do e-mail mais recente ou peça um novo convite a quem convidou você.',
        ],
      },
      invalid: {
        heading: 'Convite inválido',
        text: () =>
          say`Este link não funciona mais. Use o link do ${stress('e-mail mais recente')} ou peça um novo convite a quem convidou você.`,
      },
      expired: {
        heading: 'Convite expirado',
        text: ({ inviter, organization }) =>
          say`O convite para ${stress(organization)} expirou. Peça um novo a ${stress(inviter)}.`,
      },
      revoked: {
        heading: 'Convite cancelado',
        text: ({ inviter, organization }) =>
          say`O convite para ${stress(organization)} foi cancelado. Se isso for uma surpresa, fale com ${stress(inviter)}.`,
      },
      replaced: {
        heading: 'Convite substituído',
        text: () =>
          say`Depois disso, enviamos a você um e-mail mais novo. Use o link do ${stress('e-mail mais recente')}.`,
      },
      used: {
        heading: 'Convite já utilizado',
        text: ({ organization }) =>
          say`Este convite para ${stress(organization)} já foi aceito. Agora é só entrar.`,
      },
      declined: {
        heading: 'Convite recusado',
        text: ({ inviter, organization }) =>
          say`Você recusou participar de ${stress(organization)}. Se mudar de ideia, peça um novo convite a ${stress(inviter)}.`,
      },
    },
  },

  unsubscribe: {
    title: 'Lembretes',
    ask: {
      heading: (organization) => `Não receber mais lembretes de ${organization}?`,
      text: ({ address, organization }) =>
        say`${stress(address)} não receberá mais lembretes dos convites para ${stress(organization)}. Os convites continuarão a chegar.`,
      button: 'Parar os lembretes',
    },
    done: {
      heading: 'Sem mais lembretes',
      text: ({ address, organization }) =>
        say`${stress(organization)} não envia mais lembretes para ${stress(address)}. Os convites continuarão a chegar.`,
      button: 'Voltar a receber lembretes',
    },
    undone: (organization) => say`Você voltará a receber os lembretes de ${stress(organization)}.`,
    invalid: {
      heading: 'Link inválido',
      text: 'Este link não é nosso ou está incompleto. Use o link do e-mail mais recente.',
    },
  },

  account,
  factors,
}
