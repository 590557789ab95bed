import { ACTIONS, type Action, type AuditEvent } from './audit'
import { dayWords, exactWords } from './dates'
import { tidyName } from './names'
import { PERMISSIONS, permissionsAmong } from './permissions'
import {
  change,
  changes,
  changesOf,
  count,
  counted,
  type Fields,
  fieldsOf,
  listed,
  names,
  type Phrase,
  type Piece,
  role,
  say,
  strings,
  type Teller,
  type Told,
  text,
  words,
} from './pieces'
import { TOLD_SETTINGS } from './setting-words'

const PLACE: readonly Told[] = [
  ['role', 'role', role],
  ['department', 'department', words],
  ['teams', 'teams', names],
  ['note', 'note', () => null],
]

/** What changed of the role, department, teams and note in an event's detail. */
export const termChanges = (detail: unknown): Piece[] => changes(detail, PLACE)

const permissionNames = (held: readonly string[]): Piece[] =>
  listed(permissionsAmong(held).map((permission) => [PERMISSIONS[permission]]))

const permissionChange = (after: unknown, before: unknown): Phrase[] => {
  const [held, had] = [strings(after), strings(before)]
  const added = permissionNames(held.filter((one) => !had.includes(one)))
  const taken = permissionNames(had.filter((one) => !held.includes(one)))
  return [
    ...(added.length > 0 ? [say`it now holds ${added}`] : []),
    ...(taken.length > 0 ? [say`it no longer holds ${taken}`] : []),
  ]
}

const roleChange = (detail: unknown): Piece[] => {
  const fields = fieldsOf(detail)
  const before = fieldsOf(fields.before)
  const told: Phrase[] = [
    ...('name' in fields ? [change('name', words, fields.name, before.name)] : []),
    ...('description' in fields ? [['description']] : []),
    ...('permissions' in fields ? permissionChange(fields.permissions, before.permissions) : []),
  ]
  return told.flatMap((phrase, at) => (at === 0 ? phrase : ['; ', ...phrase]))
}

const seats: Teller = (value) => {
  if (value === null) return 'the deployment’s default'
  return value === 0 ? 'no limit' : count(value) > 0 ? String(count(value)) : null
}

const SEATS: readonly Told[] = [['seatLimit', 'the seat limit', seats]]

const heldBy = (fields: Fields): Piece[] =>
  listed(
    [
      ...counted(fields.members, 'member'),
      ...counted(fields.invitations, 'invitation'),
      ...counted(fields.apiKeys, 'API key'),
    ].map((words) => [words]),
  )

type Telling = { who: Phrase; whom: Piece; own: boolean; fields: Fields; timeZone: string }

const as = (fields: Fields): Piece[] => {
  const label = role(fields.role)
  return label ? say` as ${label}` : []
}
const by = (fields: Fields): Piece[] => {
  const inviter = text(fields.inviter)
  return inviter ? say`, invited by ${inviter}` : []
}
const moment = (value: unknown): number | null =>
  count(value) > 0 && count(value) < 8e15 ? count(value) : null
const day = (value: unknown, timeZone: string): Piece[] => {
  const at = moment(value)
  return at === null ? [] : [dayWords(at, timeZone)]
}
/** When the mail of what is over a day's quota may leave. */
const waits = (fields: Fields, timeZone: string): Piece[] => {
  const until = moment(fields.waitsUntil)
  return until === null ? [] : [`, with the mail put off until ${exactWords(until, timeZone)}`]
}
/** A passkey by the name that its owner gave it. */
const called = (fields: Fields): Piece[] => {
  const name = text(fields.name)
  return name ? say`, ${name}` : []
}
/** Why somebody else has to approve it first, where they do. */
const awaits = (fields: Fields): boolean => text(fields.awaiting) !== null
const why = (fields: Fields): Piece[] => {
  const reason = text(fields.awaiting)
  return reason ? say`, which awaits approval: ${reason}` : []
}
const askedBy = (fields: Fields): Piece[] => {
  const inviter = text(fields.inviter)
  return inviter ? say`, as ${inviter} asked` : []
}
/** It was never sent. */
export const wasAwaiting = (fields: Fields): boolean => fieldsOf(fields.before).status === 'awaiting_approval'
const directoryName = (provider: unknown): string | null =>
  provider === 'google' ? 'Google' : provider === 'microsoft' ? 'Microsoft' : null
