import type { OrganizationContext } from '../context'
import type { DirectoryAnswer } from '../rules/directory'
import type { OidcTokens } from '../rules/oidc'
import { refuse } from '../rules/refusals'
import { DIRECTORY_PROVIDERS, type DirectoryProvider } from '../rules/sso'
import { isSealedNow, seal, unseal } from '../sealing'
import {
  commitConsent,
  commitDisconnect,
  type DirectoryFacts,
  type DirectoryState,
  markExpired,
  replaceRefreshToken,
} from '../storage/directory'
import type { SsoConnection } from '../storage/identities'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'
import { findConnection, oidcClient, SECRET_LOST, SIGN_IN_SCOPE } from './sso'

export type { DirectoryState }

/** Which directory a connection leads to; null for a provider that Usher reads none of. */
export const directoryOf = ({ preset }: Pick<SsoConnection, 'preset'>): DirectoryProvider | null =>
  DIRECTORY_PROVIDERS.find((provider) => provider === preset) ?? null

/**
 * Where the consent to read the directory is asked for, and with which rights.
 * @throws Refused forbidden; not_found where nothing is connected that has a directory
 */
export const askConsent = async (ctx: OrganizationContext) => {
  authorise(ctx, 'settings:manage', 'write')
  const connection = await findConnection(ctx, { organizationId: ctx.organization.id })
  const provider = connection && directoryOf(connection)
  if (!connection || !provider) return refuse({ code: 'not_found' })
  const { scope, extra } = ctx.directories[provider].consent
  return { connection, request: { scope: `${SIGN_IN_SCOPE} ${scope}`, extra } }
}

/** Why a consent was not kept, and the way to mend it. */
export type ConsentProblem = { detail: string; remedy: string }

const EXPIRED: ConsentProblem = {
  detail: 'The provider does not take the consent that it has just given.',
  remedy: 'Try again.',
}

/**
 * Keeps the consent that `consenter` has given through the connection, once a first page could be read with it.
 * @throws Refused forbidden; not_found where the connection is another one meanwhile
 */
export const keepConsent = async (
  ctx: OrganizationContext,
  connection: SsoConnection,
  consenter: string,
  { accessToken, refreshToken }: OidcTokens,
): Promise<ConsentProblem | null> => {
  authorise(ctx, 'settings:manage', 'write')
  const provider = directoryOf(connection)
  // Whoever started it has signed out here meanwhile, or it was about another organization.
  if (ctx.actor.id !== consenter || connection.organizationId !== ctx.organization.id || !provider)
    return refuse({ code: 'not_found' })
  if (!refreshToken)
    return {
      detail: 'The provider gave no lasting consent (no refresh token).',
      remedy: 'Try again, and allow access while you are away.',
    }
  const answer = await ctx.directories[provider].search(accessToken, '', null)
  if (answer.kind === 'expired') return EXPIRED
  if (answer.kind === 'problem') return answer
  const intent = actorIntent(ctx, newId(), 'connect-directory', connection.id)
  const sealed = await seal(ctx.keys, 'refresh-token', refreshToken)
  const change = { ...changing(ctx, intent), event: newId() }
  const facts = await commitConsent(ctx.db, change, {
    connectionId: connection.id,
    provider,
    refreshToken: sealed,
  })
  return settled(facts) ? null : refuse({ code: 'not_found' })
}

const settled = ({ actorMay, done }: DirectoryFacts): boolean => {
  if (!actorMay && !done) refuse({ code: 'forbidden', permission: 'settings:manage' })
  return done
}

/**
 * Forgets the consent; forgetting what is not there is no change.
 * @throws Refused forbidden
 */
export const disconnectDirectory = async (ctx: OrganizationContext, minted: string): Promise<void> => {
  authorise(ctx, 'settings:manage', 'write')
  const intent = actorIntent(ctx, minted, 'disconnect-directory')
  const facts = await commitDisconnect(ctx.db, { ...changing(ctx, intent), event: newId() })
  if (!settled(facts) && facts.connected) refuse({ code: 'changed_meanwhile' })
}

/** Why the directory cannot be read just now, or with what it can. */
export type OpenDirectory =
  | { kind: 'open'; connection: SsoConnection; provider: DirectoryProvider; ask: Ask }
  | { kind: 'no_connection' | 'no_directory' | 'not_enabled' | 'not_connected' | 'expired' }
  | { kind: 'problem'; detail: string; remedy: string }

type Directory = OrganizationContext['directories'][DirectoryProvider]

/** Asks the directory, and notes where it takes the consent no more. */
type Ask = (
  question: (directory: Directory, accessToken: string) => Promise<DirectoryAnswer>,
) => Promise<DirectoryAnswer>

/** What is to be said of the directory before it is asked. */
const closedFor = ({ connection, consent }: DirectoryState, provider: DirectoryProvider | null) => {
  if (!connection) return 'no_connection'
  if (!provider) return 'no_directory'
  if (!connection.enabled) return 'not_enabled'
  if (!consent) return 'not_connected'
  return consent.expiredAt === null ? null : 'expired'
}

/** Gets a fresh access token for the consent; what the provider says of the consent itself is written down after the answer. */
export const openDirectory = async (
  ctx: OrganizationContext,
  state: DirectoryState,
): Promise<OpenDirectory> => {
  const { connection, consent } = state
  const provider = connection && directoryOf(connection)
  const closed = closedFor(state, provider)
  if (closed !== null || !connection || !provider || !consent) return { kind: closed ?? 'not_connected' }
  const expire = () => {
    const noted = markExpired(ctx.db, ctx.organization.id, consent.refreshToken, ctx.now)
    ctx.defer('directory.expired', noted)
  }
  const client = await oidcClient(ctx, connection)
  const refreshToken = await unseal(ctx.keys, 'refresh-token', consent.refreshToken)
  if (!client) return { kind: 'problem', ...SECRET_LOST }
  // With the key that sealed it it is gone for good.
  if (refreshToken === null) return { kind: 'expired' }
  const refreshed = await ctx.oidc.refresh(client, refreshToken)
  if (!refreshed.ok) {
    if (!refreshed.expired) return { kind: 'problem', ...refreshed.fault }
    expire()
    return { kind: 'expired' }
  }
  const { accessToken, refreshToken: next } = refreshed.tokens
  // Another one for the same consent, or the same under a key that is on its way out.
  if ((next !== null && next !== refreshToken) || !isSealedNow(ctx.keys, consent.refreshToken))
    ctx.defer('directory.rotated', keepRotated(ctx, consent.refreshToken, next ?? refreshToken))
  const ask: Ask = async (question) => {
    const answer = await question(ctx.directories[provider], accessToken)
    if (answer.kind === 'expired') expire()
    return answer
  }
  return { kind: 'open', connection, provider, ask }
}

const keepRotated = async (ctx: OrganizationContext, previous: string, next: string): Promise<void> =>
  replaceRefreshToken(ctx.db, ctx.organization.id, {
    previous,
    next: await seal(ctx.keys, 'refresh-token', next),
  })
