import { exactWords } from '../../src/rules/dates'
import { languageOf } from '../../src/rules/languages'
import type { MailContents } from '../../src/rules/mails'
import { sentFor } from '../../src/rules/senders'
import { roleWords, wordsIn } from '../../src/rules/words'
import { composeMail } from './compose'

type Mail = {
  kind: 'reminder' | 'second_reminder'
  content: Omit<MailContents['reminder'], 'appUrl'>
  link: string
  unsubscribe: string | null
}

/** An invitation once more, with the link that is out already and the way to hear no more of it. */
export const renderReminder = ({ kind, content, link, unsubscribe }: Mail) => {
  const { from, to, organization, inviter, note } = content
  const language = languageOf(content.language)
  const words = wordsIn(language)
  const { invitation, reminder } = words.mail
  const role = content.role === null ? null : roleWords(content.role, words)
  const when = exactWords(content.expiresAt, content.timeZone, language)
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language,
      subject: reminder.subject({ organization, last: kind === 'second_reminder' }),
      preheader: reminder.preheader({ inviter, when }),
      heading: reminder.heading(organization),
      parts: [
        { kind: 'words', phrase: words.offer({ inviter, organization, role }) },
        { kind: 'words', phrase: reminder.waiting(when) },
        ...(note === '' ? [] : [{ kind: 'quote' as const, text: note }]),
        { kind: 'way', label: invitation.button, lead: invitation.link, href: link },
        { kind: 'aside', phrase: [invitation.unexpected(to)] },
        ...(unsubscribe === null
          ? []
          : [
              {
                kind: 'link' as const,
                label: reminder.stop(organization),
                lead: words.lead(reminder.stop(organization)),
                href: unsubscribe,
              },
            ]),
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
