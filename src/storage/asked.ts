import { sql } from 'drizzle-orm'
import type { InvitationStatus } from '../rules/lifecycle'
import { rowsOf, runBatch } from './batch'
import { behind } from './guards'
import { VERSION } from './invitations'

/** What was asked for, as whoever decides has to have seen it. */
export type Asked = {
  id: string
  address: string
  typed: string
  role: string
  status: InvitationStatus
  inviterKind: 'user' | 'api_key'
  inviterId: string
  askerId: string | null
  generation: number
  changeId: string
  /** As lists show it. */
  version: string
}

/** Those among `ids` that the organization has, whether they await approval or not; one round trip. */
export const readAsked = async (
  db: D1Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Asked[]> => {
  const [found] = await runBatch(db, [
    sql`select i.id, i.address, i.typed_address as typed, i.role, i.status, i.inviter_kind as "inviterKind",
        i.inviter_id as "inviterId",
        ${behind(sql`i.inviter_kind`, sql`i.inviter_id`)} as "askerId", i.generation, i.change_id as "changeId", ${VERSION} as version
      from json_each(${JSON.stringify(ids)}) j join invitation i on i.id = j.value and i.organization_id = ${organizationId}`,
  ])
  return rowsOf<Asked>(found)
}
