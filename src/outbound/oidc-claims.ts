import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import { isMicrosoft } from '../rules/issuers'
import type { OidcClaims, OidcClient, OidcTokens } from '../rules/oidc'
import { incomplete, otherParty } from './oidc-faults'
import { Failed } from './reach'

const LONGEST_CLAIM = 320
const LONGEST_SUBJECT = 255

export const text = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, LONGEST_CLAIM) : ''
/** Some providers write booleans as text. */
const isTrue = (value: unknown): boolean => [true, 1, 'true', '1'].some((yes) => yes === value)

/** `more` is what the UserInfo endpoint adds; an address and whether it is verified come from the same place. */
export const claimsOf = (
  { issuer, clientId }: OidcClient,
  token: IDToken,
  more: Record<string, unknown>,
): OidcClaims => {
  if (token.azp !== undefined && token.azp !== clientId) throw new Failed(otherParty(token.azp))
  if (token.sub === '' || token.sub.length > LONGEST_SUBJECT)
    throw new Failed(incomplete('name for this person (sub)'))
  const both: Record<string, unknown> = { ...more, ...token }
  const microsoft = isMicrosoft(issuer)
  return {
    issuer,
    subject: token.sub,
    address: text(both.email) || null,
    // https://learn.microsoft.com/entra/identity-platform/optional-claims-reference: xms_edov
    addressVerified:
      isTrue(both.email_verified) ||
      (microsoft && isTrue(both.xms_edov)) ||
      (both.email_verified === undefined ? null : false),
    name: text(both.name),
    firstName: text(both.given_name),
    lastName: text(both.family_name),
    hostedDomain: text(both.hd).toLowerCase() || null,
    directoryId: microsoft ? text(both.oid) || null : null,
  }
}

export const tokensOf = (answer: TokenEndpointResponse): OidcTokens => ({
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token ?? null,
})
