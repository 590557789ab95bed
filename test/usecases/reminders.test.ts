import { beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationContext } from '../../src/context'
import { MINUTE } from '../../src/rules/dates'
import { pauseReminders, resumeReminders } from '../../src/usecases/reminders'
import { as, idOf, refusalOf, resend, revoke, withKey } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, inviteAndMail, type Person } from '../support/cast'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { JANE } from '../support/invitee'
import { deliveriesTo, takeMessages } from '../support/mail'
import { meddledDatabase } from '../support/meddling'
import { DAY_BEFORE, HALF, remindAt, remindersOf } from '../support/reminders'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
let id: string
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
  await inviteAndMail(world, cast.admin, JANE)
  id = await idOf(JANE)
})

const press = (
  verb: (ctx: OrganizationContext, input: { id: string; change: string }) => Promise<unknown>,
  who: Person = cast.admin,
  change = freshChange(),
) => as(world, who, (ctx) => verb(ctx, { id, change }))
const events = () =>
  rows<{ action: string; actor_id: string; target_id: string; target_name: string }>(
    "select action, actor_id, target_id, target_name from audit_event where action like 'reminders.%' order by id",
  )

describe('pausing the reminders of an invitation', () => {
  test('stops them, and says who did', async () => {
    expect(await press(pauseReminders)).toBe('done')
    expect(await remindersOf(JANE)).toMatchObject({ reminders_paused: 1, status: 'pending' })
    expect(await events()).toEqual([
      { action: 'reminders.paused', actor_id: cast.admin.id, target_id: id, target_name: JANE },
    ])
    expect(await remindAt(world, HALF)).toEqual([])
    expect(await remindAt(world, DAY_BEFORE)).toEqual([])
  })

  test('cancels one that is queued, and leaves the invitation’s own mail alone', async () => {
    await resend(world, cast.admin, [id])
    await world.drain()
    world.clock.now = START + 3.5 * 86_400_000
    await world.cron('*/5 * * * *')
    const messages = takeMessages(world)
    await press(pauseReminders)
    const before = world.mails.length
    await world.consume(messages)
    expect(world.mails).toHaveLength(before)
    expect((await deliveriesTo(JANE)).map(({ state, reason }) => ({ state, reason }))).toEqual([
      { state: 'sent', reason: null },
      { state: 'sent', reason: null },
      { state: 'cancelled', reason: 'Its reminders were paused' },
    ])
  })

  test('twice, or at once, is one change, told as done or as so already', async () => {
    const change = freshChange()
    expect(await press(pauseReminders, cast.admin, change)).toBe('done')
    expect(await press(pauseReminders, cast.admin, change)).toBe('done')
    expect(await press(pauseReminders, cast.owner)).toBe('unchanged')
    expect(await events()).toHaveLength(1)
    await press(resumeReminders)
    const both = await Promise.all([press(pauseReminders), press(pauseReminders, cast.owner)])
    expect(both.sort()).toEqual(['done', 'unchanged'])
    expect(await events()).toHaveLength(3)
  })

  test('outlasts a resending', async () => {
    await press(pauseReminders)
    await resend(world, cast.admin, [id])
    await world.drain()
    expect(await remindAt(world, HALF)).toEqual([])
  })
})

describe('resuming them', () => {
  test('lets the next one go, and leaves out what came due meanwhile', async () => {
    await press(pauseReminders)
    expect(await remindAt(world, HALF)).toEqual([])
    expect(await press(resumeReminders)).toBe('done')
    expect(await remindersOf(JANE)).toMatchObject({ remind_at: DAY_BEFORE, reminders_paused: 0 })
    expect(await remindAt(world, HALF + 15 * MINUTE)).toEqual([])
    expect(await remindAt(world, DAY_BEFORE)).toHaveLength(1)
    expect((await events()).map(({ action }) => action)).toEqual(['reminders.paused', 'reminders.resumed'])
  })

  test('of what was not paused changes nothing', async () => {
    const before = await everyRow()
    expect(await press(resumeReminders)).toBe('unchanged')
    expect(await everyRow()).toEqual(before)
  })
})

describe.each([
  ['pausing', pauseReminders],
  ['resuming', resumeReminders],
] as const)('%s is refused', (_, verb) => {
  const paused = verb === resumeReminders ? 1 : 0
  beforeEach(() => run('update invitation set reminders_paused = ?', paused))

  test('to who may not manage members, to a key that may only read, and elsewhere', async () => {
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(press(verb, who))).toMatchObject({ code: 'forbidden' })
    const key = await addApiKey(cast.acme, 'admin', 'read')
    const keyed = await everyRow()
    expect(await refusalOf(withKey(world, key, (ctx) => verb(ctx, { id, change: 'x' })))).toMatchObject({
      code: 'read_only_key',
    })
    const elsewhere = as(world, cast.outsider, (ctx) => verb(ctx, { id, change: 'x' }), 'globex')
    expect(await refusalOf(elsewhere)).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(keyed)
    expect(before.invitation).toEqual(keyed.invitation)
  })

  test('once the invitation has ended', async () => {
    await revoke(world, cast.admin, [id])
    expect(await refusalOf(press(verb))).toEqual({ code: 'invitation_ended', status: 'revoked' })
  })

  test('to who is demoted in the moment of the press', async () => {
    world.env.DB = meddledDatabase(() =>
      run("update member set role = 'viewer' where user_id = ?", cast.admin.id),
    )
    expect(await refusalOf(press(verb))).toMatchObject({ code: 'forbidden' })
    expect(await events()).toEqual([])
  })
})

describe('the buttons', () => {
  const post = (verb: 'pause' | 'resume', headers: Record<string, string> = {}) =>
    world.fetch(`/o/acme/invitations/${id}/${verb}-reminders`, {
      cookie: cast.admin.cookie,
      headers,
      form: { change: freshChange() },
    })

  test('lead back to the invitation, which says so, or refresh it in place', async () => {
    const answer = await post('pause')
    expect([answer.status, answer.headers.get('Location')]).toEqual([
      303,
      `/o/acme/invitations/${id}?notice=reminders-paused`,
    ])
    const page = await world.fetch(`/o/acme/invitations/${id}?notice=reminders-paused`, {
      cookie: cast.admin.cookie,
    })
    expect(await page.text()).toContain('Resume reminders')
    const partial = await post('resume', { 'HX-Request': 'true', 'HX-Request-Type': 'partial' })
    expect(partial.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
    expect(await partial.text()).toContain('Reminders resumed')
  })
})
