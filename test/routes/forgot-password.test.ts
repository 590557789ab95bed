import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/rules/dates'
import { forgot, mailTo } from '../support/accounts'
import { addAccount, addCast } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { breakQueue, logged } from '../support/faults'
import { gate, replacing } from '../support/holding'
import { seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { ADA } from '../support/signing-in'
import { createWorld, rows, run, START, type World } from '../support/world'

const from = (network: string) => ({ headers: { 'CF-Connecting-IP': network } })
const ask = (world: World, address: string, network = '192.0.2.1') =>
  forgot(world, address, {}, '/forgot-password', from(network))

/** What asking shows and costs before the queue is told: the answer without the address, and the trips. */
const observed = async (address: string) => {
  const world = createWorld(bursts(true))
  const { costOf } = counting(world)
  const statements: string[] = []
  const { DB } = world.env
  const prepare: D1Database['prepare'] = (sql) => {
    statements.push(sql)
    return DB.prepare(sql)
  }
  world.env.DB = replacing(DB, { prepare })
  let answer: unknown
  const { d1, sendBatch = 0 } = await costOf(async () => {
    const response = await ask(world, address)
    const body = (await response.text()).replaceAll(address, '…').replace(/name="change" value="[^"]*"/, '')
    answer = { status: response.status, headers: [...response.headers], body }
  })
  return { seen: { answer, d1, statements }, sendBatch }
}

describe('asking for a link', () => {
  test('says and does the same for an account, one without a password, and none', async () => {
    await addCast()
    await addAccount('Ivy Invited', 'ivy@example.com')
    await run('update user set password_hash = null where address = ?', 'ivy@example.com')
    const known = await observed(ADA)
    expect(known.seen).toMatchObject({ answer: { status: 200 }, d1: 2 })
    expect(known.seen.statements.length).toBeGreaterThan(7)
    expect(known.sendBatch).toBe(1)
    const unknown = await observed('nobody@example.com')
    expect(unknown.seen).toEqual(known.seen)
    expect(unknown.sendBatch).toBe(0)
    expect(await observed('ivy@example.com')).toEqual(known)
  })

  test('is answered without waiting for the queue', async () => {
    const world = createWorld()
    await addCast()
    logged()
    const { opened, release } = gate()
    const { sendBatch } = world.env.MAIL
    world.env.MAIL = {
      ...world.env.MAIL,
      sendBatch: async (messages: Iterable<MessageSendRequest<{ delivery: string }>>) => {
        await opened
        return sendBatch(messages)
      },
    } as World['env']['MAIL']
    const deferred: Promise<unknown>[] = []
    const answer = await world.worker.fetch(
      new Request('http://localhost:8787/forgot-password', {
        method: 'POST',
        headers: { Origin: 'http://localhost:8787' },
        body: new URLSearchParams({ address: ADA, change: 'one' }),
      }),
      world.env,
      {
        waitUntil: (work: Promise<unknown>) => void deferred.push(work),
        passThroughOnException: () => {},
        props: {},
      } as unknown as ExecutionContext,
    )
    expect(answer.status).toBe(200)
    expect(world.messages).toEqual([])
    release()
    await Promise.all(deferred)
    expect(world.messages).toHaveLength(1)
  })

  test('loses nothing where the queue refuses: the cron enqueues it', async () => {
    const world = createWorld()
    await addCast()
    logged()
    const mend = breakQueue(world)
    expect((await ask(world, ADA)).status).toBe(200)
    mend()
    world.clock.now += 6 * MINUTE
    await world.cron('* * * * *')
    expect((await mailTo(world, ADA)).subject).toBe('Set a new password')
  })

  test('takes the address in any writing, and says of what is none that it is none', async () => {
    const world = createWorld()
    await addCast()
    await ask(world, ' ＡDA.Admin@ACME.test ')
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual([ADA])
    const before = await everyRow()
    for (const address of ['', 'ada', 'ada@', 'a@b@c.test']) {
      const page = await ask(world, address)
      expect(page.status).toBe(422)
      expect((await seen(page)).errors).toEqual({
        address: 'Enter an email address, as in name@example.com.',
      })
    }
    expect(await everyRow()).toEqual(before)
  })

  test('changes nothing by opening the page, whatever its query holds', async () => {
    const world = createWorld()
    await addCast()
    const before = await everyRow()
    for (const path of [
      '/forgot-password',
      '/o/acme/forgot-password?invitation=x',
      `/forgot-password?address=${ADA}`,
    ])
      expect((await world.fetch(path)).status).toBe(200)
    expect(await everyRow()).toEqual(before)
  })
})

describe('nobody floods a mailbox', () => {
  test('one network gets three mails an hour to one address, and is told when to try again', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    for (let n = 0; n < 3; n++) expect((await ask(world, ADA)).status).toBe(200)
    world.clock.now = START + 20 * MINUTE
    const refused = await ask(world, ADA)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, String(40 * 60)])
    expect((await seen(refused)).alert).toBe('That is enough mails for now. Try again in 40 minutes.')
    await world.drain()
    // The newest alone is worth sending.
    expect(world.mails).toHaveLength(1)
    expect(await rows("select 1 from delivery where kind = 'password_reset'")).toHaveLength(3)
    world.clock.now = START + HOUR
    expect((await ask(world, ADA)).status).toBe(200)
  })

  test('all networks together get five an hour for an account', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await ask(world, ADA, `198.51.100.${n}`)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(await rows("select 1 from delivery where kind = 'password_reset'")).toHaveLength(5)
  })

  test('asking where an address has no account, which mails nobody, uses up nothing of the account it has', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    for (let n = 0; n < 9; n++)
      await forgot(world, ADA, {}, '/o/acme/forgot-password', from(`198.51.100.${n % 3}`))
    expect(await rows('select 1 from delivery')).toEqual([])
    expect((await ask(world, ADA, '198.51.100.1')).status).toBe(200)
    expect((await mailTo(world, ADA)).subject).toBe('Set a new password')
  })

  test('what one network is refused does not count against the address', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    for (let n = 0; n < 9; n++) await ask(world, ADA)
    expect((await ask(world, ADA, '198.51.100.7')).status).toBe(200)
  })

  test('a network that tries many addresses is stopped after thirty an hour', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    await ask(world, 'somebody@example.com')
    await run('update sign_in_attempt set attempts = 30 where attempts = 1')
    expect((await ask(world, ADA)).status).toBe(429)
    expect((await ask(world, ADA, '198.51.100.7')).status).toBe(200)
  })

  test('a slowed address is told the same whether it has an account or not', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    for (const address of [ADA, 'nobody@example.com']) {
      for (let n = 0; n < 3; n++) await ask(world, address, `203.0.113.${address.length}`)
      expect((await ask(world, address, `203.0.113.${address.length}`)).status).toBe(429)
    }
  })

  test('no concurrent burst gets past the limit', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(world, ADA)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(await rows('select 1 from password_reset')).toHaveLength(3)
    expect(await rows("select 1 from password_reset where status = 'requested'")).toHaveLength(1)
  })

  test('a burst that the rate limit stops asks the database for nothing of the account', async () => {
    const world = createWorld(bursts(false))
    await addCast()
    const before = await everyRow()
    const refused = await ask(world, ADA)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
    expect(await everyRow()).toEqual(before)
  })

  test('signing in is counted apart', async () => {
    const world = createWorld(bursts(true))
    await addCast()
    for (let n = 0; n < 4; n++) await ask(world, ADA)
    const counters = JSON.stringify(await rows('select * from sign_in_attempt'))
    expect(counters).not.toMatch(/ada|acme|192\.0\.2/i)
    const form = { address: ADA, password: 'correct horse battery staple' }
    expect((await world.fetch('/sign-in', { form, ...from('192.0.2.1') })).status).toBe(303)
  })
})

test('the mails are of no organization: they count for no quota and are nowhere among its mails', async () => {
  const world = createWorld({ ...bursts(true), MAILS_PER_ADDRESS_PER_DAY: '1', INVITATIONS_PER_DAY: '1' })
  const { owner } = await addCast()
  for (let n = 0; n < 3; n++) await ask(world, 'max.member@acme.test')
  expect(await rows('select distinct quota_day from delivery')).toEqual([{ quota_day: null }])
  const sent = await world.fetch('/o/acme/invitations', {
    cookie: owner.cookie,
    form: { addresses: 'jane@example.com', change: 'one' },
  })
  expect(sent.headers.get('Location')).toContain('notice=sent')
  await run("update delivery set state = 'failed', reason = 'No such mailbox' where kind = 'password_reset'")
  for (const path of ['/o/acme', '/o/acme/settings/email', '/o/acme/audit-log']) {
    const page = await world.fetch(path, { cookie: owner.cookie })
    expect(page.status, path).toBe(200)
    expect(await page.text(), path).not.toContain('No such mailbox')
  }
})
