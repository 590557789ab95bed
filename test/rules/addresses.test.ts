import { describe, expect, it } from 'vitest'
import { canonicalAddress, MAX_ADDRESSES, parseAddress, parseAddresses } from '../../src/rules/addresses'

const addressesIn = (text: string) => parseAddresses(text).map((entry) => (entry.ok ? entry.address : null))
const leftIn = (text: string) => parseAddresses(text).flatMap((entry) => (entry.ok ? [] : [entry.typed]))

const reasonFor = (typed: string) => {
  const parsed = parseAddress(typed)
  return parsed.ok ? `accepted as ${parsed.address}` : parsed.reason
}

describe('the canonical form of an address', () => {
  it.each([
    ['ann@example.com', '  Ann@Example.COM\n'],
    ['ann@xn--bcher-kva.de', 'ann@bücher.de'],
    ['ann@xn--bcher-kva.de', 'ANN@BÜCHER.DE'],
    ['ann@xn--bcher-kva.de', 'ann@XN--BCHER-KVA.de'],
    ['ann@example.com', 'ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ'],
    ['josé@example.com', 'jose\u0301@example.com'],
    ['josé@example.com', 'JOSÉ@example.com'],
    ['νικος@example.com', 'ΝΙΚΟΣ@example.com'],
    ['\u1e97@example.com', 'T\u0308@example.com'],
  ])('is %s for %j', (canonical, typed) => {
    expect(canonicalAddress(typed)).toBe(canonical)
  })

  it.each([
    ['mıke@example.com', 'mike@example.com'],
    ['groß@example.com', 'gross@example.com'],
    ['a.nn@example.com', 'ann@example.com'],
    ['ann+new@example.com', 'ann@example.com'],
  ])('keeps %s and %s apart, which are two mailboxes', (one, other) => {
    expect(canonicalAddress(one)).not.toBe(canonicalAddress(other))
  })

  it('is its own canonical form, whatever letter stands in it', () => {
    const unstable: string[] = []
    for (let code = 0x21; code < 0x2_0000; code++) {
      const once = canonicalAddress(`a${String.fromCodePoint(code)}b@example.com`)
      if (canonicalAddress(once) !== once) unstable.push(code.toString(16))
    }
    expect(unstable).toEqual([])
  })

  it.each(['', '@', 'no at', 'a@b/c', 'a@[::1]', 'a@xn--zz.com', '\ud800@x.com'])(
    'never throws, as for %j',
    (typed) => {
      expect(typeof canonicalAddress(typed)).toBe('string')
    },
  )
})

