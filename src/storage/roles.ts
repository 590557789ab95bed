import { type SQL, sql } from 'drizzle-orm'
import { COUNT_LIMIT } from '../rules/lists'
import type { Permission, Role } from '../rules/permissions'
import { type Answer, rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone, OPEN, roleLabel, roleStillIs } from './guards'

/** How many links at once are told to forget what they say of a role. */
const MOST_FORGOTTEN = 500

/** How many hold a role, each up to `COUNT_LIMIT`. */
export type Held = { key: string; members: number; invitations: number }

/** How many hold each role, in one round trip. Read from the index by role, whose order is the name's. */
export const readHeld = async (
  db: D1Database,
  organizationId: string,
  roles: readonly Role[],
): Promise<Held[]> => {
  const keys = roles.map(({ key, name }) => ({ key, name }))
  const named = (table: SQL, statuses: SQL) =>
    sql`(select count(*) from (select 1 from ${table} where organization_id = ${organizationId}
      and status in ${statuses} and role_order = lower(j.value->>'name') limit ${COUNT_LIMIT}))`
  const [held] = await runBatch(db, [
    sql`select j.value->>'key' as key, ${named(sql`member`, sql`('active', 'inactive')`)} as members,
        ${named(sql`invitation`, OPEN)} as invitations
      from json_each(${JSON.stringify(keys)}) j`,
  ])
  return rowsOf<Held>(held)
}

/** All that would be left without a role if it went: inactive members too, live API keys, and the default. */
export type Holders = { members: number; invitations: number; apiKeys: number; isDefault: boolean }

const members = (organizationId: string, key: SQL | string): SQL =>
  sql`(select count(*) from member where organization_id = ${organizationId} and role = ${key})`
const invitations = (organizationId: string, key: SQL | string): SQL =>
  sql`(select count(*) from invitation where organization_id = ${organizationId} and status in ${OPEN} and role = ${key})`
const apiKeys = (organizationId: string, key: SQL | string): SQL =>
  sql`(select count(*) from api_key where organization_id = ${organizationId} and revoked_at is null and role = ${key})`
const isDefault = (organizationId: string, key: SQL | string): SQL =>
  sql`exists (select 1 from organization where id = ${organizationId} and default_role = ${key})`

/** The organization's policy lets a second admin decide about whoever gets this role. */
const needsApproval = (organizationId: string, key: string): SQL =>
  sql`exists (select 1 from organization o, json_each(o.policies, '$.approvalRoles') p
    where o.id = ${organizationId} and p.value = ${key})`

const holders = (organizationId: string, key: string): SQL =>
  sql`${members(organizationId, key)} as members, ${invitations(organizationId, key)} as invitations,
    ${apiKeys(organizationId, key)} as "apiKeys", ${isDefault(organizationId, key)} as "isDefault"`

type HoldersRow = { members: number; invitations: number; apiKeys: number; isDefault: number }
const holdersOf = (row: HoldersRow | null): Holders => ({
  members: row?.members ?? 0,
  invitations: row?.invitations ?? 0,
  apiKeys: row?.apiKeys ?? 0,
  isDefault: Boolean(row?.isDefault),
})

export const readHolders = async (db: D1Database, organizationId: string, key: string): Promise<Holders> => {
  const [row] = await runBatch(db, [sql`select ${holders(organizationId, key)}`])
  return holdersOf(rowOf<HoldersRow>(row))
}

/** Whether this very change was committed before. */
export const wasDone = async (db: D1Database, changeId: string): Promise<boolean> => {
  const [done] = await runBatch(db, [sql`select 1 from audit_event where change_id = ${changeId}`])
  return rowOf(done) !== null
}

export type RoleChange = Changing & { event: string }
export type RoleValues = { name: string; description: string; permissions: readonly Permission[] }

/** What there is after a change of roles, from which its outcome is named. */
export type RoleFacts = {
  done: boolean
  won: boolean
  actorMay: boolean
  taken: boolean
  count: number
  holders: Holders
  /** Hashes of links whose hints say something of the role that is so no longer. */
  links: string[]
}

const isFree = (organizationId: string, id: string, name: string): SQL =>
  sql`not exists (select 1 from role where organization_id = ${organizationId}
    and lower(name) = lower(${name}) and id <> ${id})`
const countOf = (organizationId: string): SQL =>
  sql`(select count(*) from role where organization_id = ${organizationId})`

