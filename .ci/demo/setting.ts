import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import { nextDigest } from '../../src/rules/digests'
import { type Permission, permissionsAmong } from '../../src/rules/permissions'
import type { Actor, History, Inviter, Role, Team } from './history'
import type { Person } from './people'
import type { Chance } from './random'
import { DEMO, type Row } from './rows'

const AGE_DAYS = 182
export const DOMAIN = 'kestrel.example'
export const TIME_ZONE = 'Europe/Berlin'
/** Percent of an invitation's lifetime. */
export const REMINDER_AFTER = 50
export const DEPARTMENTS = ['Survey', 'Engineering', 'Design', 'Customer care', 'Sales', 'People'] as const

export const OWNER: Role = { key: 'owner', label: 'owner' }
export const ADMIN: Role = { key: 'admin', label: 'admin' }
export const MEMBER: Role = { key: 'member', label: 'member' }
export const VIEWER: Role = { key: 'viewer', label: 'viewer' }

const DEPLOYMENT: Actor = { kind: 'system', id: null, name: 'Deployment' }
const HR_KEY = 'HR system'

/** An API key as its row and as an inviter. */
const apiKey = (chance: Chance, name: string, at: number, creator: string) => ({
  inviter: { kind: 'api_key', id: chance.id(at), name } satisfies Inviter,
  row: (id: string, revokedAt: number | null): Row => ({
    ...{ id, organization_id: DEMO.id, name, role: 'admin', access: 'write', hash: chance.hex(64) },
    ...{ hint: chance.hex(4), creator_name: creator, created_at: at, revoked_at: revokedAt },
  }),
})

const ownRole = (name: string, description: string, held: readonly Permission[], id: string, at: number) => ({
  role: { key: id, label: name } satisfies Role,
  held,
  row: {
    ...{
      id,
      organization_id: DEMO.id,
      name,
      description,
      permissions: JSON.stringify(permissionsAmong(held)),
    },
    created_at: at,
  } satisfies Row,
})

/** When the organization was made, and between when its invitations lasted two weeks instead of one. */
export type Moments = { born: number; longFrom: number; longUntil: number; digestFrom: number }

export const momentsOf = (chance: Chance): Moments => {
  const born = chance.atWork(AGE_DAYS)
  return { born, longFrom: born + 25 * MINUTE, longUntil: chance.atWork(120), digestFrom: chance.atWork(40) }
}

