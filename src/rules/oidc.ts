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
  /** Null where the provider says nothing of it. */
  addressVerified: boolean | null
  name: string
  firstName: string
  lastName: string
  /** Google's `hd`: the Workspace domain that the account belongs to. */
  hostedDomain: string | null
  /** Microsoft's `oid`, by which its directory knows the person; of others null. */
  directoryId: string | null
}

export type OidcTokens = { accessToken: string; refreshToken: string | null }

/** What a round trip came to. */
export type OidcResult =
  | { ok: true; claims: OidcClaims; tokens: OidcTokens }
  | { ok: false; fault: OidcFault }
