import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { BUILT_IN_ROLES } from '../../src/rules/permissions'
import { commitUndoing } from '../../src/storage/deletion'
import { undoDeletion } from '../../src/usecases/deletion'
import { as } from '../support/acting'
import { addAccount, addCast, addMember, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { ask, askAndMail, confirm, DELETION, deletionToken, look, undo } from '../support/deletion'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { seen } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
let second: Person
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
  second = await addMember(cast.acme, await addAccount('Oona Owner', 'oona@acme.test'), 'owner')
})

const deleteAt = async () =>
  (await rows<{ delete_at: number | null }>('select delete_at from organization where slug = ?', 'acme'))[0]
    ?.delete_at
const events = () =>
  rows<{ action: string; actor_id: string; target_id: string; detail: string }>(
    "select action, actor_id, target_id, detail from audit_event where action like 'organization.%' order by id",
  )
const statuses = async () =>
  (await rows<{ status: string }>('select status from organization_deletion order by created_at, id')).map(
    ({ status }) => status,
  )
const demote = (who: Person) => run("update member set role = 'admin' where user_id = ?", who.id)

describe('asking for a deletion', () => {
  test('mails a link to who asked, and changes nothing else', async () => {
    const response = await ask(world, cast.owner)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe(`${DELETION}?notice=deletion-requested`)
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual(['olga.owner@acme.test'])
    expect(world.mails[0]?.subject).toBe('Confirm that Acme is to be deleted')
    expect(await deleteAt()).toBeNull()
    expect(await events()).toEqual([
      {
        action: 'organization.deletion_requested',
        actor_id: cast.owner.id,
        target_id: cast.acme.id,
        detail: JSON.stringify({ expiresAt: START + HOUR }),
      },
    ])
    const page = await (await world.fetch(DELETION, { cookie: second.cookie })).text()
    expect((await texts(page, '[role=alert]')).join()).toContain('Olga Owner asked for it')
  })

  test('costs a page’s two trips to look at, two to ask, and two to confirm', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => world.fetch(DELETION, { cookie: cast.owner.cookie }))).toEqual({ d1: 2 })
    expect(await costOf(() => ask(world, cast.owner))).toEqual({ d1: 2, sendBatch: 1 })
    await world.drain()
    const token = deletionToken(world.mails[0])
    expect(await costOf(() => look(world, token, { cookie: cast.owner.cookie }))).toEqual({ d1: 1 })
    expect(await costOf(() => confirm(world, cast.owner, token))).toEqual({ d1: 2, sendBatch: 1 })
    expect(await costOf(() => undo(world, second))).toEqual({ d1: 2 })
  })

  test.each(['', 'acme', 'Acme Inc', 'Globex'])(
    'with the name typed as %j is told beside it, and nothing happens',
    async (name) => {
      const before = await everyRow()
      const response = await ask(world, cast.owner, { name })
      expect(response.status).toBe(422)
      const html = await response.text()
      expect(await texts(html, '#field-name-error')).toEqual(['Type the name exactly: Acme'])
      expect((await elements(html, 'input[name=name]'))[0]?.attributes.value).toBe(name)
      expect(await everyRow()).toEqual(before)
      expect(world.messages).toEqual([])
    },
  )

  test('is refused when the organization was renamed just before', async () => {
    world.env.DB = meddledDatabase(() => run("update organization set name = 'Acme 2' where slug = 'acme'"))
    expect((await ask(world, cast.owner)).status).toBe(422)
    expect(await statuses()).toEqual([])
  })

  test('is refused when the owner was demoted just before', async () => {
    world.env.DB = meddledDatabase(() => demote(cast.owner))
    expect((await ask(world, cast.owner)).status).toBe(403)
    expect(await statuses()).toEqual([])
  })

  test('pressed twice is one request and one mail', async () => {
    const change = freshChange()
    const presses = await Promise.all([
      ask(world, cast.owner, { change }),
      ask(world, cast.owner, { change }),
    ])
    expect(presses.map(({ status }) => status)).toEqual([303, 303])
    expect(await statuses()).toEqual(['requested'])
    await world.drain()
    expect(world.mails).toHaveLength(1)
  })

  test('again, by any owner, replaces what was asked before, its waiting mail included', async () => {
    await ask(world, cast.owner)
    await world.drain()
    const first = deletionToken(world.mails[0])
    world.clock.now += 1
    await ask(world, cast.owner)
    const waiting = world.messages.length
    world.clock.now += 1
    await ask(world, second)
    expect(await statuses()).toEqual(['ended', 'ended', 'requested'])
    expect(waiting).toBe(1)
    await world.drain()
    expect(world.mails.map(({ to }) => to)).toEqual(['olga.owner@acme.test', 'oona@acme.test'])
    expect((await seen(await look(world, first, { cookie: cast.owner.cookie }))).heading).toBe(
      'Replaced by a newer mail',
    )
    expect((await confirm(world, cast.owner, first)).status).toBe(409)
    expect(await deleteAt()).toBeNull()
  })

  test('stops at what an address may get in a day', async () => {
    for (let n = 0; n < 5; n++) {
      await ask(world, cast.owner)
      await world.drain()
    }
    expect((await ask(world, cast.owner)).status).toBe(429)
    expect((await statuses()).length).toBe(5)
  })

  test('is refused while a deletion is confirmed', async () => {
    await confirm(world, cast.owner, await askAndMail(world, cast.owner))
    expect((await ask(world, second)).status).toBe(409)
    expect(await statuses()).toEqual(['confirmed'])
  })
})

