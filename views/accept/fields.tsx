import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Way } from '../../src/rules/acceptance'
import { FAMILY_NAME_FIRST } from '../../src/rules/languages'
import type { Words } from '../../src/rules/words'
import { NewPassword } from '../new-password'
import { Input } from '../parts'
import type { AcceptProps, Facts } from './props'
import { providerOf } from './sso'

export type WayProps = AcceptProps & { facts: Facts; words: Words; isShown: boolean; isSecond: boolean }

/** Where the identity provider is the first way in, the password is the second. */
const submitClass = ({ isSecond }: WayProps) => (isSecond ? 'large outline' : 'large')

const Names: FC<WayProps> = ({ facts, values, errors, language, isSecond, words: { accept } }) => {
  const fields = facts.nameFields
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
        autofocus={!isSecond}
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
      autofocus={!isSecond && !isLastFirst}
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
      autofocus={!isSecond && isLastFirst}
      maxlength={100}
    />
  )
  return <div class="pair">{isLastFirst ? [last, first] : [first, last]}</div>
}

const NewFields: FC<WayProps> = (props) => {
  const { language, errors, words } = props
  return (
    <>
      <Names {...props} />
      <NewPassword language={language} label={words.accept.newPassword} errors={errors} />
      <button type="submit" class={submitClass(props)}>
        {words.accept.acceptNew}
      </button>
    </>
  )
}

const SignInFields: FC<WayProps> = (props) => {
  const {
    facts,
    token,
    errors,
    isShown,
    isSecond,
    words: { accept, account },
  } = props
  return (
    <>
      <Input
        name="password"
        label={accept.password}
        type="password"
        errors={errors}
        autocomplete="current-password"
        required
        autofocus={!isSecond}
        hint={isShown ? accept.sso.link(providerOf(facts)) : accept.passwordHint}
      />
      <button type="submit" class={submitClass(props)}>
        {accept.acceptSignIn}
      </button>
      <p class="other-way">
        <a href={paths.organizationForgotPassword(facts.slug, { invitation: token })}>
          {account.forgot.link}
        </a>
      </p>
    </>
  )
}

const JoinFields: FC<WayProps> = ({ facts, isShown, words: { accept } }) => (
  <>
    {isShown && <p>{accept.sso.linkHere(providerOf(facts))}</p>}
    <button type="submit" class="large" autofocus>
      {accept.acceptJoin(facts.organization)}
    </button>
  </>
)

const SsoFields: FC<WayProps> = (props) => {
  const { facts, words } = props
  return (
    <>
      <Names {...props} />
      <button type="submit" class="large" autofocus={facts.nameFields === 'none'}>
        {words.accept.acceptJoin(facts.organization)}
      </button>
    </>
  )
}

/** What each way in asks for. */
export const FIELDS: Record<Way, FC<WayProps>> = {
  new: NewFields,
  sign_in: SignInFields,
  join: JoinFields,
  sso: SsoFields,
}
