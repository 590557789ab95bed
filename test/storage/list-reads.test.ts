import { expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { COUNT_LIMIT, encodeCursor, SORT_COLUMNS, type SortColumn } from '../../src/rules/lists'
import { addCast, type Company } from '../support/cast'
import { counting } from '../support/counting'
import { texts } from '../support/html'
import { seedInvitations } from '../support/seed'
import { createWorld, rows } from '../support/world'

const PAGE = 50
const STORED: Record<SortColumn, string> = {
  email: 'address',
  role: 'role_order',
  department: 'department_order',
  inviter: 'inviter_order',
  sent: 'sent_at',
  expires: 'expires_at',
  status: 'status',
  mail: 'mail_state',
}

/** 5,000 invitations, 3,800 of them outstanding, and as many again of somebody else's. */
const seedThousands = async ({ acme, globex }: { acme: Company; globex: Company }) => {
  const parts = { pending: 3000, expired: 800, accepted: 700, revoked: 300, declined: 200 }
  let from = 0
  for (const [status, count] of Object.entries(parts)) {
    await seedInvitations(acme, count, { status, from })
    from += count
  }
  await seedInvitations(globex, 5000, { from })
}

/** The cursor of the row that stands `offset` rows into a sorted tab. */
const cursorAt = async (acme: Company, column: SortColumn, offset: number, side: 'after' | 'before') => {
  const [row] = await rows<{ value: string | number; id: string }>(
    `select ${STORED[column]} as value, id from invitation where organization_id = ? and status in ('awaiting_approval', 'pending', 'expired')
      order by ${STORED[column]}, id limit 1 offset ?`,
    acme.id,
    offset,
  )
  return row ? encodeCursor({ side, ...row }) : ''
}

test.each([
  ['outstanding', 3],
  ['all', 6],
] as const)(
  'a page of the tab %s reads the same few rows wherever it lies, sorted by any column',
  async (tab, statuses) => {
    const world = createWorld()
    const { acme, globex, admin } = await addCast()
    await seedThousands({ acme, globex })
    const { rowsReadBy } = counting(world)
    const readBy = async (sort: string, page?: string) => {
      let shown = 0
      const [[list = 0, counts = 0] = []] = await rowsReadBy(async () => {
        const url = paths.invitations('acme', { tab, sort, page })
        const response = await world.fetch(url, { cookie: admin.cookie })
        shown = (await texts(await response.text(), 'th.email')).length
      })
      return { shown, list, counts }
    }

    for (const column of SORT_COLUMNS) {
      const far = await cursorAt(acme, column, 3500, 'after')
      const near = await cursorAt(acme, column, 100, 'after')
      const back = await cursorAt(acme, column, 2000, 'before')
      const pages = [
        [column],
        [column, near],
        [column, far],
        [column, back],
        [`-${column}`],
        [`-${column}`, near],
        [`-${column}`, far],
        [`-${column}`, back],
      ] as const
      for (const [sort, page] of pages) {
        const { shown, list, counts } = await readBy(sort, page)
        expect({ sort, page, shown }).toMatchObject({ shown: PAGE })
        // One row more than a page of each status, where it is found and once more where they are merged; and the
        // inviter of each pending one.
        expect(list, `${sort} ${page}`).toBeLessThanOrEqual(
          statuses * (PAGE + 2) + (statuses > 1 ? PAGE + 1 : 0) + PAGE + 1,
        )
        expect(counts).toBeLessThanOrEqual(5 * COUNT_LIMIT)
      }
    }
  },
  60_000,
)
