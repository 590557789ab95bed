import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { type ConnectionForm, providerName } from '../../src/rules/connections'
import { countWords } from '../../src/rules/lists'
import type { FieldErrors } from '../../src/rules/refusals'
import type { ConnectionPreset } from '../../src/rules/sso'
import { Console, type Place } from '../console'
import { DialogForm, DialogLink } from '../dialog'
import { Badge, FormError, When } from '../parts'

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
        <dd>{testedAt === null ? 'Not yet, as it stands' : <When at={testedAt} />}</dd>
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
