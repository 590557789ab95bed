import { type SQL, sql } from 'drizzle-orm'
import type { Language } from '../rules/languages'
import type { InvitationStatus } from '../rules/lifecycle'
import type { SendOutcome } from '../rules/outcomes'
import type { Role } from '../rules/permissions'
import { type Departure, quotaDayOf, quotaUsedUp } from '../rules/quotas'
import { type Asking, askedAnew, queueRequests } from './approval'
import { rowOf, rowsOf, runBatch } from './batch'
import { queueDeliveries } from './deliveries'
import {
  type ActorRef,
  actorStillMay,
  addressQuotaLeftOn,
  CLAIM_COLUMNS,
  claimValues,
  leavesAt,
  notYetDone,
  OPEN,
  roleLabel,
  roleStillIs,
  seatsLeft,
  sendingIsPaused,
  withLeaving,
} from './guards'
import { type Suggestions, suggestions, suggestionsOf } from './invitations'
import type { LinkTerms } from './new-link'
import { DEPARTURE, placing, quotasIn, quotasOn } from './places'
import { remindersAgain, remindersFrom } from './reminders'
import { teamsAmong } from './terms'

export type Known = {
  address: string
  invitation: { id: string; status: InvitationStatus; generation: number; expiresAt: number } | null
}

/** What there is already for each address, which of the asked teams exist, whether this was done before, and what the form suggests; one round trip. */
export const lookUpAddresses = async (
  db: D1Database,
  organizationId: string,
  addresses: readonly string[],
  teamIds: readonly string[],
  changeId: string,
): Promise<{ known: Known[]; teamIds: string[]; done: boolean; suggestions: Suggestions }> => {
  const [open, teams, done, ...suggested] = await runBatch(db, [
    sql`select j.value as address, i.id, i.status, i.generation, i.expires_at as "expiresAt"
      from json_each(${JSON.stringify(addresses)}) j
      left join invitation i on i.organization_id = ${organizationId} and i.address = j.value and i.status in ${OPEN}`,
    teamsAmong(organizationId, teamIds),
    sql`select 1 from audit_event where change_id = ${changeId} limit 1`,
    ...suggestions(organizationId),
  ])
  type OpenRow = {
    address: string
    id: string | null
    status: InvitationStatus
    generation: number
    expiresAt: number
  }
  return {
    known: rowsOf<OpenRow>(open).map(({ address, id, ...rest }) => ({
      address,
      invitation: id ? { id, ...rest } : null,
    })),
    teamIds: rowsOf<{ id: string }>(teams).map((team) => team.id),
    done: rowOf(done) !== null,
    suggestions: suggestionsOf(suggested),
  }
}

/** One address to invite. `previous` is the generation of the expired invitation it renews, if there is one. */
export type Candidate = {
  event: string
  delivery: string
  id: string
  address: string
  typed: string
  generation: number
  previous: number | null
  hash: string
  /** Why it needs another admin's approval before anything is sent, in a policy's words; null where it does not. */
  approval: string | null
  /** When its mail may leave; null where it makes none yet. */
  departure: Departure | null
}

export type Sending = LinkTerms & {
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  role: Role
  department: string
  note: string
  language: Language
  teamIds: readonly string[]
  /** The deployment's default. */
  seatLimit: number
  /** How approval is asked for, where a candidate needs it. */
  asking: Asking
}

const candidatesOf = (candidates: readonly Candidate[]): SQL =>
  sql`(select key as n, value->>'event' as event, value->>'delivery' as delivery, value->>'id' as id,
      value->>'address' as address, value->>'typed' as typed, value->>'generation' as generation,
      value->>'previous' as previous, value->>'hash' as hash, value->>'approval' as approval, ${DEPARTURE}
    from json_each(${JSON.stringify(candidates)}))`

/**
 * Commits a sending as one batch. Members and open invitations are taken out, the rest numbered, and as many
 * claimed as fit the seats left and the quotas of the days on which their mails may leave; every effect hangs on the event that this
 * attempt wrote.
 * Also answers, for every address, the facts from which its outcome is named.
 */
