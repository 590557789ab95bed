import { beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { WAITS_FOR_RESUMING } from '../../src/rules/pausing'
import { WAITS_FOR_QUOTA } from '../../src/rules/quotas'
import { resumeSending } from '../../src/usecases/sending-pause'
import { as, refusalOf, send, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { addDelivery, deliveryOf, settleMail } from '../support/deliveries'
import { everyRow } from '../support/dump'
import { addMails } from '../support/mail-events'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

const JANE = 'jane@example.com'
const PAUSED = START - HOUR

let world: World
let cast: Cast
const pause = (id: string, at = PAUSED) =>
  run("update organization set sending_paused_at = ?, sending_paused_for = 'complaints' where id = ?", at, id)
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  await send(world, cast.admin, JANE)
  await pause(cast.acme.id)
  await pause(cast.globex.id)
})

const resume = (who: Person, { press = freshChange(), on = world } = {}) =>
  as(on, who, (ctx) => resumeSending(ctx, { change: press }))
const acme = async () => (await rows('select * from organization where id = ?', cast.acme.id))[0]

describe('resuming', () => {
  it('ends the pause of this organization alone, with an event that says what it was', async () => {
    world.clock.now += 5 * HOUR
    const events = await written(() => resume(cast.admin))
    expect(events).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'sending.resumed',
        ...actor('user', cast.admin.id, 'Ada Admin'),
        ...target('organization', cast.acme.id, 'Acme'),
        at: world.clock.now,
        detail: { before: { pausedAt: PAUSED, pausedFor: 'complaints' } },
      },
    ])
    expect(await acme()).toMatchObject({
      sending_paused_at: null,
      sending_paused_for: null,
      sending_resumed_at: world.clock.now,
    })
    expect(await rows('select sending_paused_at from organization where id = ?', cast.globex.id)).toEqual([
      { sending_paused_at: PAUSED },
    ])
  })

  it('makes due what waited for it, and nothing else', async () => {
    const later = START + DAY
    await settleMail(JANE, { due_at: later, reason: WAITS_FOR_RESUMING })
    const waiting = { kind: 'invitation', state: 'queued', due_at: later }
    const others = [
      await addDelivery(cast.acme, { ...waiting, reason: WAITS_FOR_QUOTA }),
      await addDelivery(cast.acme, { ...waiting, reason: 'Resend answered 429: slow down' }),
      await addDelivery(cast.globex, { ...waiting, reason: WAITS_FOR_RESUMING }),
    ]
    world.clock.now += HOUR
    await resume(cast.admin)
    expect(await deliveryOf(JANE)).toMatchObject({ due_at: world.clock.now, state: 'queued' })
    for (const id of others)
      expect(await rows('select due_at from delivery where id = ?', id)).toEqual([{ due_at: later }])
  })

  it('reads what waits, however many mails the organization has ever sent', async () => {
    await addMails(cast.acme, 3000)
    const batches = await counting(world).rowsReadBy(() => resume(cast.admin))
    expect(Math.max(...batches.flat())).toBeLessThan(100)
  })

  it('pressed twice, also at once, is one change', async () => {
    const press = freshChange()
    const events = await written(async () => {
      expect(await Promise.all([resume(cast.admin, { press }), resume(cast.admin, { press })])).toEqual([
        'resumed',
        'resumed',
      ])
      await pause(cast.acme.id, START + 1)
      expect(await resume(cast.admin, { press })).toBe('resumed')
    })
    expect(events).toHaveLength(1)
    expect(await acme()).toMatchObject({ sending_paused_at: START + 1 })
  })

  it('by two at once is done once, and both know that it goes on', async () => {
    const events = await written(async () => {
      const outcomes = await Promise.all([resume(cast.admin), resume(cast.owner)])
      expect(outcomes.sort()).toEqual(['resumed', 'unchanged'])
    })
    expect(events).toHaveLength(1)
  })

  it('what is not paused writes nothing', async () => {
    await resume(cast.owner)
    const before = await everyRow()
    expect(await resume(cast.admin)).toBe('unchanged')
    expect(await everyRow()).toEqual(before)
  })

  it('leaves a pause that came meanwhile, of which nobody has read', async () => {
    const DB = meddledDatabase(() => pause(cast.acme.id, START + 1))
    expect(await refusalOf(resume(cast.admin, { on: createWorld({ DB }) }))).toEqual({
      code: 'changed_meanwhile',
    })
    expect(await acme()).toMatchObject({ sending_paused_at: START + 1 })
  })
})

describe('who may', () => {
  const forbidden = { code: 'forbidden', permission: 'settings:manage' }
  it.each(['member', 'viewer'] as const)('is not a %s', async (who) => {
    const before = await everyRow()
    expect(await refusalOf(resume(cast[who]))).toEqual(forbidden)
    expect(await everyRow()).toEqual(before)
  })

  it('is nobody who is demoted meanwhile, and no read-only key', async () => {
    const DB = meddledDatabase(() =>
      run("update member set role = 'member' where user_id = ?", cast.admin.id),
    )
    expect(await refusalOf(resume(cast.admin, { on: createWorld({ DB }) }))).toEqual(forbidden)
    const key = await addApiKey(cast.acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, key, (ctx) => resumeSending(ctx, { change: 'x' })))).toEqual({
      code: 'read_only_key',
    })
    expect(await acme()).toMatchObject({ sending_paused_at: PAUSED })
  })

  it('is nobody of another organization', async () => {
    expect(await refusalOf(resume(cast.outsider))).toEqual({ code: 'not_found' })
  })
})
