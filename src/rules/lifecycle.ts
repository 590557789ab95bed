export const INVITATION_STATUSES = [
  'awaiting_approval',
  'pending',
  'accepted',
  'declined',
  'revoked',
  'expired',
] as const
export type InvitationStatus = (typeof INVITATION_STATUSES)[number]

/** The states that hold an address's one place in an organization. */
export const OPEN_STATUSES = ['awaiting_approval', 'pending', 'expired'] as const satisfies InvitationStatus[]

export const DELIVERY_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'bounced',
  'complained',
  'failed',
  'cancelled',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** `hard`: the address does not take mail. `soft`: this one could not be delivered. */
export const BOUNCES = ['hard', 'soft'] as const
export type Bounce = (typeof BOUNCES)[number]

/** Who gets a mail when an invitation is accepted. */
export const TOLD_ON_ACCEPTANCE = ['inviter', 'admins', 'nobody'] as const
export type ToldOnAcceptance = (typeof TOLD_ON_ACCEPTANCE)[number]

/** Why an address is not reminded. */
export const SUPPRESSION_REASONS = ['bounced', 'complained', 'unsubscribed'] as const
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number]

/** What an organization's sending was paused for. */
export const PAUSE_REASONS = ['bounces', 'complaints'] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

/** The tabs of the invitations page; a row stands in exactly one besides `all`. */
export const TABS = ['outstanding', 'accepted', 'revoked', 'declined', 'all'] as const
export type Tab = (typeof TABS)[number]

/** The stored statuses that a tab shows. */
export const statusesOf = (tab: Tab): readonly InvitationStatus[] => {
  if (tab === 'all') return INVITATION_STATUSES
  return tab === 'outstanding' ? OPEN_STATUSES : [tab]
}

/** Expiry is a comparison at read time; the sweep only writes it down. `now` and `expiresAt` in ms. */
export const statusAt = (stored: InvitationStatus, expiresAt: number, now: number): InvitationStatus =>
  stored === 'pending' && expiresAt <= now ? 'expired' : stored

/** Resending and revoking work on pending and expired invitations alike. */
export const isOutstanding = (status: InvitationStatus): boolean =>
  status === 'pending' || status === 'expired'

/** It holds its address's one place, approved or not: editing and revoking work on it. */
export const isOpen = (status: InvitationStatus): boolean =>
  status === 'awaiting_approval' || isOutstanding(status)

/** What became of a link that no longer accepts. */
export type LinkEnd = 'expired' | 'revoked' | 'replaced' | 'used' | 'declined'

/**
 * Why a link of `generation` with `hash` is closed, or null while it is open.
 * An earlier mail's link is replaced while its invitation lives; once that has ended, the end is what matters.
 */
export const linkEnd = (
  link: { hash: string; generation: number },
  row: { status: InvitationStatus; expiresAt: number; tokenHash: string; generation: number },
  now: number,
): LinkEnd | null => {
  if (row.status === 'accepted') return 'used'
  if (row.status === 'revoked') return 'revoked'
  if (row.status === 'declined') return 'declined'
  // No newer mail exists before it is approved, so none is promised.
  if (row.status === 'awaiting_approval') return 'expired'
  if (link.generation !== row.generation || link.hash !== row.tokenHash) return 'replaced'
  return statusAt(row.status, row.expiresAt, now) === 'pending' ? null : 'expired'
}

export const CLOSED_LINK_SETTINGS = ['precise', 'revoked_as_expired', 'invalid'] as const
export type ClosedLinkSetting = (typeof CLOSED_LINK_SETTINGS)[number]

/** What an organization's closed links say: precisely; "expired" for revoked ones; or "invalid" for revoked and replaced ones. */
export const shownEnd = (end: LinkEnd, setting: ClosedLinkSetting): LinkEnd | 'invalid' => {
  if (setting === 'revoked_as_expired' && end === 'revoked') return 'expired'
  if (setting === 'invalid' && (end === 'revoked' || end === 'replaced')) return 'invalid'
  return end
}
