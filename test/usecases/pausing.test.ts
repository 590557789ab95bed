import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { idOf, resend, revoke, send } from '../support/acting'
import { calling } from '../support/api'
import { written } from '../support/audit'
import {
  addApiKey,
  addCast,
  type Cast,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
} from '../support/cast'
import { logged } from '../support/faults'
import { elements, texts, typedIn } from '../support/html'
import { interleaved, merges } from '../support/interleaving'
import { deliveryTo, inviteAndHold, shownMail } from '../support/mail'
import { addMails, PROOFS, postEvents, report, sendgridBatch, sendingOf } from '../support/mail-events'
import { createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const JANE = 'jane@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld({ ...PROOFS, PAUSE_AT_BOUNCE_RATE: '10', PAUSE_AT_COMPLAINT_RATE: '2' })
  cast = await addCast()
  world.clock.now = START + HOUR
})

const bounce = (delivery: string) =>
  report(world, { delivery, state: 'bounced', bounce: 'hard', at: world.clock.now })
const complain = (delivery: string) => report(world, { delivery, state: 'complained', at: world.clock.now })
const pause = (at = START) =>
  run(
    'update organization set sending_paused_at = ?, sending_paused_for = ? where id = ?',
    at,
    'bounces',
    cast.acme.id,
  )
const resume = () =>
  run(
    'update organization set sending_paused_at = null, sending_resumed_at = ? where id = ?',
    world.clock.now,
    cast.acme.id,
  )

/** Lets so many of so many mails bounce for good, and answers whether sending is paused after each. */
const bouncing = async (mails: number, bad: number, values: Parameters<typeof addMails>[2] = {}) => {
  const ids = await addMails(cast.acme, mails, values)
  const paused: boolean[] = []
  for (const id of ids.slice(0, bad)) {
    await bounce(id)
    paused.push((await sendingOf(cast.acme))?.at !== null)
  }
  return paused
}

const NOT = false

