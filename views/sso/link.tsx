import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { FieldErrors } from '../../src/rules/refusals'
import { CardPage } from '../document'
import { Address, FormError, Input } from '../parts'

type Props = {
  organization: string
  /** As the identity provider has it. */
  address: string
  /** Whether the browser is signed in to the account that is there. */
  isSignedIn: boolean
  /** Whether the account is a member here; else it becomes one by this. */
  isMember: boolean
  /** The page where the account signs in by other means than its password, and comes back from. */
  signIn: string
  forgot: string
  errors: FieldErrors
}

const Password: FC<Pick<Props, 'address' | 'errors'>> = ({ address, errors }) => (
  <>
    <input type="text" name="address" value={address} autocomplete="username" readonly hidden />
    <Input
      name="password"
      label="Password of the account"
      type="password"
      errors={errors}
      autocomplete="current-password"
      required
      autofocus
    />
  </>
)

/** Somebody was named by their identity provider whose account is here already: it has to say so itself, once. */
export const LinkPage: FC<Props> = ({ organization, address, isSignedIn, isMember, errors, ...ways }) => (
  <CardPage title="Link your account">
    <h1>{isMember ? 'Link your account' : `Join ${organization} with your account`}</h1>
    <p>
      You signed in to <strong>{organization}</strong> as{' '}
      <strong>
        <Address typed={address} />
      </strong>
      , and there is an account with this address.{' '}
      {isSignedIn
        ? 'You are signed in to it here.'
        : 'Sign in to it once: from then on, single sign-on brings you straight in.'}
    </p>
    <form method="post" action={paths.linkIdentity}>
      <FormError message={errors.form} />
      {!isSignedIn && <Password address={address} errors={errors} />}
      <button type="submit" class="large">
        {isMember ? 'Link and continue' : 'Join'}
      </button>
    </form>
    <p class="other-way">Was it not you who signed in there? Then leave this page: nothing has changed.</p>
    {!isSignedIn && (
      <p class="other-way">
        <a href={ways.signIn}>Sign in another way</a> · <a href={ways.forgot}>No password, or forgotten?</a>
      </p>
    )}
  </CardPage>
)
