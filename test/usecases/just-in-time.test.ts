import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { type AcceptContext, allow, definePolicy, deny } from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { idOf } from '../support/acting'
import { addAccount, addCast, addTeam, inviteAndMail, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { addDomain } from '../support/entrance'
import { connect, link, meddleBefore, signInBySso } from '../support/sso'
import { createWorld, linkIn, rows, run, tokenIn, type World } from '../support/world'

const JANE = 'jane@acme.test'

/** Acme lets in whoever is of acme.test, and Jane is at its provider. */
const setUp = async (columns: Parameters<typeof addCast>[0] = {}) => {
  const world = createWorld()
  const cast = await addCast({ just_in_time: 1, ...columns })
  const connection = await connect(world, cast.acme)
  await addDomain(cast.acme, 'acme.test')
  return { world, connection, ...cast }
}

const memberOf = async (address: string) => {
  const [row] = await rows<{ role: string; status: string; department: string; team_names: string }>(
    'select m.role, m.status, m.department, m.team_names from member m where m.address = ?',
    address,
  )
  return row ?? null
}

const DEFAULT = { role: 'member', status: 'active', department: '', team_names: '' }

const statusOf = async (address: string): Promise<string> => {
  const [row] = await rows<{ status: string }>('select status from invitation where address = ?', address)
  return row?.status ?? ''
}

const settled = async (world: World) => {
  await world.drain()
  return world.mails.filter(({ subject }) => /joined|accepted/i.test(subject)).map(({ to }) => to)
}

test('whoever is of a proven domain is a member at once, with the default role and no password', async () => {
  const { world, acme } = await setUp()
  const { to, session } = await signInBySso(world)
  expect(to).toBe('/o/acme?notice=welcome')
  expect((await world.fetch('/o/acme', { cookie: session })).status).toBe(200)
  expect(await memberOf(JANE)).toEqual(DEFAULT)
  expect(
    await rows(
      'select account_scope, name, first_name, last_name, password_hash from user where address = ?',
      JANE,
    ),
  ).toEqual([
    { account_scope: 'shared', name: 'Jane Roe', first_name: 'Jane', last_name: 'Roe', password_hash: null },
  ])
  const [event] = await rows<Record<string, string>>(
    "select organization_id, actor_name, target_kind, detail from audit_event where action = 'member.joined'",
  )
  expect(event).toMatchObject({ organization_id: acme.id, actor_name: 'Jane Roe', target_kind: 'member' })
  expect(JSON.parse(event?.detail ?? '')).toMatchObject({
    with: 'sso',
    account: 'new',
    role: 'member',
    invitation: null,
  })
  // From then on she is known.
  expect((await signInBySso(world)).to).toBe('/o/acme')
  expect(await rows('select count(*) as n from user where address = ?', JANE)).toEqual([{ n: 1 }])
})

test('the default role is the organization’s, be it its own; nobody ever joins as owner', async () => {
  const { world, acme } = await setUp({ default_role: 'viewer' })
  await signInBySso(world)
  expect((await memberOf(JANE))?.role).toBe('viewer')
  for (const role of ['owner', 'a role that is gone']) {
    await run('update organization set default_role = ? where id = ?', role, acme.id)
    world.idp.person = { sub: 'joe', email: 'joe@acme.test', email_verified: true }
    expect((await signInBySso(world)).response.status).toBe(409)
    expect(await memberOf('joe@acme.test')).toBeNull()
  }
})

test.each([
  ['it is switched off', 'update organization set just_in_time = 0'],
  ['the domain is not proven', 'update domain set proven_at = null'],
  ['the domain is another', "update domain set domain = 'test'"],
  [
    'another organization has proven it',
    "update domain set organization_id = (select id from organization where slug = 'globex')",
  ],
])('nobody joins without an invitation where %s', async (_, change) => {
  const { world } = await setUp()
  await run(change)
  const before = await everyRow()
  const { response, session } = await signInBySso(world)
  expect([response.status, session]).toEqual([403, null])
  expect(await response.text()).toContain('You are not a member')
  expect(await everyRow()).toEqual(before)
})

test('Google’s word is taken for its own Workspace domain alone', async () => {
  const world = createWorld()
  const { acme } = await addCast({ just_in_time: 1 })
  await connect(world, acme, { preset: 'google' })
  await addDomain(acme, 'acme.test')
  const jane = { sub: 'jane', email: JANE, email_verified: true }
  for (const hd of [undefined, 'globex.test']) {
    world.idp.person = { ...jane, ...(hd && { hd }) }
    expect((await signInBySso(world)).response.status, hd).toBe(403)
    expect(await memberOf(JANE)).toBeNull()
  }
  world.idp.person = { ...jane, hd: 'ACME.test' }
  expect((await signInBySso(world)).to).toBe('/o/acme?notice=welcome')
})

test('an open invitation is settled: its role, teams and department count, and its inviter is told', async () => {
  const { world, acme, admin } = await setUp()
  const team = await addTeam(acme, 'Choir')
  const mail = await inviteAndMail(world, admin, JANE, {
    role: 'admin',
    department: 'Sales',
    teamIds: team,
    teams: team,
  })
  const { session } = await signInBySso(world)
  expect(await memberOf(JANE)).toMatchObject({ role: 'admin', department: 'Sales' })
  expect(await statusOf(JANE)).toBe('accepted')
  expect(await rows('select inviter_name, invitation_id from member where address = ?', JANE)).toEqual([
    { inviter_name: 'Ada Admin', invitation_id: await idOf(JANE) },
  ])
  const events = await rows<{ action: string; target_id: string }>(
    "select action, target_id from audit_event where action in ('member.joined', 'invitation.accepted') order by action",
  )
  expect(events.map(({ action }) => action)).toEqual(['invitation.accepted', 'member.joined'])
  expect(events[0]?.target_id).toBe(await idOf(JANE))
  expect(await settled(world)).toEqual([admin.address])
  // The link is used, for whoever opens it and in the hint for its first paint.
  const page = await world.fetch(`/accept-invitation?token=${tokenIn(mail)}`, { cookie: session })
  expect(await page.text()).not.toContain('name="password"')
  const { keys } = await env.LINKS.list({ prefix: 'end:' })
  expect(await Promise.all(keys.map(({ name }) => env.LINKS.get(name)))).toEqual(['accepted'])
  expect(linkIn(mail)).toContain('/accept-invitation')
})

test('an invitation that ran out gives what it offered', async () => {
  const { world, admin } = await setUp()
  await inviteAndMail(world, admin, JANE, { role: 'viewer' })
  await run('update invitation set expires_at = 1')
  await signInBySso(world)
  expect((await memberOf(JANE))?.role).toBe('viewer')
  expect(await statusOf(JANE)).toBe('accepted')
})

test.each([
  [
    'whose inviter may no longer grant its role',
    "update member set role = 'viewer' where name = 'Ada Admin'",
  ],
  ['whose inviter is gone', "update member set status = 'inactive' where name = 'Ada Admin'"],
  [
    'that awaits approval',
    "update invitation set status = 'awaiting_approval', approval_reason = 'Admins need two'",
  ],
])('an invitation %s is settled, but the default role counts', async (_, change) => {
  const { world, admin } = await setUp()
  await inviteAndMail(world, admin, JANE, { role: 'admin', department: 'Sales' })
  await run(change)
  expect((await signInBySso(world)).to).toBe('/o/acme?notice=welcome')
  expect(await memberOf(JANE)).toEqual(DEFAULT)
  expect(await statusOf(JANE)).toBe('accepted')
})

const BETWEEN: [string, string, boolean][] = [
  ['it is switched off', 'update organization set just_in_time = 0', false],
  ['the domain is no longer proven', 'update domain set proven_at = null', false],
  ['the connection is switched off', 'update connection set enabled = 0', false],
  ['another role is the default', "update organization set default_role = 'viewer'", false],
  ['the organization is deleted', 'update organization set delete_at = 1', false],
  ['the last seat is taken', 'update organization set seat_limit = 4', false],
  [
    'an account of the address is made',
    "insert into user (id, account_scope, address, typed_address, created_at) values ('j', 'shared', 'jane@acme.test', 'jane@acme.test', 1)",
    false,
  ],
  [
    'somebody else is who they are',
    `insert into identity (id, organization_id, connection_id, issuer, subject, user_id, created_at)
      select 'theirs', organization_id, id, issuer, 'jane', (select id from user where name = 'Vera Viewer'), 1 from connection`,
    false,
  ],
  ['their invitation is revoked', "update invitation set status = 'revoked'", true],
  ['their invitation is edited', "update invitation set role = 'viewer', change_id = 'another'", true],
  [
    'whoever sent their invitation is gone',
    "update member set status = 'inactive' where name = 'Ada Admin'",
    true,
  ],
]
test.each(BETWEEN)('where, between reading and writing, %s, nobody joins', async (_, change, invited) => {
  const { world, admin } = await setUp()
  world.idp.person = { sub: 'jane', email: JANE, email_verified: true }
  if (invited) await inviteAndMail(world, admin, JANE, { role: 'admin' })
  // The start has one, coming back three.
  meddleBefore(world, 4, () => run(change))
  const { to } = await signInBySso(world)
  expect([null, '/o/acme']).toContain(to)
  expect(await memberOf(JANE)).toBeNull()
  expect(await rows("select id from audit_event where action = 'member.joined'")).toEqual([])
  expect(await statusOf(JANE)).not.toBe('accepted')
})

test('where nobody joins just in time, whoever is invited reads to open the link in the mail', async () => {
  const { world, admin } = await setUp({ just_in_time: 0 })
  await inviteAndMail(world, admin, JANE)
  const { response } = await signInBySso(world)
  expect(response.status).toBe(403)
  expect(await response.text()).toContain('Open the link in its mail')
  expect(await statusOf(JANE)).toBe('pending')
  await run('update invitation set expires_at = 1')
  expect(await (await signInBySso(world)).response.text()).toContain('You are not a member')
})

test('nobody joins where no seat is left, but whoever is invited has one reserved', async () => {
  const { world, acme, admin } = await setUp({ seat_limit: 5 })
  await inviteAndMail(world, admin, JANE)
  world.idp.person = { sub: 'joe', email: 'joe@acme.test', email_verified: true }
  const { response } = await signInBySso(world)
  expect(response.status).toBe(409)
  expect(await response.text()).toContain('No seat left')
  world.idp.person = { sub: 'jane', email: JANE, email_verified: true }
  expect((await signInBySso(world)).to).toBe('/o/acme?notice=welcome')
  expect(await rows('select count(*) as n from member where organization_id = ?', acme.id)).toEqual([
    { n: 5 },
  ])
})

test('an invitation that ran out keeps no seat from those that are pending', async () => {
  const { world, admin } = await setUp({ seat_limit: 5 })
  await inviteAndMail(world, admin, JANE)
  await run('update invitation set expires_at = 1')
  await inviteAndMail(world, admin, 'joe@acme.test')
  expect((await signInBySso(world)).response.status).toBe(409)
  expect(await memberOf(JANE)).toBeNull()
})

test('of two who come for the last seat at once, one gets it', async () => {
  const { world, acme } = await setUp({ seat_limit: 5 })
  const there = ['joe', 'kim'].map(async (sub) => {
    const start = await world.fetch('/o/acme/sign-in/sso')
    return { sub, start }
  })
  const trips = []
  for (const { sub, start } of await Promise.all(there)) {
    world.idp.person = { sub, email: `${sub}@acme.test`, email_verified: true }
    const back = await world.idp.approve(start.headers.get('Location'))
    trips.push({ back, cookie: start.headers.getSetCookie()[0]?.split(';')[0] ?? '' })
  }
  const answers = await Promise.all(
    trips.map(({ back, cookie }) =>
      world.fetch(back.pathname + back.search, { headers: { Cookie: cookie } }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
  expect(await rows('select count(*) as n from member where organization_id = ?', acme.id)).toEqual([
    { n: 5 },
  ])
})

test('two first sign-ins of the same person at once make one member, and both are in', async () => {
  const { world } = await setUp()
  const both = await Promise.all([signInBySso(world), signInBySso(world)])
  for (const { session } of both) expect((await world.fetch('/o/acme', { cookie: session })).status).toBe(200)
  expect(await rows('select count(*) as n from user where address = ?', JANE)).toEqual([{ n: 1 }])
  expect(await rows("select count(*) as n from audit_event where action = 'member.joined'")).toEqual([
    { n: 1 },
  ])
})

test('a policy for accepting is asked, and what it says is read by whoever does not get in', async () => {
  const { world, acme } = await setUp()
  const asked: AcceptContext[] = []
  const policy = definePolicy<AcceptContext>({
    id: 'no-janes',
    evaluate: (context) => {
      asked.push(context)
      return context.addresses.includes(JANE)
        ? deny({ code: 'no_janes', message: 'No Janes any more.', remediation: 'Come as somebody else.' })
        : allow()
    },
  })
  const unregister = invitationPolicies.accept.register(policy)
  try {
    const before = await everyRow()
    const { response, session } = await signInBySso(world)
    expect([response.status, session]).toEqual([403, null])
    expect(await response.text()).toMatch(/No Janes any more\.[\s\S]*Come as somebody else\./)
    expect(await everyRow()).toEqual(before)
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      via: 'sso',
      actor: { kind: 'invitee', id: null, name: 'Jane Roe' },
      organization: { id: acme.id, slug: 'acme' },
      invitation: { id: null, address: JANE, role: { key: 'member' } },
    })
    world.idp.person = { sub: 'joe', email: 'joe@acme.test', email_verified: true }
    expect((await signInBySso(world)).to).toBe('/o/acme?notice=welcome')
  } finally {
    unregister()
  }
})

test('nobody joins with a role that a second admin has to approve, unless by an invitation that stands', async () => {
  const policies = '{"approvalRoles":["member"]}'
  const { world, owner, acme } = await setUp()
  await run('update organization set policies = ? where id = ?', policies, acme.id)
  const before = await everyRow()
  const { response, session } = await signInBySso(world)
  expect([response.status, session]).toEqual([403, null])
  expect(await response.text()).toMatch(
    /Member needs a second admin’s approval[\s\S]*Ask an admin for an invitation/,
  )
  expect(await everyRow()).toEqual(before)

  await inviteAndMail(world, owner, JANE, { role: 'viewer' })
  await signInBySso(world)
  expect(await memberOf(JANE)).toMatchObject({ role: 'viewer' })
})

test('an account that is there joins once it has signed in itself, and not before', async () => {
  const { world } = await setUp()
  const jane = await addAccount('Jane Roe', JANE)
  const { to, cookies, session } = await signInBySso(world)
  expect([to, session]).toEqual(['/sso/link', null])
  expect(await memberOf(JANE)).toBeNull()
  expect((await link(world, cookies, { password: 'a guess of somebody' })).response.status).toBe(422)
  expect(await memberOf(JANE)).toBeNull()
  const linked = await link(world, cookies, { password: PASSWORD })
  expect(linked.to).toBe('/o/acme?notice=welcome')
  expect(await memberOf(JANE)).toEqual(DEFAULT)
  expect(await rows('select user_id from identity')).toEqual([{ user_id: jane.id }])
  expect((await world.fetch('/o/acme', { cookie: linked.session })).status).toBe(200)
  expect((await signInBySso(world)).to).toBe('/o/acme')
})

test('an organization whose accounts are its own makes a fresh one, whoever has the address elsewhere', async () => {
  const { world, acme } = await setUp({ account_scope: 'own' })
  await addAccount('Jane of All', JANE)
  expect((await signInBySso(world)).to).toBe('/o/acme?notice=welcome')
  expect(
    await rows(
      "select account_scope, name from user where address = ? order by account_scope = 'shared' desc",
      JANE,
    ),
  ).toEqual([
    { account_scope: 'shared', name: 'Jane of All' },
    { account_scope: acme.id, name: 'Jane Roe' },
  ])
})

test('what a provider calls somebody is a name or none', async () => {
  const { world } = await setUp()
  world.idp.person = {
    sub: 'x',
    email: 'x@acme.test',
    name: 'win at https://evil.example',
    given_name: 'A\u202eb',
    family_name: '',
  }
  await signInBySso(world)
  expect(await rows("select name, first_name, last_name from user where address = 'x@acme.test'")).toEqual([
    { name: 'A b', first_name: 'A b', last_name: null },
  ])
})
