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
import { LANGUAGES } from '../rules/languages'
import {
  BOUNCES,
  CLOSED_LINK_SETTINGS,
  DELIVERY_STATES,
  INVITATION_STATUSES,
  PAUSE_REASONS,
  SUPPRESSION_REASONS,
  TOLD_ON_ACCEPTANCE,
} from '../rules/lifecycle'
import { MAIL_KINDS } from '../rules/mails'
import { ACCOUNT_SCOPES, NAME_FIELDS, ROLE_AT_SENDING } from '../rules/names'
import type { PolicySettings } from '../rules/policies'
import { REQUIRED_FACTORS, SECOND_FACTORS, SIGN_IN_METHODS } from '../rules/sign-in'
import { CONNECTION_PRESETS, DIRECTORY_PROVIDERS, SSO_REQUIRED } from '../rules/sso'

// Every moment is an integer: milliseconds since 1970 in UTC. Ids are UUIDv7.

const DAY_SECONDS = 24 * 3600

export const organization = sqliteTable(
  'organization',
  {
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
    /** Of this organization's plan; null for the deployment's default, 0 for no limit. */
    seatLimit: integer('seat_limit'),
    /** Whether a pending invitation counts as a seat taken. */
    pendingReservesSeat: integer('pending_reserves_seat', { mode: 'boolean' }).notNull().default(true),
    /** An IANA name; the days and times that its people read are of this zone. */
    timeZone: text('time_zone').notNull().default('UTC'),
    /** Which of these the send form shows. */
    asksDepartment: integer('asks_department', { mode: 'boolean' }).notNull().default(true),
    asksTeams: integer('asks_teams', { mode: 'boolean' }).notNull().default(true),
    /** Of its mails and accept pages where the invitation names none. */
    language: text({ enum: LANGUAGES }).notNull().default('en'),
    /** Percent of an invitation's lifetime after which its invitee is reminded; null for never. */
    reminderAfter: integer('reminder_after').default(50),
    toldOnAcceptance: text('told_on_acceptance', { enum: TOLD_ON_ACCEPTANCE }).notNull().default('inviter'),
    /** Whether what expired without acceptance is told once a week, and when that is next due. */
    expiryDigest: integer('expiry_digest', { mode: 'boolean' }).notNull().default(false),
    digestAt: integer('digest_at'),
    /** Since when invitations wait because too many mails came back or were complained about; null while they go. */
    sendingPausedAt: integer('sending_paused_at'),
    sendingPausedFor: text('sending_paused_for', { enum: PAUSE_REASONS }),
    /** Mails before this moment no longer count for that. */
    sendingResumedAt: integer('sending_resumed_at'),
    /** Who signs in through its identity provider alone, and whether that provider lets in who is not invited. */
    ssoRequired: text('sso_required', { enum: SSO_REQUIRED }).notNull().default('off'),
    justInTime: integer('just_in_time', { mode: 'boolean' }).notNull().default(false),
    requiredFactor: text('required_factor', { enum: REQUIRED_FACTORS }).notNull().default('none'),
    /** The built-in policies that are switched on, each with what it was given. */
    policies: text({ mode: 'json' }).$type<PolicySettings>().notNull().default({}),
    /** When it is deleted, by a confirmed deletion that has not been undone. */
    deleteAt: integer('delete_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('organization_due').on(t.deleteAt).where(sql`delete_at is not null`),
    index('organization_digest').on(t.digestAt).where(sql`digest_at is not null`),
  ],
)

/** A role of an organization's own; the built-in ones stand in rules/permissions.ts. */
export const role = sqliteTable(
  'role',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    name: text().notNull(),
    description: text().notNull().default(''),
    /** A JSON list in the order of PERMISSIONS: equal sets are equal texts, which guards compare. */
    permissions: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('role_name').on(t.organizationId, sql`lower(${t.name})`)],
)

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
    /** Key of a built-in role, or id of one of the organization's own. */
    role: text().notNull(),
    department: text().notNull().default(''),
    joinedAt: integer('joined_at').notNull(),
    /** Who invited them, by name as it was then; null for who set the organization up. */
    inviterName: text('inviter_name'),
    invitationId: text('invitation_id'),
    // What lists sort and search by, kept by triggers on this table, `user`, `role`, `team` and `member_team`.
    name: text().notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    address: text().notNull().default(''),
    roleName: text('role_name').notNull().default(''),
    teamNames: text('team_names').notNull().default(''),
    domain: text().notNull().generatedAlwaysAs(sql`substr(address, instr(address, '@') + 1)`),
    // Words are ordered without regard to (ASCII) case.
    nameOrder: text('name_order').notNull().generatedAlwaysAs(sql`lower(name)`),
    lastNameOrder: text('last_name_order').notNull().generatedAlwaysAs(sql`lower(last_name)`),
    roleOrder: text('role_order').notNull().generatedAlwaysAs(sql`lower(role_name)`),
    departmentOrder: text('department_order').notNull().generatedAlwaysAs(sql`lower(department)`),
    teamsOrder: text('teams_order').notNull().generatedAlwaysAs(sql`lower(team_names)`),
    inviterOrder: text('inviter_order').notNull().generatedAlwaysAs(sql`lower(coalesce(inviter_name, ''))`),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.userId] }),
    index('member_user').on(t.userId),
    index('member_department').on(t.organizationId, t.department),
    // One index for each sortable column, each in the order a page is read.
    index('member_by_status').on(t.organizationId, t.status, t.userId),
    index('member_by_name').on(t.organizationId, t.status, t.nameOrder, t.userId),
    index('member_by_address').on(t.organizationId, t.status, t.address, t.userId),
    index('member_by_role').on(t.organizationId, t.status, t.roleOrder, t.userId),
    index('member_by_department').on(t.organizationId, t.status, t.departmentOrder, t.userId),
    index('member_by_teams').on(t.organizationId, t.status, t.teamsOrder, t.userId),
    index('member_by_joined').on(t.organizationId, t.status, t.joinedAt, t.userId),
    index('member_by_inviter').on(t.organizationId, t.status, t.inviterOrder, t.userId),
    index('member_by_last_name').on(t.organizationId, t.status, t.lastNameOrder, t.userId),
    index('member_by_domain').on(t.organizationId, t.status, t.domain, t.userId),
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
    // As the organization had them when this was sent: whether mail and accept page mention the role, which names
    // the accept page asks for, and where it leads ('' for the organization's page). Null is not recorded.
    roleShown: integer('role_shown', { mode: 'boolean' }).notNull().default(true),
    nameFields: text('name_fields', { enum: NAME_FIELDS }),
    landingAddress: text('landing_address'),
    /** Of mail and accept page; null in rows of an earlier release, which are English. */
    language: text({ enum: LANGUAGES }),
    /** When its invitee is reminded next, and the time after that; frozen at sending, null for not any more. */
    remindAt: integer('remind_at'),
    remindAgainAt: integer('remind_again_at'),
    /** Reminders queued in all its generations together. */
    remindersSent: integer('reminders_sent').notNull().default(0),
    remindersPaused: integer('reminders_paused', { mode: 'boolean' }).notNull().default(false),
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
    /** Why it needs somebody's approval, or needed it, in the words of the policy that asked for it; and who gave it. */
    approvalReason: text('approval_reason'),
    approverId: text('approver_id'),
    approverName: text('approver_name'),
    approvedAt: integer('approved_at'),
    /** The current generation's delivery, kept by triggers on `delivery`. */
    mailState: text('mail_state', { enum: DELIVERY_STATES }).notNull().default('queued'),
    mailReason: text('mail_reason'),
    /** When somebody first did something on the current link's page. */
    openedAt: integer('opened_at'),
    // What lists sort by, kept by triggers on this table, `role`, `team` and `invitation_team`.
    roleName: text('role_name').notNull().default(''),
    teamNames: text('team_names').notNull().default(''),
    changeId: text('change_id').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Of the release before this one; nothing reads it any more. */
    bucket: text({ enum: ['outstanding', 'accepted', 'revoked', 'declined'] })
      .notNull()
      .generatedAlwaysAs(
        sql`case when status in ('awaiting_approval', 'pending', 'expired') then 'outstanding' else status end`,
      ),
    domain: text().notNull().generatedAlwaysAs(sql`substr(address, instr(address, '@') + 1)`),
    // Words are ordered without regard to (ASCII) case.
    roleOrder: text('role_order').notNull().generatedAlwaysAs(sql`lower(role_name)`),
    departmentOrder: text('department_order').notNull().generatedAlwaysAs(sql`lower(department)`),
    teamsOrder: text('teams_order').notNull().generatedAlwaysAs(sql`lower(team_names)`),
    inviterOrder: text('inviter_order').notNull().generatedAlwaysAs(sql`lower(inviter_name)`),
  },
  (t) => [
    uniqueIndex('invitation_one_open')
      .on(t.organizationId, t.address)
      .where(sql`status in ('awaiting_approval', 'pending', 'expired')`),
    // One index for each sortable column, each in the order a page is read.
    index('invitation_in_order_of_address').on(t.organizationId, t.status, t.address, t.id),
    index('invitation_in_order_of_role').on(t.organizationId, t.status, t.roleOrder, t.id),
    index('invitation_in_order_of_department').on(t.organizationId, t.status, t.departmentOrder, t.id),
    index('invitation_in_order_of_teams').on(t.organizationId, t.status, t.teamsOrder, t.id),
    index('invitation_in_order_of_inviter').on(t.organizationId, t.status, t.inviterOrder, t.id),
    index('invitation_in_order_of_sending').on(t.organizationId, t.status, t.sentAt, t.id),
    index('invitation_in_order_of_expiry').on(t.organizationId, t.status, t.expiresAt, t.id),
    index('invitation_in_order_of_status').on(t.organizationId, t.status, t.id),
    index('invitation_in_order_of_mail').on(t.organizationId, t.status, t.mailState, t.id),
    index('invitation_in_order_of_domain').on(t.organizationId, t.status, t.domain, t.id),
    index('invitation_department')
      .on(t.organizationId, t.department)
      .where(sql`status in ('awaiting_approval', 'pending', 'expired')`),
    index('invitation_first_sent').on(t.organizationId, t.firstSentAt),
    index('invitation_due').on(t.expiresAt).where(sql`status = 'pending'`),
    index('invitation_remind').on(t.remindAt).where(sql`status = 'pending' and remind_at is not null`),
    // An account can be deleted only where no invitation names it, which is asked for each.
    index('invitation_accepted').on(t.acceptedBy).where(sql`accepted_by is not null`),
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
  (t) => [primaryKey({ columns: [t.invitationId, t.teamId] }), index('invitation_team_team').on(t.teamId)],
)

