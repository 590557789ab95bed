import { beforeEach, describe, expect, test } from 'vitest'
import { CHOOSABLE_PERMISSIONS, type Permission } from '../../src/rules/permissions'
import { idOf, send } from '../support/acting'
import { addCast, addTeam, type Cast, freshChange } from '../support/cast'
import { everyRow } from '../support/dump'
import { texts } from '../support/html'
import { addHolder, addRole } from '../support/roles'
import { createWorld, rows, type World } from '../support/world'

// Roles of one permission each, beside the one that all hold, against the routes of the console: each opens what
// its permission is for and nothing else. What the built-in roles may do stands in access.test.ts.

/** What a visit may name, made afresh for each. */
type Ids = { invitation: string; team: string; role: string; user: string; place: string }
type Visit = { path: (ids: Ids) => string; form?: (ids: Ids) => Record<string, string> }

/** Which permissions open a route; any one of them does. */
const OPENS: Record<string, [readonly Permission[], Visit]> = {
  home: [CHOOSABLE_PERMISSIONS, { path: () => '' }],
  members: [['member:read'], { path: () => '/members' }],
  member: [['member:read'], { path: ({ user }) => `/members/${user}` }],
  'deactivate member': [
    ['member:manage'],
    { path: ({ user }) => `/members/${user}/deactivate`, form: () => ({}) },
  ],
  invitations: [['member:manage'], { path: () => '/invitations' }],
  'send form': [['member:manage'], { path: () => '/invitations/new' }],
  send: [
    ['member:manage'],
    {
      path: () => '/invitations',
      form: ({ place }) => ({ addresses: `${place}@example.com`, role: 'viewer' }),
    },
  ],
  resend: [
    ['member:manage'],
    { path: () => '/invitations/resend', form: ({ invitation }) => ({ only: invitation }) },
  ],
  revoke: [
    ['member:manage'],
    { path: () => '/invitations/revoke', form: ({ invitation }) => ({ id: invitation }) },
  ],
  'edit invitation': [['member:manage'], { path: ({ invitation }) => `/invitations/${invitation}/edit` }],
  teams: [['member:read', 'team:manage'], { path: () => '/teams' }],
  'team form': [['team:manage'], { path: () => '/teams/new' }],
  'make team': [['team:manage'], { path: () => '/teams/new', form: ({ place }) => ({ name: place }) }],
  'rename team': [
    ['team:manage'],
    { path: ({ team }) => `/teams/${team}/edit`, form: ({ place }) => ({ name: `Re ${place}` }) },
  ],
  'delete team': [['team:manage'], { path: ({ team }) => `/teams/${team}/delete`, form: () => ({}) }],
  roles: [['member:read', 'role:manage'], { path: () => '/roles' }],
  'role form': [['role:manage'], { path: () => '/roles/new' }],
  'make role': [['role:manage'], { path: () => '/roles/new', form: ({ place }) => ({ name: place }) }],
  'edit role': [
    ['role:manage'],
    { path: ({ role }) => `/roles/${role}/edit`, form: ({ place }) => ({ name: `Re ${place}` }) },
  ],
  'delete role': [['role:manage'], { path: ({ role }) => `/roles/${role}/delete`, form: () => ({}) }],
  settings: [['settings:manage'], { path: () => '/settings' }],
  'settings of invitations': [['settings:manage'], { path: () => '/settings/invitations' }],
  'change settings': [
    ['settings:manage'],
    { path: () => '/settings', form: ({ place }) => ({ name: `Acme of ${place}` }) },
  ],
  'audit log': [['audit_log:read'], { path: () => '/audit-log' }],
  'audit log as CSV': [['audit_log:read'], { path: () => '/audit-log.csv' }],
  'API keys': [['api_key:manage'], { path: () => '/settings/api-keys' }],
  'make API key': [
    [],
    { path: () => '/settings/api-keys', form: () => ({ name: 'x', role: 'admin', access: 'read' }) },
  ],
  'deletion of the organization': [[], { path: () => '/settings/deletion' }],
  'delete the organization': [[], { path: () => '/settings/deletion', form: () => ({ name: 'Acme' }) }],
}

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const idsFor = async (): Promise<Ids> => {
  const place = freshChange()
  const [outcome] = await send(world, cast.owner, `for-${place}@example.com`, { role: 'viewer' })
  return {
    place,
    invitation: outcome?.kind === 'invited' ? outcome.invitationId : '',
    team: await addTeam(cast.acme, `Team ${place}`),
    role: await addRole(cast.acme, `Role ${place}`),
    user: cast.viewer.id,
  }
}

