import type { Child, FC } from 'hono/jsx'
import { encode } from 'uqr'
import { paths } from '../../src/paths'
import type { FieldErrors } from '../../src/rules/refusals'
import { shownCode } from '../../src/rules/second-factors'
import { FormError, Input } from '../parts'
import { PasskeyScripts } from '../passkey'
import { Proof, type ProofAsked } from './proof'
import { AccountShell } from './shell'

/** What every form that changes a factor asks for and comes back with. */
export type FactorForm = {
  proof: ProofAsked
  errors: FieldErrors
  change: string
  next: string
  /** Where whoever thinks better of it goes. */
  back: string
}

type ConfirmProps = FactorForm & {
  title: string
  action: string
  fields?: Record<string, string>
  submit: string
  danger?: boolean
  children?: Child
}

/** A change of what protects the account, which asks for the password or a passkey. */
export const ConfirmFactorPage: FC<ConfirmProps> = (props) => {
  const { title, action, fields = {}, submit, danger = false, children } = props
  const { proof, errors, change, next, back } = props
  return (
    <AccountShell title={title}>
      <form method="post" action={action}>
        <FormError message={errors.form} />
        {Object.entries({ ...fields, change, next }).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {children}
        <Proof asked={proof} language="en" errors={errors} submits>
          {(proof.password || !proof.passkeyOptions) && (
            <button type="submit" class="large" data-variant={danger ? 'danger' : undefined}>
              {submit}
            </button>
          )}
          {proof.password && proof.passkeyOptions && <p class="or">or</p>}
        </Proof>
      </form>
      <p class="other-way">
        <a href={back}>Back</a>
      </p>
      {proof.passkeyOptions && <PasskeyScripts />}
    </AccountShell>
  )
}

/** What an app reads, black on white in any light; drawn as rows of squares. */
const QrCode: FC<{ text: string }> = ({ text }) => {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code for the authenticator app"
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={squares.join('')} fill="#000" />
    </svg>
  )
}

/** As people type it: in groups of four. */
const inGroups = (secret: string): string => secret.replace(/.{4}(?=.)/g, '$& ')

type AuthenticatorProps = FactorForm & { setup: { secret: string; uri: string; sealed: string } }

export const AuthenticatorPage: FC<AuthenticatorProps> = ({ setup, ...form }) => (
  <ConfirmFactorPage
    {...form}
    title="Set up an authenticator app"
    action={paths.authenticator()}
    fields={{ sealed: setup.sealed }}
    submit="Switch on"
  >
    <ol class="steps">
      <li>
        <p>Scan this with the app, or type the key into it.</p>
        <QrCode text={setup.uri} />
        <p>
          <code class="secret">{inGroups(setup.secret)}</code>
        </p>
      </li>
      <li>
        <Input
          name="code"
          label="Type the code that the app shows"
          errors={form.errors}
          autocomplete="one-time-code"
          maxlength={10}
          required
        />
      </li>
    </ol>
  </ConfirmFactorPage>
)

/** The only time that the codes are shown. */
export const RecoveryCodesPage: FC<{ codes: readonly string[]; next: string }> = ({ codes, next }) => (
  <AccountShell title="Recovery codes">
    <p>
      Keep these where you find them without your phone: each of them signs you in once in place of a code of
      the app or a passkey. <strong>They are shown this once.</strong>
    </p>
    <ol class="codes">
      {codes.map((code) => (
        <li>
          <code data-code>{shownCode(code)}</code>
        </li>
      ))}
    </ol>
    <p class="buttons">
      <button type="button" class="outline" data-copy-codes hidden>
        Copy
      </button>
      <button type="button" class="outline" data-print hidden>
        Print
      </button>
    </p>
    <p>
      <a class="button" href={next || paths.accountSecurity()}>
        I have kept them
      </a>
    </p>
    <script src={paths.assets.recoveryCodesScript} defer></script>
  </AccountShell>
)
