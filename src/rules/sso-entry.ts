import type { InvitationStatus } from './lifecycle'
import type { Vouching } from './sso'

/** What there is of whoever an identity provider names. */
export type SsoFacts = {
  /** Whether people can sign in through the connection. */
  enabled: boolean
  justInTime: boolean
  /** The account that they are known as, and its place here. */
  identityUserId: string | null
  identityStatus: 'active' | 'inactive' | null
  /** The account of the address that the provider names, in the organization's scope, and its place here. */
  accountId: string | null
  accountStatus: 'active' | 'inactive' | null
  /** The address's open invitation. */
  invitationStatus: InvitationStatus | null
  invitationExpiresAt: number | null
}

export const SSO_ENTRIES = [
  'enter',
  'link',
  'join',
  'inactive',
  'unverified',
  'invited',
  'not_invited',
  'closed',
] as const
/** Where an identity provider's word leads: into the organization, to linking or joining first, or nowhere, and why. */
export type SsoEntry = (typeof SSO_ENTRIES)[number]

/**
 * Who is known by identity comes in whatever address the provider has for them now. Everybody else is known by their
 * address alone, so that has to be vouched for; and an account that is there already has to say so itself.
 */
export const ssoEntry = (facts: SsoFacts, vouching: Vouching, now: number): SsoEntry => {
  if (!facts.enabled) return 'closed'
  if (facts.identityUserId !== null) {
    if (facts.identityStatus === null) return 'not_invited'
    return facts.identityStatus === 'active' ? 'enter' : 'inactive'
  }
  if (vouching === 'nobody') return 'unverified'
  if (facts.accountStatus === 'inactive') return 'inactive'
  if (facts.accountStatus === 'active') return 'link'
  if (facts.justInTime && vouching === 'own_domain') return facts.accountId === null ? 'join' : 'link'
  const isInvited = facts.invitationStatus === 'pending' && (facts.invitationExpiresAt ?? 0) > now
  return isInvited ? 'invited' : 'not_invited'
}
