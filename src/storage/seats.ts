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

/**
 * Seats that become members' without an invitation, as a table of one row: those that no active member has (`free`),
 * and those of them that no pending invitation has reserved either (`unreserved`). Huge where there is no limit.
 */
export const seatsForMembers = (organizationId: string, now: number, defaultLimit: number): SQL => {
  const limit = seatLimit(defaultLimit)
  const free = sql`${limit} - (select count(*) from member where organization_id = o.id and status = 'active')`
  return sql`(select iif(${limit} = 0, 1000000000, ${free}) as free,
      case when ${limit} = 0 then 1000000000 when o.pending_reserves_seat then ${limit} - ${seatsTaken(now)}
        else ${free} end as unreserved
    from organization o where o.id = ${organizationId})`
}
