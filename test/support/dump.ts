import { env } from 'cloudflare:workers'
import { tableNames } from './storage'

type Row = Record<string, unknown>

/** Every row of every table. */
export const everyRow = async (): Promise<Record<string, Row[]>> => {
  const tables = await tableNames()
  const dumped = await env.DB.batch<Row>(tables.map((name) => env.DB.prepare(`select * from "${name}"`)))
  return Object.fromEntries(tables.map((name, at) => [name, dumped[at]?.results ?? []]))
}

/** Every key and value that links have in KV. */
export const everyLink = async (): Promise<Record<string, string | null>> => {
  const { keys } = await env.LINKS.list()
  const dumped = keys.map(async ({ name }) => [name, await env.LINKS.get(name)] as const)
  return Object.fromEntries(await Promise.all(dumped))
}
