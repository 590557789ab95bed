import { type SQL, sql } from 'drizzle-orm'
import { type Answer, rowOf } from './batch'
import { seatLimit, seatsTaken } from './guards'

/** Seats taken of the plan's; where there is no limit nothing is counted. */
export type SeatUsage = { taken: number; limit: number | null }

/** The seats as a page shows them; a statement for the batch that reads the page. `defaultLimit` is the deployment's. */
export const seatUsage = (organizationId: string, now: number, defaultLimit: number): SQL => {
  const limit = seatLimit(defaultLimit)
  return sql`select iif(${limit} = 0, 0, ${seatsTaken(now)}) as taken, nullif(${limit}, 0) as "limit"
    from organization o where o.id = ${organizationId}`
}

/** Reads the answer of `seatUsage`. */
export const seatUsageOf = (answer: Answer | undefined): SeatUsage =>
  rowOf<SeatUsage>(answer) ?? { taken: 0, limit: null }
