import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach } from 'vitest'

let tables: string[] = []

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  const { results } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '%\\_cf\\_%' escape '\\' and name not like 'd1_%'",
  ).all<{ name: string }>()
  tables = results.map(({ name }) => name)
})

// Every test starts from empty storage. Emptying the tables takes a tenth of the time of making them anew.
beforeEach(async () => {
  await env.DB.batch([
    env.DB.prepare('pragma defer_foreign_keys = on'),
    ...tables.map((table) => env.DB.prepare(`delete from "${table}"`)),
  ])
  const { keys } = await env.LINKS.list()
  await Promise.all(keys.map(({ name }) => env.LINKS.delete(name)))
})
