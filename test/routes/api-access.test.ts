import { beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { type Answer, calling, problem } from '../support/api'
import { addApiKey, addCast, type Cast, invite } from '../support/cast'
import { everyRow } from '../support/dump'
import { createWorld, run, type Visit, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  await invite(world, cast.admin, 'jane@example.com')
})

const JSON_BODY = { json: { addresses: ['joe@example.com'] } }

/** Every route of the API, as a request for Acme's one invitation. */
const routes = async (): Promise<[string, Visit, 'reads' | 'writes'][]> => {
  const id = await idOf('jane@example.com')
  return [
    ['/invitations', {}, 'reads'],
    [`/invitations/${id}`, {}, 'reads'],
    ['/invitations', JSON_BODY, 'writes'],
    [`/invitations/${id}`, { method: 'PATCH', json: { note: 'Hi' } }, 'writes'],
    [`/invitations/${id}/resend`, { method: 'POST' }, 'writes'],
    [`/invitations/${id}/revoke`, { method: 'POST' }, 'writes'],
    [`/invitations/${id}/approve`, { method: 'POST' }, 'writes'],
    [`/invitations/${id}/decline-approval`, { method: 'POST' }, 'writes'],
  ]
}

/** The answers of every route, which must have changed nothing. */
const answers = async (key: string, headers: Record<string, string> = {}, only?: 'reads' | 'writes') => {
  const call = calling(world, key)
  const before = await everyRow()
  const all: Answer[] = []
  for (const [path, visit, kind] of await routes())
    if (!only || kind === only) all.push(await call(path, { ...visit, headers }))
  expect(await everyRow()).toEqual(before)
  return all
}

const unauthenticated = async (headers: Record<string, string>) => {
  for (const { status, body, headers: answered } of await answers('', headers)) {
    expect(status).toBe(401)
    expect(body).toMatchObject(problem(401, 'unauthenticated'))
    expect(answered.get('WWW-Authenticate')).toBe('Bearer')
    expect(answered.get('Content-Type')).toBe('application/problem+json')
  }
}

describe('401', () => {
  test('meets a session’s cookie, which never opens the API', async () => {
    await unauthenticated({ Authorization: '', Cookie: `usher=${cast.owner.cookie}` })
    await unauthenticated({ Authorization: `Bearer ${cast.owner.cookie}` })
    await unauthenticated({
      Authorization: '',
      Cookie: `usher=${cast.owner.cookie}`,
      Origin: 'http://localhost:8787',
      'Sec-Fetch-Site': 'same-origin',
    })
  })

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer unknown',
    'Basic dXNlcjpwYXNz',
    'Bearer a b',
    `Bearer ${'x'.repeat(8000)}`,
  ])('meets %j, which is no key', (Authorization) => unauthenticated({ Authorization }))

  test('meets a key that was revoked, at once, and a key that lacks a character', async () => {
    const key = await addApiKey(cast.acme)
    await unauthenticated({ Authorization: `Bearer ${key.slice(0, -1)}` })
    await unauthenticated({ Authorization: key })
    expect((await calling(world, key)('/invitations')).status).toBe(200)
    await run('update api_key set revoked_at = 1')
    await unauthenticated({ Authorization: `Bearer ${key}` })
  })
})

test('the word Bearer may be written in any case', async () => {
  const key = await addApiKey(cast.acme)
  for (const word of ['bearer', 'BEARER'])
    expect(
      (await calling(world, '')('/invitations', { headers: { Authorization: `${word} ${key}` } })).status,
    ).toBe(200)
})

test('a read-only key lists and gets, but neither creates, resends nor revokes', async () => {
  const key = await addApiKey(cast.acme, 'admin', 'read')
  expect((await answers(key, {}, 'reads')).map(({ status }) => status)).toEqual([200, 200])
  for (const { status, body } of await answers(key, {}, 'writes')) {
    expect(status).toBe(403)
    expect(body).toMatchObject(problem(403, 'read_only_key'))
  }
})

test.each(['member', 'viewer'])('a key that acts as %s is refused everything here', async (role) => {
  for (const { status, body } of await answers(await addApiKey(cast.acme, role))) {
    expect(status).toBe(403)
    expect(body).toMatchObject({
      ...problem(403, 'forbidden'),
      detail: expect.stringContaining('Member: Manage'),
    })
  }
})

test('another organization’s key finds none of these invitations, by list or by id', async () => {
  const call = calling(world, await addApiKey(cast.globex, 'admin'))
  const before = await everyRow()
  expect((await call('/invitations')).body).toMatchObject({ data: [], counts: { all: 0 } })
  const id = await idOf('jane@example.com')
  for (const [path, method] of [
    ['', 'GET'],
    ['/resend', 'POST'],
    ['/revoke', 'POST'],
  ] as const) {
    const { status, body } = await call(`/invitations/${id}${path}`, { method })
    expect(status).toBe(404)
    expect(body).toMatchObject(problem(404, 'not_found'))
  }
  expect(await everyRow()).toEqual(before)
})

describe('a role', () => {
  test.each([
    ['admin', 'admin', 200],
    ['admin', 'viewer', 200],
    ['admin', 'owner', 403],
    ['owner', 'owner', 403],
    ['owner', 'admin', 200],
  ])('of a key (%s) may be granted to %s: %i', async (role, granted, expected) => {
    const call = calling(world, await addApiKey(cast.acme, role))
    const before = await everyRow()
    const { status, body } = await call('/invitations', {
      json: { addresses: ['joe@example.com'], role: granted },
    })
    expect(status).toBe(expected)
    if (expected === 200) return
    expect(body).toMatchObject(problem(403, 'role_not_grantable'))
    expect(await everyRow()).toEqual(before)
  })
})

test('no answer may be read by another site’s script', async () => {
  const call = calling(world, await addApiKey(cast.acme))
  const { headers } = await call('/invitations', { headers: { Origin: 'https://evil.example' } })
  expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
  const preflight = await world.fetch('/api/v1/invitations', {
    method: 'OPTIONS',
    headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
  })
  expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull()
})
