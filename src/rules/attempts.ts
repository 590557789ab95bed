/** How often a sign-in was tried in a window, and when the window ends (ms). */
export type Window = { attempts: number; expiresAt: number }

/** Sign-ins tried and not yet succeeded: for this address from this network, for this address, from this network. */
export type Attempts = { pair: Window; address: Window; network: Window }

/**
 * Tries that a window allows. The tight limit is on one network trying one address, so that a stranger elsewhere
 * cannot keep anybody out; the wide ones stop an address tried from many networks, and a network that tries many.
 */
export const ATTEMPT_LIMITS: Record<keyof Attempts, number> = { pair: 10, address: 100, network: 100 }

/** Seconds until another sign-in may be tried; 0 for now. `now` in ms. */
export const attemptWait = (attempts: Attempts, now: number): number => {
  const over = (Object.keys(ATTEMPT_LIMITS) as (keyof Attempts)[]).filter(
    (counter) => attempts[counter].attempts > ATTEMPT_LIMITS[counter],
  )
  return over.length === 0
    ? 0
    : Math.max(1, Math.ceil((Math.max(...over.map((counter) => attempts[counter].expiresAt)) - now) / 1000))
}
