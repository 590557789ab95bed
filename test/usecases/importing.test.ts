import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { allow, type CreateContext, definePolicy, deny, forEachAddress } from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { importPeople, searchDirectory } from '../../src/usecases/importing'
import { as, idOf, refusalOf, withKey } from '../support/acting'
import { addAccount, addApiKey, addCast, addMember, addTeam, freshChange, invite } from '../support/cast'
import { type Listed, listed } from '../support/directory'
import { addDomain } from '../support/entrance'
import { logged } from '../support/faults'
import { roundTrip } from '../support/idp'
import { addDirectory, addProvider, importAs, importInput, outcomesOf } from '../support/importing'
import { addRole } from '../support/roles'
import { cookieOf, createWorld, linkIn, rows, run, START, type World } from '../support/world'

beforeEach(() => void logged())

const JANE = listed('Jane Roe', { department: 'Sales' })
const JAN = listed('Jan Doe')
const many = (n: number): Listed[] =>
  Array.from({ length: n }, (_, i) => listed(`P${String(i).padStart(2, '0')} Many`))
const ids = (people: readonly Listed[]) => people.map(({ id }) => id)

const opened = async (
  provider: 'google' | 'microsoft' = 'google',
  columns: Parameters<typeof addCast>[0] = {},
  people: Listed[] = [JANE, JAN],
) => {
  const world = createWorld()
  const cast = await addCast(columns)
  const connection = await addDirectory(world, cast.acme, cast.owner, provider)
  world.staff[provider].people = people
  return { world, connection, ...cast }
}

const memberOf = async (address: string, organization: string) => {
  const [row] = await rows(
    `select u.id, u.account_scope as scope, u.typed_address as typed, u.name, u.first_name as first, u.last_name as last,
        u.password_hash as password, m.status, m.role, m.department, m.inviter_name as inviter,
        m.invitation_id as invitation, m.team_names as teams
      from member m join user u on u.id = m.user_id where u.address = ? and m.organization_id = ?`,
    address,
    organization,
  )
  return row ?? null
}
const identities = () => rows('select connection_id, issuer, subject, directory_id, user_id from identity')
const importEvents = () =>
  rows<{ target_id: string; detail: string; actor_name: string }>(
    "select target_id, actor_name, detail from audit_event where action = 'member.imported'",
  )

