import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { Filters } from '../../src/rules/overview'
import { readOverview } from '../../src/usecases/overview'
import { as, refusalOf } from '../support/acting'
import { addCast, addTeam, type Cast, inviteAndMail, type Person } from '../support/cast'
import { acceptAsNew, openings } from '../support/invitee'
import { addAccepted, addInvitation } from '../support/overview'
import { createWorld, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const EVERYTHING: Filters = { department: '', team: '', role: '' }

const overview = (filters: Partial<Filters> = {}, who: Person = cast.admin, slug = 'acme') =>
  as(world, who, (ctx) => readOverview(ctx, { ...EVERYTHING, ...filters }), slug)

const add = (address: string, values: Parameters<typeof addInvitation>[2] = {}) =>
  addInvitation(cast.acme, address, values)

/** Who needs attention and why, in the order shown. */
const attention = async () =>
  (await overview()).attention.map(({ kind, typedAddress }) => `${kind} ${typedAddress}`)

const funnel = async (filters: Partial<Filters> = {}) =>
  Object.fromEntries((await overview(filters)).funnel.map(({ name, count }) => [name, count]))

/** Days with acceptances: how many days ago, and how many. */
const perDay = async (filters: Partial<Filters> = {}) => {
  const { days } = await overview(filters)
  expect(days).toHaveLength(30)
  return days.flatMap(({ count }, at) => (count > 0 ? [[29 - at, count]] : []))
}

describe('needing attention', () => {
  test('nothing does where everything goes well', async () => {
    await add('fresh@example.com')
    await add('opened@example.com', { opened: HOUR })
    await add('expired@example.com', { sent: 8 * DAY })
    await add('swept@example.com', { sent: 8 * DAY, status: 'expired' })
    for (const status of ['accepted', 'declined', 'revoked'])
      await add(`${status}@example.com`, { status, mail: 'bounced', sent: 6 * DAY })
    const { attention: rows, more } = await overview()
    expect([rows, more]).toEqual([[], false])
  })

  test('is in the order of urgency: mails gone wrong, expiring, waiting, and what went wrong and has expired', async () => {
    await add('swept@example.com', { mail: 'failed', sent: 8 * DAY, status: 'expired' })
    await add('late@example.com', { mail: 'failed', sent: 7 * DAY })
    await add('waiting@example.com', { sent: 4 * DAY })
    await add('waiting-longer@example.com', { sent: 5 * DAY, opened: 4 * DAY })
    await add('expiring@example.com', { sent: 6 * DAY + 5 * HOUR })
    await add('expiring-sooner@example.com', { sent: 6 * DAY + 6 * HOUR })
    await add('bounced@example.com', { mail: 'bounced', reason: '550 Gone' })
    await add('complained@example.com', { mail: 'complained', sent: 6 * DAY + 12 * HOUR })
    await add('failed@example.com', { mail: 'failed' })
    expect(await attention()).toEqual([
      'failed failed@example.com',
      'complained complained@example.com',
      'bounced bounced@example.com',
      'expiring expiring-sooner@example.com',
      'expiring expiring@example.com',
      'waiting waiting-longer@example.com',
      'waiting waiting@example.com',
      'failed late@example.com',
      'failed swept@example.com',
    ])
    const rows = (await overview()).attention
    expect(rows.map(({ status }) => status).slice(-3)).toEqual(['pending', 'expired', 'expired'])
    expect(rows.find(({ kind }) => kind === 'bounced')?.mailReason).toBe('550 Gone')
    expect(rows.filter(({ kind }) => kind === 'waiting').map(({ openedAt }) => openedAt)).toEqual([
      START - 4 * DAY,
      null,
    ])
  })

  test('begins when more than half of a life is over, not at the half', async () => {
    await add('half@example.com', { sent: 3.5 * DAY })
    await add('past@example.com', { sent: 3.5 * DAY + 1 })
    await add('hour@example.com', { sent: 30 * MINUTE + 1, life: HOUR })
    await add('new@example.com', { sent: 30 * MINUTE, life: HOUR })
    expect(await attention()).toEqual(['waiting hour@example.com', 'waiting past@example.com'])
  })

  test('is urgent when less than a day is left, and of a short life when less than a quarter is', async () => {
    await add('a-day@example.com', { sent: 6 * DAY })
    await add('less-than-a-day@example.com', { sent: 6 * DAY + 1 })
    await add('a-quarter@example.com', { sent: 18 * HOUR, life: DAY })
    await add('less-than-a-quarter@example.com', { sent: 18 * HOUR + 1, life: DAY })
    await add('a-day-of-a-month@example.com', { sent: 29 * DAY, life: 30 * DAY })
    await add('less-of-a-month@example.com', { sent: 29 * DAY + 1, life: 30 * DAY })
    expect(await attention()).toEqual([
      'expiring less-than-a-quarter@example.com',
      'expiring less-than-a-day@example.com',
      'expiring less-of-a-month@example.com',
      'waiting a-quarter@example.com',
      'waiting a-day@example.com',
      'waiting a-day-of-a-month@example.com',
    ])
  })

  test('ends the moment an invitation expires', async () => {
    await add('now@example.com', { sent: 7 * DAY })
    await add('next@example.com', { sent: 7 * DAY - 1 })
    expect(await attention()).toEqual(['expiring next@example.com'])
  })

  test('ends with a resend', async () => {
    const mail = await inviteAndMail(world, cast.admin, 'jane@example.com')
    await run("update invitation set mail_state = 'bounced' where address = ?", mail.to)
    const [row] = (await overview()).attention
    expect(row?.kind).toBe('bounced')
    await world.fetch('/o/acme/invitations/resend', {
      cookie: cast.admin.cookie,
      form: { only: row?.id ?? '' },
    })
    expect(await attention()).toEqual([])
  })

  test.each([
    ['a mail gone wrong', { mail: 'bounced' }],
    ['one about to expire', { sent: 6.5 * DAY }],
    ['one that waits', { sent: 5 * DAY }],
    ['one gone wrong and expired', { mail: 'failed', status: 'expired', sent: 8 * DAY }],
  ])('shows ten at most, and says that there are more: %s', async (_, values) => {
    for (let n = 0; n < 10; n++) await add(`${n}@example.com`, values)
    expect(await overview()).toMatchObject({ attention: { length: 10 }, more: false })
    await add('eleventh@example.com', values)
    expect(await overview()).toMatchObject({ attention: { length: 10 }, more: true })
  })

  test('shows the newest of the mails gone wrong, of whatever problem', async () => {
    const problems = ['bounced', 'failed', 'complained']
    for (let n = 0; n < 33; n++) await add(`${n}@example.com`, { mail: problems[n % 3] ?? '' })
    const newest = Array.from({ length: 10 }, (_, n) => `${32 - n}@example.com`)
    expect((await overview()).attention.map(({ typedAddress }) => typedAddress)).toEqual(newest)
  })

  test('offers to resend and edit only to who may give the role', async () => {
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('desk', ?, 'Desk', ?, ?)",
      cast.acme.id,
      '["organization:read","member:read","member:manage"]',
      START,
    )
    await run("update member set role = 'desk' where user_id = ?", cast.member.id)
    await add('admin@example.com', { mail: 'bounced', role: 'admin' })
    await add('viewer@example.com', { mail: 'bounced', role: 'viewer' })
    await add('gone@example.com', { mail: 'bounced', role: 'no role any more' })
    const mayBy = async (who: Person) =>
      (await overview({}, who)).attention.map(({ typedAddress, grantable }) => [typedAddress, grantable])
    expect(await mayBy(cast.member)).toEqual([
      ['gone@example.com', false],
      ['viewer@example.com', true],
      ['admin@example.com', false],
    ])
    expect((await mayBy(cast.owner)).map(([, may]) => may)).toEqual([false, true, true])
  })
})

