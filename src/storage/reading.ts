import { bounded } from './batch'

/** Strings, quoted names and comments, in which anything may stand. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g

/** Whether a text is one query that stands between brackets and closes none but its own. */
const isOneQuery = (query: string): boolean => {
  let depth = 0
  for (const [sign] of query.replace(QUOTED, ' ').matchAll(/[()]/g)) {
    depth += sign === '(' ? 1 : -1
    if (depth < 0) return false
  }
  return depth === 0
}

/**
 * Reads rows and can do nothing else: what stands in a FROM clause is a SELECT or an error, and values are bound.
 * Given up after the time that every round trip may take.
 */
export const readOnly =
  (db: D1Database) =>
  async <Row>(query: string, ...values: (string | number | null)[]): Promise<Row[]> => {
    const one = query.trim().replace(/;$/, '')
    if (!isOneQuery(one)) throw new Error('Only one query that reads can be run here')
    const { results } = await bounded(
      db
        .prepare(`select * from (${one}\n)`)
        .bind(...values)
        .all<Row>(),
    )
    return results
  }
