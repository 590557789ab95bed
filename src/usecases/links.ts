import type { Context } from '../context'
import { type LinkState, linkState } from '../rules/acceptance'
import { type Link, readToken, type TokenPurpose } from '../rules/tokens'
import { type LinkFacts, type Opening, readLink } from '../storage/acceptance'
import { deleteFacts, endLink, type Hint, readHint, writeFacts } from '../storage/links'

/** Keys that may have signed a link still out, the current one first. */
export const linkKeys = ({ keys }: Context) => [
  keys.current.link,
  ...(keys.previous ? [keys.previous.link] : []),
]

/** What the page of a link is made from. */
export type LinkView = { state: LinkState; facts: LinkFacts | null; viewer: Opening['viewer'] }

/** Reads a token without touching storage; null for a forged or mangled one. */
export const readLinkToken = (
  ctx: Context,
  token: string,
  purpose: TokenPurpose = 'invitation',
): Link | null => readToken(linkKeys(ctx), purpose, token)

/** What KV remembers of a link. It only hints, so a KV that fails is a KV that knows nothing. */
export const hintFor = (ctx: Context, link: Link): Promise<Hint> =>
  readHint(ctx.links, link.hash).catch((error: unknown) => {
    ctx.defer('link.hint', Promise.reject(error))
    return { facts: null, end: null }
  })

/** A link's state as its facts and its viewer make it. */
export const viewOf = (ctx: Context, link: Link, { facts, viewer }: Opening): LinkView => ({
  state: linkState(link, facts, viewer, ctx.now),
  facts,
  viewer,
})

/** What the database says of a link, to whoever holds this session; remembers it for the next opening. */
export const openLink = async (
  ctx: Context,
  link: Link,
  sessionHash: string | null,
  hint: Promise<Hint>,
): Promise<LinkView> => {
  const opening = await readLink(ctx.db, link.id, sessionHash, ctx.now, ctx.settings.seats.limit)
  const view = viewOf(ctx, link, opening)
  ctx.defer(
    'link.remember',
    hint.then((known) => remember(ctx, link, view, known)),
  )
  return view
}

const remember = async (ctx: Context, link: Link, { state, facts }: LinkView, known: Hint): Promise<void> => {
  if (!facts || state.kind === 'invalid') {
    // Nothing names what is gone, a deleted organization's invitations included.
    if (known.facts !== null) await deleteFacts(ctx.links, link.hash)
    return
  }
  if (known.end !== null) return
  if (state.kind === 'closed') {
    if (state.end !== 'expired') {
      await endLink(
        ctx.links,
        link.hash,
        state.end === 'used' ? 'accepted' : state.end,
        facts.expiresAt,
        ctx.now,
      )
    }
  } else if (known.facts === null) {
    const { organization, inviter, role, roleShown, expiresAt, language } = facts
    await writeFacts(
      ctx.links,
      link.hash,
      { organization, inviter, role: roleShown ? role : null, expiresAt, language },
      ctx.now,
    )
  }
}

/** What a forged or mangled link shows. */
export const INVALID_LINK: LinkView = { state: { kind: 'invalid' }, facts: null, viewer: null }
