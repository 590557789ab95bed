import type { FC } from 'hono/jsx'
import { paths, withQuery } from '../../src/paths'
import { MAX_PASSKEYS, RECOVERY_CODES } from '../../src/rules/second-factors'
import type { RequiredFactor } from '../../src/rules/sign-in'
import { When } from '../parts'
import { AccountShell } from './shell'

const TOLD = {
  'passkey-added': 'Passkey added. You can sign in with it from now on.',
  'passkey-removed': 'Passkey removed.',
  'authenticator-off': 'Authenticator app switched off.',
  'codes-replaced': 'These recovery codes were replaced by newer ones meanwhile.',
} as const
export type SecurityNotice = keyof typeof TOLD
export const securityNotice = (word: string | undefined): SecurityNotice | null =>
  word !== undefined && Object.hasOwn(TOLD, word) ? (word as SecurityNotice) : null

export type SecurityProps = {
  address: string
  passkeys: readonly {
    id: string
    name: string
    backedUp: boolean
    createdAt: number
    usedAt: number | null
  }[]
  authenticator: boolean
  recoveryCodes: number
  /** What an organization asks for that this account does not have. */
  needed: { factor: RequiredFactor; organization: string | null } | null
  /** Where to go on to afterwards; empty for nowhere in particular. */
  next: string
  notice: SecurityNotice | null
}

const Needed: FC<Pick<SecurityProps, 'needed'>> = ({ needed }) =>
  needed && (
    <p role="status" class="asked">
      {needed.organization ? <strong>{needed.organization}</strong> : 'The organization'}{' '}
      {needed.factor === 'passkey'
        ? 'asks its members to sign in with a passkey. Add one below, and you go on to it.'
        : 'asks its members for a second factor besides the password. Add a passkey or set up an authenticator app below, and you go on to it.'}
    </p>
  )

const Passkeys: FC<SecurityProps> = ({ passkeys, next }) => (
  <section aria-labelledby="passkeys">
    <h2 id="passkeys">Passkeys</h2>
    <p>
      A passkey is kept by your device and opened with your fingerprint, your face or the screen lock. It
      signs you in by itself, without the password.
    </p>
    {passkeys.length > 0 && (
      <ul class="factors">
        {passkeys.map(({ id, name, backedUp, createdAt, usedAt }) => (
          <li>
            <span>
              <strong>{name}</strong>
              <small>
                Added <When at={createdAt} /> · {usedAt === null ? 'not used yet' : 'last used '}
                {usedAt !== null && <When at={usedAt} />}
                {backedUp && ' · synced between your devices'}
              </small>
            </span>
            <a
              class="button outline small"
              data-variant="danger"
              href={withQuery(paths.removePasskey, { id, next })}
            >
              Remove<span class="visually-hidden"> {name}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
    {passkeys.length < MAX_PASSKEYS && (
      <p>
        <a class="button outline" href={paths.newPasskey({ next })}>
          Add a passkey
        </a>
      </p>
    )}
  </section>
)

const Authenticator: FC<SecurityProps> = ({ authenticator, next }) => (
  <section aria-labelledby="authenticator">
    <h2 id="authenticator">Authenticator app</h2>
    <p>
      {authenticator
        ? 'On: signing in with your password asks for a code that the app shows.'
        : 'An app on your phone shows a code of six digits, which signing in with your password then asks for.'}
    </p>
    <p class="buttons">
      <a class="button outline" href={paths.authenticator({ next })}>
        {authenticator ? 'Set up anew' : 'Set up'}
      </a>
      {authenticator && (
        <a class="button outline" data-variant="danger" href={withQuery(paths.removeAuthenticator, { next })}>
          Switch off
        </a>
      )}
    </p>
  </section>
)

const codesLeft = (left: number): string => {
  if (left === 0) return 'None left.'
  return left === 1 ? 'One is left.' : `${left} of ${RECOVERY_CODES} are left.`
}

const RecoveryCodes: FC<SecurityProps> = ({ passkeys, authenticator, recoveryCodes, next }) => (
  <section aria-labelledby="recovery-codes">
    <h2 id="recovery-codes">Recovery codes</h2>
    {passkeys.length > 0 || authenticator ? (
      <>
        <p>
          Each stands in once for a lost device. {codesLeft(recoveryCodes)}
          {recoveryCodes <= 2 && ' Make new ones and keep them where you find them without your devices.'}
        </p>
        <p>
          <a class="button outline" href={withQuery(paths.recoveryCodes, { next })}>
            {recoveryCodes > 0 ? 'Make new ones' : 'Make recovery codes'}
          </a>
        </p>
      </>
    ) : (
      <p>They stand in for a lost device. You get them once there is a passkey or an authenticator app.</p>
    )}
  </section>
)

/** What protects the account besides its password. */
export const SecurityPage: FC<SecurityProps> = (props) => (
  <AccountShell title="Security">
    {props.notice && (
      <p role="status" class="told">
        {TOLD[props.notice]}
      </p>
    )}
    <p>
      <strong dir="auto">{props.address}</strong>
    </p>
    <Needed needed={props.needed} />
    <Passkeys {...props} />
    <Authenticator {...props} />
    <RecoveryCodes {...props} />
    <p class="other-way">
      {props.next && !props.needed && (
        <>
          <a href={props.next}>Go on</a>
          {' · '}
        </>
      )}
      <a href={paths.account()}>Your account</a>
      {' · '}
      <a href={paths.organizations}>Your organizations</a>
    </p>
  </AccountShell>
)
