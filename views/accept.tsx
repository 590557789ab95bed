import type { Child, FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { LinkState } from '../src/rules/acceptance'
import type { NameFields } from '../src/rules/names'
import { roleName } from '../src/rules/permissions'
import type { FieldErrors } from '../src/rules/refusals'
import { Brand, Document } from './document'
import { FormError, Input, When } from './parts'

export type Facts = {
  organization: string
  slug: string
  nameFields: NameFields
  typedAddress: string
  role: string
  roleShown: number
  inviter: string
  expiresAt: number
}

export type AcceptProps = {
  token: string
  state: LinkState
  facts: Facts | null
  viewer: { typedAddress: string } | null
  values: { name: string; firstName: string; lastName: string }
  errors: FieldErrors
  change: string
  /** Where a member goes from here, with a notice where it is a page of ours. */
  landing: string
  signIn: string
}

const HEADINGS = {
  invalid: 'Invalid link',
  expired: 'Invitation expired',
  revoked: 'Invitation revoked',
  replaced: 'Invitation replaced',
  used: 'Invitation already used',
  declined: 'Invitation declined',
} as const

type Shown = keyof typeof HEADINGS

const Closed: FC<{ shown: Shown; own: boolean } & Pick<AcceptProps, 'facts' | 'landing' | 'signIn'>> = (
  props,
) => {
  const { shown, own, facts, landing, signIn } = props
  const words: Record<Shown, Child> = {
    invalid: (
      <p>
        This link is not one of ours, or part of it is missing. Use the link in the most recent mail, or ask
        whoever invited you for a new invitation.
      </p>
    ),
    expired: facts && (
      <p>
        The invitation to <strong>{facts.organization}</strong> has run out. Ask{' '}
        <strong>{facts.inviter}</strong> for a new one.
      </p>
    ),
    revoked: facts && (
      <p>
        The invitation to <strong>{facts.organization}</strong> was taken back. If that is a surprise, ask{' '}
        <strong>{facts.inviter}</strong>.
      </p>
    ),
    replaced: (
      <p>
        A newer mail was sent to you since. Use the link in the <strong>most recent mail</strong>.
      </p>
    ),
    used: facts && (
      <p>
        This invitation to <strong>{facts.organization}</strong> has been accepted. There is nothing left to
        do but sign in.
      </p>
    ),
    declined: facts && (
      <p>
        You declined to join <strong>{facts.organization}</strong>. If you change your mind, ask{' '}
        <strong>{facts.inviter}</strong> for a new invitation.
      </p>
    ),
  }
  return (
    <>
      <h1>{HEADINGS[shown]}</h1>
      {words[shown]}
      {shown === 'used' && (
        <p>
          <a class="button" href={own ? landing : signIn}>
            {own ? 'Continue' : 'Sign in'}
          </a>
        </p>
      )}
    </>
  )
}

const Blocked: FC<{ heading: string; children?: Child }> = ({ heading, children }) => (
  <>
    <h1>{heading}</h1>
    <p>{children}</p>
  </>
)

const Offer: FC<{ facts: Facts }> = ({ facts }) => (
  <>
    <h1>Accept invitation</h1>
    <p class="offer">
      <strong>{facts.inviter}</strong> invites you to join <strong>{facts.organization}</strong>
      {facts.roleShown ? (
        <>
          {' '}
          as <strong>{roleName(facts.role)}</strong>
        </>
      ) : null}
      .
    </p>
  </>
)

const Names: FC<{ fields: NameFields; values: AcceptProps['values']; errors: FieldErrors }> = ({
  fields,
  values,
  errors,
}) => {
  if (fields === 'none') return null
  if (fields === 'single') {
    return (
      <Input
        name="name"
        label="Your name"
        value={values.name}
        errors={errors}
        autocomplete="name"
        required
        autofocus
        maxlength={100}
      />
    )
  }
  return (
    <div class="pair">
      <Input
        name="firstName"
        label="First name"
        value={values.firstName}
        errors={errors}
        autocomplete="given-name"
        required
        autofocus
        maxlength={100}
      />
      <Input
        name="lastName"
        label="Last name"
        value={values.lastName}
        errors={errors}
        autocomplete="family-name"
        required
        maxlength={100}
      />
    </div>
  )
}

const Address: FC<{ address: string }> = ({ address }) => (
  <div data-field="">
    <label for="field-address">Email address</label>
    <input type="email" id="field-address" value={address} readonly autocomplete="username" />
  </div>
)

const Hidden: FC<{ token: string; change: string; way?: string }> = ({ token, change, way }) => (
  <>
    <input type="hidden" name="token" value={token} />
    <input type="hidden" name="change" value={change} />
    {way && <input type="hidden" name="way" value={way} />}
  </>
)

const Decline: FC<{ token: string; change: string }> = ({ token, change }) => (
  <details class="decline">
    <summary>Don’t want to join?</summary>
    <form method="post" action={paths.declineInvitation}>
      <Hidden token={token} change={change} />
      <p>Declining ends this invitation. Whoever invited you will see it.</p>
      <button type="submit" class="outline" data-variant="danger">
        Decline invitation
      </button>
    </form>
  </details>
)

const Open: FC<AcceptProps & { facts: Facts; way: 'new' | 'sign_in' | 'join' }> = ({
  facts,
  way,
  ...props
}) => {
  const { token, change, values, errors } = props
  return (
    <>
      <Offer facts={facts} />
      <form method="post" action={paths.acceptInvitation()}>
        <Hidden token={token} change={change} way={way} />
        <FormError message={errors.form} />
        {way === 'join' ? (
          <p>
            You are signed in as <strong>{facts.typedAddress}</strong>.
          </p>
        ) : (
          <Address address={facts.typedAddress} />
        )}
        {way === 'new' && (
          <>
            <Names fields={facts.nameFields} values={values} errors={errors} />
            <Input
              name="password"
              label="Choose a password"
              type="password"
              errors={errors}
              autocomplete="new-password"
              required
              minlength={8}
              hint="8 characters or more"
            />
            <Input
              name="confirmation"
              label="Repeat the password"
              type="password"
              errors={errors}
              autocomplete="new-password"
              required
            />
            <button type="submit" class="large">
              Accept & create account
            </button>
          </>
        )}
        {way === 'sign_in' && (
          <>
            <Input
              name="password"
              label="Your password"
              type="password"
              errors={errors}
              autocomplete="current-password"
              required
              autofocus
              hint="You have an account with this address already."
            />
            <button type="submit" class="large">
              Accept & sign in
            </button>
          </>
        )}
        {way === 'join' && (
          <button type="submit" class="large" autofocus>
            Accept & join {facts.organization}
          </button>
        )}
      </form>
      <p class="until">
        Open until <When at={facts.expiresAt} />.
      </p>
      <Decline token={token} change={change} />
    </>
  )
}

const WrongAccount: FC<AcceptProps & { facts: Facts }> = ({ facts, viewer, token }) => (
  <>
    <Offer facts={facts} />
    <p>
      This invitation is for <strong>{facts.typedAddress}</strong>, but you are signed in as{' '}
      <strong>{viewer?.typedAddress}</strong>.
    </p>
    <form method="post" action={paths.signOut}>
      <input type="hidden" name="token" value={token} />
      <button type="submit" class="large">
        Switch account
      </button>
    </form>
  </>
)

/** What a link shows once the database has answered: the right form, or why there is none. */
export const AcceptMain: FC<AcceptProps> = (props) => {
  const { state, facts } = props
  const content = (): Child => {
    if (!facts || state.kind === 'invalid') return <Closed {...props} shown="invalid" own={false} />
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
    <main class="card" data-verdict={state.kind === 'closed' ? state.shown : state.kind}>
      {forwards && <meta http-equiv="refresh" content={`0;url=${props.landing}`} />}
      {content()}
    </main>
  )
}

export type Hint = { organization: string; inviter: string }

/** Where the streamed page is cut: what stands before it is painted without a trip to the database. */
export const CUT = '<!--cut-->'

/** The first paint of a link: who invites where, if that is known already. It goes as soon as `main` arrives. */
export const AcceptShell: FC<{ hint: Hint | null; children?: Child }> = ({ hint, children }) => (
  <Document title={hint ? `Invitation to ${hint.organization}` : 'Invitation'} class="card-page">
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

/** The page of a link in one piece, after a form was sent. */
export const AcceptPage: FC<AcceptProps> = (props) => (
  <Document
    title={props.facts ? `Invitation to ${props.facts.organization}` : 'Invitation'}
    class="card-page"
  >
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
