import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { addCast, addTeam, type Cast, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { elements, texts } from '../support/html'
import { addAccepted, addInvitation } from '../support/overview'
import { createWorld, hidden, run, START, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const home = async (who: Person = cast.admin, query = '', headers: Record<string, string> = {}) => {
  const response = await world.fetch(`/o/acme${query}`, { cookie: who.cookie, headers })
  expect(response.status).toBe(200)
  return response.text()
}
const PARTIAL = { 'HX-Request-Type': 'partial' }

const fill = async () => {
  await addInvitation(cast.acme, 'bounced@example.com', { mail: 'bounced', reason: '550 No such user' })
  await addInvitation(cast.acme, 'waiting@example.com', { sent: 4 * DAY, opened: DAY })
  await addAccepted(cast.acme, 'in@example.com', { at: START - HOUR, took: 2 * HOUR, department: 'Sales' })
}

describe('who manages members sees', () => {
  test('what needs attention, why, and what can be done about it', async () => {
    await fill()
    const html = await home()
    expect(await texts(html, '.attention li strong')).toEqual(['bounced@example.com', 'waiting@example.com'])
    expect(await texts(html, '.attention li .badge')).toEqual(['Bounced', 'No answer'])
    expect(await texts(html, '.attention li p')).toEqual([
      '550 No such user. Check the address.',
      'Opened, but not accepted, 4 days after the mail. It expires in 3 days.',
    ])
    expect(await texts(html, '.attention .ways button, .attention .ways a')).toEqual([
      ...['Resend', 'Edit', 'Revoke'],
      ...['Resend', 'Edit', 'Revoke'],
    ])
    expect(await texts(html, '.attention h2 .count')).toEqual(['2'])
    expect(await elements(html, '.attention a[href="/o/acme/invitations?sort=expires"]')).toEqual([])
  })

  test('a way to all of them where there are more than ten', async () => {
    for (let n = 0; n < 11; n++) await addInvitation(cast.acme, `${n}@example.com`, { mail: 'failed' })
    const html = await home()
    expect(await texts(html, '.attention li strong')).toHaveLength(10)
    expect(await texts(html, '.attention h2 .count')).toEqual(['10+'])
    expect(await texts(html, '.attention a[href="/o/acme/invitations?sort=expires"]')).toHaveLength(1)
  })

  test('this page again after each of those, without htmx too', async () => {
    await fill()
    const html = await home()
    const [resend] = await elements(html, '.attention button')
    const revoke = await elements(html, '.attention a[data-variant="danger"]')
    const resent = await world.fetch(resend?.attributes.formaction ?? '', {
      cookie: cast.admin.cookie,
      form: {
        only: resend?.attributes.value ?? '',
        from: hidden(html, 'from'),
        change: hidden(html, 'change'),
      },
    })
    expect(resent.headers.get('Location')).toBe('/o/acme?notice=resent&n=1')
    expect(await texts(await home(cast.admin, '?notice=resent&n=1'), '.attention li strong')).toEqual([
      'waiting@example.com',
    ])
    const asked = await world.fetch(revoke[1]?.attributes.href ?? '', { cookie: cast.admin.cookie })
    expect(await elements(await asked.text(), 'main a[href="/o/acme"]')).toHaveLength(1)
    const [invite] = await elements(html, 'header.page a.button')
    const form = await world.fetch(invite?.attributes.href ?? '', { cookie: cast.admin.cookie })
    expect(hidden(await form.text(), 'from')).toBe('overview')
  })

  test('that nothing needs attention, where nothing does', async () => {
    await addInvitation(cast.acme, 'fresh@example.com')
    const html = await home()
    expect(await texts(html, '.attention p')).toEqual([
      'Nothing at the moment: no mail went wrong, and no invitation waits for long.',
    ])
    expect(await texts(html, '.attention form')).toEqual([])
  })

  test('the numbers, as tables that can be read out and pictures that have a name', async () => {
    await fill()
    const html = await home()
    expect(await texts(html, '.funnel tbody tr')).toEqual([
      'Sent3100%',
      'Handed over3100%',
      'Opened267%',
      'Accepted133%',
    ])
    expect(await texts(html, '.figures dd')).toEqual(['1', '2 hours'])
    expect(await texts(html, '.days svg > title')).toEqual(['Acceptances a day'])
    expect(await texts(html, '.days svg > desc')).toEqual([
      '1 accepted from Jan 31, 2026 to Mar 1, 2026; most on Mar 1, 2026: 1.',
    ])
    const [chart] = await elements(html, '.days svg')
    expect(chart?.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'days-title days-desc' })
    const rows = await texts(html, '.days tbody tr')
    expect(rows).toHaveLength(30)
    expect([rows[0], rows[29]]).toEqual(['Jan 31, 20260', 'Mar 1, 20261'])
    expect(html).not.toMatch(/ style=/)
    expect(await texts(html, 'head title')).toEqual(['Overview · Acme'])
  })

  test('what to do where nobody was ever invited', async () => {
    const html = await home()
    expect(await texts(html, '.empty p')).toEqual([
      'Nobody was invited in the last 30 days, and nobody is waiting.',
    ])
    expect(await texts(html, '.empty a')).toEqual(['Invite users'])
    expect(await texts(html, '.funnel')).toEqual([])
  })

  test('the seats, where there is a limit', async () => {
    expect(await texts(await home(), '.seats')).toEqual([])
    await run('update organization set seat_limit = 10 where id = ?', cast.acme.id)
    await addInvitation(cast.acme, 'fresh@example.com')
    expect(await texts(await home(), '.seats p')).toEqual(['5 of 10 seats'])
  })

  test('the notice of what they just did', async () => {
    expect(await texts(await home(cast.admin, '?notice=welcome'), '.toast')).toEqual([
      'Welcome! You are a member now.',
    ])
  })

  test('everything after two trips to D1', async () => {
    await fill()
    const { costOf } = counting(world)
    expect(await costOf(() => home(cast.admin, '?department=Sales&role=member&team=x'))).toEqual({ d1: 2 })
    expect(await costOf(() => home(cast.viewer))).toEqual({ d1: 2 })
  })
})

describe('the numbers are narrowed by the address', () => {
  test('the form shows what is chosen and the page refreshes to itself', async () => {
    const team = await addTeam(cast.acme, 'Choir')
    await fill()
    await run("update member set department = 'Sales' where user_id = ?", cast.owner.id)
    const html = await home(cast.admin, `?department=Sales&team=&role=member&sort=x`)
    expect(await texts(html, '.funnel tbody td:nth-of-type(2)')).toEqual(['1', '1', '1', '1'])
    expect(await texts(html, 'option[selected]')).toEqual(['Sales', 'Member'])
    const values = (await elements(html, '.filters option')).map(({ attributes }) => attributes.value)
    expect(values).toEqual(['', 'Sales', '', team, '', 'admin', 'member', 'viewer'])
    const [section] = await elements(html, '#overview')
    expect(section?.attributes['hx-get']).toBe('/o/acme?department=Sales&role=member')
    expect(await texts(html, '.filters .clear')).toEqual(['Clear'])
    expect(await texts(await home(), '.filters .clear')).toEqual([])
  })

  test('what is not there to choose stays in sight, and finds nothing', async () => {
    await fill()
    const html = await home(cast.admin, `?department=%3Cb%3E&team=none&role=none`)
    expect(await texts(html, 'option[selected]')).toEqual(['<b>', 'No longer there', 'No longer there'])
    expect(await texts(html, '.funnel tbody td:nth-of-type(2)')).toEqual(['0', '0', '0', '0'])
    expect(await texts(html, '.figures dd')).toEqual(['0', '–'])
    expect(await texts(html, '.numbers .card p')).toContain('Nobody accepted an invitation in these days.')
  })

  test('htmx gets the changing part alone, days of the same time zone', async () => {
    await run("update organization set time_zone = 'Pacific/Kiritimati' where id = ?", cast.acme.id)
    await fill()
    const html = await home(cast.admin, '?department=Sales', PARTIAL)
    expect(html).toMatch(/^<section id="overview"/)
    expect(await texts(html, 'h1')).toEqual([])
    expect((await texts(html, '.days tbody tr')).at(-1)).toBe('Mar 2, 20261')
  })
})

describe('who does not manage members', () => {
  test.each([
    [
      'member',
      'Member',
      ['See the organization and one’s own place in it.', 'See members, teams and roles.'],
    ],
    ['viewer', 'Viewer', ['See the organization and one’s own place in it.']],
  ] as const)('sees their own place and no numbers: %s', async (who, role, may) => {
    await fill()
    await run(
      "update member set department = 'Sales', inviter_name = 'Ann Lee' where user_id = ?",
      cast[who].id,
    )
    for (const headers of [{}, PARTIAL]) {
      const html = await home(cast[who], '?notice=welcome', headers)
      expect(html).not.toContain('example.com')
      expect(await texts(html, '.attention, .numbers, svg.chart, .funnel')).toEqual([])
      expect(await texts(html, 'h1')).toEqual(['Acme'])
      const [own = '', ...rest] = await texts(html, 'main dl dd')
      expect(own).toContain(role)
      expect(rest).toEqual(['Sales', '–', 'Mar 1, 2026', 'Ann Lee'])
      expect(await texts(html, '.may li')).toEqual(may)
      expect(await texts(html, '.toast')).toEqual(['Welcome! You are a member now.'])
    }
  })

  test('sees a role of the organization’s own by its name, with what it says', async () => {
    await run(
      "insert into role (id, organization_id, name, description, permissions, created_at) values ('desk', ?, 'Front desk', 'Keeps the door.', ?, ?)",
      cast.acme.id,
      '["organization:read"]',
      START,
    )
    await run("update member set role = 'desk' where user_id = ?", cast.viewer.id)
    const html = await home(cast.viewer)
    expect((await texts(html, 'main dl dd'))[0]).toBe('Front desk · Keeps the door.')
    expect(html).not.toContain('See who is here')
    expect(await home(cast.member)).toContain('See who is here')
  })

  test('sees the teams they are in', async () => {
    const team = await addTeam(cast.acme, 'Choir')
    await run('insert into member_team values (?, ?, ?)', cast.acme.id, cast.viewer.id, team)
    expect((await texts(await home(cast.viewer), 'main dl dd'))[2]).toBe('Choir')
  })
})