describe('one address', () => {
  it('is canonical for the database and as typed for display', () => {
    expect(parseAddress(' Ann.Lee@Bücher.de ')).toEqual({
      ok: true,
      address: 'ann.lee@xn--bcher-kva.de',
      typed: 'Ann.Lee@Bücher.de',
    })
  })

  it.each([
    'ann@example.com',
    'ann+tag@mail.example.co.uk',
    "o'brien@example.com",
    'müller@example.com',
    '用户@例え.jp',
    'ann@💩.la',
    `${'a'.repeat(64)}@example.com`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`,
  ])('may be %s', (typed) => {
    expect(parseAddress(typed)).toMatchObject({ ok: true, typed })
  })

  it.each([
    'mailto:ann@example.com',
    '<ann@example.com>',
    '<mailto:ann@example.com>',
    '"ann@example.com"',
    "'ann@example.com'",
    '“ann@example.com”',
    'ann@example.com.',
    'ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ',
    '• ann@example.com',
    '\u202aann@example.com\u202c',
    'Ann Lee <ann@example.com>',
    'ann@example.com <ann@example.com>',
    'ann@example.com (Ann Lee)',
  ])('is found in %j', (typed) => {
    expect(parseAddress(typed)).toEqual({ ok: true, address: 'ann@example.com', typed: 'ann@example.com' })
  })

  it.each([
    ['', 'Enter an address.'],
    ['ann', 'There is no @ in it.'],
    ['@example.com', 'There is nothing before the @.'],
    ['ann@', 'There is nothing after the @.'],
    ['ann@lee@example.com', 'There is more than one @ in it.'],
    ['ann@example.com"lee@example.com"', 'There is more than one @ in it.'],
    ['ann@example', 'What follows the @ needs a dot, as in example.com.'],
    ['ann@localhost', 'What follows the @ needs a dot, as in example.com.'],
    ['ann@127.0.0.1', 'An IP address will not do after the @: give a domain, as in example.com.'],
    ['ann@0x7f.1', 'An IP address will not do after the @: give a domain, as in example.com.'],
    ['ann@[127.0.0.1]', 'An IP address will not do after the @: give a domain, as in example.com.'],
    ['ann@[IPv6:::1]', 'An IP address will not do after the @: give a domain, as in example.com.'],
    ['ann@exa_mple.com', 'What follows the @ is not a domain.'],
    ['ann@-example.com', 'What follows the @ is not a domain.'],
    ['ann@example.com/x', 'What follows the @ is not a domain.'],
    ['ann@exam%70le.com', 'What follows the @ is not a domain.'],
    [`ann@${'x'.repeat(64)}.com`, 'What follows the @ is not a domain.'],
    ['ann..lee@example.com', 'There is a dot too many in it.'],
    ['.ann@example.com', 'There is a dot too many in it.'],
    ['ann.@example.com', 'There is a dot too many in it.'],
    ['ann@example..com', 'There is a dot too many in it.'],
    ['ann@example.com..', 'There is a dot too many in it.'],
    ['<ann lee@example.com>', 'There is a space in it.'],
    ['ann\u0007lee@example.com', 'There is a hidden character in it.'],
    ['ann\u200blee@example.com', 'There is a hidden character in it.'],
    ['ann@exam\u00adple.com', 'There is a hidden character in it.'],
    ['ann\\lee@example.com', 'The character \\ cannot stand before the @.'],
    ['[ann@example.com', 'The character [ cannot stand before the @.'],
    [`${'a'.repeat(65)}@example.com`, 'What stands before the @ is longer than 64 characters.'],
    [`${'é'.repeat(33)}@example.com`, 'What stands before the @ is longer than 64 characters.'],
    [`ann@${'b.'.repeat(124)}com`, 'It is longer than 254 characters.'],
    [`ann@${'x'.repeat(2000)}.com`, 'It is too long to be an address.'],
    ['https://example.com/@ann.lee', 'That is a link, not an address.'],
    ['"ann lee"@example.com', 'Write it as name@example.com.'],
    ['ann@example.com, bob@example.com', 'Enter one address only.'],
    ['ann@example.com\r\nBcc: bob@example.com', 'Enter one address only.'],
  ])('is refused for %j: %s', (typed, reason) => {
    expect(reasonFor(typed)).toBe(reason)
  })

  it('keeps the whole of what was typed when it is refused', () => {
    expect(parseAddress(' • <ann@localhost> ')).toMatchObject({ ok: false, typed: '• <ann@localhost>' })
    expect(parseAddress(' • ann@localhost ')).toMatchObject({ ok: false, typed: '• ann@localhost' })
  })

  it('is never made up from encoded or escaped text', () => {
    expect(reasonFor('=?utf-8?B?PGFubkBleGFtcGxlLmNvbT4=?=')).toBe('There is no @ in it.')
    expect(reasonFor('"a\\nn"@example.com')).toBe('Write it as name@example.com.')
  })

  it('never holds a control character, wherever one was put', () => {
    const plain = 'ann@example.com'
    for (let code = 0; code < 0xa0; code++) {
      if (code === 0x20) code = 0x7f
      for (let at = 0; at <= plain.length; at++) {
        const typed = plain.slice(0, at) + String.fromCharCode(code) + plain.slice(at)
        for (const parsed of [parseAddress(typed), ...parseAddresses(`Ann <${typed}>`)])
          if (parsed.ok) expect(parsed.address + parsed.typed).not.toMatch(/\p{Cc}/u)
      }
    }
  })
})

describe('a list of addresses', () => {
  it.each([
    'ann@x.com, bob@y.com, carol@z.com',
    'ann@x.com; bob@y.com; carol@z.com;',
    'ann@x.com bob@y.com\tcarol@z.com',
    'ann@x.com\u00a0bob@y.com\u2003carol@z.com',
    'ann@x.com\nbob@y.com\r\n\r\ncarol@z.com\n',
    'ann@x.com\u2028bob@y.com\u0085carol@z.com',
    'ann@x.com，bob@y.com、carol@z.com；',
    'ann@x.com. bob@y.com. carol@z.com.',
    'Ann <ann@x.com>; bob@y.com\ncarol@z.com,',
    'Ann Lee <ann@x.com> bob@y.com Carol <carol@z.com>',
    'Ann<ann@x.com>Bob<bob@y.com>carol@z.com',
    '"Lee, Ann" <ann@x.com>, "Roe; Bob" <bob@y.com>, "C. \\"CC\\" D" <carol@z.com>',
    'Lee, Ann <ann@x.com>; Roe, Bob <bob@y.com>; Carol <carol@z.com>',
    '"boss@corp.com" <ann@x.com>, bob@y.com <bob@y.com>, <carol@z.com> (C)',
    'Team: ann@x.com, bob@y.com; carol@z.com',
    '- ann@x.com\n- bob@y.com\n- carol@z.com',
  ])('is read from %j', (text) => {
    expect(parseAddresses(text)).toEqual([
      { ok: true, address: 'ann@x.com', typed: 'ann@x.com' },
      { ok: true, address: 'bob@y.com', typed: 'bob@y.com' },
      { ok: true, address: 'carol@z.com', typed: 'carol@z.com' },
    ])
  })

  it('keeps order and repeats', () => {
    expect(addressesIn('Bob@y.com ann@x.com bob@Y.com')).toEqual(['bob@y.com', 'ann@x.com', 'bob@y.com'])
  })

  it('gives the refused ones back as typed, each with its reason, between the good ones', () => {
    expect(parseAddresses('ann@x.com, Bob  Roe <bob@localhost>; carol[at]z.com')).toEqual([
      { ok: true, address: 'ann@x.com', typed: 'ann@x.com' },
      {
        ok: false,
        typed: 'Bob  Roe <bob@localhost>',
        reason: 'What follows the @ needs a dot, as in example.com.',
      },
      { ok: false, typed: 'carol[at]z.com', reason: 'There is no @ in it.' },
    ])
  })

  it.each([
    ['bobexample.com carol@z.com', ['bobexample.com']],
    ['ann@x.com and carol@z.com', ['and']],
    ['bob.roe, Carol <carol@z.com>', ['bob.roe']],
    ['bob; Carol <carol@z.com>', ['bob']],
    ['bob\nCarol <carol@z.com>', ['bob']],
    ['Ann <ann@x.com', ['Ann <']],
    ['Ann Lee (ann@x.com)', ['Ann Lee']],
    ['" open ann@x.com', ['" open']],
    ['boss@corp <ann@x.com>', ['boss@corp']],
    ['<ann@x.com,bob@y.com>', ['<ann@x.com,bob@y.com>']],
    ['foo bar', ['foo bar']],
  ])('loses no word of %j: what belongs to no address is left over', (text, left) => {
    expect(leftIn(text)).toEqual(left)
  })

  it.each(['', ' \n\t ', ',,;;\n,', '<>', '- • –', '(all of them)'])('is empty for %j', (text) => {
    expect(parseAddresses(text)).toEqual([])
  })

  it.each([
    '"',
    '\\"',
    '<',
    '(',
    '(<"',
    '@',
    'a:',
    'a: ',
    '.',
    'a ',
    'a <',
    'a, ',
    'a,b <c@d.ef>',
    'a@b.co ',
    '\u200b',
    'ﷺ',
  ])('is read to the end when it is 100 KB of %j', (junk) => {
    const text = junk.repeat(Math.ceil(100_000 / junk.length))
    expect(Array.isArray(parseAddresses(text))).toBe(true)
    expect(typeof canonicalAddress(text)).toBe('string')
  })

  it('may be longer than one send takes, which is for the caller to say', () => {
    const text = Array.from({ length: MAX_ADDRESSES + 1 }, (_, n) => `user${n}@example.com`).join(' ')
    expect(parseAddresses(text)).toHaveLength(101)
  })
})
