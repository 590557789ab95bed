import { type SQL, sql } from 'drizzle-orm'
import type { Attempts } from '../rules/attempts'
import type { InviterLoss } from '../rules/inviter'
import type { Language } from '../rules/languages'
import type { ClosedLinkSetting, InvitationStatus } from '../rules/lifecycle'
import type { AccountScope, NameFields } from '../rules/names'
import type { PolicySettings } from '../rules/policies'
import type { ConnectionPreset, SsoRequired } from '../rules/sso'
import type { RoleRow } from './access'
import { type AttemptKeys, attemptsOf, countAttempts } from './attempts'
import { type Answer, rowOf, runBatch } from './batch'
import { inviterLoss, roleLabel, scopeOf, seatsToAccept } from './guards'
import { hasSecondStep } from './second-step-needed'
import { isOwnSession } from './sessions'
import { isOf, isProven, type SsoPerson } from './sso-entry'

/** Everything about a link that decides what its page shows. */
export type LinkFacts = {
  id: string
  organizationId: string
  organization: string
  slug: string
  accountScope: AccountScope
  nameFields: NameFields
  /** Null or empty for the organization's page. */
  landingAddress: string | null
  timeZone: string
  /** Of the invitation, frozen at its sending. */
  language: Language
  /** When the organization is deleted, or null. */
  deleteAt: number | null
  closedLink: ClosedLinkSetting
  address: string
  typedAddress: string
  /** Label of the role: a built-in one's key, another's name. */
  role: string
  roleShown: number
  department: string
  /** Names, parted by commas. */
  teamNames: string
  inviter: string
  /** Why the inviter may no longer grant the role; empty while they may. */
  inviterLoss: InviterLoss | ''
  status: InvitationStatus
  generation: number
  tokenHash: string
  expiresAt: number
  acceptedBy: string | null
  seats: number
  /** Key of the role; and of one of the organization's own, the role. */
  roleKey: string
  ownRole: RoleRow | null
  policies: PolicySettings
  /** Of the organization's identity provider, where people can sign in through it. */
  connectionId: string | null
  connectionPreset: ConnectionPreset | null
  issuer: string | null
  ssoRequired: SsoRequired
  /** Whether the address is of a domain that the organization has proven. */
  ofProvenDomain: number
  /** Who is known by the identity that was shown; null for nobody. */
  identityUserId: string | null
  /** The account with this address in the organization's scope, and its place in the organization. */
  accountId: string | null
  accountName: string | null
  passwordHash: string | null
  /** Whether a password alone does not sign the account in. */
  secondStep: number
  memberStatus: 'active' | 'inactive' | null
  memberInvitationId: string | null
}

export type Viewer = {
  userId: string
  address: string
  typedAddress: string
  name: string
  accountScope: string
}

/** `shown`: whom the identity provider has named. */
export const linkFacts = (
  invitationId: string,
  defaultSeatLimit: number,
  shown: SsoPerson | null = null,
): SQL =>
  sql`select i.id, o.id as "organizationId", o.name as organization, o.slug, o.account_scope as "accountScope",
      coalesce(i.name_fields, o.name_fields) as "nameFields",
      coalesce(i.landing_address, o.landing_address) as "landingAddress", o.time_zone as "timeZone", coalesce(i.language, 'en') as language, o.delete_at as "deleteAt",
      o.closed_link as "closedLink",
      i.address, i.typed_address as "typedAddress", ${roleLabel(sql`i.role`)} as role, i.role_shown as "roleShown", i.department,
      i.team_names as "teamNames",
      i.inviter_name as inviter, ${inviterLoss()} as "inviterLoss", i.status, i.generation, i.token_hash as "tokenHash", i.expires_at as "expiresAt",
      i.accepted_by as "acceptedBy",
      ${seatsToAccept(defaultSeatLimit)} as seats,
      i.role as "roleKey", (select json_object('id', r.id, 'name', r.name, 'description', r.description, 'permissions', r.permissions)
        from role r where r.id = i.role and r.organization_id = o.id) as "ownRole", o.policies,
      c.id as "connectionId", c.preset as "connectionPreset", c.issuer, o.sso_required as "ssoRequired",
      ${isProven(sql`i.address`)} as "ofProvenDomain",
      ${shown ? sql`(select i.user_id from identity i where ${isOf(shown)})` : sql`null`} as "identityUserId",
      ${hasSecondStep(sql`u.id`)} as "secondStep",
      u.id as "accountId", u.name as "accountName", u.password_hash as "passwordHash",
      m.status as "memberStatus", m.invitation_id as "memberInvitationId"
    from invitation i join organization o on o.id = i.organization_id
    left join connection c on c.organization_id = o.id and c.enabled
    left join user u on u.account_scope = ${scopeOf} and u.address = i.address
    left join member m on m.organization_id = o.id and m.user_id = u.id
    where i.id = ${invitationId}`

type LinkRow = Omit<LinkFacts, 'ownRole' | 'policies'> & { ownRole: string | null; policies: string }

export const linkFactsOf = (answer: Answer | undefined): LinkFacts | null => {
  const row = rowOf<LinkRow>(answer)
  return (
    row && {
      ...row,
      ownRole: row.ownRole === null ? null : (JSON.parse(row.ownRole) as RoleRow),
      policies: JSON.parse(row.policies) as PolicySettings,
    }
  )
}

const viewer = (sessionHash: string | null, now: number): SQL =>
  sql`select u.id as "userId", u.address, u.typed_address as "typedAddress", u.name, u.account_scope as "accountScope"
    from session s join user u on u.id = s.user_id where ${isOwnSession(sessionHash, now)}`

/** Who opens a link: by the browser's session, and whom the identity provider has named. */
export type Opener = { sessionHash: string | null; shown: SsoPerson | null }

export type Opening = { facts: LinkFacts | null; viewer: Viewer | null; attempts: Attempts | null }

/** A link's facts and who looks at it, in one round trip; with `attemptKeys` a sign-in is counted before it is tried. */
export const readLink = async (
  db: D1Database,
  invitationId: string,
  { sessionHash, shown }: Opener,
  now: number,
  defaultSeatLimit: number,
  attemptKeys: AttemptKeys | null = null,
): Promise<Opening> => {
  const [facts, who, ...counted] = await runBatch(db, [
    linkFacts(invitationId, defaultSeatLimit, shown),
    viewer(sessionHash, now),
    ...(attemptKeys ? countAttempts(attemptKeys, now) : []),
  ])
  return {
    facts: linkFactsOf(facts),
    viewer: rowOf<Viewer>(who),
    attempts: attemptKeys ? attemptsOf(counted) : null,
  }
}
