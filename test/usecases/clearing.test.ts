import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { clearSome } from '../../src/storage/clearing'
import { forgotAndMail } from '../support/accounts'
import { calling } from '../support/api'
import { fillAcme, seedBelongings } from '../support/belongings'
import { addApiKey, addCast, type Cast, inviteAndMail, newAccount, PASSWORD } from '../support/cast'
import { counting } from '../support/counting'
import { askAndMail, confirm, confirmedDeletion } from '../support/deletion'
import { everyRow } from '../support/dump'
import { breakBatch, logged } from '../support/faults'
import { texts } from '../support/html'
import { seen } from '../support/invitee'
import { inviteAndHold } from '../support/mail'
import { PROOFS, report } from '../support/mail-events'
import { setupForm } from '../support/setting-up'
import { createWorld, linkIn, rows, run, START, tokenIn, type World } from '../support/world'

const SWEEP = '17 * * * *'
const DUE = START + 7 * DAY
/** What nobody but Acme has anything in. */
const EMPTIED = [
  'organization_deletion',
  'delivery',
  'invitation_team',
  'invitation',
  'member_team',
  'team',
  'role',
  'api_key',
]

let world: World
let cast: Cast
let lines: string[]
beforeEach(async () => {
  lines = logged()
  world = createWorld()
  cast = await addCast()
})

const sweep = async () => {
  world.clock.now = DUE
  await world.cron(SWEEP)
}
const count = async (table: string, where = '1') =>
  (await rows<{ n: number }>(`select count(*) as n from ${table} where ${where}`))[0]?.n
/** Rows of every table that name Acme in any column. */
const tracesOf = async (...words: string[]) =>
  Object.entries(await everyRow()).flatMap(([table, all]) =>
    all
      .filter((row) => words.some((word) => JSON.stringify(row).includes(word)))
      .map((row) => `${table} ${JSON.stringify(row)}`),
  )
const piece = (limit: number, now = DUE) =>
  clearSome(env.DB, { event: crypto.randomUUID(), organizationId: cast.acme.id, now, limit })

describe('an organization whose deletion is due', () => {
  test('is gone with everything of it but one event, and frees its slug', async () => {
    await fillAcme(world, cast.acme, cast.owner)
    await confirm(world, cast.owner, await askAndMail(world, cast.owner))
    for (const table of EMPTIED) expect(await count(table), table).toBeGreaterThan(0)
    await sweep()
    expect(await tracesOf(cast.acme.id)).toEqual([expect.stringMatching(/^audit_event /)])
    expect(await rows('select * from audit_event where organization_id is null')).toMatchObject([
      {
        action: 'organization.deleted',
        actor_kind: 'system',
        actor_name: 'Deletion',
        target_id: cast.acme.id,
        target_name: 'Acme',
        at: DUE,
        detail: JSON.stringify({ slug: 'acme', createdAt: START, deleteAt: DUE }),
      },
    ])
    for (const table of EMPTIED) expect(await count(table), table).toBe(0)
    await run("insert into organization (id, name, slug, created_at) values ('new', 'New', 'acme', 1)")
  })

  test('leaves shared accounts and their sessions, and another organization as it was', async () => {
    await seedBelongings(cast.globex, 5)
    await inviteAndMail(world, cast.owner, 'jane@example.com')
    const foreign = async () => {
      const { organization, member, audit_event, ...rest } = await everyRow()
      const of = (all: Record<string, unknown>[] = []) =>
        all.filter(({ id, organization_id }) => [id, organization_id].includes(cast.globex.id))
      const { user, session } = rest
      const invitation = of(rest.invitation)
      const delivery = of(rest.delivery)
      return {
        organization: of(organization),
        member: of(member),
        audit_event: of(audit_event),
        user,
        session,
        invitation,
        delivery,
      }
    }
    const before = await foreign()
    expect(before.invitation).toHaveLength(5)
    await confirmedDeletion(cast.acme, cast.owner)
    await sweep()
    expect(await count('organization')).toBe(1)
    expect(await foreign()).toEqual(before)
  })

  test('takes the accounts that belong to it alone, their sessions and what was written of their sign-ins', async () => {
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    await run("update user set account_scope = ? where address like '%@acme.test'", cast.acme.id)
    await fillAcme(world, cast.acme, cast.owner, cast.acme.id)
    const signIn = { address: cast.member.address, password: PASSWORD }
    expect((await world.fetch('/o/acme/sign-in', { form: signIn })).status).toBe(303)
    // What became of a mail to an account is written of the mail, in no organization's log.
    world = createWorld(PROOFS)
    await forgotAndMail(world, cast.member.address, {}, '/o/acme/forgot-password')
    const [mail] = await rows<{ id: string }>("select id from delivery where kind = 'password_reset'")
    await report(world, { delivery: mail?.id ?? '', state: 'delivered', at: START })
    expect(await count('audit_event', "action = 'mail.delivered' and organization_id is null")).toBe(1)
    // Somebody who has left is gone from it as well.
    expect((await world.fetch('/o/acme/leave', { cookie: cast.viewer.cookie, form: {} })).status).toBe(303)
    await confirmedDeletion(cast.acme, cast.owner)
    await sweep()
    expect(await rows('select id from user')).toEqual([{ id: cast.outsider.id }])
    expect(await rows('select distinct user_id from session')).toEqual([{ user_id: cast.outsider.id }])
    expect(await tracesOf('@acme.test', 'jane@example.com', 'Max Member')).toEqual([])
    expect(await rows('select action from audit_event')).toEqual([{ action: 'organization.deleted' }])
  })

  test('stays untouched before its time, and once the deletion is undone', async () => {
    await fillAcme(world, cast.acme, cast.owner)
    await confirmedDeletion(cast.acme, cast.owner)
    const before = await everyRow()
    world.clock.now = START + 1000
    await world.cron(SWEEP)
    expect(await everyRow()).toEqual(before)
    expect(await piece(500, DUE - 1)).toBe(false)
    expect(await everyRow()).toEqual(before)
    await run('update organization set delete_at = null')
    expect(await piece(500)).toBe(false)
    const { organization, ...rest } = await everyRow()
    const { organization: was, ...restBefore } = before
    expect(rest).toEqual(restBefore)
    expect(organization).toHaveLength(was?.length ?? 0)
  })
})

