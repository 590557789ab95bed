import type { FC } from 'hono/jsx'
import { paths } from '../src/paths'
import { exactWords } from '../src/rules/dates'
import { Brand, Document } from './document'
import { Badge } from './parts'

export type MailboxEntry = {
  id: string
  to: string
  from: string
  subject: string
  state: string
  createdAt: number
  link: string
}

/** Every mail of this development server, newest first. */
export const MailboxPage: FC<{ mails: MailboxEntry[] }> = ({ mails }) => (
  <Document title="Mailbox · Usher" class="mailbox">
    <header>
      <Brand />
    </header>
    <main>
      <h1>Mailbox</h1>
      <p>Nothing leaves this machine: these are the mails as they would have been sent.</p>
      {mails.length === 0 && (
        <div class="empty">
          <p>No mail yet. Invite somebody in the console, then come back.</p>
        </div>
      )}
      {mails.map((mail, index) => (
        <article class="card">
          <header>
            <h2>{mail.subject}</h2>
            <Badge variant="secondary">{mail.state}</Badge>
          </header>
          <p>
            To <strong>{mail.to}</strong> · from {mail.from} ·{' '}
            <time datetime={new Date(mail.createdAt).toISOString()}>{exactWords(mail.createdAt)}</time>
          </p>
          <p class="ways">
            <a class="button" href={mail.link} aria-label={`Open the link of ${mail.to}`}>
              Open the link
            </a>
            <a class="button outline" href={paths.mailboxMail(mail.id, 'text')}>
              As text
            </a>
          </p>
          <details open={index === 0}>
            <summary>The mail</summary>
            <iframe
              title={`Mail to ${mail.to}`}
              src={paths.mailboxMail(mail.id, 'html')}
              loading="lazy"
              sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
            ></iframe>
          </details>
        </article>
      ))}
    </main>
  </Document>
)
