import { type SQL, sql } from 'drizzle-orm'
import type { DirectoryProvider } from '../rules/sso'
import { type Answer, rowOf, runBatch } from './batch'
import type { Changing } from './changes'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'
import type { SsoConnection } from './identities'

/** A consent to read the directory through the connection as it is now; that of an earlier one counts no more. */
export type Consent = {
  provider: DirectoryProvider
  /** Sealed. */
  refreshToken: string
  consentedAt: number
  /** By name as it is now; empty for an account that is gone. */
  consentedBy: string
  expiredAt: number | null
}

export type DirectoryState = { connection: SsoConnection | null; consent: Consent | null }

type StateRow = Omit<SsoConnection, 'enabled' | 'id'> &
  Omit<Consent, 'provider'> & { id: string | null; enabled: number; provider: DirectoryProvider | null }

/** An organization's connection and the consent to read its directory; a statement for the batch that reads a page. */
export const directoryState = (organizationId: string): SQL =>
  sql`select c.id, c.preset, c.issuer, c.client_id as "clientId", c.client_secret as "clientSecret", c.enabled,
      o.id as "organizationId", o.name as organization, o.slug, o.account_scope as "accountScope",
      d.provider, d.refresh_token as "refreshToken", d.consented_at as "consentedAt", d.expired_at as "expiredAt",
      coalesce(nullif(u.name, ''), u.typed_address, '') as "consentedBy"
    from organization o left join connection c on c.organization_id = o.id
    left join directory d on d.organization_id = o.id and d.connection_id = c.id and d.provider = c.preset
    left join user u on u.id = d.consented_by
    where o.id = ${organizationId}`

/** Reads the answer of `directoryState`. */
export const directoryStateOf = (answer: Answer | undefined): DirectoryState => {
  const row = rowOf<StateRow>(answer)
  if (!row || row.id === null) return { connection: null, consent: null }
  const { provider, refreshToken, consentedAt, consentedBy, expiredAt, ...connection } = row
  return {
    connection: { ...connection, id: row.id, enabled: Boolean(row.enabled) },
    consent: provider && { provider, refreshToken, consentedAt, consentedBy, expiredAt },
  }
}

export const readDirectoryState = async (db: D1Database, organizationId: string): Promise<DirectoryState> =>
  directoryStateOf((await runBatch(db, [directoryState(organizationId)]))[0])

type Change = Omit<Changing, 'seatLimit'> & { event: string }
export type DirectoryFacts = { done: boolean; actorMay: boolean; connected: boolean }

const facts = ({ organizationId, actor, changeId }: Change): SQL =>
  sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
    ${actorStillMay(organizationId, actor)} as "actorMay",
    exists (select 1 from directory where organization_id = ${organizationId}) as connected`

const factsOf = (answer: Answer | undefined): DirectoryFacts => {
  const row = rowOf<Record<keyof DirectoryFacts, number>>(answer)
  return {
    done: Boolean(row?.done),
    actorMay: Boolean(row?.actorMay),
    connected: Boolean(row?.connected),
  }
}

/** Keeps a consent, in place of what was there, while the connection is still the one that it was given through. */
export const commitConsent = async (
  db: D1Database,
  change: Change,
  consent: { connectionId: string; provider: DirectoryProvider; refreshToken: string },
): Promise<DirectoryFacts> => {
  const { organizationId, actor, changeId, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: change.event,
        changeId,
        organizationId,
        action: 'directory.connected',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('provider', ${consent.provider})`,
      })}
      from organization o join connection c on c.organization_id = o.id
      where o.id = ${organizationId} and c.id = ${consent.connectionId} and c.preset = ${consent.provider}
        and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`insert into directory (organization_id, connection_id, provider, refresh_token, consented_by, consented_at, expired_at)
      select organization_id, ${consent.connectionId}, ${consent.provider}, ${consent.refreshToken}, ${actor.id}, ${now}, null
      from audit_event where id = ${change.event}
      on conflict (organization_id) do update set connection_id = excluded.connection_id, provider = excluded.provider,
        refresh_token = excluded.refresh_token, consented_by = excluded.consented_by,
        consented_at = excluded.consented_at, expired_at = null`,
    facts(change),
  ])
  return factsOf(answers.at(-1))
}

/** Forgets a consent. */
export const commitDisconnect = async (db: D1Database, change: Change): Promise<DirectoryFacts> => {
  const { organizationId, actor, changeId, now } = change
  const answers = await runBatch(db, [
    sql`insert into audit_event ${CLAIM_COLUMNS}
      select ${claimValues({
        id: change.event,
        changeId,
        organizationId,
        action: 'directory.disconnected',
        actor,
        target: { kind: 'organization', id: sql`o.id`, name: sql`o.name` },
        at: now,
        detail: sql`json_object('provider', d.provider)`,
      })}
      from organization o join directory d on d.organization_id = o.id
      where o.id = ${organizationId} and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`,
    sql`delete from directory where organization_id = (select organization_id from audit_event where id = ${change.event})`,
    facts(change),
  ])
  return factsOf(answers.at(-1))
}

/** The provider no longer takes this consent. */
export const markExpired = async (
  db: D1Database,
  organizationId: string,
  refreshToken: string,
  now: number,
): Promise<void> => {
  await runBatch(db, [
    sql`update directory set expired_at = coalesce(expired_at, ${now})
      where organization_id = ${organizationId} and refresh_token = ${refreshToken}`,
  ])
}

/** The provider has given another token for the same consent; both are sealed. */
export const replaceRefreshToken = async (
  db: D1Database,
  organizationId: string,
  { previous, next }: { previous: string; next: string },
): Promise<void> => {
  await runBatch(db, [
    sql`update directory set refresh_token = ${next}
      where organization_id = ${organizationId} and refresh_token = ${previous}`,
  ])
}
