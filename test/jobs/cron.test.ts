import { beforeEach, describe, expect, test } from 'vitest'
import type { MailMessage } from '../../src/bindings'
import { CRON } from '../../src/jobs/cron'
import { DAY, MINUTE } from '../../src/rules/dates'
import wrangler from '../../wrangler.toml?raw'
import { addCast, invite } from '../support/cast'
import { counting } from '../support/counting'
import { breakBatch, logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { deliveryTo, inviteAndHold, takeMessages } from '../support/mail'
import { seedInvitations } from '../support/seed'
import { createWorld, rows, run, START } from '../support/world'

const EXPIRE = '*/5 * * * *'
const ENQUEUE = '* * * * *'
const CLEAR = '17 * * * *'

let lines: string[]
beforeEach(() => {
  lines = logged()
})

const count = async (table: string, where = '1') =>
  (await rows<{ n: number }>(`select count(*) as n from ${table} where ${where}`))[0]?.n

describe('expiring', () => {
  test('writes each expiry down once, with its event, and the row stays among the outstanding', async () => {
    const world = createWorld()
    const { admin, acme } = await addCast()
    await inviteAndHold(world, admin, 'jane@example.com', { role: 'viewer' })
    world.clock.now += 7 * DAY - 1
    await world.cron(EXPIRE)
    expect(await rows('select status from invitation')).toEqual([{ status: 'pending' }])

    world.clock.now += 1
    await world.cron(EXPIRE)
    await world.cron(EXPIRE)

    expect(await rows('select status from invitation')).toEqual([{ status: 'expired' }])
    const events = await rows(
      `select organization_id, actor_kind, actor_name, target_kind, target_id, target_name, at, detail
        from audit_event where action = 'invitation.expired'`,
    )
    const [{ id } = { id: '' }] = await rows<{ id: string }>('select id from invitation')
    expect(events).toEqual([
      {
        organization_id: acme.id,
        actor_kind: 'system',
        actor_name: 'Expiry',
        target_kind: 'invitation',
        target_id: id,
        target_name: 'jane@example.com',
        at: world.clock.now,
        detail: JSON.stringify({ expiresAt: START + 7 * DAY, before: { status: 'pending' } }),
      },
    ])
    const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
    expect(await texts(page, 'th.email')).toEqual(['jane@example.com'])
    expect(await texts(page, 'td[data-label="Status"]')).toEqual(['Expired'])
    expect((await elements(page, 'button[name="only"]')).length).toBe(1)
  })

  test('reaches beyond its first thousand, and no further than what is due', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    const expired = 2500
    await seedInvitations(acme, expired, { expiresAt: START - DAY })
    await seedInvitations(acme, 3, { from: 9000 })

    await world.cron(EXPIRE)

    expect(await count('invitation', "status = 'expired'")).toBe(expired)
    expect(await count('audit_event', "action = 'invitation.expired'")).toBe(expired)
    expect(await count('invitation', "status = 'pending'")).toBe(3)
  })

  test('twice at the same time expires each invitation once', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    await seedInvitations(acme, 1500, { expiresAt: START - DAY })

    await Promise.all([world.cron(EXPIRE), world.cron(EXPIRE)])

    expect(await count('invitation', "status = 'expired'")).toBe(1500)
    expect(await count('audit_event', "action = 'invitation.expired'")).toBe(1500)
    expect(await count('(select distinct target_id from audit_event)')).toBe(1500)
  })

  test('leaves alone what has been accepted, declined or revoked', async () => {
    const world = createWorld()
    const { acme } = await addCast()
    for (const [n, status] of ['accepted', 'declined', 'revoked', 'awaiting_approval'].entries())
      await seedInvitations(acme, 1, { status, from: n, expiresAt: START - DAY })
    const before = await rows('select * from invitation order by id')
    await world.cron(EXPIRE)
    expect(await rows('select * from invitation order by id')).toEqual(before)
  })
})

describe('enqueueing what is overdue', () => {
  const overdue = async (mails: number) => {
    const world = createWorld({ INVITATIONS_PER_DAY: '0' })
    const { admin } = await addCast()
    const addresses = Array.from({ length: mails }, (_, n) => `jane${n}@example.com`)
    for (let at = 0; at < mails; at += 100) await invite(world, admin, addresses.slice(at, at + 100))
    takeMessages(world)
    world.clock.now += 5 * MINUTE
    return world
  }

  test('advances each delivery and enqueues it once, though two crons run at once', async () => {
    const world = await overdue(3)
    await Promise.all([world.cron(ENQUEUE), world.cron(ENQUEUE)])
    const ids = (await rows<{ id: string }>('select id from delivery')).map(({ id }) => id).sort()
    expect(
      takeMessages(world)
        .map(({ delivery }) => delivery)
        .sort(),
    ).toEqual(ids)
    expect(await count('delivery', `state = 'queued' and due_at = ${world.clock.now + 5 * MINUTE}`)).toBe(3)
    await world.cron(ENQUEUE)
    expect(takeMessages(world)).toEqual([])
  })

  test('takes hundreds in batches of at most a hundred messages', async () => {
    const world = await overdue(250)
    const sizes: number[] = []
    const { MAIL } = world.env
    world.env.MAIL = {
      ...MAIL,
      sendBatch: async (batch) => {
        const messages = [...batch]
        sizes.push(messages.length)
        return MAIL.sendBatch(messages)
      },
    }
    expect(await counting(world).costOf(() => world.cron(ENQUEUE))).toEqual({ d1: 1, sendBatch: 3 })
    expect(sizes).toEqual([100, 100, 50])
    expect(new Set(takeMessages(world).map(({ delivery }) => delivery)).size).toBe(250)
  })

  test('leaves alone what is not due, and what is sent, failed or cancelled', async () => {
    const world = await overdue(4)
    await run("update delivery set state = 'sent' where address = 'jane0@example.com'")
    await run("update delivery set state = 'failed' where address = 'jane1@example.com'")
    await run("update delivery set state = 'cancelled' where address = 'jane2@example.com'")
    await run('update delivery set due_at = ? where address = ?', world.clock.now + 1, 'jane3@example.com')
    await world.cron(ENQUEUE)
    expect(takeMessages(world)).toEqual([])
    expect(await deliveryTo('jane3@example.com')).toMatchObject({ due_at: world.clock.now + 1 })
  })
})

