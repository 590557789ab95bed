import { describe, expect, it } from 'vitest'
import { foldName, landingOf, slugOf, tidyName, tidyText } from '../../src/rules/names'

describe('a name', () => {
  it.each([
    ['  Jane   Doe ', 'Jane Doe'],
    ['Jane\r\nBcc: everyone@example.com', 'Jane Bcc: everyone@example.com'],
    ['Jane\u2028Doe\u2029', 'Jane Doe'],
    ['\0\x07Jane\x7f', 'Jane'],
    ['\u202eenaJ\u202c', 'enaJ'],
    ['Zoe\u0308', 'Zoë'],
    ['\ud800Jane', '\ufffdJane'],
    ['Łukasz Ó Murchú-Đặng', 'Łukasz Ó Murchú-Đặng'],
    ['<b>Jane</b>', '<b>Jane</b>'],
    [' \t\n ', ''],
  ])('loses control characters and spare space, and nothing else: %j', (typed, tidy) => {
    expect(tidyName(typed)).toBe(tidy)
  })

  it('is the same when it is tidied again', () => {
    const once = tidyName('  Jane\u0000\u202e \n Doe\u0308 ')
    expect(tidyName(once)).toBe(once)
  })
})

describe('a note', () => {
  it.each([
    ['one\r\ntwo\rthree\n', 'one\ntwo\nthree'],
    ['tab\tand bell\x07', 'taband bell'],
    ['right\u202eto left', 'rightto left'],
    ['two  spaces\n\nand a gap', 'two  spaces\n\nand a gap'],
  ])('keeps its lines and loses other control characters: %j', (typed, tidy) => {
    expect(tidyText(typed)).toBe(tidy)
  })
})

describe('a slug', () => {
  it.each([
    ['Acme & Söhne', 'acme-sohne'],
    ['  ---  ', 'organization'],
    ['株式会社', 'organization'],
    ['../../etc', 'etc'],
    ['A'.repeat(100), 'a'.repeat(48)],
    [`${'a'.repeat(47)} b`, 'a'.repeat(47)],
  ])('is safe in a URL and never empty: %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })
})

describe('a landing address', () => {
  it.each([
    '/',
    '/welcome',
    '/a/b?c=d#e',
    '/ünïcode',
    'https://app.example.com',
    'https://app.example.com/a?b=c#d',
  ])('is a path of this site or an https URL: %s', (address) => {
    expect(landingOf(address)).toBe(address)
  })

  it.each([
    null,
    '',
    ' ',
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/a\\..\\b',
    '/\t/evil.test',
    '/\r\nSet-Cookie: a=b',
    '/\x00',
    'welcome',
    '/o/acme/invitations',
    'http://evil.test',
    'javascript:alert(1)',
    'JavaScript:alert(1)//https://',
    'data:text/html,hello',
    'blob:https://example.com/1',
    'ftp://example.com',
    'https://',
    'https://[',
  ])('that is anything else counts as none: %j', (address) => {
    expect(landingOf(address)).toBeNull()
  })
})

describe('two names are the same to people', () => {
  it.each([
    ['Sales', ' sales\u200b'],
    ['Ärzte', 'ÄRZTE'],
    ['Ａdmin', 'admin'],
    ['Straße', 'STRASSE'],
    ['Zoe\u0308', 'zoë'],
    ['', '\u2060\u200d'],
  ])('%j and %j', (one, other) => expect(foldName(one)).toBe(foldName(other)))

  it.each([
    ['Sales', 'Sales 2'],
    ['a b', 'ab'],
    ['👩‍👩‍👧', '👩‍👩‍👦'],
  ])('but not %j and %j', (one, other) => expect(foldName(one)).not.toBe(foldName(other)))
})
