import type { SQL } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import { DatabaseSilent } from '../rules/refusals'

const dialect = new SQLiteAsyncDialect()

/** How long one round trip may take before it counts as lost, in ms. */
const PATIENCE = 10_000

/** A round trip that is given up after `PATIENCE`, so that a stalled database is an answer too. */
export const bounded = async <T>(work: Promise<T>): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseSilent()), PATIENCE)
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
  }
}

export type Row = Record<string, unknown>
export type Answer = { rows: Row[]; changes: number }

/**
 * Runs the statements as one D1 batch: one round trip, atomic, in order.
 * D1 has no interactive transaction, so what must hold stands in the statements' own WHERE.
 */
export const runBatch = async (db: D1Database, statements: SQL[]): Promise<Answer[]> => {
  const prepared = statements.map((statement) => {
    const { sql, params } = dialect.sqlToQuery(statement)
    return db.prepare(sql).bind(...params)
  })
  const results = await bounded(db.batch<Row>(prepared))
  return results.map((result) => ({ rows: result.results, changes: result.meta.changes }))
}

/** The one place where rows of a statement are given their type: the statement above it names these columns. */
export const rowsOf = <T>(answer: Answer | undefined): T[] => (answer?.rows ?? []) as T[]
export const rowOf = <T>(answer: Answer | undefined): T | null => rowsOf<T>(answer)[0] ?? null
