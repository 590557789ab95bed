import type { Context } from '../context'
import { hashPassword, verifyPassword } from '../passwords'
import { paths } from '../paths'
import { evaluateAccept } from '../policies/registry'
import type { Way } from '../rules/acceptance'
import { readNames } from '../rules/asked-names'
import { attemptWait, waitMinutes } from '../rules/attempts'
import { normalizePassword, passwordProblem } from '../rules/passwords'
import { findRole } from '../rules/permissions'
import type { Denial } from '../rules/policies'
import type { Problem, Problems } from '../rules/problems'
import { vouchingOf } from '../rules/sso'
import type { Link } from '../rules/tokens'
import { type Accepting, type AcceptingBySso, commitAcceptance, readReplay } from '../storage/acceptance'
import type { AttemptKeys } from '../storage/attempts'
import type { LinkFacts, Opening } from '../storage/link-facts'
import { endLink } from '../storage/links'
import { rolesOf } from './access'
import { type Intent, intentOf, newId } from './changes'
import { tellingOf } from './declining'
import { enqueue } from './deliveries'
import { INVALID_LINK, type LinkView, readLinkToken, readOpening, type Visitor, viewOf } from './links'
import {
  attemptKeys,
  limitBursts,
  type NewSession,
  newSession,
  type SecondStep,
  secondStepOf,
  sessionOfIntent,
} from './sessions'
import { type Cookie, GRANT } from './sso-entry'

export type AcceptInput = {
  token: string
  /** The way the form was made for, and whether the identity provider had named somebody then. */
  way: Way
  withSso: boolean
  name: string
  firstName: string
  lastName: string
  password: string
  confirmation: string
  change: string
  visitor: Visitor
  network: string
}

export type Accepted =
  /** `isNew`: with an account that has a password of its own, made just now. */
  | { kind: 'joined'; session: Cookie | null; facts: LinkFacts; isNew: boolean }
  /** The password was right; the account asks for more before it joins. */
  | { kind: 'second_step'; step: SecondStep }
  /** Nothing was changed; the page says why, with what was typed. */
  | {
      kind: 'refused'
      view: LinkView
      errors: Problems
      denial: Denial | null
      status: 403 | 404 | 409 | 422 | 429
    }

type Attempt = {
  ctx: Context
  link: Link
  input: AcceptInput
  view: LinkView
  facts: LinkFacts
  intent: Intent
  opening: Opening
  counters: AttemptKeys | null
}

const refusedBy = (
  view: LinkView,
  errors: Problems,
  status: 403 | 404 | 409 | 422 | 429,
  denial: Denial | null = null,
): Accepted => ({ kind: 'refused', view, errors, denial, status })

/**
 * Accepts an invitation with a new account, by signing in, as who is signed in already, or by the word of the
 * organization's identity provider; two round trips. Pressed twice, it answers twice the same, session included.
 */
export const acceptInvitation = async (ctx: Context, input: AcceptInput): Promise<Accepted> => {
  const link = readLinkToken(ctx, input.token)
  if (!link) return refusedBy(INVALID_LINK, {}, 404)
  const signingIn = input.way === 'sign_in'
  if (signingIn) await limitBursts(ctx, input.network)
  // The invitee's address is not known before the first trip, so the link stands for it.
  const counters = signingIn ? attemptKeys(ctx, 'invitation', link.id, input.network) : null
  const opening = await readOpening(ctx, link, input.visitor, counters)
  const view = viewOf(ctx, link, opening, input.visitor.proof)
  const { state, facts } = view
  const { name, firstName, lastName, way, withSso } = input
  const typed = [normalizePassword(input.password), name, firstName, lastName]
  const intent = intentOf(ctx, 'accept', link.hash, input.change, withSso ? `${way}-sso` : way, ...typed)

  if (!facts || state.kind !== 'open') {
    const session = sessionOfIntent(ctx, intent)
    const isUsed = facts && state.kind === 'closed' && state.end === 'used'
    if (isUsed && state.own) return { kind: 'joined', session: null, facts, isNew: false }
    if (isUsed && (await readReplay(ctx.db, intent.changeId, session.hash, ctx.now)))
      return { kind: 'joined', session, facts, isNew: way === 'new' }
    return refusedBy(view, withSso && state.kind === 'sso_required' ? { form: 'sso_again' } : {}, 409)
  }
  if (withSso && state.sso !== 'shown') return refusedBy(view, { form: 'sso_again' }, 409)
  if (state.way !== way) return refusedBy(view, { form: WAY_CHANGED[state.way] }, 409)
  return accepting[way]({ ctx, link, input, view, facts, intent, opening, counters })
}