describe('the link in the mail', () => {
  test('shows what will happen and changes nothing by being opened', async () => {
    const token = await askAndMail(world, cast.owner)
    const before = await everyRow()
    const page = await look(world, token, { cookie: cast.owner.cookie })
    expect(page.status).toBe(200)
    expect((await seen(page)).heading).toBe('Delete Acme?')
    expect(await everyRow()).toEqual(before)
  })

  test('leads who is not signed in to sign in first, and back', async () => {
    const token = await askAndMail(world, cast.owner)
    const before = await everyRow()
    for (const response of [await look(world, token), await confirm(world, null, token)]) {
      expect(response.status).toBe(303)
      expect(response.headers.get('Location')).toBe(
        `/o/acme/sign-in?next=${encodeURIComponent(`/delete-organization?token=${token}`)}`,
      )
    }
    expect(await everyRow()).toEqual(before)
  })

  test.each([
    ['another owner', () => second],
    ['an admin', () => cast.admin],
    ['an outsider', () => cast.outsider],
  ])('is not for %s', async (_, who) => {
    const token = await askAndMail(world, cast.owner)
    const before = await everyRow()
    const page = await look(world, token, { cookie: who().cookie })
    expect(page.status).toBe(403)
    const { heading, text } = await seen(page)
    expect(heading).toBe('Not for this account')
    expect(text).not.toContain('Acme')
    expect((await confirm(world, who(), token)).status).toBe(403)
    expect(await everyRow()).toEqual(before)
  })

  test.each([
    ['demoted', () => demote(cast.owner)],
    ['deactivated', () => run("update member set status = 'inactive' where user_id = ?", cast.owner.id)],
    ['gone', () => run('delete from member where user_id = ?', cast.owner.id)],
  ])('does nothing for an owner who is %s since', async (_, become) => {
    const token = await askAndMail(world, cast.owner)
    await become()
    expect((await look(world, token, { cookie: cast.owner.cookie })).status).toBe(403)
    expect((await confirm(world, cast.owner, token)).status).toBe(403)
    expect(await deleteAt()).toBeNull()
  })

  test('does nothing for an owner who is demoted, or signed out, in the moment of the press', async () => {
    const token = await askAndMail(world, cast.owner)
    world.env.DB = meddledDatabase(() => demote(cast.owner))
    expect((await confirm(world, cast.owner, token)).status).toBe(403)
    await run("update member set role = 'owner' where user_id = ?", cast.owner.id)
    world.env.DB = meddledDatabase(() => run('delete from session where user_id = ?', cast.owner.id))
    expect((await confirm(world, cast.owner, token)).headers.get('Location')).toMatch(/^\/o\/acme\/sign-in/)
    expect(await deleteAt()).toBeNull()
  })

  test('works for one hour', async () => {
    const token = await askAndMail(world, cast.owner)
    world.clock.now = START + HOUR
    expect((await seen(await look(world, token, { cookie: cast.owner.cookie }))).heading).toBe('Link expired')
    expect((await confirm(world, cast.owner, token)).status).toBe(409)
    expect(await deleteAt()).toBeNull()
    world.clock.now -= 1
    expect((await confirm(world, cast.owner, token)).status).toBe(303)
  })

  test('that is forged, of an invitation, or mangled is refused before storage is touched', async () => {
    const token = await askAndMail(world, cast.owner)
    const { costOf } = counting(world)
    for (const forged of ['', 'x', `${token}A`, token.slice(0, -2), `${token.slice(0, -4)}AAAA`]) {
      const cost = await costOf(async () => {
        expect((await look(world, forged, { cookie: cast.owner.cookie })).status).toBe(404)
        expect((await confirm(world, cast.owner, forged)).status).toBe(404)
      })
      expect(cost).toEqual({})
    }
    // Each purpose signs apart from the others.
    expect((await world.fetch(`/accept-invitation?token=${token}`)).status).toBe(404)
  })
})

