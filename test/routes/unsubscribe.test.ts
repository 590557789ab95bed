import PostalMime from 'postal-mime'
import { beforeEach, describe, expect, test } from 'vitest'
import type { OutgoingMail } from '../../src/outbound/mail'
import { DAY } from '../../src/rules/dates'
import { addCast, type Cast, invite, inviteAndMail } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { logged } from '../support/faults'
import { elements, texts } from '../support/html'
import { JANE } from '../support/invitee'
import { takeMessages } from '../support/mail'
import { DAY_BEFORE, HALF, remindAt, unsubscribeLink } from '../support/reminders'
import { createWorld, linkIn, rows, run, tokenIn, type World } from '../support/world'

let world: World
let cast: Cast
beforeEach(async () => {
  logged()
  world = createWorld()
  cast = await addCast()
})

const reminded = async (address = JANE): Promise<OutgoingMail> => {
  await inviteAndMail(world, cast.admin, address)
  const [reminder] = await remindAt(world, HALF)
  if (!reminder) throw new Error('Nobody was reminded')
  return reminder
}

/** The press that a mail provider makes for its reader: no cookie, no origin, the form that RFC 8058 names. */
const oneClick = (link: string, headers: Record<string, string> = {}) =>
  world.fetch(link, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: '', ...headers },
    body: 'List-Unsubscribe=One-Click',
  })
const suppressions = () => rows('select organization_id, address, reason from suppression')
const events = async () =>
  (
    await rows<{ action: string }>(
      "select action from audit_event where action like 'reminders.%' order by id",
    )
  ).map(({ action }) => action)

