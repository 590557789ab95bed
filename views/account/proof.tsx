import type { Child, FC } from 'hono/jsx'
import type { Language } from '../../src/rules/languages'
import type { FieldErrors } from '../../src/rules/refusals'
import { wordsIn } from '../../src/rules/words'
import { Input } from '../parts'
import { PasskeyPress } from '../passkey'

/** What shows that it is the account's owner who changes something: its password or a passkey, as far as it has them. */
export type ProofAsked = { password: boolean; passkeyOptions: string | null }

type Props = {
  asked: ProofAsked
  language: Language
  errors: FieldErrors
  submits?: boolean
  /** What sends the form with the password. */
  children?: Child
}

export const Proof: FC<Props> = ({ asked, language, errors, submits = false, children }) => {
  const { account, factors } = wordsIn(language)
  return (
    <>
      {asked.password && (
        <Input
          name="current"
          label={account.currentPassword}
          type="password"
          errors={errors}
          autocomplete="current-password"
          required
        />
      )}
      {children}
      {asked.passkeyOptions && (
        <PasskeyPress
          kind="get"
          options={asked.passkeyOptions}
          field="credential"
          label={factors.add.confirm}
          language={language}
          submits={submits}
          error={errors.credential}
        />
      )}
    </>
  )
}
