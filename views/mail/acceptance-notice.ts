import type { MailContents } from '../../src/rules/mails'
import { roleName } from '../../src/rules/permissions'
import { say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail } from './compose'

type Mail = { content: Omit<MailContents['acceptance_notice'], 'appUrl'>; link: string }

/** To who answers for the invitation, or to the admins: somebody joined, or does not want to. */
export const renderAcceptanceNotice = ({ content, link }: Mail) => {
  const { from, to, organization, answer, person, address, role, inviter } = content
  const joined = answer === 'accepted'
  const name = person || address
  const what = joined ? `${name} joined ${organization}` : `${name} declined to join ${organization}`
  const way = joined ? 'See the member' : 'See the invitation'
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: what,
      preheader: joined ? `As ${roleName(role)}, invited by ${inviter}.` : `Invited by ${inviter}.`,
      heading: what,
      parts: [
        {
          kind: 'words',
          phrase: joined
            ? say`${stress(name)}${person ? ` (${address})` : ''} joined ${stress(organization)} as ${stress(roleName(role))}, invited by ${inviter}.`
            : say`${stress(name)} declined the invitation to join ${stress(organization)} as ${stress(roleName(role))}, sent by ${inviter}.`,
        },
        { kind: 'way', label: way, lead: `${way}:`, href: link },
        {
          kind: 'aside',
          phrase: ['Who gets these mails is set under Settings, Email.'],
        },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
