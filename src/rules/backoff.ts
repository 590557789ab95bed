/** A delivery is tried this often before it has failed: together about three days. */
export const MAX_ATTEMPTS = 20

/** What Cloudflare Queues lets a message wait, in seconds. */
const LONGEST = 12 * 3600

/** Seconds to wait after attempt `attempts` (from 1): 30 s doubled each time up to 6 h, or what the provider asked for. */
export const retryDelay = (attempts: number, askedSeconds: number | null): number => {
  const own = Math.min(30 * 2 ** (attempts - 1), 6 * 3600)
  return Math.min(Math.max(own, Math.ceil(askedSeconds ?? 0)), LONGEST)
}

/** Seconds that a message waits which is not to be looked at before `at` (ms), as far as a queue lets it. */
export const delayUntil = (at: number, now: number): number =>
  Math.min(Math.max(1, Math.ceil((at - now) / 1000)), LONGEST)
