import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../src/bindings'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { Finding } from '../../src/rules/email-health'
import { checkEmail, readEmailHealth } from '../../src/usecases/email-health'
import { as, idOf, refusalOf, resend, revoke, send } from '../support/acting'
import { addCast, type Cast, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { addDelivery, deliveryOf, settleMail } from '../support/deliveries'
import { logged } from '../support/faults'
import { switchOn } from '../support/policies'
import { PRODUCTION } from '../support/settings'
import { createWorld, run, START, type World } from '../support/world'

const JANE = 'jane@example.com'
const JOE = 'joe@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})
afterEach(() => {
  vi.useRealTimers()
})

const health = (on = world, who: Person = cast.admin, slug = 'acme') => as(on, who, readEmailHealth, slug)
const named = (findings: readonly Finding[], name: string) =>
  findings.find((finding) => finding.name === name)
const finding = async (name: string, on = world) => named((await health(on)).findings, name)

describe('mails that wait', () => {
  it('are counted with the oldest, and are no fault until they are late', async () => {
    expect(await finding('Waiting')).toMatchObject({ standing: 'well', words: 'No mail waits.' })
    await send(world, cast.admin, [JANE, JOE])
    expect(await finding('Waiting')).toMatchObject({
      standing: 'well',
      words: '2 mails wait; the oldest since Mar 1, 2026, 12:00 UTC.',
    })
    world.clock.now += 21 * MINUTE
    expect(await finding('Waiting')).toMatchObject({
      standing: 'wrong',
      words: expect.stringContaining('2 mails should have gone by now.'),
      remedy: expect.stringContaining('cron'),
    })
    // Who waits for an admin is not late.
    await run('update organization set sending_paused_at = ? where id = ?', START, cast.acme.id)
    expect(await finding('Waiting')).toMatchObject({ standing: 'well' })
  })

  it('are those of this organization, without mails of accounts and what was cancelled', async () => {
    const waiting = { state: 'queued', address: JANE }
    await addDelivery(cast.globex, waiting)
    await addDelivery(cast.acme, { ...waiting, kind: 'password_reset' })
    await addDelivery(cast.acme, { ...waiting, kind: 'address_notice' })
    await addDelivery(cast.acme, { ...waiting, state: 'cancelled' })
    expect(await finding('Waiting')).toMatchObject({ words: 'No mail waits.' })
    await addDelivery(cast.acme, { ...waiting, quota_day: Math.floor(START / DAY) + 1, due_at: START + DAY })
    expect((await finding('Waiting'))?.words).toContain('1 of them waits for tomorrow')
  })

  it('tell apart what a policy holds', async () => {
    await switchOn(cast.acme, { workingHours: { days: [3], from: 0, to: 60, outside: 'hold' } })
    await send(world, cast.admin, [JANE, 'joe@example.com'])
    const words = (await finding('Waiting'))?.words
    expect(words).toContain('2 mails wait')
    expect(words).toContain('2 of them are held by a policy.')
    expect(words).not.toContain('tomorrow')
  })
})

describe('failures', () => {
  it('are told with address, reason, moment and invitation, newest first', async () => {
    for (const address of ['a@example.com', 'B@example.com', 'c@example.com', 'd@example.com']) {
      world.clock.now += MINUTE
      await send(world, cast.admin, address)
    }
    await settleMail('a@example.com', { state: 'failed', reason: 'Refused', due_at: START + 5 * MINUTE })
    await settleMail('b@example.com', {
      state: 'bounced',
      bounce: 'hard',
      reported_at: START + HOUR,
      reason: 'No such user',
    })
    await settleMail('c@example.com', { state: 'complained', reported_at: START + 2 * HOUR })
    world.clock.now += DAY
    expect((await health()).failures).toMatchObject([
      { address: 'c@example.com', state: 'complained', at: START + 2 * HOUR, reason: null },
      {
        address: 'B@example.com',
        state: 'bounced',
        bounce: 'hard',
        reason: 'No such user',
        at: START + HOUR,
        invitation: { id: await idOf('b@example.com'), status: 'pending', sentAgain: false },
      },
      { address: 'a@example.com', state: 'failed', reason: 'Refused', at: START + 5 * MINUTE },
    ])
  })

  it('say what has become of the invitation since', async () => {
    await send(world, cast.admin, [JANE, JOE])
    for (const address of [JANE, JOE]) await settleMail(address, { state: 'failed' })
    await resend(world, cast.admin, [await idOf(JANE)])
    await revoke(world, cast.admin, [await idOf(JOE)])
    const { failures } = await health()
    expect(
      Object.fromEntries(failures.map(({ address, invitation }) => [address, invitation])),
    ).toMatchObject({
      [JANE]: { sentAgain: true, status: 'pending' },
      [JOE]: { sentAgain: false, status: 'revoked' },
    })
  })

  it('are this organization’s alone, of 30 days, and never an account’s', async () => {
    const failed = { state: 'failed', reason: 'Refused' }
    await addDelivery(cast.globex, failed)
    await addDelivery(cast.acme, { ...failed, kind: 'password_reset' })
    await addDelivery(cast.acme, { ...failed, created_at: START - 31 * DAY })
    expect((await health()).failures).toEqual([])
    const id = await addDelivery(cast.acme, { ...failed, address: 'owner@acme.test' })
    expect((await health()).failures).toMatchObject([{ id, address: 'owner@acme.test', invitation: null }])
    expect((await health(world, cast.outsider, 'globex')).failures).toHaveLength(1)
  })
})

describe('what another mail may reach', () => {
  it('is open, failed or bounced softly; the rest is counted and left out', async () => {
    const addresses = ['failed', 'soft', 'hard', 'complained', 'fine', 'revoked'].map(
      (name) => `${name}@example.com`,
    )
    await send(world, cast.admin, addresses)
    await settleMail('failed@example.com', { state: 'failed' })
    await settleMail('soft@example.com', { state: 'bounced', bounce: 'soft' })
    await settleMail('hard@example.com', { state: 'bounced', bounce: 'hard' })
    await settleMail('complained@example.com', { state: 'complained' })
    await settleMail('fine@example.com', { state: 'delivered' })
    await settleMail('revoked@example.com', { state: 'failed' })
    await revoke(world, cast.admin, [await idOf('revoked@example.com')])
    const { resendable, findings } = await health()
    expect(resendable).toMatchObject({ count: 2, unreachable: 2 })
    expect(findings.find(({ name }) => name === 'Arrival')).toMatchObject({
      standing: 'notice',
      words: 'The mails of 4 open invitations did not arrive.',
    })
    expect(new Set(resendable.ids)).toEqual(
      new Set([await idOf('failed@example.com'), await idOf('soft@example.com')]),
    )
    expect((await health(world, cast.outsider, 'globex')).resendable).toEqual({
      ids: [],
      count: 0,
      unreachable: 0,
    })
  })

  it('is nothing that has expired: that is sent again by whoever wants it back', async () => {
    await send(world, cast.admin, 'late@example.com')
    await settleMail('late@example.com', { state: 'failed' })
    world.clock.now += 8 * DAY
    expect((await health()).resendable).toEqual({ ids: [], count: 0, unreachable: 0 })
  })

  it('is a hundred at a press, however many there are', async () => {
    for (const half of [0, 1])
      await send(
        world,
        cast.admin,
        Array.from({ length: 60 }, (_, n) => `${half}-${n}@example.com`),
      )
    await run("update delivery set state = 'failed'")
    const { resendable } = await health()
    expect(resendable).toMatchObject({ count: 120, unreachable: 0 })
    expect(resendable.ids).toHaveLength(100)
  })
})

describe('dead letters', () => {
  it('are counted, the last of them told, and their mails sent all the same', async () => {
    expect(await finding('Dead letters')).toMatchObject({ standing: 'well' })
    await send(world, cast.admin, JANE)
    const message = { delivery: String((await deliveryOf(JANE))?.id) }
    logged()
    world.clock.now += HOUR
    await world.consume([message], 'usher-mail-dead')
    world.clock.now += HOUR
    await world.consume([message], 'usher-mail-dead')
    expect(await deliveryOf(JANE)).toMatchObject({
      dead_letters: 2,
      dead_letter_at: world.clock.now,
      due_at: world.clock.now,
    })
    expect(await finding('Dead letters')).toMatchObject({
      standing: 'notice',
      words: expect.stringMatching(/^2 messages in 30 days, the last on Mar 1, 2026, 14:00 UTC/),
    })
    expect(named((await health(world, cast.outsider, 'globex')).findings, 'Dead letters')).toMatchObject({
      standing: 'well',
    })
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails).toHaveLength(1)
    await world.consume([message], 'usher-mail-dead')
    expect(await deliveryOf(JANE)).toMatchObject({ state: 'sent', dead_letters: 3 })
    world.clock.now += 31 * DAY
    expect(await finding('Dead letters')).toMatchObject({ standing: 'well' })
  })
})

