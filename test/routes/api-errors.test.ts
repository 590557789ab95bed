import { beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { calling, problem } from '../support/api'
import { addApiKey, addCast } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { PRODUCTION } from '../support/settings'
import { createWorld, type World } from '../support/world'

let world: World
let call: ReturnType<typeof calling>
beforeEach(async () => {
  world = createWorld()
  const { acme } = await addCast()
  call = calling(world, await addApiKey(acme))
})

const MANY = Array.from({ length: 101 }, (_, n) => `p${n}@example.com`)
const ONE = ['jane@example.com']

describe('a body that is not right is refused with an error for each field, and changes nothing', () => {
  test.each([
    ['nothing', {}, { addresses: 'must be a list' }],
    ['null', null, { body: 'must be an object' }],
    ['a list', ONE, { body: 'must be an object' }],
    ['text', 'jane@example.com', { body: 'must be an object' }],
    ['addresses as text', { addresses: 'jane@example.com' }, { addresses: 'must be a list' }],
    ['no address', { addresses: [] }, { addresses: 'at least one' }],
    ['an address that is a number', { addresses: [...ONE, 7] }, { 'addresses.1': 'must be text' }],
    ['an address that is null', { addresses: [null] }, { 'addresses.0': 'must be text' }],
    ['a role that is a list', { addresses: ONE, role: ['member'] }, { role: 'must be the key of a role' }],
    ['a role there is none of', { addresses: ONE, role: 'boss' }, { role: 'no such role' }],
    ['a role of 100 KB', { addresses: ONE, role: 'x'.repeat(100_000) }, { role: '' }],
    ['a department that is a number', { addresses: ONE, department: 7 }, { department: 'must be text' }],
    ['a department too long', { addresses: ONE, department: 'x'.repeat(101) }, { department: '100' }],
    ['a note that is an object', { addresses: ONE, note: {} }, { note: 'must be text' }],
    ['a note too long', { addresses: ONE, note: 'x'.repeat(501) }, { note: '500' }],
    ['teams as text', { addresses: ONE, team_ids: 'x' }, { team_ids: 'must be a list' }],
    ['a team there is none of', { addresses: ONE, team_ids: ['x'] }, { team_ids: 'not there' }],
    [
      'two unknown fields',
      { addresses: ONE, admin: true, x: 1 },
      { admin: 'no field admin', x: 'no field x' },
    ],
    ['two mistakes', { addresses: [], note: 1 }, { addresses: 'at least one', note: 'must be text' }],
  ])('%s', async (_, json, errors) => {
    const before = await everyRow()
    const { status, headers, body } = await call('/invitations', { json })
    expect(status).toBe(422)
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    const words = Object.entries(errors).map(([field, part]) => [field, expect.stringContaining(part)])
    expect(body).toEqual({ ...problem(422, 'invalid_input'), errors: Object.fromEntries(words) })
    expect(await everyRow()).toEqual(before)
  })

  test.each(['', '{', 'addresses=jane', '\u0000', '{"addresses":["jane@example.com"]', '[1e999999'])(
    'what is no JSON: %j',
    async (raw) => {
      const { status, body } = await call('/invitations', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        ...(raw && { body: raw }),
      })
      expect(status).toBe(422)
      expect(body).toMatchObject({
        ...problem(422, 'invalid_input'),
        errors: { body: 'The body is no JSON.' },
      })
    },
  )

  test('more than 100 addresses, with both numbers', async () => {
    const before = await everyRow()
    const { status, body } = await call('/invitations', { json: { addresses: MANY } })
    expect(status).toBe(422)
    expect(body).toMatchObject(problem(422, 'too_many_addresses'))
    expect(z.object({ detail: z.string() }).parse(body).detail).toMatch(/100.*101/)
    expect(await everyRow()).toEqual(before)
  })
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  '',
])('415 meets a body of type %j, which no form of another site could avoid', async (type) => {
  const { status, body } = await call('/invitations', {
    body: new TextEncoder().encode('{"addresses":["jane@example.com"]}'),
    ...(type && { headers: { 'Content-Type': type } }),
  })
  expect(status).toBe(415)
  expect(body).toMatchObject({
    ...problem(415, 'unsupported_media_type'),
    detail: expect.stringContaining('application/json'),
  })
})

