import type { FC } from 'hono/jsx'
import type { OidcFault } from '../../src/rules/oidc'
import { CardPage } from '../document'

/** What somebody who wanted in can do about it; the rest is for whoever configures it. */
const WORDS: Record<'away' | 'declined' | 'stale' | 'wrong', { title: string; text: string }> = {
  away: {
    title: 'The identity provider does not answer',
    text: 'It could not be reached just now. Try again in a few minutes.',
  },
  declined: {
    title: 'Not signed in',
    text: 'The identity provider signed nobody in. Try again, with an account that may use it.',
  },
  stale: {
    title: 'Sign in again',
    text: 'The identity provider no longer stands by its answer, which was used already or took too long.',
  },
  wrong: {
    title: 'Single sign-on does not work',
    text: 'The identity provider gave an answer that cannot be trusted, so nobody was signed in. An admin of the organization can test the connection under Settings › Sign-in.',
  },
}

const wordsOf = (code: OidcFault['code']) => {
  if (code === 'unreachable') return WORDS.away
  if (code === 'declined') return WORDS.declined
  return code === 'answer_stale' ? WORDS.stale : WORDS.wrong
}

type Props = { organization: string; code: OidcFault['code']; again: string }

export const SsoFailedPage: FC<Props> = ({ organization, code, again }) => {
  const { title, text } = wordsOf(code)
  return (
    <CardPage title={title}>
      <h1>{title}</h1>
      <p>
        You were signing in to <strong>{organization}</strong>. {text}
      </p>
      <p>
        <a class="button" href={again}>
          Back to sign-in
        </a>
      </p>
    </CardPage>
  )
}
