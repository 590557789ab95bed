import type { InviterLoss } from './inviter'
import { type ClosedLinkSetting, type InvitationStatus, type LinkEnd, linkEnd, shownEnd } from './lifecycle'
import type { AccountScope } from './names'
import { type ConnectionPreset, mustUseSso, type SsoRequired, vouchingOf } from './sso'

type Facts = {
  organizationId: string
  accountScope: AccountScope
  closedLink: ClosedLinkSetting
  address: string
  status: InvitationStatus
  generation: number
  tokenHash: string
  expiresAt: number
  acceptedBy: string | null
  /** Of the organization's identity provider, where people can sign in through it. */
  connectionPreset: ConnectionPreset | null
  ssoRequired: SsoRequired
  /** Whether the address is of a domain that the organization has proven. */
  ofProvenDomain: number
  /** Who is known by the identity that was shown; null for nobody. */
  identityUserId: string | null
  inviterLoss: InviterLoss | ''
  seats: number
  deleteAt: number | null
  accountId: string | null
  memberStatus: 'active' | 'inactive' | null
}
type Viewer = { userId: string; address: string; accountScope: string }
/** Whom the organization's identity provider has named just now; the address in its canonical form, or ''. */
type Shown = { address: string; addressVerified: boolean | null; hostedDomain: string | null }

/**
 * How an invitee comes in: with a new account of their own, by signing in here, as who they are signed in already, or
 * with a new account by the word of the organization's identity provider.
 */
export const WAYS = ['new', 'sign_in', 'join', 'sso'] as const
export type Way = (typeof WAYS)[number]

/** What a link shows and allows to whoever looks at it now. */
export type LinkState =
  | { kind: 'invalid' }
  /** `own`: the viewer is the member this invitation made. */
  | { kind: 'closed'; end: LinkEnd; shown: LinkEnd | 'invalid'; own: boolean }
  /** Whoever sent it last may no longer grant its role: somebody else has to answer for it. */
  | { kind: 'inviter_lost_authority' }
  | { kind: 'no_seat_left' }
  | { kind: 'member_inactive' }
  | { kind: 'already_member'; own: boolean }
  | { kind: 'wrong_account' }
  /** People of this address come in through the identity provider alone. */
  | { kind: 'sso_required' }
  /** Who is signed in there is not, or not surely, who is invited. */
  | { kind: 'sso_mismatch'; why: 'unverified' | 'another_address'; passwordToo: boolean }
  /**
   * `sso`: the identity provider is another way in, or has named the invitee already; then coming in as an account that
   * is there links the two.
   */
  | { kind: 'open'; way: Way; sso: 'offered' | 'shown' | null }

/** The account scope a person of this organization signs in under. */
export const scopeOf = (organization: { id: string; accountScope: AccountScope }): string =>
  organization.accountScope === 'own' ? organization.id : 'shared'

export const linkState = (
  link: { hash: string; generation: number },
  facts: Facts | null,
  viewer: Viewer | null,
  now: number,
  shown: Shown | null = null,
): LinkState => {
  if (!facts || (facts.deleteAt !== null && facts.deleteAt <= now)) return { kind: 'invalid' }
  const scope = scopeOf({ id: facts.organizationId, accountScope: facts.accountScope })
  const here = viewer?.accountScope === scope ? viewer : null
  const end = linkEnd(link, facts, now)
  if (end) {
    const own =
      end === 'used' && here !== null && here.userId === facts.acceptedBy && facts.memberStatus === 'active'
    return { kind: 'closed', end, shown: shownEnd(end, facts.closedLink), own }
  }
  if (facts.memberStatus === 'inactive') return { kind: 'member_inactive' }
  if (facts.memberStatus === 'active')
    return { kind: 'already_member', own: here?.userId === facts.accountId }
  if (facts.inviterLoss) return { kind: 'inviter_lost_authority' }
  if (facts.seats <= 0) return { kind: 'no_seat_left' }
  if (here && here.address !== facts.address) return { kind: 'wrong_account' }
  return openState(facts, here !== null, shown)
}

const openState = (facts: Facts, isHere: boolean, shown: Shown | null): LinkState => {
  const { connectionPreset: preset, ssoRequired, accountId } = facts
  const ofProvenDomain = Boolean(facts.ofProvenDomain)
  const passwordToo = !mustUseSso(ssoRequired, { connected: preset !== null, ofProvenDomain })
  if (preset !== null && shown !== null) {
    if (facts.identityUserId !== null && facts.identityUserId !== accountId)
      return { kind: 'already_member', own: false }
    if (shown.address !== facts.address) return { kind: 'sso_mismatch', why: 'another_address', passwordToo }
    if (vouchingOf(preset, shown, ofProvenDomain) === 'nobody')
      return { kind: 'sso_mismatch', why: 'unverified', passwordToo }
    if (accountId === null) return { kind: 'open', way: 'sso', sso: 'shown' }
    return { kind: 'open', way: isHere ? 'join' : 'sign_in', sso: 'shown' }
  }
  if (!passwordToo) return { kind: 'sso_required' }
  const sso = preset === null ? null : 'offered'
  if (isHere) return { kind: 'open', way: 'join', sso: null }
  return { kind: 'open', way: accountId ? 'sign_in' : 'new', sso }
}