describe('413 meets a body of more than 256 KB', () => {
  const huge = () => new TextEncoder().encode(JSON.stringify({ addresses: ONE, note: 'x'.repeat(300_000) }))
  const headers = { 'Content-Type': 'application/json' }

  test('that says its length', async () => {
    const length = String(huge().length)
    const answer = await call('/invitations', {
      body: huge(),
      headers: { ...headers, 'Content-Length': length },
    })
    expect(answer).toMatchObject({ status: 413, body: problem(413, 'too_large') })
  })

  test('that comes in pieces', async () => {
    const body = new Blob([huge()]).stream()
    const answer = await call('/invitations', { body, headers })
    expect(answer).toMatchObject({ status: 413, body: problem(413, 'too_large') })
  })
})

describe('404 meets', () => {
  test.each([
    ['GET', '/nothing'],
    ['GET', '/'],
    ['POST', '/nothing'],
    ['PUT', '/invitations'],
    ['PUT', '/invitations/x'],
    ['DELETE', '/invitations/x'],
    ['DELETE', '/invitations'],
    ['GET', '/invitations/x/resend'],
    ['POST', '/invitations/x'],
    ['POST', '/invitations/x/accept'],
    ['GET', '/invitations/%E0%A4%A'],
    ['POST', '/invitations/%00/revoke'],
    ['POST', `/invitations/${crypto.randomUUID()}/resend`],
    ['GET', `/invitations/${'x'.repeat(8000)}`],
    ['GET', "/invitations/'; drop table invitation; --"],
  ])('%s %s', async (method, path) => {
    const before = await everyRow()
    const { status, headers, body } = await call(path, { method })
    expect(status).toBe(404)
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect(body).toMatchObject(problem(404, 'not_found'))
    expect(await everyRow()).toEqual(before)
  })

  test('the root of the API and other versions of it, in the same form', async () => {
    for (const path of ['/api', '/api/', '/api/v2/invitations']) {
      const response = await world.fetch(path)
      expect(response.status).toBe(404)
    }
  })
})

test('429 meets a resending over the quota of the address', async () => {
  world.env.MAILS_PER_ADDRESS_PER_DAY = '1'
  await call('/invitations', { json: { addresses: ONE } })
  await world.drain()
  const { body: list } = await call('/invitations')
  const [{ id } = { id: '' }] = z.object({ data: z.array(z.object({ id: z.string() })) }).parse(list).data
  const answer = await call(`/invitations/${id}/resend`, { method: 'POST' })
  expect(answer).toMatchObject({ status: 429, body: problem(429, 'over_quota') })
})

test('503 meets every call while settings are missing, and names none of their values', async () => {
  world = createWorld({ ...PRODUCTION, ROOT_SECRET: 'too short' })
  const response = await world.fetch('/api/v1/invitations')
  expect(response.status).toBe(503)
  const body = await response.text()
  expect(JSON.parse(body)).toMatchObject(problem(503, 'not_configured'))
  expect(body).not.toContain('too short')
})

test('500 meets an unknown failure, with a reference that is in the log and nothing of its inside', async () => {
  const lines = logged()
  const failure = new Error('D1_ERROR: the inside of it')
  world.env.DB = replacing(world.env.DB, {
    prepare: () => {
      throw failure
    },
  })
  const { status, headers, body } = await call('/invitations')
  expect(status).toBe(500)
  expect(headers.get('Content-Type')).toBe('application/problem+json')
  expect(body).toMatchObject(problem(500, 'unexpected'))
  const { detail } = z.object({ detail: z.string() }).parse(body)
  const reference = /Reference: ([\w-]{36})\./.exec(detail)?.[1]
  expect(lines.join('\n')).toContain(`"reference":"${reference}"`)
  expect(JSON.stringify(body)).not.toContain('inside')
})
