import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { operating } from '../support/operator'

let command: ReturnType<typeof operating>
let database: DatabaseSync

beforeEach(() => {
  command = operating('.ci/seats.mjs')
  database = command.database
  database.exec(`insert into organization (id, name, slug, created_at)
    values ('1', 'Acme', 'acme', 0), ('2', 'Globex', 'globex', 0)`)
})

afterEach(() => command.end())

const seats = (...given: Parameters<typeof command.run>) => command.run(...given)

const limits = () =>
  database
    .prepare('select seat_limit from organization order by id')
    .all()
    .map(({ seat_limit }) => seat_limit)
const events = () =>
  database
    .prepare('select * from audit_event order by id')
    .all()
    .map(({ detail, ...event }) => ({ ...event, detail: JSON.parse(String(detail)) as unknown }))

test('the seats of one organization are set in the deployment, with an event by the deployment', () => {
  const { status, calls, said } = seats(['acme', '25'])
  expect(said).toBe('Acme: 25 seats.\n')
  expect(status).toBe(0)
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatch(/^d1 execute DB --remote --json --command /)
  expect(limits()).toEqual([25, null])
  expect(events()).toEqual([
    expect.objectContaining({
      organization_id: '1',
      action: 'seats.changed',
      actor_kind: 'system',
      actor_id: null,
      actor_name: 'Deployment',
      target_kind: 'organization',
      target_id: '1',
      target_name: 'Acme',
      detail: { seatLimit: 25, before: { seatLimit: null } },
    }),
  ])
})

test('none is no limit, default is that of SEAT_LIMIT, and each event names the one before', () => {
  seats(['acme', '25'])
  expect(seats(['acme', 'none']).said).toBe('Acme: no limit.\n')
  expect(limits()).toEqual([0, null])
  expect(seats(['acme', 'default']).said).toContain('SEAT_LIMIT')
  expect(limits()).toEqual([null, null])
  expect(events().map(({ detail }) => detail)).toEqual([
    { seatLimit: 25, before: { seatLimit: null } },
    { seatLimit: 0, before: { seatLimit: 25 } },
    { seatLimit: null, before: { seatLimit: 0 } },
  ])
})

test('what is so already is said so and leaves no event', () => {
  seats(['acme', '25'])
  expect(seats(['acme', '25']).said).toBe('Acme: 25 seats, as before.\n')
  expect(events()).toHaveLength(1)
})

test('an unknown slug is refused and changes nothing', () => {
  const { status, said } = seats(['acme-inc', '25'])
  expect(status).toBe(1)
  expect(said).toContain('There is no organization with the slug acme-inc')
  expect(limits()).toEqual([null, null])
  expect(events()).toEqual([])
})

test.each([
  [['acme', '0'], 'no number of seats'],
  [['acme', '--', '-1'], 'no number of seats'],
  [['acme', 'many'], 'no number of seats'],
  [["acme' or '1'='1", '5'], 'is no slug'],
  [[], 'npm run seats -- <slug>'],
  [['acme', '5', '--nowhere'], 'npm run seats -- <slug>'],
])('%j is refused before anything is called', (args, words) => {
  const { status, said, calls } = seats(args)
  expect(status).toBe(1)
  expect(said).toContain(words)
  expect(calls).toEqual([])
})

test('--local changes the database of npm start', () => {
  expect(seats(['acme', '5', '--local']).calls[0]).toMatch(/^d1 execute DB --local --json /)
  expect(seats(['acme', '6', '--local', '--persist-to', '/tmp/data']).calls[0]).toMatch(
    /^d1 execute DB --local --persist-to \/tmp\/data --json /,
  )
})

test('a database that does not answer is told, with what it said', () => {
  const { status, said } = seats(['acme', '5'], { failing: 'd1 execute' })
  expect(status).toBe(1)
  expect(said).toContain('fetch failed')
  expect(limits()).toEqual([null, null])
})
