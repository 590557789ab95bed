import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../src/rules/audit'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { WAITS_FOR_RESUMING } from '../../src/rules/pausing'
import type { Phrase } from '../../src/rules/pieces'
import { type Generation, type Life, type LifeMail, ordinal, timelineOf } from '../../src/rules/timeline'

const T = Date.UTC(2026, 2, 1, 12)
const ANN = { kind: 'user', id: 'ann', name: 'Ann Lee' }
const JANE = { kind: 'invitee', id: null, name: 'jane@example.com' }
const RESEND = { kind: 'provider', id: null, name: 'Resend' }

let count = 0
const event = (
  action: string,
  at: number,
  detail: unknown = {},
  actor: AuditEvent['actor'] = ANN,
): AuditEvent => ({
  id: `event-${++count}`,
  at,
  action,
  actor,
  target: { kind: 'invitation', id: 'invitation', name: 'jane@example.com' },
  detail,
})
const mail = (generation: number, createdAt: number, values: Partial<LifeMail> = {}): LifeMail => ({
  id: `mail-${generation}-${values.kind ?? 'invitation'}`,
  kind: 'invitation',
  generation,
  state: 'queued',
  attempts: 0,
  dueAt: createdAt + 5 * MINUTE,
  failedAt: null,
  reason: null,
  provider: null,
  sentAt: null,
  reportedAt: null,
  deliveredAt: null,
  bounce: null,
  createdAt,
  ...values,
})
const took = (at: number) => ({ state: 'sent', attempts: 1, sentAt: at, provider: 'resend' }) as const

const life = (
  values: Partial<Omit<Life, 'invitation'>> & { invitation?: Partial<Life['invitation']> },
): Life => {
  const generation = values.invitation?.generation ?? 1
  return {
    from: 1,
    to: generation,
    mails: [],
    events: [],
    ...values,
    invitation: {
      status: 'pending',
      generation,
      firstSentAt: T,
      sentAt: T,
      expiresAt: T + 7 * DAY,
      inviterName: 'Ann Lee',
      ...values.invitation,
    },
  }
}

const plain = (words: Phrase) =>
  words.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')
const told = ({ entries }: Generation) => entries.map(({ words }) => plain(words))
const tell = (given: Life) =>
  timelineOf(given, 'UTC').map((generation) => [generation.number, ...told(generation)])

/** A long life: sent, opened, resent, reminded, edited, accepted. */
const wholeLife = (): Life => {
  const again = T + 3 * DAY
  return life({
    invitation: { generation: 2, sentAt: again, status: 'accepted', inviterName: 'Bo Berg' },
    mails: [
      mail(1, T, took(T + MINUTE)),
      mail(2, again, { ...took(again + MINUTE), state: 'delivered', deliveredAt: again + 2 * MINUTE }),
      mail(2, again + DAY, { ...took(again + DAY + MINUTE), kind: 'reminder' }),
    ],
    events: [
      event('invitation.sent', T, { generation: 1, role: 'member' }),
      event('mail.delivered', T + 2 * MINUTE, { delivery: 'mail-1-invitation' }, RESEND),
      event('invitation.opened', T + HOUR, { generation: 1 }, JANE),
      event('invitation.resent', again, { generation: 2, role: 'member' }, { ...ANN, name: 'Bo Berg' }),
      event('invitation.reminded', again + DAY, {
        generation: 2,
        delivery: 'mail-2-reminder',
        kind: 'reminder',
      }),
      event('invitation.edited', again + DAY + HOUR, { role: 'viewer', before: { role: 'member' } }),
      event('invitation.accepted', again + 2 * DAY, { role: 'viewer' }, { ...JANE, name: 'Jane Doe' }),
    ],
  })
}
const WHOLE = [
  [
    2,
    'Accepted by Jane Doe, who joined as Viewer',
    'Edited by Ann Lee: role from Member to Viewer',
    'Reminder handed over to Resend',
    'Reminder queued',
    'Mail delivered',
    'Mail handed over to Resend',
    'Mail queued',
    'Resent by Bo Berg as Member',
  ],
  [
    1,
    'Page opened',
    'Mail delivered',
    'Mail handed over to Resend',
    'Mail queued',
    'Sent by Ann Lee as Member',
  ],
]

describe('a life is told by its mails, the newest first, and in each what came last', () => {
  test('with who sent each and when', () => {
    const heads = timelineOf(wholeLife(), 'UTC').map(({ number, by, at }) => ({ number, by, at }))
    expect(heads).toEqual([
      { number: 2, by: 'Bo Berg', at: T + 3 * DAY },
      { number: 1, by: 'Ann Lee', at: T },
    ])
  })

  test('the same in whatever order it was read', () => {
    const { mails, events, ...rest } = wholeLife()
    const orders = events.map((_, at) => [...events.slice(at), ...events.slice(0, at)])
    for (const order of [...orders, ...orders.map((one) => one.toReversed())])
      for (const sent of [mails, mails.toReversed()])
        expect(tell({ ...rest, events: order, mails: sent })).toEqual(WHOLE)
  })

  test('of one moment the consequence comes after its cause', () => {
    const events = ['invitation.accepted', 'invitation.opened', 'invitation.sent'].map((action) =>
      event(action, T, { generation: 1 }),
    )
    const [generation] = tell(life({ events: events.toReversed(), mails: [mail(1, T, took(T))] }))
    expect(generation?.slice(3)).toEqual(['Mail handed over to Resend', 'Mail queued', 'Sent by Ann Lee'])
  })
})

