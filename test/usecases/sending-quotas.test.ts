import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import type { SendOutcome } from '../../src/rules/outcomes'
import { WAITS_FOR_QUOTA } from '../../src/rules/quotas'
import { resendInvitations } from '../../src/usecases/invitations'
import { sendInvitations } from '../../src/usecases/sending'
import { as, idOf, resend, revoke, send, sendInput, withKey } from '../support/acting'
import { addApiKey, addCast, freshChange, type Person } from '../support/cast'
import { logged } from '../support/faults'
import { interleaved, merges } from '../support/interleaving'
import { deliveryTo } from '../support/mail'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

beforeEach(() => void logged())

// START is noon.
const MIDNIGHT = START + 12 * HOUR
const TODAY = START / DAY - 0.5

const list = (count: number, of = 'person') =>
  Array.from({ length: count }, (_, n) => `${of}${n}@example.com`)

/** Per address: `today`, `tomorrow`, or why not. */
const told = (outcomes: readonly SendOutcome[]) =>
  outcomes.map((outcome) => {
    if (outcome.kind === 'over_quota') return `over ${outcome.quota}`
    if (outcome.kind !== 'invited') return outcome.kind
    return outcome.waitsUntil === null ? 'today' : outcome.waitsUntil === MIDNIGHT ? 'tomorrow' : 'when?'
  })
const ids = (addresses: readonly string[]) => Promise.all(addresses.map(idOf))
const times = (count: number, what: string) => Array.from({ length: count }, () => what)
const count = (all: readonly string[], what: string) => all.filter((one) => one === what).length

/** Mails by the day whose quotas they are of, counted from today; cancelled ones left out. */
const byDay = async (where = '1') =>
  (
    await rows<{ day: number; n: number }>(
      `select quota_day - ? as day, count(*) as n from delivery where state <> 'cancelled' and ${where} group by 1 order by 1`,
      TODAY,
    )
  ).map(({ day, n }) => [day, n])

