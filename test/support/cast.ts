import { v7 as uuid } from 'uuid'
import { hashPassword } from '../../src/passwords'
import { sha256 } from '../../src/rules/tokens'
import { run, START, type World } from './world'

export const PASSWORD = 'correct horse battery staple'
let passwordHash: Promise<string> | undefined

export type Person = { id: string; name: string; address: string; cookie: string; role: string }
export type Company = { id: string; slug: string; name: string }

const addCompany = async (
  name: string,
  slug: string,
  columns: Record<string, string | number | null>,
): Promise<Company> => {
  const id = uuid()
  const all = { id, name, slug, created_at: START, ...columns }
  const names = Object.keys(all)
  await run(
    `insert into organization (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    ...Object.values(all),
  )
  return { id, slug, name }
}

/** An account that is signed in; `scope` is `shared` or an organization's id. */
export const addAccount = async (name: string, address: string, scope = 'shared'): Promise<Person> => {
  passwordHash ??= hashPassword(PASSWORD)
  const id = uuid()
  const cookie = `cookie-of-${id}`
  await run(
    'insert into user (id, account_scope, address, typed_address, name, password_hash, created_at) values (?, ?, ?, ?, ?, ?, ?)',
    id,
    scope,
    address.toLowerCase(),
    address,
    name,
    await passwordHash,
    START,
  )
  await run(
    'insert into session (hash, user_id, created_at, expires_at) values (?, ?, ?, ?)',
    sha256(cookie),
    id,
    START,
    START + 1e12,
  )
  return { id, name, address, cookie, role: '' }
}

export const addMember = async (
  company: Company,
  person: Person,
  role: string,
  status = 'active',
): Promise<Person> => {
  await run(
    'insert into member (organization_id, user_id, status, role, joined_at) values (?, ?, ?, ?, ?)',
    company.id,
    person.id,
    status,
    role,
    START,
  )
  return { ...person, role }
}

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
export const addCast = async (columns: Record<string, string | number | null> = {}) => {
  const acme = await addCompany('Acme', 'acme', columns)
  const globex = await addCompany('Globex', 'globex', {})
  const scope = columns.account_scope === 'own' ? acme.id : 'shared'
  const person = async (name: string, role: string) =>
    addMember(acme, await addAccount(name, `${name.toLowerCase().replace(' ', '.')}@acme.test`, scope), role)
  return {
    acme,
    globex,
    owner: await person('Olga Owner', 'owner'),
    admin: await person('Ada Admin', 'admin'),
    member: await person('Max Member', 'member'),
    viewer: await person('Vera Viewer', 'viewer'),
    outsider: await addMember(globex, await addAccount('Otto Outsider', 'otto@globex.test'), 'owner'),
  }
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
