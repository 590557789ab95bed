import type { World } from './world'

/** Round trips and calls of one action; what did not happen is left out. */
export type Cost = Partial<Record<Counted, number>>
type Counted =
  | 'd1'
  | 'kvBulkRead'
  | 'kvRead'
  | 'kvWrite'
  | 'kvDelete'
  | 'kvList'
  | 'send'
  | 'sendBatch'
  | 'mail'

const STATEMENT_TRIPS: readonly PropertyKey[] = ['all', 'first', 'raw', 'run']
const DATABASE_TRIPS: readonly PropertyKey[] = ['exec', 'dump']

/** A method of `target` that tells `before` of its calls and then does what it always does. */
const method = (target: object, key: PropertyKey, before: (args: unknown[]) => void): unknown => {
  const value: unknown = Reflect.get(target, key)
  if (typeof value !== 'function') return value
  return (...args: unknown[]): unknown => {
    before(args)
    return value.apply(target, args)
  }
}

const watched = <T extends object>(target: T, told: (key: PropertyKey, args: unknown[]) => void): T =>
  new Proxy(target, { get: (of, key) => method(of, key, (args) => told(key, args)) })

/** Counts every trip to D1, statements run alone included, and the rows that each statement of a batch has read. */
const watchedDatabase = (db: D1Database, trip: () => void, read: (rows: number[]) => void): D1Database => {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>()
  const statement = (of: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(of, {
      get: (target, key) =>
        key === 'bind'
          ? (...values: unknown[]) => statement(target.bind(...values))
          : method(target, key, () => STATEMENT_TRIPS.includes(key) && trip()),
    })
    originals.set(proxy, of)
    return proxy
  }
  const database = <T extends D1Database | D1DatabaseSession>(of: T): T =>
    new Proxy(of, {
      get: (target, key) => {
        if (key === 'prepare') return (query: string) => statement(target.prepare(query))
        if (key === 'withSession' && 'withSession' in target)
          return (bookmark?: string) => database(target.withSession(bookmark))
        if (key !== 'batch') return method(target, key, () => DATABASE_TRIPS.includes(key) && trip())
        return async (statements: D1PreparedStatement[]) => {
          trip()
          const results = await target.batch(statements.map((one) => originals.get(one) ?? one))
          read(results.map(({ meta }) => meta.rows_read))
          return results
        }
      },
    })
  return database(db)
}

const kvCall = (key: PropertyKey, args: unknown[]): Counted | null => {
  if (key === 'get' || key === 'getWithMetadata') return Array.isArray(args[0]) ? 'kvBulkRead' : 'kvRead'
  if (key === 'put') return 'kvWrite'
  if (key === 'delete') return 'kvDelete'
  return key === 'list' ? 'kvList' : null
}

/** Counts what a world's actions ask of D1, KV, the queue and the mail provider from here on. */
export const counting = (world: World) => {
  const counts = new Map<Counted, number>()
  const reads: number[][] = []
  const count = (what: Counted | null) => {
    if (what) counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const { env, provider } = world
  env.DB = watchedDatabase(
    env.DB,
    () => count('d1'),
    (rows) => reads.push(rows),
  )
  env.LINKS = watched(env.LINKS, (key, args) => count(kvCall(key, args)))
  env.MAIL = watched(env.MAIL, (key) => count(key === 'send' || key === 'sendBatch' ? key : null))
  const { send } = provider
  provider.send = (mail) => {
    count('mail')
    return send(mail)
  }

  const costOf = async (action: () => Promise<unknown>): Promise<Cost> => {
    counts.clear()
    await action()
    return Object.fromEntries(counts)
  }
  /** The rows read by each statement of each batch, in the order they ran. */
  const rowsReadBy = async (action: () => Promise<unknown>): Promise<number[][]> => {
    reads.length = 0
    await action()
    return [...reads]
  }
  return { costOf, rowsReadBy, costSoFar: (): Cost => Object.fromEntries(counts) }
}
