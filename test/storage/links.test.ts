import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../src/rules/dates'
import { deleteFacts, endLink, readHint, writeFacts } from '../../src/storage/links'
import { orders, replacing } from '../support/holding'

const NOW = Date.UTC(2026, 2, 1)
const FACTS = { organization: 'Acme', inviter: 'Ada Admin', role: 'member', expiresAt: NOW + 7 * DAY }

/** KV that notes how each call asks for what it asks. */
const noting = () => {
  const reads: unknown[] = []
  const lifetimes: Record<string, number | undefined> = {}
  const links = replacing(env.LINKS, {
    get: (keys: string[]) => {
      reads.push(keys)
      return env.LINKS.get(keys)
    },
    put: (key: string, value: string, options?: KVNamespacePutOptions) => {
      lifetimes[key.split(':')[0] ?? ''] = options?.expirationTtl
      return env.LINKS.put(key, value, options)
    },
  })
  return { links, reads, lifetimes }
}

describe('what KV knows of a link', () => {
  it('is nothing at first', async () => {
    expect(await readHint(env.LINKS, 'hash')).toEqual({ facts: null, end: null })
  })

  it('is read in one call', async () => {
    const { links, reads } = noting()
    await writeFacts(links, 'hash', FACTS, NOW)
    expect(await readHint(links, 'hash')).toEqual({ facts: FACTS, end: null })
    expect(reads).toEqual([['facts:hash', 'end:hash']])
  })

  it('is nothing of another link', async () => {
    await writeFacts(env.LINKS, 'hash', FACTS, NOW)
    await endLink(env.LINKS, 'other', 'revoked', FACTS.expiresAt, NOW)
    expect(await readHint(env.LINKS, 'hash')).toEqual({ facts: FACTS, end: null })
    expect(await readHint(env.LINKS, 'other')).toEqual({ facts: null, end: 'revoked' })
  })
})

describe('facts that are deleted', () => {
  it('are gone, and those of other links and ends stay', async () => {
    await writeFacts(env.LINKS, 'hash', FACTS, NOW)
    await writeFacts(env.LINKS, 'other', FACTS, NOW)
    await endLink(env.LINKS, 'ended', 'revoked', FACTS.expiresAt, NOW)
    for (const hash of ['hash', 'ended', 'unknown']) await deleteFacts(env.LINKS, hash)
    expect(await readHint(env.LINKS, 'hash')).toEqual({ facts: null, end: null })
    expect(await readHint(env.LINKS, 'other')).toEqual({ facts: FACTS, end: null })
    expect(await readHint(env.LINKS, 'ended')).toEqual({ facts: null, end: 'revoked' })
  })
})

describe('the end of a link', () => {
  const writes = {
    facts: () => writeFacts(env.LINKS, 'hash', FACTS, NOW),
    'facts again': () => writeFacts(env.LINKS, 'hash', { ...FACTS, inviter: 'Olga Owner' }, NOW),
    end: () => endLink(env.LINKS, 'hash', 'revoked', FACTS.expiresAt, NOW),
  }

  it.each(orders(Object.keys(writes)).map((order) => [order.join(', '), order] as const))(
    'wins over facts, whatever order they are written in: %s',
    async (_, order) => {
      for (const what of order) await writes[what as keyof typeof writes]()
      expect(await readHint(env.LINKS, 'hash')).toEqual({ facts: null, end: 'revoked' })
    },
  )

  it.each([
    ['a fresh invitation', 7 * DAY],
    ['one about to expire', MINUTE / 2],
    ['one that has expired', -DAY],
    ['one of a year', 365 * DAY],
  ])('is remembered a day longer than any facts could be, for %s', async (_, left) => {
    const { links, lifetimes } = noting()
    await writeFacts(links, 'hash', { ...FACTS, expiresAt: NOW + left }, NOW)
    await endLink(links, 'hash', 'accepted', NOW + left, NOW)
    const { facts = 0, end = 0 } = lifetimes
    // KV refuses less than a minute.
    expect(facts).toBe(Math.max(60, Math.ceil(left / 1000)))
    expect(end - facts).toBeGreaterThanOrEqual(86_400 - 60)
  })
})
