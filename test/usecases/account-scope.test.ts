import { beforeEach, describe, expect, test } from 'vitest'
import { paths } from '../../src/paths'
import { sha256 } from '../../src/rules/tokens'
import {
  askAddress,
  changePassword,
  confirmAddress,
  FRESH,
  forgot,
  forgotAndMail,
  mailTo,
  reset,
  setting,
  wayIn,
} from '../support/accounts'
import { send } from '../support/acting'
import { calling } from '../support/api'
import {
  addAccount,
  addApiKey,
  addMember,
  freshChange,
  newAccount,
  PASSWORD,
  type Person,
} from '../support/cast'
import { everyRow } from '../support/dump'
import { addDomain } from '../support/entrance'
import { texts } from '../support/html'
import { acceptAsNew, joining, seen, signingIn } from '../support/invitee'
import { end } from '../support/members'
import { addScopes, inviteInto, JANE, JUNE } from '../support/scopes'
import { signIn } from '../support/signing-in'
import { connect, signInBySso } from '../support/sso'
import { cookieOf, createWorld, rows, run, type World } from '../support/world'

let world: World
let cast: Awaited<ReturnType<typeof addScopes>>
beforeEach(async () => {
  world = createWorld({ ORGANIZATION_CREATION: 'anyone' })
  cast = await addScopes()
})

const ACME = paths.organizationSignIn('acme')
const INITECH = paths.organizationSignIn('initech')
const GUESSED = 'a password nobody guesses'

const accountsOf = (address: string) =>
  rows<{ id: string; account_scope: string; name: string }>(
    'select id, account_scope, name from user where address = ? order by rowid',
    address,
  )
/** Everything there is of Jane's two accounts of before. */
const others = async () => ({
  accounts: await rows('select * from user where id in (?, ?) order by id', cast.shared.id, cast.own.id),
  members: await rows(
    'select * from member where user_id in (?, ?) order by user_id',
    cast.shared.id,
    cast.own.id,
  ),
  sessions: await rows(
    'select * from session where user_id in (?, ?) order by hash',
    cast.shared.id,
    cast.own.id,
  ),
})
const entered = async (path: string, password = PASSWORD, address = JANE) =>
  cookieOf(await signIn(world, { address, password }, path))
const opens = async (cookie: string | null, slug: string) =>
  (await world.fetch(`/o/${slug}`, { cookie })).status === 200
/** A page without what is every time another. */
const plain = (html: string, ...words: readonly string[]) =>
  [...words, JANE, JUNE]
    .reduce((text, word) => text.replaceAll(word, '…'), html)
    .replace(/[\w-]{60,}|[0-9a-f]{8}-[0-9a-f-]{27}|&quot;challenge&quot;:&quot;[^&]*/g, '…')
const openLink = async (token: string, cookie: string | null = null) => {
  const response = await world.fetch(paths.acceptInvitation(token), { cookie })
  return { status: response.status, html: plain(await response.text(), token) }
}