/** The organization itself: settings, roles of its own, teams and API keys, and who made them when. */
export const setUp = (chance: Chance, history: History, owner: Person, now: number, moments: Moments) => {
  const { tell } = history
  const { born, longFrom, longUntil, digestFrom } = moments
  const ownerId = chance.id(born)
  const olga: Inviter = { kind: 'user', id: ownerId, name: owner.name }
  const organization = { kind: 'organization', id: DEMO.id, name: DEMO.name }
  const settings = { kind: 'settings', id: DEMO.id, name: DEMO.name }

  tell(born, 'organization.created', olga, organization, {
    ...{ slug: DEMO.slug, accountScope: 'own', owner: owner.typed },
  })
  const set = <Value extends string | number | boolean>(
    at: number,
    name: string,
    value: Value,
    before: Value,
  ) => tell(at, 'settings.changed', olga, settings, { [name]: value, before: { [name]: before } })
  const seats = (at: number, seatLimit: number, before: number | null) =>
    tell(at, 'seats.changed', DEPLOYMENT, organization, { seatLimit, before: { seatLimit: before } })
  const [week, fortnight] = [(7 * DAY) / 1000, (14 * DAY) / 1000]
  set(born + 12 * MINUTE, 'timeZone', TIME_ZONE, 'UTC')
  set(longFrom, 'invitationLifetime', fortnight, week)
  set(longUntil, 'invitationLifetime', week, fortnight)
  set(chance.atWork(90), 'defaultRole', 'viewer', 'member')
  const shownFrom = chance.atWork(33)
  set(shownFrom, 'closedLink', 'revoked_as_expired', 'precise')
  set(shownFrom + 3 * HOUR, 'closedLink', 'precise', 'revoked_as_expired')
  set(digestFrom, 'expiryDigest', true, false)
  tell(digestFrom + 2 * HOUR, 'settings.changed', olga, settings, {
    ...{ approvalRoles: [ADMIN.label], before: { approvalRoles: null } },
  })
  seats(born + 2 * DAY, 40, null)
  seats(chance.atWork(64), 60, 40)

  const team = (at: number, name: string): Team => {
    const id = chance.id(at)
    tell(at, 'team.created', olga, { kind: 'team', id, name }, {})
    return { id, name, at }
  }
  const teams = ['Fieldwork', 'Platform', 'Mobile', 'Customer success', 'Partners'].map((name, at) =>
    team(born + (40 + 2 * at) * MINUTE, name === 'Customer success' ? 'Support' : name),
  )
  const interns = team(chance.atWork(100), 'Interns')
  tell(
    chance.atWork(24),
    'team.deleted',
    olga,
    { kind: 'team', id: interns.id, name: interns.name },
    {
      ...{ members: 0, invitations: 0 },
    },
  )
  const support = teams[3]
  const renamedAt = chance.atWork(110)
  if (support) {
    const target = { kind: 'team', id: support.id, name: 'Customer success' }
    tell(renamedAt, 'team.renamed', olga, target, { before: { name: 'Support' } })
  }

  const recruiterAt = born + 2 * DAY
  const recruiter = ownRole(
    'Recruiter',
    'Invites colleagues and looks after their invitations.',
    ['organization:read', 'member:read', 'member:manage'],
    chance.id(recruiterAt),
    recruiterAt,
  )
  const auditorAt = chance.atWork(52)
  const auditor = ownRole(
    'Auditor',
    'Reads who did what, and changes nothing.',
    ['organization:read', 'member:read', 'audit_log:read'],
    chance.id(auditorAt),
    auditorAt,
  )
  for (const { role, row, held } of [recruiter, auditor]) {
    const at = Number(row.created_at)
    // Auditors could not see the members at first.
    const first = role === auditor.role ? held.filter((permission) => permission !== 'member:read') : held
    const detail = { description: row.description, permissions: permissionsAmong(first) }
    tell(at, 'role.created', olga, { kind: 'role', id: role.key, name: role.label }, detail)
  }
  tell(
    auditorAt + DAY,
    'role.changed',
    olga,
    { kind: 'role', id: auditor.role.key, name: 'Auditor' },
    {
      permissions: permissionsAmong(auditor.held),
      before: { permissions: ['organization:read', 'audit_log:read'] },
    },
  )

  const [importAt, importUntil, hrAt] = [chance.atWork(174), chance.atWork(151), chance.atWork(99)]
  const imports = apiKey(chance, 'Import script', importAt, owner.name)
  const hr = apiKey(chance, HR_KEY, hrAt, owner.name)
  const keys = [imports.row(imports.inviter.id, importUntil), hr.row(hr.inviter.id, null)]
  for (const key of keys) {
    const target = { kind: 'api_key', id: String(key.id), name: String(key.name) }
    tell(Number(key.created_at), 'api_key.created', olga, target, { role: 'admin', access: 'write' })
    if (key.revoked_at !== null)
      tell(Number(key.revoked_at), 'api_key.revoked', olga, target, {
        before: { role: 'admin', access: 'write' },
      })
  }

  const row: Row = {
    ...{ id: DEMO.id, name: DEMO.name, slug: DEMO.slug, account_scope: 'own', default_role: 'viewer' },
    ...{ seat_limit: 60, time_zone: TIME_ZONE, language: 'en', reminder_after: REMINDER_AFTER },
    ...{
      told_on_acceptance: 'inviter',
      expiry_digest: 1,
      policies: JSON.stringify({ approvalRoles: [ADMIN.key] }),
      digest_at: nextDigest(now, TIME_ZONE),
      created_at: born,
    },
  }
  /** A team as it was called at a moment. */
  const teamAt = (index: number, at: number): Team => {
    const found = teams[index % teams.length]
    if (!found) throw new Error('There are no teams')
    return found === support && at >= renamedAt ? { ...found, name: 'Customer success' } : found
  }
  return {
    ...{ born, owner: olga, row, keys, hr: hr.inviter, hrAt },
    ...{ roles: [recruiter.row, auditor.row], recruiter: recruiter.role, auditor: auditor.role, auditorAt },
    teams: teams.map((_, index) => teamAt(index, now)),
    teamAt,
  }
}

export type Setting = ReturnType<typeof setUp>
