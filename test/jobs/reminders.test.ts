import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { idOf, resend, revoke } from '../support/acting'
import {
  addApiKey,
  addCast,
  type Cast,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
} from '../support/cast'
import { counting } from '../support/counting'
import { breakBatch, logged } from '../support/faults'
import { JANE, seen } from '../support/invitee'
import { deliveriesTo, takeMessages } from '../support/mail'
import { DAY_BEFORE, HALF, remindAt, remindersOf } from '../support/reminders'
import { createWorld, linkIn, rows, run, START, tokenIn, type World } from '../support/world'

const JOE = 'joe@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
})

const reminders = () =>
  rows<{ address: string; kind: string; state: string; generation: number; reason: string | null }>(
    "select address, kind, state, generation, reason from delivery where kind like '%reminder' order by created_at, id",
  )
const events = () =>
  rows<{ action: string; actor_kind: string; target_id: string; detail: string }>(
    "select action, actor_kind, target_id, detail from audit_event where action = 'invitation.reminded' order by at, id",
  )
const accept = (link: string) =>
  world.fetch('/accept-invitation', { form: newAccount(new URL(link).searchParams.get('token') ?? '') })

describe('an invitee who has not answered', () => {
  test('is reminded at half of the lifetime and a day before its end, with the link that is out', async () => {
    const first = linkIn(await inviteAndMail(world, cast.admin, JANE))
    expect(await remindAt(world, HALF - 1)).toEqual([])
    const [reminder, ...others] = await remindAt(world, HALF)
    expect(others).toEqual([])
    expect(reminder?.to).toBe(JANE)
    expect(reminder?.subject).toBe('Reminder: your invitation to Acme')
    expect(linkIn(reminder)).toBe(first)
    expect(await remindAt(world, DAY_BEFORE - 1)).toEqual([])
    const [last] = await remindAt(world, DAY_BEFORE)
    expect(last?.subject).toBe('Last reminder: your invitation to Acme')
    expect(linkIn(last)).toBe(first)
    expect(await remindAt(world, START + 7 * DAY - 1)).toEqual([])
    expect(await remindersOf(JANE)).toMatchObject({
      generation: 1,
      remind_at: null,
      remind_again_at: null,
      reminders_sent: 2,
    })
    expect((await accept(linkIn(last))).status).toBe(303)
  })

  test('is reminded though they opened the page', async () => {
    const link = linkIn(await inviteAndMail(world, cast.admin, JANE))
    await world.fetch('/invitation-opened', {
      form: { token: new URL(link).searchParams.get('token') ?? '', change: freshChange() },
    })
    expect((await rows('select opened_at from invitation'))[0]).toEqual({ opened_at: START })
    expect(await remindAt(world, HALF)).toHaveLength(1)
  })

  test('accepts by the first mail after a reminder as well', async () => {
    const first = linkIn(await inviteAndMail(world, cast.admin, JANE))
    await remindAt(world, HALF)
    expect((await accept(first)).status).toBe(303)
    expect((await remindAt(world, DAY_BEFORE)).map(({ to }) => to)).toEqual([cast.admin.address])
  })

  test('is told from a mail that says what the invitation says by now, in the log who reminded whom', async () => {
    await inviteAndMail(world, cast.admin, JANE, { role: 'member', note: 'See you Monday' })
    await world.fetch(`/o/acme/invitations/${await idOf(JANE)}/edit`, {
      cookie: cast.admin.cookie,
      form: {
        note: 'See you Tuesday',
        role: 'viewer',
        'shown-role': 'member',
        'shown-note': 'See you Monday',
      },
    })
    const [reminder] = await remindAt(world, HALF)
    expect(reminder?.text).toContain('Ada Admin invites you to join Acme as Viewer')
    expect(reminder?.text).toContain('See you Tuesday')
    const [event] = await events()
    expect(event).toMatchObject({ actor_kind: 'system', target_id: await idOf(JANE) })
    expect(JSON.parse(event?.detail ?? '')).toMatchObject({ generation: 1, kind: 'reminder' })
  })

  test('is not reminded where the organization does not want it, nor of what was sent while it did not', async () => {
    await run('update organization set reminder_after = null')
    await inviteAndMail(world, cast.admin, JANE)
    await run('update organization set reminder_after = 10')
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: null, remind_again_at: null })
    expect(await remindAt(world, HALF)).toEqual([])
  })

  test('is reminded when it was set at sending, whatever is set since', async () => {
    await run('update organization set reminder_after = 25')
    await inviteAndMail(world, cast.admin, JANE)
    await run('update organization set reminder_after = null, invitation_lifetime = 3600')
    expect(await remindersOf(JANE)).toMatchObject({
      remind_at: START + 1.75 * DAY,
      remind_again_at: DAY_BEFORE,
    })
    expect(await remindAt(world, START + 1.75 * DAY)).toHaveLength(1)
  })
})

