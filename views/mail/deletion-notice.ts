import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail } from './compose'

type Mail = { content: Omit<MailContents['deletion_notice'], 'appUrl'>; link: string }

/** To every active owner but the one who confirmed. */
export const renderDeletionNotice = ({ content, link }: Mail) => {
  const { from, to, organization, by, deleteAt, timeZone } = content
  const when = exactWords(deleteAt, timeZone)
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: `${organization} is going to be deleted`,
      preheader: `On ${when}, unless an owner undoes it before.`,
      heading: `${organization} is going to be deleted`,
      parts: [
        {
          kind: 'words',
          phrase: say`${stress(by)} confirmed that the organization ${stress(organization)} is to be deleted, with its members, invitations, teams, roles, API keys and audit log.`,
        },
        {
          kind: 'words',
          phrase: say`That happens on ${stress(when)}. Until then everything goes on, and any owner can undo it.`,
        },
        { kind: 'words', phrase: ['If nothing is wrong with that, there is nothing to do.'] },
        { kind: 'way', label: 'See it or undo it', lead: 'See it or undo it:', href: link },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
