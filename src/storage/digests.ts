import { type SQL, sql } from 'drizzle-orm'
import { DAY } from '../rules/dates'
import { type DigestPlan, MOST_NAMED } from '../rules/digests'
import { rowsOf, runBatch } from './batch'
import { ENQUEUED } from './deliveries'
import { managersOf } from './notices'

export type DueDigest = { id: string; timeZone: string; digestAt: number }

/** Organizations whose digest is due, the longest due first. */
export const readDueDigests = async (db: D1Database, now: number, limit: number): Promise<DueDigest[]> => {
  const [due] = await runBatch(db, [
    sql`select id, time_zone as "timeZone", digest_at as "digestAt" from organization
      where digest_at <= ${now} order by digest_at limit ${limit}`,
  ])
  return rowsOf<DueDigest>(due)
}

/** Organizations that want a digest and do not know yet when. */
export const readUnplannedDigests = async (
  db: D1Database,
  limit: number,
): Promise<{ id: string; timeZone: string }[]> => {
  const [unplanned] = await runBatch(db, [
    sql`select id, time_zone as "timeZone" from organization where expiry_digest = 1 and digest_at is null limit ${limit}`,
  ])
  return rowsOf<{ id: string; timeZone: string }>(unplanned)
}

/** Sets when the first digest of each is due. */
export const planDigests = async (
  db: D1Database,
  plans: readonly { id: string; digestAt: number }[],
): Promise<void> => {
  await runBatch(db, [
    sql`update organization set digest_at = j.value->>'digestAt' from json_each(${JSON.stringify(plans)}) j
      where organization.id = j.value->>'id' and organization.digest_at is null and organization.expiry_digest = 1`,
  ])
}

export type Digest = DueDigest & DigestPlan & { deliveries: readonly string[] }

/**
 * Queues digests as one batch: a mail to each who manages members, where something expired and the digest is still
 * wanted. The claim is the moment that was read: it stands only until a batch has moved it, and a mail of the same week
 * to the same address is there once at most. Answers the mails queued.
 */
export const queueDigests = async (
  db: D1Database,
  digests: readonly Digest[],
  now: number,
  mail: { from: string; appUrl: string },
): Promise<string[]> => {
  const asked = sql`asked as materialized (select o.*, j.value->>'from' as since, j.value->>'to' as until,
      j.value->'deliveries' as deliveries
    from json_each(${JSON.stringify(digests)}) j join organization o on o.id = j.value->>'id'
    where o.digest_at = j.value->>'digestAt' and o.expiry_digest = 1 and (o.delete_at is null or o.delete_at > ${now}))`
  const expired = (columns: SQL, rest = sql``): SQL =>
    sql`(select ${columns} from invitation i where i.organization_id = a.id and i.status in ('pending', 'expired')
      and i.expires_at > a.since and i.expires_at <= a.until ${rest})`
  const named = sql`(select json_group_array(json_object('address', x.typed_address, 'inviter', x.inviter_name,
      'sentAt', x.sent_at, 'expiresAt', x.expires_at))
    from ${expired(sql`i.*`, sql`order by i.expires_at desc, i.id limit ${MOST_NAMED}`)} x)`
  const answers = await runBatch(db, [
    sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
      with ${asked},
        told as materialized (select a.*, ${expired(sql`count(*)`)} as total, ${named} as named from asked a),
        readers as (select w.organization_id, u.address, u.typed_address,
            row_number() over (partition by w.organization_id order by m.joined_at, u.id) as place
          from (${managersOf(sql`(select id from told where total > 0)`)}) w
          cross join member m on m.organization_id = w.organization_id and m.user_id = w.user_id
          cross join user u on u.id = w.user_id)
      select t.deliveries ->> (r.place - 1), t.id, 'expiry_digest', t.id, cast(t.until / ${DAY} as integer), r.address,
        json_object('organization', t.name, 'slug', t.slug, 'timeZone', t.time_zone, 'total', t.total,
          'expired', json(t.named), 'to', r.typed_address, 'from', ${mail.from}, 'appUrl', ${mail.appUrl}),
        'queued', ${now + ENQUEUED}, ${now}
      from told t join readers r on r.organization_id = t.id
      where r.place <= json_array_length(t.deliveries) on conflict do nothing`,
    sql`update organization set digest_at = iif(expiry_digest, j.value->>'next', null)
      from json_each(${JSON.stringify(digests)}) j
      where organization.id = j.value->>'id' and organization.digest_at = j.value->>'digestAt'`,
    sql`select id from delivery where id in (select d.value from json_each(${JSON.stringify(digests)}) j
      join json_each(j.value->'deliveries') d)`,
  ])
  return rowsOf<{ id: string }>(answers.at(-1)).map(({ id }) => id)
}
