import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { onTestFinished, vi } from 'vitest'
import type { MailMessage } from '../../src/bindings'
import { everyLink, everyRow } from './dump'
import { replacing } from './holding'
import { cookieOf, tokenIn, type Visit, type World } from './world'

/** Somewhere that outlives a request, and what stood there. */
type Trace = { where: string; text: string }

/** Every shape in which a text, or the bytes it stands for, could have been written down. */
const shapesOf = (secret: string, bytes: Uint8Array): string[] => {
  const raw = Buffer.from(bytes)
  const text = Buffer.from(secret)
  return [
    secret,
    encodeURIComponent(secret),
    ...[raw, text].flatMap((data) => [
      data.toString('hex'),
      data.toString('base64').replace(/=+$/, ''),
      data.toString('base64url'),
    ]),
  ]
}

/** A token, and the signature that makes it one: whoever has that has the rest as well. */
export const shapesOfToken = (token: string): string[] => {
  const bytes = Buffer.from(token, 'base64url')
  const signature = bytes.subarray(24)
  return [...shapesOf(token, bytes), ...shapesOf(signature.toString('base64url'), signature)]
}

export const shapesOfCookie = (cookie: string): string[] => shapesOf(cookie, Buffer.from(cookie, 'base64url'))

/** A password, also hashed without salt or work. */
export const shapesOfPassword = (password: string): string[] => [
  ...shapesOf(password, Buffer.from(password)),
  ...['md5', 'sha1', 'sha256'].map((hash) => createHash(hash).update(password).digest('hex')),
]

/** What may hold a token or a cookie, for the one who is meant to have it, is taken out of an answer. */
const withoutWhatIsMeant = (path: string, response: Response, body: string): string => {
  const isLink = /\/(accept-invitation|reset-password|confirm-address)\b/.test(path)
  const headers = [...response.headers].filter(
    ([name, value]) =>
      name !== 'set-cookie' && !(name === 'location' && value.startsWith('/accept-invitation?token=')),
  )
  const fields = isLink ? body.replace(/<input type="hidden" name="token" value="[\w-]*"\/>/g, '') : body
  const shown = path.includes('/unsubscribe?')
    ? fields.replace(/<form method="post" action="\/unsubscribe\?token=[\w-]*">/g, '')
    : fields
  return JSON.stringify([response.status, headers]) + shown
}

/**
 * Records whatever a world leaves behind: every answer, queue message and log line as it comes, and every row and KV
 * entry after each request.
 */
export const recording = (world: World) => {
  const traces: Trace[] = []
  const whole: string[] = []
  const cookies: string[] = []
  const leave = (where: string, text: unknown) =>
    traces.push({ where, text: typeof text === 'string' ? text : JSON.stringify(text) })
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const spy = vi.spyOn(console, level).mockImplementation((...words) => void leave('log', words.join(' ')))
    onTestFinished(() => spy.mockRestore())
  }
  const { sendBatch } = world.env.MAIL
  world.env.MAIL = replacing(world.env.MAIL, {
    sendBatch: (batch: Iterable<MessageSendRequest<MailMessage>>) => {
      const messages = [...batch]
      leave('queue', messages)
      return sendBatch(messages)
    },
  })
  const { fetch, consume, cron } = world
  const keep = async () => {
    for (const [table, rows] of Object.entries(await everyRow())) leave(`table ${table}`, rows)
    for (const entry of Object.entries(await everyLink())) leave('KV', entry)
  }
  world.fetch = async (path: string, visit: Visit = {}) => {
    const response = await fetch(path, visit)
    const body = await response.text()
    const cookie = cookieOf(response)
    if (cookie) cookies.push(cookie)
    whole.push(JSON.stringify([...response.headers]) + body)
    leave(`answer of ${path.split('?')[0]}`, withoutWhatIsMeant(path, response, body))
    await keep()
    return new Response([101, 204, 205, 304].includes(response.status) ? null : body, response)
  }
  world.consume = async (...batch: Parameters<typeof consume>) => {
    const results = await consume(...batch)
    await keep()
    return results
  }
  world.cron = async (schedule: string) => {
    await cron(schedule)
    await keep()
  }
  /** Where one of these shapes was left, each place once. */
  const found = (shapes: readonly string[]): string[] => [
    ...new Set(
      traces.filter(({ text }) => shapes.some((shape) => text.includes(shape))).map(({ where }) => where),
    ),
  ]
  return {
    traces,
    cookies,
    found,
    tokens: () => [
      ...new Set(world.mails.filter(({ text }) => text.includes('/accept-invitation')).map(tokenIn)),
    ],
    /** Whether any answer, taken whole, held it: what is searched for can be found. */
    wasGiven: (shape: string) => whole.some((text) => text.includes(shape)),
  }
}
