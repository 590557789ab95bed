import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
let database: DatabaseSync

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-seats-'))
  database = new DatabaseSync(join(folder, 'd1.sqlite'))
  for (const name of readdirSync('migrations')
    .filter((file) => file.endsWith('.sql'))
    .sort())
    database.exec(readFileSync(join('migrations', name), 'utf8'))
  database.exec(`insert into organization (id, name, slug, created_at)
    values ('1', 'Acme', 'acme', 0), ('2', 'Globex', 'globex', 0)`)
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const seats = (args: string[], world: { failing?: string } = {}) => {
  const log = join(folder, 'calls')
  writeFileSync(log, '')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/seats.mjs', ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      USHER_WRANGLER: resolve('test/ci/wrangler-stand-in.mjs'),
      CALLS: log,
      WORLD: JSON.stringify({ ...world, database: join(folder, 'd1.sqlite') }),
    },
  })
  const calls = readFileSync(log, 'utf8').split('\n').filter(Boolean)
  return { status, said: stdout + stderr, calls: calls.map((line) => JSON.parse(line).call as string) }
}

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