const changes = async () => (await rows<{ n: number }>('select count(*) as n from audit_event'))[0]?.n ?? 0

describe.each(CHOOSABLE_PERMISSIONS)('a role that holds %s', (permission) => {
  const isOpen = ([permissions]: (typeof OPENS)[string]) => permissions.includes(permission)
  const visit = (cookie: string, { path, form }: Visit, ids: Ids) =>
    world.fetch(`/o/acme${path(ids)}`, {
      cookie,
      ...(form && { form: { change: freshChange(), ...form(ids) } }),
    })

  test('opens what that is for and nothing else, and what it refuses changes nothing', async () => {
    const { cookie } = await addHolder(cast.acme, 'Holder', [permission])
    const ids = await idsFor()
    const before = await everyRow()
    for (const [name, row] of Object.entries(OPENS).filter(([, row]) => !isOpen(row)))
      expect([name, (await visit(cookie, row[1], ids)).status]).toEqual([name, 403])
    expect(await everyRow()).toEqual(before)
    for (const [name, row] of Object.entries(OPENS).filter(([, row]) => isOpen(row))) {
      const own = await idsFor()
      const known = await changes()
      expect([name, (await visit(cookie, row[1], own)).status]).toEqual([name, row[1].form ? 303 : 200])
      expect([name, (await changes()) - known]).toEqual([name, row[1].form ? 1 : 0])
    }
  })
})

const ENTRIES: Record<Permission, string[]> = {
  'organization:read': ['Home'],
  'member:read': ['Home', 'Members', 'Teams', 'Roles'],
  'member:manage': ['Overview', 'Invitations'],
  'team:manage': ['Home', 'Teams'],
  'role:manage': ['Home', 'Roles'],
  'settings:manage': ['Home', 'Settings'],
  'audit_log:read': ['Home', 'Audit log'],
  'api_key:manage': ['Home', 'Settings'],
  'organization:delete': [],
}

test.each(CHOOSABLE_PERMISSIONS)(
  'the sidebar of a role that holds %s leads nowhere but there',
  async (one) => {
    const who = await addHolder(cast.acme, 'Holder', [one])
    const html = await (await world.fetch('/o/acme', { cookie: who.cookie })).text()
    expect(await texts(html, '.sidebar nav a')).toEqual(ENTRIES[one])
  },
)

test('who may invite with a role of their own gives no more than they hold, wherever they try', async () => {
  const who = await addHolder(cast.acme, 'Recruiter', ['member:manage'])
  const more = await addRole(cast.acme, 'More', ['team:manage'])
  const same = await addRole(cast.acme, 'Same', ['member:manage'])
  const html = await (await world.fetch('/o/acme/invitations/new', { cookie: who.cookie })).text()
  // Member: Read is not theirs, so neither is the role Member.
  expect(await texts(html, 'select[name=role] option')).toEqual(['Viewer', 'Role of Recruiter', 'Same'])
  for (const role of ['admin', 'member', more])
    expect((await sendAs(who.cookie, role)).status, role).toBe(403)
  for (const role of ['viewer', same]) expect((await sendAs(who.cookie, role)).status, role).toBe(303)
  await send(world, cast.owner, 'big@example.com', { role: more })
  const resent = await world.fetch('/o/acme/invitations/resend', {
    cookie: who.cookie,
    form: { only: await idOf('big@example.com'), change: freshChange() },
  })
  expect(resent.status).toBe(403)
})

const sendAs = (cookie: string, role: string) =>
  world.fetch('/o/acme/invitations', {
    cookie,
    form: { addresses: `${freshChange()}@example.com`, role, change: freshChange() },
  })
