import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { LONGEST_CLIENT_ID, LONGEST_SECRET } from '../../src/rules/connections'
import type { ConnectionPreset } from '../../src/rules/sso'
import { FormError, Input } from '../parts'
import { Choices, type Option } from './choices'
import { type ConnectionProps, RedirectUri } from './connection'

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
