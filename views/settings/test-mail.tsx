import type { FC } from 'hono/jsx'
import { paths } from '../../src/paths'

export type TestOutcome =
  | { kind: 'accepted'; id: string | null }
  | { kind: 'refused'; answer: string }
  | { kind: 'kept' | 'limited' | 'repeated' }

type AnswerProps = { outcome: TestOutcome | null; provider: string; perHour: number }

const ANSWERED = {
  kept: 'No mail was sent: in development none leaves this machine.',
  repeated: 'This one was sent already. Open the page anew to send another.',
} as const

/** The provider's own answer, in place. */
const TestAnswer: FC<AnswerProps> = ({ outcome, provider, perHour }) => {
  if (!outcome) return null
  switch (outcome.kind) {
    case 'accepted':
      return (
        <div role="alert" data-variant="success">
          {provider} took it
          {outcome.id ? (
            <>
              {' '}
              as <code>{outcome.id}</code>
            </>
          ) : (
            ''
          )}
          . Look at your inbox, and in spam.
        </div>
      )
    case 'refused':
      return (
        <div role="alert" data-variant="danger">
          {provider} did not take it: {outcome.answer}
        </div>
      )
    case 'limited':
      return (
        <div role="alert" data-variant="warning">
          You have sent {perHour} in an hour, which is as many as there are. Try again later.
        </div>
      )
    default:
      return (
        <div role="alert" data-variant="warning">
          {ANSWERED[outcome.kind]}
        </div>
      )
  }
}

export type TestProps = AnswerProps & { slug: string; to: string; change: string }

/** One mail to oneself, with nothing in between. */
export const TestMail: FC<TestProps> = ({ slug, to, change, ...answer }) => {
  const action = paths.testMail(slug)
  return (
    <section id="test-mail" class="card test-mail" aria-labelledby="test-mail-title">
      <h2 id="test-mail-title">Send a test mail</h2>
      <p>
        To <strong>{to}</strong>, through {answer.provider}. You see its own answer here.
      </p>
      <form method="post" action={action} hx-post={action} hx-target="#test-mail" hx-sync="this:drop">
        <input type="hidden" name="change" value={change} />
        <button type="submit" class="outline">
          Send a test mail
        </button>
      </form>
      <TestAnswer {...answer} />
    </section>
  )
}
