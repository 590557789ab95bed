import { beforeEach, describe, expect, test } from 'vitest'
import { allow, deny, forEachAddress, hold } from '../../src/policies/policy'
import { invitationPolicies } from '../../src/policies/registry'
import { DAY, HOUR } from '../../src/rules/dates'
import type { PolicySettings, WorkingHours } from '../../src/rules/policies'
import { idOf, send } from '../support/acting'
import { addApiKey, addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { settleMail } from '../support/deliveries'
import { elements, texts, typedIn } from '../support/html'
import { registerPolicy, switchOn } from '../support/policies'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const PAGE = '/o/acme/settings/policies'
const HTMX = { 'HX-Request-Type': 'partial' }
const JANE = 'jane@example.com'
const JOE = 'joe@rival.example'

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (path = PAGE, who: Person = cast.admin) =>
  (await world.fetch(path, { cookie: who.cookie })).text()
type Form = Record<string, string | readonly string[]>
const post = (path: string, form: Form, headers: Record<string, string> = {}) =>
  world.fetch(path, { cookie: cast.admin.cookie, headers, form: { change: freshChange(), ...form } })
const save = async (form: Form) =>
  post(PAGE, { shown: hidden(await page(), 'shown').replaceAll('&quot;', '"'), ...form })
const ticked = async (html: string, name: string) =>
  (await elements(html, `input[name="${name}"]`))
    .filter(({ attributes }) => 'checked' in attributes)
    .map(({ attributes }) => attributes.value)

describe('Settings › Policies', () => {
  test('shows each built-in policy with what it does, off, and most would only have to switch it on', async () => {
    const html = await page()
    expect(await texts(html, '.policy > legend')).toEqual([
      'Allowed domains',
      'Blocked domains',
      'No free mail',
      'No disposable addresses',
      'Approval',
      'Working hours',
    ])
    expect((await texts(html, '.policy > p')).every((words) => words.length > 30)).toBe(true)
    expect(await ticked(html, 'on')).toEqual([])
    expect(await ticked(html, 'days')).toEqual(['1', '2', '3', '4', '5'])
    expect(await ticked(html, 'outside')).toEqual(['hold'])
    expect(await texts(html, 'input[name=approvalRoles]')).toHaveLength(3)
    expect(await texts(html, 'nav[aria-label=Settings] [aria-current=page]')).toEqual(['Policies'])
    expect(await texts(html, '.own-policies')).toEqual([expect.stringContaining('None')])
  })

  test('saves them, says so, and the audit log tells what changed', async () => {
    const answer = await save({
      on: ['blockedDomains', 'workingHours', 'approvalRoles'],
      blockedDomains: 'rival.example',
      approvalRoles: ['admin'],
      days: ['1', '2'],
      from: '09:00',
      to: '17:30',
      outside: 'refuse',
    })
    expect(answer.status).toBe(303)
    const html = await page(answer.headers.get('Location') ?? '')
    expect((await texts(html, '#toasts')).join()).toContain('Settings saved')
    expect(await ticked(html, 'on')).toEqual(['blockedDomains', 'approvalRoles', 'workingHours'])
    expect(typedIn(html, 'blockedDomains').trim()).toBe('rival.example')
    expect(await ticked(html, 'days')).toEqual(['1', '2'])
    expect(await ticked(html, 'approvalRoles')).toEqual(['admin'])
    await save({ on: ['blockedDomains'], blockedDomains: 'rival.example x.example' })
    const told = (await texts(await page('/o/acme/audit-log'), 'main')).join()
    expect(told).toContain(
      'changed the blocked domains from off to rival.example, the roles that need approval from off to Admin and the working hours from off to Monday, Tuesday, 09:00 to 17:30, refusing outside of them',
    )
    expect(told).toContain('the blocked domains from rival.example to rival.example and x.example')
  })

  test('shows a mistake beside its field, with everything as it was typed', async () => {
    const answer = await save({
      on: ['allowedDomains', 'workingHours'],
      allowedDomains: 'no domain',
      to: '08:00',
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(typedIn(html, 'allowedDomains').trim()).toBe('no domain')
    expect(await texts(html, '#field-allowedDomains-error')).toEqual([
      '“no” is no domain: write example.com, or *.example.com.',
    ])
    expect(await texts(html, '#field-workingHours-error')).toEqual([
      'Tick at least one day, or switch this off.',
    ])
    const [field] = await elements(html, '#field-allowedDomains')
    expect(field?.attributes).toMatchObject({
      'aria-invalid': 'true',
      'aria-describedby': expect.stringContaining('field-allowedDomains-error'),
    })
    expect(await ticked(html, 'on')).toEqual(['allowedDomains', 'workingHours'])
  })

  test('lets nobody overrule what somebody else has changed meanwhile without being told', async () => {
    const shown = hidden(await page(), 'shown')
    await switchOn(cast.acme, { blockedDomains: ['a.example'] })
    const mine = { on: 'blockedDomains', blockedDomains: 'b.example' }
    const late = await post(PAGE, { shown, ...mine })
    expect(late.status).toBe(422)
    const html = await late.text()
    expect(await texts(html, '#field-blockedDomains-error')).toEqual([
      expect.stringContaining('Somebody else'),
    ])
    const again = await post(PAGE, { shown: hidden(html, 'shown').replaceAll('&quot;', '"'), ...mine })
    expect(again.status).toBe(303)
    expect(await rows('select policies from organization where id = ?', cast.acme.id)).toEqual([
      { policies: '{"blockedDomains":["b.example"]}' },
    ])
  })

  test('lists the deployment’s own by their ids', async () => {
    registerPolicy(invitationPolicies.create, allow, 'subscription-required')
    registerPolicy(invitationPolicies.accept, allow, 'subscription-required')
    expect(await texts(await page(), '.own-policies li')).toEqual([
      'subscription-requiredinviting, accepting',
    ])
  })

  test('costs no trip to the database besides asking who comes, and one to save', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => page())).toEqual({ d1: 1 })
    expect(await costOf(() => post(PAGE, { shown: '{}', on: 'noFreeMail' }))).toEqual({ d1: 2 })
  })
})

