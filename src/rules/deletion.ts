import { DAY, HOUR } from './dates'

/** How long the link that confirms a deletion works, in ms. */
export const CONFIRM_WITHIN = HOUR
/** From the confirmation to the deletion: for so long it can be undone, in ms. */
export const UNDO_WITHIN = 7 * DAY

type Facts = {
  /** Who asked for it. */
  userId: string
  status: 'requested' | 'confirmed' | 'ended'
  tokenHash: string
  expiresAt: number
  /** When the organization is deleted, or null. */
  deleteAt: number | null
  /** Whether the deletion was asked for again since. */
  replaced: boolean
  /** Whether who asked may still delete the organization. */
  mayDelete: boolean
}

/** What the link in the mail shows and allows to whoever looks at it now. */
export type DeletionLinkState =
  | 'invalid'
  | 'signed_out'
  | 'wrong_account'
  | 'not_allowed'
  | 'replaced'
  | 'undone'
  | 'expired'
  | 'confirmed'
  | 'open'

/** Only the owner who asked, signed in and still an owner, is told more than that this is not for them. */
export const deletionLinkState = (
  link: { hash: string },
  facts: Facts | null,
  viewerId: string | null,
  now: number,
): DeletionLinkState => {
  if (!facts || (facts.deleteAt !== null && facts.deleteAt <= now)) return 'invalid'
  if (viewerId === null) return 'signed_out'
  if (viewerId !== facts.userId) return 'wrong_account'
  if (!facts.mayDelete) return 'not_allowed'
  if (facts.status === 'confirmed') return 'confirmed'
  if (facts.replaced || link.hash !== facts.tokenHash) return 'replaced'
  if (facts.status === 'ended') return 'undone'
  return facts.expiresAt <= now ? 'expired' : 'open'
}
