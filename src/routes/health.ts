import { Hono } from 'hono'
import { version } from '../../package.json'
import { readSettings } from '../bindings'
import { readHealth } from '../usecases/upkeep'
import type { AppEnv } from './request'

/** Answers even where settings are missing, and says then which one and how to set it. */
export const health = new Hono<AppEnv>().get('/health', async (c) => {
  const settings = readSettings(c.env)
  const problems = 'problems' in settings ? settings.problems : []
  const { database, links } = await readHealth({ db: c.env.DB, links: c.env.LINKS })
  const ok = database && links && problems.length === 0
  return c.json({ status: ok ? 'ok' : 'failing', version, database, links, problems }, ok ? 200 : 503)
})
