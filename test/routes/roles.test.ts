import { beforeEach, describe, expect, test } from 'vitest'
import { MEANINGS, PERMISSIONS } from '../../src/rules/permissions'
import { send } from '../support/acting'
import {
  addAccount,
  addApiKey,
  addCast,
  addMember,
  type Cast,
  freshChange,
  type Person,
} from '../support/cast'
import { counting } from '../support/counting'
import { SCRIPT } from '../support/hostile'
import { elements, texts, typedIn } from '../support/html'
import { addHolder, addRole, rolesOf } from '../support/roles'
import { createWorld, hidden, run, type World } from '../support/world'

const PARTIAL = { 'HX-Request-Type': 'partial' }
type Form = Record<string, string | readonly string[]>

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (who: Person, rest = '', headers = {}) =>
  (await world.fetch(`/o/acme/roles${rest}`, { cookie: who.cookie, headers })).text()
const post = (who: Person, rest: string, form: Form = {}, headers = {}) =>
  world.fetch(`/o/acme/roles${rest}`, {
    cookie: who.cookie,
    headers,
    form: { change: freshChange(), ...form },
  })

describe('the page', () => {
  test('is a matrix of every permission, with what it means, and every role', async () => {
    await addRole(cast.acme, 'Recruiter', ['member:manage'])
    await addRole(cast.acme, 'auditor', ['audit_log:read'])
    await addRole(cast.globex, 'Theirs')
    const html = await page(cast.member)
    expect(await texts(html, '.matrix thead th[scope=col]')).toEqual([
      'Permission',
      'Owner',
      'Admin',
      'Member',
      'Viewer',
      'auditor',
      'Recruiter',
    ])
    expect(await texts(html, '.matrix thead th[scope=colgroup]')).toEqual(['Built in', 'Your own'])
    const heads = (Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]).map(
      (permission) => PERMISSIONS[permission] + MEANINGS[permission],
    )
    expect((await texts(html, '.matrix tbody th[scope=row]')).slice(0, 9)).toEqual(heads)
    const marks = (await texts(html, '.matrix td > .visually-hidden')).map((mark) =>
      mark === 'Yes' ? '✓' : '·',
    )
    expect(Array.from({ length: 9 }, (_, n) => marks.slice(n * 6, n * 6 + 6).join(''))).toEqual([
      '✓✓✓✓✓✓',
      '✓✓✓···',
      '✓✓···✓',
      '✓✓····',
      '✓✓····',
      '✓✓····',
      '✓✓··✓·',
      '✓·····',
      '✓·····',
    ])
  })

  test('says how many members and outstanding invitations hold each', async () => {
    const helper = await addRole(cast.acme, 'Helper')
    await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), helper)
    await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), helper, 'inactive')
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'], { role: helper })
    await run("update invitation set status = 'revoked' where address = 'joe@example.com'")
    const html = await page(cast.admin)
    expect(await texts(html, '.matrix .held-by li')).toEqual([
      '1 member',
      '1 member',
      '1 member',
      '1 member',
      '2 members',
      '1 outstanding invitation',
    ])
    const links = (await elements(html, '.matrix .held-by a')).map(({ attributes }) => attributes.href)
    expect(links.at(-1)).toBe(`/o/acme/members?role=${helper}`)
  })

  test('has the same as a card each, for where there is no room', async () => {
    await addRole(cast.acme, 'Recruiter', ['member:manage'])
    const html = await page(cast.admin)
    expect(await texts(html, '.roles article h2')).toEqual([
      'Owner Built in',
      'Admin Built in',
      'Member Built in',
      'Viewer Built in',
      'Recruiter',
    ])
    expect((await texts(html, '.roles .ticks')).at(-1)).toBe('Organization: ReadMember: Manage')
  })

  test('has buttons for what one may do alone', async () => {
    await addRole(cast.acme, 'Small', ['team:manage'])
    await addRole(cast.acme, 'Keys', ['api_key:manage'])
    const labels = async (who: Person) =>
      (await elements(await page(who), '.matrix a.button')).map(({ attributes }) => attributes['aria-label'])
    expect(await labels(cast.owner)).toEqual(['Edit Keys', 'Delete Keys', 'Edit Small', 'Delete Small'])
    expect(await labels(cast.admin)).toEqual(['Edit Small', 'Delete Small'])
    expect(await labels(cast.member)).toEqual([])
    expect(await texts(await page(cast.member), 'main a.button')).toEqual([])
    const rita = await addHolder(cast.acme, 'Rita', ['role:manage'])
    expect(await labels(rita)).toEqual(['Edit Role of Rita', 'Delete Role of Rita'])
    const html = await page(rita)
    expect(await texts(html, 'header.page a.button')).toEqual(['New role'])
    expect(await elements(html, 'main a[href*=members]')).toEqual([])
    expect(await texts(html, '.sidebar nav a[aria-current]')).toEqual(['Roles'])
  })

  test('takes two trips, answers htmx with its part, and reads little where many hold a role', async () => {
    const many = JSON.stringify(Array.from({ length: 1500 }, (_, n) => `m${n}`))
    await run(
      "insert into user (id, account_scope, address, typed_address, created_at) select value, 'shared', value, value, 0 from json_each(?)",
      many,
    )
    await run(
      "insert into member (organization_id, user_id, role, joined_at) select ?, value, 'member', 0 from json_each(?)",
      cast.acme.id,
      many,
    )
    const { costOf, rowsReadBy } = counting(world)
    expect(await costOf(() => page(cast.admin))).toEqual({ d1: 2 })
    expect((await page(cast.admin, '', PARTIAL)).startsWith('<section id="roles"')).toBe(true)
    let html = ''
    const read = await rowsReadBy(async () => {
      html = await page(cast.admin)
    })
    expect(await texts(html, '.matrix .held-by li')).toContain('999+ members')
    expect(read.flat().reduce((sum, n) => sum + n, 0)).toBeLessThan(1100)
  })
})

