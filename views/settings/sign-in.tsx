import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { FieldErrors } from '../../src/rules/refusals'
import type { RequiredFactor } from '../../src/rules/sign-in'
import type { SsoRequired } from '../../src/rules/sso'
import type { Place } from '../console'
import { FormError, type Notice } from '../parts'
import { Choices, type Option, Tick } from './choices'
import { type ConnectionProps, ConnectionStatus } from './connection'
import { ConnectionEdit } from './connection-form'
import { type DirectoryProps, DirectorySection } from './directory'
import { SettingsLayout } from './layout'

type RulesProps = {
  slug: string
  values: Record<'ssoRequired' | 'justInTime' | 'requiredFactor', string>
  /** What the form shows, to be posted along. */
  shown: string
  errors: FieldErrors
  /** Whether people can sign in through an identity provider, and whether whoever asks came in by it. */
  connected: boolean
  bySso: boolean
  provenDomains: readonly string[]
  defaultRole: string
  change: string
}

export type SignInSettingsProps = {
  place: Place
  notice: Notice | null
  connection: ConnectionProps
  rules: RulesProps
  directory: DirectoryProps
}

const domainWords = (domains: readonly string[]): string => {
  if (domains.length === 0) return 'No domain is proven yet.'
  const [first, second, third, ...rest] = domains
  const named = [first, second, third].filter(Boolean).join(', ')
  return rest.length > 0 ? `Now ${named} and ${rest.length} more.` : `Now ${named}.`
}

const requiredOptions = ({ provenDomains }: RulesProps): Option<SsoRequired>[] => [
  { value: 'off', label: 'Nobody', words: 'Single sign-on is one way in besides the others.' },
  {
    value: 'proven_domains',
    label: 'Addresses of proven domains',
    words: `Contractors with other addresses keep their passwords. ${domainWords(provenDomains)}`,
  },
  { value: 'everybody', label: 'Everybody', words: 'Nobody gets in with a password alone.' },
]

const FACTORS: readonly Option<RequiredFactor>[] = [
  { value: 'none', label: 'Nothing more', words: 'A password alone will do.' },
  {
    value: 'second_factor',
    label: 'A second factor',
    words: 'A code of an authenticator app besides the password, or a passkey.',
  },
  { value: 'passkey', label: 'A passkey', words: 'Which no copied page can steal.' },
]

/** Where to sign in first, before it can be asked of everybody. */
const SignInFirst: FC<RulesProps> = ({ slug, connected, bySso }) => {
  if (!connected)
    return <p class="muted">It takes an identity provider that is connected, tested and switched on.</p>
  if (bySso) return null
  const way = paths.organizationSso(slug, { next: paths.signInSettings(slug) })
  return (
    <p class="muted">
      To ask it of everybody, or of your own address’s domain, <a href={way}>sign in by single sign-on</a>{' '}
      yourself first: so nobody is locked out by mistake.
    </p>
  )
}

const Rules: FC<RulesProps> = (props) => {
  const { slug, values, shown, errors, defaultRole, change } = props
  const joining = errors.justInTime ?? errors.defaultRole
  return (
    <form method="post" action={paths.signInSettings(slug)} class="card settings" aria-labelledby="rules">
      <h2 id="rules">Who signs in how</h2>
      <input type="hidden" name="change" value={change} />
      <input type="hidden" name="shown" value={shown} />
      <FormError message={errors.form} />
      <Choices
        name="ssoRequired"
        legend="Who has to use single sign-on"
        options={requiredOptions(props)}
        value={values.ssoRequired}
        errors={errors}
      >
        <SignInFirst {...props} />
      </Choices>
      <fieldset class="choices" aria-describedby={joining ? 'joining-hint joining-error' : 'joining-hint'}>
        <legend>Who joins without an invitation</legend>
        <p data-hint id="joining-hint">
          {`Whoever signs in by single sign-on with an address of a proven domain becomes a member at once, as ${defaultRole}, or as an open invitation says.`}
        </p>
        <Tick name="justInTime" label="Let them in" value={values.justInTime} />
        {joining && (
          <p class="error" id="joining-error">
            {joining}
          </p>
        )}
      </fieldset>
      <Choices
        name="requiredFactor"
        legend="What everybody else has to show"
        hint="Asked of who signs in with an account here. Whoever comes by single sign-on has shown to the provider what it asks."
        options={FACTORS}
        value={values.requiredFactor}
        errors={errors}
      />
      <p class="foot">
        <button type="submit">Save</button>
      </p>
    </form>
  )
}

/** The organization's identity provider, who uses it, and what it asks of everybody else. */
export const SignInSettingsPage: FC<SignInSettingsProps> = (props) => {
  const { place, notice, connection, rules, directory } = props
  const { slug } = place.organization
  return (
    <SettingsLayout
      place={place}
      title="Sign-in settings"
      current={paths.signInSettings(slug)}
      notice={notice}
    >
      <p class="lead">
        Your own identity provider for single sign-on, and <a href="#rules">who signs in how</a>.
      </p>
      <div class="sign-in-settings">
        {connection.connection ? (
          <ConnectionStatus props={connection} connection={connection.connection} />
        ) : (
          <ConnectionEdit {...connection} />
        )}
        <Rules {...rules} />
        <DirectorySection {...directory} />
        {connection.connection && <ConnectionEdit {...connection} />}
      </div>
    </SettingsLayout>
  )
}