describe('sending pauses', () => {
  test('at the bounce that brings the rate to its limit, and says why', async () => {
    const ids = await addMails(cast.acme, 60)
    for (const id of ids.slice(0, 5)) await bounce(id)
    expect(await sendingOf(cast.acme)).toEqual({ at: null, reason: null })
    const events = await written(() => bounce(ids[5] ?? ''))
    expect(await sendingOf(cast.acme)).toEqual({ at: world.clock.now, reason: 'bounces' })
    expect(events).toContainEqual({
      organization_id: cast.acme.id,
      action: 'sending.paused',
      actor_kind: 'provider',
      actor_id: 'resend',
      actor_name: 'Resend',
      target_kind: 'organization',
      target_id: cast.acme.id,
      target_name: 'Acme',
      at: world.clock.now,
      detail: { for: 'bounces', bad: 6, mails: 60 },
    })
    expect(await sendingOf(cast.globex)).toEqual({ at: null, reason: null })
    await bounce(ids[6] ?? '')
    expect(await rows("select 1 from audit_event where action = 'sending.paused'")).toHaveLength(1)
  })

  test('for nothing that few mails say: 49 of them, or 4 that bounced', async () => {
    expect(await bouncing(49, 20)).toEqual(Array(20).fill(NOT))
    await run('delete from delivery')
    expect(await bouncing(50, 5)).toEqual([NOT, NOT, NOT, NOT, true])
  })

  test('for complaints, from a hundred mails and two of them on', async () => {
    const ids = await addMails(cast.acme, 99)
    for (const id of ids.slice(0, 9)) await complain(id)
    expect(await sendingOf(cast.acme)).toEqual({ at: null, reason: null })
    const [one = ''] = await addMails(cast.acme, 1)
    await complain(one)
    expect(await sendingOf(cast.acme)).toEqual({ at: world.clock.now, reason: 'complaints' })
  })

  test('for soft bounces and failures never', async () => {
    const ids = await addMails(cast.acme, 60)
    for (const delivery of ids.slice(0, 30))
      await report(world, { delivery, state: 'bounced', bounce: 'soft', at: world.clock.now })
    await addMails(cast.acme, 60, { state: 'failed' })
    expect(await sendingOf(cast.acme)).toEqual({ at: null, reason: null })
  })

  test('never where the deployment says 0', async () => {
    world = createWorld({ ...PROOFS, PAUSE_AT_BOUNCE_RATE: '0', PAUSE_AT_COMPLAINT_RATE: '0' })
    const ids = await addMails(cast.acme, 120)
    for (const id of ids.slice(0, 20)) await bounce(id)
    for (const id of ids.slice(20, 40)) await complain(id)
    expect(await sendingOf(cast.acme)).toEqual({ at: null, reason: null })
  })

  test('for the mails of the last seven days, and none from before it was resumed', async () => {
    await addMails(cast.acme, 10, { state: 'bounced', bounce: 'hard', sentAt: START + HOUR - 7 * DAY })
    expect(await bouncing(49, 4)).toEqual([NOT, NOT, NOT, NOT])
    await bouncing(1, 1)
    expect(await sendingOf(cast.acme)).toMatchObject({ reason: 'bounces' })

    await resume()
    world.clock.now += HOUR
    expect(await bouncing(49, 9, { sentAt: world.clock.now })).toEqual(Array(9).fill(NOT))
    expect(await bouncing(1, 1, { sentAt: world.clock.now })).toEqual([true])
  })

  test('for invitations and reminders alone', async () => {
    await addMails(cast.acme, 100, { kind: 'organization_deletion' })
    const others = await addMails(cast.acme, 10, { kind: 'organization_deletion' })
    for (const id of others) await bounce(id)
    expect(await sendingOf(cast.acme)).toEqual({ at: null, reason: null })
    expect(await bouncing(50, 5, { kind: 'reminder' })).toEqual([NOT, NOT, NOT, NOT, true])
  })

  test('once where many come back in one body or at once', async () => {
    const ids = await addMails(cast.acme, 50)
    const theirs = await addMails(cast.globex, 50)
    const events = [...ids, ...theirs].map(
      (delivery) => ({ delivery, state: 'bounced', bounce: 'hard', at: START }) as const,
    )
    await postEvents(world, 'sendgrid', sendgridBatch(events, world.clock.now))
    expect(await sendingOf(cast.acme)).toMatchObject({ reason: 'bounces' })
    expect(await sendingOf(cast.globex)).toMatchObject({ reason: 'bounces' })
    expect(
      await rows("select organization_id from audit_event where action = 'sending.paused' order by 1"),
    ).toEqual([cast.acme.id, cast.globex.id].sort().map((organization_id) => ({ organization_id })))
  })

  test('once where two reports race for it', async () => {
    for (const order of merges(1, 1)) {
      await run('delete from delivery')
      await run('delete from audit_event')
      await run('update organization set sending_paused_at = null')
      const ids = await addMails(cast.acme, 60)
      for (const id of ids.slice(0, 5)) await bounce(id)
      await interleaved(
        order,
        ids.slice(5, 7).map((delivery) => (db: D1Database) => {
          const other = createWorld({ ...PROOFS, DB: db })
          return report(other, { delivery, state: 'bounced', bounce: 'hard', at: START })
        }),
      )
      expect(await rows("select detail from audit_event where action = 'sending.paused'")).toHaveLength(1)
    }
  })
})

