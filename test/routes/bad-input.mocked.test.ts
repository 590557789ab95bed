import { describe, expect, test, vi } from 'vitest'
import { everyRow } from '../support/dump'
import { expectHarmless, expectTidied, HOSTILE, HOSTILE_ADDRESSES, SCRIPT } from '../support/hostile'
import { elements, texts } from '../support/html'
import { bursts } from '../support/settings'
import { restore } from '../support/storage'

// What a password costs is not what is tested here.
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  const cheap = (...[password, salt, bytes, options, done]: Parameters<typeof real.scrypt>) =>
    real.scrypt(password, salt, bytes, { ...options, N: 2 }, done)
  return { ...real, scrypt: cheap }
})
vi.resetModules()
const { hashPassword } = await import('../../src/passwords')
const { idOf } = await import('../support/acting')
const { addApiKey, addCast, addTeam, freshChange, inviteAndMail, newAccount, PASSWORD } = await import(
  '../support/cast'
)
const { setupForm } = await import('../support/setting-up')
const { cookieOf, createWorld, rows, run, tokenIn } = await import('../support/world')

const KINDS = { ...HOSTILE, ...HOSTILE_ADDRESSES, missing: null, file: null, twice: null, foreign: null }
type Kind = keyof typeof KINDS
const kinds = Object.keys(KINDS) as Kind[]

type Fixture = Awaited<ReturnType<typeof start>>
type Form = Record<string, string>
type Field = { refuses: readonly Kind[]; foreign?: (fixture: Fixture) => string }
type Case = {
  signedIn?: boolean
  empty?: boolean
  form: (fixture: Fixture) => Form
  fields: Record<string, Field>
}

const all: Field = { refuses: kinds.filter((kind) => kind !== 'twice') }
const none: Field = { refuses: [] }
const but = (...taken: Kind[]): Field => ({ refuses: kinds.filter((kind) => !taken.includes(kind)) })
const only = (...refused: Kind[]): Field => ({ refuses: refused })
const name = only('empty', 'missing', 'huge', 'file')

/** Empty storage, or the cast with one invitation, one key and one team of Acme's, and a key and an invitation of Globex's. */
const start = async (empty: boolean) => {
  const world = createWorld(bursts(true))
  if (empty) return { world, cookie: '', token: '', id: '', key: '', team: '', theirs: '', theirKey: '' }
  const { acme, globex, owner, outsider } = await addCast()
  await run('update user set password_hash = ?', await hashPassword(PASSWORD))
  const token = tokenIn(await inviteAndMail(world, owner, 'invited@example.com'))
  await world.fetch('/o/globex/invitations', {
    cookie: outsider.cookie,
    form: { addresses: 'theirs@example.com', change: freshChange() },
  })
  await addApiKey(acme)
  await addApiKey(globex)
  const keyOf = async (id: string) =>
    (await rows<{ id: string }>('select id from api_key where organization_id = ?', id))[0]?.id ?? ''
  return {
    world,
    cookie: owner.cookie,
    token,
    id: await idOf('invited@example.com'),
    key: await keyOf(acme.id),
    team: await addTeam(acme, 'Choir'),
    theirs: await idOf('theirs@example.com'),
    theirKey: await keyOf(globex.id),
  }
}

const theirs: Field = { ...all, foreign: (fixture) => fixture.theirs }

const FORMS: Record<string, Case> = {
  '/setup': {
    empty: true,
    form: () => setupForm(),
    fields: {
      organization: name,
      firstName: name,
      lastName: name,
      accountScope: all,
      address: but('twice'),
      password: all,
      confirmation: all,
      change: none,
    },
  },
  '/sign-in': {
    form: () => ({ address: 'olga.owner@acme.test', password: PASSWORD, next: '/o/acme' }),
    fields: { address: all, password: all, next: none },
  },
  '/o/acme/sign-in': {
    form: () => ({ address: 'olga.owner@acme.test', password: PASSWORD, next: '/o/acme' }),
    fields: { address: all, password: all },
  },
  '/sign-out': { signedIn: true, form: ({ token }) => ({ token }), fields: { token: none } },
  '/accept-invitation': {
    form: ({ token }) => newAccount(token),
    fields: {
      token: all,
      way: none,
      firstName: name,
      lastName: name,
      name: none,
      password: all,
      confirmation: all,
      change: none,
    },
  },
  '/decline-invitation': {
    form: ({ token }) => ({ token, change: freshChange() }),
    fields: { token: all, change: none },
  },
  '/invitation-opened': { form: ({ token }) => ({ token }), fields: { token: all } },
  '/o/acme/invitations': {
    signedIn: true,
    form: ({ team }) => ({
      addresses: 'new@example.com',
      role: 'member',
      department: '',
      note: '',
      team,
      change: freshChange(),
    }),
    fields: {
      addresses: but('twice', 'several', 'injected', 'lines', 'named'),
      role: but('twice', 'missing', 'empty', 'file'),
      department: only('huge'),
      note: only('huge'),
      team: { ...but('missing', 'file'), foreign: ({ theirs }) => theirs },
      change: none,
    },
  },
  '/o/acme/invitations/resend': {
    signedIn: true,
    form: ({ id }) => ({ id, change: freshChange() }),
    fields: { id: theirs, change: none },
  },
  '/o/acme/invitations/revoke': {
    signedIn: true,
    form: ({ id }) => ({ id, change: freshChange() }),
    fields: { id: theirs, change: none },
  },
  '/o/acme/settings/api-keys': {
    signedIn: true,
    form: () => ({ name: 'Shop', role: 'admin', access: 'write', change: freshChange() }),
    fields: { name, role: all, access: all, change: none },
  },
  '/o/acme/settings/api-keys/revoke': {
    signedIn: true,
    form: ({ key }) => ({ id: key, change: freshChange() }),
    fields: { id: { ...all, foreign: ({ theirKey }) => theirKey }, change: none },
  },
}

