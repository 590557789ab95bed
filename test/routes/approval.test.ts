import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { idOf, send } from '../support/acting'
import { calling, problem } from '../support/api'
import { approve, askedFor, invitationOf, JANE, REASON } from '../support/approval'
import { addApiKey, freshChange, invite, type Person } from '../support/cast'
import { elements, texts } from '../support/html'
import { hidden, rows, run } from '../support/world'

const PARTIAL = { 'HX-Request-Type': 'partial' }

let asked: Awaited<ReturnType<typeof askedFor>>
beforeEach(async () => {
  asked = await askedFor()
})

const page = async (who: Person, path: string, headers: Record<string, string> = {}) =>
  (await asked.world.fetch(path, { cookie: who.cookie, headers })).text()
const press = (
  who: Person,
  path: string,
  form: Record<string, string | string[]>,
  headers: Record<string, string> = {},
) => asked.world.fetch(path, { cookie: who.cookie, headers, form: { change: freshChange(), ...form } })

const buttons = async (html: string, selector: string) =>
  texts(html, `${selector} button, ${selector} a.button`)

describe('who sees what', () => {
  test.each([
    ['the list', () => paths.invitations('acme'), 'td.actions'],
    ['the members', () => paths.members('acme', { status: 'awaiting_approval' }), 'td.actions'],
    ['the invitation’s page', () => paths.invitation('acme', asked.id), 'form.ways'],
  ])('on %s: others decide, whoever asked withdraws', async (_, path, selector) => {
    const others = await page(asked.second, path())
    expect(await buttons(others, selector)).toEqual(['Approve', 'Decline', 'Edit'])
    expect(others).not.toContain('You asked for it')
    expect(others).toContain(REASON)
    const own = await page(asked.admin, path())
    expect(await buttons(own, selector)).toEqual(['Edit', 'Withdraw'])
    expect(own).toContain('You asked for it; another admin approves.')
    for (const html of [others, own]) {
      expect(html).toContain('Awaiting approval')
      expect(html).not.toContain('Queued')
      expect(html).not.toContain('Mar 8, 2026')
    }
  })

  test('what an API key asked for is withdrawn by who made it, who gets no mail of it, and decided by others', async () => {
    const { acme, world, admin, second } = asked
    const key = await addApiKey(acme, 'admin')
    await run(
      `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name, target_kind, target_id, target_name, at, detail)
        select 'made', 'made', organization_id, 'api_key.created', 'user', ?, ?, 'api_key', id, name, 1, '{}' from api_key`,
      admin.id,
      admin.name,
    )
    await run("update invitation set inviter_kind = 'api_key', inviter_id = (select id from api_key)")
    for (const [path, selector] of [
      [paths.invitations('acme'), 'td.actions'],
      [paths.members('acme', { status: 'awaiting_approval' }), 'td.actions'],
      [paths.invitation('acme', asked.id), 'form.ways'],
    ] as const) {
      expect(await buttons(await page(admin, path), selector)).toEqual(['Edit', 'Withdraw'])
      expect(await buttons(await page(second, path), selector)).toEqual(['Approve', 'Decline', 'Edit'])
    }
    expect(await texts(await page(admin, paths.home('acme')), '.attention li')).toEqual([])
    await calling(world, key)('/invitations', { json: { addresses: ['joe@example.com'], role: 'admin' } })
    await world.drain()
    expect(world.mails.map(({ to }) => to)).not.toContain(admin.address)
    expect(world.mails.map(({ to }) => to)).toContain(second.address)
  })

  test('the overview asks who may decide, and tells all how many await it', async () => {
    const { world, admin, second } = asked
    await send(world, admin, ['a@example.com', 'b@example.com', 'c@example.com'], { role: 'admin' })
    const others = await page(second, paths.home('acme'))
    expect(await buttons(others, '.attention li')).toEqual(
      Array(3).fill(['Approve', 'Decline', 'Edit']).flat(),
    )
    expect(await texts(others, '.attention li p')).toEqual(
      Array(3).fill(`Ada Admin asks to invite them as Admin. ${REASON}.`),
    )
    expect(await texts(others, '.attention p.all a')).toEqual(['4 invitations await approval'])
    const own = await page(admin, paths.home('acme'))
    expect(await texts(own, '.attention li')).toEqual([])
    expect(await texts(own, '.attention p.all a')).toEqual(['4 invitations await approval'])
  })

  test('where who asked has lost the right to it, nobody is offered to approve, and why is told', async () => {
    await run("update member set role = 'member' where user_id = ?", asked.admin.id)
    for (const path of [paths.invitations('acme'), paths.invitation('acme', asked.id), paths.home('acme')]) {
      const html = await page(asked.second, path)
      expect(await texts(html, 'button[name=one]')).toEqual([])
      expect(html).toMatch(/Cannot be approved|may no longer grant Admin/)
    }
  })

  test('it counts under Outstanding, and sorting by status and by any column finds it', async () => {
    await send(asked.world, asked.admin, 'joe@example.com')
    for (const sort of [
      'status',
      '-status',
      'email',
      'expires',
      'mail',
      'sent',
      'inviter',
      'role',
      'department',
    ]) {
      const html = await page(asked.second, paths.invitations('acme', { sort }))
      expect((await texts(html, 'tbody th.email')).sort()).toEqual([JANE, 'joe@example.com'])
    }
    const html = await page(asked.second, paths.invitations('acme', { sort: 'status' }))
    expect(await texts(html, 'tbody th.email')).toEqual([JANE, 'joe@example.com'])
    expect((await texts(html, 'nav[aria-label=Status] a'))[0]).toBe('Outstanding 2')
  })
})