const BLOCKED: PolicySettings = { blockedDomains: ['rival.example'] }
const WHY = 'Addresses of rival.example are blocked here. Use an address of another domain.'
const OFFICE: WorkingHours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60, outside: 'hold' }

describe('in the send form', () => {
  beforeEach(() => switchOn(cast.acme, BLOCKED))

  test.each([{}, HTMX])(
    'a denied address stays in the box with why beside it, and the others go',
    async (headers) => {
      const answer = await post('/o/acme/invitations', { addresses: `${JANE} ${JOE}` }, headers)
      expect(answer.status).toBe(200)
      const html = await answer.text()
      expect(await texts(html, '#failures .why')).toEqual([WHY])
      expect(await texts(html, '#failures .address')).toEqual([JOE])
      expect(typedIn(html, 'addresses').trim()).toBe(JOE)
      expect(await texts(html, '.sent-part')).toEqual(['1 invitation sent'])
    },
  )

  test('where every address is denied nothing is sent', async () => {
    const answer = await post('/o/acme/invitations', { addresses: JOE })
    expect(answer.status).toBe(422)
    expect(await rows('select id from invitation')).toEqual([])
  })

  test('what a policy of the deployment says is text and nothing else', async () => {
    registerPolicy(invitationPolicies.create, () =>
      deny({ code: 'x', message: '<b>No</b>', remediation: '<script>alert(1)</script>' }),
    )
    const html = await (await post('/o/acme/invitations', { addresses: JANE })).text()
    expect(html).not.toContain('<b>No')
    expect(await texts(html, '#failures .why')).toEqual(['<b>No</b>. <script>alert(1)</script>'])
  })
})