describe('an invitation into an organization whose accounts are its own', () => {
  test('is sent whatever accounts the address has elsewhere, and its page is the one of who has none', async () => {
    const before = await others()
    const outcomes = await send(world, cast.admin, [JANE, JUNE])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['invited', 'invited'])
    await world.drain()
    const [jane, june] = [JANE, JUNE].map((address) => {
      const mail = world.mails.find(({ to }) => to === address)
      return wayIn(mail).token
    })
    const page = await openLink(jane ?? '')
    expect(page).toEqual(await openLink(june ?? ''))
    expect(page.html).toContain('name="confirmation"')
    // Also for somebody who is signed in with one of the other accounts.
    expect(await openLink(jane ?? '', cast.shared.cookie)).toEqual(page)
    expect(await openLink(jane ?? '', cast.own.cookie)).toEqual(page)
    expect(await others()).toEqual(before)
  })

  test.each<[string, () => string | null]>([
    ['nobody', () => null],
    ['the shared account', () => cast.shared.cookie],
    ['an account of another organization’s own', () => cast.own.cookie],
  ])('makes a fresh account, signed in as %s', async (_, cookie) => {
    const token = await inviteInto(world, cast.admin, 'acme', JANE)
    const before = await others()
    const seat = cookie()
    const response = await world.fetch('/accept-invitation', { cookie: seat, form: newAccount(token) })
    expect(response.status).toBe(303)
    const fresh = (await accountsOf(JANE)).filter(({ account_scope }) => account_scope === cast.acme.id)
    expect(fresh).toMatchObject([{ name: 'Jane Doe' }])
    expect(
      await rows(
        'select user_id from member where organization_id = ? and user_id = ?',
        cast.acme.id,
        fresh[0]?.id,
      ),
    ).toHaveLength(1)
    const { sessions: _sessions, ...rest } = await others()
    const { sessions, ...was } = before
    expect(rest).toEqual(was)
    // The browser has one session: the one it had is over, the other account's is not.
    const ended = sessions.filter(({ hash }) => seat !== null && hash === sha256(seat))
    expect(
      await rows('select hash from session where user_id in (?, ?)', cast.shared.id, cast.own.id),
    ).toHaveLength(sessions.length - ended.length)
    expect(await opens(cookieOf(response), 'acme')).toBe(true)
    expect(await opens(cookieOf(response), 'globex')).toBe(false)
    expect(await opens(cookieOf(response), 'initech')).toBe(false)
  })

  test('is joined neither by pressing with another account nor with its password', async () => {
    const token = await inviteInto(world, cast.admin, 'acme', JANE)
    const before = await others()
    for (const cookie of [cast.shared.cookie, cast.own.cookie, null])
      for (const form of [joining(token), signingIn(token)]) {
        const response = await world.fetch('/accept-invitation', { cookie, form })
        expect(response.status).not.toBe(303)
        expect(await response.text()).not.toMatch(/Jane (Shared|Own)/)
      }
    expect(await rows("select 1 from invitation where status = 'pending'")).toHaveLength(1)
    expect(await rows('select 1 from member where organization_id = ?', cast.acme.id)).toHaveLength(4)
    expect(await others()).toEqual(before)
  })

  test('is not skipped for a member elsewhere, and skipped for one here', async () => {
    const token = await inviteInto(world, cast.admin, 'acme', JANE)
    await acceptAsNew(world, token)
    expect((await send(world, cast.admin, JANE)).map(({ kind }) => kind)).toEqual(['already_member'])
  })

  test('by an identity provider makes a fresh account as well, and asks for nothing of another', async () => {
    await connect(world, cast.acme)
    await run("update organization set just_in_time = 1 where slug = 'acme'")
    await addDomain(cast.acme, 'example.com')
    world.idp.person = { sub: 'jane', email: JANE, email_verified: true, name: 'Jane Idp' }
    const before = await others()
    const { to, session } = await signInBySso(world, { cookies: { usher: cast.shared.cookie } })
    expect(to).toBe('/o/acme?notice=welcome')
    expect(await opens(session, 'acme')).toBe(true)
    expect(await opens(session, 'globex')).toBe(false)
    expect((await accountsOf(JANE)).map(({ account_scope }) => account_scope).sort()).toEqual(
      [cast.acme.id, cast.initech.id, 'shared'].sort(),
    )
    const { sessions: _, ...rest } = await others()
    const { sessions: __, ...was } = before
    expect(rest).toEqual(was)
  })
})

