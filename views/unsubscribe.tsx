import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import type { Language } from '../src/rules/languages'
import { wordsIn } from '../src/rules/words'
import { CardPage } from './document'
import { Said } from './said'

type Props = {
  language: Language
  token: string
  /** Null for a link that is none of ours. */
  link: { organization: string; typedAddress: string; unsubscribed: boolean } | null
  /** What was just done, or null where somebody only looks. */
  done: 'unsubscribed' | 'resubscribed' | null
}

/** The link in the foot of a reminder: looking changes nothing, a press does, and another takes it back. */
export const UnsubscribePage: FC<Props> = ({ language, token, link, done }) => {
  const words = wordsIn(language).unsubscribe
  if (!link)
    return (
      <CardPage title={words.title} language={language}>
        <h1>{words.invalid.heading}</h1>
        <p>{words.invalid.text}</p>
      </CardPage>
    )
  const { organization, typedAddress: address, unsubscribed } = link
  const { button, text, heading } = unsubscribed
    ? { ...words.done, heading: words.done.heading }
    : { ...words.ask, heading: words.ask.heading(organization) }
  return (
    <CardPage title={words.title} language={language}>
      <h1>{heading}</h1>
      {done === 'resubscribed' && !unsubscribed && (
        <p role="status">
          <Said phrase={words.undone(organization)} />
        </p>
      )}
      <p role={done === 'unsubscribed' && unsubscribed ? 'status' : undefined}>
        <Said phrase={text({ address, organization })} />
      </p>
      <form method="post" action={paths.unsubscribe(token)}>
        {unsubscribed && <input type="hidden" name="wanted" value="yes" />}
        <button type="submit" class={unsubscribed ? 'outline' : undefined}>
          {button}
        </button>
      </form>
    </CardPage>
  )
}
