import { describe, expect, test } from 'vitest'
import { addressLinkState, resetLinkState } from '../../src/rules/account-links'

const LINK = { hash: 'hash' }
const RESET = {
  status: 'requested',
  tokenHash: 'hash',
  expiresAt: 100,
  replaced: false,
  lives: true,
} as const
const CHANGE = { ...RESET, userId: 'ada', taken: false } as const

describe('a link that sets a password', () => {
  test.each([
    ['open', RESET, 99],
    ['expired', RESET, 100],
    ['used', { ...RESET, status: 'used', replaced: true }, 200],
    ['replaced', { ...RESET, status: 'ended', replaced: true }, 200],
    ['replaced', { ...RESET, tokenHash: 'another' }, 99],
    ['ended', { ...RESET, status: 'ended' }, 200],
    ['invalid', { ...RESET, lives: false }, 99],
    ['invalid', null, 99],
  ] as const)('is %s', (state, facts, now) => {
    expect(resetLinkState(LINK, facts, now)).toBe(state)
  })
})

describe('a link that confirms an address', () => {
  test.each([
    ['open', CHANGE, 'ada', 99],
    ['expired', CHANGE, 'ada', 100],
    ['confirmed', { ...CHANGE, status: 'confirmed' }, 'ada', 200],
    ['replaced', { ...CHANGE, status: 'ended', replaced: true }, 'ada', 200],
    ['replaced', { ...CHANGE, tokenHash: 'another' }, 'ada', 99],
    ['ended', { ...CHANGE, status: 'ended' }, 'ada', 200],
    ['taken', { ...CHANGE, taken: true }, 'ada', 99],
    ['expired', { ...CHANGE, taken: true }, 'ada', 100],
    ['signed_out', { ...CHANGE, taken: true }, null, 99],
    ['wrong_account', { ...CHANGE, taken: true }, 'max', 99],
    ['invalid', { ...CHANGE, lives: false }, 'ada', 99],
    ['invalid', null, null, 99],
  ] as const)('is %s', (state, facts, viewer, now) => {
    expect(addressLinkState(LINK, facts, viewer, now)).toBe(state)
  })
})