describe('an invitation into an organization of shared accounts', () => {
  test('does not see an account of an organization’s own', async () => {
    const lone = await addMember(cast.initech, await addAccount('June Own', JUNE, cast.initech.id), 'member')
    const token = await inviteInto(world, cast.outsider, 'globex', JUNE)
    const page = await openLink(token, lone.cookie)
    expect(page).toEqual(await openLink(token))
    expect(page.html).toContain('name="confirmation"')
    expect(page.html).not.toContain('June Own')
    expect((await acceptAsNew(world, token)).status).toBe(303)
    expect((await accountsOf(JUNE)).map(({ account_scope }) => account_scope)).toEqual([
      cast.initech.id,
      'shared',
    ])
  })
})

describe('signing in', () => {
  test('is tried against the accounts of the page’s scope alone, in the same words', {
    timeout: 60_000,
  }, async () => {
    await acceptAsNew(world, await inviteInto(world, cast.admin, 'acme', JANE))
    await changePassword(world, cast.own)
    const where = {
      shared: paths.signIn(),
      globex: paths.organizationSignIn('globex'),
      acme: ACME,
      initech: INITECH,
    }
    const right = { shared: PASSWORD, globex: PASSWORD, acme: GUESSED, initech: FRESH }
    const slugs = ['globex', 'acme', 'initech']
    const opened: Record<string, string[]> = {}
    for (const [page, path] of Object.entries(where)) {
      for (const password of new Set(Object.values(right))) {
        const response = await signIn(world, { address: JANE, password }, path)
        const cookie = cookieOf(response)
        if (!cookie) {
          expect(response.status).toBe(422)
          expect(await texts(await response.text(), '[role=alert]')).toEqual([
            'Email address or password is not right.',
          ])
          continue
        }
        const found: string[] = []
        for (const slug of slugs) if (await opens(cookie, slug)) found.push(slug)
        opened[`${page} ${password}`] = found
      }
      await run('delete from sign_in_attempt')
    }
    expect(opened).toEqual({
      [`shared ${right.shared}`]: ['globex'],
      [`globex ${right.globex}`]: ['globex'],
      [`acme ${right.acme}`]: ['acme'],
      [`initech ${right.initech}`]: ['initech'],
    })
  })

  test('tried too often in one scope slows down nobody in another', async () => {
    await signIn(world, { address: JANE, password: 'wrong' }, ACME)
    await run('update sign_in_attempt set attempts = 10')
    expect((await signIn(world, { address: JANE, password: 'wrong' }, ACME)).status).toBe(429)
    expect(await entered(INITECH)).not.toBeNull()
    expect(await entered(paths.signIn())).not.toBeNull()
  })

  test('finds the organizations of a domain by the domain alone, account or not', async () => {
    await connect(world, cast.acme)
    await addDomain(cast.acme, 'example.com')
    const ask = async (address: string) => {
      const response = await world.fetch(paths.findSso(), { form: { address } })
      return {
        status: response.status,
        to: response.headers.get('Location'),
        html: plain(await response.text()),
      }
    }
    expect(await ask(JANE)).toEqual(await ask(JUNE))
  })
})

describe('a forgotten password', () => {
  test('is mailed for the account of the page’s scope, and set for that alone', async () => {
    const { link, token } = await forgotAndMail(world, JANE, {}, paths.organizationForgotPassword('initech'))
    const page = await seen(await world.fetch(link))
    expect(page.text).not.toContain('Globex')
    await reset(world, setting(token))
    expect(await entered(INITECH, FRESH)).not.toBeNull()
    expect(await entered(paths.signIn(), FRESH)).toBeNull()
    expect(await entered(paths.signIn())).not.toBeNull()
    expect(await opens(cast.shared.cookie, 'globex')).toBe(true)
    expect(await opens(cast.own.cookie, 'initech')).toBe(false)
  })

  test('of a scope without such an account is answered alike, and nobody is mailed', async () => {
    const ask = async (address: string) => {
      const response = await forgot(world, address, {}, paths.organizationForgotPassword('acme'))
      return { status: response.status, html: plain(await response.text()) }
    }
    const before = await rows('select count(*) as n from delivery')
    expect(await ask(JANE)).toEqual(await ask(JUNE))
    expect(await rows('select count(*) as n from delivery')).toEqual(before)
    expect(await rows('select 1 from password_reset')).toEqual([])
  })

  test('from an invitation into another scope leads to no account of it', async () => {
    const token = await inviteInto(world, cast.admin, 'acme', JANE)
    const [invitation] = await rows<{ id: string }>('select id from invitation')
    world.mails.length = 0
    const { token: link, invitation: led } = await forgotAndMail(world, JANE, {
      invitation: invitation?.id ?? '',
    })
    expect(led).toBe('')
    const done = await reset(world, setting(link))
    expect(done.headers.get('Location')).not.toContain('accept-invitation')
    expect((await openLink(token)).html).toContain('name="confirmation"')
  })
})

