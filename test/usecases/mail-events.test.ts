import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { type MailReport, worthOf } from '../../src/rules/mail-events'
import { idOf, resend } from '../support/acting'
import { written } from '../support/audit'
import { addCast, type Cast, invite, inviteAndMail, newAccount } from '../support/cast'
import { logged } from '../support/faults'
import { orders, replacing } from '../support/holding'
import { interleaved, merges } from '../support/interleaving'
import { deliveriesTo, deliveryTo, inviteAndHold, shownMail } from '../support/mail'
import {
  addMails,
  deliveryRow,
  type Event,
  PROOFS,
  postEvents,
  report,
  sendgridBatch,
} from '../support/mail-events'
import { createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld(PROOFS)
  cast = await addCast()
})

type Told = Omit<Event, 'delivery'>
const DELIVERED: Told = { state: 'delivered', at: START + 1000 }
const soft = (at: number): Told => ({
  state: 'bounced',
  bounce: 'soft',
  reason: 'Mailbox full',
  at: START + at,
})
const hard = (at: number): Told => ({
  state: 'bounced',
  bounce: 'hard',
  reason: 'No such user',
  at: START + at,
})
const COMPLAINED: Told = { state: 'complained', at: START + 500 }

const tell = async (delivery: string, told: Told) => {
  expect((await report(world, { delivery, ...told })).status).toBe(200)
}

const mailTo = async (address: string) => {
  await inviteAndMail(world, cast.admin, address)
  return (await deliveryTo(address)).id
}

const suppressions = (address: string) =>
  rows<{ reason: string }>('select reason from suppression where address = ?', address)

describe('of several reports of a mail', () => {
  test.each([
    ['the later one counts: it came back after it was taken', [DELIVERED, hard(2000)], hard(2000)],
    ['the later one counts: it was delivered after all', [soft(500), DELIVERED], DELIVERED],
    ['the later one counts also of a dead address', [hard(500), DELIVERED], DELIVERED],
    ['the worse one counts of the same moment', [DELIVERED, soft(1000), hard(1000)], hard(1000)],
    ['a complaint has the last word, however early', [COMPLAINED, DELIVERED, hard(2000)], COMPLAINED],
    ['the last of three counts', [soft(200), DELIVERED, soft(3000)], soft(3000)],
  ] as const)(
    '%s, in whatever order they come, before or after the mail’s own “sent”',
    async (_, told, last) => {
      const worths = told.map(({ state, bounce = null, at }) => worthOf({ state, bounce, at }))
      expect(told[worths.indexOf(Math.max(...worths))]).toEqual(last)
      let n = 0
      for (const order of orders(told))
        for (let early = 0; early <= order.length; early++) {
          const address = `jane${++n}@example.com`
          world.provider.answer = async ({ id }) => {
            for (const one of order.slice(0, early)) await tell(id, one)
            return { kind: 'sent', providerId: `their-${n}` }
          }
          const id = await mailTo(address)
          for (const one of order.slice(early)) await tell(id, one)
          expect(await deliveryRow(id)).toMatchObject({
            state: last.state,
            bounce: last.bounce ?? null,
            reason: last.reason ?? null,
            reported_at: last.at,
            provider: 'test',
            provider_id: `their-${n}`,
            sent_at: world.clock.now,
          })
          expect(await shownMail(address)).toMatchObject({
            mail_state: last.state,
            mail_reason: last.reason ?? null,
          })
        }
    },
  )

  test('every one is written down, by the provider’s clock and with what it said', async () => {
    const id = await mailTo(JANE)
    const events = await written(async () => {
      await tell(id, hard(2000))
      await tell(id, DELIVERED)
    })
    const common = {
      organization_id: cast.acme.id,
      actor_kind: 'provider',
      actor_id: 'resend',
      actor_name: 'Resend',
      target_kind: 'invitation',
      target_id: await idOf(JANE),
      target_name: JANE,
      at: world.clock.now,
    }
    const detail = { delivery: id, kind: 'invitation', generation: 1, event: expect.any(String) }
    expect(events).toEqual(
      expect.arrayContaining([
        {
          ...common,
          action: 'mail.bounced',
          detail: {
            ...detail,
            reportedAt: START + 2000,
            bounce: 'hard',
            reason: 'No such user',
            before: { state: 'sent' },
          },
        },
        {
          ...common,
          action: 'mail.delivered',
          detail: { ...detail, reportedAt: START + 1000, before: { state: 'bounced' } },
        },
      ]),
    )
    expect(events).toHaveLength(2)
    expect(await deliveryRow(id)).toMatchObject({ state: 'bounced', delivered_at: START + 1000 })
  })
})