describe('whoever is imported', () => {
  test('is an active member at once, with role, department and teams, and gets no mail', async () => {
    const { world, acme, admin, connection } = await opened()
    const team = await addTeam(acme, 'Choir')
    const result = await importAs(world, admin, [JANE.id], {
      role: 'viewer',
      department: 'Legal',
      teamIds: [team],
    })
    const jane = await memberOf('jane.roe@acme.test', acme.id)
    expect(jane).toEqual({
      id: expect.any(String),
      scope: 'shared',
      typed: 'jane.roe@acme.test',
      name: 'Jane Roe',
      first: 'Jane',
      last: 'Roe',
      password: null,
      status: 'active',
      role: 'viewer',
      department: 'Legal',
      inviter: 'Ada Admin',
      invitation: null,
      teams: 'Choir',
    })
    expect(result).toEqual({
      kind: 'done',
      outcomes: [
        { kind: 'imported', id: JANE.id, name: 'Jane Roe', address: JANE.address, userId: jane?.id },
      ],
    })
    expect(await identities()).toEqual([
      {
        connection_id: connection,
        issuer: world.idp.issuer,
        subject: JANE.id,
        directory_id: null,
        user_id: jane?.id,
      },
    ])
    expect(world.messages).toEqual([])
    expect(await rows('select id from delivery')).toEqual([])
    const [event] = await importEvents()
    expect(event).toMatchObject({ target_id: jane?.id, actor_name: 'Ada Admin' })
    expect(JSON.parse(event?.detail ?? '')).toEqual({
      role: 'viewer',
      department: 'Legal',
      teams: ['Choir'],
      provider: 'google',
      account: 'new',
      invitation: null,
      before: null,
    })
  })

  test('has the default role, and the department that the directory has of them, where none is given', async () => {
    const { world, acme, admin } = await opened()
    await importAs(world, admin, ids([JANE, JAN]))
    expect(await memberOf('jane.roe@acme.test', acme.id)).toMatchObject({
      role: 'member',
      department: 'Sales',
    })
    expect(await memberOf('jan.doe@acme.test', acme.id)).toMatchObject({ department: '' })
  })

  test('has no name that is a link, and none without end', async () => {
    const hostile = listed('Evil Roe', { given: 'https://evil.test/x', family: 'y'.repeat(300) })
    const { world, acme, admin } = await opened('google', {}, [hostile])
    await importAs(world, admin, [hostile.id])
    const member = await memberOf(hostile.address, acme.id)
    expect(member).toMatchObject({ name: '', first: null, last: 'y'.repeat(100) })
  })

  test('signs in by single sign-on afterwards, known by Google’s id', async () => {
    const { world, acme, admin } = await opened()
    await importAs(world, admin, [JANE.id])
    world.idp.person = { sub: JANE.id, email: 'jane.roe@acme.test', email_verified: true, hd: 'acme.test' }
    const { response } = await roundTrip(world, paths.organizationSso('acme'))
    const home = await world.fetch(paths.home('acme'), { cookie: cookieOf(response) })
    expect(home.status).toBe(200)
    expect(await memberOf('jane.roe@acme.test', acme.id)).toMatchObject({ status: 'active', password: null })
  })

  test('signs in by single sign-on afterwards, known by Microsoft’s object id, and from then on by subject', async () => {
    const world = createWorld()
    const { acme, owner, admin } = await addCast()
    const issuer = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0'
    const idp = world.addIdp(issuer)
    await addDirectory(world, acme, owner, 'microsoft', issuer)
    world.staff.microsoft.people = [JANE]
    await importAs(world, admin, [JANE.id])
    expect(await identities()).toMatchObject([{ issuer, subject: null, directory_id: JANE.id }])
    idp.person = { sub: 'pairwise', oid: JANE.id, email: 'jane.roe@acme.test' }
    const { response } = await roundTrip(world, paths.organizationSso('acme'), {}, idp)
    const home = await world.fetch(paths.home('acme'), { cookie: cookieOf(response) })
    expect(home.status).toBe(200)
    expect(await identities()).toMatchObject([{ subject: 'pairwise', directory_id: JANE.id }])
  })

  test('with an account keeps it as it is, without an identity until they link it themselves', async () => {
    const { world, acme, admin } = await opened()
    const account = await addAccount('Jane of Before', 'Jane.Roe@acme.test')
    await importAs(world, admin, [JANE.id])
    expect(await memberOf('jane.roe@acme.test', acme.id)).toMatchObject({
      id: account.id,
      name: 'Jane of Before',
      typed: 'Jane.Roe@acme.test',
      status: 'active',
    })
    expect(await identities()).toEqual([])
  })

  test('into an organization with accounts of its own gets a fresh one, whatever account is elsewhere', async () => {
    const { world, acme, admin } = await opened('google', { account_scope: 'own' })
    const elsewhere = await addAccount('Jane of Before', 'jane.roe@acme.test')
    await importAs(world, admin, [JANE.id])
    const jane = await memberOf('jane.roe@acme.test', acme.id)
    expect(jane).toMatchObject({ scope: acme.id, name: 'Jane Roe', status: 'active' })
    expect(jane?.id).not.toBe(elsewhere.id)
    expect(await rows('select organization_id from member where user_id = ?', elsewhere.id)).toEqual([])
  })
})

