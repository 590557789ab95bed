import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { addAccount, addCast, addMember, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const NEW = '/organizations/new'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld({ ORGANIZATION_CREATION: 'anyone' })
  cast = await addCast()
})

const visit = (path: string, who: Person | null, of = world) =>
  of.fetch(path, { cookie: who?.cookie ?? null })
const make = (who: Person | null, name: string, change = freshChange(), of = world) =>
  of.fetch(NEW, { cookie: who?.cookie ?? null, form: { name, change } })
const slugs = async () =>
  (await rows<{ slug: string }>('select slug from organization order by created_at, id')).map(
    ({ slug }) => slug,
  )

describe('the start leads', () => {
  const start = async (who: Person | null) => (await visit('/', who)).headers.get('Location')

  test('to the only organization, to the one joined last, and to the list where there is none', async () => {
    expect(await start(cast.member)).toBe('/o/acme')
    await addMember(cast.globex, cast.member, 'viewer')
    await run('update member set joined_at = ? where organization_id = ?', START + 1, cast.globex.id)
    expect(await start(cast.member)).toBe('/o/globex')
    expect(await start(await addAccount('Nora Nowhere', 'nora@example.com'))).toBe('/organizations')
    expect(await start(null)).toBe('/sign-in')
  })
})

describe('one’s organizations', () => {
  test('are listed with role and day, each with its way in and out; those one is inactive in are not', async () => {
    await addMember(cast.globex, cast.member, 'viewer')
    const { acme } = cast
    await run("update organization set name = 'zeta' where id = ?", acme.id)
    const html = await (await visit('/organizations', cast.member)).text()
    expect(await texts(html, '.places strong')).toEqual(['Globex', 'zeta'])
    expect(await texts(html, '.places small')).toEqual([
      'Viewer · since Mar 1, 2026',
      'Member · since Mar 1, 2026',
    ])
    expect((await elements(html, '.places a')).map(({ attributes }) => attributes.href)).toEqual([
      '/o/globex',
      '/o/globex/leave',
      '/o/acme',
      '/o/acme/leave',
    ])
    await run("update member set status = 'inactive' where organization_id = ?", cast.globex.id)
    const fewer = await (await visit('/organizations', cast.member)).text()
    expect(await texts(fewer, '.places strong')).toEqual(['zeta'])
  })

  test('cost two trips, a hundred as well', async () => {
    const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)'
    await run(
      `${numbers} insert into organization (id, name, slug, created_at) select 'o' || i, 'Org ' || i, 'o' || i, 1 from n`,
    )
    await run(
      `${numbers} insert into member (organization_id, user_id, role, joined_at) select 'o' || i, ?, 'member', 1 from n`,
      cast.member.id,
    )
    const { costOf } = counting(world)
    let html = ''
    const cost = await costOf(async () => {
      html = await (await visit('/organizations', cast.member)).text()
    })
    expect(cost).toEqual({ d1: 2 })
    expect(await elements(html, '.places li')).toHaveLength(101)
  })

  test('are nobody’s business but their own', async () => {
    const response = await visit('/organizations', null)
    expect(response.headers.get('Location')).toBe('/sign-in?next=%2Forganizations')
  })

  test('none: says what to do, by what the deployment allows', async () => {
    const nora = await addAccount('Nora Nowhere', 'nora@example.com')
    const anyone = await seen(await visit('/organizations', nora))
    expect(anyone.text).toContain('invitation sent to nora@example.com, or make your own')
    expect(anyone.links.map(({ attributes }) => attributes.href)).toContain(NEW)
    const nobody = await seen(await visit('/organizations', nora, createWorld({ ORGANIZATION_CREATION: '' })))
    expect(nobody.text).not.toContain('make your own')
    expect(nobody.links.map(({ attributes }) => attributes.href)).not.toContain(NEW)
  })
})

