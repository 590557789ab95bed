import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { FieldErrors } from '../src/rules/refusals'
import { AccountScopeChoice } from './account-scope'
import { CardPage } from './document'
import { FormError, Input } from './parts'

export type SetupValues = {
  organization: string
  accountScope: string
  firstName: string
  lastName: string
  address: string
}

type Props = {
  values: SetupValues
  errors: FieldErrors
  asksToken: boolean
  hasToken: boolean
  change: string
}

export const SetupPage: FC<Props> = ({ values, errors, asksToken, hasToken, change }) => (
  <CardPage title="Set up">
    <h1>Set up Usher</h1>
    <p>Name your organization and yourself. You will be its owner.</p>
    <form method="post" action={paths.setup}>
      <input type="hidden" name="change" value={change} />
      <FormError message={errors.form} />
      {asksToken && (
        <Input
          name="setupToken"
          label="Setup token"
          type="password"
          errors={errors}
          autocomplete="off"
          required
          hint={
            hasToken
              ? 'The SETUP_TOKEN of this deployment; npm run deploy showed it.'
              : 'Set it first: npx wrangler secret put SETUP_TOKEN'
          }
        />
      )}
      <Input
        name="organization"
        label="Organization"
        value={values.organization}
        errors={errors}
        autocomplete="organization"
        required
        autofocus
        maxlength={100}
      />
      <AccountScopeChoice value={values.accountScope} errors={errors} />
      <div class="pair">
        <Input
          name="firstName"
          label="First name"
          value={values.firstName}
          errors={errors}
          autocomplete="given-name"
          required
          maxlength={100}
        />
        <Input
          name="lastName"
          label="Last name"
          value={values.lastName}
          errors={errors}
          autocomplete="family-name"
          required
          maxlength={100}
        />
      </div>
      <Input
        name="address"
        label="Email address"
        type="email"
        value={values.address}
        errors={errors}
        autocomplete="username"
        required
      />
      <Input
        name="password"
        label="Choose a password"
        type="password"
        errors={errors}
        autocomplete="new-password"
        required
        minlength={8}
        hint="8 characters or more"
      />
      <Input
        name="confirmation"
        label="Repeat the password"
        type="password"
        errors={errors}
        autocomplete="new-password"
        required
      />
      <button type="submit" class="large">
        Create organization
      </button>
    </form>
  </CardPage>
)
