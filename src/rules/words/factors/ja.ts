import { say, stress } from '../../pieces'
import { named } from '../account/named'
import type { factors as english, factorProblems as englishProblems } from './en'

export const factorProblems: typeof englishProblems = {
  code_wrong: 'コードが正しくないか、すでに使用されています。',
  authenticator_late: 'このページを長く開きすぎました。新しいコードを読み取ってください。',
  passkey_late: 'このページを長く開きすぎました。もう一度お試しください。',
  passkey_unknown: 'このパスキーはここでは登録されていません。',
  passkey_missing: 'まず、お持ちのパスキーで確認してください。',
  passkey_failed: 'うまくいきませんでした。もう一度お試しください。',
  passkey_taken: 'このパスキーはすでに追加されています。',
  passkey_too_many: 'これ以上パスキーを追加できません。先に1つ削除してください。',
  passkey_name_long: 'もっと短い名前にしてください。',
}

export const factors: typeof english = {
  step: {
    heading: 'もう一つの確認',
    lead: (address) => say`${stress(address)} ご本人であることを確認してください。`,
    leadPasskey: (address) => say`${stress(address)} として続けるには、パスキーを使用してください。`,
    code: 'コード',
    codeHint: '認証アプリに表示される6桁の数字、またはリカバリーコードを入力してください。',
    recoveryHint: 'リカバリーコードを入力してください。',
    submit: '続ける',
    passkey: 'パスキーを使用する',
    or: 'または',
    other: '別のアカウントでサインインする',
    add: '別のパスキーを追加する',
    back: 'アカウントに戻る',
  },
  passkey: {
    cancelled: '何も行われませんでした。準備ができたら、もう一度押してください。',
    failed: 'お使いの端末では完了できませんでした。もう一度お試しいただくか、別の方法をご利用ください。',
    unsupported: 'このブラウザではパスキーを使用できません。',
    scripts: 'パスキーには JavaScript が必要ですが、無効になっています。',
  },
  add: {
    heading: 'パスキーを追加する',
    offerHeading: '次回からはパスワードなしで',
    lead: 'パスキーはお使いの端末に保存され、指紋や顔、画面ロックで開きます。覚える必要がなく、だまし取られることもありません。',
    name: '名前',
    nameHint: 'あとで見分けるための名前です。',
    submit: 'パスキーを追加する',
    skip: '今はしない',
    back: 'セキュリティに戻る',
    confirm: 'お持ちのパスキーで確認する',
    confirmed: '確認しました。',
  },
  mails: {
    passkey_added: {
      subject: 'アカウントにパスキーが追加されました',
      preheader: '今後はそのパスキーでサインインできます。',
      heading: 'パスキーが追加されました',
      text: (of, when, passkey) =>
        say`アカウント ${named(of)} にパスキー ${stress(passkey)} が ${when} に追加されました。`,
    },
    passkey_removed: {
      subject: 'アカウントからパスキーが削除されました',
      preheader: 'そのパスキーではもうサインインできません。',
      heading: 'パスキーが削除されました',
      text: (of, when, passkey) =>
        say`アカウント ${named(of)} からパスキー ${stress(passkey)} が ${when} に削除されました。`,
    },
    authenticator_on: {
      subject: '認証アプリが設定されました',
      preheader: '今後、パスワードでのサインインにはコードが必要です。',
      heading: '認証アプリが設定されました',
      text: (of, when) =>
        say`アカウント ${named(of)} に認証アプリが ${when} に設定されました。今後、パスワードでのサインインにはコードが必要です。`,
    },
    authenticator_off: {
      subject: '認証アプリが無効になりました',
      preheader: '再びパスワードだけでサインインできます。',
      heading: '認証アプリが無効になりました',
      text: (of, when) =>
        say`アカウント ${named(of)} の認証アプリが ${when} に無効になりました。パスワードでのサインインにコードは必要ありません。`,
    },
    codes_renewed: {
      subject: 'リカバリーコードが更新されました',
      preheader: '以前のコードはもう使えません。',
      heading: 'リカバリーコードが更新されました',
      text: (of, when) =>
        say`アカウント ${named(of)} のリカバリーコードが ${when} に更新されました。以前のコードはもう使えません。`,
    },
    otherwise:
      'お心当たりがない場合は、すぐに新しいパスワードを設定し、アカウントのセキュリティを確認して、見覚えのないものを削除してください。',
    button: 'アカウントのセキュリティ',
    link: 'アカウントのセキュリティ：',
  },
}