test('what was delivered and came back in one moment came back last, by row and by event', () => {
  const at = { reportedAt: T + 9, deliveredAt: T + 9 }
  const values = { ...took(T + 9), state: 'bounced', bounce: 'soft', ...at } as const
  const id = { delivery: 'mail-1-invitation', bounce: 'soft' }
  const events = ['mail.bounced', 'mail.delivered'].map((action) => event(action, T + 9, id, RESEND))
  for (const order of [[], events, events.toReversed()])
    expect(tell(life({ mails: [mail(1, T, values)], events: order }))[0]?.slice(1, 4)).toEqual([
      'Mail bounced, soft: it could not be delivered this time',
      'Mail delivered',
      'Mail handed over to Resend',
    ])
})

describe('a report stands with the mail it is about', () => {
  const again = T + DAY
  const twice = (values: Partial<Life>) =>
    life({
      invitation: { generation: 2, sentAt: again },
      mails: [mail(1, T, took(T + 1)), mail(2, again, took(again + 1))],
      ...values,
    })

  test('also when it comes after the next mail was sent', () => {
    const late = event(
      'mail.bounced',
      again + HOUR,
      { delivery: 'mail-1-invitation', bounce: 'hard' },
      RESEND,
    )
    const [second, first] = tell(twice({ events: [late] }))
    expect(second).not.toContain('Mail bounced, hard: the address takes no mail')
    expect(first?.[1]).toBe('Mail bounced, hard: the address takes no mail')
  })

  test('at the moment the provider tells, but not after it was told', () => {
    const moments = [again + 5, again + 2 * DAY, 'soon'].map((reportedAt) => {
      const report = event(
        'mail.delivered',
        again + DAY,
        { delivery: 'mail-2-invitation', reportedAt },
        RESEND,
      )
      return timelineOf(twice({ events: [report] }), 'UTC')[0]?.entries[0]?.at
    })
    expect(moments).toEqual([again + 5, again + DAY, again + DAY])
  })

  test('and is left out where that mail is on another page', () => {
    const late = event('mail.delivered', again + HOUR, { delivery: 'mail-1-invitation' }, RESEND)
    const [mails] = [[mail(2, again, took(again + 1))]]
    const page = tell(twice({ events: [late], mails, from: 2 }))
    expect(page).toEqual([[2, 'Mail handed over to Resend', 'Mail queued']])
  })

  test('or stands by its time where that mail is nowhere', () => {
    const lost = event('mail.delivered', again + HOUR, { delivery: 'gone' }, RESEND)
    expect(tell(twice({ events: [lost] }))[0]?.[1]).toBe('Mail delivered')
  })

  test('why a mail came back is told, and where nobody wrote an event its row says it', () => {
    const values = { ...took(T + 1), state: 'bounced', bounce: 'soft', reason: '452 Mailbox full' } as const
    const [generation] = timelineOf(life({ mails: [mail(1, T, { ...values, reportedAt: T + HOUR })] }), 'UTC')
    expect(generation?.entries[0]).toMatchObject({ at: T + HOUR, tone: 'bad', reason: '452 Mailbox full' })
    expect(told(generation as Generation)[0]).toBe('Mail bounced, soft: it could not be delivered this time')
  })

  test('once, where event and row say the same', () => {
    const values = { ...took(T + 1), state: 'complained', deliveredAt: T + 2, reportedAt: T + HOUR } as const
    const id = { delivery: 'mail-1-invitation' }
    const events = [
      event('mail.complained', T + HOUR, id, RESEND),
      event('mail.delivered', T + 2, id, RESEND),
    ]
    expect(tell(life({ events, mails: [mail(1, T, values)] }))).toEqual([
      [1, 'Mail reported as spam', 'Mail delivered', 'Mail handed over to Resend', 'Mail queued'],
    ])
  })
})

