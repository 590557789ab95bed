import { describe, expect, test } from 'vitest'
import { HOUR } from '../../src/rules/dates'
import {
  askAddress,
  changePassword,
  confirmAddress,
  eventsOf,
  forgotAndMail,
  mailTo,
  wayIn,
} from '../support/accounts'
import { addAccount, addCast, invite, PASSWORD } from '../support/cast'
import { everyRow } from '../support/dump'
import { interleaved } from '../support/interleaving'
import { hashOf, seen } from '../support/invitee'
import { bursts } from '../support/settings'
import { ADA, signIn } from '../support/signing-in'
import { createWorld, rows, run, START } from '../support/world'

const NEW = 'Ada@New.test'

/** Ada has asked for another address. */
const asked = async (columns: Parameters<typeof addCast>[0] = {}) => {
  const world = createWorld(bursts(true))
  const cast = await addCast(columns)
  const answer = await askAddress(world, cast.admin, NEW)
  return { world, ...cast, answer, ...wayIn(await mailTo(world, NEW)) }
}

const addresses = () => rows('select address, typed_address from user where name = ?', 'Ada Admin')

describe('another address', () => {
  test('is asked for with the password, confirmed from the new one, and told to the old one twice', async () => {
    const { world, admin, owner, answer, token, link } = await asked()
    expect(answer.headers.get('Location')).toBe('/account?notice=asked')
    const told = await mailTo(world, ADA)
    expect(told.subject).toBe('Your account is to get another address')
    expect(told.text).toContain(NEW)
    const account = await seen(await world.fetch('/account?notice=asked', { cookie: admin.cookie }))
    expect(account.text).toContain('Ada@New.test waits to be confirmed, until Mar 1, 2026, 13:00 UTC')

    const page = await seen(await world.fetch(link, { cookie: admin.cookie }))
    expect([page.heading, page.buttons]).toEqual(['Confirm your new address', ['Use Ada@New.test']])
    expect(await addresses()).toEqual([{ address: ADA, typed_address: ADA }])
    const confirmed = await confirmAddress(world, admin.cookie, token)
    expect(confirmed.headers.get('Location')).toBe('/account?notice=address')
    expect(await addresses()).toEqual([{ address: 'ada@new.test', typed_address: NEW }])
    expect((await mailTo(world, ADA)).subject).toBe('Your account has another address')

    expect((await world.fetch('/o/acme', { cookie: admin.cookie })).status).toBe(200)
    expect((await signIn(world)).status).toBe(422)
    expect((await signIn(world, { address: NEW })).status).toBe(303)
    const members = await (await world.fetch('/o/acme/members', { cookie: owner.cookie })).text()
    expect(members.toLowerCase()).toContain('ada@<wbr/>new.test')
    expect(await eventsOf(admin)).toEqual(['address.change_requested', 'address.changed', 'session.started'])
    expect(
      await rows("select target_name, detail from audit_event where action = 'address.changed'"),
    ).toEqual([{ target_name: NEW, detail: `{"address":"${NEW}","before":{"address":"${ADA}"}}` }])
  })

  test('keeps of its link a hash alone', async () => {
    const { token } = await asked()
    expect(await rows('select token_hash, expires_at from address_change')).toEqual([
      { token_hash: hashOf(token), expires_at: START + HOUR },
    ])
    expect(JSON.stringify(await everyRow())).not.toContain(token)
  })

  test('is not asked for without the password, nor one that is none, nor the same', async () => {
    const world = createWorld()
    const { admin } = await addCast()
    for (const [address, fields, errors] of [
      [NEW, { addressPassword: 'wrong password' }, { addressPassword: 'That password is not right.' }],
      ['nonsense', {}, { address: 'Enter an email address, as in name@example.com.' }],
      [ADA.toUpperCase(), {}, { address: 'That is your address already.' }],
    ] as const) {
      const answer = await askAddress(world, admin, address, fields)
      const page = await seen(answer)
      expect([answer.status, page.errors, page.values.address]).toEqual([422, errors, address])
      expect(page.html).not.toContain('wrong password')
    }
    expect([await rows('select * from address_change'), world.messages]).toEqual([[], []])
  })

  test('that has an account is answered the same, and its mail says that somebody tried, without a link', async () => {
    const { world, admin, answer: free } = await asked()
    const taken = await askAddress(world, admin, 'vera.viewer@acme.test')
    const shown = async (response: Response) => [
      response.status,
      [...response.headers],
      await response.text(),
    ]
    expect(await shown(taken)).toEqual(await shown(free))
    const mail = await mailTo(world, 'vera.viewer@acme.test')
    expect(mail.subject).toBe('This address has an account already')
    expect(mail.text + mail.html).not.toMatch(/token|ada/i)
    expect(mail.text).toContain('http://localhost:8787/sign-in')
    const [account, other] = await Promise.all([
      seen(await world.fetch('/account', { cookie: admin.cookie })),
      rows("select status from address_change where status = 'requested'"),
    ])
    expect(account.text).toContain('vera.viewer@acme.test waits to be confirmed')
    expect(other).toHaveLength(1)
  })

  test('may be one that has an account in another scope', async () => {
    const { world, globex, admin, token } = await asked()
    await addAccount('Ada at Globex', 'ada@new.test', globex.id)
    expect((await confirmAddress(world, admin.cookie, token)).status).toBe(303)
  })

  test('mails nobody more than three times an hour, and the old address no more either', async () => {
    const { world, admin } = await asked()
    for (let n = 0; n < 2; n++) expect((await askAddress(world, admin, NEW)).status).toBe(303)
    const refused = await askAddress(world, admin, NEW)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3600'])
    expect((await seen(refused)).errors.address).toContain('enough mails')
    expect(await rows("select 1 from delivery where kind = 'address_change'")).toHaveLength(3)
    expect(await rows('select distinct quota_day from delivery')).toEqual([{ quota_day: null }])
  })

  test('leaves open invitations to either address as they are', async () => {
    const { world, owner, admin, token } = await asked()
    await invite(world, owner, NEW)
    const invitations = await rows('select * from invitation')
    await confirmAddress(world, admin.cookie, token)
    expect(await rows('select * from invitation')).toEqual(invitations)
  })
})

