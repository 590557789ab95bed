import type { Finding } from './email-health'

/** What a resolver says of a name: its records, none where there are none, or why it does not say. */
export type DnsAnswer = { kind: 'records'; records: readonly string[] } | { kind: 'silent'; problem: string }
export type DnsQuestion = { name: string; type: 'TXT' | 'CNAME' }
export type DnsAnswers = ReadonlyMap<string, DnsAnswer>

export const questionKey = ({ name, type }: DnsQuestion): string => `${type} ${name}`

/** Who sends: the provider, the domain of MAIL_FROM, and the provider's own name for the domain where it has one. */
export type Sender = { provider: string; label: string; domain: string; providerDomain: string }

type Records = {
  /** Where the provider has SPF, and what its record includes; or a CNAME that takes its place. Null: no name of it is known. */
  spf:
    | { at: (domain: string) => string; include: string }
    | { at: (domain: string) => string; leadsTo: string }
    | null
  /** Selectors of its DKIM keys. */
  dkim: readonly string[]
  /** Whether it may have chosen other selectors for this domain. */
  choosesSelectors: boolean
}

/**
 * Which records each provider documents:
 * https://resend.com/docs/dashboard/domains/introduction
 * https://postmarkapp.com/support/article/1046-how-do-i-verify-a-domain
 * https://www.twilio.com/docs/sendgrid/ui/account-and-settings/how-to-set-up-domain-authentication
 * https://documentation.mailgun.com/docs/mailgun/user-manual/domains/domains-verify
 * https://developers.cloudflare.com/email-service/concepts/email-authentication/
 */
const RECORDS: Readonly<Record<string, Records>> = {
  resend: {
    spf: { at: (domain) => `send.${domain}`, include: 'amazonses.com' },
    dkim: ['resend'],
    choosesSelectors: false,
  },
  postmark: {
    spf: { at: (domain) => `pm-bounces.${domain}`, leadsTo: 'pm.mtasv.net' },
    dkim: [],
    choosesSelectors: true,
  },
  sendgrid: { spf: null, dkim: ['s1', 's2'], choosesSelectors: true },
  mailgun: {
    spf: { at: (domain) => domain, include: 'mailgun.org' },
    dkim: ['pdk1', 'pdk2', 'pic', 'mailo', 'smtp', 'mx', 'k1'],
    choosesSelectors: true,
  },
  cloudflare: {
    spf: { at: (domain) => `cf-bounce.${domain}`, include: '_spf.mx.cloudflare.net' },
    dkim: ['cf-bounce'],
    choosesSelectors: false,
  },
}

/** The domain of `address` or of `Name <address>`, in lower case. */
export const domainOf = (from: string): string => (/@([^\s<>@]+)>?$/.exec(from)?.[1] ?? '').toLowerCase()

/** Whether the world can look a domain up: not a machine's own name. */
const isPublic = (domain: string): boolean =>
  domain.includes('.') && !/\.(test|local|localhost|invalid)$/.test(domain)

/** The domain and those above it that can have a DMARC policy for it, nearest first. */
const dmarcNames = (domain: string): string[] => {
  const labels = domain.split('.')
  return labels.slice(0, -1).map((_, at) => `_dmarc.${labels.slice(at).join('.')}`)
}

const spfQuestion = ({ spf }: Records, domain: string): DnsQuestion[] =>
  spf ? [{ name: spf.at(domain), type: 'include' in spf ? 'TXT' : 'CNAME' }] : []

const dkimQuestions = ({ dkim }: Records, domain: string): DnsQuestion[] =>
  dkim.map((selector) => ({ name: `${selector}._domainkey.${domain}`, type: 'TXT' }))

/** Everything to look up of the sending domain; nothing where mails do not leave for the world. */
export const questionsOf = ({ provider, domain, providerDomain }: Sender): DnsQuestion[] => {
  const records = RECORDS[provider]
  if (!records || !isPublic(domain)) return []
  return [
    ...spfQuestion(records, providerDomain),
    ...dkimQuestions(records, providerDomain),
    ...dmarcNames(domain).map((name): DnsQuestion => ({ name, type: 'TXT' })),
  ]
}

const silence = (name: string, problem: string): Finding => ({
  name,
  standing: 'unknown',
  words: `Could not be looked up: ${problem}`,
  remedy: 'Check again. If it stays, name another resolver that answers application/dns-json.',
  setting: 'DNS_RESOLVER',
})

const said = (answers: DnsAnswers, question: DnsQuestion): DnsAnswer =>
  answers.get(questionKey(question)) ?? { kind: 'silent', problem: 'nobody asked.' }

const bare = (host: string): string => host.toLowerCase().replace(/\.$/, '')

