import { expect, test } from 'vitest'
import { SORT_COLUMNS, type SortColumn } from '../../src/rules/lists'
import { addCast, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { addInvitations, type InvitationColumns } from '../support/invitations'
import { createWorld, run, START, type World } from '../support/world'

const LIST = '/o/acme/invitations'
const OUTSTANDING = ['pending', 'expired', 'pending']
const STATUSES = ['pending', 'accepted', 'revoked', 'declined', 'expired']

/** Values with many ties, in no column the order of the ids; the address alone is different in each row. */
const columnsOf =
  (statuses: readonly string[]) =>
  (n: number): InvitationColumns => ({
    address: `p${(n * 37) % 120}@${n % 3 ? 'b' : 'a'}.example`,
    role: ['viewer', 'admin', 'member'][n % 3] ?? '',
    department: ['Sales', '', 'Ärzte', 'support', '🎉'][n % 5] ?? '',
    status: statuses[n % statuses.length] ?? '',
    inviter: ['Olga', 'ada', 'Ada'][(n * 7) % 3] ?? '',
    sentAt: START + ((n * 13) % 10),
    expiresAt: START + 1e12 - ((n * 11) % 6),
    mail: ['sent', 'queued', 'failed', 'bounced'][n % 4] ?? '',
  })
const KEYS: Record<SortColumn, keyof InvitationColumns> = {
  email: 'address',
  role: 'role',
  department: 'department',
  inviter: 'inviter',
  sent: 'sentAt',
  expires: 'expiresAt',
  status: 'status',
  mail: 'mail',
}

/** Ordered without regard to (ASCII) case. */
const WORDS: SortColumn[] = ['role', 'department', 'inviter']

const byBytes = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))

/** The addresses in the order asked for: by the column, and where that ties by the row's id, which is its number. */
const inOrder = (
  count: number,
  statuses: readonly string[],
  column: SortColumn,
  descending: boolean,
): string[] => {
  const all = Array.from({ length: count }, (_, n) => ({ n, ...columnsOf(statuses)(n) }))
  const key = KEYS[column]
  const folded = (value: string | number) =>
    WORDS.includes(column) ? String(value).replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value
  all.sort((a, b) => byBytes(folded(a[key]), folded(b[key])) || a.n - b.n)
  return (descending ? all.reverse() : all).map(({ address }) => address)
}

const open = async (world: World, who: Person, url: string) => {
  const answer = await world.fetch(url, { cookie: who.cookie })
  expect(answer.status, url).toBe(200)
  const html = await answer.text()
  const link = async (rel: string) => (await elements(html, `nav.pages a[rel=${rel}]`))[0]?.attributes.href
  return {
    html,
    emails: await texts(html, 'tbody th.email'),
    next: await link('next'),
    previous: await link('prev'),
  }
}
type Page = Awaited<ReturnType<typeof open>>

/** Every page from the first to the last by Next, and then back to the first by Previous. */
const walk = async (world: World, who: Person, url: string) => {
  const forward: Page[] = [await open(world, who, url)]
  for (let next = forward[0]?.next; next && forward.length < 10; next = forward.at(-1)?.next) {
    forward.push(await open(world, who, next))
  }
  const back: Page[] = []
  for (let to = forward.at(-1)?.previous; to && back.length < 10; to = back.at(-1)?.previous) {
    back.push(await open(world, who, to))
  }
  return { forward: forward.map(({ emails }) => emails), back: back.map(({ emails }) => emails) }
}

const CASES = SORT_COLUMNS.flatMap((column) => [
  [column, 'outstanding', OUTSTANDING] as const,
  [column, 'all', STATUSES] as const,
])

test.each(CASES)(
  '120 rows by %s under %s: pages of 50, forward and back, no gaps and no repeats',
  async (column, tab, statuses) => {
    const world = createWorld()
    const { acme, globex, admin } = await addCast()
    await addInvitations(acme.id, 120, columnsOf(statuses))
    await addInvitations(globex.id, 60, columnsOf(statuses))
    for (const descending of [false, true]) {
      const expected = inOrder(120, statuses, column, descending)
      const pages = [expected.slice(0, 50), expected.slice(50, 100), expected.slice(100)]
      const { forward, back } = await walk(
        world,
        admin,
        `${LIST}?tab=${tab}&sort=${descending ? '-' : ''}${column}`,
      )
      expect(forward).toEqual(pages)
      expect(back).toEqual([pages[1], pages[0]])
    }
  },
)

