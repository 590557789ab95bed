import type { DnsAnswer, DnsQuestion } from '../rules/sending-domain'

/** Asks for one name. Never throws. */
export type Resolver = { lookUp(question: DnsQuestion): Promise<DnsAnswer> }

const TIMEOUT_MS = 4_000
const LARGEST = 64 * 1024

/** Numbers of the record types (RFC 1035, 3.2.2). An answer lists the aliases that lead to it as well. */
const TYPES = { TXT: 16, CNAME: 5 } as const
const NO_ERROR = 0
const NO_SUCH_NAME = 3

/**
 * A resolver that answers `application/dns-json`, as Cloudflare's and Google's do
 * (https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/,
 * https://developers.google.com/speed/public-dns/docs/doh/json).
 */
export function dnsOverHttps(url: string): Resolver {
  return {
    async lookUp({ name, type }) {
      try {
        const asked = new URL(url)
        asked.searchParams.set('name', name)
        asked.searchParams.set('type', type)
        const response = await fetch(asked, {
          headers: { Accept: 'application/dns-json' },
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        if (!response.ok) return silent(`the resolver answered ${response.status}.`)
        const text = await response.text()
        if (text.length > LARGEST) return silent('the resolver answered more than anybody reads.')
        return read(JSON.parse(text), TYPES[type])
      } catch (error) {
        if (error instanceof SyntaxError) return silent('the resolver did not answer with JSON.')
        const isTimeout = error instanceof Error && error.name === 'TimeoutError'
        return silent(`the resolver ${isTimeout ? 'did not answer in time' : 'could not be reached'}.`)
      }
    },
  }
}

const silent = (problem: string): DnsAnswer => ({ kind: 'silent', problem })

const field = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null
    ? (Object.entries(of).find(([key]) => key === name)?.[1] ?? null)
    : null

function read(body: unknown, type: number): DnsAnswer {
  const status = field(body, 'Status')
  if (status === NO_SUCH_NAME) return { kind: 'records', records: [] }
  if (typeof status !== 'number') return silent('the resolver’s answer makes no sense.')
  if (status !== NO_ERROR)
    return silent(`the domain’s name servers do not answer as they should (${status}).`)
  const answers = field(body, 'Answer')
  const records = (Array.isArray(answers) ? answers : []).flatMap((answer: unknown) => {
    const data = field(answer, 'data')
    return field(answer, 'type') === type && typeof data === 'string'
      ? [type === TYPES.TXT ? joined(data) : data]
      : []
  })
  return { kind: 'records', records }
}

/** A text record's strings as one: quoted and split as zone files have them, or as they are. */
function joined(data: string): string {
  if (!data.startsWith('"')) return data
  const strings = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inside = '']) => inside)
  return strings
    .join('')
    .replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\(.)/g, '$1')
}
