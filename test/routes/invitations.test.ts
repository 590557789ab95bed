import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { send } from '../support/acting'
import { addCast, inviteAndMail, newAccount, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { addInvitations } from '../support/invitations'
import { createWorld, rows, run, START, tokenIn, type World } from '../support/world'

const LIST = '/o/acme/invitations'
const see = async (world: World, who: Person, query = '') =>
  (await world.fetch(`${LIST}${query}`, { cookie: who.cookie })).text()

/** Tab name to its count, as the page shows it. */
const tabs = async (html: string) =>
  Object.fromEntries((await texts(html, 'nav[aria-label=Status] a')).map((text) => text.split(' ')))

const emails = (html: string) => texts(html, 'tbody th.email')

test('the table has the columns promised, and a row says all of it', async () => {
  const world = createWorld()
  const { admin, owner } = await addCast()
  await send(world, admin, 'Jane.Doe@example.com', { role: 'viewer', department: 'Sales & Co' })
  world.clock.now = START + 2 * DAY
  await run('update invitation set sent_at = ?, expires_at = ?', START + 2 * DAY, START + 9 * DAY)
  const html = await see(world, owner)
  expect(await texts(html, 'thead th')).toEqual([
    'Email',
    'Role',
    'Department',
    'Invited by',
    'Sent',
    'Expires',
    'Status',
    'Mail',
  ])
  expect(await texts(html, 'tbody th.email')).toEqual(['Jane.Doe@example.com'])
  expect(await texts(html, 'tbody td[data-label]')).toEqual([
    'Viewer',
    'Sales & Co',
    'Ada Admin',
    'Mar 3, 2026',
    'Mar 10, 2026',
    'Pending',
    'Queued',
  ])
  const times = await elements(html, 'tbody time')
  expect(times.map(({ attributes }) => attributes)).toEqual([
    { datetime: '2026-03-03T12:00:00.000Z', title: 'Mar 3, 2026, 12:00 UTC · first sent Mar 1, 2026' },
    { datetime: '2026-03-10T12:00:00.000Z', title: 'Mar 10, 2026, 12:00 UTC' },
  ])
})

test('every date of the page stands in a time element', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 30, (n) => ({ sentAt: START + n * DAY, expiresAt: START + (n + 7) * DAY }))
  const html = await see(world, admin)
  const shown = html.replace(/<time[^>]*>[^<]*<\/time>/g, '')
  expect(shown).not.toMatch(/\b(Jan|Feb|Mar|Apr|May)[a-z]* \d|\d{4}-\d\d-\d\d/)
  for (const { text, attributes } of await elements(html, 'time')) {
    expect(text).toMatch(/^(Mar|Apr) \d{1,2}, 2026$/)
    expect(new Date(attributes.datetime ?? '').toISOString()).toBe(attributes.datetime)
  }
})

test('every state of a mail has its word, and a failure its reason', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const states = ['queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'cancelled']
  await addInvitations(acme.id, states.length, (n) => ({ mail: states[n] ?? '' }))
  await run(
    "update invitation set mail_reason = 'Mailbox <full>' where mail_state in ('failed', 'cancelled')",
  )
  const html = await see(world, admin, '?sort=mail')
  expect(await texts(html, 'td[data-label=Mail] .badge')).toEqual(
    [...states].sort().map((state) => state.replace(/^./, (first) => first.toUpperCase())),
  )
  expect(await texts(html, 'td[data-label=Mail] .reason')).toEqual(['Mailbox <full>'])
})

test('each tab shows and counts its own; outstanding comes first and holds pending and expired', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  const states = ['pending', 'expired', 'awaiting_approval', 'accepted', 'accepted', 'revoked', 'declined']
  await addInvitations(acme.id, states.length, (n) => ({
    status: states[n] ?? '',
    address: `${n}@example.com`,
  }))
  await run("update invitation set expires_at = ? where address = '0@example.com'", START - 1)
  const html = await see(world, admin)
  expect(await tabs(html)).toEqual({ Outstanding: '3', Accepted: '2', Revoked: '1', Declined: '1', All: '7' })
  expect(await texts(html, 'nav[aria-label=Status] a[aria-current=page]')).toEqual(['Outstanding 3'])
  expect((await texts(html, 'td[data-label=Status]')).sort()).toEqual([
    'Awaiting approval',
    'Expired',
    'Expired',
  ])
  const shown: Record<string, string[]> = {}
  for (const { text, attributes } of await elements(html, 'nav[aria-label=Status] a')) {
    const page = await (await world.fetch(attributes.href ?? '', { cookie: admin.cookie })).text()
    shown[text.split(' ')[0] ?? ''] = (await emails(page)).map((email) => email.charAt(0)).sort()
  }
  expect(shown).toEqual({
    Outstanding: ['0', '1', '2'],
    Accepted: ['3', '4'],
    Revoked: ['5'],
    Declined: ['6'],
    All: ['0', '1', '2', '3', '4', '5', '6'],
  })
})

