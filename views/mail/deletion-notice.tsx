import type { FC } from 'hono/jsx'
import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import { MailButton, MailLayout, MailLink, TEXT } from './layout'

type Content = Omit<MailContents['deletion_notice'], 'appUrl'>
type Mail = { content: Content; link: string }

const subjectOf = ({ organization }: Content): string => `${organization} is going to be deleted`

/** What happens, in words that HTML and text share. */
const wordsOf = ({ organization, by, deleteAt, timeZone }: Content) => ({
  done: `${by} confirmed that the organization ${organization} is to be deleted, with its members, invitations, teams, roles, API keys and audit log.`,
  when: `That happens on ${exactWords(deleteAt, timeZone)}. Until then everything goes on, and any owner can undo it.`,
  otherwise: 'If nothing is wrong with that, there is nothing to do.',
})

const Body: FC<Mail> = ({ content, link }) => {
  const { done, when, otherwise } = wordsOf(content)
  return (
    <MailLayout subject={subjectOf(content)} heading={`${content.organization} is going to be deleted`}>
      <p style={TEXT}>{done}</p>
      <p style={TEXT}>{when}</p>
      <p style={TEXT}>{otherwise}</p>
      <MailButton link={link}>See it or undo it</MailButton>
      <MailLink link={link} />
    </MailLayout>
  )
}

const textOf = ({ content, link }: Mail): string => {
  const { done, when, otherwise } = wordsOf(content)
  return [done, when, otherwise, `See it or undo it:\n${link}`].join('\n\n')
}

/** To every active owner but the one who confirmed. */
export const renderDeletionNotice = (mail: Mail) => ({
  from: mail.content.from,
  to: mail.content.to,
  subject: subjectOf(mail.content),
  html: `<!doctype html>${String(<Body {...mail} />)}`,
  text: textOf(mail),
})
