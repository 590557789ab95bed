import { say, stress } from '../../pieces'
import type { Problem } from '../../problems'
import type { sso as english } from './en'

export const ssoProblems = {
  now_sso: 'ID プロバイダーにサインイン済みです。ボタンを一度押すだけで完了します。',
  sso_again: '10分以上経過しました。もう一度シングルサインオンを行ってください。',
  no_password: 'このアカウントにはまだパスワードがありません。下のリンクから設定して、ここに戻ってください。',
} satisfies Partial<Record<Problem, string>>

export const sso: typeof english = {
  continueWith: {
    google: 'Google で続ける',
    microsoft: 'Microsoft で続ける',
    other: 'シングルサインオンで続ける',
  },
  orPassword: 'またはパスワードを使う',
  required: (organization) => say`${stress(organization)} ではシングルサインオンでサインインします。`,
  shownAs: ({ provider, address }) =>
    say`${stress(provider)} に ${stress(address)} としてサインインしています。`,
  link: (provider) =>
    `このアドレスのアカウントは既にあります。今回だけパスワードを入力してください。次回からは ${provider} でサインインできます。`,
  linkHere: (provider) => `今後は ${provider} でもサインインできます。`,
  another_address: {
    heading: '別のアドレスです',
    text: ({ provider, address, invited }) =>
      say`この招待は ${stress(invited)} 宛てですが、${stress(provider)} には ${stress(address)} としてサインインしています。参加の手続きは行われていません。`,
  },
  unverified: {
    heading: 'アドレスを確認できません',
    text: ({ provider, address, invited }) =>
      say`${stress(provider)} に ${stress(address)} としてサインインしていますが、このアドレスがご本人のものであることを確認できません。招待は ${stress(invited)} 宛てです。参加の手続きは行われていません。`,
  },
  noAddress: 'アドレスなし',
  useAnother: (provider) => `${provider} の別のアカウントを使う`,
  usePassword: 'パスワードを使って承諾する',
  failed: {
    away: {
      heading: 'しばらくしてからもう一度お試しください',
      text: ({ provider }) => `現在 ${provider} から応答がありません。招待はそのまま有効です。`,
    },
    declined: {
      heading: 'サインインできませんでした',
      text: ({ provider }) => `${provider} でサインインが行われませんでした。招待はそのまま有効です。`,
    },
    stale: {
      heading: 'もう一度サインインしてください',
      text: ({ provider }) =>
        `${provider} の応答は既に使われたか、時間がかかりすぎたため無効になりました。招待はそのまま有効です。`,
    },
    wrong: {
      heading: 'シングルサインオンが機能していません',
      text: ({ provider, organization }) =>
        `${provider} の応答を信頼できないため、参加の手続きは行われていません。${organization} の管理者にお知らせください。`,
    },
  },
  back: '招待に戻る',
  denied: '現在、この招待は承諾できません',
}
