import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../src/paths'
import { DAY } from '../src/rules/dates'
import { proofRecord } from '../src/rules/domains'
import {
  askAddress,
  changePassword,
  confirmAddress,
  forgot,
  mailTo,
  reset,
  setting,
  wayIn,
} from './support/accounts'
import {
  addAccount,
  addApiKey,
  addCast,
  addTeam,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
  PASSWORD,
} from './support/cast'
import { counting } from './support/counting'
import { listed } from './support/directory'
import { addDomain } from './support/entrance'
import {
  codeAt,
  createBrowser,
  optionsIn,
  passwordSignIn,
  setUpApp,
  takeStep,
  withPasskey,
} from './support/factors'
import { logged } from './support/faults'
import { heldDatabase } from './support/holding'
import { cookiesAfter } from './support/idp'
import { addDirectory } from './support/importing'
import { JANE } from './support/invitee'
import { inviteAndHold, takeMessages } from './support/mail'
import { addRole } from './support/roles'
import { seedInvitations } from './support/seed'
import { ADA } from './support/signing-in'
import { connect } from './support/sso'
import { createWorld, linkIn, rows, run, START, tokenIn, type World } from './support/world'

// What each action costs. What an action does not ask for is not in its cost.

beforeEach(() => void logged())

const hundred = Array.from({ length: 100 }, (_, n) => `jane${n}@example.com`)

const idsOf = async (): Promise<string[]> =>
  (await rows<{ id: string }>('select id from invitation order by id')).map(({ id }) => id)

describe('opening a link', () => {
  test('paints first after one bulk read of KV, without waiting for D1', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const link = linkIn(await inviteAndMail(world, admin, JANE))
    await world.fetch(link)
    const { costSoFar } = counting(world)
    const held = heldDatabase(world.env.DB)
    world.env.DB = held.db
    const execution = createExecutionContext()

    const response = await world.worker.fetch(new Request(link), world.env, execution)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const first = (await reader?.read())?.value
    expect(first).toMatch(/Ada Admin<\/strong> invites you to join <strong[^>]*>Acme/)
    expect(first).not.toContain('<form')
    expect(costSoFar()).toEqual({ kvBulkRead: 1 })

    held.release()
    let rest = ''
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read())
      rest += chunk.value
    await waitOnExecutionContext(execution)
    expect(rest).toContain('Accept &amp; create account')
    expect(costSoFar()).toEqual({ kvBulkRead: 1, d1: 1 })
  })

  test('takes one trip to D1, and writes KV the first time only', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const link = linkIn(await inviteAndMail(world, admin, JANE))
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch(link))).toEqual({ kvBulkRead: 1, d1: 1, kvWrite: 1 })
    for (const cookie of [null, admin.cookie])
      expect(await costOf(() => world.fetch(link, { cookie }))).toEqual({ kvBulkRead: 1, d1: 1 })
  })

  test('costs the same when it has ended, and writes nothing more', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const link = linkIn(await inviteAndMail(world, admin, JANE))
    const [id = ''] = await idsOf()
    await world.fetch('/o/acme/invitations/revoke', { cookie: admin.cookie, form: { id } })
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch(link))).toEqual({ kvBulkRead: 1, d1: 1 })
  })

  test('that is forged touches no storage', async () => {
    const world = createWorld()
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch('/accept-invitation?token=forged'))).toEqual({})
    expect(await costOf(() => world.fetch('/accept-invitation', { form: newAccount('forged') }))).toEqual({})
  })
})

