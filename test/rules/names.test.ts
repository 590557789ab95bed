import { describe, expect, it } from 'vitest'
import {
  foldName,
  hasLink,
  landingOf,
  MAX_NAME,
  mailName,
  slugOf,
  tidyName,
  tidyText,
  withoutJoiners,
} from '../../src/rules/names'
import { madeLinks } from '../support/mail-links'

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

const HONEST = [
  'Acme Inc.',
  'St. John & Söhne',
  'Node.js GmbH',
  'Booking.com',
  'ASP.NET',
  'J.R.R. Tolkien',
  'Dr.med. Weiß',
  'AC/DC',
  'S.p.A./N.V.',
  'ada@acme.example',
  'Will.I.Am',
  '株式会社ドット',
  'Ωmega 3.0',
  '👩‍👩‍👧 Familie',
  'می‌خواهم',
  'Re: Design',
  'Acme (C++)',
]

describe('a name in a mail', () => {
  it.each(HONEST)('reads as it was typed, and no mail program makes a link of it: %s', (name) => {
    expect(withoutJoiners(mailName(name))).toBe(name)
    expect(madeLinks(mailName(name))).toEqual([])
    expect(hasLink(name)).toBe(false)
  })

  it.each([
    ['https://evil.example/login?as=you', 'evil.example'],
    ['You won! HTTPS://Evil.Example/x now', 'You won! Evil.Example now'],
    ['www.evil.example', 'evil.example'],
    ['Go to www.evil.example/x', 'Go to evil.example'],
    ['evil.example/x', 'evil.example'],
    ['evil.example:8080', 'evil.example'],
    ['evil.example?claim=1', 'evil.example'],
    ['hthttp://tp://evil.example', 'evil.example'],
    ['javascript://alert(1)', 'alert(1)'],
    ['мир.рф/вход', 'мир.рф'],
    ['evil。example/x', 'evil。example'],
  ])('keeps nothing of a link but its domain, which is no link: %s', (typed, name) => {
    expect(withoutJoiners(mailName(typed))).toBe(name)
    expect(madeLinks(mailName(typed))).toEqual([])
    expect(hasLink(typed)).toBe(true)
  })

  it.each([
    ['Jane\r\nBcc: a@b.example', 'Jane Bcc: a@b.example'],
    ['ev\u200bil.exa\u00admple', 'evil.example'],
    ['mailto:jane@evil.example', 'jane@evil.example'],
    ['Jane \u202egpj.exe', 'Jane gpj.exe'],
    ['\u2066evil.example\u2069', 'evil.example'],
    ['a\u{e0041}b\ufeffc', 'abc'],
  ])('has nothing in it that is not seen: %j', (typed, name) => {
    expect(withoutJoiners(mailName(typed))).toBe(name)
    expect(madeLinks(mailName(typed))).toEqual([])
  })

  it('is cut where it is longer than any name that is taken', () => {
    const long = mailName('🦊'.repeat(500))
    expect([...long]).toHaveLength(MAX_NAME)
    expect(long.endsWith('🦊…')).toBe(true)
    expect(mailName('é'.repeat(MAX_NAME))).toBe('é'.repeat(MAX_NAME))
  })

  it('is the same when it is made harmless again', () => {
    for (const name of [...HONEST, 'https://evil.example/x'])
      expect(mailName(mailName(name))).toBe(mailName(name))
  })

  it('is found harmless or not in no time, however it is made up', () => {
    for (const part of ['a.', 'a', 'a-', '://', 'www.', 'a.b/', '.', '\u200b']) {
      expect([...mailName(part.repeat(20_000))].length).toBeLessThan(4 * MAX_NAME)
      expect(typeof hasLink(part.repeat(MAX_NAME))).toBe('boolean')
    }
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
