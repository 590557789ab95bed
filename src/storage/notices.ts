import { type SQL, sql } from 'drizzle-orm'
import { ENQUEUED } from './deliveries'

/** How many people are told of one event. */
export const MOST_TOLD = 50

export type Notice = {
  /** The event that is told; without it nobody is. */
  event: string
  kind: 'deletion_notice'
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
    select j.value, o.id, ${kind}, e.id, 1, p.address,
      json_set(${content}, '$.to', p.typed_address, '$.from', ${mail.from}, '$.appUrl', ${mail.appUrl}),
      'queued', ${now + ENQUEUED}, ${now}
    from audit_event e join organization o on o.id = e.organization_id
    join (select u.address, u.typed_address, row_number() over (order by m.joined_at, u.id) as place
      from audit_event e join member m on m.organization_id = e.organization_id and m.status = 'active'
      join user u on u.id = m.user_id where e.id = ${event} and ${told}) p
    join json_each(${JSON.stringify(deliveries)}) j on j.key = p.place - 1
    where e.id = ${event}`,
  sql`select id from delivery where subject_id = ${event} and kind = ${kind}`,
]
