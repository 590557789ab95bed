import { type SQL, sql } from 'drizzle-orm'
import type { AccountScope } from '../rules/names'
import type { ConnectionPreset } from '../rules/sso'
import { rowOf, rowsOf, runBatch } from './batch'

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

/** How many organizations are offered for one domain. */
const MOST_FOUND = 20

/**
 * Organizations of shared accounts whose identity provider signs in the addresses of a domain that they have proven.
 * Those whose accounts are their own have their own sign-in pages, and are not found.
 */
export const listConnectedTo = async (
  db: D1Database,
  domain: string,
  now: number,
): Promise<{ name: string; slug: string }[]> => {
  const [found] = await runBatch(db, [
    sql`select o.name, o.slug from domain d join organization o on o.id = d.organization_id
      join connection c on c.organization_id = o.id and c.enabled
      where d.domain = ${domain} and d.proven_at is not null and o.account_scope = 'shared'
        and (o.delete_at is null or o.delete_at > ${now})
      order by o.name collate nocase, o.id limit ${MOST_FOUND}`,
  ])
  return rowsOf<{ name: string; slug: string }>(found)
}