describe('open invitations of who is imported', () => {
  test('are settled: accepted by the import, their link used up, their mail cancelled', async () => {
    const { world, acme, admin } = await opened()
    await invite(world, admin, 'jane.roe@acme.test', { role: 'admin', department: 'Board' })
    await world.drain()
    const link = linkIn(world.mails[0])
    const invitation = await idOf('jane.roe@acme.test')
    await world.fetch(link)
    await importAs(world, admin, [JANE.id], { role: 'viewer' })
    const jane = await memberOf('jane.roe@acme.test', acme.id)
    expect(jane).toMatchObject({ role: 'viewer', invitation, department: 'Sales' })
    expect(
      await rows('select status, ended_at, accepted_by from invitation where id = ?', invitation),
    ).toEqual([{ status: 'accepted', ended_at: START, accepted_by: jane?.id }])
    const [event] = await importEvents()
    expect(JSON.parse(event?.detail ?? '')).toMatchObject({ invitation, before: { status: 'pending' } })
    const [{ hash } = { hash: '' }] = await rows<{ hash: string }>(
      'select token_hash as hash from invitation',
    )
    expect(await world.env.LINKS.get(`end:${hash}`)).toBe('accepted')
    const page = await (await world.fetch(link)).text()
    expect(page).not.toContain('name="password"')
    expect(
      await (await world.fetch(paths.invitation('acme', invitation), { cookie: admin.cookie })).text(),
    ).toContain('Accepted')
  })

  test.each(['queued', 'expired', 'awaiting_approval'])('are settled while %s', async (how) => {
    const { world, admin } = await opened()
    await invite(world, admin, 'jane.roe@acme.test')
    if (how === 'awaiting_approval') await run("update invitation set status = 'awaiting_approval'")
    if (how === 'expired') world.clock.now += 1e12 / 2000
    if (how === 'expired') await run('update invitation set expires_at = ?', START + 1)
    await importAs(world, admin, [JANE.id])
    expect(await rows('select status from invitation')).toEqual([{ status: 'accepted' }])
    expect(await rows("select state from delivery where kind = 'invitation' and state = 'queued'")).toEqual(
      [],
    )
    await world.drain()
    expect(world.mails).toEqual([])
  })

  test('of another organization stay', async () => {
    const { world, admin, outsider } = await opened()
    const form = { addresses: 'jane.roe@acme.test', change: freshChange() }
    await world.fetch(paths.invitations('globex'), { cookie: outsider.cookie, form })
    await importAs(world, admin, [JANE.id])
    expect(await rows('select status from invitation')).toEqual([{ status: 'pending' }])
  })
})

