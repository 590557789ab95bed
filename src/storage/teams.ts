import { type SQL, sql } from 'drizzle-orm'
import { COUNT_LIMIT } from '../rules/lists'
import { rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone, OPEN } from './guards'

/** Counts stop at `COUNT_LIMIT` where they stand in a list. */
export type TeamRow = { id: string; name: string; members: number; invitations: number }

/** The members and outstanding invitations of team `t`, each up to `most`. */
const counts = (most: number): SQL =>
  sql`(select count(*) from (select 1 from member_team mt
      join member m on m.organization_id = mt.organization_id and m.user_id = mt.user_id and m.status = 'active'
      where mt.team_id = t.id limit ${most})) as members, coalesce(o.invitations, 0) as invitations`

/** Outstanding invitations by team; driven by them, since most of a team's invitations have ended. */
const outstanding = (organizationId: string): SQL =>
  sql`(select it.team_id, count(*) as invitations from invitation i
    join invitation_team it on it.invitation_id = i.id
    where i.organization_id = ${organizationId} and i.status in ${OPEN} group by it.team_id)`

/** The organization's teams by name, in one round trip. */
export const listTeams = async (db: D1Database, organizationId: string): Promise<TeamRow[]> => {
  const [teams] = await runBatch(db, [
    sql`select t.id, t.name, ${counts(COUNT_LIMIT)}
      from team t left join ${outstanding(organizationId)} o on o.team_id = t.id
      where t.organization_id = ${organizationId} order by t.name collate nocase, t.id`,
  ])
  return rowsOf<TeamRow>(teams)
}

/** What deleting a team takes it from: every member, inactive ones too, and every outstanding invitation. */
export const readTeam = async (
  db: D1Database,
  organizationId: string,
  id: string,
): Promise<TeamRow | null> => {
  const [team] = await runBatch(db, [
    sql`select t.id, t.name, (select count(*) from member_team where team_id = t.id) as members,
        (select count(*) from invitation_team it join invitation i on i.id = it.invitation_id
          where it.team_id = t.id and i.status in ${OPEN}) as invitations
      from team t where t.id = ${id} and t.organization_id = ${organizationId}`,
  ])
  return rowOf<TeamRow>(team)
}

export type KnownTeam = { id: string; name: string }

/** The names there are, and whether this change has been committed before; one round trip. */
export const readTeamNames = async (
  db: D1Database,
  organizationId: string,
  changeId: string,
): Promise<{ teams: KnownTeam[]; done: boolean }> => {
  const [teams, done] = await runBatch(db, [
    sql`select id, name from team where organization_id = ${organizationId}`,
    sql`select 1 from audit_event where change_id = ${changeId}`,
  ])
  return { teams: rowsOf<KnownTeam>(teams), done: rowOf(done) !== null }
}

export type TeamChange = Changing & { event: string }

/** What there is after a change of teams, from which its outcome is named. */
export type TeamFacts = { done: boolean; actorMay: boolean; there: boolean; taken: boolean; count: number }

/** No other team of the organization has this name. */
const isFree = (organizationId: string, team: { id: string; name: string }): SQL =>
  sql`not exists (select 1 from team where organization_id = ${organizationId}
    and lower(name) = lower(${team.name}) and id <> ${team.id})`

const countOf = (organizationId: string): SQL =>
  sql`(select count(*) from team where organization_id = ${organizationId})`

const facts = (change: TeamChange, team: { id: string; name: string }): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${change.changeId}) as done,
    ${actorStillMay(change.organizationId, change.actor)} as "actorMay",
    exists (select 1 from team where id = ${team.id} and organization_id = ${change.organizationId}) as there,
    not ${isFree(change.organizationId, team)} as taken, ${countOf(change.organizationId)} as count`

const factsOf = (answers: Awaited<ReturnType<typeof runBatch>>): TeamFacts => {
  const row = rowOf<Record<keyof TeamFacts, number>>(answers.at(-1))
  return {
    done: Boolean(row?.done),
    actorMay: Boolean(row?.actorMay),
    there: Boolean(row?.there),
    taken: Boolean(row?.taken),
    count: row?.count ?? 0,
  }
}

/** Makes a team while the name is free and there are fewer than `most`. */
export const commitTeam = async (
  db: D1Database,
  change: TeamChange,
  team: { id: string; name: string },
  most: number,
): Promise<TeamFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'team.created',
        actor,
        target: { kind: 'team', id: team.id, name: team.name },
        at: now,
        detail: sql`json_object()`,
      })}
      where ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}
        and ${isFree(organizationId, team)} and ${countOf(organizationId)} < ${most}`,
    sql`insert into team (id, organization_id, name, created_at)
      select target_id, ${organizationId}, ${team.name}, ${now} from audit_event where id = ${event}`,
    facts(change, team),
  ])
  return factsOf(answers)
}

/** Renames a team that is still called as it was read, while the name is free; who is in it and who is invited into it show the new one. */
export const commitTeamName = async (
  db: D1Database,
  change: TeamChange,
  team: { id: string; name: string; was: string },
): Promise<TeamFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'team.renamed',
        actor,
        target: { kind: 'team', id: sql`t.id`, name: team.name },
        at: now,
        detail: sql`json_object('before', json_object('name', t.name))`,
      })}
      from team t where t.id = ${team.id} and t.organization_id = ${organizationId} and t.name = ${team.was}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)} and ${isFree(organizationId, team)}`,
    sql`update team set name = ${team.name} where id = (select target_id from audit_event where id = ${event})`,
    facts(change, team),
  ])
  return factsOf(answers)
}

/** Deletes a team; it falls off its members and invitations, which stay as they are otherwise. */
export const commitTeamDeletion = async (
  db: D1Database,
  change: TeamChange,
  id: string,
): Promise<TeamFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const target = sql`(select target_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'team.deleted',
        actor,
        target: { kind: 'team', id: sql`t.id`, name: sql`t.name` },
        at: now,
        detail: sql`json_object('members', (select count(*) from member_team where team_id = t.id),
          'invitations', (select count(*) from invitation_team it join invitation i on i.id = it.invitation_id
            where it.team_id = t.id and i.status in ${OPEN}))`,
      })}
      from team t where t.id = ${id} and t.organization_id = ${organizationId}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`delete from member_team where team_id = ${target}`,
    sql`delete from invitation_team where team_id = ${target}`,
    sql`delete from team where id = ${target}`,
    facts(change, { id, name: '' }),
  ])
  return factsOf(answers)
}