describe('accepting takes two trips to D1, one write to KV and one sendBatch for who is told', () => {
  test('with a new account, and two trips when it is pressed again', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const token = tokenIn(await inviteAndMail(world, admin, JANE))
    const form = newAccount(token)
    const { costOf } = counting(world)
    const accept = () => world.fetch('/accept-invitation', { form })
    expect(await costOf(accept)).toEqual({ d1: 2, kvWrite: 1, sendBatch: 1 })
    expect(await costOf(accept)).toEqual({ d1: 2 })
  })

  test('by signing in', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await addAccount('Jane Doe', JANE)
    const token = tokenIn(await inviteAndMail(world, admin, JANE))
    const form = { token, way: 'sign_in', change: freshChange(), password: PASSWORD }
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch('/accept-invitation', { form }))).toEqual({
      d1: 2,
      kvWrite: 1,
      sendBatch: 1,
    })
  })

  test('by joining with an account that is signed in', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { cookie } = await addAccount('Jane Doe', JANE)
    const token = tokenIn(await inviteAndMail(world, admin, JANE))
    const form = { token, way: 'join', change: freshChange() }
    const { costOf } = counting(world)
    const accept = () => world.fetch('/accept-invitation', { cookie, form })
    expect(await costOf(accept)).toEqual({ d1: 2, kvWrite: 1, sendBatch: 1 })
  })

  test('and sends nothing where nobody is told', async () => {
    const world = createWorld()
    const { admin } = await addCast({ told_on_acceptance: 'nobody' })
    const { cookie } = await addAccount('Jane Doe', JANE)
    const token = tokenIn(await inviteAndMail(world, admin, JANE))
    const form = { token, way: 'join', change: freshChange() }
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch('/accept-invitation', { cookie, form }))).toEqual({
      d1: 2,
      kvWrite: 1,
    })
  })
})

describe('sending takes three trips to D1 and one sendBatch', () => {
  test.each([1, 100])('for %i new', async (many) => {
    const world = createWorld()
    const { admin } = await addCast()
    const { costOf } = counting(world)
    const send = () => invite(world, admin, hundred.slice(0, many), { note: 'Hello' })
    expect(await costOf(send)).toEqual({ d1: 3, sendBatch: 1 })
    expect(await idsOf()).toHaveLength(many)
    expect(takeMessages(world)).toHaveLength(many)
  })

  test('for a hundred expired ones, which are renewed', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    await invite(world, admin, hundred)
    world.clock.now += 8 * DAY
    takeMessages(world)
    const { costOf } = counting(world)
    expect(await costOf(() => invite(world, admin, hundred))).toEqual({ d1: 3, sendBatch: 1 })
    expect(takeMessages(world)).toHaveLength(100)
  })

  test('also when some addresses come back, and none when all do', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { costOf } = counting(world)
    const addresses = ['fresh@example.com', 'max.member@acme.test', 'nonsense']
    expect(await costOf(() => invite(world, admin, addresses))).toEqual({ d1: 3, sendBatch: 1 })
    expect(await costOf(() => invite(world, admin, addresses))).toEqual({ d1: 3 })
  })

  test('through the API as well', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    const headers = { Authorization: `Bearer ${await addApiKey(acme)}` }
    const { costOf } = counting(world)
    const send = () => world.fetch('/api/v1/invitations', { headers, json: { addresses: hundred } })
    expect(await costOf(send)).toEqual({ d1: 3, sendBatch: 1 })
  })
})

describe('resending and revoking', () => {
  test.each([1, 100])(
    '%i takes three trips, one write to KV each and at most one sendBatch',
    async (many) => {
      const world = createWorld()
      const { admin } = await addCast()
      await invite(world, admin, hundred.slice(0, many))
      takeMessages(world)
      const change = async (verb: 'resend' | 'revoke') => {
        const form = { id: await idsOf(), change: freshChange() }
        return world.fetch(`/o/acme/invitations/${verb}`, { cookie: admin.cookie, form })
      }
      const { costOf } = counting(world)
      expect(await costOf(() => change('resend'))).toEqual({ d1: 3, kvWrite: many, sendBatch: 1 })
      expect(takeMessages(world)).toHaveLength(many)
      // Revoking needs no look at what is there: its commit finds it.
      expect(await costOf(() => change('revoke'))).toEqual({ d1: 2, kvWrite: many })
      expect(await rows('select distinct status from invitation')).toEqual([{ status: 'revoked' }])
    },
  )
})

