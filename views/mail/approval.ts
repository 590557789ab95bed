import type { MailContents } from '../../src/rules/mails'
import { roleName } from '../../src/rules/permissions'
import { type Phrase, say, stress } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { composeMail, type MailPart } from './compose'

type Request = { content: Omit<MailContents['approval_request'], 'appUrl'>; link: string }
type Answer = { content: Omit<MailContents['approval_answer'], 'appUrl'>; link: string }

type Asked = Pick<MailContents['approval_request'], 'total' | 'asked'>

/** Whom it is about, where that is one alone. */
const oneOf = ({ total, asked: [first] }: Asked) => (total === 1 && first ? first : null)

/** Everybody it is about, where they are several. */
const everybody = ({ total, asked }: Asked): MailPart[] => {
  const more = total - asked.length
  const items = asked.map(({ address, role }): Phrase => say`${stress(address)} as ${roleName(role)}`)
  return [
    { kind: 'list', items },
    ...(more > 0 ? [{ kind: 'words' as const, phrase: [`And ${more} more.`] }] : []),
  ]
}

/** To whoever may approve: somebody asks for it. */
export const renderApprovalRequest = ({ content, link }: Request) => {
  const { from, to, organization, by, reason, total } = content
  const one = oneOf(content)
  const what = one ? 'an invitation' : `${total} invitations`
  const label = one ? 'Approve or decline it' : 'Approve or decline them'
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: `${by} asks you to approve ${what} to ${organization}`,
      preheader: one ? `${one.address}, as ${roleName(one.role)}. ${reason}` : reason,
      heading: one ? 'An invitation awaits your approval' : `${total} invitations await your approval`,
      parts: [
        {
          kind: 'words',
          phrase: one
            ? say`${stress(by)} asks to invite ${stress(one.address)} to ${stress(organization)} as ${stress(roleName(one.role))}.`
            : say`${stress(by)} asks to invite to ${stress(organization)}:`,
        },
        ...(one ? [] : everybody(content)),
        { kind: 'words', phrase: say`Why it needs approval: ${reason}` },
        { kind: 'words', phrase: ['Nothing is sent to anybody before it is approved.'] },
        { kind: 'way', label, lead: `${label}:`, href: link },
        { kind: 'aside', phrase: ['Whoever may approve it gets this mail; one of you is enough.'] },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}

/** To the user who asked: what somebody else decided. */
export const renderApprovalAnswer = ({ content, link }: Answer) => {
  const { from, to, organization, answer, by, total } = content
  const one = oneOf(content)
  const approved = answer === 'approved'
  const verb = approved ? 'approved' : 'declined'
  const label = one ? 'See the invitation' : 'See the invitations'
  const after = approved
    ? say`${one ? 'Its mail is' : 'Their mails are'} on the way, and ${one ? 'its' : 'their'} time to accept counts from now.`
    : say`Nothing was sent to ${one ? 'anybody' : 'any of them'}.`
  return {
    from: sentFor(from, organization),
    to,
    ...composeMail({
      language: 'en',
      subject: one
        ? `${by} ${verb} your invitation of ${one.address} to ${organization}`
        : `${by} ${verb} ${total} of your invitations to ${organization}`,
      preheader: approved ? 'It is sent now.' : 'Nothing was sent.',
      heading: one ? `Your invitation was ${verb}` : `${total} of your invitations were ${verb}`,
      parts: [
        {
          kind: 'words',
          phrase: one
            ? say`${stress(by)} ${verb} that ${stress(one.address)} is invited to ${stress(organization)} as ${stress(roleName(one.role))}, as you asked.`
            : say`${stress(by)} ${verb} what you asked for in ${stress(organization)}:`,
        },
        ...(one ? [] : everybody(content)),
        { kind: 'words', phrase: after },
        { kind: 'way', label, lead: `${label}:`, href: link },
      ],
      sender: organization,
      host: new URL(link).host,
    }),
  }
}