const spfFinding = (sender: Sender, records: Records, answers: DnsAnswers): Finding => {
  const name = 'SPF'
  const { label, providerDomain } = sender
  const [question] = spfQuestion(records, providerDomain)
  if (!records.spf || !question)
    return {
      name,
      standing: 'unknown',
      words: `${label} keeps it under a name of its own making, so it cannot be looked up from here.`,
      remedy: `See at ${label} whether the domain is authenticated.`,
      setting: null,
    }
  const answer = said(answers, question)
  if (answer.kind === 'silent') return silence(name, answer.problem)
  const remedy = `Add the record that ${label} shows for ${providerDomain}, at the domain’s DNS, or set MAIL_FROM to an address of a domain that has it.`
  if ('leadsTo' in records.spf) {
    const { leadsTo } = records.spf
    const leads = answer.records.some((record) => bare(record) === leadsTo)
    return leads
      ? {
          name,
          standing: 'well',
          words: `${question.name} leads to ${leadsTo}.`,
          remedy: null,
          setting: null,
        }
      : {
          name,
          standing: 'notice',
          words: `${question.name} does not lead to ${leadsTo}: SPF passes for ${label}, not for ${providerDomain}. DKIM alone vouches for the domain.`,
          remedy: `Add that CNAME as ${label}’s Return-Path. Another name than pm-bounces is fine too, and not seen here.`,
          setting: null,
        }
  }
  const { include } = records.spf
  const policies = answer.records.filter((record) => /^v=spf1(\s|$)/i.test(record))
  if (policies.length === 0)
    return {
      name,
      standing: 'wrong',
      words: `${question.name} has no SPF record.`,
      remedy,
      setting: 'MAIL_FROM',
    }
  if (policies.length > 1)
    return {
      name,
      standing: 'wrong',
      words: `${question.name} has ${policies.length} SPF records, so receivers count none.`,
      remedy: 'Make one of them, with what all of them include.',
      setting: null,
    }
  return policies.some((policy) => policy.toLowerCase().includes(include))
    ? { name, standing: 'well', words: `${question.name} includes ${include}.`, remedy: null, setting: null }
    : {
        name,
        standing: 'wrong',
        words: `The SPF record of ${question.name} does not include ${include}.`,
        remedy: `Add include:${include} to it.`,
        setting: null,
      }
}

/** A key that is there and not taken back: `p=` without a key says so (RFC 6376, 3.6.1). */
const isKey = (record: string): boolean => /(?:^|;)\s*p=\s*[^\s;]/.test(record)

const dkimFinding = (sender: Sender, records: Records, answers: DnsAnswers): Finding => {
  const name = 'DKIM'
  const { label, providerDomain } = sender
  const asked = dkimQuestions(records, providerDomain).map((question) => ({
    question,
    answer: said(answers, question),
  }))
  const found = asked.find(({ answer }) => answer.kind === 'records' && answer.records.some(isKey))
  if (found)
    return {
      name,
      standing: 'well',
      words: `There is a key at ${found.question.name}.`,
      remedy: null,
      setting: null,
    }
  for (const { answer } of asked) if (answer.kind === 'silent') return silence(name, answer.problem)
  if (records.choosesSelectors)
    return {
      name,
      standing: 'unknown',
      words: `${label} gives each domain selectors of its own, ${
        asked.length > 0
          ? 'and none of the usual ones is there.'
          : 'so the key cannot be looked up from here.'
      }`,
      remedy: `See at ${label} whether DKIM of ${providerDomain} is verified.`,
      setting: null,
    }
  return {
    name,
    standing: 'wrong',
    words: `There is no key at ${asked.map(({ question }) => question.name).join(', ')}.`,
    remedy: `Add the record that ${label} shows for ${providerDomain}, at the domain’s DNS, or set MAIL_FROM to an address of a domain that has it.`,
    setting: 'MAIL_FROM',
  }
}

/** The value of a tag of a DMARC record, in lower case. */
const tag = (record: string, name: string): string | null =>
  new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*([a-z]+)`, 'i').exec(record)?.[1]?.toLowerCase() ?? null

const dmarcFinding = ({ domain }: Sender, answers: DnsAnswers): Finding => {
  const name = 'DMARC'
  const remedy = `Add a TXT record at _dmarc.${domain}, such as v=DMARC1; p=none; rua=mailto:you@${domain}`
  for (const at of dmarcNames(domain)) {
    const answer = said(answers, { name: at, type: 'TXT' })
    if (answer.kind === 'silent') return silence(name, answer.problem)
    const policies = answer.records.filter((record) => /^v=DMARC1\s*(;|$)/i.test(record))
    const [policy] = policies
    if (policy === undefined) continue
    if (policies.length > 1)
      return {
        name,
        standing: 'wrong',
        words: `${at} has ${policies.length} DMARC records, so receivers count none.`,
        remedy: 'Leave one.',
        setting: null,
      }
    const says = (at === `_dmarc.${domain}` ? null : tag(policy, 'sp')) ?? tag(policy, 'p')
    if (says === null)
      return { name, standing: 'wrong', words: `The record at ${at} has no policy.`, remedy, setting: null }
    return {
      name,
      standing: 'well',
      words: `${at} says ${says}${says === 'none' ? ': it watches and asks nothing of receivers yet.' : '.'}`,
      remedy: null,
      setting: null,
    }
  }
  return {
    name,
    standing: 'notice',
    words: `${domain} has no DMARC record. Some big mail services want one of everybody who sends much.`,
    remedy,
    setting: null,
  }
}

/** What the answers say of the sending domain. */
export const domainFindings = (sender: Sender, answers: DnsAnswers): Finding[] => {
  const { provider, domain } = sender
  const records = RECORDS[provider]
  if (!records) return []
  if (!isPublic(domain))
    return ['SPF', 'DKIM', 'DMARC'].map((name) => ({
      name,
      standing: 'wrong',
      words: `Nobody can look up ${domain}.`,
      remedy: 'Set MAIL_FROM to an address of a domain that the world knows.',
      setting: 'MAIL_FROM',
    }))
  return [
    spfFinding(sender, records, answers),
    dkimFinding(sender, records, answers),
    dmarcFinding(sender, answers),
  ]
}
