import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import {
  type ConnectionForm,
  LONGEST_CLIENT_ID,
  LONGEST_SECRET,
  providerName,
} from '../../src/rules/connections'
import { countWords } from '../../src/rules/lists'
import type { FieldErrors } from '../../src/rules/refusals'
import type { ConnectionPreset } from '../../src/rules/sso'
import { Console, type Place } from '../console'
import { DialogForm, DialogLink } from '../dialog'
import { Badge, FormError, Input, When } from '../parts'
import { Choices, type Option } from './choices'

export type Connected = {
  id: string
  preset: ConnectionPreset
  issuer: string
  clientId: string
  enabled: boolean
  testedAt: number | null
}

export type ConnectionProps = {
  slug: string
  connection: Connected | null
  /** Members who have signed in through it. */
  members: number
  secretReadable: boolean
  redirectUri: string
  form: ConnectionForm
  errors: FieldErrors
  change: string
}

/** What has to be entered at the provider, to be copied. */
export const RedirectUri: FC<{ value: string }> = ({ value }) => (
  <div class="redirect-uri">
    <label for="redirect-uri">Redirect URI, to enter at the provider</label>
    <p class="copy">
      <input type="text" id="redirect-uri" readonly value={value} data-select-all />
      <button
        type="button"
        class="outline scripted"
        data-copy="redirect-uri"
        aria-label="Copy the redirect URI"
      >
        Copy
      </button>
    </p>
  </div>
)

const stateOf = ({ enabled, testedAt }: Connected) => {
  if (enabled) return { variant: 'success', label: 'On' } as const
  return testedAt === null
    ? ({ variant: 'warning', label: 'Not tested yet' } as const)
    : ({ variant: 'secondary', label: 'Off' } as const)
}

/** Switches single sign-on on or off. */
export const SwitchForm: FC<{ slug: string; id: string; enabled: boolean; change: string }> = (props) => (
  <form method="post" action={paths.enableConnection(props.slug)}>
    <input type="hidden" name="change" value={props.change} />
    <input type="hidden" name="id" value={props.id} />
    <button
      type="submit"
      name="enabled"
      value={props.enabled ? 'yes' : 'no'}
      class={props.enabled ? undefined : 'outline'}
    >
      {props.enabled ? 'Switch on' : 'Switch off'}
    </button>
  </form>
)

/** What to do next with a connection as it is. */
const nextWords = ({ enabled, testedAt }: Connected, secretReadable: boolean): string => {
  if (!secretReadable) return 'Its client secret can no longer be read. Enter the secret again below.'
  if (testedAt === null)
    return enabled
      ? 'People can sign in by it. It has not been tested since its secret was changed.'
      : 'Test it with an account of yours; then it can be switched on.'
  return enabled
    ? 'People can sign in by it. Switched off, it lets nobody in from that moment on, and nobody has to use it.'
    : 'It was tested and works. Nobody can sign in by it before it is switched on.'
}

/** The connection there is, and what can be done with it. */
export const ConnectionStatus: FC<{ props: ConnectionProps; connection: Connected }> = ({
  props,
  connection,
}) => {
  const { slug, members, secretReadable, redirectUri, change } = props
  const { id, issuer, clientId, enabled, testedAt } = connection
  const { variant, label } = stateOf(connection)
  return (
    <section class="card connection" aria-labelledby="connection">
      <header>
        <h2 id="connection">{providerName(connection)}</h2>
        <Badge variant={variant}>{label}</Badge>
        <DialogLink class="button ghost small" danger href={paths.removeConnection(slug)}>
          Disconnect
        </DialogLink>
      </header>
      <dl class="details">
        <dt>Issuer</dt>
        <dd>{issuer}</dd>
        <dt>Client ID</dt>
        <dd>{clientId}</dd>
        <dt>Client secret</dt>
        <dd>{secretReadable ? 'Stored, encrypted' : 'Cannot be read any more'}</dd>
        <dt>Tested</dt>
        <dd>{testedAt === null ? 'Not since it was changed' : <When at={testedAt} />}</dd>
        <dt>Signed in by it</dt>
        <dd>{members === 0 ? 'Nobody yet' : countWords(members, 'member')}</dd>
      </dl>
      <RedirectUri value={redirectUri} />
      <p>{nextWords(connection, secretReadable)}</p>
      <FormError message={props.errors.form} />
      <div class="foot">
        <a class={testedAt === null ? 'button' : 'button outline'} href={paths.testConnection(slug)}>
          Test
        </a>
        {(enabled || testedAt !== null) && (
          <SwitchForm slug={slug} id={id} enabled={!enabled} change={change} />
        )}
      </div>
    </section>
  )
}

const PRESETS: readonly Option<ConnectionPreset>[] = [
  { value: 'google', label: 'Google', words: 'Workspace accounts, and gmail.com ones.' },
  { value: 'microsoft', label: 'Microsoft', words: 'Entra ID, the accounts of Microsoft 365.' },
  {
    value: 'other',
    label: 'Another',
    words: 'Okta, Auth0, Keycloak, or whatever else does OpenID Connect.',
  },
]

const HowTo: FC<{ preset: ConnectionPreset; children?: Child }> = ({ preset, children }) => (
  <details data-preset={preset} class="how-to">
    <summary>How to set it up there</summary>
    <ol>{children}</ol>
  </details>
)

