import type { Context, OrganizationContext } from '../context'
import { paths } from '../paths'
import { parseAddress } from '../rules/addresses'
import {
  type ConnectionForm,
  providerField,
  providerName,
  readConnectionForm,
  type StoredConnection,
} from '../rules/connections'
import { tenantOf } from '../rules/issuers'
import type { OidcClaims, OidcFault, OidcResult } from '../rules/oidc'
import { refuse } from '../rules/refusals'
import { type Vouching, vouchingOf } from '../rules/sso'
import { digest, sha256 } from '../rules/tokens'
import { isSealedNow, seal, unseal } from '../sealing'
import {
  type ConnectionChange,
  type ConnectionFacts,
  commitConnection,
  commitEnabling,
  commitRemoval,
  commitReplacement,
  commitSecret,
  commitTest,
} from '../storage/connection-changes'
import {
  type Connection,
  readConnection,
  readSignInFacts,
  replaceSealedSecret,
  type SignInFacts,
} from '../storage/connections'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

/** The secret of our registration; null where the key that it was sealed with is gone. Sealed again where that key is on its way out. */
export const clientSecretOf = async (
  ctx: Context,
  { id, clientSecret: sealed }: { id: string; clientSecret: string },
): Promise<string | null> => {
  const secret = await unseal(ctx.keys, 'client-secret', sealed)
  if (secret !== null && !isSealedNow(ctx.keys, sealed)) {
    const again = seal(ctx.keys, 'client-secret', secret)
    ctx.defer(
      'connection.resealed',
      again.then((fresh) => replaceSealedSecret(ctx.db, id, sealed, fresh)),
    )
  }
  return secret
}

export type SignInState = Omit<SignInFacts, 'previous'> & {
  /** Where the provider sends browsers back to: of the connection, or of the one to be. */
  redirectUri: string
  /** Whether the connection's secret can still be read. */
  secretReadable: boolean
}

