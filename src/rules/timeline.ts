import type { AuditEvent } from './audit'
import type { InvitationStatus } from './lifecycle'
import { fieldsOf, text } from './pieces'
import { eventEntry } from './timeline-events'
import { type Entry, type LifeMail, mailEntries, type Placed, RANK } from './timeline-mails'

export type { Entry, LifeMail }

/** What was read of an invitation's life: its generations `from` and `to`, both included. */
export type Life = {
  invitation: {
    status: InvitationStatus
    generation: number
    firstSentAt: number
    sentAt: number
    expiresAt: number
    inviterName: string
  }
  from: number
  to: number
  mails: readonly LifeMail[]
  /** In any order. */
  events: readonly AuditEvent[]
}

/** What became of one sending, renewing or resending. */
export type Generation = {
  number: number
  at: number | null
  by: string | null
  /** It was only asked for: no mail of it was ever made. */
  asked: boolean
  entries: Entry[]
}

const BEGINNINGS: readonly string[] = ['invitation.sent', 'invitation.renewed', 'invitation.resent']

const generationIn = ({ detail }: AuditEvent): number | null => {
  const { generation } = fieldsOf(detail)
  return typeof generation === 'number' && Number.isSafeInteger(generation) && generation > 0
    ? generation
    : null
}

const mailIn = ({ detail }: AuditEvent): string | null => {
  const { delivery } = fieldsOf(detail)
  return typeof delivery === 'string' ? delivery : null
}

type Beginning = { at: number; by: string | null; asked: boolean }

/** When each generation began and who began it, as far as its event, its mail or the invitation says. */
const beginningsOf = ({ invitation, from, to, mails, events }: Life): Map<number, Beginning> => {
  const found = new Map<number, Beginning>()
  const asked = false
  if (from === 1) found.set(1, { at: invitation.firstSentAt, by: null, asked })
  for (const { kind, generation, createdAt } of mails)
    if (kind === 'invitation') found.set(generation, { at: createdAt, by: null, asked })
  if (to === invitation.generation)
    found.set(to, { at: invitation.sentAt, by: invitation.inviterName, asked })
  for (const event of events) {
    const number = BEGINNINGS.includes(event.action) ? generationIn(event) : null
    if (!number) continue
    const by = text(event.actor.name)?.text ?? null
    const awaited = text(fieldsOf(event.detail).awaiting) !== null
    // What was approved went out later than it was asked for.
    const mail =
      awaited && mails.find(({ kind, generation }) => kind === 'invitation' && generation === number)
    found.set(number, { at: mail ? mail.createdAt : event.at, by, asked: awaited && !mail })
  }
  return found
}

/** What came last comes first. */
const latestFirst = (a: Placed, b: Placed): number =>
  b.when - a.when || b.rank - a.rank || (a.key < b.key ? 1 : -1)

/** That it has expired is so before anybody has written it down. */
const unsweptExpiry = ({ invitation, to, events }: Life): Placed[] => {
  const { status, generation, expiresAt: at } = invitation
  if (status !== 'expired' || to !== generation) return []
  if (
    events.some(({ action, detail }) => action === 'invitation.expired' && fieldsOf(detail).expiresAt === at)
  )
    return []
  const words = ['Expired']
  return [{ key: 'expired', at, tone: 'waiting', words, reason: null, when: at, rank: RANK.met }]
}

/**
 * An invitation's life, its newest generation first and in each what came last. What an event names decides where it
 * stands, else its time; a report on a mail of a generation that was not read is left to the page that shows that one.
 */
export const timelineOf = (life: Life, timeZone: string): Generation[] => {
  const { invitation, from, to, mails, events } = life
  const begun = beginningsOf(life)
  const byId = new Map(mails.map((mail) => [mail.id, mail]))
  const currentAt = (at: number): number =>
    Math.max(from, ...[...begun].filter((one) => one[1].at <= at).map(([number]) => number))
  const placed = new Map<number, Placed[]>()
  const place = (number: number, entries: readonly Placed[]) => {
    if (number >= from && number <= to) placed.set(number, [...(placed.get(number) ?? []), ...entries])
  }

  for (const number of begun.keys()) place(number, [])
  for (const mail of mails) {
    const told = events.filter((event) => mailIn(event) === mail.id).map(({ action }) => action)
    place(mail.generation, mailEntries(mail, new Set(told), timeZone))
  }
  for (const event of events) {
    const id = mailIn(event)
    const mail = id === null ? undefined : byId.get(id)
    const elsewhere = id !== null && !mail && (from > 1 || to < invitation.generation)
    const number = mail?.generation ?? generationIn(event)
    if (number === null && elsewhere) continue
    place(number ?? currentAt(event.at), [eventEntry(event, mail, timeZone)])
  }
  place(to, unsweptExpiry(life))

  return [...placed]
    .sort(([a], [b]) => b - a)
    .map(([number, entries]) => {
      const { at = null, by = null, asked = false } = begun.get(number) ?? {}
      const shown = entries
        .sort(latestFirst)
        .map(({ key, at, tone, words, reason }) => ({ key, at, tone, words, reason }))
      return { number, at, by, asked, entries: shown }
    })
}

/** `1st`, `2nd`, `3rd`, `4th`, … `11th`, … `21st`. */
export const ordinal = (n: number): string => {
  const teen = n % 100 > 10 && n % 100 < 14
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`
}
