import type { OidcAttempt, OidcClient, OidcFault, OidcResult, OidcTokens } from '../rules/oidc'

/** A relying party by the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207). Never throws. */
export type Oidc = {
  /** What the provider at this address calls itself, asked for anew. */
  discover(issuer: string): Promise<{ ok: true; issuer: string } | { ok: false; fault: OidcFault }>
  /** Where to send the browser. `extra` are parameters of the authorization request, such as `prompt` or `login_hint`. */
  begin(
    client: OidcClient,
    request: { scope: string; extra?: Record<string, string> },
  ): Promise<{ ok: true; url: string; attempt: OidcAttempt } | { ok: false; fault: OidcFault }>
  /** `callback` is the URL that the browser came back to, with its query. */
  finish(client: OidcClient, attempt: OidcAttempt, callback: URL): Promise<OidcResult>
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

export type OidcOptions = {
  /** Whether a provider on this machine counts, over http as well. */
  local: boolean
  fetch?: typeof globalThis.fetch
  now?: () => number
}

export function openIdConnect(_options: OidcOptions): Oidc {
  const fault: OidcFault = { code: 'unexpected', detail: 'Not there yet.', remedy: '' }
  return {
    discover: async () => ({ ok: false, fault }),
    begin: async () => ({ ok: false, fault }),
    finish: async () => ({ ok: false, fault }),
    refresh: async () => ({ ok: false, expired: false, fault }),
  }
}
