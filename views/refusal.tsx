import type { FC } from 'hono/jsx'
import type { RefusalWords } from '../src/rules/refusals'
import { CardPage } from './document'

type Props = { words: RefusalWords; way: { href: string; label: string } }

/** A refusal as a page of its own: what, why, and the way on. */
export const RefusalPage: FC<Props> = ({ words, way }) => (
  <CardPage title={words.title}>
    <h1>{words.title}</h1>
    <p>{words.detail}</p>
    <p>{words.remedy}</p>
    <p>
      <a class="button" href={way.href}>
        {way.label}
      </a>
    </p>
  </CardPage>
)
