import { canonicalAddress } from '../../rules/addresses'
import { type MailReport, reasonWords } from '../../rules/mail-events'
import { bounced, complained, DELIVERED, type Fields, fields, moment, text, type Verdict } from './reader'

const verdictOn = (type: string, payload: Fields): Verdict | null => {
  switch (type) {
    case 'cf.email.sending.message.delivered':
      return DELIVERED
    case 'cf.email.sending.message.bounced': {
      const bounce = fields(payload.bounce)
      return bounced(
        bounce.type === 'hard' ? 'hard' : 'soft',
        bounce.reason,
        fields(payload.delivery).smtpResponse,
      )
    }
    case 'cf.email.sending.message.complained':
      return complained()
    // Refused before it left: an address on the suppression list, or a mail against its rules.
    case 'cf.email.sending.message.rejected': {
      const { reason, detail } = fields(payload.rejection)
      return bounced(reason === 'suppressed' ? 'hard' : 'soft', detail, reason)
    }
    case 'cf.email.sending.message.failed':
      return bounced('soft', fields(payload.failure).reason, 'Cloudflare could not send it.')
    default:
      return null
  }
}

/**
 * The report in a message that Cloudflare Email Service put into a queue, or null
 * (https://developers.cloudflare.com/email-service/platform/event-subscriptions/). Nothing of ours goes along with a
 * mail there: it is known by what Cloudflare calls it.
 */
export const cloudflareReport = (message: unknown): MailReport | null => {
  const { type, payload, metadata } = fields(message)
  const mail = fields(payload)
  const [event, providerId] = [text(mail.eventId), text(mail.messageId)]
  const at = moment(fields(metadata).eventTimestamp)
  const verdict = verdictOn(text(type), mail)
  if (!verdict || event === '' || providerId === '' || at === null) return null
  return {
    event,
    mail: { providerId, address: canonicalAddress(text(mail.recipient)) },
    state: verdict.state,
    bounce: verdict.bounce,
    reason: reasonWords(verdict.reason),
    at,
  }
}