describe('a link that confirms an address', () => {
  test('works only for the account itself: a stranger to whom it was mistyped gets nothing', async () => {
    const { world, viewer, token, link } = await asked()
    const before = await everyRow()
    const next = `/sign-in?next=${encodeURIComponent(`/confirm-address?token=${token}`)}`
    expect((await world.fetch(link)).headers.get('Location')).toBe(next)
    expect((await confirmAddress(world, null, token)).headers.get('Location')).toBe(next)
    const page = await world.fetch(link, { cookie: viewer.cookie })
    expect(page.status).toBe(403)
    expect((await page.text()).includes(ADA)).toBe(false)
    expect((await confirmAddress(world, viewer.cookie, token)).status).toBe(403)
    expect(await everyRow()).toEqual(before)
  })

  test('leads an account of one organization alone to sign in there', async () => {
    const { world, link } = await asked({ account_scope: 'own' })
    expect((await world.fetch(link)).headers.get('Location')).toMatch(/^\/o\/acme\/sign-in\?next=/)
  })

  test('works for an hour, once, and not after a newer one, another password or mangled', async () => {
    const { world, admin, token, link } = await asked()
    world.clock.now = START + HOUR
    expect((await seen(await world.fetch(link, { cookie: admin.cookie }))).heading).toBe('Link expired')
    expect((await confirmAddress(world, admin.cookie, token)).status).toBe(409)
    await askAddress(world, admin, 'ada@newer.test')
    expect((await seen(await world.fetch(link, { cookie: admin.cookie }))).heading).toBe(
      'Replaced by a newer mail',
    )
    const newer = wayIn(await mailTo(world, 'ada@newer.test'))
    await changePassword(world, admin)
    expect((await seen(await confirmAddress(world, admin.cookie, newer.token))).heading).toBe(
      'Link no longer works',
    )
    for (const bad of ['', 'x', `${token.slice(0, -2)}AA`])
      expect((await confirmAddress(world, admin.cookie, bad)).status).toBe(404)
    expect(await addresses()).toEqual([{ address: ADA, typed_address: ADA }])
  })

  test('changes nothing by being opened', async () => {
    const { world, admin, link } = await asked()
    const before = await everyRow()
    for (const cookie of [null, admin.cookie]) await world.fetch(link, { cookie })
    expect(await everyRow()).toEqual(before)
  })

  test('says in place that somebody else took the address meanwhile', async () => {
    const { world, admin, token, link } = await asked()
    await addAccount('Another Ada', 'ada@new.test')
    for (const answer of [
      await world.fetch(link, { cookie: admin.cookie }),
      await confirmAddress(world, admin.cookie, token),
    ])
      expect((await seen(answer)).heading).toBe('Address already taken')
    expect(await addresses()).toEqual([{ address: ADA, typed_address: ADA }])
  })

  test.each([
    ['one after the other', false],
    ['at the same moment', true],
  ])('confirms once where it is pressed twice: %s', async (_, together) => {
    const { world, admin, token } = await asked()
    const first = confirmAddress(world, admin.cookie, token)
    if (!together) await first
    for (const answer of [await first, await confirmAddress(world, admin.cookie, token)])
      expect(answer.headers.get('Location')).toBe('/account?notice=address')
    expect(await eventsOf(admin)).toEqual(['address.change_requested', 'address.changed'])
  })

  test('gives an address that two accounts want at once to one of them', async () => {
    const { world, admin, viewer, token } = await asked()
    await askAddress(world, viewer, NEW, {}, { headers: { 'CF-Connecting-IP': '192.0.2.7' } })
    const theirs = wayIn(await mailTo(world, NEW))
    const [one, two] = await interleaved(
      [0, 1, 1, 0],
      [
        (DB) => confirmAddress(createWorld({ DB }), admin.cookie, token),
        (DB) => confirmAddress(createWorld({ DB }), viewer.cookie, theirs.token),
      ],
    )
    expect([one?.status, two?.status]).toEqual([409, 303])
    expect(await rows("select name from user where address = 'ada@new.test'")).toEqual([
      { name: 'Vera Viewer' },
    ])
  })

  test('ends a password link that was mailed to the old address', async () => {
    const { world, admin, token } = await asked()
    const reset = await forgotAndMail(world, ADA)
    await confirmAddress(world, admin.cookie, token)
    expect((await seen(await world.fetch(reset.link))).heading).toBe('Link no longer works')
  })

  test('is of no use to an account taken out of the one organization it belonged to', async () => {
    const { world, owner, admin, token } = await asked({ account_scope: 'own' })
    await world.fetch(`/o/acme/members/${admin.id}/remove`, { cookie: owner.cookie, form: { change: 'one' } })
    expect((await confirmAddress(world, owner.cookie, token)).status).toBe(404)
    await run('delete from address_change')
    expect((await confirmAddress(world, owner.cookie, token)).status).toBe(404)
  })
})

test('the current password tried here is counted with the one of changing it', async () => {
  const world = createWorld(bursts(true))
  const { admin } = await addCast()
  await askAddress(world, admin, NEW, { addressPassword: 'wrong' })
  await run('update sign_in_attempt set attempts = 10 where attempts = 1')
  const refused = await askAddress(world, admin, NEW, { addressPassword: PASSWORD })
  expect(refused.status).toBe(429)
  expect((await changePassword(world, admin)).status).toBe(429)
})
