import { beforeEach, describe, expect, it, test } from 'vitest'
import type { SettingTexts } from '../../src/rules/settings'
import { changeSettings, type SettingsOutcome, showSettings } from '../../src/usecases/settings'
import { as, refusalOf, withKey } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const change = (
  who: Person,
  posted: SettingTexts,
  { shown = {}, press = freshChange(), on = world, slug = 'acme' } = {},
): Promise<SettingsOutcome> =>
  as(on, who, (ctx) => changeSettings(ctx, { posted, shown, change: press }), slug)

const acme = async () => (await rows('select * from organization where id = ?', cast.acme.id))[0]
const events = async () =>
  (
    await rows<{ detail: string }>("select * from audit_event where action = 'settings.changed' order by id")
  ).map(({ detail, ...event }) => ({ ...event, detail: JSON.parse(detail) as unknown }))

describe('a change of settings', () => {
  it('writes what was meant with one event that names the old values, and only what changed', async () => {
    expect(
      await change(cast.admin, { name: '  Acme  Group ', timeZone: 'Europe/Berlin', slug: 'acme' }),
    ).toEqual({
      kind: 'saved',
      slug: 'acme',
    })
    expect(await acme()).toMatchObject({ name: 'Acme Group', time_zone: 'Europe/Berlin', slug: 'acme' })
    expect(await events()).toEqual([
      {
        id: expect.any(String),
        change_id: expect.any(String),
        organization_id: cast.acme.id,
        action: 'settings.changed',
        actor_kind: 'user',
        actor_id: cast.admin.id,
        actor_name: 'Ada Admin',
        target_kind: 'organization',
        target_id: cast.acme.id,
        target_name: 'Acme Group',
        at: START,
        detail: {
          name: 'Acme Group',
          timeZone: 'Europe/Berlin',
          before: { name: 'Acme', timeZone: 'UTC' },
        },
      },
    ])
  })

  it('keeps each kind of value as it is, in the row and in the event', async () => {
    await change(cast.owner, {
      invitationLifetime: '3600',
      asksTeams: 'no',
      pendingReservesSeat: 'no',
      landingAddress: '/welcome',
      closedLink: 'invalid',
    })
    expect(await acme()).toMatchObject({
      invitation_lifetime: 3600,
      asks_teams: 0,
      pending_reserves_seat: 0,
      landing_address: '/welcome',
      closed_link: 'invalid',
    })
    await change(cast.owner, { landingAddress: '', asksTeams: 'yes' })
    expect((await events()).map(({ detail }) => detail)).toEqual([
      {
        invitationLifetime: 3600,
        asksTeams: false,
        pendingReservesSeat: false,
        landingAddress: '/welcome',
        closedLink: 'invalid',
        before: {
          invitationLifetime: 604800,
          asksTeams: true,
          pendingReservesSeat: true,
          landingAddress: null,
          closedLink: 'precise',
        },
      },
      { landingAddress: null, asksTeams: true, before: { landingAddress: '/welcome', asksTeams: false } },
    ])
  })

  it('to what is so already writes nothing and says so', async () => {
    const before = await everyRow()
    expect((await change(cast.admin, { name: ' Acme ', timeZone: 'UTC', asksTeams: 'yes' })).kind).toBe(
      'unchanged',
    )
    expect((await change(cast.admin, {})).kind).toBe('unchanged')
    expect(await everyRow()).toEqual(before)
  })

  it('pressed twice, also at once, is one change, and both are told it is saved', async () => {
    const press = freshChange()
    const twice = () => change(cast.admin, { name: 'Acme Group' }, { press })
    expect((await Promise.all([twice(), twice()])).map(({ kind }) => kind)).toEqual(['saved', 'saved'])
    expect((await change(cast.admin, { name: 'Acme Group' }, { press, shown: { name: 'Acme' } })).kind).toBe(
      'saved',
    )
    expect(await events()).toHaveLength(1)
  })

  it('repeated after somebody changed it again does nothing', async () => {
    const press = freshChange()
    const shown = { name: 'Acme' }
    await change(cast.admin, { name: 'One' }, { press, shown })
    await change(cast.owner, { name: 'Two' })
    expect((await change(cast.admin, { name: 'One' }, { press, shown })).kind).toBe('saved')
    expect(await acme()).toMatchObject({ name: 'Two' })
    expect(await events()).toHaveLength(2)
  })
})

