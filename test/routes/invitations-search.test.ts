import { expect, test } from 'vitest'
import { addCast, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { addInvitations } from '../support/invitations'
import { createWorld, hidden, type World } from '../support/world'

const LIST = '/o/acme/invitations'

const see = async (world: World, who: Person, query: Record<string, string>) => {
  const answer = await world.fetch(`${LIST}?${new URLSearchParams(query)}`, { cookie: who.cookie })
  expect(answer.status, JSON.stringify(query)).toBe(200)
  return answer.text()
}
const found = async (world: World, who: Person, query: Record<string, string>) =>
  texts(await see(world, who, { sort: 'email', ...query }), 'tbody th.email')

const ADDRESSES = [
  'ann@example.com',
  'anna@example.org',
  'bob@anagram.net',
  'info@xn--bcher-kva.test',
  'josé@example.com',
  'percent%@odd.test',
  'under_score@odd.test',
  'underscore@odd.test',
]
const addThem = (organizationId: string) =>
  addInvitations(organizationId, ADDRESSES.length, (n) => ({ address: ADDRESSES[n] ?? '' }))

test.each([
  ['ann', ['ann@example.com', 'anna@example.org']],
  ['an', ['ann@example.com', 'anna@example.org', 'bob@anagram.net']],
  ['example', ['ann@example.com', 'anna@example.org', 'josé@example.com']],
  ['example.c', ['ann@example.com', 'josé@example.com']],
  ['@example.c', ['ann@example.com', 'josé@example.com']],
  ['anna@example.org', ['anna@example.org']],
  ['  ANN  ', ['ann@example.com', 'anna@example.org']],
  ['JOSE\u0301', ['josé@example.com']],
  ['Bücher.te', ['info@xn--bcher-kva.test']],
  ['xn--b', ['info@xn--bcher-kva.test']],
  ['percent%', ['percent%@odd.test']],
  ['under_', ['under_score@odd.test']],
  ['%', []],
  ['_', []],
  ['nn', []],
  ['xample', []],
  ['com', []],
])('searching for %j finds addresses and domains that begin so', async (q, expected) => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addThem(acme.id)
  expect(await found(world, admin, { q })).toEqual(expected)
})

test('an empty search is none, and a search without a result says what was searched and how to leave it', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addThem(acme.id)
  expect(await found(world, admin, { q: '   ' })).toHaveLength(ADDRESSES.length)
  const html = await see(world, admin, { q: '<b>zz', tab: 'all' })
  expect(await texts(html, '.empty p')).toEqual(['No address or domain here begins with <b>zz.'])
  expect(await elements(html, '.empty b')).toEqual([])
  const [clear] = await elements(html, '.empty a')
  expect(clear).toMatchObject({ text: 'Clear the search', attributes: { href: `${LIST}?tab=all` } })
})

test('a search stays while tabs and order change, and the other way round', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 12, (n) => ({
    address: `p${n}@${n % 2 ? 'odd' : 'even'}.test`,
    status: n < 6 ? 'pending' : 'revoked',
    department: `d${11 - n}`.padStart(4, '0'),
  }))
  expect(await found(world, admin, { q: 'odd', tab: 'outstanding' })).toEqual([
    'p1@odd.test',
    'p3@odd.test',
    'p5@odd.test',
  ])
  const html = await see(world, admin, { q: 'odd', tab: 'revoked', sort: '-email' })
  expect(await texts(html, 'tbody th.email')).toEqual(['p9@odd.test', 'p7@odd.test', 'p11@odd.test'])
  expect(await found(world, admin, { q: 'odd', tab: 'all', sort: 'email' })).toHaveLength(6)

  expect(hidden(html, 'tab')).toBe('revoked')
  expect(hidden(html, 'sort')).toBe('-email')
  expect((await elements(html, 'input[type=search]'))[0]?.attributes).toMatchObject({
    name: 'q',
    value: 'odd',
  })
  for (const { attributes } of await elements(html, 'nav[aria-label=Status] a, thead a')) {
    expect(new URL(attributes.href ?? '', 'http://x').searchParams.get('q')).toBe('odd')
  }
})

