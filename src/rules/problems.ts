import type { PasswordProblem } from './passwords'

/** What is wrong with a code, or with a passkey. */
export type FactorProblem =
  | 'code_wrong'
  | 'authenticator_late'
  | 'passkey_late'
  | 'passkey_unknown'
  | 'passkey_missing'
  | 'passkey_failed'
  | 'passkey_taken'
  | 'passkey_too_many'
  | 'passkey_name_long'

/** What is wrong with what an invitee entered; the catalogue has the words, in the language of their page. */
export type Problem =
  | PasswordProblem
  | 'name_missing'
  | 'first_name_missing'
  | 'last_name_missing'
  | 'name_too_long'
  | 'name_is_link'
  | 'confirmation_differs'
  | 'password_wrong'
  | 'address_invalid'
  | 'address_unchanged'
  /** The page changed under the form: to this way of coming in. */
  | 'now_new'
  | 'now_sign_in'
  | 'now_join'
  | 'now_sso'
  /** Who signed in at the identity provider did so too long ago. */
  | 'sso_again'
  /** The account has none: it has to be set first. */
  | 'no_password'
  | FactorProblem

/** Field name to what is wrong with it. A number is of minutes to wait after too many attempts. */
export type Problems = Record<string, Problem | { waitMinutes: number }>