const HowTos: FC = () => (
  <>
    <HowTo preset="google">
      <li>
        In the Google Cloud console open Google Auth Platform › Clients and create a client of the type Web
        application.
      </li>
      <li>Enter the redirect URI of this page under Authorized redirect URIs.</li>
      <li>Under Audience choose Internal, so that only people of your Workspace can use it.</li>
      <li>Copy client ID and client secret to here.</li>
    </HowTo>
    <HowTo preset="microsoft">
      <li>
        In the Microsoft Entra admin center open App registrations › New registration: accounts in this
        directory only, and the redirect URI of this page for the platform Web.
      </li>
      <li>Copy Directory (tenant) ID and Application (client) ID to here.</li>
      <li>
        Under Certificates &amp; secrets make a new client secret, and copy its value, not its ID. It expires:
        note when.
      </li>
      <li>Under Token configuration add the optional claim email to the ID token.</li>
      <li>
        Prove your mail domain under Settings › Domains, since Microsoft does not say that addresses are
        verified.
      </li>
    </HowTo>
    <HowTo preset="other">
      <li>Make a client there: a web application that uses the authorization code flow.</li>
      <li>Enter the redirect URI of this page, character for character.</li>
      <li>Let it have the scopes openid, email and profile.</li>
      <li>
        The issuer is where the provider’s discovery document is, without
        <code>/.well-known/openid-configuration</code>.
      </li>
    </HowTo>
  </>
)

export const ConnectionEdit: FC<ConnectionProps> = ({
  slug,
  connection,
  redirectUri,
  form,
  errors,
  change,
}) => (
  <form method="post" action={paths.connection(slug)} class="card settings connect" aria-labelledby="connect">
    <h2 id="connect">{connection ? 'Change the connection' : 'Connect an identity provider'}</h2>
    <p class="lead">
      {connection
        ? 'With another provider or client whoever signed in by the old one links their account again, and the redirect URI is another one.'
        : 'People of your organization then sign in where they sign in to everything else.'}
    </p>
    <input type="hidden" name="change" value={change} />
    {!connection && <FormError message={errors.form} />}
    <Choices name="preset" legend="Provider" options={PRESETS} value={form.preset} errors={errors} />
    {!connection && <RedirectUri value={redirectUri} />}
    <HowTos />
    <div data-preset="microsoft">
      <Input
        name="tenant"
        label="Directory (tenant) ID"
        value={form.tenant}
        errors={errors}
        autocomplete="off"
        maxlength={100}
        hint="Of your own directory, or one of its domains."
      />
    </div>
    <div data-preset="other">
      <Input
        name="issuer"
        label="Issuer"
        value={form.issuer}
        errors={errors}
        autocomplete="off"
        maxlength={300}
        hint="An address like https://id.example.com, exactly as the provider calls itself."
      />
    </div>
    <Input
      name="clientId"
      label="Client ID"
      value={form.clientId}
      errors={errors}
      autocomplete="off"
      required
      maxlength={LONGEST_CLIENT_ID}
    />
    <Input
      name="clientSecret"
      label="Client secret"
      type="password"
      errors={errors}
      autocomplete="off"
      maxlength={LONGEST_SECRET}
      required={!connection}
      hint={
        connection
          ? 'Stored encrypted and never shown again. Leave it empty to keep it.'
          : 'Stored encrypted and never shown again.'
      }
    />
    <p class="foot">
      <button type="submit">{connection ? 'Save' : 'Connect'}</button>
    </p>
  </form>
)

export type RemoveConnectionProps = {
  slug: string
  inDialog: boolean
  connection: Connected
  members: number
  requiredOfSome: boolean
  justInTime: boolean
  /** Whether whoever asks came in by it. */
  bySso: boolean
  change: string
}

export const RemoveConnectionForm: FC<RemoveConnectionProps> = (props) => {
  const { slug, inDialog, connection, members, change } = props
  return (
    <DialogForm
      action={paths.removeConnection(slug)}
      back={paths.signInSettings(slug)}
      inDialog={inDialog}
      title={`Disconnect ${providerName(connection)}?`}
      change={change}
      submit="Disconnect"
      danger
    >
      <input type="hidden" name="id" value={connection.id} />
      <ul>
        <li>
          {members === 0
            ? 'Nobody has signed in by it so far.'
            : `${countWords(members, 'member')} signed in by it. They stay members; without a password they set one by “Forgot your password?”.`}
        </li>
        {props.bySso && <li>You came in by it yourself, and will have to sign in otherwise.</li>}
        {props.requiredOfSome && <li>Nobody has to use single sign-on any more.</li>}
        {props.justInTime && <li>Nobody joins without an invitation any more.</li>}
        <li>Connected again, everybody’s account is linked anew.</li>
      </ul>
    </DialogForm>
  )
}

export const RemoveConnectionPage: FC<RemoveConnectionProps & { place: Place }> = ({ place, ...props }) => (
  <Console place={place} title="Disconnect identity provider" current={paths.signInSettings(props.slug)}>
    <div class="card narrow">
      <RemoveConnectionForm {...props} />
    </div>
  </Console>
)
