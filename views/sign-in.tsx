import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { FieldErrors } from '../src/rules/refusals'
import type { ConnectionPreset } from '../src/rules/sso'
import { CardPage } from './document'
import { FormError, Input } from './parts'
import { PasskeyPress, PasskeyScripts } from './passkey'

type Props = {
  action: string
  forgot: string
  /** The way to an identity provider: the organization's, or the page that finds it. */
  sso: SsoWay
  /** What the browser asks its passkeys, as JSON. */
  passkeyOptions: string
  organization: { name: string; slug: string } | null
  /** Nobody signs in with a password here. */
  ssoAlone: boolean
  /** The organization was made a moment ago, with a fresh account for whoever made it. */
  isNew: boolean
  address: string
  next: string
  errors: FieldErrors
}

/** `preset` is null where the organization is not known yet. */
export type SsoWay = { href: string; preset: ConnectionPreset | null } | null

const PROVIDERS: Record<ConnectionPreset, string> = {
  google: 'Continue with Google',
  microsoft: 'Continue with Microsoft',
  other: 'Continue with single sign-on',
}

/** A link and no form: a form may not lead to another site. */
const SsoButton: FC<{ way: SsoWay; alone: boolean }> = ({ way, alone }) =>
  way?.preset ? (
    <>
      <p>
        <a class="button large" href={way.href}>
          {PROVIDERS[way.preset]}
        </a>
      </p>
      {!alone && <p class="or">or with a password</p>}
    </>
  ) : null

/** Passkeys that the browser knows are offered where the address is filled in, too. */
const PasskeyWay: FC<Props> = ({ passkeyOptions, organization, next, errors }) => (
  <form method="post" action={paths.passkeySignIn}>
    <input type="hidden" name="organization" value={organization?.slug ?? ''} />
    <input type="hidden" name="next" value={next} />
    <PasskeyPress
      kind="get"
      options={passkeyOptions}
      field="credential"
      label="Sign in with a passkey"
      language="en"
      submits
      autofill
      error={errors.credential}
    />
    <PasskeyScripts />
  </form>
)

/** With an address and its password, wherever that is taken. */
const PasswordWay: FC<Props> = (props) => {
  const { action, forgot, sso, address, next, errors } = props
  return (
    <>
      <form method="post" action={action}>
        <FormError message={errors.form} />
        <input type="hidden" name="next" value={next} />
        <Input
          name="address"
          label="Email address"
          type="email"
          value={address}
          errors={errors}
          autocomplete="username webauthn"
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
        <button type="submit" class={sso?.preset ? 'large outline' : 'large'}>
          Sign in
        </button>
      </form>
      <PasskeyWay {...props} />
      <p class="other-way">
        <a href={forgot}>Forgot your password?</a>
        {sso && !sso.preset && (
          <>
            {' · '}
            <a href={sso.href}>Use single sign-on</a>
          </>
        )}
      </p>
    </>
  )
}

/** Where nobody signs in with a password, an error still says why one was not taken. */
export const SignInPage: FC<Props> = (props) => {
  const { sso, organization, ssoAlone, isNew, errors } = props
  return (
    <CardPage title="Sign in">
      <h1>{organization ? `Sign in to ${organization.name}` : 'Sign in'}</h1>
      {isNew && organization && (
        <p role="status" class="told">
          {organization.name} is made. Your account here is a new one, with the address and password that you
          know; in this browser it takes the place of the other.
        </p>
      )}
      {ssoAlone && <FormError message={errors.form} />}
      <SsoButton way={sso} alone={ssoAlone} />
      {!ssoAlone && <PasswordWay {...props} />}
    </CardPage>
  )
}