describe('a mail that has not gone', () => {
  const first = (values: Partial<LifeMail>) => {
    const [generation] = timelineOf(life({ mails: [mail(1, T, values)] }), 'UTC')
    const [entry] = generation?.entries ?? []
    return { words: plain(entry?.words ?? []), at: entry?.at, reason: entry?.reason, tone: entry?.tone }
  }

  test('says until when it waits and why, above all that has happened', () => {
    const reason = 'Waits for tomorrow: the quota of today is used up'
    expect(first({ dueAt: T + 12 * HOUR, reason })).toEqual({
      words: 'Mail waits until Mar 2, 2026, 00:00 UTC',
      at: null,
      reason,
      tone: 'waiting',
    })
    expect(first({ attempts: 3, reason: 'Busy (429)' }).words).toBe(
      'Mail waits until Mar 1, 2026, 12:05 UTC after 3 attempts',
    )
    expect(first({ reason: WAITS_FOR_RESUMING }).words).toBe('Mail waits')
    expect(first({ attempts: 1 }).words).toBe('Mail waits to be tried again after 1 attempt')
    expect(first({ state: 'sending', attempts: 1 }).words).toBe('Mail on its way to the provider')
    expect(first({}).words).toBe('Mail queued')
  })

  test('says why it failed or was cancelled', () => {
    const refused = { state: 'failed', attempts: 2, failedAt: T + HOUR, reason: 'No such domain' } as const
    expect(first(refused)).toEqual({
      words: 'Mail failed after 2 attempts',
      at: T + HOUR,
      reason: 'No such domain',
      tone: 'bad',
    })
    expect(first({ ...refused, reason: 'Given up after 2 attempts. Busy' }).words).toBe('Mail failed')
    expect(first({ state: 'cancelled', reason: 'A newer mail was sent' })).toMatchObject({
      words: 'Mail cancelled',
      at: null,
      reason: 'A newer mail was sent',
    })
  })

  test('but went by its state alone, as older rows have it, was handed over', () => {
    expect(tell(life({ mails: [mail(1, T, { state: 'delivered' })] }))).toEqual([
      [1, 'Mail delivered', 'Mail handed over', 'Mail queued'],
    ])
  })
})

describe('what else happened', () => {
  const words = (action: string, detail: unknown = {}, actor = ANN) =>
    tell(life({ events: [event(action, T + HOUR, detail, actor)] }))[0]?.[1]

  test.each([
    ['invitation.renewed', { generation: 1, role: 'Auditor' }, 'Renewed by Ann Lee as Auditor'],
    ['invitation.declined', {}, 'Declined by the invitee'],
    ['invitation.revoked', {}, 'Revoked by Ann Lee'],
    ['reminders.paused', {}, 'Reminders paused by Ann Lee'],
    ['reminders.resumed', {}, 'Reminders resumed by Ann Lee'],
    ['reminders.unsubscribed', {}, 'The invitee wants no more reminders'],
    ['reminders.resubscribed', {}, 'The invitee wants reminders again'],
    ['invitation.reminded', { kind: 'second_reminder' }, 'Second reminder queued'],
    ['invitation.reminded', null, 'Reminder queued'],
    ['mail.bounced', { kind: 'reminder' }, 'Reminder bounced'],
    ['invitation.edited', 'nonsense', 'Edited by Ann Lee'],
    ['invitation.edited', { note: 'New', before: { note: 'Old' } }, 'Edited by Ann Lee: note'],
    ['invitation.forwarded', {}, 'Ann Lee did invitation.forwarded to jane@example.com'],
  ])('%s %o', (action, detail, said) => {
    expect(words(action, detail)).toBe(said)
  })

  test('an API key is called one, and nobody by name somebody', () => {
    expect(words('invitation.revoked', {}, { ...ANN, kind: 'api_key', name: 'Product' })).toBe(
      'Revoked by API key Product',
    )
    expect(words('invitation.revoked', {}, { ...ANN, name: '' })).toBe('Revoked by somebody')
  })

  test('an expiry stands at its moment, not at the sweep’s, and before the sweep has come', () => {
    const expiresAt = T + DAY
    const invitation = { status: 'expired', expiresAt } as const
    const swept = event('invitation.expired', expiresAt + 4 * MINUTE, { expiresAt })
    for (const events of [[swept], []]) {
      const [generation] = timelineOf(life({ invitation, events }), 'UTC')
      expect(generation?.entries.map(({ at }) => at)).toEqual([expiresAt])
      expect(told(generation as Generation)).toEqual(['Expired'])
    }
  })

  test('an event without a generation belongs to the one of its time, and so does one with a broken one', () => {
    const again = T + DAY
    const events = [
      event('reminders.paused', again - 1),
      event('invitation.opened', again + 1, { generation: 'two' }),
      event('invitation.revoked', again),
    ]
    expect(tell(life({ invitation: { generation: 2, sentAt: again }, events }))).toEqual([
      [2, 'Page opened', 'Revoked by Ann Lee'],
      [1, 'Reminders paused by Ann Lee'],
    ])
  })
})

describe('a part of a life', () => {
  test('has the generations that were read and no others', () => {
    const mails = [3, 4].map((n) => mail(n, T + n * DAY))
    const given = life({ invitation: { generation: 6, sentAt: T + 6 * DAY }, from: 3, to: 4, mails })
    expect(timelineOf(given, 'UTC').map(({ number, at, by }) => [number, at, by])).toEqual([
      [4, T + 4 * DAY, null],
      [3, T + 3 * DAY, null],
    ])
    const early = event('invitation.resent', T + 5 * DAY, { generation: 5 })
    expect(timelineOf({ ...given, events: [early] }, 'UTC')).toHaveLength(2)
  })

  test('of an invitation of which nothing else is known says at least when and by whom it was sent', () => {
    expect(timelineOf(life({}), 'UTC')).toEqual([
      { number: 1, at: T, by: 'Ann Lee', asked: false, entries: [] },
    ])
  })
})

test('mails are counted as people count', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 500].map(ordinal)).toEqual(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th 500th'.split(' '),
  )
})
