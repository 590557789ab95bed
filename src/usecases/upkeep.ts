import type { Context } from '../context'
import { checkHealth } from '../storage/health'
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

/** Clears sessions that have ended, closed windows of sign-in attempts, and links of accounts that are long over. */
export const clearOld = (ctx: Context): Promise<number> => inChunks(() => clearEnded(ctx.db, ctx.now, CHUNK))

/** Whether D1 answers, and KV; asked also where settings are missing. */
export const readHealth = ({ db, links }: Pick<Context, 'db' | 'links'>) => checkHealth(db, links)
