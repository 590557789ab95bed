import { DAY } from '../rules/dates'
import type { Language } from '../rules/languages'

/** What an opening paints before the database has answered; never the invitee's address. */
export type LinkHint = {
  organization: string
  inviter: string
  role: string | null
  expiresAt: number
  /** Not in what an earlier release wrote. */
  language?: Language
}
export type LinkEndHint = 'accepted' | 'revoked' | 'declined' | 'replaced'
export type Hint = { facts: LinkHint | null; end: LinkEndHint | null }

const factsKey = (hash: string) => `facts:${hash}`
const endKey = (hash: string) => `end:${hash}`

/** KV refuses lifetimes under a minute. */
const seconds = (ms: number) => Math.max(60, Math.ceil(ms / 1000))

/** One bulk read. An end wins over facts, whatever order they were written in; both are only hints. */
export const readHint = async (links: KVNamespace, hash: string): Promise<Hint> => {
  const found = await links.get([factsKey(hash), endKey(hash)])
  const end = (found.get(endKey(hash)) ?? null) as LinkEndHint | null
  const facts = found.get(factsKey(hash))
  return { end, facts: end === null && facts ? (JSON.parse(facts) as LinkHint) : null }
}

/** Filled by the first opening; gone when the invitation expires. */
export const writeFacts = (links: KVNamespace, hash: string, facts: LinkHint, now: number): Promise<void> =>
  links.put(factsKey(hash), JSON.stringify(facts), { expirationTtl: seconds(facts.expiresAt - now) })

/** After what a link's facts say has changed: the next opening fills them anew. */
export const deleteFacts = (links: KVNamespace, hash: string): Promise<void> => links.delete(factsKey(hash))

/** Written once, when a link has ended; outlives any facts that could still be written for it. */
export const endLink = (
  links: KVNamespace,
  hash: string,
  end: LinkEndHint,
  expiresAt: number,
  now: number,
): Promise<void> =>
  links.put(endKey(hash), end, { expirationTtl: seconds(Math.max(expiresAt - now, 0) + DAY) })
