import { describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../src/rules/dates'
import { calling } from '../support/api'
import { actor, target, written } from '../support/audit'
import { addApiKey, inviteAndMail } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { ENDS } from '../support/ends'
import { elements } from '../support/html'
import { acceptAsNew, decline, hashOf, invited, JANE, resendAndMail } from '../support/invitee'
import { bursts } from '../support/settings'
import { createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const touch = (world: World, token: string, headers: Record<string, string> = {}) =>
  world.fetch('/invitation-opened', { form: { token }, headers })

const openedAt = async (): Promise<number | null | undefined> =>
  (await rows<{ opened_at: number | null }>('select opened_at from invitation'))[0]?.opened_at

const idOfJane = async () => (await rows<{ id: string }>('select id from invitation'))[0]?.id

describe('the first touch of an open link’s page', () => {
  it('is noted with its moment, and written down once', async () => {
    const { world, token, acme } = await invited()
    world.clock.now = START + MINUTE
    const events = await written(async () => {
      const answer = await touch(world, token)
      expect([answer.status, await answer.text()]).toEqual([204, ''])
    })
    expect(events).toEqual([
      {
        organization_id: acme.id,
        action: 'invitation.opened',
        ...actor('invitee', null, JANE),
        ...target('invitation', await idOfJane(), JANE),
        at: START + MINUTE,
        detail: { generation: 1 },
      },
    ])
    expect(await openedAt()).toBe(START + MINUTE)
  })

  it('takes one trip to D1 and nothing else', async () => {
    const { world, token } = await invited()
    expect(await counting(world).costOf(() => touch(world, token))).toEqual({ d1: 1 })
  })

  it('counts however often and by how many at once the page is touched: once', async () => {
    const { world, token } = await invited()
    const statuses = (await Promise.all([touch(world, token), touch(world, token)])).map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([204, 204])
    const before = await everyRow()
    world.clock.now += MINUTE
    expect((await touch(world, token)).status).toBe(204)
    expect(await everyRow()).toEqual(before)
    expect(await openedAt()).toBe(START)
  })

  it('leaves the invitation as it was otherwise, and still to be accepted', async () => {
    const { world, token } = await invited()
    const [before] = await rows('select * from invitation')
    await touch(world, token)
    expect(await rows('select * from invitation')).toEqual([{ ...before, opened_at: START }])
    expect((await acceptAsNew(world, token)).status).toBe(303)
    expect(await openedAt()).toBe(START)
  })

  it('is told by the API', async () => {
    const { world, token, acme } = await invited()
    const api = calling(world, await addApiKey(acme))
    const field = async () => {
      const [list, one] = [await api('/invitations'), await api(`/invitations/${await idOfJane()}`)]
      return [list.body, one.body]
    }
    const saying = (opened_at: string | null) => [
      expect.objectContaining({ data: [expect.objectContaining({ opened_at })] }),
      expect.objectContaining({ opened_at }),
    ]
    expect(await field()).toEqual(saying(null))
    await touch(world, token)
    expect(await field()).toEqual(saying(new Date(START).toISOString()))
  })
})

describe('nothing is noted', () => {
  it.each(Object.keys(ENDS))('of a link that is %s', async (how) => {
    const stage = await invited()
    await ENDS[how]?.(stage)
    const before = await everyRow()
    expect((await touch(stage.world, stage.token)).status).toBe(204)
    expect(await everyRow()).toEqual(before)
  })

  it('at the moment the invitation expires, and is a millisecond before', async () => {
    const { world, token } = await invited()
    world.clock.now = START + 7 * DAY
    await touch(world, token)
    expect(await openedAt()).toBeNull()
    world.clock.now -= 1
    await touch(world, token)
    expect(await openedAt()).toBe(START + 7 * DAY - 1)
  })

  it('where it was noted before, in whatever way', async () => {
    const { world, token } = await invited()
    await run('update invitation set opened_at = ?', START - 1)
    const before = await everyRow()
    await touch(world, token)
    expect(await everyRow()).toEqual(before)
  })

  it('of an organization that is deleted', async () => {
    const { world, token } = await invited()
    await run('update organization set delete_at = ?', START)
    await touch(world, token)
    expect(await openedAt()).toBeNull()
  })

  it('by GET, or from another site', async () => {
    const { world, token } = await invited()
    const before = await everyRow()
    expect((await world.fetch(`/invitation-opened?token=${token}`)).status).toBe(404)
    expect((await touch(world, token, { Origin: 'https://evil.test' })).status).toBe(403)
    const json = { method: 'POST', json: { token }, headers: { Origin: 'http://localhost:8787' } }
    expect((await world.fetch('/invitation-opened', json)).status).toBe(415)
    expect(await everyRow()).toEqual(before)
  })

  it('for a forged token, which touches no storage', async () => {
    const { world, token } = await invited()
    const nobody: World['env']['SIGN_IN_LIMIT'] = { limit: () => Promise.reject(new Error('Asked')) }
    const guarded = createWorld({ SIGN_IN_LIMIT: nobody })
    const before = await everyRow()
    const { costOf } = counting(guarded)
    for (const forged of ['', 'nonsense', `${token.slice(0, -1)}!`, hashOf(token)]) {
      const cost = await costOf(async () => expect((await touch(guarded, forged)).status).toBe(404))
      expect(cost).toEqual({})
    }
    expect((await touch(world, `A${token.slice(1)}`)).status).toBe(404)
    expect(await everyRow()).toEqual(before)
  })

  it('in a burst', async () => {
    const { token } = await invited()
    const slowed = createWorld(bursts(false))
    const { costOf } = counting(slowed)
    expect(
      await costOf(async () => {
        const answer = await touch(slowed, token)
        expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '60'])
      }),
    ).toEqual({})
    expect(await openedAt()).toBeNull()
  })
})

