import { type SQL, sql } from 'drizzle-orm'
import type { Quotas } from '../rules/quotas'
import { leavesAt } from './guards'
import { remindersAgain } from './reminders'

/** Of the settings of the moment, what a new link is made by. */
export type LinkTerms = {
  keyId: string
  /** In ms, from when the mail may leave. */
  lifetime: number
  roleShown: boolean
  nameFields: string
  landingAddress: string
  /** When invitees are reminded, in ms from when the mail may leave. */
  reminders: readonly number[]
  quotas: Quotas
  mail: { from: string; appUrl: string }
}

/** What a new link writes into the invitation that `c` names, its lifetime as event `e` has it. */
export const newLink = (terms: LinkTerms, now: number): SQL =>
  sql`key_id = ${terms.keyId}, token_hash = c.hash, status = 'pending', sent_at = ${now}, expires_at = e.detail->>'expiresAt',
    role_shown = ${terms.roleShown ? 1 : 0}, name_fields = ${terms.nameFields}, landing_address = ${terms.landingAddress},
    ${remindersAgain(leavesAt(now), terms.reminders)}, opened_at = null`
