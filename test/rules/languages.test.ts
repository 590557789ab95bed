import { describe, expect, test } from 'vitest'
import { LANGUAGES, languageOf, preferredLanguage } from '../../src/rules/languages'

describe('what a browser asks for of our languages', () => {
  test.each([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['pt-BR', 'pt'],
    ['zh-Hant-TW, fr;q=0.8', 'fr'],
    ['en;q=0.2, es;q=0.9, ja;q=0.5', 'es'],
    // As browsers send it: the first is meant most.
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    ['it, de;q=0.8, fr;q=0.8', 'de'],
    ['de;q=0, en;q=0.1', 'en'],
    ['de;q=0.001', 'de'],
    [' es ; q=0.5 , ja ; q=1.000 ', 'ja'],
    ['ja;Q=0.9,en;q=0.8', 'ja'],
  ])('%j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })

  test.each([
    [null],
    [undefined],
    [''],
    ['*'],
    ['it, nl;q=0.8'],
    ['de;q=0'],
    ['de;q=2'],
    ['de;q=1.5'],
    ['de;q=abc'],
    ['de;level=1'],
    ['deutsch'],
    ['d e'],
    ['english'],
    [';q=1'],
    [',,,'],
    ['__proto__, constructor'],
    ['"de"'],
  ])('%j is none of ours', (header) => {
    expect(preferredLanguage(header)).toBeNull()
  })

  test('nobody makes it slow by asking for much', () => {
    expect(preferredLanguage(`${'x-'.repeat(50_000)},de`)).toBe('de')
    expect(preferredLanguage(`${'it,'.repeat(100_000)}de`)).toBeNull()
  })
})

test('what was written down of a language is English where it is none of ours', () => {
  expect(LANGUAGES.map(languageOf)).toEqual(LANGUAGES)
  expect([null, undefined, '', 'it', 'DE'].map(languageOf)).toEqual(['en', 'en', 'en', 'en', 'en'])
})
