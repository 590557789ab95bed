import { type SQL, sql } from 'drizzle-orm'
import type { Departure, Quotas } from '../rules/quotas'
import { type Answers, queueAnswers } from './approval'
import { type Answer, rowsOf, runBatch } from './batch'
import {
  askLeft,
  type Changed,
  type ChangedRow,
  type Changing,
  changedOf,
  type Left,
  leftOf,
  mayMail,
} from './changes'
import { queueDeliveries } from './deliveries'
import {
  actorStillMay,
  behind,
  CLAIM_COLUMNS,
  claimValues,
  inviterStillMay,
  notYetDone,
  quotaLeft,
  roleLabel,
  seatsLeft,
  sendingIsPaused,
  withLeaving,
} from './guards'
import { type LinkTerms, newLink } from './new-link'
import { DEPARTURE } from './places'

/** Whether the actor asked for invitation `i` themselves. An API key and whoever made it are no two admins to each other. */
const isOwn = ({ actor }: Changing): SQL => {
  const [kind, id] = [sql`${actor.kind}`, sql`${actor.id}`]
  return sql`(i.inviter_kind = ${kind} and i.inviter_id = ${id}
    or coalesce(${behind(sql`i.inviter_kind`, sql`i.inviter_id`)} = ${behind(kind, id)}, 0))`
}

/** What an approving or declining is told of each invitation. */
export type Decided = Omit<Changed, 'tokenHash'> & {
  /** Asked for by the actor. */
  own: boolean
  /** Who asked may still give its role. */
  askerMay: boolean
  /** Mails left of the quotas of both days on which its mail could leave: of who asked, and of the organization. */
  quota: number
  organizationQuota: number
}
export type Decision = Left & { decided: Decided[]; deliveries: string[] }

/** The asker's quotas, which are the organization's too, on a day of `c`; and the organization's alone. */
const quotasOf = (organizationId: string, asker: SQL, quotas: Quotas) => ({
  own: (day: SQL): SQL => quotaLeft({ organizationId, senderId: asker, quotas }, day),
  shared: (day: SQL): SQL =>
    quotaLeft({ organizationId, senderId: asker, quotas: { ...quotas, sender: 0 } }, day),
})

/** Asks of each whether it is the actor's own, whether who asked may give its role, and what is left of the quotas. */
const deciding = (changing: Changing, limits: { quota: SQL; organizationQuota: SQL }): SQL[] => [
  sql`${isOwn(changing)} as own`,
  sql`${inviterStillMay()} as "askerMay"`,
  sql`${limits.quota} as quota`,
  sql`${limits.organizationQuota} as "organizationQuota"`,
]

type Asked = { own: number; askerMay: number; quota: number; organizationQuota: number }

const decisionOf = (answers: Answer[], mails: readonly (Answer | undefined)[]): Decision => ({
  ...leftOf(answers.at(-2)),
  decided: rowsOf<ChangedRow & Asked>(answers.at(-1)).map((row) => ({
    ...row,
    ...changedOf(row),
    own: Boolean(row.own),
    askerMay: Boolean(row.askerMay),
  })),
  deliveries: mails.flatMap((answer) => rowsOf<{ id: string }>(answer).map(({ id }) => id)),
})

/** One invitation to approve, as it was read: with another role, or changed since, it is not. */
export type Approval = {
  event: string
  delivery: string
  id: string
  generation: number
  hash: string
  role: string
  /** What a role of the organization's own held when it was read, as its row has it; null for a built-in one. */
  permissions: string | null
  /** The change that made it what it is. */
  changeId: string
  /** When its mail may leave. */
  departure: Departure
}

export type ApprovalTerms = LinkTerms & { answers: Answers }

/**
 * Commits an approving: what was asked for goes out now, by the settings of now, and its lifetime begins. Who asked still
 * answers for it, with a right of their own to give its role and quotas of their own; nobody approves their own.
 */
