import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Mailgun from 'mailgun.js'
import { Models, ServerClient } from 'postmark'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mailgun } from '../../src/outbound/mailgun'
import { postmark } from '../../src/outbound/postmark'
import { MAIL } from '../support/providers'

// What the providers' own libraries make of the same mail is what ours has to look like.

type Seen = { line: string; headers: IncomingMessage['headers']; body: Buffer }
const seen: Seen[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method, url, headers } = request
  seen.push({ line: `${method} ${url}`, headers, body: Buffer.concat(chunks) })
  response.setHeader('Content-Type', 'application/json')
  response.end('{"id":"1","message":"Queued. Thank you.","MessageID":"1","ErrorCode":0,"Message":"OK"}')
})
let host = ''
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

/** What both sent: theirs, then ours. */
const both = async (theirs: () => Promise<unknown>, ours: () => Promise<unknown>): Promise<[Seen, Seen]> => {
  seen.length = 0
  await theirs()
  expect(await ours()).toEqual({ kind: 'sent', providerId: '1' })
  const [first, second] = seen
  if (!first || !second) throw new Error('Not both of them sent')
  return [first, second]
}

/** The fields of a form, whatever its boundary. */
const fieldsOf = async ({ body, headers }: Seen): Promise<Record<string, string>> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'Content-Type': headers['content-type'] ?? '' },
  }).formData()
  return Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
}

test('a mail for Postmark is what its library sends', async () => {
  const settings = { serverToken: 'a-server-token', messageStream: 'outbound', baseUrl: `http://${host}` }
  const client = new ServerClient(settings.serverToken, { requestHost: host, useHttps: false })
  const [theirs, ours] = await both(
    () =>
      client.sendEmail({
        From: MAIL.from,
        To: MAIL.to,
        Subject: MAIL.subject,
        HtmlBody: MAIL.html,
        TextBody: MAIL.text,
        Headers: Object.entries(MAIL.headers).map(([name, value]) => new Models.Header(name, value)),
        Metadata: { delivery: MAIL.id },
        MessageStream: settings.messageStream,
        TrackLinks: Models.LinkTrackingOptions.None,
        TrackOpens: false,
      }),
    () => postmark({ ...settings, from: MAIL.from }).send(MAIL),
  )
  expect(ours.line).toBe(theirs.line)
  for (const name of ['x-postmark-server-token', 'content-type', 'accept'])
    expect(ours.headers[name]).toBe(theirs.headers[name])
  expect(JSON.parse(ours.body.toString())).toEqual(JSON.parse(theirs.body.toString()))
})

test('a mail for Mailgun is what its library sends', async () => {
  const settings = { apiKey: 'key-not-a-real-one', domain: 'mg.usher.example', baseUrl: `http://${host}` }
  const client = new Mailgun(FormData).client({
    username: 'api',
    key: settings.apiKey,
    url: settings.baseUrl,
    useFetch: true,
  })
  const [theirs, ours] = await both(
    () =>
      client.messages.create(settings.domain, {
        from: MAIL.from,
        to: MAIL.to,
        subject: MAIL.subject,
        text: MAIL.text,
        html: MAIL.html,
        'v:delivery': MAIL.id,
        'o:tracking': 'no',
        'o:tracking-clicks': 'no',
        'o:tracking-opens': 'no',
        ...Object.fromEntries(Object.entries(MAIL.headers).map(([name, value]) => [`h:${name}`, value])),
      }),
    () => mailgun(settings).send(MAIL),
  )
  expect(ours.line).toBe(theirs.line)
  expect(ours.headers.authorization).toBe(theirs.headers.authorization)
  expect(ours.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  expect(theirs.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  expect(await fieldsOf(ours)).toEqual(await fieldsOf(theirs))
})

test('a check of Mailgun asks what its library asks', async () => {
  const settings = { apiKey: 'key-not-a-real-one', domain: 'mg.usher.example', baseUrl: `http://${host}` }
  const client = new Mailgun(FormData).client({
    username: 'api',
    key: settings.apiKey,
    url: settings.baseUrl,
    useFetch: true,
  })
  seen.length = 0
  await client.domains.get(settings.domain).catch(() => {})
  await mailgun(settings).check()
  const [theirs, ours] = seen
  expect(ours?.line).toBe(theirs?.line.replace(/\?$/, ''))
})
