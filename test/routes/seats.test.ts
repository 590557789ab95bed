import { beforeEach, describe, expect, it, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { idOf, send } from '../support/acting'
import { calling } from '../support/api'
import { addApiKey, addCast, type Cast, freshChange, invite, inviteAndMail } from '../support/cast'
import { postChange } from '../support/changing'
import { counting } from '../support/counting'
import { elements, texts, typedIn } from '../support/html'
import { acceptAsNew, openings, seen } from '../support/invitee'
import { createWorld, rows, run, type World } from '../support/world'

// The cast of Acme takes four seats.
const UPGRADE_URL = 'https://sales.example/more-seats'
const PARTIAL = { 'HX-Request-Type': 'partial' }
const TEN = Array.from({ length: 10 }, (_, n) => `person${n}@example.com`)

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld({ UPGRADE_URL })
  cast = await addCast({ seat_limit: 7 })
})

const limit = (seats: number | null) =>
  run("update organization set seat_limit = ? where slug = 'acme'", seats)
const list = async (on = world) =>
  (await on.fetch('/o/acme/invitations', { cookie: cast.admin.cookie })).text()
const hrefs = async (html: string, selector: string) =>
  (await elements(html, selector)).map(({ attributes }) => attributes.href)
const REMEDIES = ['/o/acme/members', UPGRADE_URL]

describe('the bar of seats', () => {
  const bar = async (on = world) => {
    const html = await list(on)
    const [meter] = await elements(html, 'meter')
    return {
      words: await texts(html, '.seats'),
      meter: meter?.attributes,
      links: await hrefs(html, '.seats a'),
    }
  }

  it('counts active members and pending invitations, and names itself', async () => {
    await send(world, cast.admin, TEN.slice(0, 1))
    await run("update member set status = 'inactive' where user_id = ?", cast.viewer.id)
    const { words, meter, links } = await bar()
    expect(words).toEqual(['4 of 7 seats'])
    expect(meter).toMatchObject({ min: '0', max: '7', value: '4' })
    expect(await texts(await list(), `#${meter?.['aria-labelledby']}`)).toEqual(['4 of 7 seats'])
    expect(links).toEqual([])
  })

  it('says what to do once seats run out', async () => {
    await send(world, cast.admin, TEN.slice(0, 2))
    const nearly = await bar()
    expect(nearly.words).toEqual([expect.stringMatching(/^6 of 7 seats/)])
    expect(nearly.words[0]).not.toContain('No seat left')
    expect(nearly.links).toEqual(REMEDIES)
    await send(world, cast.admin, TEN.slice(2, 3))
    const full = await bar()
    expect(full.words).toEqual([expect.stringContaining('No seat left')])
    expect(full.links).toEqual(REMEDIES)
  })

  it('of more taken than there are stays a bar', async () => {
    await limit(2)
    expect(await bar()).toMatchObject({
      words: [expect.stringContaining('4 of 2 seats')],
      meter: { max: '2', value: '2' },
    })
  })

  it('counts members alone where pending ones reserve none', async () => {
    await run('update organization set pending_reserves_seat = 0')
    await send(world, cast.admin, TEN)
    expect((await bar()).words).toEqual(['4 of 7 seats'])
  })

  it('is not there without a limit, and offers no upgrade where none is sold', async () => {
    await limit(0)
    expect((await bar()).meter).toBeUndefined()
    await limit(null)
    expect((await bar()).meter).toBeUndefined()
    expect((await bar(createWorld({ SEAT_LIMIT: '4' }))).links).toEqual(['/o/acme/members'])
  })

  it('comes in the same trip as the list', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => list())).toEqual({ d1: 2 })
  })
})

describe('ten addresses on three free seats', () => {
  it.each([
    ['the page', {}],
    ['the dialog', PARTIAL],
  ])('are three invited and seven without a seat, told in %s with what to do', async (_, headers) => {
    const answer = await world.fetch('/o/acme/invitations', {
      cookie: cast.admin.cookie,
      headers,
      form: { addresses: TEN.join('\n'), change: freshChange() },
    })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(await texts(html, '.sent-part')).toEqual(['3 invitations sent'])
    expect(await texts(html, '#failures .address')).toEqual(TEN.slice(3))
    expect(await texts(html, '#failures .why')).toEqual(TEN.slice(3).map(() => 'No seat left'))
    expect(typedIn(html, 'addresses').trim().split('\n')).toEqual(TEN.slice(3))
    expect(await hrefs(html, '.seat-remedy a')).toEqual(REMEDIES)
    expect(await rows('select address from invitation order by address')).toEqual(
      TEN.slice(0, 3).map((address) => ({ address })),
    )
  })
})

