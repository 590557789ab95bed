import { type SQL, sql } from 'drizzle-orm'
import { MOST_NAMED } from '../rules/approval'
import type { Role } from '../rules/permissions'
import { ENQUEUED } from './deliveries'
import { type ActorRef, behind, roleLabel } from './guards'
import { queueNotices } from './notices'

/** What is frozen of the invitations `i` in a mail about their approval; `i` and `e` are rows of `rows`. */
const askedFor = (rows: SQL, rest: SQL): SQL =>
  sql`(select json_object('organization', o.name, 'slug', o.slug, ${rest}, 'total', count(*),
      'invitationId', iif(count(*) = 1, max(a.id), null),
      'asked', (select json_group_array(json_object('address', typed, 'role', label))
        from (select * from (${rows}) order by n limit ${MOST_NAMED})))
    from (${rows}) a)`

/** What becomes of an invitation whose next generation is asked for with `reason`, or goes out without one. */
export const askedAnew = (reason: SQL): SQL =>
  sql`approval_reason = ${reason}, approver_id = null, approver_name = null, approved_at = null,
    mail_state = 'queued', mail_reason = null`

/** Ids for as many deliveries as people are told at most, the roles whose holders may approve, and where mails come from. */
export type Asking = {
  deliveries: readonly string[]
  approvers: readonly Role[]
  mail: { from: string; appUrl: string }
}

/**
 * Queues what asks for approval of the claimed `rows` (a table expression with `n`, `event` and `id`) that need it: one mail
 * for all of them to each active member who may approve, and none to whoever asked. The last statement answers the
 * ids of the deliveries.
 */
export const queueRequests = (
  rows: SQL,
  { deliveries, approvers, mail }: Asking,
  { organizationId, actor, now }: { organizationId: string; actor: ActorRef; now: number },
): SQL[] => {
  const asked = sql`select c.n, c.event, i.id, i.typed_address as typed, ${roleLabel(sql`i.role`)} as label
    from ${rows} c join audit_event ae on ae.id = c.event join invitation i on i.id = c.id
    where i.status = 'awaiting_approval'`
  const roles = JSON.stringify(approvers.map(({ key, name }) => ({ key, name })))
  return queueNotices({
    event: sql`(select event from (${asked}) order by n limit 1)`,
    kind: 'approval_request',
    deliveries,
    told: sql`select m.user_id from json_each(${roles}) j cross join member m on m.organization_id = ${organizationId}
      and m.status = 'active' and m.role_order = lower(j.value->>'name') and m.role = j.value->>'key'`,
    except: behind(sql`${actor.kind}`, sql`${actor.id}`),
    content: askedFor(asked, sql`'by', e.actor_name, 'reason', e.detail->>'awaiting'`),
    mail,
    now,
  })
}

/** Ids for as many deliveries as there are invitations, and where mails come from. */
export type Answers = { deliveries: readonly string[]; mail: { from: string; appUrl: string } }

/**
 * Queues what the users who asked for the claimed `rows` are told: one mail to each, of all that is theirs. The last statement
 * answers the ids of the deliveries.
 */
export const queueAnswers = (
  rows: SQL,
  answer: 'approved' | 'declined',
  { deliveries, mail }: Answers,
  now: number,
): SQL[] => {
  const told = sql`select c.n, c.event, i.id, i.organization_id, i.inviter_id, i.typed_address as typed, ${roleLabel(sql`i.role`)} as label
    from ${rows} c join audit_event ae on ae.id = c.event join invitation i on i.id = c.id where i.inviter_kind = 'user'`
  const ids = JSON.stringify(deliveries)
  return [
    sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
      with told as materialized (${told}),
        askers as (select inviter_id, organization_id, min(n) as n, count(*) as total, max(id) as id,
          row_number() over (order by min(n)) as place from told group by inviter_id)
      select ${ids} ->> (a.place - 1), o.id, 'approval_answer', e.id, 1, u.address, json_object('organization', o.name,
          'slug', o.slug, 'answer', ${answer}, 'by', e.actor_name, 'total', a.total, 'invitationId', iif(a.total = 1, a.id, null),
          'asked', (select json_group_array(json_object('address', typed, 'role', label)) from (select typed, label from told
            where told.inviter_id = a.inviter_id order by n limit ${MOST_NAMED})),
          'to', u.typed_address, 'from', ${mail.from}, 'appUrl', ${mail.appUrl}),
        'queued', ${now + ENQUEUED}, ${now}
      from askers a join told t on t.n = a.n join audit_event e on e.id = t.event join organization o on o.id = a.organization_id
      join member m on m.organization_id = o.id and m.user_id = a.inviter_id and m.status = 'active'
      join user u on u.id = m.user_id`,
    sql`select id from delivery where id in (select value from json_each(${ids}))`,
  ]
}
