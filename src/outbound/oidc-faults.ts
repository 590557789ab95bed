import * as oauth from 'oauth4webapi'
import type { OidcFault } from '../rules/oidc'
import { Failed } from './reach'

const LONGEST_WORDS = 200

/** A provider's own words, in one line of visible characters and never with a secret in it. */
const quoted = (words: readonly unknown[], secret: string): string => {
  const text = words
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(': ')
    .replaceAll(secret || '\0', '…')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return `“${text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS)}…` : text}”`
}

const CODE_FLOW =
  'At the provider, the client has to be a web application that may use the authorization code flow, with the scopes openid, email and profile.'
const SAME_REDIRECT =
  'Copy the redirect URI from this page and enter it at the provider, character for character.'
const SECRET_AGAIN =
  'Copy client ID and secret from the provider once more. A secret may have expired; of Microsoft’s, the value is meant, not its ID.'
const START_AGAIN = 'Start again, and open each way back only once.'
const TAMPERED =
  'Start again. If it stays, the provider is not set up as it should be, or somebody stands between it and this site.'

/** What an authorization server's error code means (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6). */
export const faultOfError = (error: string, description: unknown, secret: string): OidcFault => {
  const said = `It said ${quoted([error, description], secret)}.`
  switch (error) {
    case 'access_denied':
    case 'login_required':
    case 'consent_required':
    case 'interaction_required':
    case 'account_selection_required':
      return {
        code: 'declined',
        detail: `The provider did not let this person in. ${said}`,
        remedy:
          'Sign in again and allow it. If it stays, the provider’s admin has to give this person access.',
      }
    case 'server_error':
    case 'temporarily_unavailable':
      return {
        code: 'unreachable',
        detail: `The provider could not answer. ${said}`,
        remedy: 'Try again in a few minutes.',
      }
    case 'redirect_uri_mismatch':
      return {
        code: 'redirect_refused',
        detail: `The provider does not know the redirect URI. ${said}`,
        remedy: SAME_REDIRECT,
      }
    case 'invalid_client':
      return {
        code: 'client_refused',
        detail: `The provider does not accept client ID and secret. ${said}`,
        remedy: SECRET_AGAIN,
      }
    case 'invalid_grant':
      return {
        code: 'answer_stale',
        detail: `The provider does not take its own code again: it was used already, or is too old. ${said}`,
        remedy: `${START_AGAIN} If it stays, compare the redirect URI.`,
      }
    case 'unauthorized_client':
    case 'invalid_request':
    case 'invalid_scope':
    case 'unsupported_response_type':
    case 'unsupported_grant_type':
      return {
        code: 'client_refused',
        detail: `The provider refuses what this client asks for. ${said}`,
        remedy: CODE_FLOW,
      }
    default:
      return { code: 'unexpected', detail: `The provider refused. ${said}`, remedy: CODE_FLOW }
  }
}

const forged = (detail: string, remedy = TAMPERED): OidcFault => ({ code: 'answer_forged', detail, remedy })

export const otherIssuer = (said: string, issuer: string): OidcFault => ({
  code: 'issuer_differs',
  detail: `The provider at ${issuer} calls itself ${quoted([said], '')}.`,
  remedy: 'Enter the issuer exactly as the provider calls itself, with or without a slash at its end.',
})

export const otherProvider = (): OidcFault =>
  forged('The answer came from another provider than the one that was asked (iss).')

export const otherAttempt = (): OidcFault => ({
  code: 'answer_stale',
  detail: 'The answer does not belong to the sign-in that this browser started last (state).',
  remedy: START_AGAIN,
})

export const otherParty = (azp: unknown): OidcFault =>
  forged(`The ID token was given to another client, ${quoted([azp], '')} (azp).`)

export const incomplete = (what: string): OidcFault => ({
  code: 'not_a_provider',
  detail: `The provider’s discovery document has no usable ${what}.`,
  remedy: 'Check the issuer. A provider has to do OpenID Connect with the authorization code flow.',
})

const within = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null
    ? (Object.entries(of).find(([key]) => key === name)?.[1] ?? undefined)
    : undefined

/** What stands in the ID token and should not. */
const faultOfClaim = (cause: unknown): OidcFault => {
  const claim = within(cause, 'claim') ?? within(cause, 'attribute')
  const value = within(within(cause, 'claims'), String(claim))
  const shown = quoted([Array.isArray(value) ? value.join(', ') : value], '')
  switch (claim) {
    case 'iss':
      return forged(
        `The ID token names another issuer, ${shown} (iss).`,
        'Enter the issuer exactly as the provider calls itself; of Microsoft’s, the one of your own tenant.',
      )
    case 'aud':
      return forged(
        `The ID token is for another client, ${shown} (aud).`,
        'Check the client ID. If it is right, the provider hands out tokens of somebody else.',
      )
    case 'nonce':
      return forged('The ID token belongs to another sign-in (nonce).')
    case 'exp':
    case 'nbf':
    case 'iat':
      return {
        code: 'answer_stale',
        detail: `The ID token is not valid at this time (${claim}).`,
        remedy: 'Start again. If it stays, the provider’s clock is wrong.',
      }
    case 'sub':
      return forged('The provider’s UserInfo speaks of another person than its ID token (sub).')
    default:
      return forged('The ID token does not say what it should.')
  }
}

const SIGNATURE = forged(
  'The ID token is not signed with a key that the provider publishes.',
  'Start again. If it stays, the provider has to sign ID tokens with a key of its key set (jwks_uri), such as by RS256.',
)

/** What a library's error means for whoever configures the provider. */
export const faultOf = (error: unknown, secret: string): OidcFault => {
  if (error instanceof Failed) return error.fault
  if (error instanceof oauth.ResponseBodyError)
    return faultOfError(error.error, error.error_description, secret)
  if (error instanceof oauth.AuthorizationResponseError)
    return faultOfError(error.error, error.error_description, secret)
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return faultOfError('invalid_client', null, secret)
  if (error instanceof oauth.UnsupportedOperationError) return SIGNATURE
  if (error instanceof oauth.OperationProcessingError) {
    switch (error.code) {
      case oauth.JWT_CLAIM_COMPARISON:
      case oauth.JWT_TIMESTAMP_CHECK:
      case oauth.JSON_ATTRIBUTE_COMPARISON:
        return faultOfClaim(error.cause)
      case oauth.KEY_SELECTION:
        return SIGNATURE
      case oauth.MISSING_SERVER_METADATA:
      case oauth.INVALID_SERVER_METADATA:
      case oauth.HTTP_REQUEST_FORBIDDEN:
        return incomplete(String(within(error.cause, 'attribute') ?? 'addresses'))
      case oauth.RESPONSE_IS_NOT_JSON:
      case oauth.RESPONSE_IS_NOT_CONFORM:
      case oauth.PARSE_ERROR:
        return {
          code: 'not_a_provider',
          detail: 'The provider answered with something else than OpenID Connect has.',
          remedy: 'Check the issuer. If it is right, ask whoever runs the provider.',
        }
      case oauth.INVALID_RESPONSE:
        return /signature|"alg"/.test(error.message)
          ? SIGNATURE
          : forged(`The provider’s answer is not whole: ${error.message}.`)
    }
  }
  return {
    code: 'unexpected',
    detail: 'The provider’s answer could not be read.',
    remedy: 'Try again. If it stays, ask whoever runs the provider.',
  }
}
