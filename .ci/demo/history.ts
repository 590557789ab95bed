import type { Action } from '../../src/rules/audit'
import { MINUTE } from '../../src/rules/dates'
import type { Language } from '../../src/rules/languages'
import type { InvitationStatus } from '../../src/rules/lifecycle'
import { type LinkKey, mintToken } from '../../src/rules/tokens'
import type { Fate, Mail } from './mails'
import type { Person } from './people'
import type { Chance } from './random'
import { DEMO } from './rows'

export type Actor = {
  kind: 'user' | 'api_key' | 'invitee' | 'system' | 'provider'
  id: string | null
  name: string
}
export type Inviter = Actor & { kind: 'user' | 'api_key'; id: string }
export type Role = { key: string; label: string }
export type Team = { id: string; name: string; at: number }

/** What somebody is invited as, and is as a member. */
export type Terms = { role: Role; department: string; teams: Team[] }

export type Event = {
  id: string
  at: number
  action: Action
  actor: Actor
  target: { kind: string; id: string; name: string }
  detail: Record<string, unknown>
  changeId: string
}

/** The mail that began a generation of an invitation, with what held from then on. */
export type Sent = Mail & { inviter: Inviter; expiresAt: number }

export type Invitation = Terms & {
  id: string
  person: Person
  note: string
  language: Language
  status: InvitationStatus
  generation: number
  tokenHash: string
  firstSentAt: number
  sentAt: number
  expiresAt: number
  endedAt: number | null
  openedAt: number | null
  acceptedBy: string | null
  inviter: Inviter
  /** Why it awaits approval; null where it does not. */
  approvalReason: string | null
  /** One for each generation. */
  mails: Sent[]
  remindAt: number | null
  remindAgainAt: number | null
  remindersSent: number
  remindersPausedAt: number | null
  unsubscribedAt: number | null
  changeId: string
}

type Circumstances = {
  chance: Chance
  key: LinkKey
  timeZone: string
  /** How long an invitation sent at a moment lasts, in ms. */
  lifetime: (at: number) => number
}

export const invitationTarget = ({ id, person }: Invitation) => ({
  kind: 'invitation',
  id,
  name: person.typed,
})
/** What a mail of an invitation says, as it is when its mail is queued. */
export const contentOf = (
  { role, note, language }: Invitation,
  { inviter, expiresAt }: Pick<Sent, 'inviter' | 'expiresAt'>,
  timeZone: string,
) => ({
  ...{ organization: DEMO.name, inviter: inviter.name, role: role.label, note },
  ...{ expiresAt, timeZone, language },
})

const names = (teams: readonly Team[]): string[] => teams.map(({ name }) => name).sort()
const EXPIRY: Actor = { kind: 'system', id: null, name: 'Expiry' }

