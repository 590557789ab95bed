import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { ConfirmFactorPage, type FactorForm } from './factor-forms'

/** What follows from having nothing left of what these organizations ask for. */
const Closing: FC<{ names: readonly string[] }> = ({ names }) =>
  names.length === 0 ? null : (
    <p class="asked">
      <strong>{names.join(', ')}</strong>{' '}
      {names.length === 1 ? 'asks its members for it' : 'ask their members for it'}: you get in again once you
      have set one up anew.
    </p>
  )

/** `closing`: the organizations that ask for what the account has no more after this. */
type RemovalProps = FactorForm & { closing: readonly string[] }

export const RemovePasskeyPage: FC<RemovalProps & { passkey: { id: string; name: string } }> = ({
  passkey,
  closing,
  ...form
}) => (
  <ConfirmFactorPage
    title="Remove a passkey"
    action={paths.removePasskey}
    fields={{ id: passkey.id }}
    submit="Remove"
    danger
    {...form}
  >
    <p>
      <strong>{passkey.name}</strong> signs nobody in any more. Wherever else you signed in with a passkey you
      are signed out.
    </p>
    <Closing names={closing} />
  </ConfirmFactorPage>
)

/** `codesGo`: whether the recovery codes go with the app, as the last factor. */
export const SwitchOffAuthenticatorPage: FC<RemovalProps & { codesGo: boolean }> = ({
  codesGo,
  closing,
  ...form
}) => (
  <ConfirmFactorPage
    title="Switch the authenticator app off"
    action={paths.removeAuthenticator}
    submit="Switch off"
    danger
    {...form}
  >
    <p>Signing in with your password asks for no code any more.</p>
    {codesGo && <p>Your recovery codes go with it.</p>}
    <Closing names={closing} />
  </ConfirmFactorPage>
)

export const NewRecoveryCodesPage: FC<FactorForm> = (form) => (
  <ConfirmFactorPage
    title="Make recovery codes"
    action={paths.recoveryCodes}
    submit="Make new codes"
    {...form}
  >
    <p>You get ten new ones. Earlier ones no longer work from then on.</p>
  </ConfirmFactorPage>
)
