import { beforeEach, describe, expect, it, test } from 'vitest'
import { paths } from '../../src/paths'
import { idOf, send } from '../support/acting'
import { addCast, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { settleMail } from '../support/deliveries'
import { everyRow } from '../support/dump'
import { elements, texts } from '../support/html'
import { addHolder } from '../support/roles'
import { PRODUCTION } from '../support/settings'
import { errorsOn, fieldsOf, save } from '../support/settings-page'
import { createWorld, hidden, rows, run, START, type World } from '../support/world'

const EMAIL = paths.emailSettings('acme')
const CHECKED = paths.emailSettings('acme', { check: '1' })
const PARTIAL = { 'HX-Request-Type': 'partial' }

let world: World
let cast: Cast
beforeEach(async () => {
  world = createWorld()
  cast = await addCast()
})

const page = async (who: Person = cast.admin, path = EMAIL, headers = {}) => {
  const answer = await world.fetch(path, { cookie: who.cookie, headers })
  return { status: answer.status, html: await answer.text() }
}
const post = (
  path: string,
  form: Record<string, string | string[]> = {},
  who: Person = cast.admin,
  headers = {},
) => world.fetch(path, { cookie: who.cookie, headers, form: { change: freshChange(), ...form } })
const acme = async () => (await rows('select * from organization where id = ?', cast.acme.id))[0]

const findings = async (html: string) => {
  return { names: await texts(html, '.findings h3') }
}

describe('the settings', () => {
  it('are saved as the others are, and told in the audit log', async () => {
    const saved = await save(world, cast.admin, 'settings/email', {
      language: 'ja',
      reminder: '25',
      toldOnAcceptance: 'admins',
      expiryDigest: 'yes',
    })
    expect(saved.headers.get('Location')).toBe(paths.emailSettings('acme', { notice: 'settings-saved' }))
    expect(await acme()).toMatchObject({
      language: 'ja',
      reminder_after: 25,
      told_on_acceptance: 'admins',
      expiry_digest: 1,
    })
    const log = await world.fetch(paths.auditLog('acme'), { cookie: cast.owner.cookie })
    expect((await texts(await log.text(), '.timeline p'))[0]).toBe(
      'Ada Admin changed the language of invitations from English to 日本語, reminders from after 50% of the lifetime to after 25% of the lifetime, who is told of an acceptance from the inviter to the admins and the weekly digest of what expired from off to on',
    )
  })

  it.each([
    ['off', { reminder: 'off' }, null],
    ['a part that has a name', { reminder: '75' }, 75],
    ['one’s own part', { reminder: 'custom', reminderPercent: '33' }, 33],
    ['one’s own part without choosing it first', { reminderPercent: '90 %' }, 90],
  ])('take %s for reminders', async (_, fields, value) => {
    await save(world, cast.admin, 'settings/email', fields)
    expect(await acme()).toMatchObject({ reminder_after: value })
    const { html } = await page()
    expect((await save(world, cast.admin, 'settings/email', {})).headers.get('Location')).toContain(
      'unchanged',
    )
    expect(await fieldsOf(html, EMAIL)).toMatchObject({
      reminder: value === null ? 'off' : value === 75 ? '75' : 'custom',
      reminderPercent: value === 33 || value === 90 ? String(value) : '',
    })
  })

  it.each(['9', '91', '50.5', 'half', '-20', ''])('refuse %j percent beside the field', async (percent) => {
    const before = await everyRow()
    const answer = await save(world, cast.admin, 'settings/email', {
      reminder: 'custom',
      reminderPercent: percent,
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(await errorsOn(html)).toEqual(['Between 10 and 90 percent, a whole number.'])
    expect(await fieldsOf(html, EMAIL)).toMatchObject({ reminder: 'custom', reminderPercent: percent })
    expect(await everyRow()).toEqual(before)
  })

  it('say who changed what meanwhile', async () => {
    const shown = await fieldsOf((await page()).html, EMAIL)
    await save(world, cast.owner, 'settings/email', { reminder: 'off', language: 'fr' })
    const answer = await post(EMAIL, { ...shown, reminder: '75', change: freshChange() })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(await errorsOn(html)).toEqual([expect.stringContaining('Somebody else changed this meanwhile')])
    expect(await fieldsOf(html, EMAIL)).toMatchObject({ language: 'fr', reminder: '75' })
    expect(await acme()).toMatchObject({ language: 'fr', reminder_after: null })
  })
})

describe('the health', () => {
  it('takes two trips to D1 and asks no network; the part that is loaded after it asks both', async () => {
    const { costOf } = counting(world)
    expect(await costOf(() => page())).toEqual({ d1: 2 })
    const { html } = await page()
    const [section] = await elements(html, '#email-health')
    expect(section?.attributes).toMatchObject({
      'hx-get': CHECKED,
      'hx-trigger': expect.stringMatching(/^load\b/),
    })
    expect((await findings(html)).names).not.toContain('Connection')
    expect(await costOf(() => page(cast.admin, CHECKED, PARTIAL))).toEqual({ d1: 2 })
    const part = await page(cast.admin, CHECKED, PARTIAL)
    expect(part.html).not.toContain('<html')
    expect((await findings(part.html)).names).toContain('Connection')
    const [again] = await elements(part.html, '#email-health')
    expect(again?.attributes['hx-trigger']).not.toContain('load')
  })

  it('is whole on one page without scripts', async () => {
    const { html } = await page(cast.admin, CHECKED)
    expect(html).toContain('<html')
    expect((await findings(html)).names).toContain('Connection')
    expect((await elements((await page()).html, '.findings a'))[0]?.attributes.href).toBe(CHECKED)
  })
})

describe('a test mail', () => {
  const answer = async (response: Response) =>
    (await texts(await response.text(), '#test-mail [role=alert]'))[0]
  const real = () => createWorld({ ...PRODUCTION })
  const pressAs = (on: World, who: Person, change = freshChange(), headers = {}) =>
    on.fetch(paths.testMail('acme'), { cookie: who.cookie, headers, form: { change } })

  it('says in development that nothing leaves', async () => {
    expect(await answer(await post(paths.testMail('acme')))).toContain('No mail was sent')
    expect(world.mails).toEqual([])
  })

  it('goes to oneself alone, once, and shows what the provider calls it', async () => {
    world = real()
    world.provider.answer = () => ({ kind: 'sent', providerId: 'id-of-theirs' })
    const change = freshChange()
    expect(await answer(await pressAs(world, cast.admin, change))).toContain(
      'Test provider took it as id-of-theirs',
    )
    expect(await answer(await pressAs(world, cast.admin, change, PARTIAL))).toContain('sent already')
    expect(world.mails).toMatchObject([{ to: 'ada.admin@acme.test', subject: 'Test mail of Acme' }])
    expect(await rows('select id from delivery')).toEqual([])
    expect(world.messages).toEqual([])
  })
})

describe('what failed', () => {
  const fail = async (columns: Record<string, string> = { state: 'failed', reason: 'Refused <b>' }) => {
    await send(world, cast.admin, ['jane@example.com', 'joe@example.com'])
    for (const address of ['jane@example.com', 'joe@example.com']) await settleMail(address, columns)
  }

  it('is listed with its reason and leads to the invitation', async () => {
    await fail()
    const { html } = await page()
    expect(await texts(html, '.failed-mails tbody td.why')).toEqual(['Refused <b>', 'Refused <b>'])
    const links = await elements(html, '.failed-mails tbody th a')
    expect(links.map(({ attributes }) => attributes.href)).toContain(
      paths.invitation('acme', await idOf('jane@example.com')),
    )
  })

  it('is resent at one press, and the page says so', async () => {
    await fail()
    const { html } = await page()
    const ids = (await elements(html, '.resend-failed [name=id]')).map(
      ({ attributes }) => attributes.value ?? '',
    )
    expect(await texts(html, '.resend-failed button')).toEqual(['Resend all 2'])
    const done = await post(paths.resendFailed('acme'), { id: ids })
    expect(done.headers.get('Location')).toBe(paths.emailSettings('acme', { notice: 'resent', n: 2 }))
    expect(await elements((await page()).html, '.resend-failed')).toEqual([])
  })

  it('is told in place what was not resent', async () => {
    await fail()
    const ids = [await idOf('jane@example.com'), await idOf('joe@example.com')]
    await settleMail('joe@example.com', { state: 'delivered' })
    const plain = await (await post(paths.resendFailed('acme'), { id: ids })).text()
    expect(await texts(plain, 'h1')).toEqual(['1 invitation resent'])
    expect(await texts(plain, '.failures .address')).toEqual(['joe@example.com'])
    await settleMail('jane@example.com', { state: 'failed' })
    const partial = await post(paths.resendFailed('acme'), { id: ids }, cast.admin, PARTIAL)
    expect(partial.headers.get('HX-Trigger')).toContain('list-changed')
    expect((await texts(await partial.text(), '.toast')).join(' ')).toContain('joe@example.com')
  })

  it('that another mail does not help is counted and not offered', async () => {
    await fail({ state: 'bounced', bounce: 'hard' })
    const { html } = await page()
    expect((await texts(html, '.resend-failed p')).join('')).toContain('2 invitations are left out')
    expect(await elements(html, '.resend-failed button')).toEqual([])
    expect((await post(paths.resendFailed('acme'))).status).toBe(422)
  })

  it('can be resent by whoever manages members alone, and by nobody while sending is paused', async () => {
    await fail()
    const keeper = await addHolder(cast.acme, 'Kim Keeper', ['settings:manage'])
    const seen = (await page(keeper)).html
    expect(await elements(seen, '.resend-failed button')).toEqual([])
    expect((await texts(seen, '.resend-failed p')).join('')).toContain('Whoever manages members')
    const ids = [await idOf('jane@example.com')]
    expect((await post(paths.resendFailed('acme'), { id: ids }, keeper)).status).toBe(403)
    await run('update organization set sending_paused_at = ? where id = ?', START, cast.acme.id)
    expect(await elements((await page()).html, '.resend-failed button')).toEqual([])
    const refused = await post(paths.resendFailed('acme'), { id: ids })
    expect(refused.status).toBeGreaterThanOrEqual(400)
  })
})

describe('a pause', () => {
  const pause = () =>
    run(
      "update organization set sending_paused_at = ?, sending_paused_for = 'bounces' where id = ?",
      START,
      cast.acme.id,
    )
  const pausedEvent = (detail: string) =>
    run(
      `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_name, target_kind, target_id, target_name, at, detail)
        values ('p', 'p', ?1, 'sending.paused', 'provider', 'Resend', 'organization', ?1, 'Acme', ?2, ?3)`,
      cast.acme.id,
      START,
      detail,
    )

  it('says why, by how much, and what to do first, and one confirmed press ends it', async () => {
    await pause()
    await pausedEvent('{"for":"bounces","bad":12,"mails":90}')
    const { html } = await page()
    expect((await texts(html, '#email-health .danger p'))[0]).toContain('12 of 90 in 7 days, 13.3%')
    expect(await elements(html, '#email-health .danger li')).not.toEqual([])
    const ask = await page(cast.admin, paths.resumeSending('acme'))
    expect(await texts(ask.html, 'h1')).toEqual(['Resume sending?'])
    const done = await post(paths.resumeSending('acme'), { change: hidden(ask.html, 'change') })
    expect(done.headers.get('Location')).toBe(paths.emailSettings('acme', { notice: 'sending-resumed' }))
    expect(await elements((await page()).html, '#email-health .danger')).toEqual([])
    // From the dialog the whole page is loaded anew, without the banner around it.
    const partial = await post(paths.resumeSending('acme'), {}, cast.owner, PARTIAL)
    expect(partial.headers.get('HX-Redirect')).toBe(
      paths.emailSettings('acme', { notice: 'sending-unchanged' }),
    )
    expect(await texts((await page(cast.admin, paths.resumeSending('acme'))).html, 'h1')).toEqual([
      'Sending is not paused',
    ])
  })

  it('without its event is told all the same', async () => {
    await pause()
    expect((await texts((await page()).html, '#email-health .danger p'))[0]).toMatch(
      /^Too many mails came back\./,
    )
  })
})

test('a page says at a glance whether all is well', async () => {
  world = createWorld({
    ...PRODUCTION,
    APP_URL: 'https://usher.example',
    RESEND_WEBHOOK_SECRET: 'whsec_c2VjcmV0IG9mIFJlc2VuZOKAmXM=',
  })
  const verdict = async () => (await elements((await page(cast.admin, CHECKED)).html, '.verdict'))[0]
  expect((await verdict())?.attributes['data-standing']).toBe('wrong')
  for (const [name, record] of [
    ['TXT send.usher.example', 'v=spf1 include:amazonses.com ~all'],
    ['TXT resend._domainkey.usher.example', 'p=MIGf'],
    ['TXT _dmarc.usher.example', 'v=DMARC1; p=reject'],
  ] as const)
    world.dns.set(name, { kind: 'records', records: [record] })
  expect(await verdict()).toMatchObject({ text: 'All is well.', attributes: { 'data-standing': 'well' } })
  expect((await elements((await page()).html, '.verdict'))[0]?.attributes['data-standing']).toBe('asking')
})
