import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/rules/dates'
import { addCast, type Cast, inviteAndMail } from '../support/cast'
import { counting } from '../support/counting'
import { everyRow } from '../support/dump'
import { breakBatch, logged } from '../support/faults'
import { deliveryTo, shownMail } from '../support/mail'
import {
  deliveryRow,
  mailgunSignature,
  POSTS,
  type Post,
  PROOFS,
  postEvents,
  postmarkPost,
  report,
  resendPost,
  sendgridBatch,
  type WebhookProvider,
} from '../support/mail-events'
import { createWorld, rows, START, type World } from '../support/world'

const JANE = 'jane@example.com'
const PROVIDERS = ['resend', 'sendgrid', 'mailgun', 'postmark'] as const satisfies WebhookProvider[]

let world: World
let cast: Cast
let jane: string

beforeEach(async () => {
  world = createWorld(PROOFS)
  cast = await addCast()
  await inviteAndMail(world, cast.admin, JANE)
  jane = (await deliveryTo(JANE)).id
  world.clock.now += HOUR
})

const now = () => world.clock.now

describe.each(PROVIDERS)('what %s reports', (provider) => {
  test('reaches the delivery and the invitation', async () => {
    const at = now() - MINUTE
    const answer = await report(world, { delivery: jane, state: 'delivered', at }, provider)
    expect(answer.status).toBe(200)
    expect(await deliveryRow(jane)).toMatchObject({ state: 'delivered', reported_at: at, delivered_at: at })
    expect(await shownMail(JANE)).toEqual({ mail_state: 'delivered', mail_reason: null })

    const bounce = {
      delivery: jane,
      state: 'bounced',
      bounce: 'hard',
      reason: '550 5.1.1 No such user',
      at: now(),
    } as const
    expect((await report(world, bounce, provider)).status).toBe(200)
    expect(await deliveryRow(jane)).toMatchObject({ state: 'bounced', bounce: 'hard', reported_at: now() })
    expect(await shownMail(JANE)).toEqual({ mail_state: 'bounced', mail_reason: '550 5.1.1 No such user' })

    const soft = {
      delivery: jane,
      state: 'bounced',
      bounce: 'soft',
      reason: 'Mailbox full',
      at: now() + 1000,
    } as const
    expect((await report(world, soft, provider)).status).toBe(200)
    expect(await deliveryRow(jane)).toMatchObject({
      state: 'bounced',
      bounce: 'soft',
      reason: 'Mailbox full',
    })

    expect(
      (await report(world, { delivery: jane, state: 'complained', at: now() + 2000 }, provider)).status,
    ).toBe(200)
    expect(await deliveryRow(jane)).toMatchObject({ state: 'complained', bounce: null, delivered_at: at })
    expect(await shownMail(JANE)).toMatchObject({ mail_state: 'complained' })
  })

  test('is written down once, however often it is told', async () => {
    const event = { delivery: jane, state: 'bounced', bounce: 'hard', at: now(), id: 'event-77' } as const
    for (let time = 0; time < 3; time++) expect((await report(world, event, provider)).status).toBe(200)
    const told = await rows(
      "select actor_kind, actor_id, target_kind, target_name from audit_event where action = 'mail.bounced'",
    )
    expect(told).toEqual([
      { actor_kind: 'provider', actor_id: provider, target_kind: 'invitation', target_name: JANE },
    ])
  })

  test('of a mail that is none of ours changes nothing and is taken', async () => {
    const before = await everyRow()
    const stranger = { delivery: crypto.randomUUID(), state: 'bounced', bounce: 'hard', at: now() } as const
    expect((await report(world, stranger, provider)).status).toBe(200)
    expect(await everyRow()).toEqual(before)
  })

  test('is taken again where the database failed', async () => {
    logged()
    const event = { delivery: jane, state: 'delivered', at: now(), id: 'event-78' } as const
    const post = POSTS[provider](event, now())
    breakBatch(world, 1)
    expect((await postEvents(world, provider, post)).status).toBe(500)
    expect(await deliveryRow(jane)).toMatchObject({ state: 'sent' })
    breakBatch(world, 1, 'answer')
    expect((await postEvents(world, provider, post)).status).toBe(500)
    expect((await postEvents(world, provider, post)).status).toBe(200)
    expect(await deliveryRow(jane)).toMatchObject({ state: 'delivered' })
    expect(await rows("select 1 from audit_event where action = 'mail.delivered'")).toHaveLength(1)
  })

  test('is not there where nothing could prove it', async () => {
    const bare = createWorld()
    bare.clock.now = now()
    const before = await everyRow()
    expect((await report(bare, { delivery: jane, state: 'delivered', at: now() }, provider)).status).toBe(404)
    expect(await everyRow()).toEqual(before)
  })

  test('costs one round trip, and a forged one none', async () => {
    const { costOf } = counting(world)
    const event = { delivery: jane, state: 'bounced', bounce: 'hard', at: now() } as const
    expect(await costOf(() => report(world, event, provider))).toEqual({ d1: 1 })
    const forged = { ...POSTS[provider](event, now()), headers: { 'Content-Type': 'application/json' } }
    const unsigned = { ...forged, body: forged.body.replace(/"signature":"[^"]+"/, '"signature":""') }
    expect(await costOf(() => postEvents(world, provider, unsigned))).toEqual({})
  })
})

describe('what nothing proves is refused and leaves no trace:', () => {
  const event = () => ({ delivery: jane, state: 'bounced', bounce: 'hard', at: now() }) as const
  const refused = async (provider: WebhookProvider, post: Post) => {
    const before = await everyRow()
    expect((await postEvents(world, provider, post)).status).toBe(401)
    expect(await everyRow()).toEqual(before)
  }
  const changed = (post: Post): Post => ({
    ...post,
    body: post.body.replace('jane', 'joan').replace(jane, crypto.randomUUID()),
  })

  test('a body that was changed', async () => {
    for (const provider of ['resend', 'sendgrid'] as const)
      await refused(provider, changed(POSTS[provider](event(), now())))
  })

  test('another key', async () => {
    const { body } = POSTS.resend(event(), now())
    await refused(
      'resend',
      resendPost(body, { id: 'msg_1', now: now(), secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    )
    const signature = mailgunSignature({ now: now(), token: 'token', key: 'another' })
    await refused('mailgun', {
      headers: {},
      body: JSON.stringify({ ...JSON.parse(POSTS.mailgun(event(), now()).body), signature }),
    })
    await refused('postmark', postmarkPost(POSTS.postmark(event()).body, 'another password'))
    const other = createWorld({
      ...PROOFS,
      SENDGRID_WEBHOOK_KEY:
        'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==',
    })
    expect((await postEvents(other, 'sendgrid', POSTS.sendgrid(event(), START))).status).toBe(401)
  })

  test('no proof at all, or one that is mangled', async () => {
    for (const provider of PROVIDERS) {
      const { body } = POSTS[provider](event(), now())
      await refused(provider, { body: body.replace(/"signature":"[^"]+"/, ''), headers: {} })
    }
    const signed = POSTS.resend(event(), now())
    for (const signature of ['', 'v1,', 'v1', 'v2,xx', `v0,${signed.headers['svix-signature']?.slice(3)}`])
      await refused('resend', { ...signed, headers: { ...signed.headers, 'svix-signature': signature } })
    for (const authorization of [
      'Basic',
      'Basic !!',
      'Bearer x',
      `Basic ${Buffer.from('postmark').toString('base64')}`,
    ])
      await refused('postmark', { ...POSTS.postmark(event()), headers: { Authorization: authorization } })
  })

  test('another provider’s proof', async () => {
    for (const provider of PROVIDERS)
      for (const other of PROVIDERS.filter((one) => one !== provider))
        await refused(other, POSTS[provider](event(), now()))
  })

  test.each([
    ['resend', 5 * MINUTE],
    ['sendgrid', 25 * HOUR],
    ['mailgun', 9 * HOUR],
  ] as const)('one of %s that is too old, or from the future', async (provider, window) => {
    const sentAt = now()
    const post = POSTS[provider](event(), sentAt)
    for (const away of [window + 1000, -window - 1000]) {
      world.clock.now = sentAt + away
      await refused(provider, post)
    }
    world.clock.now = sentAt + window
    expect((await postEvents(world, provider, post)).status).toBe(200)
  })
})

test('a proof of Mailgun’s, which says nothing of the body, is good for one report', async () => {
  await inviteAndMail(world, cast.admin, 'joe@example.com')
  const joe = (await deliveryTo('joe@example.com')).id
  const first = POSTS.mailgun({ delivery: jane, state: 'delivered', at: now() }, now())
  expect((await postEvents(world, 'mailgun', first)).status).toBe(200)
  const body = JSON.parse(first.body) as Record<string, Record<string, unknown>>
  const data = {
    ...body['event-data'],
    id: 'another',
    event: 'complained',
    'user-variables': { delivery: joe },
  }
  const replayed = { ...first, body: JSON.stringify({ ...body, 'event-data': data }) }
  expect((await postEvents(world, 'mailgun', replayed)).status).toBe(200)
  expect(await deliveryRow(joe)).toMatchObject({ state: 'sent' })
})

test('an event of Mailgun’s that comes with another proof is the same event', async () => {
  const post = (token: string): Post => {
    const { body } = POSTS.mailgun({ delivery: jane, state: 'delivered', at: now(), id: 'event-1' }, now())
    return {
      headers: {},
      body: JSON.stringify({ ...JSON.parse(body), signature: mailgunSignature({ now: now(), token }) }),
    }
  }
  for (const token of ['one', 'two'])
    expect((await postEvents(world, 'mailgun', post(token))).status).toBe(200)
  expect(await rows("select 1 from audit_event where action = 'mail.delivered'")).toHaveLength(1)
})

test('one of several signatures of Resend’s is enough, while a secret is changed', async () => {
  const post = POSTS.resend({ delivery: jane, state: 'delivered', at: now() }, now())
  const signature = `v1,${Buffer.alloc(32).toString('base64')} ${post.headers['svix-signature']} v1a,xyz`
  const answer = await postEvents(world, 'resend', {
    ...post,
    headers: { ...post.headers, 'svix-signature': signature },
  })
  expect(answer.status).toBe(200)
  expect(await deliveryRow(jane)).toMatchObject({ state: 'delivered' })
})

test('many reports in one body are one batch, each with its own outcome', async () => {
  await inviteAndMail(world, cast.admin, 'joe@example.com')
  const joe = (await deliveryTo('joe@example.com')).id
  const { costOf } = counting(world)
  const post = sendgridBatch(
    [
      { delivery: jane, state: 'bounced', bounce: 'soft', at: now() },
      { delivery: joe, state: 'complained', at: now() },
      { delivery: jane, state: 'delivered', at: now() + 1000 },
      { delivery: joe, state: 'delivered', at: now() + 2000 },
      { delivery: 'nobody’s', state: 'delivered', at: now() },
      { delivery: jane, state: 'delivered', at: now() + 1000, id: 'twice' },
      { delivery: jane, state: 'delivered', at: now() + 1000, id: 'twice' },
    ],
    now(),
  )
  expect(await costOf(() => postEvents(world, 'sendgrid', post))).toEqual({ d1: 1 })
  expect(await deliveryRow(jane)).toMatchObject({ state: 'delivered', bounce: null, reason: null })
  expect(await deliveryRow(joe)).toMatchObject({ state: 'complained' })
  expect(await rows("select 1 from audit_event where action like 'mail.%'")).toHaveLength(5)
})

test('a batch as large as SendGrid posts it is taken, and one that is larger is refused', async () => {
  const many = Array.from(
    { length: 1500 },
    () => ({ delivery: crypto.randomUUID(), state: 'delivered', at: now() }) as const,
  )
  const post = sendgridBatch([...many, { delivery: jane, state: 'delivered', at: now() }], now())
  expect(post.body.length).toBeGreaterThan(200 * 1024)
  expect((await postEvents(world, 'sendgrid', post)).status).toBe(200)
  expect(await deliveryRow(jane)).toMatchObject({ state: 'delivered' })
  const huge = { ...post, body: `[${' '.repeat(1024 * 1024)}]` }
  expect((await postEvents(world, 'sendgrid', huge)).status).toBe(413)
})

test.each([
  ['resend', '{"type":"email.delivery_delayed","data":{}}'],
  ['resend', '{"type":"contact.created"}'],
  ['resend', 'no json'],
  ['resend', '[]'],
  ['sendgrid', '{}'],
  ['sendgrid', '[null, 7, {"event":"open"}, {"event":"delivered"}]'],
  ['postmark', '{"RecordType":"Open"}'],
  ['postmark', '{"RecordType":"Bounce","Type":"AutoResponder","ID":1}'],
  ['postmark', 'null'],
] as const)('%s may tell what is no report: %s', async (provider, body) => {
  const before = await everyRow()
  const sealed = {
    resend: resendPost(body, { id: 'msg_1', now: now() }),
    sendgrid: {
      ...sendgridBatch([], now()),
      ...(await import('../support/mail-events')).sendgridPost(body, { now: now() }),
    },
    postmark: postmarkPost(body),
  }
  expect((await postEvents(world, provider, sealed[provider])).status).toBe(200)
  expect(await everyRow()).toEqual(before)
})

test.each([
  '/webhooks/mail/mailbox',
  '/webhooks/mail/cloudflare',
  '/webhooks/mail/',
  '/webhooks/mail/%00',
  '/webhooks',
])('%s is not there', async (path) => {
  expect((await world.fetch(path, { method: 'POST', json: {} })).status).toBeGreaterThanOrEqual(404)
})

test('a webhook is no page: it is asked for with POST alone, and no cookie or origin matters', async () => {
  expect((await world.fetch('/webhooks/mail/resend')).status).toBe(404)
  const post = POSTS.resend({ delivery: jane, state: 'delivered', at: now() }, now())
  const headers = { ...post.headers, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
  expect((await postEvents(world, 'resend', { ...post, headers })).status).toBe(200)
})

test('a reason that quotes the link says nothing of its secret', async () => {
  const reason =
    'Blocked: https://usher.example/accept-invitation?token=abc-DEF_123 is listed\r\n\u0000\u202e'
  await report(world, { delivery: jane, state: 'bounced', bounce: 'soft', reason, at: now() })
  const kept = JSON.stringify(await everyRow())
  expect(kept).not.toContain('abc-DEF_123')
  expect((await shownMail(JANE))?.mail_reason).toBe(
    'Blocked: https://usher.example/accept-invitation?token=… is listed',
  )
})
