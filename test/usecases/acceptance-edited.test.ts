import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { readHint } from '../../src/storage/links'
import { idOf } from '../support/acting'
import { addTeam, freshChange } from '../support/cast'
import { everyLink } from '../support/dump'
import { edit } from '../support/editing'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { texts } from '../support/html'
import { acceptAsNew, hashOf, invited, JANE, open } from '../support/invitee'
import { createWorld, rows } from '../support/world'

const offer = async (html: string) => (await texts(html, 'main .offer')).join(' ')
const rest = (html: string) => texts(html, 'main .place span')

describe('the page of a link', () => {
  it('names department and teams where the invitation has them, and nothing where it has none', async () => {
    const bare = await invited()
    expect(await texts((await open(bare.world, bare.link)).html, 'main .place')).toEqual([])
  })

  it('shows role, department and teams as they were edited at the very next opening', async () => {
    const { world, acme, owner, link, token } = await invited({}, { role: 'admin', department: 'Sales' })
    const before = (await open(world, link)).html
    expect([await offer(before), await rest(before)]).toEqual([
      'Ada Admin invites you to join Acme as Admin.',
      ['Department: Sales'],
    ])
    const teams = [await addTeam(acme, 'Red'), await addTeam(acme, 'Blue')]
    await edit(world, owner, await idOf(JANE), {
      role: { to: 'viewer' },
      department: { to: 'Design' },
      teamIds: { to: teams },
    })
    expect(await everyLink()).toEqual({})
    for (const _ of [1, 2]) {
      const page = (await open(world, link)).html
      expect([await offer(page), await rest(page)]).toEqual([
        'Ada Admin invites you to join Acme as Viewer.',
        ['Department: Design', 'Teams: Blue, Red'],
      ])
      expect(page).not.toMatch(/as <strong[^>]*>Admin|Sales/)
    }
    expect((await readHint(env.LINKS, hashOf(token))).facts).toMatchObject({ role: 'viewer' })
  })

  it('shows the new role, and gives it, also where KV still has the old one', async () => {
    const { world, owner, link, token } = await invited({}, { role: 'admin' })
    await open(world, link)
    const stale = await everyLink()
    await edit(world, owner, await idOf(JANE), { role: { to: 'viewer' } })
    for (const [key, value] of Object.entries(stale)) await env.LINKS.put(key, value ?? '')
    expect((await readHint(env.LINKS, hashOf(token))).facts).toMatchObject({ role: 'admin' })
    const page = (await open(world, link)).html
    expect(await offer(page)).toBe('Ada Admin invites you to join Acme as Viewer.')
    expect(page).not.toMatch(/as <strong[^>]*>Admin/)
    await acceptAsNew(world, token)
    expect(await rows('select role from member where invitation_id is not null')).toEqual([
      { role: 'viewer' },
    ])
  })

  it('is edited although KV fails to forget', async () => {
    const { link, owner, world } = await invited({}, { role: 'admin' })
    await open(world, link)
    const lines = logged()
    const broken = () => Promise.reject(new Error('KV is down'))
    const failing = createWorld({ LINKS: replacing(env.LINKS, { delete: broken }) })
    const answer = await failing.fetch(`/o/acme/invitations/${await idOf(JANE)}/edit`, {
      cookie: owner.cookie,
      form: { role: 'viewer', change: freshChange() },
    })
    expect(answer.status).toBe(303)
    expect(lines.join()).toContain('link.forget')
    expect(await offer((await open(world, link)).html)).toContain('as Viewer')
  })
})
