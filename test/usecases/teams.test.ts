import { beforeEach, describe, expect, test } from 'vitest'
import { createTeam, deleteTeam, MAX_TEAMS, renameTeam } from '../../src/usecases/teams'
import { as, idOf, refusalOf, send, withKey } from '../support/acting'
import { actor, target, written } from '../support/audit'
import {
  addApiKey,
  addCast,
  addTeam,
  type Cast,
  freshChange,
  invite,
  inviteAndMail,
  newAccount,
  type Person,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved, merges } from '../support/interleaving'
import { accept, JANE } from '../support/invitee'
import { meddledDatabase } from '../support/meddling'
import { createWorld, hidden, rows, run, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

type Of = { id?: string; name?: string; shown?: string; change?: string; world?: World }

const VERBS = {
  create: (who: Person, { name = 'Support', change = freshChange(), ...rest }: Of = {}) =>
    as(rest.world ?? world, who, (ctx) => createTeam(ctx, { name, change })),
  rename: (who: Person, { id = '', name = 'Care', shown = '', change = freshChange(), ...rest }: Of = {}) =>
    as(rest.world ?? world, who, (ctx) => renameTeam(ctx, { id, name, shown, change })),
  delete: (who: Person, { id = '', change = freshChange(), ...rest }: Of = {}) =>
    as(rest.world ?? world, who, (ctx) => deleteTeam(ctx, { id, change })),
}
const verbs = Object.entries(VERBS)

const names = async () =>
  (await rows<{ name: string }>('select name from team order by name')).map(({ name }) => name)
const join = (team: string, person: Person) =>
  run('insert into member_team values (?, ?, ?)', cast.acme.id, person.id, team)
const shownTeams = async (person: Person) =>
  (await rows<{ team_names: string }>('select team_names from member where user_id = ?', person.id))[0]
    ?.team_names

describe.each(verbs)('to %s a team', (name, verb) => {
  test('needs Team: Manage', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    const before = await everyRow()
    for (const who of [cast.member, cast.viewer])
      expect(await refusalOf(verb(who, { id }))).toEqual({ code: 'forbidden', permission: 'team:manage' })
    expect(await refusalOf(verb(cast.outsider, { id }))).toEqual({ code: 'not_found' })
    expect(await everyRow()).toEqual(before)
  })

  test('is refused to a read-only key, and done by one that may write', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    const change = freshChange()
    const all = { create: createTeam, rename: renameTeam, delete: deleteTeam }
    const does = all[name as keyof typeof all]
    const input = { id, name: 'Care', shown: '', change }
    const reading = await addApiKey(cast.acme, 'admin', 'read')
    expect(await refusalOf(withKey(world, reading, (ctx) => does(ctx, input)))).toEqual({
      code: 'read_only_key',
    })
    const writing = await addApiKey(cast.acme, 'admin', 'write')
    await withKey(world, writing, (ctx) => does(ctx, input))
    expect(await rows('select actor_kind from audit_event')).toEqual([{ actor_kind: 'api_key' }])
  })

  test('twice by the same press is done once', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    const change = freshChange()
    await verb(cast.admin, { id, change })
    const after = await everyRow()
    await verb(cast.admin, { id, change })
    await Promise.all([verb(cast.admin, { id, change }), verb(cast.admin, { id, change })])
    expect(await everyRow()).toEqual(after)
  })

  test('twice at once by the same press is done once, and answered twice', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    const change = freshChange()
    await Promise.all([verb(cast.admin, { id, change }), verb(cast.admin, { id, change })])
    expect(await rows('select id from audit_event')).toHaveLength(1)
  })

  test('is refused to who is demoted between the trips', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    const before = (await everyRow()).team
    const meddled = createWorld({
      DB: meddledDatabase(() => run("update member set role = 'member' where user_id = ?", cast.admin.id)),
    })
    expect(await refusalOf(verb(cast.admin, { id, world: meddled }))).toEqual({
      code: 'forbidden',
      permission: 'team:manage',
    })
    expect((await everyRow()).team).toEqual(before)
  })
})

test.each(verbs.slice(1))('to %s another organization’s team finds none', async (_, verb) => {
  const theirs = await addTeam(cast.globex, 'Theirs')
  const before = await everyRow()
  for (const id of [theirs, '', crypto.randomUUID(), "' or 1=1 --"])
    expect(await refusalOf(verb(cast.owner, { id }))).toEqual({ code: 'not_found' })
  expect(await everyRow()).toEqual(before)
})

