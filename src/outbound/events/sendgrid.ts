import { createPublicKey, verify } from 'node:crypto'
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
  type Posted,
  reportOf,
  text,
  type Verdict,
} from './reader'

/**
 * SendGrid tries for 24 hours and does not say whether it signs each attempt anew. The signature covers the body, and
 * each event in it counts once, so that nothing is to be had from sending one again.
 */
const TOLERANCE_SECONDS = 25 * 3600

/** ECDSA over P-256 and SHA-256, of timestamp and body; the key is the one line that its console shows. */
const isSigned = (key: string, { headers, body }: Posted, now: number): boolean => {
  const timestamp = headers.get('x-twilio-email-event-webhook-timestamp') ?? ''
  const signature = headers.get('x-twilio-email-event-webhook-signature') ?? ''
  if (!isFresh(timestamp, now, TOLERANCE_SECONDS)) return false
  try {
    const der = Buffer.from(key.replace(/-----[^-]+-----/g, ''), 'base64')
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return verify(
      'sha256',
      Buffer.concat([Buffer.from(timestamp), body]),
      publicKey,
      Buffer.from(signature, 'base64'),
    )
  } catch {
    return false
  }
}

/** Why it did not even try: the address is known not to take mail. */
const DEAD = ['bounced address', 'invalid']

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const verdictOn = ({ event, type, reason, response }: Fields): Verdict | null => {
  switch (event) {
    case 'delivered':
      return DELIVERED
    // Of type `blocked` where the server refused this mail rather than the address.
    case 'bounce':
      return bounced(type === 'bounce' ? 'hard' : 'soft', reason, response)
    case 'dropped':
      return bounced(
        DEAD.includes(text(reason).toLowerCase()) ? 'hard' : 'soft',
        reason,
        'SendGrid dropped it.',
      )
    case 'spamreport':
      return complained()
    default:
      return null
  }
}

/** SendGrid's events, many in one body; custom arguments stand among their fields. */
export const sendgridEvents = (key: string): EventReader => ({
  name: 'sendgrid',
  label: 'SendGrid',
  read: (posted, now) => {
    if (!isSigned(key, posted, now)) return null
    const events = jsonOf(posted.body)
    return (Array.isArray(events) ? events : []).flatMap((one) => {
      const event = fields(one)
      const told = { event: text(event.sg_event_id), delivery: event.delivery, at: moment(event.timestamp) }
      return reportOf(told, verdictOn(event))
    })
  },
})
