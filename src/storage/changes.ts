import { type SQL, sql } from 'drizzle-orm'
import type { InvitationStatus } from '../rules/lifecycle'
import { type Departure, type QuotaOn, type Quotas, quotaDayOf } from '../rules/quotas'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import { queueDeliveries } from './deliveries'
import { MAY_TRY_AGAIN } from './failures'
import {
  type ActorRef,
  actorStillMay,
  addressQuotaLeftOn,
  CLAIM_COLUMNS,
  claimValues,
  notYetDone,
  OPEN,
  roleLabel,
  seatsLeft,
  sendingIsPaused,
  withLeaving,
} from './guards'
import { type LinkTerms, newLink } from './new-link'
import { DEPARTURE, placing, quotasIn, quotasOn } from './places'

export type Changing = {
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  /** The deployment's default. */
  seatLimit: number
}

export type Target = {
  id: string
  address: string
  typed: string
  role: string
  roleName: string
  status: InvitationStatus
  expiresAt: number
  generation: number
  tokenHash: string
  acceptedBy: string | null
  /** When another admin approved it, where one had to. */
  approvedAt: number | null
}

export const TARGET = sql`i.id, i.address, i.typed_address as typed, i.role, i.role_name as "roleName", i.status, i.expires_at as "expiresAt", i.generation,
  i.token_hash as "tokenHash", i.accepted_by as "acceptedBy", i.approved_at as "approvedAt"`

/** The organization's invitations among `ids`; ids of others are simply not there. */
export const readTargets = async (
  db: D1Database,
  organizationId: string,
  ids: readonly string[],
): Promise<Target[]> => {
  const [targets] = await runBatch(db, [
    sql`select ${TARGET} from json_each(${JSON.stringify(ids)}) j
      join invitation i on i.id = j.value and i.organization_id = ${organizationId}`,
  ])
  return rowsOf<Target>(targets)
}

/** What the batch left behind for each asked invitation: `done` when an event of this change names it, `won` when this attempt wrote it. */
export type Changed = Target & {
  done: boolean
  won: boolean
  mayMail: boolean
  /** When the mail that this change made may leave, where it waits. */
  waitsUntil: number | null
  /** Why a policy has it wait; null where none does. */
  heldFor: string | null
}
/** What holds for all of them once it is over. */
export type Left = {
  actorMay: boolean
  /** Sending is paused. */
  paused: boolean
  seats: number
}

export type ChangeFacts = Left & {
  changed: Changed[]
  /** What is left of the quotas of the days on which the mails may leave. */
  quotas: QuotaOn[]
}

const senderOf = ({ organizationId, actor }: Changing, quotas: Quotas) => ({
  organizationId,
  senderId: actor.id,
  quotas,
})

/** Whether the address may get one more mail on the days on which the one of `c` may leave. */
export const mayMail = (quotas: Quotas): SQL =>
  addressQuotaLeftOn(sql`i.address`, quotas.address, sql`(c.first_day, c.second_day)`, sql`i.id`)

/** Asks what the batch left behind: for all, and for each invitation `i` that `rows` names; `left` and `each` ask more. */
export const askLeft = (
  { organizationId, actor, now, changeId, seatLimit }: Changing,
  rows: SQL,
  { mayMail, left = [], each = [] }: { mayMail: SQL; left?: SQL[]; each?: SQL[] },
): SQL[] => [
  sql`select ${sql.join(
    [
      sql`${actorStillMay(organizationId, actor)} as "actorMay"`,
      sql`${sendingIsPaused(organizationId)} as paused`,
      sql`${seatsLeft(organizationId, now, seatLimit)} as seats`,
      ...left,
    ],
    sql`, `,
  )}`,
  sql`select ${sql.join(
    [
      TARGET,
      sql`e.id is not null as done, e.id is c.event as won`,
      sql`e.detail->>'waitsUntil' as "waitsUntil", e.detail->>'waitsFor' as "heldFor"`,
      sql`${mayMail} as "mayMail"`,
      ...each,
    ],
    sql`, `,
  )}
    from ${rows} c join invitation i on i.id = c.id and i.organization_id = ${organizationId}
    left join audit_event e on e.change_id = ${changeId} and e.target_id = i.id`,
]

type Flag = 'done' | 'won' | 'mayMail'
/** A row of what `askLeft` asks of each. */
export type ChangedRow = Omit<Changed, Flag> & Record<Flag, number>

export const changedOf = (row: ChangedRow): Changed => ({
  ...row,
  done: Boolean(row.done),
  won: Boolean(row.won),
  mayMail: Boolean(row.mayMail),
})

export const leftOf = (answer: Answer | undefined): Left => {
  const left = rowOf<Record<keyof Left, number>>(answer)
  return { actorMay: Boolean(left?.actorMay), paused: Boolean(left?.paused), seats: left?.seats ?? 0 }
}

const factsOf = (answers: Answer[]): ChangeFacts => ({
  ...leftOf(answers.at(-2)),
  changed: rowsOf<ChangedRow>(answers.at(-1)).map(changedOf),
  quotas: quotasIn(rowOf<{ quotas: string }>(answers.at(-2))?.quotas),
})

export type Resend = {
  event: string
  delivery: string
  id: string
  previous: number
  generation: number
  hash: string
  role: string
  /** What a role of the organization's own held when it was read, as its row has it; null for a built-in one. */
  permissions: string | null
  /** Only while its current mail did not arrive, and another one may. */
  onlyFailed: boolean
  /** When its new mail may leave. */
  departure: Departure
}

