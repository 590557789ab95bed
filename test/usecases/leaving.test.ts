import { beforeEach, describe, expect, test } from 'vitest'
import { addAccount, addCast, addMember, addTeam, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { seen } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { cookieOf, createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
})

const page = (who: Person, headers = {}) => world.fetch('/o/acme/leave', { cookie: who.cookie, headers })
const leave = (who: Person, change = freshChange(), headers = {}) =>
  world.fetch('/o/acme/leave', { cookie: who.cookie, headers, form: { change } })
const isMember = async (who: Person) =>
  (await rows('select 1 from member where user_id = ? and organization_id = ?', who.id, cast.acme.id))
    .length === 1
const addOwner = async () => addMember(cast.acme, await addAccount('Oona Owner', 'oona@acme.test'), 'owner')
const owners = async () =>
  (
    await rows<{ n: number }>(
      "select count(*) as n from member where role = 'owner' and organization_id = ?",
      cast.acme.id,
    )
  )[0]?.n

describe('leaving', () => {
  test('asks first, on a page or in the dialog, and changes nothing by asking', async () => {
    const before = await everyRow()
    const alone = await seen(await page(cast.member))
    expect(alone.heading).toBe('Leave Acme?')
    expect(alone.text).toContain('This is final')
    const inDialog = await (await page(cast.member, { 'HX-Request-Type': 'partial' })).text()
    expect(inDialog).toContain('Leave Acme?')
    expect(inDialog).not.toContain('<html')
    expect(await everyRow()).toEqual(before)
  })

  test('ends the membership and its teams, keeps the account signed in, and is written down', async () => {
    const team = await addTeam(cast.acme, 'Support')
    for (const who of [cast.member, cast.admin])
      await run(
        'insert into member_team (organization_id, user_id, team_id) values (?, ?, ?)',
        cast.acme.id,
        who.id,
        team,
      )
    const response = await leave(cast.member)
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/organizations?notice=left')
    expect(await isMember(cast.member)).toBe(false)
    expect(await rows('select user_id from member_team')).toEqual([{ user_id: cast.admin.id }])
    expect(
      await rows(
        'select organization_id, action, actor_kind, actor_id, actor_name, target_kind, target_id, target_name, at, detail from audit_event',
      ),
    ).toEqual([
      {
        organization_id: cast.acme.id,
        action: 'member.left',
        actor_kind: 'user',
        actor_id: cast.member.id,
        actor_name: 'Max Member',
        target_kind: 'member',
        target_id: cast.member.id,
        target_name: 'Max Member',
        at: START,
        detail: JSON.stringify({ role: 'member', before: { status: 'active' } }),
      },
    ])
    expect((await world.fetch('/o/acme', { cookie: cast.member.cookie })).status).toBe(404)
    const next = await seen(await world.fetch('/organizations?notice=left', { cookie: cast.member.cookie }))
    expect(next.text).toContain('You have left the organization')
    expect(next.text).toContain('You are in no organization')
  })

  test('goes on to the organization joined last, where there is one', async () => {
    await addMember(cast.globex, cast.member, 'viewer')
    expect((await leave(cast.member)).headers.get('Location')).toBe('/o/globex?notice=left')
  })

  test('from the dialog leaves the page whole', async () => {
    const response = await leave(cast.member, freshChange(), { 'HX-Request-Type': 'partial' })
    expect(response.status).toBe(204)
    expect(response.headers.get('HX-Redirect')).toBe('/organizations?notice=left')
  })

  test('pressed twice, at once or later, gets the same answer and is one event', async () => {
    const change = freshChange()
    const answers = await Promise.all([leave(cast.member, change), leave(cast.member, change)])
    answers.push(await leave(cast.member, change))
    for (const answer of answers) expect(answer.headers.get('Location')).toBe('/organizations?notice=left')
    expect(await rows('select count(*) as n from audit_event')).toEqual([{ n: 1 }])
    expect((await leave(cast.member)).status).toBe(404)
  })

  test('costs two trips to ask and two to do', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => page(cast.member))).toEqual({ d1: 2 })
    expect(await costOf(() => leave(cast.member))).toEqual({ d1: 2 })
  })

  test('is no way out for somebody who is deactivated in that moment', async () => {
    world.env.DB = meddledDatabase(() =>
      run("update member set status = 'inactive' where user_id = ?", cast.member.id),
    )
    expect((await leave(cast.member)).status).toBe(404)
    expect(await isMember(cast.member)).toBe(true)
  })
})

describe('the last active owner', () => {
  test('is told why not and what to do, and stays', async () => {
    await addMember(cast.acme, await addAccount('Ina Inactive', 'ina@acme.test'), 'owner', 'inactive')
    const { heading, text, buttons, links } = await seen(await page(cast.owner))
    expect(heading).toBe('You are the last owner')
    expect(text).toContain('Make somebody else an owner')
    expect(buttons).not.toContain('Leave')
    expect(links.map(({ attributes }) => attributes.href)).toContain('/o/acme/settings/deletion')
    const before = await everyRow()
    const refused = await leave(cast.owner)
    expect(refused.status).toBe(409)
    expect((await seen(refused)).heading).toBe('The last owner')
    expect(await everyRow()).toEqual(before)
  })

  test('is whoever of two is later, when both leave at once', async () => {
    const other = await addOwner()
    const answers = await Promise.all([leave(cast.owner), leave(other)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await owners()).toBe(1)
  })

  test('cannot go when the other one is demoted in that moment', async () => {
    const other = await addOwner()
    world.env.DB = meddledDatabase(() => run("update member set role = 'admin' where user_id = ?", other.id))
    expect((await leave(cast.owner)).status).toBe(409)
    expect(await isMember(cast.owner)).toBe(true)
  })

  test('may go once there is another', async () => {
    await addOwner()
    expect((await leave(cast.owner)).status).toBe(303)
    expect(await isMember(cast.owner)).toBe(false)
  })
})

describe('an account that belongs to one organization alone', () => {
  beforeEach(async () => {
    await run("update organization set account_scope = 'own' where slug = 'acme'")
    await run("update user set account_scope = ? where address like '%@acme.test'", cast.acme.id)
  })

  test('is closed by leaving: signed out everywhere, and its address is free again', async () => {
    expect((await seen(await page(cast.member))).text).toContain('It is closed, and you are signed out')
    const response = await leave(cast.member)
    expect(response.headers.get('Location')).toBe('/left')
    expect(cookieOf(response) ?? '').toBe('')
    expect((await seen(await world.fetch('/left'))).heading).toBe('You have left')
    expect(await rows('select 1 from session where user_id = ?', cast.member.id)).toEqual([])
    expect(await rows('select account_scope from user where id = ?', cast.member.id)).toEqual([
      { account_scope: `removed:${cast.acme.id}:${cast.member.id}` },
    ])
    const again = await addAccount('Max Member', cast.member.address, cast.acme.id)
    await addMember(cast.acme, again, 'member')
    expect((await world.fetch('/o/acme', { cookie: again.cookie })).status).toBe(200)
    expect((await world.fetch('/o/acme', { cookie: cast.member.cookie })).status).toBe(303)
  })

  test('leaves those of others alone', async () => {
    const before = await rows('select * from user where id <> ? order by id', cast.member.id)
    await leave(cast.member)
    expect(await rows('select * from user where id <> ? order by id', cast.member.id)).toEqual(before)
    expect((await world.fetch('/o/acme', { cookie: cast.viewer.cookie })).status).toBe(200)
  })
})