describe('nobody is imported', () => {
  test('who is a member already, active or not', async () => {
    const { world, acme, admin } = await opened()
    await addMember(acme, await addAccount('Jane', JANE.address), 'viewer')
    await addMember(acme, await addAccount('Jan', JAN.address), 'viewer', 'inactive')
    const result = await importAs(world, admin, ids([JANE, JAN]), { role: 'admin' })
    expect(result).toMatchObject({
      outcomes: [
        { kind: 'already_member', active: true },
        { kind: 'already_member', active: false },
      ],
    })
    expect(await memberOf('jane.roe@acme.test', acme.id)).toMatchObject({ role: 'viewer' })
    expect(await memberOf('jan.doe@acme.test', acme.id)).toMatchObject({ status: 'inactive' })
  })

  test('again under another address, once they were', async () => {
    const { world, admin } = await opened()
    await importAs(world, admin, [JANE.id])
    world.staff.google.people = [{ ...JANE, address: 'jane.married@acme.test' }]
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toEqual(['already_member'])
    expect(await rows("select id from user where address = 'jane.married@acme.test'")).toEqual([])
  })

  test('whom the directory does not have, or not as active, or without an address', async () => {
    const people = [
      listed('Suse Spent', { gone: true }),
      listed('No Address', { address: '' }),
      listed('Odd Address', { address: 'not an address' }),
    ]
    const { world, admin } = await opened('google', {}, people)
    expect(await outcomesOf(importAs(world, admin, [...ids(people), 'id-nobody']))).toEqual([
      'inactive_there',
      'no_address',
      'no_address',
      'not_found',
    ])
    expect(await importEvents()).toEqual([])
  })

  test('with the address of somebody else who is', async () => {
    const twin = listed('Jane Twin', { address: 'JANE.ROE@acme.test' })
    const { world, admin } = await opened('google', {}, [JANE, twin])
    expect(await outcomesOf(importAs(world, admin, ids([JANE, twin])))).toEqual(['imported', 'same_address'])
  })

  test('as the form says, only as the directory does', async () => {
    const { world, acme, admin } = await opened()
    const answer = await world.fetch(paths.importPeople('acme'), {
      cookie: admin.cookie,
      form: { do: 'import', person: `${JANE.id} Jane Roe <boss@victim.test>`, change: freshChange() },
    })
    expect(answer.status).toBe(303)
    expect(await memberOf('jane.roe@acme.test', acme.id)).not.toBeNull()
    expect(await rows("select id from user where address = 'boss@victim.test'")).toEqual([])
  })

  const BOSS = listed('Bo Ss', { address: 'boss@victim.test', principal: 'bo@acme.test' })

  test('by an address that the directory merely has written down: it may be a stranger’s', async () => {
    const { world, admin, acme } = await opened('microsoft', {}, [BOSS, JANE])
    const victim = await addAccount('The Boss', 'boss@victim.test')
    expect(await outcomesOf(importAs(world, admin, ids([BOSS, JANE])))).toEqual(['not_vouched', 'imported'])
    expect(await rows('select organization_id from member where user_id = ?', victim.id)).toEqual([])
    const found = await as(world, admin, (ctx) => searchDirectory(ctx, { query: 'bo', page: null }))
    expect(found.found).toMatchObject({ people: [{ name: 'Bo Ss', standing: { kind: 'not_vouched' } }] })
    await addDomain(acme, 'victim.test')
    expect(await outcomesOf(importAs(world, admin, [BOSS.id]))).toEqual(['imported'])
  })

  test('… unless accounts are the organization’s own, and nobody’s elsewhere', async () => {
    const { world, admin } = await opened('microsoft', { account_scope: 'own' }, [BOSS])
    expect(await outcomesOf(importAs(world, admin, [BOSS.id]))).toEqual(['imported'])
  })

  test.each(['member', 'viewer'] as const)('by a %s', async (who) => {
    const { world, ...cast } = await opened()
    expect(await refusalOf(importAs(world, cast[who], [JANE.id]))).toEqual({
      code: 'forbidden',
      permission: 'member:manage',
    })
    expect(await importEvents()).toEqual([])
  })

  test('by a key that may only read', async () => {
    const { world, acme } = await opened()
    const key = await addApiKey(acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, key, (ctx) => importPeople(ctx, importInput([JANE.id]))))).toEqual({
      code: 'read_only_key',
    })
  })

  test('into another organization, whose directory is nobody else’s', async () => {
    const { world, globex, outsider, admin } = await opened()
    expect(await outcomesOf(importAs(world, outsider, [JANE.id], {}, 'globex'))).toBe('no_connection')
    await addProvider(world, globex, 'google', { issuer: 'https://id.globex.test' })
    expect(await outcomesOf(importAs(world, outsider, [JANE.id], {}, 'globex'))).toBe('not_connected')
    expect(await refusalOf(importAs(world, admin, [JANE.id], {}, 'globex'))).toEqual({ code: 'not_found' })
    expect(await importEvents()).toEqual([])
  })

  test('with a team of another organization', async () => {
    const { world, globex, admin } = await opened()
    const team = await addTeam(globex, 'Spies')
    expect(await refusalOf(importAs(world, admin, [JANE.id], { teamIds: [team] }))).toMatchObject({
      code: 'invalid_input',
    })
  })

  test.each([
    [[], 'people', {}],
    [Array.from({ length: 101 }, (_, n) => `id-${n}`), 'people', {}],
    [['id-x'], 'role', { role: 'nothing' }],
    [['id-x'], 'department', { department: 'x'.repeat(101) }],
  ] as const)('where the form is wrong (%#)', async (people, field, fields) => {
    const { world, admin } = await opened()
    expect(await refusalOf(importAs(world, admin, people, fields))).toMatchObject({
      code: 'invalid_input',
      fields: { [field]: expect.any(String) },
    })
    expect(world.staff.google.requests).toEqual([])
  })
})