test('counting stops at 999+', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 999, () => ({}))
  expect(await tabs(await see(world, admin))).toMatchObject({ Outstanding: '999', All: '999' })
  await run("update invitation set status = 'revoked' where address = 'person0@example.com'")
  await send(world, admin, ['new1@example.com', 'new2@example.com'])
  expect(await tabs(await see(world, admin))).toEqual({
    Outstanding: '999+',
    Accepted: '0',
    Revoked: '1',
    Declined: '0',
    All: '999+',
  })
})

test('accepting, declining and revoking take a row out of Outstanding at once', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const accepted = await inviteAndMail(world, admin, 'accepts@example.com')
  const declined = await inviteAndMail(world, admin, 'declines@example.com')
  await send(world, admin, ['revoked@example.com', 'stays@example.com'])
  await world.fetch('/accept-invitation', { form: newAccount(tokenIn(accepted)) })
  await world.fetch('/decline-invitation', { form: { token: tokenIn(declined) } })
  const [row] = await rows<{ id: string }>("select id from invitation where address = 'revoked@example.com'")
  await world.fetch(`${LIST}/revoke`, { cookie: admin.cookie, form: { only: row?.id ?? '', change: 'c' } })
  expect(await emails(await see(world, admin))).toEqual(['stays@example.com'])
  expect(await emails(await see(world, admin, '?tab=accepted'))).toEqual(['accepts@example.com'])
  expect(await emails(await see(world, admin, '?tab=declined'))).toEqual(['declines@example.com'])
  expect(await emails(await see(world, admin, '?tab=revoked'))).toEqual(['revoked@example.com'])
})

test('an empty tab says so, and an empty list offers to invite', async () => {
  const world = createWorld()
  const { admin } = await addCast()
  const html = await see(world, admin)
  expect(await texts(html, '.empty p')).toEqual(['Nobody is invited at the moment.'])
  expect(await texts(html, '.empty a.button')).toEqual(['Invite users'])
  expect(await texts(await see(world, admin, '?tab=declined'), '.empty p')).toEqual([
    'No invitation has been declined.',
  ])
})

test('another organization’s invitations are neither shown nor counted', async () => {
  const world = createWorld()
  const { acme, globex, admin } = await addCast()
  await addInvitations(acme.id, 1, () => ({ address: 'ours@example.com' }))
  await addInvitations(globex.id, 3, () => ({}))
  const html = await see(world, admin, '?tab=all')
  expect(await emails(html)).toEqual(['ours@example.com'])
  expect(await tabs(html)).toMatchObject({ Outstanding: '1', All: '1' })
})

test('htmx gets the section alone', async () => {
  const world = createWorld()
  const { acme, admin } = await addCast()
  await addInvitations(acme.id, 2, () => ({}))
  const answer = await world.fetch(`${LIST}?tab=all&sort=email`, {
    cookie: admin.cookie,
    headers: { 'HX-Request-Type': 'partial' },
  })
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(html).toMatch(/^<section id="invitations"/)
  expect(html).toMatch(/<\/section>$/)
  expect(await elements(html, 'html, head, h1, .sidebar')).toEqual([])
  expect(await emails(html)).toEqual(['person0@example.com', 'person1@example.com'])
  expect(await elements(html, '#invitations')).toMatchObject([
    { attributes: { 'hx-get': expect.stringContaining('tab=all&sort=email') } },
  ])
})

test('the sidebar leads here for who may manage members, and for nobody else', async () => {
  const world = createWorld()
  const { owner, admin, member, viewer } = await addCast()
  const entries = async (who: Person) =>
    texts(await (await world.fetch('/o/acme', { cookie: who.cookie })).text(), 'nav[aria-label=Main] a')
  expect(await entries(owner)).toContain('Invitations')
  expect(await entries(admin)).toContain('Invitations')
  for (const who of [member, viewer]) {
    expect(await entries(who)).not.toContain('Invitations')
    const refused = await world.fetch(LIST, { cookie: who.cookie })
    expect(refused.status).toBe(403)
    const html = await refused.text()
    expect(html).toContain('Member: Manage')
    expect(await texts(html, 'nav, table, button')).toEqual([])
  }
})
