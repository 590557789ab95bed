import type { Context } from '../context'
import type { OidcClaims } from '../rules/oidc'
import { joinJustInTime } from './just-in-time'
import type { SsoConnection } from './sso'
import { enter, entryOf, namedBy, refusedEntry, type SsoOutcome } from './sso-entry'

/**
 * Signs in whom the organization's identity provider has named just now; two round trips at most, three where they
 * join by it. `browser` is the session that the browser has.
 */
export const signInBySso = async (
  ctx: Context,
  connection: SsoConnection,
  claims: OidcClaims,
  browser: string | null,
): Promise<SsoOutcome> => {
  const named = namedBy(connection, claims)
  const { cookie, facts } = await enter(ctx, named, browser)
  if (cookie) return { kind: 'signed_in', cookie, joined: false }
  const entry = entryOf(ctx, connection, named, facts)
  if (entry === 'link' && facts) return { kind: 'link', named, facts }
  if (entry === 'join' && facts) return joinJustInTime(ctx, connection, named, facts, null, browser)
  return refusedEntry(named, entry)
}
