import { and, eq, gt, isNull, not, or, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ConnectionPreset } from '../rules/sso'
import { bounded } from './batch'
import { isOfProvenDomain } from './domains'
import { isRetired } from './parting'
import { apiKey, member, organization, session, user } from './schema'
import { isGranted } from './sessions'

const PERSON = {
  id: user.id,
  address: user.address,
  typedAddress: user.typedAddress,
  name: user.name,
  accountScope: user.accountScope,
}

/**
 * The place of a sign-in page, and whether an address is of a domain that its organization has proven. Of
 * the one table of its statement, whose name the builder leaves out before a column alone.
 */
const PLACE = (address: string) => ({
  id: organization.id,
  name: organization.name,
  slug: organization.slug,
  accountScope: organization.accountScope,
  ssoRequired: organization.ssoRequired,
  /** What its people sign in through; null for nothing. */
  ssoPreset: sql<ConnectionPreset | null>`(select c.preset from connection c
    where c.organization_id = ${organization}.id and c.enabled)`,
  ofProvenDomain: isOfProvenDomain(sql`${organization}.id`, address).mapWith(Boolean),
})

/** An organization whose deletion is due is gone, even before the sweep has cleared it away. */
const isThere = (now: number) => or(isNull(organization.deleteAt), gt(organization.deleteAt, now))

export type RoleRow = { id: string; name: string; description: string; permissions: string }

const rows = <T>(json: unknown): T[] => JSON.parse(String(json)) as T[]

/** The organization's own roles, read along with it. */
const OWN_ROLES =
  sql`(select json_group_array(json_object('id', r.id, 'name', r.name, 'description', r.description,
    'permissions', r.permissions))
  from (select * from role where organization_id = ${organization.id} order by name collate nocase) r)`.mapWith(
    (json) => rows<RoleRow>(json),
  )

/** How many organizations a switcher names. */
const MOST_MEMBERSHIPS = 100

const granted = (organizationId: SQL, now: number) => isGranted(organizationId, now, sql`${session.hash}`)

/** What of the session and the account decides whether an organization opens. */
const ENTRANCE = (now: number) => ({
  own: session.own,
  method: session.method,
  secondFactor: session.secondFactor,
  granted: granted(sql`${organization.id}`, now).mapWith(Boolean),
  connected:
    sql`exists (select 1 from connection c where c.organization_id = ${organization.id} and c.enabled)`.mapWith(
      Boolean,
    ),
  // Nor does another address of the account take somebody out of the domain that they came in with.
  ofProvenDomain: sql`(${isOfProvenDomain(sql`${organization.id}`, sql`${user.address}`)}
    or exists (select 1 from invitation i where i.id = ${member.invitationId}
      and ${isOfProvenDomain(sql`${organization.id}`, sql`i.address`)})
    or (${member.invitationId} is null and exists (select 1 from identity d
      where d.organization_id = ${organization.id} and d.user_id = ${user.id})))`.mapWith(Boolean),
})

/** The organizations that the session can switch to: all of the account's own, or those an identity provider opened. */
const memberships = (now: number) =>
  sql`(select json_group_array(json_object('name', o.name, 'slug', o.slug))
    from (select o.name, o.slug from member m join organization o on o.id = m.organization_id
      where m.user_id = ${user.id} and m.status = 'active' and (o.delete_at is null or o.delete_at > ${now})
        and (${session.own} or ${granted(sql`o.id`, now)})
      order by o.name collate nocase, o.id limit ${MOST_MEMBERSHIPS}) o)`.mapWith((json) =>
    rows<{ name: string; slug: string }>(json),
  )

/** Who asks, and in which organization: session, account, organization, membership, roles and other organizations in one round trip. */
export const readAccess = async (db: D1Database, sessionHash: string, slug: string, now: number) => {
  const [row] = await bounded(
    drizzle(db)
      .select({
        user: PERSON,
        organization,
        member,
        entrance: ENTRANCE(now),
        roles: OWN_ROLES,
        memberships: memberships(now),
      })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .leftJoin(organization, and(eq(organization.slug, slug), isThere(now)))
      .leftJoin(
        member,
        and(
          eq(member.organizationId, organization.id),
          eq(member.userId, user.id),
          eq(member.status, 'active'),
        ),
      )
      .where(and(eq(session.hash, sessionHash), gt(session.expiresAt, now))),
  )
  return row ?? null
}

/** A signed-in account and the organization it joined last of those its session opens, where it is still active. */
export const readSession = async (db: D1Database, sessionHash: string, now: number) => {
  const [row] = await bounded(
    drizzle(db)
      .select({ user: PERSON, own: session.own, slug: organization.slug })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .leftJoin(member, and(eq(member.userId, user.id), eq(member.status, 'active')))
      .leftJoin(
        organization,
        and(
          eq(organization.id, member.organizationId),
          isThere(now),
          or(session.own, granted(sql`${member.organizationId}`, now)),
        ),
      )
      .where(
        and(
          eq(session.hash, sessionHash),
          gt(session.expiresAt, now),
          not(isRetired(sql`${user.accountScope}`)),
        ),
      )
      .orderBy(sql`${organization.id} is null, ${member.joinedAt} desc`)
      .limit(1),
  )
  return row ?? null
}

/** The organization's live key with this hash, and the organization's own roles. */
export const readApiKey = async (db: D1Database, hash: string, now: number) => {
  const [row] = await bounded(
    drizzle(db)
      .select({ key: apiKey, organization, roles: OWN_ROLES })
      .from(apiKey)
      .innerJoin(organization, eq(organization.id, apiKey.organizationId))
      .where(and(eq(apiKey.hash, hash), isNull(apiKey.revokedAt), isThere(now))),
  )
  return row ?? null
}

/** Whether there is any organization, cleared away or not yet. */
export const hasOrganization = async (db: D1Database): Promise<boolean> =>
  (await bounded(drizzle(db).select({ id: organization.id }).from(organization).limit(1))).length > 0

/** The organization of a deployment that has one only. */
export const readOnlyOrganization = async (db: D1Database, now: number, address: string) => {
  const [first, second] = await bounded(
    drizzle(db).select(PLACE(address)).from(organization).where(isThere(now)).limit(2),
  )
  return second ? null : (first ?? null)
}

export const readOrganizationBySlug = async (db: D1Database, slug: string, now: number, address: string) => {
  const [row] = await bounded(
    drizzle(db)
      .select(PLACE(address))
      .from(organization)
      .where(and(eq(organization.slug, slug), isThere(now))),
  )
  return row ?? null
}
