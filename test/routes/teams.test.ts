import { beforeEach, describe, expect, test } from 'vitest'
import { send } from '../support/acting'
import { addAccount, addCast, addMember, addTeam, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { SCRIPT } from '../support/hostile'
import { elements, texts } from '../support/html'
import { addHolder } from '../support/roles'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (who: Person, rest = '', headers = {}) =>
  (await world.fetch(`/o/acme/teams${rest}`, { cookie: who.cookie, headers })).text()
const post = (who: Person, rest: string, form: Record<string, string> = {}, headers = {}) =>
  world.fetch(`/o/acme/teams${rest}`, {
    cookie: who.cookie,
    headers,
    form: { change: freshChange(), ...form },
  })
const join = (team: string, person: Person) =>
  run('insert into member_team values (?, ?, ?)', cast.acme.id, person.id, team)
const cells = async (html: string) => {
  const heads = await texts(html, 'tbody th')
  const rest = await texts(html, 'tbody td:not(.actions)')
  return heads.map((name, at) => [name, ...rest.slice(at * 2, at * 2 + 2)])
}

describe('the page', () => {
  test('lists teams by name, each with its active members and outstanding invitations', async () => {
    const [red, blue] = [await addTeam(cast.acme, 'red'), await addTeam(cast.acme, 'Blue')]
    await addTeam(cast.acme, 'Zoo')
    await addTeam(cast.globex, 'Theirs')
    await join(red, cast.member)
    await join(red, cast.viewer)
    await join(blue, cast.member)
    await join(
      red,
      await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive'),
    )
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'], { teamIds: [red] })
    await send(world, cast.admin, ['ann@example.com', 'bob@example.com', 'eve@example.com'], {
      teamIds: [red],
    })
    await run("update invitation set status = 'accepted' where address = 'ann@example.com'")
    await run("update invitation set status = 'revoked' where address = 'bob@example.com'")
    await run('update invitation set expires_at = ? where address = ?', START, 'eve@example.com')
    const html = await page(cast.admin)
    expect(await cells(html)).toEqual([
      ['Blue', '1 member', ''],
      ['red', '2 members', '3 invitations'],
      ['Zoo', '0 members', ''],
    ])
    expect(
      (await elements(html, 'tbody td a[href*=members]')).map(({ attributes }) => attributes.href),
    ).toEqual(expect.arrayContaining([`/o/acme/members?team=${red}`, `/o/acme/members?team=${blue}`]))
  })

  test('without a team says what teams are for, with the button that makes one', async () => {
    expect(await texts(await page(cast.admin), '.empty p')).toEqual(['There is no team yet.'])
    expect(await texts(await page(cast.admin), '.empty a.button')).toEqual(['New team'])
    expect(await texts(await page(cast.member), 'main a.button')).toEqual([])
  })

  test('has buttons for who manages teams alone', async () => {
    await addTeam(cast.acme, 'Red')
    expect(await texts(await page(cast.admin), 'main a.button')).toEqual(['New team', 'Rename', 'Delete'])
    expect(await texts(await page(cast.member), 'main a.button')).toEqual([])
    const hans = await addHolder(cast.acme, 'Hans', ['team:manage'])
    const html = await page(hans)
    expect(await texts(html, 'main a.button')).toEqual(['New team', 'Rename', 'Delete'])
    // Who may not see the members gets no link there.
    expect(await elements(html, 'main a[href*=members]')).toEqual([])
    expect(await texts(html, '.sidebar nav a[aria-current]')).toEqual(['Teams'])
  })

  test('answers htmx with its part alone, and takes two trips', async () => {
    await addTeam(cast.acme, 'Red')
    const part = await page(cast.admin, '', PARTIAL)
    expect(part.startsWith('<section id="teams"')).toBe(true)
    const { costOf } = counting(world)
    expect(await costOf(() => page(cast.admin))).toEqual({ d1: 2 })
  })

  test('counts to a thousand and no further', async () => {
    const red = await addTeam(cast.acme, 'Red')
    const many = JSON.stringify(Array.from({ length: 1200 }, (_, n) => `m${n}`))
    await run(
      "insert into user (id, account_scope, address, typed_address, created_at) select value, 'shared', value, value, 0 from json_each(?)",
      many,
    )
    await run(
      "insert into member (organization_id, user_id, role, joined_at) select ?, value, 'member', 0 from json_each(?)",
      cast.acme.id,
      many,
    )
    await run('insert into member_team select ?, value, ? from json_each(?)', cast.acme.id, red, many)
    const { rowsReadBy } = counting(world)
    let html = ''
    const read = await rowsReadBy(async () => {
      html = await page(cast.admin)
    })
    expect(await cells(html)).toEqual([['Red', '999+ members', '']])
    expect(read.flat().reduce((sum, n) => sum + n, 0)).toBeLessThan(3100)
    expect(await texts(await page(cast.admin, `/${red}/delete`), 'main header p')).toEqual([
      'It falls off 1200 members; otherwise they stay as they are. This is final.',
    ])
  })
})

describe('a form', () => {
  test('opens as a page, and in the dialog for htmx', async () => {
    const red = await addTeam(cast.acme, 'Red')
    for (const rest of ['/new', `/${red}/edit`, `/${red}/delete`]) {
      const whole = await page(cast.admin, rest)
      expect((await texts(whole, 'main h1')).length).toBe(1)
      expect((await elements(whole, 'main form'))[0]?.attributes['hx-post']).toBeUndefined()
      const part = await page(cast.admin, rest, PARTIAL)
      expect((await elements(part, 'form'))[0]?.attributes['hx-target']).toBe('#dialog-content')
      expect(await texts(part, 'h1')).toEqual([])
    }
  })

  test.each(['new', 'edit'])(
    'to %s comes back as typed with what is wrong beside the field',
    async (which) => {
      const red = await addTeam(cast.acme, 'Red')
      await addTeam(cast.acme, 'Blue')
      const rest = which === 'new' ? '/new' : `/${red}/edit`
      for (const headers of [{}, PARTIAL]) {
        const answer = await post(cast.admin, rest, { name: ' BLUE' }, headers)
        expect(answer.status).toBe(422)
        const html = await answer.text()
        const [input] = await elements(html, 'input[name=name]')
        expect(input?.attributes).toMatchObject({ value: ' BLUE', 'aria-invalid': 'true' })
        expect(await texts(html, '#field-name-error')).toEqual(['There is a team with this name already.'])
        expect(hidden(html, 'change')).not.toBe('')
      }
    },
  )

  test.each([
    ['/new', { name: 'Care' }, 'Team made'],
    ['/{red}/edit', { name: 'Care' }, 'Team renamed'],
    ['/{red}/delete', {}, 'Team deleted'],
  ])('%s done says so: on the list, or as a toast that refreshes it', async (rest, form, words) => {
    const red = await addTeam(cast.acme, 'Red')
    const green = await addTeam(cast.acme, 'Green')
    const answer = await post(cast.admin, rest.replace('{red}', red), form)
    expect(answer.status).toBe(303)
    const next = await (
      await world.fetch(answer.headers.get('Location') ?? '', { cookie: cast.admin.cookie })
    ).text()
    expect(await texts(next, '#toasts .toast')).toEqual([words])
    const part = await post(cast.admin, rest.replace('{red}', green), { name: 'Other' }, PARTIAL)
    expect(part.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
    expect(part.headers.get('HX-Reswap')).toBe('none')
    expect(await texts(await part.text(), '.toast')).toEqual([words])
  })

  test('that deletes names how many members and invitations it falls off', async () => {
    const red = await addTeam(cast.acme, 'Red')
    const says = async () => (await texts(await page(cast.admin, `/${red}/delete`), 'main form header'))[0]
    expect(await says()).toBe('Delete the team Red? Nobody is in it. This is final.'.replace('? ', '?'))
    await join(red, cast.member)
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'], { teamIds: [red] })
    expect(await says()).toContain('It falls off 1 member and 2 outstanding invitations; otherwise')
  })

  test('a hostile name is text wherever it shows', async () => {
    await post(cast.admin, '/new', { name: SCRIPT })
    const [team] = await rows<{ id: string }>('select id from team')
    for (const rest of ['', `/${team?.id}/edit`, `/${team?.id}/delete`])
      expect(await page(cast.admin, rest)).not.toContain('<script>alert')
  })
})
