import { describe, expect, it, vi } from 'vitest'
import { type AcceptContext, allow, deny } from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { addAccount, newAccount } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { roundTrip } from '../support/idp'
import { accept, acceptAsNew, invited, JANE, joining, open, seen, signingIn } from '../support/invitee'
import { registerPolicy, switchOn } from '../support/policies'
import { connect } from '../support/sso'
import { rows, run } from '../support/world'

const members = () => rows('select 1 from member m join user u on u.id = m.user_id where u.address = ?', JANE)

const DENIAL = {
  code: 'no_subscription',
  message: 'Acme’s subscription has ended.',
  remediation: 'Ask Ada to renew it, then press once more.',
}

/** Everything but how often a password was tried. */
const everything = async () => ({ ...(await everyRow()), sign_in_attempt: [] })

/** Whether the policy of the test lets people in, and what it was asked. */
const policy = () => {
  const state = { allows: false, asked: [] as AcceptContext[] }
  registerPolicy(invitationPolicies.accept, (context) => {
    state.asked.push(context)
    return state.allows ? allow() : deny(DENIAL)
  })
  return state
}

describe('an invitee whom a policy does not let in', () => {
  it('reads why and what to do, and keeps what they typed', async () => {
    policy()
    const { world, token } = await invited()
    const before = await everything()
    const answer = await acceptAsNew(world, token, { firstName: 'Jana', lastName: 'Typed' })
    expect(answer.status).toBe(403)
    const page = await seen(answer)
    expect(page.alert).toContain(DENIAL.message)
    expect(page.alert).toContain(DENIAL.remediation)
    expect(page.values).toMatchObject({ firstName: 'Jana', lastName: 'Typed' })
    expect(page.buttons[0]).toBe('Accept & create account')
    expect(await everything()).toEqual(before)
  })

  it('comes in once it does', async () => {
    const state = policy()
    const { world, token } = await invited()
    expect((await acceptAsNew(world, token)).status).toBe(403)
    state.allows = true
    expect((await acceptAsNew(world, token)).status).toBe(303)
    expect(await members()).toHaveLength(1)
  })

  it('is told so by every way in', async () => {
    const state = policy()
    const { world, acme, token } = await invited()
    const jane = await addAccount('Jane Account', JANE)
    await connect(world, acme)
    world.idp.person = { sub: 'jane-there', email: JANE, email_verified: true, name: 'Jane Roe' }
    const { cookies } = await roundTrip(world, `/accept-invitation/sso?token=${token}`)
    const answers = [
      await accept(world, signingIn(token)),
      await accept(world, joining(token), { cookie: jane.cookie }),
      await accept(world, { ...signingIn(token), by: 'sso' }, { cookies }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(403)
      expect((await seen(answer)).alert).toContain(DENIAL.message)
    }
    await run('delete from session')
    await run('delete from user where id = ?', jane.id)
    const fresh = { ...newAccount(token), way: 'sso', by: 'sso' }
    expect((await accept(world, fresh, { cookies })).status).toBe(403)
    expect(await members()).toEqual([])
    expect(state.asked.map(({ via, actor }) => [via, actor.id, actor.name])).toEqual([
      ['link', jane.id, 'Jane Account'],
      ['link', jane.id, 'Jane Account'],
      ['sso', jane.id, 'Jane Account'],
      ['sso', null, 'Jane Doe'],
    ])
  })
})

describe('a policy of accepting', () => {
  it('is asked once, of the one address, with the invitation and its role', async () => {
    const state = policy()
    state.allows = true
    const { world, acme, token } = await invited({ time_zone: 'Europe/Berlin' }, { role: 'viewer' })
    await acceptAsNew(world, token)
    const [invitation] = await rows<{ id: string }>('select id from invitation')
    expect(state.asked).toHaveLength(1)
    expect(state.asked[0]).toMatchObject({
      addresses: [JANE],
      organization: { id: acme.id, name: 'Acme', slug: 'acme', timeZone: 'Europe/Berlin' },
      actor: { kind: 'invitee', id: null, name: 'Jane Doe' },
      invitation: { id: invitation?.id, address: JANE, role: { key: 'viewer', builtIn: true } },
      via: 'link',
    })
  })

  it('is told a role of the organization’s own, with what it holds', async () => {
    const state = policy()
    const { world, acme, token } = await invited()
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('host', ?, 'Host', ?, 0)",
      acme.id,
      '["organization:read","member:read"]',
    )
    await run("update invitation set role = 'host'")
    await acceptAsNew(world, token)
    expect(state.asked[0]?.invitation.role).toMatchObject({
      key: 'host',
      name: 'Host',
      permissions: ['organization:read', 'member:read'],
    })
  })

  it('is not asked before what was typed is right, nor about a link that is closed', async () => {
    const state = policy()
    const { world, token, link } = await invited()
    await open(world, link)
    expect((await acceptAsNew(world, token, { password: 'short', confirmation: 'short' })).status).toBe(422)
    await run("update invitation set status = 'revoked'")
    expect((await acceptAsNew(world, token)).status).toBe(409)
    expect(state.asked).toEqual([])
  })

  it('reads the database by itself, on top of the two round trips', async () => {
    registerPolicy(invitationPolicies.accept, async ({ read, organization }) => {
      await read('select name from organization where id = ?', organization.id)
      return allow()
    })
    const { world, token } = await invited()
    const { costOf } = counting(world)
    expect(await costOf(() => acceptAsNew(world, token))).toMatchObject({ d1: 3 })
  })

  it('that throws lets nobody in, and gives a reference', async () => {
    registerPolicy(invitationPolicies.accept, () => {
      throw new Error('The billing service is down')
    })
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { world, token } = await invited()
    const answer = await acceptAsNew(world, token)
    logged.mockRestore()
    expect(answer.status).toBe(403)
    const page = await seen(answer)
    expect(page.alert).toMatch(/Reference: [\w-]{36}/)
    expect(page.alert).not.toContain('billing')
    expect(await members()).toEqual([])
  })

  it('of the built-in ones holds here too: an address that was allowed when it was invited is asked for again', async () => {
    const { world, acme, token } = await invited()
    await switchOn(acme, { blockedDomains: ['example.com'] })
    const answer = await acceptAsNew(world, token)
    expect(answer.status).toBe(403)
    expect((await seen(answer)).alert).toContain('example.com')
    await switchOn(acme, {})
    expect((await acceptAsNew(world, token)).status).toBe(303)
  })

  it('escapes what it says', async () => {
    registerPolicy(invitationPolicies.accept, () =>
      deny({ ...DENIAL, message: '<img src=x onerror=alert(1)>' }),
    )
    const { world, token } = await invited()
    expect(await (await acceptAsNew(world, token)).text()).not.toContain('<img src=x')
  })
})
