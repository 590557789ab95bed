import { describe, expect, it } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { reactivateMember } from '../../src/usecases/members'
import { as, resend, send } from '../support/acting'
import {
  addAccount,
  addCast,
  addMember,
  type Cast,
  freshChange,
  inviteAndMail,
  type Person,
} from '../support/cast'
import { interleaved, merges } from '../support/interleaving'
import { accept, joining, openings } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, type World } from '../support/world'

// The cast of Acme takes four seats.
const limit = (seats: number) => run("update organization set seat_limit = ? where slug = 'acme'", seats)
const reserves = (yes: boolean) =>
  run("update organization set pending_reserves_seat = ? where slug = 'acme'", yes ? 1 : 0)
const kinds = (outcomes: readonly { kind: string }[]) => outcomes.map(({ kind }) => kind)
const list = (count: number, of = 'person') =>
  Array.from({ length: count }, (_, n) => `${of}${n}@example.com`)

const taken = async () => {
  const [row] = await rows<{ members: number; pending: number }>(
    `select (select count(*) from member m where m.organization_id = o.id and m.status = 'active') as members,
      (select count(*) from invitation i where i.organization_id = o.id and i.status = 'pending') as pending
      from organization o where slug = 'acme'`,
  )
  return row ?? { members: 0, pending: 0 }
}

/** Somebody with an account and an open link, who needs one press to join. */
const guests = async (world: World, { admin }: Cast, count: number) => {
  const found = []
  for (const address of list(count, 'guest')) {
    const { cookie } = await addAccount('Guest', address)
    found.push({ cookie, address, token: openings(await inviteAndMail(world, admin, address)).token })
  }
  return found
}
type Guest = Awaited<ReturnType<typeof guests>>[number]
const join = (world: World, { token, cookie }: Guest) => accept(world, joining(token), { cookie })

describe('where a pending invitation reserves no seat', () => {
  it('any number are invited while a seat is free, and none once the last is taken', async () => {
    const world = createWorld()
    const { admin, member } = await addCast({ seat_limit: 5, pending_reserves_seat: 0 })
    expect(new Set(kinds(await send(world, admin, list(20))))).toEqual(new Set(['invited']))
    await limit(4)
    expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['no_seat_left'])
    await run("update member set status = 'inactive' where user_id = ?", member.id)
    expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['invited'])
  })

  it('the last seat is taken by one of 25 who accept at once', async () => {
    const world = createWorld()
    const cast = await addCast({ seat_limit: 5, pending_reserves_seat: 0 })
    const all = await guests(world, cast, 25)
    const answers = await Promise.all(all.map((guest) => join(world, guest)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(24)
    expect(await taken()).toEqual({ members: 5, pending: 24 })
    expect(await rows("select 1 from audit_event where action = 'invitation.accepted'")).toHaveLength(1)
  })

  it('an expired one is resent while a seat is free, and refused without', async () => {
    const world = createWorld()
    const { admin } = await addCast({ seat_limit: 5, pending_reserves_seat: 0 })
    await send(world, admin, list(3))
    world.clock.now += 8 * DAY
    const ids = (await rows<{ id: string }>('select id from invitation order by id')).map(({ id }) => id)
    expect(kinds(await resend(world, admin, ids.slice(0, 2)))).toEqual(['done', 'done'])
    await limit(4)
    expect(kinds(await resend(world, admin, ids))).toEqual(['done', 'done', 'no_seat_left'])
  })
})

describe('the setting changed meanwhile', () => {
  it('to reserving: what is out counts at once, nobody is thrown out, and each accepts while a seat is free', async () => {
    const world = createWorld()
    const cast = await addCast({ seat_limit: 6, pending_reserves_seat: 0 })
    const all = await guests(world, cast, 4)
    await reserves(true)
    expect(kinds(await send(world, cast.admin, 'late@example.com'))).toEqual(['no_seat_left'])
    const statuses = []
    for (const guest of all) statuses.push((await join(world, guest)).status)
    expect(statuses).toEqual([303, 303, 409, 409])
  })

  it('to not reserving: what was reserved is free again', async () => {
    const world = createWorld()
    const { admin } = await addCast({ seat_limit: 5 })
    await send(world, admin, list(1))
    expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['no_seat_left'])
    await reserves(false)
    expect(kinds(await send(world, admin, 'late@example.com'))).toEqual(['invited'])
  })
})

