import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { changePassword, FRESH } from '../support/accounts'
import { addCast, type Cast, freshChange, PASSWORD, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { signIn } from '../support/signing-in'
import { cookieOf, createWorld, rows, run, type World } from '../support/world'

const INITECH = paths.organizationSignIn('initech')

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld({ ORGANIZATION_CREATION: 'anyone' })
  cast = await addCast()
})

const make = (who: Person, fields: Record<string, string> = {}) =>
  world.fetch(paths.newOrganization, {
    cookie: who.cookie,
    form: { name: 'Initech', accountScope: 'own', change: freshChange(), ...fields },
  })
const accounts = () =>
  rows<{ id: string; account_scope: string; name: string; password_hash: string }>(
    'select id, account_scope, name, password_hash from user where address = ? order by created_at, rowid',
    cast.owner.address.toLowerCase(),
  )
const signedIn = async (path: string, password = PASSWORD) =>
  cookieOf(await signIn(world, { address: cast.owner.address, password }, path))

test('the form asks whose the accounts are, in the words of setting up, and says what its own mean', async () => {
  const html = await (await world.fetch(paths.newOrganization, { cookie: cast.owner.cookie })).text()
  const choices = await elements(html, 'input[name=accountScope]')
  expect(choices.map(({ attributes: { value, checked } }) => [value, checked !== undefined])).toEqual([
    ['shared', true],
    ['own', false],
  ])
  expect((await texts(html, 'fieldset')).join()).toMatch(
    /One account can join several organizations here\..*Accounts belong to this organization alone\. Yours there is a new one, with the name, address and password that you have now/,
  )
})

describe('an organization whose accounts are its own', () => {
  test('is owned by a fresh account, and led to its own sign-in page', async () => {
    const response = await make(cast.owner)
    expect([response.status, response.headers.get('Location')]).toEqual([
      303,
      paths.organizationSignIn('initech', undefined, 'organization-created'),
    ])
    const page = await seen(await world.fetch(response.headers.get('Location') ?? ''))
    expect(page.heading).toBe('Sign in to Initech')
    expect(page.text).toContain('Initech is made. Your account here is a new one')

    const [shared, own] = await accounts()
    const [organization] = await rows<{ id: string; account_scope: string }>(
      "select id, account_scope from organization where slug = 'initech'",
    )
    expect(organization?.account_scope).toBe('own')
    expect(own).toEqual({ ...shared, id: own?.id, account_scope: organization?.id })
    expect(
      await rows('select user_id, role, status from member where organization_id = ?', organization?.id),
    ).toEqual([{ user_id: own?.id, role: 'owner', status: 'active' }])
  })

  test('opens to that account alone: neither knows of the other', async () => {
    await make(cast.owner)
    expect((await world.fetch('/o/initech', { cookie: cast.owner.cookie })).status).toBe(404)
    const list = await (await world.fetch(paths.organizations, { cookie: cast.owner.cookie })).text()
    expect(list).not.toContain('Initech')
    expect(await (await world.fetch('/o/acme', { cookie: cast.owner.cookie })).text()).not.toContain(
      'Initech',
    )

    const own = await signedIn(INITECH)
    const home = await (await world.fetch('/o/initech', { cookie: own })).text()
    expect(home).toContain('Initech')
    expect(home).not.toContain('Acme')
    expect((await world.fetch('/o/acme', { cookie: own })).status).toBe(404)
    expect((await world.fetch(paths.newOrganization, { cookie: own })).status).toBe(404)
    const log = await (await world.fetch('/o/initech/audit-log', { cookie: own })).text()
    expect(log).toContain('made the organization')
    expect(log).not.toContain(cast.owner.id)
  })

  test('keeps its owner’s password apart from the other one', async () => {
    await make(cast.owner)
    await changePassword(world, cast.owner)
    expect(await signedIn(paths.signIn())).toBeNull()
    expect(await signedIn(paths.signIn(), FRESH)).not.toBeNull()
    expect(await signedIn(INITECH)).not.toBeNull()
    expect(await signedIn(INITECH, FRESH)).toBeNull()
  })

  test('is refused with words to an account without a password', async () => {
    await run('update user set password_hash = null where id = ?', cast.owner.id)
    const before = await everyRow()
    const response = await make(cast.owner)
    expect(response.status).toBe(422)
    const html = await response.text()
    expect(await texts(html, '#field-accountScope-error')).toEqual([
      expect.stringContaining('Your account has no password'),
    ])
    expect(await elements(html, 'input[value=own][checked]')).toHaveLength(1)
    expect(await everyRow()).toEqual(before)
    expect((await make(cast.owner, { accountScope: 'shared' })).status).toBe(303)
  })

  test('is made once by a press repeated, also at once', async () => {
    const change = freshChange()
    const answers = await Promise.all([make(cast.owner, { change }), make(cast.owner, { change })])
    answers.push(await make(cast.owner, { change }))
    expect(new Set(answers.map((answer) => answer.headers.get('Location')))).toEqual(
      new Set([paths.organizationSignIn('initech', undefined, 'organization-created')]),
    )
    expect(await accounts()).toHaveLength(2)
  })

  test('counts for how many an account makes in a day', async () => {
    // With Acme that makes twenty.
    for (let at = 0; at < 18; at++) expect((await make(cast.owner)).status).toBe(303)
    expect((await make(cast.owner, { accountScope: 'shared' })).status).toBe(303)
    for (const accountScope of ['own', 'shared'])
      expect((await make(cast.owner, { accountScope })).status).toBe(429)
    world.clock.now += 25 * 3600 * 1000
    expect((await make(cast.owner)).status).toBe(303)
  })

  test('is not made by a session that is over at that moment', async () => {
    world.env.DB = meddledDatabase(() => run('delete from session where user_id = ?', cast.owner.id))
    expect((await make(cast.owner)).headers.get('Location')).toBe('/sign-in')
    expect(await accounts()).toHaveLength(1)
  })

  test('costs two round trips', async () => {
    expect(await counting(world).costOf(() => make(cast.owner))).toEqual({ d1: 2 })
  })
})

test('another scope than the two is refused', async () => {
  const before = await everyRow()
  expect((await make(cast.owner, { accountScope: 'everybody' })).status).toBe(422)
  expect(await everyRow()).toEqual(before)
})

test('shared it is as before: who makes it owns it', async () => {
  const response = await make(cast.owner, { accountScope: 'shared' })
  expect(response.headers.get('Location')).toBe('/o/initech?notice=organization-created')
  expect(await accounts()).toHaveLength(1)
  expect((await world.fetch('/o/initech', { cookie: cast.owner.cookie })).status).toBe(200)
})