/** The id of a connection that takes the place of another one; known before it is there, since its redirect URI is entered at the provider first. */
const nextId = (ctx: OrganizationContext, previous: string): string => {
  const hex = sha256(digest(ctx.keys.current, 'connection', ctx.organization.id, previous))
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** What Settings › Sign-in shows; `session` is the asker's, by its hash. */
export const showSignIn = async (ctx: OrganizationContext, session: string | null): Promise<SignInState> => {
  authorise(ctx, 'settings:manage', 'read')
  const { previous, ...facts } = await readSignInFacts(ctx.db, ctx.organization.id, session, ctx.now)
  const secretReadable = facts.connection === null || (await clientSecretOf(ctx, facts.connection)) !== null
  const id = facts.connection?.id ?? nextId(ctx, previous)
  return { ...facts, secretReadable, redirectUri: ctx.settings.appUrl + paths.ssoCallback(id) }
}

const changeOf = (
  ctx: OrganizationContext,
  change: string,
  verb: string,
  provider: Pick<StoredConnection, 'preset' | 'issuer'>,
  ...input: string[]
): ConnectionChange => ({
  event: newId(),
  ...changing(ctx, actorIntent(ctx, change, verb, ...input)),
  name: providerName(provider),
})

/** Done, by this press or an earlier one; or why not. */
const requireDone = ({ done, actorMay }: ConnectionFacts): void => {
  if (done) return
  refuse(actorMay ? { code: 'changed_meanwhile' } : { code: 'forbidden', permission: 'settings:manage' })
}

/** The connection, once the provider has said that it is what it is asked as. A tenant may be asked by its domain, and says its ID. */
const confirmed = async (
  ctx: OrganizationContext,
  form: ConnectionForm,
  wanted: StoredConnection,
): Promise<StoredConnection> => {
  const found = await ctx.oidc.discover(wanted.issuer)
  const field = providerField(form.preset)
  const fail = (words: string) => refuse({ code: 'invalid_input', fields: { [field]: words } })
  if (!found.ok) return fail(`${found.fault.detail} ${found.fault.remedy}`)
  if (found.issuer === wanted.issuer) return wanted
  if (wanted.preset === 'microsoft' && tenantOf(found.issuer)) return { ...wanted, issuer: found.issuer }
  return fail(`The provider calls itself “${found.issuer.slice(0, 200)}”. Enter exactly that.`)
}

/**
 * Connects an identity provider, or changes how. Whatever is changed has to be tested before it is switched on; a new
 * secret of a connection that is on leaves it on.
 * @throws Refused forbidden, invalid_input, changed_meanwhile
 */
export const saveConnection = async (
  ctx: OrganizationContext,
  input: { form: ConnectionForm; change: string },
): Promise<'saved' | 'replaced' | 'unchanged'> => {
  authorise(ctx, 'settings:manage', 'write')
  const { connection: current, previous } = await readConnection(ctx.db, ctx.organization.id)
  const read = readConnectionForm(input.form, current, ctx.settings.development)
  if ('errors' in read) return refuse({ code: 'invalid_input', fields: read.errors })
  const { clientSecret, ...asked } = read.connection
  const provider = asked.issuer === current?.issuer ? asked : await confirmed(ctx, input.form, asked)
  const isSame = provider.issuer === current?.issuer && provider.clientId === current.clientId
  if (clientSecret === null)
    return isSame
      ? 'unchanged'
      : refuse({ code: 'invalid_input', fields: { clientSecret: 'Enter the secret of this client.' } })
  const sealed = await seal(ctx.keys, 'client-secret', clientSecret)
  const change = changeOf(
    ctx,
    input.change,
    'connection',
    provider,
    asked.issuer,
    asked.clientId,
    clientSecret,
  )
  const wanted = { ...provider, id: nextId(ctx, previous), clientSecret: sealed }
  if (!current) requireDone(await commitConnection(ctx.db, change, wanted))
  else if (isSame) requireDone(await commitSecret(ctx.db, change, current, sealed))
  else requireDone(await commitReplacement(ctx.db, change, current, wanted))
  return current && !isSame ? 'replaced' : 'saved'
}

const currentOf = async (ctx: OrganizationContext, id: string): Promise<Connection | null> => {
  const { connection } = await readConnection(ctx.db, ctx.organization.id)
  return connection?.id === id ? connection : null
}

/**
 * Lets people sign in through the connection, or not any more; then nobody has to, either.
 * @throws Refused forbidden, not_found, invalid_input where it was not tested, changed_meanwhile
 */
export const switchConnection = async (
  ctx: OrganizationContext,
  input: { id: string; enabled: boolean; change: string },
): Promise<'saved' | 'unchanged'> => {
  authorise(ctx, 'settings:manage', 'write')
  const current = await currentOf(ctx, input.id)
  if (!current) return refuse({ code: 'not_found' })
  if (current.enabled === input.enabled) return 'unchanged'
  if (input.enabled && current.testedAt === null)
    return refuse({
      code: 'invalid_input',
      fields: { form: 'Test it first: nobody has signed in by it as it is now.' },
    })
  const change = changeOf(ctx, input.change, 'switch-connection', current, input.id, String(input.enabled))
  requireDone(await commitEnabling(ctx.db, change, current, input.enabled))
  return 'saved'
}

/**
 * Disconnects the provider, and forgets who its people are here; their accounts and memberships stay.
 * @throws Refused forbidden, changed_meanwhile
 */
export const removeConnection = async (
  ctx: OrganizationContext,
  input: { id: string; change: string },
): Promise<void> => {
  authorise(ctx, 'settings:manage', 'write')
  const current = await currentOf(ctx, input.id)
  // Removed already, by an earlier press or somebody else.
  if (!current) return
  const change = changeOf(ctx, input.change, 'remove-connection', current, input.id)
  requireDone(await commitRemoval(ctx.db, change, current))
}

/** What testing a connection came to. */
export type TestReport =
  | { kind: 'failed'; fault: OidcFault }
  /** It has been changed since the test began. */
  | { kind: 'outdated' }
  | {
      kind: 'passed'
      claims: OidcClaims
      vouching: Vouching
      ofProvenDomain: boolean
    }

/**
 * Notes that somebody came back from the provider as they should, and says how far its word about them goes.
 * @throws Refused forbidden
 */
export const noteTest = async (
  ctx: OrganizationContext,
  connection: Pick<Connection, 'id' | 'preset' | 'issuer' | 'clientSecret'>,
  result: OidcResult,
): Promise<TestReport> => {
  authorise(ctx, 'settings:manage', 'write')
  if (!result.ok) return { kind: 'failed', fault: result.fault }
  const { claims } = result
  const change = changeOf(ctx, newId(), 'test-connection', connection, connection.id)
  const facts = await commitTest(ctx.db, change, connection)
  if (!facts.done && !facts.actorMay) refuse({ code: 'forbidden', permission: 'settings:manage' })
  if (!facts.done) return { kind: 'outdated' }
  const parsed = parseAddress(claims.address ?? '')
  const address = parsed.ok ? parsed.address : ''
  const ofProvenDomain = facts.provenDomains.includes(address.slice(address.lastIndexOf('@') + 1))
  const vouching = parsed.ok
    ? vouchingOf(connection.preset, { ...claims, address }, ofProvenDomain)
    : 'nobody'
  return { kind: 'passed', claims, vouching, ofProvenDomain }
}
