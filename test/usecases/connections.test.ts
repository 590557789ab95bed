import { beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { paths } from '../../src/paths'
import { type ConnectionForm, connectionForm } from '../../src/rules/connections'
import { deriveKeys } from '../../src/rules/tokens'
import { isSealedNow, unseal } from '../../src/sealing'
import {
  removeConnection,
  saveConnection,
  showSignIn,
  switchConnection,
} from '../../src/usecases/connections'
import { findConnection, oidcClient } from '../../src/usecases/sso'
import { as, refusalOf, withKey } from '../support/acting'
import { actor, target } from '../support/audit'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { addIdentity, grant } from '../support/entrance'
import { CLIENT_ID, CLIENT_SECRET, ISSUER } from '../support/idp'
import { interleaved } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

const FORM: ConnectionForm = {
  preset: 'other',
  tenant: '',
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
}
const GLOBEX = 'https://id.globex.test'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

type Row = {
  id: string
  issuer: string
  client_id: string
  client_secret: string
  enabled: number
  tested_at: number | null
  preset: string
}
const stored = async (): Promise<Row | null> =>
  (await rows<Row>('select * from connection where organization_id = ?', cast.acme.id))[0] ?? null
type Event = { action: string; detail: unknown; [column: string]: unknown }
/** What the audit log has of connections, the newest last. */
const events = async (): Promise<Event[]> =>
  (
    await rows<Event & { detail: string }>(
      "select * from audit_event where action like 'connection.%' order by at, id",
    )
  ).map(({ detail, ...event }) => ({ ...event, detail: JSON.parse(detail) as unknown }))
const lastEvent = async () => (await events()).at(-1)
const idOf = async (): Promise<string> => (await stored())?.id ?? 'none'
const acme = async () =>
  (
    await rows<{ sso_required: string; just_in_time: number }>(
      'select sso_required, just_in_time from organization where id = ?',
      cast.acme.id,
    )
  )[0]

type Of = { change?: string; world?: World; who?: Person; slug?: string }
const doing = <T>(
  verb: (ctx: OrganizationContext) => Promise<T>,
  { who = cast.admin, slug = 'acme', ...of }: Of,
) => as(of.world ?? world, who, verb, slug)
const save = (form: Partial<ConnectionForm> = {}, of: Of = {}) =>
  doing((ctx) => saveConnection(ctx, { form: { ...FORM, ...form }, change: of.change ?? freshChange() }), of)
const turn = async (enabled: boolean, of: Of & { id?: string } = {}) => {
  const id = of.id ?? (await idOf())
  return doing((ctx) => switchConnection(ctx, { id, enabled, change: of.change ?? freshChange() }), of)
}
const remove = async (of: Of & { id?: string } = {}) => {
  const id = of.id ?? (await idOf())
  return doing((ctx) => removeConnection(ctx, { id, change: of.change ?? freshChange() }), of)
}
const markTested = () => run('update connection set tested_at = ?', START)
/** A connection that is on, a member who has signed in by it and is still there, and a rule that asks for it. */
const inUse = async () => {
  await save()
  await markTested()
  await turn(true)
  const id = await idOf()
  await addIdentity(cast.acme, id, cast.member)
  await grant(cast.acme, id, cast.member)
  await run(
    "update organization set sso_required = 'proven_domains', just_in_time = 1 where id = ?",
    cast.acme.id,
  )
  return id
}

const VERBS: [string, (of: Of) => Promise<unknown>, () => Promise<unknown>][] = [
  ['connect', (of) => save({}, of), async () => {}],
  ['replace', (of) => save({ clientId: 'another' }, of), () => save()],
  ['renew the secret of', (of) => save({ clientSecret: 'renewed' }, of), () => save()],
  ['switch on', (of) => turn(true, of), () => save().then(markTested)],
  ['switch off', (of) => turn(false, of), inUse],
  ['disconnect', (of) => remove(of), inUse],
]

describe.each(VERBS)('to %s a provider', (_, verb, prepare) => {
  beforeEach(async () => {
    await prepare()
  })

  test('needs Settings: Manage, here', async () => {
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(verb({ who }))).toEqual({ code: 'forbidden', permission: 'settings:manage' })
    expect(await refusalOf(verb({ who: cast.outsider }))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('by who is demoted just before the commit is not done', async () => {
    const before = await stored()
    const DB = meddledDatabase(() =>
      run("update member set role = 'member' where user_id = ?", cast.admin.id),
    )
    expect(await refusalOf(verb({ world: createWorld({ DB }) }))).toEqual({
      code: 'forbidden',
      permission: 'settings:manage',
    })
    expect(await stored()).toEqual(before)
  })

  test('pressed twice is done and told once', async () => {
    const press = { change: freshChange() }
    const id = await idOf()
    await verb(press)
    const after = await everyRow()
    // What was pressed for is gone or another one by then.
    await verb({ ...press, id } as Of).catch(() => {})
    expect(await everyRow()).toEqual(after)
  })

  test('of two at once one comes first', async () => {
    const before = (await events()).length
    const outcomes = await interleaved(
      [0, 1, 0, 1, 0, 1],
      [
        (db) =>
          verb({ world: createWorld({ DB: db }), who: cast.admin }).then(
            () => 'done',
            () => 'late',
          ),
        (db) =>
          verb({ world: createWorld({ DB: db }), who: cast.owner }).then(
            () => 'done',
            () => 'late',
          ),
      ],
    )
    expect(outcomes).toContain('done')
    expect((await events()).length).toBe(before + 1)
  })
})

test('a key that may only read changes nothing', async () => {
  const key = await addApiKey(cast.acme, 'admin', 'read')
  const refusal = await refusalOf(
    withKey(world, key, (ctx) => saveConnection(ctx, { form: FORM, change: freshChange() })),
  )
  expect(refusal).toEqual({ code: 'read_only_key' })
})

describe('connecting', () => {
  test('keeps the secret sealed, and tells everything but it', async () => {
    const { redirectUri } = await as(world, cast.admin, (ctx) => showSignIn(ctx, null))
    expect(await save()).toBe('saved')
    const row = await stored()
    expect(row).toMatchObject({
      preset: 'other',
      issuer: ISSUER,
      client_id: CLIENT_ID,
      enabled: 0,
      tested_at: null,
    })
    // Known before it was there.
    expect(redirectUri).toBe(`http://localhost:8787${paths.ssoCallback(row?.id ?? '')}`)
    const keys = { current: deriveKeys(world.env.ROOT_SECRET ?? ''), previous: null }
    expect(await unseal(keys, 'client-secret', row?.client_secret ?? '')).toBe(CLIENT_SECRET)
    expect(JSON.stringify(await everyRow())).not.toContain(CLIENT_SECRET)
    expect(await events()).toMatchObject([
      {
        ...actor('user', cast.admin.id, 'Ada Admin'),
        ...target('connection', row?.id ?? '', 'id.acme.test'),
        action: 'connection.created',
        detail: { preset: 'other', issuer: ISSUER, clientId: CLIENT_ID },
      },
    ])
  })

  test.each<[what: string, form: Partial<ConnectionForm>, field: string, words: RegExp]>([
    ['no preset', { preset: 'all' }, 'preset', /Choose/],
    ['no issuer', { issuer: ' ' }, 'issuer', /Enter the issuer/],
    ['what is no address', { issuer: 'acme' }, 'issuer', /no URL/],
    ['an issuer inside of some network', { issuer: 'https://id.internal' }, 'issuer', /not public/],
    ['a discovery document', { issuer: `${ISSUER}/.well-known/openid-configuration` }, 'issuer', /before/],
    [
      'what calls itself otherwise',
      { issuer: `${ISSUER}/` },
      'issuer',
      new RegExp(`calls itself “${ISSUER}”`),
    ],
    ['what is not there', { issuer: 'https://id.nowhere.test' }, 'issuer', /could not be reached/],
    ['Microsoft for many', { preset: 'microsoft', tenant: 'common' }, 'tenant', /own directory/],
    [
      'Microsoft for whoever',
      { preset: 'microsoft', tenant: '9188040d-6c67-4c5b-b112-36a304b66dad' },
      'tenant',
      /own/,
    ],
    [
      'Microsoft for many by its issuer',
      { issuer: 'https://login.microsoftonline.com/common/v2.0' },
      'issuer',
      /own/,
    ],
    ['no client', { clientId: '' }, 'clientId', /client ID/],
    ['no secret', { clientSecret: '' }, 'clientSecret', /secret/],
  ])('is refused beside its field for %s', async (_, form, field, words) => {
    const before = await everyRow()
    expect(await refusalOf(save(form))).toEqual({
      code: 'invalid_input',
      fields: { [field]: expect.stringMatching(words) },
    })
    expect(await everyRow()).toEqual(before)
  })

  test('takes a Microsoft tenant by its domain, and keeps its ID', async () => {
    const issuer = 'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0'
    world.addIdp('https://login.microsoftonline.com').document = { issuer }
    expect(await save({ preset: 'microsoft', tenant: 'Acme.onmicrosoft.com' })).toBe('saved')
    expect(await stored()).toMatchObject({ preset: 'microsoft', issuer })
  })

  test('knows Google by its issuer, whatever was chosen', async () => {
    world.addIdp('https://accounts.google.com')
    await save({ issuer: 'https://accounts.google.com' })
    expect(await stored()).toMatchObject({ preset: 'google' })
    expect(
      connectionForm({ preset: 'google', issuer: 'https://accounts.google.com', clientId: 'x' }),
    ).toMatchObject({
      preset: 'google',
      issuer: '',
    })
  })
})

describe('changing', () => {
  test('an empty secret keeps the one there is', async () => {
    await save()
    const before = await everyRow()
    expect(await save({ clientSecret: '' })).toBe('unchanged')
    expect(await everyRow()).toEqual(before)
    expect(await refusalOf(save({ clientSecret: '', clientId: 'another' }))).toMatchObject({
      fields: { clientSecret: expect.any(String) },
    })
  })

  test('another secret leaves it on and everybody in, untested', async () => {
    const id = await inUse()
    expect(await save({ clientSecret: 'renewed' })).toBe('saved')
    expect(await stored()).toMatchObject({ id, enabled: 1, tested_at: null })
    expect(await rows('select * from session_grant')).toHaveLength(1)
    expect((await lastEvent())?.detail).toEqual({ secret: true })
  })

  test('another provider is another connection: off, untested, and of nobody yet', async () => {
    const id = await inUse()
    world.addIdp(GLOBEX)
    expect(await save({ issuer: GLOBEX })).toBe('replaced')
    const row = await stored()
    expect(row).toMatchObject({ issuer: GLOBEX, enabled: 0, tested_at: null })
    expect(row?.id).not.toBe(id)
    expect(await rows('select * from identity')).toEqual([])
    expect(await rows('select * from session_grant')).toEqual([])
    expect(await acme()).toMatchObject({ sso_required: 'off' })
    expect(await lastEvent()).toMatchObject({
      target_id: row?.id,
      detail: {
        issuer: GLOBEX,
        secret: true,
        ssoRequired: 'off',
        before: { issuer: ISSUER, ssoRequired: 'proven_domains' },
      },
    })
  })

  test('what somebody else has changed meanwhile is not overruled', async () => {
    await save()
    const outcomes = await interleaved(
      [0, 1, 0, 1, 1, 0],
      [
        (db) =>
          refusalOf(save({ clientSecret: 'mine' }, { world: createWorld({ DB: db }) })).catch(() => null),
        (db) =>
          refusalOf(
            save({ clientSecret: 'theirs' }, { world: createWorld({ DB: db }), who: cast.owner }),
          ).catch(() => null),
      ],
    )
    expect(outcomes.filter(Boolean)).toEqual([{ code: 'changed_meanwhile' }])
  })
})

describe('switching', () => {
  test('on needs a test of what is there now', async () => {
    await save()
    expect(await refusalOf(turn(true))).toEqual({
      code: 'invalid_input',
      fields: { form: expect.stringContaining('Test it first') },
    })
    await markTested()
    expect(await turn(true)).toBe('saved')
    expect(await turn(true)).toBe('unchanged')
    expect(await stored()).toMatchObject({ enabled: 1 })
    await turn(false)
    await save({ clientSecret: 'renewed' })
    expect((await refusalOf(turn(true))).code).toBe('invalid_input')
  })

  test('off lets nobody in by it from then on, and nobody has to use it', async () => {
    await inUse()
    expect(await turn(false)).toBe('saved')
    expect(await rows('select * from session_grant')).toEqual([])
    expect(await rows('select * from identity')).toHaveLength(1)
    expect(await acme()).toEqual({ sso_required: 'off', just_in_time: 1 })
    expect((await lastEvent())?.detail).toEqual({
      enabled: false,
      ssoRequired: 'off',
      before: { enabled: true, ssoRequired: 'proven_domains' },
    })
  })

  test('a press that was meant for an earlier connection changes nothing of the one there is', async () => {
    const id = await inUse()
    await save({ clientId: 'another' })
    await markTested()
    const before = await everyRow()
    expect(await refusalOf(turn(true, { id }))).toEqual({ code: 'not_found' })
    await remove({ id })
    expect(await everyRow()).toEqual(before)
  })

  test('what another organization has connected cannot be switched or removed', async () => {
    const id = await inUse()
    const of = { who: cast.outsider, slug: 'globex', id }
    const before = await everyRow()
    expect(await refusalOf(turn(false, of))).toEqual({ code: 'not_found' })
    await remove(of)
    expect(await everyRow()).toEqual(before)
  })
})

describe('disconnecting', () => {
  test('forgets who its people are; their accounts and memberships stay', async () => {
    const id = await inUse()
    const members = await rows('select * from member order by user_id')
    await remove()
    expect(await stored()).toBeNull()
    expect(await rows('select * from identity')).toEqual([])
    expect(await rows('select * from session_grant')).toEqual([])
    expect(await rows('select * from member order by user_id')).toEqual(members)
    expect(await acme()).toEqual({ sso_required: 'off', just_in_time: 0 })
    expect([await lastEvent()]).toMatchObject([
      {
        action: 'connection.removed',
        ...target('connection', id, 'id.acme.test'),
        detail: {
          ssoRequired: 'off',
          justInTime: false,
          identities: 1,
          before: {
            preset: 'other',
            issuer: ISSUER,
            clientId: CLIENT_ID,
            enabled: true,
            ssoRequired: 'proven_domains',
            justInTime: true,
          },
        },
      },
    ])
    await save()
    expect(await idOf()).not.toBe(id)
  })
})

describe('the secret at rest', () => {
  const NEXT = 'a-root-secret-that-takes-the-place-of-the-one-before'

  test('is sealed again once it is read under the key before', async () => {
    await save()
    const before = await stored()
    const previous = world.env.ROOT_SECRET ?? ''
    const rotated = createWorld({ ROOT_SECRET: NEXT, ROOT_SECRET_PREVIOUS: previous })
    const client = await as(rotated, cast.admin, async (ctx) => {
      const connection = await findConnection(ctx, { organizationId: cast.acme.id })
      return connection && oidcClient(ctx, connection)
    })
    expect(client).toMatchObject({ clientSecret: CLIENT_SECRET })
    const after = await stored()
    expect(after?.client_secret).not.toBe(before?.client_secret)
    const keys = { current: deriveKeys(NEXT), previous: null }
    expect(isSealedNow(keys, after?.client_secret ?? '')).toBe(true)
    expect(await unseal(keys, 'client-secret', after?.client_secret ?? '')).toBe(CLIENT_SECRET)
  })

  test('that can no longer be read is said, and entered again', async () => {
    await save()
    const rotated = createWorld({ ROOT_SECRET: NEXT })
    const { secretReadable } = await as(rotated, cast.admin, (ctx) => showSignIn(ctx, null))
    expect(secretReadable).toBe(false)
    expect(await save({}, { world: rotated })).toBe('saved')
    expect((await as(rotated, cast.admin, (ctx) => showSignIn(ctx, null))).secretReadable).toBe(true)
  })
})
