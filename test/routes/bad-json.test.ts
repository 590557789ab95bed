import { beforeEach, expect, test } from 'vitest'
import { calling } from '../support/api'
import { addApiKey, addCast, addTeam } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { HOSTILE, HOSTILE_ADDRESSES, SCRIPT } from '../support/hostile'
import { restore } from '../support/storage'
import { createWorld, rows, type World } from '../support/world'

const KINDS = {
  ...HOSTILE,
  ...HOSTILE_ADDRESSES,
  surrogate: 'before\ud800after',
  reversed: '\udfff\ud800',
  number: 7,
  boolean: true,
  null: null,
  list: [['x'], 'y'],
  nested: { $ne: '' },
  deep: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
}
type Kind = keyof typeof KINDS
const kinds = Object.keys(KINDS) as Kind[]
const isText = (kind: Kind) => typeof KINDS[kind] === 'string'

let world: World
let call: ReturnType<typeof calling>
let team: string
beforeEach(async () => {
  world = createWorld()
  const { acme } = await addCast()
  call = calling(world, await addApiKey(acme))
  team = await addTeam(acme, 'Choir')
})

const body = (fields: Record<string, unknown>) => ({
  addresses: ['jane@example.com'],
  role: 'member',
  department: '',
  note: '',
  team_ids: [team],
  ...fields,
})

/** Creates with each kind in one place; those of `taken` send one invitation, the others nothing. */
const each = async (place: (value: unknown) => Record<string, unknown>, taken: readonly Kind[]) => {
  const before = await everyRow()
  const lines = logged()
  for (const kind of kinds) {
    const answer = await call('/invitations', { json: body(place(KINDS[kind])) })
    expect([kind, answer.status]).toEqual([
      kind,
      taken.includes(kind) ? 200 : expect.toSatisfy((n) => [403, 422].includes(n)),
    ])
    if (taken.includes(kind)) {
      expect(answer.body).toMatchObject({ sent: 1 })
      const [row] = await rows('select department, note, typed_address from invitation')
      expect(
        Object.values(row ?? {})
          .join()
          .isWellFormed(),
      ).toBe(true)
      await world.drain()
      const { html, subject } = world.mails.at(-1) ?? { html: SCRIPT, subject: '\n' }
      expect(html).not.toContain(SCRIPT)
      expect(subject).not.toMatch(/\p{Cc}/u)
      await restore(before)
    } else expect([kind, await everyRow()]).toEqual([kind, before])
  }
  expect(lines).toEqual([])
}

const texts = kinds.filter(isText)
const short = texts.filter((kind) => kind !== 'huge')

test('department and note take any text of their length, tidied, and nothing else', async () => {
  await each((department) => ({ department }), short)
  await each((note) => ({ note }), short)
})

test('role takes the roles there are, or none for the default', () => each((role) => ({ role }), ['empty']))

test('teams take ids of the organization’s teams', async () => {
  await each((id) => ({ team_ids: [id] }), [])
  await each((team_ids) => ({ team_ids }), [])
})

test('addresses are a list', () => each((addresses) => ({ addresses }), []))

test('an address that is none is an outcome of its own, said as it was typed, and stops no other', async () => {
  const before = await everyRow()
  for (const kind of texts) {
    const answer = await call('/invitations', { json: body({ addresses: [KINDS[kind]] }) })
    expect([kind, answer]).toEqual([
      kind,
      expect.objectContaining({
        status: 200,
        body: { sent: 0, data: [expect.objectContaining({ outcome: 'invalid' })] },
      }),
    ])
    expect([kind, await everyRow()]).toEqual([kind, before])
  }
  const addresses = [...texts.map((kind) => KINDS[kind]), 'jane@example.com'].filter(
    (one) => one !== HOSTILE.huge,
  )
  const { body: all } = await call('/invitations', { json: body({ addresses }) })
  expect(all).toMatchObject({ sent: 1 })
  expect(await rows('select address from invitation')).toEqual([{ address: 'jane@example.com' }])
})

test('what stands in an address’s place but is no text is refused whole', () =>
  each((value) => ({ addresses: ['joe@example.com', value] }), texts))

test('unknown fields are refused, whatever they are called', async () => {
  const before = await everyRow()
  for (const field of [
    'x',
    'organization_id',
    'change',
    'constructor',
    'toString',
    '',
    '__proto__',
    ...Object.values(HOSTILE),
  ]) {
    const raw = JSON.stringify(body({})).replace(/^\{/, `{${JSON.stringify(field)}:1,`)
    const answer = await call('/invitations', { body: raw, headers: { 'Content-Type': 'application/json' } })
    expect([field, answer.status]).toEqual([field, 422])
    expect(answer.body).toMatchObject({ code: 'invalid_input' })
  }
  expect(await everyRow()).toEqual(before)
})

test('an Idempotency-Key may be anything a header can hold', async () => {
  const before = await everyRow()
  for (const key of ['x'.repeat(8_000), "'; drop table user; --", SCRIPT, '__proto__', ' ', '%00']) {
    const answer = await call('/invitations', { json: body({}), headers: { 'Idempotency-Key': key } })
    expect(answer).toMatchObject({ status: 200, body: { sent: 1 } })
    await restore(before)
  }
})
