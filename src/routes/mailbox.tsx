import { Hono } from 'hono'
import { renderInvitationMail } from '../../views/mail/invitation'
import { MailboxPage } from '../../views/mailbox'
import { type MailboxLetter, readMailboxLetter, readMailboxLetters } from '../usecases/deliveries'
import type { AppEnv } from './request'

const mailOf = (letter: MailboxLetter) => ({
  id: letter.id,
  state: letter.state,
  reason: letter.reason,
  createdAt: letter.createdAt,
  link: letter.link,
  ...renderInvitationMail(letter),
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
    const mail = mailOf(await readMailboxLetter(c.var.ctx, c.req.param('id')))
    // The mail's own inline styles and nothing else; it is shown in a frame of the mailbox.
    c.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    )
    c.header('X-Content-Type-Options', 'nosniff')
    return c.html(mail.html)
  })
  .get('/mailbox/:id/text', async (c) =>
    c.text(mailOf(await readMailboxLetter(c.var.ctx, c.req.param('id'))).text),
  )
