import { say, stress } from '../../pieces'
import type { Words } from '..'
import { named } from './named'

export const account: Words['account'] = {
  title: 'Sua conta',
  wait: (minutes) =>
    `Já enviamos e-mails suficientes por enquanto. Tente novamente em ${minutes === 1 ? 'um minuto' : `${minutes} minutos`}.`,
  address: 'Endereço de e-mail',
  currentPassword: 'Senha atual',
  newPassword: 'Nova senha',
  signIn: 'Entrar',
  switchAccount: 'Trocar de conta',
  toAccount: 'Ir para a sua conta',

  forgot: {
    link: 'Esqueceu a senha?',
    heading: 'Esqueceu a senha?',
    lead: 'Digite seu endereço de e-mail. Se houver uma conta com ele, enviaremos um link para definir uma nova senha.',
    submit: 'Enviar o link',
    backToSignIn: 'Voltar ao login',
    backToInvitation: 'Voltar ao convite',
    sent: {
      heading: 'Verifique seu e-mail',
      text: (address) =>
        say`Se houver uma conta com ${stress(address)}, um link para definir uma nova senha está a caminho. Ele é válido por uma hora, e só o mais recente funciona.`,
      nothing:
        'Nada depois de alguns minutos? Procure na pasta de spam e confira se o endereço está correto.',
      again: 'Usar outro endereço',
    },
  },

  reset: {
    heading: 'Definir uma nova senha',
    meaning: 'Você entra aqui, e sua sessão é encerrada em todos os outros lugares.',
    submit: 'Definir senha',
    again: 'Pedir um novo link',
    closed: {
      invalid: {
        heading: 'Link inválido',
        text: 'Este link não é nosso, falta uma parte dele, ou aquilo a que se referia não existe mais. Use o link do e-mail mais recente ou peça um novo.',
      },
      used: {
        heading: 'Link já usado',
        text: 'Uma senha foi definida com este link. Entre com ela; se não foi você, peça um novo link.',
      },
      replaced: {
        heading: 'Substituído por um e-mail mais recente',
        text: 'Um link mais novo foi enviado a você depois. Use o do e-mail mais recente.',
      },
      ended: {
        heading: 'O link não funciona mais',
        text: 'A senha ou o endereço da conta mudou depois disso. Se ainda precisar de um link, peça um novo.',
      },
      expired: {
        heading: 'Link expirado',
        text: 'O link era válido por uma hora. Peça um novo.',
      },
    },
  },

  page: {
    names: 'Nome',
    save: 'Salvar',
    changeAddress: 'Mudar seu endereço',
    newAddress: 'Novo endereço de e-mail',
    newAddressHint:
      'Enviaremos um link para este endereço. A mudança vale assim que você confirmar por lá, e avisaremos o anterior.',
    submitAddress: 'Enviar o link',
    pending: ({ address, when }) =>
      say`${stress(address)} aguarda confirmação até ${when}: abra o link no e-mail enviado a esse endereço.`,
    changePassword: 'Mudar sua senha',
    passwordMeaning: 'Sua sessão será encerrada em todos os outros lugares.',
    submitPassword: 'Mudar senha',
    noPassword: 'Esta conta ainda não tem senha. Defina uma por um link que enviamos a você.',
    organizations: 'Suas organizações',
    sessions: 'Onde você está conectado',
    security: 'Chaves de acesso e segundo fator',
    told: {
      renamed: 'Nome alterado',
      unchanged: 'Nada a mudar: já está assim',
      password: 'Senha alterada. Sua sessão foi encerrada em todos os outros lugares.',
      asked: 'Verifique o e-mail do novo endereço: o link que está nele confirma a mudança.',
      address: 'Endereço alterado. Use-o a partir de agora para entrar.',
    },
  },

  confirm: {
    heading: 'Confirmar seu novo endereço',
    lead: ({ from, to }) =>
      say`O endereço da sua conta vai mudar de ${stress(from)} para ${stress(to)}. A partir daí, você entrará com o novo.`,
    submit: (address) => `Usar ${address}`,
    keep: 'Manter o anterior',
    wrongAccount: (signedIn) => say`Este link é para outra conta. Você entrou como ${stress(signedIn)}.`,
    closed: {
      invalid: {
        heading: 'Link inválido',
        text: 'Este link não é nosso, falta uma parte dele, ou aquilo a que se referia não existe mais.',
      },
      replaced: {
        heading: 'Substituído por um e-mail mais recente',
        text: 'Outra mudança foi pedida depois. Use o link do e-mail mais recente.',
      },
      ended: {
        heading: 'O link não funciona mais',
        text: 'A senha mudou depois disso. Se ainda quiser outro endereço, peça-o novamente.',
      },
      expired: {
        heading: 'Link expirado',
        text: 'O link era válido por uma hora. Peça a mudança novamente.',
      },
      taken: {
        heading: 'Endereço já em uso',
        text: 'Há outra conta com este endereço. O seu continua como está.',
      },
      wrong_account: { heading: 'Não é para esta conta' },
    },
  },

  mails: {
    reset: {
      subject: 'Definir uma nova senha',
      preheader: 'O link é válido por uma hora, uma única vez.',
      heading: 'Definir uma nova senha',
      text: (of) => say`Alguém pediu um link para definir uma nova senha para a sua conta ${named(of)}.`,
      button: 'Definir uma nova senha',
      link: 'Defina uma nova senha:',
      unexpected: 'Se não foi você, não é preciso fazer nada: sem o link, nada muda.',
    },
    password: {
      subject: 'Sua senha foi alterada',
      preheader: 'Sua sessão foi encerrada em todos os outros lugares.',
      heading: 'Sua senha foi alterada',
      text: (of, when) =>
        say`A senha da sua conta ${named(of)} foi alterada em ${when}. As outras sessões foram encerradas.`,
      otherwise:
        'Se não foi você, defina uma nova senha imediatamente. Só quem tem acesso a esta caixa de entrada pode fazer isso.',
      button: 'Definir uma nova senha',
      link: 'Defina uma nova senha:',
    },
    change: {
      subject: 'Confirmar seu novo endereço',
      preheader: 'O link é válido por uma hora.',
      heading: 'Confirmar seu novo endereço',
      text: (of, to) =>
        say`O endereço da conta ${named(of)} vai mudar para ${stress(to)}. Abra o link e confirme, depois de entrar nessa conta.`,
      button: 'Confirmar o endereço',
      link: 'Confirme o endereço:',
      unexpected: 'Se você não sabe do que se trata, não é preciso fazer nada: sem o link, nada muda.',
    },
    taken: {
      subject: 'Este endereço já tem uma conta',
      preheader: 'Nada foi alterado.',
      heading: 'Este endereço já tem uma conta',
      text: (to, host) =>
        say`Alguém que entrou em ${host} pediu para mudar o endereço da própria conta para ${stress(to)}. Já existe uma conta com este endereço, por isso nada foi alterado.`,
      otherwise: 'Se foi você, entre com este endereço. Se não, não é preciso fazer nada.',
      button: 'Entrar',
      link: 'Entre:',
    },
    asked: {
      subject: 'Sua conta vai mudar de endereço',
      preheader: 'Nada mudou ainda.',
      heading: 'Outro endereço foi pedido',
      text: (of, to) =>
        say`Alguém que conhece sua senha pediu para mudar o endereço da sua conta ${named(of)} para ${stress(to)}. A mudança vale assim que for confirmada por lá.`,
      otherwise: 'Se não foi você, defina agora uma nova senha: isso impedirá a mudança.',
      button: 'Definir uma nova senha',
      link: 'Defina uma nova senha:',
    },
    done: {
      subject: 'Sua conta tem outro endereço',
      preheader: 'E-mails para este endereço não chegam mais a ela.',
      heading: 'Seu endereço foi alterado',
      text: (of, to, when) =>
        say`O endereço da sua conta ${named(of)} foi alterado para ${stress(to)} em ${when}. Entre com ele a partir de agora.`,
      otherwise:
        'Se não foi você, avise imediatamente um proprietário ou administrador da sua organização, para que a conta seja removida dela.',
    },
  },
}
