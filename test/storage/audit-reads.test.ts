import { expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { encodeCursor } from '../../src/rules/lists'
import { addCast } from '../support/cast'
import { counting } from '../support/counting'
import { texts } from '../support/html'
import { seedEvents } from '../support/seed-events'
import { createWorld, rows } from '../support/world'

const PAGE = 50
const CHUNK = 1000
const EVENTS = 100_000

/** The place of the event that stands `offset` events into the log, newest first. */
const placeAt = async (organization: string, offset: number, side: 'after' | 'before', action?: string) => {
  const [row] = await rows<{ value: number; id: string }>(
    `select at as value, id from audit_event where organization_id = ? and (? is null or action = ?)
      order by at desc, id desc limit 1 offset ?`,
    organization,
    action ?? null,
    action ?? null,
    offset,
  )
  if (!row) throw new Error('There is no such event')
  return encodeCursor({ side, ...row })
}

test('100,000 events are read a page at a time, wherever it lies, and exported once over', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  await seedEvents(acme, EVENTS)
  await seedEvents(globex, 2000, EVENTS)
  const { rowsReadBy } = counting(world)
  const readBy = async (query: Record<string, string>) => {
    let shown = 0
    const read = await rowsReadBy(async () => {
      const page = await world.fetch(paths.auditLog('acme', query), { cookie: admin.cookie })
      shown = (await texts(await page.text(), '.timeline > li')).length
    })
    expect(read).toHaveLength(1)
    return { shown, read: read[0]?.[0] ?? 0 }
  }

  const page1000 = 999 * PAGE
  const spring = { from: '2026-02-01', to: '2026-04-01' }
  const sent = { action: 'invitation.sent' }
  for (const query of [
    {},
    { page: await placeAt(acme.id, page1000, 'after') },
    { page: await placeAt(acme.id, page1000, 'before') },
    sent,
    { ...sent, page: await placeAt(acme.id, 15_000, 'after', sent.action) },
    { ...sent, page: await placeAt(acme.id, 15_000, 'before', sent.action) },
    { ...spring, page: await placeAt(acme.id, page1000, 'after') },
    { ...spring, ...sent, page: await placeAt(acme.id, 15_000, 'before', sent.action) },
  ] as Record<string, string>[]) {
    const { shown, read } = await readBy(query)
    expect({ query, shown }).toEqual({ query, shown: PAGE })
    // Each event, and whether what it is about is still there.
    expect(read, JSON.stringify(query)).toBeLessThanOrEqual(2 * (PAGE + 2))
  }

  // A search by name costs a page for each name that begins so, however many events it has.
  const named = { actor: 'actor 3' }
  const far = { page: await placeAt(acme.id, page1000, 'after') }
  for (const query of [named, { ...named, ...spring, ...far }, { actor: 'Actor', ...spring, ...far }]) {
    const names = query.actor === 'Actor' ? 5 : 1
    const { shown, read } = await readBy(query)
    expect(shown).toBe(PAGE)
    expect(read, JSON.stringify(query)).toBeLessThanOrEqual(names * 4 * (PAGE + 2) + 2 * PAGE)
  }
  const { shown, read } = await readBy({ target: 'SEED00012' })
  expect(shown).toBe(PAGE)
  expect(read).toBeLessThanOrEqual(10 * 20 * 4 + 2 * PAGE)

  const exported = await rowsReadBy(async () => {
    const file = await world.fetch(paths.auditLogCsv('acme'), { cookie: admin.cookie })
    expect((await file.text()).split('\r\n')).toHaveLength(EVENTS + 2)
  })
  expect(exported).toHaveLength(EVENTS / CHUNK + 1)
  for (const [chunk = 0] of exported) expect(chunk).toBeLessThanOrEqual(CHUNK + 1)
}, 120_000)