describe('roles', () => {
  test('are given by who holds all their permissions, and owner by nobody', async () => {
    const { world, acme, admin, owner } = await opened()
    const keys = await addRole(acme, 'Key keeper', ['api_key:manage'])
    for (const [who, role] of [
      [admin, keys],
      [admin, 'owner'],
      [owner, 'owner'],
    ] as const)
      expect(await refusalOf(importAs(world, who, [JANE.id], { role }))).toEqual({
        code: 'role_not_grantable',
      })
    expect(await outcomesOf(importAs(world, owner, [JANE.id], { role: keys }))).toEqual(['imported'])
  })

  test('of another organization are none', async () => {
    const { world, globex, admin } = await opened()
    const role = await addRole(globex, 'Spy')
    expect(await refusalOf(importAs(world, admin, [JANE.id], { role }))).toMatchObject({
      code: 'invalid_input',
    })
  })

  test('that were changed while the directory answered are not given', async () => {
    const { world, acme, owner } = await opened()
    const role = await addRole(acme, 'Checker')
    meanwhile(world, () => run('update role set permissions = \'["organization:read","api_key:manage"]\''))
    expect(await outcomesOf(importAs(world, owner, [JANE.id], { role }))).toEqual(['not_imported'])
    expect(await importEvents()).toEqual([])
  })

  test('of who imports count as they are when it is done', async () => {
    const { world, admin } = await opened()
    meanwhile(world, () => run("update member set role = 'viewer' where user_id = ?", admin.id))
    expect(await refusalOf(importAs(world, admin, [JANE.id]))).toMatchObject({ code: 'forbidden' })
    expect(await importEvents()).toEqual([])
  })
})

/** Does something between what an import reads and what it commits. */
const meanwhile = (world: World, something: () => Promise<unknown>) => {
  const { google } = world.staff
  const { fetch } = google
  Object.assign(google, {
    fetch: async (...asked: Parameters<typeof fetch>) => {
      const answer = await fetch.apply(google, asked)
      await something()
      return answer
    },
  })
}

describe('seats', () => {
  test('are a guard: of ten people on three seats the first three are imported', async () => {
    const people = many(10)
    const { world, acme, admin } = await opened('google', { seat_limit: 7 }, people)
    expect(await outcomesOf(importAs(world, admin, ids(people)))).toEqual([
      ...Array(3).fill('imported'),
      ...Array(7).fill('no_seat_left'),
    ])
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      "select count(*) as n from member where organization_id = ? and status = 'active'",
      acme.id,
    )
    expect(n).toBe(7)
    expect(await rows("select id from user where name like 'P%'")).toHaveLength(3)
  })

  test('that a pending invitation has reserved are its invitee’s, and nobody else’s', async () => {
    const people = many(3)
    const { world, admin } = await opened('google', { seat_limit: 5 }, people)
    await invite(world, admin, people[2]?.address ?? '')
    expect(await outcomesOf(importAs(world, admin, ids(people)))).toEqual([
      'no_seat_left',
      'no_seat_left',
      'imported',
    ])
  })

  test('that are reserved are none any more where the plan has fewer than there are members', async () => {
    const { world, acme, admin } = await opened('google', { seat_limit: 5 }, [JANE])
    await invite(world, admin, JANE.address)
    await run('update organization set seat_limit = 4 where id = ?', acme.id)
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toEqual(['no_seat_left'])
    expect(await rows('select status from invitation')).toEqual([{ status: 'pending' }])
  })

  test('that are free by the time of a second press are not taken by it: it says what the first one did', async () => {
    const { world, acme, admin } = await opened('google', { seat_limit: 5 })
    const change = freshChange()
    const first = await importAs(world, admin, ids([JANE, JAN]), { change })
    expect(first).toMatchObject({ outcomes: [{ kind: 'imported' }, { kind: 'no_seat_left' }] })
    await run('update organization set seat_limit = 9 where id = ?', acme.id)
    expect(await importAs(world, admin, ids([JANE, JAN]), { change })).toMatchObject({
      outcomes: [{ kind: 'imported' }, { kind: 'not_imported' }],
    })
    expect(await importEvents()).toHaveLength(1)
  })

  test('are taken by members alone where pending invitations reserve none', async () => {
    const people = many(3)
    const { world, admin } = await opened('google', { seat_limit: 6, pending_reserves_seat: 0 }, people)
    await invite(world, admin, 'somebody@example.com')
    expect(await outcomesOf(importAs(world, admin, ids(people)))).toEqual([
      'imported',
      'imported',
      'no_seat_left',
    ])
  })

  test('hold when two import at once', async () => {
    const people = many(8)
    const { world, acme, admin, owner } = await opened('google', { seat_limit: 7 }, people)
    const all = await Promise.all([
      outcomesOf(importAs(world, admin, ids(people.slice(0, 4)))),
      outcomesOf(importAs(world, owner, ids(people.slice(4)))),
    ])
    expect(all.flat().filter((kind) => kind === 'imported')).toHaveLength(3)
    const active = await rows("select 1 from member where organization_id = ? and status = 'active'", acme.id)
    expect(active).toHaveLength(7)
  })
})