/** Writes down what happened to invitations, each step as row and event: what use cases would have left behind. */
export const createHistory = ({ chance, key, timeZone, lifetime }: Circumstances) => {
  const events: Event[] = []
  const invitations: Invitation[] = []

  const tell = (
    at: number,
    action: Action,
    actor: Actor,
    target: Event['target'],
    detail: Event['detail'],
    changeId = chance.hex(32),
  ): string => {
    events.push({ id: chance.id(at), at, action, actor, target, detail, changeId })
    return changeId
  }

  /** The mail of the current generation; it arrives unless something else is said of it. */
  const send = (invitation: Invitation, at: number): void => {
    const { id, person, generation, inviter, expiresAt } = invitation
    invitation.mails.push({
      ...{ id: chance.id(at), kind: 'invitation', subjectId: id, generation, to: person, createdAt: at },
      ...{ senderId: inviter.id, inviter, expiresAt, fate: { state: 'delivered' } },
      content: contentOf(invitation, { inviter, expiresAt }, timeZone),
    })
  }

  const begin = (invitation: Invitation, at: number, by: Inviter): void => {
    invitation.generation += 1
    invitation.tokenHash = mintToken(key, 'invitation', invitation.id, invitation.generation).hash
    invitation.status = 'pending'
    invitation.sentAt = at
    invitation.expiresAt = at + lifetime(at)
    invitation.openedAt = null
    invitation.inviter = by
    send(invitation, at)
  }

  const invite = (at: number, by: Inviter, person: Person, terms: Terms, note = '', changeId?: string) => {
    const nothing = {
      status: 'pending',
      generation: 0,
      tokenHash: '',
      endedAt: null,
      openedAt: null,
    } as const
    const invitation: Invitation = {
      ...{ id: chance.id(at), person, ...terms, note, ...nothing, acceptedBy: null, inviter: by },
      ...{ firstSentAt: at, sentAt: at, expiresAt: at, mails: [], changeId: '', language: person.language },
      ...{ remindAt: null, remindAgainAt: null, remindersSent: 0 },
      ...{ remindersPausedAt: null, unsubscribedAt: null, approvalReason: null },
    }
    begin(invitation, at, by)
    const { expiresAt } = invitation
    const detail = { ...sentAs(invitation), expiresAt }
    invitation.changeId = tell(at, 'invitation.sent', by, invitationTarget(invitation), detail, changeId)
    invitations.push(invitation)
    return invitation
  }

  const sentAs = ({ role, department, note, language, teams }: Invitation) => ({
    ...{ generation: 1, role: role.label, department, note, language, teams: names(teams), before: null },
  })

  /** Asks for an invitation that somebody else has to approve: nothing is sent. */
  const ask = (at: number, by: Inviter, person: Person, terms: Terms, reason: string): void => {
    const id = chance.id(at)
    const invitation: Invitation = {
      ...{ id, person, ...terms, note: '', language: person.language, status: 'awaiting_approval' },
      ...{
        generation: 1,
        tokenHash: mintToken(key, 'invitation', id, 1).hash,
        endedAt: null,
        openedAt: null,
      },
      ...{ firstSentAt: at, sentAt: at, expiresAt: at + lifetime(at), acceptedBy: null, inviter: by },
      ...{ mails: [], changeId: '', remindAt: null, remindAgainAt: null, remindersSent: 0 },
      ...{ remindersPausedAt: null, unsubscribedAt: null, approvalReason: reason },
    }
    const detail = { ...sentAs(invitation), awaiting: reason }
    invitation.changeId = tell(at, 'invitation.sent', by, invitationTarget(invitation), detail)
    invitations.push(invitation)
  }

  const resend = (invitation: Invitation, at: number, by: Inviter): void => {
    const { status, expiresAt, inviter, role } = invitation
    begin(invitation, at, by)
    invitation.changeId = tell(at, 'invitation.resent', by, invitationTarget(invitation), {
      generation: invitation.generation,
      role: role.label,
      before: { status, expiresAt, inviter: inviter.name },
      expiresAt: invitation.expiresAt,
    })
  }

  /** Sends to an address whose invitation has expired. */
  const renew = (invitation: Invitation, at: number, by: Inviter): void => {
    const { role, department, note, language, teams, expiresAt, inviter } = invitation
    const terms = { role: role.label, department, note, language, teams: names(teams) }
    begin(invitation, at, by)
    invitation.changeId = tell(at, 'invitation.renewed', by, invitationTarget(invitation), {
      generation: invitation.generation,
      ...terms,
      before: { ...terms, expiresAt, inviter: inviter.name },
      expiresAt: invitation.expiresAt,
    })
  }

  const edit = (invitation: Invitation, at: number, by: Inviter, changed: Partial<Terms>): void => {
    const told = ({ role, department, teams }: Partial<Terms>) => ({
      ...(role && { role: role.label }),
      ...(department !== undefined && { department }),
      ...(teams && { teams: names(teams) }),
    })
    const before = Object.fromEntries(
      Object.keys(changed).map((field) => [field, invitation[field as keyof Terms]]),
    )
    const detail = { ...told(changed), before: told(before) }
    invitation.changeId = tell(at, 'invitation.edited', by, invitationTarget(invitation), detail)
    Object.assign(invitation, changed)
  }

  const open = (invitation: Invitation, at: number): void => {
    invitation.openedAt = at
    const { person, generation } = invitation
    const invitee: Actor = { kind: 'invitee', id: null, name: person.typed }
    tell(at, 'invitation.opened', invitee, invitationTarget(invitation), { generation })
  }

  const end = (invitation: Invitation, status: InvitationStatus, at: number, changeId: string): void => {
    Object.assign(invitation, { status, endedAt: at, changeId })
  }

  const accept = (invitation: Invitation, at: number, userId: string): void => {
    const { person, role, department, teams, inviter } = invitation
    const by: Actor = { kind: 'invitee', id: userId, name: person.name }
    const change = tell(at, 'invitation.accepted', by, invitationTarget(invitation), {
      ...{ user: userId, inviter: inviter.name, role: role.label, department, teams: names(teams) },
      ...{ joinedAt: at, account: 'new', before: { status: 'pending' } },
    })
    end(invitation, 'accepted', at, change)
    invitation.acceptedBy = userId
  }

  const decline = (invitation: Invitation, at: number): void => {
    const { person, inviter, role } = invitation
    const by: Actor = { kind: 'invitee', id: null, name: person.typed }
    const detail = { inviter: inviter.name, role: role.label, before: { status: 'pending' } }
    end(invitation, 'declined', at, tell(at, 'invitation.declined', by, invitationTarget(invitation), detail))
  }

  const revoke = (invitation: Invitation, at: number, by: Inviter): void => {
    const { status, role } = invitation
    const detail = { before: { status, role: role.label } }
    end(invitation, 'revoked', at, tell(at, 'invitation.revoked', by, invitationTarget(invitation), detail))
  }

  /** The sweep comes by within five minutes; expiring ends nothing. */
  const expire = (invitation: Invitation): void => {
    const { expiresAt } = invitation
    const detail = { expiresAt, before: { status: 'pending' } }
    const at = expiresAt + chance.between(1_000, 4 * MINUTE)
    invitation.changeId = tell(at, 'invitation.expired', EXPIRY, invitationTarget(invitation), detail)
    invitation.status = 'expired'
  }

  /** What became of the newest mail instead of arriving. */
  const mailed = (invitation: Invitation, fate: Fate): void => {
    const newest = invitation.mails.at(-1)
    if (newest) newest.fate = fate
  }

  const pauseReminders = (invitation: Invitation, at: number, by: Inviter): void => {
    const { generation } = invitation
    tell(at, 'reminders.paused', by, invitationTarget(invitation), { generation })
    invitation.remindersPausedAt = at
  }

  const unsubscribe = (invitation: Invitation, at: number): void => {
    const { person, generation } = invitation
    const by: Actor = { kind: 'invitee', id: null, name: person.typed }
    tell(at, 'reminders.unsubscribed', by, invitationTarget(invitation), { generation })
    invitation.unsubscribedAt = at
  }

  return {
    events,
    invitations,
    tell,
    invite,
    ask,
    resend,
    renew,
    edit,
    open,
    accept,
    decline,
    revoke,
    expire,
    mailed,
    pauseReminders,
    unsubscribe,
  }
}

export type History = ReturnType<typeof createHistory>
