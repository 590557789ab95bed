import type { Context } from '../context'
import { evaluateAccept } from '../policies/registry'
import { findRole } from '../rules/permissions'
import { commitJoining, type Joiner, type Settled } from '../storage/just-in-time'
import { endLink } from '../storage/links'
import { MOST_TOLD } from '../storage/notices'
import type { EntryFacts } from '../storage/sso-entry'
import { rolesOf } from './access'
import { newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import type { SsoConnection } from './sso'
import { cookieOf, enter, enteringAs, entryOf, type Named, refusedEntry, type SsoOutcome } from './sso-entry'

/** What their open invitation gives: nothing where it awaits approval, or whoever sent it may no longer grant its role. */
const settledOf = (facts: EntryFacts, now: number): Settled | null => {
  const { invitationId, invitationChangeId, invitationStatus } = facts
  if (invitationId === null || invitationChangeId === null) return null
  return {
    id: invitationId,
    changeId: invitationChangeId,
    counts: invitationStatus !== 'awaiting_approval' && Boolean(facts.inviterMay),
    reservesSeat: invitationStatus === 'pending' && (facts.invitationExpiresAt ?? 0) > now,
  }
}

const joinerOf = (
  { typedAddress, name, firstName, lastName }: Named,
  account: string | null,
  known: string,
): Joiner =>
  account === null
    ? { kind: 'new', userId: newId(), typedAddress, name, firstName, lastName }
    : { kind: 'existing', userId: account, name: known }

/**
 * Makes a member of somebody whom the identity provider vouches for and who is of the organization's own domain, where
 * it lets them in without an invitation. With `account` the browser's session is that account's own sign-in.
 */
export const joinJustInTime = async (
  ctx: Context,
  connection: SsoConnection,
  named: Named,
  facts: EntryFacts,
  account: string | null,
  browser: string | null,
): Promise<SsoOutcome> => {
  const settled = settledOf(facts, ctx.now)
  const role = settled?.counts && facts.invitationRole ? facts.invitationRole : facts.defaultRole
  const judgements = await evaluateAccept(ctx, {
    organization: {
      id: connection.organizationId,
      name: connection.organization,
      slug: connection.slug,
      timeZone: facts.timeZone,
      policies: facts.policies,
    },
    invitee: { id: account, name: named.name || named.typedAddress },
    invitation: {
      id: settled?.counts ? settled.id : null,
      address: named.person.address,
      role: findRole(role, rolesOf(facts.roles)) ?? null,
    },
    via: 'sso',
  })
  const denied = judgements.get(named.person.address)?.denied
  if (denied) return { kind: 'refused', named, refused: { reason: 'denied', ...denied } }

  const entering = enteringAs(ctx, named, browser)
  const { session, ended, deliveries } = await commitJoining(ctx.db, {
    ...entering,
    joiner: joinerOf(named, account, facts.accountName),
    identityId: newId(),
    defaultRole: facts.defaultRole,
    settled,
    settling: newId(),
    telling: { deliveries: Array.from({ length: MOST_TOLD }, newId), mail: mailTerms(ctx) },
  })
  if (!session) return lost(ctx, connection, named, browser)
  ctx.defer('mail.enqueue', enqueue(ctx, deliveries))
  if (ended) ctx.defer('link.end', endLink(ctx.links, ended.hash, 'accepted', ended.expiresAt, ctx.now))
  return { kind: 'signed_in', cookie: cookieOf(entering, session, browser), joined: true }
}

/** Somebody was faster: they themselves in another window, who come in by now, or whoever took the last seat. */
const lost = async (
  ctx: Context,
  connection: SsoConnection,
  named: Named,
  browser: string | null,
): Promise<SsoOutcome> => {
  const { cookie, facts } = await enter(ctx, named, browser)
  if (cookie) return { kind: 'signed_in', cookie, joined: false }
  const entry = entryOf(ctx, connection, named, facts)
  const settled = facts && settledOf(facts, ctx.now)
  const seats = settled?.reservesSeat ? facts?.seatsForInvited : facts?.seats
  if ((entry === 'link' || entry === 'join') && (seats ?? 0) <= 0)
    return { kind: 'refused', named, refused: { reason: 'no_seat_left' } }
  return refusedEntry(named, entry)
}
