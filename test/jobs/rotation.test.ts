import { beforeEach, describe, expect, test } from 'vitest'
import { LEASE } from '../../src/storage/deliveries'
import { addCast } from '../support/cast'
import { counting } from '../support/counting'
import { breakBatch, logged } from '../support/faults'
import { JANE, seen } from '../support/invitee'
import { deliveryTo, inviteAndHold } from '../support/mail'
import { createWorld, linkIn, rows } from '../support/world'

const OLD = 'the root secret that was, of 43 characters.'
const NEW = 'the root secret that is now, 43 characters.'

beforeEach(() => void logged())

const keyOf = async () =>
  (await rows<{ key_id: string; token_hash: string }>('select key_id, token_hash from invitation'))[0]

/** A mail queued before the root secret was changed, whose first attempt fails. */
const queuedBefore = async () => {
  const world = createWorld({ ROOT_SECRET: OLD })
  const { admin } = await addCast()
  const messages = await inviteAndHold(world, admin, JANE)
  const first: string[] = []
  world.provider.answer = (mail) => {
    first.push(linkIn(mail))
    return { kind: 'retry', reason: 'Busy.', afterSeconds: null }
  }
  await world.consume(messages)
  return { messages, link: first[0] ?? '' }
}

describe('a mail retried after the root secret was changed', () => {
  test('carries the same working link while the previous secret is kept', async () => {
    const { messages, link } = await queuedBefore()
    const before = await keyOf()
    const world = createWorld({ ROOT_SECRET: NEW, ROOT_SECRET_PREVIOUS: OLD })
    world.clock.now += 60_000
    await world.consume(messages)
    expect(world.mails.map(linkIn)).toEqual([link])
    expect((await seen(await world.fetch(link))).heading).toBe('Accept invitation')
    expect(await keyOf()).toEqual(before)
  })

  test('carries a link of the current secret once the previous one is gone, and that one works', async () => {
    const { messages, link } = await queuedBefore()
    const before = await keyOf()
    const world = createWorld({ ROOT_SECRET: NEW })
    world.clock.now += 60_000
    // One more trip than the table's two: the link's own key is gone.
    expect(await counting(world).costOf(() => world.consume(messages))).toEqual({ d1: 3, mail: 1 })
    expect(linkIn(world.mails[0])).not.toBe(link)
    expect((await seen(await world.fetch(linkIn(world.mails[0])))).heading).toBe('Accept invitation')
    expect((await seen(await world.fetch(link))).heading).toBe('Invalid link')
    expect((await keyOf())?.key_id).not.toBe(before?.key_id)
  })

  test('does not leave with a dead link when the current secret could not take it over', async () => {
    const { messages } = await queuedBefore()
    const world = createWorld({ ROOT_SECRET: NEW })
    world.clock.now += 60_000
    breakBatch(world, 2)
    expect(await world.consume(messages)).toMatchObject([{ acked: false, retried: true }])
    expect(world.mails).toEqual([])

    world.clock.now += LEASE
    expect(await world.consume(messages)).toMatchObject([{ acked: true }])
    expect(await deliveryTo(JANE)).toMatchObject({ state: 'sent', attempts: 3 })
    expect((await seen(await world.fetch(linkIn(world.mails[0])))).heading).toBe('Accept invitation')
  })
})
