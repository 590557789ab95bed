import { expect, test } from 'vitest'
import { DAY } from '../../src/rules/dates'
import { deriveKeys } from '../../src/rules/tokens'
import { forgot, mailTo, reset, setting, wayIn } from '../support/accounts'
import { freshChange, newAccount } from '../support/cast'
import { recording, shapesOfCookie, shapesOfPassword, shapesOfToken } from '../support/evidence'
import { breakBatch } from '../support/faults'
import { replacing } from '../support/holding'
import { accept, decline, openings } from '../support/invitee'
import { deliveryTo } from '../support/mail'
import { PROOFS, report } from '../support/mail-events'
import { unsubscribeLink } from '../support/reminders'
import { setupForm } from '../support/setting-up'
import { cookieOf, createWorld, rows } from '../support/world'

const PASSWORDS = {
  owner: 'the owner’s own quiet phrase',
  jane: 'nobody would think of this',
  wrong: 'this is what Jane mistyped',
  short: 'sh0rt!?',
  reset: 'set by the link in a mail',
  changed: 'changed on the page of her account',
}

const LONG = { timeout: 60_000 }

/** Forgets a password and changes what can be changed of an account; hands over the links’ tokens. */
const accountPath = async (world: ReturnType<typeof createWorld>) => {
  const address = 'jane@example.com'
  await forgot(world, address)
  await forgot(world, address)
  const { token, link } = wayIn(await mailTo(world, address))
  await world.fetch(link)
  await reset(world, setting(token, { password: PASSWORDS.short, confirmation: PASSWORDS.wrong }))
  const form = setting(token, { password: PASSWORDS.reset, confirmation: PASSWORDS.reset })
  breakBatch(world, 2)
  await reset(world, form)
  const cookie = cookieOf(await reset(world, form))
  await reset(world, form)
  const post = (path: string, fields: Record<string, string>) =>
    world.fetch(path, { cookie, form: { change: freshChange(), ...fields } })
  const passwords = { password: PASSWORDS.changed, confirmation: PASSWORDS.changed }
  await post('/account/password', { current: PASSWORDS.wrong, ...passwords })
  await post('/account/password', { current: PASSWORDS.reset, ...passwords })
  await post('/account/address', { address: 'jane@new.test', addressPassword: PASSWORDS.wrong })
  await post('/account/address', { address: 'jane@new.test', addressPassword: PASSWORDS.changed })
  const change = wayIn(await mailTo(world, 'jane@new.test'))
  await world.fetch(change.link, { cookie })
  breakBatch(world, 1)
  await post('/confirm-address', { token: change.token })
  await post('/confirm-address', { token: change.token })
  await world.fetch('/account', { cookie })
  expect(await rows('select address from user order by created_at')).toContainEqual({
    address: 'jane@new.test',
  })
  return [token, change.token]
}

type Press = (path: string, form: Record<string, string>) => Promise<Response>

/** Reminds who has not answered: Lee’s server quotes the link it refuses, Mia wants no more; hands over the token of that. */
const reminderPath = async (world: ReturnType<typeof createWorld>, press: Press) => {
  world.clock.now += 4 * DAY
  await world.cron('*/5 * * * *')
  await world.drain()
  const mailOf = (name: string) => world.mails.findLast(({ to }) => to.startsWith(name))
  const { id: delivery } = await deliveryTo('lee@example.com')
  const reason = `550 Listed: ${openings(mailOf('lee')).link}`
  await report(world, { delivery, state: 'bounced', bounce: 'soft', reason, at: world.clock.now })
  const link = unsubscribeLink(mailOf('mia'))
  await world.fetch(link)
  for (const form of [{ 'List-Unsubscribe': 'One-Click' }, { wanted: 'yes' }, {}])
    await world.fetch(link, { form })
  await press('/o/acme/settings/email/test', {})
  return new URL(link).searchParams.get('token') ?? ''
}

