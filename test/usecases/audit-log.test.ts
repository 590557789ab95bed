import { beforeEach, describe, expect, test } from 'vitest'
import type { AuditFilter } from '../../src/rules/audit'
import type { Cursor } from '../../src/rules/lists'
import { exportAuditLog, listAuditLog } from '../../src/usecases/audit'
import { as, refusalOf } from '../support/acting'
import { addCast, type Cast, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { addEvent, seedEvents } from '../support/seed-events'
import { createWorld, run, START, type World } from '../support/world'

const HOUR = 3600_000
const EVERYTHING: AuditFilter = { actor: '', action: null, target: '', from: null, to: null }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

type Asked = Partial<AuditFilter> & { cursor?: Cursor | null; limit?: number }
const list = ({ cursor = null, limit = 50, ...filter }: Asked = {}, who: Person = cast.admin) =>
  as(world, who, (ctx) => listAuditLog(ctx, { ...EVERYTHING, ...filter, cursor, limit }))
const idsOf = async (asked?: Asked) => (await list(asked)).events.map(({ id }) => id)

describe('the audit log holds', () => {
  test('what happened in the organization, newest first, and of one moment the last written', async () => {
    const [first, second, third] = [
      await addEvent(cast.acme, { at: START + 1 }),
      await addEvent(cast.acme, { at: START + 2 }),
      await addEvent(cast.acme, { at: START + 2 }),
    ]
    expect(await idsOf()).toEqual([third, second, first])
  })

  test('nothing of another organization or of none', async () => {
    const ours = await addEvent(cast.acme)
    await addEvent(cast.globex)
    await addEvent(null, { action: 'session.started' })
    for (const filter of [{}, { actor: 'Ann' }, { target: 'jane' }]) {
      expect(await idsOf(filter)).toEqual([ours])
    }
    expect(await idsOf({ action: 'session.started' })).toEqual([])
  })

  test('what is no JSON, as text', async () => {
    await addEvent(cast.acme, { detail: '{broken' })
    expect((await list()).events[0]?.detail).toBe('{broken')
  })
})

test.each(['member', 'viewer'] as const)('a %s may neither read nor export it', async (role) => {
  const refused = { code: 'forbidden', permission: 'audit_log:read' }
  expect(await refusalOf(Promise.resolve().then(() => list({}, cast[role])))).toEqual(refused)
  const exporting = as(world, cast[role], (ctx) => exportAuditLog(ctx, EVERYTHING).next())
  expect(await refusalOf(exporting)).toEqual(refused)
})

describe('pages', () => {
  test('lead through every event once, and back', async () => {
    await seedEvents(cast.acme, 23)
    const all = (await list()).events
    const pages: string[][] = []
    let cursor: Cursor | null = null
    for (;;) {
      const { events, more } = await list({ cursor, limit: 5 })
      pages.push(events.map(({ id }) => id))
      const last = events.at(-1)
      if (!more || !last) break
      cursor = { side: 'after', value: last.at, id: last.id }
    }
    expect(pages.flat()).toEqual(all.map(({ id }) => id))
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 5, 5, 3])

    const back = all[15]
    const { events, more } = await list({
      cursor: { side: 'before', value: back?.at ?? 0, id: back?.id ?? '' },
      limit: 5,
    })
    expect(events.map(({ id }) => id)).toEqual(pages[2])
    expect(more).toBe(true)
    const first = all[4]
    const start = await list({
      cursor: { side: 'before', value: first?.at ?? 0, id: first?.id ?? '' },
      limit: 5,
    })
    expect(start.events.map(({ id }) => id)).toEqual(pages[0]?.slice(0, 4))
    expect(start.more).toBe(false)
  })

  test('stay within what is filtered, wherever a cursor points', async () => {
    await seedEvents(cast.acme, 30)
    await run('update audit_event set at = at + ? where id like ?', 24 * HOUR, '%5')
    const filter = { from: '2026-03-02', to: '2026-03-02' }
    const within = await idsOf(filter)
    expect(within).toHaveLength(3)
    const late = { side: 'after', value: START + 240 * HOUR, id: 'z' } as const
    const early = { side: 'before', value: 0, id: '' } as const
    expect(await idsOf({ ...filter, cursor: late })).toEqual(within)
    expect(await idsOf({ ...filter, cursor: early })).toEqual(within)
    expect(await idsOf({ ...filter, cursor: { ...late, side: 'before' } })).toEqual([])
    expect(await idsOf({ ...filter, cursor: { ...early, side: 'after' } })).toEqual([])
  })
})