const accepting: Record<Way, (attempt: Attempt) => Promise<Accepted>> = {
  new: async (attempt) => {
    const { ctx, input, view, facts } = attempt
    const password = normalizePassword(input.password)
    const { errors, ...names } = readNames(facts.nameFields, input)
    const problem = await passwordProblem(password, { address: facts.address })
    if (problem) errors.password = problem
    else if (password !== normalizePassword(input.confirmation)) errors.confirmation = 'confirmation_differs'
    if (Object.keys(errors).length > 0) return refusedBy(view, errors, 422)
    const denied = await deniedBy(attempt, null, names.name)
    if (denied) return denied
    const way = {
      kind: 'new' as const,
      userId: newId(),
      ...names,
      passwordHash: await hashPassword(password),
    }
    const session = sessionOfIntent(ctx, attempt.intent)
    return commit(attempt, { way, actorName: names.name, session, replaced: input.visitor.sessionHash })
  },

  sso: async (attempt) => {
    const { ctx, input, view, facts } = attempt
    const { shown } = view
    if (!shown) return refusedBy(view, { form: 'sso_again' }, 409)
    const { errors, ...asked } = readNames(facts.nameFields, input)
    if (Object.keys(errors).length > 0) return refusedBy(view, errors, 422)
    const { name, firstName, lastName } = facts.nameFields === 'none' ? shown : asked
    const denied = await deniedBy(attempt, null, name)
    if (denied) return denied
    const way = { kind: 'new' as const, userId: newId(), name, firstName, lastName, passwordHash: null }
    const expiresAt = ctx.now + GRANT
    const session = sessionOfIntent(ctx, attempt.intent, { own: false, method: 'sso', expiresAt })
    return commit(attempt, { way, actorName: name, session, replaced: input.visitor.sessionHash })
  },

  sign_in: async (attempt) => {
    const { ctx, link, input, view, facts, opening } = attempt
    const problem = await signInProblem(ctx, opening, normalizePassword(input.password))
    if (problem) return refusedBy(view, problem.errors, problem.status)
    const account = { userId: facts.accountId ?? '', passwordHash: facts.passwordHash ?? '' }
    if (facts.secondStep) {
      const next = input.withSso ? paths.acceptAsNamed(input.token) : paths.acceptInvitation(input.token)
      const step = secondStepOf(ctx, account, { next, target: ['invitation', link.id] })
      return { kind: 'second_step', step }
    }
    const denied = await deniedBy(attempt, facts.accountId, facts.accountName ?? '')
    if (denied) return denied
    const proof = { passwordHash: account.passwordHash }
    const way = { kind: 'existing' as const, userId: account.userId, proof }
    const session = sessionOfIntent(ctx, attempt.intent)
    return commit(attempt, {
      way,
      actorName: facts.accountName ?? '',
      session,
      replaced: input.visitor.sessionHash,
    })
  },

  join: async (attempt) => {
    const { viewer } = attempt.view
    const { sessionHash } = attempt.input.visitor
    if (!viewer || !sessionHash) return refusedBy(attempt.view, {}, 409)
    const denied = await deniedBy(attempt, viewer.userId, viewer.name)
    if (denied) return denied
    const way = { kind: 'existing' as const, userId: viewer.userId, proof: { sessionHash } }
    return commit(attempt, { way, actorName: viewer.name, session: null, replaced: null })
  },
}