describe('resending and revoking', () => {
  let ids: string[]
  beforeEach(async () => {
    await send(world, cast.admin, [JANE, JOE])
    ids = await Promise.all([JANE, JOE].map(idOf))
    await switchOn(cast.acme, BLOCKED)
  })

  test('one row that is denied says why in a toast, or on a page', async () => {
    const toast = await post('/o/acme/invitations/resend', { only: ids[1] ?? '' }, HTMX)
    expect(toast.status).toBe(403)
    expect(await texts(await toast.text(), '.toast')).toEqual([
      'Not allowed by a policy. Addresses of rival.example are blocked here. Use an address of another domain.',
    ])
    const whole = await post('/o/acme/invitations/resend', { only: ids[1] ?? '' })
    expect(whole.status).toBe(403)
    expect(await texts(await whole.text(), 'main')).toEqual([
      expect.stringContaining('Addresses of rival.example are blocked here.'),
    ])
  })

  test('of several, the denied ones are listed with why, and the others are resent', async () => {
    const toasts = await texts(
      await (await post('/o/acme/invitations/resend', { id: ids }, HTMX)).text(),
      '.toast',
    )
    expect(toasts).toEqual(['1 invitation resent', `${JOE}: ${WHY}`])
    const html = await (await post('/o/acme/invitations/resend', { id: ids })).text()
    expect(await texts(html, '.failures .why')).toEqual([WHY])
  })

  test('of all that failed, too', async () => {
    for (const address of [JANE, JOE]) await settleMail(address, { state: 'failed', reason: 'Refused' })
    const html = await (await post('/o/acme/settings/email/resend-failed', { id: ids })).text()
    expect(await texts(html, '.failures .why')).toEqual([WHY])
    expect(await rows('select address, generation from invitation order by address')).toEqual([
      { address: JANE, generation: 2 },
      { address: JOE, generation: 1 },
    ])
  })

  test('a policy of revoking keeps what it denies, in a bulk alone', async () => {
    const keep = { code: 'kept', message: 'Kept', remediation: 'Leave it.' }
    registerPolicy(invitationPolicies.revoke, (context) =>
      forEachAddress(context, (address) => (address === JOE ? deny(keep) : allow())),
    )
    const toasts = await texts(
      await (await post('/o/acme/invitations/revoke', { id: ids }, HTMX)).text(),
      '.toast',
    )
    expect(toasts).toEqual(['1 invitation revoked', `${JOE}: Kept. Leave it.`])
  })
})

