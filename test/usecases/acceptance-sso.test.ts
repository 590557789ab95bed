import { beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/rules/tokens'
import {
  addAccount,
  addMember,
  freshChange,
  inviteAndMail,
  newAccount,
  PASSWORD,
  type Person,
} from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { addDomain, addIdentity } from '../support/entrance'
import { logged } from '../support/faults'
import { replacing } from '../support/holding'
import { cookiesAfter, roundTrip } from '../support/idp'
import { accept, invited, JANE, joining, openings, resendAndMail, seen, signingIn } from '../support/invitee'
import { connect, sessionIn, signInBySso } from '../support/sso'
import { rows, run, type World } from '../support/world'

beforeEach(() => void logged())

type Made = Awaited<ReturnType<typeof invited>> & { connection: string }
type Cookies = Readonly<Record<string, string>>

/** Jane at the provider, by the address she was invited by. */
const AT_PROVIDER = {
  sub: 'jane-there',
  email: JANE,
  email_verified: true,
  given_name: 'Jane',
  family_name: 'Roe',
  name: 'Jane Roe',
}

const connected = async (
  columns: Parameters<typeof invited>[0] = {},
  fields: Parameters<typeof invited>[1] = {},
): Promise<Made> => {
  const made = await invited(columns, fields)
  made.world.idp.person = { ...AT_PROVIDER }
  return { ...made, connection: await connect(made.world, made.acme) }
}

/** To the provider and back, in a browser that has these cookies; and what the page says then. */
const there = async (world: World, token: string, cookies: Cookies = {}, another = false) => {
  const path = `/accept-invitation/sso?token=${token}${another ? '&account=another' : ''}`
  const trip = await roundTrip(world, path, { cookies })
  const to = trip.response.headers.get('Location') ?? ''
  const page = await seen(await world.fetch(to, { cookies: trip.cookies }))
  return { ...trip, to, page }
}

const bySso = (token: string, fields: Record<string, string> = {}) => ({
  token,
  way: 'sso',
  by: 'sso',
  change: freshChange(),
  firstName: 'Jane',
  lastName: 'Roe',
  ...fields,
})

/** Everything but how often a password was tried. */
const everythingElse = async () => ({ ...(await everyRow()), sign_in_attempt: [] })

/** Does something between the two round trips of the next press. */
const meanwhile = (world: World, action: () => Promise<void>) => {
  const db = world.env.DB
  let trips = 0
  world.env.DB = replacing(db, {
    batch: async (statements: D1PreparedStatement[]) => {
      trips += 1
      if (trips === 2) await action()
      return db.batch(statements)
    },
  })
}

/** Presses the button of the page, as a browser with these cookies. */
const press = async (world: World, cookies: Cookies, form: Record<string, string>) => {
  const response = await accept(world, form, { cookies })
  const after = cookiesAfter(response, cookies)
  return { response, status: response.status, cookies: after, session: sessionIn(after) }
}

const accounts = () =>
  rows<{ id: string; account_scope: string; name: string; password_hash: string | null }>(
    'select * from user where address = ?',
    JANE,
  )
const identities = () =>
  rows<{ user_id: string; subject: string; connection_id: string }>('select * from identity')
const sessionOf = async (session: string | null) => {
  const [row] = await rows<{ user_id: string; own: number; method: string }>(
    'select * from session where hash = ?',
    sha256(session ?? ''),
  )
  return row ?? null
}
const grantsOf = (session: string | null) =>
  rows<{ organization_id: string; connection_id: string; expires_at: number }>(
    'select * from session_grant where session_hash = ?',
    sha256(session ?? ''),
  )
const membersNamed = () =>
  rows<{ role: string }>('select m.* from member m join user u on u.id = m.user_id where u.address = ?', JANE)

describe('the page of a link', () => {
  it.each([
    ['google', 'Continue with Google'],
    ['microsoft', 'Continue with Microsoft'],
    ['other', 'Continue with single sign-on'],
  ] as const)('offers %s beside the password', async (preset, words) => {
    const { world, acme, link, token } = await invited()
    await connect(world, acme, { preset })
    const page = await seen(await world.fetch(link))
    expect(page.links[0]?.attributes.href).toBe(`/accept-invitation/sso?token=${token}`)
    expect(page.text).toContain(words)
    expect(page.buttons[0]).toBe('Accept & create account')
  })

  it('offers nothing where the organization has no provider that people can use', async () => {
    const { world, acme, link } = await invited()
    await connect(world, acme, { enabled: false })
    expect((await seen(await world.fetch(link))).text).not.toContain('Continue with')
  })

  it.each([
    ['everybody', null],
    ['proven_domains', 'example.com'],
  ] as const)('offers the provider alone where %s have to use it', async (required, domain) => {
    const { world, acme, link, token } = await connected({ sso_required: required })
    if (domain) await addDomain(acme, domain)
    const page = await seen(await world.fetch(link))
    expect(page.fields).toEqual([])
    expect(page.text).toContain('People of Acme come in with its single sign-on.')
    expect(page.text).toContain('Continue with single sign-on')

    const before = await everythingElse()
    for (const form of [newAccount(token), signingIn(token), joining(token)])
      expect((await accept(world, form)).status).toBe(409)
    expect(await everythingElse()).toEqual(before)
  })

  it('keeps the password for addresses of other domains where those of proven ones have to use it', async () => {
    const { world, acme, token } = await connected({ sso_required: 'proven_domains' })
    await addDomain(acme, 'acme.test')
    await addDomain(acme, 'example.com', null)
    expect((await accept(world, newAccount(token))).status).toBe(303)
  })

  it('does not take a password any more once its domain was proven while the form was filled in', async () => {
    const { world, acme, token } = await connected({ sso_required: 'proven_domains' })
    meanwhile(world, () => addDomain(acme, 'example.com'))
    const answer = await accept(world, newAccount(token))
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Continue with single sign-on')
    expect(await accounts()).toEqual([])
  })
})

describe('the way to the provider', () => {
  it('names whom it is for, and asks for another account where that is wanted', async () => {
    const { world, token } = await connected()
    const start = async (query: string) =>
      new URL(
        (await world.fetch(`/accept-invitation/sso?token=${token}${query}`)).headers.get('Location') ?? '',
      )
    expect((await start('')).searchParams.get('login_hint')).toBe(JANE)
    const another = await start('&account=another')
    expect(another.searchParams.get('login_hint')).toBeNull()
    expect(another.searchParams.get('prompt')).toBe('login')
    await run("update connection set preset = 'google'")
    expect((await start('&account=another')).searchParams.get('prompt')).toBe('select_account')
  })

  it('is closed to forged links, before the database is asked', async () => {
    const { world, token } = await connected()
    const { costOf } = counting(world)
    const forged = `${token.slice(0, -3)}${token.endsWith('AAA') ? 'BBB' : 'AAA'}`
    const cost = await costOf(async () => {
      const answer = await world.fetch(`/accept-invitation/sso?token=${forged}`)
      expect(answer.status).toBe(404)
      expect((await seen(answer)).heading).toBe('Invalid link')
    })
    expect(cost).toEqual({})
  })

  it('shows the page of a link that is closed, or that leads to no provider', async () => {
    const { world, token } = await connected()
    const heading = async () =>
      (await seen(await world.fetch(`/accept-invitation/sso?token=${token}`))).heading
    await run('update connection set enabled = 0')
    expect(await heading()).toBe('Accept invitation')
    await run("update invitation set status = 'revoked'")
    expect(await heading()).toBe('Invitation revoked')
    expect(world.idp.requests).toEqual([])
  })

  it('changes nothing but a cookie, there and back', async () => {
    const { world, token } = await connected()
    const before = await everyRow()
    const { to, page } = await there(world, token)
    expect(to).toBe(`/accept-invitation?token=${token}&by=sso`)
    expect(page.text).toContain(`You are signed in at id.acme.test as ${JANE}.`)
    expect(await everyRow()).toEqual(before)
  })

  it.each([
    ['down', 503, 'Try again in a moment'],
    ['error', 503, 'Try again in a moment'],
    ['not_json', 409, 'Single sign-on does not work'],
  ] as const)(
    'says in the invitee’s language what is wrong where the provider is %s',
    async (fault, status, heading) => {
      const { world, token, link } = await connected()
      world.idp.fault = fault
      const answer = await world.fetch(`/accept-invitation/sso?token=${token}`)
      const page = await seen(answer)
      expect({ status: answer.status, heading: page.heading }).toEqual({ status, heading })
      expect(page.links[0]?.attributes.href).toBe(new URL(link).pathname + new URL(link).search)
      const german = await world.fetch(`/accept-invitation/sso?token=${token}`, {
        headers: { 'Accept-Language': 'de' },
      })
      expect((await seen(german)).html).toContain('lang="de"')
    },
  )

  it('says that nobody was signed in where the provider let nobody in, in the language of the mail', async () => {
    const { world, token } = await connected({}, { language: 'fr' })
    world.idp.callback = { code: undefined, error: 'access_denied' }
    const { response } = await roundTrip(world, `/accept-invitation/sso?token=${token}`)
    expect(response.status).toBe(409)
    expect((await seen(response)).heading).toBe('Non connecté')
  })
})

describe('somebody without an account', () => {
  it('sees who they are at the provider, and the names asked for, filled in', async () => {
    const { world, token } = await connected()
    const { page } = await there(world, token)
    expect(page.fields).toEqual(['firstName', 'lastName'])
    expect(page.values).toEqual({ firstName: 'Jane', lastName: 'Roe' })
    expect(page.buttons[0]).toBe('Accept & join Acme')
  })

  it('joins with one press: account, identity, member, session and what it opens, in two round trips', async () => {
    const { world, acme, token, connection } = await connected({}, { role: 'viewer' })
    const { cookies } = await there(world, token)
    const { costOf } = counting(world)
    let session: string | null = null
    const cost = await costOf(async () => {
      const pressed = await press(world, cookies, bySso(token, { lastName: 'Doe' }))
      expect(pressed.response.headers.get('Location')).toBe('/o/acme?notice=welcome')
      expect(Object.keys(pressed.cookies)).toEqual(['usher'])
      session = pressed.session
    })
    expect(cost).toEqual({ d1: 2, kvWrite: 1, sendBatch: 1 })

    const [account] = await accounts()
    expect(account).toMatchObject({
      account_scope: 'shared',
      name: 'Jane Doe',
      first_name: 'Jane',
      last_name: 'Doe',
      password_hash: null,
    })
    expect(await membersNamed()).toMatchObject([
      { role: 'viewer', status: 'active', inviter_name: 'Ada Admin' },
    ])
    expect(await identities()).toMatchObject([
      { organization_id: acme.id, connection_id: connection, subject: 'jane-there', user_id: account?.id },
    ])
    expect(await sessionOf(session)).toMatchObject({ user_id: account?.id, own: 0, method: 'sso' })
    expect(await grantsOf(session)).toMatchObject([
      {
        organization_id: acme.id,
        connection_id: connection,
        expires_at: world.clock.now + 24 * 3600 * 1000,
      },
    ])
    const [event] = await rows<{ detail: string }>(
      "select * from audit_event where action = 'invitation.accepted'",
    )
    expect(JSON.parse(event?.detail ?? '')).toMatchObject({ with: 'sso', account: 'new', role: 'viewer' })
    expect(await rows("select 1 from audit_event where action <> 'invitation.sent'")).toHaveLength(1)
  })

  it('is let into the organization and nowhere else, and comes back by signing in there', async () => {
    const { world, token } = await connected()
    const { cookies } = await there(world, token)
    const { session } = await press(world, cookies, bySso(token))
    expect((await world.fetch('/o/acme', { cookie: session })).status).toBe(200)
    expect((await world.fetch('/account', { cookie: session })).status).not.toBe(200)
    const again = await signInBySso(world)
    expect(again.to).toBe('/o/acme')
    expect((await sessionOf(again.session))?.user_id).toBe((await accounts())[0]?.id)
  })

  it('is named as the provider has it where the organization asks for no name', async () => {
    const { world, token } = await connected({ name_fields: 'none' })
    const { cookies, page } = await there(world, token)
    expect(page.fields).toEqual([])
    await press(world, cookies, bySso(token, { firstName: '', lastName: '' }))
    expect(await accounts()).toMatchObject([{ name: 'Jane Roe' }])
  })

  it('corrects names beside their fields, with what was typed', async () => {
    const { world, token } = await connected()
    const { cookies } = await there(world, token)
    const pressed = await press(world, cookies, bySso(token, { firstName: '', lastName: 'Typed' }))
    expect(pressed.status).toBe(422)
    const page = await seen(pressed.response)
    expect(page.errors).toEqual({ firstName: 'Enter your first name.' })
    expect(page.values).toEqual({ firstName: '', lastName: 'Typed' })
    expect(pressed.cookies).toHaveProperty('usher-sso-proof')
  })

  it('pressed twice joins once, and both answers hold the same session', async () => {
    const { world, token } = await connected()
    const { cookies } = await there(world, token)
    const form = bySso(token)
    const first = await press(world, cookies, form)
    const second = await press(world, cookies, form)
    expect([first.status, second.status]).toEqual([303, 303])
    expect(second.session).toBe(first.session)
    expect(await accounts()).toHaveLength(1)
    expect(await identities()).toHaveLength(1)
  })

  it('two of them at once: one joins, the other is told that the link was used', async () => {
    const { world, token } = await connected()
    const { cookies } = await there(world, token)
    const both = await Promise.all([
      press(world, cookies, bySso(token)),
      press(world, cookies, bySso(token, { lastName: 'Other' })),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await accounts()).toHaveLength(1)
    expect(await identities()).toHaveLength(1)
  })

  it('takes the place of whoever else’s session the browser had', async () => {
    const { world, token, globex } = await connected()
    const john = await addMember(
      globex,
      await addAccount('John Other', 'john@globex.test', globex.id),
      'member',
    )
    const { cookies } = await there(world, token, { usher: john.cookie })
    const { session } = await press(world, cookies, bySso(token))
    expect(session).not.toBe(john.cookie)
    expect(await sessionOf(john.cookie)).toBeNull()
  })
})

describe('where the account belongs to the organization alone', () => {
  it('it is made afresh, whatever account there is elsewhere, of which nothing is shown', async () => {
    const { world, acme, token } = await connected({ account_scope: 'own' })
    const elsewhere = await addAccount('Jane Elsewhere', JANE)
    const { page, cookies } = await there(world, token, { usher: elsewhere.cookie })
    expect(page.fields).toEqual(['firstName', 'lastName'])
    expect(page.text).not.toContain('Elsewhere')
    const { session } = await press(world, cookies, bySso(token))
    const made = (await accounts()).filter(({ id }) => id !== elsewhere.id)
    expect(made).toMatchObject([{ account_scope: acme.id, password_hash: null }])
    expect(await sessionOf(session)).toMatchObject({ user_id: made[0]?.id, own: 0 })
    expect(await rows('select 1 from member where user_id = ?', elsewhere.id)).toEqual([])
    expect(await identities()).toMatchObject([{ user_id: made[0]?.id }])
  })
})

describe('whom the provider has named and who is not, or not surely, who is invited', () => {
  /** Nothing is joined, by the page or by force. */
  const nothing = async (world: World, token: string, cookies: Cookies) => {
    const before = await everythingElse()
    for (const form of [bySso(token), { ...signingIn(token), by: 'sso' }, { ...joining(token), by: 'sso' }])
      expect((await press(world, cookies, form)).status).toBe(409)
    expect(await everythingElse()).toEqual(before)
  }

  it('with another address reads both, and how to go on', async () => {
    const { world, token } = await connected()
    world.idp.person = { ...AT_PROVIDER, email: 'john@example.com' }
    const { page, cookies } = await there(world, token)
    expect(page.heading).toBe('Another address')
    expect(page.text).toContain(
      `This invitation is for ${JANE}, but at id.acme.test you are signed in as john@example.com. Nothing was joined.`,
    )
    expect(page.fields).toEqual([])
    expect(page.links.map(({ attributes }) => attributes.href)).toEqual([
      `/accept-invitation/sso?token=${token}&account=another`,
      `/accept-invitation?token=${token}`,
    ])
    await nothing(world, token, cookies)
    const plain = await seen(await world.fetch(`/accept-invitation?token=${token}`, { cookies }))
    expect(plain.buttons[0]).toBe('Accept & create account')
  })

  it.each([
    ['says so', { email_verified: false }],
    ['says nothing of it', { email_verified: undefined }],
    ['says “true” in text of nothing', { email_verified: 'yes' }],
  ])('with the address unverified (the provider %s) reads both, and joins nothing', async (_, claims) => {
    const { world, token } = await connected()
    world.idp.claims = claims
    const { page, cookies } = await there(world, token)
    expect(page.heading).toBe('Address not confirmed')
    expect(page.text).toContain(`The invitation is for ${JANE}. Nothing was joined.`)
    await nothing(world, token, cookies)
  })

  it('without any address reads that too', async () => {
    const { world, token } = await connected()
    world.idp.person = { sub: 'jane-there', name: 'Jane Roe' }
    const { page } = await there(world, token)
    expect(page.text).toContain('without an address')
  })

  it('has no way by password where the organization takes none', async () => {
    const { world, token } = await connected({ sso_required: 'everybody' })
    world.idp.claims = { email_verified: false }
    const { page } = await there(world, token)
    expect(page.links.map(({ attributes }) => attributes.href)).toEqual([
      `/accept-invitation/sso?token=${token}&account=another`,
    ])
  })

  it('is believed where the organization has proven the address’s domain, and only while it has', async () => {
    const { world, acme, token } = await connected()
    await addDomain(acme, 'example.com')
    world.idp.claims = { email_verified: undefined }
    const { page, cookies } = await there(world, token)
    expect(page.buttons[0]).toBe('Accept & join Acme')
    await run('delete from domain')
    expect((await press(world, cookies, bySso(token))).status).toBe(409)
    await addDomain(acme, 'example.com')
    expect((await press(world, cookies, bySso(token))).status).toBe(303)
  })

  it('is the same person in another spelling of the address', async () => {
    const { world, token } = await connected()
    world.idp.person = { ...AT_PROVIDER, email: 'JANE@Example.COM' }
    const { cookies } = await there(world, token)
    expect((await press(world, cookies, bySso(token))).status).toBe(303)
  })

  it('is a member already where the provider’s account is known as somebody else’s here', async () => {
    const { world, acme, token, connection, member } = await connected()
    await addIdentity(acme, connection, member)
    await run("update identity set issuer = ?, subject = 'jane-there'", world.idp.issuer)
    const { page, cookies } = await there(world, token)
    expect(page.heading).toBe('You are a member already')
    await nothing(world, token, cookies)
  })
})

describe('what the browser keeps of the round trip', () => {
  let made: Made
  beforeEach(async () => {
    made = await connected()
  })
  const refused = async (cookies: Cookies, form = bySso(made.token)) => {
    const pressed = await press(made.world, cookies, form)
    expect(pressed.status).toBe(409)
    expect(await accounts()).toEqual([])
    return seen(pressed.response)
  }

  it('is of no use for another link', async () => {
    const { world, token, owner } = made
    const { cookies } = await there(world, token)
    const other = openings(await inviteAndMail(world, owner, 'kim@example.com'))
    await refused(cookies, bySso(other.token))
  })

  it('is over after ten minutes, and says to go once more', async () => {
    const { world, token } = made
    const { cookies } = await there(world, token)
    world.clock.now += 10 * 60_000
    expect((await refused(cookies)).alert).toContain('longer than ten minutes')
  })

  it('is nothing that a browser can write itself', async () => {
    const { cookies } = await there(made.world, made.token)
    const sealed = cookies['usher-sso-proof'] ?? ''
    await refused({ 'usher-sso-proof': `${sealed.slice(0, -2)}xx` })
    await refused({ 'usher-sso-proof': cookies['usher-sso-attempt'] ?? 'x' })
    await refused({})
  })

  it('counts no more once the connection was switched off, or is another one', async () => {
    const { world, token, acme } = made
    const { cookies } = await there(world, token)
    await run('update connection set enabled = 0')
    await refused(cookies)
    await run('delete from connection')
    await connect(world, acme)
    await refused(cookies)
  })

  it('is of no use for a later link of the same invitation', async () => {
    const { world, token, admin } = made
    const { cookies } = await there(world, token)
    const later = await resendAndMail(world, admin)
    expect((await refused(cookies, bySso(later.token))).alert).toContain('once more')
  })

  it('counts no more where who it names became known as somebody else while they press', async () => {
    const { world, token, acme, connection, member } = made
    const { cookies } = await there(world, token)
    meanwhile(world, async () => {
      await addIdentity(acme, connection, member)
      await run("update identity set issuer = ?, subject = 'jane-there'", world.idp.issuer)
    })
    await refused(cookies)
    expect(await identities()).toHaveLength(1)
  })

  it('counts no more where the domain it was believed for is given up while they press', async () => {
    const { world, token, acme } = made
    await addDomain(acme, 'example.com')
    world.idp.claims = { email_verified: false }
    const { cookies } = await there(world, token)
    meanwhile(world, () => run('delete from domain'))
    await refused(cookies)
  })

  it('counts no more where the connection is switched off while they press', async () => {
    const { world, token } = made
    const { cookies } = await there(world, token)
    meanwhile(world, () => run('update connection set enabled = 0'))
    await refused(cookies)
  })

  it('does not make another organization’s provider speak for this one', async () => {
    const { world, token, globex } = made
    const { cookies } = await there(world, token)
    await run('update connection set organization_id = ?', globex.id)
    await refused(cookies)
  })
})

describe('somebody with an account', () => {
  const JANES = 'Jane Account'
  let made: Made
  let jane: Person
  beforeEach(async () => {
    made = await connected()
    jane = await addAccount(JANES, JANE)
  })

  it('signs in with its password once on the same page, which links the two and joins', async () => {
    const { world, token, acme, connection } = made
    const { page, cookies } = await there(world, token)
    expect(page.fields).toEqual(['password'])
    expect(page.text).toContain('There is an account with this address already. Enter its password this once')
    const { costOf } = counting(world)
    let session: string | null = null
    const cost = await costOf(async () => {
      const pressed = await press(world, cookies, { ...signingIn(token), by: 'sso' })
      expect(pressed.status).toBe(303)
      session = pressed.session
    })
    expect(cost).toMatchObject({ d1: 2 })
    expect(await identities()).toMatchObject([{ user_id: jane.id, connection_id: connection }])
    expect(await membersNamed()).toHaveLength(1)
    expect(await sessionOf(session)).toMatchObject({ user_id: jane.id, own: 1, method: 'password' })
    expect(await grantsOf(session)).toMatchObject([{ organization_id: acme.id }])
    expect((await signInBySso(world)).to).toBe('/o/acme')
  })

  it('is not joined, and nothing is linked, without that password', async () => {
    const { world, token } = made
    const { cookies } = await there(world, token)
    const before = { identities: await identities(), members: await membersNamed() }
    const wrong = await press(world, cookies, {
      ...signingIn(token, { password: 'not it at all' }),
      by: 'sso',
    })
    expect(wrong.status).toBe(422)
    expect((await seen(wrong.response)).errors).toEqual({ password: 'That password is not right.' })
    expect((await press(world, cookies, bySso(token))).status).toBe(409)
    expect({ identities: await identities(), members: await membersNamed() }).toEqual(before)
  })

  it('links with one press where they are signed in already, and keeps that session', async () => {
    const { world, token, acme } = made
    const { page, cookies } = await there(world, token, { usher: jane.cookie })
    expect(page.buttons[0]).toBe('Accept & join Acme')
    expect(page.fields).toEqual([])
    const pressed = await press(world, cookies, { ...joining(token), by: 'sso' })
    expect(pressed.status).toBe(303)
    expect(await identities()).toMatchObject([{ user_id: jane.id }])
    expect(await sessionOf(jane.cookie)).toMatchObject({ own: 1 })
    expect(await grantsOf(jane.cookie)).toMatchObject([{ organization_id: acme.id }])
    expect((await world.fetch('/o/acme', { cookie: jane.cookie })).status).toBe(200)
  })

  it('does so where single sign-on is required as well, and is let in', async () => {
    const { world, token } = made
    await run("update organization set sso_required = 'everybody' where slug = 'acme'")
    const { cookies } = await there(world, token)
    const { session } = await press(world, cookies, { ...signingIn(token), by: 'sso' })
    expect((await world.fetch('/o/acme', { cookie: session })).status).toBe(200)
  })

  it('that another provider’s word alone opened has no session of its own here, and is asked for the password', async () => {
    const { world, token } = made
    await run('update session set own = 0 where user_id = ?', jane.id)
    const { page, cookies } = await there(world, token, { usher: jane.cookie })
    expect(page.fields).toEqual(['password'])
    expect((await press(world, cookies, { ...joining(token), by: 'sso' })).status).toBe(409)
    expect(await identities()).toEqual([])
  })

  it('without a password is told to set one first', async () => {
    const { world, token } = made
    await run('update user set password_hash = null where id = ?', jane.id)
    const { cookies } = await there(world, token)
    const pressed = await press(world, cookies, { ...signingIn(token), by: 'sso' })
    expect(pressed.status).toBe(422)
    expect((await seen(pressed.response)).errors.password).toContain('no password yet')
  })

  it('who has a second step shows that first, and comes back to the link to join', async () => {
    const { world, token } = made
    await run(
      "insert into authenticator (user_id, secret, confirmed_at, created_at) values (?, 'sealed', 1, 1)",
      jane.id,
    )
    for (const by of ['', 'sso']) {
      const { cookies } = await there(world, token)
      const pressed = await press(world, cookies, { ...signingIn(token), by })
      expect(pressed.response.headers.get('Location')).toBe('/sign-in/second-step')
      expect(pressed.session).toBeNull()
      expect(pressed.cookies).toHaveProperty('usher-second-step')
    }
    expect(await membersNamed()).toEqual([])
    expect(await identities()).toEqual([])
  })

  it('of a wrong password learns nothing of a second step', async () => {
    const { world, token } = made
    await run(
      "insert into authenticator (user_id, secret, confirmed_at, created_at) values (?, 'sealed', 1, 1)",
      jane.id,
    )
    const wrong = await accept(world, signingIn(token, { password: `${PASSWORD}?` }))
    expect(wrong.status).toBe(422)
  })
})
