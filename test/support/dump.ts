import { env } from 'cloudflare:workers'
import { rows } from './world'

type Row = Record<string, unknown>

/** Every row of every table. */
export const everyRow = async (): Promise<Record<string, Row[]>> => {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\' and name not in ('d1_migrations', 'sqlite_sequence') order by name",
  )
  const dumped = tables.map(async ({ name }) => [name, await rows<Row>(`select * from "${name}"`)] as const)
  return Object.fromEntries(await Promise.all(dumped))
}

/** Every key and value that links have in KV. */
export const everyLink = async (): Promise<Record<string, string | null>> => {
  const { keys } = await env.LINKS.list()
  const dumped = keys.map(async ({ name }) => [name, await env.LINKS.get(name)] as const)
  return Object.fromEntries(await Promise.all(dumped))
}
