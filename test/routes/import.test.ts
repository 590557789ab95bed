import { describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { addCast, freshChange, type Person } from '../support/cast'
import { type Listed, listed } from '../support/directory'
import { withSession } from '../support/entrance'
import { elements, texts } from '../support/html'
import { roundTrip } from '../support/idp'
import { addDirectory, addProvider } from '../support/importing'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const JANE = listed('Jane Roe', { department: 'Sales' })
const JAN = listed('Jan Doe')
const IMPORT = paths.importPeople('acme')
const HTMX = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }

const opened = async (people: Listed[] = [JANE, JAN], provider: 'google' | 'microsoft' = 'google') => {
  const world = createWorld()
  const cast = await addCast()
  await addDirectory(world, cast.acme, cast.owner, provider)
  world.staff[provider].people = people
  return { world, ...cast }
}

const get = async (world: World, who: Person, path = IMPORT) =>
  (await world.fetch(path, { cookie: who.cookie })).text()
const post = (
  world: World,
  who: Person,
  form: Record<string, string | readonly string[]>,
  headers: Record<string, string> = {},
) => world.fetch(IMPORT, { cookie: who.cookie, headers, form: { change: freshChange(), ...form } })

const boxes = async (html: string) =>
  (await elements(html, 'input[name=person]')).map(({ attributes }) => ({
    value: attributes.value,
    checked: 'checked' in attributes,
  }))

describe('the form for sending has a second tab', () => {
  test('and each leads to the other, in the dialog and without', async () => {
    const { world, admin } = await opened()
    for (const path of [paths.invite('acme'), IMPORT]) {
      for (const headers of [{}, HTMX]) {
        const html = await (await world.fetch(path, { cookie: admin.cookie, headers })).text()
        const tabs = await elements(html, 'form header .tabs a')
        expect(tabs.map(({ text }) => text)).toEqual(['Invite by email', 'Import from directory'])
        expect(tabs.map(({ attributes }) => attributes['aria-current'] ?? null)).toEqual(
          path === IMPORT ? [null, 'page'] : ['page', null],
        )
        expect(tabs.map(({ attributes }) => 'hx-get' in attributes)).toEqual(
          headers === HTMX ? [true, true] : [false, false],
        )
      }
    }
  })
})