describe('clearing', () => {
  test('goes in pieces, each of them whole, and takes up where it broke off', async () => {
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    await seedBelongings(cast.acme, 7, cast.acme.id)
    await fillAcme(world, cast.acme, cast.owner, cast.acme.id)
    await confirmedDeletion(cast.acme, cast.owner)
    let pieces = 1
    while (pieces < 200 && (await piece(2))) {
      pieces++
      // Nothing hangs on what is gone, and the organization is there until the last.
      expect(await rows('pragma foreign_key_check')).toEqual([])
      expect(await count('organization', "slug = 'acme'")).toBe(1)
    }
    expect(pieces).toBeGreaterThan(5)
    expect(await tracesOf(cast.acme.id)).toHaveLength(1)
    expect(await piece(2)).toBe(false)
    expect(await count('audit_event', "action = 'organization.deleted'")).toBe(1)
  })

  test('twice at once deletes everything once', async () => {
    await seedBelongings(cast.acme, 600)
    await confirmedDeletion(cast.acme, cast.owner)
    world.clock.now = DUE
    await Promise.all([world.cron(SWEEP), world.cron(SWEEP)])
    expect(await tracesOf(cast.acme.id)).toHaveLength(1)
    expect(await count('audit_event')).toBe(1)
  })

  test('of one that fails does not keep the others waiting, and is tried again', async () => {
    await confirmedDeletion(cast.acme, cast.owner)
    await confirmedDeletion(cast.globex, cast.outsider)
    await run('update organization set delete_at = delete_at - 1 where id = ?', cast.acme.id)
    world.clock.now = DUE
    // Clearing sessions comes first and takes one batch, finding what is due another.
    breakBatch(world, 3)
    await world.cron(SWEEP)
    expect(await rows('select slug from organization')).toEqual([{ slug: 'acme' }])
    expect(lines.join()).toContain('deletion.clear')
    await world.cron(SWEEP)
    expect(await count('organization')).toBe(0)
  })

  test('asks once where nothing is due', async () => {
    const { costOf } = counting(world)
    // The other jobs of the hour ask once each.
    expect(await costOf(() => world.cron(SWEEP))).toEqual({ d1: 3 })
  })

  test('reads about as many rows as it deletes, however many accounts the deployment has', async () => {
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    await seedBelongings(cast.globex, 1500)
    await seedBelongings(cast.acme, 600, cast.acme.id)
    // What accounts of others did with themselves, which is in no organization's log either.
    await run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
        insert into audit_event (id, change_id, action, actor_kind, actor_name, target_kind, target_id, target_name, at, detail)
        select 'e' || i, 'c' || i, 'password.changed', 'user', 'Somebody', 'user', 'u' || i, 'Somebody', 1, '{}' from n`,
    )
    await confirmedDeletion(cast.acme, cast.owner)
    world.clock.now = DUE
    const { rowsReadBy } = counting(world)
    const read = await rowsReadBy(() => world.cron(SWEEP))
    const most = Math.max(...read.map((batch) => batch.reduce((sum, n) => sum + n, 0)))
    expect(await count('organization', "slug = 'acme'")).toBe(0)
    expect(most).toBeLessThan(25_000)
  })
})

describe('from the moment it is due, before anything is cleared, an organization is as if there were none:', () => {
  beforeEach(async () => {
    await fillAcme(world, cast.acme, cast.owner)
    await confirmedDeletion(cast.acme, cast.owner)
  })
  const atTheDeadline = async (look: () => Promise<void>) => {
    const before = await everyRow()
    world.clock.now = DUE
    await look()
    expect(await everyRow()).toEqual(before)
  }

  test('its pages are 404 for its owner, who finds it nowhere any more', async () => {
    await atTheDeadline(async () => {
      for (const rest of ['', '/invitations', '/settings/deletion', '/leave'])
        expect((await world.fetch(`/o/acme${rest}`, { cookie: cast.owner.cookie })).status, rest).toBe(404)
      const start = await world.fetch('/', { cookie: cast.owner.cookie })
      expect(start.headers.get('Location')).toBe('/organizations')
      const own = await world.fetch('/organizations', { cookie: cast.owner.cookie })
      expect((await seen(own)).text).toContain('You are in no organization')
    })
  })

  test('its sign-in page does not name it, alone in its deployment or not', async () => {
    const place = async (path: string) => (await seen(await world.fetch(path))).heading
    await run('delete from member where organization_id = ?', cast.globex.id)
    await run('delete from organization where id = ?', cast.globex.id)
    world.clock.now = DUE - 1
    expect(await place('/sign-in')).toBe('Sign in to Acme')
    await atTheDeadline(async () => {
      for (const path of ['/o/acme/sign-in', '/sign-in']) expect(await place(path)).toBe('Sign in')
    })
  })

  test('its API keys are unknown', async () => {
    const key = await addApiKey(cast.acme)
    expect((await calling(world, key)('/invitations')).status).toBe(200)
    await atTheDeadline(async () => {
      expect((await calling(world, key)('/invitations')).status).toBe(401)
    })
  })

  test('its links do not name it, but once where it was remembered', async () => {
    world.clock.now = DUE - DAY
    const [opened, unopened] = [
      await inviteAndMail(world, cast.owner, 'mia@example.com'),
      await inviteAndMail(world, cast.owner, 'noah@example.com'),
    ]
    const open = async (mail: typeof opened) => (await world.fetch(linkIn(mail))).text()
    const remembered = async () => (await env.LINKS.list({ prefix: 'facts:' })).keys
    expect(await open(opened)).toContain('Acme')
    expect(await remembered()).toHaveLength(1)
    world.clock.now = DUE
    for (const mail of [opened, unopened]) await open(mail)
    expect(await remembered()).toEqual([])
    expect(await open(opened)).not.toContain('Acme')
  })

  test('its links are invalid, for a look, an acceptance and a declining', async () => {
    world.clock.now = DUE - DAY
    const mail = await inviteAndMail(world, cast.owner, 'mia@example.com')
    await atTheDeadline(async () => {
      expect((await seen(await world.fetch(linkIn(mail)))).heading).toBe('Invalid link')
      await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
      await world.fetch('/decline-invitation', { form: { token: tokenIn(mail) } })
    })
  })

  test('its mails do not leave', async () => {
    world.clock.now = DUE - 1000
    const messages = await inviteAndHold(world, cast.owner, 'mia@example.com')
    const sent = world.mails.length
    world.clock.now = DUE
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(world.mails).toHaveLength(sent)
    expect(await rows("select state, reason from delivery where address = 'mia@example.com'")).toEqual([
      { state: 'cancelled', reason: 'The organization was deleted' },
    ])
  })
})

test('setting up opens again once the last organization is gone, for an address without an account', async () => {
  await run('delete from member where organization_id = ?', cast.globex.id)
  await run('delete from organization where id = ?', cast.globex.id)
  await confirmedDeletion(cast.acme, cast.owner)
  world.clock.now = DUE
  expect((await world.fetch('/setup')).status).toBe(404)
  await sweep()
  expect((await world.fetch('/setup')).status).toBe(200)
  const before = await everyRow()
  const taken = await world.fetch('/setup', { form: setupForm({ address: cast.owner.address }) })
  expect(taken.status).toBe(422)
  expect(await texts(await taken.text(), '#field-address-error')).toEqual([
    'There is an account with this address already. Use another one for the owner.',
  ])
  expect(await everyRow()).toEqual(before)
  const made = await world.fetch('/setup', { form: setupForm({ address: 'new.owner@acme.test' }) })
  expect(made.status).toBe(303)
})
