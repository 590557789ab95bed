import type { FC } from 'hono/jsx'
import type { AccountScope } from '../src/rules/names'
import type { FieldErrors } from '../src/rules/refusals'
import { Choices, type Option } from './settings/choices'

const SCOPES: readonly Option<AccountScope>[] = [
  { value: 'shared', label: 'Shared', words: 'One account can join several organizations here.' },
  { value: 'own', label: 'Own', words: 'Accounts belong to this organization alone.' },
]

type Props = {
  value: string
  errors: FieldErrors
  /** What the own scope means besides, where the form is filled in. */
  ofOwn?: string
}

/** Whose the accounts of an organization to be are; said once and for all. */
export const AccountScopeChoice: FC<Props> = ({ value, errors, ofOwn }) => (
  <Choices
    name="accountScope"
    legend="Accounts"
    options={SCOPES.map((scope) =>
      scope.value === 'own' && ofOwn ? { ...scope, words: `${scope.words} ${ofOwn}` } : scope,
    )}
    value={value}
    errors={errors}
  />
)
