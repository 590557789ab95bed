import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Demo, makeDemo } from '../../.ci/demo/organization'
import { DEMO, isTaken, type Row, writeRows } from '../../.ci/demo/rows'
import { hashPassword } from '../../src/passwords'
import { ACTIONS } from '../../src/rules/audit'
import { DAY } from '../../src/rules/dates'
import { DELIVERY_STATES } from '../../src/rules/lifecycle'
import { deriveKeys, mintToken } from '../../src/rules/tokens'
import { addCast, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { texts } from '../support/html'
import { APP_URL, cookieOf, createWorld, rows, START } from '../support/world'

const NOW = START
const key = deriveKeys(env.ROOT_SECRET ?? '').link
const made = (now = NOW): Demo =>
  makeDemo({ now, key, mail: { from: 'Usher <usher@localhost>', appUrl: APP_URL }, passwordHash })

let passwordHash = ''
let demo: Demo
beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD)
  demo = made()
})

const write = () => writeRows(env.DB, demo.rows)
const tally = (all: readonly Row[], column: string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const row of all) counts[String(row[column])] = (counts[String(row[column])] ?? 0) + 1
  return counts
}
const detailOf = (event: Row | undefined) => JSON.parse(String(event?.detail ?? '{}'))

describe('the demo’s organization', () => {
  test('has 40 members, some inactive, with two roles of its own, five teams, and seats for 60', async () => {
    await write()
    const members = await rows<Row>('select * from member')
    expect(members).toHaveLength(40)
    const by = tally(members, 'status')
    expect(by.inactive).toBeGreaterThanOrEqual(3)
    expect(Object.keys(tally(members, 'role_name')).sort()).toEqual([
      'Admin',
      'Auditor',
      'Member',
      'Owner',
      'Recruiter',
      'Viewer',
    ])
    expect(Object.keys(tally(members, 'department')).length).toBeGreaterThan(5)
    const [counts] = await rows(
      `select (select count(*) from team) as teams, (select count(*) from role) as roles, seat_limit as seats,
        (select count(*) from member where status = 'active') + (select count(*) from invitation where status = 'pending') as taken
      from organization`,
    )
    expect(counts).toMatchObject({ teams: 5, roles: 2, seats: 60 })
    expect(Number(counts?.taken)).toBeLessThanOrEqual(60)
  })

  test('has 200 invitations in every state, by several inviters, some renewed, resent or edited', async () => {
    await write()
    const invitations = await rows<Row>('select * from invitation')
    expect(invitations).toHaveLength(200)
    expect(Object.keys(tally(invitations, 'status')).sort()).toEqual([
      'accepted',
      'declined',
      'expired',
      'pending',
      'revoked',
    ])
    expect(Object.keys(tally(invitations, 'mail_state')).sort()).toEqual([...DELIVERY_STATES].sort())
    expect(Object.keys(tally(invitations, 'inviter_name')).length).toBeGreaterThan(4)
    const pending = invitations.filter(({ status }) => status === 'pending')
    expect(pending.every(({ expires_at }) => Number(expires_at) > NOW)).toBe(true)
    expect(pending.filter(({ expires_at }) => Number(expires_at) < NOW + DAY).length).toBeGreaterThan(2)
    expect(pending.filter(({ opened_at }) => opened_at !== null).length).toBeGreaterThan(3)
    expect(pending.filter(({ generation }) => generation === 2).length).toBeGreaterThan(2)
    const actions = Object.keys(tally(demo.rows.audit_event, 'action'))
    for (const action of ['sent', 'resent', 'renewed', 'edited', 'opened', 'accepted', 'declined', 'expired'])
      expect(actions).toContain(`invitation.${action}`)
  })

  test('satisfies every reference, and what triggers keep is there', async () => {
    await write()
    expect(await rows('pragma foreign_key_check')).toEqual([])
    expect(
      await rows(`select id from invitation i where role_name = '' or mail_state <> (select state from delivery d
        where d.subject_id = i.id and d.generation = i.generation)`),
    ).toEqual([])
    expect(
      await rows("select user_id from member where role_name = '' or name = '' or address = ''"),
    ).toEqual([])
    expect(await rows("select 1 from member where team_names like '%,%'")).not.toEqual([])
  })

  test('is the same for the same moment, and of another one for another', () => {
    expect(made()).toEqual(demo)
    expect(made(NOW + DAY)).not.toEqual(demo)
  })

  test.each([0, 1, 2, 3, 4, 5, 6].map((day) => [day]))(
    'is whole on any day and at any hour: %i',
    async (day) => {
      const now = NOW + day * (DAY + 3_600_000 * 3.4)
      const { rows: other } = made(now)
      await writeRows(env.DB, other)
      expect(other.invitation).toHaveLength(200)
      const late = other.audit_event.filter(({ at }) => Number(at) > now)
      expect(late.map(({ action, at }) => [action, (Number(at) - now) / 60_000])).toEqual([])
      expect(
        other.invitation.filter(
          ({ status, expires_at }) => status === 'pending' && Number(expires_at) <= now,
        ),
      ).toEqual([])
    },
  )

  test('replaces what it made, with what came of it since, and nothing else', async () => {
    const world = createWorld()
    await addCast()
    const others = await everyRow()
    await write()
    const first = await everyRow()
    const [owner] = demo.signIns
    await world.fetch('/o/demo/sign-in', { form: { address: owner?.address ?? '', password: PASSWORD } })
    expect(await rows('select * from session')).not.toEqual(first.session)
    await write()
    expect(await everyRow()).toEqual({ ...first, sign_in_attempt: expect.anything() })
    for (const [table, all] of Object.entries(others))
      expect(first[table]).toEqual(expect.arrayContaining(all))
  })

  test('keeps out of the way of an organization that has its slug', async () => {
    expect(await isTaken(env.DB)).toBe(false)
    await write()
    expect(await isTaken(env.DB)).toBe(false)
    await addCast({ slug: 'acme' })
    await env.DB.prepare('update organization set slug = slug || ? where id = ?').bind('-old', DEMO.id).run()
    await env.DB.prepare("update organization set slug = 'demo' where slug = 'acme'").run()
    expect(await isTaken(env.DB)).toBe(true)
  })
})

