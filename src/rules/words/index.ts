import type { Language } from '../languages'
import { roleName } from '../permissions'
import type { Problems } from '../problems'
import { de } from './de'
import { en } from './en'
import { es } from './es'
import { fr } from './fr'
import { ja } from './ja'
import { pt } from './pt'

/** Everything that invitees read, in one language; English says what there is to say. */
export type Words = typeof en

const WORDS: Record<Language, Words> = { en, de, fr, es, pt, ja }

export const wordsIn = (language: Language): Words => WORDS[language]

/** What a role is called by what was written down of it: a built-in one's key, or an organization's own name for it. */
export const roleWords = (label: string, { roles }: Words): string =>
  Object.entries(roles).find(([key]) => key === label)?.[1] ?? roleName(label)

/** Field name to what is wrong with it, in words. */
export const problemWords = (problems: Problems, words: Words): Record<string, string> =>
  Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [
      field,
      typeof problem === 'string' ? words.problems[problem] : words.wait(problem.waitMinutes),
    ]),
  )
