import { beforeEach, describe, expect, test } from 'vitest'
import type { SettingTexts } from '../../src/rules/settings'
import { sha256 } from '../../src/rules/tokens'
import { changeSettings } from '../../src/usecases/settings'
import { as, refusalOf } from '../support/acting'
import { addCast, type Cast, freshChange, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { addConnection, addDomain, grant, withSession } from '../support/entrance'
import { meddledDatabase } from '../support/meddling'
import { addHolder, addRole } from '../support/roles'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const change = (posted: SettingTexts, who: Person = cast.admin, on = world) =>
  as(on, who, (ctx) =>
    changeSettings(ctx, { posted, shown: {}, change: freshChange(), session: sha256(who.cookie) }),
  )
const acme = async () =>
  (
    await rows<{ sso_required: string; just_in_time: number; required_factor: string }>(
      'select sso_required, just_in_time, required_factor from organization where id = ?',
      cast.acme.id,
    )
  )[0]
const refusedFor = async (work: () => Promise<unknown>) => {
  const before = await everyRow()
  const refusal = await refusalOf(work())
  expect(await everyRow()).toEqual(before)
  return refusal
}
const beside = (field: string, words: RegExp) => ({
  code: 'invalid_input',
  fields: { [field]: expect.stringMatching(words) },
})

describe('requiring single sign-on', () => {
  test('needs a provider that is switched on', async () => {
    for (const ssoRequired of ['proven_domains', 'everybody'])
      expect(await refusedFor(() => change({ ssoRequired }))).toEqual(
        beside('ssoRequired', /switch it on first/),
      )
    await addConnection(cast.acme, false)
    await addConnection(cast.globex)
    expect(await refusedFor(() => change({ ssoRequired: 'proven_domains' }))).toEqual(
      beside('ssoRequired', /switch it on first/),
    )
    await run('update connection set enabled = 1')
    await change({ ssoRequired: 'proven_domains' })
    expect(await acme()).toMatchObject({ sso_required: 'proven_domains' })
    await run('update connection set enabled = 0')
    await change({ ssoRequired: 'off' })
    expect(await acme()).toMatchObject({ sso_required: 'off' })
  })

  test('of everybody is done only by who came in by this very provider', async () => {
    const [connection, theirs] = [await addConnection(cast.acme), await addConnection(cast.globex)]
    const locked = beside('ssoRequired', /yourself first/)
    expect(await refusedFor(() => change({ ssoRequired: 'everybody' }))).toEqual(locked)
    await grant(cast.globex, theirs, cast.admin)
    expect(await refusedFor(() => change({ ssoRequired: 'everybody' }))).toEqual(locked)
    await grant(cast.acme, 'an earlier connection', cast.admin)
    expect(await refusedFor(() => change({ ssoRequired: 'everybody' }))).toEqual(locked)
    await run('delete from session_grant')
    await grant(cast.acme, connection, cast.admin, START)
    expect(await refusedFor(() => change({ ssoRequired: 'everybody' }))).toEqual(locked)
    const other = await withSession(cast.admin, { own: false })
    await grant(cast.acme, connection, other)
    expect(await refusedFor(() => change({ ssoRequired: 'everybody' }))).toEqual(locked)
    await change({ ssoRequired: 'everybody' }, other)
    expect(await acme()).toMatchObject({ sso_required: 'everybody' })
  })

  test('of proven domains is done by who has an address of one only where they came in by it', async () => {
    const connection = await addConnection(cast.acme)
    await addDomain(cast.globex, 'acme.test')
    await addDomain(cast.acme, 'other.test')
    await change({ ssoRequired: 'proven_domains' })
    await change({ ssoRequired: 'off' })
    await addDomain(cast.acme, 'acme.test')
    expect(await refusedFor(() => change({ ssoRequired: 'proven_domains' }))).toEqual(
      beside('ssoRequired', /yourself first/),
    )
    await grant(cast.acme, connection, cast.admin)
    await change({ ssoRequired: 'proven_domains' })
    expect(await acme()).toMatchObject({ sso_required: 'proven_domains' })
  })

  test('is refused where the provider is switched off just before the commit', async () => {
    const connection = await addConnection(cast.acme)
    await grant(cast.acme, connection, cast.admin)
    for (const ssoRequired of ['proven_domains', 'everybody']) {
      await run('update connection set enabled = 1')
      const DB = meddledDatabase(() => run('update connection set enabled = 0'))
      expect(await refusalOf(change({ ssoRequired }, cast.admin, createWorld({ DB })))).toEqual(
        beside('ssoRequired', /switch it on first/),
      )
    }
    expect(await acme()).toMatchObject({ sso_required: 'off' })
  })

  test('of proven domains leaves whoever has such an address out of the password’s way, and others in it', async () => {
    await addConnection(cast.acme)
    await change({ ssoRequired: 'proven_domains' })
    await addDomain(cast.acme, 'acme.test')
    expect(await refusalOf(change({ name: 'Mine' }))).toEqual({ code: 'sso_required' })
    await run('delete from domain')
    await change({ name: 'Ours' })
  })
})

describe('joining without an invitation', () => {
  test('gives the default role, so only who may give that switches it on', async () => {
    await run("update organization set default_role = 'admin' where id = ?", cast.acme.id)
    const holder = await addHolder(cast.acme, 'Sam Settings', ['settings:manage', 'organization:read'])
    expect(await refusedFor(() => change({ justInTime: 'yes' }, holder))).toEqual({
      code: 'role_not_grantable',
    })
    await change({ justInTime: 'yes' })
    expect(await acme()).toMatchObject({ just_in_time: 1 })
    await change({ justInTime: 'no' }, holder)
    expect(await acme()).toMatchObject({ just_in_time: 0 })
  })

  test('is refused where the default role becomes another just before the commit, or holds more', async () => {
    const role = await addRole(cast.acme, 'Reader', ['member:read'])
    await run('update organization set default_role = ? where id = ?', role, cast.acme.id)
    for (const meddling of [
      () => run("update organization set default_role = 'admin' where id = ?", cast.acme.id),
      () => run('update role set permissions = \'["member:manage"]\' where id = ?', role),
    ]) {
      await run('update organization set default_role = ? where id = ?', role, cast.acme.id)
      const DB = meddledDatabase(meddling)
      expect(await refusalOf(change({ justInTime: 'yes' }, cast.admin, createWorld({ DB })))).toEqual({
        code: 'role_not_grantable',
      })
    }
    expect(await acme()).toMatchObject({ just_in_time: 0 })
  })
})

test('what own sign-ins need holds from the next page on, for who comes with less', async () => {
  await change({ requiredFactor: 'second_factor' })
  expect(await refusalOf(change({ requiredFactor: 'none' }))).toEqual({
    code: 'second_factor_required',
    factor: 'second_factor',
  })
  const shown = await withSession(cast.admin, { own: true, secondFactor: 'authenticator' })
  await change({ requiredFactor: 'passkey' }, shown)
  expect((await refusalOf(change({ requiredFactor: 'none' }, shown))).code).toBe('second_factor_required')
  expect(await acme()).toMatchObject({ required_factor: 'passkey' })
})