describe('approval', () => {
  const asked = async (many: number) => {
    const world = createWorld()
    const { acme, admin, owner } = await addCast()
    await run('update organization set policies = ? where id = ?', '{"approvalRoles":["admin"]}', acme.id)
    const { costOf } = counting(world)
    const asking = await costOf(() => invite(world, admin, hundred.slice(0, many), { role: 'admin' }))
    takeMessages(world)
    const decide = async (path: string) => {
      const form = { id: await idsOf(), change: freshChange() }
      return world.fetch(path, { cookie: owner.cookie, form })
    }
    return { world, asking, costOf, decide }
  }

  test.each([1, 100])(
    'of %i: asking takes three trips, approving three and declining two, and none KV',
    async (many) => {
      const one = await asked(many)
      expect(one.asking).toEqual({ d1: 3, sendBatch: 1 })
      expect(await one.costOf(() => one.decide(paths.declineApproval('acme')))).toEqual({
        d1: 2,
        sendBatch: 1,
      })
    },
  )

  test.each([1, 100])('of %i: approving takes three trips and as many messages as mails', async (many) => {
    const one = await asked(many)
    const cost = await one.costOf(() => one.decide(paths.approve('acme')))
    expect(cost).toEqual({ d1: 3, sendBatch: many === 1 ? 1 : 2 })
    expect(takeMessages(one.world)).toHaveLength(many + 1)
  })
})

describe('importing people', () => {
  const opened = async () => {
    const world = createWorld()
    const { acme, owner, admin } = await addCast()
    await addDirectory(world, acme, owner)
    world.staff.google.people = Array.from({ length: 100 }, (_, n) => listed(`P${n} Many`))
    const people = world.staff.google.people.map(({ id }) => id)
    return { world, admin, people, ...counting(world) }
  }

  test('takes three trips to D1, one call for an access token and one to the directory, and no mail', async () => {
    const { world, admin, people, costOf } = await opened()
    const form = { do: 'import', person: people, change: freshChange() }
    const path = paths.importPeople('acme')
    expect(await costOf(() => world.fetch(path, { cookie: admin.cookie, form }))).toEqual({ d1: 3 })
    expect(world.staff.google.requests).toHaveLength(1)
    expect(world.idp.requests.filter(({ url }) => url.endsWith('/token'))).toHaveLength(1)
    expect(await rows("select user_id from member where name like 'P%'")).toHaveLength(100)
  })

  test('settles the invitation of each with one write to KV', async () => {
    const { world, admin, people, costOf } = await opened()
    const [first, second] = world.staff.google.people
    await invite(world, admin, [first?.address ?? '', second?.address ?? ''])
    const form = { do: 'import', person: people.slice(0, 2), change: freshChange() }
    expect(
      await costOf(() => world.fetch(paths.importPeople('acme'), { cookie: admin.cookie, form })),
    ).toEqual({ d1: 3, kvWrite: 2 })
  })

  test('is chosen for on a page that takes three trips: how people stand is asked once they are known', async () => {
    const { world, admin, costOf } = await opened()
    expect(await costOf(() => world.fetch(paths.importPeople('acme'), { cookie: admin.cookie }))).toEqual({
      d1: 3,
    })
  })
})

describe('editing an invitation', () => {
  const edit = async (role: string) => {
    const world = createWorld()
    const { admin, acme } = await addCast()
    await invite(world, admin, JANE, { role: 'member' })
    const [id] = await idsOf()
    const authorization = { Authorization: `Bearer ${await addApiKey(acme)}` }
    const { costOf } = counting(world)
    const form = { role, 'shown-role': 'member', change: freshChange() }
    const visit = { cookie: admin.cookie, form }
    return {
      page: await costOf(() => world.fetch(`/o/acme/invitations/${id}/edit`, visit)),
      api: await costOf(() =>
        world.fetch(`/api/v1/invitations/${id}`, {
          method: 'PATCH',
          headers: authorization,
          json: { note: role },
        }),
      ),
    }
  }

  test('takes three trips and one deletion from KV', async () => {
    const cost = { d1: 3, kvDelete: 1 }
    expect(await edit('viewer')).toEqual({ page: cost, api: cost })
  })

  test('takes two where nothing changes', async () => {
    expect((await edit('member')).page).toEqual({ d1: 2 })
  })

  test('takes three where something is wrong with it', async () => {
    expect((await edit('emperor')).page).toEqual({ d1: 3 })
  })
})

