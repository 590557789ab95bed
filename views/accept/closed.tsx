import type { FC } from 'hono/jsx'
import type { LinkEnd } from '../../src/rules/lifecycle'
import { wordsIn } from '../../src/rules/words'
import { Said } from '../said'
import type { AcceptProps } from './props'

type Props = { shown: LinkEnd | 'invalid' | 'unknown'; own: boolean } & Pick<
  AcceptProps,
  'facts' | 'landing' | 'signIn' | 'language'
>

/** A link that no longer accepts: what became of it, and whom to ask. */
export const Closed: FC<Props> = ({ shown, own, facts, landing, signIn, language }) => {
  const { accept } = wordsIn(language)
  const { heading, text } = accept.closed[shown]
  const { inviter, organization } = facts ?? { inviter: '', organization: '' }
  return (
    <>
      <h1>{heading}</h1>
      <p>
        <Said phrase={text({ inviter, organization })} />
      </p>
      {shown === 'used' && (
        <p>
          <a class="button" href={own ? landing : signIn}>
            {own ? accept.continue : accept.signIn}
          </a>
        </p>
      )}
    </>
  )
}
