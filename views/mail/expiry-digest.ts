import { dayWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail } from './compose'

type Mail = { content: Omit<MailContents['expiry_digest'], 'appUrl'>; link: string }

/** To whoever manages members, once a week in which invitations expired unanswered. */
export const renderExpiryDigest = ({ content, link }: Mail) => {
  const { from, to, organization, timeZone, total, expired } = content
  const what = total === 1 ? 'One invitation' : `${total} invitations`
  const more = total - expired.length
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: `${what} to ${organization} expired last week`,
      preheader: 'Nobody accepted in time. Resend, or revoke what is no longer meant.',
      heading: `${what} expired`,
      parts: [
        {
          kind: 'words',
          phrase: say`Nobody accepted ${total === 1 ? 'this invitation' : 'these invitations'} to ${stress(organization)} in time:`,
        },
        {
          kind: 'list',
          items: expired.map(
            ({ address, inviter, sentAt }) =>
              say`${stress(address)}, invited by ${inviter} on ${dayWords(sentAt, timeZone)}`,
          ),
        },
        ...(more > 0 ? [{ kind: 'words' as const, phrase: [`And ${more} more.`] }] : []),
        {
          kind: 'way',
          label: 'Resend or revoke them',
          lead: 'Resend or revoke them:',
          href: link,
        },
        {
          kind: 'aside',
          phrase: ['This comes once a week when something expired. It is set under Settings, Email.'],
        },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
