import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Demo, makeDemo } from '../../.ci/demo/organization'
import { DEMO, isTaken, type Row, writeRows } from '../../.ci/demo/rows'
import { hashPassword } from '../../src/passwords'
import { paths } from '../../src/paths'
import { ACTIONS } from '../../src/rules/audit'
import { DAY, HOUR } from '../../src/rules/dates'
import { nextDigest } from '../../src/rules/digests'
import { DELIVERY_STATES, PAUSE_REASONS } from '../../src/rules/lifecycle'
import { COUNTED_FOR, LEAST, PAUSABLE_KINDS } from '../../src/rules/pausing'
import { quotaDayOf } from '../../src/rules/quotas'
import { MOST_REMINDERS } from '../../src/rules/reminders'
import { deriveKeys, mintToken } from '../../src/rules/tokens'
import { LEASE } from '../../src/storage/deliveries'
import { idOf } from '../support/acting'
import { addCast, freshChange, invite, newAccount, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { texts } from '../support/html'
import { decline, resend, revoke } from '../support/invitee'
import { type Event, PROOFS, report } from '../support/mail-events'
import { remindAt, unsubscribeLink } from '../support/reminders'
import { APP_URL, cookieOf, createWorld, rows, run, START, tokenIn } from '../support/world'

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

  test('has 203 invitations in every state, by several inviters, in several languages, some renewed, resent or edited', async () => {
    await write()
    const invitations = await rows<Row>('select * from invitation')
    expect(invitations).toHaveLength(203)
    expect(Object.keys(tally(invitations, 'status')).sort()).toEqual([
      'accepted',
      'awaiting_approval',
      'declined',
      'expired',
      'pending',
      'revoked',
    ])
    expect(Object.keys(tally(invitations, 'mail_state')).sort()).toEqual([...DELIVERY_STATES].sort())
    expect(Object.keys(tally(invitations, 'inviter_name')).length).toBeGreaterThan(4)
    expect(Object.keys(tally(invitations, 'language')).sort()).toEqual(['de', 'en', 'fr', 'ja'])
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
        where d.subject_id = i.id and d.kind = 'invitation' and d.generation = i.generation)`),
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
      expect(other.invitation).toHaveLength(203)
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
    await world.fetch(paths.organizationForgotPassword('demo'), { form: { address: owner?.address ?? '' } })
    expect(await rows('select * from session')).not.toEqual(first.session)
    expect(await rows('select * from password_reset')).toHaveLength(1)
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

/** Of what becomes of an invitation's mails, which changes nothing of the invitation itself. */
const isOfMail = (action: unknown): boolean =>
  /^(mail|reminders)\./.test(String(action)) || action === 'invitation.reminded'

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

  const mailsOf = (subject: unknown, ...kinds: string[]) =>
    demo.rows.delivery.filter(
      ({ subject_id, kind }) => subject_id === subject && kinds.includes(String(kind)),
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
      const awaits = row.status === 'awaiting_approval'
      expect(mailsOf(row.id, 'invitation')).toHaveLength(awaits ? 0 : sent.length)
      expect(detailOf(sent.at(-1)).expiresAt).toBe(awaits ? undefined : row.expires_at)
      expect(detailOf(sent.at(-1)).awaiting ?? null).toBe(row.approval_reason)

      const opened = eventsOf(row.id, 'invitation.opened').filter(
        ({ at }) => Number(at) >= Number(row.sent_at),
      )
      expect(opened.map(({ at }) => at)).toEqual(row.opened_at === null ? [] : [row.opened_at])

      const all = eventsOf(row.id).filter(({ action }) => !isOfMail(action))
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

  test('agrees with every mail: what was reported of it and when, and which addresses took none', () => {
    const told = new Map<unknown, Row[]>()
    for (const event of demo.rows.audit_event.filter(({ action }) => /^mail\./.test(String(action)))) {
      const { delivery } = detailOf(event)
      told.set(delivery, [...(told.get(delivery) ?? []), event])
    }
    const suppressed: unknown[] = []
    for (const mail of demo.rows.delivery) {
      const reports = told.get(mail.id) ?? []
      told.delete(mail.id)
      let state = 'sent'
      for (const event of reports) {
        const { reportedAt, bounce, ...detail } = detailOf(event)
        const [kind, id] = mail.quota_day === null ? ['mail', mail.id] : ['invitation', mail.subject_id]
        expect(event).toMatchObject({
          ...{ actor_kind: 'provider', actor_id: mail.provider, target_kind: kind, target_id: id },
          target_name: JSON.parse(String(mail.content)).to,
        })
        expect(detail).toMatchObject({ kind: mail.kind, generation: mail.generation, before: { state } })
        expect(reportedAt).toBeGreaterThan(Number(mail.sent_at))
        expect(reportedAt).toBeLessThanOrEqual(Number(event.at))
        state = String(event.action).slice('mail.'.length)
        if (state === 'delivered') expect(mail.delivered_at).toBe(reportedAt)
        if (state === 'complained' || bounce === 'hard')
          suppressed.push({ address: mail.address, reason: state, created_at: reportedAt })
      }
      const last = detailOf(reports.at(-1))
      expect(mail).toMatchObject({
        ...{ reported_at: last.reportedAt ?? null, bounce: last.bounce ?? null },
        ...(mail.sent_at !== null && { state, reason: last.reason ?? null }),
      })
      if (mail.sent_at !== null) expect(Number(mail.due_at) - Number(mail.sent_at)).toBe(LEASE)
      if (mail.state === 'failed') expect(Number(mail.due_at) - LEASE).toBeLessThan(now)
      if (mail.quota_day !== null) expect(mail.quota_day).toBe(quotaDayOf(Number(mail.created_at)))
    }
    expect([...told.keys()]).toEqual([])

    const [stopped, ...others] = demo.rows.audit_event.filter(
      ({ action }) => action === 'reminders.unsubscribed',
    )
    expect(others).toEqual([])
    const address = demo.rows.invitation.find(({ id }) => id === stopped?.target_id)?.address
    suppressed.push({ address, reason: 'unsubscribed', created_at: stopped?.at })
    const inOrder = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort()
    expect(inOrder(demo.rows.suppression)).toEqual(
      inOrder(suppressed.map((one) => ({ organization_id: DEMO.id, ...Object(one) }))),
    )
  })

  test('agrees with every reminder; some were sent, one is paused, and hardly any is due soon', () => {
    const pending = demo.rows.invitation.filter(({ status }) => status === 'pending')
    for (const row of demo.rows.invitation) {
      const mails = mailsOf(row.id, 'reminder', 'second_reminder')
      expect(mails).toHaveLength(Number(row.reminders_sent))
      expect(mails.length).toBeLessThanOrEqual(MOST_REMINDERS)
      expect(eventsOf(row.id, 'invitation.reminded').map(detailOf)).toEqual(
        mails.map(({ id, kind, generation }) => ({ generation, kind, delivery: id })),
      )
    }
    expect(Object.keys(tally(pending, 'reminders_sent'))).toEqual(['0', '1', '2'])
    expect(pending.filter(({ reminders_paused }) => reminders_paused === 1)).toHaveLength(1)
    const nextIn = (ms: number) =>
      pending.filter(({ remind_at }) => remind_at !== null && Number(remind_at) < now + ms)
    expect(nextIn(7 * DAY).length).toBeGreaterThan(5)
    expect(nextIn(HOUR).length).toBeLessThan(3)
  })

  test('never has so many mails come back that sending would have paused', () => {
    const mails = demo.rows.delivery.filter(
      ({ kind, sent_at }) => PAUSABLE_KINDS.some((one) => one === kind) && sent_at !== null,
    )
    for (const { at } of demo.rows.audit_event.filter(({ action }) => /^mail\.[bc]/.test(String(action)))) {
      const lately = mails.filter(
        ({ sent_at }) => Number(sent_at) <= Number(at) && Number(sent_at) > Number(at) - COUNTED_FOR,
      )
      const bad = {
        bounces: lately.filter(({ bounce }) => bounce === 'hard').length,
        complaints: lately.filter(({ state }) => state === 'complained').length,
      }
      for (const reason of PAUSE_REASONS)
        expect(lately.length < LEAST[reason].mails || bad[reason] < LEAST[reason].bad).toBe(true)
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

/** The names of an object's fields and of those in them, and what kind of value each has. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.slice(0, 1).map(shapeOf) : []
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, shapeOf(inner)]),
  )
}

type Part = { of: (row: Row) => unknown; named: (row: Row) => unknown[] }

/** The different shapes of a part of rows that are alike. */
const shapesOf = (all: readonly Row[], { of, named }: Part) => {
  const shapes = new Map<string, Set<string>>()
  for (const row of all) {
    const name = named(row).join(' ')
    shapes.set(name, (shapes.get(name) ?? new Set()).add(JSON.stringify(shapeOf(of(row)))))
  }
  return shapes
}

const read = (organizationId: string) => {
  const all = (table: string) => rows<Row>(`select * from ${table} where organization_id = ?`, organizationId)
  return Promise.all([all('audit_event'), all('delivery'), all('invitation')])
}

/** Invitations with every kind of mail and of report that the demo shows, made by the app itself. */
const livedThrough = async () => {
  const world = createWorld(PROOFS)
  const { acme, admin } = await addCast({
    ...{ account_scope: 'own', expiry_digest: 1, digest_at: nextDigest(START + 7 * DAY, 'UTC') },
  })
  world.provider.answer = ({ to }) => {
    if (to.startsWith('busy')) return { kind: 'retry', reason: 'Busy', afterSeconds: null }
    if (to.startsWith('refused')) return { kind: 'failed', reason: 'Refused' }
    return { kind: 'sent', providerId: `their-${to}` }
  }
  const hold = (address: string) =>
    invite(world, admin, `${address}@example.com`, { role: 'viewer', language: 'de' })
  const mailed = async (address: string) => {
    await hold(address)
    await world.drain()
    const mail = world.mails.findLast(({ to }) => to === `${address}@example.com`)
    return { mail, token: mail ? tokenIn(mail) : '' }
  }
  const told = async (address: string, ...events: Omit<Event, 'delivery' | 'at'>[]) => {
    const mails = await rows<{ id: string }>(
      "select id from delivery where address = ? and state = 'sent'",
      address,
    )
    for (const { id } of mails)
      for (const event of events) {
        world.clock.now += 1000
        await report(world, { ...event, delivery: id, at: world.clock.now })
      }
  }

  const { token } = await mailed('joins')
  await told('joins@example.com', { state: 'delivered' })
  await world.fetch(paths.invitationOpened, { form: { token, change: freshChange() } })
  await world.fetch(paths.acceptInvitation(), { form: newAccount(token) })
  await decline(world, (await mailed('declines')).token)
  await world.drain()
  await told(admin.address, { state: 'delivered' })
  for (const address of ['hard', 'soft', 'spam', 'refused', 'busy', 'waits', 'expires', 'renewed'])
    await mailed(address)
  await told('hard@example.com', { state: 'bounced', bounce: 'hard', reason: 'No such user' })
  await told('soft@example.com', { state: 'bounced', bounce: 'soft', reason: 'Full' })
  await told('spam@example.com', { state: 'delivered' }, { state: 'complained' })
  await hold('revoked')
  await revoke(world, admin, 'revoked@example.com')
  await resend(world, admin, 'waits@example.com')
  await world.drain()
  await told('waits@example.com', { state: 'delivered' })
  for (const at of [START + 3.6 * DAY, START + 6.1 * DAY]) {
    await remindAt(world, at)
    await told('waits@example.com', { state: 'delivered' })
  }
  const reminder = world.mails.findLast(({ to }) => to === 'waits@example.com')
  await world.fetch(unsubscribeLink(reminder), { form: {} })
  await world.fetch(paths.pauseReminders('acme', await idOf('waits@example.com')), {
    cookie: admin.cookie,
    form: { change: freshChange() },
  })
  await remindAt(world, START + 9.1 * DAY)
  await told(admin.address, { state: 'delivered' })
  await mailed('renewed')
  await hold('queued')
  await run("update delivery set state = 'sending', attempts = 1 where address = 'queued@example.com'")
  await hold('last')
  await run('update organization set policies = ? where id = ?', '{"approvalRoles":["admin"]}', acme.id)
  await invite(world, admin, 'asked@example.com', { role: 'admin', language: 'de' })
  return acme.id
}

describe('what the demo writes has the shape of what the app writes,', () => {
  let app: Row[][]
  let written: Row[][]
  beforeAll(async () => {
    const quiet = vi.spyOn(console, 'log').mockImplementation(() => {})
    app = await read(await livedThrough())
    quiet.mockRestore()
    await write()
    written = await read(DEMO.id)
  })
  const agree = (table: 0 | 1 | 2, part: Part, among: (row: Row) => boolean = () => true) => {
    const known = shapesOf(app[table] ?? [], part)
    const made = shapesOf((written[table] ?? []).filter(among), part)
    expect(made.size).toBeGreaterThan(0)
    for (const [name, shapes] of made)
      for (const shape of shapes) expect([...(known.get(name) ?? [])], name).toContain(shape)
  }

  test('of what happened to invitations, reminders and mails: by whom, to what, and each detail', () => {
    agree(
      0,
      {
        of: detailOf,
        named: (event) => [
          ...[event.action, event.actor_kind === 'api_key' ? 'user' : event.actor_kind, event.target_kind],
          detailOf(event).bounce,
        ],
      },
      // Its detail names what was changed, which differs.
      ({ action }) => /^(mail|invitation|reminders)\./.test(String(action)) && action !== 'invitation.edited',
    )
  })

  test('of what each kind of mail says', () => {
    agree(1, { of: ({ content }) => JSON.parse(String(content)), named: ({ kind }) => [kind] })
  })

  test('of what is known of a mail in each state', () => {
    agree(1, {
      of: ({ content: _, ...row }) => row,
      named: ({ quota_day, state, bounce, attempts, reason }) => [
        ...[
          quota_day === null ? 'notice' : 'inviting',
          state,
          bounce,
          Math.min(Number(attempts), 1),
          reason !== null,
        ],
      ],
    })
  })

  test('of invitations', () => {
    agree(2, {
      of: ({ opened_at, remind_at, remind_again_at, mail_reason, ...row }) => row,
      named: ({ status }) => [status],
    })
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
      expect(html).toContain('data-verdict="open"')
      expect(html).toContain(DEMO.name)
    }
  })
})