describe('the timeline', () => {
  test('says who asked and why, then who approved', async () => {
    const { world, second, id } = asked
    const before = await page(second, paths.invitation('acme', id))
    expect(await texts(before, '.life h3')).toEqual(['Asked for by Ada Admin, Mar 1, 2026'])
    expect(await texts(before, '.timeline p')).toEqual(['Asked for by Ada Admin as Admin', REASON])
    await approve(world, second, [id])
    const after = await page(second, paths.invitation('acme', id))
    expect(await texts(after, '.life h3')).toEqual(['1st mail, sent by Ada Admin, Mar 1, 2026'])
    expect(await texts(after, '.timeline p')).toContain('Approved by Sam Second')
    expect(await texts(after, 'dl.details dt')).toContain('Approved by')
  })
})

describe('pressing', () => {
  test('Approve beside a row approves what it showed, says so on the page it was pressed on, and no more', async () => {
    const { second, id } = asked
    const [button] = await elements(await page(second, paths.invitations('acme')), 'button[name=one]')
    const one = button?.attributes.value ?? ''
    const response = await press(second, paths.approve('acme'), { one, from: 'overview' })
    expect(response.status).toBe(303)
    const to = response.headers.get('Location') ?? ''
    expect(to).toMatch(/^\/o\/acme\?notice=approved/)
    expect(await page(second, to)).toContain('1 invitation approved and sent')
    expect((await press(second, paths.approve('acme'), { one })).status).toBe(409)
    expect(
      await rows("select 1 from audit_event where action = 'invitation.approved' and target_id = ?", id),
    ).toHaveLength(1)
  })

  test('Approve of what was changed since it was shown is refused', async () => {
    const { admin, second, id } = asked
    const html = await page(second, paths.invitations('acme'))
    const [button] = await elements(html, 'button[name=one]')
    const [bulk] = await elements(html, 'button[name=seen]')
    await press(admin, paths.editInvitation('acme', id), { note: 'Something else' })
    const one = await press(second, paths.approve('acme'), { one: button?.attributes.value ?? '' })
    expect([one.status, await one.text()]).toEqual([409, expect.stringContaining('Changed meanwhile')])
    const several = await press(second, paths.approve('acme'), { id, seen: bulk?.attributes.value ?? '' })
    expect(several.status).toBe(409)
    expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval' })
  })

  test('Approve selected tells of each that was not, with htmx as toasts', async () => {
    const { world, owner, second, id } = asked
    await send(world, owner, 'joe@example.com')
    await send(world, second, 'own@example.com', { role: 'admin' })
    const ids = [id, await idOf('joe@example.com'), await idOf('own@example.com')]
    const response = await press(second, paths.approve('acme'), { id: ids }, PARTIAL)
    expect(response.headers.get('HX-Trigger')).toBe('list-changed, close-dialog')
    const html = await response.text()
    expect(html).toContain('1 invitation approved and sent')
    expect(html).toContain('joe@example.com: It does not await approval')
    expect(html).toContain('own@example.com: You asked for it: another admin approves or declines')
  })

  test('nothing ticked is told', async () => {
    expect((await press(asked.second, paths.approve('acme'), {})).status).toBe(422)
    expect((await press(asked.second, paths.declineApproval('acme'), {})).status).toBe(422)
  })

  test('Decline asks first, in the dialog and on a page, and names whom it concerns', async () => {
    const { second, id } = asked
    for (const headers of [{}, PARTIAL]) {
      const html = await page(second, paths.declineApproval('acme', [id]), headers)
      expect(await texts(html, '.targets li')).toEqual([JANE])
      expect(hidden(html, 'id')).toBe(id)
    }
    expect(await invitationOf(JANE)).toMatchObject({ status: 'awaiting_approval' })
    const response = await press(second, paths.declineApproval('acme'), { id, from: 'members' })
    expect(response.headers.get('Location')).toBe('/o/acme/members?notice=approval-declined&n=1')
    const gone = await asked.world.fetch(paths.declineApproval('acme', [id]), { cookie: second.cookie })
    expect(gone.status).toBe(409)
  })

  test('Decline names what others asked for alone', async () => {
    const { world, second, id } = asked
    await send(world, second, 'own@example.com', { role: 'admin' })
    const own = await idOf('own@example.com')
    const html = await page(second, paths.declineApproval('acme', [id, own]))
    expect(await texts(html, '.targets li')).toEqual([JANE])
    const refused = await world.fetch(paths.declineApproval('acme', [own]), { cookie: second.cookie })
    expect(refused.status).toBe(403)
  })

  test('Withdraw asks in its own words and says so', async () => {
    const { admin, id } = asked
    const html = await page(admin, paths.revoke('acme', [id]))
    expect(html).toContain('Withdraw this invitation?')
    expect(html).toContain('Nothing was sent yet.')
    const form = { id, withdrawn: hidden(html, 'withdrawn') }
    const to = (await press(admin, paths.revoke('acme'), form)).headers.get('Location') ?? ''
    expect(await page(admin, to)).toContain('1 invitation withdrawn')
  })

  test('Send says what awaits approval, beside what went out', async () => {
    const { world, admin } = asked
    const alone = await invite(world, admin, ['x@example.com', 'y@example.com'], { role: 'admin' })
    expect(await page(admin, alone.headers.get('Location') ?? '')).toContain(
      '2 invitations await another admin’s approval; nothing was sent yet',
    )
    const again = await (await invite(world, admin, [JANE, 'z@example.com'], { role: 'admin' })).text()
    expect(again).toContain('Already invited; it awaits approval')
    expect(again).toContain('1 invitation awaits another admin’s approval')
    expect(await texts(again, '#failures button')).toEqual([])
  })

  test('Edit says who asks from then on, and refuses what an edit cannot ask for beside the role', async () => {
    const { world, admin, id } = asked
    expect(await page(admin, paths.editInvitation('acme', id))).toContain('It awaits approval')
    await send(world, admin, 'joe@example.com')
    const path = paths.editInvitation('acme', await idOf('joe@example.com'))
    const refused = await press(admin, path, { role: 'admin' })
    expect(refused.status).toBe(422)
    expect(await texts(await refused.text(), '#field-role-error')).toEqual([
      expect.stringContaining('needs another admin’s approval'),
    ])
  })
})

