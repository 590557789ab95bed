import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { readHint } from '../../src/storage/links'
import { freshChange, newAccount } from '../support/cast'
import { everyLink } from '../support/dump'
import { ENDS, type Stage } from '../support/ends'
import { heldLinks, orders, replacing } from '../support/holding'
import { accept, decline, hashOf, invited, JANE, resend, revoke } from '../support/invitee'
import { createWorld, type World } from '../support/world'

/** Notes what a world writes to KV from here on. */
const noting = (world: World): string[] => {
  const written: string[] = []
  const put = (key: string, value: string, options?: KVNamespacePutOptions) => {
    written.push(`${key.split(':')[0]} ${value}`)
    return env.LINKS.put(key, value, options)
  }
  world.env.LINKS = replacing(env.LINKS, { put })
  return written
}

/** What KV calls each end. */
const CALLED = { used: 'accepted', revoked: 'revoked', declined: 'declined', replaced: 'replaced' }

describe('what an opening leaves in KV', () => {
  it('is written once, and never says who is invited', async () => {
    const { world, link, token } = await invited({}, { department: 'Design', note: `For ${JANE}` })
    const written = noting(world)
    for (let times = 0; times < 3; times++) await world.fetch(link)
    expect(written).toHaveLength(1)
    const [[key, value] = [], ...others] = Object.entries(await everyLink())
    expect([key, others]).toEqual([`facts:${hashOf(token)}`, []])
    expect(JSON.parse(value ?? '')).toEqual({
      organization: 'Acme',
      inviter: 'Ada Admin',
      role: 'member',
      language: 'en',
      expiresAt: Date.UTC(2026, 2, 8, 12),
    })
  })

  it('leaves the role out where the organization does not offer one', async () => {
    const { world, link } = await invited({ role_at_sending: 'not_offered' })
    await world.fetch(link)
    expect(Object.values(await everyLink()).join()).toContain('"role":null')
  })

  it.each(Object.entries(CALLED))(
    'is the end of a link that is %s, where KV missed it',
    async (how, called) => {
      const stage = await invited()
      await ENDS[how]?.(stage)
      await env.LINKS.delete(`end:${hashOf(stage.token)}`)
      const written = noting(stage.world)
      for (let times = 0; times < 3; times++) await stage.world.fetch(stage.link)
      expect(written).toEqual([`end ${called}`])
    },
  )

  it('is nothing of an expired link, which may be sent again', async () => {
    const stage = await invited()
    const written = noting(stage.world)
    await ENDS.expired?.(stage)
    await stage.world.fetch(stage.link)
    expect(written).toEqual([])
  })
})

/** A press on each button that ends a link; the same press each time. */
const PRESSES: Record<string, (stage: Stage) => () => Promise<Response>> = {
  accepted: ({ world, token }) => {
    const form = newAccount(token)
    return () => accept(world, form)
  },
  revoked: ({ world, admin }) => {
    const change = freshChange()
    return () => revoke(world, admin, JANE, change)
  },
  declined:
    ({ world, token }) =>
    () =>
      decline(world, token),
  replaced: ({ world, admin }) => {
    const change = freshChange()
    return () => resend(world, admin, JANE, change)
  },
}

describe('the end of a link', () => {
  it.each(Object.keys(PRESSES))(
    'is written once, however often it is pressed and opened: %s',
    async (end) => {
      const stage = await invited()
      const written = noting(stage.world)
      const press = PRESSES[end]?.(stage)
      await Promise.all([press?.(), press?.()])
      await press?.()
      for (let times = 0; times < 2; times++) await stage.world.fetch(stage.link)
      expect(written).toEqual([`end ${end}`])
      expect(await readHint(env.LINKS, hashOf(stage.token))).toEqual({ facts: null, end })
    },
  )
})

describe.each(Object.entries(CALLED))('late writes about a link that is %s', (how, end) => {
  const late = ['an opening before', 'the end itself', 'an opening after']

  it.each(orders([0, 1, 2]).map((order) => [order.map((at) => late[at]).join(', '), order] as const))(
    'never have KV show it as open: %s',
    async (_, order) => {
      const stage = await invited()
      const { links: LINKS, held, waiting } = heldLinks(env.LINKS)
      const world = createWorld({ LINKS })
      const over: unknown[] = []
      for (const act of [
        () => world.fetch(stage.link),
        () => ENDS[how]?.({ ...stage, world }),
        () => world.fetch(stage.link),
      ]) {
        over.push(act())
        await waiting(over.length)
      }
      expect(held.map(({ key }) => key.split(':')[0])).toEqual(['facts', 'end', 'end'])

      for (const at of order) await held[at]?.release()
      await Promise.all(over)
      expect(await readHint(env.LINKS, hashOf(stage.token))).toEqual({ facts: null, end })
    },
  )
})