describe('two people at once', () => {
  it('lose nothing in different fields, in whichever order their steps come', async () => {
    const pairs = merges(1, 1)
    for (const [n, order] of pairs.entries()) {
      const shown = { name: n === 0 ? 'Acme' : 'Name 0', timeZone: n === 0 ? 'UTC' : 'Asia/Tokyo' }
      const name = `Name ${n}`
      const timeZone = n === 0 ? 'Asia/Tokyo' : 'Europe/Paris'
      await interleaved(order, [
        (DB) => change(cast.admin, { ...shown, name }, { shown, on: createWorld({ DB }) }),
        (DB) => change(cast.owner, { ...shown, timeZone }, { shown, on: createWorld({ DB }) }),
      ])
      expect(await acme()).toMatchObject({ name, time_zone: timeZone })
    }
    expect(await events()).toHaveLength(2 * pairs.length)
  })

  it('in the same field keep the first, and the second is told what it is now', async () => {
    await change(cast.owner, { name: 'Theirs' })
    const before = await everyRow()
    const shown = { name: 'Acme', timeZone: 'UTC' }
    const outcome = await change(cast.admin, { name: 'Mine', timeZone: 'Asia/Tokyo' }, { shown })
    expect(outcome).toMatchObject({
      kind: 'meanwhile',
      errors: {
        name: expect.stringContaining('to “Theirs”'),
        timeZone: expect.stringContaining('Not saved'),
      },
      settings: { name: 'Theirs' },
    })
    expect(await everyRow()).toEqual(before)
    const again = await change(
      cast.admin,
      { name: 'Mine', timeZone: 'Asia/Tokyo' },
      { shown: { name: 'Theirs', timeZone: 'UTC' } },
    )
    expect(again.kind).toBe('saved')
    expect(await acme()).toMatchObject({ name: 'Mine', time_zone: 'Asia/Tokyo' })
  })

  it('with the same value are both content', async () => {
    await change(cast.owner, { name: 'Same' })
    expect((await change(cast.admin, { name: 'Same' }, { shown: { name: 'Acme' } })).kind).toBe('unchanged')
    expect(await events()).toHaveLength(1)
  })

  it('keep the first where it comes between reading and writing', async () => {
    const DB = meddledDatabase(() => change(cast.owner, { name: 'Quick' }))
    const outcome = await change(cast.admin, { name: 'Slow' }, { on: createWorld({ DB }) })
    expect(outcome).toMatchObject({ kind: 'meanwhile', errors: { name: expect.stringContaining('Quick') } })
    expect(await acme()).toMatchObject({ name: 'Quick' })
    expect(await events()).toHaveLength(1)
  })
})

describe('a slug', () => {
  it('of another organization is refused beside its field, also when it is taken between reading and writing', async () => {
    const fields = { slug: expect.stringContaining('Another organization') }
    expect(await refusalOf(change(cast.admin, { slug: 'globex', name: 'New' }))).toEqual({
      code: 'invalid_input',
      fields,
    })
    const DB = meddledDatabase(() => change(cast.outsider, { slug: 'fresh' }, { slug: 'globex' }))
    expect(await refusalOf(change(cast.admin, { slug: 'fresh' }, { on: createWorld({ DB }) }))).toEqual({
      code: 'invalid_input',
      fields,
    })
    expect(await rows('select name, slug from organization order by slug')).toEqual([
      { name: 'Acme', slug: 'acme' },
      { name: 'Globex', slug: 'fresh' },
    ])
  })

  it('is given to one of two who ask for it at once', async () => {
    const asked = await Promise.allSettled([
      change(cast.admin, { slug: 'wanted' }),
      change(cast.outsider, { slug: 'wanted' }, { slug: 'globex' }),
    ])
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await rows("select count(*) as n from organization where slug = 'wanted'")).toEqual([{ n: 1 }])
  })

  it('too short for the rule of today stays where it is, and can be left', async () => {
    await run("update organization set slug = 'a' where id = ?", cast.acme.id)
    expect((await change(cast.admin, { slug: 'a', name: 'Still' }, { slug: 'a' })).kind).toBe('saved')
    expect(await change(cast.admin, { slug: 'acme' }, { slug: 'a' })).toEqual({ kind: 'saved', slug: 'acme' })
  })
})

