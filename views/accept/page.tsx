import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import { Brand, Document } from '../document'
import { TimeZone } from '../parts'
import { Closed } from './closed'
import { Open, WrongAccount } from './form'
import type { AcceptProps } from './props'

const Blocked: FC<{ heading: string; children?: Child }> = ({ heading, children }) => (
  <>
    <h1>{heading}</h1>
    <p>{children}</p>
  </>
)

/** Whether the link's invitation is still pending, so that somebody opening it is worth noting. */
const isLive = ({ state, facts }: AcceptProps): boolean =>
  facts !== null && state.kind !== 'invalid' && state.kind !== 'closed'

/** What a link shows once the database has answered: the right form, or why there is none. */
export const AcceptMain: FC<AcceptProps> = (props) => {
  const { state, facts } = props
  const content = (): Child => {
    if (!facts || state.kind === 'invalid') return <Closed {...props} shown="unknown" own={false} />
    switch (state.kind) {
      case 'closed':
        return <Closed {...props} shown={state.shown} own={state.own} />
      case 'open':
        return <Open {...props} facts={facts} way={state.way} />
      case 'wrong_account':
        return <WrongAccount {...props} facts={facts} />
      case 'no_seat_left':
        return (
          <Blocked heading="No seat left">
            {facts.organization} has no free seat at the moment. Ask <strong>{facts.inviter}</strong> to free
            one; your invitation stays as it is.
          </Blocked>
        )
      case 'member_inactive':
        return (
          <Blocked heading="Your membership is inactive">
            You were a member of {facts.organization}. Ask <strong>{facts.inviter}</strong> or another admin
            to reactivate you.
          </Blocked>
        )
      case 'already_member':
        return (
          <>
            <h1>You are a member already</h1>
            <p>There is nothing to accept: you belong to {facts.organization}.</p>
            <p>
              <a class="button" href={state.own ? props.landing : props.signIn}>
                {state.own ? 'Continue' : 'Sign in'}
              </a>
            </p>
          </>
        )
    }
  }
  const forwards = state.kind === 'closed' && state.own && props.landing.startsWith('/')
  return (
    <TimeZone.Provider value={facts?.timeZone ?? 'UTC'}>
      <main class="card" data-verdict={state.kind === 'closed' ? state.shown : state.kind}>
        {forwards && <meta http-equiv="refresh" content={`0;url=${props.landing}`} />}
        {content()}
        {isLive(props) && (
          <script src={paths.assets.acceptScript} defer data-to={paths.invitationOpened}></script>
        )}
      </main>
    </TimeZone.Provider>
  )
}

export type Hint = { organization: string; inviter: string }

/** Where the streamed page is cut: what stands before it is painted without a trip to the database. */
export const CUT = '<!--cut-->'

/** The first paint of a link: who invites where, if that is known already. It goes as soon as `main` arrives. */
export const AcceptShell: FC<{ hint: Hint | null; children?: Child }> = ({ hint, children }) => (
  <Document title={hint ? `Invitation to ${hint.organization}` : 'Invitation'} class="card-page" light>
    <header>
      <Brand />
    </header>
    <div class="card opening" aria-busy="true">
      {hint ? (
        <p class="offer">
          <strong>{hint.inviter}</strong> invites you to join <strong>{hint.organization}</strong>.
        </p>
      ) : null}
      <p class="checking">Looking up your invitation…</p>
    </div>
    {children}
  </Document>
)

/** A link that is invalid, or that the organization wants called so, does not name it. */
const titleOf = ({ state, facts }: AcceptProps): string => {
  const shown = state.kind === 'closed' ? state.shown : state.kind
  return facts && shown !== 'invalid' ? `Invitation to ${facts.organization}` : 'Invitation'
}

/** The page of a link in one piece, after a form was sent. */
export const AcceptPage: FC<AcceptProps> = (props) => (
  <Document title={titleOf(props)} class="card-page" light>
    <header>
      <Brand />
    </header>
    <AcceptMain {...props} />
  </Document>
)

/** When the database does not answer: nothing is lost, and the reference is in the log. */
export const AcceptUnavailable: FC<{ reference: string }> = ({ reference }) => (
  <main class="card" data-verdict="unavailable">
    <h1>Try again in a moment</h1>
    <p>We could not look up your invitation just now. It is safe: load this page again.</p>
    <p>
      <small>Reference: {reference}</small>
    </p>
  </main>
)
