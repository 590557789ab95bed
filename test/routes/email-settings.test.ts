import { beforeEach, describe, expect, it, test } from 'vitest'
import { paths } from '../../src/paths'
import { MINUTE } from '../../src/rules/dates'
import { idOf, send } from '../support/acting'
import { addAccount, addCast, addMember, type Cast, freshChange, type Person } from '../support/cast'
import { counting } from '../support/counting'
import { settleMail } from '../support/deliveries'
import { everyRow } from '../support/dump'
import { elements, texts } from '../support/html'
import { addRole } from '../support/roles'
import { PRODUCTION } from '../support/settings'
import { errorsOn, fieldsOf, save } from '../support/settings-page'
import { createWorld, hidden, rows, run, type World } from '../support/world'

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

/** Each finding by its name: badge and words. */
const findings = async (html: string) => {
  const names = await texts(html, '.findings h3')
  const badges = await texts(html, '.findings .badge')
  const items = await texts(html, '.findings li:has(.badge)').catch(() => [])
  return { names, badges, items }
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
    expect(await answer(await post(paths.testMail('acme')))).toContain('nothing left')
    expect(world.mails).toEqual([])
  })

  it('goes to oneself alone, once, and shows what the provider calls it', async () => {
    world = real()
    world.provider.answer = () => ({ kind: 'sent', providerId: 'id-of-theirs' })
    const change = freshChange()
    expect(await answer(await pressAs(world, cast.admin, change))).toContain('test took it as id-of-theirs')
    expect(await answer(await pressAs(world, cast.admin, change, PARTIAL))).toContain('sent already')
    expect(world.mails).toMatchObject([{ to: 'ada.admin@acme.test', subject: 'Test mail of Acme' }])
    expect(await rows('select id from delivery')).toEqual([])
    expect(world.messages).toEqual([])
  })
})

test('placeholder', () => void [MINUTE, idOf, send, addMember, addAccount, addRole, settleMail, hidden, run])