describe('filters', () => {
  test('an actor or a target by what the name begins with, whatever its case', async () => {
    const ann = await addEvent(cast.acme, { actor: { name: 'Ann Lee' }, target: { name: 'Joe@example.com' } })
    const anna = await addEvent(cast.acme, {
      actor: { name: 'ANNA' },
      target: { name: 'joanna@example.com' },
    })
    await addEvent(cast.acme, { actor: { name: 'Lee Ann' }, target: { name: 'x-jo@example.com' } })
    expect(await idsOf({ actor: 'ann' })).toEqual([anna, ann])
    expect(await idsOf({ actor: 'Ann ' })).toEqual([ann])
    expect(await idsOf({ target: 'JO' })).toEqual([anna, ann])
    expect(await idsOf({ target: 'joe@' })).toEqual([ann])
    const loud = await addEvent(cast.acme, { actor: { name: 'ANN LEE' }, target: { name: 'other' } })
    expect(await idsOf({ actor: 'Ann Lee' })).toEqual([loud, ann])
    expect(await idsOf({ actor: 'anna', target: 'joe' })).toEqual([])
    expect(await idsOf({ actor: 'ann', target: 'jo' })).toEqual([anna, ann])
    expect(await idsOf({ actor: '%' })).toEqual([])
    expect(await idsOf({ actor: '_nn' })).toEqual([])
  })

  test('a name by letters beyond ASCII, typed small or large', async () => {
    const ids = [
      await addEvent(cast.acme, { actor: { name: 'Özgür Ünal' } }),
      await addEvent(cast.acme, { actor: { name: 'özgür' } }),
    ]
    for (const actor of ['öz', 'Öz', 'özgür']) expect(await idsOf({ actor })).toEqual([...ids].reverse())
    expect(await idsOf({ actor: 'özgür ü' })).toEqual([ids[0]])
  })

  test('an action, also together with names', async () => {
    const sent = await addEvent(cast.acme)
    const team = await addEvent(cast.acme, { action: 'team.created' })
    expect(await idsOf({ action: 'team.created' })).toEqual([team])
    expect(await idsOf({ action: 'invitation.sent', actor: 'ann' })).toEqual([sent])
    expect(await idsOf({ action: 'invitation.sent', target: 'jane' })).toEqual([sent])
    expect(await idsOf({ action: 'team.deleted', actor: 'ann', target: 'jane' })).toEqual([])
  })

  test('pages of a search hold the newest of all names that are found', async () => {
    await seedEvents(cast.acme, 60)
    const all = await idsOf({ limit: 60 })
    expect(await idsOf({ actor: 'actor', limit: 7 })).toEqual(all.slice(0, 7))
    expect(await idsOf({ target: 'SEED', limit: 7 })).toEqual(all.slice(0, 7))
    const { events } = await list({ actor: 'actor', limit: 7 })
    const last = events.at(-1)
    const cursor = { side: 'after', value: last?.at ?? 0, id: last?.id ?? '' } as const
    expect(await idsOf({ actor: 'actor', limit: 7, cursor })).toEqual(all.slice(7, 14))
    expect(await idsOf({ actor: 'actor', limit: 7, cursor: { ...cursor, side: 'before' } })).toEqual(
      all.slice(0, 6),
    )
  })
})

