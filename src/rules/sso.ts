import { domainOfAddress } from './domains'
import { type RequiredFactor, type SessionStrength, satisfies } from './sign-in'

/** Identity providers set up with few fields; anything else goes by its issuer. */
export const CONNECTION_PRESETS = ['google', 'microsoft', 'other'] as const
export type ConnectionPreset = (typeof CONNECTION_PRESETS)[number]

const PROVIDERS: Record<ConnectionPreset, string | null> = {
  google: 'Google',
  microsoft: 'Microsoft',
  other: null,
}

/** What people call an identity provider: its maker, or the host of its issuer. */
export const providerName = (preset: ConnectionPreset, issuer: string): string =>
  PROVIDERS[preset] ?? (URL.canParse(issuer) ? new URL(issuer).hostname : issuer)

/** The ones whose directory people can be imported from. */
export const DIRECTORY_PROVIDERS = ['google', 'microsoft'] as const satisfies ConnectionPreset[]
export type DirectoryProvider = (typeof DIRECTORY_PROVIDERS)[number]

/** Who of an organization's people signs in through its identity provider alone. */
export const SSO_REQUIRED = ['off', 'proven_domains', 'everybody'] as const
export type SsoRequired = (typeof SSO_REQUIRED)[number]

/** Whether somebody has to come through the organization's identity provider. */
export const mustUseSso = (
  required: SsoRequired,
  person: {
    /** Whether people can sign in through a connection of the organization. */
    connected: boolean
    /** Whether their address is of a domain that the organization has proven. */
    ofProvenDomain: boolean
  },
): boolean =>
  person.connected && (required === 'everybody' || (required === 'proven_domains' && person.ofProvenDomain))

/** What a session still lacks to open an organization; null where it opens it. */
export type Lacking = 'own_sign_in' | 'sso' | 'second_factor'

/**
 * An identity provider's word opens its organization, whatever that asks of the account's own sign-ins; and an
 * account's own sign-in opens every organization that does not ask for more.
 */
export const lackingOf = (
  organization: { ssoRequired: SsoRequired; requiredFactor: RequiredFactor },
  session: SessionStrength & {
    /** Whether the account itself signed in. */
    own: boolean
    /** Whether the organization's identity provider has opened it to this session. */
    granted: boolean
  },
  person: { connected: boolean; ofProvenDomain: boolean },
): Lacking | null => {
  if (session.granted) return null
  if (mustUseSso(organization.ssoRequired, person)) return 'sso'
  if (!session.own) return 'own_sign_in'
  return satisfies(organization.requiredFactor, session) ? null : 'second_factor'
}

/** Addresses that Google itself hands out; of any other it knows no more than that somebody once had it. */
const GOOGLE_DOMAINS = ['gmail.com', 'googlemail.com']

/** How far an identity provider's word goes: for nobody, for the address, or for somebody of the organization's own domain. */
export type Vouching = 'nobody' | 'address' | 'own_domain'

/**
 * Whether an address, in its canonical form, is taken for whose it is said to be. An organization's provider is believed
 * for domains that the organization has proven, unless it says itself that the address is not verified: where anybody
 * may register, anybody may claim one. Google's `email_verified` says nothing of an address whose domain is not
 * the account's (`hd`): developers.google.com/identity/openid-connect, "An ID token's payload".
 */
export const vouchingOf = (
  preset: ConnectionPreset,
  word: { address: string; addressVerified: boolean | null; hostedDomain: string | null },
  ofProvenDomain: boolean,
): Vouching => {
  if (word.addressVerified === false) return 'nobody'
  const address: Vouching = word.addressVerified ? 'address' : 'nobody'
  if (preset !== 'google') return ofProvenDomain ? 'own_domain' : address
  const domain = domainOfAddress(word.address)
  if (GOOGLE_DOMAINS.includes(domain)) return address
  if (word.hostedDomain === null) return 'nobody'
  return ofProvenDomain && word.hostedDomain.toLowerCase() === domain ? 'own_domain' : address
}
