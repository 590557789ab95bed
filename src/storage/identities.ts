import { type SQL, sql } from 'drizzle-orm'
import type { AccountScope } from '../rules/names'
import type { ConnectionPreset } from '../rules/sso'
import { rowOf, runBatch } from './batch'

/** An organization's identity provider, and the organization. */
export type SsoConnection = {
  id: string
  preset: ConnectionPreset
  issuer: string
  clientId: string
  /** Sealed. */
  clientSecret: string
  /** Whether people can sign in through it; its test and the consent to read its directory need no more than that it is there. */
  enabled: boolean
  organizationId: string
  organization: string
  slug: string
  accountScope: AccountScope
}

/** Which connection: by its id, or of an organization. */
export type WhichConnection = { id: string } | { organizationId: string } | { slug: string }

const which = (by: WhichConnection): SQL => {
  if ('id' in by) return sql`c.id = ${by.id}`
  return 'slug' in by ? sql`o.slug = ${by.slug}` : sql`o.id = ${by.organizationId}`
}

export const readConnection = async (
  db: D1Database,
  by: WhichConnection,
  now: number,
): Promise<SsoConnection | null> => {
  const [found] = await runBatch(db, [
    sql`select c.id, c.preset, c.issuer, c.client_id as "clientId", c.client_secret as "clientSecret", c.enabled,
        o.id as "organizationId", o.name as organization, o.slug, o.account_scope as "accountScope"
      from connection c join organization o on o.id = c.organization_id
      where ${which(by)} and (o.delete_at is null or o.delete_at > ${now})`,
  ])
  const row = rowOf<Omit<SsoConnection, 'enabled'> & { enabled: number }>(found)
  return row && { ...row, enabled: Boolean(row.enabled) }
}