describe('one event is written for', () => {
  const ada = () => ({
    organization_id: cast.acme.id,
    ...actor('user', cast.admin.id, 'Ada Admin'),
    at: START,
  })
  const only = async () => (await rows<{ id: string }>('select id from team'))[0]?.id

  test('a team made, renamed and deleted', async () => {
    const made = await written(() => VERBS.create(cast.admin, { name: '  Support\n team ' }))
    const id = (await only()) ?? ''
    expect(made).toEqual([
      { ...ada(), action: 'team.created', ...target('team', id, 'Support team'), detail: {} },
    ])
    expect(await rows('select * from team')).toEqual([
      { id, organization_id: cast.acme.id, name: 'Support team', created_at: START },
    ])
    expect(await written(() => VERBS.rename(cast.admin, { id, name: 'Care' }))).toEqual([
      {
        ...ada(),
        action: 'team.renamed',
        ...target('team', id, 'Care'),
        detail: { before: { name: 'Support team' } },
      },
    ])
    await join(id, cast.member)
    await send(world, cast.admin, JANE, { teamIds: [id] })
    expect(await written(() => VERBS.delete(cast.admin, { id }))).toEqual([
      {
        ...ada(),
        action: 'team.deleted',
        ...target('team', id, 'Care'),
        detail: { members: 1, invitations: 1 },
      },
    ])
  })

  test('nothing that was so already', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    expect(await written(() => VERBS.rename(cast.admin, { id, name: ' Sales ' }))).toEqual([])
  })
})

describe('a name', () => {
  test.each([
    ['', /Enter a name/],
    [' \n\t ', /Enter a name/],
    ['\u200b\u2060', /Enter a name/],
    ['x'.repeat(101), /100/],
    ['sales', /already/],
    [' SALES ', /already/],
    ['Ｓales', /already/],
    ['Sa\u200bles', /already/],
    ['ärzte', /already/],
  ])('%j is refused beside its field, new or as another’s', async (name, words) => {
    await addTeam(cast.acme, 'Sales')
    await addTeam(cast.acme, 'Ärzte')
    const other = await addTeam(cast.acme, 'Other')
    const before = await everyRow()
    for (const work of [
      () => VERBS.create(cast.admin, { name }),
      () => VERBS.rename(cast.admin, { id: other, name }),
    ]) {
      const refusal = await refusalOf(work())
      expect(refusal).toEqual({ code: 'invalid_input', fields: { name: expect.stringMatching(words) } })
    }
    expect(await everyRow()).toEqual(before)
  })

  test('can be another case of what it was, and be another organization’s too', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    await addTeam(cast.globex, 'Support')
    await VERBS.rename(cast.admin, { id, name: 'SALES' })
    await VERBS.create(cast.admin, { name: 'Support' })
    expect(await names()).toEqual(['SALES', 'Support', 'Support'])
  })

  test('of a hundred characters is taken, whatever they are', async () => {
    await VERBS.create(cast.admin, { name: '👩‍👩‍👧'.repeat(20) })
    await VERBS.create(cast.admin, { name: 'x'.repeat(100) })
    expect(await names()).toHaveLength(2)
  })

  test('goes to one of two who make it, or rename to it, at once', async () => {
    const id = await addTeam(cast.acme, 'Sales')
    for (const order of merges(2, 2)) {
      await run('delete from team where id <> ?', id)
      await run("update team set name = 'Sales'")
      const attempt = (work: Promise<void>) =>
        work.then(
          () => 'done',
          (error: unknown) => error,
        )
      const answers = await interleaved(order, [
        (DB) => attempt(VERBS.create(cast.admin, { name: 'Care', world: createWorld({ DB }) })),
        (DB) => attempt(VERBS.rename(cast.owner, { id, name: 'care', world: createWorld({ DB }) })),
      ])
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
      expect(answers.filter((answer) => answer !== 'done')).toMatchObject([
        { refusal: { code: 'invalid_input', fields: { name: expect.stringContaining('already') } } },
      ])
    }
  })
})

test(`no race makes more than ${MAX_TEAMS} teams`, async () => {
  const all = Array.from({ length: MAX_TEAMS - 1 }, (_, n) => `Team ${n}`)
  await run(
    'insert into team (id, organization_id, name, created_at) select value, ?, value, 0 from json_each(?)',
    cast.acme.id,
    JSON.stringify(all),
  )
  const answers = await Promise.all(
    ['One more', 'Two more', 'Three more'].map((name) =>
      VERBS.create(cast.admin, { name }).then(
        () => 'done',
        (error: unknown) => error,
      ),
    ),
  )
  expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
  expect(answers.find((answer) => answer !== 'done')).toMatchObject({
    refusal: { code: 'invalid_input', fields: { form: expect.stringContaining('200') } },
  })
  expect(await rows('select id from team')).toHaveLength(MAX_TEAMS)
  await addTeam(cast.globex, 'Theirs')
  await VERBS.delete(cast.admin, { id: (await rows<{ id: string }>('select id from team'))[0]?.id ?? '' })
  await VERBS.create(cast.admin, { name: 'In its place' })
})

