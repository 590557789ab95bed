import { bounded } from './batch'

const answers = (work: Promise<unknown>): Promise<boolean> =>
  bounded(work).then(
    () => true,
    () => false,
  )

/** Whether D1 answers, and KV. */
export const checkHealth = async (db: D1Database, links: KVNamespace) => {
  const [database, kv] = await Promise.all([
    answers(db.prepare('select id from organization limit 1').all()),
    answers(links.get('health')),
  ])
  return { database, links: kv }
}
