import type { Child, FC } from 'hono/jsx'
import { CardPage } from '../document'
import { Address } from '../parts'

type Reason =
  | {
      reason: 'inactive' | 'unverified' | 'invited' | 'not_invited' | 'closed' | 'no_seat_left' | 'changed'
    }
  | { reason: 'denied'; message: string; remediation: string }

type Props = {
  organization: string
  /** As the identity provider has it; '' where it named none. */
  address: string
  refused: Reason
  /** Where to sign in there as somebody else. */
  again: string
  signIn: string
}

const Strong: FC<{ address: string }> = ({ address }) => (
  <strong>
    <Address typed={address} />
  </strong>
)

const wordsOf = ({
  organization,
  address,
  refused,
}: Props): { title: string; text: Child; remedy: Child } => {
  const name = <strong>{organization}</strong>
  const admin = 'Ask an admin of the organization'
  switch (refused.reason) {
    case 'unverified':
      return {
        title: 'This address is not confirmed',
        text: address ? (
          <>
            The identity provider of {name} names you as <Strong address={address} />, but does not say that
            this address is yours.
          </>
        ) : (
          <>The identity provider of {name} named no email address.</>
        ),
        remedy: 'Confirm the address there, then try again.',
      }
    case 'inactive':
      return {
        title: 'Your membership is inactive',
        text: <>You were a member of {name} and are not any more.</>,
        remedy: `${admin} to reactivate you.`,
      }
    case 'invited':
      return {
        title: 'You are invited',
        text: (
          <>
            There is an invitation to {name} for <Strong address={address} />.
          </>
        ),
        remedy: 'Open the link in its mail to accept it. From then on, single sign-on brings you in.',
      }
    case 'not_invited':
      return {
        title: 'You are not a member',
        text: (
          <>
            You signed in as {address ? <Strong address={address} /> : 'somebody'}, who is not a member of{' '}
            {name}.
          </>
        ),
        remedy: `${admin} to invite this address, or sign in there with another account.`,
      }
    case 'no_seat_left':
      return {
        title: 'No seat left',
        text: <>Every seat of {name} is taken, so nobody can join just now.</>,
        remedy: `${admin} to free a seat, then sign in again.`,
      }
    case 'denied':
      return { title: 'You cannot join', text: refused.message, remedy: refused.remediation }
    case 'closed':
      return {
        title: 'Single sign-on is switched off',
        text: <>{name} does not use it any more.</>,
        remedy: 'Sign in another way.',
      }
    case 'changed':
      return {
        title: 'Something changed meanwhile',
        text: <>Nobody was signed in to {name}.</>,
        remedy: 'Try again.',
      }
  }
}

/** Somebody was named by the organization's identity provider, and does not come in. */
export const SsoRefusedPage: FC<Props> = (props) => {
  const { title, text, remedy } = wordsOf(props)
  return (
    <CardPage title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>{remedy}</p>
      <p>
        <a class="button" href={props.again}>
          Use another account
        </a>
      </p>
      <p class="other-way">
        <a href={props.signIn}>Back to sign-in</a>
      </p>
    </CardPage>
  )
}