describe('a member', () => {
  test.each([
    ['is changed in three trips to D1', 'edit', { role: 'viewer' }, 3],
    ['is left as they are in two', 'edit', { role: 'member' }, 2],
    ['is deactivated in two', 'deactivate', {}, 2],
    ['is removed in two', 'remove', {}, 2],
  ])('%s', async (_, verb, form, trips) => {
    const world = createWorld()
    const { owner, member } = await addCast()
    const { costOf } = counting(world)
    const press = () =>
      world.fetch(`/o/acme/members/${member.id}/${verb}`, {
        cookie: owner.cookie,
        form: { ...form, change: freshChange() },
      })
    expect(await costOf(press)).toEqual({ d1: trips })
  })
})

describe('a console page takes two trips to D1', () => {
  test.each([
    '/o/acme',
    '/o/acme/invitations',
    '/o/acme/invitations?tab=all&sort=email&q=jane',
    '/o/acme/invitations/new',
    '/o/acme/invitations/revoke?id={invitation}',
    '/o/acme/invitations/{invitation}/edit',
    '/o/acme/members',
    '/o/acme/members?status=pending&role=member&department=sales&q=jane&sort=-name',
    '/o/acme/members/{member}',
    '/o/acme/members/{member}/edit',
    '/o/acme/members/{member}/remove',
    '/o/acme/teams',
    '/o/acme/roles',
    '/o/acme/audit-log',
    '/o/acme/audit-log?actor=o&target=j&action=invitation.sent&from=2026-01-01&to=2026-12-31',
    '/o/acme/settings/api-keys',
    '/o/acme/settings/email',
    '/o/acme/settings/email?check=1',
    '/o/acme/settings/email/resume',
    '/o/acme/settings/domains',
    '/o/acme/settings/domains/remove?domain=acme.test',
  ])('%s', async (path) => {
    const world = createWorld()
    const { acme, owner, member } = await addCast()
    await invite(world, owner, JANE)
    await addDomain(acme, 'acme.test')
    const url = path.replace('{member}', member.id).replace('{invitation}', (await idsOf())[0] ?? '')
    const { costOf } = counting(world)
    let status = 0
    const show = async () => {
      status = (await world.fetch(url, { cookie: owner.cookie })).status
    }
    expect(await costOf(show)).toEqual({ d1: 2 })
    expect(status).toBe(200)
  })
})

describe('a domain', () => {
  test('is added and removed in two trips, and proven in three besides the resolver', async () => {
    const world = createWorld()
    const { acme, owner } = await addCast()
    await addDomain(acme, 'acme.test', null)
    world.dns.set('TXT acme.test', { kind: 'records', records: [proofRecord('proof-of-acme.test')] })
    const { costOf } = counting(world)
    const post = (path: string, domain: string) =>
      costOf(() =>
        world.fetch(`/o/acme/settings/domains${path}`, {
          cookie: owner.cookie,
          form: { domain, change: freshChange() },
        }),
      )
    expect(await post('', 'mail.acme.test')).toEqual({ d1: 2 })
    expect(await post('/prove', 'acme.test')).toEqual({ d1: 3 })
    expect(await post('/remove', 'acme.test')).toEqual({ d1: 2 })
  })
})

