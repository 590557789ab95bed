import { beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { calling, problem } from '../support/api'
import { addApiKey, addCast, addTeam, type Cast, invite } from '../support/cast'
import { everyRow } from '../support/dump'
import { termsOf } from '../support/editing'
import { createWorld, rows, run, type World } from '../support/world'

let world: World
let cast: Cast
let call: ReturnType<typeof calling>
let blue: string
let id: string
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  call = calling(world, await addApiKey(cast.acme))
  blue = await addTeam(cast.acme, 'Blue')
  await invite(world, cast.admin, 'jane@example.com', { role: 'member', department: 'Sales', note: 'Hello' })
  id = await idOf('jane@example.com')
})

const patch = (json: unknown, key = '') =>
  call(`/invitations/${id}`, { method: 'PATCH', json, headers: key ? { 'Idempotency-Key': key } : {} })

test('the fields given are changed, the others stay, and the answer is the invitation', async () => {
  const { status, body } = await patch({ role: 'viewer', team_ids: [blue] })
  expect(status).toBe(200)
  expect(body).toMatchObject({ outcome: 'edited', id, role: 'viewer', department: 'Sales', team_ids: [blue] })
  expect(await termsOf(id)).toEqual({ role: 'viewer', department: 'Sales', note: 'Hello', teams: 'Blue' })
  const { outcome: _, ...invitation } = body as Record<string, unknown>
  expect((await call(`/invitations/${id}`)).body).toEqual(invitation)
})

test('null and an empty list take away', async () => {
  await patch({ team_ids: [blue] })
  expect((await patch({ department: null, note: null, team_ids: [] })).body).toMatchObject({
    outcome: 'edited',
    department: null,
    note: null,
    team_ids: [],
  })
})

test('what is so already is told, and writes nothing', async () => {
  const before = await everyRow()
  for (const json of [{}, { role: 'member', note: 'Hello', team_ids: [] }])
    expect((await patch(json)).body).toMatchObject({ outcome: 'unchanged', id })
  expect(await everyRow()).toEqual(before)
})

test('the same Idempotency-Key is one change', async () => {
  for (const _ of [1, 2])
    expect((await patch({ note: 'Hi' }, 'once')).body).toMatchObject({ outcome: 'edited' })
  expect(await rows("select id from audit_event where action = 'invitation.edited'")).toHaveLength(1)
})

describe('refused, and nothing changes', () => {
  test.each<[string, unknown, string[]]>([
    ['an unknown field', { generation: 3 }, ['generation']],
    ['another address', { address: 'joe@example.com' }, ['address']],
    ['a role that is null', { role: null }, ['role']],
    ['a role there is not', { role: 'emperor' }, ['role']],
    [
      'what is no text and no list',
      { department: 7, note: [], team_ids: 'a' },
      ['department', 'note', 'team_ids'],
    ],
    ['a team there is not', { team_ids: ['none'] }, ['team_ids']],
    ['what is too long', { note: 'x'.repeat(501), department: 'x'.repeat(101) }, ['department', 'note']],
    ['what is no object', 'hello', ['body']],
  ])('%s', async (_, json, fields) => {
    const before = await everyRow()
    const { status, body, headers } = await patch(json)
    expect(body).toMatchObject(problem(422, 'invalid_input'))
    expect([status, headers.get('Content-Type')]).toEqual([422, 'application/problem+json'])
    expect(Object.keys((body as { errors: object }).errors).sort()).toEqual(fields)
    expect(await everyRow()).toEqual(before)
  })

  test('another role than the key may give, an end, another organization', async () => {
    expect((await patch({ role: 'owner' })).body).toMatchObject(problem(403, 'role_not_grantable'))
    const theirs = calling(world, await addApiKey(cast.globex))
    const there = await theirs(`/invitations/${id}`, { method: 'PATCH', json: { note: 'Mine' } })
    expect(there.body).toMatchObject(problem(404, 'not_found'))
    await run("update invitation set status = 'declined'")
    expect((await patch({ note: 'Hi' })).body).toMatchObject(problem(409, 'invitation_ended'))
    expect(await termsOf(id)).toMatchObject({ role: 'member', note: 'Hello' })
  })
})
