import { createHmac } from 'node:crypto'
import {
  bounced,
  complained,
  DELIVERED,
  type EventReader,
  fields,
  isFresh,
  jsonOf,
  moment,
  type Posted,
  reportOf,
  same,
  text,
  type Verdict,
} from './reader'

/** Of Standard Webhooks (https://www.standardwebhooks.com); each attempt is signed anew. */
const TOLERANCE_SECONDS = 300

/** Base64 after `whsec_`; several signatures stand side by side while a secret is changed. */
const isSigned = (secret: string, { headers, body }: Posted, now: number): boolean => {
  const [id = '', timestamp = '', signatures = ''] = ['id', 'timestamp', 'signature'].map(
    (name) => headers.get(`svix-${name}`) ?? headers.get(`webhook-${name}`) ?? '',
  )
  if (id === '' || !isFresh(timestamp, now, TOLERANCE_SECONDS)) return false
  const expected = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest()
  return signatures.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',')
    return version === 'v1' && same(Buffer.from(signature, 'base64'), expected)
  })
}

/** https://resend.com/docs/webhooks/event-types */
const verdictOn = (type: string, data: Record<string, unknown>): Verdict | null => {
  switch (type) {
    case 'email.delivered':
      return DELIVERED
    case 'email.bounced': {
      const bounce = fields(data.bounce)
      const [diagnostic] = Array.isArray(bounce.diagnosticCode) ? bounce.diagnosticCode : []
      return bounced(bounce.type === 'Permanent' ? 'hard' : 'soft', diagnostic, bounce.message)
    }
    case 'email.complained':
      return complained()
    // An address on its suppression list, which bounced before.
    case 'email.suppressed':
      return bounced('hard', fields(data.suppressed).message, 'Resend no longer sends to this address.')
    case 'email.failed':
      return bounced('soft', fields(data.failed).reason, 'Resend could not send it.')
    default:
      return null
  }
}

/** Tags come as an object, and in older events as a list. */
const tagIn = (tags: unknown): unknown =>
  Array.isArray(tags)
    ? fields(tags.find((tag) => fields(tag).name === 'delivery')).value
    : fields(tags).delivery

/** Resend's events, which Svix signs and sends (https://resend.com/docs/webhooks/verify-webhooks-requests). */
export const resendEvents = (secret: string): EventReader => ({
  name: 'resend',
  label: 'Resend',
  read: (posted, now) => {
    if (!isSigned(secret, posted, now)) return null
    const { type, created_at: createdAt, data } = fields(jsonOf(posted.body))
    const mail = fields(data)
    const event = posted.headers.get('svix-id') ?? posted.headers.get('webhook-id') ?? ''
    return reportOf({ event, delivery: tagIn(mail.tags), at: moment(createdAt) }, verdictOn(text(type), mail))
  },
})
