import type { Context } from '../context'
import { hashPassword, verifyPassword } from '../passwords'
import { linkState, type Way } from '../rules/acceptance'
import { attemptWait, waitMinutes } from '../rules/attempts'
import { hasLink, MAX_NAME, type NameFields, tidyName } from '../rules/names'
import { normalizePassword, passwordProblem } from '../rules/passwords'
import type { Problem, Problems } from '../rules/problems'
import type { Link } from '../rules/tokens'
import {
  type Accepting,
  commitAcceptance,
  commitDecline,
  type LinkFacts,
  type Opening,
  readLink,
  readReplay,
} from '../storage/acceptance'
import { endLink } from '../storage/links'
import { MOST_TOLD } from '../storage/notices'
import { intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { INVALID_LINK, type LinkView, readLinkToken, viewOf } from './links'
import { attemptKeys, limitBursts, type NewSession, sessionOfIntent } from './sessions'

export type AcceptInput = {
  token: string
  /** The way the form was made for. */
  way: Way
  name: string
  firstName: string
  lastName: string
  password: string
  confirmation: string
  change: string
  sessionHash: string | null
  network: string
}

export type Accepted =
  | { kind: 'joined'; session: NewSession | null; facts: LinkFacts }
  /** Nothing was changed; the page says why, with what was typed. */
  | { kind: 'refused'; view: LinkView; errors: Problems; status: 404 | 409 | 422 | 429 }

/** The names asked for by the organization's setting, tidied, or what is wrong with them. */
export const readNames = (
  fields: NameFields,
  input: Pick<AcceptInput, 'name' | 'firstName' | 'lastName'>,
) => {
  const errors: Problems = {}
  const asked = (field: 'name' | 'firstName' | 'lastName', missing: Problem): string => {
    const name = tidyName(input[field])
    if (!name) errors[field] = missing
    else if ([...name].length > MAX_NAME) errors[field] = 'name_too_long'
    else if (hasLink(name)) errors[field] = 'name_is_link'
    return name
  }
  if (fields === 'none') return { errors, name: '', firstName: null, lastName: null }
  if (fields === 'single')
    return { errors, name: asked('name', 'name_missing'), firstName: null, lastName: null }
  const firstName = asked('firstName', 'first_name_missing')
  const lastName = asked('lastName', 'last_name_missing')
  return { errors, name: `${firstName} ${lastName}`, firstName, lastName }
}

/**
 * Accepts an invitation with a new account, by signing in, or as who is signed in already; two round trips.
 * Pressed twice, it answers twice the same, session included.
 */
export const acceptInvitation = async (ctx: Context, input: AcceptInput): Promise<Accepted> => {
  const link = readLinkToken(ctx, input.token)
  if (!link) return { kind: 'refused', view: INVALID_LINK, errors: {}, status: 404 }
  const signingIn = input.way === 'sign_in'
  if (signingIn) await limitBursts(ctx, input.network)
  // The invitee's address is not known before the first trip, so the link stands for it.
  const counters = signingIn ? attemptKeys(ctx, 'invitation', link.id, input.network) : null
  const opening = await readLink(
    ctx.db,
    link.id,
    input.sessionHash,
    ctx.now,
    ctx.settings.seats.limit,
    counters,
  )
  const view = viewOf(ctx, link, opening)
  const { state, facts } = view
  const password = normalizePassword(input.password)
  const { name, firstName, lastName } = input
  const intent = intentOf(
    ctx,
    'accept',
    link.hash,
    input.change,
    input.way,
    password,
    name,
    firstName,
    lastName,
  )
  const refused = (errors: Problems, status: 409 | 422 | 429): Accepted => ({
    kind: 'refused',
    view,
    errors,
    status,
  })

  const session = sessionOfIntent(ctx, intent)
  if (!facts || state.kind !== 'open') {
    const isUsed = facts && state.kind === 'closed' && state.end === 'used'
    if (isUsed && state.own) return { kind: 'joined', session: null, facts }
    if (isUsed && (await readReplay(ctx.db, intent.changeId, session.hash, ctx.now)))
      return { kind: 'joined', session, facts }
    return refused({}, 409)
  }
  if (state.way !== input.way) return refused({ form: WAY_CHANGED[state.way] }, 409)

  const base = {
    event: newId(),
    changeId: intent.changeId,
    invitationId: link.id,
    tokenHash: link.hash,
    now: ctx.now,
    seatLimit: ctx.settings.seats.limit,
    replaced: state.way === 'join' ? null : input.sessionHash,
    telling: tellingOf(ctx),
  }
  if (state.way === 'join') {
    const who = view.viewer
    if (!who || !input.sessionHash) return refused({}, 409)
    const proof = { sessionHash: input.sessionHash }
    const way = { kind: 'existing' as const, userId: who.userId, proof }
    return commit(
      ctx,
      link,
      view,
      { ...base, actorName: who.name || who.typedAddress, way, session: null, attemptKeys: null },
      null,
    )
  }
  if (state.way === 'sign_in') {
    const problem = await signInProblem(ctx, opening, password)
    if (problem) return refused(problem.errors, problem.status)
    const proof = { passwordHash: facts.passwordHash ?? '' }
    const way = { kind: 'existing' as const, userId: facts.accountId ?? '', proof }
    return commit(
      ctx,
      link,
      view,
      { ...base, actorName: facts.accountName || facts.typedAddress, way, session, attemptKeys: counters },
      session,
    )
  }
  const { errors, ...names } = readNames(facts.nameFields, input)
  const problem = await passwordProblem(password, { address: facts.address })
  if (problem) errors.password = problem
  else if (password !== normalizePassword(input.confirmation)) errors.confirmation = 'confirmation_differs'
  if (Object.keys(errors).length > 0) return refused(errors, 422)
  const way = { kind: 'new' as const, userId: newId(), ...names, passwordHash: await hashPassword(password) }
  return commit(
    ctx,
    link,
    view,
    { ...base, actorName: names.name || facts.typedAddress, way, session, attemptKeys: null },
    session,
  )
}

const WAY_CHANGED = { new: 'now_new', sign_in: 'now_sign_in', join: 'now_join' } as const satisfies Record<
  Way,
  Problem
>

/** What the mails that tell of an answer need. */
const tellingOf = (ctx: Context) => ({
  deliveries: Array.from({ length: MOST_TOLD }, newId),
  mail: mailTerms(ctx),
})

const signInProblem = async (
  ctx: Context,
  { facts, attempts }: Opening,
  password: string,
): Promise<{ errors: Problems; status: 422 | 429 } | null> => {
  const retryAfterSeconds = attempts ? attemptWait(attempts, ctx.now) : 0
  if (retryAfterSeconds > 0)
    return { errors: { password: { waitMinutes: waitMinutes(retryAfterSeconds) } }, status: 429 }
  const { ok } = await verifyPassword(password, facts?.passwordHash ?? null)
  return ok ? null : { errors: { password: 'password_wrong' }, status: 422 }
}

const commit = async (
  ctx: Context,
  link: Link,
  before: LinkView,
  accepting: Accepting,
  session: NewSession | null,
): Promise<Accepted> => {
  const { won, replayed, sessionLives, facts, deliveries } = await commitAcceptance(ctx.db, accepting)
  ctx.defer('mail.enqueue', enqueue(ctx, deliveries))
  if (won && facts) ctx.defer('link.end', endLink(ctx.links, link.hash, 'accepted', facts.expiresAt, ctx.now))
  if (facts && (won || (replayed && (session === null || sessionLives))))
    return { kind: 'joined', session, facts }
  const view = { ...before, facts, state: linkState(link, facts, before.viewer, ctx.now) }
  const errors: Problems = view.state.kind === 'open' ? { form: WAY_CHANGED[view.state.way] } : {}
  return { kind: 'refused', view, errors, status: 409 }
}

/** Declines on behalf of whoever holds the link; the answer is what the link shows from now on. */
export const declineInvitation = async (
  ctx: Context,
  { token, change }: { token: string; change: string },
): Promise<LinkView> => {
  const link = readLinkToken(ctx, token)
  if (!link) return INVALID_LINK
  const { won, facts, deliveries } = await commitDecline(ctx.db, {
    event: newId(),
    changeId: intentOf(ctx, 'decline', link.hash, change).changeId,
    invitationId: link.id,
    tokenHash: link.hash,
    now: ctx.now,
    seatLimit: ctx.settings.seats.limit,
    telling: tellingOf(ctx),
  })
  ctx.defer('mail.enqueue', enqueue(ctx, deliveries))
  if (won && facts) ctx.defer('link.end', endLink(ctx.links, link.hash, 'declined', facts.expiresAt, ctx.now))
  return { state: linkState(link, facts, null, ctx.now), facts, viewer: null }
}