test('every column’s head sorts by it, then the other way round, and the order is in the URL', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 20, columnsOf(OUTSTANDING))
  const head = async (page: Page, n: number) => {
    const [cells, links] = [await elements(page.html, 'thead th'), await elements(page.html, 'thead th a')]
    return { sort: cells[n]?.attributes['aria-sort'], href: links[n]?.attributes.href ?? '' }
  }
  for (const [n, column] of SORT_COLUMNS.entries()) {
    const start = await open(
      world,
      admin,
      `${LIST}?tab=all&q=p&sort=${column === 'email' ? 'role' : 'email'}`,
    )
    expect((await head(start, n)).sort).toBeUndefined()
    const first = await open(world, admin, (await head(start, n)).href)
    const second = await open(world, admin, (await head(first, n)).href)
    const order = new Set([(await head(first, n)).sort, (await head(second, n)).sort])
    expect(order).toEqual(new Set(['ascending', 'descending']))
    const descending = (await head(first, n)).sort === 'descending'
    expect(first.emails).toEqual(inOrder(20, OUTSTANDING, column, descending))
    expect(second.emails).toEqual(inOrder(20, OUTSTANDING, column, !descending))
    const url = new URL((await head(start, n)).href, 'http://x')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tab: 'all',
      q: 'p',
      sort: `${descending ? '-' : ''}${column}`,
    })
  }
})

test('the newest sending comes first unless asked otherwise', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 20, columnsOf(OUTSTANDING))
  const page = await open(world, admin, LIST)
  expect(page.emails).toEqual(inOrder(20, OUTSTANDING, 'sent', true))
  expect(await elements(page.html, 'th[aria-sort]')).toMatchObject([
    { text: 'Sent', attributes: { 'aria-sort': 'descending' } },
  ])
})

test('fifty rows are one page, and the fifty-first begins another', async () => {
  const world = createWorld()
  const { acme, globex, admin, outsider } = await addCast()
  await addInvitations(acme.id, 50, columnsOf(OUTSTANDING))
  const one = await open(world, admin, LIST)
  expect([one.emails.length, one.next, one.previous]).toEqual([50, undefined, undefined])
  await addInvitations(globex.id, 51, columnsOf(OUTSTANDING))
  const first = await open(world, outsider, '/o/globex/invitations?sort=email')
  expect(first.emails).toHaveLength(50)
  const second = await open(world, outsider, first.next ?? '')
  expect(second.emails).toEqual(inOrder(51, OUTSTANDING, 'email', false).slice(50))
  expect(second.next).toBeUndefined()
})

test('rows that leave or arrive while somebody pages neither repeat nor hide others', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 120, columnsOf(OUTSTANDING))
  const expected = inOrder(120, OUTSTANDING, 'email', false)
  const first = await open(world, admin, `${LIST}?sort=email`)
  // Rows of the first page end, and one of the second page with them.
  for (const n of [0, 10, 49, 60])
    await run("update invitation set status = 'revoked' where address = ?", expected[n])
  const second = await open(world, admin, first.next ?? '')
  expect(second.emails).toEqual([...expected.slice(50, 60), ...expected.slice(61, 101)])
  const back = await open(world, admin, second.previous ?? '')
  expect(back.emails).toEqual(expected.slice(1, 49).filter((_, n) => n !== 9))
  expect(back.previous).toBeUndefined()
})

test('when a page’s last rows have left, the list shows its first page instead of claiming to be empty', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 60, columnsOf(OUTSTANDING))
  const expected = inOrder(60, OUTSTANDING, 'email', false)
  const { next = '' } = await open(world, admin, `${LIST}?sort=email`)
  for (const address of expected.slice(50))
    await run("update invitation set status = 'revoked' where address = ?", address)
  const page = await open(world, admin, next)
  expect(page.emails).toEqual(expected.slice(0, 50))
  expect([page.next, page.previous]).toEqual([undefined, undefined])
})
