import { tidyName } from './names'
import { roleName } from './permissions'

/** A stretch of a sentence: our own words, or what somebody has written down, which may name the actor or the target. */
export type Piece = string | { text: string; of?: 'actor' | 'target' }
export type Phrase = readonly Piece[]

/** A sentence's words with what was written down between them. */
export const say = (words: TemplateStringsArray, ...values: readonly (Piece | Phrase)[]): Piece[] =>
  words.flatMap((word, at) => [word, ...[values[at] ?? []].flat()]).filter((piece) => piece !== '')

/** A name that stands out in a sentence, or words that do. */
export const stress = (text: string): Piece => ({ text })

/** The sentence where nothing can stand out: a subject, a title, a mail's text. */
export const plain = (phrase: Phrase): string =>
  phrase.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')

export type Fields = Record<string, unknown>

/** The fields of a detail; none where it is something else, as an older event's may be. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** What somebody has written down, harmless to read. */
export const text = (value: unknown): { text: string } | null =>
  typeof value === 'string' && tidyName(value) !== '' ? { text: tidyName(value) } : null

export const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

export const counted = (value: unknown, one: string): string[] =>
  count(value) > 0 ? [`${count(value)} ${one}${count(value) === 1 ? '' : 's'}`] : []

export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

export const listed = (phrases: readonly Phrase[]): Piece[] =>
  phrases.flatMap((phrase, at) => {
    if (at === 0) return phrase
    return [at === phrases.length - 1 ? ' and ' : ', ', ...phrase]
  })

/** How a value of a field is told; null for what cannot be told. */
export type Teller = (value: unknown) => Piece | Phrase | null

export const words: Teller = (value) => (value === '' || value === null ? 'none' : text(value))
export const role: Teller = (value) => {
  const label = text(value)
  return label && { text: roleName(label.text) }
}
export const names: Teller = (value) => {
  if (!Array.isArray(value)) return null
  const known = strings(value).flatMap((name) => text(name) ?? [])
  return known.length > 0 ? listed(known.map((name) => [name])) : 'none'
}
export const among =
  (known: Readonly<Record<string, string>>): Teller =>
  (value) => {
    const key = String(typeof value === 'boolean' ? Number(value) : value)
    return (Object.hasOwn(known, key) ? known[key] : null) ?? text(value)
  }

/** `role from Member to Admin`; no more than is known of it. */
export const change = (label: string, tell: Teller, after: unknown, before: unknown): Piece[] => {
  const [from, to] = [tell(before), tell(after)]
  if (to === null) return [label]
  return from === null ? say`${label} to ${to}` : say`${label} from ${from} to ${to}`
}

export type Told = readonly [field: string, label: string, tell: Teller]

/** What changed of the fields that can be told, one by one. */
export const changesOf = (detail: unknown, told: readonly Told[]): Phrase[] => {
  const fields = fieldsOf(detail)
  const before = fieldsOf(fields.before)
  return told
    .filter(([field]) => field in fields)
    .map(([field, label, tell]) => change(label, tell, fields[field], before[field]))
}

export const changes = (detail: unknown, told: readonly Told[]): Piece[] => listed(changesOf(detail, told))
