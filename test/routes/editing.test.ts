import { beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../support/acting'
import { addCast, addTeam, type Cast, freshChange, invite, type Person } from '../support/cast'
import { edit, termsOf } from '../support/editing'
import { elements, texts, typedIn } from '../support/html'
import { createWorld, rows, run, type World } from '../support/world'

const JANE = 'jane@example.com'
const LIST = '/o/acme/invitations'
const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
let blue: string
let red: string
let id: string
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
  blue = await addTeam(cast.acme, 'Blue')
  red = await addTeam(cast.acme, 'Red')
  const note = 'Hello\nJane “and” <co>'
  await invite(world, cast.admin, JANE, { role: 'member', department: 'Sales', note, team: blue })
  id = await idOf(JANE)
})

const url = () => `${LIST}/${id}/edit`
const show = async (who: Person = cast.admin, headers: Record<string, string> = {}) =>
  (await world.fetch(url(), { cookie: who.cookie, headers })).text()

/** The fields of the form as a browser would post them, some of them typed over. */
const posted = async (html: string, typed: Record<string, string | readonly string[]> = {}) => {
  const inputs = await elements(html, 'main form.edit input, form.edit input')
  const fields = Object.fromEntries(
    inputs
      .filter(({ attributes: { type, name } }) => type !== 'checkbox' && name)
      .map(({ attributes: { name = '', value = '' } }) => [name, value]),
  )
  const team = inputs
    .filter(({ attributes }) => attributes.name === 'team' && attributes.checked !== undefined)
    .map(({ attributes }) => attributes.value ?? '')
  const [role] = await elements(html, 'select[name=role] option[selected]')
  const roles = role ? { role: role.attributes.value ?? '' } : {}
  return { ...fields, ...roles, note: typedIn(html, 'note'), team, ...typed }
}

const post = (form: Record<string, string | readonly string[]>, who = cast.admin, headers = {}) =>
  world.fetch(url(), { cookie: who.cookie, form, headers })

const edits = () => rows("select id from audit_event where action = 'invitation.edited'")

test('a row’s Edit opens the form in the dialog, and on a page where there is no script', async () => {
  const html = await (await world.fetch(LIST, { cookie: cast.admin.cookie })).text()
  const [link] = await elements(html, `tbody a[href="${url()}"]`)
  expect(link).toMatchObject({
    text: 'Edit',
    attributes: {
      'hx-get': url(),
      'hx-target': '#dialog-content',
      'aria-label': `Edit the invitation of ${JANE}`,
    },
  })
  const page = await show()
  expect(await texts(page, '#dialog-title')).toEqual(['Edit invitation'])
  expect(await elements(page, 'nav')).not.toEqual([])
  const dialog = await show(cast.admin, PARTIAL)
  expect(await elements(dialog, 'nav')).toEqual([])
  expect((await elements(dialog, 'form'))[0]?.attributes).toMatchObject({ action: url(), 'hx-post': url() })
})

test('the form shows what the invitation says, and the roles that one may give', async () => {
  const html = await show()
  expect(await texts(html, 'select[name=role] option')).toEqual(['Admin', 'Member', 'Viewer'])
  expect(await posted(html)).toMatchObject({
    role: 'member',
    department: 'Sales',
    note: 'Hello\nJane “and” <co>',
    team: [blue],
  })
  expect(await texts(html, 'fieldset.teams label')).toEqual(['Blue', 'Red'])
  expect(html).toContain(JANE)
})

test('saved as it was shown, it says that there is nothing to change, and writes nothing', async () => {
  const answer = await post(await posted(await show()))
  expect(answer.headers.get('Location')).toBe(`${LIST}?notice=unchanged`)
  expect(await edits()).toEqual([])
})

test('saved with changes, it goes back to the list and says so', async () => {
  const form = await posted(await show(), { role: 'viewer', department: '', note: 'Hi', team: [red] })
  const answer = await post(form)
  expect(answer.status).toBe(303)
  const list = await (
    await world.fetch(answer.headers.get('Location') ?? '', { cookie: cast.admin.cookie })
  ).text()
  expect(await texts(list, '.toast')).toEqual(['Invitation changed'])
  expect(await termsOf(id)).toEqual({ role: 'viewer', department: '', note: 'Hi', teams: 'Red' })
})

test('every team can be taken away', async () => {
  await post(await posted(await show(), { team: [] }))
  expect(await termsOf(id)).toMatchObject({ teams: '' })
})

test('with htmx the dialog closes, the list refreshes, and a toast says so', async () => {
  const form = await posted(await show(cast.admin, PARTIAL), { department: 'Design' })
  const answer = await post(form, cast.admin, PARTIAL)
  expect([answer.status, answer.headers.get('HX-Trigger'), answer.headers.get('HX-Reswap')]).toEqual([
    200,
    'list-changed, close-dialog',
    'none',
  ])
  expect(await texts(await answer.text(), '.toast')).toEqual(['Invitation changed'])
})