describe('changing teams and roles', () => {
  test('takes two trips, or three where a name is looked for first among the teams', async () => {
    const world = createWorld()
    const { acme, owner } = await addCast()
    const { costOf } = counting(world)
    const role = await addRole(acme, 'Helper')
    const team = await addTeam(acme, 'Red')
    const post = (path: string, form: Record<string, string>) =>
      costOf(() =>
        world.fetch(`/o/acme${path}`, { cookie: owner.cookie, form: { change: freshChange(), ...form } }),
      )
    expect(await post('/teams/new', { name: 'Blue' })).toEqual({ d1: 3 })
    expect(await post(`/teams/${team}/edit`, { name: 'Green' })).toEqual({ d1: 3 })
    expect(await post(`/teams/${team}/delete`, {})).toEqual({ d1: 2 })
    expect(await post('/roles/new', { name: 'Hand' })).toEqual({ d1: 2 })
    expect(await post(`/roles/${role}/edit`, { name: 'Arm' })).toEqual({ d1: 2 })
    await invite(world, owner, [JANE, 'joe@example.com'], { role })
    takeMessages(world)
    expect(await post(`/roles/${role}/delete`, { successor: 'viewer' })).toEqual({ d1: 2, kvDelete: 2 })
  })
})

describe('an account', () => {
  test('sets a forgotten password in two trips, and asks for the link in as many', async () => {
    const world = createWorld()
    await addCast()
    const { costOf } = counting(world)
    expect(await costOf(() => forgot(world, ADA))).toEqual({ d1: 2, sendBatch: 1 })
    const { token, link } = wayIn(await mailTo(world, ADA))
    expect(await costOf(() => world.fetch(link))).toEqual({ d1: 1 })
    const form = setting(token)
    expect(await costOf(() => reset(world, form))).toEqual({ d1: 2, sendBatch: 1 })
    expect(await costOf(() => reset(world, form))).toEqual({ d1: 2 })
  })

  test('is shown in two trips and changed in three, and confirms an address in two', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { cookie } = admin
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch('/account', { cookie }))).toEqual({ d1: 2 })
    expect(await costOf(() => world.fetch('/account/sessions', { cookie }))).toEqual({ d1: 2 })
    const named = { name: 'Ada Lovelace', change: freshChange() }
    expect(await costOf(() => world.fetch('/account/name', { cookie, form: named }))).toEqual({ d1: 3 })
    expect(await costOf(() => askAddress(world, admin, 'ada@new.test'))).toEqual({ d1: 3, sendBatch: 1 })
    const { token, link } = wayIn(await mailTo(world, 'ada@new.test'))
    expect(await costOf(() => world.fetch(link, { cookie }))).toEqual({ d1: 1 })
    expect(await costOf(() => confirmAddress(world, cookie, token))).toEqual({ d1: 2, sendBatch: 1 })
    expect(await costOf(() => changePassword(world, admin))).toEqual({ d1: 3, sendBatch: 1 })
  })

  test('changes what protects it in three trips, and signs in with that as with a password', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    const { browser, authenticator } = await withPasskey(world, admin)
    const { costOf } = counting(world)
    expect(await costOf(() => browser.visit('/account/security'))).toEqual({ d1: 2 })
    expect(await costOf(() => browser.visit('/account/passkeys/new'))).toEqual({ d1: 2 })
    const renewing = { form: { current: PASSWORD, change: freshChange() } }
    expect(await costOf(() => browser.visit('/account/recovery-codes', renewing))).toEqual({
      d1: 3,
      sendBatch: 1,
    })
    const { secret } = await setUpApp(world, browser)
    const html = await (await browser.visit('/sign-in')).text()
    const credential = await authenticator.get(await optionsIn(html, 'get'))
    const form = { credential, next: '', organization: '' }
    expect(await costOf(() => browser.visit('/sign-in/passkey', { form }))).toEqual({ d1: 3 })
    world.clock.now += 60_000
    const other = createBrowser(world)
    expect(await costOf(() => passwordSignIn(other, ADA))).toEqual({ d1: 2 })
    const code = codeAt(secret, world.clock.now)
    expect(await costOf(() => takeStep(other, { code }))).toEqual({ d1: 2 })
  })

  test('is not asked for by a link that is forged', async () => {
    const world = createWorld()
    const { costOf } = counting(world)
    for (const path of ['/reset-password', '/confirm-address']) {
      expect(await costOf(() => world.fetch(`${path}?token=forged`))).toEqual({})
      expect(await costOf(() => world.fetch(path, { form: setting('forged') }))).toEqual({})
    }
  })
})

