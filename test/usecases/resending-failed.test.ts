import { beforeEach, describe, expect, it } from 'vitest'
import type { ChangeOutcome } from '../../src/rules/outcomes'
import { readEmailHealth } from '../../src/usecases/email-health'
import { resendInvitations } from '../../src/usecases/invitations'
import { as, idOf, refusalOf, resend, send, withKey } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { deliveryOf, settleMail } from '../support/deliveries'
import { everyRow } from '../support/dump'
import { replacing } from '../support/holding'
import { addHolder } from '../support/roles'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const press = (who: Person, ids: readonly string[], change = freshChange()) =>
  as(world, who, (ctx) => resendInvitations(ctx, { ids, change, only: 'failed' }))
const failed = async (...names: string[]) => {
  const addresses = names.map((name) => `${name}@example.com`)
  await send(world, cast.admin, addresses)
  for (const address of addresses) await settleMail(address, { state: 'failed', reason: 'Refused' })
  return Promise.all(addresses.map(idOf))
}
const kinds = (outcomes: readonly ChangeOutcome[]) => outcomes.map(({ kind }) => kind)

describe('resending all that failed', () => {
  it('sends each a new mail, which the page no longer counts', async () => {
    const ids = await failed('jane', 'joe')
    world.messages.length = 0
    const { resendable } = await as(world, cast.admin, readEmailHealth)
    expect(new Set(resendable.ids)).toEqual(new Set(ids))
    expect(kinds(await press(cast.admin, resendable.ids))).toEqual(['done', 'done'])
    expect(await deliveryOf('jane@example.com')).toMatchObject({ generation: 2, state: 'queued' })
    expect(world.messages).toHaveLength(2)
    expect(await as(world, cast.admin, readEmailHealth)).toMatchObject({ resendable: { ids: [], count: 0 } })
  })

  it('leaves what has not failed, what somebody resent meanwhile, and what no mail reaches', async () => {
    const [jane = '', joe = '', kim = '', lee = ''] = await failed('jane', 'joe', 'kim', 'lee')
    await settleMail('joe@example.com', { state: 'delivered' })
    await resend(world, cast.owner, [kim])
    await settleMail('lee@example.com', { state: 'bounced', bounce: 'hard' })
    expect(kinds(await press(cast.admin, [jane, joe, kim, lee]))).toEqual([
      'done',
      'changed',
      'changed',
      'changed',
    ])
    expect(await rows('select address, generation from invitation order by address')).toEqual([
      { address: 'jane@example.com', generation: 2 },
      { address: 'joe@example.com', generation: 1 },
      { address: 'kim@example.com', generation: 2 },
      { address: 'lee@example.com', generation: 1 },
    ])
  })

  it('leaves what turns out, between looking and doing, to have arrived after all', async () => {
    const ids = await failed('jane', 'joe')
    const { DB } = world.env
    let batches = 0
    const batch: D1Database['batch'] = async (statements) => {
      if (++batches === 2) await settleMail('jane@example.com', { state: 'delivered', reason: null })
      return DB.batch(statements)
    }
    world.env.DB = replacing(DB, { batch })
    expect(kinds(await press(cast.admin, ids))).toEqual(['changed', 'done'])
    expect(batches).toBe(2)
    expect(await deliveryOf('jane@example.com')).toMatchObject({ generation: 1, state: 'delivered' })
  })

  it('pressed twice, also after the first was done, is done once', async () => {
    const ids = await failed('jane', 'joe')
    const change = freshChange()
    const both = await Promise.all([press(cast.admin, ids, change), press(cast.admin, ids, change)])
    expect(both.map(kinds)).toEqual([
      ['done', 'done'],
      ['done', 'done'],
    ])
    expect(kinds(await press(cast.admin, ids, change))).toEqual(['done', 'done'])
    expect(await rows("select id from audit_event where action = 'invitation.resent'")).toHaveLength(2)
  })

  it('by two people at once sends each one mail', async () => {
    const ids = await failed('jane')
    const outcomes = await Promise.all([press(cast.admin, ids), press(cast.owner, ids)])
    expect(outcomes.flatMap(kinds).sort()).toEqual(['changed', 'done'])
    expect(await deliveryOf('jane@example.com')).toMatchObject({ generation: 2 })
  })

  it('keeps to roles, pause and quotas as every resending does', async () => {
    const [jane = ''] = await failed('jane')
    const holder = await addHolder(cast.acme, 'Hanna Holder', ['member:read', 'member:manage'])
    await run("update invitation set role = 'admin' where id = ?", jane)
    expect(kinds(await press(holder, [jane]))).toEqual(['not_grantable'])
    await run('update organization set sending_paused_at = ? where id = ?', START, cast.acme.id)
    expect(kinds(await press(cast.admin, [jane]))).toEqual(['sending_paused'])
    expect(await deliveryOf('jane@example.com')).toMatchObject({ generation: 1 })
  })

  it('of a hundred costs three trips', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `${n}@example.com`)
    await send(world, cast.admin, names)
    await run("update delivery set state = 'failed'")
    const { ids } = (await as(world, cast.admin, readEmailHealth)).resendable
    const { costOf } = counting(world)
    const cost = await costOf(() => press(cast.admin, ids))
    expect(cost).toMatchObject({ d1: 3, sendBatch: 1 })
  })
})

describe('who may', () => {
  it('is whoever manages members, with a key that may write, in their own organization', async () => {
    const ids = await failed('jane')
    const before = await everyRow()
    const refusal = { code: 'forbidden', permission: 'member:manage' }
    for (const who of [cast.member, cast.viewer]) expect(await refusalOf(press(who, ids))).toEqual(refusal)
    const key = await addApiKey(cast.acme, 'admin', 'read')
    expect(
      await refusalOf(
        withKey(world, key, (ctx) => resendInvitations(ctx, { ids, change: 'x', only: 'failed' })),
      ),
    ).toEqual({ code: 'read_only_key' })
    const elsewhere = as(
      world,
      cast.outsider,
      (ctx) => resendInvitations(ctx, { ids, change: 'x', only: 'failed' }),
      'globex',
    )
    expect(kinds(await elsewhere)).toEqual(['not_found'])
    await run('delete from api_key')
    expect(await everyRow()).toEqual(before)
  })
})
