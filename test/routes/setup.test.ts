import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { texts } from '../support/html'
import { seen } from '../support/invitee'
import { bySetup, setupForm } from '../support/setting-up'
import { cookieOf, createWorld, hidden, rows, START } from '../support/world'

const written = async () => Object.values(await everyRow()).flat()

describe('setting up', () => {
  test('makes the organization with its factory values, and its owner', async () => {
    await bySetup()
    expect(await rows('select * from organization')).toEqual([
      {
        id: expect.any(String),
        name: 'Acme & Söhne',
        slug: 'acme-sohne',
        account_scope: 'shared',
        invitation_lifetime: 7 * 24 * 3600,
        default_role: 'member',
        role_at_sending: 'optional',
        name_fields: 'first_last',
        landing_address: null,
        closed_link: 'precise',
        seat_limit: null,
        pending_reserves_seat: 1,
        time_zone: 'UTC',
        asks_department: 1,
        asks_teams: 1,
        language: 'en',
        reminder_after: 50,
        told_on_acceptance: 'inviter',
        expiry_digest: 0,
        digest_at: null,
        sending_paused_at: null,
        sending_paused_for: null,
        sending_resumed_at: null,
        sso_required: 'off',
        just_in_time: 0,
        required_factor: 'none',
        policies: '{}',
        delete_at: null,
        created_at: START,
      },
    ])
    expect(await rows('select * from user')).toEqual([
      {
        id: expect.any(String),
        account_scope: 'shared',
        address: 'olga@acme.test',
        typed_address: 'Olga@Acme.test',
        name: 'Olga Owner',
        first_name: 'Olga',
        last_name: 'Owner',
        password_hash: expect.stringMatching(/^\$scrypt\$ln=14,r=8,p=5\$/),
        created_at: START,
      },
    ])
    expect(await rows('select role, status, department, joined_at, inviter_name from member')).toEqual([
      { role: 'owner', status: 'active', department: '', joined_at: START, inviter_name: null },
    ])
  })

  test('leads into the console, signed in', async () => {
    const { world, response, cookie } = await bySetup()
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/o/acme-sohne/invitations')
    const console = await world.fetch('/o/acme-sohne/invitations', { cookie })
    expect(console.status).toBe(200)
    expect(await texts(await console.text(), '.account strong')).toEqual(['Olga Owner'])
  })

  test('is where a deployment without an organization begins, and changes nothing by being looked at', async () => {
    const world = createWorld()
    expect((await world.fetch('/')).headers.get('Location')).toBe('/setup')
    const page = await world.fetch('/setup')
    expect(page.status).toBe(200)
    expect((await seen(page)).fields).toEqual([
      'organization',
      'accountScope',
      'accountScope',
      'firstName',
      'lastName',
      'address',
      'password',
      'confirmation',
    ])
    expect(await written()).toEqual([])
  })

  test('mints a change with each form, so that two forms are two intents', async () => {
    const world = createWorld()
    const mint = async () => hidden(await (await world.fetch('/setup')).text(), 'change')
    expect(await mint()).not.toBe(await mint())
  })
})

describe('once an organization exists', () => {
  test('the page is closed for good and leads to sign-in', async () => {
    const { world } = await bySetup()
    const page = await world.fetch('/setup')
    expect(page.status).toBe(404)
    const { heading, links } = await seen(page)
    expect(heading).toBe('Already set up')
    expect(links.map(({ attributes }) => attributes.href)).toEqual(['/sign-in'])
    expect((await world.fetch('/')).headers.get('Location')).toBe('/sign-in')
  })

  test('a second form is refused and changes nothing, well filled or not', async () => {
    const { world } = await bySetup()
    const before = await everyRow()
    for (const form of [
      setupForm({ change: 'another', address: 'eve@evil.test' }),
      setupForm({ address: '' }),
      {},
    ]) {
      const response = await world.fetch('/setup', { form })
      expect(response.status).toBe(404)
      expect(cookieOf(response)).toBeNull()
      expect((await seen(response)).heading).toBe('Already set up')
    }
    expect(await everyRow()).toEqual(before)
  })

  test('pressing the same form twice signs in both times, into one organization', async () => {
    const { world, cookie } = await bySetup()
    const again = await world.fetch('/setup', { form: setupForm() })
    expect(again.status).toBe(303)
    expect(again.headers.get('Location')).toBe('/o/acme-sohne/invitations')
    expect(cookieOf(again)).toBe(cookie)
    expect(await rows('select count(*) as n from organization')).toEqual([{ n: 1 }])
    expect(await rows('select count(*) as n from session')).toEqual([{ n: 1 }])
    expect(await rows('select action from audit_event')).toEqual([{ action: 'organization.created' }])
  })

  test('the same form with another password is nobody’s repetition', async () => {
    const { world } = await bySetup()
    const password = 'a guess at what the owner chose'
    const guessed = await world.fetch('/setup', { form: setupForm({ password, confirmation: password }) })
    expect(guessed.status).toBe(404)
    expect(cookieOf(guessed)).toBeNull()
  })
})

test('of two people who set up at once one becomes the owner, and the other is told', async () => {
  const world = createWorld()
  const people = ['Ann', 'Ben'].map((firstName) =>
    world.fetch('/setup', {
      form: setupForm({
        organization: `${firstName}’s`,
        firstName,
        address: `${firstName}@x.test`,
        change: firstName,
      }),
    }),
  )
  const [winner, loser, ...rest] = (await Promise.all(people)).sort((a, b) => a.status - b.status)
  expect(rest).toEqual([])
  expect([winner?.status, loser?.status]).toEqual([303, 404])
  expect(loser && (await seen(loser)).heading).toBe('Already set up')
  expect(loser && cookieOf(loser)).toBeNull()
  for (const table of ['organization', 'user', 'member', 'session', 'audit_event'])
    expect(await rows(`select count(*) as n from ${table}`)).toEqual([{ n: 1 }])
})

describe.each(['shared', 'own'])('with accounts of scope %s', (accountScope) => {
  test.each(['/sign-in', '/o/acme-sohne/sign-in'])('the owner signs in at %s', async (path) => {
    const { world } = await bySetup({ accountScope })
    const [organization] = await rows<{ id: string }>('select id from organization')
    expect(await rows('select account_scope from user')).toEqual([
      { account_scope: accountScope === 'own' ? organization?.id : 'shared' },
    ])
    expect((await seen(await world.fetch(path))).heading).toBe('Sign in to Acme & Söhne')
    const response = await world.fetch(path, { form: { address: 'olga@acme.TEST', password: PASSWORD } })
    expect(response.headers.get('Location')).toBe('/o/acme-sohne')
    const home = await world.fetch('/o/acme-sohne', { cookie: cookieOf(response) })
    expect(home.status).toBe(200)
  })
})
