import type { InviterLoss } from './inviter'
import { type ClosedLinkSetting, type InvitationStatus, type LinkEnd, linkEnd, shownEnd } from './lifecycle'
import type { AccountScope } from './names'

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
  inviterLoss: InviterLoss | ''
  seats: number
  deleteAt: number | null
  accountId: string | null
  memberStatus: 'active' | 'inactive' | null
}
type Viewer = { userId: string; address: string; accountScope: string }

/** How an invitee comes in: with a new account, by signing in here, or as who they are signed in already. */
export const WAYS = ['new', 'sign_in', 'join'] as const
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
  | { kind: 'open'; way: Way }

/** The account scope a person of this organization signs in under. */
export const scopeOf = (organization: { id: string; accountScope: AccountScope }): string =>
  organization.accountScope === 'own' ? organization.id : 'shared'

export const linkState = (
  link: { hash: string; generation: number },
  facts: Facts | null,
  viewer: Viewer | null,
  now: number,
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
  if (here) return here.address === facts.address ? { kind: 'open', way: 'join' } : { kind: 'wrong_account' }
  return { kind: 'open', way: facts.accountId ? 'sign_in' : 'new' }
}
