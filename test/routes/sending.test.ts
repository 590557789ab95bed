import { expect, test } from 'vitest'
import { addAccount, addCast, addMember, addTeam, freshChange, invite } from '../support/cast'
import { elements, texts, typedIn } from '../support/html'
import { createWorld, hidden, rows, run } from '../support/world'

const FORM = '/o/acme/invitations/new'
const list = (count: number) => Array.from({ length: count }, (_, n) => `person${n}@example.com`)

test('the page offers Invite users, which leads to a form that works without a script', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const page = await (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).text()
  const button = (await elements(page, 'header.page a.button')).find(({ text }) => text === 'Invite users')
  expect(button?.attributes).toMatchObject({ href: FORM, 'hx-get': FORM })

  const form = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(await elements(form, 'form.send')).toMatchObject([
    { attributes: { method: 'post', action: '/o/acme/invitations' } },
  ])
  expect(form).toContain('cannot be unsent, only revoked')
  expect(await texts(form, 'form.send label')).toEqual([
    'Email addresses',
    'Role',
    'Department (optional)',
    'Personal note (optional)',
    'Language',
  ])
  expect(await texts(form, 'footer button[type="submit"]')).toEqual(['Send invitations'])
})

test('in the dialog the form stands alone, and on its page within the console', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const partial = { cookie: admin.cookie, headers: { 'HX-Request-Type': 'partial' } }
  const dialog = await (await world.fetch(FORM, partial)).text()
  expect(await elements(dialog, 'html, nav:not(.tabs), h1')).toEqual([])
  expect(await texts(dialog, '#dialog-title')).toEqual(['Invite users'])
  const page = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(await elements(page, 'nav:not(.tabs)')).not.toEqual([])
})

test('the roles offered are those that may be granted, the default preselected and owner never among them', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast({ default_role: 'viewer' })
  for (const who of [admin, owner]) {
    const form = await (await world.fetch(FORM, { cookie: who.cookie })).text()
    const options = await elements(form, 'select[name=role] option')
    expect(options.map(({ text }) => text)).toEqual(['Admin', 'Member', 'Viewer'])
    expect(options.filter(({ attributes }) => 'selected' in attributes).map(({ text }) => text)).toEqual([
      'Viewer',
    ])
  }
})

test('a required role is not chosen beforehand, and one not offered has no field', async () => {
  const world = createWorld()
  const { admin } = await addCast({ role_at_sending: 'required' })
  const required = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  const [select] = await elements(required, 'select[name=role]')
  expect(select?.attributes).toHaveProperty('required')
  const [first] = await elements(required, 'select[name=role] option')
  expect(first).toMatchObject({ text: 'Choose a role', attributes: { value: '', selected: '' } })
  const refused = await invite(world, admin, 'a@example.com', { role: '' })
  expect(refused.status).toBe(422)
  expect(await texts(await refused.text(), '#field-role-error')).toEqual(['Choose a role.'])

  await run("update organization set role_at_sending = 'not_offered'")
  const none = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(await elements(none, '[name=role]')).toEqual([])
})

test('departments of members and of outstanding invitations are suggested, once each, and no others', async () => {
  const world = createWorld()
  const { acme, globex, admin, outsider } = await addCast()
  await addMember(acme, await addAccount('Sam', 'sam@acme.test'), 'member')
  await run("update member set department = 'Sales' where organization_id = ? and role != 'owner'", acme.id)
  await run("update member set department = 'Secret' where organization_id = ?", globex.id)
  await invite(world, admin, 'a@example.com', { department: 'Support' })
  await invite(world, admin, 'b@example.com', { department: 'Sales' })
  await invite(world, admin, 'c@example.com', { department: 'Ended' })
  await run("update invitation set status = 'revoked' where department = 'Ended'")
  const suggested = async (slug: string, cookie: string) => {
    const form = await (await world.fetch(`/o/${slug}/invitations/new`, { cookie })).text()
    return (await elements(form, 'datalist#departments option')).map(({ attributes }) => attributes.value)
  }
  expect(await suggested('acme', admin.cookie)).toEqual(['Sales', 'Support'])
  expect(await suggested('globex', outsider.cookie)).toEqual(['Secret'])
})

test('the organization’s teams can be ticked, and no other’s', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  await addTeam(globex, 'Theirs')
  const before = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(await texts(before, 'fieldset.teams label')).toEqual([])
  await addTeam(acme, 'Red')
  await addTeam(acme, 'Blue')
  const form = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(await texts(form, 'fieldset.teams label')).toEqual(['Blue', 'Red'])
})

