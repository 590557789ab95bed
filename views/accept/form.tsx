import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Way } from '../../src/rules/acceptance'
import type { NameFields } from '../../src/rules/names'
import { roleName } from '../../src/rules/permissions'
import type { FieldErrors } from '../../src/rules/refusals'
import { FormError, Input, When } from '../parts'
import type { AcceptProps, Facts } from './props'

const Offer: FC<{ facts: Facts }> = ({ facts }) => (
  <>
    <h1>Accept invitation</h1>
    <p class="offer">
      <strong>{facts.inviter}</strong> invites you to join <strong>{facts.organization}</strong>
      {facts.roleShown ? (
        <>
          {' '}
          as <strong>{roleName(facts.role)}</strong>
        </>
      ) : null}
      .
    </p>
    {(facts.department || facts.teamNames) && (
      <p class="place">
        {facts.department && (
          <span>
            Department: <strong>{facts.department}</strong>
          </span>
        )}
        {facts.teamNames && (
          <span>
            {facts.teamNames.includes(', ') ? 'Teams' : 'Team'}: <strong>{facts.teamNames}</strong>
          </span>
        )}
      </p>
    )}
  </>
)

const Names: FC<{ fields: NameFields; values: AcceptProps['values']; errors: FieldErrors }> = ({
  fields,
  values,
  errors,
}) => {
  if (fields === 'none') return null
  if (fields === 'single') {
    return (
      <Input
        name="name"
        label="Your name"
        value={values.name}
        errors={errors}
        autocomplete="name"
        required
        autofocus
        maxlength={100}
      />
    )
  }
  return (
    <div class="pair">
      <Input
        name="firstName"
        label="First name"
        value={values.firstName}
        errors={errors}
        autocomplete="given-name"
        required
        autofocus
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
  )
}

const Address: FC<{ address: string }> = ({ address }) => (
  <div data-field="">
    <label for="field-address">Email address</label>
    <input type="email" id="field-address" value={address} readonly autocomplete="username" />
  </div>
)

const Hidden: FC<{ token: string; change: string; way?: string }> = ({ token, change, way }) => (
  <>
    <input type="hidden" name="token" value={token} />
    <input type="hidden" name="change" value={change} />
    {way && <input type="hidden" name="way" value={way} />}
  </>
)

const Decline: FC<{ token: string; change: string }> = ({ token, change }) => (
  <details class="decline">
    <summary>Don’t want to join?</summary>
    <form method="post" action={paths.declineInvitation}>
      <Hidden token={token} change={change} />
      <p>Declining ends this invitation. Whoever invited you will see it.</p>
      <button type="submit" class="outline" data-variant="danger">
        Decline invitation
      </button>
    </form>
  </details>
)

/** The form of an open link, for the way its invitee comes in. */
export const Open: FC<AcceptProps & { facts: Facts; way: Way }> = ({ facts, way, ...props }) => {
  const { token, change, values, errors } = props
  return (
    <>
      <Offer facts={facts} />
      <form method="post" action={paths.acceptInvitation()}>
        <Hidden token={token} change={change} way={way} />
        <FormError message={errors.form} />
        {way === 'join' ? (
          <p>
            You are signed in as <strong>{facts.typedAddress}</strong>.
          </p>
        ) : (
          <Address address={facts.typedAddress} />
        )}
        {way === 'new' && (
          <>
            <Names fields={facts.nameFields} values={values} errors={errors} />
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
              Accept & create account
            </button>
          </>
        )}
        {way === 'sign_in' && (
          <>
            <Input
              name="password"
              label="Your password"
              type="password"
              errors={errors}
              autocomplete="current-password"
              required
              autofocus
              hint="You have an account with this address already."
            />
            <button type="submit" class="large">
              Accept & sign in
            </button>
          </>
        )}
        {way === 'join' && (
          <button type="submit" class="large" autofocus>
            Accept & join {facts.organization}
          </button>
        )}
      </form>
      <p class="until">
        Open until <When at={facts.expiresAt} />.
      </p>
      <Decline token={token} change={change} />
    </>
  )
}

/** Signed in as somebody else: both addresses, and a way to switch that comes back to this link. */
export const WrongAccount: FC<AcceptProps & { facts: Facts }> = ({ facts, viewer, token }) => (
  <>
    <Offer facts={facts} />
    <p>
      This invitation is for <strong>{facts.typedAddress}</strong>, but you are signed in as{' '}
      <strong>{viewer?.typedAddress}</strong>.
    </p>
    <form method="post" action={paths.signOut}>
      <input type="hidden" name="token" value={token} />
      <button type="submit" class="large">
        Switch account
      </button>
    </form>
  </>
)