describe('the import', () => {
  test('lists people with address and department, and ticks nobody', async () => {
    const { world, admin } = await opened()
    const html = await get(world, admin)
    expect(await boxes(html)).toEqual([
      { value: `${JAN.id} Jan Doe <jan.doe@acme.test>`, checked: false },
      { value: `${JANE.id} Jane Roe <jane.roe@acme.test>`, checked: false },
    ])
    expect(await texts(html, '.pick .department')).toEqual(['Sales'])
  })

  test('makes members of whom is ticked, and says how many on the page it was opened from', async () => {
    const { world, admin } = await opened()
    const answer = await post(world, admin, {
      do: 'import',
      from: 'members',
      person: [`${JANE.id} Jane Roe`, `${JAN.id} Jan`],
      role: 'viewer',
    })
    expect(answer.status).toBe(303)
    const to = answer.headers.get('Location') ?? ''
    expect(to).toBe(paths.members('acme', { notice: 'imported', n: 2 }))
    const html = await get(world, admin, to)
    expect(await texts(html, '.toast')).toEqual([expect.stringContaining('2 people imported')])
    expect(html).toContain('Jane Roe')
  })

  test('closes the dialog and refreshes the list where htmx asks', async () => {
    const { world, admin } = await opened()
    const answer = await post(world, admin, { do: 'import', person: JANE.id }, HTMX)
    expect(answer.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
    expect(await texts(await answer.text(), '.toast')).toEqual(['1 person imported'])
  })

  test('keeps who was ticked through searches and pages, and lets them go again', async () => {
    const many = Array.from({ length: 60 }, (_, n) => listed(`P${String(n).padStart(2, '0')} Many`))
    const { world, admin } = await opened([JANE, ...many])
    const ticked = `${JANE.id} Jane Roe <jane.roe@acme.test>`
    const searched = await (
      await post(world, admin, {
        do: 'search',
        query: 'many',
        person: ticked,
        role: 'viewer',
        department: 'Legal',
      })
    ).text()
    expect((await boxes(searched))[0]).toEqual({ value: ticked, checked: true })
    expect(await texts(searched, '.before legend')).toEqual(['Ticked before'])
    expect(await elements(searched, 'input[name=department][value=Legal]')).toHaveLength(1)
    expect(await elements(searched, 'select[name=role] option[value=viewer][selected]')).toHaveLength(1)

    const [more] = await elements(searched, 'button[name=page]')
    const next = await (
      await post(world, admin, {
        page: more?.attributes.value ?? '',
        shown: hidden(searched, 'shown'),
        shown_page: hidden(searched, 'shown_page'),
        query: 'many',
        person: [ticked, `${many[0]?.id} P00 Many`],
      })
    ).text()
    expect((await boxes(next)).filter(({ checked }) => checked)).toHaveLength(2)
    expect(await boxes(next)).toHaveLength(2 + 10)
    expect(await elements(next, 'button[name=page]')).toEqual([])

    const unticked = await (await post(world, admin, { do: 'search', query: 'jane' })).text()
    expect(await boxes(unticked)).toEqual([{ value: ticked, checked: false }])
  })

  test('shows members and those without an address as such, without a box', async () => {
    const { world, admin, acme } = await opened([JANE, JAN, listed('No Address', { address: '' })])
    await post(world, admin, { do: 'import', person: [JANE.id, JAN.id] })
    await run("update member set status = 'inactive' where name = 'Jan Doe' and organization_id = ?", acme.id)
    const html = await get(world, admin)
    expect(await boxes(html)).toEqual([])
    expect((await texts(html, '.pick .why')).sort()).toEqual([
      'Already a member',
      'Already a member, inactive',
      'No email address',
    ])
  })

  test('says why somebody was not imported, beside them, and keeps those ticked for whom there may be a seat', async () => {
    const { world, admin, acme } = await opened([JANE, JAN])
    await run('update organization set seat_limit = 5 where id = ?', acme.id)
    const answer = await post(world, admin, {
      do: 'import',
      person: [`${JANE.id} Jane Roe`, `${JAN.id} Jan Doe`, 'id-gone Somebody Gone'],
    })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(await texts(html, '.sent-part')).toEqual(['1 person imported'])
    expect(await texts(html, '.failures .why')).toEqual(['No seat left', 'Not in the directory any more'])
    expect(await boxes(html)).toEqual([{ value: `${JAN.id} Jan Doe <jan.doe@acme.test>`, checked: true }])
  })

  test('wants somebody ticked, and a role that may be given', async () => {
    const { world, admin } = await opened()
    const nobody = await post(world, admin, { do: 'import', query: 'jan', shown: 'jan' })
    expect(nobody.status).toBe(422)
    const html = await nobody.text()
    expect(await texts(html, '#people-error')).toEqual(['Tick at least one person.'])
    expect(await elements(html, 'input[name=query][value=jan]')).toHaveLength(1)
    expect((await post(world, admin, { do: 'import', person: JANE.id, role: 'owner' })).status).toBe(403)
  })

  test('offers no role that its admin may not give', async () => {
    const { world, admin } = await opened()
    const options = await elements(await get(world, admin), 'select[name=role] option')
    expect(options.map(({ attributes }) => attributes.value)).toEqual(['admin', 'member', 'viewer'])
  })

  test('shows names as text, whatever they are', async () => {
    const { world, admin } = await opened([listed('x y', { given: '<img src=x>', family: '"><b>' })])
    const html = await get(world, admin)
    expect(html).not.toContain('<img src=x>')
    expect(await texts(html, '.pick strong')).toEqual(['<img src=x> "><b>'])
  })
})

describe('where nobody can be listed', () => {
  test('the tab says what to do first, with a link for who may', async () => {
    const world = createWorld()
    const { acme, admin } = await addCast()
    const html = await get(world, admin)
    expect(html).toContain('No identity provider is connected yet')
    expect(await elements(html, `.empty a[href="${paths.signInSettings('acme')}"]`)).toHaveLength(1)
    expect(await elements(html, 'button[value=import]')).toEqual([])
    await addProvider(world, acme)
    expect(await get(world, admin)).toContain('The directory is not connected yet')
  })

  test('who may not change settings is told whom to ask', async () => {
    const world = createWorld()
    const { acme, admin } = await addCast()
    await addProvider(world, acme)
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('inviter', ?, 'Inviter', '[\"organization:read\",\"member:manage\"]', ?)",
      acme.id,
      START,
    )
    await run("update member set role = 'inviter' where user_id = ?", admin.id)
    const html = await get(world, admin)
    expect(html).toContain('Ask somebody who may change the settings')
    expect(await elements(html, '.empty a')).toEqual([])
  })

  test('an expired consent is said so, and nothing that was typed is lost', async () => {
    const { world, admin } = await opened()
    world.staff.google.consented = false
    const answer = await post(world, admin, {
      do: 'import',
      query: 'jane',
      shown: 'jane',
      person: `${JANE.id} Jane Roe`,
      role: 'viewer',
      department: 'Legal',
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(await texts(html, '[role=alert] strong')).toEqual([
      'The consent to read the directory has expired',
    ])
    const [link] = await elements(html, '[role=alert] a')
    expect(link?.attributes).toMatchObject({ href: paths.signInSettings('acme'), target: '_blank' })
    expect(await boxes(html)).toEqual([{ value: `${JANE.id} Jane Roe`, checked: true }])
    expect(await elements(html, 'input[name=query][value=jane]')).toHaveLength(1)
    expect(await elements(html, 'input[name=department][value=Legal]')).toHaveLength(1)
    expect(await elements(html, 'select[name=role] option[value=viewer][selected]')).toHaveLength(1)
  })

  test('a provider that does not answer is told as that, in its words', async () => {
    const { world, admin } = await opened()
    world.staff.google.answerNext(() =>
      Response.json({ error: { errors: [{ reason: 'accessNotConfigured' }] } }, { status: 403 }),
    )
    expect(await get(world, admin)).toContain('Admin SDK API is not enabled')
  })
})

describe('connecting the directory', () => {
  const CONNECT = paths.connectDirectory('acme')
  const directories = () =>
    rows<{ provider: string; consented_by: string; refresh_token: string; expired_at: number | null }>(
      'select provider, consented_by, refresh_token, expired_at from directory',
    )
  const events = () =>
    rows("select action, actor_name, detail from audit_event where action like 'directory.%' order by id")

  const unconnected = async (preset: 'google' | 'microsoft' | 'other' = 'google') => {
    const world = createWorld()
    const cast = await addCast()
    await addProvider(world, cast.acme, preset, { enabled: false })
    return { world, ...cast }
  }

  test.each([
    ['google', 'https://www.googleapis.com/auth/admin.directory.user.readonly', 'offline'],
    ['microsoft', 'User.Read.All', null],
  ] as const)('of %s asks for consent to read it, and keeps it sealed', async (provider, scope, access) => {
    const { world, admin } = await unconnected(provider)
    const { start, response } = await roundTrip(world, CONNECT, { cookie: admin.cookie })
    const asked = new URL(start.headers.get('Location') ?? '').searchParams
    expect(asked.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', scope]))
    expect(asked.get('prompt')).toBe('consent')
    expect(asked.get('access_type')).toBe(access)
    expect(response.headers.get('Location')).toBe(
      paths.signInSettings('acme', { notice: 'directory-connected' }),
    )
    const [kept] = await directories()
    expect(kept).toMatchObject({ provider, consented_by: admin.id, expired_at: null })
    expect(kept?.refresh_token).not.toContain('refresh-1')
    expect(await events()).toEqual([
      { action: 'directory.connected', actor_name: 'Ada Admin', detail: JSON.stringify({ provider }) },
    ])
    expect(JSON.stringify(await rows('select * from audit_event'))).not.toContain('refresh-1')
  })

  test('again replaces a consent that has expired', async () => {
    const { world, acme, admin, owner } = await unconnected()
    await run('delete from connection')
    await addDirectory(world, acme, owner)
    await run('update directory set expired_at = 1')
    await roundTrip(world, CONNECT, { cookie: admin.cookie })
    expect(await directories()).toMatchObject([{ consented_by: admin.id, expired_at: null }])
  })

  test('that reads nothing is not kept, and says which right is missing', async () => {
    const { world, admin } = await unconnected()
    world.staff.google.answerNext(() =>
      Response.json({ error: { errors: [{ reason: 'forbidden' }] } }, { status: 403 }),
    )
    const { response } = await roundTrip(world, CONNECT, { cookie: admin.cookie })
    expect(response.status).toBe(409)
    expect(await response.text()).toContain('does not let whoever consented read the directory')
    expect(await directories()).toEqual([])
  })

  test('without a refresh token, or declined, is not kept', async () => {
    const { world, admin } = await unconnected()
    world.idp.tokens = { refresh_token: undefined }
    const { response } = await roundTrip(world, CONNECT, { cookie: admin.cookie })
    expect(await response.text()).toContain('no lasting consent')
    world.idp.tokens = {}
    world.idp.callback = { code: undefined, error: 'access_denied' }
    const declined = await roundTrip(world, CONNECT, { cookie: admin.cookie })
    expect(declined.response.status).toBe(409)
    expect(await directories()).toEqual([])
    expect(await events()).toEqual([])
  })

  test.each([
    ['somebody else who is signed in meanwhile', 'owner', 404],
    ['somebody who may not', 'member', 403],
    ['an outsider', 'outsider', 404],
  ] as const)('is not finished by %s', async (_, who, status) => {
    const { world, ...cast } = await unconnected()
    const { back, cookies } = await (async () => {
      const start = await world.fetch(CONNECT, { cookie: cast.admin.cookie })
      const cookies = Object.fromEntries(
        start.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line)?.slice(1) ?? []),
      )
      return { back: await world.idp.approve(start.headers.get('Location')), cookies }
    })()
    const answer = await world.fetch(back.pathname + back.search, { cookie: cast[who].cookie, cookies })
    expect(answer.status).toBe(status)
    expect(await directories()).toEqual([])
  })

  test('is not finished by who has signed out meanwhile', async () => {
    const { world, admin } = await unconnected()
    const gone = await withSession(admin, { own: true })
    const start = await world.fetch(CONNECT, { cookie: gone.cookie })
    const back = await world.idp.approve(start.headers.get('Location'))
    const cookies = Object.fromEntries(
      start.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line)?.slice(1) ?? []),
    )
    const answer = await world.fetch(back.pathname + back.search, { cookies })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toContain('/sign-in')
    expect(await directories()).toEqual([])
  })

  test('through a connection that is another one by then is not kept', async () => {
    const { world, admin } = await unconnected()
    world.staff.google.answerNext(async () => {
      await run('update connection set id = ?', crypto.randomUUID())
      return Response.json({})
    })
    const { response } = await roundTrip(world, CONNECT, { cookie: admin.cookie })
    expect(response.status).toBe(404)
    expect(await directories()).toEqual([])
    expect(await events()).toEqual([])
  })

  test('is not offered for a provider without a directory, nor without one at all', async () => {
    const { world, admin } = await unconnected('other')
    expect((await world.fetch(CONNECT, { cookie: admin.cookie })).status).toBe(404)
    await run('delete from connection')
    expect((await world.fetch(CONNECT, { cookie: admin.cookie })).status).toBe(404)
  })

  test('can be undone, once', async () => {
    const { world, admin } = await opened()
    const change = freshChange()
    for (const _ of [1, 2])
      expect(
        (await world.fetch(paths.disconnectDirectory('acme'), { cookie: admin.cookie, form: { change } }))
          .status,
      ).toBe(303)
    expect(await directories()).toEqual([])
    expect(await events()).toMatchObject([{ action: 'directory.disconnected' }])
    expect(await get(world, admin)).toContain('The directory is not connected yet')
  })
})
