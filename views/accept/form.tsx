import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { LinkState, Way } from '../../src/rules/acceptance'
import { FAMILY_NAME_FIRST, type Language } from '../../src/rules/languages'
import type { NameFields } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import { roleWords, type Words, wordsIn } from '../../src/rules/words'
import { NewPassword } from '../new-password'
import { FormError, Input, When } from '../parts'
import { Said } from '../said'
import type { AcceptProps, Facts } from './props'
import { ContinueWithSso, providerOf, SsoRequired } from './sso'

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

/** What a policy says of it, in the words of whoever wrote it. */
const Denied: FC<{ denial: AcceptProps['denial']; accept: Accept }> = ({ denial, accept }) =>
  denial && (
    <div role="alert" data-variant="danger">
      <strong>{accept.sso.denied}</strong>
      <p dir="auto">{denial.message}</p>
      <p dir="auto">{denial.remediation}</p>
    </div>
  )

type WayProps = AcceptProps & { facts: Facts; words: Words; isShown: boolean }

const NewFields: FC<WayProps> = ({ facts, values, errors, language, words: { accept } }) => (
  <>
    <Names fields={facts.nameFields} values={values} errors={errors} accept={accept} language={language} />
    <NewPassword language={language} label={accept.newPassword} errors={errors} />
    <button type="submit" class="large">
      {accept.acceptNew}
    </button>
  </>
)

const SignInFields: FC<WayProps> = ({ facts, token, errors, isShown, words: { accept, account } }) => (
  <>
    <Input
      name="password"
      label={accept.password}
      type="password"
      errors={errors}
      autocomplete="current-password"
      required
      autofocus
      hint={isShown ? accept.sso.link(providerOf(facts)) : accept.passwordHint}
    />
    <button type="submit" class="large">
      {accept.acceptSignIn}
    </button>
    <p class="other-way">
      <a href={paths.organizationForgotPassword(facts.slug, { invitation: token })}>{account.forgot.link}</a>
    </p>
  </>
)

const JoinFields: FC<WayProps> = ({ facts, isShown, words: { accept } }) => (
  <>
    {isShown && <p>{accept.sso.linkHere(providerOf(facts))}</p>}
    <button type="submit" class="large" autofocus>
      {accept.acceptJoin(facts.organization)}
    </button>
  </>
)

const SsoFields: FC<WayProps> = ({ facts, values, errors, language, words: { accept } }) => (
  <>
    <Names fields={facts.nameFields} values={values} errors={errors} accept={accept} language={language} />
    <button type="submit" class="large" autofocus={facts.nameFields === 'none'}>
      {accept.acceptJoin(facts.organization)}
    </button>
  </>
)

const FIELDS: Record<Way, FC<WayProps>> = {
  new: NewFields,
  sign_in: SignInFields,
  join: JoinFields,
  sso: SsoFields,
}

/** Under which address somebody comes in, or as whom. */
const Whom: FC<WayProps & { way: Way }> = ({ facts, way, shown, isShown, words: { accept } }) => {
  if (isShown)
    return (
      <p>
        <Said
          phrase={accept.sso.shownAs({
            provider: providerOf(facts),
            address: shown?.typedAddress ?? facts.typedAddress,
          })}
        />
      </p>
    )
  return way === 'join' ? (
    <p>
      <Said phrase={accept.signedInAs(facts.typedAddress)} />
    </p>
  ) : (
    <Address address={facts.typedAddress} accept={accept} />
  )
}

type OpenState = Extract<LinkState, { kind: 'open' | 'sso_required' }>

/** The form of an open link, for the way its invitee comes in. */
export const Open: FC<AcceptProps & { facts: Facts; open: OpenState }> = ({ open, ...props }) => {
  const { facts, token, change, errors, language } = props
  const words = wordsIn(language)
  const { accept } = words
  const isShown = open.kind === 'open' && open.sso === 'shown'
  const given = { ...props, words, isShown }
  const form = () => {
    if (open.kind === 'sso_required') return <SsoRequired {...props} />
    const { way, sso } = open
    const Fields = FIELDS[way]
    return (
      <>
        {sso === 'offered' && facts.connectionPreset && (
          <>
            <ContinueWithSso token={token} preset={facts.connectionPreset} language={language} />
            <p class="or">{accept.sso.orPassword}</p>
          </>
        )}
        <form method="post" action={paths.acceptInvitation()}>
          <Hidden token={token} change={change} way={way} />
          {isShown && <input type="hidden" name="by" value="sso" />}
          <FormError message={errors.form} />
          <Denied denial={props.denial} accept={accept} />
          <Whom {...given} way={way} />
          <Fields {...given} />
        </form>
      </>
    )
  }
  return (
    <>
      <Offer facts={facts} words={words} />
      {form()}
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
