import { expect, test } from 'vitest'
import { createApp } from '../../src/app'
import { systemPorts } from '../../src/context'
import { sha256 } from '../../src/rules/tokens'
import { approval } from '../support/access/approval'
import { auditLog } from '../support/access/audit-log'
import { connections } from '../support/access/connections'
import { deletion } from '../support/access/deletion'
import { directory } from '../support/access/directory'
import { domains, provingResolver } from '../support/access/domains'
import { editing } from '../support/access/editing'
import { emailSettings } from '../support/access/email-settings'
import { invitations } from '../support/access/invitations'
import { members } from '../support/access/members'
import { organization } from '../support/access/organization'
import { policies } from '../support/access/policies'
import { reminders } from '../support/access/reminders'
import { roles } from '../support/access/roles'
import { type Rows, WHO, type Who } from '../support/access/row'
import { settings } from '../support/access/settings'
import { sso } from '../support/access/sso'
import { teams } from '../support/access/teams'
import { idOf, send } from '../support/acting'
import { addAccount, addApiKey, addCast, addMember, addTeam, freshChange } from '../support/cast'
import { everyRow } from '../support/dump'
import { addRole } from '../support/roles'
import { createWorld, rows, run, START } from '../support/world'

/** Whoever is not signed in goes to sign in; whoever is not of the organization learns nothing of it. */
const REFUSED: Record<Who, number> = {
  owner: 403,
  admin: 403,
  member: 403,
  viewer: 403,
  outsider: 404,
  inactive: 404,
  nobody: 303,
  expired: 303,
}

/** A file a page group, in test/support/access. */
const ROUTES: Rows = {
  ...approval,
  ...auditLog,
  ...connections,
  ...deletion,
  ...directory,
  ...domains,
  ...policies,
  ...organization,
  ...members,
  ...invitations,
  ...reminders,
  ...editing,
  ...teams,
  ...roles,
  ...settings,
  ...sso,
  ...emailSettings,
}

test('every route of an organization stands in the table', () => {
  const { routes } = createApp(systemPorts)
  const found = routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/o/'))
    .map(({ method, path }) => `${method} ${path.replace(/\/$/, '')}`)
  expect([...new Set(found)].sort()).toEqual(Object.keys(ROUTES).sort())
})

test.each(Object.entries(ROUTES))(
  '%s answers each as it should, and a refusal changes nothing',
  async (route, row) => {
    const world = createWorld({}, { resolver: () => provingResolver })
    const cast = await addCast()
    const { acme, owner } = cast
    const expired = await addMember(acme, await addAccount('Ed Expired', 'ed@acme.test'), 'owner')
    await run('update session set expires_at = ? where hash = ?', START, sha256(expired.cookie))
    // Who visits may be gone after it.
    const sender = await addMember(acme, await addAccount('Sam Sender', 'sam@acme.test'), 'admin')
    const inactive = await addMember(acme, await addAccount('Ina', 'ina@acme.test'), 'owner', 'inactive')
    const cookies: Record<Who, string | null> = {
      owner: owner.cookie,
      admin: cast.admin.cookie,
      member: cast.member.cookie,
      viewer: cast.viewer.cookie,
      outsider: cast.outsider.cookie,
      inactive: inactive.cookie,
      nobody: null,
      expired: expired.cookie,
    }
    const [method = '', pattern = ''] = route.split(' ')
    const statuses: Partial<Record<Who, number>> = {}
    for (const who of WHO) {
      await send(world, sender, `${who}@example.com`)
      await addApiKey(acme)
      const [key] = await rows<{ id: string }>(
        'select id from api_key where revoked_at is null order by id desc limit 1',
      )
      const invitation = await idOf(`${who}@example.com`)
      const ids = { invitation, key: key?.id ?? '', user: owner.id, who, cast, world }
      const path = row.path ? `/o/acme${await row.path(ids)}` : pattern.replace(':slug', 'acme')
      const form = row.form && { ...(await row.form(ids)), change: freshChange() }
      const before = await everyRow()
      const answer = await world.fetch(path, { method, cookie: cookies[who], ...(form && { form }) })
      statuses[who] = answer.status
      const may = row.may.includes(who)
      if (may && method === 'POST') expect(await everyRow(), who).not.toEqual(before)
      else expect(await everyRow(), who).toEqual(before)
      if (!may && answer.status === 303) {
        expect(answer.headers.get('Location')).toMatch(/^\/o\/acme\/sign-in/)
      }
    }
    expect(statuses).toEqual(
      Object.fromEntries(WHO.map((who) => [who, row.may.includes(who) ? row.status : REFUSED[who]])),
    )
  },
)