/** Sets up, invites five people, and has each of them do something else with their link, things failing included. */
const wholePath = async () => {
  const world = createWorld(PROOFS)
  const record = recording(world)
  await world.fetch('/setup')
  const setup = await world.fetch('/setup', {
    form: setupForm({ organization: 'Acme', password: PASSWORDS.owner, confirmation: PASSWORDS.owner }),
  })
  const cookie = cookieOf(setup)
  const list = '/o/acme/invitations'
  const press = (path: string, form: Record<string, string | string[]>) =>
    world.fetch(path, { cookie, form: { change: freshChange(), ...form } })
  await press(list, {
    addresses: 'jane@example.com john@example.com kim@example.com lee@example.com mia@example.com nonsense',
    note: 'Welcome aboard',
  })
  world.provider.answer = () => ({ kind: 'retry', reason: 'Busy.', afterSeconds: null })
  await world.drain()
  world.provider.answer = () => ({ kind: 'sent', providerId: 'provider-id' })
  world.clock.now += 6 * 60_000
  await world.cron('* * * * *')
  await world.drain()
  const linkOf = (name: string) => openings(world.mails.findLast(({ to }) => to.startsWith(name)))
  const idOf = async (name: string) =>
    (await rows<{ id: string }>('select id from invitation where address = ?', `${name}@example.com`))[0]
      ?.id ?? ''

  // Jane mistypes, accepts through a fault, comes back, and signs in at a second link.
  const jane = linkOf('jane')
  await world.fetch(jane.link)
  await accept(world, newAccount(jane.token, { password: PASSWORDS.short, confirmation: PASSWORDS.wrong }))
  await accept(world, newAccount(jane.token, { password: PASSWORDS.jane, confirmation: PASSWORDS.wrong }))
  const form = newAccount(jane.token, { password: PASSWORDS.jane, confirmation: PASSWORDS.jane })
  breakBatch(world, 2)
  await accept(world, form)
  await Promise.all([accept(world, form), accept(world, form)])
  const joined = await accept(world, form)
  await world.fetch(jane.link)
  await world.fetch(jane.link, { cookie: cookieOf(joined) })
  await world.fetch('/sign-in', { form: { address: 'jane@example.com', password: PASSWORDS.wrong } })
  await world.fetch('/sign-in', { form: { address: 'jane@example.com', password: PASSWORDS.jane } })

  // John is shown the wrong account, switches, and declines.
  const john = linkOf('john')
  await world.fetch(john.link, { cookie: cookieOf(joined) })
  await world.fetch('/sign-out', { cookie: cookieOf(joined), form: { token: john.token } })
  await decline(world, john.token)
  await accept(world, newAccount(john.token))

  // Kim’s mail is sent again and then taken back, while KV is down for a moment.
  const kim = linkOf('kim')
  await press(`${list}/resend`, { id: await idOf('kim') })
  await world.drain()
  const newer = linkOf('kim')
  const { LINKS } = world.env
  world.env.LINKS = replacing(LINKS, {
    get: () => Promise.reject(new Error(`KV is down`)),
    put: () => Promise.reject(new Error(`KV is down`)),
  })
  for (const { link } of [kim, newer]) await world.fetch(link)
  world.env.LINKS = LINKS
  await press(`${list}/revoke`, { id: await idOf('kim') })
  for (const { token } of [kim, newer]) await accept(world, newAccount(token))

  // Lee’s expires and is renewed; Mia’s database is silent; wrong tokens come from anywhere.
  breakBatch(world, 1)
  await world.fetch(linkOf('mia').link)
  const forged = `${jane.token.slice(0, -2)}AA`
  await world.fetch(`/accept-invitation?token=${forged}`)
  await accept(world, newAccount(forged))
  await decline(world, forged)
  const unsubscribing = await reminderPath(world, press)
  const pages = ['settings/email', 'audit-log', 'audit-log.csv', `invitations/${await idOf('lee')}`]
  for (const page of pages) await world.fetch(`/o/acme/${page}`, { cookie })
  world.clock.now += 8 * DAY
  await world.cron('*/5 * * * *')
  await world.fetch(linkOf('lee').link)
  await press(list, { addresses: 'lee@example.com' })
  await world.drain()
  for (const tab of ['outstanding', 'accepted', 'revoked', 'declined', 'all'])
    await world.fetch(`${list}?tab=${tab}`, { cookie })
  const key = await press('/o/acme/settings/api-keys', { name: 'Product', role: 'admin', access: 'write' })
  const [bearer = ''] = /usher_[\w-]+/.exec(await key.text()) ?? []
  const headers = { Authorization: `Bearer ${bearer}` }
  await world.fetch('/api/v1/invitations?tab=all', { headers })
  await world.fetch(`/api/v1/invitations/${await idOf('lee')}`, { headers })
  await world.fetch(`/api/v1/invitations/${await idOf('lee')}/resend`, { method: 'POST', headers })
  await world.fetch('/health')

  // Jane forgets her password, sets another one through a fault, and changes it and her address.
  const secrets = [unsubscribing, ...(await accountPath(world))]
  return { world, secrets, record, bearer, jane, forged }
}

