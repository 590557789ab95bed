import { beforeEach, describe, expect, it, test } from 'vitest'
import { addAccount, addCast, addMember, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { elements, texts } from '../support/html'
import { errorsOn, fieldsOf, save } from '../support/settings-page'
import { createWorld, rows, run, START, type World } from '../support/world'

const GENERAL = '/o/acme/settings'
const INVITATIONS = '/o/acme/settings/invitations'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (path: string, who: Person = cast.admin) => {
  const answer = await world.fetch(path, { cookie: who.cookie })
  return { status: answer.status, html: await answer.text() }
}
const acme = async () => (await rows('select * from organization where id = ?', cast.acme.id))[0]
const chosen = async (html: string, name: string) =>
  (await elements(html, `[name="${name}"]`))
    .filter(({ attributes }) => 'checked' in attributes)
    .map(({ attributes }) => attributes.value)
const told = async (answer: Response) => {
  const to = answer.headers.get('Location') ?? ''
  return texts((await page(to)).html, '#toasts')
}

describe('the pages of the settings', () => {
  it('show the factory values', async () => {
    const general = await fieldsOf((await page(GENERAL)).html, GENERAL)
    expect(general).toMatchObject({ name: 'Acme', slug: 'acme', timeZone: 'UTC', landingAddress: '' })
    const invitations = await fieldsOf((await page(INVITATIONS)).html, INVITATIONS)
    expect(invitations).toMatchObject({
      lifetime: '604800',
      lifetimeAmount: '',
      roleAtSending: 'optional',
      defaultRole: 'member',
      asksDepartment: 'yes',
      asksTeams: 'yes',
      nameFields: 'first_last',
      pendingReservesSeat: 'yes',
      closedLink: 'precise',
    })
  })

  it('explain every choice', async () => {
    const { html } = await page(INVITATIONS)
    for (const name of ['roleAtSending', 'nameFields', 'closedLink']) {
      expect(await elements(html, `[name="${name}"]`)).toHaveLength(3)
    }
    const small = await texts(html, '.choices label small')
    expect(small).toHaveLength(11)
    expect(small.every((text) => text.length > 10)).toBe(true)
  })

  it('are joined by tabs, each for who may open it', async () => {
    const tabs = async (who: Person) => texts((await page(GENERAL, who)).html, 'nav[aria-label=Settings] a')
    const managed = ['General', 'Invitations', 'Email', 'Sign-in', 'Domains', 'Policies']
    expect(await tabs(cast.owner)).toEqual([...managed, 'API keys', 'Deletion'])
    expect(await tabs(cast.admin)).toEqual(managed)
    const keys = (await page('/o/acme/settings/api-keys', cast.owner)).html
    expect(await texts(keys, 'nav[aria-label=Settings] [aria-current=page]')).toEqual(['API keys'])
  })

  it('take two trips to open, and three to save', async () => {
    const { costOf } = counting(world)
    for (const path of [GENERAL, INVITATIONS])
      expect((await costOf(() => page(path))).d1).toBeLessThanOrEqual(2)
    const form = { name: 'New', change: freshChange() }
    expect(await costOf(() => world.fetch(GENERAL, { cookie: cast.admin.cookie, form }))).toEqual({ d1: 2 })
  })
})

describe('saving', () => {
  it('comes back to the page with its word, and the console shows the new name', async () => {
    const saved = await save(world, cast.admin, 'settings', { name: 'Acme Group', timeZone: 'Asia/Tokyo' })
    expect(saved.status).toBe(303)
    expect(await told(saved)).toEqual(['Settings saved'])
    const { html } = await page(GENERAL)
    expect(await texts(html, 'title')).toEqual([expect.stringContaining('Acme Group')])
    expect((await fieldsOf(html, GENERAL)).timeZone).toBe('Asia/Tokyo')
    expect(html).toContain('Mar 1, 2026, 21:00 GMT+9')
  })

  it('what is so already says so and writes nothing', async () => {
    const before = await everyRow()
    for (const name of ['settings', 'settings/invitations'] as const)
      expect(await told(await save(world, cast.admin, name, {}))).toEqual([
        'Nothing to save: it is so already',
      ])
    expect(await everyRow()).toEqual(before)
  })

  it('writes every field of the page of invitations, and shows it again', async () => {
    await save(world, cast.admin, 'settings/invitations', {
      lifetime: 'custom',
      lifetimeAmount: '36',
      lifetimeUnit: 'hours',
      roleAtSending: 'required',
      defaultRole: 'viewer',
      asksDepartment: 'no',
      asksTeams: 'no',
      nameFields: 'single',
      pendingReservesSeat: 'no',
      closedLink: 'invalid',
    })
    expect(await acme()).toMatchObject({
      invitation_lifetime: 36 * 3600,
      role_at_sending: 'required',
      default_role: 'viewer',
      asks_department: 0,
      asks_teams: 0,
      name_fields: 'single',
      pending_reserves_seat: 0,
      closed_link: 'invalid',
    })
    const { html } = await page(INVITATIONS)
    expect(await fieldsOf(html, INVITATIONS)).toMatchObject({
      lifetimeAmount: '36',
      lifetimeUnit: 'hours',
      defaultRole: 'viewer',
    })
    for (const [name, value] of [
      ['lifetime', 'custom'],
      ['roleAtSending', 'required'],
      ['nameFields', 'single'],
      ['pendingReservesSeat', 'no'],
      ['closedLink', 'invalid'],
    ] as const)
      expect(await chosen(html, name)).toEqual([value])
    expect(await chosen(html, 'asksTeams')).toEqual([])
    expect(await rows("select 1 from audit_event where action = 'settings.changed'")).toHaveLength(1)
  })

  it('ticks as a browser posts them, beside their hidden no', async () => {
    await save(world, cast.admin, 'settings/invitations', { asksTeams: 'no' })
    const form = { asksTeams: ['no', 'yes'], asksDepartment: ['no'], change: freshChange() }
    await world.fetch(INVITATIONS, { cookie: cast.admin.cookie, form })
    expect(await acme()).toMatchObject({ asks_teams: 1, asks_department: 0 })
  })

  it.each([
    ['a preset', { lifetime: '86400' }, 86_400],
    ['an amount of days', { lifetime: 'custom', lifetimeAmount: '30', lifetimeUnit: 'days' }, 30 * 86_400],
    ['an amount without pressing its button', { lifetimeAmount: '3', lifetimeUnit: 'days' }, 3 * 86_400],
  ])('takes %s for the lifetime without scripts', async (_, fields, seconds) => {
    await save(world, cast.admin, 'settings/invitations', fields)
    expect(await acme()).toMatchObject({ invitation_lifetime: seconds })
  })

  it('the slug moves to the new pages, and the old ones stop', async () => {
    const saved = await save(world, cast.admin, 'settings', { slug: 'acme-2' })
    expect(saved.headers.get('Location')).toBe('/o/acme-2/settings?notice=settings-saved')
    expect(await told(saved)).toEqual(['Settings saved'])
    expect((await page(GENERAL)).status).toBe(404)
  })
})

describe('a mistake', () => {
  it.each([
    ['settings', 'name', ' '],
    ['settings', 'name', 'x'.repeat(101)],
    ['settings', 'name', 'www.evil.example'],
    ['settings', 'slug', 'Acme Inc'],
    ['settings', 'slug', 'globex'],
    ['settings', 'slug', 'new'],
    ['settings', 'timeZone', 'Mars/Olympus'],
    ['settings', 'landingAddress', '/o/acme'],
    ['settings', 'landingAddress', 'javascript:alert(1)'],
    ['settings/invitations', 'defaultRole', 'emperor'],
  ] as const)(
    'on %s in %s (%j) stands beside the field, which keeps what was typed',
    async (name, field, typed) => {
      const before = await everyRow()
      const answer = await save(world, cast.admin, name, { [field]: typed })
      expect(answer.status).toBe(422)
      const html = await answer.text()
      const [control] = await elements(html, `[name="${field}"]`)
      expect(control?.attributes).toMatchObject({
        'aria-invalid': 'true',
        'aria-describedby': expect.stringContaining(`field-${field}-error`),
      })
      expect(control?.attributes).toHaveProperty('autofocus')
      expect((await texts(html, `#field-${field}-error`)).join('')).toMatch(/\S/)
      if (control?.attributes.type === 'text') expect(control.attributes.value).toBe(typed)
      expect(await everyRow()).toEqual(before)
    },
  )

  it('in the lifetime keeps the amount, chosen, with its error', async () => {
    const answer = await save(world, cast.admin, 'settings/invitations', {
      lifetime: 'custom',
      lifetimeAmount: '31',
      lifetimeUnit: 'days',
      nameFields: 'none',
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(await texts(html, '#field-invitationLifetime-error')).toEqual(['Between 1 hour and 30 days.'])
    expect(await chosen(html, 'lifetime')).toEqual(['custom'])
    expect(await chosen(html, 'nameFields')).toEqual(['none'])
    expect((await fieldsOf(html, INVITATIONS)).lifetimeAmount).toBe('31')
    expect(await acme()).toMatchObject({ invitation_lifetime: 604_800, name_fields: 'first_last' })
  })

  it('in a choice there is none of is told beside the choices', async () => {
    const answer = await save(world, cast.admin, 'settings/invitations', { closedLink: 'nothing' })
    expect(answer.status).toBe(422)
    expect(await texts(await answer.text(), '#field-closedLink-error')).toEqual(['Choose one of these.'])
  })
})

describe('the default role', () => {
  it('offers what the viewer may grant, never owner', async () => {
    const offered = async (who: Person) =>
      texts((await page(INVITATIONS, who)).html, '[name=defaultRole] option')
    expect(await offered(cast.owner)).toEqual(['Admin', 'Member', 'Viewer'])
    await run(
      `insert into role (id, organization_id, name, permissions, created_at) values
        ('keeper', ?1, 'Keeper', '["organization:read","api_key:manage"]', ?2),
        ('curator', ?1, 'Curator', '["organization:read","settings:manage"]', ?2)`,
      cast.acme.id,
      START,
    )
    expect(await offered(cast.owner)).toEqual(['Admin', 'Member', 'Viewer', 'Curator', 'Keeper'])
    expect(await offered(cast.admin)).toEqual(['Admin', 'Member', 'Viewer', 'Curator'])
    const curator = await addMember(cast.acme, await addAccount('Cora', 'cora@acme.test'), 'curator')
    // The present one stays in the list, so that it is not changed by accident.
    expect(await offered(curator)).toEqual(['Member', 'Viewer', 'Curator'])
  })

  it('that the saver may not give is refused beside the field', async () => {
    const answer = await save(world, cast.admin, 'settings/invitations', { defaultRole: 'owner' })
    expect(answer.status).toBe(403)
    expect((await texts(await answer.text(), '#field-defaultRole-error')).join('')).toContain(
      'nobody is invited as owner',
    )
  })
})

test('what somebody else changed meanwhile is told, and saving again overrules it', async () => {
  const shown = await fieldsOf((await page(GENERAL)).html, GENERAL)
  await save(world, cast.owner, 'settings', { name: 'Theirs', timeZone: 'Asia/Tokyo' })
  const mine = { ...shown, name: 'Mine', change: freshChange() }
  const answer = await world.fetch(GENERAL, { cookie: cast.admin.cookie, form: mine })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(await errorsOn(html)).toEqual([expect.stringContaining('to “Theirs”')])
  const again = await fieldsOf(html, GENERAL)
  expect(again).toMatchObject({ name: 'Mine', timeZone: 'Asia/Tokyo' })
  await world.fetch(GENERAL, { cookie: cast.admin.cookie, form: again })
  expect(await acme()).toMatchObject({ name: 'Mine', time_zone: 'Asia/Tokyo' })
})

test.each([['nothing'], ['[1,2]'], ['{"name":5}'], ['{"name":{"a":1}}'], ['x'.repeat(5000)]])(
  'a form that says it showed %j is taken for one of now',
  async (shown) => {
    const form = { name: 'New', shown, change: freshChange() }
    const answer = await world.fetch(GENERAL, { cookie: cast.admin.cookie, form })
    expect(answer.status).toBe(303)
    expect(await acme()).toMatchObject({ name: 'New' })
  },
)

test('a mistake does not make one overrule unseen what somebody else changed meanwhile', async () => {
  const shown = await fieldsOf((await page(GENERAL)).html, GENERAL)
  await save(world, cast.owner, 'settings', { name: 'Theirs' })
  const post = (form: Record<string, string>) =>
    world.fetch(GENERAL, { cookie: cast.admin.cookie, form: { ...form, change: freshChange() } })
  const wrong = await (await post({ ...shown, name: 'Mine', slug: 'A' })).text()
  const corrected = await post({ ...(await fieldsOf(wrong, GENERAL)), slug: 'acme' })
  expect(await errorsOn(await corrected.text())).toEqual([expect.stringContaining('to “Theirs”')])
  expect(await acme()).toMatchObject({ name: 'Theirs' })
})