const REPORTS: [string, Partial<Env>, Partial<Env>][] = [
  ['resend', {}, { RESEND_WEBHOOK_SECRET: 'whsec_c2VjcmV0IG9mIFJlc2VuZOKAmXM=' }],
  [
    'postmark',
    { POSTMARK_SERVER_TOKEN: 'token' },
    { POSTMARK_WEBHOOK_USER: 'usher', POSTMARK_WEBHOOK_PASSWORD: 'a password for webhooks' },
  ],
  ['sendgrid', { SENDGRID_API_KEY: 'key' }, { SENDGRID_WEBHOOK_KEY: 'key' }],
  ['mailgun', { MAILGUN_API_KEY: 'key', MAILGUN_DOMAIN: 'mg.example.com' }, { MAILGUN_WEBHOOK_KEY: 'key' }],
]

describe('delivery reports', () => {
  it.each(REPORTS)(
    'of %s: where to post them, and the setting that proves them',
    async (provider, keys, secret) => {
      const settings = { ...PRODUCTION, MAIL_PROVIDER: provider, ...keys }
      const missing = await finding('Delivery reports', createWorld(settings))
      expect(missing).toMatchObject({
        standing: 'notice',
        remedy: expect.stringContaining(`https://usher.example/webhooks/mail/${provider}`),
        setting: Object.keys(secret).join(' and '),
      })
      expect(await finding('Delivery reports', createWorld({ ...settings, ...secret }))).toMatchObject({
        standing: 'well',
        words: 'Set up; nothing has been reported yet.',
      })
    },
  )

  it('that stay away after mails were taken are missed', async () => {
    const on = createWorld({ ...PRODUCTION, RESEND_WEBHOOK_SECRET: 'whsec_c2VjcmV0IG9mIFJlc2VuZOKAmXM=' })
    await send(on, cast.admin, JANE)
    await on.drain()
    expect(await finding('Delivery reports', on)).toMatchObject({ standing: 'well' })
    on.clock.now += HOUR
    expect(await finding('Delivery reports', on)).toMatchObject({
      standing: 'notice',
      words: expect.stringContaining('None has come yet'),
      setting: 'RESEND_WEBHOOK_SECRET',
    })
    await run(
      `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_name, target_kind, target_id, target_name, at, detail)
        values ('r', 'r', ?, 'mail.delivered', 'provider', 'Resend', 'invitation', 'x', 'x', ?, '{}')`,
      cast.acme.id,
      on.clock.now,
    )
    expect(await finding('Delivery reports', on)).toMatchObject({
      standing: 'well',
      words: 'The last came on Mar 1, 2026, 13:00 UTC.',
    })
    on.clock.now += HOUR
    await send(on, cast.admin, JOE)
    await on.drain()
    on.clock.now += HOUR
    expect(await finding('Delivery reports', on)).toMatchObject({
      standing: 'notice',
      words: expect.stringMatching(
        /^The last came on Mar 1, 2026, 13:00 UTC, although .* took a mail on Mar 1, 2026, 14:00/,
      ),
    })
  })

  it('are not missed where no mail leaves the machine', async () => {
    expect(await finding('Delivery reports')).toBeUndefined()
    expect(await finding('Provider')).toMatchObject({ standing: 'notice', setting: 'MAIL_PROVIDER' })
  })
})

