import { type SQL, sql } from 'drizzle-orm'
import { COUNT_LIMIT } from '../rules/lists'
import type { ConnectionPreset } from '../rules/sso'
import { type Answer, rowOf, runBatch } from './batch'
import { type DirectoryState, directoryState, directoryStateOf } from './directory'
import { provenDomains, provenDomainsOf } from './domains'
import { isGranted } from './sessions'

export type Connection = {
  id: string
  preset: ConnectionPreset
  issuer: string
  clientId: string
  /** Sealed. */
  clientSecret: string
  enabled: boolean
  /** Null where no test succeeded since it was configured so. */
  testedAt: number | null
}

type Row = Omit<Connection, 'enabled'> & { enabled: number }

const ROW = sql`c.id, c.preset, c.issuer, c.client_id as "clientId", c.client_secret as "clientSecret", c.enabled,
  c.tested_at as "testedAt"`

export const connectionOf = (organizationId: string): SQL =>
  sql`select ${ROW} from connection c where c.organization_id = ${organizationId}`

export const connectionIn = (answer: Answer | undefined): Connection | null => {
  const row = rowOf<Row>(answer)
  return row && { ...row, enabled: Boolean(row.enabled) }
}

/** The connection that another one would take the place of, there or removed; its id, or '' for none. */
const previousOf = (organizationId: string): SQL =>
  sql`select coalesce((select id from connection where organization_id = ${organizationId}),
    (select target_id from audit_event where organization_id = ${organizationId} and action = 'connection.removed'
      order by at desc, id desc limit 1), '') as id`

const previousIn = (answer: Answer | undefined): string => rowOf<{ id: string }>(answer)?.id ?? ''

export const readConnection = async (
  db: D1Database,
  organizationId: string,
): Promise<{ connection: Connection | null; previous: string }> => {
  const answers = await runBatch(db, [connectionOf(organizationId), previousOf(organizationId)])
  return { connection: connectionIn(answers[0]), previous: previousIn(answers[1]) }
}

/** Everything that the page of a connection shows. */
export type SignInFacts = {
  connection: Connection | null
  previous: string
  /** Members who have signed in through it; counts stop at `COUNT_LIMIT`. */
  members: number
  provenDomains: string[]
  directory: DirectoryState
  /** Whether the session that asks was opened by it. */
  bySso: boolean
}

export const readSignInFacts = async (
  db: D1Database,
  organizationId: string,
  session: string | null,
  now: number,
): Promise<SignInFacts> => {
  const answers = await runBatch(db, [
    connectionOf(organizationId),
    sql`select (select count(*) from (select 1 from identity where organization_id = ${organizationId} limit ${COUNT_LIMIT})) as members,
      exists (select 1 from session s where s.hash = ${session} and s.expires_at > ${now}
        and ${isGranted(sql`${organizationId}`, now)}) as "bySso"`,
    provenDomains(organizationId),
    directoryState(organizationId),
    previousOf(organizationId),
  ])
  const facts = rowOf<{ members: number; bySso: number }>(answers[1])
  return {
    connection: connectionIn(answers[0]),
    members: facts?.members ?? 0,
    bySso: Boolean(facts?.bySso),
    provenDomains: provenDomainsOf(answers[2]),
    directory: directoryStateOf(answers[3]),
    previous: previousIn(answers[4]),
  }
}

/** The same secret, sealed with the current key. */
export const replaceSealedSecret = async (
  db: D1Database,
  id: string,
  was: string,
  clientSecret: string,
): Promise<void> => {
  await runBatch(db, [
    sql`update connection set client_secret = ${clientSecret} where id = ${id} and client_secret = ${was}`,
  ])
}