test('when everybody is invited, the list says how many', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const answer = await invite(world, admin, 'A <a@example.com>; b@example.com\nc@example.com')
  expect(answer.status).toBe(303)
  const next = answer.headers.get('Location') ?? ''
  const page = await (await world.fetch(next, { cookie: admin.cookie })).text()
  expect(await texts(page, '.toast')).toEqual(['3 invitations sent'])
  expect(await texts(page, 'tbody th.email')).toHaveLength(3)
  const one = await invite(world, admin, 'd@example.com')
  const again = await world.fetch(one.headers.get('Location') ?? '', { cookie: admin.cookie })
  expect(await texts(await again.text(), '.toast')).toEqual(['1 invitation sent'])
})

test('in the dialog, success closes it, refreshes the list and says how many', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const answer = await world.fetch('/o/acme/invitations', {
    cookie: admin.cookie,
    headers: { 'HX-Request-Type': 'partial' },
    form: { addresses: 'a@example.com b@example.com', change: freshChange() },
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
  expect(answer.headers.get('HX-Reswap')).toBe('none')
  const html = await answer.text()
  expect(await texts(html, 'hx-partial[hx-target="#toasts"] .toast')).toEqual(['2 invitations sent'])
})

test('more than a hundred are refused with both numbers, and the box keeps them all', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const text = list(101).join('\n')
  const answer = await invite(world, admin, text, { department: 'Sales', note: 'Hello' })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  const [error] = await texts(html, '#field-addresses-error')
  expect(error).toMatch(/\b100\b.*\b101\b.*Nothing was sent/)
  expect(typedIn(html, 'addresses')).toBe(text)
  expect(typedIn(html, 'note')).toBe('Hello')
  expect((await elements(html, 'input[name=department]'))[0]?.attributes.value).toBe('Sales')
  expect(await rows('select id from invitation')).toEqual([])
  expect(world.messages).toEqual([])
})

test.each([
  ['no address', { addresses: ' , ' }, 'addresses'],
  ['a note too long', { note: 'x'.repeat(501) }, 'note'],
  ['a department too long', { department: 'x'.repeat(101) }, 'department'],
  ['a role that is none', { role: 'emperor' }, 'role'],
])('with %s the form comes back as typed, the error beside its field', async (_, wrong, field) => {
  const world = createWorld()
  const { admin } = await addCast()
  const typed = { addresses: 'a@example.com', note: 'A note', department: 'Sales', role: 'viewer', ...wrong }
  const answer = await invite(world, admin, typed.addresses, typed)
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(await texts(html, `#field-${field}-error`)).toHaveLength(1)
  expect(await elements(html, '[aria-invalid=true]')).toMatchObject([
    { attributes: { name: field, 'aria-describedby': expect.stringContaining(`field-${field}-error`) } },
  ])
  expect(typedIn(html, 'addresses')).toBe(typed.addresses)
  expect(typedIn(html, 'note')).toBe(typed.note)
  expect((await elements(html, 'input[name=department]'))[0]?.attributes.value).toBe(typed.department)
  expect(await rows('select id from invitation')).toEqual([])
})

test('a team that is not there is told even where there is no team to tick', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const answer = await invite(world, admin, 'a@example.com', { team: 'gone' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('One of these teams is not there any more.')
})

test('owner, posted all the same, is refused beside the role with 403', async () => {
  const world = createWorld()
  const { owner } = await addCast()
  const answer = await invite(world, owner, 'a@example.com', { role: 'owner' })
  expect(answer.status).toBe(403)
  const html = await answer.text()
  expect((await texts(html, '#field-role-error'))[0]).toContain('nobody is invited as owner')
  expect(typedIn(html, 'addresses')).toBe('a@example.com')
  expect(await rows('select id from invitation')).toEqual([])
})

test('a form that comes back without a role that can be given has the default chosen again', async () => {
  const world = createWorld()
  const { owner } = await addCast()
  for (const role of ['', 'emperor', 'owner']) {
    const html = await (await invite(world, owner, 'nonsense', { role })).text()
    expect(await texts(html, 'select[name=role] option[selected]'), role).toEqual(['Member'])
  }
})

test('a form pressed twice sends once and answers both times alike; the form shown next is another change', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const form = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  const press = () => invite(world, admin, 'a@example.com, b@example.com', { change: hidden(form, 'change') })
  const answers = await Promise.all([press(), press()])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(answers[0]?.headers.get('Location')).toBe(answers[1]?.headers.get('Location'))
  expect(answers[0]?.headers.get('Location')).toContain('n=2')
  expect(await rows('select id from delivery')).toHaveLength(2)
  const next = await (await world.fetch(FORM, { cookie: admin.cookie })).text()
  expect(hidden(next, 'change')).not.toBe(hidden(form, 'change'))
})