describe('a report comes before the mail’s own row says that it was sent,', () => {
  test('and the answer of the provider is lost: the mail does not go again', async () => {
    logged()
    const messages = await inviteAndHold(world, cast.admin, JANE)
    world.provider.answer = async ({ id }) => {
      await tell(id, DELIVERED)
      return { kind: 'retry', reason: 'The answer was lost.', afterSeconds: null }
    }
    await world.consume(messages)
    world.provider.answer = () => {
      throw new Error('It was sent twice')
    }
    world.clock.now += HOUR
    await world.cron('* * * * *')
    await world.drain()
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryRow((await deliveryTo(JANE)).id)).toMatchObject({
      state: 'delivered',
      reason: null,
      provider: 'resend',
      sent_at: START,
    })
  })

  test('while it waits for another attempt: what came back is not tried again by itself', async () => {
    const messages = await inviteAndHold(world, cast.admin, JANE)
    world.provider.answer = () => ({ kind: 'retry', reason: 'Nobody knows.', afterSeconds: null })
    await world.consume(messages)
    const { id } = await deliveryTo(JANE)
    await tell(id, soft(1000))
    world.clock.now += HOUR
    await world.cron('* * * * *')
    expect(world.messages).toEqual([])
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryRow(id)).toMatchObject({ state: 'bounced' })
  })

  test('and after it was given up or called off: it was delivered all the same', async () => {
    for (const state of ['failed', 'cancelled', 'queued']) {
      const address = `${state}@example.com`
      await inviteAndHold(world, cast.admin, address)
      const { id } = await deliveryTo(address)
      await run('update delivery set state = ? where id = ?', state, id)
      await tell(id, DELIVERED)
      expect(await deliveryRow(id)).toMatchObject({ state: 'delivered' })
    }
  })
})

test('the same report from two places at once is one event, and both are answered', async () => {
  const id = await mailTo(JANE)
  for (const order of merges(1, 1)) {
    const event = { delivery: id, ...hard(2000), id: `twice-${order}` }
    const answers = await interleaved(
      order,
      [0, 1].map(() => (db: D1Database) => report(createWorld({ ...PROOFS, DB: db }), event)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  }
  expect(await rows("select 1 from audit_event where action = 'mail.bounced'")).toHaveLength(2)
  expect(await suppressions(JANE)).toEqual([{ reason: 'bounced' }])
})

test('as many as a provider posts at once are taken in pieces that the database can hold', async () => {
  const ids = await addMails(cast.acme, 600)
  const reason = 'The server said a lot about it. '.repeat(9)
  const events = ids.map((delivery): Event => ({ delivery, ...soft(1000), reason }))
  const { DB } = world.env
  const sizes: number[] = []
  const prepare: D1Database['prepare'] = (query) => {
    const statement = DB.prepare(query)
    const bind: D1PreparedStatement['bind'] = (...values) => {
      sizes.push(...values.map((value) => String(value).length))
      return statement.bind(...values)
    }
    return replacing(statement, { bind })
  }
  world.env.DB = replacing(DB, { prepare })
  const answer = await postEvents(world, 'sendgrid', sendgridBatch(events, world.clock.now))
  expect(answer.status).toBe(200)
  expect(await rows("select 1 from delivery where state = 'bounced'")).toHaveLength(600)
  expect(Math.max(...sizes)).toBeLessThan(300_000)
})

test('a report of an earlier mail stays with that mail', async () => {
  const first = await mailTo(JANE)
  await resend(world, cast.admin, [await idOf(JANE)])
  await world.drain()
  await tell(first, hard(2000))
  expect(await deliveriesTo(JANE)).toMatchObject([{ state: 'bounced' }, { state: 'sent' }])
  expect(await shownMail(JANE)).toEqual({ mail_state: 'sent', mail_reason: null })
})

/** A reminder of the one invitation there is. */
const addReminder = async (id: string) => {
  await run(
    `insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
      select ?, organization_id, 'reminder', subject_id, generation, address, content, 'sent', due_at, created_at from delivery
      where kind = 'invitation'`,
    id,
  )
  await run('update invitation set reminders_sent = 1')
}

test('a reminder that came back shows at its invitation, until it is delivered after all', async () => {
  await tell(await mailTo(JANE), DELIVERED)
  await addReminder('reminder')
  await tell('reminder', soft(2000))
  expect(await shownMail(JANE)).toEqual({ mail_state: 'bounced', mail_reason: 'Mailbox full' })
  await tell('reminder', { state: 'delivered', at: START + 3000 })
  expect(await shownMail(JANE)).toEqual({ mail_state: 'delivered', mail_reason: null })
})

test.each([
  ['came back', soft(3000), { mail_state: 'bounced', mail_reason: 'Mailbox full' }],
  [
    'was reported as spam',
    { ...COMPLAINED, at: START + 3000 },
    { mail_state: 'complained', mail_reason: null },
  ],
] as const)(
  'a reminder that %s shows, whenever it is told what became of the first mail',
  async (_, told, shown) => {
    const id = await mailTo(JANE)
    await addReminder('reminder')
    await tell('reminder', told)
    await tell(id, soft(500))
    await tell(id, DELIVERED)
    expect(await deliveryRow(id)).toMatchObject({ state: 'delivered' })
    expect(await shownMail(JANE)).toEqual(shown)
  },
)

test('a report of an invitation that has ended is written down and opens nothing again', async () => {
  const mail = await inviteAndMail(world, cast.admin, JANE)
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(mail)) })
  await tell((await deliveryTo(JANE)).id, hard(2000))
  expect(await rows('select status, mail_state from invitation')).toEqual([
    { status: 'accepted', mail_state: 'bounced' },
  ])
})

