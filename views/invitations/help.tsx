import type { FC } from 'hono/jsx'
import type { Trouble } from '../../src/rules/invitation-help'
import type { Bounce } from '../../src/rules/lifecycle'

const TITLES: Record<Trouble, string> = {
  unopened: 'They say they never received it?',
  bounced: 'The mail came back',
  complained: 'The mail was reported as spam',
  failed: 'The mail could not be sent',
}

export type HelpProps = {
  trouble: Trouble
  bounce: Bounce | null
  typedAddress: string
  /** The address that the mail is from. */
  sender: string
  /** Where whoever looks sees how mail is doing at all, or null. */
  healthHref: string | null
  /** Whom to turn to, or null. */
  supportUrl: string | null
}

const Second: FC<Pick<HelpProps, 'trouble' | 'bounce' | 'sender'>> = ({ trouble, bounce, sender }) => {
  switch (trouble) {
    case 'unopened':
      return (
        <li>
          Have them look in spam, junk and other folders for a mail from <strong>{sender}</strong>.
        </li>
      )
    case 'bounced':
      return bounce === 'soft' ? (
        <li>If it is right, their mailbox may be full or busy: resend the invitation later.</li>
      ) : (
        <li>If it is right, their mail server does not know it: ask them for another address.</li>
      )
    case 'complained':
      return (
        <li>
          Ask them in another way whether they want it. If it was a mistake, have them mark the mail from{' '}
          <strong>{sender}</strong> as no spam, then resend.
        </li>
      )
    case 'failed':
      return <li>Resend the invitation: what stood in the way may be over.</li>
  }
}

/** What to do about a mail that did not get through, or of which nobody knows: first what one can see to oneself. */
export const Help: FC<HelpProps> = ({ typedAddress, healthHref, supportUrl, ...props }) => (
  <section
    class="help"
    data-variant={props.trouble === 'unopened' ? undefined : 'warning'}
    aria-labelledby="help"
  >
    <h2 id="help">{TITLES[props.trouble]}</h2>
    <ol>
      <li>
        Check the address: <strong>{typedAddress}</strong>. If it is mistyped, revoke this invitation and
        invite the right one.
      </li>
      <Second {...props} />
      {healthHref && props.trouble === 'failed' && (
        <li>
          See in <a href={healthHref}>Settings › Email</a> whether mail works at all, and what mends it.
        </li>
      )}
      <li>
        {props.trouble === 'unopened' ? 'Still nothing? Resend it once; then ' : 'If that does not help, '}
        {supportUrl ? (
          <a href={supportUrl}>contact support</a>
        ) : (
          'ask whoever runs Usher for you, who can see what became of the mail'
        )}
        .
      </li>
    </ol>
  </section>
)
