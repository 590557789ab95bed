import type { FC } from 'hono/jsx'
import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { MailButton, MailLayout, MailLink, SMALL, TEXT } from './layout'

type Content = Omit<MailContents['organization_deletion'], 'appUrl'>
type DeletionMail = { content: Content; link: string }

const subjectOf = ({ organization }: Content): string => `Confirm that ${organization} is to be deleted`

/** What happens, in words that HTML and text share. */
const wordsOf = ({ organization }: Content) => ({
  asked: `You asked to delete the organization ${organization}, with its members, invitations, teams, roles, API keys and audit log.`,
  next: 'Nothing has happened yet. Open the link and confirm; after that every owner has seven days to undo it.',
  otherwise:
    'If you did not ask for this, do not open the link: without it nothing happens. Somebody else may be using your account.',
})

const Body: FC<DeletionMail> = ({ content, link }) => {
  const { asked, next, otherwise } = wordsOf(content)
  return (
    <MailLayout subject={subjectOf(content)} heading={`Delete ${content.organization}?`}>
      <p style={TEXT}>{asked}</p>
      <p style={TEXT}>{next}</p>
      <MailButton link={link} variant="danger">
        Go to the confirmation
      </MailButton>
      <MailLink link={link} until={exactWords(content.expiresAt, content.timeZone)} />
      <p style={`${SMALL};margin-top:24px`}>{otherwise}</p>
    </MailLayout>
  )
}

const textOf = ({ content, link }: DeletionMail): string => {
  const { asked, next, otherwise } = wordsOf(content)
  return [
    asked,
    next,
    `Confirm the deletion:\n${link}`,
    `The link works until ${exactWords(content.expiresAt, content.timeZone)}.`,
    otherwise,
  ].join('\n\n')
}

/** To the owner who asked, and to nobody else. */
export const renderDeletionMail = (mail: DeletionMail) => ({
  from: mail.content.from,
  to: mail.content.to,
  subject: subjectOf(mail.content),
  html: `<!doctype html>${String(<Body {...mail} />)}`,
  text: textOf(mail),
})
