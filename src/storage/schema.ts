import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { CLOSED_LINK_SETTINGS, DELIVERY_STATES, INVITATION_STATUSES } from '../rules/lifecycle'
import { ACCOUNT_SCOPES, NAME_FIELDS, ROLE_AT_SENDING } from '../rules/names'

// Every moment is an integer: milliseconds since 1970 in UTC. Ids are UUIDv7.

const DAY_SECONDS = 24 * 3600

export const organization = sqliteTable('organization', {
  id: text().primaryKey(),
  name: text().notNull(),
  slug: text().notNull().unique(),
  accountScope: text('account_scope', { enum: ACCOUNT_SCOPES }).notNull().default('shared'),
  /** How long an invitation lasts from its sending, in seconds. */
  invitationLifetime: integer('invitation_lifetime')
    .notNull()
    .default(7 * DAY_SECONDS),
  defaultRole: text('default_role').notNull().default('member'),
  roleAtSending: text('role_at_sending', { enum: ROLE_AT_SENDING }).notNull().default('optional'),
  nameFields: text('name_fields', { enum: NAME_FIELDS }).notNull().default('first_last'),
  /** Where invitees land after accepting: a path, an https URL, or null for the organization's page. */
  landingAddress: text('landing_address'),
  closedLink: text('closed_link', { enum: CLOSED_LINK_SETTINGS }).notNull().default('precise'),
  /** Active members plus pending invitations at most; null for no limit. */
  seatLimit: integer('seat_limit'),
  createdAt: integer('created_at').notNull(),
})

export const user = sqliteTable(
  'user',
  {
    id: text().primaryKey(),
    /** `shared`, or the id of the one organization the account belongs to. */
    accountScope: text('account_scope').notNull(),
    address: text().notNull(),
    typedAddress: text('typed_address').notNull(),
    /** For display; empty where no name was asked for. */
    name: text().notNull().default(''),
    firstName: text('first_name'),
    lastName: text('last_name'),
    /** A PHC string. */
    passwordHash: text('password_hash'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('user_scope_address').on(t.accountScope, t.address)],
)

export const member = sqliteTable(
  'member',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    status: text({ enum: ['active', 'inactive'] })
      .notNull()
      .default('active'),
    role: text().notNull(),
    department: text().notNull().default(''),
    joinedAt: integer('joined_at').notNull(),
    /** Who invited them, by name as it was then; null for who set the organization up. */
    inviterName: text('inviter_name'),
    invitationId: text('invitation_id'),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.userId] }),
    index('member_user').on(t.userId),
    index('member_status').on(t.organizationId, t.status),
    index('member_department').on(t.organizationId, t.department),
  ],
)

export const team = sqliteTable(
  'team',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    name: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('team_name').on(t.organizationId, sql`lower(${t.name})`)],
)

export const memberTeam = sqliteTable(
  'member_team',
  {
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    teamId: text('team_id')
      .notNull()
      .references(() => team.id),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.userId, t.teamId] }),
    index('member_team_team').on(t.teamId),
    foreignKey({
      columns: [t.organizationId, t.userId],
      foreignColumns: [member.organizationId, member.userId],
    }),
  ],
)

