import { describe, expect, it } from 'vitest'
import { verifyPassword } from '../../src/passwords'
import { addTeam, newAccount } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { accept, acceptAsNew, invited, JANE, open, seen } from '../support/invitee'
import { cookieOf, rows, run, START } from '../support/world'

const people = () => rows('select name, first_name, last_name from user where address = ?', JANE)

describe('an invitee without an account', () => {
  it('sees who invites, where, as what and under which address, and is asked for names and a password', async () => {
    const { world, link } = await invited({}, { role: 'viewer' })
    const page = await open(world, link)
    expect(page.heading).toBe('Accept invitation')
    expect(page.text).toContain('Ada Admin invites you to join Acme as Viewer.')
    expect(page.fields).toEqual(['field-address', 'firstName', 'lastName', 'password', 'confirmation'])
    expect(page.values['field-address']).toBe(JANE)
    expect(page.html).toMatch(/<input[^>]*id="field-address"[^>]* readonly/)
    expect(page.buttons[0]).toBe('Accept & create account')
    expect(page.text).toContain('Mar 8, 2026')
  })

  it('does not learn the role where the organization does not offer one', async () => {
    const { world, link } = await invited({ role_at_sending: 'not_offered' })
    expect((await open(world, link)).text).toContain('Ada Admin invites you to join Acme.')
  })

  it('becomes a member with role, department, teams and inviter, all committed at once', async () => {
    const { world, acme, token } = await invited({}, { role: 'viewer', department: 'Design' })
    const [design, gone] = [await addTeam(acme, 'Design'), await addTeam(acme, 'Gone')]
    for (const team of [design, gone])
      await run('insert into invitation_team select id, ? from invitation', team)
    await run('delete from team where id = ?', gone)
    world.clock.now += 60_000
    const { costOf } = counting(world)

    const cost = await costOf(async () => {
      const accepted = await acceptAsNew(world, token)
      expect(accepted.status).toBe(303)
      expect(cookieOf(accepted)).not.toBeNull()
    })
    expect(cost).toEqual({ d1: 2, kvWrite: 1, sendBatch: 1 })

    const [user] = await rows<{ id: string }>('select * from user where address = ?', JANE)
    expect(user).toMatchObject({
      account_scope: 'shared',
      typed_address: JANE,
      name: 'Jane Doe',
      first_name: 'Jane',
      last_name: 'Doe',
      created_at: START + 60_000,
    })
    const [invitation] = await rows<{ id: string }>('select * from invitation')
    expect(invitation).toMatchObject({ status: 'accepted', accepted_by: user?.id, ended_at: START + 60_000 })
    expect(await rows('select * from member where user_id = ?', user?.id)).toMatchObject([
      {
        organization_id: acme.id,
        user_id: user?.id,
        status: 'active',
        role: 'viewer',
        department: 'Design',
        joined_at: START + 60_000,
        inviter_name: 'Ada Admin',
        invitation_id: invitation?.id,
      },
    ])
    expect(await rows('select team_id from member_team where user_id = ?', user?.id)).toEqual([
      { team_id: design },
    ])
  })

  it('is written into one audit event with inviter, role, teams and the time of joining', async () => {
    const { world, acme, token } = await invited({}, { department: 'Design' })
    await run('insert into invitation_team select id, ? from invitation', await addTeam(acme, 'Core'))
    await acceptAsNew(world, token)
    const events = await rows<{ detail: string }>(
      "select * from audit_event where action = 'invitation.accepted'",
    )
    const [{ id } = { id: '' }] = await rows<{ id: string }>('select id from user where address = ?', JANE)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      organization_id: acme.id,
      actor_kind: 'invitee',
      actor_id: id,
      actor_name: 'Jane Doe',
      target_name: JANE,
      at: START,
    })
    expect(JSON.parse(events[0]?.detail ?? '')).toEqual({
      user: id,
      inviter: 'Ada Admin',
      role: 'member',
      department: 'Design',
      teams: ['Core'],
      joinedAt: START,
      account: 'new',
      before: { status: 'pending' },
    })
  })

  it('is signed in for thirty days, with a cookie that scripts cannot read', async () => {
    const { world, token } = await invited()
    const accepted = await acceptAsNew(world, token)
    expect(accepted.headers.get('Set-Cookie')).toMatch(/; HttpOnly; SameSite=Lax$/)
    const home = await world.fetch('/o/acme', { cookie: cookieOf(accepted) })
    expect(home.status).toBe(200)
    world.clock.now += 30 * 86_400_000
    expect((await world.fetch('/o/acme', { cookie: cookieOf(accepted) })).status).toBe(303)
  })

  it('leaves Outstanding at once, and a mail still waiting for them is cancelled', async () => {
    const { world, admin, token } = await invited()
    await run("update delivery set state = 'queued'")
    await acceptAsNew(world, token)
    expect(await rows("select state from delivery where kind = 'invitation'")).toEqual([
      { state: 'cancelled' },
    ])
    const list = await world.fetch('/o/acme/invitations', { cookie: admin.cookie })
    expect(await list.text()).not.toContain(JANE)
  })
})

