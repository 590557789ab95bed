import type { Context } from '../context'
import { type LinkState, linkState } from '../rules/acceptance'
import type { Language } from '../rules/languages'
import { type Link, readToken, type TokenPurpose } from '../rules/tokens'
import type { AttemptKeys } from '../storage/attempts'
import { type LinkFacts, type Opening, readLink } from '../storage/link-facts'
import { deleteFacts, endLink, type Hint, readHint, writeFacts } from '../storage/links'
import { findConnection, type SsoConnection } from './sso'
import type { Named } from './sso-entry'

/** Keys that may have signed a link still out, the current one first. */
export const linkKeys = ({ keys }: Context) => [
  keys.current.link,
  ...(keys.previous ? [keys.previous.link] : []),
]

/** What a browser keeps, sealed, of whom the identity provider has named for a link. */
export type AcceptProof = { kind: 'accept'; hash: string; named: Named }

/** Who opens a link: by the browser's session, and by what it keeps of a round trip to the identity provider. */
export type Visitor = { sessionHash: string | null; proof: AcceptProof | null }

/** What the page of a link is made from. */
export type LinkView = {
  state: LinkState
  facts: LinkFacts | null
  viewer: Opening['viewer']
  /** Whom the organization's identity provider has named. */
  shown: Named | null
}

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

/** A link's state as its facts and its visitor make it. A proof counts for its link and for the connection as it is now. */
export const viewOf = (
  { now }: Context,
  link: Link,
  { facts, viewer }: Pick<Opening, 'facts' | 'viewer'>,
  proof: AcceptProof | null,
): LinkView => {
  const named = proof?.hash === link.hash ? proof.named : null
  const shown = named && named.person.connectionId === facts?.connectionId ? named : null
  const word = shown && { ...shown, address: shown.person.address }
  return { state: linkState(link, facts, viewer, now, word), facts, viewer, shown }
}

/** What the database says of a link, in one round trip; with `counters` a sign-in is counted before it is tried. */
export const readOpening = (
  { db, now, settings }: Context,
  link: Link,
  { sessionHash, proof }: Visitor,
  counters: AttemptKeys | null = null,
): Promise<Opening> =>
  readLink(
    db,
    link.id,
    { sessionHash, shown: proof?.named.person ?? null },
    now,
    settings.seats.limit,
    counters,
  )

/** What the database says of a link, to whoever opens it; remembers it for the next opening. */
export const openLink = async (
  ctx: Context,
  link: Link,
  visitor: Visitor,
  hint: Promise<Hint>,
): Promise<LinkView> => {
  const view = viewOf(ctx, link, await readOpening(ctx, link, visitor), visitor.proof)
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

/** The identity provider through which a link can be accepted by whoever opens it, and what it was written for. */
export const ssoOfLink = async (
  ctx: Context,
  link: Link,
  sessionHash: string | null,
): Promise<{ connection: SsoConnection; language: Language; address: string } | null> => {
  const { state, facts } = viewOf(ctx, link, await readOpening(ctx, link, { sessionHash, proof: null }), null)
  if (!facts?.connectionId || (state.kind !== 'open' && state.kind !== 'sso_required')) return null
  const connection = await findConnection(ctx, { id: facts.connectionId })
  return connection && { connection, language: facts.language, address: facts.typedAddress }
}

/** What a forged or mangled link shows. */
export const INVALID_LINK: LinkView = { state: { kind: 'invalid' }, facts: null, viewer: null, shown: null }
