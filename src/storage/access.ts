import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { bounded } from './batch'
import { apiKey, member, organization, session, user } from './schema'

const PERSON = {
  id: user.id,
  address: user.address,
  typedAddress: user.typedAddress,
  name: user.name,
  accountScope: user.accountScope,
}

/** Who asks, and in which organization: session, account, organization and membership in one round trip. */
export const readAccess = async (db: D1Database, sessionHash: string, slug: string, now: number) => {
  const [row] = await bounded(
    drizzle(db)
      .select({ user: PERSON, organization, member })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .leftJoin(organization, eq(organization.slug, slug))
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

/** A signed-in account and the organization it joined last, where it is still active. */
export const readSession = async (db: D1Database, sessionHash: string, now: number) => {
  const [row] = await bounded(
    drizzle(db)
      .select({ user: PERSON, slug: organization.slug })
      .from(session)
      .innerJoin(user, eq(user.id, session.userId))
      .leftJoin(member, and(eq(member.userId, user.id), eq(member.status, 'active')))
      .leftJoin(organization, eq(organization.id, member.organizationId))
      .where(and(eq(session.hash, sessionHash), gt(session.expiresAt, now)))
      .orderBy(sql`${member.joinedAt} desc`)
      .limit(1),
  )
  return row ?? null
}

/** The organization's live key with this hash. */
export const readApiKey = async (db: D1Database, hash: string) => {
  const [row] = await bounded(
    drizzle(db)
      .select({ key: apiKey, organization })
      .from(apiKey)
      .innerJoin(organization, eq(organization.id, apiKey.organizationId))
      .where(and(eq(apiKey.hash, hash), isNull(apiKey.revokedAt))),
  )
  return row ?? null
}

/** Up to two organizations: none means that setting up is open, one that it is the only one. */
export const readFirstOrganizations = (db: D1Database) =>
  bounded(
    drizzle(db)
      .select({
        id: organization.id,
        name: organization.name,
        slug: organization.slug,
        accountScope: organization.accountScope,
      })
      .from(organization)
      .limit(2),
  )

export const readOrganizationBySlug = async (db: D1Database, slug: string) => {
  const [row] = await bounded(
    drizzle(db)
      .select({
        id: organization.id,
        name: organization.name,
        slug: organization.slug,
        accountScope: organization.accountScope,
      })
      .from(organization)
      .where(eq(organization.slug, slug)),
  )
  return row ?? null
}
