import { exactWords } from '../../src/rules/dates'
import { languageOf } from '../../src/rules/languages'
import type { MailContents } from '../../src/rules/mails'
import { sentFor } from '../../src/rules/senders'
import { roleWords, wordsIn } from '../../src/rules/words'
import { composeMail } from './compose'

export type InvitationMail = { content: Omit<MailContents['invitation'], 'appUrl'>; link: string }

/** One mail, for one recipient: a pure function of what is frozen in its delivery and of the link. */
export const renderInvitationMail = ({ content, link }: InvitationMail) => {
  const { from, to, organization, inviter, note } = content
  const language = languageOf(content.language)
  const words = wordsIn(language)
  const { invitation } = words.mail
  const role = content.role === null ? null : roleWords(content.role, words)
  const when = exactWords(content.expiresAt, content.timeZone, language)
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language,
      subject: invitation.subject({ inviter, organization }),
      preheader: invitation.preheader({ to, when }),
      heading: invitation.heading(organization),
      parts: [
        { kind: 'words', phrase: words.offer({ inviter, organization, role }) },
        ...(note === '' ? [] : [{ kind: 'quote' as const, text: note }]),
        { kind: 'way', label: invitation.button, lead: invitation.link, href: link, until: when },
        { kind: 'aside', phrase: [invitation.unexpected(to)] },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