describe('a burst of openings', () => {
  it('keeps nobody of that network from signing in', async () => {
    const { token } = await invited()
    const seen = new Set<string>()
    const once: World['env']['SIGN_IN_LIMIT'] = {
      limit: async ({ key }) => ({ success: !seen.has(key) && Boolean(seen.add(key)) }),
    }
    const world = createWorld({ SIGN_IN_LIMIT: once })
    const from = { 'CF-Connecting-IP': '192.0.2.1' }
    expect((await touch(world, token, from)).status).toBe(204)
    expect((await touch(world, token, from)).status).toBe(429)
    expect((await touch(world, token, { 'CF-Connecting-IP': '192.0.2.2' })).status).toBe(204)
    const form = { address: 'ada.admin@acme.test', password: 'not the password' }
    expect((await world.fetch('/sign-in', { form, headers: from })).status).toBe(422)
  })
})

describe('a newer link', () => {
  it('has not been opened yet, whatever became of the one before', async () => {
    const { world, admin, token } = await invited()
    await touch(world, token)
    const newer = await resendAndMail(world, admin)
    expect(await openedAt()).toBeNull()
    await touch(world, token)
    expect(await openedAt()).toBeNull()
    world.clock.now += MINUTE
    await touch(world, newer.token)
    expect(await openedAt()).toBe(START + MINUTE)
    expect(await rows("select id from audit_event where action = 'invitation.opened'")).toHaveLength(2)
  })

  it('of a renewal has not either', async () => {
    const { world, admin, token } = await invited()
    await touch(world, token)
    world.clock.now += 8 * DAY
    const renewed = await inviteAndMail(world, admin, JANE)
    expect(await openedAt()).toBeNull()
    await touch(world, tokenIn(renewed))
    expect(await openedAt()).toBe(world.clock.now)
  })
})

describe('who accepts or declines', () => {
  it.each([
    ['accepts', acceptAsNew],
    ['declines', decline],
  ] as const)('%s has opened the page, scripts or none', async (_, answer) => {
    const { world, token } = await invited()
    world.clock.now += MINUTE
    await answer(world, token)
    expect(await openedAt()).toBe(START + MINUTE)
    expect(await rows("select id from audit_event where action = 'invitation.opened'")).toEqual([])
  })
})

describe('the script that notes it', () => {
  const scripts = async (world: World, path: string) =>
    (await elements(await (await world.fetch(path)).text(), 'script')).map(({ attributes }) => attributes)

  it('comes with the page of an open link, and holds no token of its own', async () => {
    const { world, link } = await invited()
    expect(await scripts(world, link)).toEqual([
      { src: '/accept.js', defer: '', 'data-to': '/invitation-opened' },
    ])
  })

  it.each(Object.keys(ENDS))('does not with one that is %s', async (how) => {
    const stage = await invited()
    await ENDS[how]?.(stage)
    expect(await scripts(stage.world, stage.link)).toEqual([])
  })

  it('does not with an invalid one', async () => {
    expect(await scripts(createWorld(), '/accept-invitation?token=x')).toEqual([])
  })
})