export const commitApproval = async (
  db: D1Database,
  changing: Changing,
  terms: ApprovalTerms,
  approvals: readonly Approval[],
): Promise<Decision> => {
  const { organizationId, now, actor, changeId } = changing
  const { quotas } = terms
  const rows = sql`(select key as n, value->>'event' as event, value->>'delivery' as delivery, value->>'id' as id,
      value->>'generation' as generation, value->>'hash' as hash, value->>'role' as role, value->>'permissions' as permissions,
      value->>'changeId' as change_id, ${DEPARTURE}
    from json_each(${JSON.stringify(approvals)}))`
  const left = quotasOf(organizationId, sql`d.inviter_id`, quotas)
  const asker = quotasOf(organizationId, sql`i.inviter_id`, quotas)
  const [first, second] = [sql`c.first_day`, sql`c.second_day`]
  const answers = await runBatch(db, [
    // As `placing` does, but with the quotas of each who asked beside the organization's.
    sql`insert into audit_event ${CLAIM_COLUMNS}
      with asked as materialized (
          select c.*, i.typed_address, i.inviter_id, i.inviter_name
          from ${rows} c join invitation i on i.id = c.id and i.organization_id = ${organizationId}
          where i.status = 'awaiting_approval' and i.generation = c.generation and i.role = c.role and i.change_id = c.change_id
            and not ${isOwn(changing)} and ${inviterStillMay()}
            and (c.permissions is null or exists (select 1 from role where id = i.role
              and organization_id = i.organization_id and permissions = c.permissions))
            and ${mayMail(quotas)}),
        days as materialized (select d.*, ${left.own(sql`d.day`)} as own, ${left.shared(sql`d.day`)} as shared
          from (select inviter_id, first_day as day from asked union select inviter_id, second_day from asked) d),
        firsts as materialized (select a.*, row_number() over (partition by a.inviter_id, a.first_day order by a.n) <= d.own
            and row_number() over (partition by a.first_day order by a.n) <= d.shared as fits
          from asked a join days d on d.inviter_id = a.inviter_id and d.day = a.first_day),
        placed as materialized (select f.*, iif(f.fits, f.first_at, f.second_at) as waits, iif(f.fits, f.held_for, null) as waits_for,
            f.fits or row_number() over (partition by f.inviter_id, f.second_day, f.fits order by f.n) + (select count(*) from asked o
                where o.inviter_id = f.inviter_id and o.first_day = f.second_day) <= d.own
              and row_number() over (partition by f.second_day, f.fits order by f.n) + (select count(*) from asked o
                where o.first_day = f.second_day) <= d.shared as goes
          from firsts f join days d on d.inviter_id = f.inviter_id and d.day = f.second_day)
      select ${claimValues({
        id: sql`w.event`,
        changeId,
        organizationId,
        action: 'invitation.approved',
        actor,
        target: { kind: 'invitation', id: sql`w.id`, name: sql`w.typed_address` },
        at: now,
        detail: withLeaving(
          sql`json_object('generation', w.generation, 'role', ${roleLabel(sql`w.role`)}, 'inviter', w.inviter_name,
            'before', json_object('status', 'awaiting_approval'))`,
          sql`w.waits`,
          now,
          terms.lifetime,
          sql`null`,
          sql`w.waits_for`,
        ),
      })}
      from (select p.*, row_number() over (order by p.n) as seat from placed p where p.goes) w
      where w.seat <= ${seatsLeft(organizationId, now, changing.seatLimit)}
        and ${actorStillMay(organizationId, actor)} and not ${sendingIsPaused(organizationId)} and ${notYetDone(changeId)}`,
    sql`update invitation set ${newLink(terms, now)}, first_sent_at = iif(invitation.generation = 1, ${now}, first_sent_at),
        mail_state = 'queued', mail_reason = null,
        approver_id = ${actor.id}, approver_name = ${actor.name}, approved_at = ${now}, change_id = ${changeId}
      from ${rows} c join audit_event e on e.id = c.event where invitation.id = c.id`,
    ...queueAnswers(rows, 'approved', terms.answers, now),
    ...queueDeliveries(rows, now, terms.mail),
    ...askLeft(changing, rows, {
      mayMail: mayMail(quotas),
      each: deciding(changing, {
        quota: sql`${asker.own(first)} + ${asker.own(second)}`,
        organizationQuota: sql`${asker.shared(first)} + ${asker.shared(second)}`,
      }),
    }),
  ])
  return decisionOf(answers, [answers.at(-3), answers.at(-6)])
}

/** Commits a declining, which ends what was asked for: nothing of it was ever sent. */
export const commitDeclining = async (
  db: D1Database,
  changing: Changing,
  answers: Answers,
  declined: readonly { event: string; id: string }[],
): Promise<Decision> => {
  const { organizationId, now, actor, changeId } = changing
  const rows = sql`(select key as n, value->>'event' as event, value->>'id' as id from json_each(${JSON.stringify(declined)}))`
  const results = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`c.event`,
        changeId,
        organizationId,
        action: 'invitation.approval_declined',
        actor,
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('generation', i.generation, 'role', ${roleLabel(sql`i.role`)}, 'inviter', i.inviter_name,
          'before', json_object('status', i.status))`,
      })}
      from ${rows} c join invitation i on i.id = c.id and i.organization_id = ${organizationId}
      where i.status = 'awaiting_approval' and not ${isOwn(changing)}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update invitation set status = 'revoked', ended_at = ${now}, change_id = ${changeId}
      from ${rows} c join audit_event e on e.id = c.event where invitation.id = c.id`,
    ...queueAnswers(rows, 'declined', answers, now),
    ...askLeft(changing, rows, {
      mayMail: sql`1`,
      each: deciding(changing, { quota: sql`1`, organizationQuota: sql`1` }),
    }),
  ])
  return decisionOf(results, [results.at(-3)])
}
