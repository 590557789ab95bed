/** Why an identity provider's answer lets nobody in, in words for whoever configures it, and the way to mend it. */
export type OidcFault = {
  code:
    | 'unreachable'
    | 'not_a_provider'
    | 'issuer_differs'
    | 'client_refused'
    | 'redirect_refused'
    | 'declined'
    | 'answer_forged'
    | 'answer_stale'
    | 'unexpected'
  detail: string
  remedy: string
}

/** Our registration at an identity provider. */
export type OidcClient = { issuer: string; clientId: string; clientSecret: string; redirectUri: string }

/** What one round trip to a provider must come back with. */
export type OidcAttempt = { state: string; nonce: string; verifier: string }

/** What the provider says of who signed in, from a validated ID token. */
export type OidcClaims = {
  issuer: string
  subject: string
  /** As the provider has it; not yet canonical. */
  address: string | null
  addressVerified: boolean
  name: string
  firstName: string
  lastName: string
  /** Google's `hd`: the Workspace domain that the account belongs to. */
  hostedDomain: string | null
  /** Microsoft's `oid`, by which its directory knows the person; of others null. */
  directoryId: string | null
}

export type OidcTokens = { accessToken: string; refreshToken: string | null }

/** A relying party by the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207). Never throws. */
export type Oidc = {
  /** Where to send the browser. `extra` are parameters of the authorization request, such as `prompt` or `login_hint`. */
  begin(
    client: OidcClient,
    request: { scope: string; extra?: Record<string, string> },
  ): Promise<{ ok: true; url: string; attempt: OidcAttempt } | { ok: false; fault: OidcFault }>
  /** `callback` is the URL that the browser came back to, with its query. */
  finish(
    client: OidcClient,
    attempt: OidcAttempt,
    callback: URL,
  ): Promise<{ ok: true; claims: OidcClaims; tokens: OidcTokens } | { ok: false; fault: OidcFault }>
  /** A new access token of a consent given before; `expired` where the provider no longer takes it. */
  refresh(
    client: OidcClient,
    refreshToken: string,
  ): Promise<
    | { ok: true; tokens: OidcTokens }
    | { ok: false; expired: true }
    | { ok: false; expired: false; fault: OidcFault }
  >
}
