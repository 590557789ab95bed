import { type SQL, sql } from 'drizzle-orm'
import type { Language } from '../rules/languages'
import type { AccountMailKind } from '../rules/mails'
import { ENQUEUED } from './deliveries'
import { isThere } from './organizations'

/** Somebody can sign in with account `u`: it is shared, or its one organization is there and it was not taken out of it. */
export const accountLives = (now: number): SQL =>
  sql`(u.account_scope = 'shared' or exists (select 1 from organization o where o.id = u.account_scope and ${isThere(now)}))`

/**
 * An organization that account `u` has to do with, since every mail has one: its own, else the one joined last, else
 * the one that mailed it last, else the oldest there is; null in a deployment without any.
 */
export const organizationOfAccount = (now: number): SQL =>
  sql`coalesce(
    (select o.id from organization o where o.id = u.account_scope and ${isThere(now)}),
    (select o.id from member m join organization o on o.id = m.organization_id
      where m.user_id = u.id and ${isThere(now)} order by m.status, m.joined_at desc limit 1),
    (select o.id from delivery d join organization o on o.id = d.organization_id
      where d.address = u.address and ${isThere(now)} order by d.created_at desc limit 1),
    (select o.id from organization o where ${isThere(now)} order by o.created_at limit 1))`

export type MailTerms = { from: string; appUrl: string; language: Language }

type AccountMail = {
  id: string
  kind: AccountMailKind
  /** The row whose link it carries, or the event that it tells of. */
  subject: string
  /** Where it goes; without them, to the account's address. Of account `u` and event `e`. */
  to?: { address: SQL; typed: SQL }
  /** Further fields of its content, each after a comma: `, 'name', value`. */
  content: SQL
  terms: MailTerms
}

/** Queues a mail to the account that an event is about. */
export const queueAccountMail = (event: string, mail: AccountMail, now: number): SQL =>
  sql`insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, due_at, created_at)
    select ${mail.id}, h.id, ${mail.kind}, ${mail.subject}, 1, ${mail.to?.address ?? sql`u.address`},
      json_object('to', ${mail.to?.typed ?? sql`u.typed_address`}, 'from', ${mail.terms.from},
        'appUrl', ${mail.terms.appUrl}, 'language', ${mail.terms.language}, 'account', u.typed_address,
        'organization', iif(h.id = u.account_scope, h.name, null), 'slug', iif(h.id = u.account_scope, h.slug, null),
        'timeZone', h.time_zone ${mail.content}),
      'queued', ${now + ENQUEUED}, ${now}
    from audit_event e join user u on u.id = e.target_id join organization h on h.id = ${organizationOfAccount(now)}
    where e.id = ${event}`