describe('the funnel', () => {
  test('counts each step, and later evidence for the steps before it', async () => {
    await add('never-sent@example.com', { mail: 'queued', status: 'awaiting_approval' })
    await add('queued@example.com', { mail: 'queued' })
    await add('failed@example.com', { mail: 'failed' })
    await add('sent@example.com', { mail: 'sent' })
    await add('opened@example.com', { mail: 'sent', opened: HOUR })
    await add('opened-after-all@example.com', { mail: 'queued', opened: HOUR })
    await add('declined@example.com', { mail: 'sent', status: 'declined' })
    await add('accepted@example.com', { mail: 'cancelled', status: 'accepted' })
    await add('revoked@example.com', { mail: 'sent', status: 'revoked' })
    expect(await funnel()).toEqual({ Sent: 8, 'Handed over': 6, Opened: 4, Accepted: 1 })
  })

  test('counts deliveries once one is reported, a complaint being one and a bounce none', async () => {
    await add('sent@example.com', { mail: 'sent' })
    await add('delivered@example.com', { mail: 'delivered' })
    await add('bounced@example.com', { mail: 'bounced' })
    await add('complained@example.com', { mail: 'complained' })
    await add('opened@example.com', { mail: 'sent', opened: HOUR })
    expect(await funnel()).toEqual({ Sent: 5, Delivered: 3, Opened: 1, Accepted: 0 })
    expect((await overview()).funnel[1]?.note).toBe('Nothing is reported of 1 mail that the provider took.')
  })

  test('claims no deliveries where the provider reports bounces alone', async () => {
    await add('sent@example.com', { mail: 'sent' })
    await add('bounced@example.com', { mail: 'bounced' })
    await add('complained@example.com', { mail: 'complained' })
    expect(await funnel()).toEqual({ Sent: 3, 'Handed over': 3, Opened: 0, Accepted: 0 })
  })

  test('is of what was first sent in the last 30 days, to the millisecond', async () => {
    await add('older@example.com', { sent: 30 * DAY + 1 })
    expect((await funnel()).Sent).toBe(0)
    await add('just@example.com', { sent: 30 * DAY })
    await add('now@example.com', { sent: 0 })
    expect((await funnel()).Sent).toBe(2)
    // Sent again since, it was first sent before.
    await run('update invitation set sent_at = ? where address = ?', START, 'older@example.com')
    expect((await funnel()).Sent).toBe(2)
  })

  test('of nothing is nothing', async () => {
    expect(await funnel()).toEqual({ Sent: 0, 'Handed over': 0, Opened: 0, Accepted: 0 })
  })
})

