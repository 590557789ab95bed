import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Way } from '../../src/rules/acceptance'
import { FAMILY_NAME_FIRST, type Language } from '../../src/rules/languages'
import type { NameFields } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import { roleWords, type Words, wordsIn } from '../../src/rules/words'
import { NewPassword } from '../new-password'
import { FormError, Input, When } from '../parts'
import { Said } from '../said'
import type { AcceptProps, Facts } from './props'

const Offer: FC<{ facts: Facts; words: Words }> = ({ facts, words }) => {
  const { inviter, organization, department, teamNames } = facts
  const role = facts.roleShown ? roleWords(facts.role, words) : null
  return (
    <>
      <h1>{words.accept.heading}</h1>
      <p class="offer">
        <Said phrase={words.offer({ inviter, organization, role })} />
      </p>
      {(department || teamNames) && (
        <p class="place">
          {department && (
            <span>
              <Said phrase={words.accept.department(department)} />
            </span>
          )}
          {teamNames && (
            <span>
              <Said phrase={words.accept.teams(teamNames, teamNames.includes(', '))} />
            </span>
          )}
        </p>
      )}
    </>
  )
}

type Accept = Words['accept']
type NamesProps = {
  fields: NameFields
  values: AcceptProps['values']
  errors: FieldErrors
  accept: Accept
  language: Language
}

const Names: FC<NamesProps> = ({ fields, values, errors, accept, language }) => {
  if (fields === 'none') return null
  if (fields === 'single') {
    return (
      <Input
        name="name"
        label={accept.name}
        value={values.name}
        errors={errors}
        autocomplete="name"
        required
        autofocus
        maxlength={100}
      />
    )
  }
  const isLastFirst = FAMILY_NAME_FIRST.includes(language)
  const first = (
    <Input
      name="firstName"
      label={accept.firstName}
      value={values.firstName}
      errors={errors}
      autocomplete="given-name"
      required
      autofocus={!isLastFirst}
      maxlength={100}
    />
  )
  const last = (
    <Input
      name="lastName"
      label={accept.lastName}
      value={values.lastName}
      errors={errors}
      autocomplete="family-name"
      required
      autofocus={isLastFirst}
      maxlength={100}
    />
  )
  return <div class="pair">{isLastFirst ? [last, first] : [first, last]}</div>
}

const Address: FC<{ address: string; accept: Accept }> = ({ address, accept }) => (
  <div data-field="">
    <label for="field-address">{accept.address}</label>
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

const Decline: FC<{ token: string; change: string; accept: Accept }> = ({ token, change, accept }) => (
  <details class="decline">
    <summary>{accept.declineQuestion}</summary>
    <form method="post" action={paths.declineInvitation}>
      <Hidden token={token} change={change} />
      <p>{accept.declineMeaning}</p>
      <button type="submit" class="outline" data-variant="danger">
        {accept.decline}
      </button>
    </form>
  </details>
)

/** The form of an open link, for the way its invitee comes in. */
export const Open: FC<AcceptProps & { facts: Facts; way: Way }> = ({ facts, way, ...props }) => {
  const { token, change, values, errors, language } = props
  const words = wordsIn(language)
  const { accept } = words
  return (
    <>
      <Offer facts={facts} words={words} />
      <form method="post" action={paths.acceptInvitation()}>
        <Hidden token={token} change={change} way={way} />
        <FormError message={errors.form} />
        {way === 'join' ? (
          <p>
            <Said phrase={accept.signedInAs(facts.typedAddress)} />
          </p>
        ) : (
          <Address address={facts.typedAddress} accept={accept} />
        )}
        {way === 'new' && (
          <>
            <Names
              fields={facts.nameFields}
              values={values}
              errors={errors}
              accept={accept}
              language={language}
            />
            <NewPassword language={language} label={accept.newPassword} errors={errors} />
            <button type="submit" class="large">
              {accept.acceptNew}
            </button>
          </>
        )}
        {way === 'sign_in' && (
          <>
            <Input
              name="password"
              label={accept.password}
              type="password"
              errors={errors}
              autocomplete="current-password"
              required
              autofocus
              hint={accept.passwordHint}
            />
            <button type="submit" class="large">
              {accept.acceptSignIn}
            </button>
            <p class="other-way">
              <a href={paths.organizationForgotPassword(facts.slug, { invitation: token })}>
                {words.account.forgot.link}
              </a>
            </p>
          </>
        )}
        {way === 'join' && (
          <button type="submit" class="large" autofocus>
            {accept.acceptJoin(facts.organization)}
          </button>
        )}
      </form>
      <p class="until">
        <When at={facts.expiresAt} language={language} say={accept.until} />
      </p>
      <Decline token={token} change={change} accept={accept} />
    </>
  )
}

/** Signed in as somebody else: both addresses, and a way to switch that comes back to this link. */
export const WrongAccount: FC<AcceptProps & { facts: Facts }> = ({ facts, viewer, token, language }) => {
  const words = wordsIn(language)
  const addresses = { invited: facts.typedAddress, signedIn: viewer?.typedAddress ?? '' }
  return (
    <>
      <Offer facts={facts} words={words} />
      <p>
        <Said phrase={words.accept.wrongAccount(addresses)} />
      </p>
      <form method="post" action={paths.signOut}>
        <input type="hidden" name="token" value={token} />
        <button type="submit" class="large">
          {words.accept.switchAccount}
        </button>
      </form>
    </>
  )
}
