import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { MAX_NAME } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import { AccountScopeChoice } from '../account-scope'
import { CardPage } from '../document'
import { Input } from '../parts'

type Props = { name: string; accountScope: string; errors: FieldErrors; change: string }

const OF_OWN =
  'Yours there is a new one, with the name, address and password that you have now, and signs in on that organization’s own page.'

export const NewOrganizationPage: FC<Props> = ({ name, accountScope, errors, change }) => (
  <CardPage title="New organization">
    <h1>New organization</h1>
    <p>You become its owner. Everything else can be set afterwards.</p>
    <form method="post" action={paths.newOrganization}>
      <input type="hidden" name="change" value={change} />
      <Input
        name="name"
        label="Name"
        value={name}
        errors={errors}
        autocomplete="organization"
        hint="Invitees see it. Its address is made from it."
        maxlength={MAX_NAME}
        required
        autofocus
      />
      <AccountScopeChoice value={accountScope} errors={errors} ofOwn={OF_OWN} />
      <button type="submit" class="large">
        Make organization
      </button>
    </form>
    <p>
      <a class="button outline" href={paths.organizations}>
        Cancel
      </a>
    </p>
  </CardPage>
)
