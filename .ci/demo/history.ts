import type { Action } from '../../src/rules/audit'
import { MINUTE } from '../../src/rules/dates'
import type { DeliveryState, InvitationStatus } from '../../src/rules/lifecycle'
import { type LinkKey, mintToken } from '../../src/rules/tokens'
import type { Person } from './people'
import type { Chance } from './random'
import { DEMO } from './rows'

export type Actor = { kind: 'user' | 'api_key' | 'invitee' | 'system'; id: string | null; name: string }
export type Inviter = Actor & { kind: 'user' | 'api_key'; id: string }
export type Role = { key: string; label: string }
export type Team = { id: string; name: string; at: number }

/** What somebody is invited as, and is as a member. */
export type Terms = { role: Role; department: string; teams: Team[] }

export type Event = {
  at: number
  action: Action
  actor: Actor
  target: { kind: string; id: string; name: string }
  detail: Record<string, unknown>
  changeId: string
}

export type Delivery = {
  id: string
  generation: number
  state: DeliveryState
  attempts: number
  dueAt: number
  reason: string | null
  sentAt: number | null
  createdAt: number
  content: string
}

export type Invitation = Terms & {
  id: string
  person: Person
  note: string
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
  deliveries: Delivery[]
  changeId: string
}

export type Fate = { state: DeliveryState; reason?: string }

type Circumstances = {
  chance: Chance
  key: LinkKey
  mail: { from: string; appUrl: string; timeZone: string }
  /** How long an invitation sent at a moment lasts, in ms. */
  lifetime: (at: number) => number
}

const invitationTarget = ({ id, person }: Invitation) => ({ kind: 'invitation', id, name: person.typed })
const names = (teams: readonly Team[]): string[] => teams.map(({ name }) => name).sort()
const EXPIRY: Actor = { kind: 'system', id: null, name: 'Expiry' }

/** Writes down what happened to invitations, each step as row and event: what use cases would have left behind. */
export const createHistory = ({ chance, key, mail, lifetime }: Circumstances) => {
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
    events.push({ at, action, actor, target, detail, changeId })
    return changeId
  }

  /** The mail of the current generation; it arrives unless something else is said of it. */
  const send = (invitation: Invitation, at: number): void => {
    const sentAt = at + chance.between(2_000, 20_000)
    const { inviter, role, note, expiresAt, person } = invitation
    invitation.deliveries.push({
      ...{ id: chance.id(at), generation: invitation.generation, state: 'delivered', attempts: 1 },
      ...{ dueAt: at + 2 * MINUTE, reason: null, sentAt, createdAt: at },
      content: JSON.stringify({
        organization: DEMO.name,
        inviter: inviter.name,
        role: role.label,
        note,
        expiresAt,
        timeZone: mail.timeZone,
        to: person.typed,
        from: mail.from,
        appUrl: mail.appUrl,
      }),
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
      ...{ firstSentAt: at, sentAt: at, expiresAt: at, deliveries: [], changeId: '' },
    }
    begin(invitation, at, by)
    const { role, department, teams, expiresAt } = invitation
    const detail = {
      generation: 1,
      role: role.label,
      department,
      note,
      teams: names(teams),
      expiresAt,
      before: null,
    }
    invitation.changeId = tell(at, 'invitation.sent', by, invitationTarget(invitation), detail, changeId)
    invitations.push(invitation)
    return invitation
  }

  const resend = (invitation: Invitation, at: number, by: Inviter): void => {
    const { status, expiresAt, inviter, role } = invitation
    begin(invitation, at, by)
    invitation.changeId = tell(at, 'invitation.resent', by, invitationTarget(invitation), {
      generation: invitation.generation,
      expiresAt: invitation.expiresAt,
      role: role.label,
      before: { status, expiresAt, inviter: inviter.name },
    })
  }

  /** Sends to an address whose invitation has expired. */
  const renew = (invitation: Invitation, at: number, by: Inviter): void => {
    const { role, department, note, teams, expiresAt, inviter } = invitation
    const terms = { role: role.label, department, note, teams: names(teams) }
    begin(invitation, at, by)
    invitation.changeId = tell(at, 'invitation.renewed', by, invitationTarget(invitation), {
      generation: invitation.generation,
      ...terms,
      expiresAt: invitation.expiresAt,
      before: { ...terms, expiresAt, inviter: inviter.name },
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
  const mailed = (invitation: Invitation, { state, reason }: Fate): void => {
    const newest = invitation.deliveries.at(-1)
    if (newest) Object.assign(newest, { state, reason: reason ?? null })
  }

  return {
    events,
    invitations,
    tell,
    invite,
    resend,
    renew,
    edit,
    open,
    accept,
    decline,
    revoke,
    expire,
    mailed,
  }
}

export type History = ReturnType<typeof createHistory>
