import { type SQL, sql } from 'drizzle-orm'
import type { Role } from '../rules/permissions'
import type { DirectoryProvider } from '../rules/sso'
import { rowOf, rowsOf, runBatch } from './batch'
import type { Changing } from './changes'
import { type DirectoryState, directoryState, directoryStateOf } from './directory'
import { isOfProvenDomain } from './domains'
import {
  actorStillMay,
  CLAIM_COLUMNS,
  claimValues,
  notYetDone,
  OPEN,
  roleLabel,
  roleStillIs,
  scopeOf,
} from './guards'
import { type Suggestions, suggestions, suggestionsOf } from './invitations'
import { seatsForMembers } from './seats'
import { teamsAmong } from './terms'

export type ImportForm = {
  state: DirectoryState
  suggestions: Suggestions
  /** Those of the asked teams that are there. */
  teamIds: string[]
  /** This change has been committed before. */
  done: boolean
}

/** What the form of an import is made from; one round trip. */
export const readImportForm = async (
  db: D1Database,
  organizationId: string,
  { teamIds, changeId }: { teamIds: readonly string[]; changeId: string } = { teamIds: [], changeId: '' },
): Promise<ImportForm> => {
  const [state, teams, done, ...suggested] = await runBatch(db, [
    directoryState(organizationId),
    teamsAmong(organizationId, teamIds),
    sql`select 1 from audit_event where change_id = ${changeId} limit 1`,
    ...suggestions(organizationId),
  ])
  return {
    state: directoryStateOf(state),
    suggestions: suggestionsOf(suggested),
    teamIds: rowsOf<{ id: string }>(teams).map(({ id }) => id),
    done: rowOf(done) !== null,
  }
}

type Connected = { id: string; issuer: string; provider: DirectoryProvider }

/** By which column of an identity a directory's id finds it: Google's ids are subjects, Microsoft's are not. */
const DIRECTORY_KEY: Record<DirectoryProvider, SQL> = { google: sql`subject`, microsoft: sql`directory_id` }

/** Of candidate `c` in organization `o`: the account `u` of the address, the identity `n`, and the member `m` that either is. */
const known = ({ id, issuer, provider }: Connected): SQL =>
  sql`left join user u on u.account_scope = ${scopeOf} and u.address = c.address
    left join identity n on n.connection_id = ${id} and n.issuer = ${issuer}
      and n.${DIRECTORY_KEY[provider]} = c.directory_id
    left join member m on m.organization_id = o.id and m.user_id = case
      when exists (select 1 from member x where x.organization_id = o.id and x.user_id = n.user_id) then n.user_id
      else u.id end`

const OF_PROVEN_DOMAIN = isOfProvenDomain(sql`o.id`, sql`c.address`)

/** The same rule as `mayImportAddress`. */
const MAY_BE_MADE = sql`(o.account_scope = 'own' or c.vouched or ${OF_PROVEN_DOMAIN})`

export type Standings = {
  id: string
  userId: string | null
  memberStatus: 'active' | 'inactive' | null
  invited: number
  ofProvenDomain: number
}

/** How people of the directory stand to the organization; addresses in their canonical form. */
export const readStandings = async (
  db: D1Database,
  organizationId: string,
  connected: Connected,
  people: readonly { directoryId: string; address: string }[],
): Promise<Standings[]> => {
  if (people.length === 0) return []
  const [found] = await runBatch(db, [
    sql`select c.directory_id as id, m.user_id as "userId", m.status as "memberStatus",
        exists (select 1 from invitation i where i.organization_id = o.id and i.address = c.address
          and i.status in ${OPEN}) as invited, ${OF_PROVEN_DOMAIN} as "ofProvenDomain"
      from (select value->>'directoryId' as directory_id, value->>'address' as address
        from json_each(${JSON.stringify(people)})) c
      join organization o on o.id = ${organizationId} ${known(connected)}`,
  ])
  return rowsOf<Standings>(found)
}

/** Somebody to import, as the directory has them just now. */
export type ImportCandidate = {
  event: string
  /** Of the account and the identity to be, where there is none yet. */
  userId: string
  identityId: string
  directoryId: string
  address: string
  typed: string
  name: string
  firstName: string | null
  lastName: string | null
  department: string
  vouched: boolean
  /** By the policies. */
  allowed: boolean
}

export type Import = Changing & {
  connected: Connected
  role: Role
  teamIds: readonly string[]
}

export type ImportFact = {
  id: string
  /** Whether this change has made them a member, in this attempt or an earlier one. */
  done: number
  userId: string | null
  memberStatus: 'active' | 'inactive' | null
  mayBeMade: number
}

export type ImportFacts = {
  people: ImportFact[]
  actorMay: boolean
  /** Left for somebody who has none reserved. */
  seats: number
  /** Links of the invitations that it settled. */
  ended: { hash: string; expiresAt: number }[]
}

/**
 * Commits an import as one batch. Members are taken out, the rest numbered, and as many claimed as fit the seats:
 * whoever has a pending invitation takes the seat that it reserves. Accounts, identities, members and teams are made
 * from those events alone, and the open invitations of their addresses settled.
 */
