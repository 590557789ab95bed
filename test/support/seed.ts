import type { Company } from './cast'
import { run, START } from './world'

type Seeded = { status?: string; expiresAt?: number; sentAt?: number; from?: number }

/** Many invitations at once, straight into the table; `from` numbers them on, and every tenth shares a department. */
export const seedInvitations = (company: Company, count: number, seeded: Seeded = {}): Promise<void> => {
  const { status = 'pending', sentAt = START, expiresAt = START + 7 * 24 * 3600 * 1000, from = 0 } = seeded
  return run(
    `with recursive n(i) as (select ? union all select i + 1 from n where i + 1 < ?)
      insert into invitation (id, organization_id, address, typed_address, role, department, status, key_id, token_hash,
        first_sent_at, sent_at, expires_at, inviter_kind, inviter_id, inviter_name, mail_state, change_id, created_at)
      select printf('00000000-0000-7000-8000-%012d', i), ?, printf('seed%06d@example%d.com', i, i % 7),
        printf('Seed%06d@example%d.com', i, i % 7), iif(i % 3, 'member', 'viewer'), 'Department ' || (i % 10), ?, 'key',
        printf('%064d', i), ? + i, ? + i, ? + i, 'user',
        coalesce((select user_id from member where organization_id = ? and role = 'owner'), 'somebody'), 'Inviter ' || (i % 5),
        iif(i % 4, 'sent', 'failed'), 'seed', ? + i from n`,
    from,
    from + count,
    company.id,
    status,
    sentAt,
    sentAt,
    expiresAt,
    company.id,
    sentAt,
  )
}
