import { beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/rules/dates'
import { addCast, addTeam, type Cast, invite, inviteAndMail } from '../support/cast'
import { elements, texts } from '../support/html'
import { acceptAsNew, open, openings, resend, resendAndMail, revoke } from '../support/invitee'
import { save } from '../support/settings-page'
import { APP_URL, createWorld, rows, START, type World } from '../support/world'

// A setting changes what is sent from then on, never an invitation already out.

const JANE = 'jane@example.com'
const JOE = 'joe@example.com'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const general = (changes: Record<string, string>) => save(world, cast.admin, 'settings', changes)
const set = async (changes: Record<string, string>) => {
  const saved = await save(world, cast.admin, 'settings/invitations', changes)
  expect(saved.headers.get('Location')).toContain('notice=settings-saved')
}
const sent = async (address: string, fields: Record<string, string> = {}) => {
  const mail = await inviteAndMail(world, cast.admin, address, fields)
  return { mail, ...openings(mail) }
}
const invitationOf = async (address: string) =>
  (await rows<Record<string, unknown>>('select * from invitation where address = ?', address))[0]
/** Where accepting leads: at once, or from a page in between to another site. */
/** Where accepting leads, past the offer of a passkey. */
const place = async (token: string) => {
  const accepted = await acceptAsNew(world, token)
  const [link] = await elements(await accepted.text(), 'main a')
  const to = accepted.headers.get('Location') ?? link?.attributes.href ?? ''
  return new URL(to, APP_URL).searchParams.get('next') ?? to
}

describe('the lifetime', () => {
  it('counts from the next sending or resending on', async () => {
    await sent(JANE)
    await set({ lifetime: String(24 * 3600) })
    await sent(JOE)
    expect(await invitationOf(JANE)).toMatchObject({ expires_at: START + 7 * DAY })
    expect(await invitationOf(JOE)).toMatchObject({ expires_at: START + DAY })
    await set({ lifetime: 'custom', lifetimeAmount: '1', lifetimeUnit: 'hours' })
    await resend(world, cast.admin, JANE)
    expect(await invitationOf(JANE)).toMatchObject({ expires_at: START + HOUR })
  })

  it('of an hour ends after an hour, as the mail says, in the organization’s time', async () => {
    await general({ timeZone: 'Europe/Berlin' })
    await set({ lifetime: 'custom', lifetimeAmount: '1', lifetimeUnit: 'hours' })
    const { mail, link } = await sent(JANE)
    expect(mail.text).toContain('Mar 1, 2026, 14:00 GMT+1')
    world.clock.now = START + HOUR - 1
    expect((await open(world, link)).buttons).not.toEqual([])
    world.clock.now = START + HOUR
    expect((await open(world, link)).heading).toBe('Invitation expired')
  })
})

describe('the role at sending', () => {
  it('not offered is gone from form, mail and page, a posted one is ignored, and earlier ones keep theirs', async () => {
    const before = await sent(JANE, { role: 'admin' })
    await set({ roleAtSending: 'not_offered', defaultRole: 'viewer' })
    const form = await (await world.fetch('/o/acme/invitations/new', { cookie: cast.admin.cookie })).text()
    expect(await elements(form, '[name=role]')).toEqual([])

    const after = await sent(JOE, { role: 'admin' })
    expect(`${after.mail.html}${after.mail.text}`).not.toMatch(/viewer| as /i)
    const { text } = await open(world, after.link)
    expect(text).not.toMatch(/as (a |an )?(viewer|admin)|role/i)
    await acceptAsNew(world, after.token)
    expect(await rows("select role from member where address = 'joe@example.com'")).toEqual([
      { role: 'viewer' },
    ])

    expect((await open(world, before.link)).text).toContain('Admin')
    await acceptAsNew(world, before.token)
    expect(await rows("select role from member where address = 'jane@example.com'")).toEqual([
      { role: 'admin' },
    ])
  })

  it('not mentioned at its sending stays unmentioned once it is offered again', async () => {
    await set({ roleAtSending: 'not_offered', defaultRole: 'viewer' })
    const { link } = await sent(JANE)
    await set({ roleAtSending: 'optional' })
    expect((await open(world, link)).text).not.toMatch(/viewer/i)
  })

  it('is mentioned or not as the organization has it at the latest resending', async () => {
    await sent(JANE, { role: 'viewer' })
    await set({ roleAtSending: 'not_offered' })
    const unmentioned = await resendAndMail(world, cast.admin, JANE)
    expect(world.mails.at(-1)?.text).not.toMatch(/viewer/i)
    expect((await open(world, unmentioned.link)).text).not.toMatch(/viewer/i)
    await set({ roleAtSending: 'optional' })
    const mentioned = await resendAndMail(world, cast.admin, JANE)
    expect(world.mails.at(-1)?.text).toMatch(/viewer/i)
    expect((await open(world, mentioned.link)).text).toMatch(/viewer/i)
  })

  it('required preselects nothing, optional the default', async () => {
    const chosen = async () => {
      const form = await (await world.fetch('/o/acme/invitations/new', { cookie: cast.admin.cookie })).text()
      return (await elements(form, '[name=role] option[selected]')).map(({ text }) => text)
    }
    await set({ defaultRole: 'viewer' })
    expect(await chosen()).toEqual(['Viewer'])
    await set({ roleAtSending: 'required' })
    expect(await chosen()).toEqual(['Choose a role'])
  })
})

describe('the names asked for', () => {
  it('are those of the sending', async () => {
    const before = await sent(JANE)
    await set({ nameFields: 'none' })
    const after = await sent(JOE)
    expect((await open(world, before.link)).fields).toEqual(expect.arrayContaining(['firstName', 'lastName']))
    const { fields } = await open(world, after.link)
    expect(fields.filter((name) => /name/i.test(name))).toEqual([])
    expect((await acceptAsNew(world, before.token)).status).toBe(303)
    expect((await acceptAsNew(world, after.token)).status).toBe(303)
    expect(await rows("select name from user where address like '%example.com' order by address")).toEqual([
      { name: 'Jane Doe' },
      { name: '' },
    ])
  })
})

describe('the landing address', () => {
  it('is that of the sending, and of the resending', async () => {
    const first = await sent(JANE)
    await general({ landingAddress: 'https://product.example/welcome' })
    const second = await sent(JOE)
    const third = await sent('jim@example.com')
    await general({ landingAddress: '/elsewhere' })
    expect(await place(first.token)).toMatch(/^\/o\/acme/)
    expect(await place(second.token)).toMatch(/^https:\/\/product\.example\/welcome/)
    const again = await resendAndMail(world, cast.admin, 'jim@example.com')
    expect(await place(again.token)).toMatch(/^\/elsewhere/)
    expect(third.token).not.toBe(again.token)
  })
})

describe('the name', () => {
  it('is new in mails from then on, and stays in those already out', async () => {
    const { mail } = await sent(JANE)
    await general({ name: 'Acme Group' })
    const after = await sent(JOE)
    expect(mail.subject).toContain('join Acme')
    expect(mail.subject).not.toContain('Group')
    expect(after.mail.subject).toContain('join Acme Group')
    expect(after.mail.html).toContain('Acme Group')
  })
})

describe('the slug', () => {
  it('stands in no link of a mail: those already out open and lead to where the pages are now', async () => {
    const { mail, link, token } = await sent(JANE)
    expect(`${mail.html}${mail.text}`).not.toContain('/o/acme')
    const moved = await general({ slug: 'acme-group' })
    expect(moved.headers.get('Location')).toBe('/o/acme-group/settings?notice=settings-saved')
    expect((await open(world, link)).buttons).not.toEqual([])
    expect(await place(token)).toMatch(/^\/o\/acme-group/)
    expect((await world.fetch('/o/acme', { cookie: cast.admin.cookie })).status).toBe(404)
    expect((await world.fetch('/o/acme-group/invitations', { cookie: cast.admin.cookie })).status).toBe(200)
  })
})

describe('what a closed link says', () => {
  it.each([
    ['revoked_as_expired', 'Invitation expired', 'Invitation replaced', 'Ask Ada Admin'],
    ['invalid', 'Invalid token', 'Invalid token', 'most recent mail'],
  ])('is at once, for links already out too: %s', async (closedLink, revoked, replaced, hint) => {
    const first = await sent(JANE)
    const second = await sent(JOE)
    await revoke(world, cast.admin, JANE)
    await resend(world, cast.admin, JOE)
    expect((await open(world, first.link)).heading).toBe('Invitation revoked')
    await set({ closedLink })
    const shown = [await open(world, first.link), await open(world, second.link)]
    expect(shown.map(({ heading }) => heading)).toEqual([revoked, replaced])
    expect(shown[0]?.text).toContain(hint)
    expect(shown[1]?.text).toContain('most recent mail')
    await set({ closedLink: 'precise' })
    expect((await open(world, second.link)).heading).toBe('Invitation replaced')
  })
})

describe('what the send form asks for', () => {
  it('shows neither department nor teams, and takes neither where they are posted all the same', async () => {
    const team = await addTeam(cast.acme, 'Red')
    const form = async () => {
      const html = await (await world.fetch('/o/acme/invitations/new', { cookie: cast.admin.cookie })).text()
      return Promise.all(
        ['[name=department]', '[name=team]'].map(async (of) => (await elements(html, of)).length),
      )
    }
    expect(await form()).toEqual([1, 1])
    await set({ asksDepartment: 'no', asksTeams: 'no' })
    expect(await form()).toEqual([0, 0])
    await invite(world, cast.admin, JANE, { department: 'Support', team })
    expect(await invitationOf(JANE)).toMatchObject({ department: '', team_names: '' })
    await set({ asksDepartment: 'yes' })
    expect(await form()).toEqual([1, 0])
    await invite(world, cast.admin, JOE, { department: 'Support', team: 'no such team' })
    expect(await invitationOf(JOE)).toMatchObject({ department: 'Support', team_names: '' })
  })
})

it('days of the console and of the accept page are of the time zone chosen, at once', async () => {
  const { link } = await sent(JANE)
  world.clock.now = START
  await general({ timeZone: 'Pacific/Kiritimati' })
  const list = await (await world.fetch('/o/acme/invitations', { cookie: cast.admin.cookie })).text()
  expect(await texts(list, 'td[data-label=Sent] time')).toEqual(['Mar 2, 2026'])
  expect((await open(world, link)).text).toContain('Open until Mar 9, 2026')
})
