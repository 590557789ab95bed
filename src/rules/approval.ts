import type { InvitationStatus } from './lifecycle'
import { can, mayGrant, type Role } from './permissions'

type Somebody = { kind: 'user' | 'api_key'; id: string; role: Role }
type Asked = { status: InvitationStatus; inviterKind: 'user' | 'api_key'; inviterId: string }

/** What somebody may do about an invitation that awaits approval. */
export type ApprovalActions = {
  /** They asked for it themselves: they may withdraw it, and somebody else decides. */
  own: boolean
  approve: boolean
  decline: boolean
}

const NONE: ApprovalActions = { own: false, approve: false, decline: false }

/**
 * Nobody approves or declines what they asked for; whoever approves must be allowed to give its role, `role`, which is
 * undefined where there is none any more.
 */
export const approvalActions = (
  actor: Somebody,
  { status, inviterKind, inviterId }: Asked,
  role: Role | undefined,
): ApprovalActions => {
  if (status !== 'awaiting_approval') return NONE
  const own = inviterKind === actor.kind && inviterId === actor.id
  const decline = !own && can(actor.role, 'member:manage')
  return { own, decline, approve: decline && role !== undefined && mayGrant(actor.role, role) }
}

/** The roles whose holders can approve at least one of `asked`. */
export const approvingRoles = (roles: readonly Role[], asked: readonly Role[]): Role[] =>
  roles.filter((role) => can(role, 'member:manage') && asked.some((one) => mayGrant(role, one)))

type Approved = { status: InvitationStatus; approvalReason: string | null; approvedAt: number | null }

/**
 * Whether what a policy asks approval for, with `reason`, was approved before: of what is out, for the same reason. What has
 * expired is asked for anew.
 */
export const isApproved = (
  { status, approvalReason, approvedAt }: Approved,
  reason: string | null,
): boolean => status === 'pending' && approvedAt !== null && approvalReason === reason

/** How many addresses a mail about approval names. */
export const MOST_NAMED = 20
