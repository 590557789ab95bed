import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/rules/dates'
import { sha256 } from '../../src/rules/tokens'
import { calling } from '../support/api'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const PAGE = '/o/acme/settings/api-keys'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const make = (who: Person, fields: Record<string, string> = {}) =>
  world.fetch(PAGE, {
    cookie: who.cookie,
    form: { name: 'Our product', role: 'admin', access: 'write', change: freshChange(), ...fields },
  })
const revoke = (who: Person, id: string, change = freshChange()) =>
  world.fetch(`${PAGE}/revoke`, { cookie: who.cookie, form: { id, change } })
const keyOn = async (response: Response) =>
  (await elements(await response.text(), 'input[readonly]'))[0]?.attributes.value ?? ''
const onlyId = async () => (await rows<{ id: string }>('select id from api_key'))[0]?.id ?? ''

describe('making a key', () => {
  test('shows it once, and D1 holds its hash', async () => {
    const response = await make(cast.owner, { access: 'read' })
    expect(response.status).toBe(200)
    const key = await keyOn(response)
    expect(key).toMatch(/^usher_[\w-]{43}$/)
    expect(await rows('select * from api_key')).toEqual([
      {
        id: expect.any(String),
        organization_id: cast.acme.id,
        name: 'Our product',
        role: 'admin',
        access: 'read',
        hash: sha256(key),
        hint: key.slice(-4),
        creator_name: 'Olga Owner',
        created_at: START,
        revoked_at: null,
      },
    ])
    expect(JSON.stringify(await everyRow())).not.toContain(key.slice('usher_'.length))
    const page = await (await world.fetch(PAGE, { cookie: cast.owner.cookie })).text()
    expect(page).not.toContain(key)
    expect(await texts(page, 'tbody td code')).toEqual([`usher_…${key.slice(-4)}`])
    expect(await texts(page, 'tbody [data-label=Access]')).toEqual(['Read only'])
  })

  test('writes nothing of it into the log', async () => {
    const lines = logged()
    const key = await keyOn(await make(cast.owner))
    await calling(world, key)('/invitations')
    expect(lines.join('\n')).not.toContain(key.slice('usher_'.length))
  })

  test('makes one that opens the API at once', async () => {
    const call = calling(world, await keyOn(await make(cast.owner)))
    expect((await call('/invitations')).status).toBe(200)
    expect((await call('/invitations', { json: { addresses: ['jane@example.com'] } })).body).toMatchObject({
      sent: 1,
    })
  })

  test('by a double press shows the same key twice and makes one', async () => {
    const change = hidden(await (await world.fetch(PAGE, { cookie: cast.owner.cookie })).text(), 'change')
    const shown = [
      await keyOn(await make(cast.owner, { change })),
      await keyOn(await make(cast.owner, { change })),
    ]
    expect(shown[0]).toBe(shown[1])
    expect((await calling(world, shown[0] ?? '')('/invitations')).status).toBe(200)
    expect(await rows('select count(*) as n from api_key')).toEqual([{ n: 1 }])
    expect(await rows('select action from audit_event')).toEqual([{ action: 'api_key.created' }])
  })

  test('shows it again only to a press repeated within ten minutes', async () => {
    const change = freshChange()
    const key = await keyOn(await make(cast.owner, { change }))
    world.clock.now = START + 10 * MINUTE - 1
    expect(await keyOn(await make(cast.owner, { change }))).toBe(key)
    world.clock.now = START + 10 * MINUTE
    expect(await keyOn(await make(cast.owner, { change }))).toBe('')
  })

  test('by two presses at once makes one as well', async () => {
    const change = freshChange()
    const presses = await Promise.all([make(cast.owner, { change }), make(cast.owner, { change })])
    expect(presses.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(await Promise.all(presses.map(keyOn))).size).toBe(1)
    expect(await rows('select count(*) as n from api_key')).toEqual([{ n: 1 }])
  })

  test('with the change of a form that another owner sent, or with another name, makes another key', async () => {
    const change = freshChange()
    await run("update member set role = 'owner' where user_id = ?", cast.admin.id)
    const keys = [
      await keyOn(await make(cast.owner, { change })),
      await keyOn(await make(cast.admin, { change })),
      await keyOn(await make(cast.owner, { change, name: 'Another' })),
    ]
    expect(new Set(keys).size).toBe(3)
  })

  test('does not bring a revoked one back when the form is sent again', async () => {
    const change = freshChange()
    const key = await keyOn(await make(cast.owner, { change }))
    await revoke(cast.owner, await onlyId())
    expect(await keyOn(await make(cast.owner, { change }))).toBe('')
    expect(await rows('select count(*) as n from api_key')).toEqual([{ n: 1 }])
    expect((await calling(world, key)('/invitations')).status).toBe(401)
  })

  test.each([
    [{ name: '  ' }, 422, 'name', /Enter a name/],
    [{ name: 'x'.repeat(101) }, 422, 'name', /100/],
    [{ name: 'https://evil.example' }, 422, 'name', /link/],
    [{ role: 'viewer' }, 422, 'role', /may manage members/],
    [{ role: 'boss' }, 422, 'role', /may manage members/],
    [{ role: '' }, 422, 'role', /may manage members/],
  ])(
    'with %j answers %i with the error beside its field, and keeps what was typed',
    async (fields, status, field, words) => {
      const before = await everyRow()
      const response = await make(cast.owner, { access: 'read', ...fields })
      expect(response.status).toBe(status)
      const html = await response.text()
      const [control] = await elements(html, `[name=${field}]`)
      expect(control?.attributes['aria-invalid']).toBe('true')
      expect(control?.attributes['aria-describedby']?.split(' ')).toContain(`field-${field}-error`)
      expect((await texts(html, `#field-${field}-error`)).join()).toMatch(words)
      expect((await elements(html, 'option[value=read]'))[0]?.attributes).toHaveProperty('selected')
      expect(await everyRow()).toEqual(before)
    },
  )

  test('with an access there is none of is told beside it', async () => {
    const response = await make(cast.owner, { access: 'everything' })
    expect(response.status).toBe(422)
    expect(await texts(await response.text(), '#field-access-error')).toEqual(['Choose one of the two.'])
    expect(await rows('select 1 from api_key')).toEqual([])
  })

  test('that acts as an owner is refused', async () => {
    const before = await everyRow()
    const response = await make(cast.owner, { role: 'owner' })
    expect(response.status).toBe(403)
    expect((await seen(response)).heading).toBe('Role cannot be given')
    expect(await everyRow()).toEqual(before)
  })
})