describe('nobody is reminded', () => {
  const never = async (why: string, change: () => Promise<unknown>) => {
    await inviteAndMail(world, cast.admin, JANE)
    await change()
    expect(await remindAt(world, HALF), why).toEqual([])
    expect(await reminders()).toEqual([])
    expect((await remindersOf(JANE))?.reminders_sent).toBe(0)
  }

  test.each(['failed', 'bounced', 'complained', 'cancelled'])('whose mail is %s', async (state) => {
    await never(state, () => run('update delivery set state = ?', state))
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: null, remind_again_at: null })
  })

  test.each([
    ['bounced', 'globex'],
    ['complained', 'globex'],
    ['unsubscribed', 'acme'],
  ] as const)('whose address has %s at %s', async (reason, at) => {
    await never(reason, () =>
      run('insert into suppression values (?, ?, ?, ?)', cast[at].id, JANE, reason, START),
    )
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: null, remind_again_at: null })
  })

  test('who has answered, or whose invitation was taken back', async () => {
    const jane = linkIn(await inviteAndMail(world, cast.admin, JANE))
    const joe = tokenIn(await inviteAndMail(world, cast.admin, JOE))
    await inviteAndMail(world, cast.admin, 'jim@example.com')
    await accept(jane)
    await world.fetch('/decline-invitation', { form: { token: joe, change: freshChange() } })
    await revoke(world, cast.admin, [await idOf('jim@example.com')])
    expect((await remindAt(world, HALF)).filter(({ subject }) => /reminder/i.test(subject))).toEqual([])
  })

  test('once the invitation has expired, swept or not', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    expect(await remindAt(world, START + 7 * DAY)).toEqual([])
    expect(await reminders()).toEqual([])
  })

  test('who was reminded twice already, whatever moment is still written down', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await run('update invitation set reminders_sent = 2')
    expect(await remindAt(world, HALF)).toEqual([])
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: null, remind_again_at: null })
  })

  test('of an organization that is deleted', async () => {
    await never('deleted', () => run('update organization set delete_at = ?', HALF))
  })

  test('who was reminded twice, in whichever generations', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await remindAt(world, HALF)
    await resend(world, cast.admin, [await idOf(JANE)])
    await world.drain()
    expect(await remindersOf(JANE)).toMatchObject({
      generation: 2,
      remind_at: HALF + 3.5 * DAY,
      remind_again_at: null,
      reminders_sent: 1,
    })
    const [again] = await remindAt(world, HALF + 3.5 * DAY)
    expect(again?.subject).toBe('Reminder: your invitation to Acme')
    expect(linkIn(again)).toBe(linkIn(world.mails.at(-2)))
    await resend(world, cast.admin, [await idOf(JANE)])
    await world.drain()
    expect(await remindersOf(JANE)).toMatchObject({ generation: 3, remind_at: null, reminders_sent: 2 })
    expect(await reminders()).toMatchObject([
      { kind: 'reminder', generation: 1 },
      { kind: 'reminder', generation: 2 },
    ])
  })
})