describe('a period is of whole days of the organization, both included', () => {
  /** Events a millisecond before and at each moment; answers which of them a period holds. */
  const held = async (
    timeZone: string,
    moments: readonly string[],
    from: string | null,
    to: string | null,
  ) => {
    await run('update organization set time_zone = ? where id = ?', timeZone, cast.acme.id)
    const names = new Map<string, string>()
    for (const moment of moments) {
      names.set(await addEvent(cast.acme, { at: Date.parse(moment) - 1 }), `before ${moment}`)
      names.set(await addEvent(cast.acme, { at: Date.parse(moment) }), moment)
    }
    return (await idsOf({ from, to })).map((id) => names.get(id)).reverse()
  }

  test('in UTC, open to either side', async () => {
    const [first, second] = ['2026-03-01T00:00Z', '2026-03-02T00:00Z']
    expect(await held('UTC', [first, second], '2026-03-01', '2026-03-01')).toEqual([
      first,
      `before ${second}`,
    ])
    expect(await idsOf({ from: '2026-03-02' })).toHaveLength(1)
    expect(await idsOf({ to: '2026-02-28' })).toHaveLength(1)
    expect(await idsOf({ from: '2026-03-02', to: '2026-03-01' })).toEqual([])
  })

  test.each([
    ['Asia/Kolkata', '2026-03-01', '2026-02-28T18:30Z', '2026-03-01T18:30Z'],
    ['Asia/Kathmandu', '2026-03-01', '2026-02-28T18:15Z', '2026-03-01T18:15Z'],
    ['Pacific/Kiritimati', '2026-03-01', '2026-02-28T10:00Z', '2026-03-01T10:00Z'],
    ['America/New_York, when clocks go forward', '2026-03-08', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
    ['America/New_York, when they go back', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ['Australia/Lord_Howe, by half an hour', '2026-10-04', '2026-10-03T13:30Z', '2026-10-04T13:00Z'],
    ['Africa/Cairo, at midnight', '2026-04-24', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    ['America/Havana, at midnight', '2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ])('in %s', async (zone, day, start, end) => {
    const [timeZone = ''] = zone.split(',')
    expect(await held(timeZone, [start, end], day, day)).toEqual([start, `before ${end}`])
  })

  test('of which one was left out', async () => {
    expect(await held('Pacific/Apia', ['2011-12-30T10:00Z'], '2011-12-30', '2011-12-30')).toEqual([])
    expect(await idsOf({ to: '2011-12-29' })).toHaveLength(1)
    expect(await idsOf({ from: '2011-12-31' })).toHaveLength(1)
  })
})

test('what an event is about is there, or is not, in this organization', async () => {
  const there = [
    await addEvent(cast.acme, { target: { kind: 'member', id: cast.viewer.id } }),
    await addEvent(cast.acme, { target: { kind: 'organization', id: cast.acme.id } }),
  ]
  await addEvent(cast.acme, { target: { kind: 'member', id: cast.outsider.id } })
  for (const kind of ['member', 'invitation', 'team', 'role', 'api_key', 'user', 'constructor'])
    await addEvent(cast.acme, { target: { kind } })
  const { events } = await list()
  expect(events.filter((event) => event.there).map(({ id }) => id)).toEqual(there.reverse())
})

describe('an export', () => {
  const chunksOf = (filter: Partial<AuditFilter> = {}) =>
    as(world, cast.admin, async (ctx) => {
      const chunks: string[][] = []
      for await (const events of exportAuditLog(ctx, { ...EVERYTHING, ...filter }))
        chunks.push(events.map(({ id }) => id))
      return chunks
    })

  test('is everything that is filtered in the order of the log, a thousand at a time', async () => {
    await seedEvents(cast.acme, 2500)
    const all = (await chunksOf()).flat()
    expect((await chunksOf()).map(({ length }) => length)).toEqual([1000, 1000, 500])
    expect(new Set(all).size).toBe(2500)
    expect(all.slice(0, 50)).toEqual(await idsOf())
    expect((await chunksOf({ actor: 'actor 3' })).flat()).toHaveLength(500)
    expect((await chunksOf({ action: 'team.created', target: 'seed00001' })).flat().length).toBeLessThan(500)
  })

  test('ends where there is nothing more, at a full thousand too', async () => {
    expect(await chunksOf()).toEqual([[]])
    await seedEvents(cast.acme, 1000)
    expect((await chunksOf()).map(({ length }) => length)).toEqual([1000, 0])
  })

  test('reads a chunk once it is asked for', async () => {
    await seedEvents(cast.acme, 3000)
    const { costOf } = counting(world)
    const cost = await costOf(() =>
      as(world, cast.admin, async (ctx) => {
        const chunks = exportAuditLog(ctx, EVERYTHING)
        await chunks.next()
        await chunks.next()
      }),
    )
    // Who asks, and two chunks.
    expect(cost).toEqual({ d1: 3 })
  })
})
