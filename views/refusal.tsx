import type { FC } from 'hono/jsx'
import type { RefusalWords } from '../src/rules/refusals'
import { CardPage } from './document'
import type { Way } from './parts'

type Props = { words: RefusalWords; ways: readonly Way[] }

/** A refusal as a page of its own: what, why, and the ways on. */
export const RefusalPage: FC<Props> = ({ words, ways }) => (
  <CardPage title={words.title}>
    <h1>{words.title}</h1>
    <p>{words.detail}</p>
    <p>{words.remedy}</p>
    {ways.map(({ href, label }, index) => (
      <p>
        <a class={index === 0 ? 'button' : 'button outline'} href={href}>
          {label}
        </a>
      </p>
    ))}
  </CardPage>
)
