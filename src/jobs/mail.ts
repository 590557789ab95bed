import { renderMail } from '../../views/mail/letter'
import type { Context, Ports } from '../context'
import { log } from '../log'
import { delayUntil, retryDelay } from '../rules/backoff'
import { afterRetry, type Claim, claim, release, type Settlement, settle } from '../usecases/deliveries'

export type Carrier = { provider: ReturnType<Ports['mailProvider']>; pause: Ports['pause'] }

/** Seconds after which a batch whose claims could not be read or written is tried again. */
const AGAIN = 30

type Sent = { settlement: Settlement; retryIn: number | null }

const send = async (
  ctx: Context,
  { provider }: Carrier,
  { letter, attempts }: Extract<Claim, { kind: 'send' }>,
): Promise<Sent> => {
  const { id } = letter
  const result = await provider.send({ id, ...renderMail(letter) })
  if (result.kind === 'sent')
    return {
      settlement: { id, state: 'sent', provider: provider.name, providerId: result.providerId },
      retryIn: null,
    }
  if (result.kind === 'failed')
    return { settlement: { id, state: 'failed', attempts, reason: result.reason }, retryIn: null }
  const settlement = afterRetry(id, attempts, result.reason, result.afterSeconds, ctx.now)
  return {
    settlement,
    retryIn: settlement.state === 'queued' ? retryDelay(attempts, result.afterSeconds) : null,
  }
}

/** The delivery that a message names, or null where it names none: queues deliver what anybody put there. */
const deliveryIn = (body: unknown): string | null =>
  typeof body === 'object' && body !== null && 'delivery' in body && typeof body.delivery === 'string'
    ? body.delivery
    : null

/** The messages of each delivery. One that names none could only be retried in vain: it is acked and logged. */
const byDelivery = ({ messages }: MessageBatch<unknown>): Map<string, Message<unknown>[]> => {
  const found = new Map<string, Message<unknown>[]>()
  for (const message of messages) {
    const id = deliveryIn(message.body)
    if (id !== null) found.set(id, [...(found.get(id) ?? []), message])
    else {
      log.error('mail.message', new Error('a message names no delivery'), { message: message.id })
      message.ack()
    }
  }
  return found
}

/** How long to wait, in ms, before what became of mails is written down once more. */
const ONCE_MORE = [1000, 5000]

/**
 * What was sent but not written down would be sent again, and not every provider knows a mail by its id: a database
 * that fails gets another two chances.
 */
const settleAtLast = async (ctx: Context, { pause }: Carrier, settlements: readonly Settlement[]) => {
  for (const ms of ONCE_MORE) {
    try {
      return await settle(ctx, settlements)
    } catch (error) {
      log.error('mail.settle_again', error, { deliveries: settlements.length })
      await pause(ms)
    }
  }
  return settle(ctx, settlements)
}

/**
 * Sends a batch of deliveries: one claim, one call a mail at the provider's pace, one write of how it went.
 * Each message is acked or retried on its own, whatever becomes of the others.
 */
export const deliverMail = async (
  batch: MessageBatch<unknown>,
  ctx: Context,
  carrier: Carrier,
): Promise<void> => {
  const byId = byDelivery(batch)
  if (byId.size === 0) return
  let claims: Map<string, Claim>
  try {
    claims = await claim(ctx, [...byId.keys()])
  } catch (error) {
    log.error('mail.claim', error, { deliveries: byId.size })
    for (const message of [...byId.values()].flat()) message.retry({ delaySeconds: AGAIN })
    return
  }
  const answers: { messages: Message<unknown>[]; retryIn: number | null }[] = []
  const settlements: Settlement[] = []
  const gap = carrier.provider.perSecond === null ? 0 : 1000 / carrier.provider.perSecond
  let sent = 0
  for (const [id, messages] of byId) {
    const found = claims.get(id) ?? { kind: 'over' as const }
    if (found.kind === 'over') answers.push({ messages, retryIn: null })
    else if (found.kind === 'wait') answers.push({ messages, retryIn: delayUntil(found.dueAt, ctx.now) })
    else {
      if (sent++ > 0 && gap > 0) await carrier.pause(gap)
      try {
        const { settlement, retryIn } = await send(ctx, carrier, found)
        settlements.push(settlement)
        answers.push({ messages, retryIn })
      } catch (error) {
        // A mail that cannot even be rendered must not sink the others; its lease runs out and it is tried again.
        log.error('mail.send', error, { delivery: id })
        settlements.push(afterRetry(id, found.attempts, 'The mail could not be made', null, ctx.now))
        answers.push({ messages, retryIn: retryDelay(found.attempts, null) })
      }
    }
  }
  try {
    await settleAtLast(ctx, carrier, settlements)
  } catch (error) {
    // What was sent stays claimed until its lease ends; the provider knows the delivery's id and sends no second mail.
    log.error('mail.settle', error, { deliveries: settlements.length })
    for (const { messages } of answers) for (const message of messages) message.retry({ delaySeconds: AGAIN })
    return
  }
  for (const { messages, retryIn } of answers) {
    const [first, ...repeats] = messages
    if (retryIn === null) first?.ack()
    else first?.retry({ delaySeconds: retryIn })
    for (const repeat of repeats) repeat.ack()
  }
}

/** Dead letters: the row stays what it is, and the cron enqueues it again. */
export const releaseDead = async (batch: MessageBatch<unknown>, ctx: Context): Promise<void> => {
  await release(ctx, [...byDelivery(batch).keys()])
  log.error('mail.dead', new Error('messages reached the dead-letter queue'), {
    messages: batch.messages.length,
  })
}
