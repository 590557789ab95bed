import { createExecutionContext } from 'cloudflare:test'
import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { idOf } from '../support/acting'
import { addCast, addTeam, type Cast, invite, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { breakBatch, logged } from '../support/faults'
import { HOSTILE, SCRIPT, statusesOf } from '../support/hostile'
import { elements, texts } from '../support/html'
import { addEvent, seedEvents } from '../support/seed-events'
import { APP_URL, createWorld, run, START, type World } from '../support/world'

const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (query: Record<string, string> = {}, who: Person = cast.admin) =>
  (await world.fetch(paths.auditLog('acme', query), { cookie: who.cookie })).text()
const download = (query: Record<string, string> = {}) =>
  world.fetch(paths.auditLogCsv('acme', query), { cookie: cast.admin.cookie })
/** As they come: reading text leaves the byte order mark out. */
const bytesOf = async (path: string) => {
  const headers = { Cookie: `usher=${cast.admin.cookie}` }
  const answer = await world.worker.fetch(
    new Request(APP_URL + path, { headers }),
    world.env,
    createExecutionContext(),
  )
  return new Uint8Array(await answer.arrayBuffer())
}
const linkOf = async (html: string, selector: string) =>
  (await elements(html, selector)).map(({ attributes }) => attributes.href)

describe('the page', () => {
  test('says who did what to whom, under days of the organization’s time zone', async () => {
    await run("update organization set time_zone = 'Asia/Kolkata' where id = ?", cast.acme.id)
    await addEvent(cast.acme, { detail: { role: 'viewer' } })
    await addEvent(cast.acme, { at: START + 8 * 3600_000, action: 'invitation.revoked' })
    const html = await page()
    expect(await texts(html, '.timeline p')).toEqual([
      'Ann Lee revoked the invitation of jane@example.com',
      'Ann Lee invited jane@example.com as Viewer',
    ])
    expect(await texts(html, 'section h2')).toEqual(['Mar 2, 2026', 'Mar 1, 2026'])
    expect(await texts(html, '.timeline time')).toEqual(['01:30', '17:30'])
    expect(html).toContain('Asia/Kolkata')
  })

  test('costs two trips to the database, like its part that refreshes', async () => {
    await addEvent(cast.acme)
    const { costOf } = counting(world)
    expect(await costOf(() => page())).toEqual({ d1: 2 })
    const partial = () => world.fetch(paths.auditLog('acme'), { cookie: cast.admin.cookie, headers: PARTIAL })
    expect(await costOf(partial)).toEqual({ d1: 2 })
    const html = await (await partial()).text()
    expect(html).not.toContain('<html')
    expect(await texts(html, '#audit-log .timeline p')).toHaveLength(1)
  })

  test('leads on and back, filters kept, and refreshes to itself', async () => {
    await seedEvents(cast.acme, 120)
    const shown = async (html: string) =>
      (await elements(html, '.timeline > li')).map(({ attributes }) => attributes.id)
    const first = await page({ actor: 'Actor' })
    const [older] = await linkOf(first, '[rel=next]')
    expect(await linkOf(first, '[rel=prev]')).toEqual([])
    expect(new URLSearchParams(older?.split('?')[1]).get('actor')).toBe('Actor')
    const get = async (path = '') => (await world.fetch(path, { cookie: cast.admin.cookie })).text()
    const second = await get(older)
    const third = await get((await linkOf(second, '[rel=next]'))[0])
    expect(await shown(second)).toHaveLength(50)
    expect(await shown(third)).toHaveLength(20)
    expect(await linkOf(third, '[rel=next]')).toEqual([])
    expect(new Set([...(await shown(first)), ...(await shown(second)), ...(await shown(third))]).size).toBe(
      120,
    )
    expect(await shown(await get((await linkOf(third, '[rel=prev]'))[0]))).toEqual(await shown(second))
    const back = await get((await linkOf(second, '[rel=prev]'))[0])
    expect(await shown(back)).toEqual(await shown(first))
    expect(await linkOf(back, '[rel=prev]')).toEqual([])
    const [self] = await elements(second, '#audit-log')
    expect(self?.attributes['hx-get']).toBe(older)
  })

  test('keeps in its form what it is filtered by', async () => {
    const filter = {
      actor: 'Ann',
      target: 'jane@',
      action: 'team.renamed',
      from: '2026-01-01',
      to: '2026-02-01',
    }
    const html = await page(filter)
    const fields = await elements(html, 'search input')
    expect(Object.fromEntries(fields.map(({ attributes }) => [attributes.name, attributes.value]))).toEqual({
      actor: 'Ann',
      target: 'jane@',
      from: '2026-01-01',
      to: '2026-02-01',
    })
    expect(await texts(html, 'search option[selected]')).toEqual(['Team renamed'])
    expect(await texts(html, 'search optgroup:first-of-type option')).toContain('Invitation sent')
    expect(await texts(html, '.empty p')).toEqual(['Nothing that happened matches.'])
    expect(await texts(await page({ from: '2026-02-02', to: '2026-02-01' }), '.empty p')).toEqual([
      'The period ends before it begins.',
    ])
  })

  test('is filtered by an actor or a target with a click, besides what it is filtered by', async () => {
    await addEvent(cast.acme, { detail: { role: 'viewer' } })
    const html = await page({ action: 'invitation.sent' })
    expect(await linkOf(html, '.timeline p a')).toEqual([
      paths.auditLog('acme', { actor: 'Ann Lee', action: 'invitation.sent' }),
      paths.auditLog('acme', { action: 'invitation.sent', target: 'jane@example.com' }),
    ])
    expect(
      await texts(await page({ actor: 'Ann Lee', target: 'jane@example.com' }), '.timeline > li'),
    ).toHaveLength(1)
  })

  test('names the target that its sentence does not', async () => {
    await addEvent(cast.acme, {
      action: 'invitation.accepted',
      actor: { kind: 'invitee', name: 'Jane Doe' },
      detail: { role: 'viewer', inviter: 'Ann Lee' },
    })
    const html = await page()
    expect(await texts(html, '.timeline p')).toEqual(['Jane Doe joined as Viewer, invited by Ann Lee'])
    expect(await linkOf(html, '.more > a')).toEqual([paths.auditLog('acme', { target: 'jane@example.com' })])
  })

  test('shows all of an event as JSON on demand', async () => {
    const id = await addEvent(cast.acme, { detail: { role: 'viewer', before: null } })
    const [raw = ''] = await texts(await page(), 'details pre')
    expect(JSON.parse(raw)).toMatchObject({ id, action: 'invitation.sent', detail: { role: 'viewer' } })
  })

  test('is empty where nothing has happened', async () => {
    const html = await page()
    expect(await texts(html, '.empty p')).toEqual(['Nothing has happened here yet.'])
    expect(await linkOf(html, 'a[download]')).toEqual([])
  })
})

describe('what an event is about', () => {
  /** Pages that events link to; each of them opens for who sees the link. */
  const linked = async (who: Person = cast.owner) => {
    const links = await linkOf(await page({}, who), '.more > a')
    for (const link of links) {
      const { status } = await world.fetch(link ?? '', { cookie: who.cookie })
      expect([link, status]).toEqual([link, 200])
    }
    return links.reverse()
  }

  test('has a link while it is there, to a page that opens', async () => {
    await invite(world, cast.admin, 'Jane@Example.com')
    const id = await idOf('jane@example.com')
    await run('delete from audit_event')
    const team = await addTeam(cast.acme, 'Choir')
    await addEvent(cast.acme, { target: { kind: 'member', id: cast.viewer.id, name: 'Vera' } })
    await addEvent(cast.acme, { target: { kind: 'invitation', id, name: 'Jane@Example.com' } })
    await addEvent(cast.acme, { target: { kind: 'team', id: team, name: 'Choir' } })
    await addEvent(cast.acme, { target: { kind: 'organization', id: cast.acme.id, name: 'Acme' } })
    expect(await linked()).toEqual([
      paths.member('acme', cast.viewer.id),
      paths.invitation('acme', id),
      paths.members('acme', { team }),
      paths.settings('acme'),
    ])
    const page = await world.fetch(paths.invitation('acme', id), { cookie: cast.admin.cookie })
    expect(await texts(await page.text(), 'h1')).toEqual(['Jane@Example.com'])
  })

  test('has none once it is gone, or for who may not open it', async () => {
    for (const kind of ['member', 'invitation', 'team', 'role', 'api_key', 'user'])
      await addEvent(cast.acme, { target: { kind } })
    await addEvent(cast.acme, { target: { kind: 'member', id: cast.outsider.id } })
    expect(await linked()).toEqual([])
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('auditor', ?, 'Auditor', ?, ?)",
      cast.acme.id,
      '["organization:read","audit_log:read"]',
      START,
    )
    await run("update member set role = 'auditor' where user_id = ?", cast.viewer.id)
    await addEvent(cast.acme, { target: { kind: 'member', id: cast.admin.id } })
    await addEvent(cast.acme, { target: { kind: 'organization', id: cast.acme.id } })
    expect(await linked(cast.viewer)).toEqual([])
    expect(await linked(cast.admin)).toHaveLength(2)
  })
})

