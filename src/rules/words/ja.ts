import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { say, stress } from '../pieces'
import type { Words } from '.'
import { account } from './account/ja'
import { factorProblems, factors } from './factors/ja'
import { sso, ssoProblems } from './sso/ja'

export const ja: Words = {
  roles: { owner: 'オーナー', admin: '管理者', member: 'メンバー', viewer: '閲覧者' },

  offer: ({ inviter, organization, role }) =>
    role === null
      ? say`${stress(inviter)} から ${stress(organization)} への招待が届いています。`
      : say`${stress(inviter)} から ${stress(organization)} への招待が届いています（役割：${stress(role)}）。`,

  problems: {
    password_too_short: `${MIN_PASSWORD}文字以上で入力してください。`,
    password_too_long: `${MAX_PASSWORD}文字以内で入力してください。`,
    password_is_address: 'メールアドレスは推測されやすいため、別のものにしてください。',
    password_common: 'よく使われているパスワードです。別のものにしてください。',
    password_wrong: 'パスワードが正しくありません。',
    confirmation_differs: '2つのパスワードが一致しません。',
    name_missing: 'お名前を入力してください。',
    first_name_missing: '名を入力してください。',
    last_name_missing: '姓を入力してください。',
    name_too_long: `${MAX_NAME}文字以内で入力してください。`,
    name_is_link: '名前にリンクは使えません。',
    address_invalid: 'name@example.com のようなメールアドレスを入力してください。',
    address_unchanged: 'すでにご利用中のアドレスです。',
    now_new: 'その間に変更がありました。お手数ですが、もう一度入力してください。',
    now_sign_in:
      'このアドレスのアカウントが作成されました。招待を承諾するには、そのアカウントでサインインしてください。',
    now_join: 'サインイン済みです。ボタンを一度押すだけで完了します。',
    ...ssoProblems,
    ...factorProblems,
  },
  wait: (minutes) => `サインインの失敗が続きました。${minutes}分後にもう一度お試しください。`,
  lead: (label) => `${label}：`,

  mail: {
    shared: {
      until: (when) => `リンクの有効期限は ${when} です。`,
      address: 'ボタンが機能しない場合は、次のアドレスを開いてください。',
    },
    invitation: {
      subject: ({ inviter, organization }) => `${inviter} から ${organization} への招待が届いています`,
      preheader: ({ to, when }) => `${to} 宛ての招待です。有効期限は ${when} です。`,
      heading: (organization) => `${organization} への招待`,
      button: '招待を承諾する',
      link: '招待を承諾するには、次のリンクを開いてください。',
      unexpected: (to) => `この招待は ${to} 宛てです。お心当たりがない場合は、無視していただいて構いません。`,
    },
    reminder: {
      subject: ({ organization, last }) =>
        last ? `【最後のお知らせ】${organization} への招待` : `【再度のお知らせ】${organization} への招待`,
      preheader: ({ inviter, when }) => `${inviter} がお返事をお待ちしています。有効期限は ${when} です。`,
      heading: (organization) => `${organization} への招待`,
      waiting: (when) => say`まだお返事をいただいていません。招待の有効期限は ${stress(when)} です。`,
      stop: (organization) => `${organization} からの再通知を停止する`,
    },
  },

  accept: {
    title: (organization) => (organization === null ? '招待' : `${organization} への招待`),
    checking: '招待を確認しています…',
    heading: '招待を承諾する',
    department: (name) => say`部署：${stress(name)}`,
    teams: (names) => say`チーム：${stress(names)}`,
    address: 'メールアドレス',
    name: 'お名前',
    firstName: '名',
    lastName: '姓',
    newPassword: 'パスワードを決めてください',
    newPasswordHint: `${MIN_PASSWORD}文字以上`,
    confirmation: 'パスワード（確認）',
    password: 'パスワード',
    passwordHint: 'このアドレスのアカウントをすでにお持ちです。',
    signedInAs: (address) => say`${stress(address)} としてサインインしています。`,
    acceptNew: '承諾してアカウントを作成',
    acceptSignIn: '承諾してサインイン',
    acceptJoin: (organization) => `承諾して ${organization} に参加`,
    until: (when) => `有効期限：${when}`,
    declineQuestion: '参加を希望されない場合',
    declineMeaning: '辞退すると、この招待は終了します。辞退したことは招待した方に表示されます。',
    decline: '招待を辞退する',
    wrongAccount: ({ invited, signedIn }) =>
      say`この招待は ${stress(invited)} 宛てですが、現在 ${stress(signedIn)} としてサインインしています。`,
    switchAccount: 'アカウントを切り替える',
    continue: '続ける',
    signIn: 'サインイン',
    noSeat: {
      heading: '空席がありません',
      text: ({ inviter, organization }) =>
        say`現在、${stress(organization)} には空席がありません。${stress(inviter)} に空席を作るようご依頼ください。招待はそのまま有効です。`,
    },
    sso,
    inviterLost: {
      heading: '新しい招待をご依頼ください',
      text: ({ inviter, organization }) =>
        say`${stress(inviter)} からの招待は承諾できなくなりました。${stress(organization)} の他の管理者に新しい招待をご依頼ください。`,
    },
    inactive: {
      heading: 'メンバーシップが無効になっています',
      text: ({ inviter, organization }) =>
        say`${stress(organization)} のメンバーでしたが、現在は無効になっています。${stress(inviter)} または他の管理者に再有効化をご依頼ください。`,
    },
    alreadyMember: {
      heading: 'すでにメンバーです',
      text: (organization) => say`承諾の必要はありません。すでに ${stress(organization)} のメンバーです。`,
    },
    unavailable: {
      heading: 'しばらくしてからもう一度お試しください',
      text: 'ただいま招待を確認できませんでした。招待は失われていません。このページを再読み込みしてください。',
      reference: (reference) => `参照番号：${reference}`,
    },
    welcome: {
      title: 'ようこそ',
      heading: '参加が完了しました',
      text: ({ organization, host }) =>
        say`${stress(organization)} へようこそ。${stress(host)} に移動します。`,
    },
    closed: {
      unknown: {
        heading: '無効なリンクです',
        text: () => [
          'このリンクは当サイトのものではないか、一部が欠けています。最新のメールにあるリンクを使うか、招待した方に新しい招待をご依頼ください。',
        ],
      },
      invalid: {
        heading: '無効な招待です',
        text: () =>
          say`このリンクは使えなくなりました。${stress('最新のメール')}にあるリンクを使うか、招待した方に新しい招待をご依頼ください。`,
      },
      expired: {
        heading: '招待の有効期限が切れています',
        text: ({ inviter, organization }) =>
          say`${stress(organization)} への招待は有効期限が切れました。${stress(inviter)} に新しい招待をご依頼ください。`,
      },
      revoked: {
        heading: '招待は取り消されました',
        text: ({ inviter, organization }) =>
          say`${stress(organization)} への招待は取り消されました。お心当たりがない場合は、${stress(inviter)} にお問い合わせください。`,
      },
      replaced: {
        heading: '新しい招待があります',
        text: () =>
          say`その後、新しいメールをお送りしています。${stress('最新のメール')}にあるリンクをお使いください。`,
      },
      used: {
        heading: '招待は使用済みです',
        text: ({ organization }) =>
          say`${stress(organization)} への招待はすでに承諾されています。あとはサインインするだけです。`,
      },
      declined: {
        heading: '招待を辞退しました',
        text: ({ inviter, organization }) =>
          say`${stress(organization)} への参加を辞退されました。お気持ちが変わった場合は、${stress(inviter)} に新しい招待をご依頼ください。`,
      },
    },
  },

  unsubscribe: {
    title: '招待の再通知',
    ask: {
      heading: (organization) => `${organization} からの再通知を停止しますか？`,
      text: ({ address, organization }) =>
        say`${stress(address)} には、${stress(organization)} への招待について再通知をお送りしなくなります。招待そのものは引き続き届きます。`,
      button: '再通知を停止する',
    },
    done: {
      heading: '再通知を停止しました',
      text: ({ address, organization }) =>
        say`${stress(organization)} から ${stress(address)} に再通知をお送りすることはありません。招待そのものは引き続き届きます。`,
      button: '再通知を再開する',
    },
    undone: (organization) => say`${stress(organization)} からの再通知を再開しました。`,
    invalid: {
      heading: '無効なリンクです',
      text: 'このリンクは当サービスのものではないか、一部が欠けています。最新のメールにあるリンクをお使いください。',
    },
  },

  account,
  factors,
}