/** A Sunday at noon, the end of a Wednesday, and a Friday before dawn. */
const MOMENTS = [NOW, NOW + 3.45 * DAY, NOW + 4.65 * DAY].map(
  (now) => [new Date(now).toUTCString(), now] as const,
)

describe.each(MOMENTS)('the demo’s audit log, made on %s', (_, now) => {
  let demo: Demo
  beforeAll(() => {
    demo = made(now)
  })
  const eventsOf = (target: unknown, ...actions: string[]) =>
    demo.rows.audit_event.filter(
      ({ target_id, action }) =>
        target_id === target && (actions.length === 0 || actions.includes(String(action))),
    )

  test('is six months long, of known actions, and never ahead of its time', () => {
    const times = demo.rows.audit_event.map(({ at }) => Number(at))
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(now - Math.min(...times)).toBeGreaterThan(178 * DAY)
    expect(Math.max(...times)).toBeLessThanOrEqual(now)
    expect(times.length).toBeGreaterThan(400)
    for (const { action } of demo.rows.audit_event) expect(ACTIONS).toContain(action)
  })

  test('agrees with every invitation: how often it was sent, when it was opened, how it ended', () => {
    for (const row of demo.rows.invitation) {
      const sent = eventsOf(row.id, 'invitation.sent', 'invitation.renewed', 'invitation.resent')
      expect(sent[0]).toMatchObject({ action: 'invitation.sent', at: row.first_sent_at })
      expect(sent.at(-1)).toMatchObject({ at: row.sent_at, actor_name: row.inviter_name })
      expect(sent).toHaveLength(Number(row.generation))
      expect(demo.rows.delivery.filter(({ subject_id }) => subject_id === row.id)).toHaveLength(sent.length)
      expect(detailOf(sent.at(-1)).expiresAt).toBe(row.expires_at)

      const opened = eventsOf(row.id, 'invitation.opened').filter(
        ({ at }) => Number(at) >= Number(row.sent_at),
      )
      expect(opened.map(({ at }) => at)).toEqual(row.opened_at === null ? [] : [row.opened_at])

      const all = eventsOf(row.id)
      const ends = all.filter(({ action }) =>
        ['invitation.accepted', 'invitation.declined', 'invitation.revoked'].includes(String(action)),
      )
      expect(ends.map(({ action, at }) => [action, at])).toEqual(
        row.ended_at === null ? [] : [[`invitation.${row.status}`, row.ended_at]],
      )
      if (row.status === 'expired') expect(all.at(-1)?.action).toBe('invitation.expired')
      expect(row.change_id).toBe(all.filter(({ action }) => action !== 'invitation.opened').at(-1)?.change_id)
    }
  })

  test('agrees with every member: as what they joined, what changed, and whether they are active', () => {
    const teams = Object.fromEntries(demo.rows.team.map(({ id, name }) => [id, name]))
    const labels = Object.fromEntries(demo.rows.role.map(({ id, name }) => [id, name]))
    for (const member of demo.rows.member) {
      if (member.invitation_id === null) continue
      const [joined] = eventsOf(member.invitation_id, 'invitation.accepted')
      const now = { ...detailOf(joined), status: 'active' }
      expect([now.user, now.joinedAt, now.inviter]).toEqual([
        member.user_id,
        member.joined_at,
        member.inviter_name,
      ])
      for (const event of eventsOf(member.user_id)) {
        const { before, ...changed } = detailOf(event)
        if (event.action === 'member.changed') {
          for (const field of Object.keys(changed)) expect(before[field]).toEqual(now[field])
          Object.assign(now, changed)
        } else now.status = event.action === 'member.deactivated' ? 'inactive' : 'active'
      }
      const held = demo.rows.member_team.filter(({ user_id }) => user_id === member.user_id)
      // A team that was renamed since is called by its new name.
      const named = now.teams.map((name: string) => (name === 'Support' ? 'Customer success' : name)).sort()
      expect({ ...now, teams: named }).toMatchObject({
        role: labels[String(member.role)] ?? member.role,
        department: member.department,
        teams: held.map(({ team_id }) => teams[String(team_id)]).sort(),
        status: member.status,
      })
    }
  })

  test('says of everybody who joined that they are a member still, or how they went', () => {
    const accepted = demo.rows.audit_event.filter(({ action }) => action === 'invitation.accepted')
    for (const event of accepted) {
      const { user } = detailOf(event)
      const gone = eventsOf(user, 'member.removed', 'member.left').length > 0
      expect(demo.rows.member.some(({ user_id }) => user_id === user)).toBe(!gone)
    }
    expect(demo.rows.audit_event.filter(({ action }) => action === 'member.left')).not.toEqual([])
  })

  test('has nobody act before they joined, and never more seats taken than there were', () => {
    const joinedAt = new Map(demo.rows.user.map(({ id, created_at }) => [id, Number(created_at)]))
    let [limit, active] = [Number.POSITIVE_INFINITY, 1]
    const pending = new Map<unknown, number>()
    for (const event of demo.rows.audit_event) {
      const at = Number(event.at)
      if (event.actor_kind === 'user') expect(joinedAt.get(String(event.actor_id))).toBeLessThanOrEqual(at)
      const detail = detailOf(event)
      if (event.action === 'seats.changed') limit = detail.seatLimit
      if ('expiresAt' in detail) pending.set(event.target_id, Number(detail.expiresAt))
      if (/^invitation\.(accepted|declined|revoked|expired)$/.test(String(event.action)))
        pending.delete(event.target_id)
      if (['invitation.accepted', 'member.reactivated'].includes(String(event.action))) active++
      if (['member.deactivated', 'member.removed', 'member.left'].includes(String(event.action))) active--
      const reserved = [...pending.values()].filter((expiresAt) => expiresAt > at).length
      expect(active + reserved).toBeLessThanOrEqual(limit)
    }
  })
})

describe('in the running app', () => {
  test('its people sign in, and every page opens', async () => {
    const world = createWorld()
    await write()
    for (const { role, address } of demo.signIns) {
      const answer = await world.fetch('/o/demo/sign-in', { form: { address, password: PASSWORD } })
      const cookie = cookieOf(answer)
      expect(cookie, role).not.toBeNull()
      const pages = ['', ...(role === 'Viewer' ? [] : ['/invitations?tab=all'])]
      for (const page of pages) expect((await world.fetch(`/o/demo${page}`, { cookie })).status).toBe(200)
    }
  })

  test('the mailbox shows its mails, and the links of what is pending work', async () => {
    const world = createWorld()
    await write()
    expect((await texts(await (await world.fetch('/mailbox')).text(), 'article h2')).length).toBeGreaterThan(
      50,
    )
    const pending = demo.rows.invitation.filter(({ status }) => status === 'pending')
    for (const { id, generation } of pending.slice(0, 5)) {
      const { token } = mintToken(key, 'invitation', String(id), Number(generation))
      const html = await (await world.fetch(`/accept-invitation?token=${token}`)).text()
      expect(html).toContain('Accept &amp; create account')
      expect(html).toContain(DEMO.name)
    }
  })
})
