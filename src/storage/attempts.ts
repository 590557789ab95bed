import { type SQL, sql } from 'drizzle-orm'
import { type Allowance, type Attempts, SIGN_INS, type Window } from '../rules/attempts'
import { type Answer, rowOf } from './batch'

/** Keyed digests of the counters: the address (or the link that stands for it) from this network, the address, the network. */
export type AttemptKeys = Record<keyof Attempts, string>

const count = (key: string, now: number, window: number, only: SQL = sql`true`): SQL =>
  sql`insert into sign_in_attempt (key, attempts, expires_at) select ${key}, 1, ${now + window} where ${only}
    on conflict (key) do update set attempts = iif(expires_at <= ${now}, 1, attempts + 1),
      expires_at = iif(expires_at <= ${now}, excluded.expires_at, expires_at)
    returning attempts, expires_at as "expiresAt"`

/**
 * Counts a try before it is made, so that no burst gets past a limit. What is refused for the network it comes
 * from does not count against the address: a stranger cannot use up what its owner has.
 */
export const countAttempts = (
  { pair, address, network }: AttemptKeys,
  now: number,
  { window, limits }: Allowance = SIGN_INS,
): SQL[] => [
  count(pair, now, window),
  count(
    address,
    now,
    window,
    sql`(select attempts from sign_in_attempt where key = ${pair}) <= ${limits.pair}`,
  ),
  count(network, now, window),
]

/** Whether what `countAttempts` has just counted in the same batch is within its limits. */
export const withinLimits = ({ pair, address, network }: AttemptKeys, { limits }: Allowance): SQL =>
  sql`not exists (select 1 from sign_in_attempt where key = ${pair} and attempts > ${limits.pair}
    or key = ${address} and attempts > ${limits.address} or key = ${network} and attempts > ${limits.network})`

const NONE: Window = { attempts: 0, expiresAt: 0 }

/** Reads the answers of `countAttempts`. */
export const attemptsOf = ([pair, address, network]: Answer[]): Attempts => ({
  pair: rowOf<Window>(pair) ?? NONE,
  address: rowOf<Window>(address) ?? NONE,
  network: rowOf<Window>(network) ?? NONE,
})

/** What the event of a sign-in that succeeded takes back: the pair's count, and this one of the others. */
export const forgiveAttempts = ({ pair, address, network }: AttemptKeys, event: string): SQL[] => {
  const mine = sql`exists (select 1 from audit_event where id = ${event})`
  return [
    sql`delete from sign_in_attempt where key = ${pair} and ${mine}`,
    sql`update sign_in_attempt set attempts = max(0, attempts - 1) where key in (${address}, ${network}) and ${mine}`,
  ]
}

/** What the event of a new password takes back: whatever was tried for its address, from here or from anywhere. */
export const forgetAttempts = ({ pair, address }: AttemptKeys, event: string): SQL =>
  sql`delete from sign_in_attempt where key in (${pair}, ${address})
    and exists (select 1 from audit_event where id = ${event})`
