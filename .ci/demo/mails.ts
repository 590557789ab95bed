import { MAX_ATTEMPTS, retryDelay } from '../../src/rules/backoff'
import { HOUR, MINUTE } from '../../src/rules/dates'
import type { Bounce, DeliveryState } from '../../src/rules/lifecycle'
import type { MailKind } from '../../src/rules/mails'
import { PAUSABLE_KINDS } from '../../src/rules/pausing'
import { quotaDayOf } from '../../src/rules/quotas'
import type { Actor, History } from './history'
import type { Person } from './people'
import type { Chance } from './random'
import { DEMO, type Row } from './rows'

/** What becomes of a mail, in the words of the provider. */
export type Fate = { state: DeliveryState; attempts?: number; bounce?: Bounce; reason?: string }

export type Mail = {
  id: string
  kind: MailKind
  subjectId: string
  generation: number
  to: Pick<Person, 'typed' | 'address'>
  content: Record<string, unknown>
  /** Who answers for it; null for what is of no quota. */
  senderId: string | null
  createdAt: number
  fate: Fate
}

/** The months before, mails went out by a provider that reports; what still waits goes to this machine's mailbox. */
const PROVIDER: Actor & { id: string } = { kind: 'provider', id: 'resend', name: 'Resend' }

// As src/storage/deliveries.ts has them, which Node cannot read as it is: how long a mail may wait, and be held.
const ENQUEUED = 5 * MINUTE
const LEASE = 3 * MINUTE

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

type Report = { state: 'delivered' | 'bounced' | 'complained'; at: number; bounce?: Bounce; reason?: string }

type Given = { chance: Chance; history: History; mail: { from: string; appUrl: string }; now: number }

/** Hands mails over and takes what is reported of them: answers the rows, and the events are told. */
export const arrive = ({ chance, history, mail: terms, now }: Given, mails: readonly Mail[]) => {
  const suppression: Row[] = []

  const reportsOf = ({ fate: { state, bounce, reason } }: Mail, taken: number): Report[] => {
    const soon = taken + chance.between(900, 9_000)
    if (state === 'delivered') return [{ state, at: soon }]
    // A full mailbox is tried for hours.
    if (state === 'bounced')
      return [
        {
          ...{ state, at: bounce === 'soft' ? taken + chance.between(180, 840) * MINUTE : soon },
          ...(bounce && { bounce }),
          ...(reason && { reason }),
        },
      ]
    if (state === 'complained')
      return [
        { state: 'delivered', at: soon },
        { state, at: chance.awake(soon, chance.between(20, 480) * MINUTE, soon + 20 * HOUR) },
      ]
    return []
  }

  const tell = (
    mail: Mail,
    { at, state, bounce, reason }: Report,
    heardAt: number,
    before: DeliveryState,
  ) => {
    const { id, kind, generation, subjectId, to } = mail
    const isInviting = PAUSABLE_KINDS.some((one) => one === kind)
    const event = `msg_${Array.from({ length: 27 }, () => chance.pick([...ALPHABET])).join('')}`
    const target = {
      kind: isInviting ? 'invitation' : 'mail',
      id: isInviting ? subjectId : id,
      name: to.typed,
    }
    history.tell(
      heardAt,
      `mail.${state}`,
      PROVIDER,
      target,
      {
        ...{ delivery: id, kind, generation, event, reportedAt: at },
        ...(bounce && { bounce }),
        ...(reason && { reason }),
        before: { state: before },
      },
      chance.hex(64),
    )
    if (state === 'complained' || bounce === 'hard')
      suppression.push({ organization_id: DEMO.id, address: to.address, reason: state, created_at: at })
  }

  /** What the provider took, and what it has reported by now. */
  const handedOver = (mail: Mail, taken: number): Row => {
    let [state, last]: [DeliveryState, Report | null] = ['sent', null]
    let deliveredAt: number | null = null
    for (const report of reportsOf(mail, taken)) {
      const heardAt = report.at + chance.between(400, 3_000)
      if (heardAt > now) break
      tell(mail, report, heardAt, state)
      ;[state, last] = [report.state, report]
      if (state === 'delivered') deliveredAt = report.at
    }
    const providerId = chance.hex(32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5')
    return {
      ...{ state, attempts: 1, due_at: taken + LEASE, reason: last?.reason ?? null },
      ...{ provider: PROVIDER.id, provider_id: providerId, sent_at: taken },
      ...{ reported_at: last?.at ?? null, delivered_at: deliveredAt, bounce: last?.bounce ?? null },
    }
  }

  /** When the cron looks after what has not been handed over. */
  const dueAt = ({ fate: { state, attempts = 0 }, createdAt }: Mail): number => {
    if (state === 'sending') return createdAt + 4_000 + LEASE
    if (state === 'queued' && attempts > 0) return now + 40 * MINUTE
    if (state !== 'failed') return createdAt + ENQUEUED
    const waits = Array.from({ length: Math.min(attempts, MAX_ATTEMPTS) - 1 }, (_, at) =>
      retryDelay(at + 1, null),
    )
    return createdAt + waits.reduce((sum, seconds) => sum + seconds * 1000, 4_000) + LEASE
  }

  const kept = (mail: Mail): Row => {
    const { state, attempts, reason } = mail.fate
    return {
      ...{
        state,
        attempts: attempts ?? Number(state === 'sending'),
        due_at: dueAt(mail),
        reason: reason ?? null,
      },
      ...{ provider: null, provider_id: null, sent_at: null },
      ...{ reported_at: null, delivered_at: null, bounce: null },
    }
  }

  const standing = (mail: Mail): Row => {
    const { fate, createdAt } = mail
    if (['queued', 'sending', 'failed', 'cancelled'].includes(fate.state)) return kept(mail)
    const taken = createdAt + chance.between(2_000, 20_000)
    return taken > now ? kept({ ...mail, fate: { state: 'queued' } }) : handedOver(mail, taken)
  }

  const rows = mails.map((mail): Row => {
    const { id, kind, subjectId, generation, to, content, senderId, createdAt } = mail
    return {
      ...{ id, organization_id: DEMO.id, kind, subject_id: subjectId, generation, address: to.address },
      content: JSON.stringify({ ...content, to: to.typed, ...terms }),
      ...standing(mail),
      ...{ sender_id: senderId, quota_day: senderId && quotaDayOf(createdAt), created_at: createdAt },
    }
  })
  return { delivery: rows, suppression }
}