describe('an address', () => {
  test('that takes no mail, or whose people complained, is not reminded, by any organization', async () => {
    const id = await mailTo(JANE)
    await tell(id, soft(100))
    expect(await suppressions(JANE)).toEqual([])
    await tell(id, hard(200))
    await tell(id, COMPLAINED)
    expect(await rows('select organization_id, reason, created_at from suppression order by reason')).toEqual(
      [
        { organization_id: cast.acme.id, reason: 'bounced', created_at: START + 200 },
        { organization_id: cast.acme.id, reason: 'complained', created_at: START + 500 },
      ],
    )
  })

  test('that took a mail since is no dead one any more; a complaint stays', async () => {
    const first = await mailTo(JANE)
    await tell(first, hard(200))
    await tell(first, COMPLAINED)
    await run('delete from delivery where address = ?', JANE)
    await run('delete from invitation_team')
    await run('delete from invitation where address = ?', JANE)
    const second = await mailTo(JANE)
    await tell(second, { state: 'delivered', at: START + 100 })
    expect(await suppressions(JANE)).toHaveLength(2)
    await tell(second, { state: 'delivered', at: START + DAY })
    expect(await suppressions(JANE)).toEqual([{ reason: 'complained' }])
  })

  test('is not held to be dead for a report that a later one has overtaken', async () => {
    const id = await mailTo(JANE)
    await tell(id, DELIVERED)
    await tell(id, hard(500))
    expect(await suppressions(JANE)).toEqual([])
  })
})

test('what is reported of a mail that is no invitation names the mail', async () => {
  await invite(world, cast.admin, JANE)
  const { id } = await deliveryTo(JANE)
  await run(
    "update delivery set kind = 'organization_deletion', content = json_object('to', 'Jane@Example.com') where id = ?",
    id,
  )
  const events = await written(() => tell(id, DELIVERED))
  expect(events).toMatchObject([
    { organization_id: cast.acme.id, target_kind: 'mail', target_id: id, target_name: 'Jane@Example.com' },
  ])
})

test('what a report is worth orders any two as they should count', () => {
  const worth = (state: MailReport['state'], at: number, bounce: MailReport['bounce'] = null) =>
    worthOf({ state, bounce, at })
  expect(worth('complained', 0)).toBeGreaterThan(worth('bounced', 8e14, 'hard'))
  expect(worth('delivered', START + 1)).toBeGreaterThan(worth('bounced', START, 'hard'))
  expect(worth('bounced', START, 'hard')).toBeGreaterThan(worth('bounced', START, 'soft'))
  expect(worth('bounced', START, 'soft')).toBeGreaterThan(worth('delivered', START))
})
