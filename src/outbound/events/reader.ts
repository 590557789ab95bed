import { timingSafeEqual } from 'node:crypto'
import { type MailReport, reasonWords } from '../../rules/mail-events'

/** What was posted to a webhook, as it came. */
export type Posted = { headers: Headers; body: Buffer }

/** What reads the events that a provider posts. */
export type EventReader = {
  /** As providers are called in deliveries, and among people. */
  name: string
  label: string
  /**
   * What is reported of mails, without what is no report; null where nothing proves that the provider said it just
   * now. `now` in ms. Never throws.
   */
  read(posted: Posted, now: number): MailReport[] | null
}

export type Fields = Record<string, unknown>

/** An object's fields; none of anything else. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The JSON of a body; null where it is none. */
export const jsonOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

/** A moment in ms, of an ISO date or of seconds since 1970; null where it is neither. */
export const moment = (value: unknown): number | null => {
  const ms = typeof value === 'number' ? value * 1000 : Date.parse(text(value))
  return Number.isFinite(ms) && ms > 0 && ms < 8e15 ? Math.round(ms) : null
}

/** Whether seconds since 1970, as text, are at most `tolerance` seconds from `now` (ms). */
export const isFresh = (seconds: string, now: number, tolerance: number): boolean =>
  /^\d{1,12}$/.test(seconds) && Math.abs(now / 1000 - Number(seconds)) <= tolerance

/** Compares in a time that says nothing of where they differ. */
export const same = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

type Told = {
  event: string
  delivery: unknown
  at: number | null
  nonce?: string
}

export type Verdict = Pick<MailReport, 'state' | 'bounce'> & { reason?: unknown }

export const DELIVERED: Verdict = { state: 'delivered', bounce: null }
export const complained = (reason?: unknown): Verdict => ({ state: 'complained', bounce: null, reason })
export const bounced = (bounce: 'hard' | 'soft', ...reasons: unknown[]): Verdict => ({
  state: 'bounced',
  bounce,
  reason: reasons.find((reason) => text(reason) !== ''),
})

/** The report of an event; none where it names no delivery, or is nothing that happens to a mail for good. */
export const reportOf = ({ event, delivery, at, nonce }: Told, verdict: Verdict | null): MailReport[] => {
  const id = text(delivery)
  if (!verdict || id === '' || event === '' || at === null) return []
  const { state, bounce, reason } = verdict
  return [
    {
      event,
      ...(nonce && { nonce }),
      mail: { delivery: id },
      state,
      bounce,
      reason: reasonWords(reason),
      at,
    },
  ]
}
