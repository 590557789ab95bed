import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { renderMail } from '../../views/mail/letter'
import { MailboxPage } from '../../views/mailbox'
import { type MailboxLetter, readMailboxLetter, readMailboxLetters } from '../usecases/deliveries'
import type { AppEnv } from './request'

const mailOf = (letter: MailboxLetter) => ({
  id: letter.id,
  state: letter.state,
  reason: letter.reason,
  createdAt: letter.createdAt,
  link: letter.link,
  ...renderMail(letter),
})

/** A rendered mail brings its own inline styles and nothing else, and is shown in a frame of the mailbox. */
export const framed = createMiddleware<AppEnv>(async (c, next) => {
  await next()
  if (!c.res.ok) return
  c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
  c.header('X-Frame-Options', 'SAMEORIGIN')
  // A sandboxed frame cannot have what this asks for, and the browser complains.
  c.header('Origin-Agent-Cluster', undefined)
})

/** Development only: every mail as it would have been sent. */
export const mailbox = new Hono<AppEnv>()
  .get('/mailbox', async (c) => {
    const mails = (await readMailboxLetters(c.var.ctx)).map(mailOf)
    return c.req.header('Accept')?.includes('application/json')
      ? c.json({ data: mails })
      : c.html(<MailboxPage mails={mails} />)
  })
  .get('/mailbox/:id/html', async (c) => {
    return c.html(mailOf(await readMailboxLetter(c.var.ctx, c.req.param('id'))).html)
  })
  .get('/mailbox/:id/text', async (c) =>
    c.text(mailOf(await readMailboxLetter(c.var.ctx, c.req.param('id'))).text),
  )
