import { type RequiredFactor, type SessionStrength, satisfies } from './sign-in'

/** Identity providers set up with few fields; anything else goes by its issuer. */
export const CONNECTION_PRESETS = ['google', 'microsoft', 'other'] as const
export type ConnectionPreset = (typeof CONNECTION_PRESETS)[number]

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
