import { say, stress } from '../../pieces'
import { named } from '../account/named'
import type { factors as english, factorProblems as englishProblems } from './en'

export const factorProblems: typeof englishProblems = {
  code_wrong: 'Este código não está correto ou já foi usado.',
  authenticator_late: 'Esta página ficou aberta por tempo demais. Escaneie o novo código.',
  passkey_late: 'Esta página ficou aberta por tempo demais. Tente mais uma vez.',
  passkey_unknown: 'Esta chave de acesso não é conhecida aqui.',
  passkey_missing: 'Confirme primeiro com uma das suas chaves de acesso.',
  passkey_failed: 'Não funcionou. Tente mais uma vez.',
  passkey_taken: 'Esta chave de acesso já foi adicionada.',
  passkey_too_many: 'Uma conta não pode ter mais chaves de acesso. Remova uma primeiro.',
  passkey_name_long: 'Escolha um nome mais curto.',
}

export const factors: typeof english = {
  step: {
    heading: 'Mais uma etapa',
    lead: (address) => say`Mostre que você é ${stress(address)}.`,
    leadPasskey: (address) => say`Para continuar como ${stress(address)}, use uma chave de acesso.`,
    code: 'Código',
    codeHint:
      'Os seis dígitos que o seu aplicativo autenticador mostra, ou um dos seus códigos de recuperação.',
    recoveryHint: 'Um dos seus códigos de recuperação.',
    submit: 'Continuar',
    passkey: 'Usar uma chave de acesso',
    or: 'ou',
    other: 'Entrar com outra conta',
    add: 'Adicionar outra chave de acesso',
    back: 'Voltar para a sua conta',
  },
  passkey: {
    cancelled: 'Nada foi feito. Clique de novo quando quiser.',
    failed: 'Seu dispositivo não conseguiu fazer isso. Tente mais uma vez ou escolha outro caminho.',
    unsupported: 'Este navegador não pode usar chaves de acesso.',
    scripts: 'As chaves de acesso precisam de JavaScript, que está desativado aqui.',
  },
  add: {
    heading: 'Adicionar uma chave de acesso',
    offerHeading: 'Da próxima vez, sem senha',
    lead: 'Uma chave de acesso fica guardada no seu dispositivo e é aberta com a sua impressão digital, o seu rosto ou o bloqueio de tela. Não há nada para lembrar, e ninguém consegue tirá-la de você com um golpe.',
    name: 'Nome da chave',
    nameHint: 'Para você reconhecê-la.',
    submit: 'Adicionar uma chave de acesso',
    skip: 'Agora não',
    back: 'Voltar para a segurança',
    confirm: 'Confirmar com uma chave de acesso existente',
    confirmed: 'Confirmado.',
  },
  mails: {
    passkey_added: {
      subject: 'Uma chave de acesso foi adicionada à sua conta',
      preheader: 'A partir de agora, você pode entrar com ela.',
      heading: 'Uma chave de acesso foi adicionada',
      text: (of, when, passkey) =>
        say`A chave de acesso ${stress(passkey)} foi adicionada à sua conta ${named(of)} em ${when}.`,
    },
    passkey_removed: {
      subject: 'Uma chave de acesso foi removida da sua conta',
      preheader: 'Ninguém mais pode entrar com ela.',
      heading: 'Uma chave de acesso foi removida',
      text: (of, when, passkey) =>
        say`A chave de acesso ${stress(passkey)} foi removida da sua conta ${named(of)} em ${when}.`,
    },
    authenticator_on: {
      subject: 'Um aplicativo autenticador foi configurado',
      preheader: 'Entrar com a senha pede um código a partir de agora.',
      heading: 'Um aplicativo autenticador foi configurado',
      text: (of, when) =>
        say`Um aplicativo autenticador foi configurado para a sua conta ${named(of)} em ${when}. Entrar com a senha pede o código dele a partir de agora.`,
    },
    authenticator_off: {
      subject: 'O aplicativo autenticador foi desativado',
      preheader: 'Sua senha sozinha basta de novo.',
      heading: 'O aplicativo autenticador foi desativado',
      text: (of, when) =>
        say`O aplicativo autenticador da sua conta ${named(of)} foi desativado em ${when}. Entrar com a senha não pede mais nenhum código.`,
    },
    codes_renewed: {
      subject: 'Seus códigos de recuperação foram renovados',
      preheader: 'Os anteriores não funcionam mais.',
      heading: 'Seus códigos de recuperação foram renovados',
      text: (of, when) =>
        say`Os códigos de recuperação da sua conta ${named(of)} foram renovados em ${when}. Os anteriores não funcionam mais.`,
    },
    otherwise:
      'Se não foi você, defina uma nova senha imediatamente, depois confira a segurança da sua conta e remova o que não conhece.',
    button: 'Segurança da sua conta',
    link: 'Segurança da sua conta:',
  },
}
