import type { FC } from 'hono/jsx'
import type { FieldErrors } from '../src/rules/refusals'
import { CardPage } from './document'
import { FormError, Input } from './parts'

type Props = {
  action: string
  forgot: string
  organization: string | null
  address: string
  next: string
  errors: FieldErrors
}

export const SignInPage: FC<Props> = ({ action, forgot, organization, address, next, errors }) => (
  <CardPage title="Sign in">
    <h1>{organization ? `Sign in to ${organization}` : 'Sign in'}</h1>
    <form method="post" action={action}>
      <FormError message={errors.form} />
      <input type="hidden" name="next" value={next} />
      <Input
        name="address"
        label="Email address"
        type="email"
        value={address}
        errors={errors}
        autocomplete="username"
        required
        autofocus={!address}
      />
      <Input
        name="password"
        label="Password"
        type="password"
        errors={errors}
        autocomplete="current-password"
        required
        autofocus={Boolean(address)}
      />
      <button type="submit" class="large">
        Sign in
      </button>
    </form>
    <p class="other-way">
      <a href={forgot}>Forgot your password?</a>
    </p>
  </CardPage>
)
