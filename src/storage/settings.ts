import { type SQL, sql } from 'drizzle-orm'
import type { Role } from '../rules/permissions'
import { SETTINGS, type Setting, type Settings } from '../rules/settings'
import { rowOf, runBatch } from './batch'
import { isOfProvenDomain } from './domains'
import {
  type ActorRef,
  actorStillMay,
  CLAIM_COLUMNS,
  claimValues,
  notYetDone,
  roleLabel,
  roleStillIs,
} from './guards'
import { isGranted } from './sessions'

/** The column of each setting, in `organization`. */
const STORED: Record<Setting, string> = {
  name: 'name',
  slug: 'slug',
  timeZone: 'time_zone',
  landingAddress: 'landing_address',
  invitationLifetime: 'invitation_lifetime',
  defaultRole: 'default_role',
  roleAtSending: 'role_at_sending',
  asksDepartment: 'asks_department',
  asksTeams: 'asks_teams',
  nameFields: 'name_fields',
  pendingReservesSeat: 'pending_reserves_seat',
  closedLink: 'closed_link',
  language: 'language',
  reminderAfter: 'reminder_after',
  toldOnAcceptance: 'told_on_acceptance',
  expiryDigest: 'expiry_digest',
  ssoRequired: 'sso_required',
  justInTime: 'just_in_time',
  requiredFactor: 'required_factor',
}

const column = (setting: Setting): SQL => sql.raw(STORED[setting])
const bound = (value: Settings[Setting]): string | number | null =>
  typeof value === 'boolean' ? Number(value) : value

const CURRENT = sql.join(
  SETTINGS.map((setting) => sql`o.${column(setting)} as ${sql.raw(`"${setting}"`)}`),
  sql`, `,
)

/** A setting's new value, and the one it replaces: it is written only while that one stands. */
export type SettingChange = { setting: Setting; from: Settings[Setting]; to: Settings[Setting] }

export type SettingsChange = {
  event: string
  changeId: string
  organizationId: string
  actor: ActorRef
  now: number
  changes: readonly SettingChange[]
  /** The default role, where it is set or will be given to whoever joins by themselves. */
  role: Role | null
  /** The session it is done in, by its hash. */
  session: string | null
}

/** What the batch left behind. `done`: this change is committed, by this attempt or an earlier one. */
export type SettingsFacts = {
  /** Null where the organization is gone. */
  settings: Settings | null
  done: boolean
  actorMay: boolean
  slugTaken: boolean
  roleThere: boolean
  /** An identity provider is switched on; it opened the session; and whoever asks has an address of a proven domain. */
  connected: boolean
  bySso: boolean
  ofProvenDomain: boolean
}

const detailOf = (changes: readonly SettingChange[]): SQL => {
  const values = Object.fromEntries(changes.map(({ setting, to }) => [setting, to]))
  const before = Object.fromEntries(changes.map(({ setting, from }) => [setting, from]))
  const detail = sql`json(${JSON.stringify({ ...values, before })})`
  return 'defaultRole' in values
    ? sql`json_set(${detail}, '$.defaultRole', ${roleLabel(sql`${values.defaultRole}`)},
        '$.before.defaultRole', ${roleLabel(sql`o.default_role`)})`
    : detail
}

type Flag = 'asksDepartment' | 'asksTeams' | 'pendingReservesSeat' | 'expiryDigest' | 'justInTime'
type Row = Omit<Settings, Flag> & Record<Flag, number>

const settingsIn = (row: Row | null): Settings | null =>
  row && {
    ...row,
    asksDepartment: Boolean(row.asksDepartment),
    asksTeams: Boolean(row.asksTeams),
    pendingReservesSeat: Boolean(row.pendingReservesSeat),
    expiryDigest: Boolean(row.expiryDigest),
    justInTime: Boolean(row.justInTime),
  }

/** Nobody is made to use what is not there; and only who came in by it requires it of themselves, among others. */
const requiringSso = (
  to: Settings[Setting] | undefined,
  { connected, bySso, ofProvenDomain }: { connected: SQL; bySso: SQL; ofProvenDomain: SQL },
): SQL => {
  if (to === 'everybody') return sql`(${connected} and ${bySso})`
  return to === 'proven_domains' ? sql`(${connected} and (${bySso} or not ${ofProvenDomain}))` : sql`true`
}

/** Writes the changes with one event that names them alone; all of them or none. Answers the settings after it. */
export const commitSettings = async (db: D1Database, change: SettingsChange): Promise<SettingsFacts> => {
  const { event, changeId, organizationId, actor, now, changes, role, session } = change
  const to = (setting: Setting) => changes.find((one) => one.setting === setting)?.to
  const slug = bound(to('slug') ?? null)
  const slugTaken = sql`exists (select 1 from organization where slug = ${slug} and id <> ${organizationId})`
  const isDefault = sql`exists (select 1 from organization where id = ${organizationId} and default_role = ${role?.key})`
  const roleThere = role
    ? sql`(${roleStillIs(organizationId, role)} and ${to('defaultRole') === undefined ? isDefault : sql`true`})`
    : sql`true`
  const connected = sql`exists (select 1 from connection where organization_id = ${organizationId} and enabled)`
  const bySso = sql`exists (select 1 from session s where s.hash = ${session} and s.expires_at > ${now}
    and ${isGranted(sql`${organizationId}`, now)})`
  const ofProvenDomain = isOfProvenDomain(
    organizationId,
    sql`(select address from user where id = ${actor.id})`,
  )
  const claim = sql`insert into audit_event ${CLAIM_COLUMNS}
    select ${claimValues({
      id: event,
      changeId,
      organizationId,
      action: 'settings.changed',
      actor,
      target: {
        kind: 'organization',
        id: sql`o.id`,
        name: sql`coalesce(${bound(to('name') ?? null)}, o.name)`,
      },
      at: now,
      detail: detailOf(changes),
    })}
    from organization o where o.id = ${organizationId} and not ${slugTaken} and ${roleThere}
      and ${requiringSso(to('ssoRequired'), { connected, bySso, ofProvenDomain })}
      and ${sql.join(
        changes.map(({ setting, from }) => sql`o.${column(setting)} is ${bound(from)}`),
        sql` and `,
      )}
      and ${actorStillMay(organizationId, actor)} and ${notYetDone(changeId)}`
  const effect = sql`update organization set ${sql.join(
    changes.map(({ setting, to: value }) => sql`${column(setting)} = ${bound(value)}`),
    sql`, `,
  )} where id = (select organization_id from audit_event where id = ${event})`
  const answers = await runBatch(db, [
    ...(changes.length > 0 ? [claim, effect] : []),
    sql`select ${CURRENT} from organization o where o.id = ${organizationId}`,
    sql`select exists (select 1 from audit_event where change_id = ${changeId}) as done,
      ${actorStillMay(organizationId, actor)} as "actorMay", ${slugTaken} as "slugTaken", ${roleThere} as "roleThere",
      ${connected} as connected, ${bySso} as "bySso", ${ofProvenDomain} as "ofProvenDomain"`,
  ])
  const facts = rowOf<Record<Exclude<keyof SettingsFacts, 'settings'>, number>>(answers.at(-1))
  return {
    settings: settingsIn(rowOf<Row>(answers.at(-2))),
    done: Boolean(facts?.done),
    actorMay: Boolean(facts?.actorMay),
    slugTaken: Boolean(facts?.slugTaken),
    roleThere: Boolean(facts?.roleThere),
    connected: Boolean(facts?.connected),
    bySso: Boolean(facts?.bySso),
    ofProvenDomain: Boolean(facts?.ofProvenDomain),
  }
}
