import { run, START } from './world'

export type InvitationColumns = {
  address: string
  role: string
  department: string
  status: string
  inviter: string
  sentAt: number
  expiresAt: number
  mail: string
}

/** Writes invitations straight into the database, `count` of them in one statement, each with an id in its order. */
export const addInvitations = async (
  organizationId: string,
  count: number,
  columnsOf: (n: number) => Partial<InvitationColumns>,
): Promise<void> => {
  const all = Array.from({ length: count }, (_, n) => ({
    n: String(n).padStart(5, '0'),
    address: `person${n}@example.com`,
    role: 'member',
    department: '',
    status: 'pending',
    inviter: 'Ada Admin',
    sentAt: START,
    expiresAt: START + 1e12,
    mail: 'sent',
    ...columnsOf(n),
  }))
  for (let at = 0; at < all.length; at += 500) {
    await run(
      `insert into invitation (id, organization_id, address, typed_address, role, department, status, key_id, token_hash,
        first_sent_at, sent_at, expires_at, inviter_kind, inviter_id, inviter_name, mail_state, change_id, created_at)
      select ? || (value->>'n'), ?, value->>'address', value->>'address', value->>'role', value->>'department',
        value->>'status', 'key', value->>'n', value->>'sentAt', value->>'sentAt', value->>'expiresAt', 'user',
        coalesce((select user_id from member where organization_id = ? and role = 'owner'), 'somebody'),
        value->>'inviter', value->>'mail', 'change', value->>'sentAt' from json_each(?)`,
      `${organizationId}:`,
      organizationId,
      organizationId,
      JSON.stringify(all.slice(at, at + 500)),
    )
  }
}