test(
  'no usable token, cookie, password, key or secret is left anywhere but with whom it is meant for',
  LONG,
  async () => {
    const { world, record, bearer, jane, forged, secrets } = await wholePath()
    const tokens = record.tokens()

    // The path has gone everywhere it was meant to, and what is searched for could be found.
    expect(tokens).toHaveLength(8)
    const kinds = new Set(record.traces.map(({ where }) => where.split(' ')[0]))
    expect(kinds).toEqual(new Set(['answer', 'table', 'KV', 'queue', 'log']))
    const states = await rows<{ status: string }>('select distinct status from invitation order by status')
    expect(states.map(({ status }) => status)).toEqual([
      'accepted',
      'declined',
      'expired',
      'pending',
      'revoked',
    ])
    expect(record.wasGiven(jane.token)).toBe(true)
    expect(record.cookies.length).toBeGreaterThanOrEqual(4)
    expect(record.found(['jane@example.com'])).toContain('table invitation')

    expect(await rows("select 1 from audit_event where action like 'reminders.%'")).toHaveLength(3)
    expect(record.found(['550 Listed: http'])).toContain('table delivery')

    // Every token of a key begins alike, so this is about those that were never mailed as well.
    expect(record.found([jane.token.slice(0, 5)])).toEqual([])

    for (const token of [...tokens, ...secrets, forged])
      expect(record.found(shapesOfToken(token)), 'a token').toEqual([])
    for (const cookie of record.cookies) expect(record.found(shapesOfCookie(cookie)), 'a cookie').toEqual([])
    for (const [whose, password] of Object.entries(PASSWORDS))
      expect(record.found(shapesOfPassword(password)), `the password: ${whose}`).toEqual([])
    // An API key is shown once, to who has made it.
    expect(record.found(shapesOfCookie(bearer))).toEqual(['answer of /o/acme/settings/api-keys'])

    const root = world.env.ROOT_SECRET ?? ''
    const { link, session, digest } = deriveKeys(root)
    expect(record.found([root])).toEqual([])
    const { RESEND_WEBHOOK_SECRET, POSTMARK_WEBHOOK_PASSWORD, MAILGUN_WEBHOOK_KEY } = PROOFS
    expect(record.found([RESEND_WEBHOOK_SECRET, POSTMARK_WEBHOOK_PASSWORD, MAILGUN_WEBHOOK_KEY])).toEqual([])
    for (const derived of [link.secret, session, digest])
      expect(record.found(shapesOfCookie(derived.toString('base64url'))), 'a key').toEqual([])
  },
)

test('a password is kept as a salted scrypt hash', LONG, async () => {
  const { world } = await wholePath()
  const hashes = await rows<{ password_hash: string }>('select password_hash from user order by created_at')
  expect(hashes).toHaveLength(2)
  for (const { password_hash: stored } of hashes)
    expect(stored).toMatch(/^\$scrypt\$ln=\d+,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(hashes[0]?.password_hash).not.toBe(hashes[1]?.password_hash)
  expect(world.mails.map(({ text, html }) => text + html).join()).not.toMatch(/nobody would think/)
})
