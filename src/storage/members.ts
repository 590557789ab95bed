import { sql } from 'drizzle-orm'
import { rowOf, rowsOf, runBatch } from './batch'

export type MemberPage = {
  userId: string
  name: string
  typedAddress: string
  role: string
  department: string
  status: 'active' | 'inactive'
  joinedAt: number
  inviterName: string | null
  teams: string[]
}

/** One member with their teams, or null where the organization has none with this id; one round trip. */
export const readMember = async (
  db: D1Database,
  organizationId: string,
  userId: string,
): Promise<MemberPage | null> => {
  const [member, teams] = await runBatch(db, [
    sql`select u.id as "userId", u.name, u.typed_address as "typedAddress", m.role, m.department, m.status,
        m.joined_at as "joinedAt", m.inviter_name as "inviterName"
      from member m join user u on u.id = m.user_id
      where m.organization_id = ${organizationId} and m.user_id = ${userId}`,
    sql`select t.name from member_team mt join team t on t.id = mt.team_id
      where mt.organization_id = ${organizationId} and mt.user_id = ${userId} order by t.name`,
  ])
  const row = rowOf<Omit<MemberPage, 'teams'>>(member)
  return row && { ...row, teams: rowsOf<{ name: string }>(teams).map(({ name }) => name) }
}