describe('making an organization', () => {
  test('makes who asks its owner, and lands there', async () => {
    const change = hidden(await (await visit(NEW, cast.member)).text(), 'change')
    const response = await make(cast.member, '  Initech  & Söhne ', change)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/o/initech-sohne?notice=organization-created')
    const [made] = await rows<{ id: string }>(
      "select id, name, account_scope, created_at from organization where slug = 'initech-sohne'",
    )
    expect(made).toEqual({
      id: expect.any(String),
      name: 'Initech & Söhne',
      account_scope: 'shared',
      created_at: START,
    })
    expect(
      await rows('select user_id, role, status from member where organization_id = ?', made?.id),
    ).toEqual([{ user_id: cast.member.id, role: 'owner', status: 'active' }])
    expect(
      await rows(
        'select action, actor_id, target_name, detail from audit_event where organization_id = ?',
        made?.id,
      ),
    ).toEqual([
      {
        action: 'organization.created',
        actor_id: cast.member.id,
        target_name: 'Initech & Söhne',
        detail: JSON.stringify({
          slug: 'initech-sohne',
          accountScope: 'shared',
          owner: 'max.member@acme.test',
        }),
      },
    ])
    expect((await visit('/o/initech-sohne', cast.member)).status).toBe(200)
    expect((await visit('/', cast.member)).status).toBe(302)
  })

  test('finds a free slug, also when several are made at once', async () => {
    await make(cast.member, 'Acme')
    await Promise.all([make(cast.member, 'Acme'), make(cast.viewer, 'ACME!'), make(cast.admin, 'acme')])
    expect((await slugs()).sort()).toEqual(['acme', 'acme-2', 'acme-3', 'acme-4', 'acme-5', 'globex'])
  })

  test('finds one even where fifty of the name are taken', async () => {
    for (let n = 2; n <= 50; n++)
      await run(
        'insert into organization (id, name, slug, created_at) values (?, ?, ?, 1)',
        `a${n}`,
        'Acme',
        `acme-${n}`,
      )
    const response = await make(cast.member, 'Acme')
    expect(response.headers.get('Location')).toMatch(/^\/o\/acme-[0-9a-f]{8}\?/)
  })

  test('pressed twice, in turn or at once, makes one', async () => {
    const change = freshChange()
    const answers = await Promise.all([
      make(cast.member, 'Novum', change),
      make(cast.member, 'Novum', change),
    ])
    answers.push(await make(cast.member, 'Novum', change))
    for (const answer of answers)
      expect(answer.headers.get('Location')).toBe('/o/novum?notice=organization-created')
    expect(await slugs()).toEqual(['acme', 'globex', 'novum'])
  })

  test.each([
    ['', 'Enter the organization’s name.'],
    [' \u202e ', 'Enter the organization’s name.'],
    ['x'.repeat(101), 'Up to 100 characters.'],
    ['evil.example/x', 'A name cannot be a link.'],
  ])('named %j is told what is wrong beside the field', async (name, words) => {
    const before = await everyRow()
    const response = await make(cast.member, name)
    expect(response.status).toBe(422)
    expect(await texts(await response.text(), '#field-name-error')).toEqual([words])
    expect(await everyRow()).toEqual(before)
  })

  test('stops at twenty a day for one account, whatever comes at once', async () => {
    for (let n = 0; n < 18; n++) await make(cast.member, `Company ${n}`)
    const answers = await Promise.all([1, 2, 3, 4].map((n) => make(cast.member, `More ${n}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 429, 429])
    expect(await slugs()).toHaveLength(22)
    expect((await make(cast.viewer, 'Another')).status).toBe(303)
    world.clock.now += DAY
    expect((await make(cast.member, 'Next day')).status).toBe(303)
  })

  test('takes two trips', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => make(cast.member, 'New'))).toEqual({ d1: 2 })
    expect(await costOf(() => visit(NEW, cast.member))).toEqual({ d1: 1 })
  })

  test('does nothing for a session that has ended', async () => {
    await run('update session set expires_at = ? where user_id = ?', START, cast.member.id)
    expect((await make(cast.member, 'New')).headers.get('Location')).toMatch(/^\/sign-in/)
    expect((await make(null, 'New')).headers.get('Location')).toMatch(/^\/sign-in/)
    expect(await slugs()).toEqual(['acme', 'globex'])
  })

  test('is no page, and offered nowhere, where the deployment allows it to nobody, which is the default', async () => {
    const closed = createWorld({ ORGANIZATION_CREATION: '' })
    const before = await everyRow()
    expect((await visit(NEW, cast.owner, closed)).status).toBe(404)
    expect((await make(cast.owner, 'New', freshChange(), closed)).status).toBe(404)
    expect(await everyRow()).toEqual(before)
    for (const path of ['/o/acme', '/organizations'])
      expect(
        await elements(await (await visit(path, cast.owner, closed)).text(), `a[href="${NEW}"]`),
      ).toEqual([])
    expect(
      await elements(await (await visit('/o/acme', cast.owner)).text(), `a[href="${NEW}"]`),
    ).toHaveLength(1)
  })

  test('is not for an account that belongs to one organization alone', async () => {
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    await run('update user set account_scope = ? where id = ?', cast.acme.id, cast.owner.id)
    expect((await visit(NEW, cast.owner)).status).toBe(404)
    expect((await make(cast.owner, 'New')).status).toBe(404)
    for (const path of ['/o/acme', '/organizations'])
      expect(await elements(await (await visit(path, cast.owner)).text(), `a[href="${NEW}"]`)).toEqual([])
  })
})
