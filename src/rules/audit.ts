import { namePrefixes } from './lists'
import { tidyName } from './names'

/** Everything that is written down of an organization, and of accounts: signing in and out, passwords, addresses and names. */
export const ACTIONS = [
  'organization.created',
  'organization.deletion_requested',
  'organization.deletion_confirmed',
  'organization.deletion_undone',
  'organization.deleted',
  'settings.changed',
  'seats.changed',
  'sending.paused',
  'sending.resumed',
  'mail.delivered',
  'mail.bounced',
  'mail.complained',
  'mail.tested',
  'member.joined',
  'member.imported',
  'member.changed',
  'member.deactivated',
  'member.reactivated',
  'member.removed',
  'member.left',
  'team.created',
  'team.renamed',
  'team.deleted',
  'role.created',
  'role.changed',
  'role.deleted',
  'invitation.sent',
  'invitation.renewed',
  'invitation.resent',
  'invitation.approved',
  'invitation.approval_declined',
  'invitation.edited',
  'invitation.revoked',
  'invitation.opened',
  'invitation.accepted',
  'invitation.declined',
  'invitation.expired',
  'invitation.reminded',
  'reminders.paused',
  'reminders.resumed',
  'reminders.unsubscribed',
  'reminders.resubscribed',
  'connection.created',
  'connection.changed',
  'connection.tested',
  'connection.removed',
  'directory.connected',
  'directory.disconnected',
  'api_key.created',
  'api_key.revoked',
  'domain.added',
  'domain.proven',
  'domain.removed',
  'session.started',
  'session.ended',
  'password.reset_requested',
  'password.changed',
  'address.change_requested',
  'address.changed',
  'user.renamed',
  'session.confirmed',
  'passkey.added',
  'passkey.removed',
  'second_factor.enabled',
  'second_factor.disabled',
  'recovery_codes.renewed',
  'account.recovered',
  'identity.linked',
] as const
export type Action = (typeof ACTIONS)[number]

/** What the audit log calls each, within its group. */
export const ACTION_WORDS: Record<Action, string> = {
  'organization.created': 'Organization created',
  'organization.deletion_requested': 'Deletion requested',
  'organization.deletion_confirmed': 'Deletion confirmed',
  'organization.deletion_undone': 'Deletion undone',
  'organization.deleted': 'Organization deleted',
  'settings.changed': 'Settings changed',
  'seats.changed': 'Seat limit changed',
  'sending.paused': 'Sending paused',
  'sending.resumed': 'Sending resumed',
  'mail.delivered': 'Mail delivered',
  'mail.bounced': 'Mail came back',
  'mail.complained': 'Mail reported as spam',
  'mail.tested': 'Test mail sent',
  'member.joined': 'Member joined just in time',
  'member.imported': 'Member imported',
  'member.changed': 'Member changed',
  'member.deactivated': 'Member deactivated',
  'member.reactivated': 'Member reactivated',
  'member.removed': 'Member removed',
  'member.left': 'Member left',
  'team.created': 'Team created',
  'team.renamed': 'Team renamed',
  'team.deleted': 'Team deleted',
  'role.created': 'Role created',
  'role.changed': 'Role changed',
  'role.deleted': 'Role deleted',
  'invitation.sent': 'Invitation sent',
  'invitation.renewed': 'Invitation renewed',
  'invitation.resent': 'Invitation resent',
  'invitation.approved': 'Invitation approved',
  'invitation.approval_declined': 'Approval declined',
  'invitation.edited': 'Invitation edited',
  'invitation.revoked': 'Invitation revoked',
  'invitation.opened': 'Invitation opened',
  'invitation.accepted': 'Invitation accepted',
  'invitation.declined': 'Invitation declined',
  'invitation.expired': 'Invitation expired',
  'invitation.reminded': 'Invitee reminded',
  'reminders.paused': 'Reminders paused',
  'reminders.resumed': 'Reminders resumed',
  'reminders.unsubscribed': 'Reminders no longer wanted',
  'reminders.resubscribed': 'Reminders wanted again',
  'connection.created': 'Identity provider connected',
  'connection.changed': 'Identity provider changed',
  'connection.tested': 'Single sign-on tested',
  'connection.removed': 'Identity provider disconnected',
  'directory.connected': 'Directory connected',
  'directory.disconnected': 'Directory disconnected',
  'api_key.created': 'API key created',
  'api_key.revoked': 'API key revoked',
  'domain.added': 'Domain added',
  'domain.proven': 'Domain proven',
  'domain.removed': 'Domain removed',
  'session.started': 'Signed in',
  'session.ended': 'Signed out',
  'password.reset_requested': 'Password link mailed',
  'password.changed': 'Password changed',
  'address.change_requested': 'Address change asked for',
  'address.changed': 'Address changed',
  'user.renamed': 'Name changed',
  'session.confirmed': 'Second factor shown',
  'passkey.added': 'Passkey added',
  'passkey.removed': 'Passkey removed',
  'second_factor.enabled': 'Authenticator app set up',
  'second_factor.disabled': 'Authenticator app switched off',
  'recovery_codes.renewed': 'Recovery codes renewed',
  'account.recovered': 'Account recovered',
  'identity.linked': 'Single sign-on linked',
}