describe('a reminder waits', () => {
  test('until the mail before it is out, and is late rather than lost', async () => {
    await invite(world, cast.admin, JANE)
    const held = takeMessages(world)
    expect(await remindAt(world, HALF)).toEqual([])
    expect((await remindersOf(JANE))?.remind_at).toBe(HALF + 15 * MINUTE)
    await run('update delivery set due_at = ?', START)
    await world.consume(held)
    expect(await remindAt(world, HALF + 15 * MINUTE)).toHaveLength(1)
  })

  test('while sending is paused, and goes once it is resumed', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    await run('update organization set sending_paused_at = ?, sending_paused_for = ?', HALF, 'bounces')
    expect(await remindAt(world, HALF)).toEqual([])
    await run('update organization set sending_paused_at = null')
    expect(await remindAt(world, HALF + 15 * MINUTE)).toHaveLength(1)
  })

  test('for the next day where a quota is used up, of the organization, of the sender, or of the address', async () => {
    for (const [setting, used] of [
      ['INVITATIONS_PER_DAY', 1],
      ['INVITATIONS_PER_SENDER_PER_DAY', 1],
      ['MAILS_PER_ADDRESS_PER_DAY', 1],
    ] as const) {
      const tight = createWorld({ [setting]: String(used) })
      const address = `${setting.toLowerCase()}@example.com`
      await inviteAndMail(tight, cast.admin, address)
      // Something of that day already counts.
      await run(
        "update delivery set quota_day = ? where address = ? and kind = 'invitation'",
        Math.floor(HALF / DAY),
        address,
      )
      expect(await remindAt(tight, HALF), setting).toEqual([])
      expect((await remindersOf(address))?.reminders_sent, setting).toBe(0)
      const tomorrow = (Math.floor(HALF / DAY) + 1) * DAY
      expect(await remindAt(tight, tomorrow + 15 * MINUTE), setting).toHaveLength(1)
      await run("update invitation set status = 'revoked'")
      await run('update delivery set quota_day = 0')
    }
  })

  test('for its turn: as many as the quota leaves are reminded, and each counts', async () => {
    const tight = createWorld({ INVITATIONS_PER_DAY: '3' })
    const addresses = ['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test', 'e@x.test']
    for (const [who, some] of [
      [cast.admin, addresses.slice(0, 3)],
      [cast.owner, addresses.slice(3)],
    ] as const) {
      await invite(tight, who, some)
      await tight.drain()
      await run('update delivery set quota_day = 0')
    }
    expect(await remindAt(tight, HALF)).toHaveLength(3)
    expect(await remindAt(tight, HALF + HOUR)).toHaveLength(0)
    expect(await remindAt(tight, HALF + DAY)).toHaveLength(2)
    expect(await rows('select distinct reminders_sent from invitation')).toEqual([{ reminders_sent: 1 }])
  })

  test('not behind those that wait: what may go, goes', async () => {
    await invite(
      world,
      cast.admin,
      Array.from({ length: 90 }, (_, n) => `held${n}@example.com`),
    )
    await invite(
      world,
      cast.admin,
      Array.from({ length: 90 }, (_, n) => `kept${n}@example.com`),
    )
    await invite(
      world,
      cast.admin,
      Array.from({ length: 90 }, (_, n) => `more${n}@example.com`),
    )
    takeMessages(world)
    world.clock.now += MINUTE
    await inviteAndMail(world, cast.admin, JANE)
    expect(await remindAt(world, HALF + MINUTE)).toHaveLength(1)
    expect(
      (await rows('select count(*) as n from invitation where remind_at > ?', HALF + MINUTE))[0],
    ).toEqual({
      n: 271,
    })
  })

  test('and stands for the next one where that would follow within hours', async () => {
    await inviteAndMail(world, cast.admin, JANE)
    expect(await remindAt(world, DAY_BEFORE - 5 * HOUR)).toHaveLength(1)
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: null, reminders_sent: 1 })
    expect(await remindAt(world, DAY_BEFORE)).toEqual([])
  })
})

describe('a reminder that is queued', () => {
  const queued = async () => {
    const link = linkIn(await inviteAndMail(world, cast.admin, JANE))
    world.clock.now = HALF
    await world.cron('*/5 * * * *')
    return { link, messages: takeMessages(world) }
  }

  test.each([
    ['accepted', 'The invitation was accepted', (link: string) => accept(link)],
    [
      'declined',
      'The invitation was declined',
      (link: string) =>
        world.fetch('/decline-invitation', {
          form: { token: new URL(link).searchParams.get('token') ?? '', change: freshChange() },
        }),
    ],
    ['revoked', 'The invitation was revoked', async () => revoke(world, cast.admin, [await idOf(JANE)])],
    ['resent', 'A newer mail was sent', async () => resend(world, cast.admin, [await idOf(JANE)])],
  ])('does not leave any more when the invitation is %s', async (_, reason, change) => {
    const { link, messages } = await queued()
    await change(link)
    expect(await reminders()).toMatchObject([{ state: 'cancelled', reason }])
    const before = world.mails.length
    await world.consume(messages)
    expect(world.mails).toHaveLength(before)
  })

  test('does not leave any more when the invitation has expired, or its reminders are paused meanwhile', async () => {
    const { messages } = await queued()
    await run('update invitation set reminders_paused = 1')
    const before = world.mails.length
    await world.consume(messages)
    expect(world.mails).toHaveLength(before)
    expect(await reminders()).toMatchObject([
      {
        state: 'cancelled',
        reason: 'The invitation had ended or changed, or its address takes no reminders',
      },
    ])
  })

  test.each([
    ['bounced', 'globex'],
    ['complained', 'globex'],
    ['unsubscribed', 'acme'],
  ] as const)('does not leave any more once its address has %s, tried before or not', async (reason, at) => {
    const { messages } = await queued()
    await run("update delivery set state = 'sending', attempts = 1, due_at = ? where kind = 'reminder'", HALF)
    await run('insert into suppression values (?, ?, ?, ?)', cast[at].id, JANE, reason, HALF)
    const before = world.mails.length
    await world.consume(messages)
    expect(world.mails).toHaveLength(before)
    expect(await reminders()).toMatchObject([
      { state: 'cancelled', reason: expect.stringMatching(/address/) },
    ])
  })

  test('says what the invitation says, edited while it waited', async () => {
    const { messages } = await queued()
    await world.fetch(`/o/acme/invitations/${await idOf(JANE)}/edit`, {
      cookie: cast.admin.cookie,
      form: { note: 'Changed', 'shown-note': '' },
    })
    await world.consume(messages)
    expect(world.mails.at(-1)?.text).toContain('> Changed')
  })

  test('leaves though the queue has lost it', async () => {
    await queued()
    world.clock.now += 6 * MINUTE
    await world.cron('* * * * *')
    await world.drain()
    expect(world.mails.map(({ subject }) => subject)).toContain('Reminder: your invitation to Acme')
  })

  test('counts for the quotas of its day and of who answers for the invitation', async () => {
    await queued()
    expect(await rows("select sender_id, quota_day from delivery where kind = 'reminder'")).toEqual([
      { sender_id: cast.admin.id, quota_day: Math.floor(HALF / DAY) },
    ])
  })

  test('that bounces is the invitation’s trouble too, and no second one follows', async () => {
    const { messages } = await queued()
    await world.consume(messages)
    await run("update delivery set state = 'bounced', reason = 'No such mailbox' where kind = 'reminder'")
    expect((await rows('select mail_state from invitation'))[0]).toEqual({ mail_state: 'bounced' })
    expect(await remindAt(world, DAY_BEFORE)).toEqual([])
  })

  test('was queued by an API key’s invitation as by anybody’s', async () => {
    const headers = { Authorization: `Bearer ${await addApiKey(cast.acme)}` }
    await world.fetch('/api/v1/invitations', { headers, json: { addresses: [JOE] } })
    await world.drain()
    expect(await remindAt(world, HALF)).toMatchObject([{ to: JOE }])
  })
})