describe('acceptances a day', () => {
  const accept = (at: number, took = 0, values: Omit<Parameters<typeof addInvitation>[2], 'sent'> = {}) =>
    addAccepted(cast.acme, `${at}-${took}@example.com`, { at, took, ...values })

  test('stand on the day they happened, for the 30 days that end today', async () => {
    await accept(Date.UTC(2026, 2, 1, 0))
    await accept(Date.UTC(2026, 2, 1, 11))
    await accept(Date.UTC(2026, 1, 28, 23, 59))
    await accept(Date.UTC(2026, 0, 31, 0))
    await accept(Date.UTC(2026, 0, 30, 23, 59, 59))
    expect(await perDay()).toEqual([
      [29, 1],
      [1, 1],
      [0, 2],
    ])
  })

  test('are of the organization’s days: in India they change at half past six in the evening', async () => {
    await run("update organization set time_zone = 'Asia/Kolkata' where id = ?", cast.acme.id)
    await accept(Date.UTC(2026, 1, 28, 18, 29, 59, 999))
    await accept(Date.UTC(2026, 1, 28, 18, 30))
    expect(await perDay()).toEqual([
      [1, 1],
      [0, 1],
    ])
  })

  test('are of the organization’s days where clocks change: in New York March 8 has 23 hours', async () => {
    await run("update organization set time_zone = 'America/New_York' where id = ?", cast.acme.id)
    world.clock.now = Date.UTC(2026, 2, 10, 3, 59)
    // March 7 ends at 05:00 UTC, March 8 at 04:00 UTC.
    await accept(Date.UTC(2026, 2, 8, 4, 59))
    await accept(Date.UTC(2026, 2, 8, 5))
    await accept(Date.UTC(2026, 2, 9, 3, 59))
    await accept(Date.UTC(2026, 2, 9, 4))
    expect(await perDay()).toEqual([
      [2, 1],
      [1, 2],
      [0, 1],
    ])
  })

  test('count by when they were accepted, however long ago they were sent', async () => {
    await accept(START - HOUR, 60 * DAY)
    expect(await perDay()).toEqual([[0, 1]])
    expect(await funnel()).toMatchObject({ Sent: 0, Accepted: 0 })
  })

  test('count what really was accepted, as it happens', async () => {
    const { token } = openings(await inviteAndMail(world, cast.admin, 'jane@example.com'))
    world.clock.now += 90 * MINUTE
    await acceptAsNew(world, token)
    expect(await perDay()).toEqual([[0, 1]])
    expect((await overview()).median).toBe(90 * MINUTE)
    expect(await funnel()).toMatchObject({ Sent: 1, Opened: 1, Accepted: 1 })
  })

  test('have a median: none, one, the middle one of three, the mean of the middle two of four', async () => {
    const median = async () => (await overview()).median
    expect(await median()).toBeNull()
    await accept(START - HOUR, 10 * MINUTE)
    expect(await median()).toBe(10 * MINUTE)
    await accept(START - 3 * DAY, 20 * DAY)
    await accept(START - 2 * DAY, 2 * HOUR)
    expect(await median()).toBe(2 * HOUR)
    await accept(START - 2 * HOUR, 4 * HOUR)
    expect(await median()).toBe(3 * HOUR)
  })

  test('of before the 30 days do not count for the median', async () => {
    await accept(Date.UTC(2026, 0, 30, 23, 59), DAY)
    expect((await overview()).median).toBeNull()
  })
})