/** Commits a resending: next generation, the lifetime of now, the resender answers for it, one new mail each. */
export const commitResend = async (
  db: D1Database,
  changing: Changing,
  terms: LinkTerms,
  resends: readonly Resend[],
): Promise<ChangeFacts & { deliveries: string[] }> => {
  const { organizationId, now, actor, changeId } = changing
  const rows = sql`(select key as n, value->>'event' as event, value->>'delivery' as delivery, value->>'id' as id,
      value->>'previous' as previous, value->>'generation' as generation, value->>'hash' as hash, value->>'role' as role,
      value->>'permissions' as permissions, value->>'onlyFailed' as only_failed, ${DEPARTURE}
    from json_each(${JSON.stringify(resends)}))`
  // What is still queued is replaced by the new mail, which takes its place in the quotas of its day.
  const kept = sql`(select d.quota_day from delivery d where d.subject_id = i.id and d.kind = 'invitation'
    and d.generation = c.previous and d.state = 'queued' and d.quota_day >= ${quotaDayOf(now)}
    and ${terms.quotas.sender === 0 ? sql`true` : sql`d.sender_id = ${actor.id}`})`
  const sender = senderOf(changing, terms.quotas)
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      with ${placing(
        sql`select * from (
          select c.*, i.typed_address, i.expires_at as old_expires_at, i.inviter_name as old_inviter,
            i.status = 'expired' or i.expires_at <= ${now} as needs_seat, ${kept} as kept_day,
            sum(i.status = 'expired' or i.expires_at <= ${now}) over (order by c.n) as seat
          from ${rows} c join invitation i on i.id = c.id and i.organization_id = ${organizationId}
          where i.generation = c.previous and i.role = c.role and i.status in ('pending', 'expired')
            and (not c.only_failed or ${MAY_TRY_AGAIN})
            and (c.permissions is null or exists (select 1 from role where id = i.role
              and organization_id = i.organization_id and permissions = c.permissions))
            and ${mayMail(terms.quotas)}
        ) where not needs_seat or seat <= ${seatsLeft(organizationId, now, changing.seatLimit)}`,
        sender,
      )}
      select ${claimValues({
        id: sql`w.event`,
        changeId,
        organizationId,
        action: 'invitation.resent',
        actor,
        target: { kind: 'invitation', id: sql`w.id`, name: sql`w.typed_address` },
        at: now,
        detail: withLeaving(
          sql`json_object('generation', w.generation, 'role', ${roleLabel(sql`w.role`)}, 'before', json_object('status', iif(w.needs_seat, 'expired', 'pending'), 'expiresAt', w.old_expires_at,
            'inviter', w.old_inviter))`,
          sql`w.waits`,
          now,
          terms.lifetime,
          sql`null`,
          sql`w.waits_for`,
        ),
      })}
      from placed w
      where w.goes and ${actorStillMay(organizationId, actor)} and not ${sendingIsPaused(organizationId)} and ${notYetDone(changeId)}`,
    sql`update invitation set generation = c.generation, ${newLink(terms, now)},
        inviter_kind = ${actor.kind}, inviter_id = ${actor.id}, inviter_name = ${actor.name}, change_id = ${changeId}
      from ${rows} c join audit_event e on e.id = c.event where invitation.id = c.id`,
    ...queueDeliveries(rows, now, terms.mail),
    ...askLeft(changing, rows, {
      mayMail: mayMail(terms.quotas),
      left: [
        quotasOn(
          sender,
          resends.map(({ departure }) => departure),
        ),
      ],
    }),
  ])
  return { ...factsOf(answers), deliveries: rowsOf<{ id: string }>(answers.at(-3)).map(({ id }) => id) }
}

/** What is kept back is only told of: whether it was done before. */
export type Revocation = { event: string; id: string; keptBack: boolean }

/** Commits a revoking, which is final: whatever is still open ends, and its waiting mails are cancelled. */
export const commitRevoke = async (
  db: D1Database,
  changing: Changing,
  revocations: readonly Revocation[],
): Promise<ChangeFacts> => {
  const { organizationId, now, actor, changeId } = changing
  const rows = sql`(select value->>'event' as event, value->>'id' as id, value->>'keptBack' as kept_back
    from json_each(${JSON.stringify(revocations)}))`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`c.event`,
        changeId,
        organizationId,
        action: 'invitation.revoked',
        actor,
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_object('before', json_object('status', iif(i.status = 'pending' and i.expires_at <= ${now}, 'expired', i.status), 'role', ${roleLabel(sql`i.role`)}))`,
      })}
      from ${rows} c join invitation i on i.id = c.id and i.organization_id = ${organizationId}
      where i.status in ${OPEN} and not c.kept_back
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update invitation set status = 'revoked', ended_at = ${now}, change_id = ${changeId}
      from ${rows} c join audit_event e on e.id = c.event where invitation.id = c.id`,
    sql`update delivery set state = 'cancelled', reason = 'The invitation was revoked'
      from ${rows} c join audit_event e on e.id = c.event
      where delivery.subject_id = c.id and delivery.state = 'queued'`,
    ...askLeft(changing, rows, { mayMail: sql`true` }),
  ])
  return factsOf(answers)
}
