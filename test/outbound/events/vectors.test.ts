import { createHmac } from 'node:crypto'
import { EventWebhook } from '@sendgrid/eventwebhook'
import type { DomainEvent } from 'mailgun.js/definitions'
import type { Models } from 'postmark'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { mailgunEvents } from '../../../src/outbound/events/mailgun'
import { postmarkEvents } from '../../../src/outbound/events/postmark'
import type { EventReader } from '../../../src/outbound/events/reader'
import { resendEvents } from '../../../src/outbound/events/resend'
import { sendgridEvents } from '../../../src/outbound/events/sendgrid'
import { POSTS, type Post, PROOFS, postmarkPost, resendPost, sendgridPost } from '../../support/mail-events'
import { START } from '../../support/world'

const read = (reader: EventReader, { body, headers }: Post, now = START) =>
  reader.read({ headers: new Headers(headers), body: Buffer.from(body) }, now)

describe('the libraries of Svix and Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const reader = resendEvents(secret)
  const body =
    '{"type":"email.delivered","created_at":"2026-03-01T12:00:00.000Z","data":{"tags":{"delivery":"id – ü"}}}'

  test.each([
    ['svix', new Webhook(secret)],
    ['webhook', new StandardWebhook(secret)],
  ] as const)('%s sign what we take', (prefix, library) => {
    const headers = {
      [`${prefix}-id`]: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      [`${prefix}-timestamp`]: String(START / 1000),
      [`${prefix}-signature`]: library.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(START), body),
    }
    expect(read(reader, { body, headers })).toEqual([
      {
        event: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        mail: { delivery: 'id – ü' },
        state: 'delivered',
        bounce: null,
        reason: null,
        at: START,
      },
    ])
    expect(read(reader, { body: `${body} `, headers })).toBeNull()
    expect(read(resendEvents('whsec_AAAA'), { body, headers })).toBeNull()
  })

  test('take and refuse what we take and refuse', () => {
    // Their own clock decides there.
    const now = Date.now()
    const signed = resendPost(body, { id: 'msg_1', now })
    const library = new Webhook(secret)
    const cases: [Post, boolean][] = [
      [signed, true],
      [{ ...signed, body: body.replace('id', 'ID') }, false],
      [{ ...signed, headers: { ...signed.headers, 'svix-id': 'msg_2' } }, false],
      [
        {
          ...signed,
          headers: { ...signed.headers, 'svix-signature': `v1,AAAA ${signed.headers['svix-signature']}` },
        },
        true,
      ],
      [{ ...signed, headers: { ...signed.headers, 'svix-signature': 'v1,AAAA' } }, false],
      [resendPost(body, { id: 'msg_1', now: now - 301_000 }), false],
      [resendPost(body, { id: 'msg_1', now: now + 310_000 }), false],
    ]
    for (const [post, taken] of cases) {
      expect(read(reader, post, now) !== null).toBe(taken)
      const verify = () => library.verify(post.body, post.headers)
      if (taken) expect(verify).not.toThrow()
      else expect(verify).toThrow()
    }
  })
})

describe('the library of SendGrid', () => {
  // Twilio's own example of a signed request.
  const KEY =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='
  const library = new EventWebhook()
  const libraryTakes = (post: Post, key: string): boolean => {
    try {
      return library.verifySignature(
        library.convertPublicKeyToECDSA(key),
        post.body,
        post.headers['X-Twilio-Email-Event-Webhook-Signature'] ?? '',
        post.headers['X-Twilio-Email-Event-Webhook-Timestamp'] ?? '',
      )
    } catch {
      return false
    }
  }

  test('takes and refuses what we take and refuse', () => {
    const key = PROOFS.SENDGRID_WEBHOOK_KEY
    const reader = sendgridEvents(key)
    const body =
      '[{"email":"hello@world.com","event":"delivered","delivery":"ü","sg_event_id":"x","timestamp":1772366400}]\r\n'
    const post = sendgridPost(body, { now: START })
    const cases: [Post, string, boolean][] = [
      [post, key, true],
      [{ ...post, body: body.trim() }, key, false],
      [
        {
          ...post,
          headers: { ...post.headers, 'X-Twilio-Email-Event-Webhook-Timestamp': String(START / 1000 + 1) },
        },
        key,
        false,
      ],
      [
        { ...post, headers: { ...post.headers, 'X-Twilio-Email-Event-Webhook-Signature': 'MEUCIGHQVtGj' } },
        key,
        false,
      ],
      [post, KEY, false],
    ]
    for (const [one, by, taken] of cases) {
      expect(libraryTakes(one, by)).toBe(taken)
      expect(read(sendgridEvents(by), one) !== null).toBe(taken)
    }
    expect(read(reader, post)).toMatchObject([{ mail: { delivery: 'ü' }, at: START }])
    expect(read(sendgridEvents('no key'), post)).toBeNull()
    const pem = `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`
    expect(read(sendgridEvents(pem), post)).toHaveLength(1)
  })
})