export const invitation = sqliteTable(
  'invitation',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    address: text().notNull(),
    typedAddress: text('typed_address').notNull(),
    role: text().notNull(),
    department: text().notNull().default(''),
    note: text().notNull().default(''),
    /** Whether mail and accept page mention the role, as the organization had it when this was sent. */
    roleShown: integer('role_shown', { mode: 'boolean' }).notNull().default(true),
    status: text({ enum: INVITATION_STATUSES }).notNull(),
    /** Raised by every renewing and resending; the link of an earlier one is replaced. */
    generation: integer().notNull().default(1),
    /** Which key signed the current link, and SHA-256 (hex) of its bytes. */
    keyId: text('key_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    firstSentAt: integer('first_sent_at').notNull(),
    sentAt: integer('sent_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    endedAt: integer('ended_at'),
    /** Who answers for it: whoever sent, renewed or resent it last. */
    inviterKind: text('inviter_kind', { enum: ['user', 'api_key'] }).notNull(),
    inviterId: text('inviter_id').notNull(),
    inviterName: text('inviter_name').notNull(),
    acceptedBy: text('accepted_by').references(() => user.id),
    /** The current generation's delivery, kept by triggers on `delivery`. */
    mailState: text('mail_state', { enum: DELIVERY_STATES }).notNull().default('queued'),
    mailReason: text('mail_reason'),
    changeId: text('change_id').notNull(),
    createdAt: integer('created_at').notNull(),
    bucket: text({ enum: ['outstanding', 'accepted', 'revoked', 'declined'] })
      .notNull()
      .generatedAlwaysAs(
        sql`case when status in ('awaiting_approval', 'pending', 'expired') then 'outstanding' else status end`,
      ),
    domain: text().notNull().generatedAlwaysAs(sql`substr(address, instr(address, '@') + 1)`),
  },
  (t) => [
    uniqueIndex('invitation_one_open')
      .on(t.organizationId, t.address)
      .where(sql`status in ('awaiting_approval', 'pending', 'expired')`),
    // One index for each sortable column, each in the order a page is read.
    index('invitation_by_address').on(t.organizationId, t.bucket, t.address, t.id),
    index('invitation_by_role').on(t.organizationId, t.bucket, t.role, t.id),
    index('invitation_by_department').on(t.organizationId, t.bucket, t.department, t.id),
    index('invitation_by_inviter').on(t.organizationId, t.bucket, t.inviterName, t.id),
    index('invitation_by_sent').on(t.organizationId, t.bucket, t.sentAt, t.id),
    index('invitation_by_expiry').on(t.organizationId, t.bucket, t.expiresAt, t.id),
    index('invitation_by_status').on(t.organizationId, t.bucket, t.status, t.id),
    index('invitation_by_mail').on(t.organizationId, t.bucket, t.mailState, t.id),
    index('invitation_by_domain').on(t.organizationId, t.bucket, t.domain, t.id),
    index('invitation_due').on(t.expiresAt).where(sql`status = 'pending'`),
  ],
)

export const invitationTeam = sqliteTable(
  'invitation_team',
  {
    invitationId: text('invitation_id')
      .notNull()
      .references(() => invitation.id),
    // No reference: a team deleted meanwhile falls off without hurting the invitation.
    teamId: text('team_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.invitationId, t.teamId] })],
)

export const delivery = sqliteTable(
  'delivery',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    kind: text({ enum: ['invitation'] }).notNull(),
    /** What the mail is about: for kind `invitation`, the invitation. */
    subjectId: text('subject_id').notNull(),
    generation: integer().notNull(),
    address: text().notNull(),
    /** Everything the body is made of, frozen as JSON; never a token. */
    content: text({ mode: 'json' }).notNull(),
    state: text({ enum: DELIVERY_STATES }).notNull().default('queued'),
    attempts: integer().notNull().default(0),
    /** Enqueue marker, lease and back-off in one: until then somebody is expected to deal with it. */
    dueAt: integer('due_at').notNull(),
    /** Why it failed, was cancelled or waits, in the provider's words where it has some. */
    reason: text(),
    provider: text(),
    providerId: text('provider_id'),
    sentAt: integer('sent_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('delivery_once').on(t.subjectId, t.kind, t.generation),
    index('delivery_due').on(t.dueAt).where(sql`state in ('queued', 'sending')`),
    index('delivery_by_organization').on(t.organizationId, t.createdAt),
    index('delivery_by_address').on(t.address, t.createdAt),
    check('delivery_attempts', sql`attempts >= 0`),
  ],
)

export const session = sqliteTable(
  'session',
  {
    /** SHA-256 (hex) of the cookie. */
    hash: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('session_user').on(t.userId), index('session_expiry').on(t.expiresAt)],
)

/** Sign-ins tried and not yet succeeded, by address and by network (keyed digests), in a window. */
export const signInAttempt = sqliteTable(
  'sign_in_attempt',
  { key: text().primaryKey(), attempts: integer().notNull(), expiresAt: integer('expires_at').notNull() },
  (t) => [index('sign_in_attempt_expiry').on(t.expiresAt)],
)

export const apiKey = sqliteTable(
  'api_key',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    name: text().notNull(),
    /** The role it acts with: it may do and grant what that role may. */
    role: text().notNull(),
    access: text({ enum: ['read', 'write'] }).notNull(),
    /** SHA-256 (hex) of the key; the key itself is shown once. */
    hash: text().notNull().unique(),
    hint: text().notNull(),
    creatorName: text('creator_name').notNull(),
    createdAt: integer('created_at').notNull(),
    revokedAt: integer('revoked_at'),
  },
  (t) => [index('api_key_by_organization').on(t.organizationId, t.createdAt)],
)

export const auditEvent = sqliteTable(
  'audit_event',
  {
    /** Minted for each attempt: only the attempt whose event was written has effects. */
    id: text().primaryKey(),
    /** The intent; a repetition of it finds its event here. */
    changeId: text('change_id').notNull(),
    organizationId: text('organization_id'),
    action: text().notNull(),
    actorKind: text('actor_kind', { enum: ['user', 'api_key', 'invitee', 'system', 'provider'] }).notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id').notNull(),
    targetName: text('target_name').notNull(),
    at: integer().notNull(),
    detail: text({ mode: 'json' }).notNull(),
  },
  (t) => [
    uniqueIndex('audit_event_once').on(t.changeId, t.targetId),
    index('audit_event_by_time').on(t.organizationId, t.at, t.id),
    index('audit_event_by_target').on(t.targetId, t.at),
  ],
)
