import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import {
  type Attention,
  attentionWords,
  daysOf,
  durationWords,
  type FunnelCounts,
  funnelOf,
  percentWords,
} from '../../src/rules/overview'

describe('a duration reads', () => {
  test.each([
    [0, 'less than a minute'],
    [MINUTE - 1, 'less than a minute'],
    [MINUTE, '1 minute'],
    [HOUR - 1, '59 minutes'],
    [HOUR, '1 hour'],
    [3 * HOUR + 20 * MINUTE, '3 hours 20 minutes'],
    [DAY, '1 day'],
    [DAY + 5 * MINUTE, '1 day'],
    [2 * DAY + 5 * HOUR + 59 * MINUTE, '2 days 5 hours'],
    [40 * DAY, '40 days'],
  ])('%i ms: %s', (ms, words) => expect(durationWords(ms)).toBe(words))

  test('in as many units as asked', () => {
    expect(durationWords(2 * DAY - 1, 1)).toBe('1 day')
    expect(durationWords(2 * DAY + 5 * HOUR + 59 * MINUTE, 3)).toBe('2 days 5 hours 59 minutes')
  })
})

describe('a share reads', () => {
  test.each([
    [0, 0, '–'],
    [0, 5, '0%'],
    [5, 5, '100%'],
    [1, 3, '33%'],
    [2, 3, '67%'],
    [1, 1000, '<1%'],
    [999, 1000, '99%'],
  ])('%i of %i: %s', (part, whole, words) => expect(percentWords(part, whole)).toBe(words))
})

describe('what needs attention is said', () => {
  const NOW = Date.UTC(2026, 2, 1)
  const said = (kind: Attention, rest: Partial<Parameters<typeof attentionWords>[0]> = {}) =>
    attentionWords(
      {
        kind,
        mailReason: null,
        mailBounce: null,
        openedAt: null,
        sentAt: NOW - 4 * DAY,
        expiresAt: NOW + 3 * DAY,
        status: 'pending',
        inviterName: 'Ada Admin',
        roleName: 'Viewer',
        approvalReason: null,
        grantable: true,
        ...rest,
      },
      NOW,
    )

  test('as who asks for approval, for what and why', () => {
    expect(said('approval', { status: 'awaiting_approval' })).toBe('Ada Admin asks to invite them as Viewer.')
    expect(said('approval', { status: 'awaiting_approval', approvalReason: 'Viewers are dear' })).toBe(
      'Ada Admin asks to invite them as Viewer. Viewers are dear.',
    )
    expect(said('approval', { status: 'awaiting_approval', inviterLoss: 'removed' })).toBe(
      'Ada Admin is no member any more and may no longer grant Viewer. Decline it; whoever may grant that can invite the address anew.',
    )
  })

  test('in the provider’s words where it has some, else in ours', () => {
    expect(said('bounced')).toBe('The mail came back. Check the address.')
    expect(said('complained')).toBe('The mail was reported as spam. Ask them before you resend.')
    expect(said('failed')).toBe('The mail could not be sent. Check the address, or resend it later.')
    expect(said('bounced', { mailReason: '550 No such user', mailBounce: 'hard' })).toBe(
      '550 No such user. Check the address.',
    )
    expect(said('bounced', { mailReason: 'Mailbox full!', mailBounce: 'soft' })).toBe(
      'Mailbox full! Resend it later.',
    )
  })

  test('first of all that nobody answers for it, and who could', () => {
    const lost = (
      inviterLoss: 'removed' | 'deactivated' | 'role_lowered' | 'key_revoked',
      grantable = true,
    ) => said('inviter_lost', { inviterLoss, grantable, mailReason: '550 No such user' })
    expect(lost('removed')).toBe(
      'Ada Admin is no member any more and may no longer grant Viewer. Resend it to answer for it yourself.',
    )
    expect(lost('deactivated')).toContain('Ada Admin was deactivated and may no longer grant Viewer.')
    expect(lost('role_lowered')).toContain('Ada Admin may no longer grant Viewer.')
    expect(lost('key_revoked')).toContain('The API key Ada Admin was revoked and may no longer grant Viewer.')
    expect(lost('removed', false)).toContain('Somebody who may grant it has to resend it.')
  })

  test('and that it has expired meanwhile', () => {
    expect(said('bounced', { mailReason: '550 No such user', expiresAt: NOW })).toBe(
      '550 No such user. It has expired since.',
    )
    expect(said('failed', { expiresAt: NOW - 1 })).toBe('The mail could not be sent. It has expired since.')
  })

  test('and whether it was opened', () => {
    expect(said('expiring', { expiresAt: NOW + 5 * HOUR })).toBe('Not opened yet. It expires in 5 hours.')
    expect(said('waiting')).toBe('Not opened yet, 4 days after the mail. It expires in 3 days.')
    expect(said('waiting', { openedAt: NOW - DAY })).toBe(
      'Opened, but not accepted, 4 days after the mail. It expires in 3 days.',
    )
  })
})

describe('the funnel', () => {
  const counts = (rest: Partial<FunnelCounts> = {}): FunnelCounts => ({
    sent: 8,
    handedOver: 7,
    delivered: 5,
    opened: 4,
    accepted: 1,
    reported: 0,
    silent: 2,
    ...rest,
  })

  test('claims no deliveries where the provider reports none', () => {
    expect(funnelOf(counts())).toEqual([
      { name: 'Sent', count: 8, percent: '100%' },
      { name: 'Handed over', count: 7, percent: '88%' },
      { name: 'Opened', count: 4, percent: '50%' },
      { name: 'Accepted', count: 1, percent: '13%' },
    ])
  })

  test('counts deliveries once the provider reports them', () => {
    const delivered = { name: 'Delivered', count: 5, percent: '63%' }
    expect(funnelOf(counts({ reported: 1, silent: 0 }))[1]).toEqual(delivered)
  })

  test('says of how many mails nothing is reported, so that they do not pass for failures', () => {
    expect(funnelOf(counts({ reported: 1, silent: 1200 }))[1]?.note).toBe(
      'Nothing is reported of 1,200 mails that the provider took.',
    )
  })

  test('of nothing has no shares', () => {
    const nothing = { sent: 0, handedOver: 0, delivered: 0, opened: 0, accepted: 0, reported: 0, silent: 0 }
    expect(funnelOf(nothing).map(({ count, percent }) => [count, percent])).toEqual(
      Array.from({ length: 4 }, () => [0, '–']),
    )
  })
})

test('every day has its count, also one on which nothing happened', () => {
  expect(daysOf([10, 20, 30, 40], [{ day: 2, count: 5 }])).toEqual([
    { start: 10, count: 0 },
    { start: 20, count: 0 },
    { start: 30, count: 5 },
  ])
})