describe('Mailgun', () => {
  // As its documentation has it signed: a hexadecimal HMAC-SHA-256 of timestamp and token, one after the other.
  const signature = (
    key: string,
    timestamp = String(START / 1000),
    token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123',
  ) => ({
    timestamp,
    token,
    signature: createHmac('sha256', key).update(timestamp.concat(token)).digest('hex'),
  })
  // Typed by Mailgun's own library.
  const data: Partial<DomainEvent> = {
    id: 'CPgfbmQMTCKtHW6uIWtuVe',
    event: 'delivered',
    timestamp: 1772366400.5,
    'user-variables': { delivery: 'id' },
  }
  const post = (sealed: object, event: object = data): Post => ({
    headers: {},
    body: JSON.stringify({ signature: sealed, 'event-data': event }),
  })

  test('signs for the account or for the one above it', () => {
    const reader = mailgunEvents('key')
    expect(read(reader, post(signature('key')))).toMatchObject([
      {
        mail: { delivery: 'id' },
        at: START + 500,
        nonce: 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123',
      },
    ])
    const above = { ...signature('another'), 'parent-signature': signature('key').signature }
    expect(read(reader, post(above))).toHaveLength(1)
    expect(read(reader, post(signature('another')))).toBeNull()
    expect(read(reader, post({ ...signature('key'), token: 'another' }))).toBeNull()
    expect(read(reader, post({ ...signature('key'), signature: '' }))).toBeNull()
  })

  test.each([
    [{ event: 'failed', severity: 'temporary', reason: 'generic' }, null],
    [{ event: 'failed', severity: 'permanent', reason: 'suppress-bounce' }, 'hard'],
    [{ event: 'failed', severity: 'permanent', reason: 'bounce' }, 'hard'],
    [{ event: 'failed', severity: 'permanent', reason: 'old' }, 'soft'],
    [{ event: 'failed', severity: 'permanent', reason: 'suppress-unsubscribe' }, 'soft'],
    [{ event: 'rejected', reject: { reason: 'Too large' } }, 'soft'],
    [{ event: 'opened' }, null],
  ])('%j is a bounce: %s', (event, bounce) => {
    const reports = read(mailgunEvents('key'), post(signature('key'), { ...data, ...event }))
    expect(reports?.map((one) => one.bounce) ?? null).toEqual(bounce ? [bounce] : [])
  })
})

describe('Postmark', () => {
  const reader = postmarkEvents({ user: 'postmark', password: PROOFS.POSTMARK_WEBHOOK_PASSWORD })
  // Typed by Postmark's own library.
  const bounce: Partial<Models.BounceWebhook> = {
    RecordType: 'Bounce',
    ID: 42,
    Type: 'HardBounce',
    TypeCode: 1,
    MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
    Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
    Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
    Email: 'john@example.com',
    BouncedAt: '2026-03-01T08:00:00.2735393-04:00',
  }
  const told = (event: object) =>
    read(reader, postmarkPost(JSON.stringify({ ...event, Metadata: { delivery: 'id' } })))

  test('tells a moment of its own time zone, and the server’s words before its own', () => {
    expect(told(bounce)).toEqual([
      {
        event: 'Bounce 42',
        mail: { delivery: 'id' },
        state: 'bounced',
        bounce: 'hard',
        reason: bounce.Details,
        at: START + 273,
      },
    ])
  })

  test.each([
    ['HardBounce', 'hard'],
    ['BadEmailAddress', 'hard'],
    ['ManuallyDeactivated', 'hard'],
    ['SoftBounce', 'soft'],
    ['Blocked', 'soft'],
    ['DMARCPolicy', 'soft'],
    ['Transient', undefined],
    ['AutoResponder', undefined],
    ['Subscribe', undefined],
    ['Unknown', undefined],
  ])('a bounce of type %s is %s', (Type, expected) => {
    expect(told({ ...bounce, Type })?.[0]?.bounce).toBe(expected)
  })

  test('a bounce that is a complaint is one', () => {
    expect(told({ ...bounce, Type: 'SpamComplaint' })).toMatchObject([{ state: 'complained' }])
  })
})

describe('SendGrid and Resend', () => {
  test.each([
    [{ event: 'bounce', type: 'bounce', reason: '550 5.1.1' }, 'hard'],
    [{ event: 'bounce', type: 'blocked', reason: '550 5.7.1' }, 'soft'],
    [{ event: 'dropped', reason: 'Bounced Address' }, 'hard'],
    [{ event: 'dropped', reason: 'Invalid' }, 'hard'],
    [{ event: 'dropped', reason: 'Unsubscribed Address' }, 'soft'],
    [{ event: 'deferred', response: '451' }, undefined],
    [{ event: 'processed' }, undefined],
  ])('%j is a bounce: %s', (event, expected) => {
    const body = JSON.stringify([{ sg_event_id: 'x', timestamp: START / 1000, delivery: 'id', ...event }])
    expect(
      read(sendgridEvents(PROOFS.SENDGRID_WEBHOOK_KEY), sendgridPost(body, { now: START }))?.[0]?.bounce,
    ).toBe(expected)
  })

  test.each([
    ['email.bounced', { bounce: { type: 'Permanent', subType: 'General', message: 'No' } }, 'hard'],
    ['email.bounced', { bounce: { type: 'Transient', subType: 'MailboxFull', message: 'Full' } }, 'soft'],
    ['email.bounced', { bounce: { type: 'Undetermined' } }, 'soft'],
    ['email.suppressed', {}, 'hard'],
    ['email.failed', { failed: { reason: 'reached_daily_quota' } }, 'soft'],
    ['email.sent', {}, undefined],
    ['email.opened', {}, undefined],
  ])('%s %j is a bounce: %s', (type, data, expected) => {
    const tags = [
      { name: 'other', value: 'x' },
      { name: 'delivery', value: 'id' },
    ]
    const body = JSON.stringify({ type, created_at: new Date(START).toISOString(), data: { ...data, tags } })
    const post = resendPost(body, { id: 'msg_1', now: START })
    expect(read(resendEvents(PROOFS.RESEND_WEBHOOK_SECRET), post)?.[0]?.bounce).toBe(expected)
  })

  test('what names no delivery is no report', () => {
    const post = POSTS.resend({ delivery: '', state: 'delivered', at: START }, START)
    expect(read(resendEvents(PROOFS.RESEND_WEBHOOK_SECRET), post)).toEqual([])
  })
})
