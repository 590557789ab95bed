import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { Webhook } from 'svix'
import type { MailReport } from '../../src/rules/mail-events'
import type { Company } from './cast'
import { rows, run, START, type World } from './world'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** What proves events in tests: each provider's as its console shows it. */
export const PROOFS = {
  RESEND_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  POSTMARK_WEBHOOK_USER: 'postmark',
  POSTMARK_WEBHOOK_PASSWORD: 'a password for postmark',
  SENDGRID_WEBHOOK_KEY: keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  MAILGUN_WEBHOOK_KEY: 'key-of-mailgun-webhooks',
}

/** A report as a test wants it told: of a delivery by its id, at a moment in ms. */
export type Event = {
  delivery: string
  state: MailReport['state']
  bounce?: 'hard' | 'soft'
  reason?: string
  at: number
  /** The provider's id of the event; told again, it has the same. */
  id?: string
}

export type Post = { body: string; headers: Record<string, string> }

let count = 0
const idOf = ({ id }: Event): string => id ?? `event-${++count}`

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Signed by Svix's own library, which is what Resend sends with. */
export const resendPost = (
  body: string,
  { id, now, secret = PROOFS.RESEND_WEBHOOK_SECRET }: { id: string; now: number; secret?: string },
): Post => ({
  body,
  headers: {
    ...JSON_TYPE,
    'svix-id': id,
    'svix-timestamp': String(Math.floor(now / 1000)),
    'svix-signature': new Webhook(secret).sign(id, new Date(now), body),
  },
})

export const sendgridPost = (
  body: string,
  { now, key = keys.privateKey }: { now: number; key?: typeof keys.privateKey },
): Post => {
  const timestamp = String(Math.floor(now / 1000))
  return {
    body,
    headers: {
      ...JSON_TYPE,
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
      'X-Twilio-Email-Event-Webhook-Signature': sign('sha256', Buffer.from(timestamp + body), key).toString(
        'base64',
      ),
    },
  }
}

export const mailgunSignature = ({
  now,
  token,
  key = PROOFS.MAILGUN_WEBHOOK_KEY,
}: {
  now: number
  token: string
  key?: string
}) => {
  const timestamp = String(Math.floor(now / 1000))
  return {
    timestamp,
    token,
    signature: createHmac('sha256', key)
      .update(timestamp + token)
      .digest('hex'),
  }
}

export const postmarkPost = (body: string, password = PROOFS.POSTMARK_WEBHOOK_PASSWORD): Post => ({
  body,
  headers: { ...JSON_TYPE, Authorization: `Basic ${Buffer.from(`postmark:${password}`).toString('base64')}` },
})

const RESEND_TYPES = {
  delivered: 'email.delivered',
  bounced: 'email.bounced',
  complained: 'email.complained',
}
const SENDGRID_EVENTS = { delivered: 'delivered', bounced: 'bounce', complained: 'spamreport' }
const MAILGUN_EVENTS = { delivered: 'delivered', bounced: 'failed', complained: 'complained' }
const POSTMARK_TYPES = { delivered: 'Delivery', bounced: 'Bounce', complained: 'SpamComplaint' }

const sendgridEvent = (event: Event) => ({
  email: 'jane@example.com',
  sg_event_id: idOf(event),
  timestamp: event.at / 1000,
  event: SENDGRID_EVENTS[event.state],
  ...(event.state === 'bounced' && {
    type: event.bounce === 'hard' ? 'bounce' : 'blocked',
    reason: event.reason,
  }),
  delivery: event.delivery,
})