describe('a change of address', () => {
  test('is free where another scope alone has it, and ends in its own scope', async () => {
    const from = 'janet@example.com'
    const who = await addMember(cast.acme, await addAccount('Janet', from, cast.acme.id), 'member')
    await askAddress(world, who, JANE)
    await confirmAddress(world, who.cookie, wayIn(await mailTo(world, JANE)).token)
    expect((await accountsOf(JANE)).map(({ account_scope }) => account_scope)).toContain(cast.acme.id)
    expect((await accountsOf(JANE)).length).toBe(3)
    expect(await entered(paths.signIn())).not.toBeNull()
  })

  test('says nothing of whether another scope has it', async () => {
    const who = await addMember(
      cast.acme,
      await addAccount('Janet', 'janet@example.com', cast.acme.id),
      'member',
    )
    const ask = async (address: string) => {
      const response = await askAddress(world, who, address)
      await run('delete from sign_in_attempt')
      return { status: response.status, to: response.headers.get('Location') }
    }
    expect(await ask(JANE)).toEqual(await ask(JUNE))
  })
})

describe('a member', () => {
  /** Jane's account of Acme's own. */
  const join = async (): Promise<Person> => {
    const response = await acceptAsNew(world, await inviteInto(world, cast.admin, 'acme', JANE))
    const [fresh] = (await accountsOf(JANE)).filter(({ account_scope }) => account_scope === cast.acme.id)
    return {
      id: fresh?.id ?? '',
      name: 'Jane Doe',
      address: JANE,
      cookie: cookieOf(response) ?? '',
      role: 'member',
    }
  }

  test('who is removed frees the address here, is invited again as if new, and is untouched elsewhere', async () => {
    const before = await others()
    const first = await join()
    await end(world, cast.owner, 'remove', first.id)
    expect(await opens(first.cookie, 'acme')).toBe(false)
    expect(await entered(ACME, GUESSED)).toBeNull()
    expect(await others()).toEqual(before)

    const token = await inviteInto(world, cast.admin, 'acme', JANE)
    expect((await openLink(token)).html).toContain('name="confirmation"')
    const again = await acceptAsNew(world, token, { password: FRESH, confirmation: FRESH })
    expect(again.status).toBe(303)
    const second = (await accountsOf(JANE)).filter(({ account_scope }) => account_scope === cast.acme.id)
    expect(second).toHaveLength(1)
    expect(second[0]?.id).not.toBe(first.id)
    expect(await entered(ACME, GUESSED)).toBeNull()
    expect(await entered(ACME, FRESH)).not.toBeNull()
    expect(await others()).toEqual(before)
  })

  test('who leaves one is a member of the others still', async () => {
    const first = await join()
    await world.fetch('/o/acme/leave', { cookie: first.cookie, form: { change: freshChange() } })
    expect(await opens(first.cookie, 'acme')).toBe(false)
    expect(await opens(cast.shared.cookie, 'globex')).toBe(true)
    expect(await opens(cast.own.cookie, 'initech')).toBe(true)
  })

  test('is told of no other account: not by switcher, sessions, pages, lists, exports or the API', async () => {
    const first = await join()
    const pages = {
      acme: [first.cookie, '/o/acme', paths.account(), paths.accountSessions()],
      globex: [
        cast.shared.cookie,
        '/o/globex',
        paths.account(),
        paths.accountSessions(),
        paths.organizations,
      ],
      initech: [cast.own.cookie, '/o/initech', paths.account(), paths.accountSessions()],
    }
    const words = {
      acme: ['Acme', 'Jane Doe', first.id],
      globex: ['Globex', 'Jane Shared', cast.shared.id],
      initech: ['Initech', 'Jane Own', cast.own.id],
    }
    for (const [slug, [cookie = '', ...visits]] of Object.entries(pages)) {
      for (const path of visits) {
        const html = await (await world.fetch(path, { cookie })).text()
        for (const [other, names] of Object.entries(words))
          if (other !== slug) for (const name of names) expect(html, `${slug} ${path}`).not.toContain(name)
      }
      const sessions = await (await world.fetch(paths.accountSessions(), { cookie })).text()
      expect(await texts(sessions, '.sessions li')).toHaveLength(1)
    }
    const admin = { acme: cast.owner, globex: cast.outsider, initech: cast.own }
    for (const [slug, who] of Object.entries(admin)) {
      for (const path of ['/members', '/invitations?tab=all', '/audit-log', '/audit-log.csv']) {
        const text = await (await world.fetch(`/o/${slug}${path}`, { cookie: who.cookie })).text()
        for (const [other, [, ...names]] of Object.entries(words))
          if (other !== slug) for (const name of names) expect(text, `${slug} ${path}`).not.toContain(name)
      }
      for (const [other, [, , id = '']] of Object.entries(words)) {
        const status = (await world.fetch(paths.member(slug, id), { cookie: who.cookie })).status
        expect(status, `${slug} ${other}`).toBe(other === slug ? 200 : 404)
      }
    }
    const companies = { acme: cast.acme, globex: cast.globex, initech: cast.initech }
    for (const [slug, company] of Object.entries(companies)) {
      const { body } = await calling(world, await addApiKey(company))('/invitations?tab=accepted')
      expect(JSON.stringify(body).includes(JANE)).toBe(slug === 'acme')
    }
  })

  test('signs out elsewhere with one account, and stays signed in with the others', async () => {
    const first = await join()
    await entered(ACME, GUESSED)
    await world.fetch(paths.endOtherSessions, { cookie: first.cookie, form: { change: freshChange() } })
    expect(await rows('select 1 from session where user_id = ?', first.id)).toHaveLength(1)
    expect(await opens(cast.shared.cookie, 'globex')).toBe(true)
    expect(await opens(cast.own.cookie, 'initech')).toBe(true)
  })
})

test('nothing of it writes to another scope: an own account signs in, changes and goes, and the rest is as it was', async () => {
  const token = await inviteInto(world, cast.admin, 'acme', JANE)
  const response = await acceptAsNew(world, token)
  const cookie = cookieOf(response) ?? ''
  const before = await everyRow()
  const mine = (await accountsOf(JANE)).find(({ account_scope }) => account_scope === cast.acme.id)?.id ?? ''
  const who: Person = { id: mine, name: 'Jane Doe', address: JANE, cookie, role: 'member' }
  await world.fetch(paths.accountName, {
    cookie,
    form: { firstName: 'Janet', lastName: 'Doe', name: '', change: freshChange() },
  })
  await changePassword(world, who, { current: GUESSED })
  await end(world, cast.owner, 'deactivate', mine)
  await end(world, cast.owner, 'remove', mine)
  const after = await everyRow()
  for (const table of ['user', 'member', 'session'] as const) {
    const rest = (all: readonly Record<string, unknown>[] | undefined) =>
      (all ?? []).filter((row) => row.id !== mine && row.user_id !== mine)
    expect(rest(after[table]), table).toEqual(rest(before[table]))
  }
})