export const commitSending = async (
  db: D1Database,
  sending: Sending,
  addresses: readonly string[],
  candidates: readonly Candidate[],
): Promise<{
  outcomes: Exclude<SendOutcome, { kind: 'invalid' }>[]
  deliveries: string[]
  actorMay: boolean
}> => {
  const { organizationId, now, actor, changeId } = sending
  const rows = candidatesOf(candidates)
  const claimed = (action: 'invitation.sent' | 'invitation.renewed') =>
    sql`${rows} c join audit_event e on e.id = c.event and e.action = ${action}`
  const isMember = (address: SQL) =>
    sql`exists (select 1 from organization o
      join user u on u.account_scope = case o.account_scope when 'own' then o.id else 'shared' end and u.address = ${address}
      join member m on m.organization_id = o.id and m.user_id = u.id where o.id = ${organizationId})`
  const mayMail = addressQuotaLeftOn(
    sql`c.address`,
    sending.quotas.address,
    sql`(c.first_day, c.second_day)`,
    sql`c.id`,
  )
  const today = { firstDay: quotaDayOf(now), secondDay: quotaDayOf(now) + 1 }
  const departures = new Map(candidates.map(({ address, departure }) => [address, departure ?? today]))
  const reminders = remindersFrom(leavesAt(now), sending.reminders)
  const sender = { organizationId, senderId: actor.id, quotas: sending.quotas }
  const asks = candidates.some(({ approval }) => approval !== null)
  const statusOf = sql`iif(c.approval is null, 'pending', 'awaiting_approval')`
  const asked = sql`status = ${statusOf}, ${askedAnew(sql`c.approval`)}`
  // Of what awaits approval nobody looks at it.
  const expiresAt = sql`coalesce(e.detail->>'expiresAt', ${now + sending.lifetime})`

  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      with ${placing(
        sql`select c.*, null as kept_day, i.role as old_role, i.department as old_department, i.note as old_note,
            coalesce(i.language, 'en') as old_language, i.expires_at as old_expires_at, i.inviter_name as old_inviter
          from ${rows} c
          left join invitation i on i.organization_id = ${organizationId} and i.address = c.address and i.status in ${OPEN}
          where case when c.previous is null then i.id is null
              else i.id = c.id and i.generation = c.previous
                and (i.status = 'expired' or (i.status = 'pending' and i.expires_at <= ${now})) end
            and not ${isMember(sql`c.address`)} and (c.approval is not null or ${mayMail})`,
        sender,
      )}
      select ${claimValues({
        id: sql`w.event`,
        changeId,
        organizationId,
        action: sql`case when w.previous is null then 'invitation.sent' else 'invitation.renewed' end`,
        actor,
        target: { kind: 'invitation', id: sql`w.id`, name: sql`w.typed` },
        at: now,
        detail: withLeaving(
          sql`json_object('generation', w.generation, 'role', ${roleLabel(sql`${sending.role.key}`)}, 'department', ${sending.department},
          'note', ${sending.note}, 'language', ${sending.language}, 'teams', (select json_group_array(name) from (select t.name
            from json_each(${JSON.stringify(sending.teamIds)}) j join team t on t.id = j.value
            where t.organization_id = ${organizationId} order by t.name)),
          'before', case when w.previous is null then null else json_object('role', ${roleLabel(sql`w.old_role`)}, 'department', w.old_department,
            'note', w.old_note, 'language', w.old_language, 'expiresAt', w.old_expires_at, 'inviter', w.old_inviter,
            'teams', (select json_group_array(name) from (select t.name from invitation_team it join team t on t.id = it.team_id
              where it.invitation_id = w.id order by t.name))) end)`,
          sql`w.waits`,
          now,
          sending.lifetime,
          sql`w.approval`,
          sql`w.waits_for`,
        ),
      })}
      from (select p.*, row_number() over (partition by p.approval is null order by p.n) as seat from placed p where p.goes) w
      where (w.approval is not null or w.seat <= ${seatsLeft(organizationId, now, sending.seatLimit)}
          and not ${sendingIsPaused(organizationId)})
        and ${actorStillMay(organizationId, actor)} and ${roleStillIs(organizationId, sending.role)}
        and ${notYetDone(changeId)}`,
    sql`update invitation set typed_address = c.typed, generation = c.generation, key_id = ${sending.keyId}, token_hash = c.hash,
        role = ${sending.role.key}, role_shown = ${sending.roleShown ? 1 : 0}, name_fields = ${sending.nameFields},
        landing_address = ${sending.landingAddress}, ${remindersAgain(leavesAt(now), sending.reminders)},
        opened_at = null, department = ${sending.department},
        note = ${sending.note}, language = ${sending.language}, ${asked}, sent_at = ${now}, expires_at = ${expiresAt}, ended_at = null,
        inviter_kind = ${actor.kind}, inviter_id = ${actor.id}, inviter_name = ${actor.name}, change_id = ${changeId}
      from ${claimed('invitation.renewed')} where invitation.id = c.id`,
    sql`insert into invitation (id, organization_id, address, typed_address, role, role_shown, name_fields,
        landing_address, department, note, language, status, approval_reason,
        generation, key_id, token_hash, first_sent_at, sent_at, expires_at, inviter_kind, inviter_id, inviter_name,
        remind_at, remind_again_at, change_id, created_at)
      select c.id, ${organizationId}, c.address, c.typed, ${sending.role.key}, ${sending.roleShown ? 1 : 0},
        ${sending.nameFields}, ${sending.landingAddress},
        ${sending.department}, ${sending.note}, ${sending.language}, ${statusOf}, c.approval, c.generation, ${sending.keyId}, c.hash, ${now}, ${now},
        ${expiresAt}, ${actor.kind}, ${actor.id}, ${actor.name},
        ${reminders.next}, ${reminders.again}, ${changeId}, ${now}
      from ${claimed('invitation.sent')}`,
    sql`delete from invitation_team where invitation_id in (select c.id from ${claimed('invitation.renewed')})`,
    sql`insert into invitation_team (invitation_id, team_id)
      select c.id, t.id from ${rows} c join audit_event e on e.id = c.event
      join json_each(${JSON.stringify(sending.teamIds)}) j
      join team t on t.id = j.value and t.organization_id = ${organizationId}`,
    ...(asks ? queueRequests(rows, sending.asking, sending) : []),
    ...queueDeliveries(rows, now, sending.mail),
    sql`select ${actorStillMay(organizationId, actor)} as "actorMay", ${sendingIsPaused(organizationId)} as paused,
      ${seatsLeft(organizationId, now, sending.seatLimit)} as seats,
      ${quotasOn(sender, [today, ...departures.values()])}`,
    sql`with done as materialized (
        select i.address, i.id, e.action, e.detail->>'waitsUntil' as waits, e.detail->>'waitsFor' as waits_for, e.detail->>'awaiting' as awaiting from audit_event e join invitation i on i.id = e.target_id
        where e.change_id = ${changeId})
      select j.value as address, d.action, d.waits as "waitsUntil", d.waits_for as "heldFor", d.awaiting, coalesce(d.id, i.id) as "invitationId", i.typed_address as typed,
        i.status = 'pending' and i.expires_at > ${now} or i.status = 'awaiting_approval' as live, i.status = 'awaiting_approval' as "awaitsApproval",
        m.user_id as "userId", m.status as "memberStatus",
        ${addressQuotaLeftOn(
          sql`j.value`,
          sending.quotas.address,
          sql`(coalesce(c.first_day, ${today.firstDay}), coalesce(c.second_day, ${today.secondDay}))`,
          sql`i.id`,
        )} as "mayMail"
      from json_each(${JSON.stringify(addresses)}) j join organization o on o.id = ${organizationId}
      left join ${rows} c on c.address = j.value
      left join invitation i on i.organization_id = o.id and i.address = j.value and i.status in ${OPEN}
      left join done d on d.address = j.value
      left join user u on u.account_scope = case o.account_scope when 'own' then o.id else 'shared' end and u.address = j.value
      left join member m on m.organization_id = o.id and m.user_id = u.id`,
  ])

  type Left = Record<'actorMay' | 'paused' | 'seats', number> & { quotas: string }
  const left = rowOf<Left>(answers.at(-2))
  const quotas = quotasIn(left?.quotas)
  type Fact = {
    address: string
    action: string | null
    waitsUntil: number | null
    heldFor: string | null
    awaiting: string | null
    invitationId: string | null
    typed: string | null
    live: number | null
    awaitsApproval: number | null
    userId: string | null
    memberStatus: string | null
    mayMail: number
  }
  const outcomes = rowsOf<Fact>(answers.at(-1)).map((fact): Exclude<SendOutcome, { kind: 'invalid' }> => {
    const { address, invitationId } = fact
    const typed = fact.typed ?? address
    if (fact.action && invitationId) {
      return {
        kind: 'invited',
        address,
        typed,
        invitationId,
        renewed: fact.action === 'invitation.renewed',
        waitsUntil: fact.waitsUntil,
        ...(fact.heldFor !== null && { heldFor: fact.heldFor }),
        ...(fact.awaiting !== null && { awaitsApproval: true }),
      }
    }
    if (fact.userId)
      return {
        kind: 'already_member',
        address,
        typed,
        userId: fact.userId,
        active: fact.memberStatus === 'active',
      }
    if (invitationId && fact.live)
      return {
        kind: 'already_invited',
        address,
        typed,
        invitationId,
        ...(fact.awaitsApproval === 1 && { awaitsApproval: true }),
      }
    if (left?.paused) return { kind: 'sending_paused', address, typed }
    if (!fact.mayMail) return { kind: 'over_quota', address, typed, quota: 'address' }
    if ((left?.seats ?? 0) <= 0) return { kind: 'no_seat_left', address, typed }
    const quota = quotaUsedUp(quotas, departures.get(address) ?? today)
    if (quota) return { kind: 'over_quota', address, typed, quota }
    return { kind: 'not_sent', address, typed }
  })
  const queued = [
    ...rowsOf<{ id: string }>(answers.at(-3)),
    ...(asks ? rowsOf<{ id: string }>(answers.at(-6)) : []),
  ]
  return { outcomes, deliveries: queued.map(({ id }) => id), actorMay: Boolean(left?.actorMay) }
}