describe('single sign-on', () => {
  const stage = async () => {
    const world = createWorld()
    const cast = await addCast({ just_in_time: 1 })
    const connection = await connect(world, cast.acme)
    await addDomain(cast.acme, 'acme.test')
    world.idp.person = { sub: 'pia', email: 'pia@acme.test', email_verified: true }
    return { world, connection, ...cast }
  }
  /** The cost of coming back from the provider. */
  const comingBack = async (world: World) => {
    const start = await world.fetch(paths.organizationSso('acme'))
    const back = await world.idp.approve(start.headers.get('Location'))
    const { costOf, rowsReadBy } = counting(world)
    const callback = () => world.fetch(back.pathname + back.search, { cookies: cookiesAfter(start) })
    return { costOf: () => costOf(callback), rowsReadBy: () => rowsReadBy(callback) }
  }

  test('starts with one trip', async () => {
    const { world } = await stage()
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch(paths.organizationSso('acme')))).toEqual({ d1: 1 })
    expect(await costOf(() => world.fetch(paths.organizationSignIn('acme')))).toEqual({ d1: 1 })
  })

  test('takes two trips to come in, and three to join just in time', async () => {
    const { world } = await stage()
    expect(await (await comingBack(world)).costOf()).toEqual({ d1: 3 })
    expect(await (await comingBack(world)).costOf()).toEqual({ d1: 2 })
  })

  test('settles an invitation with one write to KV and one sendBatch', async () => {
    const { world, admin } = await stage()
    await inviteAndMail(world, admin, 'pia@acme.test')
    expect(await (await comingBack(world)).costOf()).toEqual({ d1: 3, kvWrite: 1, sendBatch: 1 })
  })

  test('asks nothing for a callback that nobody started here', async () => {
    const { world, connection } = await stage()
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch(`${paths.ssoCallback(connection)}?code=a&state=b`))).toEqual({})
  })

  test('finds somebody without reading the others, however many there are', async () => {
    const { world, acme, connection } = await stage()
    await (await comingBack(world)).costOf()
    const numbers = 'with recursive n (n) as (select 1 union all select n + 1 from n where n < 2000)'
    await run(
      `insert into user (id, account_scope, address, typed_address, created_at)
        ${numbers} select 'u' || n, 'shared', n || '@acme.test', n || '@acme.test', 1 from n`,
    )
    await run(
      `insert into identity (id, organization_id, connection_id, issuer, subject, directory_id, user_id, created_at)
        ${numbers} select 'i' || n, ?, ?, ?, iif(n % 2, 's' || n, null), 'd' || n, 'u' || n, 1 from n`,
      acme.id,
      connection,
      world.idp.issuer,
    )
    const [, claimed = []] = await (await comingBack(world)).rowsReadBy()
    expect(Math.max(...claimed)).toBeLessThan(50)
  })
})

describe('consuming a queue batch', () => {
  test.each([1, 10])('of %i mails takes two trips to D1 and one call each', async (many) => {
    const world = createWorld()
    const { admin } = await addCast()
    const messages = await inviteAndHold(world, admin, hundred.slice(0, many))
    const { costOf } = counting(world)
    expect(await costOf(() => world.consume(messages))).toEqual({ d1: 2, mail: many })
    expect(await costOf(() => world.consume(messages))).toEqual({ d1: 1 })
  })
})

describe('sweeping expired invitations', () => {
  test.each([
    [0, 1],
    [10, 1],
    [2000, 3],
  ])('%i takes %i trips: one for each thousand, and one more', async (expired, trips) => {
    const world = createWorld()
    const { acme } = await addCast()
    if (expired > 0) await seedInvitations(acme, expired, { expiresAt: START - DAY })
    const { costOf } = counting(world)
    // Two more ask whether somebody is to be reminded and whether a digest is due.
    expect(await costOf(() => world.cron('*/5 * * * *'))).toEqual({ d1: trips + 2 })
  })
})
