/** The languages that invitees read, by their BCP 47 tags; the console speaks English. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

export const isLanguage = (text: string): text is Language => LANGUAGES.some((language) => language === text)