export const commitImport = async (
  db: D1Database,
  change: Import,
  candidates: readonly ImportCandidate[],
): Promise<ImportFacts> => {
  const { organizationId, now, actor, changeId, connected, role } = change
  const rows = sql`(select key as n, value->>'event' as event, value->>'userId' as user_id, value->>'identityId' as identity_id,
      value->>'directoryId' as directory_id, value->>'address' as address, value->>'typed' as typed, value->>'name' as name,
      value->>'firstName' as first_name, value->>'lastName' as last_name, value->>'department' as department,
      value->>'vouched' as vouched, value->>'allowed' as allowed
    from json_each(${JSON.stringify(candidates)}))`
  const seats = seatsForMembers(organizationId, now, change.seatLimit)
  const claimed = sql`${rows} c join audit_event e on e.id = c.event`
  const settled = sql`(select e.detail->>'invitation' from ${claimed} where e.detail->>'invitation' is not null)`
  const reserves = sql`(o.pending_reserves_seat and i.status = 'pending' and i.expires_at > ${now})`

  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: sql`w.event`,
        changeId,
        organizationId,
        action: 'member.imported',
        actor,
        target: { kind: 'member', id: sql`w.target`, name: sql`w.target_name` },
        at: now,
        detail: sql`json_object('role', ${roleLabel(sql`${role.key}`)}, 'department', w.department,
          'teams', (select json_group_array(name) from (select t.name from json_each(${JSON.stringify(change.teamIds)}) j
            join team t on t.id = j.value where t.organization_id = ${organizationId} order by t.name)),
          'provider', ${connected.provider}, 'account', w.account, 'invitation', w.invitation,
          'before', iif(w.invitation is null, null, json_object('status', w.old_status)))`,
      })}
      from (select v.*, row_number() over (order by v.n) as place from (
        select c.*, coalesce(n.user_id, u.id, c.user_id) as target, iif(coalesce(n.user_id, u.id) is null, 'new', 'existing') as account,
          coalesce(nullif((select name from user where id = coalesce(n.user_id, u.id)), ''), nullif(c.name, ''), c.typed) as target_name,
          i.id as invitation, iif(i.status = 'pending' and i.expires_at <= ${now}, 'expired', i.status) as old_status,
          coalesce(${reserves}, 0) as has_seat, sum(not coalesce(${reserves}, 0)) over (order by c.n) as seat
        from ${rows} c join organization o on o.id = ${organizationId} ${known(connected)}
        left join invitation i on i.organization_id = o.id and i.address = c.address and i.status in ${OPEN}
        where m.user_id is null and c.allowed and ${MAY_BE_MADE}
      ) v, ${seats} s where v.has_seat or v.seat <= s.unreserved) w, ${seats} s
      where w.place <= s.free and ${actorStillMay(organizationId, actor)} and ${roleStillIs(organizationId, role)}
        and exists (select 1 from connection where id = ${connected.id} and organization_id = ${organizationId}
          and issuer = ${connected.issuer} and preset = ${connected.provider} and enabled)
        and ${notYetDone(changeId)}
      on conflict do nothing`,
    sql`insert into user (id, account_scope, address, typed_address, name, first_name, last_name, created_at)
      select c.user_id, ${scopeOf}, c.address, c.typed, c.name, c.first_name, c.last_name, ${now}
      from ${claimed} join organization o on o.id = e.organization_id where e.detail->>'account' = 'new'`,
    sql`insert into identity (id, organization_id, connection_id, issuer, ${DIRECTORY_KEY[connected.provider]}, user_id, created_at)
      select c.identity_id, e.organization_id, ${connected.id}, ${connected.issuer}, c.directory_id, c.user_id, ${now}
      from ${claimed} where e.detail->>'account' = 'new'`,
    sql`insert into member (organization_id, user_id, status, role, department, joined_at, inviter_name, invitation_id)
      select e.organization_id, e.target_id, 'active', ${role.key}, c.department, ${now}, ${actor.name}, e.detail->>'invitation'
      from ${claimed}`,
    sql`insert into member_team (organization_id, user_id, team_id)
      select e.organization_id, e.target_id, t.id from ${claimed} join json_each(${JSON.stringify(change.teamIds)}) j
      join team t on t.id = j.value and t.organization_id = e.organization_id`,
    sql`update invitation set status = 'accepted', ended_at = ${now}, accepted_by = e.target_id, change_id = ${changeId}
      from ${claimed} where invitation.id = e.detail->>'invitation'`,
    sql`update delivery set state = 'cancelled', reason = 'The invitee was imported from the directory'
      where state = 'queued' and subject_id in ${settled}`,
    sql`select i.token_hash as hash, i.expires_at as "expiresAt" from invitation i where i.id in ${settled}`,
    sql`select ${actorStillMay(organizationId, actor)} as "actorMay", min(s.free, s.unreserved) as seats from ${seats} s`,
    sql`select c.directory_id as id, m.user_id as "userId", m.status as "memberStatus", ${MAY_BE_MADE} as "mayBeMade",
        exists (select 1 from audit_event e where e.change_id = ${changeId} and e.target_id = m.user_id) as done
      from ${rows} c join organization o on o.id = ${organizationId} ${known(connected)}`,
  ])
  const left = rowOf<{ actorMay: number; seats: number }>(answers.at(-2))
  return {
    people: rowsOf<ImportFact>(answers.at(-1)),
    actorMay: Boolean(left?.actorMay),
    seats: left?.seats ?? 0,
    ended: rowsOf<{ hash: string; expiresAt: number }>(answers.at(-3)),
  }
}
