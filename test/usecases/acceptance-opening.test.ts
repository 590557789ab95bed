import { describe, expect, it } from 'vitest'
import { addAccount, addMember } from '../support/cast'
import { everyRow } from '../support/dump'
import { ENDS, type Stage } from '../support/ends'
import { acceptAsNew, invited, JANE, open } from '../support/invitee'
import { cookieOf, run } from '../support/world'

describe('opening a link', () => {
  const STATES: Record<string, (stage: Stage) => Promise<string | null | undefined>> = {
    open: async () => null,
    'open for an account': async () => void (await addAccount('Jane Doe', JANE)),
    'open for who is signed in': async () => (await addAccount('Jane Doe', JANE)).cookie,
    'somebody else’s': async () => (await addAccount('John Doe', 'john@example.com')).cookie,
    'without a seat': async () => void (await run('update organization set seat_limit = 1')),
    'an inactive member’s': async ({ acme }) =>
      (await addMember(acme, await addAccount('Jane Doe', JANE), 'member', 'inactive')).cookie,
    'a member’s': async ({ acme }) =>
      (await addMember(acme, await addAccount('Jane Doe', JANE), 'member')).cookie,
    'used by who opens it': async ({ world, token }) => cookieOf(await acceptAsNew(world, token)),
    ...Object.fromEntries(
      Object.entries(ENDS).map(([how, bring]) => [how, async (stage: Stage) => void (await bring(stage))]),
    ),
  }

  it.each(Object.keys(STATES))('changes nothing, by GET or HEAD, however often: %s', async (how) => {
    const stage = await invited()
    const cookie = (await STATES[how]?.(stage)) ?? null
    const before = await everyRow()
    const waiting = [...stage.world.messages]
    for (const method of ['GET', 'HEAD', 'GET']) {
      const response = await stage.world.fetch(stage.link, { method, cookie })
      expect(response.status).toBe(200)
      expect(response.headers.get('Set-Cookie')).toBeNull()
      expect(response.headers.get('Cache-Control')).toBe('no-store')
      expect(response.headers.get('Referrer-Policy')).toBe('same-origin')
    }
    expect(await everyRow()).toEqual(before)
    expect(stage.world.messages).toEqual(waiting)
  })

  it('offers only buttons that begin with Accept to accept with, and declining by POST', async () => {
    const { world, link } = await invited()
    const ways = [(await open(world, link)).buttons]
    const jane = await addAccount('Jane Doe', JANE)
    ways.push((await open(world, link)).buttons, (await open(world, link, jane.cookie)).buttons)
    for (const buttons of ways) {
      expect(buttons).toHaveLength(2)
      expect(buttons[0]).toMatch(/^Accept /)
      expect(buttons[1]).toBe('Decline invitation')
    }
    expect((await open(world, link)).html).toMatch(/<form method="post" action="\/decline-invitation">/)
  })

  it('needs no script: the one there is only notes that the page was used', async () => {
    const { world, link } = await invited()
    const { html } = await open(world, link)
    expect(html).not.toMatch(/hx-|onclick/)
    expect(html.match(/<script[^>]*>/g)).toEqual([expect.stringContaining('src="/accept.js"')])
  })
})
