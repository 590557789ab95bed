import { HOUR, MINUTE } from './dates'

/** How often something was tried in a window, and when the window ends (ms). */
export type Window = { attempts: number; expiresAt: number }

/** What was tried: for this address from this network, for this address, from this network. */
export type Attempts = { pair: Window; address: Window; network: Window }

/**
 * Tries that a window (ms) allows. The tight limit is on one network trying one address, so that a stranger elsewhere
 * cannot keep anybody out; the wide ones stop an address tried from many networks, and a network that tries many.
 */
export type Allowance = { window: number; limits: Record<keyof Attempts, number> }

/** Sign-ins tried and not yet succeeded. */
export const SIGN_INS: Allowance = {
  window: 15 * MINUTE,
  limits: { pair: 10, address: 100, network: 100 },
}

/** Mails that anybody can ask for who knows an address: few, so that nobody floods a mailbox. */
export const MAILS_ASKED_FOR: Allowance = { window: HOUR, limits: { pair: 3, address: 5, network: 30 } }

/** Seconds until another try; 0 for now. `now` in ms. */
export const attemptWait = (attempts: Attempts, now: number, { limits } = SIGN_INS): number => {
  const over = (Object.keys(limits) as (keyof Attempts)[]).filter(
    (counter) => attempts[counter].attempts > limits[counter],
  )
  return over.length === 0
    ? 0
    : Math.max(1, Math.ceil((Math.max(...over.map((counter) => attempts[counter].expiresAt)) - now) / 1000))
}

/** A wait in whole minutes, as it is told. */
export const waitMinutes = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60))