describe('the form that makes or edits a role', () => {
  const boxes = async (html: string) =>
    Object.fromEntries(
      (await elements(html, 'input[name=permission]')).map(({ attributes }) => [
        attributes.value,
        `${'checked' in attributes ? 'x' : '-'}${'disabled' in attributes ? '!' : ''}`,
      ]),
    )

  test('offers what one holds; the rest is there with why not', async () => {
    const html = await page(cast.admin, '/new')
    expect(await boxes(html)).toEqual({
      'organization:read': 'x!',
      'member:read': '-',
      'member:manage': '-',
      'team:manage': '-',
      'role:manage': '-',
      'settings:manage': '-',
      'audit_log:read': '-',
      'api_key:manage': '-!',
    })
    expect(await texts(html, '.fixed')).toEqual([
      'Every role holds it.',
      'Your own role does not hold it, so you cannot give it.',
    ])
    expect((await boxes(await page(cast.owner, '/new')))['api_key:manage']).toBe('-')
  })

  test('shows a role as it is, and says so to who holds it', async () => {
    const rita = await addHolder(cast.acme, 'Rita', ['role:manage', 'team:manage'])
    const [role] = await rolesOf(cast.acme)
    await run("update role set description = 'Two\nlines'")
    const html = await page(rita, `/${role?.id}/edit`)
    expect((await elements(html, 'input[name=name]'))[0]?.attributes.value).toBe('Role of Rita')
    expect(typedIn(html, 'description')).toContain('Two')
    expect(await boxes(html)).toMatchObject({ 'team:manage': 'x', 'role:manage': 'x', 'member:read': '-!' })
    expect((await texts(html, 'form header p'))[0]).toContain('You hold this role yourself')
    expect(await texts(html, '.key code')).toEqual([role?.id])
  })

  test('comes back as typed with each error beside its field', async () => {
    const id = await addRole(cast.acme, 'Helper')
    const form = { name: ' Admin', description: 'x'.repeat(201), permission: ['team:manage'] }
    for (const rest of ['/new', `/${id}/edit`]) {
      for (const headers of [{}, PARTIAL]) {
        const answer = await post(cast.owner, rest, form, headers)
        expect(answer.status).toBe(422)
        const html = await answer.text()
        expect((await elements(html, 'input[name=name]'))[0]?.attributes).toMatchObject({
          value: ' Admin',
          'aria-invalid': 'true',
        })
        expect(await texts(html, '#field-name-error')).toEqual(['There is a role with this name already.'])
        expect(await texts(html, '#field-description-error')).toHaveLength(1)
        expect(typedIn(html, 'description')).toBe('x'.repeat(201))
        expect(await boxes(html)).toMatchObject({ 'team:manage': 'x', 'role:manage': '-' })
      }
    }
  })

  test('refuses in place what one does not hold', async () => {
    const answer = await post(cast.admin, '/new', { name: 'Keys', permission: ['api_key:manage'] })
    expect(answer.status).toBe(403)
    expect((await texts(await answer.text(), '#field-permissions-error'))[0]).toMatch(
      /holds all its permissions/,
    )
    expect(await rolesOf(cast.acme)).toEqual([])
  })

  test('that showed what is so no longer comes back with what is', async () => {
    const id = await addRole(cast.acme, 'Helper', ['team:manage'])
    const shown = hidden(await page(cast.owner, `/${id}/edit`), 'shown').replaceAll('&quot;', '"')
    await post(cast.owner, `/${id}/edit`, { name: 'Hand', shown, permission: ['team:manage'] })
    const answer = await post(cast.admin, `/${id}/edit`, { name: 'Arm', shown, permission: ['member:read'] })
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect((await elements(html, 'input[name=name]'))[0]?.attributes.value).toBe('Hand')
    expect(await boxes(html)).toMatchObject({ 'team:manage': 'x', 'member:read': '-' })
    expect((await texts(html, 'form [role=alert]'))[0]).toContain('just now')
    const next = hidden(html, 'shown').replaceAll('&quot;', '"')
    expect((await post(cast.admin, `/${id}/edit`, { name: 'Arm', shown: next })).status).toBe(303)
  })

  test.each([
    ['/new', 'Role made'],
    ['/{id}/edit', 'Role changed'],
    ['/{id}/delete', 'Role deleted'],
  ])('%s done says so: on the page, or as a toast that refreshes it', async (rest, words) => {
    const ids = [await addRole(cast.acme, 'One'), await addRole(cast.acme, 'Two')]
    const answer = await post(cast.admin, rest.replace('{id}', ids[0] ?? ''), { name: 'Three' })
    expect(answer.status).toBe(303)
    const next = await (
      await world.fetch(answer.headers.get('Location') ?? '', { cookie: cast.admin.cookie })
    ).text()
    expect(await texts(next, '#toasts .toast')).toEqual([words])
    const part = await post(cast.admin, rest.replace('{id}', ids[1] ?? ''), { name: 'Four' }, PARTIAL)
    expect(part.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
    expect(await texts(await part.text(), '.toast')).toEqual([words])
  })

  test('a hostile name and description are text wherever they show', async () => {
    await post(cast.admin, '/new', { name: SCRIPT, description: SCRIPT })
    const [role] = await rolesOf(cast.acme)
    for (const rest of ['', '/new', `/${role?.id}/edit`, `/${role?.id}/delete`])
      expect(await page(cast.admin, rest)).not.toContain('<script>alert')
  })
})

describe('the form that deletes a role', () => {
  const form = async (id: string, who = cast.owner) => {
    const html = await page(who, `/${id}/delete`)
    const [lead = ''] = await texts(html, 'main form header p')
    return { html, lead, roles: (await texts(html, 'select[name=successor] option')).slice(1) }
  }

  test('only asks where nobody holds it', async () => {
    const { html, lead } = await form(await addRole(cast.acme, 'Helper'))
    expect(lead).toBe('Nobody holds it. This is final.')
    expect(await elements(html, 'select')).toEqual([])
    expect(await texts(html, 'main button[type=submit]')).toEqual(['Delete role'])
  })

  test('names who holds it, and the roles one may give instead', async () => {
    const id = await addRole(cast.acme, 'Helper')
    await addRole(cast.acme, 'Keys', ['api_key:manage'])
    await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), id)
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'], { role: id })
    expect(await form(id)).toMatchObject({
      lead: '1 member and 2 outstanding invitations hold it. They get another one at once.',
      roles: ['Admin', 'Member', 'Viewer', 'Keys'],
    })
    expect((await form(id, cast.admin)).roles).toEqual(['Admin', 'Member', 'Viewer'])
  })

  test('offers for an API key what may manage members alone, and says so where there is none', async () => {
    const id = await addRole(cast.acme, 'Helper', ['role:manage'])
    await addApiKey(cast.acme, id)
    await run('update organization set default_role = ?', id)
    expect(await form(id)).toMatchObject({
      lead: '1 API key holds it, and it is the organization’s default role. They get another one at once.',
      roles: ['Admin'],
    })
    const rita = await addHolder(cast.acme, 'Rita', ['role:manage'])
    const stuck = (await form(id, rita)).html
    expect(stuck).toContain('Revoke the key first.')
    expect(await texts(stuck, 'main button[type=submit]')).toEqual([])
  })

  test('comes back where somebody got the role meanwhile, or the choice is no choice', async () => {
    const id = await addRole(cast.acme, 'Helper')
    await addMember(cast.acme, await addAccount('Hans', 'hans@acme.test'), id)
    for (const [successor, status] of [
      ['', 422],
      ['nonsense', 422],
      ['owner', 403],
    ] as const) {
      const answer = await post(cast.owner, `/${id}/delete`, { successor })
      expect(answer.status).toBe(status)
      const html = await answer.text()
      expect(await texts(html, '#field-successor-error')).toHaveLength(1)
      expect(await texts(html, 'select option')).toContain('Member')
    }
    expect((await post(cast.owner, `/${id}/delete`, { successor: 'member' })).status).toBe(303)
  })
})
