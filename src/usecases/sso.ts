import type { Context } from '../context'
import { paths } from '../paths'
import { parseAddress } from '../rules/addresses'
import { MINUTE } from '../rules/dates'
import { domainOfAddress } from '../rules/domains'
import type { Language } from '../rules/languages'
import type { OidcAttempt, OidcClient, OidcFault, OidcResult } from '../rules/oidc'
import {
  listConnectedTo,
  readConnection,
  type SsoConnection,
  type WhichConnection,
} from '../storage/identities'
import { clientSecretOf } from './connections'
import { limitBursts } from './sessions'

export type { SsoConnection }

/** What somebody goes to an identity provider for, and what that needs on the way back. */
export type SsoPurpose =
  | { kind: 'sign_in'; next: string | null }
  /** With the link of an invitation, and the language it was written in. */
  | { kind: 'accept'; token: string; language: Language }
  | { kind: 'test' }
  /** Given by whoever is signed in with this account. */
  | { kind: 'directory'; consenter: string }

/** What a browser keeps of a round trip, sealed. */
export type SsoAttempt = OidcAttempt & { connectionId: string; purpose: SsoPurpose }

/** A round trip that has come back, well or not, to whoever asked for it. */
export type Finished<Kind extends SsoPurpose['kind']> = {
  purpose: Extract<SsoPurpose, { kind: Kind }>
  connection: SsoConnection
  result: OidcResult
}

/** How long a round trip may take, in ms. */
export const ROUND_TRIP = 10 * MINUTE

/** The scope of a sign-in. */
export const SIGN_IN_SCOPE = 'openid email profile'

/** An organization's connection, enabled or not; null where it has none. */
export const findConnection = (ctx: Context, by: WhichConnection): Promise<SsoConnection | null> =>
  readConnection(ctx.db, by, ctx.now)

/**
 * The organizations whose identity provider signs in this address, by the domains that they have proven.
 * @throws Refused too_many_attempts
 */
export const findSsoFor = async (
  ctx: Context,
  { address, network }: { address: string; network: string },
): Promise<{ name: string; slug: string }[]> => {
  await limitBursts(ctx, network)
  const parsed = parseAddress(address)
  return parsed.ok ? listConnectedTo(ctx.db, domainOfAddress(parsed.address), ctx.now) : []
}

export const SECRET_LOST: OidcFault = {
  code: 'client_refused',
  detail: 'The client secret can no longer be read, since the key that it was sealed with is gone.',
  remedy: 'Enter the client secret again.',
}

/** Our registration there; null where its secret can no longer be read. */
export const oidcClient = async (ctx: Context, connection: SsoConnection): Promise<OidcClient | null> => {
  const clientSecret = await clientSecretOf(ctx, connection)
  const redirectUri = ctx.settings.appUrl + paths.ssoCallback(connection.id)
  return clientSecret === null
    ? null
    : { issuer: connection.issuer, clientId: connection.clientId, clientSecret, redirectUri }
}

/** Where to send the browser, and what it has to bring back. */
export const beginSso = async (
  ctx: Context,
  connection: SsoConnection,
  purpose: SsoPurpose,
  request: { scope?: string; extra?: Record<string, string> } = {},
): Promise<{ ok: true; url: string; attempt: SsoAttempt } | { ok: false; fault: OidcFault }> => {
  const client = await oidcClient(ctx, connection)
  if (!client) return { ok: false, fault: SECRET_LOST }
  const begun = await ctx.oidc.begin(client, { scope: SIGN_IN_SCOPE, ...request })
  if (!begun.ok) return begun
  return { ok: true, url: begun.url, attempt: { ...begun.attempt, connectionId: connection.id, purpose } }
}

/** What the provider says of who came back with `callback`, the URL that it sent the browser to. */
export const finishSso = async (
  ctx: Context,
  connection: SsoConnection,
  attempt: SsoAttempt,
  callback: URL,
): Promise<OidcResult> => {
  const client = await oidcClient(ctx, connection)
  return client ? ctx.oidc.finish(client, attempt, callback) : { ok: false, fault: SECRET_LOST }
}
