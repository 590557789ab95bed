import type { Context } from '../context'
import { paths } from '../paths'
import { scopeOf } from '../rules/acceptance'
import { commitLink, type EntryFacts, readEntry } from '../storage/sso-entry'
import { newId } from './changes'
import { joinJustInTime } from './just-in-time'
import { type NewSession, type SecondStep, sessionHash, signIn } from './sessions'
import { findConnection, type SsoConnection } from './sso'
import { cookieOf, enter, enteringAs, entryOf, type Named, refusedEntry, type SsoOutcome } from './sso-entry'

/** What the browser keeps, sealed, of somebody who is to show that an account is theirs. */
export type LinkProof = { kind: 'link'; named: Named; next: string | null }

/** An account is there: its holder signs in with its password, or presses where they are signed in already. */
export type AskedToLink = { hasPassword: boolean; isSignedIn: boolean; isMember: boolean }

export type Linking =
  /** The proof, the connection or the need is gone. */
  | { kind: 'gone' }
  | { kind: 'ask'; connection: SsoConnection; asked: AskedToLink }
  | { kind: 'decided'; connection: SsoConnection; outcome: SsoOutcome }

const find = async (ctx: Context, { named }: LinkProof, browser: string | null) => {
  const connection = await findConnection(ctx, { id: named.person.connectionId })
  if (!connection) return null
  const hash = browser === null ? null : sessionHash(browser)
  const { facts, viewerId } = await readEntry(ctx.db, named.person, hash, ctx.now, ctx.settings.seats.limit)
  const entry = entryOf(ctx, connection, named, facts)
  return { connection, facts, entry, isSignedIn: viewerId !== null && viewerId === facts?.accountId }
}

/** What the page of linking shows; it changes nothing. */
export const readLinking = async (
  ctx: Context,
  proof: LinkProof,
  browser: string | null,
): Promise<Linking> => {
  const found = await find(ctx, proof, browser)
  if (!found || found.entry === 'enter' || found.entry === 'join') return { kind: 'gone' }
  const { connection, facts, entry, isSignedIn } = found
  if (entry !== 'link' || !facts)
    return { kind: 'decided', connection, outcome: refusedEntry(proof.named, entry) }
  const { hasPassword, accountStatus } = facts
  const asked = { hasPassword: Boolean(hasPassword), isSignedIn, isMember: accountStatus === 'active' }
  return { kind: 'ask', connection, asked }
}

const bind = async (
  ctx: Context,
  connection: SsoConnection,
  named: Named,
  facts: EntryFacts,
  browser: string,
): Promise<SsoOutcome> => {
  const userId = facts.accountId ?? ''
  if (facts.accountStatus === null) return joinJustInTime(ctx, connection, named, facts, userId, browser)
  const entering = enteringAs(ctx, named, browser)
  const linked = await commitLink(ctx.db, { ...entering, identityId: newId(), userId })
  if (linked.session)
    return { kind: 'signed_in', cookie: cookieOf(entering, linked.session, browser), joined: false }
  // Pressed twice: the first press has linked it.
  const { cookie } = await enter(ctx, named, browser)
  return cookie
    ? { kind: 'signed_in', cookie, joined: false }
    : refusedEntry(named, entryOf(ctx, connection, named, linked.facts))
}

/**
 * Links the account to who was named, and signs in. `own` is the session of the account's own sign-in, where this made it.
 * @throws Refused wrong_credentials, too_many_attempts
 */
export const linkIdentity = async (
  ctx: Context,
  proof: LinkProof,
  input: { password: string; browser: string | null; network: string },
): Promise<
  | { kind: 'gone' }
  | { kind: 'decided'; connection: SsoConnection; outcome: SsoOutcome; own: NewSession | null }
  /** The password was right, and the account asks for more; the second step leads back to the page of linking. */
  | { kind: 'second_step'; step: SecondStep }
> => {
  const { named } = proof
  const found = await find(ctx, proof, input.browser)
  if (!found) return { kind: 'gone' }
  const { connection, facts, entry, isSignedIn } = found
  const decided = (outcome: SsoOutcome, own: NewSession | null = null) =>
    ({ kind: 'decided', connection, outcome, own }) as const
  if (entry === 'enter') {
    const { cookie } = await enter(ctx, named, input.browser)
    return decided(cookie ? { kind: 'signed_in', cookie, joined: false } : refusedEntry(named, entry))
  }
  if (entry !== 'link' || !facts) return decided(refusedEntry(named, entry))
  if (isSignedIn && input.browser !== null)
    return decided(await bind(ctx, connection, named, facts, input.browser))
  const signedIn = await signIn(ctx, {
    scope: scopeOf({ id: connection.organizationId, accountScope: connection.accountScope }),
    address: named.person.address,
    password: input.password,
    network: input.network,
    replaced: input.browser === null ? null : sessionHash(input.browser),
    next: paths.linkIdentity,
  })
  if (signedIn.kind === 'second_step') return signedIn
  const own = signedIn.session
  return decided(await bind(ctx, connection, named, facts, own.secret), own)
}
