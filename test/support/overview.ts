import { DAY } from '../../src/rules/dates'
import type { Company } from './cast'
import { run, START } from './world'

type Columns = Record<string, string | number | null>
type Values = {
  role?: string
  department?: string
  status?: string
  /** In ms before now. */
  sent?: number
  /** In ms. */
  life?: number
  mail?: string
  reason?: string
  opened?: number
  teams?: readonly string[]
}

const insert = (table: string, columns: Columns): Promise<void> =>
  run(
    `insert into ${table} (${Object.keys(columns)}) values (${Object.keys(columns).map(() => '?')})`,
    ...Object.values(columns),
  )

let count = 0

/** An invitation as it stands at START, of which everything that matters can be said. */
export const addInvitation = async (
  company: Company,
  address: string,
  values: Values = {},
): Promise<string> => {
  const id = `00000000-0000-7000-9000-${String(++count).padStart(12, '0')}`
  const sentAt = START - (values.sent ?? DAY)
  await insert('invitation', {
    id,
    organization_id: company.id,
    address,
    typed_address: address,
    role: values.role ?? 'member',
    department: values.department ?? '',
    status: values.status ?? 'pending',
    key_id: 'key',
    token_hash: id,
    first_sent_at: sentAt,
    sent_at: sentAt,
    expires_at: sentAt + (values.life ?? 7 * DAY),
    inviter_kind: 'user',
    inviter_id: 'somebody',
    inviter_name: 'Ada Admin',
    mail_state: values.mail ?? 'sent',
    mail_reason: values.reason ?? null,
    opened_at: values.opened === undefined ? null : START - values.opened,
    change_id: id,
    created_at: sentAt,
  })
  await run(
    "update invitation set inviter_id = (select user_id from member where organization_id = ? and role = 'owner') where id = ?",
    company.id,
    id,
  )
  for (const team of values.teams ?? []) await insert('invitation_team', { invitation_id: id, team_id: team })
  return id
}

/** An invitation that was accepted at a moment, so long after it was sent. */
export const addAccepted = async (
  company: Company,
  address: string,
  { at, took = 0, ...values }: { at: number; took?: number } & Omit<Values, 'sent' | 'status'>,
): Promise<void> => {
  const id = await addInvitation(company, address, { ...values, status: 'accepted', sent: START - at + took })
  await insert('audit_event', {
    id: `accepted-${id}`,
    change_id: `accepted-${id}`,
    organization_id: company.id,
    action: 'invitation.accepted',
    actor_kind: 'invitee',
    actor_name: address,
    target_kind: 'invitation',
    target_id: id,
    target_name: address,
    at,
    detail: '{}',
  })
}
