import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { sha256 } from '../../src/rules/tokens'
import { written } from '../support/audit'
import {
  addCast,
  type Cast,
  freshChange,
  inviteAndMail,
  newAccount,
  PASSWORD,
  type Person,
} from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { addConnection, grant, withSession } from '../support/entrance'
import { elements, texts } from '../support/html'
import { meddledDatabase } from '../support/meddling'
import { cookieOf, createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const html = async (who: Person, query = {}) =>
  (await world.fetch(paths.accountSessions(query), { cookie: who.cookie })).text()
const shown = async (who: Person) => texts(await html(who), '.sessions li')
const ids = async (who: Person) =>
  (await elements(await html(who), '.sessions button')).map(({ attributes }) => attributes.value ?? '')
const endOne = (who: Person, id: string, change = freshChange()) =>
  world.fetch(paths.endSession, { cookie: who.cookie, form: { id, change } })
const endOthers = (who: Person, change = freshChange()) =>
  world.fetch(paths.endOtherSessions, { cookie: who.cookie, form: { change } })
const hashesOf = async (who: Person) =>
  (await rows<{ hash: string }>('select hash from session where user_id = ?', who.id)).map(({ hash }) => hash)
const lives = async (who: Person) => (await hashesOf(who)).includes(sha256(who.cookie))

describe('the page', () => {
  test('tells of each session browser, system, place, method and time; this browser first', async () => {
    world.clock.now += 1000
    const signedIn = await world.fetch(paths.signIn(), {
      headers: { 'User-Agent': FIREFOX },
      form: { address: cast.admin.address, password: PASSWORD },
    })
    await run('update session set place = ? where hash = ?', 'Lisbon, PT', sha256(cookieOf(signedIn) ?? ''))
    const passkey = await withSession(cast.admin, { own: true, method: 'passkey', secondFactor: 'passkey' })
    await run('update session set user_agent = ? where hash = ?', SAFARI, sha256(passkey.cookie))
    const sso = await withSession(cast.admin, { own: false, expiresAt: START + 86_400_000 })
    await grant(cast.acme, await addConnection(cast.acme), sso)

    const found = await shown(passkey)
    expect(found).toHaveLength(4)
    expect(found[0]).toMatch(/^Safari on iOS This browser ?Passkey ?Since Mar 1, 2026, until Mar 31, 2026$/)
    expect(found[1]).toMatch(
      /^Firefox on Windows ?Lisbon, PT · Password ?Since Mar 1, 2026, until Mar 31, 2026 ?Sign out$/,
    )
    expect(found.filter((one) => one.includes('Single sign-on of Acme'))).toEqual([
      expect.stringContaining('until Mar 2, 2026'),
    ])
    expect(found.filter((one) => one.startsWith('An unknown browser'))).toHaveLength(2)
  })

  test('names no session of another, none that is over, and none that opens nothing any more', async () => {
    const connection = await addConnection(cast.acme)
    const sso = await withSession(cast.admin, { own: false })
    await grant(cast.acme, connection, sso)
    await withSession(cast.admin, { own: true, expiresAt: START })
    await withSession(cast.admin, { own: false })
    expect(await shown(cast.admin)).toHaveLength(2)
    await run('update connection set enabled = 0')
    expect(await shown(cast.admin)).toHaveLength(1)
  })

  test('holds neither a cookie nor the hash of one, and other ids for another secret', async () => {
    const other = await withSession(cast.admin, { own: true })
    const page = await html(cast.admin)
    for (const secret of [cast.admin.cookie, other.cookie]) {
      expect(page).not.toContain(secret)
      expect(page).not.toContain(sha256(secret))
    }
    const [id = ''] = await ids(cast.admin)
    expect(id).toMatch(/^[\w-]{43}$/)
    world.env.ROOT_SECRET = 'YW5vdGhlci1yb290LXNlY3JldC10aGF0LXRlc3RzLXVzZQ'
    expect(await ids(cast.admin)).not.toContain(id)
  })

  test('is linked from the account, costs two round trips, and changes nothing', async () => {
    expect(await (await world.fetch(paths.account(), { cookie: cast.admin.cookie })).text()).toContain(
      `href="${paths.accountSessions()}"`,
    )
    const before = await everyRow()
    expect(await counting(world).costOf(() => html(cast.admin))).toEqual({ d1: 2 })
    expect(await everyRow()).toEqual(before)
  })
})

describe('ending one', () => {
  test('signs that browser out, this one and everybody else not, and is written down', async () => {
    const other = await withSession(cast.admin, { own: true })
    const third = await withSession(cast.admin, { own: true })
    await run('update session set created_at = created_at + 1 where hash = ?', sha256(other.cookie))
    const [id = ''] = await ids(cast.admin)
    const events = await written(async () => {
      const response = await endOne(cast.admin, id)
      expect([response.status, response.headers.get('Location')]).toEqual([
        303,
        paths.accountSessions({ notice: 'ended' }),
      ])
    })
    expect(events).toMatchObject([
      {
        organization_id: null,
        action: 'session.ended',
        actor_id: cast.admin.id,
        target_id: cast.admin.id,
        detail: { by: 'user', sessions: 1 },
      },
    ])
    expect([await lives(other), await lives(third), await lives(cast.admin)]).toEqual([false, true, true])
    expect(await lives(cast.owner)).toBe(true)
    expect((await world.fetch('/o/acme', { cookie: other.cookie })).status).toBe(303)
    expect(await texts(await html(cast.admin, { notice: 'ended' }), '[role=status]')).toEqual([
      'Signed out there.',
    ])
  })

  test('ends one that an identity provider made, with what it opened', async () => {
    const sso = await withSession(cast.admin, { own: false })
    await grant(cast.acme, await addConnection(cast.acme), sso)
    const [id = ''] = await ids(cast.admin)
    await endOne(cast.admin, id)
    expect(await lives(sso)).toBe(false)
    expect(await rows('select 1 from session_grant')).toEqual([])
  })

  test('of another account, of none, or this very one is not found', async () => {
    const theirs = await withSession(cast.owner, { own: true })
    const [id = ''] = await ids(cast.owner)
    const other = await withSession(cast.admin, { own: true })
    const [mine = ''] = await ids(other)
    const before = await everyRow()
    for (const wrong of [id, 'nothing', '', sha256(theirs.cookie), sha256(other.cookie)])
      expect((await endOne(cast.admin, wrong)).status, wrong).toBe(404)
    // Seen from the other one, the first is there to be ended; by itself it is not.
    expect((await endOne(cast.admin, mine)).status).toBe(404)
    expect(await everyRow()).toEqual(before)
  })

  test('pressed twice, and twice at once, is done once', async () => {
    await withSession(cast.admin, { own: true })
    const [id = ''] = await ids(cast.admin)
    const change = freshChange()
    const events = await written(async () => {
      const answers = await Promise.all([endOne(cast.admin, id, change), endOne(cast.admin, id, change)])
      answers.push(await endOne(cast.admin, id, change))
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    })
    expect(events).toHaveLength(1)
  })

  test('by a session that is over at that moment ends nothing', async () => {
    const other = await withSession(cast.admin, { own: true })
    const [id = ''] = await ids(cast.admin)
    world.env.DB = meddledDatabase(() => run('delete from session where hash = ?', sha256(cast.admin.cookie)))
    const response = await endOne(cast.admin, id)
    expect(response.headers.get('Location')).toBe('/sign-in')
    expect(await lives(other)).toBe(true)
  })
})

describe('ending all others', () => {
  test('leaves this one alone, and everybody else’s', async () => {
    const others = [
      await withSession(cast.admin, { own: true }),
      await withSession(cast.admin, { own: true, method: 'passkey' }),
      await withSession(cast.admin, { own: false }),
    ]
    await grant(cast.acme, await addConnection(cast.acme), others[2] ?? cast.admin)
    const change = freshChange()
    const events = await written(async () => {
      for (const _ of [1, 2])
        expect((await endOthers(cast.admin, change)).headers.get('Location')).toBe(
          paths.accountSessions({ notice: 'others' }),
        )
    })
    expect(events).toMatchObject([{ action: 'session.ended', detail: { by: 'user', sessions: 3 } }])
    expect(await hashesOf(cast.admin)).toEqual([sha256(cast.admin.cookie)])
    expect(await lives(cast.owner)).toBe(true)
    expect(await html(cast.admin)).not.toContain(paths.endOtherSessions)
  })

  test('says so where there is none, and writes nothing', async () => {
    const before = await everyRow()
    expect((await endOthers(cast.admin)).headers.get('Location')).toBe(
      paths.accountSessions({ notice: 'none' }),
    )
    expect(await everyRow()).toEqual(before)
  })
})

describe('a browser has one session', () => {
  test('signing in over another ends it, whoever’s it was', async () => {
    for (const until of [cast.admin, cast.owner]) {
      const browser = await withSession(until, { own: true })
      await world.fetch(paths.signIn(), {
        cookie: browser.cookie,
        form: { address: cast.admin.address, password: PASSWORD },
      })
      expect(await lives(browser)).toBe(false)
    }
  })

  test('accepting with a new account over what an identity provider made ends that', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, 'jane@example.com'))
    const browser = await withSession(cast.member, { own: false })
    const response = await world.fetch('/accept-invitation', {
      cookie: browser.cookie,
      form: newAccount(token),
    })
    expect(response.status).toBe(303)
    expect(await lives(browser)).toBe(false)
    expect(await lives(cast.member)).toBe(true)
  })

  test('accepting with the password of an account over another ends that', async () => {
    await run("update user set address = 'jane@example.com' where id = ?", cast.outsider.id)
    const token = tokenIn(await inviteAndMail(world, cast.admin, 'jane@example.com'))
    const browser = await withSession(cast.member, { own: false })
    const response = await world.fetch('/accept-invitation', {
      cookie: browser.cookie,
      form: { token, way: 'sign_in', password: PASSWORD, change: freshChange() },
    })
    expect(response.status).toBe(303)
    expect(await lives(browser)).toBe(false)
  })
})
