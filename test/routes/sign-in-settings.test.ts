import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { addDomain, grant } from '../support/entrance'
import { elements, texts } from '../support/html'
import { CLIENT_ID, CLIENT_SECRET, cookiesAfter, ISSUER, roundTrip } from '../support/idp'
import { meddledDatabase } from '../support/meddling'
import { PRODUCTION } from '../support/settings'
import { errorsOn, fieldsOf } from '../support/settings-page'
import { createWorld, rows, run, START, type World } from '../support/world'

const SIGN_IN = paths.signInSettings('acme')
const CONNECTION = paths.connection('acme')
const TEST = paths.testConnection('acme')
const ENABLE = paths.enableConnection('acme')
const REMOVE = paths.removeConnection('acme')
const FORM = { preset: 'other', issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (path = SIGN_IN, who: Person = cast.admin) => {
  const answer = await world.fetch(path, { cookie: who.cookie })
  return { status: answer.status, html: await answer.text() }
}
const post = (path: string, form: Record<string, string> = {}, headers = {}) =>
  world.fetch(path, { cookie: cast.admin.cookie, headers, form: { change: freshChange(), ...form } })
const connect = () => post(CONNECTION, FORM)
const connection = async () =>
  (
    await rows<{ id: string; enabled: number; tested_at: number | null }>(
      'select id, enabled, tested_at from connection where organization_id = ?',
      cast.acme.id,
    )
  )[0]
const trip = async (who: Person = cast.admin) => {
  const { response } = await roundTrip(world, TEST, { cookie: who.cookie })
  return { status: response.status, html: await response.text() }
}
const shownRedirectUri = async (html: string) =>
  (await elements(html, '#redirect-uri')).map(({ attributes }) => attributes.value)
const acme = async () =>
  (
    await rows(
      'select sso_required, just_in_time, required_factor from organization where id = ?',
      cast.acme.id,
    )
  )[0]

describe('the page', () => {
  test('costs two round trips, connected or not', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => page())).toEqual({ d1: 2 })
    await connect()
    expect(await costOf(() => page())).toEqual({ d1: 2 })
  })

  test('says the redirect URI before there is a connection, and the same one after', async () => {
    const [before] = await shownRedirectUri((await page()).html)
    await connect()
    const after = await shownRedirectUri((await page()).html)
    expect(after).toEqual([before])
    expect(before).toBe(`http://localhost:8787${paths.ssoCallback((await connection())?.id ?? '')}`)
  })

  test('says of another client that its redirect URI is another one', async () => {
    await connect()
    const [before] = await shownRedirectUri((await page()).html)
    const replaced = await post(CONNECTION, { ...FORM, clientId: 'another' })
    expect(replaced.headers.get('Location')).toBe(
      paths.signInSettings('acme', { notice: 'connection-replaced' }),
    )
    expect(await shownRedirectUri((await page()).html)).not.toEqual([before])
  })

  test('never shows the secret again, nor a mistaken one', async () => {
    expect((await connect()).headers.get('Location')).toBe(
      paths.signInSettings('acme', { notice: 'connection-saved' }),
    )
    const { html } = await page()
    expect(html).not.toContain(CLIENT_SECRET)
    expect((await elements(html, 'input[name="clientSecret"]'))[0]?.attributes.value ?? '').toBe('')
    const refused = await post(CONNECTION, { ...FORM, clientId: '' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).not.toContain(CLIENT_SECRET)
  })

  test('shows a mistake beside its field with everything else as typed', async () => {
    const refused = await post(CONNECTION, { ...FORM, issuer: `${ISSUER}/x`, clientId: ' an-id ' })
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(await fieldsOf(html, CONNECTION)).toMatchObject({
      preset: 'other',
      issuer: `${ISSUER}/x`,
      clientId: ' an-id ',
    })
    expect(await errorsOn(html)).toEqual([expect.stringContaining(`calls itself “${ISSUER}”`)])
    expect((await elements(html, '#field-issuer'))[0]?.attributes['aria-invalid']).toBe('true')
    expect(await connection()).toBeUndefined()
  })

  test('a provider of this machine is for development', async () => {
    world = createWorld(PRODUCTION)
    const html = await (
      await world.fetch(`https://usher.example${CONNECTION}`, {
        cookie: cast.admin.cookie,
        form: { change: freshChange(), ...FORM, issuer: 'http://localhost:4000' },
      })
    ).text()
    expect(await errorsOn(html)).toEqual([expect.stringContaining('does not begin with https://')])
  })
})

