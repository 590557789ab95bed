import type { AccountContext, Context } from '../context'
import { type AddressLinkState, addressLinkState, CONFIRM_ADDRESS_WITHIN } from '../rules/account-links'
import { parseAddress } from '../rules/addresses'
import { attemptWait, MAILS_ASKED_FOR } from '../rules/attempts'
import type { Language } from '../rules/languages'
import { refuse } from '../rules/refusals'
import { type Link, mintToken } from '../rules/tokens'
import {
  type AddressFacts,
  type AddressOpening,
  type AddressViewer,
  commitAddressChange,
  commitAddressRequest,
  readAddressChange,
} from '../storage/address-changes'
import { intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { readLinkToken } from './links'
import { ownChange, proveOwn } from './own-account'
import type { Asked } from './password-resets'
import { mailKeys } from './sessions'

/**
 * Asks for another address: the link that confirms it goes there, and the present one is told. The answer is the same
 * for an address that has an account.
 * @throws Refused too_many_attempts, changed_meanwhile
 */
export const requestAddress = async (
  ctx: AccountContext,
  input: { address: string; current: string; language: Language; change: string; network: string },
): Promise<Asked> => {
  const parsed = parseAddress(input.address)
  if (!parsed.ok) return { kind: 'wrong', errors: { address: 'address_invalid' }, status: 422 }
  const { address, typed } = parsed
  const { changeId } = intentOf(ctx, 'change-address', ctx.account.id, input.change, address)
  const proof = await proveOwn(ctx, { changeId, current: input.current, network: input.network })
  if (proof.kind === 'done') return { kind: 'asked' }
  if (proof.kind === 'wrong') return proof
  if (proof.address === address)
    return { kind: 'wrong', errors: { address: 'address_unchanged' }, status: 422 }
  const id = newId()
  const deliveries = { change: newId(), notice: newId() }
  const key = ctx.keys.current.link
  const { attempts, done, queued } = await commitAddressRequest(ctx.db, {
    ...ownChange(ctx, changeId),
    passwordHash: proof.passwordHash,
    address,
    typedAddress: typed,
    id,
    keyId: key.id,
    hash: mintToken(key, 'address-change', id, 1).hash,
    expiresAt: ctx.now + CONFIRM_ADDRESS_WITHIN,
    deliveries,
    terms: { ...mailTerms(ctx), language: input.language },
    attemptKeys: mailKeys(ctx, 'address-change', [address], input.network),
  })
  if (queued) ctx.defer('mail.enqueue', enqueue(ctx, Object.values(deliveries)))
  if (done) return { kind: 'asked' }
  const seconds = attemptWait(attempts, ctx.now, MAILS_ASKED_FOR)
  return seconds > 0 ? { kind: 'wait', seconds } : refuse({ code: 'changed_meanwhile' })
}

/** What the page of a link that confirms an address is made from. */
export type AddressLinkView = {
  state: AddressLinkState
  facts: AddressFacts | null
  viewer: AddressViewer | null
}

const INVALID: AddressLinkView = { state: 'invalid', facts: null, viewer: null }

const viewOf = (ctx: Context, link: Link, { facts, viewer }: AddressOpening): AddressLinkView => ({
  state: addressLinkState(link, facts, viewer?.id ?? null, ctx.now),
  facts,
  viewer,
})

/** What a link says to whoever holds this session. A forged or mangled one touches no storage. */
export const openAddressLink = async (
  ctx: Context,
  token: string,
  sessionHash: string | null,
): Promise<AddressLinkView> => {
  const link = readLinkToken(ctx, token, 'address-change')
  return link ? viewOf(ctx, link, await readAddressChange(ctx.db, link.id, sessionHash, ctx.now)) : INVALID
}

/** Confirms the address by its link, for the account itself alone; answers what the link says from then on. */
export const confirmAddress = async (
  ctx: Context,
  input: { token: string; language: Language; change: string; sessionHash: string | null },
): Promise<AddressLinkView> => {
  const link = readLinkToken(ctx, input.token, 'address-change')
  if (!link) return INVALID
  const opening = await readAddressChange(ctx.db, link.id, input.sessionHash, ctx.now)
  const view = viewOf(ctx, link, opening)
  if (view.state !== 'open' || !input.sessionHash) return view
  const delivery = newId()
  const after = await commitAddressChange(ctx.db, {
    event: newId(),
    changeId: intentOf(ctx, 'confirm-address', link.hash, input.change).changeId,
    now: ctx.now,
    id: link.id,
    tokenHash: link.hash,
    sessionHash: input.sessionHash,
    delivery,
    terms: { ...mailTerms(ctx), language: input.language },
  })
  if (after.won) ctx.defer('mail.enqueue', enqueue(ctx, [delivery]))
  return viewOf(ctx, link, after)
}