describe('the export', () => {
  test('is a file of what is filtered, which the page links to', async () => {
    await addEvent(cast.acme, { detail: { role: 'viewer', note: 'Say "hi"' } })
    await addEvent(cast.acme, { action: 'team.created', actor: { name: 'Bob' } })
    const html = await page({ actor: 'ann' })
    const [link = ''] = await linkOf(html, 'a[download]')
    expect(link).toBe(paths.auditLogCsv('acme', { actor: 'ann' }))
    const answer = await world.fetch(link, { cookie: cast.admin.cookie })
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('Content-Disposition')).toBe(
      'attachment; filename="acme-audit-log-2026-03-01.csv"',
    )
    expect([...(await bytesOf(link)).slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x22])
    expect((await answer.text()).split('\r\n')).toEqual([
      '"Time","Actor","Actor kind","Action","Target kind","Target","Sentence","Detail"',
      `"${new Date(START).toISOString()}","Ann Lee","user","invitation.sent","invitation","jane@example.com","Ann Lee invited jane@example.com as Viewer","{""role"":""viewer"",""note"":""Say \\""hi\\""""}"`,
      '',
    ])
  })

  test('holds no formula, and no line that is not one of its own', async () => {
    const evil = ['=1+1', ' @SUM(A1)', '＝1', '\t-1', '+1\r\n=2', '\u202e=1']
    for (const name of evil)
      await addEvent(cast.acme, { actor: { name }, target: { name, kind: name }, detail: name })
    const lines = (await (await download()).text()).split('\r\n')
    expect(lines).toHaveLength(evil.length + 2)
    for (const line of lines.slice(1, -1)) {
      expect(line).toMatch(/^"[^"]*"(,"(?:[^"]|"")*"){7}$/)
      for (const cell of line.slice(1, -1).split('","')) expect(cell).not.toMatch(/^[\s\p{C}]*[=+\-@＝]/u)
      expect(line).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u)
    }
  })

  test('breaks off where the database fails, instead of looking whole', async () => {
    await seedEvents(cast.acme, 2500)
    const lines = logged()
    breakBatch(world, 2)
    await expect(download()).rejects.toThrow()
    expect(lines.join()).toContain('audit-log.export')
  })

  test('is a page that says so where nothing could be read at all', async () => {
    await seedEvents(cast.acme, 10)
    logged()
    breakBatch(world, 1)
    const answer = await download()
    expect(answer.status).toBe(500)
    expect(answer.headers.get('Content-Disposition')).toBeNull()
  })
})