describe('the default role', () => {
  const ownRole = async (permissions: string[]) => {
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('helper', ?, 'Helper', ?, ?)",
      cast.acme.id,
      JSON.stringify(permissions),
      START,
    )
  }

  it('can be one of the organization’s own, and stands by name in the event', async () => {
    await ownRole(['organization:read', 'member:read'])
    await change(cast.admin, { defaultRole: 'helper' })
    expect(await acme()).toMatchObject({ default_role: 'helper' })
    await change(cast.admin, { defaultRole: 'viewer' })
    expect((await events()).map(({ detail }) => detail)).toEqual([
      { defaultRole: 'Helper', before: { defaultRole: 'member' } },
      { defaultRole: 'viewer', before: { defaultRole: 'Helper' } },
    ])
  })

  it('is never owner, for nobody', async () => {
    for (const who of [cast.owner, cast.admin])
      expect(await refusalOf(change(who, { defaultRole: 'owner' }))).toEqual({ code: 'role_not_grantable' })
    expect(await events()).toEqual([])
  })

  it('is never more than the saver may grant, also when it grows between reading and writing', async () => {
    await ownRole(['organization:read', 'api_key:manage'])
    expect(await refusalOf(change(cast.admin, { defaultRole: 'helper' }))).toEqual({
      code: 'role_not_grantable',
    })
    expect((await change(cast.owner, { defaultRole: 'helper' })).kind).toBe('saved')
    await change(cast.owner, { defaultRole: 'member' })
    await run('update role set permissions = \'["organization:read"]\'')
    const DB = meddledDatabase(() =>
      run('update role set permissions = \'["organization:read","api_key:manage"]\''),
    )
    expect(
      await refusalOf(change(cast.admin, { defaultRole: 'helper' }, { on: createWorld({ DB }) })),
    ).toEqual({
      code: 'role_not_grantable',
    })
    expect(await acme()).toMatchObject({ default_role: 'member' })
  })

  it('of another organization or of none is refused', async () => {
    await ownRole(['organization:read'])
    expect(
      await refusalOf(change(cast.outsider, { defaultRole: 'helper' }, { slug: 'globex' })),
    ).toMatchObject({
      fields: { defaultRole: 'There is no such role.' },
    })
    expect(await refusalOf(change(cast.admin, { defaultRole: 'emperor' }))).toMatchObject({
      fields: { defaultRole: 'There is no such role.' },
    })
  })

  it('that the saver could not grant stays while they change something else', async () => {
    await ownRole(['organization:read', 'api_key:manage'])
    await run("update organization set default_role = 'helper' where id = ?", cast.acme.id)
    expect((await change(cast.admin, { defaultRole: 'helper', nameFields: 'none' })).kind).toBe('saved')
    expect(await acme()).toMatchObject({ default_role: 'helper', name_fields: 'none' })
  })
})

describe('who may', () => {
  it.each(['member', 'viewer'] as const)('is not a %s', async (who) => {
    const before = await everyRow()
    const refusal = { code: 'forbidden', permission: 'settings:manage' }
    expect(await refusalOf(change(cast[who], { name: 'Mine' }))).toEqual(refusal)
    expect(await refusalOf(as(world, cast[who], async (ctx) => showSettings(ctx)))).toEqual(refusal)
    expect(await everyRow()).toEqual(before)
  })

  it('is not a read-only key', async () => {
    const key = await addApiKey(cast.acme, 'admin', 'read')
    const input = { posted: { name: 'Mine' }, shown: {}, change: freshChange() }
    expect(await refusalOf(withKey(world, key, (ctx) => changeSettings(ctx, input)))).toEqual({
      code: 'read_only_key',
    })
  })

  it('is nobody who is demoted or deactivated between reading and writing', async () => {
    for (const meddling of ["role = 'member'", "role = 'admin', status = 'inactive'"]) {
      const DB = meddledDatabase(() => run(`update member set ${meddling} where user_id = ?`, cast.admin.id))
      expect(await refusalOf(change(cast.admin, { name: 'Mine' }, { on: createWorld({ DB }) }))).toEqual({
        code: 'forbidden',
        permission: 'settings:manage',
      })
    }
    expect(await acme()).toMatchObject({ name: 'Acme' })
    expect(await events()).toEqual([])
  })

  it('is nobody of another organization, whose settings stay', async () => {
    expect(await refusalOf(change(cast.outsider, { name: 'Mine' }))).toEqual({ code: 'not_found' })
    await change(cast.outsider, { name: 'Mine' }, { slug: 'globex' })
    expect(await rows('select name from organization order by slug')).toEqual([
      { name: 'Acme' },
      { name: 'Mine' },
    ])
  })
})

test('every mistake is told at once, and with one of them nothing is written', async () => {
  const before = await everyRow()
  const posted = { name: ' ', slug: 'A', timeZone: 'Mars', landingAddress: '/o/acme', nameFields: 'single' }
  expect(await refusalOf(change(cast.admin, posted))).toEqual({
    code: 'invalid_input',
    fields: {
      name: expect.any(String),
      slug: expect.any(String),
      timeZone: expect.any(String),
      landingAddress: expect.any(String),
    },
  })
  expect(await everyRow()).toEqual(before)
})

test('no setting raises the seats: neither its name nor its column is one', async () => {
  const before = await acme()
  const posted = { seatLimit: '100', seat_limit: '100', accountScope: 'own', deleteAt: '1' } as SettingTexts
  expect((await change(cast.owner, posted)).kind).toBe('unchanged')
  expect(await acme()).toEqual(before)
})
