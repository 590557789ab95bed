import { DAY, HOUR, MINUTE } from '../../src/rules/dates'
import type { Actor, History, Invitation, Inviter, Terms } from './history'
import type { Person } from './people'
import type { Chance } from './random'
import { ADMIN, DEPARTMENTS, MEMBER, OWNER, type Setting, VIEWER } from './setting'

export type Joined = Terms & {
  userId: string
  person: Person
  status: 'active' | 'inactive'
  joinedAt: number
  inviterName: string | null
  invitationId: string | null
  /** Removed, or left: no member any more. */
  gone: boolean
}

export type Sending = { at: number; by: Inviter; changeId: string }
/** How an invitation came to be accepted. */
export type Way = 'at once' | 'resent' | 'renewed' | 'declined before'

const told = ({ role, department, teams }: Partial<Terms>) => ({
  ...(role && { role: role.label }),
  ...(department !== undefined && { department }),
  ...(teams && { teams: teams.map(({ name }) => name).sort() }),
})

/** Members come, change and go. */
export const createMembers = (chance: Chance, history: History, setting: Setting, now: number) => {
  const { tell } = history
  const members: Joined[] = []
  const targetOf = ({ userId, person }: Joined) => ({ kind: 'member', id: userId, name: person.name })

  const found = (person: Person): Joined => {
    const nothing = { inviterName: null, invitationId: null, gone: false, teams: [], department: '' }
    const owner: Joined = {
      ...{
        userId: setting.owner.id,
        person,
        role: OWNER,
        ...nothing,
        status: 'active',
        joinedAt: setting.born,
      },
    }
    members.push(owner)
    return owner
  }

  /** The moment at which an open invitation is accepted, some minutes after it was opened. */
  const accepted = (invitation: Invitation): number => {
    const latest = Math.min(invitation.expiresAt, now) - 10 * MINUTE
    const opened = chance.awake(invitation.sentAt, chance.patience(), latest)
    history.open(invitation, opened)
    return opened + chance.between(50_000, 5 * MINUTE)
  }

  const join = (person: Person, terms: Terms, { at, by, changeId }: Sending, way: Way, note = ''): Joined => {
    if (way === 'declined before') {
      const earlier = history.invite(
        Math.max(at - 9 * DAY, setting.born + 5 * HOUR),
        setting.owner,
        person,
        terms,
      )
      history.open(earlier, earlier.sentAt + 3 * HOUR)
      history.decline(earlier, earlier.sentAt + 3 * HOUR + 2 * MINUTE)
    }
    const invitation = history.invite(at, by, person, terms, note, changeId)
    if (way === 'resent') history.resend(invitation, chance.backAtWork(at, 2 * DAY, at + 6 * DAY), by)
    if (way === 'renewed') {
      history.expire(invitation)
      history.renew(invitation, chance.backAtWork(invitation.expiresAt, DAY, now - HOUR), by)
    }
    const joinedAt = accepted(invitation)
    const userId = chance.id(joinedAt)
    history.accept(invitation, joinedAt, userId)
    const { role, department, teams, inviter, id } = invitation
    const joined: Joined = {
      ...{ userId, person, role, department, teams, status: 'active', joinedAt, gone: false },
      ...{ inviterName: inviter.name, invitationId: id },
    }
    members.push(joined)
    return joined
  }

  const change = (member: Joined, at: number, by: Actor, changed: Partial<Terms>): void => {
    const before = Object.fromEntries(
      Object.keys(changed).map((field) => [field, member[field as keyof Terms]]),
    )
    tell(at, 'member.changed', by, targetOf(member), { ...told(changed), before: told(before) })
    Object.assign(member, changed)
  }

  const become = (member: Joined, at: number, by: Actor, status: Joined['status']): void => {
    const action = status === 'active' ? 'member.reactivated' : 'member.deactivated'
    const detail = { role: member.role.label, before: { status: member.status } }
    tell(at, action, by, targetOf(member), detail)
    member.status = status
  }

  const go = (member: Joined, at: number, by: Actor | null): void => {
    const self: Actor = { kind: 'user', id: member.userId, name: member.person.name }
    const detail = { role: member.role.label, before: { status: member.status } }
    tell(at, by ? 'member.removed' : 'member.left', by ?? self, targetOf(member), detail)
    member.gone = true
  }

  return { members, found, join, change, become, go }
}

export type Members = ReturnType<typeof createMembers>

/** As what the n-th member is invited. */
export const termsFor = (setting: Setting, chance: Chance, n: number, at: number): Terms => {
  const department = DEPARTMENTS[n % DEPARTMENTS.length] ?? ''
  const teams = chance.hit(0.7) ? [setting.teamAt(n, at)] : []
  if (chance.hit(0.25)) teams.push(setting.teamAt(n + 2, at))
  const own = { department, teams: [...new Set(teams)] }
  if (n >= 1 && n <= 4) return { role: ADMIN, ...own }
  if (n === 5) return { role: setting.recruiter, ...own, department: 'People' }
  if (n === 7) return { role: setting.auditor, department: '', teams: [] }
  return { role: n >= 8 && n <= 13 ? VIEWER : MEMBER, ...own }
}

/** What became of members after they joined; each of them is changed at most once. */
export const liveOn = (
  { members, change, become, go }: Members,
  { chance, setting, by, now }: { chance: Chance; setting: Setting; by: readonly Inviter[]; now: number },
): void => {
  const [, second] = members
  const member = (n: number): Joined => {
    const one = members[n]
    if (!one) throw new Error('There is no such member')
    return one
  }
  const later = (one: Joined, daysAgo: number): number =>
    Math.max(chance.atWork(daysAgo), one.joinedAt + HOUR)
  if (second) change(second, later(second, 140), setting.owner, { role: OWNER })
  change(member(6), later(member(6), 80), setting.owner, { role: setting.recruiter, department: 'People' })
  change(member(12), later(member(12), 71), chance.pick(by), { role: MEMBER })
  change(member(20), later(member(20), 12), chance.pick(by), { role: VIEWER })
  for (const [n, daysAgo] of [
    [14, 118],
    [15, 104],
    [16, 92],
    [17, 66],
    [18, 49],
    [19, 37],
    [21, 23],
    [22, 16],
    [23, 9],
    [24, 3],
  ] as const) {
    const one = member(n)
    const at = later(one, daysAgo)
    const department = chance.pick(DEPARTMENTS.filter((other) => other !== one.department))
    const team = setting.teamAt(n + 1, at)
    const known = one.teams.filter(({ id }) => id !== team.id).map(({ id }) => id)
    const teams = [...setting.teams.filter(({ id }) => known.includes(id)), team]
    change(one, at, chance.pick(by), chance.hit(0.5) ? { department } : { teams })
  }
  for (const [n, daysAgo] of [
    [13, 58],
    [27, 26],
    [25, 8],
  ] as const)
    become(member(n), later(member(n), daysAgo), chance.pick(by), 'inactive')
  const back = member(26)
  become(back, later(back, 44), chance.pick(by), 'inactive')
  become(back, Math.max(chance.atWork(30), later(back, 44) + 2 * DAY), chance.pick(by), 'active')
  for (const [at, one] of members.slice(40).entries()) {
    const leavesAt = Math.min(chance.awake(one.joinedAt, (15 + 9 * at) * DAY, now - DAY), now - HOUR)
    go(one, leavesAt, at % 3 === 2 ? null : chance.pick(by))
  }
}
