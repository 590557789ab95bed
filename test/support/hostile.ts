import { expect } from 'vitest'
import { everyRow } from './dump'
import { logged } from './faults'
import type { World } from './world'

export const SCRIPT = '<script>alert(1)</script>'

/** What nobody types by mistake, and some of what people do; each name says what is wrong with it. */
export const HOSTILE = {
  empty: '',
  huge: 'x'.repeat(100_000),
  nul: 'before\u0000after',
  control: 'before\u0007\u001b[31m\u0085after',
  lines: 'before\r\nBcc: eve@evil.test\r\n\r\nafter',
  emoji: '👩‍👩‍👧 🏳️‍🌈 👍🏽👍🏽👍🏽',
  rtl: '\u202Egnp.exe\u202C \u2066hidden',
  sql: "'; drop table user; --",
  script: `"'>${SCRIPT}`,
  template: '{{7*7}} <%= 7*7 %> #{7*7}',
  encoded: '%00%0d%0a%E0%A4%A',
  dots: '../../../etc/passwd',
  proto: '__proto__',
  uuid: '0198c0de-0000-7000-8000-000000000000',
} as const
export type Hostile = keyof typeof HOSTILE

/** Hostile values that end in a domain, as addresses do. */
export const HOSTILE_ADDRESSES = {
  injected: 'jane@example.com\r\nBcc: eve@evil.test',
  injectedEncoded: 'jane@example.com%0d%0aBcc:eve@evil.test',
  named: '"Jane\r\nBcc: eve@evil.test" <jane@example.com>',
  scripted: `${SCRIPT}@example.com`,
  quoted: `"${SCRIPT}"@example.com`,
  nulled: 'jane\u0000@example.com',
  several: 'jane@example.com,eve@evil.test',
  sourced: '@evil.test:jane@example.com',
} as const

/** A page or a header in which hostile text stands as it was typed. */
export const expectHarmless = async (response: Response): Promise<string> => {
  const text = await response.text()
  if (response.headers.get('Content-Type')?.includes('html')) expect(text).not.toContain(SCRIPT)
  expect(text).not.toContain('SQLITE')
  expect([...response.headers].join()).not.toMatch(/\p{Cc}/u)
  return text
}

/** Nothing that was taken hides in D1: neither control characters, but for a note's line breaks, nor ones that turn text around. */
export const expectTidied = async (): Promise<void> => {
  for (const value of Object.values(await everyRow()).flatMap((all) => all.flatMap(Object.values)))
    expect(String(value).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u)
}

/** Requests what must be a clear answer with nothing changed; says which statuses there were. */
export const statusesOf = async (
  world: World,
  paths: readonly string[],
  cookie: string | null,
  headers: Record<string, string> = {},
) => {
  const lines = logged()
  const before = await everyRow()
  const statuses = new Set<number>()
  for (const path of paths) {
    const response = await world.fetch(path, { cookie, headers })
    await expectHarmless(response)
    expect([path, response.status]).toEqual([path, expect.toSatisfy((status) => status < 500)])
    expect(response.headers.get('Location') ?? '/').toMatch(/^\/(?![/\\])/)
    statuses.add(response.status)
  }
  expect(lines).toEqual([])
  expect(await everyRow()).toEqual(before)
  return [...statuses].sort()
}
