import type { FC } from 'hono/jsx'
import type { Language } from '../src/rules/languages'
import { MIN_PASSWORD } from '../src/rules/passwords'
import type { FieldErrors } from '../src/rules/refusals'
import { wordsIn } from '../src/rules/words'
import { Input } from './parts'

type Props = { language: Language; label: string; errors: FieldErrors; autofocus?: boolean }

/** A new password, twice. */
export const NewPassword: FC<Props> = ({ language, label, errors, autofocus = false }) => {
  const { accept } = wordsIn(language)
  return (
    <>
      <Input
        name="password"
        label={label}
        type="password"
        errors={errors}
        autocomplete="new-password"
        required
        autofocus={autofocus}
        minlength={MIN_PASSWORD}
        hint={accept.newPasswordHint}
      />
      <Input
        name="confirmation"
        label={accept.confirmation}
        type="password"
        errors={errors}
        autocomplete="new-password"
        required
      />
    </>
  )
}
