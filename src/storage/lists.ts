import { type SQL, sql } from 'drizzle-orm'

/** How many terms D1 lets a compound SELECT have. */
const MAX_TERMS = 5

/** All rows of several SELECTs, however many they are. */
export const unionAll = (selects: readonly SQL[]): SQL => {
  if (selects.length <= MAX_TERMS) return sql.join([...selects], sql` union all `)
  const size = Math.ceil(selects.length / MAX_TERMS)
  const parts = Array.from({ length: MAX_TERMS }, (_, n) => selects.slice(n * size, (n + 1) * size))
  return sql.join(
    parts.filter((part) => part.length > 0).map((part) => sql`select * from (${unionAll(part)})`),
    sql` union all `,
  )
}

/** What every string that begins with a prefix is below: the prefix and the last code point. */
export const endOf = (prefix: string): string => `${prefix}\u{10ffff}`

/** Every string that begins with `prefix` stands in [prefix, prefix + the last code point). */
export const startsWith = (column: SQL, prefix: string): SQL =>
  sql`(${column} >= ${prefix} and ${column} < ${endOf(prefix)})`

/** Which way an index is read for a page that lies before or after a place, in an order. */
export const readingOf = (descending: boolean, backwards: boolean) => {
  const ascending = descending === backwards
  return { ascending, direction: sql.raw(ascending ? 'asc' : 'desc'), beyond: sql.raw(ascending ? '>' : '<') }
}

/** The rows of a page in its order, out of those read in their index's order with one more than fit. */
export const pageOfRows = <Row>(
  rows: readonly Row[],
  limit: number,
  backwards: boolean,
): { rows: Row[]; more: boolean } => {
  const kept = rows.slice(0, limit)
  return { rows: backwards ? kept.reverse() : kept, more: rows.length > limit }
}
