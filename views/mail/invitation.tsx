import type { FC } from 'hono/jsx'
import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { roleName } from '../../src/rules/permissions'
import { MailButton, MailLayout, MailLink, SMALL, TEXT } from './layout'

type Content = Omit<MailContents['invitation'], 'appUrl'>
export type InvitationMail = { content: Content; link: string }

const Body: FC<InvitationMail> = ({ content, link }) => {
  const { organization, inviter, role, note, expiresAt, timeZone } = content
  return (
    <MailLayout subject={subjectOf(content)} heading={`Join ${organization}`}>
      <p style={TEXT}>
        {inviter} invites you to join <strong>{organization}</strong>
        {role !== null && (
          <>
            {' '}
            as <strong>{roleName(role)}</strong>
          </>
        )}
        .
      </p>
      {note !== '' && (
        <blockquote
          style={`${TEXT};border-left:3px solid #c7c9f5;padding:4px 0 4px 16px;white-space:pre-line`}
        >
          {note}
        </blockquote>
      )}
      <MailButton link={link}>Accept invitation</MailButton>
      <MailLink link={link} until={exactWords(expiresAt, timeZone)} />
      <p style={`${SMALL};margin-top:24px`}>
        This invitation is for {content.to}. If you did not expect it, you can ignore it.
      </p>
    </MailLayout>
  )
}

const subjectOf = ({ inviter, organization }: Content): string =>
  `${inviter} invites you to join ${organization}`

const textOf = ({ content, link }: InvitationMail): string => {
  const { organization, inviter, role, note, expiresAt, timeZone, to } = content
  return [
    `${inviter} invites you to join ${organization}${role === null ? '' : ` as ${roleName(role)}`}.`,
    ...(note === '' ? [] : [note.replace(/^/gm, '> ')]),
    `Accept the invitation:\n${link}`,
    `The link works until ${exactWords(expiresAt, timeZone)}.`,
    `This invitation is for ${to}. If you did not expect it, you can ignore it.`,
  ].join('\n\n')
}

/** One mail, for one recipient: a pure function of what is frozen in its delivery and of the link. */
export const renderInvitationMail = (mail: InvitationMail) => ({
  from: mail.content.from,
  to: mail.content.to,
  subject: subjectOf(mail.content),
  html: `<!doctype html>${String(<Body {...mail} />)}`,
  text: textOf(mail),
})
