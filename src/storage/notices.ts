import { type SQL, sql } from 'drizzle-orm'
import { BUILT_IN_ROLES, can } from '../rules/permissions'
import { ENQUEUED } from './deliveries'
import { roleLabel } from './guards'

/** How many people are told of one event. */
export const MOST_TOLD = 50

const MANAGING = BUILT_IN_ROLES.filter((role) => can(role, 'member:manage')).map(({ key }) => key)

/** Member `m` may manage members. */
export const managesMembers = sql`(m.role in (select value from json_each(${JSON.stringify(MANAGING)}))
  or exists (select 1 from role r join json_each(r.permissions) p on p.value = 'member:manage'
    where r.id = m.role and r.organization_id = m.organization_id))`

export type Notice = {
  /** The event that is told; without it nobody is. */
  event: string
  kind: 'deletion_notice' | 'acceptance_notice'
  /** Ids for as many deliveries as there may be. */
  deliveries: readonly string[]
  /** Of members `m` with their accounts `u`, of the event's organization: who is told. */
  told: SQL
  /** What is frozen in each mail besides whom it goes to: a JSON object made of event `e` and organization `o`. */
  content: SQL
  mail: { from: string; appUrl: string }
  now: number
}

/** Queues one mail of an event to each active member whom it is told to; the last statement answers the ids of the deliveries. */
export const queueNotices = ({ event, kind, deliveries, told, content, mail, now }: Notice): SQL[] => [
  sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
    select ${JSON.stringify(deliveries)} ->> (p.place - 1), o.id, ${kind}, e.id, 1, p.address,
      json_set(${content}, '$.to', p.typed_address, '$.from', ${mail.from}, '$.appUrl', ${mail.appUrl}),
      'queued', ${now + ENQUEUED}, ${now}
    from audit_event e join organization o on o.id = e.organization_id
    join (select u.address, u.typed_address, row_number() over (order by m.joined_at, u.id) as place
      from audit_event e join member m on m.organization_id = e.organization_id and m.status = 'active'
      join user u on u.id = m.user_id where e.id = ${event} and ${told}) p
    where e.id = ${event} and p.place <= ${deliveries.length}`,
  sql`select id from delivery where subject_id = ${event} and kind = ${kind}`,
]

/** Ids for the mails that tell of an answer to an invitation, and where they come from. */
export type Telling = { deliveries: readonly string[]; mail: { from: string; appUrl: string } }

/**
 * Queues what an answer to an invitation is told with: to whoever answers for it, an active member still; to all who
 * manage members; or to nobody, as the organization has it. An API key reads no mail, and who joined knows already.
 */
export const queueAnswer = (
  event: string,
  answer: 'accepted' | 'declined',
  { deliveries, mail }: Telling,
  now: number,
): SQL[] => {
  const asked = sql`select 1 from invitation i join organization o on o.id = i.organization_id
    where i.id = e.target_id and m.user_id is not i.accepted_by`
  return queueNotices({
    event,
    kind: 'acceptance_notice',
    deliveries,
    told: sql`(exists (${asked} and o.told_on_acceptance = 'inviter' and i.inviter_kind = 'user' and i.inviter_id = m.user_id)
      or ${managesMembers} and exists (${asked} and o.told_on_acceptance = 'admins'))`,
    content: sql`(select json_object('organization', o.name, 'slug', o.slug, 'answer', ${answer}, 'userId', u.id,
        'invitationId', i.id, 'person', coalesce(u.name, ''), 'address', i.typed_address, 'role', ${roleLabel(sql`i.role`)},
        'inviter', i.inviter_name)
      from invitation i left join user u on u.id = i.accepted_by where i.id = e.target_id)`,
    mail,
    now,
  })
}
