import { describe, expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../src/rules/languages'
import { type Phrase, plain } from '../../src/rules/pieces'
import { problemWords, roleWords, wordsIn } from '../../src/rules/words'

/** Stands for whatever a sentence is given, and says in it which that was. */
const given = (name: string): unknown =>
  new Proxy(
    {},
    {
      get: (_, property) =>
        property === Symbol.toPrimitive ? () => `⟦${name}⟧` : given(`${name}.${String(property)}`),
    },
  )

const said = (value: unknown): string =>
  Array.isArray(value) ? plain(value as Phrase) : typeof value === 'string' ? value : String(value)

/** Every sentence of a catalogue by its place, with what it is given in brackets. */
const sentences = (value: unknown, place: string): [string, string][] => {
  if (typeof value === 'function') {
    const call = value as (...input: unknown[]) => unknown
    return [[place, said(call(...Array.from({ length: call.length }, (_, at) => given(String(at)))))]]
  }
  if (typeof value !== 'object' || value === null) return [[place, said(value)]]
  return Object.entries(value).flatMap(([name, inner]) =>
    sentences(inner, place === '' ? name : `${place}.${name}`),
  )
}
const catalogue = (language: Language) => new Map(sentences(wordsIn(language), ''))
const ENGLISH = catalogue('en')
const OTHERS = LANGUAGES.filter((language) => language !== 'en')

/** Words that two languages share. */
const SAME: Partial<Record<Language, readonly string[]>> = {
  de: ['roles.admin', 'lead', 'accept.teams', 'account.page.names'],
  es: ['lead'],
  pt: ['lead'],
}

const givenIn = (text = ''): string[] => [...new Set(text.match(/⟦[^⟧]*⟧/g) ?? [])].sort()
const ourWords = (text: string) => text.replace(/⟦[^⟧]*⟧/g, 'X')

test('there is something to say, in every language the same things', () => {
  expect(ENGLISH.size).toBeGreaterThan(100)
  for (const language of OTHERS)
    expect([...catalogue(language).keys()].sort(), language).toEqual([...ENGLISH.keys()].sort())
})

describe.each(OTHERS)('in %s', (language) => {
  const words = catalogue(language)

  test('nothing is left in English', () => {
    const left = [...words].filter(([place, text]) => text === ENGLISH.get(place)).map(([place]) => place)
    expect(left).toEqual((SAME[language] ?? []).filter((place) => words.get(place) === ENGLISH.get(place)))
  })

  test('every sentence says what it is given, as the English one does', () => {
    for (const [place, text] of words) {
      // Which name of an account is said is decided by what it belongs to, in every language alike.
      expect(givenIn(text), `${place}: ${text}`).toEqual(givenIn(ENGLISH.get(place)))
    }
  })
})

test.each(LANGUAGES)('%s is set as its books are', (language) => {
  for (const [place, marked] of catalogue(language)) {
    const text = ourWords(marked)
    expect(text, place).not.toMatch(/['"]|\.\.\.| {2}|^\s|\s$|undefined|\[object/)
    if (language === 'fr') expect(text, place).not.toMatch(/[^\u00a0\u202f][:;?!»]|«[^\u00a0\u202f]/)
    if (language === 'es')
      expect((text.match(/\?/g) ?? []).length, place).toBe((text.match(/¿/g) ?? []).length)
    if (language === 'ja') expect(text, place).not.toMatch(/[,;:?!]|\.(?!\w)|[。、] /)
  }
})

test.each([
  ['de', /(?<!\p{L})(du|dich|dir|deine?[mnrs]?|euch|eure?)(?!\p{L})/iu],
  ['fr', /(?<!\p{L})(tu|toi|ton|tes|ta)(?!\p{L})/iu],
  ['es', /(?<!\p{L})(tú|tu|tus|ti|contigo|vosotros|vuestr\p{L}+)(?!\p{L})/iu],
  ['pt', /(?<!\p{L})(tu|teu|tua|ti|contigo|vós)(?!\p{L})/iu],
  ['ja', /(だ|である)。|あなた/],
] as const)('%s is polite', (language, familiar) => {
  for (const [place, text] of catalogue(language)) expect(ourWords(text), place).not.toMatch(familiar)
})

test.each([
  ['en', 'a minute', '2 minutes'],
  ['de', 'einer Minute', '2 Minuten'],
  ['fr', 'une minute', '2 minutes'],
  ['es', 'un minuto', '2 minutos'],
  ['pt', 'um minuto', '2 minutos'],
  ['ja', '1分', '2分'],
] as const)('%s counts one and two', (language, one, two) => {
  const { wait, account } = wordsIn(language)
  for (const say of [wait, account.wait]) {
    expect(say(1)).toContain(one)
    expect(say(2)).toContain(two)
  }
  const { teams } = wordsIn(language).accept
  if (language !== 'ja') expect(plain(teams('A', true))).not.toBe(plain(teams('A', false)))
})

test('the built-in roles have names in every language, an organization’s own keep theirs', () => {
  expect(LANGUAGES.map((language) => roleWords('viewer', wordsIn(language)))).toEqual([
    'Viewer',
    'Betrachter',
    'lecteur',
    'lector',
    'leitor',
    '閲覧者',
  ])
  for (const name of ['Field & Sales', 'constructor', '__proto__'])
    expect(LANGUAGES.map((language) => roleWords(name, wordsIn(language)))).toEqual(LANGUAGES.map(() => name))
})

test('an offer names a role or none', () => {
  for (const language of LANGUAGES) {
    const { offer } = wordsIn(language)
    const names = { inviter: 'Ada', organization: 'Acme' }
    const without = plain(offer({ ...names, role: null }))
    expect(without).toContain('Ada')
    expect(without).toContain('Acme')
    expect(without).not.toContain('null')
    expect(plain(offer({ ...names, role: 'Pilot' }))).toContain('Pilot')
  }
})

test('French elides before a role that begins with a vowel', () => {
  const { offer, roles } = wordsIn('fr')
  const offered = (role: string) => plain(offer({ inviter: 'Ada', organization: 'Acme', role }))
  expect(offered(roles.admin)).toContain('Acme en tant qu’administrateur.')
  expect(offered(roles.member)).toContain('Acme en tant que membre.')
})

test('what is wrong with a field is said in the language of the page', () => {
  const problems = { password: 'password_too_short', name: { waitMinutes: 3 } } as const
  expect(problemWords(problems, wordsIn('de'))).toEqual({
    password: 'Verwenden Sie mindestens 8 Zeichen.',
    name: wordsIn('de').wait(3),
  })
})