describe('what is over the organization’s quota', () => {
  test('is invited all the same and waits for the next day, and what is over that too is refused', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '4' })
    const { admin } = await addCast()
    const outcomes = await send(world, admin, list(10))
    expect(told(outcomes)).toEqual([
      ...times(4, 'today'),
      ...times(4, 'tomorrow'),
      ...times(2, 'over organization'),
    ])
    expect(await byDay()).toEqual([
      [0, 4],
      [1, 4],
    ])
    expect(await rows('select id from invitation')).toHaveLength(8)
    expect(world.messages).toHaveLength(4)
    expect(await deliveryTo('person0@example.com')).toMatchObject({ state: 'queued', reason: null })
    expect(await deliveryTo('person4@example.com')).toMatchObject({
      state: 'queued',
      due_at: MIDNIGHT,
      reason: WAITS_FOR_QUOTA,
    })
    expect(told(await send(world, admin, 'late@example.com'))).toEqual(['over organization'])
  })

  test('lasts and reminds from when its mail may leave, and its event says so', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin } = await addCast({ reminder_after: 50 })
    await send(world, admin, list(2))
    const terms = 'select sent_at, expires_at, remind_at, remind_again_at, mail_reason from invitation'
    expect(await rows(`${terms} order by address`)).toEqual([
      {
        sent_at: START,
        expires_at: START + 7 * DAY,
        remind_at: START + 3.5 * DAY,
        remind_again_at: START + 6 * DAY,
        mail_reason: null,
      },
      {
        sent_at: START,
        expires_at: MIDNIGHT + 7 * DAY,
        remind_at: MIDNIGHT + 3.5 * DAY,
        remind_again_at: MIDNIGHT + 6 * DAY,
        mail_reason: WAITS_FOR_QUOTA,
      },
    ])
    const details = await rows<{ detail: string }>('select detail from audit_event order by target_name')
    const [now, later] = details.map(({ detail }) => JSON.parse(detail))
    expect(now).toMatchObject({ expiresAt: START + 7 * DAY, before: null })
    expect(now).not.toHaveProperty('waitsUntil')
    expect(later).toMatchObject({ expiresAt: MIDNIGHT + 7 * DAY, waitsUntil: MIDNIGHT, before: null })
  })

  test('leaves at midnight of UTC and not before, whatever messages name it', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin } = await addCast()
    await send(world, admin, list(2))
    const { id } = await deliveryTo('person1@example.com')
    await world.drain()
    expect(await world.consume([{ delivery: id }])).toMatchObject([{ acked: true, retried: false }])
    await world.consume([{ delivery: id }], 'usher-mail-dead')
    world.clock.now = MIDNIGHT - 1
    await world.cron('* * * * *')
    await world.drain()
    await world.consume([{ delivery: id }])
    await run('update delivery set due_at = 0, reason = null where id = ?', id)
    await world.cron('* * * * *')
    await world.drain()
    await world.consume([{ delivery: id }])
    expect(world.mails.map(({ to }) => to)).toEqual(['person0@example.com'])

    world.clock.now = MIDNIGHT
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual(list(2))
    expect(await deliveryTo('person1@example.com')).toMatchObject({ state: 'sent', reason: null })
  })

  test('has used up a place of the next day by then, which counts from its first minute', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '2' })
    const { admin } = await addCast()
    await send(world, admin, list(3))
    world.clock.now = MIDNIGHT - 1
    expect(told(await send(world, admin, 'a@example.com'))).toEqual(['tomorrow'])
    expect(told(await send(world, admin, 'b@example.com'))).toEqual(['over organization'])
    world.clock.now = MIDNIGHT
    const outcomes = await send(world, admin, ['b@example.com', 'c@example.com', 'd@example.com'])
    expect(outcomes).toMatchObject([
      { kind: 'invited', waitsUntil: MIDNIGHT + DAY },
      { kind: 'invited', waitsUntil: MIDNIGHT + DAY },
      { kind: 'over_quota' },
    ])
  })

  test('answers a repeated press as the first one, today and tomorrow', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin } = await addCast()
    const press = () => send(world, admin, list(3), { change: 'one-press' })
    const [first, second] = await Promise.all([press(), press()])
    expect(told(first)).toEqual(['today', 'tomorrow', 'over organization'])
    expect(second).toEqual(first)
    world.clock.now = MIDNIGHT + HOUR
    expect(told(await press())).toEqual(['today', 'tomorrow', 'not_sent'])
  })

  test('frees its place when it is revoked, and never mails', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin } = await addCast()
    await send(world, admin, list(2))
    expect(told(await send(world, admin, 'late@example.com'))).toEqual(['over organization'])
    await revoke(world, admin, [await idOf('person1@example.com')])
    expect(told(await send(world, admin, 'late@example.com'))).toEqual(['tomorrow'])
    world.clock.now = MIDNIGHT
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ to }) => to).sort()).toEqual(['late@example.com', 'person0@example.com'])
    expect(await byDay()).toEqual([
      [0, 1],
      [1, 1],
    ])
  })

  test('is nobody else’s: each organization has its own', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin, outsider } = await addCast()
    await send(world, admin, 'one@example.com')
    await world.fetch('/o/globex/invitations', {
      cookie: outsider.cookie,
      form: { addresses: 'two@example.com', change: 'theirs' },
    })
    expect(await byDay()).toEqual([[0, 2]])
  })
})

describe('the quota of a sender', () => {
  test('is each person’s and each key’s own, within the organization’s', async () => {
    const world = createWorld({ INVITATIONS_PER_SENDER_PER_DAY: '2', INVITATIONS_PER_DAY: '5' })
    const { acme, admin, owner } = await addCast()
    const key = await addApiKey(acme)
    expect(told(await send(world, admin, list(5, 'a')))).toEqual([
      ...times(2, 'today'),
      ...times(2, 'tomorrow'),
      'over sender',
    ])
    expect(told(await send(world, owner, list(2, 'b')))).toEqual(times(2, 'today'))
    const { outcomes } = await withKey(world, key, (ctx) => sendInvitations(ctx, sendInput(list(3, 'c'))))
    expect(told(outcomes)).toEqual(['today', ...times(2, 'tomorrow')])
    expect(await byDay()).toEqual([
      [0, 5],
      [1, 4],
    ])
    expect(told(await send(world, owner, list(3, 'd')))).toEqual([
      'tomorrow',
      ...times(2, 'over organization'),
    ])
    expect(await byDay("sender_id = (select id from api_key where name = 'Product')")).toEqual([
      [0, 1],
      [1, 2],
    ])
  })
})

