import type { MailMessage } from '../bindings'
import type { Context } from '../context'
import { log } from '../log'
import { paths } from '../paths'
import { MAX_ATTEMPTS, retryDelay } from '../rules/backoff'
import { isReminder, type Letter, type MailContents, type MailKind } from '../rules/mails'
import { refuse } from '../rules/refusals'
import { mintToken, type TokenPurpose } from '../rules/tokens'
import {
  claimDeliveries,
  type Delivery,
  deliveryById,
  type Reminted,
  readMailbox,
  releaseDeliveries,
  remint,
  type Settlement,
  settleDeliveries,
  takeOverdue,
} from '../storage/deliveries'
import { linkKeys } from './links'

/** What Queues takes in one `sendBatch`. */
const BATCH = 100

/** What a mail carries of the deployment, frozen when it is queued. */
export const mailTerms = ({ settings }: Context) => ({ from: settings.mail.from, appUrl: settings.appUrl })

/** Enqueues deliveries already committed. A queue that refuses loses nothing: the cron enqueues what stays overdue. */
export const enqueue = async (ctx: Context, ids: readonly string[]): Promise<void> => {
  for (let at = 0; at < ids.length; at += BATCH) {
    try {
      await ctx.mail.sendBatch(
        ids.slice(at, at + BATCH).map((delivery): { body: MailMessage } => ({ body: { delivery } })),
      )
    } catch (error) {
      log.error('mail.enqueue', error, { deliveries: ids.length - at })
      return
    }
  }
}

/** What a secret link is for and where it leads; or the page that a mail without one leads to. */
type LinkOf<Kind extends MailKind> =
  | { purpose: TokenPurpose; path: (token: string, content: MailContents[Kind]) => string }
  | { purpose: null; page: (content: MailContents[Kind]) => string }

/** Where an account sets another password. */
const forgotOf = ({ slug }: { slug: string | null }): string =>
  slug === null ? paths.forgotPassword() : paths.organizationForgotPassword(slug)

/** The page of what somebody asked for; of several, where those stand first. */
const asked = ({ slug, invitationId }: MailContents['approval_request' | 'approval_answer']): string =>
  invitationId === null ? paths.invitations(slug, { sort: 'status' }) : paths.invitation(slug, invitationId)

const LINKS: { [Kind in MailKind]: LinkOf<Kind> } = {
  invitation: { purpose: 'invitation', path: paths.acceptInvitation },
  // The link that is out already: the same generation and key.
  reminder: { purpose: 'invitation', path: paths.acceptInvitation },
  second_reminder: { purpose: 'invitation', path: paths.acceptInvitation },
  organization_deletion: { purpose: 'organization-deletion', path: paths.deleteOrganization },
  deletion_notice: { purpose: null, page: ({ slug }) => paths.deletion(slug) },
  acceptance_notice: {
    purpose: null,
    page: ({ slug, userId, invitationId }) =>
      userId === null ? paths.invitation(slug, invitationId) : paths.member(slug, userId),
  },
  approval_request: { purpose: null, page: asked },
  approval_answer: { purpose: null, page: asked },
  expiry_digest: {
    purpose: null,
    page: ({ slug }) => paths.invitations(slug, { tab: 'outstanding', sort: 'expires' }),
  },
  password_reset: {
    purpose: 'password-reset',
    path: (token, { invitation }) => paths.resetPassword({ token, invitation }),
  },
  password_notice: { purpose: null, page: forgotOf },
  security_notice: { purpose: null, page: () => paths.accountSecurity() },
  address_change: { purpose: 'address-change', path: paths.confirmAddress },
  address_notice: { purpose: null, page: forgotOf },
}

type Subject = Pick<Delivery, 'subjectId' | 'generation' | 'keyId'>

/** The token of a purpose, signed as its subject's link is. */
const tokenFor = (ctx: Context, purpose: TokenPurpose, { subjectId, generation, keyId }: Subject): string => {
  const key = linkKeys(ctx).find((candidate) => candidate.id === keyId) ?? ctx.keys.current.link
  return mintToken(key, purpose, subjectId, generation).token
}

const pathOf = <Kind extends MailKind>(
  ctx: Context,
  kind: Kind,
  content: MailContents[Kind],
  subject: Subject,
): string => {
  const link: LinkOf<Kind> = LINKS[kind]
  return link.purpose === null ? link.page(content) : link.path(tokenFor(ctx, link.purpose, subject), content)
}