describe('testing', () => {
  test('goes to the provider and back, notes that it works, and signs nobody in as anybody else', async () => {
    await connect()
    const sessions = await rows('select * from session')
    const { status, html } = await trip()
    expect(status).toBe(200)
    expect(await texts(html, 'main h2')).toEqual(['Single sign-on with id.acme.test works'])
    expect(await texts(html, 'dd')).toContain('jane@acme.test')
    expect(await texts(html, '[role="alert"]')).toEqual([expect.stringContaining('is accepted')])
    expect(await connection()).toMatchObject({ enabled: 0, tested_at: START })
    expect(await rows('select * from session')).toEqual(sessions)
    expect(await rows('select * from identity')).toEqual([])
    expect(
      await rows('select actor_name, target_name, detail from audit_event order by id desc limit 1'),
    ).toEqual([{ actor_name: 'Ada Admin', target_name: 'id.acme.test', detail: '{}' }])
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['is not verified', { email_verified: false }, /not accepted.*email_verified.*Settings › Domains/],
    ['is none', { email: undefined }, /no email address.*claim email/],
    ['is verified', {}, /is accepted, for an invitation/],
  ])('says whether the address would be accepted where it %s', async (_, claims, words) => {
    await connect()
    world.idp.claims = claims
    if (claims.email === undefined && 'email' in claims) world.idp.userinfo = { sub: world.idp.person.sub }
    const { html } = await trip()
    expect(await texts(html, '[role="alert"]')).toEqual([expect.stringMatching(words)])
    expect((await connection())?.tested_at).toBe(START)
  })

  test('knows an address of a proven domain', async () => {
    await connect()
    await addDomain(cast.acme, 'acme.test')
    world.idp.claims = { email_verified: undefined }
    expect(await texts((await trip()).html, '[role="alert"]')).toEqual([
      expect.stringContaining('proven to be yours'),
    ])
  })

  test.each([
    ['a token for somebody else', { claims: { aud: 'shop' } }, /another client, “shop”/],
    ['a mistyped secret', { clientSecret: 'other' }, /does not accept client ID and secret/],
    ['a provider that breaks', { fault: 'error', faultAt: 'token' } as const, /error of its own/],
    ['a foreign signature', { signing: 'foreign_key' } as const, /not signed with a key/],
  ])('says what is wrong for %s, and notes nothing', async (_, change, words) => {
    await connect()
    Object.assign(world.idp, change)
    const before = await everyRow()
    const { status, html } = await trip()
    expect(status).toBe(409)
    expect(await texts(html, '[role="alert"]')).toEqual([expect.stringMatching(words)])
    expect(html).not.toContain(CLIENT_SECRET)
    expect(await shownRedirectUri(html)).toHaveLength(1)
    expect(await everyRow()).toEqual(before)
  })

  test('says so at once where the provider cannot even be asked', async () => {
    await connect()
    world.idp.fault = 'down'
    const { status, html } = await page(TEST)
    expect(status).toBe(409)
    expect(await texts(html, '[role="alert"]')).toEqual(['id.acme.test could not be reached.'])
  })

  test('says nothing of a connection that is changed just before it is noted', async () => {
    await connect()
    world.env.DB = meddledDatabase(() => run("update connection set client_secret = 'another'"))
    const { status, html } = await trip()
    expect(status).toBe(409)
    expect(await texts(html, 'main h2')).toEqual(['Changed meanwhile'])
    expect((await connection())?.tested_at).toBeNull()
  })

  test('comes to nothing for whoever may no longer, or in another browser', async () => {
    await connect()
    const start = await world.fetch(TEST, { cookie: cast.admin.cookie })
    const back = await world.idp.approve(start.headers.get('Location'))
    expect((await world.fetch(back.pathname + back.search, { cookie: cast.admin.cookie })).status).toBe(409)
    const cookies = cookiesAfter(start)
    await run("update member set role = 'member' where user_id = ?", cast.admin.id)
    const answer = await world.fetch(back.pathname + back.search, { cookie: cast.admin.cookie, cookies })
    expect(answer.status).toBe(403)
    expect((await connection())?.tested_at).toBeNull()
  })

  test('of what is not there is not found', async () => {
    expect((await page(TEST)).status).toBe(404)
    expect((await page(REMOVE)).status).toBe(404)
  })
})

