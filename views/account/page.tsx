import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import { FAMILY_NAME_FIRST, type Language } from '../../src/rules/languages'
import { MAX_NAME } from '../../src/rules/names'
import type { FieldErrors } from '../../src/rules/refusals'
import { type Words, wordsIn } from '../../src/rules/words'
import { Brand, Document } from '../document'
import { NewPassword } from '../new-password'
import { FormError, Input } from '../parts'
import { Said } from '../said'

export type AccountProps = {
  language: Language
  account: {
    name: string
    firstName: string | null
    lastName: string | null
    typedAddress: string
    hasPassword: boolean
    slug: string | null
    pending: { typedAddress: string; expiresAt: number } | null
  }
  /** What was typed into the form that came back, and what is wrong with it. */
  typed: { form: 'name' | 'address' | 'password'; values: Record<string, string>; errors: FieldErrors } | null
  told: keyof Words['account']['page']['told'] | null
  change: string
}

type SectionProps = {
  id: string
  heading: string
  action: string
  submit: string
  change: string
  errors: FieldErrors
  children?: Child
}

const Section: FC<SectionProps> = ({ id, heading, action, submit, change, errors, children }) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{heading}</h2>
    <form method="post" action={action}>
      <FormError message={errors.form} />
      <input type="hidden" name="change" value={change} />
      {children}
      <button type="submit" class="outline">
        {submit}
      </button>
    </form>
  </section>
)

const NONE: FieldErrors = {}

const Names: FC<AccountProps> = ({ language, account, typed, change }) => {
  const { account: words, accept } = wordsIn(language)
  const mine = typed?.form === 'name' ? typed : null
  const field = (name: 'name' | 'firstName' | 'lastName', label: string, autocomplete: string) => (
    <Input
      name={name}
      label={label}
      value={mine?.values[name] ?? account[name] ?? ''}
      errors={mine?.errors ?? NONE}
      autocomplete={autocomplete}
      required
      maxlength={MAX_NAME}
    />
  )
  const first = field('firstName', accept.firstName, 'given-name')
  const last = field('lastName', accept.lastName, 'family-name')
  const isSingle = account.firstName === null && account.lastName === null
  return (
    <Section
      id="account-name"
      heading={words.page.names}
      action={paths.accountName}
      submit={words.page.save}
      change={change}
      errors={mine?.errors ?? NONE}
    >
      {isSingle ? (
        field('name', accept.name, 'name')
      ) : (
        <div class="pair">{FAMILY_NAME_FIRST.includes(language) ? [last, first] : [first, last]}</div>
      )}
    </Section>
  )
}

const forgotOf = ({ slug }: AccountProps['account']): string =>
  slug === null ? paths.forgotPassword() : paths.organizationForgotPassword(slug)

const AddressForm: FC<AccountProps> = ({ language, account, typed, change }) => {
  const { account: words } = wordsIn(language)
  const mine = typed?.form === 'address' ? typed : null
  return (
    <Section
      id="account-address"
      heading={words.page.changeAddress}
      action={paths.accountAddress}
      submit={words.page.submitAddress}
      change={change}
      errors={mine?.errors ?? NONE}
    >
      {account.pending && (
        <p class="pending">
          <Said
            phrase={words.page.pending({
              address: account.pending.typedAddress,
              when: exactWords(account.pending.expiresAt, 'UTC', language),
            })}
          />
        </p>
      )}
      <Input
        name="address"
        label={words.page.newAddress}
        type="email"
        value={mine?.values.address ?? ''}
        errors={mine?.errors ?? NONE}
        autocomplete="email"
        required
        hint={words.page.newAddressHint}
      />
      <Input
        name="addressPassword"
        label={words.currentPassword}
        type="password"
        errors={mine?.errors ?? NONE}
        autocomplete="current-password"
        required
      />
    </Section>
  )
}

const PasswordForm: FC<AccountProps> = ({ language, account, typed, change }) => {
  const { account: words } = wordsIn(language)
  const mine = typed?.form === 'password' ? typed : null
  return (
    <Section
      id="account-password"
      heading={words.page.changePassword}
      action={paths.accountPassword}
      submit={words.page.submitPassword}
      change={change}
      errors={mine?.errors ?? NONE}
    >
      <Input
        name="current"
        label={words.currentPassword}
        type="password"
        errors={mine?.errors ?? NONE}
        autocomplete="current-password"
        required
      />
      <NewPassword language={language} label={words.newPassword} errors={mine?.errors ?? NONE} />
      <p class="other-way">
        {words.page.passwordMeaning} <a href={forgotOf(account)}>{words.forgot.link}</a>
      </p>
    </Section>
  )
}

/** Of an account made without a password: what needs one is not offered. */
const NoPassword: FC<Pick<AccountProps, 'language' | 'account'>> = ({ language, account }) => {
  const { page, reset } = wordsIn(language).account
  return (
    <section aria-labelledby="account-password">
      <h2 id="account-password">{reset.heading}</h2>
      <p>{page.noPassword}</p>
      <p>
        <a class="button outline" href={forgotOf(account)}>
          {reset.again}
        </a>
      </p>
    </section>
  )
}

/** What somebody can change of their own account, whichever organizations they are in. */
export const AccountPage: FC<AccountProps> = (props) => {
  const { language, account, told } = props
  const { account: words, lead } = wordsIn(language)
  return (
    <Document title={`${words.title} · Usher`} language={language} class="card-page">
      <header>
        <Brand />
      </header>
      <main class="card account-page">
        <h1>{words.title}</h1>
        {told && (
          <p role="status" class="told">
            {words.page.told[told]}
          </p>
        )}
        <p>
          <span class="visually-hidden">{lead(words.address)} </span>
          <strong dir="auto">{account.typedAddress}</strong>
        </p>
        <Names {...props} />
        {account.hasPassword ? (
          <>
            <AddressForm {...props} />
            <PasswordForm {...props} />
          </>
        ) : (
          <NoPassword language={language} account={account} />
        )}
        <p class="other-way">
          <a href={paths.accountSessions()}>{words.page.sessions}</a>
          {' · '}
          <a href={paths.accountSecurity()}>{words.page.security}</a>
        </p>
        <p class="other-way">
          <a href={paths.organizations}>{words.page.organizations}</a>
        </p>
      </main>
    </Document>
  )
}
