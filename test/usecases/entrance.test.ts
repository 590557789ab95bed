import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { Refused } from '../../src/rules/refusals'
import { REQUIRED_FACTORS } from '../../src/rules/sign-in'
import { SSO_REQUIRED } from '../../src/rules/sso'
import { sha256 } from '../../src/rules/tokens'
import { as } from '../support/acting'
import {
  addAccount,
  addCast,
  addMember,
  type Cast,
  freshChange,
  inviteAndMail,
  PASSWORD,
  type Person,
} from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { addConnection, addDomain, addIdentity, grant, withSession } from '../support/entrance'
import { texts } from '../support/html'
import { seen } from '../support/invitee'
import { type Ending, end } from '../support/members'
import { createWorld, rows, run, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
/** Acme's and Globex's. */
let connection: string
let theirs: string
beforeEach(async () => {
  world = createWorld({ ORGANIZATION_CREATION: 'anyone' })
  cast = await addCast()
  connection = await addConnection(cast.acme)
  theirs = await addConnection(cast.globex)
})

/** What happens to whoever enters: `opened`, or the code of the refusal. */
const entering = async (who: Person, slug = 'acme'): Promise<string> => {
  try {
    return await as(world, who, () => 'opened', slug)
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code
    throw error
  }
}
const setting = (column: string, value: string, slug = 'acme') =>
  run(`update organization set ${column} = ? where slug = ?`, value, slug)
const answer = async (who: Person, path: string, headers: Record<string, string> = {}) => {
  const response = await world.fetch(path, { cookie: who.cookie, headers })
  return { status: response.status, to: response.headers.get('Location'), body: await response.text() }
}
/** Somebody whom Globex's identity provider has let in there, and who is a member of Acme besides. */
const foreigner = async () => {
  await addMember(cast.globex, cast.admin, 'member')
  const who = await withSession(cast.admin, { own: false })
  await grant(cast.globex, theirs, who)
  return who
}

test('a session opens what its organization asks for and no more, in every combination', {
  timeout: 60_000,
}, async () => {
  const kinds: Record<string, { who: Person; own: boolean; here: boolean; factors: number }> = {}
  const add = async (
    name: string,
    session: Parameters<typeof withSession>[1],
    factors: 0 | 1 | 2,
    at: 'here' | 'elsewhere' | 'nowhere',
  ) => {
    const who = await withSession(cast.admin, session)
    if (at === 'here') await grant(cast.acme, connection, who)
    if (at === 'elsewhere') await grant(cast.globex, theirs, who)
    kinds[name] = { who, own: session.own, here: at === 'here', factors }
  }
  await add('password', { own: true }, 0, 'nowhere')
  await add('password and code', { own: true, secondFactor: 'authenticator' }, 1, 'nowhere')
  await add('password and recovery code', { own: true, secondFactor: 'recovery_code' }, 1, 'nowhere')
  await add('password and passkey', { own: true, secondFactor: 'passkey' }, 2, 'nowhere')
  await add('passkey', { own: true, method: 'passkey' }, 2, 'nowhere')
  await add('password, opened here', { own: true }, 0, 'here')
  await add('password, opened elsewhere', { own: true }, 0, 'elsewhere')
  await add('opened here', { own: false }, 0, 'here')
  await add('opened elsewhere', { own: false }, 0, 'elsewhere')
  await add('opened nowhere', { own: false }, 0, 'nowhere')

  const needed = { none: 0, second_factor: 1, passkey: 2 }
  const found: Record<string, string> = {}
  const expected: Record<string, string> = {}
  for (const connected of [true, false]) {
    await run('update connection set enabled = ? where id = ?', Number(connected), connection)
    for (const proven of [true, false]) {
      await run('delete from domain')
      if (proven) await addDomain(cast.acme, 'acme.test')
      else {
        // Listed only, proven by another organization, or another domain: none of them counts.
        await addDomain(cast.acme, 'acme.test', null)
        await addDomain(cast.globex, 'acme.test')
        await addDomain(cast.acme, 'sub.acme.test')
      }
      for (const sso of SSO_REQUIRED) {
        await setting('sso_required', sso)
        for (const factor of REQUIRED_FACTORS) {
          await setting('required_factor', factor)
          const ssoAsked = connected && (sso === 'everybody' || (sso === 'proven_domains' && proven))
          for (const [name, { who, own, here, factors }] of Object.entries(kinds)) {
            const at = JSON.stringify({ name, connected, proven, sso, factor })
            found[at] = await entering(who)
            if (here && connected) expected[at] = 'opened'
            else if (!own) expected[at] = 'unauthenticated'
            else if (ssoAsked) expected[at] = 'sso_required'
            else expected[at] = factors >= needed[factor] ? 'opened' : 'second_factor_required'
          }
        }
      }
    }
  }
  expect(found).toEqual(expected)
  expect(Object.keys(found)).toHaveLength(10 * 2 * 2 * 3 * 3)
})

test('what is lacking is had at the organization’s own sign-in page, or with the account, and leads back', async () => {
  await setting('sso_required', 'everybody')
  const page = paths.invitations('acme', { tab: 'all' })
  expect(await answer(cast.admin, page)).toMatchObject({
    status: 303,
    to: paths.organizationSignIn('acme', page),
  })
  const partial = await world.fetch(page, {
    cookie: cast.admin.cookie,
    headers: { 'HX-Request-Type': 'partial' },
  })
  expect([partial.status, partial.headers.get('HX-Redirect')]).toEqual([204, '/o/acme/sign-in'])
  await setting('sso_required', 'off')
  await setting('required_factor', 'passkey')
  expect(await answer(cast.admin, page)).toMatchObject({
    status: 303,
    to: paths.accountSecurity({ next: page, needed: 'passkey' }),
  })
})

test('another address of the account takes nobody out of the domain that they came in with', async () => {
  await addDomain(cast.acme, 'acme.test')
  const [invited, joined, contractor] = [
    await addMember(cast.acme, await addAccount('Ina', 'ina@elsewhere.test'), 'member'),
    await addMember(cast.acme, await addAccount('Jo', 'jo@elsewhere.test'), 'member'),
    await addMember(cast.acme, await addAccount('Kim', 'kim@elsewhere.test'), 'member'),
  ]
  for (const [who, address] of [
    [invited, 'ina@acme.test'],
    [contractor, 'kim.before@elsewhere.test'],
  ] as const) {
    await inviteAndMail(world, cast.owner, address)
    await run(
      'update member set invitation_id = (select id from invitation where address = ?) where user_id = ?',
      address,
      who.id,
    )
  }
  await addIdentity(cast.acme, connection, joined)
  await addIdentity(cast.acme, connection, contractor)
  await setting('sso_required', 'proven_domains')
  expect(await entering(invited)).toBe('sso_required')
  expect(await entering(joined)).toBe('sso_required')
  expect(await entering(contractor)).toBe('opened')
})

test('who is no member is told nothing of what the organization asks for', async () => {
  await setting('sso_required', 'everybody')
  await setting('required_factor', 'passkey')
  expect(await entering(cast.outsider)).toBe('not_found')
  const gone = await withSession(cast.outsider, { own: false })
  await grant(cast.acme, connection, gone)
  expect(await entering(gone)).toBe('not_found')
})

describe('a session that another organization’s identity provider made', () => {
  test('learns nothing of a membership elsewhere, nor of there being such an organization', async () => {
    const who = await foreigner()
    for (const rest of ['', '/invitations', '/settings/domains', '/nothing']) {
      const [member, none] = await Promise.all(
        ['acme', 'nowhere'].map(async (slug) => {
          const { status, to, body } = await answer(who, `/o/${slug}${rest}`)
          return { status, to: to?.replaceAll(slug, '…'), body }
        }),
      )
      expect(member).toEqual(none)
      expect(member).toMatchObject({ status: 303, to: expect.stringMatching(/^\/o\/…\/sign-in/) })
    }
    await setting('sso_required', 'everybody')
    expect(await entering(who)).toBe('unauthenticated')
  })

  test('sees in its organization’s switcher that one alone, and nothing of the account', async () => {
    const who = await foreigner()
    const { status, body } = await answer(who, '/o/globex')
    expect(status).toBe(200)
    expect(body).not.toContain('Acme')
    for (const path of [paths.account(), paths.organizations, paths.newOrganization])
      expect(body).not.toContain(`"${path}"`)
    const own = await answer(cast.admin, '/o/globex')
    expect(await texts(own.body, '#organizations li')).toEqual(
      expect.arrayContaining([expect.stringContaining('Acme'), expect.stringContaining('Globex')]),
    )
    for (const path of [paths.account(), paths.organizations, paths.newOrganization])
      expect(own.body).toContain(`"${path}"`)
  })

  test('with two organizations opened switches between those two', async () => {
    const initech = { id: 'initech-id', slug: 'initech', name: 'Initech' }
    await run(
      "insert into organization (id, name, slug, created_at) values ('initech-id', 'Initech', 'initech', ?)",
      START,
    )
    const who = await foreigner()
    await addMember(initech, cast.admin, 'member')
    await grant(initech, await addConnection(initech), who)
    expect(await texts((await answer(who, '/o/globex')).body, '#organizations li')).toEqual([
      'Globex',
      'Initech',
    ])
    expect(await entering(who, 'initech')).toBe('opened')
    expect(await entering(who)).toBe('unauthenticated')
  })

  test.each([paths.account(), paths.organizations, paths.newOrganization, paths.accountSessions()])(
    'does not reach %s',
    async (path) => {
      const who = await foreigner()
      expect(await answer(who, path)).toMatchObject({ status: 303, to: paths.signIn(path) })
    },
  )

  test.each([
    [paths.accountName, { name: 'Mallory' }],
    [paths.accountAddress, { address: 'mallory@globex.test', addressPassword: PASSWORD }],
    [
      paths.accountPassword,
      { current: PASSWORD, password: 'another long one', confirmation: 'another long one' },
    ],
    [paths.newOrganization, { name: 'Mine' }],
    [paths.endOtherSessions, {}],
  ])('changes nothing by %s', async (path, form) => {
    const who = await foreigner()
    const before = await everyRow()
    const response = await world.fetch(path, {
      cookie: who.cookie,
      form: { ...form, change: freshChange() },
    })
    expect(response.headers.get('Location')).toBe('/sign-in')
    expect(await everyRow()).toEqual(before)
  })

  test('is led by / to what it opens, and to sign in once that is over', async () => {
    const who = await foreigner()
    expect(await answer(who, '/')).toMatchObject({ to: '/o/globex' })
    world.clock.now = START + 24 * 3600 * 1000
    expect(await answer(who, '/')).toMatchObject({ to: '/sign-in' })
    expect(await answer(cast.admin, '/')).toMatchObject({ to: expect.stringMatching(/^\/o\//) })
  })

  test('is nobody on an accept page', async () => {
    const who = await foreigner()
    const token = tokenIn(await inviteAndMail(world, cast.owner, 'jane@example.com'))
    const page = await seen(await world.fetch(paths.acceptInvitation(token), { cookie: who.cookie }))
    const nobody = await seen(await world.fetch(paths.acceptInvitation(token)))
    expect(page.text).toBe(nobody.text)
    expect(page.text).not.toContain(cast.admin.address)
  })

  test('leaves its organization without a word of others, and is signed out where it opened none else', async () => {
    const who = await foreigner()
    const change = freshChange()
    const leave = () => world.fetch('/o/globex/leave', { cookie: who.cookie, form: { change } })
    const response = await leave()
    expect(response.headers.get('Location')).toBe(paths.left)
    expect(response.headers.get('Set-Cookie')).toMatch(/usher=;/)
    expect(await rows('select 1 from session where hash = ?', sha256(who.cookie))).toEqual([])
    expect(
      await rows(
        'select slug from member m join organization o on o.id = m.organization_id where user_id = ?',
        who.id,
      ),
    ).toEqual([{ slug: 'acme' }])
    expect(await entering(cast.admin)).toBe('opened')
  })

  test('goes on, after leaving, to what else it opens; pressed twice as well', async () => {
    const who = await withSession(await addMember(cast.globex, cast.admin, 'member'), { own: false })
    await grant(cast.globex, theirs, who)
    await grant(cast.acme, connection, who)
    const change = freshChange()
    for (const _ of [1, 2]) {
      const response = await world.fetch('/o/globex/leave', { cookie: who.cookie, form: { change } })
      expect(response.headers.get('Location')).toBe('/o/acme?notice=left')
    }
  })

  test('is over when it signs out', async () => {
    const who = await foreigner()
    await world.fetch(paths.signOut, { cookie: who.cookie, form: {} })
    expect(await rows('select 1 from session where hash = ?', sha256(who.cookie))).toEqual([])
    expect(await entering(who, 'globex')).toBe('unauthenticated')
  })
})

describe('what an identity provider opened ends', () => {
  const opened = async () => {
    const who = await withSession(cast.admin, { own: false })
    await grant(cast.acme, connection, who)
    expect(await entering(who)).toBe('opened')
    return who
  }

  test('when its time is over', async () => {
    const who = await opened()
    world.clock.now = START + 24 * 3600 * 1000 - 1
    expect(await entering(who)).toBe('opened')
    world.clock.now += 1
    expect(await entering(who)).toBe('unauthenticated')
  })

  test('when the connection is switched off, and is there again when it is switched on', async () => {
    const who = await opened()
    await run('update connection set enabled = 0 where id = ?', connection)
    expect(await entering(who)).toBe('unauthenticated')
    await run('update connection set enabled = 1 where id = ?', connection)
    expect(await entering(who)).toBe('opened')
  })

  test('when the connection is another one, or gone', async () => {
    const who = await opened()
    await run("update connection set id = 'another' where id = ?", connection)
    expect(await entering(who)).toBe('unauthenticated')
    await run('delete from connection where organization_id = ?', cast.acme.id)
    expect(await entering(who)).toBe('unauthenticated')
  })

  test('not by a connection of another organization', async () => {
    const who = await withSession(cast.admin, { own: false })
    await grant(cast.acme, theirs, who)
    expect(await entering(who)).toBe('unauthenticated')
  })

  test.each<[Ending, number]>([
    ['deactivate', 1],
    ['remove', 0],
  ])('by an admin who does %s them, here and nowhere else', async (verb, identities) => {
    const who = await withSession(cast.member, { own: false })
    await grant(cast.acme, connection, who)
    await grant(cast.globex, theirs, who)
    await addMember(cast.globex, who, 'member')
    await addIdentity(cast.acme, connection, who)
    await addIdentity(cast.globex, theirs, who)
    const other = await opened()
    await end(world, cast.owner, verb, cast.member.id)
    expect(await entering(who)).toBe('unauthenticated')
    expect(await entering(who, 'globex')).toBe('opened')
    expect(await entering(other)).toBe('opened')
    expect(
      await rows('select organization_id from session_grant where session_hash = ?', sha256(who.cookie)),
    ).toEqual([{ organization_id: cast.globex.id }])
    expect(
      await rows('select 1 from identity where user_id = ? and organization_id = ?', who.id, cast.acme.id),
    ).toHaveLength(identities)
    expect(
      await rows('select 1 from identity where user_id = ? and organization_id = ?', who.id, cast.globex.id),
    ).toHaveLength(1)
  })

  test('by reactivating it is not given back', async () => {
    const who = await withSession(cast.member, { own: false })
    await grant(cast.acme, connection, who)
    await end(world, cast.owner, 'deactivate', cast.member.id)
    await end(world, cast.owner, 'reactivate', cast.member.id)
    expect(await entering(who)).toBe('unauthenticated')
    expect(await entering(cast.member)).toBe('opened')
  })

  test('by leaving, in every browser', async () => {
    const who = await withSession(cast.member, { own: false })
    await grant(cast.acme, connection, who)
    await addIdentity(cast.acme, connection, who)
    await world.fetch('/o/acme/leave', { cookie: cast.member.cookie, form: { change: freshChange() } })
    expect(await entering(who)).toBe('unauthenticated')
    expect(await rows('select 1 from session_grant')).toEqual([])
    expect(await rows('select 1 from identity')).toEqual([])
  })

  test('with the session, where the account signs in over it in the same browser', async () => {
    const who = await opened()
    await world.fetch('/o/acme/sign-in', {
      cookie: who.cookie,
      form: { address: cast.admin.address, password: PASSWORD },
    })
    expect(await rows('select 1 from session where hash = ?', sha256(who.cookie))).toEqual([])
    expect(await entering(who)).toBe('unauthenticated')
  })
})

test('removing an account of one organization alone ends everything it signs in with', async () => {
  await setting('account_scope', 'own')
  const jane = await addMember(cast.acme, await addAccount('Jane', 'jane@acme.test', cast.acme.id), 'member')
  await run(
    "insert into passkey (id, user_id, name, public_key, counter, transports, backed_up, created_at) values ('key', ?, 'Key', 'k', 0, '[]', 0, ?)",
    jane.id,
    START,
  )
  await run("insert into authenticator (user_id, secret, created_at) values (?, 'sealed', ?)", jane.id, START)
  await run("insert into recovery_code (user_id, digest, created_at) values (?, 'd', ?)", jane.id, START)
  await addIdentity(cast.acme, connection, jane)
  const shared = await addAccount('Jane', 'jane@acme.test')
  await end(world, cast.owner, 'remove', jane.id)
  for (const table of ['session', 'passkey', 'authenticator', 'recovery_code', 'identity'])
    expect(await rows(`select 1 from ${table} where user_id = ?`, jane.id), table).toEqual([])
  expect(await rows('select 1 from session where user_id = ?', shared.id)).toHaveLength(1)
})

test('a session that outlives such an account, begun in the moment of its removal, opens nothing', async () => {
  await setting('account_scope', 'own')
  const jane = await addMember(cast.acme, await addAccount('Jane', 'jane@acme.test', cast.acme.id), 'member')
  await end(world, cast.owner, 'remove', jane.id)
  const late = await withSession(jane, { own: true })
  for (const path of [paths.root, paths.account(), paths.accountSessions(), '/o/acme'])
    expect([(await answer(late, path)).status, path]).toEqual([expect.toSatisfy((s) => s >= 300), path])
  expect(await answer(late, '/')).toMatchObject({ to: '/sign-in' })
})

test('entering costs one round trip, whatever the organization asks for', async () => {
  await setting('sso_required', 'proven_domains')
  await setting('required_factor', 'second_factor')
  await addDomain(cast.acme, 'acme.test')
  const who = await withSession(cast.admin, { own: false })
  await grant(cast.acme, connection, who)
  const { costOf } = counting(world)
  expect(await costOf(() => entering(who))).toEqual({ d1: 1 })
  expect(await costOf(() => entering(cast.admin))).toEqual({ d1: 1 })
})
