import type { MailCheck } from '../rules/mail-checks'

/** One mail to one person. Every attempt at a delivery carries the same content, links included. */
export type OutgoingMail = {
  /** The delivery's id: the provider's idempotency key, and the tag by which its events are matched. */
  id: string
  from: string
  to: string
  subject: string
  html: string
  text: string
  /** Further headers by name, such as `Auto-Submitted`. */
  headers: Record<string, string>
}

/**
 * What became of one attempt. `retry`: not taken, or nobody knows; the same mail may be sent again, after the
 * seconds the provider asked for, if it did. `failed`: the same mail would be refused again. Reasons are for
 * admins: short, plain, without secrets.
 */
export type MailResult =
  | { kind: 'sent'; providerId: string | null }
  | { kind: 'retry'; reason: string; afterSeconds: number | null }
  | { kind: 'failed'; reason: string }

export type MailProvider = {
  name: string
  /** The name it goes by among people. */
  label: string
  /** How many mails it takes each second; null is no limit. */
  perSecond: number | null
  /** One HTTP call. Never throws. */
  send(mail: OutgoingMail): Promise<MailResult>
  /**
   * Whether it can be reached, takes our key and, where it can tell, knows the sending domain: at most two
   * GETs, which change nothing. Never throws.
   */
  check(): Promise<MailCheck>
}