describe('while sending is paused', () => {
  test('nobody can be invited, and each address says so', async () => {
    await pause()
    expect(await send(world, cast.admin, ['jane@example.com', 'max.member@acme.test'])).toMatchObject([
      { kind: 'sending_paused', address: 'jane@example.com' },
      { kind: 'already_member' },
    ])
    const page = await invite(world, cast.admin, JANE)
    expect(page.status).toBe(422)
    const html = await page.text()
    expect(await texts(html, '.failures .why')).toEqual(['Sending is paused'])
    expect(typedIn(html, 'addresses')).toBe(JANE)
    expect(await rows('select 1 from invitation')).toEqual([])
    expect(await rows('select 1 from delivery')).toEqual([])
  })

  test('an expired invitation is not renewed, and one that is out is not resent', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await pause()
    expect(await resend(world, cast.admin, [await idOf(JANE)])).toMatchObject([{ kind: 'sending_paused' }])
    world.clock.now += 8 * DAY
    expect(await send(world, cast.admin, JANE)).toMatchObject([{ kind: 'sending_paused' }])
    expect(await resend(world, cast.admin, [await idOf(JANE)])).toMatchObject([{ kind: 'sending_paused' }])
    expect(await rows('select generation from delivery')).toEqual([{ generation: 1 }])
  })

  test('the API says so of each address, and refuses a resending', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await pause()
    const call = calling(world, await addApiKey(cast.acme))
    expect(await call('/invitations', { json: { addresses: ['joe@example.com'] } })).toMatchObject({
      status: 200,
      body: { data: [{ outcome: 'sending_paused', reason: 'Sending is paused' }], sent: 0 },
    })
    expect(await call(`/invitations/${await idOf(JANE)}/resend`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'sending_paused' },
    })
  })

  test('a press from before is answered as it was', async () => {
    const change = freshChange()
    const first = await send(world, cast.admin, JANE, { change })
    await pause()
    expect(await send(world, cast.admin, JANE, { change })).toEqual(first)
  })

  test('accepting and revoking go on', async () => {
    const mail = await inviteAndMail(world, cast.admin, JANE)
    await inviteAndMail(world, cast.admin, 'joe@example.com')
    await pause()
    expect(await revoke(world, cast.admin, [await idOf('joe@example.com')])).toMatchObject([{ kind: 'done' }])
    expect((await world.fetch(paths.acceptInvitation(), { form: newAccount(tokenIn(mail)) })).status).toBe(
      303,
    )
  })

  test('mails that are queued wait with the reason in their row, one message each at most, and go once it is resumed', async () => {
    const messages = await inviteAndHold(world, cast.admin, [JANE, 'joe@example.com'])
    await pause()
    expect(await world.consume(messages)).toMatchObject([
      { acked: true, retried: false },
      { acked: true, retried: false },
    ])
    expect(world.mails).toEqual([])
    expect(await shownMail(JANE)).toEqual({ mail_state: 'queued', mail_reason: 'Waits: sending is paused' })
    for (let look = 0; look < 3; look++) {
      world.clock.now += 61 * MINUTE
      await world.cron('* * * * *')
      expect(world.messages).toHaveLength(2)
      await world.drain()
    }
    expect(world.mails).toEqual([])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'queued', attempts: 0 })
    await resume()
    world.clock.now += 61 * MINUTE
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ to }) => to).sort()).toEqual([JANE, 'joe@example.com'])
  })

  test('other mails go, and so do those of other organizations', async () => {
    await run('update organization set sending_paused_at = ? where id = ?', START, cast.globex.id)
    await inviteAndMail(world, cast.admin, JANE)
    const messages = await inviteAndHold(world, cast.admin, 'joe@example.com')
    await pause()
    await run(
      "update delivery set kind = 'deletion_notice', content = json_set(content, '$.slug', 'acme', '$.by', 'x', '$.deleteAt', 1, '$.timeZone', 'UTC') where address = 'joe@example.com'",
    )
    await run('update organization set delete_at = ? where id = ?', START + 1e12, cast.acme.id)
    await world.consume(messages)
    expect(world.mails.map(({ to }) => to)).toEqual([JANE, 'joe@example.com'])
  })

  test('what expires meanwhile is called off', async () => {
    const messages = await inviteAndHold(world, cast.admin, JANE)
    await pause()
    await world.consume(messages)
    world.clock.now += 8 * DAY
    await world.cron('* * * * *')
    await world.drain()
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'cancelled' })
  })

  test('a sending that races with the pause is whole or refused', async () => {
    for (const order of merges(2, 1)) {
      await resume()
      const address = `jane${order.join('')}@example.com`
      const [outcomes] = await interleaved(order, [
        async (db) => send(createWorld({ DB: db }), cast.admin, address),
        async (db) => {
          await db.batch([db.prepare('update organization set sending_paused_at = ?').bind(START)])
          return []
        },
      ])
      const invited = (await rows('select 1 from invitation where address = ?', address)).length
      expect(outcomes).toMatchObject([{ kind: invited ? 'invited' : 'sending_paused' }])
    }
  })
})

describe('the console says that sending is paused', () => {
  const banner = async (who: { cookie: string }, path: string) =>
    (await texts(await (await world.fetch(path, { cookie: who.cookie })).text(), '.banner'))[0]

  test('and why, to those who invite or can resume, with the way there', async () => {
    expect(await banner(cast.admin, paths.home('acme'))).toBeUndefined()
    await pause()
    const told = await banner(cast.admin, paths.invitations('acme'))
    expect(told).toContain('Sending is paused since Mar 1, 2026')
    expect(told).toContain('too many mails came back')
    const html = await (await world.fetch(paths.home('acme'), { cookie: cast.owner.cookie })).text()
    expect((await elements(html, '.banner a'))[0]?.attributes.href).toBe(paths.emailSettings('acme'))
    await run("update organization set sending_paused_for = 'complaints'")
    expect(await banner(cast.admin, paths.home('acme'))).toContain('reported as spam')
  })

  test('and not to members who can do nothing about it', async () => {
    await pause()
    expect(await banner(cast.member, paths.members('acme'))).toBeUndefined()
    expect(await banner(cast.viewer, paths.home('acme'))).toBeUndefined()
  })
})