describe('clearing', () => {
  test('takes ended sessions and closed windows of attempts, and keeps the live ones', async () => {
    const world = createWorld()
    const { admin, member } = await addCast()
    const now = START + DAY
    world.clock.now = now
    await run('update session set expires_at = ? where user_id = ?', now, admin.id)
    await run('update session set expires_at = ? where user_id = ?', now + 1, member.id)
    const before = (await count('session')) ?? 0
    await run('insert into sign_in_attempt (key, attempts, expires_at) values (?, 3, ?)', 'closed', now)
    await run('insert into sign_in_attempt (key, attempts, expires_at) values (?, 3, ?)', 'open', now + 1)

    await world.cron(CLEAR)

    expect(await count('session')).toBe(before - 1)
    expect(await count('session', `user_id = '${admin.id}'`)).toBe(0)
    expect(await rows('select key, attempts from sign_in_attempt')).toEqual([{ key: 'open', attempts: 3 }])
    expect((await world.fetch('/o/acme', { cookie: member.cookie })).status).toBe(200)
  })

  test('takes more than a thousand in chunks, also when two run at once', async () => {
    const world = createWorld()
    await run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
        insert into sign_in_attempt (key, attempts, expires_at) select 'key' || i, 1, ? from n`,
      START,
    )
    await Promise.all([world.cron(CLEAR), world.cron(CLEAR)])
    expect(await count('sign_in_attempt')).toBe(0)
  })
})

describe('the cron table', () => {
  const everythingDue = async () => {
    const world = createWorld()
    const { admin, acme, globex } = await addCast()
    await inviteAndHold(world, admin, ['jane@example.com', 'joe@example.com'])
    await run("update delivery set state = 'sent' where address = 'joe@example.com'")
    await run("update invitation set remind_at = ? where address = 'joe@example.com'", START)
    await run('update organization set expiry_digest = 1, digest_at = ? where id = ?', START, acme.id)
    await run(
      "insert into organization (id, name, slug, expiry_digest, created_at) values ('initech', 'Initech', 'initech', 1, ?)",
      START,
    )
    await run('update organization set delete_at = ? where id = ?', START, globex.id)
    world.clock.now += 5 * MINUTE
    await seedInvitations(acme, 1, { expiresAt: START - DAY })
    await run('update session set expires_at = ?', START)
    return world
  }
  const done = async (world: Awaited<ReturnType<typeof everythingDue>>) => ({
    enqueued: await isQueued(takeMessages(world), 'jane@example.com'),
    expired: (await count('invitation', "status = 'expired'")) === 1,
    reminded: (await count('delivery', "kind = 'reminder'")) === 1,
    digested: (await count('organization', `slug = 'acme' and digest_at > ${START}`)) === 1,
    cleared: (await count('session')) === 0,
    deleted: (await count('organization', "slug = 'globex'")) === 0,
    planned: (await count('organization', "slug = 'initech' and digest_at is not null")) === 1,
  })
  const isQueued = async (messages: MailMessage[], address: string) => {
    const { id } = await deliveryTo(address)
    return messages.some(({ delivery }) => delivery === id)
  }
  const NOTHING = {
    enqueued: false,
    expired: false,
    reminded: false,
    digested: false,
    cleared: false,
    deleted: false,
    planned: false,
  }
  const ALL = Object.fromEntries(Object.keys(NOTHING).map((job) => [job, true]))

  test.each([
    [ENQUEUE, { ...NOTHING, enqueued: true }],
    [EXPIRE, { ...NOTHING, expired: true, reminded: true, digested: true }],
    [CLEAR, { ...NOTHING, cleared: true, deleted: true, planned: true }],
    ['0 0 1 1 *', NOTHING],
    ['', ALL],
  ])('on schedule %j does %j', async (schedule, expected) => {
    const world = await everythingDue()
    await world.cron(schedule)
    expect(await done(world)).toEqual(expected)
  })

  // What is due takes the digests a second batch.
  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 6],
    [6, 7],
  ])('runs its other jobs when job %i fails, and logs which', async (failing, batch) => {
    const world = await everythingDue()
    breakBatch(world, batch)
    await world.cron('')
    const jobs = Object.values(await done(world))
    expect(jobs.indexOf(false)).toBe(failing - 1)
    expect(jobs.filter(Boolean)).toHaveLength(CRON.length - 1)
    expect(lines.filter((line) => line.includes('"error"'))).toEqual([
      expect.stringContaining(CRON[failing - 1]?.name ?? ''),
    ])
  })

  test('has the schedules that wrangler.toml triggers', () => {
    const triggers = /^crons = (\[.*\])$/m.exec(wrangler)?.[1] ?? '[]'
    expect([...new Set(CRON.map(({ schedule }) => schedule))]).toEqual(JSON.parse(triggers))
  })
})
