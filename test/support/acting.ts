import { readSettings, type Settings } from '../../src/bindings'
import { createContext, type OrganizationContext, systemPorts } from '../../src/context'
import { directories } from '../../src/outbound/directory'
import type { ParsedAddress } from '../../src/rules/addresses'
import { parseAddresses } from '../../src/rules/addresses'
import type { ChangeOutcome, SendOutcome } from '../../src/rules/outcomes'
import { type Refusal, Refused } from '../../src/rules/refusals'
import { enterByApiKey, enterOrganization } from '../../src/usecases/access'
import { resendInvitations, revokeInvitations } from '../../src/usecases/invitations'
import { type SendInput, sendInvitations } from '../../src/usecases/sending'
import { freshChange, type Person } from './cast'
import { rows, type World } from './world'

const contextOf = (world: World) => {
  const settings = readSettings(world.env)
  if ('problems' in settings) throw new Error('The world is not configured')
  const deferred: Promise<unknown>[] = []
  const ports = {
    ...systemPorts,
    now: () => world.clock.now,
    mailProvider: () => world.provider,
    resolver: () => world.resolver,
    oidc: () => world.oidc,
    directories: ({ directoryUrls }: Settings) => directories(directoryUrls, world.staff.fetch),
  }
  const ctx = createContext(world.env, settings, ports, (work) => void deferred.push(work))
  return { ctx, deferred }
}

/** Runs one verb as a person in an organization, as a request of theirs would, deferred work included. */
export const as = async <T>(
  world: World,
  who: Person,
  verb: (ctx: OrganizationContext) => T,
  slug = 'acme',
): Promise<Awaited<T>> => {
  const { ctx, deferred } = contextOf(world)
  const result = await verb(await enterOrganization(ctx, slug, who.cookie))
  await Promise.all(deferred)
  return result
}

/** Runs one verb with an API key. */
export const withKey = async <T>(
  world: World,
  key: string,
  verb: (ctx: OrganizationContext) => T,
): Promise<Awaited<T>> => {
  const { ctx, deferred } = contextOf(world)
  const result = await verb(await enterByApiKey(ctx, key))
  await Promise.all(deferred)
  return result
}

/** What the send form hands to the verb; everything but the addresses may be left out. */
export const sendInput = (
  addresses: string | readonly string[],
  fields: Partial<Omit<SendInput, 'addresses'>> = {},
): SendInput => {
  const parsed: ParsedAddress[] = parseAddresses(
    typeof addresses === 'string' ? addresses : addresses.join('\n'),
  )
  return {
    role: '',
    department: '',
    note: '',
    language: '',
    teamIds: [],
    change: freshChange(),
    ...fields,
    addresses: parsed,
  }
}

/** The refusal that a verb throws; anything else it does fails the test. */
export const refusalOf = async (work: Promise<unknown>): Promise<Refusal> => {
  try {
    await work
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
  throw new Error('It was not refused')
}

/** Sends as a person does and answers what became of each address. */
export const send = async (
  world: World,
  who: Person,
  addresses: string | readonly string[],
  fields: Parameters<typeof sendInput>[1] = {},
): Promise<SendOutcome[]> =>
  (await as(world, who, (ctx) => sendInvitations(ctx, sendInput(addresses, fields)))).outcomes

/** The id of the newest invitation of an address, whichever organization's it is. */
export const idOf = async (address: string): Promise<string> => {
  const [row] = await rows<{ id: string }>(
    'select id from invitation where address = ? order by created_at desc, id desc limit 1',
    address,
  )
  if (!row) throw new Error(`${address} was never invited`)
  return row.id
}

export const resend = (
  world: World,
  who: Person,
  ids: readonly string[],
  change = freshChange(),
): Promise<ChangeOutcome[]> => as(world, who, (ctx) => resendInvitations(ctx, { ids, change }))

export const revoke = (
  world: World,
  who: Person,
  ids: readonly string[],
  change = freshChange(),
): Promise<ChangeOutcome[]> => as(world, who, (ctx) => revokeInvitations(ctx, { ids, change }))
