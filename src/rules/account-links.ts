import { HOUR } from './dates'

/** How long the links work that set a password and that confirm an address, in ms. */
export const RESET_WITHIN = HOUR
export const CONFIRM_ADDRESS_WITHIN = HOUR

type Link = { hash: string }

/** What became of a link of either kind that does not work, or `open`. */
export type ResetLinkState = 'open' | 'invalid' | 'used' | 'replaced' | 'ended' | 'expired'

type ResetFacts = {
  status: 'requested' | 'used' | 'ended'
  tokenHash: string
  expiresAt: number
  /** Whether there is a newer request of the account's. */
  replaced: boolean
  /** Whether somebody can sign in with the account. */
  lives: boolean
}

/** What a link that sets a new password says to whoever holds it. */
export const resetLinkState = (link: Link, facts: ResetFacts | null, now: number): ResetLinkState => {
  if (!facts?.lives) return 'invalid'
  if (facts.status === 'used') return 'used'
  if (facts.replaced || facts.tokenHash !== link.hash) return 'replaced'
  if (facts.status === 'ended') return 'ended'
  return facts.expiresAt <= now ? 'expired' : 'open'
}

export type AddressLinkState =
  | Exclude<ResetLinkState, 'used'>
  | 'confirmed'
  | 'taken'
  | 'signed_out'
  | 'wrong_account'

type AddressFacts = {
  status: 'requested' | 'confirmed' | 'ended'
  tokenHash: string
  expiresAt: number
  replaced: boolean
  lives: boolean
  userId: string
  /** Whether another account of the scope has the address. */
  taken: boolean
}

/** What a link that confirms an address says to whoever looks at it; only the account itself can use it. */
export const addressLinkState = (
  link: Link,
  facts: AddressFacts | null,
  viewerId: string | null,
  now: number,
): AddressLinkState => {
  if (!facts?.lives) return 'invalid'
  if (viewerId === null) return 'signed_out'
  if (viewerId !== facts.userId) return 'wrong_account'
  if (facts.status === 'confirmed') return 'confirmed'
  if (facts.replaced || facts.tokenHash !== link.hash) return 'replaced'
  if (facts.status === 'ended') return 'ended'
  if (facts.expiresAt <= now) return 'expired'
  return facts.taken ? 'taken' : 'open'
}
