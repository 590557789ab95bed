import { beforeEach, describe, expect, test } from 'vitest'
import { send } from '../support/acting'
import { addCast, addTeam, type Cast, freshChange, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { addInvitations } from '../support/invitations'
import { membershipOf } from '../support/members'
import { createWorld, hidden, rows, run, START, type Visit, type World } from '../support/world'

const PAGE = '/o/acme/members'
const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const see = async (who: Person, query = '', visit: Visit = {}) =>
  (await world.fetch(PAGE + query, { cookie: who.cookie, ...visit })).text()
const post = (who: Person, path: string, form: Record<string, string | string[]> = {}, headers = {}) =>
  world.fetch(path, { cookie: who.cookie, headers, form: { change: freshChange(), ...form } })
const of = (person: Person, rest = '') => `${PAGE}/${person.id}${rest}`

describe('the list', () => {
  test('has every column, a row for everybody, and what can be done with each', async () => {
    await send(world, cast.admin, 'jane@example.com', { role: 'viewer', department: 'Sales' })
    const html = await see(cast.admin, '?sort=email')
    expect(await texts(html, 'thead a')).toEqual([
      'Name',
      'Email',
      'Role',
      'Department',
      'Teams',
      'Status',
      'Joined',
      'Invited by',
    ])
    expect(await texts(html, 'tbody [data-label=Status]')).toEqual([
      'Active',
      'Pending',
      'Active',
      'Active',
      'Active',
    ])
    const labels = async (selector: string) =>
      (await elements(html, selector)).map(({ attributes }) => attributes['aria-label'])
    expect(await labels('tbody .actions a, tbody .actions button')).toEqual([
      'Change Ada Admin',
      'Resend to jane@example.com',
      'Edit the invitation of jane@example.com',
      'Revoke the invitation of jane@example.com',
      'Change Max Member',
      'Deactivate Max Member',
      'Remove Max Member',
      'Change Vera Viewer',
      'Deactivate Vera Viewer',
      'Remove Vera Viewer',
    ])
    expect(await texts(html, 'nav[aria-label=People] a')).toEqual(['Members', 'Invitations 1'])
    expect(await texts(html, 'header.page a')).toEqual(['Invite users'])
  })

  test('has nothing to press and no way to the invitations for who only sees members', async () => {
    const html = await see(cast.member)
    expect(await texts(html, 'tbody th strong')).toHaveLength(4)
    expect(await texts(html, 'main button')).toEqual(['Apply'])
    expect(await texts(html, 'nav[aria-label=People], header.page a, .actions')).toEqual([])
    expect(await texts(html, '#filter-status option')).toEqual(['All', 'Active', 'Inactive'])
  })

  test('joins both pages by one strip that counts to 999+', async () => {
    await addInvitations(cast.acme.id, 1001, () => ({}))
    for (const page of ['members', 'invitations']) {
      const html = await (await world.fetch(`/o/acme/${page}`, { cookie: cast.admin.cookie })).text()
      expect(await texts(html, 'nav[aria-label=People] a')).toEqual(['Members', 'Invitations 999+'])
    }
  })

  test('keeps filters, order and search in every link, and forgets what is nonsense', async () => {
    const night = await addTeam(cast.acme, 'Night shift')
    await run('update member set department = ?', 'R&D')
    const query = `?status=active&role=viewer&team=${night}&department=R%26D&q=ve&sort=-name`
    const html = await see(cast.admin, query)
    for (const { text, attributes } of await elements(html, 'thead a')) {
      const link = new URL(attributes.href ?? '', 'http://localhost').searchParams
      expect(Object.fromEntries(link), text).toMatchObject({
        status: 'active',
        role: 'viewer',
        team: night,
        department: 'R&D',
        q: 've',
      })
      expect(link.get('sort')).toBeTruthy()
    }
    const chosen = await elements(html, 'option[selected]')
    expect(chosen.map(({ text }) => text)).toEqual(['Active', 'Viewer', 'Night shift', 'R&D'])
    const odd = await world.fetch(`${PAGE}?status=gone&role=king&sort=-secret&page=%00&q=`, {
      cookie: cast.admin.cookie,
    })
    expect(odd.status).toBe(200)
    expect(await texts(await odd.text(), 'tbody th')).toHaveLength(4)
    const gone = await see(cast.admin, '?team=nothing')
    expect(await texts(gone, 'option[selected]')).toEqual(['No longer there'])
    expect(await texts(gone, '.empty a')).toEqual(['Show everybody'])
  })

  test('pages of 50 follow each other, forwards and back', async () => {
    await addInvitations(cast.acme.id, 120, (n) => ({ sentAt: START - n }))
    const all: string[] = []
    let href: string | undefined = PAGE
    let previous: string | undefined
    while (href) {
      const html: string = await (await world.fetch(href, { cookie: cast.admin.cookie })).text()
      all.push(...(await texts(html, 'tbody th strong')))
      previous = (await elements(html, 'a[rel=prev]'))[0]?.attributes.href
      href = (await elements(html, 'a[rel=next]'))[0]?.attributes.href
    }
    expect(new Set(all).size).toBe(124)
    const back = await (await world.fetch(previous ?? '', { cookie: cast.admin.cookie })).text()
    expect(await texts(back, 'tbody th strong')).toEqual(all.slice(50, 100))
  })

  test('answers htmx with the list alone, under an address without empty fields', async () => {
    const asked = `${PAGE}?sort=-joined&q=&status=active&role=&team=&department=`
    const part = await world.fetch(asked, { cookie: cast.admin.cookie, headers: PARTIAL })
    expect(part.headers.get('HX-Push-Url')).toBe(`${PAGE}?status=active&sort=-joined`)
    expect(await texts(await part.text(), 'h1')).toEqual([])
    // Refreshing itself is no new address.
    const self = await world.fetch(`${PAGE}?sort=-joined`, { cookie: cast.admin.cookie, headers: PARTIAL })
    expect(self.headers.get('HX-Push-Url')).toBeNull()
  })

  test('of one person says what to do', async () => {
    await run('delete from member where user_id in (?, ?, ?)', cast.admin.id, cast.member.id, cast.viewer.id)
    expect(await texts(await see(cast.owner), '.empty p, .empty a')).toEqual([
      'You are the only one here.',
      'Invite users',
    ])
  })
})

describe('who invites, resends or revokes from here', () => {
  test('comes back here, from a closed set of words', async () => {
    const form = await (
      await world.fetch('/o/acme/invitations/new?from=members', { cookie: cast.admin.cookie })
    ).text()
    expect(hidden(form, 'from')).toBe('members')
    const sent = await post(cast.admin, '/o/acme/invitations', {
      addresses: 'jane@example.com',
      from: 'members',
    })
    expect(sent.headers.get('Location')).toBe(`${PAGE}?notice=sent&n=1`)
    const [{ id } = { id: '' }] = await rows<{ id: string }>('select id from invitation')
    const resent = await post(cast.admin, '/o/acme/invitations/resend', { only: id, from: 'members' })
    expect(resent.headers.get('Location')).toBe(`${PAGE}?notice=resent&n=1`)
    const confirm = await (
      await world.fetch(`/o/acme/invitations/revoke?id=${id}&from=members`, { cookie: cast.admin.cookie })
    ).text()
    expect(hidden(confirm, 'from')).toBe('members')
    for (const from of ['https://evil.example', '//evil.example', 'constructor', '']) {
      const answer = await post(cast.admin, '/o/acme/invitations', {
        addresses: `${freshChange()}@example.com`,
        from,
      })
      expect(answer.headers.get('Location')).toBe('/o/acme/invitations?notice=sent&n=1')
    }
    const revoked = await post(cast.admin, '/o/acme/invitations/revoke', { id, from: 'members' })
    expect(revoked.headers.get('Location')).toBe(`${PAGE}?notice=revoked&n=1`)
  })
})

describe('a member’s page', () => {
  test('has the form and what ends a membership for who may; neither to oneself', async () => {
    const html = await (await world.fetch(of(cast.viewer), { cookie: cast.admin.cookie })).text()
    expect(await texts(html, 'main button, main .foot a')).toEqual(['Save', 'Deactivate', 'Remove'])
    expect(await texts(html, 'select[name=role] option')).toEqual(['Admin', 'Member', 'Viewer'])
    const own = await (await world.fetch(of(cast.admin), { cookie: cast.admin.cookie })).text()
    expect(await texts(own, 'main button, main .foot a, select[name=role]')).toEqual(['Save'])
    const owners = await (await world.fetch(of(cast.owner), { cookie: cast.admin.cookie })).text()
    expect(await texts(owners, 'main form')).toEqual([])
  })

  test('changes without scripts, shows what is wrong beside its field, and says when somebody was faster', async () => {
    const night = await addTeam(cast.acme, 'Night shift')
    const shown = { 'shown-role': 'viewer', 'shown-department': '', 'shown-teams': '' }
    const done = await post(cast.admin, of(cast.viewer, '/edit'), {
      ...shown,
      role: 'member',
      department: 'Sales',
      team: [night],
    })
    expect(done.headers.get('Location')).toBe(`${of(cast.viewer)}?notice=member-changed`)
    expect(await membershipOf(cast.viewer.id)).toMatchObject({
      role: 'member',
      department: 'Sales',
      team_names: 'Night shift',
    })
    const late = await post(cast.admin, of(cast.viewer, '/edit'), { ...shown, role: 'admin', department: '' })
    expect(late.status).toBe(409)
    expect(await texts(await late.text(), '#field-role-error')).toEqual([
      'Changed meanwhile to: Member. Save again to have it your way.',
    ])
    const wrong = await post(cast.admin, of(cast.viewer, '/edit'), {
      ...shown,
      role: 'king',
      department: 'x'.repeat(101),
    })
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    expect(await texts(html, '#field-role-error, #field-department-error')).toHaveLength(2)
    expect((await elements(html, 'input[name=department]'))[0]?.attributes.value).toBe('x'.repeat(101))
    const owner = await post(cast.admin, of(cast.viewer, '/edit'), { role: 'owner' })
    expect(owner.status).toBe(403)
  })

  test('deactivates, reactivates and removes, and says so where it was pressed', async () => {
    const from = { from: 'member' }
    const off = await post(cast.admin, of(cast.viewer, '/deactivate'), from)
    expect(off.headers.get('Location')).toBe(`${of(cast.viewer)}?notice=member-deactivated`)
    const on = await post(cast.admin, of(cast.viewer, '/reactivate'), { from: 'elsewhere' })
    expect(on.headers.get('Location')).toBe(`${PAGE}?notice=member-reactivated`)
    const asked = await (await world.fetch(of(cast.viewer, '/remove'), { cookie: cast.admin.cookie })).text()
    expect(await texts(asked, 'main h1')).toEqual(['Remove Vera Viewer?'])
    expect(asked).toContain('vera.viewer@acme.test')
    const gone = await post(cast.admin, of(cast.viewer, '/remove'))
    expect(gone.headers.get('Location')).toBe(`${PAGE}?notice=member-removed`)
    expect((await world.fetch(of(cast.viewer), { cookie: cast.admin.cookie })).status).toBe(404)
  })
})

describe('with htmx', () => {
  test('has no form, and nothing of the invitations, for who only sees members', async () => {
    await send(world, cast.admin, 'jane@example.com', { department: 'Secret project' })
    const part = async (who: Person) =>
      (await world.fetch(of(cast.viewer), { cookie: who.cookie, headers: PARTIAL })).text()
    expect(await part(cast.admin)).toContain('Secret project')
    const html = await part(cast.member)
    expect(html).not.toContain('Secret project')
    expect(await elements(html, 'main form, [name=department]')).toEqual([])
  })

  test('a row opens its form in the dialog, and saving refreshes the list', async () => {
    const dialog = await world.fetch(of(cast.viewer, '/edit'), {
      cookie: cast.admin.cookie,
      headers: PARTIAL,
    })
    const html = await dialog.text()
    expect(await texts(html, 'h1, h2')).toEqual(['Change Vera Viewer'])
    const saved = await post(cast.admin, of(cast.viewer, '/edit'), { role: 'member' }, PARTIAL)
    expect(saved.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
  })

  test('a deactivation is said with the offer to undo it, which works', async () => {
    const answer = await post(cast.admin, of(cast.viewer, '/deactivate'), {}, PARTIAL)
    expect(answer.headers.get('HX-Trigger')).toBe('list-changed')
    const html = await answer.text()
    expect((await texts(html, '.toast'))[0]).toContain('Vera Viewer deactivated')
    expect(await texts(html, '.toast button')).toEqual(['Reactivate'])
    const [form] = await elements(html, '.toast form')
    const undo = { change: hidden(html, 'change') }
    expect((await post(cast.admin, form?.attributes.action ?? '', undo, PARTIAL)).status).toBe(200)
    expect(await membershipOf(cast.viewer.id)).toMatchObject({ status: 'active' })
  })

  test('a refusal is a toast, and nothing of the page is replaced', async () => {
    await run('update organization set seat_limit = 3')
    await run("update member set status = 'inactive' where user_id = ?", cast.viewer.id)
    const answer = await post(cast.admin, of(cast.viewer, '/reactivate'), {}, PARTIAL)
    expect([answer.status, answer.headers.get('HX-Reswap')]).toEqual([409, 'none'])
    expect((await texts(await answer.text(), '.toast'))[0]).toMatch(/^No seat left/)
  })
})
