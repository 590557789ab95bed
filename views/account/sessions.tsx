import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { ShownSession } from '../../src/rules/devices'
import { Brand, Document } from '../document'
import { Badge, When } from '../parts'

const TOLD = {
  ended: 'Signed out there.',
  others: 'Signed out everywhere else.',
  none: 'You are signed in nowhere else.',
} as const
export type SessionsTold = keyof typeof TOLD

export type SessionsProps = {
  account: { address: string }
  sessions: readonly ShownSession[]
  told: SessionsTold | null
  change: string
}

const Row: FC<{ session: ShownSession; change: string }> = ({ session, change }) => {
  const { id, isThis, device, place, method, since, until } = session
  return (
    <li>
      <span>
        <strong>{device}</strong> {isThis && <Badge variant="success">This browser</Badge>}
      </span>
      <small>
        {place && `${place} · `}
        {method}
      </small>
      <small>
        Since <When at={since} />, until <When at={until} />
      </small>
      {!isThis && (
        <form method="post" action={paths.endSession}>
          <input type="hidden" name="change" value={change} />
          <button
            type="submit"
            class="outline small"
            name="id"
            value={id}
            aria-label={`Sign out ${device}${place && `, ${place}`}`}
          >
            Sign out
          </button>
        </form>
      )}
    </li>
  )
}

/** Where an account is signed in, for whoever signed in with the account itself. */
export const SessionsPage: FC<SessionsProps> = ({ account, sessions, told, change }) => (
  <Document title="Where you are signed in · Usher" class="card-page">
    <header>
      <Brand />
    </header>
    <main class="card">
      <h1>Where you are signed in</h1>
      {told && (
        <p role="status" class="told">
          {TOLD[told]}
        </p>
      )}
      <p>
        As <strong dir="auto">{account.address}</strong>. If you do not recognize one, sign it out and change
        your password.
      </p>
      <ul class="places sessions">
        {sessions.map((session) => (
          <Row session={session} change={change} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action={paths.endOtherSessions}>
          <input type="hidden" name="change" value={change} />
          <button type="submit" data-variant="danger">
            Sign out everywhere else
          </button>
        </form>
      )}
      <p class="other-way">
        <a href={paths.account()}>Your account</a>
      </p>
    </main>
  </Document>
)
