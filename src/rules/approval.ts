import type { InviterLoss } from './inviter'
import type { InvitationStatus } from './lifecycle'
import { can, mayGrant, type Role } from './permissions'
import { asSentence } from './policies'

type Somebody = { kind: 'user' | 'api_key'; id: string; role: Role }
type Asked = {
  status: InvitationStatus
  inviterKind: 'user' | 'api_key'
  inviterId: string
  /** The user behind it: whoever made the API key that asked; null where nobody knows. */
  askerId: string | null
  inviterLoss?: InviterLoss | '' | undefined
}

/** What somebody may do about an invitation that awaits approval. */
export type ApprovalActions = {
  /** They asked for it themselves: they may withdraw it, and somebody else decides. */
  own: boolean
  approve: boolean
  decline: boolean
}

export const NO_APPROVAL: ApprovalActions = { own: false, approve: false, decline: false }

/**
 * Nobody approves or declines what they asked for; whoever asked and whoever approves must be allowed to give its role,
 * `role`, which is undefined where there is none any more.
 */
export const approvalActions = (
  actor: Somebody,
  { status, inviterKind, inviterId, askerId, inviterLoss }: Asked,
  role: Role | undefined,
): ApprovalActions => {
  if (status !== 'awaiting_approval') return NO_APPROVAL
  const own =
    (inviterKind === actor.kind && inviterId === actor.id) || (actor.kind === 'user' && askerId === actor.id)
  const decline = !own && can(actor.role, 'member:manage')
  const approve = decline && !inviterLoss && role !== undefined && mayGrant(actor.role, role)
  return { own, decline, approve }
}

/** The roles whose holders can approve at least one of `asked`. */
export const approvingRoles = (roles: readonly Role[], asked: readonly Role[]): Role[] =>
  roles.filter((role) => can(role, 'member:manage') && asked.some((one) => mayGrant(role, one)))

/** How many addresses a mail about approval names. */
export const MOST_NAMED = 20

/** What asks for approval, in a line: who, as what, and why. */
export const askedWords = ({
  inviterName,
  roleName,
  approvalReason,
}: {
  inviterName: string
  roleName: string
  approvalReason: string | null
}): string => {
  const asks = `${inviterName} asks to invite them as ${roleName}`
  return approvalReason ? `${asks}. ${asSentence(approvalReason)}` : `${asks}.`
}