describe('the numbers narrowed', () => {
  const fill = async () => {
    const choir = await addTeam(cast.acme, 'Choir')
    const band = await addTeam(cast.acme, 'Band')
    const at = START - HOUR
    const accept = (name: string, took: number, values: Parameters<typeof addInvitation>[2]) =>
      addAccepted(cast.acme, `${name}@example.com`, { at, took, ...values })
    await accept('a', HOUR, { department: 'Sales', role: 'viewer', teams: [choir, band] })
    await accept('b', 3 * HOUR, { department: 'Sales', role: 'member', teams: [choir] })
    await accept('c', 5 * HOUR, { department: 'Support', role: 'viewer', teams: [choir] })
    await add('d@example.com', { department: 'Sales', role: 'viewer', teams: [choir] })
    await add('e@example.com', { department: 'Sales' })
    return { choir, band }
  }

  test('by department, team and role, one or all, are of those invitations alone', async () => {
    const { choir, band } = await fill()
    const numbers = async (filters: Partial<Filters>) => {
      const found = await overview(filters)
      return [
        found.funnel[0]?.count,
        found.funnel[3]?.count,
        found.days.at(-1)?.count,
        found.median === null ? null : found.median / HOUR,
      ]
    }
    expect(await numbers({})).toEqual([5, 3, 3, 3])
    expect(await numbers({ department: 'Sales' })).toEqual([4, 2, 2, 2])
    expect(await numbers({ role: 'viewer' })).toEqual([3, 2, 2, 3])
    expect(await numbers({ team: choir })).toEqual([4, 3, 3, 3])
    expect(await numbers({ team: band })).toEqual([1, 1, 1, 1])
    expect(await numbers({ department: 'Sales', role: 'viewer' })).toEqual([2, 1, 1, 1])
    expect(await numbers({ department: 'Sales', role: 'viewer', team: choir })).toEqual([2, 1, 1, 1])
    expect(await numbers({ department: 'Support', team: band })).toEqual([0, 0, 0, null])
    expect(await numbers({ department: 'sales' })).toEqual([0, 0, 0, null])
    expect(await numbers({ role: 'no such role' })).toEqual([0, 0, 0, null])
  })

  test('do not narrow what needs attention', async () => {
    await add('bounced@example.com', { mail: 'bounced', department: 'Sales' })
    expect((await overview({ department: 'Support' })).attention).toHaveLength(1)
  })

  test('can be narrowed by the departments and teams there are, and by every role one is invited with', async () => {
    const { choir, band } = await fill()
    expect((await overview()).choices).toEqual({
      departments: ['Sales'],
      teams: [
        { id: band, name: 'Band' },
        { id: choir, name: 'Choir' },
      ],
      roles: [
        { id: 'admin', name: 'Admin' },
        { id: 'member', name: 'Member' },
        { id: 'viewer', name: 'Viewer' },
      ],
    })
  })
})

describe('another organization', () => {
  test('is never counted, nor shown, nor reached by its team', async () => {
    const theirs = await addTeam(cast.globex, 'Theirs')
    await addInvitation(cast.globex, 'bounced@example.com', { mail: 'bounced', teams: [theirs] })
    await addInvitation(cast.globex, 'waiting@example.com', { sent: 5 * DAY })
    await addInvitation(cast.globex, 'expiring@example.com', { sent: 6.5 * DAY })
    await addInvitation(cast.globex, 'swept@example.com', {
      mail: 'failed',
      status: 'expired',
      sent: 8 * DAY,
    })
    await addAccepted(cast.globex, 'in@example.com', { at: START - HOUR, took: HOUR, teams: [theirs] })
    for (const filters of [{}, { team: theirs }]) {
      const { attention: rows, funnel: steps, days, median, choices } = await overview(filters)
      expect([rows, median, choices.teams, choices.departments]).toEqual([[], null, [], []])
      expect([...steps, ...days].filter(({ count }) => count > 0)).toEqual([])
    }
    const own = await overview({ team: theirs }, cast.outsider, 'globex')
    expect([own.attention.length, own.funnel[0]?.count, own.days.at(-1)?.count]).toEqual([4, 2, 1])
  })
})

describe('who may not manage members', () => {
  test.each(['member', 'viewer'] as const)('is refused the numbers: %s', async (who) => {
    expect(await refusalOf(overview({}, cast[who]))).toEqual({
      code: 'forbidden',
      permission: 'member:manage',
    })
  })

  test('learns nothing of another organization', async () => {
    expect(await refusalOf(overview({}, cast.outsider))).toEqual({ code: 'not_found' })
  })
})
