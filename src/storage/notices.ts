import { type SQL, sql } from 'drizzle-orm'
import { BUILT_IN_ROLES, can } from '../rules/permissions'
import { ENQUEUED } from './deliveries'
import { roleLabel } from './guards'

/** How many people are told of one event. */
export const MOST_TOLD = 50

const MANAGING = JSON.stringify(
  BUILT_IN_ROLES.filter((role) => can(role, 'member:manage')).map(({ key, name }) => ({ key, name })),
)

/**
 * The active members who may manage members, of each of the organizations that a table expression has in `id`. They are
 * found by their roles, however many members there are besides.
 */
export const managersOf = (organizations: SQL): SQL =>
  sql`select m.organization_id, m.user_id from (
      select o.id as organization_id, j.value->>'key' as key, j.value->>'name' as name
        from ${organizations} o cross join json_each(${MANAGING}) j
      union all select r.organization_id, r.id, r.name from ${organizations} o cross join role r on r.organization_id = o.id
        join json_each(r.permissions) p on p.value = 'member:manage'
    ) r cross join member m on m.organization_id = r.organization_id and m.status = 'active'
      and m.role_order = lower(r.name) and m.role = r.key`

export type Notice = {
  /** The event that is told; without it nobody is. */
  event: SQL | string
  kind: 'deletion_notice' | 'acceptance_notice' | 'approval_request'
  /** Ids for as many deliveries as there may be. */
  deliveries: readonly string[]
  /** Selects who is told, as `user_id`; only active members of the event's organization are, and not the one of `except`. */
  told: SQL
  except: SQL | string
  /** What is frozen in each mail besides whom it goes to: a JSON object made of event `e` and organization `o`. */
  content: SQL
  mail: { from: string; appUrl: string }
  now: number
}

/** The organization of an event, where that was written. */
const organizationOf = (event: SQL | string): SQL =>
  sql`(select organization_id from audit_event where id = ${event})`

/** The active owners of the event's organization. */
export const ownersOf = (event: string): SQL =>
  sql`select user_id from member where organization_id = ${organizationOf(event)} and status = 'active'
    and role_order = 'owner' and role = 'owner'`

/**
 * Queues one mail of an event to each active member whom it is told to; the last statement answers the ids of the
 * deliveries. Who is told leads: with an index on the status every member would be read.
 */
export const queueNotices = ({
  event,
  kind,
  deliveries,
  told,
  except,
  content,
  mail,
  now,
}: Notice): SQL[] => [
  sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
    select ${JSON.stringify(deliveries)} ->> (p.place - 1), o.id, ${kind}, e.id, 1, p.address,
      json_set(${content}, '$.to', p.typed_address, '$.from', ${mail.from}, '$.appUrl', ${mail.appUrl}),
      'queued', ${now + ENQUEUED}, ${now}
    from audit_event e join organization o on o.id = e.organization_id
    join (select u.address, u.typed_address, row_number() over (order by m.joined_at, u.id) as place
      from (${told}) w cross join member m on m.organization_id = ${organizationOf(event)} and m.user_id = w.user_id
        and +m.status = 'active'
      cross join user u on u.id = m.user_id where w.user_id is not ${except}) p
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
  const asked = (what: SQL): SQL =>
    sql`(select ${what} from audit_event e join invitation i on i.id = e.target_id
      join organization o on o.id = i.organization_id where e.id = ${event})`
  return queueNotices({
    event,
    kind: 'acceptance_notice',
    deliveries,
    told: sql`select ${asked(sql`iif(o.told_on_acceptance = 'inviter' and i.inviter_kind = 'user', i.inviter_id, null)`)} as user_id
      union select user_id from (${managersOf(asked(sql`iif(o.told_on_acceptance = 'admins', o.id, null) as id`))})`,
    except: asked(sql`i.accepted_by`),
    content: sql`(select json_object('organization', o.name, 'slug', o.slug, 'answer', ${answer}, 'userId', u.id,
        'invitationId', i.id, 'person', coalesce(u.name, ''), 'address', i.typed_address, 'role', ${roleLabel(sql`i.role`)},
        'inviter', i.inviter_name)
      from invitation i left join user u on u.id = i.accepted_by where i.id = e.target_id)`,
    mail,
    now,
  })
}
