import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { idOf, resend, revoke, send } from '../support/acting'
import {
  addCast,
  addTeam,
  type Cast,
  freshChange,
  inviteAndMail,
  newAccount,
  type Person,
} from '../support/cast'
import { counting } from '../support/counting'
import { elements, texts } from '../support/html'
import { JANE } from '../support/invitee'
import { addInvitation } from '../support/overview'
import { createWorld, hidden, rows, run, START, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const PARTIAL = { 'HX-Request-Type': 'partial' }
const open = async (
  id: string,
  query = '',
  { who = cast.admin, headers = {} as Record<string, string> } = {},
) => {
  const response = await world.fetch(`/o/acme/invitations/${id}${query}`, { cookie: who.cookie, headers })
  expect(response.status).toBe(200)
  return response.text()
}

/** The terms and what is said of each. */
const details = async (html: string): Promise<Record<string, string>> => {
  const [terms, said] = [await texts(html, '.details dt'), await texts(html, '.details dd')]
  return Object.fromEntries(terms.map((term, at) => [term, said[at] ?? '']))
}
const heads = (html: string) => texts(html, '.generation h3')
const told = (html: string) => texts(html, '.generation li > p:first-child')
const actions = (html: string) => texts(html, 'header.page .ways button, header.page .ways a')

const invited = async (fields: Record<string, string | string[]> = {}): Promise<string> => {
  await inviteAndMail(world, cast.admin, JANE, fields)
  return idOf(JANE)
}

describe('the page of an invitation shows', () => {
  test('what it says, who answers for it, and how its mail is doing', async () => {
    const team = await addTeam(cast.acme, 'Choir')
    const id = await invited({ role: 'viewer', department: 'Sales', note: 'Welcome!', team: [team] })
    const html = await open(id)
    expect(await texts(html, 'h1')).toEqual([JANE])
    expect(await texts(html, 'head title')).toEqual([`${JANE} · Acme`])
    expect(await details(html)).toMatchObject({
      Status: 'Pending',
      Mail: 'Sent',
      Opened: 'Not yet',
      Role: 'Viewer',
      Department: 'Sales',
      Teams: 'Choir',
      Language: 'English',
      'Invited by': 'Ada Admin',
      Sent: 'Mar 1, 2026',
      Expires: 'Mar 8, 2026',
      Note: 'Welcome!',
    })
    expect(await actions(html)).toEqual(['Resend', 'Edit', 'Revoke'])
  })

  test('its life, a part for each mail', async () => {
    const id = await invited()
    world.clock.now += DAY
    await resend(world, cast.owner, [id])
    await world.drain()
    const html = await open(id)
    expect(await heads(html)).toEqual([
      '2nd mail, sent by Olga Owner, Mar 2, 2026',
      '1st mail, sent by Ada Admin, Mar 1, 2026',
    ])
    expect(await told(html)).toEqual([
      ...['Mail handed over to test', 'Mail queued', 'Resent by Olga Owner as Member'],
      ...['Mail handed over to test', 'Mail queued', 'Sent by Ada Admin as Member'],
    ])
    expect(await texts(html, '.generation li time')).toContain('Mar 2, 2026, 12:00')
    expect(await details(html)).toMatchObject({ 'First sent': 'Mar 1, 2026', Sent: 'Mar 2, 2026' })
  })

  test('days and times of the organization’s time zone, and htmx the changing part alone', async () => {
    const id = await invited()
    await run("update organization set time_zone = 'Pacific/Auckland' where id = ?", cast.acme.id)
    for (const headers of [{}, PARTIAL]) {
      const html = await open(id, '', { headers })
      expect(await details(html)).toMatchObject({ Sent: 'Mar 2, 2026' })
      expect(await texts(html, '.generation li time')).toContain('Mar 2, 2026, 01:00')
    }
    const part = await open(id, '', { headers: PARTIAL })
    expect(part).not.toContain('<html')
    const [section] = await elements(part, 'section[data-list]')
    expect(section?.attributes['hx-get']).toBe(`/o/acme/invitations/${id}`)
  })

  test('that it was accepted, by whom, and leads to the member while there is one', async () => {
    const token = tokenIn(await inviteAndMail(world, cast.admin, JANE, { role: 'viewer' }))
    const id = await idOf(JANE)
    world.clock.now += HOUR
    await world.fetch('/accept-invitation', { form: newAccount(token) })
    const html = await open(id)
    expect((await told(html))[0]).toBe('Accepted by Jane Doe, who joined as Viewer')
    expect(await actions(html)).toEqual(['See member'])
    expect(await details(html)).toMatchObject({ Status: 'Accepted', Accepted: 'Mar 1, 2026' })
    const [member] = await rows<{ id: string }>('select id from user where address = ?', JANE)
    const [link] = await elements(html, 'header.page .ways a')
    expect(link?.attributes.href).toBe(`/o/acme/members/${member?.id}`)
    await world.fetch(`/o/acme/members/${member?.id}/remove`, {
      cookie: cast.owner.cookie,
      form: { change: freshChange() },
    })
    expect(await actions(await open(id))).toEqual([])
  })

  test.each(['declined', 'revoked'])('nothing to press where it was %s', async (status) => {
    const id = await addInvitation(cast.acme, JANE, { status })
    const html = await open(id)
    expect(await actions(html)).toEqual([])
    expect(await texts(html, '.help')).toEqual([])
    expect(await elements(html, '[data-under-way]')).toEqual([])
  })

  test('that it has expired before the sweep has come, and can still be resent', async () => {
    const id = await addInvitation(cast.acme, JANE, { sent: 8 * DAY })
    const html = await open(id)
    expect(await details(html)).toMatchObject({ Status: 'Expired', Expired: 'Feb 28, 2026' })
    expect(await told(html)).toEqual(['Expired'])
    expect(await actions(html)).toEqual(['Resend', 'Edit', 'Revoke'])
  })

  test('only Revoke to who may not give its role', async () => {
    await send(world, cast.owner, JANE, { role: 'admin' })
    await run(
      "insert into role (id, organization_id, name, permissions, created_at) values ('lead', ?, 'Lead', ?, ?)",
      cast.acme.id,
      '["organization:read","member:read","member:manage"]',
      START,
    )
    await run("update member set role = 'lead' where user_id = ?", cast.member.id)
    const html = await open(await idOf(JANE), '', { who: cast.member })
    expect(await actions(html)).toEqual(['Revoke'])
  })

  test('a mail that waits, until when and why', async () => {
    await send(world, cast.admin, JANE)
    const id = await idOf(JANE)
    const reason = 'Waits for tomorrow: the organization’s mails of today are used up'
    await run('update delivery set due_at = ?, reason = ? where subject_id = ?', START + DAY / 2, reason, id)
    const html = await open(id)
    expect((await told(html))[0]).toBe('Mail waits until Mar 2, 2026, 00:00 UTC')
    expect(await texts(html, '.generation .why')).toEqual([reason])
    expect(await details(html)).toMatchObject({ Mail: `QueuedGoes on Mar 2, 2026, 00:00 UTC. ${reason}.` })
    expect(await elements(html, '[data-under-way]')).toHaveLength(1)
  })

  test('why a mail came back, from its row', async () => {
    const id = await invited()
    await run(
      "update delivery set state = 'bounced', bounce = 'hard', reason = '550 No such user', reported_at = ? where subject_id = ?",
      START + HOUR,
      id,
    )
    const html = await open(id)
    expect((await told(html))[0]).toBe('Mail bounced, hard: the address takes no mail')
    expect(await texts(html, '.generation .why')).toEqual(['550 No such user'])
  })
})

describe('whether somebody is reminded', () => {
  const reminders = async (set: string, status = 'pending') => {
    const id = await addInvitation(cast.acme, JANE, { status })
    await run(`update invitation set ${set} where id = ?`, id)
    return (await details(await open(id))).Reminders?.replace(/(Pause|Resume) reminders$/, '')
  }
  const next = `remind_at = ${START + DAY}`

  test.each([
    [next, 'Next on Mar 2, 2026'],
    [`${next}, reminders_sent = 1`, 'Next on Mar 2, 2026 (one was sent)'],
    [`${next}, reminders_paused = 1`, 'Paused'],
    ['remind_at = null, reminders_paused = 1', 'Paused'],
    ['reminders_sent = 2', 'Both were sent'],
    ['reminders_sent = 1', 'One was sent'],
    ['remind_at = null', 'Off'],
    [`${next}, mail_state = 'failed'`, 'None: the mail did not arrive'],
    [`${next}, mail_state = 'bounced'`, 'None: the mail did not arrive'],
  ])('%s: %s', async (set, said) => {
    expect(await reminders(set)).toBe(said)
  })

  test('is not said of one that has ended', async () => {
    expect(await reminders(next, 'revoked')).toBeUndefined()
  })

  test.each([
    ['bounced', 'globex', 'None: mail to this address came back'],
    ['complained', 'globex', 'None: mail to this address was reported as spam'],
    ['unsubscribed', 'acme', 'None: the invitee wants no reminders'],
    ['unsubscribed', 'globex', 'Next on Mar 2, 2026'],
  ] as const)('an address that %s at %s', async (reason, where, said) => {
    await run('insert into suppression values (?, ?, ?, ?)', cast[where].id, JANE, reason, START)
    expect(await reminders(next)).toBe(said)
  })
})

describe('beside a mail that was not opened stands what helps', () => {
  const help = async (mail: string, set = 'role = role') => {
    const id = await addInvitation(cast.acme, JANE, { mail })
    await run(`update invitation set ${set} where id = ?`, id)
    return open(id)
  }

  test.each([
    ['sent', 'They say they never received it?'],
    ['delivered', 'They say they never received it?'],
    ['bounced', 'The mail came back'],
    ['complained', 'The mail was reported as spam'],
    ['failed', 'The mail could not be sent'],
  ])('%s: %s', async (mail, title) => {
    const html = await help(mail)
    expect(await texts(html, '.help h2')).toEqual([title])
    expect((await texts(html, '.help li'))[0]).toContain(JANE)
    expect((await texts(html, '.help li')).at(-1)).toContain('ask whoever runs Usher')
  })

  test('the address to look for in spam, and a link to who helps where there is one', async () => {
    world.env.SUPPORT_URL = 'https://help.example.com/usher'
    const html = await help('delivered')
    const [from = ''] = /[^<\s]+@[^>\s]+/.exec(world.env.MAIL_FROM ?? '') ?? []
    expect((await texts(html, '.help li'))[1]).toContain(`a mail from ${from}.`)
    expect((await elements(html, '.help a'))[0]?.attributes.href).toBe('https://help.example.com/usher')
  })

  test('and nothing where it was opened or has not left', async () => {
    expect(await texts(await help('queued'), '.help')).toEqual([])
    await run('delete from invitation')
    expect(await texts(await help('bounced', `opened_at = ${START}`), '.help')).toEqual([])
  })

  test('in the list in a few words, where a mail did not get through', async () => {
    await addInvitation(cast.acme, 'a@example.com', { mail: 'bounced', reason: '550 No such user' })
    await addInvitation(cast.acme, 'b@example.com', { mail: 'failed' })
    await addInvitation(cast.acme, 'c@example.com', { mail: 'delivered' })
    const list = await world.fetch('/o/acme/invitations?sort=email', { cookie: cast.admin.cookie })
    expect(await texts(await list.text(), 'tbody .hint')).toEqual([
      'Check the address.',
      'Check the address, or resend it later.',
    ])
  })
})

describe('what is done from here comes back here', () => {
  const press = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    world.fetch(path, { cookie: cast.admin.cookie, form, headers })

  test('without htmx: resending, editing and revoking, and giving them up', async () => {
    const id = await invited()
    const here = `/o/acme/invitations/${id}`
    const html = await open(id)
    const [button] = await elements(html, 'header.page .ways button')
    const resent = await press(button?.attributes.formaction ?? '', {
      only: button?.attributes.value ?? '',
      from: hidden(html, 'from'),
      change: hidden(html, 'change'),
    })
    expect(resent.headers.get('Location')).toBe(`${here}?notice=resent&n=1`)
    expect(await texts(await open(id, '?notice=resent&n=1'), '.toast')).toEqual(['1 invitation resent'])

    const links = await elements(html, 'header.page .ways a')
    for (const [at, field] of [
      [0, { department: 'Sales' }],
      [1, { id }],
    ] as const) {
      const href = links[at]?.attributes.href ?? ''
      const page = await (await world.fetch(href, { cookie: cast.admin.cookie })).text()
      const [cancel] = await elements(page, 'main form footer a')
      expect(cancel?.attributes.href).toBe(here)
      const [form] = await elements(page, 'main form')
      const done = await press(form?.attributes.action ?? '', {
        ...field,
        from: hidden(page, 'from'),
        change: hidden(page, 'change'),
      })
      expect(done.headers.get('Location')).toBe(
        at === 0 ? `${here}?notice=edited` : `${here}?notice=revoked&n=1`,
      )
    }
  })

  test('with htmx the page is told to refresh', async () => {
    const id = await invited()
    const form = { only: id, from: 'invitation', change: freshChange() }
    const answer = await press('/o/acme/invitations/resend', form, PARTIAL)
    expect(answer.headers.get('HX-Trigger')).toContain('list-changed')
  })

  test('but a change of several goes to the list, and so does a word that is none of ours', async () => {
    await send(world, cast.admin, ['a@example.com', 'b@example.com'])
    const ids = [await idOf('a@example.com'), await idOf('b@example.com')]
    for (const [id, from] of [
      [ids, 'invitation'],
      [ids.slice(0, 1), '//elsewhere.example'],
    ] as const) {
      const answer = await world.fetch('/o/acme/invitations/resend', {
        cookie: cast.admin.cookie,
        form: { id, from, change: freshChange() },
      })
      expect(answer.headers.get('Location')).toMatch(/^\/o\/acme\/invitations\?notice=resent&n=\d$/)
    }
  })
})

describe('who may see it', () => {
  const status = async (id: string, who: Person) =>
    (await world.fetch(`/o/acme/invitations/${id}`, { cookie: who.cookie })).status

  test('whoever may see the list; nobody sees another organization’s, or one that never was', async () => {
    const id = await invited()
    expect(await status(id, cast.owner)).toBe(200)
    expect(await status(id, cast.member)).toBe(403)
    const theirs = await addInvitation(cast.globex, JANE)
    for (const foreign of [theirs, 'nothing', '%00', 'x'.repeat(500)])
      expect(await status(foreign, cast.admin)).toBe(404)
  })

  test('events and mails of another organization are not shown, whatever they say they are about', async () => {
    const id = await addInvitation(cast.acme, JANE)
    await run(
      `insert into audit_event values ('e', 'e', ?, 'invitation.revoked', 'user', null, 'Eve', 'invitation', ?, '', ?, '{}')`,
      cast.globex.id,
      id,
      START,
    )
    await run(
      `insert into delivery (id, organization_id, kind, subject_id, generation, address, content, due_at, created_at)
        values ('d', ?, 'invitation', ?, 1, ?, '{}', ?, ?)`,
      cast.globex.id,
      id,
      JANE,
      START,
      START,
    )
    expect(await told(await open(id))).toEqual([])
  })

  test('no secret of the link is in the page', async () => {
    const mail = await inviteAndMail(world, cast.admin, JANE)
    const html = await open(await idOf(JANE))
    const [row] = await rows<{ token_hash: string; key_id: string }>(
      'select token_hash, key_id from invitation',
    )
    expect(html).not.toContain(tokenIn(mail))
    expect(html).not.toContain(row?.token_hash)
    expect(html).not.toContain(row?.key_id)
  })

  test('what somebody else has written is shown as text', async () => {
    const id = await addInvitation(cast.acme, '"<b>x</b>"@example.com', { department: '<script>1</script>' })
    await run(
      "update invitation set mail_state = 'failed', mail_reason = '<img src=x>', note = '<i>' where id = ?",
      id,
    )
    const html = await open(id)
    for (const tag of ['main b', 'main script', 'main img', 'main i'])
      expect(await elements(html, tag)).toEqual([])
  })
})

describe('however long its life', () => {
  const MANY = 500

  /** Resent so often, with an opening each time and a reminder of the newest, straight into the tables. */
  const seedLife = async (events = 2): Promise<string> => {
    const id = await addInvitation(cast.acme, JANE, { sent: MANY * HOUR })
    const begun = START - MANY * HOUR
    await run('update invitation set generation = ?, sent_at = ? where id = ?', MANY, START - HOUR, id)
    await run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
        insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, attempts, due_at, provider, sent_at, created_at)
        select 'mail-' || i, ?, 'invitation', ?, i, 'jane', '{}', 'sent', 1, 0, 'resend', ? + i * ? + 1, ? + (i - 1) * ? from n`,
      MANY,
      cast.acme.id,
      id,
      begun,
      HOUR,
      begun,
      HOUR,
    )
    await run(
      `with recursive n(i) as (select 0 union all select i + 1 from n where i < ?)
        insert into audit_event select 'event-' || printf('%06d', i), 'event-' || i, ?, iif(i % ?, 'invitation.edited', 'invitation.resent'),
          'user', 'ann', 'Ann Lee', 'invitation', ?, '', ? + (i / ?) * ?, iif(i % ?, '{}', json_object('generation', i / ? + 1)) from n`,
      MANY * events - 1,
      cast.acme.id,
      events,
      id,
      begun,
      events,
      HOUR,
      events,
      events,
    )
    return id
  }

  test('the newest mails are shown, and a way to those before', async () => {
    const id = await seedLife()
    const newest = await open(id)
    expect((await heads(newest)).map((head) => head.split(' ')[0])).toEqual(
      '500th 499th 498th 497th 496th 495th 494th 493rd 492nd 491st'.split(' '),
    )
    expect(await texts(newest, '.more')).toEqual(['490 earlier mails. Show earlier'])
    const [link] = await elements(newest, '.more a')
    expect(link?.attributes.href).toBe(`/o/acme/invitations/${id}?before=491`)

    const before = await open(id, '?before=12')
    expect((await heads(before)).map((head) => head.split(',')[0])).toEqual(
      '11th 10th 9th 8th 7th 6th 5th 4th 3rd 2nd'.split(' ').map((ordinal) => `${ordinal} mail`),
    )
    expect(await texts(before, '.more')).toEqual(['Back to the newest mail', '1 earlier mail. Show earlier'])
    const [first] = await heads(await open(id, '?before=2'))
    expect(first).toBe(`1st mail, sent by Ann Lee, Feb 8, 2026`)
    for (const nonsense of ['0', '-3', 'x', '1e9', '9999999999', '999999999'])
      expect(await heads(await open(id, `?before=${nonsense}`))).toHaveLength(10)
    expect(await heads(await open(id, '?before=1'))).toHaveLength(1)
  })

  test('each page takes two trips, and reads what it shows', async () => {
    const id = await seedLife()
    const { costOf, rowsReadBy } = counting(world)
    for (const query of ['', '?before=250', '?before=11']) {
      expect(await costOf(() => open(id, query))).toEqual({ d1: 2 })
      const [reads = []] = await rowsReadBy(() => open(id, query))
      expect(Math.max(...reads), `${query} ${reads}`).toBeLessThanOrEqual(80)
    }
  })

  test('where more happened in them than fits, the rest is left to the audit log', async () => {
    const id = await seedLife(30)
    const html = await open(id)
    expect((await told(html)).filter((words) => words.startsWith('Edited'))).not.toHaveLength(0)
    const [link] = await elements(html, '.more a')
    expect(link?.attributes.href).toBe(`/o/acme/audit-log?target=${encodeURIComponent(JANE)}`)
    const { rowsReadBy } = counting(world)
    const [reads = []] = await rowsReadBy(() => open(id))
    // Each event in the index and in the table.
    expect(Math.max(...reads), String(reads)).toBeLessThanOrEqual(420)
  })
})

describe('every list leads here', () => {
  test.each([
    ['/invitations', 'tbody th a'],
    ['/members?status=pending', 'tbody th a'],
    ['', '.attention strong a'],
  ])('%s', async (page, selector) => {
    const id = await addInvitation(cast.acme, JANE, { mail: 'failed' })
    const answer = await world.fetch(`/o/acme${page}`, { cookie: cast.admin.cookie })
    const links = await elements(await answer.text(), selector)
    expect(links.map(({ attributes }) => attributes.href)).toEqual([`/o/acme/invitations/${id}`])
  })
})

test('a revoked invitation tells by whom, and its waiting mail that it was cancelled', async () => {
  await send(world, cast.admin, JANE)
  const id = await idOf(JANE)
  world.clock.now += HOUR
  await revoke(world, cast.owner, [id])
  const html = await open(id)
  expect(await told(html)).toEqual([
    'Revoked by Olga Owner',
    'Mail cancelled',
    'Mail queued',
    'Sent by Ada Admin as Member',
  ])
  expect(await details(html)).toMatchObject({ Status: 'Revoked', Revoked: 'Mar 1, 2026' })
})
