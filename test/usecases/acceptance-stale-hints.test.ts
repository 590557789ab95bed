import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { readHint } from '../../src/storage/links'
import { ENDS } from '../support/ends'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { acceptAsNew, hashOf, invited, open, resendAndMail, revoke, seen } from '../support/invitee'
import { cookieOf, createWorld, rows } from '../support/world'

describe('a KV that is behind', () => {
  it('shows no form for an invitation revoked since, refuses the post, and learns of it', async () => {
    const { world, admin, link, token } = await invited()
    await world.fetch(link)
    await revoke(createWorld({ LINKS: replacing(env.LINKS, { put: async () => {} }) }), admin)
    expect((await readHint(env.LINKS, hashOf(token))).facts).not.toBeNull()

    const refused = await acceptAsNew(world, token)
    expect(refused.status).toBe(409)
    expect((await seen(refused)).heading).toBe('Invitation revoked')
    const page = await open(world, link)
    expect(page.heading).toBe('Invitation revoked')
    expect([page.fields, page.buttons]).toEqual([[], []])
    expect(page.html).not.toContain('<form')

    expect(await readHint(env.LINKS, hashOf(token))).toEqual({ facts: null, end: 'revoked' })
    expect((await open(world, link)).html).not.toContain('invites you to join')
  })

  it.each(Object.keys(ENDS))('opens nothing that is %s', async (how) => {
    const stage = await invited()
    await ENDS[how]?.(stage)
    const facts = { organization: 'Acme', inviter: 'Ada Admin', role: null, expiresAt: 1 }
    await env.LINKS.delete(`end:${hashOf(stage.token)}`)
    await env.LINKS.put(`facts:${hashOf(stage.token)}`, JSON.stringify(facts))
    const page = await open(stage.world, stage.link)
    expect([page.fields, page.buttons]).toEqual([[], []])
    expect((await acceptAsNew(stage.world, stage.token)).status).toBe(409)
  })

  it('closes nothing that is open', async () => {
    const { world, link, token } = await invited()
    await env.LINKS.put(`end:${hashOf(token)}`, 'revoked')
    expect((await open(world, link)).buttons[0]).toBe('Accept & create account')
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })
})

describe('a KV that fails', () => {
  const broken = () => Promise.reject(new Error('KV is down'))

  it.each([
    ['reading', { get: broken }],
    ['writing', { put: broken }],
    ['altogether', { get: broken, put: broken }],
    ['into nonsense', { get: async (keys: string[]) => new Map(keys.map((key) => [key, '{'])) }],
  ])('changes nothing but the hint: %s', async (_, methods) => {
    const { admin, link, token } = await invited()
    const lines = logged()
    const world = createWorld({ LINKS: replacing(env.LINKS, methods) })
    const page = await open(world, link)
    expect([page.heading, page.buttons[0]]).toEqual(['Accept invitation', 'Accept & create account'])
    const newer = await resendAndMail(world, admin)
    expect((await open(world, link)).heading).toBe('Invitation replaced')
    const accepted = await acceptAsNew(world, newer.token)
    expect(accepted.status).toBe(303)
    expect((await open(world, newer.link, cookieOf(accepted))).heading).toBe('Invitation already used')
    expect(await rows("select 1 from audit_event where action = 'invitation.accepted'")).toHaveLength(1)
    for (const secret of [token, newer.token]) expect(lines.join()).not.toContain(secret)
  })
})
