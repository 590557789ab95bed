import type { Language } from './languages'

const DAY_PARTS = { year: 'numeric', month: 'short', day: 'numeric' } as const
const TIME_PARTS = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const EXACT_PARTS = { ...DAY_PARTS, ...TIME_PARTS, timeZoneName: 'short' } as const

/** Where a language is written in several ways, the one that most read. */
const LOCALES: Record<Language, string> = { en: 'en-US', de: 'de', fr: 'fr', es: 'es', pt: 'pt-BR', ja: 'ja' }

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (
  parts: typeof DAY_PARTS | typeof TIME_PARTS | typeof EXACT_PARTS,
  kind: string,
  timeZone: string,
  language: Language,
): Intl.DateTimeFormat => {
  const key = `${kind} ${timeZone} ${language}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat(LOCALES[language], { ...parts, timeZone })
  formats.set(key, format)
  return format
}

/** `Mar 1, 2026`, of a moment in ms, in an IANA time zone. */
export const dayWords = (ms: number, timeZone = 'UTC', language: Language = 'en'): string =>
  formatOf(DAY_PARTS, 'day', timeZone, language).format(ms)

/** `Mar 1, 2026, 14:05 UTC`, or `…, 15:05 GMT+1` elsewhere. */
export const exactWords = (ms: number, timeZone = 'UTC', language: Language = 'en'): string =>
  formatOf(EXACT_PARTS, 'exact', timeZone, language).format(ms)

/** `14:05`. */
export const timeWords = (ms: number, timeZone = 'UTC'): string =>
  formatOf(TIME_PARTS, 'time', timeZone, 'en').format(ms)

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
