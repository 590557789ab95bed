import { describe, expect, it, test } from 'vitest'
import { slugOf, slugProblem } from '../../src/rules/names'
import { chosenLifetime, lifetimeChoice, lifetimeWords, READERS, timeZones } from '../../src/rules/settings'

const HOUR = 3600
const DAY = 24 * HOUR

const taken = (setting: keyof typeof READERS, text: string) => {
  const read = READERS[setting](text)
  return 'value' in read ? read.value : 'refused'
}

describe('a lifetime', () => {
  it.each([
    [HOUR, '1 hour', { choice: 'custom', amount: '1', unit: 'hours' }],
    [DAY, '24 hours', { choice: String(DAY), amount: '', unit: 'days' }],
    [36 * HOUR, '36 hours', { choice: 'custom', amount: '36', unit: 'hours' }],
    [2 * DAY, '2 days', { choice: 'custom', amount: '2', unit: 'days' }],
    [7 * DAY, '7 days', { choice: String(7 * DAY), amount: '', unit: 'days' }],
    [30 * DAY, '30 days', { choice: 'custom', amount: '30', unit: 'days' }],
  ])('of %i seconds reads %s, and comes back from its form as it was', (seconds, words, choice) => {
    expect(lifetimeWords(seconds)).toBe(words)
    expect(lifetimeChoice(seconds)).toEqual(choice)
    expect(chosenLifetime(choice, choice)).toBe(String(seconds))
  })

  it('is from 1 hour to 30 days', () => {
    const of = (amount: string, unit: string) =>
      taken('invitationLifetime', chosenLifetime({ choice: 'custom', amount, unit }, lifetimeChoice(DAY)))
    expect(of('1', 'hours')).toBe(HOUR)
    expect(of('1,5', 'hours')).toBe(1.5 * HOUR)
    expect(of('30', 'days')).toBe(30 * DAY)
    expect(of('720', 'hours')).toBe(30 * DAY)
    for (const [amount, unit] of [
      ['0.9', 'hours'],
      ['31', 'days'],
      ['721', 'hours'],
      ['0', 'days'],
      ['-3', 'days'],
      ['', 'days'],
      ['soon', 'days'],
      ['1e9', 'days'],
    ] as const)
      expect(of(amount, unit), `${amount} ${unit}`).toBe('refused')
    for (const text of ['', 'custom', '86400.5', 'NaN', '-86400'])
      expect(taken('invitationLifetime', text)).toBe('refused')
  })

  it('typed beside a preset that was not pressed is meant: without scripts typing does not choose', () => {
    const shown = lifetimeChoice(7 * DAY)
    const amount = { amount: '3', unit: 'days' }
    expect(chosenLifetime({ choice: shown.choice, ...amount }, shown)).toBe(String(3 * DAY))
    expect(chosenLifetime({ choice: String(DAY), ...amount }, shown)).toBe(String(DAY))
    const custom = lifetimeChoice(3 * DAY)
    expect(chosenLifetime({ choice: String(DAY), ...amount }, custom)).toBe(String(DAY))
  })
})

test.each([
  ['acme', true],
  ['a1', true],
  ['acme-2', true],
  ['x'.repeat(48), true],
  ['a', false],
  ['', false],
  ['x'.repeat(49), false],
  ['Acme', false],
  ['acme inc', false],
  ['söhne', false],
  ['acme_inc', false],
  ['-acme', false],
  ['acme-', false],
  ['ac/me', false],
  ['..', false],
  ['new', false],
  ['sign-in', false],
])('%j as a slug: %s', (slug, good) => {
  expect(slugProblem(slug) === null).toBe(good)
})

test.each(['New', 'X', 'Sign in', 'admin', '!', 'Acme'])(
  'the slug made of the name %j is one that can be set',
  (name) => {
    expect(slugProblem(slugOf(name))).toBeNull()
  },
)

test.each([
  ['/welcome', '/welcome'],
  ['/welcome?from=usher#top', '/welcome?from=usher#top'],
  [' https://product.example/start ', 'https://product.example/start'],
  ['', null],
  ['/organizations', '/organizations'],
  ['/o/acme', 'refused'],
  ['/o', 'refused'],
  ['//evil.example', 'refused'],
  ['/\\evil.example', 'refused'],
  ['http://product.example', 'refused'],
  ['javascript:alert(1)', 'refused'],
  ['data:text/html,x', 'refused'],
  ['product.example', 'refused'],
  ['https://', 'refused'],
  [`/${'x'.repeat(500)}`, 'refused'],
])('%j as a landing address: %j', (text, value) => {
  expect(taken('landingAddress', text)).toBe(value)
})

test('a page of the console is refused as a landing address in words of its own', () => {
  expect(READERS.landingAddress('/o/acme/members')).toMatchObject({
    problem: expect.stringContaining('page of the console'),
  })
})

test('time zones are the platform’s and UTC, each once, and nothing else', () => {
  expect(timeZones()[0]).toBe('UTC')
  expect(timeZones()).toContain('Europe/Berlin')
  expect(new Set(timeZones()).size).toBe(timeZones().length)
  expect(
    taken('timeZone', 'Asia/Kolkata') === 'refused' && taken('timeZone', 'Asia/Calcutta') === 'refused',
  ).toBe(false)
  for (const text of ['', 'Mars/Olympus', '+02:00', 'utc', 'x'.repeat(10_000)])
    expect(taken('timeZone', text), text.slice(0, 20)).toBe('refused')
})

test('what is chosen from a few is one of them', () => {
  expect(taken('roleAtSending', 'not_offered')).toBe('not_offered')
  expect(taken('nameFields', 'single')).toBe('single')
  expect(taken('closedLink', 'revoked_as_expired')).toBe('revoked_as_expired')
  expect(taken('asksTeams', 'no')).toBe(false)
  expect(taken('pendingReservesSeat', 'yes')).toBe(true)
  for (const setting of [
    'roleAtSending',
    'nameFields',
    'closedLink',
    'asksTeams',
    'pendingReservesSeat',
  ] as const)
    for (const text of ['', 'whatever', 'true']) expect(taken(setting, text)).toBe('refused')
})
