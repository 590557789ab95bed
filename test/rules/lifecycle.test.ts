import { describe, expect, it } from 'vitest'
import {
  CLOSED_LINK_SETTINGS,
  INVITATION_STATUSES,
  isOutstanding,
  type LinkEnd,
  linkEnd,
  OPEN_STATUSES,
  shownEnd,
  statusAt,
  statusesOf,
  TABS,
} from '../../src/rules/lifecycle'

const NOW = 1_000_000

describe('expiry', () => {
  it.each([
    ['a moment before', NOW + 1, 'pending'],
    ['at the moment itself', NOW, 'expired'],
    ['afterwards', NOW - 1, 'expired'],
  ] as const)('is a comparison at read time: %s', (_, expiresAt, status) => {
    expect(statusAt('pending', expiresAt, NOW)).toBe(status)
  })

  it('changes no status but pending', () => {
    for (const status of INVITATION_STATUSES.filter((one) => one !== 'pending'))
      expect(statusAt(status, NOW - 1, NOW)).toBe(status)
  })
})

describe('an invitation', () => {
  it('can be resent and revoked while it is pending or expired', () => {
    expect(INVITATION_STATUSES.filter(isOutstanding)).toEqual(['pending', 'expired'])
  })

  it('holds its address’s one place while it is awaiting approval, pending or expired', () => {
    expect(OPEN_STATUSES).toEqual(['awaiting_approval', 'pending', 'expired'])
  })

  it('stands under one tab besides all', () => {
    const single = TABS.filter((tab) => tab !== 'all')
    expect(single.flatMap(statusesOf).toSorted()).toEqual([...INVITATION_STATUSES].toSorted())
    expect(statusesOf('all')).toEqual(INVITATION_STATUSES)
  })
})

const LINK = { hash: 'this', generation: 2 }
const row = (status: (typeof INVITATION_STATUSES)[number], rest = {}) => ({
  status,
  expiresAt: NOW + 1,
  tokenHash: 'this',
  generation: 2,
  ...rest,
})

describe('a link', () => {
  it('is open while its invitation is pending and of its generation', () => {
    expect(linkEnd(LINK, row('pending'), NOW)).toBeNull()
  })

  it.each([
    ['accepted', 'used'],
    ['revoked', 'revoked'],
    ['declined', 'declined'],
  ] as const)('says what became of its invitation: %s', (status, end) => {
    expect(linkEnd(LINK, row(status), NOW)).toBe(end)
    expect(linkEnd(LINK, row(status, { expiresAt: NOW - 1 }), NOW)).toBe(end)
    expect(linkEnd(LINK, row(status, { generation: 3, tokenHash: 'newer' }), NOW)).toBe(end)
  })

  it('is expired once its time is over, swept or not', () => {
    expect(linkEnd(LINK, row('pending', { expiresAt: NOW }), NOW)).toBe('expired')
    expect(linkEnd(LINK, row('expired', { expiresAt: NOW }), NOW)).toBe('expired')
  })

  it('is replaced by a newer mail, also once that has expired', () => {
    const newer = { generation: 3, tokenHash: 'newer' }
    expect(linkEnd(LINK, row('pending', newer), NOW)).toBe('replaced')
    expect(linkEnd(LINK, row('expired', { ...newer, expiresAt: NOW }), NOW)).toBe('replaced')
  })

  it('is replaced when its generation has been signed anew with another key', () => {
    expect(linkEnd(LINK, row('pending', { tokenHash: 'another' }), NOW)).toBe('replaced')
  })

  it('never opens an invitation that awaits approval', () => {
    expect(linkEnd(LINK, row('awaiting_approval'), NOW)).not.toBeNull()
  })
})

describe('what a closed link says', () => {
  const ENDS: LinkEnd[] = ['expired', 'revoked', 'replaced', 'used', 'declined']
  const said = (setting: (typeof CLOSED_LINK_SETTINGS)[number]) => ENDS.map((end) => shownEnd(end, setting))

  it('is precise, or expired for revoked ones, or invalid for revoked and replaced ones', () => {
    expect(said('precise')).toEqual(ENDS)
    expect(said('revoked_as_expired')).toEqual(['expired', 'expired', 'replaced', 'used', 'declined'])
    expect(said('invalid')).toEqual(['expired', 'invalid', 'invalid', 'used', 'declined'])
    expect(CLOSED_LINK_SETTINGS).toHaveLength(3)
  })
})