test('who renames what somebody else renamed meanwhile is told so, and may overrule it', async () => {
  const id = await addTeam(cast.acme, 'Sales')
  await VERBS.rename(cast.owner, { id, name: 'Revenue', shown: 'Sales' })
  expect(await refusalOf(VERBS.rename(cast.admin, { id, name: 'Growth', shown: 'Sales' }))).toEqual({
    code: 'invalid_input',
    fields: { name: 'Somebody else renamed it meanwhile, to Revenue. Save again to overrule it.' },
  })
  expect(await rows('select name from team')).toEqual([{ name: 'Revenue' }])
  const again = await world.fetch(`/o/acme/teams/${id}/edit`, {
    cookie: cast.admin.cookie,
    form: { name: 'Growth', shown: 'Sales', change: freshChange() },
  })
  expect(again.status).toBe(422)
  expect(hidden(await again.text(), 'shown')).toBe('Revenue')
  await VERBS.rename(cast.admin, { id, name: 'Growth', shown: 'Revenue' })
  expect(await rows('select name from team')).toEqual([{ name: 'Growth' }])
})

test('of two who rename a team at once one is told', async () => {
  const id = await addTeam(cast.acme, 'Sales')
  const answers = await Promise.allSettled([
    VERBS.rename(cast.owner, { id, name: 'Revenue', shown: 'Sales' }),
    VERBS.rename(cast.admin, { id, name: 'Growth', shown: 'Sales' }),
  ])
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('a renamed team shows its name at its members and invitations', async () => {
  const [red, blue] = [await addTeam(cast.acme, 'Red'), await addTeam(cast.acme, 'Blue')]
  await join(red, cast.member)
  await join(blue, cast.member)
  await send(world, cast.admin, JANE, { teamIds: [red, blue] })
  await VERBS.rename(cast.admin, { id: red, name: 'Amber' })
  expect(await shownTeams(cast.member)).toBe('Amber, Blue')
  expect(await rows('select team_names from invitation')).toEqual([{ team_names: 'Amber, Blue' }])
})

describe('a deleted team', () => {
  test('falls off its members and invitations, which stay as they are otherwise', async () => {
    const [red, blue] = [await addTeam(cast.acme, 'Red'), await addTeam(cast.acme, 'Blue')]
    await join(red, cast.member)
    await join(blue, cast.member)
    await send(world, cast.admin, [JANE, 'joe@example.com'], { teamIds: [red, blue], note: 'Hello' })
    const before = await everyRow()
    await VERBS.delete(cast.admin, { id: red })
    const after = await everyRow()
    const without = (all: Record<string, unknown>[] = []) =>
      all.map(({ team_names: _, teams_order: __, ...row }) => row)
    for (const table of ['member', 'invitation', 'delivery', 'user'])
      expect(without(after[table]), table).toEqual(without(before[table]))
    expect(await shownTeams(cast.member)).toBe('Blue')
    expect(await rows('select distinct team_names from invitation')).toEqual([{ team_names: 'Blue' }])
    expect(await rows('select distinct team_id from invitation_team')).toEqual([{ team_id: blue }])
    expect(await names()).toEqual(['Blue'])
  })

  test('does not keep a mail already queued from leaving, nor its link from working', async () => {
    const red = await addTeam(cast.acme, 'Red')
    await invite(world, cast.admin, JANE, { team: red })
    await VERBS.delete(cast.owner, { id: red })
    await world.drain()
    const answer = await accept(world, newAccount(tokenIn(world.mails[0])))
    expect(answer.status).toBe(303)
    expect(await rows("select team_names, status from member where address = 'jane@example.com'")).toEqual([
      { team_names: '', status: 'active' },
    ])
    expect(await rows('select * from member_team')).toEqual([])
  })

  test('at the same moment as accepting leaves the member, and nothing of the team', async () => {
    for (const order of merges(2, 1)) {
      const at = order.join('')
      const red = await addTeam(cast.acme, `Red ${at}`)
      const address = `jane${at}@example.com`
      const token = tokenIn(await inviteAndMail(world, cast.admin, address, { team: red }))
      await interleaved<unknown>(order, [
        (DB) => accept(createWorld({ DB }), newAccount(token)),
        (DB) => VERBS.delete(cast.owner, { id: red, world: createWorld({ DB }) }),
      ])
      expect(await rows('select status, team_names from member where address = ?', address), at).toEqual([
        { status: 'active', team_names: '' },
      ])
      expect(await rows('select status from invitation where id = ?', await idOf(address)), at).toEqual([
        { status: 'accepted' },
      ])
      expect(await rows('select * from member_team where team_id = ?', red), at).toEqual([])
    }
  })

  test('while an invitation with it is being sent falls off that one', async () => {
    const red = await addTeam(cast.acme, 'Red')
    const meddled = createWorld({ DB: meddledDatabase(() => VERBS.delete(cast.owner, { id: red })) })
    const [outcome] = await send(meddled, cast.admin, JANE, { teamIds: [red] })
    expect(outcome?.kind).toBe('invited')
    expect(await rows('select team_names from invitation')).toEqual([{ team_names: '' }])
    expect(await rows('select * from invitation_team')).toEqual([])
  })

  test('by two at once is deleted once; the other finds none', async () => {
    const id = await addTeam(cast.acme, 'Red')
    const answers = await Promise.allSettled([
      VERBS.delete(cast.admin, { id }),
      VERBS.delete(cast.owner, { id }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { refusal: { code: 'not_found' } },
    })
    expect(await rows('select action from audit_event')).toEqual([{ action: 'team.deleted' }])
  })
})
