import type { OrganizationContext } from '../context'
import { refuse } from '../rules/refusals'
import { claimTest } from '../storage/test-mail'
import { authorise } from './authorise'
import { actorIntent, changing, newId } from './changes'

export const TESTS_PER_HOUR = 5

/** The words of a test mail, ready to leave. */
export type TestMail = {
  from: string
  to: string
  subject: string
  html: string
  text: string
  headers: Record<string, string>
}

/** What became of it, with the provider's own answer where it was asked. */
export type TestOutcome =
  | { kind: 'accepted'; id: string | null }
  | { kind: 'refused'; answer: string }
  /** In development: nothing leaves. */
  | { kind: 'kept' }
  | { kind: 'limited' }
  /** The same press again: it was sent the first time. */
  | { kind: 'repeated' }

/**
 * Sends one mail to the person who asks, past the queue: a single call, whose answer they wait for.
 * @throws Refused forbidden, read_only_key
 */
export const sendTestMail = async (
  ctx: OrganizationContext,
  input: { change: string; mail: TestMail },
): Promise<TestOutcome> => {
  authorise(ctx, 'settings:manage', 'write')
  const { actor, provider } = ctx
  if (actor.kind !== 'user') return refuse({ code: 'forbidden', permission: 'settings:manage' })
  const id = newId()
  const { won, done, actorMay } = await claimTest(ctx.db, {
    event: newId(),
    ...changing(ctx, actorIntent(ctx, input.change, 'test-mail')),
    mail: { id, to: actor.address, provider: provider.label },
    perHour: TESTS_PER_HOUR,
  })
  if (!actorMay) return refuse({ code: 'forbidden', permission: 'settings:manage' })
  if (!won) return { kind: done ? 'repeated' : 'limited' }
  if (ctx.settings.mail.provider === 'mailbox') return { kind: 'kept' }
  const result = await provider.send({ ...input.mail, id, to: actor.address })
  return result.kind === 'sent'
    ? { kind: 'accepted', id: result.providerId }
    : { kind: 'refused', answer: result.reason }
}