/** A delivery ready to be rendered: what is frozen in its row, and the links, secret ones derived again from its subject's key. */
const letterOf = (ctx: Context, { subjectId, generation, keyId, ...mail }: Delivery): Letter => {
  const { kind, content } = mail
  const subject = { subjectId, generation, keyId }
  return {
    ...mail,
    link: content.appUrl + pathOf(ctx, kind, content, subject),
    unsubscribe: isReminder(kind)
      ? content.appUrl + paths.unsubscribe(tokenFor(ctx, 'unsubscribe', subject))
      : null,
  }
}

/** The link of a delivery whose own key is gone, as the current key signs it. */
const takenOver = (ctx: Context, { kind, subjectId, generation, keyId, tokenHash }: Delivery): Reminted[] => {
  const { purpose } = LINKS[kind]
  if (purpose === null || tokenHash === null || linkKeys(ctx).some(({ id }) => id === keyId)) return []
  const { hash } = mintToken(ctx.keys.current.link, purpose, subjectId, generation)
  return [{ kind, subjectId, oldHash: tokenHash, hash }]
}

export type Claim =
  | { kind: 'send'; letter: Letter; attempts: number }
  /** Somebody else holds it, until `dueAt` (ms). */
  | { kind: 'wait'; dueAt: number }
  /**
   * Sent, failed, cancelled or unknown, or it waits for its next attempt, its day or for sending to be resumed: then the
   * message that made the last attempt comes back, or the cron enqueues it. Others would only multiply.
   */
  | { kind: 'over' }

/** Claims deliveries for sending; two round trips only when a link's own key is gone. */
export const claim = async (ctx: Context, ids: readonly string[]): Promise<Map<string, Claim>> => {
  const { deliveries, claimed } = await claimDeliveries(ctx.db, ids, MAX_ATTEMPTS, ctx.now)
  const orphans = deliveries.flatMap((delivery) => (claimed.has(delivery.id) ? takenOver(ctx, delivery) : []))
  if (orphans.length > 0) await remint(ctx.db, ctx.keys.current.link.id, orphans)
  return new Map(
    deliveries.map((delivery): [string, Claim] => {
      const { id, state, dueAt, attempts } = delivery
      if (claimed.has(id)) return [id, { kind: 'send', letter: letterOf(ctx, delivery), attempts }]
      return [id, state === 'sending' ? { kind: 'wait', dueAt } : { kind: 'over' }]
    }),
  )
}

/** What to write down of a mail that did not go: waiting for its next attempt, or failed for good after the last. */
export const afterRetry = (
  id: string,
  attempts: number,
  reason: string,
  askedSeconds: number | null,
  now: number,
): Settlement =>
  attempts >= MAX_ATTEMPTS
    ? { id, state: 'failed', attempts, reason: `Given up after ${attempts} attempts. ${reason}` }
    : { id, state: 'queued', attempts, reason, dueAt: now + retryDelay(attempts, askedSeconds) * 1000 }

export const settle = (ctx: Context, settlements: readonly Settlement[]): Promise<void> =>
  settlements.length > 0 ? settleDeliveries(ctx.db, settlements, ctx.now) : Promise.resolve()

export type { Settlement }

/** What dead letters name goes back to the cron; nothing is given up here. */
export const release = (ctx: Context, ids: readonly string[]): Promise<void> =>
  releaseDeliveries(ctx.db, ids, ctx.now)

/** What the slowest provider takes within the five minutes in which an enqueued mail is expected to be dealt with. */
const PACE = { least: 100, most: 500, inQueue: 1200 }

/** Enqueues what nobody has dealt with in time; safe to run twice at once. Answers how many. */
export const enqueueOverdue = async (ctx: Context): Promise<number> => {
  let enqueued = 0
  let taken = PACE.most
  while (taken === PACE.most) {
    const ids = await takeOverdue(ctx.db, ctx.now, PACE)
    await enqueue(ctx, ids)
    taken = ids.length
    enqueued += taken
  }
  return enqueued
}

export type MailboxLetter = Letter & Pick<Delivery, 'state' | 'createdAt' | 'reason'>

const ofMailbox = (ctx: Context, delivery: Delivery): MailboxLetter => {
  const { state, createdAt, reason } = delivery
  return { ...letterOf(ctx, delivery), state, createdAt, reason }
}

/** The latest mails as they would have been sent; development only, since they hold working links. */
export const readMailboxLetters = async (ctx: Context): Promise<MailboxLetter[]> => {
  if (!ctx.settings.development) refuse({ code: 'not_found' })
  return (await readMailbox(ctx.db, null, 100)).map((delivery) => ofMailbox(ctx, delivery))
}

export const readMailboxLetter = async (ctx: Context, id: string): Promise<MailboxLetter> => {
  if (!ctx.settings.development) refuse({ code: 'not_found' })
  const delivery = await deliveryById(ctx.db, id)
  return delivery ? ofMailbox(ctx, delivery) : refuse({ code: 'not_found' })
}