describe('the quota of an address', () => {
  const others = (world: World, who: Person, address: string) =>
    world.fetch('/o/globex/invitations', {
      cookie: who.cookie,
      form: { addresses: address, change: freshChange() },
    })

  test('is refused, whichever organization sends, until the next day', async () => {
    const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '2' })
    const { admin, outsider } = await addCast()
    await others(world, outsider, 'jane@example.com')
    expect(told(await send(world, admin, 'jane@example.com'))).toEqual(['today'])
    await world.drain()
    await run("update invitation set status = 'revoked' where inviter_id = ?", admin.id)
    expect(told(await send(world, admin, ['JANE@example.com', 'other@example.com']))).toEqual([
      'over address',
      'today',
    ])
    world.clock.now = MIDNIGHT - 1
    expect(told(await send(world, admin, 'jane@example.com'))).toEqual(['over address'])
    world.clock.now = MIDNIGHT
    expect(await send(world, admin, 'jane@example.com')).toMatchObject([
      { kind: 'invited', waitsUntil: null },
    ])
  })

  test('counts what waits for tomorrow as well', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1', MAILS_PER_ADDRESS_PER_DAY: '1' })
    const { admin, outsider } = await addCast()
    await send(world, admin, 'first@example.com')
    await others(world, outsider, 'theirs@example.com')
    expect(told(await send(world, admin, 'jane@example.com'))).toEqual(['tomorrow'])
    await others(world, outsider, 'jane@example.com')
    expect(await rows("select id from delivery where address = 'jane@example.com'")).toHaveLength(1)
  })

  test('leaves seat and place to the next address', async () => {
    const world = createWorld({ MAILS_PER_ADDRESS_PER_DAY: '1', INVITATIONS_PER_DAY: '2' })
    const { admin } = await addCast({ seat_limit: 5 })
    await send(world, admin, 'jane@example.com')
    await world.drain()
    await run("update invitation set status = 'revoked'")
    expect(told(await send(world, admin, ['jane@example.com', 'next@example.com']))).toEqual([
      'over address',
      'today',
    ])
  })

  test('and the others are none where they are 0', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '0', MAILS_PER_ADDRESS_PER_DAY: '0' })
    const { admin } = await addCast()
    for (let n = 0; n < 8; n++) {
      expect(told(await send(world, admin, 'jane@example.com'))).toEqual(['today'])
      await world.drain()
      await run("update invitation set status = 'revoked'")
    }
  })
})

describe('resending', () => {
  const waits = (outcomes: Awaited<ReturnType<typeof resend>>) =>
    outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.waitsUntil : outcome.kind))

  test('what is over the quota waits for tomorrow, lasts from then, and the link that is out stops working', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '5' })
    const { admin } = await addCast()
    await send(world, admin, list(4))
    await world.drain()
    const all = await ids(list(4))
    const outcomes = await resend(world, admin, all, 'one-press')
    expect(waits(outcomes)).toEqual([null, ...times(3, '').map(() => MIDNIGHT)])
    expect(await resend(world, admin, all, 'one-press')).toEqual(outcomes)
    expect(await rows('select expires_at - ? as lasts from invitation order by address', START)).toEqual([
      { lasts: 7 * DAY },
      ...times(3, '').map(() => ({ lasts: 7.5 * DAY })),
    ])
    expect(await byDay()).toEqual([
      [0, 5],
      [1, 3],
    ])
    world.clock.now = MIDNIGHT
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails).toHaveLength(8)
  })

  test('one that still waits keeps its place, however often it is pressed', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1', MAILS_PER_ADDRESS_PER_DAY: '1' })
    const { admin } = await addCast()
    await send(world, admin, list(2))
    await world.drain()
    for (let press = 0; press < 3; press++)
      expect(waits(await resend(world, admin, await ids(['person1@example.com'])))).toEqual([MIDNIGHT])
    expect(await byDay()).toEqual([
      [0, 1],
      [1, 1],
    ])
    world.clock.now = MIDNIGHT
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual(list(2))
  })

  test('one that still waits goes today where a place is left, after those that have none', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '2' })
    const { admin } = await addCast()
    await send(world, admin, list(4))
    await world.drain()
    const [, , waiting = '', other = ''] = await ids(list(4))
    // Since then the first was cancelled, and the last left yesterday.
    await run("update delivery set state = 'cancelled' where address = 'person0@example.com'")
    await run("update delivery set state = 'sent', quota_day = ? where subject_id = ?", TODAY - 1, other)
    expect(waits(await resend(world, admin, [waiting, other]))).toEqual([MIDNIGHT, null])
    await run("update delivery set state = 'cancelled' where address = 'person1@example.com'")
    expect(waits(await resend(world, admin, [waiting]))).toEqual([null])
    expect(await byDay()).toEqual([
      [-1, 1],
      [0, 2],
    ])
  })

  test('one of another sender counts as the resender’s', async () => {
    const world = createWorld({ INVITATIONS_PER_SENDER_PER_DAY: '1' })
    const { admin, owner } = await addCast()
    await send(world, admin, list(2))
    await send(world, owner, 'mine@example.com')
    const waiting = await ids(['person1@example.com'])
    expect(waits(await resend(world, owner, waiting))).toEqual([MIDNIGHT])
    expect(await byDay(`sender_id = '${owner.id}'`)).toEqual([
      [0, 1],
      [1, 1],
    ])
    expect(await resend(world, owner, await ids(['person0@example.com']))).toMatchObject([
      { kind: 'over_quota', quota: 'sender' },
    ])
  })

  test('one whose mail left yesterday takes a place of today', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '1' })
    const { admin } = await addCast()
    await send(world, admin, 'jane@example.com')
    world.clock.now = MIDNIGHT + HOUR
    expect(waits(await resend(world, admin, await ids(['jane@example.com'])))).toEqual([null])
    expect(await byDay()).toEqual([[1, 1]])
  })
})

