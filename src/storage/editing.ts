import { type SQL, sql } from 'drizzle-orm'
import type { Plan, TextTerm } from '../rules/editing'
import type { Role } from '../rules/permissions'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import { remakeContent } from './deliveries'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone, OPEN, roleStillIs } from './guards'
import {
  type InvitationWithTeams,
  oneInvitation,
  oneInvitationOf,
  type Suggestions,
  suggestions,
  suggestionsOf,
} from './invitations'
import { asRead, COLUMNS, detailOf, type Holder, listed, stillDiffers, teamsAmong } from './terms'

/** An invitation as its edit form needs it. */
export type Editable = {
  invitation: InvitationWithTeams
  /** Whether mail and accept page mention the role, as it was when this was sent. */
  roleShown: boolean
  tokenHash: string
  /** Its mail has not been tried yet, so what it says can still change. */
  mailWaits: boolean
  /** This change has been committed before. */
  done: boolean
  suggestions: Suggestions
}

const editable = (organizationId: string, id: string, changeId: string): SQL[] => [
  ...oneInvitation(organizationId, id),
  sql`select i.role_shown as "roleShown", i.token_hash as "tokenHash",
      exists (select 1 from delivery d where d.subject_id = i.id and d.kind = 'invitation' and d.generation = i.generation
        and d.state = 'queued' and d.attempts = 0) as "mailWaits",
      exists (select 1 from audit_event where change_id = ${changeId} and target_id = i.id) as done
    from invitation i where i.organization_id = ${organizationId} and i.id = ${id}`,
  ...suggestions(organizationId),
]

const editableOf = (answers: Answer[]): Editable | null => {
  const invitation = oneInvitationOf(answers)
  const rest = rowOf<{ roleShown: number; tokenHash: string; mailWaits: number; done: number }>(answers[2])
  if (!invitation || !rest) return null
  return {
    invitation,
    roleShown: Boolean(rest.roleShown),
    tokenHash: rest.tokenHash,
    mailWaits: Boolean(rest.mailWaits),
    done: Boolean(rest.done),
    suggestions: suggestionsOf(answers.slice(3)),
  }
}

/** What can be edited, which of the asked teams exist, and what the form suggests; one round trip. */
export const readEditable = async (
  db: D1Database,
  organizationId: string,
  id: string,
  asked: { changeId: string; teamIds: readonly string[] } = { changeId: '', teamIds: [] },
): Promise<{ found: Editable | null; teamIds: string[] }> => {
  const [teams, ...answers] = await runBatch(db, [
    teamsAmong(organizationId, asked.teamIds),
    ...editable(organizationId, id, asked.changeId),
  ])
  return { found: editableOf(answers), teamIds: rowsOf<{ id: string }>(teams).map((team) => team.id) }
}

/** Invitation `i`. */
const INVITATION: Holder = {
  row: sql`i`,
  hasTeam: sql`exists (select 1 from invitation_team it where it.invitation_id = i.id and it.team_id = t.id)`,
}

export type Editing = {
  event: string
  id: string
  plan: Plan
  /** The fields of `plan.set` as they were read. */
  was: Plan['set']
  /** The role as it was read, and the one to give; the same where it stays. */
  roles: { previous: Role; next: Role }
  /** Whether it awaits approval, as it was read; and why it does with the new role, where that says so. */
  awaiting: boolean
  approval: string | null
}

/**
 * Commits an edit: link, generation, expiry and inviter stay. Claimed only while every field it writes is as it was
 * read; what it does not write may have changed. A mail that nobody has tried yet is made again. Of what awaits approval,
 * whoever edits it asks for it from then on, so that somebody else approves what it is now; what was approved with another
 * role is approved no more.
 */
export const commitEdit = async (
  db: D1Database,
  changing: Changing,
  { event, id, plan, was, roles, awaiting, approval }: Editing,
): Promise<{ found: Editable | null; won: boolean; actorMay: boolean }> => {
  const { organizationId, now, actor, changeId } = changing
  const texts = Object.keys(plan.set) as TextTerm[]
  const written = texts.map((field) => sql`${COLUMNS[field]} = ${plan.set[field]},`)
  const approvals: SQL[] = [
    ...(plan.set.role === undefined
      ? []
      : [sql`approver_id = null, approver_name = null, approved_at = null, approval_reason = ${approval},`]),
    ...(awaiting
      ? [sql`inviter_kind = ${actor.kind}, inviter_id = ${actor.id}, inviter_name = ${actor.name},`]
      : []),
  ]
  const target = sql`(select target_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'invitation.edited',
        actor,
        target: { kind: 'invitation', id: sql`i.id`, name: sql`i.typed_address` },
        at: now,
        detail: sql`json_patch(${detailOf(INVITATION, plan)}, iif(${awaiting ? 1 : 0} and i.inviter_id <> ${actor.id},
          json_object('inviter', ${actor.name}, 'before', json_object('inviter', i.inviter_name)), '{}'))`,
      })}
      from invitation i
      where i.id = ${id} and i.organization_id = ${organizationId} and i.status in ${OPEN}
        and (i.status = 'awaiting_approval') = ${awaiting ? 1 : 0}
        and i.role = ${roles.previous.key} ${asRead(INVITATION, plan, was)} and ${stillDiffers(INVITATION, plan)}
        and ${roleStillIs(organizationId, roles.previous)} and ${roleStillIs(organizationId, roles.next)}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`update invitation set ${sql.join([...written, ...approvals], sql` `)} change_id = ${changeId} where id = ${target}`,
    sql`delete from invitation_team where invitation_id = ${target} and team_id in ${listed(plan.removeTeams)}`,
    sql`insert into invitation_team (invitation_id, team_id)
      select i.id, t.id from invitation i join team t on t.organization_id = i.organization_id
        and t.id in ${listed(plan.addTeams)}
      where i.id = ${target} on conflict do nothing`,
    remakeContent(event),
    ...editable(organizationId, id, changeId),
    sql`select ${actorStillMay(organizationId, actor)} as "actorMay",
      exists (select 1 from audit_event where id = ${event}) as won`,
  ])
  const last = rowOf<{ actorMay: number; won: number }>(answers.at(-1))
  return {
    found: editableOf(answers.slice(5)),
    won: Boolean(last?.won),
    actorMay: Boolean(last?.actorMay),
  }
}