describe('the plan', () => {
  it('of the deployment holds for every organization without one of its own; 0 and none are no limit', async () => {
    const world = createWorld({ SEAT_LIMIT: '5' })
    const { admin } = await addCast()
    expect(kinds(await send(world, admin, list(2)))).toEqual(['invited', 'no_seat_left'])
    expect(kinds(await send(createWorld({ SEAT_LIMIT: '0' }), admin, 'more@example.com'))).toEqual([
      'invited',
    ])
    await limit(0)
    expect(new Set(kinds(await send(world, admin, list(30, 'free'))))).toEqual(new Set(['invited']))
  })

  it('of one organization says nothing of another’s', async () => {
    const world = createWorld({ SEAT_LIMIT: '100' })
    const { admin, outsider } = await addCast({ seat_limit: 4 })
    expect(kinds(await send(world, admin, 'one@example.com'))).toEqual(['no_seat_left'])
    await world.fetch('/o/globex/invitations', {
      cookie: outsider.cookie,
      form: { addresses: 'one@example.com', change: 'theirs' },
    })
    expect(await rows('select 1 from invitation')).toHaveLength(1)
  })

  it('made smaller between reading and writing holds for what was read before', async () => {
    const { admin } = await addCast({ seat_limit: 10 })
    const DB = meddledDatabase(() => limit(5))
    expect(kinds(await send(createWorld({ DB }), admin, list(3)))).toEqual([
      'invited',
      'no_seat_left',
      'no_seat_left',
    ])
    const world = createWorld()
    world.clock.now += 8 * DAY
    const [one] = await rows<{ id: string }>('select id from invitation')
    const smaller = createWorld({ DB: meddledDatabase(() => limit(4)) })
    smaller.clock.now = world.clock.now
    expect(kinds(await resend(smaller, admin, [one?.id ?? '']))).toEqual(['no_seat_left'])
    expect(await taken()).toMatchObject({ members: 4 })
  })

  it('made smaller than what is taken throws nobody out', async () => {
    const world = createWorld()
    const cast = await addCast({ seat_limit: 6 })
    const all = await guests(world, cast, 2)
    await limit(5)
    expect(
      (await Promise.all(all.map((guest) => join(world, guest)))).map(({ status }) => status).sort(),
    ).toEqual([303, 409])
    await limit(1)
    expect(await taken()).toEqual({ members: 5, pending: 1 })
  })
})

describe('no race gets past the seats:', () => {
  // Each action reads once and commits once.
  const orders = merges(2, 2)

  it('sending against sending', async () => {
    const { admin, owner } = await addCast({ seat_limit: 5 })
    for (const [n, order] of orders.entries()) {
      await run("update invitation set status = 'revoked'")
      await interleaved(order, [
        (DB) => send(createWorld({ DB }), admin, `a${n}@example.com`),
        (DB) => send(createWorld({ DB }), owner, `b${n}@example.com`),
      ])
      expect(await taken(), `${order}`).toEqual({ members: 4, pending: 1 })
    }
  })

  it('resending an expired one against sending', async () => {
    const world = createWorld()
    const { admin, owner } = await addCast({ seat_limit: 5 })
    await send(world, admin, 'old@example.com')
    const later = (DB: D1Database) => {
      const there = createWorld({ DB })
      there.clock.now += 8 * DAY
      return there
    }
    const [old] = await rows<{ id: string }>('select id from invitation')
    for (const [n, order] of orders.entries()) {
      await run("update invitation set status = 'revoked' where address like 'new%'")
      await run("update invitation set status = 'expired' where address like 'old%'")
      const done = await interleaved<{ kind: string }[]>(order, [
        (DB) => resend(later(DB), admin, [old?.id ?? '']),
        (DB) => send(later(DB), owner, `new${n}@example.com`),
      ])
      expect(await taken(), `${order}`).toEqual({ members: 4, pending: 1 })
      expect(done.flatMap(kinds).filter((kind) => kind === 'no_seat_left')).toHaveLength(1)
    }
  })

  it('accepting against accepting', async () => {
    const world = createWorld()
    const cast = await addCast({ seat_limit: 6 })
    const [one, two] = await guests(world, cast, 2)
    if (!one || !two) throw new Error('Nobody was invited')
    await limit(5)
    for (const order of orders) {
      await interleaved<unknown>(order, [
        (DB) => join(createWorld({ DB }), one),
        (DB) => join(createWorld({ DB }), two),
      ])
      expect(await taken(), `${order}`).toEqual({ members: 5, pending: 1 })
      await run("delete from member where address like 'guest%'")
      await run("update invitation set status = 'pending', accepted_by = null")
    }
  })

  const reactivate = (world: World, who: Person, { id }: Person) =>
    as(world, who, (ctx) => reactivateMember(ctx, { id, change: freshChange() })).catch(() => null)

  it('reactivating against sending', async () => {
    const { acme, admin, owner } = await addCast({ seat_limit: 5 })
    const ina = await addMember(acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
    for (const [n, order] of orders.entries()) {
      await run("update invitation set status = 'revoked'")
      await run("update member set status = 'inactive' where user_id = ?", ina.id)
      await interleaved<unknown>(order, [
        (DB) => reactivate(createWorld({ DB }), owner, ina),
        (DB) => send(createWorld({ DB }), admin, `new${n}@example.com`),
      ])
      const { members, pending } = await taken()
      expect(members + pending, `${order}`).toBe(5)
    }
  })

  it('reactivating against accepting, where nothing is reserved', async () => {
    const world = createWorld()
    const cast = await addCast({ seat_limit: 5, pending_reserves_seat: 0 })
    const [guest] = await guests(world, cast, 1)
    const ina = await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
    for (const order of orders) {
      await interleaved<unknown>(order, [
        (DB) => reactivate(createWorld({ DB }), cast.owner, ina),
        (DB) => (guest ? join(createWorld({ DB }), guest) : Promise.resolve()),
      ])
      expect((await taken()).members, `${order}`).toBe(5)
      await run("delete from member where address like 'guest%'")
      await run("update invitation set status = 'pending', accepted_by = null")
      await run("update member set status = 'inactive' where user_id = ?", ina.id)
    }
  })
})