describe('the limits hold exactly', () => {
  test('when many send at once', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '7', INVITATIONS_PER_SENDER_PER_DAY: '5' })
    const { admin, owner } = await addCast()
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => send(world, n % 2 ? admin : owner, list(2, `from${n}-`))),
    )
    const words = all.flatMap(told)
    expect([count(words, 'today'), count(words, 'tomorrow')]).toEqual([7, 7])
    expect(await byDay()).toEqual([
      [0, 7],
      [1, 7],
    ])
    for (const { id } of [admin, owner])
      for (const [, n] of await byDay(`sender_id = '${id}'`)) expect(n).toBeLessThanOrEqual(5)
    expect(await rows('select id from invitation')).toHaveLength(14)
  })

  test('when somebody takes the last places between the two trips of another', async () => {
    const { admin, owner } = await addCast()
    const quotas = { INVITATIONS_PER_DAY: '2' }
    const DB = meddledDatabase(() => send(createWorld(quotas), owner, list(3, 'quick')))
    expect(told(await send(createWorld({ ...quotas, DB }), admin, list(2, 'slow')))).toEqual([
      'tomorrow',
      'over organization',
    ])
  })

  test.each(merges(3, 3).map((order) => [order.join('')]))(
    'when one sends and another resends, in the order %s',
    async (order) => {
      const quotas = { INVITATIONS_PER_DAY: '3' }
      const { admin, owner } = await addCast()
      const calm = createWorld(quotas)
      await send(calm, admin, list(2))
      await calm.drain()
      const known = await ids(list(2))
      const [sent, resent] = await interleaved<readonly (number | string | null)[]>([...order].map(Number), [
        async (DB) =>
          (await send(createWorld({ ...quotas, DB }), owner, list(3, 'new'))).map((outcome) =>
            outcome.kind === 'invited' ? outcome.waitsUntil : outcome.kind,
          ),
        async (DB) =>
          (
            await as(createWorld({ ...quotas, DB }), admin, (ctx) =>
              resendInvitations(ctx, { ids: known, change: freshChange() }),
            )
          ).map((outcome) => (outcome.kind === 'done' ? outcome.waitsUntil : outcome.kind)),
      ])
      const what = [...(sent ?? []), ...(resent ?? [])]
      expect(what.filter((one) => one === null)).toHaveLength(1)
      expect(what.filter((one) => one === MIDNIGHT)).toHaveLength(3)
      expect(what.filter((one) => one === 'over_quota')).toHaveLength(1)
      expect(await byDay()).toEqual([
        [0, 3],
        [1, 3],
      ])
    },
  )

  test('when two resend the same waiting invitations at once', async () => {
    const world = createWorld({ INVITATIONS_PER_DAY: '3' })
    const { admin, owner } = await addCast()
    await send(world, admin, list(6))
    const waiting = await ids(list(6).slice(3))
    await Promise.all([admin, owner, admin, owner].map((who) => resend(world, who, waiting)))
    expect(await byDay()).toEqual([
      [0, 3],
      [1, 3],
    ])
  })
})