describe('confirming', () => {
  test('sets the day, says so to everybody, and offers owners the way back', async () => {
    const token = await askAndMail(world, cast.owner)
    const response = await confirm(world, cast.owner, token)
    expect(response.headers.get('Location')).toBe(`${DELETION}?notice=deletion-confirmed`)
    expect(await deleteAt()).toBe(START + 7 * DAY)
    expect(await statuses()).toEqual(['confirmed'])
    expect((await events()).at(-1)).toEqual({
      action: 'organization.deletion_confirmed',
      actor_id: cast.owner.id,
      target_id: cast.acme.id,
      detail: JSON.stringify({ deleteAt: START + 7 * DAY, before: { deleteAt: null } }),
    })
    for (const [who, undos] of [
      [second, 1],
      [cast.admin, 0],
      [cast.viewer, 0],
    ] as const) {
      const html = await (await world.fetch('/o/acme', { cookie: who.cookie })).text()
      expect(await texts(html, '.banner p')).toEqual(['Acme will be deleted on Mar 8, 2026.'])
      expect(await elements(html, `form[action="${DELETION}/undo"]`)).toHaveLength(undos)
    }
  })

  test('twice, in turn or at once, is one deletion at one moment', async () => {
    const token = await askAndMail(world, cast.owner)
    const presses = await Promise.all([
      confirm(world, cast.owner, token, 'one'),
      confirm(world, cast.owner, token, 'two'),
    ])
    world.clock.now += HOUR / 2
    presses.push(await confirm(world, cast.owner, token, 'one'))
    expect(presses.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(await deleteAt()).toBe(START + 7 * DAY)
    expect((await events()).filter(({ action }) => action.endsWith('confirmed'))).toHaveLength(1)
  })
})

describe('undoing', () => {
  beforeEach(async () => {
    await confirm(world, cast.owner, await askAndMail(world, cast.owner))
  })

  test('by any owner takes the day back, and the link with it', async () => {
    const response = await undo(world, second)
    expect(response.headers.get('Location')).toBe(`${DELETION}?notice=deletion-undone`)
    expect(await deleteAt()).toBeNull()
    expect(await statuses()).toEqual(['ended'])
    expect((await events()).at(-1)).toEqual({
      action: 'organization.deletion_undone',
      actor_id: second.id,
      target_id: cast.acme.id,
      detail: JSON.stringify({ before: { deleteAt: START + 7 * DAY } }),
    })
    const token = deletionToken(world.mails[0])
    expect((await seen(await look(world, token, { cookie: cast.owner.cookie }))).heading).toBe(
      'Already undone',
    )
    expect((await confirm(world, cast.owner, token)).status).toBe(409)
    expect(await deleteAt()).toBeNull()
  })

  test('twice, or at once by two owners, is one undoing', async () => {
    const answers = await Promise.all([undo(world, cast.owner), undo(world, second)])
    answers.push(await undo(world, second))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect((await events()).filter(({ action }) => action.endsWith('undone'))).toHaveLength(1)
  })

  test('works until the last moment and not at the deadline', async () => {
    world.clock.now = START + 7 * DAY
    expect((await undo(world, second)).status).toBe(404)
    world.clock.now -= 1
    expect((await undo(world, second)).status).toBe(303)
    expect(await deleteAt()).toBeNull()
  })

  test('is refused by its own batch at the deadline, whatever was read before', async () => {
    const [owner] = BUILT_IN_ROLES
    if (!owner) throw new Error('There is no role of owners')
    const actor = { kind: 'user' as const, id: second.id, name: second.name, role: owner }
    const change = { changeId: freshChange(), organizationId: cast.acme.id, actor }
    const at = (now: number) => commitUndoing(env.DB, { ...change, event: crypto.randomUUID(), now })
    expect(await at(START + 7 * DAY)).toEqual({ actorMay: true, deleteAt: START + 7 * DAY })
    expect(await at(START + 7 * DAY - 1)).toEqual({ actorMay: true, deleteAt: null })
  })

  test('is too late for a press that is still under way when clearing has begun', async () => {
    world.clock.now = START + 7 * DAY - 1
    world.env.DB = meddledDatabase(async () => {
      const { clock } = world
      clock.now += 1
      await run('delete from organization_deletion')
    })
    const press = as(world, second, (ctx) => undoDeletion(ctx, freshChange()))
    await expect(press).rejects.toMatchObject({ refusal: { code: 'not_found' } })
    expect(await deleteAt()).toBe(START + 7 * DAY)
  })

  test('lets the deletion be asked for and confirmed anew', async () => {
    await undo(world, second)
    world.clock.now += DAY
    await confirm(world, second, await askAndMail(world, second))
    expect(await deleteAt()).toBe(START + 8 * DAY)
    expect(await statuses()).toEqual(['ended', 'confirmed'])
  })
})