describe('policies', () => {
  test('deny one address and leave the others, before anything is done', async () => {
    const { world, acme, admin } = await opened()
    const seen: CreateContext[] = []
    const unregister = invitationPolicies.create.register(
      definePolicy<CreateContext>({
        id: 'no-jane',
        evaluate: (context) => {
          seen.push(context)
          return forEachAddress(context, (address) =>
            address.startsWith('jane')
              ? deny({ code: 'no_jane', message: 'Not Jane', remediation: 'Ask Jan.' })
              : allow(),
          )
        },
      }),
    )
    try {
      const result = await importAs(world, admin, ids([JANE, JAN]), { role: 'viewer', department: 'Legal' })
      expect(result).toMatchObject({
        outcomes: [{ kind: 'policy_denied', denial: { code: 'no_jane' } }, { kind: 'imported' }],
      })
      expect(await memberOf('jane.roe@acme.test', acme.id)).toBeNull()
      expect(seen).toMatchObject([
        {
          via: 'import',
          addresses: ['jane.roe@acme.test', 'jan.doe@acme.test'],
          role: { key: 'viewer' },
          department: 'Legal',
        },
      ])
    } finally {
      unregister()
    }
  })

  test.each([
    [{ allowedDomains: ['elsewhere.test'] }, {}],
    [{ blockedDomains: ['acme.test'] }, {}],
    [{ approvalRoles: ['admin'] }, { role: 'admin' }],
  ])('built in hold as well: %j', async (policies, fields) => {
    const { world, acme, admin } = await opened()
    await run('update organization set policies = ? where id = ?', JSON.stringify(policies), acme.id)
    expect(await outcomesOf(importAs(world, admin, [JANE.id], fields))).toEqual(['policy_denied'])
    expect(await importEvents()).toEqual([])
  })

  test('that hold mails back hold nobody back, since no mail leaves', async () => {
    const { world, acme, admin } = await opened()
    const workingHours = { days: [1], from: 0, to: 60, outside: 'hold' }
    await run('update organization set policies = ? where id = ?', JSON.stringify({ workingHours }), acme.id)
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toEqual(['imported'])
  })
})

describe('importing', () => {
  test('pressed twice does it once, and says the same', async () => {
    const { world, admin } = await opened()
    const change = freshChange()
    const first = await importAs(world, admin, ids([JANE, JAN]), { change })
    expect(await importAs(world, admin, ids([JANE, JAN]), { change })).toEqual(first)
    expect(await importEvents()).toHaveLength(2)
    expect(await importAs(world, admin, ids([JANE, JAN]))).toMatchObject({
      outcomes: [{ kind: 'already_member' }, { kind: 'already_member' }],
    })
  })

  test('the same people by two at once makes each a member once', async () => {
    const { world, acme, admin, owner } = await opened()
    const all = await Promise.all(
      [admin, owner].map((who) => outcomesOf(importAs(world, who, ids([JANE, JAN])))),
    )
    expect(all.flat().sort()).toEqual(['already_member', 'already_member', 'imported', 'imported'])
    expect(await identities()).toHaveLength(2)
    expect(await rows('select user_id from member where organization_id = ?', acme.id)).toHaveLength(6)
  })

  test('works with a key that may write', async () => {
    const { world, acme } = await opened()
    const key = await addApiKey(acme)
    const result = await withKey(world, key, (ctx) => importPeople(ctx, importInput([JANE.id])))
    expect(result).toMatchObject({ outcomes: [{ kind: 'imported' }] })
  })

  test('a hundred people takes one request to Google and three trips to the database', async () => {
    const people = many(100)
    const { world, admin } = await opened('google', {}, people)
    expect(await outcomesOf(importAs(world, admin, ids(people)))).toEqual(Array(100).fill('imported'))
    expect(world.staff.google.requests).toHaveLength(1)
  })

  test('does nothing where the connection was replaced meanwhile', async () => {
    const { world, admin } = await opened()
    meanwhile(world, () => run('update connection set id = ?', crypto.randomUUID()))
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toEqual(['not_imported'])
    expect(await importEvents()).toEqual([])
  })
})

