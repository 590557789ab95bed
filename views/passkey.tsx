import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { Language } from '../src/rules/languages'
import { wordsIn } from '../src/rules/words'

type Props = {
  kind: 'create' | 'get'
  /** What the browser is asked for, as JSON. */
  options: string
  /** The form's field that the answer goes into. */
  field: 'credential' | 'registration'
  label: string
  language: Language
  /** Whether the answer sends the form. */
  submits?: boolean
  /** Whether the browser may offer passkeys where the address is filled in. */
  autofill?: boolean
  main?: boolean
  error?: string | undefined
}

/** A press that asks the browser for a passkey; it stands within the form that carries the answer. */
export const PasskeyPress: FC<Props> = ({ kind, options, field, label, language, error, ...rest }) => {
  const { passkey, add } = wordsIn(language).factors
  return (
    <div
      class="passkey"
      data-passkey={kind}
      data-options={options}
      data-submit={rest.submits ? '' : undefined}
      data-autofill={rest.autofill ? '' : undefined}
      data-cancelled={passkey.cancelled}
      data-failed={passkey.failed}
      data-unsupported={passkey.unsupported}
      data-confirmed={add.confirmed}
    >
      <noscript>
        <p>{passkey.scripts}</p>
      </noscript>
      <input type="hidden" name={field} value="" autocomplete="off" />
      <button type="button" class={rest.main ? 'large' : 'large outline'} hidden>
        {label}
      </button>
      <p class="said" aria-live="assertive" data-said hidden={!error}>
        {error}
      </p>
    </div>
  )
}

/** What makes the presses of a page work. */
export const PasskeyScripts: FC = () => (
  <>
    <script src={paths.assets.webauthn} defer></script>
    <script src={paths.assets.passkeyScript} defer></script>
  </>
)
