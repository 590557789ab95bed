import { type SQL, sql } from 'drizzle-orm'
import { MINUTE } from '../rules/dates'
import { type Answer, rowOf } from './batch'

/** How long failed sign-ins count, in ms. */
const WINDOW = 15 * MINUTE

/** Counts a sign-in before it is tried, so that no burst gets past the limit; the row it returns says how many there were. */
export const countAttempts = (key: string, now: number): SQL =>
  sql`insert into sign_in_attempt (key, attempts, expires_at) values (${key}, 1, ${now + WINDOW})
    on conflict (key) do update set attempts = iif(expires_at <= ${now}, 1, attempts + 1),
      expires_at = iif(expires_at <= ${now}, excluded.expires_at, expires_at)
    returning attempts, expires_at as "expiresAt"`

/** Attempts of the window by address and by network, and when each window ends. */
export type Attempts = {
  address: { attempts: number; expiresAt: number }
  network: { attempts: number; expiresAt: number }
}

const NONE = { attempts: 0, expiresAt: 0 }

/** Reads the answers of two `countAttempts`: the address's, then the network's. */
export const attemptsOf = ([address, network]: Answer[]): Attempts => ({
  address: rowOf<Attempts['address']>(address) ?? NONE,
  network: rowOf<Attempts['network']>(network) ?? NONE,
})
