import type { Context } from '../context'
import { bounded } from '../storage/batch'
import { clearEnded, expireInvitations } from '../storage/sweeps'
import { newId } from './changes'

const CHUNK = 1000
const MAX_CHUNKS = 20

const inChunks = async (sweep: () => Promise<number>): Promise<number> => {
  let swept = 0
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const count = await sweep()
    swept += count
    if (count < CHUNK) break
  }
  return swept
}

/** Writes down what has expired; the page and every guard knew already. Answers how many. */
export const expireDue = (ctx: Context): Promise<number> =>
  inChunks(() => expireInvitations(ctx.db, newId(), ctx.now, CHUNK))

/** Clears sessions that have ended and closed windows of sign-in attempts. */
export const clearOld = (ctx: Context): Promise<number> => inChunks(() => clearEnded(ctx.db, ctx.now, CHUNK))

export type HealthCheck = { database: boolean; links: boolean }

/** Does D1 answer, does KV. */
export const checkHealth = async ({ db, links }: Pick<Context, 'db' | 'links'>): Promise<HealthCheck> => {
  const answers = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    )
  const [database, kv] = await Promise.all([
    answers(bounded(db.prepare('select id from organization limit 1').all())),
    answers(bounded(links.get('health'))),
  ])
  return { database, links: kv }
}
