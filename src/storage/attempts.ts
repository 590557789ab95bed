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

/** The keys of a sign-in's counters: by address, or by the link that stands for it, and by network. */
export type AttemptKeys = readonly [address: string, network: string]

/** What the event of a sign-in that succeeded takes back: the address's count, and this one of the network's. */
export const forgiveAttempts = ([address, network]: AttemptKeys, event: string): SQL[] => {
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  return [
    sql`delete from sign_in_attempt where key = ${address} and ${mine}`,
    sql`update sign_in_attempt set attempts = max(0, attempts - 1) where key = ${network} and ${mine}`,
  ]
}

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
