import type { Context } from '../context'
import { parseAddress } from '../rules/addresses'
import { DAY } from '../rules/dates'
import { hasLink, MAX_NAME, tidyName } from '../rules/names'
import type { OidcClaims } from '../rules/oidc'
import { vouchingOf } from '../rules/sso'
import { type SsoEntry, ssoEntry } from '../rules/sso-entry'
import {
  commitSsoSignIn,
  type Entering,
  type EntryFacts,
  type Granted,
  type SsoPerson,
} from '../storage/sso-entry'
import { newId } from './changes'
import { type NewSession, newSession, sessionHash } from './sessions'
import type { SsoConnection } from './sso'

/** How long an identity provider's word opens its organization, in ms. */
export const GRANT = DAY

/** Somebody whom an identity provider has named just now, as the browser may keep it, sealed. */
export type Named = {
  person: SsoPerson
  /** As the provider has it; '' where that is no address. */
  typedAddress: string
  addressVerified: boolean | null
  hostedDomain: string | null
  name: string
  firstName: string | null
  lastName: string | null
}

/** What a cookie is written of. */
export type Cookie = { secret: string; expiresAt: number }

/** Why nobody comes in. */
export type RefusedEntry =
  | { reason: Exclude<SsoEntry, 'enter' | 'link' | 'join'> | 'no_seat_left' | 'changed' }
  | { reason: 'denied'; message: string; remediation: string }

/** Where signing in by SSO ends: in a session, at linking to the account that is there, or nowhere. */
export type SsoOutcome =
  | { kind: 'signed_in'; cookie: Cookie; joined: boolean }
  | { kind: 'link'; named: Named; facts: EntryFacts }
  | { kind: 'refused'; named: Named; refused: RefusedEntry }

/** A name as the provider has it, where it is one. */
const plainName = (said: string): string => {
  const name = [...tidyName(said)].slice(0, MAX_NAME).join('')
  return hasLink(name) ? '' : name
}

export const namedBy = (connection: SsoConnection, claims: OidcClaims): Named => {
  const parsed = claims.address === null ? null : parseAddress(claims.address)
  const [firstName, lastName] = [plainName(claims.firstName), plainName(claims.lastName)]
  return {
    person: {
      organizationId: connection.organizationId,
      connectionId: connection.id,
      issuer: claims.issuer,
      subject: claims.subject,
      directoryId: claims.directoryId,
      address: parsed?.ok ? parsed.address : '',
    },
    typedAddress: parsed?.ok ? parsed.typed : '',
    addressVerified: claims.addressVerified,
    hostedDomain: claims.hostedDomain,
    name: plainName(claims.name) || `${firstName} ${lastName}`.trim(),
    firstName: firstName || null,
    lastName: lastName || null,
  }
}

/** Where an identity provider's word leads, as things are. */
export const entryOf = (
  { now }: Context,
  { preset }: SsoConnection,
  { person, ...named }: Named,
  facts: EntryFacts | null,
): SsoEntry => {
  if (!facts) return 'closed'
  const ofProvenDomain = Boolean(facts.ofProvenDomain)
  const word = { address: person.address, ...named }
  return ssoEntry(facts, person.address === '' ? 'nobody' : vouchingOf(preset, word, ofProvenDomain), now)
}

/** What every batch that opens an organization to the browser needs. */
export const enteringAs = (
  ctx: Context,
  { person }: Named,
  browser: string | null,
): Entering & { session: NewSession } => {
  const event = newId()
  const grantExpiresAt = ctx.now + GRANT
  return {
    event,
    changeId: event,
    person,
    session: newSession(ctx, { own: false, method: 'sso', expiresAt: grantExpiresAt }),
    browser: browser === null ? null : sessionHash(browser),
    grantExpiresAt,
    now: ctx.now,
    seatLimit: ctx.settings.seats.limit,
  }
}

/** The cookie of what an organization was opened to: the new session's, or again the one that the browser has. */
export const cookieOf = (
  { session }: { session: NewSession },
  granted: Granted,
  browser: string | null,
): Cookie => ({
  secret: granted.hash === session.hash || browser === null ? session.secret : browser,
  expiresAt: granted.expiresAt,
})

/** Signs in who is known by their identity already. */
export const enter = async (ctx: Context, named: Named, browser: string | null) => {
  const entering = enteringAs(ctx, named, browser)
  const { session, facts } = await commitSsoSignIn(ctx.db, entering)
  return { cookie: session && cookieOf(entering, session, browser), facts }
}

/** Nobody comes in where they have to do something first, or somebody was faster. */
export const refusedEntry = (named: Named, entry: SsoEntry): SsoOutcome => ({
  kind: 'refused',
  named,
  refused: { reason: entry === 'enter' || entry === 'link' || entry === 'join' ? 'changed' : entry },
})
