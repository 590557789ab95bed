import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { refuse } from '../rules/refusals'
import { takeReports } from '../usecases/mail-events'
import type { AppEnv } from './request'

/** SendGrid posts up to 768 KB at once. */
const LARGEST_BODY = 1024 * 1024

/**
 * Where mail providers post what became of mails: no form and no API of ours, so neither the origin nor a key says who
 * asks, but the provider's own proof over the body as it came. It is answered 200, which all of them take for an answer.
 */
export const mailEvents = new Hono<AppEnv>().post(
  '/webhooks/mail/:provider',
  bodyLimit({ maxSize: LARGEST_BODY, onError: () => refuse({ code: 'too_large' }) }),
  async (c) => {
    const { ctx } = c.var
    const reader = ctx.mailEvents.reader(c.req.param('provider'))
    if (!reader) return refuse({ code: 'not_found' })
    const body = Buffer.from(await c.req.arrayBuffer())
    const reports = reader.read({ headers: c.req.raw.headers, body }, ctx.now)
    if (!reports) return c.text('Nothing proves that this is from the provider.', 401)
    await takeReports(ctx, reader, reports)
    return c.text('Taken.')
  },
)
