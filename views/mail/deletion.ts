import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail } from './compose'

type DeletionMail = { content: Omit<MailContents['organization_deletion'], 'appUrl'>; link: string }

/** To the owner who asked, and to nobody else. */
export const renderDeletionMail = ({ content, link }: DeletionMail) => {
  const { from, to, organization, expiresAt, timeZone } = content
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: `Confirm that ${organization} is to be deleted`,
      preheader: 'Nothing has happened yet: open the link and confirm, or leave it.',
      heading: `Delete ${organization}?`,
      parts: [
        {
          kind: 'words',
          phrase: say`You asked to delete the organization ${stress(organization)}, with its members, invitations, teams, roles, API keys and audit log.`,
        },
        {
          kind: 'words',
          phrase: [
            'Nothing has happened yet. Open the link and confirm; after that every owner has seven days to undo it.',
          ],
        },
        {
          kind: 'way',
          label: 'Go to the confirmation',
          lead: 'Confirm the deletion:',
          href: link,
          until: exactWords(expiresAt, timeZone),
          danger: true,
        },
        {
          kind: 'aside',
          phrase: [
            'If you did not ask for this, do not open the link: without it nothing happens. Somebody else may be using your account.',
          ],
        },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