describe('the previous ROOT_SECRET', () => {
  const rotated = (previous: string) =>
    createWorld({
      ROOT_SECRET: 'another root secret of 43 characters, or more',
      ROOT_SECRET_PREVIOUS: previous,
    })

  it('is needed by links that it signed, until the last of them expires', async () => {
    expect(await finding('Previous key')).toBeUndefined()
    await send(world, cast.admin, [JANE, JOE])
    const on = rotated(world.env.ROOT_SECRET ?? '')
    expect(await finding('Previous key', on)).toMatchObject({
      standing: 'notice',
      words: '2 pending invitations still need it, until Mar 8, 2026, 12:00 UTC at the latest.',
      setting: 'ROOT_SECRET_PREVIOUS',
    })
    const ofOthers = await health(on, cast.outsider, 'globex')
    expect(named(ofOthers.findings, 'Previous key')?.words).toBe(
      'Pending invitations of other organizations still need it.',
    )
    await resend(on, cast.admin, [await idOf(JANE)])
    await revoke(on, cast.admin, [await idOf(JOE)])
    expect(await finding('Previous key', on)).toMatchObject({
      standing: 'well',
      remedy: 'npx wrangler secret delete ROOT_SECRET_PREVIOUS',
    })
  })

  it('that was taken away too early breaks links, which is told', async () => {
    await send(world, cast.admin, JANE)
    expect(await finding('Broken links')).toBeUndefined()
    const on = rotated('')
    expect(await finding('Broken links', on)).toMatchObject({
      standing: 'wrong',
      words: expect.stringContaining('1 pending invitation has a link'),
      setting: 'ROOT_SECRET_PREVIOUS',
    })
    on.clock.now += 8 * DAY
    expect(await finding('Broken links', on)).toBeUndefined()
  })
})

