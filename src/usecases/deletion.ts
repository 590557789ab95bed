import type { Context, OrganizationContext } from '../context'
import { log } from '../log'
import { CONFIRM_WITHIN, type DeletionLinkState, deletionLinkState, UNDO_WITHIN } from '../rules/deletion'
import { COUNT_LIMIT } from '../rules/lists'
import { tidyName } from '../rules/names'
import { can, findRole, noRole } from '../rules/permissions'
import { refuse } from '../rules/refusals'
import { type Link, mintToken } from '../rules/tokens'
import { clearSome, readDueDeletions } from '../storage/clearing'
import {
  commitDeletion,
  commitDeletionRequest,
  commitUndoing,
  type DeletionLinkFacts,
  type DeletionOpening,
  type DeletionViewer,
  readDeletion,
  readDeletionLink,
} from '../storage/deletion'
import { MOST_TOLD } from '../storage/notices'
import { authorise } from './authorise'
import { actorIntent, changing, intentOf, newId } from './changes'
import { enqueue, mailTerms } from './deliveries'
import { readLinkToken } from './links'

export const showDeletion = (ctx: OrganizationContext) => {
  authorise(ctx, 'organization:delete', 'read')
  return readDeletion(ctx.db, ctx.organization.id, COUNT_LIMIT)
}

/**
 * Asks for the organization to be deleted: a mail to who asks carries the link that confirms it.
 * Asking again replaces what was asked before.
 * @throws Refused forbidden, invalid_input for another name than the organization's, over_quota, changed_meanwhile
 */
export const requestDeletion = async (
  ctx: OrganizationContext,
  input: { name: string; change: string },
): Promise<void> => {
  authorise(ctx, 'organization:delete', 'write')
  const wrongName = () =>
    refuse({ code: 'invalid_input', fields: { name: `Type the name exactly: ${ctx.organization.name}` } })
  const name = tidyName(input.name)
  if (name !== ctx.organization.name) wrongName()
  const intent = actorIntent(ctx, input.change, 'request-deletion', name)
  const id = newId()
  const delivery = newId()
  const key = ctx.keys.current.link
  const facts = await commitDeletionRequest(
    ctx.db,
    { event: newId(), ...changing(ctx, intent) },
    {
      id,
      keyId: key.id,
      hash: mintToken(key, 'organization-deletion', id, 1).hash,
      expiresAt: ctx.now + CONFIRM_WITHIN,
      name,
      delivery,
      mail: mailTerms(ctx),
      quota: ctx.settings.quotas.address,
    },
  )
  if (facts.queued) await enqueue(ctx, [delivery])
  if (facts.done) return
  if (!facts.actorMay) refuse({ code: 'forbidden', permission: 'organization:delete' })
  if (!facts.nameIs) wrongName()
  refuse({ code: facts.deleteAt === null && !facts.mayMail ? 'over_quota' : 'changed_meanwhile' })
}

/**
 * Takes back a confirmed deletion, as any owner can until it is due; where there is none, nothing changes.
 * @throws Refused forbidden, not_found once it is due
 */
export const undoDeletion = async (ctx: OrganizationContext, change: string): Promise<void> => {
  authorise(ctx, 'organization:delete', 'write')
  const intent = actorIntent(ctx, change, 'undo-deletion')
  const { actorMay, deleteAt } = await commitUndoing(ctx.db, { event: newId(), ...changing(ctx, intent) })
  if (deleteAt === null) return
  refuse(actorMay ? { code: 'not_found' } : { code: 'forbidden', permission: 'organization:delete' })
}

/** What the page of a deletion's link is made from. */
export type DeletionLinkView = {
  state: DeletionLinkState
  facts: DeletionLinkFacts | null
  viewer: DeletionViewer | null
}

const INVALID: DeletionLinkView = { state: 'invalid', facts: null, viewer: null }

const roleOf = ({ role }: DeletionLinkFacts) => (role && findRole(role)) || noRole(role ?? '')

const viewOf = (ctx: Context, link: Link, { facts, viewer }: DeletionOpening): DeletionLinkView => {
  const known = facts && { ...facts, mayDelete: can(roleOf(facts), 'organization:delete') }
  return { state: deletionLinkState(link, known, viewer?.id ?? null, ctx.now), facts, viewer }
}

/** What a link in the mail says to whoever holds this session. A forged or mangled one touches no storage. */
export const openDeletionLink = async (
  ctx: Context,
  token: string,
  sessionHash: string | null,
): Promise<DeletionLinkView> => {
  const link = readLinkToken(ctx, token, 'organization-deletion')
  return link ? viewOf(ctx, link, await readDeletionLink(ctx.db, link.id, sessionHash, ctx.now)) : INVALID
}

/**
 * Confirms the deletion by its link, if who is signed in asked for it and may still; the organization is deleted
 * when the days to undo it are over, and every other owner is told. Answers what the link says from then on.
 */
export const confirmDeletion = async (
  ctx: Context,
  input: { token: string; change: string; sessionHash: string | null },
): Promise<DeletionLinkView> => {
  const link = readLinkToken(ctx, input.token, 'organization-deletion')
  if (!link) return INVALID
  const opening = await readDeletionLink(ctx.db, link.id, input.sessionHash, ctx.now)
  const view = viewOf(ctx, link, opening)
  const { facts, viewer } = opening
  if (view.state !== 'open' || !facts || !viewer || !input.sessionHash) return view
  const { changeId } = intentOf(ctx, 'confirm-deletion', link.hash, viewer.id, input.change)
  const after = await commitDeletion(
    ctx.db,
    {
      event: newId(),
      changeId,
      organizationId: facts.organizationId,
      actor: { kind: 'user', id: viewer.id, name: viewer.name, role: roleOf(facts) },
      now: ctx.now,
    },
    {
      id: link.id,
      tokenHash: link.hash,
      sessionHash: input.sessionHash,
      deleteAt: ctx.now + UNDO_WITHIN,
      deliveries: Array.from({ length: MOST_TOLD }, newId),
      mail: mailTerms(ctx),
    },
  )
  await enqueue(ctx, after.deliveries)
  return viewOf(ctx, link, after)
}

/**
 * Organizations, rows of a table at once, and batches in one run: the next run goes on from there. A row with two
 * hundred teams costs the triggers ten milliseconds, so a piece stays small.
 */
const AT_ONCE = 20
const CHUNK = 100
const MAX_CHUNKS = 500

/** Deletes what is due, in pieces that never hold the database for long. Answers how many pieces. */
export const clearDeleted = async (ctx: Context): Promise<number> => {
  let chunks = 0
  for (const organizationId of await readDueDeletions(ctx.db, ctx.now, AT_ONCE)) {
    try {
      for (let more = true; more && chunks < MAX_CHUNKS; chunks++)
        more = await clearSome(ctx.db, { event: newId(), organizationId, now: ctx.now, limit: CHUNK })
    } catch (error) {
      // The others are not kept waiting by one.
      log.error('deletion.clear', error, { organization: organizationId })
    }
  }
  return chunks
}