const facts = (change: RoleChange, id: string, name: string): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${change.changeId}) as done,
    exists (select 1 from audit_event where id = ${change.event}) as won,
    ${actorStillMay(change.organizationId, change.actor)} as "actorMay",
    not ${isFree(change.organizationId, id, name)} as taken, ${countOf(change.organizationId)} as count,
    ${holders(change.organizationId, id)}`

const factsOf = (answers: Answer[], links?: Answer): RoleFacts => {
  const row = rowOf<
    { done: number; won: number; actorMay: number; taken: number; count: number } & HoldersRow
  >(answers.at(-1))
  return {
    done: Boolean(row?.done),
    won: Boolean(row?.won),
    actorMay: Boolean(row?.actorMay),
    taken: Boolean(row?.taken),
    count: row?.count ?? 0,
    holders: holdersOf(row),
    links: rowsOf<{ hash: string }>(links).map(({ hash }) => hash),
  }
}

/** Pending invitations with the role that the event is about. */
const pendingOf = (change: RoleChange): SQL =>
  sql`invitation where organization_id = ${change.organizationId} and status = 'pending' and expires_at > ${change.now}
    and role = (select target_id from audit_event where id = ${change.event})`

const linksOf = (change: RoleChange): SQL =>
  sql`select token_hash as hash from ${pendingOf(change)} order by sent_at desc limit ${MOST_FORGOTTEN}`

/** Has mails that nobody has tried yet say the role's new name; those that mention none stay so. */
const remakeMails = (change: RoleChange, label: SQL): SQL =>
  sql`update delivery set content = json_set(content, '$.role', ${label})
    where state = 'queued' and attempts = 0 and kind = 'invitation' and json_extract(content, '$.role') is not null
      and subject_id in (select id from ${pendingOf(change)})`

/** Makes a role while the name is free and there are fewer than `most`. */
export const commitRole = async (
  db: D1Database,
  change: RoleChange,
  id: string,
  { name, description, permissions }: RoleValues,
  most: number,
): Promise<RoleFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const held = JSON.stringify(permissions)
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'role.created',
        actor,
        target: { kind: 'role', id, name },
        at: now,
        detail: sql`json_object('description', ${description}, 'permissions', json(${held}))`,
      })}
      where ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}
        and ${isFree(organizationId, id, name)} and ${countOf(organizationId)} < ${most}`,
    sql`insert into role (id, organization_id, name, description, permissions, created_at)
      select target_id, ${organizationId}, ${name}, ${description}, ${held}, ${now} from audit_event where id = ${event}`,
    facts(change, id, name),
  ])
  return factsOf(answers)
}

/** The role is in every respect what was read: what decides over it decided over this. */
const asRead = (organizationId: string, role: Role): SQL =>
  sql`(r.name = ${role.name} and r.description = ${role.description} and ${roleStillIs(organizationId, role)})`

/** Changes a role that is still as it was read; whoever holds it holds the new one at once. */
export const commitRoleChange = async (
  db: D1Database,
  change: RoleChange,
  role: Role,
  values: RoleValues,
): Promise<RoleFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const { name, description } = values
  const held = JSON.stringify(values.permissions)
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'role.changed',
        actor,
        target: { kind: 'role', id: sql`r.id`, name },
        at: now,
        detail: sql`json(${JSON.stringify(changedOf(role, values))})`,
      })}
      from role r where r.id = ${role.key} and r.organization_id = ${organizationId} and ${asRead(organizationId, role)}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}
        and ${isFree(organizationId, role.key, name)}`,
    sql`update role set name = ${name}, description = ${description}, permissions = ${held}
      where id = (select target_id from audit_event where id = ${event})`,
    name === role.name ? sql`select null as hash where false` : linksOf(change),
    ...(name === role.name ? [] : [remakeMails(change, sql`${name}`)]),
    facts(change, role.key, name),
  ])
  return factsOf(answers, answers[2])
}

/** The fields that change, and what they were. */
const changedOf = (was: RoleValues, is: RoleValues) => {
  const differs = (field: keyof RoleValues) => JSON.stringify(was[field]) !== JSON.stringify(is[field])
  const fields = (['name', 'description', 'permissions'] as const).filter(differs)
  const of = (values: RoleValues) => Object.fromEntries(fields.map((field) => [field, values[field]]))
  return { ...of(is), before: of(was) }
}

/**
 * Deletes a role that is still as it was read. Whoever holds it when this is committed gets the successor; without
 * one it is deleted only while nobody does. A revoked key keeps the role's name, which is all that is shown of it.
 */
export const commitRoleDeletion = async (
  db: D1Database,
  change: RoleChange,
  role: Role,
  successor: { role: Role; suitsApiKeys: boolean } | null,
): Promise<RoleFacts> => {
  const { event, changeId, organizationId, actor, now } = change
  const key = role.key
  const target = sql`(select target_id from audit_event where id = ${event})`
  const next = successor?.role.key ?? ''
  const noKeys = sql`${apiKeys(organizationId, key)} = 0`
  const mayGo = successor
    ? sql`(${roleStillIs(organizationId, successor.role)} and ${successor.suitsApiKeys ? sql`true` : noKeys}
        and not (${needsApproval(organizationId, next)} and ${invitations(organizationId, key)} > 0))`
    : sql`(${members(organizationId, key)} = 0 and ${invitations(organizationId, key)} = 0 and ${noKeys}
        and not ${isDefault(organizationId, key)})`
  const label = successor ? roleLabel(sql`${next}`) : sql`null`
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: event,
        changeId,
        organizationId,
        action: 'role.deleted',
        actor,
        target: { kind: 'role', id: sql`r.id`, name: sql`r.name` },
        at: now,
        detail: sql`json_object('successor', ${label}, 'members', ${members(organizationId, key)},
          'invitations', ${invitations(organizationId, key)}, 'apiKeys', ${apiKeys(organizationId, key)},
          'defaultRole', json(iif(${isDefault(organizationId, key)}, 'true', 'false')),
          'before', json_object('description', r.description, 'permissions', json(r.permissions)))`,
      })}
      from role r where r.id = ${key} and r.organization_id = ${organizationId} and ${asRead(organizationId, role)}
        and ${mayGo} and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    linksOf(change),
    remakeMails(change, label),
    sql`update member set role = ${next} where organization_id = ${organizationId} and role = ${target}`,
    // What was approved was the role that goes.
    sql`update invitation set role = ${next}, approver_id = null, approver_name = null, approved_at = null
      where organization_id = ${organizationId} and status in ${OPEN} and role = ${target}`,
    sql`update api_key set role = iif(revoked_at is null, ${next}, ${role.name})
      where organization_id = ${organizationId} and role = ${target}`,
    sql`update organization set default_role = ${next} where id = ${organizationId} and default_role = ${target}`,
    sql`delete from role where id = ${target}`,
    facts(change, key, ''),
  ])
  return factsOf(answers, answers[1])
}
