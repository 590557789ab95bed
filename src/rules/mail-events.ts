import type { Bounce, DeliveryState } from './lifecycle'
import { withoutTokens } from './tokens'

/** What a mail provider has reported of a mail. */
export type MailReport = {
  /** By this the provider knows the event: told twice, it has the same. */
  event: string
  /** Where the proof that came with it is good for one report only: what it is known by. */
  nonce?: string
  /** The mail: by the delivery's id, which went along with it, or where nothing could, by what the provider calls it. */
  mail: { delivery: string } | { providerId: string; address: string }
  state: ReportedState
  bounce: Bounce | null
  /** Why, in the provider's words, or those of the server that refused it; null where nobody said. */
  reason: string | null
  /** In ms, by the provider's clock. */
  at: number
}

export const REPORTED_STATES = ['delivered', 'bounced', 'complained'] as const satisfies DeliveryState[]
export type ReportedState = (typeof REPORTED_STATES)[number]

/** Above every moment. */
export const LAST_WORD = 2 ** 52

/** What is reported of the same moment: the worse counts. */
export const WEIGHTS = { delivered: 1, soft: 2, hard: 3 } as const

/**
 * What a mail's state is worth: of two reports the one that is worth more stands, in whatever order they came. A
 * complaint is the last word, since it is a person's. Otherwise the later one counts, by the provider's clock: what came
 * back at first may be delivered after all, and what was taken may still come back.
 */
export const worthOf = ({ state, bounce, at }: Pick<MailReport, 'state' | 'bounce' | 'at'>): number => {
  if (state === 'complained') return LAST_WORD
  return at * 4 + (state === 'delivered' ? WEIGHTS.delivered : WEIGHTS[bounce ?? 'soft'])
}

const LONGEST_REASON = 300
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\s]+/gu

/** A reason in one line, as far as it may be kept: without the secret of a link it quotes. */
export const reasonWords = (told: unknown): string | null => {
  if (typeof told !== 'string') return null
  const words = withoutTokens(told).replace(INVISIBLE, ' ').trim()
  return words === '' ? null : [...words].slice(0, LONGEST_REASON).join('')
}
