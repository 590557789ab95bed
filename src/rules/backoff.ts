/** A delivery is tried this often before it has failed: together about three days. */
export const MAX_ATTEMPTS = 20

/** What Cloudflare Queues lets a message wait, in seconds. */
const LONGEST = 12 * 3600

/** Seconds to wait after attempt `attempts` (from 1): 30 s doubled each time up to 6 h, or what the provider asked for. */
export const retryDelay = (attempts: number, askedSeconds: number | null): number => {
  const own = Math.min(30 * 2 ** (attempts - 1), 6 * 3600)
  return Math.min(Math.max(own, Math.ceil(askedSeconds ?? 0)), LONGEST)
}