const GROUPS: readonly [label: string, prefixes: readonly string[]][] = [
  ['Invitations', ['invitation', 'reminders']],
  ['Members', ['member', 'identity']],
  ['Teams', ['team']],
  ['Roles', ['role']],
  ['API keys', ['api_key']],
  ['Sign-in', ['connection', 'domain', 'directory']],
  ['Mail', ['mail', 'sending']],
  ['Organization', ['organization', 'settings', 'seats']],
]

/** The actions that an organization's audit log can hold, in groups; what accounts do with themselves is of no organization. */
export const ACTION_GROUPS: readonly { label: string; actions: readonly Action[] }[] = GROUPS.map(
  ([label, prefixes]) => ({
    label,
    actions: ACTIONS.filter((action) => prefixes.includes(action.slice(0, action.indexOf('.')))),
  }),
)

export const parseAction = (text: string): Action | null => ACTIONS.find((action) => action === text) ?? null

/** What was written down once, as the audit log reads it. */
export type AuditEvent = {
  id: string
  at: number
  /** One of ACTIONS, unless a later release wrote it. */
  action: string
  actor: { kind: string; id: string | null; name: string }
  target: { kind: string; id: string; name: string }
  detail: unknown
}

/** What the audit log is narrowed to: what actor's and target's names begin with, and days of the organization, both included. */
export type AuditFilter = {
  actor: string
  action: Action | null
  target: string
  from: string | null
  to: string | null
}

const LONGEST_SEARCH = 254

/** What was typed into a search by name. */
export const nameSearch = (typed: string): string => [...tidyName(typed)].slice(0, LONGEST_SEARCH).join('')

/** A name in the ways that it may have been written down; in each of them the case of ASCII letters does not matter. */
export const spellings = (name: string): string[] => {
  if (name === '') return []
  const written = [name, ...namePrefixes(name.toLowerCase())]
  return [...new Set(written.map((one) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase())))]
}

const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu

/** JSON in which nothing is invisible or turns text around; line breaks of its own stay. */
const inSight = (json: string): string =>
  json.replace(INVISIBLE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Everything an event says, as formatted JSON. */
export const rawDetail = ({ id, at, action, actor, target, detail }: AuditEvent): string =>
  inSight(JSON.stringify({ id, at: new Date(at).toISOString(), action, actor, target, detail }, null, 2))

/** What an event adds to its sentence, as JSON in one line. */
export const detailLine = ({ detail }: AuditEvent): string => inSight(JSON.stringify(detail ?? null))