describe('the names asked for', () => {
  it.each([
    ['first_last', ['firstName', 'lastName'], { name: 'Jane Doe', first_name: 'Jane', last_name: 'Doe' }],
    ['single', ['name'], { name: 'J. Doe', first_name: null, last_name: null }],
    ['none', [], { name: '', first_name: null, last_name: null }],
  ])('are the organization’s setting: %s', async (setting, asked, stored) => {
    const { world, link, token } = await invited({ name_fields: setting })
    expect((await open(world, link)).fields).toEqual(['field-address', ...asked, 'password', 'confirmation'])
    const accepted = await acceptAsNew(world, token, { name: 'J. Doe' })
    expect(accepted.status).toBe(303)
    expect(await people()).toEqual([stored])
    const home = await world.fetch('/o/acme', { cookie: cookieOf(accepted) })
    expect(await home.text()).toContain(stored.name || JANE)
  })

  it.each([
    ['first_last', { firstName: ' ', lastName: '' }, ['firstName', 'lastName']],
    ['first_last', { firstName: 'Jane', lastName: 'x'.repeat(101) }, ['lastName']],
    ['first_last', { firstName: 'www.evil.example', lastName: 'Doe' }, ['firstName']],
    ['single', { name: 'Win at https://evil.example' }, ['name']],
    ['single', { name: '\u202e\u0000' }, ['name']],
    ['single', { name: '😀'.repeat(101) }, ['name']],
  ])('are needed and have an end (%s, %j)', async (setting, typed, wrong) => {
    const { world, token } = await invited({ name_fields: setting })
    const before = await everyRow()
    const refused = await acceptAsNew(world, token, typed)
    expect(refused.status).toBe(422)
    const page = await seen(refused)
    expect(Object.keys(page.errors)).toEqual(wrong)
    for (const words of Object.values(page.errors))
      expect(words).toMatch(/^(Enter your|Up to 100|A name cannot be a link)/)
    expect(await everyRow()).toEqual(before)
  })

  it('may be anything people are called, and never more than text in a page', async () => {
    const { world, token } = await invited({ name_fields: 'single' })
    const accepted = await acceptAsNew(world, token, { name: '  <img src=x onerror=alert(1)>\r\n  Đặng ' })
    expect(await people()).toMatchObject([{ name: '<img src=x onerror=alert(1)> Đặng' }])
    const home = await (await world.fetch('/o/acme', { cookie: cookieOf(accepted) })).text()
    expect(home).not.toContain('<img src=x')
    expect(home).toContain('&lt;img src=x')
  })
})

describe('a password', () => {
  it.each([
    ['7 characters', 'x7#kQz!', 'at least 8'],
    ['129 characters', `${'xy7#'.repeat(32)}z`, 'at most 128'],
    ['nothing', '', 'at least 8'],
    ['a common one', 'Password123', 'Too many people'],
    ['the address', 'Jane@Example.com', 'address'],
  ])('is refused beside its field, with what else was typed kept: %s', async (_, password, words) => {
    const { world, token } = await invited()
    const before = await everyRow()
    const typed = { firstName: ' Jäne "J" ', lastName: 'O’Hara <x>', password, confirmation: password }
    const refused = await acceptAsNew(world, token, typed)
    expect(refused.status).toBe(422)
    expect(cookieOf(refused)).toBeNull()
    const page = await seen(refused)
    expect(page.errors).toEqual({ password: expect.stringContaining(words) })
    expect(page.values).toEqual({
      'field-address': JANE,
      firstName: ' Jäne "J" ',
      lastName: 'O’Hara <x>',
      password: '',
      confirmation: '',
    })
    expect(await everyRow()).toEqual(before)
  })

  it('has to be repeated as it is', async () => {
    const { world, token } = await invited()
    const refused = await acceptAsNew(world, token, { confirmation: 'a password nobody guesses ' })
    expect(refused.status).toBe(422)
    const page = await seen(refused)
    expect(page.errors).toEqual({ confirmation: 'The two passwords are not the same.' })
    expect(page.values).toMatchObject({ firstName: 'Jane', lastName: 'Doe', password: '', confirmation: '' })
  })

  it('is not asked about before the names are, but everything wrong is said at once', async () => {
    const { world, token } = await invited()
    const refused = await acceptAsNew(world, token, { firstName: '', password: 'short', confirmation: '' })
    expect(Object.keys((await seen(refused)).errors)).toEqual(['firstName', 'password'])
  })

  it.each([
    ['8 characters', 'x7#kQz!p', 'x7#kQz!p'],
    ['128 characters', 'xy7#'.repeat(32), 'xy7#'.repeat(32)],
    ['characters typed in two ways', 'mañana Ⅳ zwölf', 'man\u0303ana IV zwo\u0308lf'],
    ['spaces around it', '  hunter of two  ', '  hunter of two  '],
  ])('can be %s', async (_, password, confirmation) => {
    const { world, token } = await invited()
    expect((await acceptAsNew(world, token, { password, confirmation })).status).toBe(303)
    const [{ password_hash: stored } = { password_hash: '' }] = await rows<{ password_hash: string }>(
      'select password_hash from user where address = ?',
      JANE,
    )
    expect(await verifyPassword(confirmation, stored)).toEqual({ ok: true, outdated: false })
    expect(await verifyPassword(`${password}!`, stored)).toMatchObject({ ok: false })
  })

  it('of a form sent again after a mistake makes the account', async () => {
    const { world, token } = await invited()
    const form = newAccount(token, { confirmation: 'something else' })
    expect((await accept(world, form)).status).toBe(422)
    expect((await accept(world, { ...form, confirmation: form.password })).status).toBe(303)
    expect(await people()).toHaveLength(1)
  })
})
