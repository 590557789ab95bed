import { describe, expect, test } from 'vitest'
import { satisfies } from '../../src/rules/sign-in'
import { lackingOf, mustUseSso, vouchingOf } from '../../src/rules/sso'

const LAX = { ssoRequired: 'off', requiredFactor: 'none' } as const
const PASSWORD = { own: true, granted: false, method: 'password', secondFactor: null } as const
const OUTSIDER = { connected: true, ofProvenDomain: false }
const INSIDER = { connected: true, ofProvenDomain: true }

describe('what a session lacks to open an organization', () => {
  test('is nothing for an account that signed in itself, where nothing more is asked', () => {
    expect(lackingOf(LAX, PASSWORD, OUTSIDER)).toBeNull()
  })

  test('is single sign-on where everybody needs it, or where the address is of a proven domain', () => {
    expect(lackingOf({ ...LAX, ssoRequired: 'everybody' }, PASSWORD, OUTSIDER)).toBe('sso')
    expect(lackingOf({ ...LAX, ssoRequired: 'proven_domains' }, PASSWORD, INSIDER)).toBe('sso')
    expect(lackingOf({ ...LAX, ssoRequired: 'proven_domains' }, PASSWORD, OUTSIDER)).toBeNull()
  })

  test('is never single sign-on while nobody could sign in that way', () => {
    expect(mustUseSso('everybody', { connected: false, ofProvenDomain: true })).toBe(false)
  })

  test('is the account’s own sign-in where another organization’s identity provider made the session', () => {
    const foreign = { ...PASSWORD, own: false, method: 'sso' } as const
    expect(lackingOf(LAX, foreign, OUTSIDER)).toBe('own_sign_in')
    expect(lackingOf({ ...LAX, requiredFactor: 'second_factor' }, foreign, OUTSIDER)).toBe('own_sign_in')
  })

  test('is nothing for what its own identity provider has opened', () => {
    const opened = { ...PASSWORD, own: false, granted: true, method: 'sso' } as const
    expect(lackingOf({ ssoRequired: 'everybody', requiredFactor: 'passkey' }, opened, INSIDER)).toBeNull()
  })

  test('is a second factor where one is required and none was shown', () => {
    const strict = { ...LAX, requiredFactor: 'second_factor' } as const
    expect(lackingOf(strict, PASSWORD, OUTSIDER)).toBe('second_factor')
    expect(lackingOf(strict, { ...PASSWORD, secondFactor: 'authenticator' }, OUTSIDER)).toBeNull()
  })
})

test('a passkey is two factors in one; a code from an app is no passkey', () => {
  expect(satisfies('second_factor', { method: 'passkey', secondFactor: null })).toBe(true)
  expect(satisfies('passkey', { method: 'passkey', secondFactor: null })).toBe(true)
  expect(satisfies('passkey', { method: 'password', secondFactor: 'passkey' })).toBe(true)
  expect(satisfies('passkey', { method: 'password', secondFactor: 'authenticator' })).toBe(false)
  expect(satisfies('second_factor', { method: 'password', secondFactor: null })).toBe(false)
})

describe('an identity provider’s word about an address', () => {
  const word = (address: string, addressVerified: boolean | null, hostedDomain: string | null = null) => ({
    address,
    addressVerified,
    hostedDomain,
  })

  test.each(['other', 'microsoft'] as const)(
    'counts from %s where it says that the address is verified',
    (preset) => {
      expect(vouchingOf(preset, word('jane@elsewhere.test', true), false)).toBe('address')
      expect(vouchingOf(preset, word('jane@elsewhere.test', false), false)).toBe('nobody')
      expect(vouchingOf(preset, word('jane@elsewhere.test', null), false)).toBe('nobody')
    },
  )

  test.each(['other', 'microsoft'] as const)(
    'counts from %s for domains that its organization has proven, unless it says that the address is not verified',
    (preset) => {
      expect(vouchingOf(preset, word('jane@acme.test', null), true)).toBe('own_domain')
      expect(vouchingOf(preset, word('jane@acme.test', false), true)).toBe('nobody')
      expect(vouchingOf(preset, word('jane@acme.test', true), true)).toBe('own_domain')
    },
  )

  test('counts from Google for its own addresses, where it has verified them', () => {
    for (const address of ['jane@gmail.com', 'jane@googlemail.com']) {
      expect(vouchingOf('google', word(address, true), false)).toBe('address')
      expect(vouchingOf('google', word(address, false), false)).toBe('nobody')
    }
  })

  test('counts from Google for other addresses only with a Workspace domain', () => {
    expect(vouchingOf('google', word('jane@acme.test', true), false)).toBe('nobody')
    expect(vouchingOf('google', word('jane@acme.test', true), true)).toBe('nobody')
    expect(vouchingOf('google', word('jane@acme.test', true, 'acme.test'), false)).toBe('address')
    expect(vouchingOf('google', word('jane@acme.test', false, 'acme.test'), false)).toBe('nobody')
  })

  test('is of the organization’s own domain from Google only where that is the Workspace’s', () => {
    expect(vouchingOf('google', word('jane@acme.test', null, 'acme.test'), true)).toBe('own_domain')
    expect(vouchingOf('google', word('jane@acme.test', true, 'globex.test'), true)).toBe('address')
    expect(vouchingOf('google', word('jane@acme.test', false, 'globex.test'), true)).toBe('nobody')
  })
})
