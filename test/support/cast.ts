import { env } from 'cloudflare:workers'
import { v7 as uuid } from 'uuid'
import { hashPassword } from '../../src/passwords'
import { sha256 } from '../../src/rules/tokens'
import { run, START, type World } from './world'

export const PASSWORD = 'correct horse battery staple'
/** Made once: scrypt is slow on purpose, and every test has a cast. */
const PASSWORD_HASH = await hashPassword(PASSWORD)

export type Person = { id: string; name: string; address: string; cookie: string; role: string }
export type Company = { id: string; slug: string; name: string }

type Columns = Record<string, string | number | null>
type Made<T> = { made: T; rows: D1PreparedStatement[] }

const row = (table: string, columns: Columns): D1PreparedStatement => {
  const names = Object.keys(columns)
  return env.DB.prepare(
    `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
  ).bind(...Object.values(columns))
}

const company = (name: string, slug: string, columns: Columns): Made<Company> => {
  const id = uuid()
  return {
    made: { id, slug, name },
    rows: [row('organization', { id, name, slug, created_at: START, ...columns })],
  }
}

const account = (name: string, typed: string, scope: string): Made<Person> => {
  const id = uuid()
  const cookie = `cookie-of-${id}`
  const address = typed.toLowerCase()
  const times = { created_at: START }
  return {
    made: { id, name, address: typed, cookie, role: '' },
    rows: [
      row('user', {
        id,
        account_scope: scope,
        address,
        typed_address: typed,
        name,
        password_hash: PASSWORD_HASH,
        ...times,
      }),
      row('session', { hash: sha256(cookie), user_id: id, expires_at: START + 1e12, ...times }),
    ],
  }
}

const membership = (at: Company, person: Person, role: string, status: string): Made<Person> => ({
  made: { ...person, role },
  rows: [row('member', { organization_id: at.id, user_id: person.id, status, role, joined_at: START })],
})

const write = async <T>({ made, rows }: Made<T>): Promise<T> => {
  await env.DB.batch(rows)
  return made
}

/** An account that is signed in; `scope` is `shared` or an organization's id. */
export const addAccount = (name: string, address: string, scope = 'shared'): Promise<Person> =>
  write(account(name, address, scope))

export const addMember = (at: Company, person: Person, role: string, status = 'active'): Promise<Person> =>
  write(membership(at, person, role, status))

export const addTeam = async (company: Company, name: string): Promise<string> => {
  const id = uuid()
  await run(
    'insert into team (id, organization_id, name, created_at) values (?, ?, ?, ?)',
    id,
    company.id,
    name,
    START,
  )
  return id
}

/** Acme with an owner, an admin, a member and a viewer, and an owner of Globex, who is an outsider at Acme. */
export const addCast = async (columns: Columns = {}) => {
  const rows: D1PreparedStatement[] = []
  const take = <T>(made: Made<T>): T => {
    rows.push(...made.rows)
    return made.made
  }
  const acme = take(company('Acme', 'acme', columns))
  const globex = take(company('Globex', 'globex', {}))
  const scope = columns.account_scope === 'own' ? acme.id : 'shared'
  const person = (at: Company, name: string, role: string, domain: string, where = 'shared') =>
    take(
      membership(
        at,
        take(account(name, `${name.toLowerCase().replace(' ', '.')}@${domain}`, where)),
        role,
        'active',
      ),
    )
  const cast = {
    acme,
    globex,
    owner: person(acme, 'Olga Owner', 'owner', 'acme.test', scope),
    admin: person(acme, 'Ada Admin', 'admin', 'acme.test', scope),
    member: person(acme, 'Max Member', 'member', 'acme.test', scope),
    viewer: person(acme, 'Vera Viewer', 'viewer', 'acme.test', scope),
    outsider: person(globex, 'Otto Outsider', 'owner', 'globex.test'),
  }
  await env.DB.batch(rows)
  return cast
}
export type Cast = Awaited<ReturnType<typeof addCast>>

/** An API key of a company. */
export const addApiKey = async (
  company: Company,
  role = 'admin',
  access: 'read' | 'write' = 'write',
): Promise<string> => {
  const key = `usher_test_${uuid()}`
  await run(
    'insert into api_key (id, organization_id, name, role, access, hash, hint, creator_name, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    uuid(),
    company.id,
    'Product',
    role,
    access,
    sha256(key),
    key.slice(-4),
    'Olga Owner',
    START,
  )
  return key
}

let change = 0
/** A change id as a freshly rendered form would carry. */
export const freshChange = (): string => `change-${++change}`

/** Sends invitations through the page, as `who`. */
export const invite = (
  world: World,
  who: Person,
  addresses: string | readonly string[],
  fields: Record<string, string | readonly string[]> = {},
) =>
  world.fetch('/o/acme/invitations', {
    cookie: who.cookie,
    form: {
      addresses: typeof addresses === 'string' ? addresses : addresses.join('\n'),
      change: freshChange(),
      ...fields,
    },
  })

/** Invites one address and hands over its mail. */
export const inviteAndMail = async (
  world: World,
  who: Person,
  address: string,
  fields: Record<string, string | readonly string[]> = {},
) => {
  await invite(world, who, address, fields)
  await world.drain()
  const mail = world.mails.findLast(({ to }) => to === address)
  if (!mail) throw new Error(`No mail went to ${address}`)
  return mail
}

/** What an invitee sends from the accept page for a new account. */
export const newAccount = (token: string, fields: Record<string, string> = {}) => ({
  token,
  way: 'new',
  change: freshChange(),
  firstName: 'Jane',
  lastName: 'Doe',
  password: 'a password nobody guesses',
  confirmation: 'a password nobody guesses',
  ...fields,
})
