import type { Context } from '../context'
import { log } from '../log'
import type { MailReport } from '../rules/mail-events'
import { takeReports } from '../usecases/mail-events'

const CLOUDFLARE = { name: 'cloudflare', label: 'Cloudflare Email Service' }

/** Seconds after which a message is looked at again: the mail's own row may not name it yet. */
const AGAIN = 30
/** A mail that is not there by then is none of ours. */
const MOST_LOOKS = 5

/**
 * Takes what Cloudflare Email Service reports, which comes in a queue of the same account instead of to a webhook.
 * One write for a batch; what cannot be a report is done with.
 */
export const takeMailEvents = async (batch: MessageBatch<unknown>, ctx: Context): Promise<void> => {
  const found: { message: Message<unknown>; report: MailReport }[] = []
  for (const message of batch.messages) {
    const report = ctx.mailEvents.queued(message.body)
    if (report) found.push({ message, report })
    else message.ack()
  }
  let unknown: MailReport[]
  try {
    unknown = await takeReports(
      ctx,
      CLOUDFLARE,
      found.map(({ report }) => report),
    )
  } catch (error) {
    log.error('mail.events', error, { messages: found.length })
    for (const { message } of found) message.retry({ delaySeconds: AGAIN })
    return
  }
  const events = unknown.map(({ event }) => event)
  for (const { message, report } of found) {
    if (events.includes(report.event) && message.attempts < MOST_LOOKS) message.retry({ delaySeconds: AGAIN })
    else message.ack()
  }
}
