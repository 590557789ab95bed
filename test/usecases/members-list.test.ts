import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { type Cursor, placeOf, searchOf } from '../../src/rules/lists'
import { MEMBER_COLUMNS, type MemberQuery, type MemberSort } from '../../src/rules/members'
import { findRole, noRole } from '../../src/rules/permissions'
import { listMembers } from '../../src/usecases/members'
import { refusalOf, send, withKey } from '../support/acting'
import { addAccount, addApiKey, addCast, addMember, addTeam, type Cast } from '../support/cast'
import { everyRow } from '../support/dump'
import { addInvitations } from '../support/invitations'
import { list, listed } from '../support/members'
import { createWorld, rows, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const sort = (column: MemberSort['column'], descending = false) => ({ sort: { column, descending } })

describe('who is on the list', () => {
  test('members, active and inactive, and outstanding invitations; nobody else and nobody else’s', async () => {
    const ina = await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
    await addInvitations(cast.acme.id, 6, (n) => ({
      address: `${n}@example.com`,
      status: ['pending', 'expired', 'accepted', 'revoked', 'declined', 'pending'][n] ?? '',
      expiresAt: n === 5 ? START : START + 1,
    }))
    await addInvitations(cast.globex.id, 1, () => ({ address: 'theirs@example.com' }))
    const { rows: found, outstanding, manages } = await list(world, cast.admin, sort('email'))
    expect(found.map(({ typedAddress, status, kind }) => [typedAddress, status, kind])).toEqual([
      ['0@example.com', 'pending', 'invitation'],
      ['1@example.com', 'expired', 'invitation'],
      ['5@example.com', 'expired', 'invitation'],
      ['ada.admin@acme.test', 'active', 'member'],
      ['ina@acme.test', 'inactive', 'member'],
      ['max.member@acme.test', 'active', 'member'],
      ['olga.owner@acme.test', 'active', 'member'],
      ['vera.viewer@acme.test', 'active', 'member'],
    ])
    expect({ outstanding, manages, ina: found[4]?.id }).toEqual({
      outstanding: 3,
      manages: true,
      ina: ina.id,
    })
  })

  test('for who only sees members: no invitation, nothing to press, no department of theirs', async () => {
    await addInvitations(cast.acme.id, 2, () => ({ department: 'Secret' }))
    const found = await list(world, cast.member)
    expect(found.rows.map(({ kind }) => kind)).toEqual(['member', 'member', 'member', 'member'])
    expect(found).toMatchObject({ manages: false, departments: [] })
    for (const { actions } of found.rows)
      expect(Object.values(actions ?? {})).toEqual([false, false, false, false, false])
    expect((await list(world, cast.member, { status: 'pending' })).rows).toEqual([])
  })

  test('is refused to a viewer; read by a key; and looking changes nothing', async () => {
    expect(await refusalOf(list(world, cast.viewer))).toEqual({
      code: 'forbidden',
      permission: 'member:read',
    })
    const before = await everyRow()
    const key = await addApiKey(cast.acme, 'admin', 'read')
    const query = { status: null, role: null, team: '', department: '', search: '', cursor: null, limit: 5 }
    const page = await withKey(world, key, (ctx) => listMembers(ctx, { ...query, ...sort('name') }))
    expect(page.rows).toHaveLength(4)
    await list(world, cast.owner)
    expect({ ...(await everyRow()), api_key: [] }).toEqual({ ...before, api_key: [] })
  })

  test('addresses are shown as they were typed', async () => {
    await addMember(cast.acme, await addAccount('Jane', 'Jane.Doe@Acme.Test'), 'member')
    await send(world, cast.admin, 'Joe@Example.com')
    const { rows: found } = await list(world, cast.admin)
    expect(found.map(({ typedAddress }) => typedAddress)).toContain('Jane.Doe@Acme.Test')
    expect(found[0]?.typedAddress).toBe('Joe@Example.com')
  })

  test('buttons are for who may press them: not over an owner, not to oneself', async () => {
    const able = async (who: 'owner' | 'admin') =>
      Object.fromEntries(
        (await list(world, cast[who])).rows.map(({ name, actions }) => [
          name.split(' ')[0],
          Object.entries(actions ?? {})
            .filter(([, may]) => may)
            .map(([action]) => action)
            .join(' '),
        ]),
      )
    const all = 'edit role deactivate remove'
    expect(await able('owner')).toEqual({ Olga: 'edit', Ada: all, Max: all, Vera: all })
    expect(await able('admin')).toEqual({ Olga: '', Ada: 'edit', Max: all, Vera: all })
  })
})

describe('an order', () => {
  /** 30 members and 20 invitations, many of them alike, so that ties are met. */
  const fill = async () => {
    const teams = [await addTeam(cast.acme, 'zebra'), await addTeam(cast.acme, 'Apple')]
    for (let n = 0; n < 30; n++) {
      const person = await addAccount(['ann', 'Bob', 'ähm'][n % 3] ?? '', `m${(n * 7) % 30}@acme.test`)
      await addMember(cast.acme, person, n % 2 ? 'viewer' : 'member', n % 5 ? 'active' : 'inactive')
      await run(
        'update member set department = ?, inviter_name = ?, joined_at = ? where user_id = ?',
        ['', 'Sales', 'legal'][n % 3],
        ['Olga', null][n % 2],
        START + (n % 4),
        person.id,
      )
      if (n % 3) await run('insert into member_team values (?, ?, ?)', cast.acme.id, person.id, teams[n % 2])
    }
    await addInvitations(cast.acme.id, 20, (n) => ({
      role: n % 2 ? 'viewer' : 'admin',
      department: ['', 'sales'][n % 2] ?? '',
      status: n % 3 ? 'pending' : 'expired',
      expiresAt: n % 4 ? START + DAY : START,
      sentAt: START + (n % 5),
      inviter: ['ada', 'Olga'][n % 2] ?? '',
    }))
  }

  test('by any column, either way, is whole, page by page and back', async () => {
    await fill()
    for (const by of MEMBER_COLUMNS.flatMap((column) => [sort(column).sort, sort(column, true).sort])) {
      const said = `${by.column} ${by.descending}`
      const page = (limit: number, cursor: Cursor | null) =>
        list(world, cast.admin, { sort: by, limit, cursor })
      const all = (await page(100, null)).rows
      expect(all, said).toHaveLength(54)
      const values = all.map(({ sorted }) => sorted)
      const inOrder = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect(values, said).toEqual(by.descending ? inOrder.reverse() : inOrder)
      const there: string[] = []
      let cursor: Cursor | null = null
      while (there.length < 100) {
        const { rows: some, more } = await page(13, cursor)
        there.push(...some.map(({ id }) => id))
        const last = some.at(-1)
        if (!more || !last) break
        cursor = placeOf(last, 'after')
      }
      expect(there, said).toEqual(all.map(({ id }) => id))
      const last = all.at(-1)
      const back = last ? (await page(53, placeOf(last, 'before'))).rows : []
      expect(
        back.map(({ id }) => id),
        said,
      ).toEqual(there.slice(0, 53))
    }
  })

  test('by status is active, pending, expired, inactive, by the status of this moment', async () => {
    await fill()
    const { rows: found } = await list(world, cast.admin, { ...sort('status'), limit: 100 })
    const words = found.map(({ status }) => status)
    expect([...new Set(words)]).toEqual(['active', 'pending', 'expired', 'inactive'])
    expect(words).toEqual(words.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)))
  })
  const order = ['active', 'pending', 'expired', 'inactive']
})

