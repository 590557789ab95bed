import { describe, expect, test } from 'vitest'
import { type DeletionLinkState, deletionLinkState } from '../../src/rules/deletion'

const NOW = 1_000_000
const OPEN = {
  userId: 'olga',
  status: 'requested' as const,
  tokenHash: 'hash',
  expiresAt: NOW + 1,
  deleteAt: null,
  replaced: false,
  mayDelete: true,
}
type Facts = Parameters<typeof deletionLinkState>[1]

const stateOf = (facts: Facts, viewer: string | null = 'olga', hash = 'hash') =>
  deletionLinkState({ hash }, facts, viewer, NOW)

describe('the link that confirms a deletion is', () => {
  test.each<[DeletionLinkState, Facts]>([
    ['open', OPEN],
    ['invalid', null],
    ['invalid', { ...OPEN, deleteAt: NOW }],
    ['not_allowed', { ...OPEN, mayDelete: false }],
    ['expired', { ...OPEN, expiresAt: NOW }],
    ['replaced', { ...OPEN, status: 'ended', replaced: true }],
    ['undone', { ...OPEN, status: 'ended' }],
    ['confirmed', { ...OPEN, status: 'confirmed', deleteAt: NOW + 1 }],
    ['confirmed', { ...OPEN, status: 'confirmed', deleteAt: NOW + 1, expiresAt: NOW - 1 }],
  ])('%s for %j', (state, facts) => {
    expect(stateOf(facts)).toBe(state)
  })

  test('for the account that asked, whatever has become of it', () => {
    for (const facts of [OPEN, { ...OPEN, status: 'ended' as const }, { ...OPEN, mayDelete: false }]) {
      expect(stateOf(facts, null)).toBe('signed_out')
      expect(stateOf(facts, 'otto')).toBe('wrong_account')
    }
  })

  test('replaced where its row has the hash of another', () => {
    expect(stateOf(OPEN, 'olga', 'another')).toBe('replaced')
  })
})
