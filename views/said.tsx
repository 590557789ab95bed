import type { FC } from 'hono/jsx'
import type { Phrase } from '../src/rules/pieces'

/** A sentence of the catalogue; a name in it stands out and keeps its own direction of writing. */
export const Said: FC<{ phrase: Phrase }> = ({ phrase }) => (
  <>{phrase.map((piece) => (typeof piece === 'string' ? piece : <strong dir="auto">{piece.text}</strong>))}</>
)
