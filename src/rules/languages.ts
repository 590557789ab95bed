/** The languages that invitees read, by their BCP 47 tags; the console speaks English. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

export const isLanguage = (text: string): text is Language => LANGUAGES.some((language) => language === text)

/** What each is called by those who speak it. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  ja: '日本語',
}

/** Those in which a person's last name is asked for before the first. */
export const FAMILY_NAME_FIRST: readonly Language[] = ['ja']

/** The language that was written down, or English where it is none of ours, as in an older mail. */
export const languageOf = (tag: string | null | undefined): Language => (tag && isLanguage(tag) ? tag : 'en')

/** The most languages of a header that are looked at. */
const MOST_RANGES = 50

/**
 * What a browser asks for of ours, by its Accept-Language (RFC 9110, 12.5.4), or null. `pt-BR` is served by `pt`;
 * of equal weights the first wins, and what is refused (`q=0`), is `*` or is malformed counts for nothing.
 */
export const preferredLanguage = (header: string | null | undefined): Language | null => {
  let best: { language: Language; weight: number } | null = null
  for (const range of (header ?? '').split(',', MOST_RANGES)) {
    const [, tag = '', quality = '1'] =
      /^\s*([a-z]{1,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(range) ??
      []
    const language = tag.split('-')[0]?.toLowerCase() ?? ''
    const weight = Number(quality)
    if (isLanguage(language) && weight > (best?.weight ?? 0)) best = { language, weight }
  }
  return best?.language ?? null
}