describe('the job', () => {
  test('reminds once when it runs twice at once', async () => {
    await invite(world, cast.admin, [JANE, JOE])
    await world.drain()
    world.clock.now = HALF
    await Promise.all([world.cron('*/5 * * * *'), world.cron('*/5 * * * *')])
    await world.drain()
    expect(await reminders()).toHaveLength(2)
    expect(await events()).toHaveLength(2)
    expect(world.mails.filter(({ subject }) => subject.startsWith('Reminder'))).toHaveLength(2)
  })

  test('that breaks off before or after its commit reminds once in the end', async () => {
    for (const [lost, address] of [
      ['batch', JANE],
      ['answer', JOE],
    ] as const) {
      world = createWorld()
      await inviteAndMail(world, cast.admin, address)
      breakBatch(world, 2, lost)
      await remindAt(world, HALF)
      await remindAt(world, HALF + 5 * MINUTE)
      world.clock.now += MINUTE
      await world.cron('* * * * *')
      await world.drain()
      const mails = world.mails.filter(({ subject }) => subject.startsWith('Reminder'))
      expect(
        mails.map(({ to }) => to),
        lost,
      ).toEqual([address])
    }
    expect((await deliveriesTo(JOE)).map(({ state }) => state)).toEqual(['sent', 'sent'])
  })

  test('takes one trip for each two hundred, and one where nothing is due', async () => {
    const hundred = (of: string) => Array.from({ length: 100 }, (_, n) => `${of}${n}@example.com`)
    for (const of of ['a', 'b', 'c']) {
      await invite(world, cast.admin, hundred(of))
      await world.drain()
    }
    const { costOf } = counting(world)
    const idle = await costOf(() => world.cron('*/5 * * * *'))
    expect(idle).toEqual({ d1: 3 })
    world.clock.now = HALF
    expect(await costOf(() => world.cron('*/5 * * * *'))).toEqual({ d1: 4, sendBatch: 3 })
    expect(takeMessages(world)).toHaveLength(300)
  })
})

describe('a reminder after the root secret was changed', () => {
  const OLD = 'the root secret that was, of 43 characters.'
  const NEW = 'the root secret that is now, 43 characters.'

  test('carries the same link while the previous secret is kept', async () => {
    const before = createWorld({ ROOT_SECRET: OLD })
    const link = linkIn(await inviteAndMail(before, cast.admin, JANE))
    const during = createWorld({ ROOT_SECRET: NEW, ROOT_SECRET_PREVIOUS: OLD })
    expect((await remindAt(during, HALF)).map(linkIn)).toEqual([link])
  })

  test('carries one of the current secret, which works, when the previous one is gone', async () => {
    const before = createWorld({ ROOT_SECRET: OLD })
    await inviteAndMail(before, cast.admin, JANE)
    const after = createWorld({ ROOT_SECRET: NEW })
    const [reminder] = await remindAt(after, HALF)
    expect((await seen(await after.fetch(linkIn(reminder)))).heading).toBe('Accept invitation')
  })
})
