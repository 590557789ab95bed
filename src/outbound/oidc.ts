import * as oauth from 'oauth4webapi'
import { reachProblem } from '../rules/issuers'
import type { OidcAttempt, OidcClient, OidcFault, OidcResult, OidcTokens } from '../rules/oidc'
import { claimsOf, text, tokensOf } from './oidc-claims'
import { faultOf, incomplete, otherAttempt, otherIssuer, otherProvider } from './oidc-faults'
import { Failed, type Reach, reaching } from './reach'

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

type Provider = oauth.AuthorizationServer

/** What this isolate knows of providers, by issuer; the library keeps a provider's keys with the object. */
export type KnownProviders = Map<string, { provider: Provider; until: number }>

export type OidcOptions = Partial<Reach> & {
  /** Whether a provider on this machine counts, over http as well. */
  local: boolean
  now?: () => number
  known?: KnownProviders
}

const KNOWN_FOR_MS = 10 * 60_000
/** HTTP Basic unless the provider says that it takes the secret in the form alone. */
const authentication = (provider: Provider, { clientSecret }: OidcClient): oauth.ClientAuth => {
  const methods = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  if (methods.includes('client_secret_basic')) return oauth.ClientSecretBasic(clientSecret)
  if (methods.includes('client_secret_post')) return oauth.ClientSecretPost(clientSecret)
  throw new Failed(incomplete('way to show a client secret (client_secret_basic or client_secret_post)'))
}

const shared: KnownProviders = new Map()

export function openIdConnect(options: OidcOptions): Oidc {
  const {
    local,
    now = Date.now,
    known = shared,
    fetch = (...request) => globalThis.fetch(...request),
  } = options

  const http = () => ({
    [oauth.customFetch]: reaching({ ...options, local, fetch }),
    [oauth.allowInsecureRequests]: local,
  })

  const registered = ({ clientId }: OidcClient): oauth.Client => ({
    client_id: clientId,
    [oauth.clockSkew]: Math.round((now() - Date.now()) / 1000),
  })

  const askProvider = async (issuer: string): Promise<Provider> => {
    const response = await oauth.discoveryRequest(new URL(issuer), http())
    if (response.status !== 200)
      throw new Failed({
        code: 'not_a_provider',
        detail: `There is no discovery document at ${issuer}/.well-known/openid-configuration (${response.status}).`,
        remedy: 'Check the issuer, its spelling and its path.',
      })
    const found: unknown = await response.json().catch(() => null)
    if (typeof found !== 'object' || found === null || !('issuer' in found))
      throw new Failed(incomplete('issuer'))
    return { ...found, issuer: String(found.issuer) }
  }

  const keep = (issuer: string, provider: Provider): Provider => {
    known.set(issuer, { provider, until: now() + KNOWN_FOR_MS })
    return provider
  }

  const providerOf = async ({ issuer }: OidcClient): Promise<Provider> => {
    const kept = known.get(issuer)
    if (kept && kept.until > now()) return kept.provider
    const provider = await askProvider(issuer)
    if (provider.issuer !== issuer) throw new Failed(otherIssuer(provider.issuer, issuer))
    return keep(issuer, provider)
  }

  /** Checks the signature; with keys that were kept, once more with fresh ones, since providers change them. */
  const verify = async (provider: Provider, response: Response): Promise<void> => {
    try {
      await oauth.validateApplicationLevelSignature(provider, response, http())
    } catch (error) {
      const unknownKey = error instanceof oauth.OperationProcessingError && error.code === oauth.KEY_SELECTION
      if (!unknownKey) throw error
      const fresh = keep(provider.issuer, { ...provider })
      await oauth.validateApplicationLevelSignature(fresh, response, http())
    }
  }

  /** What the provider adds of the person where its ID token does not say their address. */
  const askMore = async (
    provider: Provider,
    client: OidcClient,
    token: oauth.IDToken,
    accessToken: string,
  ): Promise<Record<string, unknown>> => {
    if (text(token.email) || !provider.userinfo_endpoint) return {}
    const response = await oauth.userInfoRequest(provider, registered(client), accessToken, http())
    const { sub, ...more } = await oauth.processUserInfoResponse(
      provider,
      registered(client),
      token.sub,
      response,
    )
    return more
  }

  return {
    async discover(issuer) {
      try {
        const provider = await askProvider(issuer)
        for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const)
          if (reachProblem(String(provider[endpoint]), local)) throw new Failed(incomplete(endpoint))
        authentication(provider, { issuer, clientId: '-', clientSecret: '-', redirectUri: '' })
        known.delete(issuer)
        return { ok: true, issuer: provider.issuer }
      } catch (error) {
        return { ok: false, fault: faultOf(error, '') }
      }
    },

    async begin(client, { scope, extra = {} }) {
      try {
        const provider = await providerOf(client)
        const endpoint = String(provider.authorization_endpoint)
        if (reachProblem(endpoint, local)) throw new Failed(incomplete('authorization_endpoint'))
        const attempt = {
          state: oauth.generateRandomState(),
          nonce: oauth.generateRandomNonce(),
          verifier: oauth.generateRandomCodeVerifier(),
        }
        const url = new URL(endpoint)
        const parameters = {
          ...extra,
          response_type: 'code',
          client_id: client.clientId,
          redirect_uri: client.redirectUri,
          scope,
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: 'S256',
        }
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
        return { ok: true, url: url.href, attempt }
      } catch (error) {
        return { ok: false, fault: faultOf(error, client.clientSecret) }
      }
    },

    async finish(client, attempt, callback) {
      try {
        const provider = await providerOf(client)
        const rp = registered(client)
        const answer = callback.searchParams
        const iss = answer.get('iss')
        if (iss !== null && iss !== provider.issuer) throw new Failed(otherProvider())
        if (answer.get('state') !== attempt.state) throw new Failed(otherAttempt())
        const parameters = oauth.validateAuthResponse(provider, rp, answer, attempt.state)
        const response = await oauth.authorizationCodeGrantRequest(
          provider,
          rp,
          authentication(provider, client),
          parameters,
          client.redirectUri,
          attempt.verifier,
          http(),
        )
        const tokens = await oauth.processAuthorizationCodeResponse(provider, rp, response, {
          expectedNonce: attempt.nonce,
          requireIdToken: true,
        })
        await verify(provider, response)
        const token = oauth.getValidatedIdTokenClaims(tokens)
        if (!token) throw new Failed(incomplete('ID token'))
        const more = await askMore(provider, client, token, tokens.access_token)
        return { ok: true, claims: claimsOf(client, token, more), tokens: tokensOf(tokens) }
      } catch (error) {
        return { ok: false, fault: faultOf(error, client.clientSecret) }
      }
    },

    async refresh(client, refreshToken) {
      try {
        const provider = await providerOf(client)
        const rp = registered(client)
        const response = await oauth.refreshTokenGrantRequest(
          provider,
          rp,
          authentication(provider, client),
          refreshToken,
          http(),
        )
        return { ok: true, tokens: tokensOf(await oauth.processRefreshTokenResponse(provider, rp, response)) }
      } catch (error) {
        const over =
          error instanceof oauth.ResponseBodyError &&
          ['invalid_grant', 'interaction_required'].includes(error.error)
        if (over) return { ok: false, expired: true }
        return { ok: false, expired: false, fault: faultOf(error, client.clientSecret) }
      }
    },
  }
}