describe('a reminder', () => {
  test('says in its header and in its foot how to stop them, and an invitation does not', async () => {
    const reminder = await reminded()
    const link = unsubscribeLink(reminder)
    expect(reminder.headers).toEqual({
      'Auto-Submitted': 'auto-generated',
      'List-Unsubscribe': `<${link}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    expect((await elements(reminder.html, 'a')).at(-1)).toEqual({
      text: 'No more reminders from Acme',
      attributes: expect.objectContaining({ href: link }),
    })
    expect(world.mails[0]?.headers).toEqual({ 'Auto-Submitted': 'auto-generated' })
    expect(world.mails[0]?.text).not.toContain('unsubscribe')
  })

  test('has headers that a mail program reads as they are meant', async () => {
    const reminder = await reminded()
    const lines = Object.entries(reminder.headers).map(([name, value]) => `${name}: ${value}`)
    const { headers } = await PostalMime.parse([...lines, '', reminder.text].join('\r\n'))
    const list = headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? ''
    expect(new URL(list.replace(/^<|>$/g, '')).pathname).toBe('/unsubscribe')
    for (const line of lines) expect(line.length).toBeLessThan(998)
  })
})

describe('the link', () => {
  test('shows what it is for, and looking changes nothing', async () => {
    const link = unsubscribeLink(await reminded())
    const before = await everyRow()
    const { costOf } = counting(world)
    let html = ''
    const look = async () => {
      const page = await world.fetch(link)
      expect(page.status).toBe(200)
      html = await page.text()
    }
    expect(await costOf(look)).toEqual({ d1: 1 })
    expect(await texts(html, 'h1')).toEqual(['No more reminders from Acme?'])
    expect(await texts(html, 'button')).toEqual(['Stop reminders'])
    expect(await world.fetch(link, { method: 'HEAD' })).toMatchObject({ status: 200 })
    expect(await everyRow()).toEqual(before)
  })

  test('pressed stops reminders, and pressed once more starts them again', async () => {
    const link = unsubscribeLink(await reminded())
    const done = await world.fetch(link, { form: {} })
    expect(done.status).toBe(200)
    const html = await done.text()
    expect(await texts(html, 'h1')).toEqual(['No more reminders'])
    expect(await suppressions()).toEqual([
      { organization_id: cast.acme.id, address: JANE, reason: 'unsubscribed' },
    ])
    expect(await events()).toEqual(['reminders.unsubscribed'])
    const [field] = await elements(html, 'input[type=hidden]')
    const back = await world.fetch(link, {
      form: { [field?.attributes.name ?? '']: field?.attributes.value ?? '' },
    })
    expect(await texts(await back.text(), '[role=status]')).toEqual(['Reminders from Acme arrive again.'])
    expect(await suppressions()).toEqual([])
    expect(await events()).toEqual(['reminders.unsubscribed', 'reminders.resubscribed'])
    expect(await remindAt(world, DAY_BEFORE)).toHaveLength(1)
  })

  test('pressed by a mail provider from anywhere, however often, does the same once', async () => {
    const link = unsubscribeLink(await reminded())
    for (const headers of [{}, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'https://mail.example' }])
      expect((await oneClick(link, headers)).status).toBe(200)
    await Promise.all([oneClick(link), oneClick(link)])
    expect(await suppressions()).toHaveLength(1)
    expect(await events()).toEqual(['reminders.unsubscribed'])
    expect(await remindAt(world, DAY_BEFORE)).toEqual([])
  })

  test('pressed to and fro fills nobody’s audit log: stopping always works, starting again a few times a day', async () => {
    const link = unsubscribeLink(await reminded())
    for (let n = 0; n < 15; n++)
      for (const form of [{}, { wanted: 'yes' }]) expect((await world.fetch(link, { form })).status).toBe(200)
    expect(await events()).toHaveLength(11)
    expect(await suppressions()).toHaveLength(1)
    world.clock.now += DAY + 1
    await world.fetch(link, { form: { wanted: 'yes' } })
    expect(await suppressions()).toEqual([])
  })

  test('pressed as a form of several parts works too', async () => {
    const link = unsubscribeLink(await reminded())
    const body = new FormData()
    body.set('List-Unsubscribe', 'One-Click')
    expect((await world.fetch(link, { method: 'POST', body, headers: { Origin: '' } })).status).toBe(200)
    expect(await suppressions()).toHaveLength(1)
  })

  test('cancels a reminder that is queued, leaves other organizations’ alone and lets invitations come', async () => {
    const link = unsubscribeLink(await reminded())
    await world.fetch('/o/globex/invitations', {
      cookie: cast.outsider.cookie,
      form: { addresses: JANE, change: 'globex' },
    })
    await world.drain()
    world.clock.now = DAY_BEFORE
    await world.cron('*/5 * * * *')
    const held = takeMessages(world)
    await oneClick(link)
    const before = world.mails.length
    await world.consume(held)
    expect(world.mails).toHaveLength(before)
    expect(await rows("select state, reason from delivery where kind = 'second_reminder'")).toEqual([
      { state: 'cancelled', reason: 'No reminders are wanted at this address' },
    ])
    expect((await remindAt(world, HALF + 3.5 * DAY)).map(({ from }) => from)).toEqual([
      '"Globex" <invitations@localhost>',
    ])
    world.clock.now = HALF + 8 * DAY
    const again = await inviteAndMail(world, cast.admin, JANE)
    expect(linkIn(again)).toContain('/accept-invitation')
    expect(again.headers['List-Unsubscribe']).toBeUndefined()
  })

  test('speaks the language of the browser, else of the invitation', async () => {
    await invite(world, cast.admin, JANE)
    await world.drain()
    await run("update invitation set language = 'de'")
    const [reminder] = await remindAt(world, HALF)
    expect(reminder?.subject).toBe('Erinnerung: Ihre Einladung zu Acme')
    const link = unsubscribeLink(reminder)
    expect(await texts(await (await world.fetch(link)).text(), 'button')).toEqual(['Erinnerungen beenden'])
    const french = await world.fetch(link, { headers: { 'Accept-Language': 'fr' } })
    expect(await texts(await french.text(), 'button')).toEqual(['Arrêter les rappels'])
  })

  test('that is forged, mangled, or of another purpose touches no storage', async () => {
    const reminder = await reminded()
    const token = new URL(unsubscribeLink(reminder)).searchParams.get('token') ?? ''
    const { costOf } = counting(world)
    for (const wrong of ['', 'forged', `${token.slice(0, -2)}AA`, tokenIn(reminder)]) {
      const visit = async () => {
        expect((await world.fetch(`/unsubscribe?token=${wrong}`)).status).toBe(404)
        expect((await oneClick(`/unsubscribe?token=${wrong}`)).status).toBe(404)
      }
      expect(await costOf(visit), wrong).toEqual({})
    }
    expect((await world.fetch(`/accept-invitation?token=${token}`)).status).toBe(404)
  })

  test('of a deleted organization is none any more', async () => {
    const link = unsubscribeLink(await reminded())
    await run('update organization set delete_at = ?', HALF)
    expect((await world.fetch(link)).status).toBe(404)
    expect((await oneClick(link)).status).toBe(404)
    expect(await suppressions()).toEqual([])
  })

  test('works while the secret that signed it is kept as the previous one', async () => {
    const [OLD, NEW] = [
      'the root secret that was, of 43 characters.',
      'the root secret that is now, 43 characters.',
    ]
    world = createWorld({ ROOT_SECRET: OLD })
    const link = unsubscribeLink(await reminded())
    world = createWorld({ ROOT_SECRET: NEW, ROOT_SECRET_PREVIOUS: OLD })
    expect((await oneClick(link)).status).toBe(200)
    world = createWorld({ ROOT_SECRET: NEW })
    expect((await oneClick(link)).status).toBe(404)
  })
})

test('every other form is still refused where it comes from elsewhere', async () => {
  for (const path of ['/accept-invitation', '/decline-invitation', '/unsubscribe/', '/sign-out']) {
    const { status } = await oneClick(path)
    expect([path, status === 403 || status === 404]).toEqual([path, true])
  }
})
