import { v7 as uuid } from 'uuid'
import type { SecondFactor, SignInMethod } from '../../src/rules/sign-in'
import { sha256 } from '../../src/rules/tokens'
import type { Company, Person } from './cast'
import { run, START } from './world'

const DAY = 24 * 3600 * 1000

/** A connection of a company that people can sign in through; its secret is none. */
export const addConnection = async (company: Company, enabled = true): Promise<string> => {
  const id = uuid()
  await run(
    `insert into connection (id, organization_id, preset, issuer, client_id, client_secret, enabled, created_at)
      values (?, ?, 'other', ?, 'usher', 'sealed', ?, ?)`,
    id,
    company.id,
    `https://id.${company.slug}.test`,
    Number(enabled),
    START,
  )
  return id
}

type Session = { own: boolean; method?: SignInMethod; secondFactor?: SecondFactor | null; expiresAt?: number }

/** The person in another browser, with a session of that kind. */
export const withSession = async (person: Person, session: Session): Promise<Person> => {
  const cookie = `cookie-of-${uuid()}`
  const {
    own,
    method = own ? 'password' : 'sso',
    secondFactor = null,
    expiresAt = START + 30 * DAY,
  } = session
  await run(
    `insert into session (hash, user_id, own, method, second_factor, created_at, expires_at)
      values (?, ?, ?, ?, ?, ?, ?)`,
    sha256(cookie),
    person.id,
    Number(own),
    method,
    secondFactor,
    START,
    expiresAt,
  )
  return { ...person, cookie }
}

/** Opens a company to a person's session, as its identity provider would. */
export const grant = (company: Company, connection: string, { cookie }: Person, expiresAt = START + DAY) =>
  run(
    'insert into session_grant (session_hash, organization_id, connection_id, created_at, expires_at) values (?, ?, ?, ?, ?)',
    sha256(cookie),
    company.id,
    connection,
    START,
    expiresAt,
  )

/** Somebody at a company's identity provider. */
export const addIdentity = (company: Company, connection: string, person: Person) =>
  run(
    `insert into identity (id, organization_id, connection_id, issuer, subject, user_id, created_at)
      values (?, ?, ?, ?, ?, ?, ?)`,
    uuid(),
    company.id,
    connection,
    `https://id.${company.slug}.test`,
    `subject-of-${person.id}`,
    person.id,
    START,
  )

export const addDomain = (company: Company, domain: string, provenAt: number | null = START) =>
  run('insert into domain values (?, ?, ?, ?, ?)', company.id, domain, `proof-of-${domain}`, provenAt, START)
