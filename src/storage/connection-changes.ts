import { type SQL, sql } from 'drizzle-orm'
import { type Answer, rowOf, runBatch } from './batch'
import type { Changing } from './changes'
import { type Connection, connectionIn, connectionOf } from './connections'
import { provenDomains, provenDomainsOf } from './domains'
import { actorStillMay, CLAIM_COLUMNS, claimValues, notYetDone } from './guards'

export type ConnectionChange = Omit<Changing, 'seatLimit'> & {
  event: string
  /** What the audit log calls the provider. */
  name: string
}

/** What there is after a change, from which its outcome is named. */
export type ConnectionFacts = { done: boolean; actorMay: boolean; connection: Connection | null }

const facts = ({ organizationId, actor, changeId }: ConnectionChange): SQL[] => [
  sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
    ${actorStillMay(organizationId, actor)} as "actorMay"`,
  connectionOf(organizationId),
]

const factsOf = (answers: readonly Answer[]): ConnectionFacts => {
  const row = rowOf<{ done: number; actorMay: number }>(answers.at(-2))
  return {
    done: Boolean(row?.done),
    actorMay: Boolean(row?.actorMay),
    connection: connectionIn(answers.at(-1)),
  }
}

type Claim = { action: 'created' | 'changed' | 'removed' | 'tested'; id: string; detail: SQL; from: SQL }

const claim = (change: ConnectionChange, { action, id, detail, from }: Claim): SQL =>
  sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: change.event,
      changeId: change.changeId,
      organizationId: change.organizationId,
      action: `connection.${action}`,
      actor: change.actor,
      target: { kind: 'connection', id, name: change.name },
      at: change.now,
      detail,
    })}
    ${from} and ${actorStillMay(change.organizationId, change.actor)} and ${notYetDone(change.changeId)}`

/** The connection as it was read, as row `c`, and its organization as row `o`. */
const asRead = ({ organizationId }: ConnectionChange, read: Connection): SQL =>
  sql`from connection c join organization o on o.id = c.organization_id
    where c.organization_id = ${organizationId} and c.id = ${read.id} and c.client_secret = ${read.clientSecret}
      and c.enabled = ${Number(read.enabled)} and c.tested_at is ${read.testedAt}`

/** The organization of the event, where it was written. */
const ofEvent = ({ event }: ConnectionChange): SQL =>
  sql`(select organization_id from audit_event where id = ${event})`

const detailOf = (value: object): SQL => sql`json(${JSON.stringify(value)})`

/** Nobody is made to use what is not there any more. */
const requireNobody = (change: ConnectionChange): SQL =>
  sql`update organization set sso_required = 'off' where id = ${ofEvent(change)}`

/** `detail`, and what `requireNobody` changes. */
const requiringNobody = (detail: SQL): SQL =>
  sql`json_patch(${detail}, iif(o.sso_required = 'off', '{}',
    json_object('ssoRequired', 'off', 'before', json_object('ssoRequired', o.sso_required))))`

const endGrants = (change: ConnectionChange): SQL =>
  sql`delete from session_grant where organization_id = ${ofEvent(change)}`

/** What was known of people and their directory through the connection that there was. */
const forgetPeople = (change: ConnectionChange): SQL[] => [
  sql`delete from identity where organization_id = ${ofEvent(change)}`,
  sql`delete from directory where organization_id = ${ofEvent(change)}`,
  endGrants(change),
]

export type WantedConnection = Pick<Connection, 'id' | 'preset' | 'issuer' | 'clientId' | 'clientSecret'>

/** Connects the organization's first provider, not switched on. */
export const commitConnection = async (
  db: D1Database,
  change: ConnectionChange,
  { id, preset, issuer, clientId, clientSecret }: WantedConnection,
): Promise<ConnectionFacts> =>
  factsOf(
    await runBatch(db, [
      claim(change, {
        action: 'created',
        id,
        detail: detailOf({ preset, issuer, clientId }),
        from: sql`where not exists (select 1 from connection where organization_id = ${change.organizationId})`,
      }),
      sql`insert into connection (id, organization_id, preset, issuer, client_id, client_secret, enabled, tested_at, created_at)
        select target_id, organization_id, ${preset}, ${issuer}, ${clientId}, ${clientSecret}, 0, null, ${change.now}
        from audit_event where id = ${change.event}`,
      ...facts(change),
    ]),
  )

/** Another secret of the same client: whoever signs in by it goes on to, and it counts as untested. */
export const commitSecret = async (
  db: D1Database,
  change: ConnectionChange,
  read: Connection,
  clientSecret: string,
): Promise<ConnectionFacts> =>
  factsOf(
    await runBatch(db, [
      claim(change, {
        action: 'changed',
        id: read.id,
        detail: detailOf({ secret: true }),
        from: asRead(change, read),
      }),
      sql`update connection set client_secret = ${clientSecret}, tested_at = null where organization_id = ${ofEvent(change)}`,
      ...facts(change),
    ]),
  )

/**
 * Another provider or client takes the place of the one there is, under an id of its own: what the old one said of
 * people counts for nothing any more.
 */
export const commitReplacement = async (
  db: D1Database,
  change: ConnectionChange,
  read: Connection,
  wanted: WantedConnection,
): Promise<ConnectionFacts> => {
  const { id, preset, issuer, clientId, clientSecret } = wanted
  const differing = (['issuer', 'clientId'] as const).filter((key) => wanted[key] !== read[key])
  const of = (from: Connection | WantedConnection) =>
    Object.fromEntries(differing.map((key) => [key, from[key]]))
  return factsOf(
    await runBatch(db, [
      claim(change, {
        action: 'changed',
        id,
        detail: requiringNobody(detailOf({ ...of(wanted), secret: true, before: of(read) })),
        from: asRead(change, read),
      }),
      ...forgetPeople(change),
      requireNobody(change),
      sql`update connection set id = ${id}, preset = ${preset}, issuer = ${issuer}, client_id = ${clientId},
        client_secret = ${clientSecret}, enabled = 0, tested_at = null, created_at = ${change.now}
        where organization_id = ${ofEvent(change)}`,
      ...facts(change),
    ]),
  )
}

/** Switches it on, where it was tested as it is now, or off for everybody at once. */
export const commitEnabling = async (
  db: D1Database,
  change: ConnectionChange,
  read: Connection,
  enabled: boolean,
): Promise<ConnectionFacts> => {
  const detail = detailOf({ enabled, before: { enabled: !enabled } })
  return factsOf(
    await runBatch(db, [
      claim(change, {
        action: 'changed',
        id: read.id,
        detail: enabled ? detail : requiringNobody(detail),
        from: sql`${asRead(change, read)} and c.enabled = ${Number(!enabled)}
          and ${enabled ? sql`c.tested_at is not null` : sql`true`}`,
      }),
      sql`update connection set enabled = ${Number(enabled)} where organization_id = ${ofEvent(change)}`,
      ...(enabled ? [] : [endGrants(change), requireNobody(change)]),
      ...facts(change),
    ]),
  )
}

const REMOVED = sql`json_patch(json_object('before', json_object('preset', c.preset, 'issuer', c.issuer,
    'clientId', c.client_id, 'enabled', json(iif(c.enabled, 'true', 'false'))),
    'identities', (select count(*) from identity where organization_id = o.id)),
  iif(o.just_in_time, '{"justInTime":false,"before":{"justInTime":true}}', '{}'))`

export const commitRemoval = async (
  db: D1Database,
  change: ConnectionChange,
  read: Connection,
): Promise<ConnectionFacts> =>
  factsOf(
    await runBatch(db, [
      claim(change, {
        action: 'removed',
        id: read.id,
        detail: requiringNobody(REMOVED),
        from: asRead(change, read),
      }),
      ...forgetPeople(change),
      requireNobody(change),
      sql`update organization set just_in_time = 0 where id = ${ofEvent(change)}`,
      sql`delete from connection where organization_id = ${ofEvent(change)}`,
      ...facts(change),
    ]),
  )

/** Notes that a sign-in to test it succeeded, while it is configured as it was then. */
export const commitTest = async (
  db: D1Database,
  change: ConnectionChange,
  tested: Pick<Connection, 'id' | 'clientSecret'>,
): Promise<ConnectionFacts & { provenDomains: string[] }> => {
  const answers = await runBatch(db, [
    claim(change, {
      action: 'tested',
      id: tested.id,
      detail: sql`json_object()`,
      from: sql`from connection c where c.organization_id = ${change.organizationId} and c.id = ${tested.id}
        and c.client_secret = ${tested.clientSecret}`,
    }),
    sql`update connection set tested_at = ${change.now} where organization_id = ${ofEvent(change)}`,
    provenDomains(change.organizationId),
    ...facts(change),
  ])
  return { ...factsOf(answers), provenDomains: provenDomainsOf(answers[2]) }
}