/** A deletion asked for by an owner: confirmed by the link in their mail, it comes due after days in which it can be undone. */
export const organizationDeletion = sqliteTable(
  'organization_deletion',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    userId: text('user_id').notNull(),
    /** The link in the mail, as an invitation's. */
    keyId: text('key_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** A newer request, or an undoing, ends it. */
    status: text({ enum: ['requested', 'confirmed', 'ended'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [index('organization_deletion_by_organization').on(t.organizationId, t.status)],
)

export const delivery = sqliteTable(
  'delivery',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    kind: text({ enum: MAIL_KINDS }).notNull(),
    /** What the mail is about: a row of the table that src/storage/deliveries.ts names for its kind. */
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
    /** What the provider reported last, by its own clock; an older report does not change the state any more. */
    reportedAt: integer('reported_at'),
    deliveredAt: integer('delivered_at'),
    bounce: text({ enum: BOUNCES }),
    /** Who answers for it (a user or an API key), and the day (of UTC, counted from 1970) whose quotas it is of; null for none. */
    senderId: text('sender_id'),
    quotaDay: integer('quota_day'),
    /** How often its message ended in the dead-letter queue, and when last. */
    deadLetters: integer('dead_letters').notNull().default(0),
    deadLetterAt: integer('dead_letter_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('delivery_once_each').on(t.subjectId, t.kind, t.generation, t.address),
    index('delivery_quota_of_organization').on(t.organizationId, t.quotaDay, t.senderId),
    index('delivery_quota_of_address').on(t.address, t.quotaDay),
    index('delivery_in_trouble')
      .on(t.organizationId, t.createdAt)
      .where(sql`state in ('failed', 'bounced', 'complained')`),
    index('delivery_dead').on(t.organizationId, t.deadLetterAt).where(sql`dead_letter_at is not null`),
    index('delivery_due').on(t.dueAt).where(sql`state in ('queued', 'sending')`),
    index('delivery_by_organization').on(t.organizationId, t.createdAt),
    index('delivery_by_address').on(t.address, t.createdAt),
    check('delivery_attempts', sql`attempts >= 0`),
  ],
)

/** Addresses that are not reminded, and why; hard bounces and complaints count for every organization. */
export const suppression = sqliteTable(
  'suppression',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    address: text().notNull(),
    reason: text({ enum: SUPPRESSION_REASONS }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.address, t.reason] }),
    index('suppression_by_address').on(t.address, t.reason),
  ],
)

/** A forgotten password: whoever holds the link in the mail sets a new one, once. */
export const passwordReset = sqliteTable(
  'password_reset',
  {
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    /** The link in the mail, as an invitation's. */
    keyId: text('key_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** A newer request ends it, and so does a change of password or address. */
    status: text({ enum: ['requested', 'used', 'ended'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('password_reset_by_user').on(t.userId, t.status),
    index('password_reset_expiry').on(t.expiresAt),
  ],
)

/** Another address for an account: it takes its place once the link in the mail to it was confirmed. */
export const addressChange = sqliteTable(
  'address_change',
  {
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    address: text().notNull(),
    typedAddress: text('typed_address').notNull(),
    /** The link in the mail, as an invitation's. */
    keyId: text('key_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** A newer request ends it, and so does a change of password. */
    status: text({ enum: ['requested', 'confirmed', 'ended'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('address_change_by_user').on(t.userId, t.status),
    index('address_change_expiry').on(t.expiresAt),
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
    /**
     * Whether the account itself signed in. What an organization's identity provider vouched for is no sign-in of the
     * account: it opens the organizations of its grants alone, and never changes the account.
     */
    own: integer({ mode: 'boolean' }).notNull().default(true),
    method: text({ enum: SIGN_IN_METHODS }).notNull().default('password'),
    /** Shown besides the first one; null for none. */
    secondFactor: text('second_factor', { enum: SECOND_FACTORS }),
    /** Where it was made, for its owner to recognize it: the browser's User-Agent, and city and country. */
    userAgent: text('user_agent').notNull().default(''),
    place: text().notNull().default(''),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('session_user').on(t.userId), index('session_expiry').on(t.expiresAt)],
)

/** An organization that its identity provider opened to a session, besides what the account's own sign-in opens. */
export const sessionGrant = sqliteTable(
  'session_grant',
  {
    // No reference: it counts for as long as its session and its connection are there.
    sessionHash: text('session_hash').notNull(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    connectionId: text('connection_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.sessionHash, t.organizationId] }),
    index('session_grant_by_organization').on(t.organizationId),
    index('session_grant_expiry').on(t.expiresAt),
  ],
)

/** An organization's identity provider (OpenID Connect). */
export const connection = sqliteTable('connection', {
  id: text().primaryKey(),
  organizationId: text('organization_id')
    .notNull()
    .unique()
    .references(() => organization.id),
  preset: text({ enum: CONNECTION_PRESETS }).notNull(),
  issuer: text().notNull(),
  clientId: text('client_id').notNull(),
  /** Sealed; never shown again. */
  clientSecret: text('client_secret').notNull(),
  /** Whether people can sign in through it; a change of issuer or client ends that until it is tested again. */
  enabled: integer({ mode: 'boolean' }).notNull().default(false),
  /** When a sign-in to test it succeeded last, as it is configured now. */
  testedAt: integer('tested_at'),
  createdAt: integer('created_at').notNull(),
})

/** Somebody at an identity provider, and the account they are here. */
export const identity = sqliteTable(
  'identity',
  {
    id: text().primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    connectionId: text('connection_id').notNull(),
    issuer: text().notNull(),
    /** Null until the first sign-in of somebody imported from a directory that calls them otherwise (`directoryId`). */
    subject: text(),
    directoryId: text('directory_id'),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('identity_subject').on(t.connectionId, t.issuer, t.subject),
    uniqueIndex('identity_directory').on(t.connectionId, t.issuer, t.directoryId),
    uniqueIndex('identity_user').on(t.connectionId, t.userId),
    index('identity_by_organization').on(t.organizationId),
    index('identity_by_user').on(t.userId),
  ],
)

/** A mail domain that an organization says is its own, and proves with a TXT record. */
export const domain = sqliteTable(
  'domain',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organization.id),
    /** In lower case, as addresses have it. */
    domain: text().notNull(),
    /** What the TXT record has to say. */
    proof: text().notNull(),
    provenAt: integer('proven_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.domain] }),
    index('domain_proven').on(t.domain).where(sql`proven_at is not null`),
  ],
)

/** The consent to read an organization's directory of people, through its connection. */
export const directory = sqliteTable('directory', {
  organizationId: text('organization_id')
    .primaryKey()
    .references(() => organization.id),
  connectionId: text('connection_id').notNull(),
  provider: text({ enum: DIRECTORY_PROVIDERS }).notNull(),
  /** Sealed. */
  refreshToken: text('refresh_token').notNull(),
  consentedBy: text('consented_by').notNull(),
  consentedAt: integer('consented_at').notNull(),
  /** Since when the provider no longer takes it; null while it does. */
  expiredAt: integer('expired_at'),
})

/** A passkey (WebAuthn credential) of an account. */
export const passkey = sqliteTable(
  'passkey',
  {
    /** The credential's id, base64url. */
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    name: text().notNull(),
    /** COSE key, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer().notNull(),
    transports: text({ mode: 'json' }).$type<string[]>().notNull(),
    backedUp: integer('backed_up', { mode: 'boolean' }).notNull(),
    createdAt: integer('created_at').notNull(),
    usedAt: integer('used_at'),
  },
  (t) => [index('passkey_by_user').on(t.userId)],
)

/** The authenticator app of an account (TOTP, RFC 6238). */
export const authenticator = sqliteTable('authenticator', {
  userId: text('user_id')
    .primaryKey()
    .references(() => user.id),
  /** Sealed. */
  secret: text().notNull(),
  /** Null until a first code has shown that the app has it. */
  confirmedAt: integer('confirmed_at'),
  /** The time step of the last code taken: none is taken twice. */
  lastStep: integer('last_step').notNull().default(0),
  createdAt: integer('created_at').notNull(),
})

/** Codes that stand in once each for a lost authenticator app. */
export const recoveryCode = sqliteTable(
  'recovery_code',
  {
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    /** Keyed digest. */
    digest: text().notNull(),
    usedAt: integer('used_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.digest] })],
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
    index('audit_event_by_action').on(t.organizationId, t.action, t.at, t.id),
    index('audit_event_by_actor_name').on(t.organizationId, sql`${t.actorName} collate nocase`, t.at, t.id),
    index('audit_event_by_target_name').on(t.organizationId, sql`${t.targetName} collate nocase`, t.at, t.id),
  ],
)
