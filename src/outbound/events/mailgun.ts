import { createHmac } from 'node:crypto'
import {
  bounced,
  complained,
  DELIVERED,
  type EventReader,
  type Fields,
  fields,
  isFresh,
  jsonOf,
  moment,
  reportOf,
  same,
  text,
  type Verdict,
} from './reader'

/**
 * Mailgun tries for 8 hours, with the signature of the first attempt. It covers a token and no body: each token is good
 * for one report.
 */
const TOLERANCE_SECONDS = 9 * 3600

const isSigned = (key: string, signature: Fields, now: number): boolean => {
  const [timestamp, token] = [text(signature.timestamp), text(signature.token)]
  if (token === '' || !isFresh(timestamp, now, TOLERANCE_SECONDS)) return false
  const expected = createHmac('sha256', key).update(timestamp).update(token).digest()
  // The second is of the account above, where a subaccount sent the mail.
  return [signature.signature, signature['parent-signature']].some((one) =>
    same(Buffer.from(text(one), 'hex'), expected),
  )
}

/** Of failures for good: those that say of the address that it takes no mail. */
const DEAD = ['bounce', 'suppress-bounce']

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-types */
const verdictOn = (data: Fields): Verdict | null => {
  const status = fields(data['delivery-status'])
  switch (data.event) {
    case 'delivered':
      return DELIVERED
    case 'failed':
      if (data.severity !== 'permanent') return null
      return bounced(
        DEAD.includes(text(data.reason)) ? 'hard' : 'soft',
        status.message,
        status.description,
        'Mailgun gave up delivering it.',
      )
    case 'rejected':
      return bounced('soft', fields(data.reject).reason, 'Mailgun rejected it.')
    case 'complained':
      return complained()
    default:
      return null
  }
}

/** Mailgun's events (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks). */
export const mailgunEvents = (key: string): EventReader => ({
  name: 'mailgun',
  label: 'Mailgun',
  read: ({ body }, now) => {
    const posted = fields(jsonOf(body))
    const signature = fields(posted.signature)
    if (!isSigned(key, signature, now)) return null
    const data = fields(posted['event-data'])
    const at = moment(data.timestamp)
    // Ids of events are unique within a day.
    const event = text(data.id) && `${text(data.id)} ${at}`
    const { delivery } = fields(data['user-variables'])
    return reportOf({ event, delivery, at, nonce: text(signature.token) }, verdictOn(data))
  },
})
