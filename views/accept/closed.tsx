import type { Child, FC } from 'hono/jsx'
import type { AcceptProps } from './props'

const HEADINGS = {
  unknown: 'Invalid link',
  invalid: 'Invalid token',
  expired: 'Invitation expired',
  revoked: 'Invitation revoked',
  replaced: 'Invitation replaced',
  used: 'Invitation already used',
  declined: 'Invitation declined',
} as const

type Shown = keyof typeof HEADINGS

/** A link that no longer accepts: what became of it, and whom to ask. */
export const Closed: FC<
  { shown: Shown; own: boolean } & Pick<AcceptProps, 'facts' | 'landing' | 'signIn'>
> = (props) => {
  const { shown, own, facts, landing, signIn } = props
  const invalid = (
    <p>
      This link is not one of ours, or part of it is missing. Use the link in the most recent mail, or ask
      whoever invited you for a new invitation.
    </p>
  )
  const words: Record<Shown, Child> = {
    unknown: invalid,
    invalid: (
      <p>
        This link does not work any more. Use the link in the <strong>most recent mail</strong>, or ask
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
