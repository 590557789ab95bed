import { env } from 'cloudflare:workers'
import { replacing } from './holding'

/** The database, with `meddle` happening once, after what a verb has read and just before it commits. */
export const meddledDatabase = (meddle: () => Promise<unknown>): D1Database => {
  let state: 'reading' | 'committing' | 'over' = 'reading'
  const prepare: D1Database['prepare'] = (query) => {
    // A commit is the batch that writes its event.
    if (state === 'reading' && query.startsWith('insert into audit_event')) state = 'committing'
    return env.DB.prepare(query)
  }
  const batch: D1Database['batch'] = async (statements) => {
    if (state === 'committing') {
      state = 'over'
      await meddle()
    }
    return env.DB.batch(statements)
  }
  return replacing(env.DB, { prepare, batch })
}
