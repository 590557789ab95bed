import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { sha256 } from '../../src/rules/tokens'
import { addAccount, addCast, addMember, PASSWORD, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { addDomain, withSession } from '../support/entrance'
import { texts } from '../support/html'
import { connect, link, meddleBefore, sessionIn, signInBySso } from '../support/sso'
import { createWorld, rows, run, type World } from '../support/world'

const MAX = { sub: 'max-at-acme', email: 'max.member@acme.test', email_verified: true, name: 'Max Member' }

/** Acme with a connection, and who its member Max is there. */
const setUp = async (columns: Parameters<typeof addCast>[0] = {}) => {
  const world = createWorld()
  const cast = await addCast(columns)
  const connection = await connect(world, cast.acme)
  world.idp.person = { ...MAX }
  return { world, connection, ...cast }
}

/** The same, once Max has linked his account. */
const setUpLinked = async () => {
  const set = await setUp()
  const { cookies } = await signInBySso(set.world)
  const { session } = await link(set.world, cookies, { password: PASSWORD })
  return { ...set, first: session ?? '' }
}

const status = async (world: World, path: string, cookie: string | null): Promise<number> =>
  (await world.fetch(path, { cookie })).status

const sessionOf = (world: World, cookie: string | null) => status(world, '/o/acme', cookie)

test('a member who has a password links the account by signing in with it once', async () => {
  const { world, member } = await setUp()
  const { to, cookies, session } = await signInBySso(world, { next: '/o/acme/members' })
  expect(to).toBe('/sso/link')
  expect(session).toBeNull()
  const page = await world.fetch('/sso/link', { cookies })
  expect(await page.text()).toContain('max.member@')
  const linked = await link(world, cookies, { password: PASSWORD })
  expect(linked.to).toBe('/o/acme/members')
  expect(await status(world, '/o/acme/members', linked.session)).toBe(200)
  expect(await rows('select user_id, subject from identity')).toEqual([
    { user_id: member.id, subject: 'max-at-acme' },
  ])
  expect(
    await rows("select action, actor_id, target_id from audit_event where action = 'identity.linked'"),
  ).toEqual([{ action: 'identity.linked', actor_id: member.id, target_id: member.id }])
})

test('later sign-ins reach the same member without asking', async () => {
  const { world, member } = await setUpLinked()
  const { to, session } = await signInBySso(world)
  expect(to).toBe('/o/acme')
  expect(await sessionOf(world, session)).toBe(200)
  expect(await rows('select count(*) as n from user where address = ?', MAX.email)).toEqual([{ n: 1 }])
  const [event] = await rows<{ detail: string; target_id: string; organization_id: null }>(
    "select detail, target_id, organization_id from audit_event where action = 'session.started' order by id desc",
  )
  expect(event?.target_id).toBe(member.id)
  expect(JSON.parse(event?.detail ?? '')).toEqual({ with: 'sso', organization: 'Acme' })
})

test('whoever has another address at the provider by now is still the same member', async () => {
  const { world, member } = await setUpLinked()
  world.idp.person = { ...MAX, email: 'max.renamed@acme.test', email_verified: false }
  const { to } = await signInBySso(world)
  expect(to).toBe('/o/acme')
  const [user] = await rows<{ address: string }>('select address from user where id = ?', member.id)
  expect(user?.address).toBe('max.member@acme.test')
})

test('somebody else at the provider who got the address is not the member before they show the account', async () => {
  const { world, first, member } = await setUpLinked()
  world.idp.person = { ...MAX, sub: 'max-the-second' }
  const { to, cookies, session } = await signInBySso(world)
  expect([to, session]).toEqual(['/sso/link', null])
  const linked = await link(world, cookies, { password: PASSWORD })
  expect(linked.to).toBe('/o/acme')
  expect(await rows('select subject, user_id from identity')).toEqual([
    { subject: 'max-the-second', user_id: member.id },
  ])
  // What the earlier one had opened is closed; the account's own sign-in there is its own.
  expect(await rows('select count(*) as n from session_grant')).toEqual([{ n: 1 }])
  expect(await sessionOf(world, first)).toBe(200)
})

test('a wrong password links nothing, and too many of them are stopped', async () => {
  const { world } = await setUp()
  const { cookies } = await signInBySso(world)
  const { response } = await link(world, cookies, { password: 'not it at all' })
  expect(response.status).toBe(422)
  expect(await texts(await response.text(), '.error')).toEqual(['That is not its password.'])
  await run('update sign_in_attempt set attempts = 10')
  const stopped = await link(world, cookies, { password: PASSWORD })
  expect(stopped.response.status).toBe(429)
  expect(stopped.session).toBeNull()
  expect(await rows('select * from identity')).toEqual([])
})

test('who is signed in to the account already links it with one press', async () => {
  const { world, member } = await setUp()
  const here = await withSession(member, { own: true })
  const { cookies } = await signInBySso(world, { cookies: { usher: here.cookie } })
  const page = await (await world.fetch('/sso/link', { cookies })).text()
  expect(await texts(page, 'label')).toEqual([])
  const linked = await link(world, cookies)
  expect([linked.to, linked.session]).toEqual(['/o/acme', here.cookie])
  expect(await rows('select user_id from identity')).toEqual([{ user_id: member.id }])
})

test('neither another account’s session nor one that an identity provider made links anything', async () => {
  const { world, admin, globex, member } = await setUp()
  const there = world.addIdp('https://id.globex.test')
  await connect(world, globex, { idp: there })
  const { cookies } = await signInBySso(world, { cookies: { usher: admin.cookie } })
  expect((await link(world, cookies)).response.status).toBe(422)
  await run('update session set own = 0 where user_id = ?', member.id)
  expect((await link(world, { ...cookies, usher: member.cookie })).response.status).toBe(422)
  expect(await rows('select * from identity')).toEqual([])
})

test('pressed twice at once it is linked once, and both are signed in', async () => {
  const { world } = await setUp()
  const { cookies } = await signInBySso(world)
  const both = await Promise.all([1, 2].map(() => link(world, cookies, { password: PASSWORD })))
  expect(both.map(({ to }) => to)).toEqual(['/o/acme', '/o/acme'])
  for (const { session } of both) expect(await sessionOf(world, session)).toBe(200)
  expect(await rows("select count(*) as n from audit_event where action = 'identity.linked'")).toEqual([
    { n: 1 },
  ])
})

test('what was shown once signs nobody in again, once they have signed out', async () => {
  const { world } = await setUp()
  const { cookies } = await signInBySso(world)
  const linked = await link(world, cookies, { password: PASSWORD })
  expect(Object.keys(linked.cookies)).toEqual(['usher'])
  await world.fetch('/sign-out', { cookies: linked.cookies, form: {} })
  expect((await link(world, linked.cookies)).response.status).toBe(409)
})

test.each([
  ["update member set status = 'inactive' where user_id = ?", 403],
  ['delete from member where user_id = ?', 403],
  ['update connection set enabled = 0 where ? is not null', 409],
  ['delete from connection where ? is not null', 409],
  ['update organization set delete_at = 1 where ? is not null', 409],
])('what is no longer so when the form is sent links nothing: %s', async (change, expected) => {
  const { world, member } = await setUp()
  const { cookies } = await signInBySso(world)
  await run(change, member.id)
  const { response } = await link(world, cookies, { password: PASSWORD })
  expect(response.status).toBe(expected)
  expect(await rows('select * from identity')).toEqual([])
})

test.each([
  ['the session is over', 'delete from session'],
  ['the session is no sign-in of the account', 'update session set own = 0'],
  ['the member is inactive', "update member set status = 'inactive'"],
  ['the connection is switched off', 'update connection set enabled = 0'],
  ['the account has another address', "update user set address = id || '@elsewhere.test'"],
  [
    'somebody else is linked by then',
    `insert into identity (id, organization_id, connection_id, issuer, subject, user_id, created_at)
      select 'theirs', c.organization_id, c.id, c.issuer, 'max-at-acme', (select id from user where name = 'Vera Viewer'), 1
      from connection c`,
  ],
])('where, between the press and its batch, %s, nothing is linked', async (_, change) => {
  const { world, member } = await setUp()
  const here = await withSession(member, { own: true })
  const { cookies } = await signInBySso(world, { cookies: { usher: here.cookie } })
  meddleBefore(world, 3, () => run(change))
  await link(world, cookies)
  expect(await rows('select id from identity where user_id = ?', member.id)).toEqual([])
  expect(await rows('select * from session_grant where session_hash = ?', sha256(here.cookie))).toEqual([])
  expect(await rows("select id from audit_event where action = 'identity.linked'")).toEqual([])
})

test('an address that nobody vouches for is named, and nobody comes in', async () => {
  const { world } = await setUp()
  for (const email_verified of [false, undefined, 'no', null]) {
    world.idp.person = { ...MAX, email_verified }
    const before = await everyRow()
    const { response, session } = await signInBySso(world)
    expect(response.status).toBe(403)
    expect(await response.text()).toMatch(/not confirmed[\s\S]*max\.member@/)
    expect(session).toBeNull()
    expect(await everyRow()).toEqual(before)
  }
  world.idp.person = { sub: MAX.sub }
  world.idp.claims = { email: undefined }
  expect(await (await signInBySso(world)).response.text()).toContain('named no email address')
})

test('an address of a domain that the organization has proven needs no more than its own provider', async () => {
  const { world, acme } = await setUp()
  world.idp.person = { ...MAX, email_verified: undefined }
  await addDomain(acme, 'acme.test', null)
  expect((await signInBySso(world)).response.status).toBe(403)
  await run('update domain set proven_at = 1')
  expect((await signInBySso(world)).to).toBe('/sso/link')
})

test('an inactive member stays out, linked or not', async () => {
  const { world, member } = await setUpLinked()
  await run("update member set status = 'inactive' where user_id = ?", member.id)
  const known = await signInBySso(world)
  expect([known.response.status, known.session]).toEqual([403, null])
  await run('delete from identity')
  const unknown = await signInBySso(world)
  expect([unknown.response.status, unknown.session]).toEqual([403, null])
  expect(await unknown.response.text()).toContain('inactive')
})

test('who is not a member and not invited is told so', async () => {
  const { world } = await setUp()
  world.idp.person = { sub: 'jane', email: 'jane@example.com', email_verified: true }
  expect(await (await signInBySso(world)).response.text()).toContain('You are not a member')
})

test('somebody imported from a directory is known by its id, and from their first sign-in on by their subject', async () => {
  const world = createWorld()
  const { acme, owner } = await addCast()
  const idp = world.addIdp('https://login.microsoftonline.com/8b87af7d-8647-4dc7-8df4-5f69a2011bb5/v2.0')
  const connection = await connect(world, acme, { idp, preset: 'microsoft' })
  const ida = await addMember(acme, await addAccount('Ida Imported', 'ida@acme.test'), 'member')
  await run(
    "insert into identity (id, organization_id, connection_id, issuer, directory_id, user_id, created_at) values ('ida', ?, ?, ?, 'oid-of-ida', ?, 1)",
    acme.id,
    connection,
    idp.issuer,
    ida.id,
  )
  idp.person = { sub: 'ida', oid: 'oid-of-ida', email: 'another@acme.test' }
  const first = await signInBySso(world, { idp })
  expect(first.to).toBe('/o/acme')
  expect(await rows('select subject, user_id from identity')).toEqual([{ subject: 'ida', user_id: ida.id }])
  // The id alone does not make somebody else of that directory the same person again.
  idp.person = { sub: 'somebody', oid: 'oid-of-ida', email: owner.address, xms_edov: true }
  expect((await signInBySso(world, { idp })).to).toBe('/sso/link')
  idp.person = { sub: 'ida', oid: 'oid-of-ida' }
  expect((await signInBySso(world, { idp })).to).toBe('/o/acme')
})

test('a session of one organization’s provider opens nothing of another, and no page of the account', async () => {
  const { world, globex, member } = await setUpLinked()
  await addMember(globex, member, 'admin')
  const { session } = await signInBySso(world)
  expect(await sessionOf(world, session)).toBe(200)
  const elsewhere = ['/o/globex', '/o/globex/members', '/account', '/account/sessions', '/account/security']
  for (const path of [...elsewhere, '/organizations', '/organizations/new']) {
    const answer = await world.fetch(path, { cookie: session })
    expect([303, 404].includes(answer.status), `${path} ${answer.status}`).toBe(true)
    expect(answer.headers.get('Location') ?? '').not.toMatch(/^\/o\/globex(?!\/sign-in)/)
  }
  const before = await rows('select * from user where id = ?', member.id)
  for (const [path, form] of [
    ['/account/name', { name: 'Mallory' }],
    [
      '/account/password',
      { current: PASSWORD, password: 'something quite new', confirmation: 'something quite new' },
    ],
    ['/account/address', { address: 'mallory@example.com', password: PASSWORD }],
  ] as const) {
    const answer = await world.fetch(path, { cookie: session, form })
    expect(answer.headers.get('Location')).toMatch(/^\/sign-in/)
  }
  expect(await rows('select * from user where id = ?', member.id)).toEqual(before)
})

test('one browser holds several organizations of the same account, each for its day', async () => {
  const { world, globex, member, first } = await setUpLinked()
  const there = world.addIdp('https://id.globex.test')
  there.person = { sub: 'max-at-globex', email: MAX.email, email_verified: true }
  await addMember(globex, member, 'member')
  await connect(world, globex, { idp: there })
  const linking = await signInBySso(world, { slug: 'globex', idp: there, cookies: { usher: first } })
  await link(world, linking.cookies)

  const acme = await signInBySso(world)
  world.clock.now += DAY / 2
  const both = await signInBySso(world, { slug: 'globex', idp: there, cookies: acme.cookies })
  expect(both.session).toBe(acme.session)
  expect(await status(world, '/o/acme', both.session)).toBe(200)
  expect(await status(world, '/o/globex', both.session)).toBe(200)
  world.clock.now += DAY / 2 + 1
  expect(await status(world, '/o/acme', both.session)).toBe(303)
  expect(await status(world, '/o/globex', both.session)).toBe(200)
  world.clock.now += DAY / 2
  expect(await status(world, '/o/globex', both.session)).toBe(303)
})

test('a browser that still has a session which is over gets a new one, day after day', async () => {
  const { world } = await setUpLinked()
  let trip = await signInBySso(world)
  const opened: number[] = []
  // Which of the two would be taken for the one that was opened hangs on what is drawn by lot.
  for (let days = 0; days < 8; days++) {
    world.clock.now += DAY
    trip = await signInBySso(world, { cookies: trip.cookies })
    opened.push(await status(world, '/o/acme', trip.session))
  }
  expect(opened).toEqual(opened.map(() => 200))
})

test('signing in as somebody else takes the place of who was signed in', async () => {
  const { world, admin } = await setUpLinked()
  const { session } = await signInBySso(world, { cookies: { usher: admin.cookie } })
  expect(session).not.toBe(admin.cookie)
  expect(await status(world, '/o/acme', admin.cookie)).toBe(303)
  expect(await status(world, '/o/acme', session)).toBe(200)
})

const ENDS: [string, (set: { world: World; member: Person; connection: string }) => Promise<void>][] = [
  ['the connection is switched off', () => run('update connection set enabled = 0')],
  ['the connection is another', () => run("update connection set id = 'another'")],
  [
    'the member is deactivated',
    ({ member }) => run("update member set status = 'inactive' where user_id = ?", member.id),
  ],
  [
    'a day is over',
    async ({ world }) => {
      world.clock.now += DAY
    },
  ],
]
test.each(ENDS)('what it has opened is closed when %s', async (_, end) => {
  const set = await setUpLinked()
  const { session } = await signInBySso(set.world)
  expect(await status(set.world, '/o/acme', session)).toBe(200)
  await end(set)
  expect(await status(set.world, '/o/acme', session)).not.toBe(200)
})

test('an account of an organization of its own is found there alone', async () => {
  const { world, member } = await setUp({ account_scope: 'own' })
  await addAccount('Other Max', MAX.email)
  const { cookies } = await signInBySso(world)
  const { session } = await link(world, cookies, { password: PASSWORD })
  expect(await sessionOf(world, session)).toBe(200)
  expect(await rows('select user_id from identity')).toEqual([{ user_id: member.id }])
  expect(sessionIn(cookies)).toBeNull()
})
