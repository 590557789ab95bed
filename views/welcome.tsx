import type { FC } from 'hono/jsx'
import type { Language } from '../src/rules/languages'
import { wordsIn } from '../src/rules/words'
import { CardPage } from './document'
import { Said } from './said'

type Props = { organization: string; landing: string; language: Language }

/** After accepting, where the organization's landing address is another site. */
export const WelcomePage: FC<Props> = ({ organization, landing, language }) => {
  const { accept } = wordsIn(language)
  const { title, heading, text } = accept.welcome
  return (
    <CardPage title={title} language={language}>
      <meta http-equiv="refresh" content={`0;url=${landing}`} />
      <h1>{heading}</h1>
      <p>
        <Said phrase={text({ organization, host: new URL(landing).host })} />
      </p>
      <p>
        <a class="button" href={landing}>
          {accept.continue}
        </a>
      </p>
    </CardPage>
  )
}