/** Sends a form with one field gone bad. */
const send = (
  path: string,
  { signedIn, form, fields }: Case,
  field: string,
  kind: Kind,
  fixture: Fixture,
) => {
  const { [field]: good = '', ...rest } = form(fixture)
  const cookie = signedIn ? fixture.cookie : null
  if (kind === 'missing') return fixture.world.fetch(path, { cookie, form: rest })
  if (kind === 'twice')
    return fixture.world.fetch(path, { cookie, form: { ...rest, [field]: [good, 'another'] } })
  if (kind === 'file') {
    const body = new FormData()
    for (const [key, value] of Object.entries(rest)) body.set(key, value)
    body.set(field, new File([good], 'file.txt'))
    return fixture.world.fetch(path, { cookie, body })
  }
  const value = kind === 'foreign' ? (fields[field]?.foreign?.(fixture) ?? 'foreign') : KINDS[kind]
  return fixture.world.fetch(path, { cookie, form: { ...rest, [field]: value ?? '' } })
}

/** What could do harm where it is shown or sent. */
const SHOWN: readonly Kind[] = ['script', 'lines', 'quoted', 'injected']

const expectHarmlessEverywhere = async ({ world, cookie }: Fixture) => {
  for (const page of ['', '/invitations?tab=all', '/invitations/new', '/settings/api-keys'])
    await expectHarmless(await world.fetch(`/o/acme${page}`, { cookie }))
  await expectHarmless(await world.fetch('/mailbox'))
  await world.drain()
  for (const { to, from, subject, html } of world.mails) {
    expect(html).not.toContain(SCRIPT)
    expect(to).toMatch(/^[^\s,]+@[^\s,]+$/)
    expect([to, from, subject].join()).not.toMatch(/\p{Cc}/u)
  }
}

const cases = Object.entries(FORMS).flatMap(([path, one]) =>
  Object.entries(one.fields).map(([field, wanted]) => ({ path, field, one, wanted })),
)

describe('bad input is refused with nothing changed, or taken as harmless text', () => {
  test.each(cases)('$path: $field', async ({ path, field, one, wanted }) => {
    const fixture = await start(one.empty ?? false)
    const before = await everyRow()
    for (const kind of kinds) {
      const response = await send(path, one, field, kind, fixture)
      await expectHarmless(response)
      await run('delete from sign_in_attempt')
      const refused = response.status >= 400 && response.status < 500
      expect([kind, response.status, refused]).toEqual([kind, response.status, wanted.refuses.includes(kind)])
      if (refused) {
        expect(cookieOf(response)).toBeNull()
        expect([kind, await everyRow()]).toEqual([kind, before])
      } else {
        expect([kind, response.status]).toEqual([
          kind,
          expect.toSatisfy((status) => [200, 204, 303].includes(status)),
        ])
        await expectTidied()
        if (SHOWN.includes(kind)) await expectHarmlessEverywhere(fixture)
        await restore(before)
      }
    }
  })
})

describe('what was typed comes back in the form as text', () => {
  const typed = HOSTILE.script
  test.each([
    ['/setup', { organization: typed, firstName: typed, lastName: typed, address: typed, change: typed }],
    ['/sign-in', { address: typed, next: `/${typed}` }],
    ['/accept-invitation', { way: 'new', firstName: typed, lastName: typed, change: typed }],
    ['/o/acme/invitations', { addresses: typed, department: typed, note: typed, change: typed }],
    ['/o/acme/settings/api-keys', { name: typed, role: '', access: 'read', change: typed }],
  ])('%s', async (path, form) => {
    const { world, cookie, token } = await start(path === '/setup')
    const visitor = path.startsWith('/o/') ? cookie : null
    const response = await world.fetch(path, { cookie: visitor, form: { token, ...form } })
    expect(response.status).toBe(422)
    const html = await expectHarmless(response)
    const shown = [
      ...(await elements(html, 'main input')).map(({ attributes }) => attributes.value ?? ''),
      ...(await texts(html, 'main textarea')),
    ]
    expect(shown.filter((value) => value.includes(typed)).length).toBeGreaterThanOrEqual(
      path === '/setup' ? 4 : 1,
    )
  })
})
