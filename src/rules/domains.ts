import { canonicalAddress } from './addresses'
import { isFreeMail } from './free-mail'
import type { DnsAnswer } from './sending-domain'

/** How many domains an organization can list. */
export const MAX_DOMAINS = 50

/** The mail domain of an address in its canonical form. */
export const domainOfAddress = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

export type ReadDomain = { domain: string } | { problem: string }

const LONGEST_DOMAIN = 253
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** What names a machine, or nothing that the world can look up (RFC 6761, RFC 6762). */
const NOT_PUBLIC = /(^|\.)(localhost|local|internal|invalid)$/

const problemOf = (domain: string): string | null => {
  if (/[/\\]/.test(domain))
    return 'Give the domain alone, as in example.com, without https:// and what follows it.'
  if (/^\[|:|(^|\.)\d+$/.test(domain)) return 'An IP address will not do: give a domain, as in example.com.'
  if (NOT_PUBLIC.test(domain)) return 'The world cannot look that one up: give the domain of your addresses.'
  if (domain.startsWith('*.')) return 'A domain stands for itself alone: add each subdomain by itself.'
  if (!domain.includes('.')) return 'A domain has a dot, as in example.com.'
  if (domain.length > LONGEST_DOMAIN || !domain.split('.').every((label) => LABEL.test(label)))
    return 'That is not a domain.'
  return isFreeMail(domain)
    ? 'Anybody can have an address there: give a domain that is your organization’s own.'
    : null
}

/** Reads a domain, alone or behind the @ of an address: `Jane@Müller.example` → `xn--mller-kva.example`. */
export const readDomain = (typed: string): ReadDomain => {
  const bare = typed.normalize('NFKC').trim().replace(/\.$/, '')
  if (!bare) return { problem: 'Enter a domain, as in example.com.' }
  const domain = domainOfAddress(canonicalAddress(`a@${domainOfAddress(bare)}`)).replace(/\.$/, '')
  const problem = problemOf(domain)
  return problem === null ? { domain } : { problem }
}

/** What the TXT record at the domain has to say. */
export const proofRecord = (proof: string): string => `usher-verification=${proof}`

/** What a look at the domain's TXT records came to; `found` are those that are there instead. */
export type ProofCheck =
  | { kind: 'proven' }
  | { kind: 'missing'; found: string[] }
  | { kind: 'silent'; problem: string }

/** How many records are told, and how much of each. */
const TOLD = 5
const LONGEST_TOLD = 120

const shortened = (record: string): string =>
  record.length > LONGEST_TOLD ? `${record.slice(0, LONGEST_TOLD)}…` : record

/** Those that look like an attempt at it come first. */
const nearest = (records: readonly string[]): string[] => {
  const isNear = (record: string) => /usher/i.test(record)
  return [...records.filter(isNear), ...records.filter((record) => !isNear(record))]
}

export const checkProof = (answer: DnsAnswer, proof: string): ProofCheck => {
  if (answer.kind === 'silent') return { kind: 'silent', problem: answer.problem }
  const wanted = proofRecord(proof)
  if (answer.records.some((record) => record.trim() === wanted)) return { kind: 'proven' }
  return { kind: 'missing', found: nearest(answer.records).slice(0, TOLD).map(shortened) }
}