describe('over the API', () => {
  const call = async (path: string, json?: unknown) => {
    const answer = await world.fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await addApiKey(cast.acme)}` },
      ...(json !== undefined && { json }),
    })
    return { status: answer.status, body: await answer.json<Record<string, unknown>>() }
  }

  test('a denied address has the policy’s code, detail and remedy, and the others are sent', async () => {
    await switchOn(cast.acme, BLOCKED)
    expect(await call('/invitations', { addresses: [JOE, JANE] })).toMatchObject({
      status: 200,
      body: {
        sent: 1,
        data: [
          {
            address: JOE,
            outcome: 'policy_denied',
            reason: WHY,
            code: 'domain_blocked',
            detail: 'Addresses of rival.example are blocked here',
            remedy: 'Use an address of another domain.',
          },
          { address: JANE, outcome: 'invited' },
        ],
      },
    })
  })

  test('a denied change of one invitation is a problem', async () => {
    await send(world, cast.admin, JOE)
    await switchOn(cast.acme, BLOCKED)
    const id = await idOf(JOE)
    expect(await call(`/invitations/${id}/resend`)).toMatchObject({
      status: 403,
      body: {
        type: 'urn:usher:refusal:policy_denied',
        code: 'policy_denied',
        policy_code: 'domain_blocked',
        detail: 'Addresses of rival.example are blocked here.',
        remedy: 'Use an address of another domain.',
      },
    })
    expect(await call(`/invitations/${id}/revoke`)).toMatchObject({ status: 200 })
  })

  test('a held mail says until when and why', async () => {
    await switchOn(cast.acme, { workingHours: OFFICE })
    const waits = { mail_waits_until: '2026-03-02T09:00:00.000Z', mail_held_for: 'Outside working hours' }
    expect((await call('/invitations', { addresses: [JANE] })).body).toMatchObject({ data: [waits] })
    const id = await idOf(JANE)
    expect((await call(`/invitations/${id}/resend`)).body).toMatchObject(waits)
    const one = await world.fetch(`/api/v1/invitations/${id}`, {
      headers: { Authorization: `Bearer ${await addApiKey(cast.acme, 'admin', 'read')}` },
    })
    expect(await one.json()).toMatchObject({
      mail: { state: 'queued', reason: 'Outside working hours', waits_until: '2026-03-02T09:00:00.000Z' },
      expires_at: '2026-03-09T09:00:00.000Z',
    })
  })
})

describe('what is held', () => {
  const UNTIL = 'Mar 2, 2026, 18:00 GMT+9'
  const HELD = `Goes on ${UNTIL}. Outside working hours.`

  beforeEach(async () => {
    await run("update organization set time_zone = 'Asia/Tokyo' where id = ?", cast.acme.id)
    // By Tokyo’s clocks: from 18:00 on, and it is 21:00 on a Sunday.
    await switchOn(cast.acme, { workingHours: { ...OFFICE, from: 18 * 60, to: 20 * 60 } })
  })

  test('is told by toast, page and row, in the organization’s time zone', async () => {
    const toast = await post('/o/acme/invitations', { addresses: JANE }, HTMX)
    const [said] = await elements(await toast.text(), '.toast')
    expect(said?.text).toBe(`1 invitation sent; its mail waits until ${UNTIL}. Outside working hours.`)
    expect(said?.attributes['data-variant']).toBe('warning')
    const answer = await post('/o/acme/invitations', { addresses: `a@example.com b@example.com` })
    const html = await page(answer.headers.get('Location') ?? '')
    expect((await texts(html, '#toasts')).join()).toContain(
      `2 invitations sent; their mails wait until ${UNTIL}`,
    )
    expect(await texts(html, 'td[data-label="Mail"]')).toEqual([
      `Queued${HELD}`,
      `Queued${HELD}`,
      `Queued${HELD}`,
    ])
    const one = await page(`/o/acme/invitations/${await idOf(JANE)}`)
    expect((await texts(one, '.details')).join()).toContain(HELD)
    expect((await texts(one, 'main')).join()).toContain(`Mail waits until ${UNTIL}`)
  })

  test('of several reasons is told until the last of them', async () => {
    registerPolicy(invitationPolicies.create, (context) =>
      forEachAddress(context, (address) => (address === JANE ? hold(START + 5 * DAY, 'Launch') : allow())),
    )
    const toast = await post('/o/acme/invitations', { addresses: `${JANE} a@example.com` }, HTMX)
    expect(await texts(await toast.text(), '.toast')).toEqual([
      '2 invitations sent; their mails wait until Mar 6, 2026, 21:00 GMT+9',
    ])
  })

  test('is announced by the send form, which says so no more within working hours', async () => {
    const lead = async () => (await texts(await page('/o/acme/invitations/new'), 'form.send header p'))[0]
    expect(await lead()).toBe(`Outside working hours: mails leave on ${UNTIL}.`)
    world.clock.now = START + 21 * HOUR
    expect(await lead()).toMatch(/^Mails leave at once/)
    await switchOn(cast.acme, { workingHours: { ...OFFICE, outside: 'refuse', from: 0, to: 60 } })
    expect(await lead()).toBe(
      'Outside working hours: invitations can be sent from Mar 3, 2026, 00:00 GMT+9 on.',
    )
  })

  test('a forged notice says nothing that is not among its words', async () => {
    const html = await page('/o/acme/invitations?notice=sent&n=1&held=1&until=9e99')
    expect((await texts(html, '#toasts')).join()).not.toContain('waits')
    expect(
      (await texts(await page('/o/acme/invitations?notice=sent&n=1&held=x&until=1'), '#toasts')).join(),
    ).not.toContain('waits')
  })
})
