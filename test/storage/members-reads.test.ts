import { expect, test } from 'vitest'
import { placeOf } from '../../src/rules/lists'
import { MEMBER_COLUMNS, type MemberColumn, type MemberQuery, PLACES } from '../../src/rules/members'
import { findRole } from '../../src/rules/permissions'
import { runBatch } from '../../src/storage/batch'
import { memberPage, memberPageOf } from '../../src/storage/member-list'
import { addCast, addTeam, type Company } from '../support/cast'
import { counting } from '../support/counting'
import { seedInvitations } from '../support/seed'
import { seedMembers } from '../support/seed-members'
import { createWorld, rows, START } from '../support/world'

const PAGE = 50
const ALL: MemberQuery = {
  status: null,
  role: null,
  team: '',
  department: '',
  search: '',
  sort: { column: 'joined', descending: false },
  cursor: null,
  limit: PAGE,
}

/** Rows read and shown by a page. */
const reading = (acme: Company) => {
  const world = createWorld()
  const { rowsReadBy } = counting(world)
  return async (query: Partial<MemberQuery>) => {
    const asked = { ...ALL, ...query }
    let page: ReturnType<typeof memberPageOf> = { rows: [], more: false }
    const [[read = 0] = []] = await rowsReadBy(async () => {
      const [answer] = await runBatch(world.env.DB, [memberPage(acme.id, START, asked, true)])
      page = memberPageOf(answer, asked)
    })
    return { read, ...page }
  }
}

/** The row `offset` rows into a page's order; most of all are active members. */
const SORTED: Record<MemberColumn, string> = {
  name: 'name_order',
  email: 'address',
  role: 'role_order',
  department: 'department_order',
  teams: 'teams_order',
  status: '0',
  joined: 'joined_at',
  inviter: 'inviter_order',
}
const rowAt = async (acme: Company, column: MemberColumn, offset: number) => {
  const [row] = await rows<{ sorted: string | number; id: string }>(
    `select ${SORTED[column]} as sorted, user_id as id from member where organization_id = ? and status = 'active'
      order by 1, user_id limit 1 offset ?`,
    acme.id,
    offset,
  )
  if (!row) throw new Error('There are not so many')
  return row
}

test('page 1 and page 1,000 of 100,000 read the same few rows, sorted by any column; filters read few too', async () => {
  const { acme, globex } = await addCast()
  const team = await addTeam(acme, 'Night shift')
  await seedMembers(acme, 70_000, { team })
  await seedInvitations(acme, 20_000, { status: 'pending' })
  await seedInvitations(acme, 7_000, { status: 'expired', from: 20_000 })
  await seedInvitations(acme, 100, { status: 'awaiting_approval', from: 50_000 })
  // Not swept yet.
  await seedInvitations(acme, 200, { status: 'pending', from: 30_000, expiresAt: START - 1000 })
  await seedInvitations(globex, 2_800, { from: 40_000 })
  const read = reading(acme)

  for (const column of MEMBER_COLUMNS) {
    const far = await rowAt(acme, column, 50_000)
    for (const descending of [false, true]) {
      const sort = { column, descending }
      const pages = {
        first: await read({ sort }),
        far: await read({ sort, cursor: placeOf(far, 'after') }),
        back: await read({ sort, cursor: placeOf(far, 'before') }),
      }
      for (const [name, page] of Object.entries(pages)) {
        expect(page.rows.length, `${column} ${descending} ${name}`).toBe(PAGE)
        // One row more than a page of each branch, where it is found and where it is merged, each account, and who
        // asked for what awaits approval.
        expect(page.read, `${column} ${descending} ${name}`).toBeLessThan(700)
      }
    }
  }

  const filters: [string, Partial<MemberQuery>, most: number, found?: number][] = [
    ['a team of few', { team }, 20_000],
    ['a role of many', { role: findRole('member') ?? null }, 10_000],
    ['a role of one', { role: findRole('owner') ?? null }, 100, 1],
    ['a department of 1,400', { department: 'department 7' }, 20_000],
    ['a department of nobody', { department: 'elsewhere' }, 100, 0],
    ['a name of a hundred', { search: 'person0001' }, 5_000],
    ['an address of all members', { search: 'person' }, 10_000],
    ['a domain of a seventh', { search: 'example3.com' }, 20_000],
    ['nobody', { search: 'zzz' }, 200, 0],
    ...PLACES.map((status): [string, Partial<MemberQuery>, number] => [status, { status }, 200]),
    ['few and many', { search: 'person0001', role: findRole('member') ?? null, team }, 10_000, 2],
  ]
  for (const [name, query, most, found = PAGE] of filters) {
    for (const column of ['joined', 'name'] as const) {
      const page = await read({ ...query, sort: { column, descending: true } })
      expect(page.rows.length, name).toBe(found)
      expect(page.read, `${name} by ${column}`).toBeLessThan(most)
    }
  }
}, 120_000)
