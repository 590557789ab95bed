import { afterEach, describe, expect, it, vi } from 'vitest'
import { dnsOverHttps } from '../../src/outbound/dns'

const RESOLVER = 'https://resolver.example/dns-query'
afterEach(() => {
  vi.restoreAllMocks()
})

const TXT = { name: '_dmarc.example.com', type: 'TXT' } as const

const answering = (answer: () => Response | Promise<Response>) =>
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())
const look = (answer: unknown, question: { name: string; type: 'TXT' | 'CNAME' } = TXT) => {
  answering(() => Response.json(answer))
  return dnsOverHttps(RESOLVER).lookUp(question)
}
const text = (data: string) => ({ Status: 0, Answer: [{ name: TXT.name, type: 16, TTL: 300, data }] })

describe('a look-up', () => {
  it('asks once, for JSON, with a time limit', async () => {
    const asked = answering(() => Response.json(text('"v=DMARC1; p=none"')))
    await dnsOverHttps(RESOLVER).lookUp(TXT)
    expect(asked).toHaveBeenCalledTimes(1)
    const [url, init] = asked.mock.calls[0] ?? []
    expect(String(url)).toBe(`${RESOLVER}?name=_dmarc.example.com&type=TXT`)
    expect(new Headers(init?.headers).get('Accept')).toBe('application/dns-json')
    expect(init?.signal).toBeInstanceOf(AbortSignal)
  })

  it.each([
    ['quoted, as Cloudflare has it', '"v=DMARC1; p=none"', 'v=DMARC1; p=none'],
    ['bare, as Google has it', 'v=DMARC1; p=none', 'v=DMARC1; p=none'],
    ['in two strings', '"v=DKIM1; p=AAA" "BBB"', 'v=DKIM1; p=AAABBB'],
    ['in two strings that touch', '"v=DKIM1; p=AAA""BBB"', 'v=DKIM1; p=AAABBB'],
    ['with escapes', '"v=DKIM1\\; n=\\"x\\"\\195"', 'v=DKIM1; n="x"Ã'],
  ])('reads a text record %s', async (_, data, read) => {
    expect(await look(text(data))).toEqual({ kind: 'records', records: [read] })
  })

  it('leaves out the aliases on the way, and reads one where it asked for one', async () => {
    const Answer = [
      { name: 's1._domainkey.example.com', type: 5, data: 's1.domainkey.u1.wl.sendgrid.net.' },
      { name: 's1.domainkey.u1.wl.sendgrid.net', type: 16, data: '"k=rsa; p=AAA"' },
    ]
    expect(await look({ Status: 0, Answer })).toEqual({ kind: 'records', records: ['k=rsa; p=AAA'] })
    expect(await look({ Status: 0, Answer }, { name: 'x.example.com', type: 'CNAME' })).toEqual({
      kind: 'records',
      records: ['s1.domainkey.u1.wl.sendgrid.net.'],
    })
  })

  it.each([
    ['a name that does not exist', { Status: 3 }],
    ['a name without such records', { Status: 0 }],
    ['an answer of other types', { Status: 0, Answer: [{ type: 1, data: '192.0.2.1' }] }],
  ])('finds nothing in %s', async (_, answer) => {
    expect(await look(answer)).toEqual({ kind: 'records', records: [] })
  })

  it.each<[string, () => Response | Promise<Response>, RegExp]>([
    ['name servers that fail', () => Response.json({ Status: 2 }), /name servers.*\(2\)/],
    ['no DNS at all', () => Response.json({ hello: 'world' }), /makes no sense/],
    ['a list', () => Response.json([]), /makes no sense/],
    ['null', () => Response.json(null), /makes no sense/],
    ['a page', () => new Response('<html>'), /JSON/],
    ['an error', () => new Response('', { status: 503 }), /503/],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: '/' } }), /302/],
    ['too much', () => new Response(`"${'x'.repeat(100_000)}"`), /more than/],
    ['nothing in time', () => Promise.reject(new DOMException('late', 'TimeoutError')), /in time/],
    ['no connection', () => Promise.reject(new TypeError('refused')), /could not be reached/],
  ])('says why it does not know: %s', async (_, answer, problem) => {
    answering(answer)
    expect(await dnsOverHttps(RESOLVER).lookUp(TXT)).toEqual({
      kind: 'silent',
      problem: expect.stringMatching(problem),
    })
  })
})