/** How each provider posts a report, proven and as of `now`. */
export const POSTS = {
  resend: (event: Event, now: number): Post => {
    const id = idOf(event)
    const bounce = { type: event.bounce === 'hard' ? 'Permanent' : 'Transient', message: event.reason }
    const data = {
      email_id: 'resend-mail',
      tags: { delivery: event.delivery },
      ...(event.state === 'bounced' && { bounce }),
    }
    const body = { type: RESEND_TYPES[event.state], created_at: new Date(event.at).toISOString(), data }
    return resendPost(JSON.stringify(body), { id, now })
  },
  sendgrid: (event: Event, now: number): Post =>
    sendgridPost(JSON.stringify([sendgridEvent(event)]), { now }),
  mailgun: (event: Event, now: number): Post => {
    const id = idOf(event)
    return {
      headers: JSON_TYPE,
      body: JSON.stringify({
        signature: mailgunSignature({ now, token: `token of ${id}` }),
        'event-data': {
          id,
          event: MAILGUN_EVENTS[event.state],
          timestamp: event.at / 1000,
          'user-variables': { delivery: event.delivery },
          ...(event.state === 'bounced' && {
            severity: 'permanent',
            reason: event.bounce === 'hard' ? 'bounce' : 'generic',
            'delivery-status': { message: event.reason },
          }),
        },
      }),
    }
  },
  postmark: (event: Event): Post => {
    const at = new Date(event.at).toISOString()
    count++
    return postmarkPost(
      JSON.stringify({
        RecordType: POSTMARK_TYPES[event.state],
        ...(event.state === 'delivered' ? { DeliveredAt: at } : { ID: 4711 + count, BouncedAt: at }),
        ...(event.id && event.state !== 'delivered' && { ID: Number(event.id.replace(/\D/g, '')) }),
        MessageID: `message-${event.id ?? count}`,
        Type: event.state === 'bounced' ? (event.bounce === 'hard' ? 'HardBounce' : 'SoftBounce') : undefined,
        Details: event.reason,
        Metadata: { delivery: event.delivery },
      }),
    )
  },
} as const
export type WebhookProvider = keyof typeof POSTS

/** Many reports in one body, as SendGrid posts them. */
export const sendgridBatch = (events: readonly Event[], now: number): Post =>
  sendgridPost(JSON.stringify(events.map(sendgridEvent)), { now })

export const postEvents = (world: World, provider: string, { body, headers }: Post): Promise<Response> =>
  // No browser: neither an origin nor a cookie.
  world.fetch(`/webhooks/mail/${provider}`, { method: 'POST', body, headers: { Origin: '', ...headers } })

/** Has a provider report something now. */
export const report = (world: World, event: Event, provider: WebhookProvider = 'resend'): Promise<Response> =>
  postEvents(world, provider, POSTS[provider](event, world.clock.now))

export type ReportedRow = {
  id: string
  state: string
  bounce: string | null
  reason: string | null
  reported_at: number | null
  delivered_at: number | null
  provider: string | null
  provider_id: string | null
  sent_at: number | null
}

export const deliveryRow = async (id: string): Promise<ReportedRow> => {
  const [row] = await rows<ReportedRow>(
    `select id, state, bounce, reason, reported_at, delivered_at, provider, provider_id, sent_at from delivery where id = ?`,
    id,
  )
  if (!row) throw new Error(`There is no delivery ${id}`)
  return row
}

type Sent = { state: string; bounce: string | null; kind: string; sentAt: number; createdAt: number }

/** Writes mails of a company straight into the database, handed over now unless said otherwise; answers their ids. */
export const addMails = async (
  company: Company,
  count: number,
  values: Partial<Sent> = {},
): Promise<string[]> => {
  const { state = 'sent', bounce = null, kind = 'invitation', sentAt = START } = values
  const ids = Array.from({ length: count }, () => crypto.randomUUID())
  await run(
    `insert into delivery (id, organization_id, kind, subject_id, generation, address, content, state, bounce, due_at, sent_at, created_at)
      select value, ?, ?, value, 1, value || '@example.com', '{}', ?, ?, ?, ?, ? from json_each(?)`,
    company.id,
    kind,
    state,
    bounce,
    sentAt,
    sentAt,
    values.createdAt ?? sentAt,
    JSON.stringify(ids),
  )
  return ids
}

/** What an organization's row says of its sending. */
export const sendingOf = async (company: Company) =>
  (
    await rows<{ at: number | null; reason: string | null }>(
      'select sending_paused_at as at, sending_paused_for as reason from organization where id = ?',
      company.id,
    )
  )[0]