describe('the API', () => {
  const call = async () => calling(asked.world, await addApiKey(asked.acme))

  test('shows what awaits approval without mail and expiry, approves it, and says what was approved', async () => {
    const api = await call()
    const { id } = asked
    const before = (await api(`/invitations/${id}`)).body
    expect(before).toMatchObject({
      status: 'awaiting_approval',
      mail: null,
      expires_at: null,
      approval: { reason: REASON, approved_by: null, approved_at: null },
    })
    const headers = { 'Idempotency-Key': 'once' }
    const first = await api(`/invitations/${id}/approve`, { method: 'POST', headers })
    expect([first.status, first.body]).toEqual([
      200,
      { id, outcome: 'approved', mail_waits_until: null, url: `/api/v1/invitations/${id}` },
    ])
    expect((await api(`/invitations/${id}/approve`, { method: 'POST', headers })).body).toEqual(first.body)
    const again = await api(`/invitations/${id}/approve`, { method: 'POST' })
    expect(again.body).toMatchObject(problem(409, 'not_awaiting_approval'))
    expect((await api(`/invitations/${id}`)).body).toMatchObject({
      status: 'pending',
      approval: { approved_by: 'Product', approved_at: '2026-03-01T12:00:00.000Z' },
    })
  })

  test('asks, refuses its own request, and declines another’s', async () => {
    const api = await call()
    const { id } = asked
    const json = { addresses: ['joe@example.com', JANE, 'max@example.com'], role: 'admin' }
    const sent = await api('/invitations', { json })
    expect(sent.body).toMatchObject({
      sent: 0,
      data: [
        { outcome: 'invited', awaits_approval: true },
        { outcome: 'already_invited', reason: 'Already invited; it awaits approval' },
        { outcome: 'invited', awaits_approval: true },
      ],
    })
    const own = await idOf('joe@example.com')
    for (const verb of ['approve', 'decline-approval'])
      expect((await api(`/invitations/${own}/${verb}`, { method: 'POST' })).body).toMatchObject(
        problem(403, 'own_request'),
      )
    const declined = await api(`/invitations/${id}/decline-approval`, { method: 'POST' })
    expect(declined.body).toEqual({ id, outcome: 'approval_declined', url: `/api/v1/invitations/${id}` })
    expect((await api(`/invitations/${own}/resend`, { method: 'POST' })).body).toMatchObject(
      problem(409, 'awaits_approval'),
    )
  })
})
