import { describe, expect, test } from 'vitest'
import { checkProof, proofRecord, readDomain } from '../../src/rules/domains'

describe('a domain is read', () => {
  test.each([
    ['acme.test', 'acme.test'],
    ['  ACME.Test ', 'acme.test'],
    ['acme.test.', 'acme.test'],
    ['Jane.Doe@Acme.Test', 'acme.test'],
    ['@acme.test', 'acme.test'],
    ['mail.acme.co.uk', 'mail.acme.co.uk'],
    ['Müller.test', 'xn--mller-kva.test'],
    ['jane@例え.test', 'xn--r8jz45g.test'],
    ['ａｃｍｅ.test', 'acme.test'],
    ['xn--mller-kva.test', 'xn--mller-kva.test'],
  ])('%s as %s', (typed, domain) => expect(readDomain(typed)).toEqual({ domain }))

  test.each([
    ['', 'Enter a domain'],
    ['   ', 'Enter a domain'],
    ['acme', 'has a dot'],
    ['localhost', 'cannot look that one up'],
    ['printer.local', 'cannot look that one up'],
    ['app.localhost', 'cannot look that one up'],
    ['192.168.0.1', 'IP address'],
    ['jane@10.0.0.1', 'IP address'],
    ['[::1]', 'IP address'],
    ['jane@[10.0.0.1]', 'IP address'],
    ['*.acme.test', 'stands for itself'],
    ['acme..test', 'not a domain'],
    ['-acme.test', 'not a domain'],
    ['acme.test/path', 'domain alone'],
    ['https://acme.test', 'domain alone'],
    ['http://jane@acme.test:8080/path', 'domain alone'],
    ['two words.test', 'not a domain'],
    [`${'a'.repeat(64)}.test`, 'not a domain'],
    [`${'abcdefgh.'.repeat(30)}test`, 'not a domain'],
    ['gmail.com', 'Anybody can have an address'],
    ['jane@Web.DE', 'Anybody can have an address'],
  ])('%s is refused', (typed, words) =>
    expect(readDomain(typed)).toEqual({ problem: expect.stringMatching(words) }),
  )
})

describe('a proof is looked for', () => {
  const records = (...found: string[]) => ({ kind: 'records' as const, records: found })

  test('and found among other records', () => {
    expect(checkProof(records('v=spf1 -all', proofRecord('abc'), 'other'), 'abc')).toEqual({ kind: 'proven' })
    expect(checkProof(records(` ${proofRecord('abc')} `), 'abc')).toEqual({ kind: 'proven' })
  })

  test('and whole: neither another’s nor a part of it will do', () => {
    for (const record of [
      'usher-verification=abd',
      'usher-verification=ab',
      'abc',
      `x ${proofRecord('abc')}`,
    ])
      expect(checkProof(records(record), 'abc')).toEqual({ kind: 'missing', found: [record] })
  })

  test('what was found instead is told, what looks most like it first, and not without end', () => {
    const many = Array.from({ length: 20 }, (_, at) => `record ${at} ${'x'.repeat(500)}`)
    const check = checkProof(records(...many, 'usher-verification=old'), 'abc')
    if (check.kind !== 'missing') throw new Error('It was found')
    expect(check.found[0]).toBe('usher-verification=old')
    expect(check.found).toHaveLength(5)
    expect(Math.max(...check.found.map((one) => one.length))).toBeLessThan(130)
  })

  test('a resolver that does not answer is not taken for a missing record', () => {
    expect(checkProof({ kind: 'silent', problem: 'it slept.' }, 'abc')).toEqual({
      kind: 'silent',
      problem: 'it slept.',
    })
  })
})