describe('switching on, off, and disconnecting', () => {
  const id = async () => (await connection())?.id ?? ''

  test('follow each other on the page', async () => {
    await connect()
    const switches = async () => (await texts((await page()).html, `form[action="${ENABLE}"] button`)).join()
    expect(await switches()).toBe('')
    const early = await post(ENABLE, { id: await id(), enabled: 'yes' })
    expect(early.status).toBe(422)
    expect(await texts(await early.text(), '[role="alert"]')).toEqual([
      expect.stringContaining('Test it first'),
    ])
    await trip()
    expect(await switches()).toBe('Switch on')
    const on = await post(ENABLE, { id: await id(), enabled: 'yes' })
    expect(on.headers.get('Location')).toBe(paths.signInSettings('acme', { notice: 'sso-on' }))
    expect(await switches()).toBe('Switch off')
    const off = await post(ENABLE, { id: await id(), enabled: 'no' })
    expect(off.headers.get('Location')).toBe(paths.signInSettings('acme', { notice: 'sso-off' }))
    expect(await switches()).toBe('Switch on')
  })

  test('disconnecting is asked once more, with what follows from it', async () => {
    await connect()
    await run("update organization set sso_required = 'proven_domains', just_in_time = 1")
    const { html } = await page(REMOVE)
    const told = (await texts(html, 'main li')).join(' ')
    for (const words of ['Nobody has signed in', 'Nobody has to use', 'Nobody joins without'])
      expect(told).toContain(words)
    const partial = await world.fetch(REMOVE, {
      cookie: cast.admin.cookie,
      headers: { 'HX-Request-Type': 'partial' },
    })
    expect(await partial.text()).not.toContain('<html')
    const done = await post(REMOVE, { id: await id() }, { 'HX-Request-Type': 'partial' })
    expect(done.status).toBe(204)
    expect(done.headers.get('HX-Redirect')).toBe(
      paths.signInSettings('acme', { notice: 'connection-removed' }),
    )
    expect(await connection()).toBeUndefined()
    expect((await post(REMOVE, { id: 'gone' })).status).toBe(303)
  })
})

describe('who signs in how', () => {
  const saving = async (changes: Record<string, string>) => {
    const form = { ...(await fieldsOf((await page()).html, SIGN_IN)), ...changes }
    return world.fetch(SIGN_IN, { cookie: cast.admin.cookie, form: { ...form, change: freshChange() } })
  }

  test('is saved as the other settings are, and told in the audit log', async () => {
    await connect()
    await run('update connection set enabled = 1')
    const saved = await saving({ ssoRequired: 'proven_domains', justInTime: 'yes' })
    expect(saved.headers.get('Location')).toBe(paths.signInSettings('acme', { notice: 'settings-saved' }))
    expect(await acme()).toEqual({ sso_required: 'proven_domains', just_in_time: 1, required_factor: 'none' })
    const log = await world.fetch(paths.auditLog('acme'), { cookie: cast.owner.cookie })
    expect((await texts(await log.text(), '.timeline p'))[0]).toBe(
      'Ada Admin changed who has to use single sign-on from nobody to addresses of proven domains and joining without an invitation from off to on',
    )
  })

  test('says beside the choice why it cannot be made, with a way to make it possible', async () => {
    expect((await page()).html).toContain('It takes an identity provider that is')
    await connect()
    await run('update connection set enabled = 1')
    const { html } = await page()
    const ways = await elements(html, '.choices a')
    expect(ways.map(({ attributes }) => attributes.href)).toEqual([
      paths.organizationSso('acme', { next: SIGN_IN }),
    ])
    const refused = await saving({ ssoRequired: 'everybody' })
    expect(refused.status).toBe(422)
    expect(await errorsOn(await refused.text())).toEqual([expect.stringContaining('yourself first')])
    await grant(cast.acme, (await connection())?.id ?? '', cast.admin)
    expect(await elements((await page()).html, '.choices a')).toEqual([])
    expect((await saving({ ssoRequired: 'everybody' })).status).toBe(303)
  })
})
