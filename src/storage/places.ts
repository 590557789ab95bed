import { type SQL, sql } from 'drizzle-orm'
import type { Departure, QuotaOn } from '../rules/quotas'
import { organizationQuotaLeft, quotaLeft, type Sender } from './guards'

/** The columns that `placing` needs, of a departure in the JSON `value` under `departure`; null where that is null. */
export const DEPARTURE = sql`value->'departure'->>'first' as first_at, value->'departure'->>'firstDay' as first_day,
  value->'departure'->>'second' as second_at, value->'departure'->>'secondDay' as second_day,
  value->'departure'->>'heldFor' as held_for`

/**
 * Tables for the head of a claim that gives places in the quotas: what fits the first day of its departure leaves then,
 * what fits the second leaves then, and the rest does not go. `asked` selects the columns of departures, `n` for their order,
 * and `kept_day`: the day on which it has a place already. What has no departure makes no mail and needs no place.
 * `placed` has them all, with `goes`, with when the mail may leave (`waits`, null for at once) and with why not before
 * (`waits_for`, null for the quota).
 */
export const placing = (asked: SQL, sender: Sender): SQL =>
  sql`asked as materialized (${asked}),
    days as materialized (select d.day, ${quotaLeft(sender, sql`d.day`)} as free
      from (select first_day as day from asked union select second_day from asked) d where d.day is not null),
    firsts as materialized (select a.*, a.first_day is null or a.kept_day is a.first_day
        or row_number() over (partition by a.first_day, a.kept_day is a.first_day order by a.kept_day is a.second_day, a.n) <= d.free as fits
      from asked a left join days d on d.day = a.first_day),
    placed as materialized (select f.*, iif(f.fits, f.first_at, f.second_at) as waits, iif(f.fits, f.held_for, null) as waits_for,
        f.fits or f.kept_day is f.second_day
          or row_number() over (partition by f.second_day, f.fits, f.kept_day is f.second_day order by f.n)
            + (select count(*) from asked o where o.first_day = f.second_day and o.kept_day is not o.first_day) <= d.free as goes
      from firsts f left join days d on d.day = f.second_day)`

/** What is left of the quotas on the days of departures, as one column `quotas`. */
export const quotasOn = (
  sender: Sender,
  departures: readonly Pick<Departure, 'firstDay' | 'secondDay'>[],
): SQL => {
  const days = [...new Set(departures.flatMap(({ firstDay, secondDay }) => [firstDay, secondDay]))]
  return sql`(select json_group_array(json_object('day', d.value, 'quota', ${quotaLeft(sender, sql`d.value`)},
    'organization', ${organizationQuotaLeft(sender, sql`d.value`)})) from json_each(${JSON.stringify(days)}) d) as quotas`
}

/** Reads the column of `quotasOn`. */
export const quotasIn = (json: string | undefined): QuotaOn[] => JSON.parse(json ?? '[]') as QuotaOn[]
