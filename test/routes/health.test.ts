import { afterEach, describe, expect, test, vi } from 'vitest'
import { version } from '../../package.json'
import { addCast } from '../support/cast'
import { everyRow } from '../support/dump'
import { replacing } from '../support/holding'
import { PRODUCTION } from '../support/settings'
import { createWorld, type World } from '../support/world'

afterEach(() => {
  vi.useRealTimers()
})

const health = async (world: World) => {
  const response = await world.fetch('/health')
  return { status: response.status, body: await response.json() }
}
const never = () => new Promise<never>(() => {})

describe('health', () => {
  test('is well when D1 and KV answer and every setting is there', async () => {
    const expected = { status: 'ok', version, database: true, links: true, problems: [] }
    for (const world of [createWorld(), createWorld(PRODUCTION)])
      expect(await health(world)).toEqual({ status: 200, body: expected })
  })

  test('says when D1 or its tables are not there', async () => {
    const { DB } = createWorld().env
    const world = createWorld({
      DB: replacing(DB, { prepare: () => DB.prepare('select * from there_is_no_such_table') }),
    })
    expect(await health(world)).toMatchObject({
      status: 503,
      body: { status: 'failing', database: false, links: true },
    })
  })

  test('says when KV fails', async () => {
    const { LINKS } = createWorld().env
    const world = createWorld({
      LINKS: replacing(LINKS, { get: () => Promise.reject(new Error('KV is down')) }),
    })
    expect(await health(world)).toMatchObject({
      status: 503,
      body: { status: 'failing', database: true, links: false },
    })
  })

  test('gives up on a D1 and a KV that never answer', async () => {
    const { DB, LINKS } = createWorld().env
    const silent = { bind: () => silent, all: never }
    const world = createWorld({
      DB: replacing(DB, { prepare: () => silent, batch: never }),
      LINKS: replacing(LINKS, { get: never }),
    })
    vi.useFakeTimers()
    const answer = health(world)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await answer).toMatchObject({ status: 503, body: { database: false, links: false } })
  })

  test('tells nothing else: neither who is here nor what the settings are', async () => {
    await addCast()
    const response = await createWorld(PRODUCTION).fetch('/health')
    expect(Object.keys(JSON.parse(await response.text()))).toEqual([
      'status',
      'version',
      'database',
      'links',
      'problems',
    ])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })
})

describe('without its settings a deployment', () => {
  const MISSING = { ...PRODUCTION, ROOT_SECRET: '', RESEND_API_KEY: '', SETUP_TOKEN: 'short' }

  test('says at /health each setting that is missing or wrong, how to set it, and no value', async () => {
    const { status, body } = await health(createWorld(MISSING))
    expect(status).toBe(503)
    expect(body).toMatchObject({
      status: 'failing',
      database: true,
      problems: [
        {
          setting: 'ROOT_SECRET',
          problem: 'ROOT_SECRET is not set',
          remedy: 'npx wrangler secret put ROOT_SECRET',
        },
        { setting: 'SETUP_TOKEN', remedy: 'npx wrangler secret put SETUP_TOKEN' },
        { setting: 'RESEND_API_KEY', remedy: 'npx wrangler secret put RESEND_API_KEY' },
      ],
    })
    expect(JSON.stringify(body)).not.toContain('short"')
  })

  test.each([
    ['GET', '/'],
    ['GET', '/setup'],
    ['POST', '/setup'],
    ['GET', '/sign-in'],
    ['POST', '/sign-in'],
    ['POST', '/sign-out'],
    ['GET', '/o/acme'],
    ['GET', '/o/acme/sign-in'],
    ['POST', '/o/acme/invitations'],
    ['GET', '/accept-invitation?token=x'],
    ['POST', '/accept-invitation'],
    ['GET', '/mailbox'],
    ['GET', '/mailbox/x/html'],
    ['GET', '/api/v1/invitations'],
    ['GET', '/nothing'],
  ])('answers 503 to %s %s and leads to /health', async (method, path) => {
    const { owner } = await addCast()
    const before = await everyRow()
    const world = createWorld(MISSING)
    const response = await world.fetch(path, {
      method,
      cookie: owner.cookie,
      ...(method === 'POST' && { form: { addresses: 'jane@example.com' } }),
    })
    expect(response.status).toBe(503)
    const text = await response.text()
    expect(text).toContain('/health')
    expect(text).not.toContain('ROOT_SECRET')
    expect(await everyRow()).toEqual(before)
  })
})

test.each([
  ['MODE', { MODE: 'development' }],
  ['MAIL_PROVIDER', { MAIL_PROVIDER: 'mailbox' }],
])('a deployment that carries %s of development serves nothing', async (setting, carried) => {
  const world = createWorld({ ...PRODUCTION, ...carried })
  expect((await world.fetch('/mailbox')).status).toBe(503)
  expect((await world.fetch('/setup')).status).toBe(503)
  expect((await health(world)).body).toMatchObject({ problems: [{ setting }] })
})
