import { v7 as uuid } from 'uuid'
import type { DirectoryProvider } from '../../src/rules/sso'
import { deriveKeys } from '../../src/rules/tokens'
import { seal } from '../../src/sealing'
import { type ImportInput, importPeople } from '../../src/usecases/importing'
import { as } from './acting'
import { type Company, freshChange, type Person } from './cast'
import { ISSUER } from './idp'
import { run, START, type World } from './world'

/** Connects a company to the world's identity provider, as Google or Microsoft; answers the connection's id. */
export const addProvider = async (
  world: World,
  company: Company,
  preset: DirectoryProvider | 'other' = 'google',
  { enabled = true, issuer = ISSUER } = {},
): Promise<string> => {
  const id = uuid()
  const keys = { current: deriveKeys(world.env.ROOT_SECRET ?? '') }
  await run(
    `insert into connection (id, organization_id, preset, issuer, client_id, client_secret, enabled, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    company.id,
    preset,
    issuer,
    world.idp.clientId,
    await seal(keys, 'client-secret', world.idp.clientSecret),
    Number(enabled),
    START,
  )
  return id
}

/** The same with the consent to read its directory, given by somebody. */
export const addDirectory = async (
  world: World,
  company: Company,
  by: Person,
  provider: DirectoryProvider = 'google',
  issuer = ISSUER,
): Promise<string> => {
  const connection = await addProvider(world, company, provider, { issuer })
  const keys = { current: deriveKeys(world.env.ROOT_SECRET ?? '') }
  await run(
    `insert into directory (organization_id, connection_id, provider, refresh_token, consented_by, consented_at)
      values (?, ?, ?, ?, ?, ?)`,
    company.id,
    connection,
    provider,
    await seal(keys, 'refresh-token', 'refresh-1'),
    by.id,
    START,
  )
  return connection
}

export const importInput = (
  people: readonly string[],
  fields: Partial<Omit<ImportInput, 'people'>> = {},
): ImportInput => ({ role: '', department: '', teamIds: [], change: freshChange(), ...fields, people })

export const importAs = (
  world: World,
  who: Person,
  people: readonly string[],
  fields: Parameters<typeof importInput>[1] = {},
  slug = 'acme',
) => as(world, who, (ctx) => importPeople(ctx, importInput(people, fields)), slug)

/** What became of each, by the first word of their id's name; or why the directory could not be asked. */
export const outcomesOf = async (work: ReturnType<typeof importAs>) => {
  const result = await work
  return result.kind === 'done' ? result.outcomes.map(({ kind }) => kind) : result.kind
}
