import { CHALLENGE_WITHIN } from '../rules/second-factors'
import { newChallenge } from '../usecases/passkeys'
import type { Request } from './request'
import { clearSealed, readSealed, writeSealed } from './sealed'

type Kept = { challenge: string; until: number }

const KIND = 'passkey-challenge'

const asked = new WeakMap<Request, Promise<string>>()

/** What this browser's passkeys sign next. Pages open side by side share one; each use of it counts once. */
export const challengeFor = (c: Request): Promise<string> => {
  const known = asked.get(c) ?? keptOrFresh(c)
  asked.set(c, known)
  return known
}

const keptOrFresh = async (c: Request): Promise<string> => {
  const { now } = c.var.ctx
  const kept = await readSealed<Kept>(c, KIND)
  if (kept && kept.until > now + CHALLENGE_WITHIN / 2) return kept.challenge
  const fresh: Kept = { challenge: newChallenge(), until: now + CHALLENGE_WITHIN }
  await writeSealed(c, KIND, fresh, fresh.until)
  return fresh.challenge
}

/** What this browser was challenged with; null once that is over. */
export const readChallenge = async (c: Request): Promise<string | null> =>
  (await readSealed<Kept>(c, KIND))?.challenge ?? null

export const clearChallenge = (c: Request): void => clearSealed(c, KIND)
