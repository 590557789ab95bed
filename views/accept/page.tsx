import type { Child, FC } from 'hono/jsx'
import { paths } from '../../src/paths'
import type { Language } from '../../src/rules/languages'
import type { Phrase } from '../../src/rules/pieces'
import { wordsIn } from '../../src/rules/words'
import { Brand, CardPage, Document } from '../document'
import { TimeZone } from '../parts'
import { Said } from '../said'
import { Closed } from './closed'
import { Open, WrongAccount } from './form'
import type { AcceptProps } from './props'
import { Mismatch } from './sso'

const Blocked: FC<{ heading: string; text: Phrase }> = ({ heading, text }) => (
  <>
    <h1>{heading}</h1>
    <p>
      <Said phrase={text} />
    </p>
  </>
)

/** Whether the link's invitation is still pending, so that somebody opening it is worth noting. */
const isLive = ({ state, facts }: AcceptProps): boolean =>
  facts !== null && state.kind !== 'invalid' && state.kind !== 'closed'

/** What a link shows once the database has answered: the right form, or why there is none. */
export const AcceptMain: FC<AcceptProps> = (props) => {
  const { state, facts, language } = props
  const { accept } = wordsIn(language)
  const content = (): Child => {
    if (!facts || state.kind === 'invalid') return <Closed {...props} shown="unknown" own={false} />
    switch (state.kind) {
      case 'closed':
        return <Closed {...props} shown={state.shown} own={state.own} />
      case 'open':
      case 'sso_required':
        return <Open {...props} facts={facts} open={state} />
      case 'sso_mismatch':
        return <Mismatch {...props} facts={facts} why={state.why} passwordToo={state.passwordToo} />
      case 'wrong_account':
        return <WrongAccount {...props} facts={facts} />
      case 'inviter_lost_authority':
        return <Blocked heading={accept.inviterLost.heading} text={accept.inviterLost.text(facts)} />
      case 'no_seat_left':
        return <Blocked heading={accept.noSeat.heading} text={accept.noSeat.text(facts)} />
      case 'member_inactive':
        return <Blocked heading={accept.inactive.heading} text={accept.inactive.text(facts)} />
      case 'already_member':
        return (
          <>
            <Blocked
              heading={accept.alreadyMember.heading}
              text={accept.alreadyMember.text(facts.organization)}
            />
            <p>
              <a class="button" href={state.own ? props.landing : props.signIn}>
                {state.own ? accept.continue : accept.signIn}
              </a>
            </p>
          </>
        )
    }
  }
  const forwards = state.kind === 'closed' && state.own && props.landing.startsWith('/')
  return (
    <TimeZone.Provider value={facts?.timeZone ?? 'UTC'}>
      <main class="card" lang={language} data-verdict={state.kind === 'closed' ? state.shown : state.kind}>
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

type ShellProps = { hint: Hint | null; language: Language; children?: Child }

/** The first paint of a link: who invites where, if that is known already. It goes as soon as `main` arrives. */
export const AcceptShell: FC<ShellProps> = ({ hint, language, children }) => {
  const words = wordsIn(language)
  return (
    <Document
      title={words.accept.title(hint?.organization ?? null)}
      language={language}
      class="card-page"
      light
    >
      <header>
        <Brand />
      </header>
      <div class="card opening" aria-busy="true">
        {hint ? (
          <p class="offer">
            <Said phrase={words.offer({ ...hint, role: null })} />
          </p>
        ) : null}
        <p class="checking">{words.accept.checking}</p>
      </div>
      {children}
    </Document>
  )
}

/** A link that is invalid, or that the organization wants called so, does not name it. */
const titleOf = ({ state, facts, language }: AcceptProps): string => {
  const shown = state.kind === 'closed' ? state.shown : state.kind
  return wordsIn(language).accept.title(facts && shown !== 'invalid' ? facts.organization : null)
}

/** The page of a link in one piece, after a form was sent. */
export const AcceptPage: FC<AcceptProps> = (props) => (
  <Document title={titleOf(props)} language={props.language} class="card-page" light>
    <header>
      <Brand />
    </header>
    <AcceptMain {...props} />
  </Document>
)

/** When the database does not answer: nothing is lost, and the reference is in the log. */
export const AcceptUnavailable: FC<{ reference: string; language: Language }> = (props) => {
  const { heading, text, reference } = wordsIn(props.language).accept.unavailable
  return (
    <main class="card" lang={props.language} data-verdict="unavailable">
      <h1>{heading}</h1>
      <p>{text}</p>
      <p>
        <small>{reference(props.reference)}</small>
      </p>
    </main>
  )
}

/** The same after a form was sent: loading it again presses the same press. */
export const AcceptFailed: FC<{ reference: string; language: Language }> = (props) => (
  <Document
    title={wordsIn(props.language).accept.title(null)}
    class="card-page"
    language={props.language}
    light
  >
    <header>
      <Brand />
    </header>
    <AcceptUnavailable {...props} />
  </Document>
)

/** Nobody may try as often as that; the invitation is as it was. */
export const AcceptBurst: FC<{ language: Language; minutes: number }> = ({ language, minutes }) => {
  const { accept, wait } = wordsIn(language)
  return (
    <CardPage title={accept.title(null)} language={language}>
      <h1>{accept.unavailable.heading}</h1>
      <p>{wait(minutes)}</p>
    </CardPage>
  )
}