describe('a consent that no longer counts', () => {
  const expiry = async () => (await rows('select expired_at from directory'))[0]?.expired_at

  test('is noted when its token is refused, and not asked about again', async () => {
    const { world, admin } = await opened()
    world.idp.tokens = {}
    await run('update directory set refresh_token = refresh_token')
    const original = world.oidc.refresh
    Object.assign(world.oidc, { refresh: async () => ({ ok: false, expired: true }) })
    expect(await importAs(world, admin, [JANE.id])).toEqual({ kind: 'expired' })
    expect(await expiry()).toBe(START)
    Object.assign(world.oidc, { refresh: original })
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toBe('expired')
    expect(world.staff.google.requests).toEqual([])
  })

  test('is noted when the directory refuses what was got for it', async () => {
    const { world, admin } = await opened()
    world.staff.google.consented = false
    const { found } = await as(world, admin, (ctx) => searchDirectory(ctx, { query: '', page: null }))
    expect(found).toEqual({ kind: 'expired' })
    expect(await expiry()).toBe(START)
  })

  test('is not what a provider’s trouble is taken for', async () => {
    const { world, admin } = await opened()
    world.idp.fault = 'down'
    expect(await importAs(world, admin, [JANE.id])).toMatchObject({ kind: 'problem' })
    world.idp.fault = null
    world.staff.google.answerNext(() => new Response('', { status: 503 }))
    expect(await importAs(world, admin, [JANE.id])).toMatchObject({ kind: 'problem' })
    expect(await expiry()).toBeNull()
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toEqual(['imported'])
  })

  test('is replaced by the token that the provider gives in its place', async () => {
    const { world, admin } = await opened('microsoft')
    world.idp.tokens = { refresh_token: 'refresh-2' }
    const [before] = await rows('select refresh_token from directory')
    await importAs(world, admin, [JANE.id])
    const [after] = await rows<{ refresh_token: string }>('select refresh_token from directory')
    expect(after).not.toEqual(before)
    expect(after?.refresh_token).not.toContain('refresh-2')
  })

  test('is sealed anew while the key before is still there, and of no use once it is gone', async () => {
    const { world, admin } = await opened()
    const worldWith = (secrets: Partial<World['env']>) => {
      const changed = createWorld(secrets)
      changed.staff.google.people = [JANE, JAN]
      return changed
    }
    const ROOT_SECRET = 'another root secret of at least 32 characters'
    const during = worldWith({ ROOT_SECRET, ROOT_SECRET_PREVIOUS: world.env.ROOT_SECRET ?? '' })
    expect(await outcomesOf(importAs(during, admin, [JANE.id]))).toEqual(['imported'])
    expect(await outcomesOf(importAs(worldWith({ ROOT_SECRET }), admin, [JAN.id]))).toEqual(['imported'])
    expect(await importAs(world, admin, [JAN.id])).toMatchObject({
      kind: 'problem',
      detail: expect.stringContaining('client secret'),
    })
  })

  test.each([
    ['other', 'no_directory'],
    ['google', 'not_enabled'],
  ] as const)('of a connection that is %s is none (%s)', async (preset, kind) => {
    const world = createWorld()
    const { acme, admin } = await addCast()
    await addProvider(world, acme, preset, { enabled: false })
    expect(await outcomesOf(importAs(world, admin, [JANE.id]))).toBe(kind)
  })
})

test('a search says how each person stands to the organization', async () => {
  const { world, acme, admin } = await opened('google', {}, [JANE, JAN, listed('Max M'), listed('New N')])
  await invite(world, admin, JANE.address)
  await addMember(acme, await addAccount('Jan', JAN.address), 'viewer')
  await addMember(acme, await addAccount('Max', 'max.m@acme.test'), 'viewer', 'inactive')
  const { found } = await as(world, admin, (ctx) => searchDirectory(ctx, { query: '', page: null }))
  expect(found.kind === 'people' && found.people.map(({ name, standing: { kind } }) => [name, kind])).toEqual(
    [
      ['Jan Doe', 'member'],
      ['Jane Roe', 'invited'],
      ['Max M', 'member'],
      ['New N', 'free'],
    ],
  )
})
