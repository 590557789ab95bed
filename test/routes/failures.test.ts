import { afterEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/rules/tokens'
import { calling } from '../support/api'
import { addApiKey, addCast, inviteAndMail, newAccount } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { elements } from '../support/html'
import { seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { createWorld, linkIn, tokenIn, type Visit, type World } from '../support/world'

afterEach(() => {
  vi.useRealTimers()
})

const INSIDE = 'SQLITE_ERROR near "the inside"'

/** A statement that does the same whatever is asked of it. */
const statement = (answer: () => Promise<never>) => {
  const same = { bind: () => same, all: answer, raw: answer, run: answer, first: answer }
  return same
}
const breakDatabase = (world: World, answer: () => Promise<never>) => {
  world.env.DB = replacing(world.env.DB, { prepare: () => statement(answer), batch: answer })
}
const failing = () => Promise.reject(new Error(`D1_ERROR: ${INSIDE}`))
const silent = () => new Promise<never>(() => {})

/** Requests of every kind, each by somebody who may. */
const requests = async (world: World): Promise<[string, Visit][]> => {
  const { admin, owner } = await addCast()
  const mail = await inviteAndMail(world, admin, 'jane@example.com')
  const { cookie } = owner
  return [
    ['/', { cookie }],
    ['/', {}],
    ['/setup', {}],
    ['/sign-in', {}],
    ['/sign-in', { form: { address: admin.address, password: 'x' } }],
    ['/sign-out', { cookie, form: {} }],
    ['/o/acme', { cookie }],
    ['/o/acme/invitations', { cookie }],
    ['/o/acme/invitations', { cookie, form: { addresses: 'joe@example.com' } }],
    ['/o/acme/settings/api-keys', { cookie }],
    ['/accept-invitation', { form: newAccount(tokenIn(mail)) }],
    ['/decline-invitation', { form: { token: tokenIn(mail) } }],
    ['/invitation-opened', { form: { token: tokenIn(mail) } }],
    ['/mailbox', {}],
  ]
}

/** The reference on a page of refusal. */
const referenceOn = (text: string): string => {
  const reference = /Reference: ([0-9a-f-]{36})/.exec(text)?.[1]
  if (!reference) throw new Error('There is no reference')
  return reference
}

describe('an unknown failure', () => {
  test('shows an id that is also in the log, and nothing of its inside, on every page', async () => {
    const world = createWorld(bursts(true))
    const all = await requests(world)
    const before = await everyRow()
    breakDatabase(world, failing)
    const lines = logged()
    for (const [path, visit] of all) {
      lines.length = 0
      const response = await world.fetch(path, visit)
      expect([path, response.status]).toEqual([path, 500])
      const html = await response.text()
      // An invitee reads in their own language what is for them to do.
      const isInvitee = /^\/(accept|decline)-/.test(path)
      expect((await elements(html, 'main h1'))[0]?.text).toBe(
        isInvitee ? 'Try again in a moment' : 'Something went wrong',
      )
      const reference = referenceOn(html)
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { level: 'error', event: 'request.failed', reference, error: `Error: D1_ERROR: ${INSIDE}` },
      ])
      expect(html).not.toMatch(/SQLITE|inside|D1_ERROR|Error:/)
      expect(response.headers.get('Set-Cookie')).toBeNull()
    }
    world.env.DB = createWorld().env.DB
    expect(await everyRow()).toEqual(before)
  })

  test('has another id each time', async () => {
    const world = createWorld()
    breakDatabase(world, failing)
    const lines = logged()
    const references = new Set<string>()
    for (let n = 0; n < 3; n++) references.add(referenceOn(await (await world.fetch('/setup')).text()))
    expect(references.size).toBe(3)
    expect(lines).toHaveLength(3)
  })

  test('shows as a toast where htmx asked for a part of the page', async () => {
    const world = createWorld()
    const { owner } = await addCast()
    breakDatabase(world, failing)
    logged()
    const headers = { 'HX-Request-Type': 'partial' }
    const response = await world.fetch('/o/acme/invitations', { cookie: owner.cookie, headers })
    expect(response.status).toBe(500)
    expect(response.headers.get('HX-Reswap')).toBe('none')
    const html = await response.text()
    expect((await elements(html, '.toast'))[0]?.text).toContain('Reference: ')
    expect(html).not.toContain('inside')
  })

  test('on the page of a link, which has begun already, says that the invitation is safe', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const link = linkIn(await inviteAndMail(world, admin, 'jane@example.com'))
    breakDatabase(world, failing)
    const lines = logged()
    const { html, heading } = await seen(await world.fetch(link))
    expect(heading).toBe('Try again in a moment')
    expect(lines.join()).toContain(referenceOn(html))
    expect(html).not.toContain('inside')
    expect(await elements(html, 'form')).toEqual([])
  })

  test('writes into the log no value that a statement was given, where the library’s words hold them', async () => {
    const world = createWorld()
    const { owner } = await addCast()
    breakDatabase(world, failing)
    const lines = logged()
    await world.fetch('/o/acme?q=of-the-query', { cookie: owner.cookie })
    expect(lines.join()).toContain(INSIDE.replaceAll('"', '\\"'))
    for (const value of [sha256(owner.cookie), owner.cookie, 'acme', 'of-the-query', 'params'])
      expect(lines.join()).not.toContain(value)
  })
})

describe('a database that never answers', () => {
  /** The answer after the database has been given up, without waiting for it. */
  const givenUp = async (world: World, path: string, visit: Visit = {}) => {
    vi.useFakeTimers()
    const answer = world.fetch(path, visit)
    await vi.advanceTimersByTimeAsync(10_000)
    const response = await answer
    vi.useRealTimers()
    return response
  }

  test('is given up after 10 seconds, with an id that is in the log, on every page', async () => {
    const world = createWorld(bursts(true))
    const all = await requests(world)
    breakDatabase(world, silent)
    const lines = logged()
    for (const [path, visit] of all) {
      lines.length = 0
      const response = await givenUp(world, path, visit)
      expect([path, response.status]).toEqual([path, 503])
      const { heading, text } = await seen(response)
      expect(heading).toBe('Try again in a moment')
      expect(lines.join()).toContain(referenceOn(text))
    }
  })

  test('is given up by the API as well', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    const key = await addApiKey(acme)
    breakDatabase(world, silent)
    logged()
    const headers = { Authorization: `Bearer ${key}` }
    const response = await givenUp(world, '/api/v1/invitations', { headers })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'unavailable', remedy: expect.any(String) })
  })

  test('is given up by the page of a link', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const link = linkIn(await inviteAndMail(world, admin, 'jane@example.com'))
    breakDatabase(world, silent)
    logged()
    expect((await seen(await givenUp(world, link))).heading).toBe('Try again in a moment')
  })

  test('is not given up before', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    const call = calling(world, await addApiKey(acme))
    const { DB } = world.env
    const late = async (statements: D1PreparedStatement[]) => {
      await new Promise((resolve) => setTimeout(resolve, 9_000))
      return DB.batch(statements)
    }
    world.env.DB = replacing(DB, { batch: late })
    vi.useFakeTimers()
    const answer = call('/invitations')
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(3_000)
      expect(vi.getTimerCount()).toBe(0)
    })
    vi.useRealTimers()
    expect((await answer).status).toBe(200)
  })
})