test('with mistakes it comes back as typed, each beside its field, and writes nothing', async () => {
  const typed = { role: 'emperor', department: 'x'.repeat(101), note: 'y'.repeat(501), team: [red] }
  const answer = await post(await posted(await show(), typed), cast.admin, PARTIAL)
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(await texts(html, '#field-role-error')).toEqual(['There is no such role.'])
  expect(await texts(html, '#field-department-error')).toEqual([
    'A department can have up to 100 characters.',
  ])
  expect(await texts(html, '#field-note-error')).toHaveLength(1)
  expect(await posted(html)).toMatchObject({
    department: typed.department,
    note: typed.note,
    team: [red],
    'shown-department': 'Sales',
  })
  expect(await edits()).toEqual([])
})

test('a role that one may not give is refused beside the field', async () => {
  const answer = await post(await posted(await show(), { role: 'owner', note: 'Kept' }))
  expect(answer.status).toBe(403)
  const html = await answer.text()
  expect((await texts(html, '#field-role-error'))[0]).toMatch(/can be given only by/)
  expect(typedIn(html, 'note')).toBe('Kept')
  expect(await edits()).toEqual([])
})

describe('where somebody else was faster', () => {
  test('in another field, both get their way', async () => {
    const mine = await posted(await show(), { note: 'Mine' })
    await post(await posted(await show(cast.owner), { department: 'Design', team: [blue, red] }), cast.owner)
    expect((await post(mine)).headers.get('Location')).toBe(`${LIST}?notice=edited`)
    expect(await termsOf(id)).toEqual({
      role: 'member',
      department: 'Design',
      note: 'Mine',
      teams: 'Blue, Red',
    })
  })

  test('in the same field, it is told what it is now, and what was typed is kept until saved again', async () => {
    const mine = await posted(await show(), { department: 'Mine', note: 'My note' })
    await edit(world, cast.owner, id, { department: { to: 'Theirs' }, role: { to: 'viewer' } })
    const answer = await post(mine)
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect(await texts(html, '#field-department-error')).toEqual([
      'Changed meanwhile to: Theirs. Save again to have it your way.',
    ])
    const again = await posted(html)
    expect(again).toMatchObject({
      department: 'Mine',
      note: 'My note',
      role: 'viewer',
      'shown-department': 'Theirs',
    })
    expect(await termsOf(id)).toMatchObject({ department: 'Theirs' })

    expect((await post(again)).headers.get('Location')).toBe(`${LIST}?notice=edited`)
    expect(await termsOf(id)).toMatchObject({ department: 'Mine', note: 'My note', role: 'viewer' })
  })
})

test('a mistake in between hides nothing that somebody else has changed', async () => {
  const mine = await posted(await show(), { department: 'Mine', note: 'y'.repeat(501) })
  await edit(world, cast.owner, id, { department: { to: 'Theirs' } })
  const wrong = await post(mine)
  expect(wrong.status).toBe(422)
  expect((await post(await posted(await wrong.text(), { note: 'Short' }))).status).toBe(409)
  expect(await termsOf(id)).toMatchObject({ department: 'Theirs' })
})

test('pressed twice it is one change, and both presses get the same answer', async () => {
  const form = await posted(await show(), { note: 'Hi' })
  for (const _ of [1, 2]) expect((await post(form)).headers.get('Location')).toBe(`${LIST}?notice=edited`)
  expect(await edits()).toHaveLength(1)
})

test('what has ended is refused with what happened', async () => {
  const form = await posted(await show(), { note: 'Hi' })
  await run("update invitation set status = 'revoked'")
  for (const answer of [await post(form), await world.fetch(url(), { cookie: cast.admin.cookie })]) {
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Already revoked')
  }
  const list = await (await world.fetch(`${LIST}?tab=all`, { cookie: cast.admin.cookie })).text()
  expect(await elements(list, 'tbody .actions a')).toEqual([])
})

test('an invitation whose role one may not give has no Resend and no Edit, but Revoke', async () => {
  await run("update invitation set role = 'owner'")
  const list = await (await world.fetch(LIST, { cookie: cast.admin.cookie })).text()
  expect(await texts(list, 'tbody .actions button, tbody .actions a')).toEqual(['Revoke'])
  expect((await world.fetch(url(), { cookie: cast.admin.cookie })).status).toBe(403)
})

test('a form leaves alone what it does not show', async () => {
  await run("update organization set role_at_sending = 'not_offered', asks_department = 0, asks_teams = 0")
  const shows = async () => {
    const html = await show()
    return {
      role: (await elements(html, 'select[name=role]')).length,
      department: (await elements(html, 'input[name=department]')).length,
      teams: (await elements(html, 'fieldset.teams')).length,
    }
  }
  // What the invitation has is shown, so that it can be taken away.
  expect(await shows()).toEqual({ role: 0, department: 1, teams: 1 })
  await post({ note: 'Hi', change: freshChange() })
  expect(await termsOf(id)).toEqual({ role: 'member', department: 'Sales', note: 'Hi', teams: 'Blue' })
  await post(await posted(await show(), { department: '', team: [] }))
  expect(await shows()).toEqual({ role: 0, department: 0, teams: 0 })
  expect(await termsOf(id)).toEqual({ role: 'member', department: '', note: 'Hi', teams: '' })
})

test('what is said of the note depends on whether the mail has left', async () => {
  expect(await show()).toContain('The mail has not left yet')
  await world.drain()
  expect(await show()).toContain('Shown in the next mail, if you resend.')
})
