import { v7 as uuid } from 'uuid'
import type { Action } from '../../src/rules/audit'
import type { Company } from './cast'
import { run, START } from './world'

/** Three in each millisecond from START on, by five actors on a twentieth as many targets, of five actions in turn. */
export const seedEvents = (company: Company, count: number, from = 0): Promise<void> =>
  run(
    `with recursive n(i, targets, start) as (select ?1, max(1, (?2 - ?1) / 20), ?4
        union all select i + 1, targets, start from n where i + 1 < ?2),
      m(i, target, at) as (select cast(i as integer), cast(i as integer) % cast(targets as integer),
        cast(start as integer) + cast(i as integer) / 3 from n)
      insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name, target_kind,
        target_id, target_name, at, detail)
      select printf('00000000-0000-7000-8000-%012d', i), 'seed-' || i, ?3,
        case i % 5 when 0 then 'invitation.sent' when 1 then 'invitation.resent' when 2 then 'invitation.revoked'
          when 3 then 'member.changed' else 'team.created' end,
        'user', 'user-' || (i % 5), 'Actor ' || (i % 5), 'invitation', 'target-' || target,
        printf('seed%06d@example.com', target), at, '{"role":"member"}' from m`,
    from,
    from + count,
    company.id,
    START,
  )

type Written = {
  action?: Action | 'future.thing'
  at?: number
  actor?: { kind?: string; id?: string | null; name?: string }
  target?: { kind?: string; id?: string; name?: string }
  detail?: unknown
}

/** One event of an organization's, or of none, straight into the table; answers its id. */
export const addEvent = async (company: Company | null, written: Written = {}): Promise<string> => {
  const { action = 'invitation.sent', at = START, actor = {}, target = {}, detail = {} } = written
  const id = uuid()
  await run(
    `insert into audit_event (id, change_id, organization_id, action, actor_kind, actor_id, actor_name, target_kind,
      target_id, target_name, at, detail) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    id,
    company?.id ?? null,
    action,
    actor.kind ?? 'user',
    actor.id ?? null,
    actor.name ?? 'Ann Lee',
    target.kind ?? 'invitation',
    target.id ?? id,
    target.name ?? 'jane@example.com',
    at,
    typeof detail === 'string' ? detail : JSON.stringify(detail),
  )
  return id
}