/** What of single sign-on ended along with the connection. */
const noLongerRequired = (fields: Fields): Piece[] =>
  fields.ssoRequired === 'off' ? [', so that nobody has to use single sign-on any more'] : []
const signedIn = (fields: Fields): Piece[] => {
  const [members] = counted(fields.identities, 'member')
  return members ? [`${members} signed in`] : []
}
const CONNECTION: readonly Told[] = [
  ['issuer', 'issuer', words],
  ['clientId', 'client ID', words],
]
const after = (lead: string, phrase: Phrase): Piece[] => (phrase.length > 0 ? [lead, ...phrase] : [])

const SENTENCES: Record<Action, (telling: Telling) => Piece[]> = {
  'organization.created': ({ who, whom }) => say`${who} made the organization ${whom}`,
  'organization.deletion_requested': ({ who, whom }) =>
    say`${who} asked to delete ${whom}, and was mailed a link to confirm it`,
  'organization.deletion_confirmed': ({ who, whom, fields, timeZone }) =>
    say`${who} confirmed the deletion of ${whom}${after(', which is due on ', day(fields.deleteAt, timeZone))}`,
  'organization.deletion_undone': ({ who, whom }) => say`${who} undid the deletion of ${whom}`,
  'organization.deleted': ({ who, whom }) => say`${who} deleted ${whom} for good`,
  'settings.changed': ({ who, fields }) => {
    const told = changes(fields, TOLD_SETTINGS)
    return say`${who} changed ${told.length > 0 ? told : 'the settings'}`
  },
  'seats.changed': ({ who, fields }) => {
    const told = changes(fields, SEATS)
    return say`${who} changed ${told.length > 0 ? told : 'the seat limit'}`
  },
  'sending.paused': ({ who, fields }) => {
    const [bad, mails] = [count(fields.bad), counted(fields.mails, 'mail')]
    const of = bad > 0 && mails.length > 0 ? say`${String(bad)} of ${mails} ` : say`too many mails `
    return say`${who} ${of}${fields.for === 'complaints' ? 'were reported as spam' : 'came back'}, so sending was paused`
  },
  'sending.resumed': ({ who }) => say`${who} resumed sending`,
  'mail.delivered': ({ who, whom }) => say`${who} the mail to ${whom} was delivered`,
  'mail.bounced': ({ who, whom, fields }) => {
    const why = text(fields.reason)
    const hard = fields.bounce === 'hard' ? ' for good' : ''
    return say`${who} the mail to ${whom} came back${hard}${why ? say`: ${why}` : []}`
  },
  'mail.complained': ({ who, whom }) => say`${who} ${whom} reported the mail as spam`,
  'mail.tested': ({ who, whom, fields }) => {
    const provider = text(fields.provider)
    return say`${who} sent a test mail to ${whom}${provider ? say` through ${provider}` : []}`
  },
  'member.joined': ({ who, fields }) => say`${who} joined by single sign-on${as(fields)}${by(fields)}`,
  'member.imported': ({ who, whom, fields }) => {
    const provider = directoryName(fields.provider)
    return say`${who} imported ${whom}${provider ? say` from ${provider}` : []}${as(fields)}${fields.invitation ? ', which settled an invitation' : []}`
  },
  'member.changed': ({ who, whom, own, fields }) => {
    const told = changes(fields, PLACE)
    if (told.length === 0) return say`${who} changed ${whom}`
    return own ? say`${who} changed their own ${told}` : say`${who} changed ${whom}’s ${told}`
  },
  'member.deactivated': ({ who, whom }) => say`${who} deactivated ${whom}`,
  'member.reactivated': ({ who, whom }) => say`${who} reactivated ${whom}`,
  'member.removed': ({ who, whom }) => say`${who} removed ${whom}`,
  'member.left': ({ who }) => say`${who} left`,
  'team.created': ({ who, whom }) => say`${who} made the team ${whom}`,
  'team.renamed': ({ who, whom, fields }) => {
    const old = text(fieldsOf(fields.before).name)
    return old ? say`${who} renamed the team ${old} to ${whom}` : say`${who} renamed the team ${whom}`
  },
  'team.deleted': ({ who, whom, fields }) =>
    say`${who} deleted the team ${whom}${after(', which had ', heldBy(fields))}`,
  'role.created': ({ who, whom, fields }) =>
    say`${who} made the role ${whom}${after(' with ', permissionNames(strings(fields.permissions)))}`,
  'role.changed': ({ who, whom, fields }) =>
    say`${who} changed the role ${whom}${after(': ', roleChange(fields))}`,
  'role.deleted': ({ who, whom, fields }) => {
    const [held, successor] = [heldBy(fields), role(fields.successor)]
    if (!successor || held.length === 0) return say`${who} deleted the role ${whom}`
    return say`${who} deleted the role ${whom}, whose ${held} got ${successor}`
  },
  'invitation.sent': ({ who, whom, fields, timeZone }) =>
    awaits(fields)
      ? say`${who} asked to invite ${whom}${as(fields)}${why(fields)}`
      : say`${who} invited ${whom}${as(fields)}${waits(fields, timeZone)}`,
  'invitation.renewed': ({ who, whom, fields, timeZone }) =>
    awaits(fields)
      ? say`${who} asked to invite ${whom} again${as(fields)}${why(fields)}`
      : say`${who} invited ${whom} again${as(fields)}${waits(fields, timeZone)}`,
  'invitation.resent': ({ who, whom, fields, timeZone }) =>
    say`${who} resent the invitation of ${whom}${waits(fields, timeZone)}`,
  'invitation.approved': ({ who, whom, fields, timeZone }) =>
    say`${who} approved that ${whom} is invited${as(fields)}${askedBy(fields)}${waits(fields, timeZone)}`,
  'invitation.approval_declined': ({ who, whom, fields }) =>
    say`${who} declined that ${whom} is invited${as(fields)}${askedBy(fields)}`,
  'invitation.edited': ({ who, whom, fields }) =>
    say`${who} edited the invitation of ${whom}${after(': ', termChanges(fields))}${text(fields.inviter) ? ', and asks for it now' : []}`,
  'invitation.revoked': ({ who, whom, fields }) =>
    say`${who} ${wasAwaiting(fields) ? 'withdrew' : 'revoked'} the invitation of ${whom}`,
  'invitation.opened': ({ who }) => say`${who} opened their invitation`,
  'invitation.accepted': ({ who, fields }) => say`${who} joined${as(fields)}${by(fields)}`,
  'invitation.declined': ({ who, fields }) => {
    const inviter = text(fields.inviter)
    return inviter
      ? say`${who} declined the invitation from ${inviter}`
      : say`${who} declined their invitation`
  },
  'invitation.expired': ({ who, whom }) => say`${who} the invitation of ${whom} expired`,
  'invitation.reminded': ({ who, whom }) => say`${who} ${whom} was reminded of their invitation`,
  'reminders.paused': ({ who, whom }) => say`${who} paused the reminders of ${whom}`,
  'reminders.resumed': ({ who, whom }) => say`${who} resumed the reminders of ${whom}`,
  'reminders.unsubscribed': ({ who }) => say`${who} wants no more reminders`,
  'reminders.resubscribed': ({ who }) => say`${who} wants reminders again`,
  'connection.created': ({ who, whom }) => say`${who} connected the identity provider ${whom}`,
  'connection.changed': ({ who, whom, fields }) => {
    const rest = noLongerRequired(fields)
    if ('enabled' in fields)
      return say`${who} switched single sign-on with ${whom} ${fields.enabled === true ? 'on' : 'off'}${rest}`
    const told = [...changesOf(fields, CONNECTION), ...(fields.secret === true ? [['client secret']] : [])]
    return say`${who} changed the identity provider ${whom}${after(': ', listed(told))}${rest}`
  },
  'connection.tested': ({ who, whom }) => say`${who} tested single sign-on with ${whom}`,
  'connection.removed': ({ who, whom, fields }) =>
    say`${who} disconnected the identity provider ${whom}${after(', by which ', signedIn(fields))}${noLongerRequired(fields)}`,
  'directory.connected': ({ who, fields }) => {
    const provider = directoryName(fields.provider)
    return say`${who} connected the directory${provider ? say` of ${provider}` : []}`
  },
  'directory.disconnected': ({ who, fields }) => {
    const provider = directoryName(fields.provider)
    return say`${who} disconnected the directory${provider ? say` of ${provider}` : []}`
  },
  'api_key.created': ({ who, whom, fields }) => {
    const label = role(fields.role)
    const access =
      fields.access === 'write' ? ', read and write' : fields.access === 'read' ? ', read only' : ''
    return say`${who} made the API key ${whom}${label ? say`, which acts as ${label}` : []}${access}`
  },
  'api_key.revoked': ({ who, whom }) => say`${who} revoked the API key ${whom}`,
  'domain.added': ({ who, whom }) => say`${who} added the domain ${whom}`,
  'domain.proven': ({ who, whom }) => say`${who} proved that ${whom} is the organization’s own`,
  'domain.removed': ({ who, whom, fields }) =>
    say`${who} removed the domain ${whom}${fieldsOf(fields.before).proven === true ? ', which was proven' : []}`,
  'session.started': ({ who, fields }) => {
    const organization = fields.with === 'sso' ? text(fields.organization) : null
    return say`${who} signed in${organization ? say` to ${organization} by single sign-on` : []}`
  },
  'session.ended': ({ who, fields }) => {
    const ended = count(fields.sessions)
    if (fields.by !== 'user') return say`${who} signed out`
    return say`${who} ended ${ended > 1 ? `${ended} sessions` : 'a session'} elsewhere`
  },
  'password.reset_requested': ({ who, whom }) =>
    say`${who} a link to set a new password was mailed to ${whom}`,
  'password.changed': ({ who, fields }) =>
    say`${who} changed their password${fields.by === 'link' ? ' by the link in a mail' : []}`,
  'address.change_requested': ({ who, fields }) => {
    const address = text(fields.address)
    return say`${who} asked to change their address${address ? say` to ${address}` : []}`
  },
  'address.changed': ({ who, fields }) => {
    const told = changes(fields, [['address', 'address', words]])
    return say`${who} changed their ${told.length > 0 ? told : 'address'}`
  },
  'identity.linked': ({ who }) => say`${who} linked their account to the organization’s single sign-on`,
  'user.renamed': ({ who, fields }) => {
    const told = changes(fields, [['name', 'name', words]])
    return say`${who} changed their ${told.length > 0 ? told : 'name'}`
  },
  'session.confirmed': ({ who }) => say`${who} showed a second factor`,
  'passkey.added': ({ who, fields }) => say`${who} added a passkey${called(fields)}`,
  'passkey.removed': ({ who, fields }) => say`${who} removed a passkey${called(fields)}`,
  'second_factor.enabled': ({ who }) => say`${who} set up an authenticator app`,
  'second_factor.disabled': ({ who }) => say`${who} switched the authenticator app off`,
  'recovery_codes.renewed': ({ who }) => say`${who} renewed the recovery codes`,
  'account.recovered': ({ who, whom }) => say`${who} the account of ${whom} was recovered`,
}

/** Who acted, as a sentence begins: an API key is called one, and a job says what it found. */
const subject = ({ actor }: AuditEvent): Piece[] => {
  const name: Piece = { text: tidyName(actor.name) || 'Somebody', of: 'actor' }
  if (actor.kind === 'api_key') return ['API key ', name]
  return actor.kind === 'system' || actor.kind === 'provider' ? [name, ':'] : [name]
}

/** What happened, in words. Days are of the time zone. */
export const sentence = (event: AuditEvent, timeZone: string): Piece[] => {
  const { actor, target, detail } = event
  const who = subject(event)
  const whom: Piece = { text: tidyName(target.name) || 'nobody', of: 'target' }
  const own = actor.id !== null && actor.id === target.id
  const action = ACTIONS.find((known) => known === event.action)
  if (!action) return say`${who} did ${text(event.action) ?? 'something'} to ${whom}`
  return SENTENCES[action]({ who, whom, own, fields: fieldsOf(detail), timeZone })
}

export const plainSentence = (event: AuditEvent, timeZone: string): string =>
  sentence(event, timeZone)
    .map((piece) => (typeof piece === 'string' ? piece : piece.text))
    .join('')