describe('today’s quota', () => {
  it('is told with what is used of it, and when it is used up', async () => {
    const on = createWorld({ INVITATIONS_PER_DAY: '2' })
    await send(on, cast.admin, JANE)
    await addDelivery(cast.globex, { quota_day: Math.floor(START / DAY) })
    expect(await finding('Today’s quota', on)).toMatchObject({
      standing: 'well',
      words: '1 of 2 invitation mails used today (UTC).',
    })
    await send(on, cast.admin, JOE)
    expect(await finding('Today’s quota', on)).toMatchObject({
      standing: 'notice',
      setting: 'INVITATIONS_PER_DAY',
    })
    on.clock.now += DAY
    expect(await finding('Today’s quota', on)).toMatchObject({
      words: '0 of 2 invitation mails used today (UTC).',
    })
  })
})

describe('asking the networks', () => {
  const check = (on = world) => as(on, cast.admin, checkEmail)

  it('tells what the provider says, and which setting mends it', async () => {
    expect(named(await check(), 'Connection')?.standing).toBe('well')
    world.provider.check = async () => ({
      kind: 'problem',
      problem: 'It does not take the key.',
      setting: 'RESEND_API_KEY',
      remedy: 'Make another one.',
    })
    expect(named(await check(), 'Connection')).toEqual({
      name: 'Connection',
      standing: 'wrong',
      words: 'It does not take the key.',
      remedy: 'Make another one.',
      setting: 'RESEND_API_KEY',
    })
  })

  it('looks up the domain of MAIL_FROM', async () => {
    const on = createWorld(PRODUCTION)
    on.dns.set('TXT send.usher.example', { kind: 'records', records: ['v=spf1 include:amazonses.com ~all'] })
    on.dns.set('TXT resend._domainkey.usher.example', { kind: 'records', records: ['p=MIGf'] })
    on.dns.set('TXT _dmarc.usher.example', { kind: 'silent', problem: 'it sleeps.' })
    expect((await check(on)).map(({ name, standing }) => [name, standing])).toEqual([
      ['Connection', 'well'],
      ['SPF', 'well'],
      ['DKIM', 'well'],
      ['DMARC', 'unknown'],
    ])
  })

  it('waits a few seconds at most for who never answers', async () => {
    const on = createWorld(PRODUCTION)
    on.provider.check = () => new Promise(() => {})
    on.resolver.lookUp = () => new Promise(() => {})
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const checked = check(on)
    let settled = false
    void checked.then(() => {
      settled = true
    })
    while (!settled)
      await Promise.all([vi.advanceTimersByTimeAsync(1000), new Promise((go) => setImmediate(go))])
    expect((await checked).map(({ name, standing }) => [name, standing])).toEqual([
      ['Connection', 'wrong'],
      ['SPF', 'unknown'],
      ['DKIM', 'unknown'],
      ['DMARC', 'unknown'],
    ])
  })
})

it('reads no more of an organization that has sent thousands of mails', async () => {
  await send(world, cast.admin, JANE)
  await run(
    `insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, sent_at, created_at)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
      select 'd' || i, ?1, 'invitation', 's' || i, 1, i || '@example.com', '{}', 'delivered', ?2, ?2, ?2 - i from n`,
    cast.acme.id,
    START - HOUR,
  )
  const { rowsReadBy } = counting(world)
  const [, read = []] = await rowsReadBy(() => health())
  expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(50)
})

describe('who may see it', () => {
  it.each(['member', 'viewer'] as const)('is not a %s', async (who) => {
    const refusal = { code: 'forbidden', permission: 'settings:manage' }
    expect(await refusalOf(health(world, cast[who]))).toEqual(refusal)
    expect(await refusalOf(as(world, cast[who], checkEmail))).toEqual(refusal)
  })

  it('is nobody of another organization', async () => {
    expect(await refusalOf(health(world, cast.outsider))).toEqual({ code: 'not_found' })
  })
})
