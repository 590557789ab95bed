import { describe, expect, it, test } from 'vitest'
import {
  type DnsAnswer,
  domainFindings,
  domainOf,
  questionKey,
  questionsOf,
  type Sender,
} from '../../src/rules/sending-domain'

const sender = (provider: string, domain = 'mail.example.com', providerDomain = domain): Sender => ({
  provider,
  label: 'Provider',
  domain,
  providerDomain,
})

type Records = Record<string, readonly string[] | 'silent'>

/** The standing of each finding, where the domain has these records (`TXT name` or `CNAME name`) and no others. */
const found = (of: Sender, records: Records = {}) => {
  const answers = new Map(
    questionsOf(of).map((question): [string, DnsAnswer] => {
      const says = records[questionKey(question)] ?? []
      return [
        questionKey(question),
        says === 'silent' ? { kind: 'silent', problem: 'it sleeps.' } : { kind: 'records', records: says },
      ]
    }),
  )
  return domainFindings(of, answers)
}
const standings = (of: Sender, records: Records = {}) =>
  Object.fromEntries(found(of, records).map(({ name, standing }) => [name, standing]))

const KEY = ['v=DKIM1; k=rsa; p=MIGf']
const POLICY = { 'TXT _dmarc.example.com': ['v=DMARC1; p=reject'] }

test.each([
  ['Acme <Invitations@Mail.Example.com>', 'mail.example.com'],
  ['invitations@example.com', 'example.com'],
  ['nobody', ''],
])('the domain of %s', (from, domain) => {
  expect(domainOf(from)).toBe(domain)
})

/** What each provider asks of a domain, and a domain that has it all. */
const COMPLETE: [string, Records, Record<string, string>][] = [
  [
    'resend',
    {
      'TXT send.mail.example.com': ['v=spf1 include:amazonses.com ~all'],
      'TXT resend._domainkey.mail.example.com': ['p=MIGf'],
    },
    { SPF: 'well', DKIM: 'well' },
  ],
  // Its selectors are its own, so no more than that can be said.
  ['postmark', { 'CNAME pm-bounces.mail.example.com': ['PM.mtasv.net.'] }, { SPF: 'well', DKIM: 'unknown' }],
  ['sendgrid', { 'TXT s2._domainkey.mail.example.com': KEY }, { SPF: 'unknown', DKIM: 'well' }],
  [
    'mailgun',
    {
      'TXT mail.example.com': ['google-site-verification=x', 'v=spf1 include:mailgun.org ~all'],
      'TXT pdk1._domainkey.mail.example.com': KEY,
    },
    { SPF: 'well', DKIM: 'well' },
  ],
  [
    'cloudflare',
    {
      'TXT cf-bounce.mail.example.com': ['v=spf1 include:_spf.mx.cloudflare.net ~all'],
      'TXT cf-bounce._domainkey.mail.example.com': KEY,
    },
    { SPF: 'well', DKIM: 'well' },
  ],
]

describe('a domain', () => {
  it.each(COMPLETE)(
    'that has what %s documents is fine, as far as can be known',
    (provider, records, expected) => {
      expect(standings(sender(provider), { ...records, ...POLICY })).toEqual({ ...expected, DMARC: 'well' })
    },
  )

  it.each([
    ['resend', { SPF: 'wrong', DKIM: 'wrong' }],
    ['postmark', { SPF: 'notice', DKIM: 'unknown' }],
    ['sendgrid', { SPF: 'unknown', DKIM: 'unknown' }],
    ['mailgun', { SPF: 'wrong', DKIM: 'unknown' }],
    ['cloudflare', { SPF: 'wrong', DKIM: 'wrong' }],
  ])('without any record is not fine with %s, and each fault says what mends it', (provider, expected) => {
    const findings = found(sender(provider))
    expect(standings(sender(provider))).toEqual({ ...expected, DMARC: 'notice' })
    for (const { name, standing, remedy } of findings)
      if (standing !== 'well') expect(remedy, name).toMatch(/\S/)
  })

  it.each(['mailbox', 'mailpit'])('is not looked up where mails stay: %s', (provider) => {
    expect(questionsOf(sender(provider))).toEqual([])
    expect(found(sender(provider))).toEqual([])
  })

  it('that the world does not know is what MAIL_FROM has to mend', () => {
    for (const domain of ['localhost', 'mail.local', 'acme.test']) {
      expect(questionsOf(sender('resend', domain))).toEqual([])
      for (const finding of found(sender('resend', domain)))
        expect(finding).toMatchObject({ standing: 'wrong', setting: 'MAIL_FROM' })
    }
  })

  it('is the provider’s own for SPF and DKIM, and that of the From for DMARC', () => {
    const records = {
      'TXT mg.example.org': ['v=spf1 include:mailgun.org ~all'],
      'TXT k1._domainkey.mg.example.org': KEY,
      'TXT _dmarc.example.com': ['v=DMARC1; p=none'],
    }
    expect(standings(sender('mailgun', 'example.com', 'mg.example.org'), records)).toEqual({
      SPF: 'well',
      DKIM: 'well',
      DMARC: 'well',
    })
  })
})

describe('what is there and wrong', () => {
  const at = 'TXT send.mail.example.com'
  it.each([
    [
      'two SPF records',
      { [at]: ['v=spf1 include:amazonses.com ~all', 'v=spf1 -all'] },
      'SPF',
      /2 SPF records/,
    ],
    ['SPF for somebody else', { [at]: ['v=spf1 include:spf.example.net ~all'] }, 'SPF', /does not include/],
    ['a key taken back', { 'TXT resend._domainkey.mail.example.com': ['v=DKIM1; p='] }, 'DKIM', /no key/],
    [
      'two DMARC records',
      { 'TXT _dmarc.example.com': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] },
      'DMARC',
      /2 DMARC/,
    ],
    [
      'DMARC without a policy',
      { 'TXT _dmarc.example.com': ['v=DMARC1; rua=mailto:a@b.c'] },
      'DMARC',
      /no policy/,
    ],
  ])('is told: %s', (_, records, name, words) => {
    expect(found(sender('resend'), records).find((finding) => finding.name === name)).toMatchObject({
      standing: 'wrong',
      words: expect.stringMatching(words),
    })
  })

  it('is not made of a resolver that does not answer', () => {
    const records = Object.fromEntries(
      questionsOf(sender('resend')).map((question) => [questionKey(question), 'silent' as const]),
    )
    for (const finding of found(sender('resend'), records))
      expect(finding).toMatchObject({ standing: 'unknown', setting: 'DNS_RESOLVER' })
  })
})

describe('DMARC', () => {
  const policyOf = (records: Records) =>
    found(sender('resend', 'a.mail.example.com'), records).find(({ name }) => name === 'DMARC')

  it('is the nearest domain’s, whose policy for subdomains counts below it', () => {
    expect(policyOf({ 'TXT _dmarc.example.com': ['v=DMARC1; p=reject; sp=quarantine'] })?.words).toContain(
      'says quarantine',
    )
    expect(
      policyOf({
        'TXT _dmarc.a.mail.example.com': ['v=DMARC1; p=none; sp=reject'],
        'TXT _dmarc.example.com': ['v=DMARC1; p=reject'],
      })?.words,
    ).toContain('says none')
  })

  it('of a top-level domain is asked for by nobody', () => {
    expect(questionsOf(sender('resend', 'example.com')).map(({ name }) => name)).not.toContain('_dmarc.com')
  })
})
