import type { Context } from '../context'
import { hashPassword } from '../passwords'
import { RESET_WITHIN, type ResetLinkState, resetLinkState } from '../rules/account-links'
import { parseAddress } from '../rules/addresses'
import { attemptWait, MAILS_ASKED_FOR } from '../rules/attempts'
import type { Language } from '../rules/languages'
import { normalizePassword, passwordProblem } from '../rules/passwords'
import type { Problems } from '../rules/problems'
import { type Link, mintToken } from '../rules/tokens'
import {
  commitReset,
  commitResetRequest,
  type ResetFacts,
  readReset,
  readResetReplay,
} from '../storage/password-resets'
import { intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { linkKeys, readLinkToken } from './links'
import {
  attemptKeys,
  burstAllowed,
  limitBursts,
  mailKeys,
  type NewSession,
  sessionOfIntent,
} from './sessions'

export type ResetAsked = {
  scope: string
  address: string
  /** The link of an invitation to come back to, or anything else. */
  invitation: string
  language: Language
  change: string
  network: string
}

/** What asking for a mail comes to. `asked` says nothing of whether there is an account. */
export type Asked =
  | { kind: 'asked' }
  | { kind: 'wrong'; errors: Problems; status: 422 | 429 }
  | { kind: 'wait'; seconds: number }

/**
 * Asks for a link that sets a new password. Answer, work and round trips are the same whether there is an account or
 * not; the queue is told after the answer.
 */
export const requestReset = async (ctx: Context, input: ResetAsked): Promise<Asked> => {
  const parsed = parseAddress(input.address)
  if (!parsed.ok) return { kind: 'wrong', errors: { address: 'address_invalid' }, status: 422 }
  const { address } = parsed
  const { scope, network } = input
  if (!(await burstAllowed(ctx, network, 'mail'))) return { kind: 'wait', seconds: 60 }
  const id = newId()
  const delivery = newId()
  const key = ctx.keys.current.link
  const { attempts, queued } = await commitResetRequest(ctx.db, {
    event: newId(),
    changeId: intentOf(ctx, 'forgot-password', scope, address, input.change).changeId,
    now: ctx.now,
    scope,
    address,
    id,
    keyId: key.id,
    hash: mintToken(key, 'password-reset', id, 1).hash,
    expiresAt: ctx.now + RESET_WITHIN,
    invitationId: readLinkToken(ctx, input.invitation)?.id ?? null,
    delivery,
    terms: { ...mailTerms(ctx), language: input.language },
    attemptKeys: mailKeys(ctx, 'password-reset', [scope, address], network),
  })
  if (queued) ctx.defer('mail.enqueue', enqueue(ctx, [delivery]))
  const seconds = attemptWait(attempts, ctx.now, MAILS_ASKED_FOR)
  return seconds > 0 ? { kind: 'wait', seconds } : { kind: 'asked' }
}

/** What the page of a link that sets a password is made from. */
export type ResetView = { state: ResetLinkState; facts: ResetFacts | null }

const INVALID: ResetView = { state: 'invalid', facts: null }

const viewOf = (ctx: Context, link: Link, facts: ResetFacts | null): ResetView => ({
  state: resetLinkState(link, facts, ctx.now),
  facts,
})

/** What a link says to whoever holds it. A forged or mangled one touches no storage. */
export const openReset = async (ctx: Context, token: string): Promise<ResetView> => {
  const link = readLinkToken(ctx, token, 'password-reset')
  return link ? viewOf(ctx, link, await readReset(ctx.db, link.id, null, ctx.now)) : INVALID
}

export type ResetInput = {
  token: string
  /** The id of an invitation to come back to; only one to the account itself counts. */
  invitation: string
  password: string
  confirmation: string
  language: Language
  change: string
  /** The session that the browser has until then. */
  replaced: string | null
  network: string
}

/** Where somebody goes who has set a password: the invitation they came from, or where they are at home. */
export type ResetLanding = { invitation: string | null; home: string | null }

export type ResetAnswer =
  | { kind: 'set'; session: NewSession; landing: ResetLanding }
  /** The password is set, and signing in asks for more than it. */
  | { kind: 'second_step'; account: { userId: string; passwordHash: string }; landing: ResetLanding }
  /** Nothing was changed; the page says why. */
  | { kind: 'refused'; view: ResetView; errors: Problems; status: 404 | 409 | 422 }

/** The invitation's own link, made again: whoever reads the mailbox holds it already. */
const landingOf = (ctx: Context, { invitation, home }: ResetFacts): ResetLanding => {
  const key = linkKeys(ctx).find(({ id }) => id === invitation?.keyId)
  return {
    invitation:
      invitation && key ? mintToken(key, 'invitation', invitation.id, invitation.generation).token : null,
    home,
  }
}

/**
 * Sets a new password by its link and signs in with it; every other session of the account ends. Two round trips.
 * Pressed twice, it answers twice the same, session included.
 * @throws Refused too_many_attempts
 */
export const resetPassword = async (ctx: Context, input: ResetInput): Promise<ResetAnswer> => {
  const link = readLinkToken(ctx, input.token, 'password-reset')
  if (!link) return { kind: 'refused', view: INVALID, errors: {}, status: 404 }
  await limitBursts(ctx, input.network)
  const facts = await readReset(ctx.db, link.id, input.invitation, ctx.now)
  const view = viewOf(ctx, link, facts)
  const password = normalizePassword(input.password)
  const intent = intentOf(ctx, 'reset-password', link.hash, input.change, password)
  const session = sessionOfIntent(ctx, intent)
  if (view.state !== 'open' || !facts) {
    if (facts && view.state === 'used') {
      const pressed = await readResetReplay(ctx.db, intent.changeId, session.hash, ctx.now)
      if (pressed && (facts.secondStep || pressed.sessionLives)) return setAs(ctx, facts, session)
    }
    return { kind: 'refused', view, errors: {}, status: view.state === 'invalid' ? 404 : 409 }
  }
  const errors = await newPasswordProblems(password, input.confirmation, facts.address)
  if (errors) return { kind: 'refused', view, errors, status: 422 }
  const delivery = newId()
  const {
    won,
    replayed,
    facts: after,
  } = await commitReset(ctx.db, {
    event: newId(),
    changeId: intent.changeId,
    now: ctx.now,
    id: link.id,
    tokenHash: link.hash,
    invitationId: input.invitation,
    userId: facts.userId,
    passwordHash: await hashPassword(password),
    session,
    replaced: input.replaced,
    delivery,
    terms: { ...mailTerms(ctx), language: input.language },
    attemptKeys: attemptKeys(ctx, facts.scope, facts.address, input.network),
  })
  if (won) ctx.defer('mail.enqueue', enqueue(ctx, [delivery]))
  if (after && (won || replayed)) return setAs(ctx, after, session)
  return { kind: 'refused', view: viewOf(ctx, link, after), errors: {}, status: 409 }
}

const setAs = (ctx: Context, facts: ResetFacts, session: NewSession): ResetAnswer => {
  const { userId, passwordHash, secondStep } = facts
  const landing = landingOf(ctx, facts)
  return secondStep
    ? { kind: 'second_step', account: { userId, passwordHash: passwordHash ?? '' }, landing }
    : { kind: 'set', session, landing }
}

/** What is wrong with a new password and its repetition, or null. */
export const newPasswordProblems = async (
  password: string,
  confirmation: string,
  address: string,
): Promise<Problems | null> => {
  const problem = await passwordProblem(password, { address })
  if (problem) return { password: problem }
  return password === normalizePassword(confirmation) ? null : { confirmation: 'confirmation_differs' }
}