describe('filters', () => {
  const query = (some: Partial<MemberQuery>) => listed(world, cast.admin, { ...sort('email'), ...some })

  test('by status: what counts is the clock, not the sweep', async () => {
    await addMember(cast.acme, await addAccount('Ina', 'ina@acme.test'), 'member', 'inactive')
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'])
    await run("update invitation set expires_at = ? where address = 'joe@example.com'", START + DAY)
    expect(await query({ status: 'pending' })).toEqual(['jane@example.com', 'joe@example.com'])
    world.clock.now = START + DAY
    expect(await query({ status: 'pending' })).toEqual(['jane@example.com'])
    expect(await query({ status: 'expired' })).toEqual(['joe@example.com'])
    await world.cron('*/5 * * * *')
    expect(await query({ status: 'expired' })).toEqual(['joe@example.com'])
    expect(await query({ status: 'inactive' })).toEqual(['Ina'])
    expect(await query({ status: 'active' })).toHaveLength(4)
  })

  test('by role, team and department, alone and together, of members and invitations alike', async () => {
    const night = await addTeam(cast.acme, 'Night shift')
    const theirs = await addTeam(cast.globex, 'Theirs')
    await send(world, cast.admin, 'jane@example.com', {
      role: 'viewer',
      department: 'Sales',
      teamIds: [night],
    })
    await send(world, cast.admin, 'joe@example.com', { role: 'member', department: 'sales' })
    await run("update member set department = 'SALES' where user_id = ?", cast.viewer.id)
    await run('insert into member_team values (?, ?, ?)', cast.acme.id, cast.viewer.id, night)
    const viewer = findRole('viewer') ?? null
    expect(await query({ role: viewer })).toEqual(['jane@example.com', 'Vera Viewer'])
    expect(await query({ team: night })).toEqual(['jane@example.com', 'Vera Viewer'])
    expect(await query({ department: 'Sales' })).toEqual([
      'jane@example.com',
      'joe@example.com',
      'Vera Viewer',
    ])
    expect(await query({ department: 'Sales', role: viewer, team: night, status: 'active' })).toEqual([
      'Vera Viewer',
    ])
    expect(await query({ department: 'Sal' })).toEqual([])
    expect(await query({ team: theirs })).toEqual([])
    expect(await query({ team: "' or 1=1 --" })).toEqual([])
  })

  test('by role goes by the role, not by its name', async () => {
    const [first, second] = await Promise.all(
      ['Support', 'Helpers'].map(async (name) => {
        const id = crypto.randomUUID()
        await run(
          "insert into role (id, organization_id, name, permissions, created_at) values (?, ?, ?, '[]', 0)",
          id,
          cast.acme.id,
          name,
        )
        return id
      }),
    )
    await run('update member set role = ? where user_id = ?', first ?? '', cast.viewer.id)
    const named = (key: string | undefined, name: string) => ({ ...noRole(key ?? ''), name })
    expect(await query({ role: named(first, 'Support') })).toEqual(['Vera Viewer'])
    expect(await query({ role: named(second, 'Support') })).toEqual([])
  })

  test.each([
    ['ada', ['Ada Admin']],
    ['admin', ['Ada Admin']],
    ['ADA ADM', ['Ada Admin']],
    ['vera.v', ['Vera Viewer']],
    ['@acme', ['Ada Admin', 'Max Member', 'Olga Owner', 'Vera Viewer']],
    ['example.c', ['jane@example.com']],
    ['jan', ['jane@example.com']],
    ['dmin', []],
    ['%', []],
    ['özg', ['Özgür Öz']],
    ['ÖZ', ['Özgür Öz']],
  ])('a search for %j finds names, last names, addresses and domains that begin so', async (typed, found) => {
    await run("update user set last_name = substr(name, instr(name, ' ') + 1)")
    if (/^ö/i.test(typed))
      await addMember(cast.acme, await addAccount('Özgür Öz', 'oz@globex.test'), 'member')
    await send(world, cast.admin, 'jane@example.com')
    expect(await query({ search: searchOf(typed) })).toEqual(found)
  })

  test('where a filter finds a thousand or more, pages are still whole', async () => {
    await addInvitations(cast.acme.id, 1200, (n) => ({
      role: n % 6 ? 'member' : 'viewer',
      department: 'Sales',
    }))
    const seen = new Set<string>()
    let cursor: Cursor | null = null
    const some = {
      department: 'sales',
      role: findRole('member') ?? null,
      search: 'person',
      ...sort('email', true),
    }
    for (let pages = 0; pages < 10; pages++) {
      const page = await list(world, cast.admin, { ...some, cursor, limit: 300 })
      for (const { id } of page.rows) seen.add(id)
      const last = page.rows.at(-1)
      if (!page.more || !last) break
      cursor = placeOf(last, 'after')
    }
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      "select count(*) as n from invitation where role = 'member'",
    )
    expect(seen.size).toBe(n)
  })
})