describe('revoking a key', () => {
  test('ends it at once and leaves its row, marked', async () => {
    const key = await addApiKey(cast.acme)
    const response = await revoke(cast.owner, await onlyId())
    expect(response.status).toBe(303)
    expect((await calling(world, key)('/invitations')).status).toBe(401)
    expect(await rows('select revoked_at from api_key')).toEqual([{ revoked_at: START }])
    const page = await (
      await world.fetch(response.headers.get('Location') ?? '', { cookie: cast.owner.cookie })
    ).text()
    expect(await texts(page, '#toasts')).toEqual(['API key revoked'])
    expect(await texts(page, 'tbody .actions')).toEqual(['Revoked'])
  })

  test('twice is one change', async () => {
    await addApiKey(cast.acme)
    const id = await onlyId()
    for (const change of ['one', 'one', 'two']) {
      expect((await revoke(cast.owner, id, change)).status).toBe(303)
      world.clock.now += 1
    }
    expect(await rows('select revoked_at from api_key')).toEqual([{ revoked_at: START }])
    expect(await rows('select count(*) as n from audit_event')).toEqual([{ n: 1 }])
  })

  test('of another organization, or one there is none of, is 404 and changes nothing', async () => {
    const key = await addApiKey(cast.globex)
    const before = await everyRow()
    for (const id of [await onlyId(), crypto.randomUUID(), '', "' or 1=1 --"])
      expect((await revoke(cast.owner, id)).status).toBe(404)
    expect(await everyRow()).toEqual(before)
    expect((await calling(world, key)('/invitations')).status).toBe(200)
  })
})

describe('owners only:', () => {
  test.each(['admin', 'member', 'viewer'] as const)(
    '%s sees no entry and meets a 403 on each of its routes',
    async (role) => {
      await addApiKey(cast.acme)
      const before = await everyRow()
      const id = await onlyId()
      const refused = [
        await world.fetch(PAGE, { cookie: cast[role].cookie }),
        await make(cast[role]),
        await revoke(cast[role], id),
      ]
      for (const response of refused) {
        expect(response.status).toBe(403)
        expect((await seen(response)).text).toContain('API key: Manage')
      }
      expect(await everyRow()).toEqual(before)
      const home = await (await world.fetch('/o/acme', { cookie: cast[role].cookie })).text()
      expect(await elements(home, `a[href="${PAGE}"]`)).toEqual([])
    },
  )

  test('an owner finds the entry, and only the organization’s own keys', async () => {
    await addApiKey(cast.globex)
    const page = await (await world.fetch(PAGE, { cookie: cast.owner.cookie })).text()
    expect(await texts(page, 'nav[aria-label=Main] a[aria-current=page]')).toEqual(['Settings'])
    expect(await elements(page, 'tbody tr')).toEqual([])
    expect(page).toContain('No key yet')
  })

  test('an outsider finds no such page', async () => {
    for (const response of [
      await world.fetch(PAGE, { cookie: cast.outsider.cookie }),
      await make(cast.outsider),
      await revoke(cast.outsider, await onlyId()),
    ])
      expect(response.status).toBe(404)
    expect(await rows('select 1 from api_key')).toEqual([])
  })
})