/** What the policies say of this acceptance, where they do not allow it. */
const deniedBy = async (
  { ctx, link, input, view, facts }: Attempt,
  account: string | null,
  name: string,
): Promise<Accepted | null> => {
  const { organizationId, organization, slug, timeZone, policies, ownRole, roleKey } = facts
  const judgements = await evaluateAccept(ctx, {
    organization: { id: organizationId, name: organization, slug, timeZone, policies },
    invitee: { id: account, name: name || facts.typedAddress },
    invitation: {
      id: link.id,
      address: facts.address,
      role: findRole(roleKey, rolesOf(ownRole ? [ownRole] : [])) ?? null,
    },
    via: input.withSso ? 'sso' : 'link',
  })
  const denied = judgements.get(facts.address)?.denied
  return denied ? refusedBy(view, {}, 403, denied) : null
}

const WAY_CHANGED = {
  new: 'now_new',
  sign_in: 'now_sign_in',
  join: 'now_join',
  sso: 'now_sso',
} as const satisfies Record<Way, Problem>

const signInProblem = async (
  ctx: Context,
  { facts, attempts }: Opening,
  password: string,
): Promise<{ errors: Problems; status: 422 | 429 } | null> => {
  const retryAfterSeconds = attempts ? attemptWait(attempts, ctx.now) : 0
  if (retryAfterSeconds > 0)
    return { errors: { password: { waitMinutes: waitMinutes(retryAfterSeconds) } }, status: 429 }
  const { ok } = await verifyPassword(password, facts?.passwordHash ?? null)
  if (!ok && facts?.passwordHash === null) return { errors: { password: 'no_password' }, status: 422 }
  return ok ? null : { errors: { password: 'password_wrong' }, status: 422 }
}

/** What the identity provider's word adds to an acceptance: an identity, and the organization opened to a session. */
const bySso = (
  { ctx, facts, view: { shown }, input: { withSso, visitor } }: Attempt,
  session: NewSession | null,
  isNew: boolean,
): AcceptingBySso | null => {
  if (!withSso || !shown || facts.connectionPreset === null) return null
  const { person } = shown
  const expiresAt = ctx.now + GRANT
  const byAddress = vouchingOf(facts.connectionPreset, { ...shown, address: person.address }, false)
  return {
    person,
    identityId: newId(),
    byDomain: byAddress === 'nobody',
    browser: isNew || session === null ? visitor.sessionHash : session.hash,
    session: session ?? newSession(ctx, { own: false, method: 'sso', expiresAt }),
    expiresAt,
  }
}

type Committing = Pick<Accepting, 'way' | 'actorName' | 'replaced'> & { session: NewSession | null }

const commit = async (attempt: Attempt, { session, actorName, ...rest }: Committing): Promise<Accepted> => {
  const { ctx, link, input, intent } = attempt
  const { won, replayed, sessionLives, facts, deliveries } = await commitAcceptance(ctx.db, {
    ...rest,
    event: newId(),
    changeId: intent.changeId,
    invitationId: link.id,
    tokenHash: link.hash,
    now: ctx.now,
    seatLimit: ctx.settings.seats.limit,
    actorName: actorName || attempt.facts.typedAddress,
    sso: bySso(attempt, session, rest.way.kind === 'new'),
    session,
    attemptKeys: attempt.counters,
    telling: tellingOf(ctx),
  })
  ctx.defer('mail.enqueue', enqueue(ctx, deliveries))
  if (won && facts) ctx.defer('link.end', endLink(ctx.links, link.hash, 'accepted', facts.expiresAt, ctx.now))
  if (facts && (won || (replayed && (session === null || sessionLives))))
    return { kind: 'joined', session, facts, isNew: input.way === 'new' }
  const view = viewOf(ctx, link, { facts, viewer: attempt.view.viewer }, input.visitor.proof)
  const { state } = view
  return refusedBy(view, state.kind === 'open' ? { form: WAY_CHANGED[state.way] } : {}, 409)
}