/** What the forms of one thing need, so that the id alone is what is wrong. */
const FORM = {
  name: 'Anything',
  role: 'viewer',
  successor: 'viewer',
  department: 'Sales',
  organization: 'Acme',
}

test('every route of one thing answers another organization’s id as one that is not there', async () => {
  const world = createWorld()
  const { globex, owner, outsider } = await addCast()
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'theirs@example.com', change: freshChange() },
  })
  const theirs: Record<string, string> = {
    invitations: await idOf('theirs@example.com'),
    members: outsider.id,
    teams: await addTeam(globex, 'Theirs'),
    roles: await addRole(globex, 'Theirs', ['team:manage']),
  }
  const ofOne = Object.keys(ROUTES).filter((route) => route.includes('/:id'))
  expect(new Set(ofOne.map((route) => route.split('/')[3]))).toEqual(new Set(Object.keys(theirs)))
  const before = await everyRow()
  for (const route of ofOne) {
    const [method = '', pattern = ''] = route.split(' ')
    const id = theirs[pattern.split('/')[3] ?? ''] ?? ''
    const path = pattern.replace(':slug', 'acme').replace(':id', id)
    const form = method === 'POST' ? { form: { ...FORM, change: freshChange() } } : {}
    expect((await world.fetch(path, { cookie: owner.cookie, ...form })).status, route).toBe(404)
  }
  expect(await everyRow()).toEqual(before)
})

test('an outsider sees of an organization exactly what there is of one that does not exist', async () => {
  const world = createWorld()
  const { outsider } = await addCast()
  for (const rest of ['', '/invitations', '/invitations/new', '/settings/api-keys', '/nothing']) {
    const [real, none] = await Promise.all(
      ['acme', 'nowhere'].map(async (slug) => {
        const answer = await world.fetch(`/o/${slug}${rest}`, { cookie: outsider.cookie })
        return { status: answer.status, body: await answer.text() }
      }),
    )
    expect(real, rest).toEqual(none)
    expect(real?.status).toBe(404)
  }
})

test('who is not signed in comes back to the page asked for, and htmx is sent there whole', async () => {
  const world = createWorld()
  await addCast()
  const answer = await world.fetch('/o/acme/invitations?tab=all&sort=email')
  expect(answer.headers.get('Location')).toBe(
    `/o/acme/sign-in?next=${encodeURIComponent('/o/acme/invitations?tab=all&sort=email')}`,
  )
  const partial = await world.fetch('/o/acme/invitations', { headers: { 'HX-Request-Type': 'partial' } })
  expect(partial.status).toBe(204)
  expect(partial.headers.get('HX-Redirect')).toBe('/o/acme/sign-in')
})

test.each([
  ['that cannot be decoded', '/o/%E0%A4%A/invitations'],
  ['of a control character', '/o/%00'],
  ['that is empty', '/o//invitations'],
  ['of dots', '/o/../invitations'],
  ['without end', `/o/${'x'.repeat(5000)}`],
])('a slug %s is answered, signed in or not', async (_, path) => {
  const world = createWorld()
  const { owner } = await addCast()
  for (const cookie of [owner.cookie, 'no such session', null]) {
    expect((await world.fetch(path, { cookie })).status).toBeLessThan(500)
  }
})

test('a member who is deactivated or demoted is so at the very next request', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const status = async () => (await world.fetch('/o/acme/invitations', { cookie: admin.cookie })).status
  expect(await status()).toBe(200)
  await run("update member set role = 'member' where user_id = ?", admin.id)
  expect(await status()).toBe(403)
  await run("update member set status = 'inactive' where user_id = ?", admin.id)
  expect(await status()).toBe(404)
})