test('what is found comes in pages too', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 140, (n) => ({
    address: `p${String(n).padStart(3, '0')}@${n % 2 ? 'odd' : 'even'}.test`,
    status: n % 3 ? 'pending' : 'accepted',
  }))
  const first = await see(world, admin, { q: 'odd', tab: 'all', sort: 'email' })
  const emails = await texts(first, 'tbody th.email')
  expect(emails).toHaveLength(50)
  const [next] = await elements(first, 'nav.pages a[rel=next]')
  const rest = await (await world.fetch(next?.attributes.href ?? '', { cookie: admin.cookie })).text()
  emails.push(...(await texts(rest, 'tbody th.email')))
  expect(emails).toEqual(
    Array.from({ length: 70 }, (_, n) => `p${String(2 * n + 1).padStart(3, '0')}@odd.test`),
  )
})

const cursor = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const HOSTILE: Record<string, string>[] = [
  ...['', 'x', '%%%', '=', '🎉', 'null', 'x'.repeat(20_000)].map((page) => ({ page })),
  ...[
    ['after', 5, 'x'],
    ['before', -1, ''],
    ['after', 'text', '\u0000'],
    ['after', '\ud800', '\udfff'],
    ['after', '\u0000', 'x'],
    ['after', 1e308, 'x'],
    ['before', 0.5, "' or 1=1 --"],
    ['sideways', 'a', 'b'],
    ['after', null, 'x'],
    ['after', 'a'],
    ['after', ['a'], 'x'],
    { side: 'after' },
    [],
    '["after",1e999,"x"]',
    '{"__proto__":1}',
  ].map((value) => ({ page: cursor(value) })),
  ...['', '-', '--sent', 'constructor', '__proto__', 'sent desc; drop table invitation', '-🎉'].map(
    (sort) => ({ sort }),
  ),
  ...['', 'constructor', '__proto__', 'ALL', "'"].map((tab) => ({ tab })),
  ...[
    '\u0000',
    "'; drop table invitation --",
    '🎉'.repeat(200),
    `a${'🎉'.repeat(127)}`,
    '\u{10ffff}',
    'x'.repeat(10_000),
  ].map((q) => ({ q })),
  ...['constructor', '__proto__', 'toString', 'sent', ''].map((notice) => ({ notice, n: '3' })),
  ...['-1', '1e400', 'NaN', '<b>', '9'.repeat(40)].map((n) => ({ notice: 'sent', n })),
]

test.each([
  ['sent', 'outstanding'],
  ['-email', 'all'],
  ['department', 'accepted'],
])('no hostile query breaks the page sorted by %s under %s', async (sort, tab) => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addThem(acme.id)
  for (const query of HOSTILE) {
    const html = await see(world, admin, { sort, tab, ...query })
    expect(await texts(html, 'h1')).toEqual(['Invitations'])
  }
})

test('bytes that are no text do not break the page', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  for (const query of [
    'q=%ED%A0%80',
    'q=%',
    'q=%ff%fe',
    'tab=%00',
    'page=%E0%A4%A',
    'q[]=1&q=2&q=3',
    '&&&=',
  ]) {
    expect((await world.fetch(`${LIST}?${query}`, { cookie: admin.cookie })).status, query).toBe(200)
  }
})

test('a notice is one of ours or none at all', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  for (const notice of ['constructor', '__proto__', 'toString', 'You have won']) {
    expect(await texts(await see(world, admin, { notice, n: '3' }), '.toast'), notice).toEqual([])
  }
  expect(await texts(await see(world, admin, { notice: 'sent', n: '3' }), '.toast')).toEqual([
    '3 invitations sent',
  ])
  expect(await texts(await see(world, admin, { notice: 'sent', n: '-3' }), '.toast')).toEqual([
    '0 invitations sent',
  ])
})