describe('resending an expired one without a seat', () => {
  const expire = async () => {
    await invite(world, cast.admin, TEN.slice(0, 3))
    world.clock.now += 8 * DAY
    await limit(4)
  }

  it('is refused on a page with both ways on', async () => {
    await expire()
    const refused = await postChange(world, cast.admin, 'resend', { only: await idOf(TEN[0] ?? '') })
    expect(refused.status).toBe(409)
    const { heading, text, links } = await seen(refused)
    expect(heading).toBe('No seat left')
    expect(text).toContain('Deactivate a member or revoke an invitation')
    expect(links.map(({ attributes }) => attributes.href)).toEqual([...REMEDIES, '/o/acme'])
  })

  it('is refused in a toast with both, alone or among others', async () => {
    await expire()
    const only = await postChange(world, cast.admin, 'resend', { only: await idOf(TEN[0] ?? '') }, PARTIAL)
    expect(await hrefs(await only.text(), '.toast a')).toEqual(REMEDIES)
    const ids = await Promise.all(TEN.slice(0, 2).map(idOf))
    const both = await (await postChange(world, cast.admin, 'resend', { id: ids }, PARTIAL)).text()
    expect(await texts(both, '.toast')).toEqual(ids.map(() => expect.stringContaining('No seat left')))
    expect(await hrefs(both, '.toast a')).toEqual([...REMEDIES, ...REMEDIES])
    const page = await (await postChange(world, cast.admin, 'resend', { id: ids })).text()
    const ways = ids.flatMap((id) => [`/o/acme/invitations/${id}`, ...REMEDIES])
    expect(await hrefs(page, '.failures a')).toEqual(ways)
  })

  it('is a problem of the API with its remedy and where to upgrade', async () => {
    await expire()
    const key = await addApiKey(cast.acme)
    const path = `/invitations/${await idOf(TEN[0] ?? '')}/resend`
    const { status, body } = await calling(world, key)(path, { method: 'POST' })
    expect(status).toBe(409)
    expect(body).toMatchObject({
      code: 'no_seat_left',
      remedy: expect.stringContaining('Deactivate a member'),
      upgrade_url: UPGRADE_URL,
    })
    const without = createWorld()
    without.clock.now = world.clock.now
    const plain = await calling(without, key)(path, { method: 'POST' })
    expect(plain.body).toMatchObject({ code: 'no_seat_left', remedy: expect.any(String) })
    expect(plain.body).not.toHaveProperty('upgrade_url')
  })
})

test('the API tells each address without a seat, and where to upgrade', async () => {
  const call = calling(world, await addApiKey(cast.acme))
  const { body } = await call('/invitations', { json: { addresses: TEN } })
  expect(body).toMatchObject({ sent: 3 })
  expect((body as { data: unknown[] }).data[9]).toEqual({
    address: TEN[9],
    outcome: 'no_seat_left',
    reason: 'No seat left',
    upgrade_url: UPGRADE_URL,
  })
})

test('who accepts without a seat is told whom to ask, and nothing that is for admins', async () => {
  const { token } = openings(await inviteAndMail(world, cast.admin, 'jane@example.com'))
  await limit(4)
  const refused = await acceptAsNew(world, token)
  expect(refused.status).toBe(409)
  const { heading, text, html } = await seen(refused)
  expect(heading).toBe('No seat left')
  expect(text).toContain('Ask Ada Admin')
  for (const remedy of REMEDIES) expect(html).not.toContain(remedy)
})

test('no route raises the seats: whatever an owner posts, the limit stays', async () => {
  const seats = () => rows("select seat_limit from organization where slug = 'acme'")
  const before = await seats()
  const fields = { seatLimit: '100', seat_limit: '100', seats: '100', limit: '100', SEAT_LIMIT: '100' }
  const shown = JSON.stringify({ seatLimit: '7', name: 'Acme' })
  for (const path of ['/settings', '/settings/invitations']) {
    for (const form of [fields, { ...fields, shown, name: 'New', nameFields: 'none' }])
      await world.fetch(`/o/acme${path}`, { cookie: cast.owner.cookie, form })
  }
  const key = await addApiKey(cast.acme)
  await calling(world, key)('/invitations', { json: { addresses: ['a@example.com'], seat_limit: 100 } })
  expect(await seats()).toEqual(before)
  expect(await rows("select name from organization where slug = 'acme'")).toEqual([{ name: 'New' }])
})