describe('hostile', () => {
  test('events are shown harmlessly', async () => {
    for (const name of [SCRIPT, HOSTILE.script, HOSTILE.rtl, HOSTILE.control, HOSTILE.lines, HOSTILE.emoji]) {
      await addEvent(cast.acme, {
        action: 'member.changed',
        actor: { name },
        target: { name },
        detail: { role: name, department: name, teams: [name], before: { role: name } },
      })
    }
    const html = await page()
    expect(html).not.toContain(SCRIPT)
    expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u)
    expect(await texts(html, '.timeline > li')).toHaveLength(6)
  })

  test('filters and cursors are answered, and change nothing', async () => {
    await addEvent(cast.acme)
    const cursors = ['["after","x","y"]', '["before",1e999,""]', '["after",-1,"\u0000"]', '[]', 'null']
    const queries = Object.values(HOSTILE).flatMap((value) =>
      ['actor', 'target', 'action', 'from', 'to', 'page'].map((name) => ({ [name]: value.slice(0, 5000) })),
    )
    const days = ['2026-02-30', '0000-00-00', '9999-12-31', '-1-01-01', '2026-13-01', '0000-01-01']
    const all = [
      ...queries,
      ...cursors.map((cursor) => ({ page: Buffer.from(cursor).toString('base64url') })),
      ...days.flatMap((day) => [{ from: day }, { to: day }]),
    ]
    const links = all.flatMap((query) => [paths.auditLog('acme', query), paths.auditLogCsv('acme', query)])
    expect(await statusesOf(world, links, cast.admin.cookie)).toEqual([200])
  })
})
