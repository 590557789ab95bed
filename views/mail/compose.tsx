import type { FC } from 'hono/jsx'
import type { Language } from '../../src/rules/languages'
import { type Phrase, plain } from '../../src/rules/pieces'
import { wordsIn } from '../../src/rules/words'
import { Said } from '../said'
import { MailButton, MailLayout, MailLink, MailQuote, SMALL, TEXT } from './layout'

/** A part of a mail's body, which HTML and text both say. */
export type MailPart =
  | { kind: 'words' | 'aside'; phrase: Phrase }
  /** What somebody wrote, set apart from the mail's own words. */
  | { kind: 'quote'; text: string }
  /** The way on: a button, and in the text `lead` before the address. `until` in words of the mail's language. */
  | { kind: 'way'; label: string; lead: string; href: string; until?: string; danger?: boolean }
  /** Another way, for few, in small. */
  | { kind: 'link'; label: string; lead: string; href: string }
  | { kind: 'list'; items: readonly Phrase[] }

export type MailBody = {
  language: Language
  subject: string
  /** What lists of mails show beside the subject. */
  preheader: string
  heading: string
  parts: readonly MailPart[]
  /** Whose mail it is: the organization's name, or the deployment's. */
  sender: string
  /** Where it comes from: the host of the deployment. */
  host: string
}

const footOf = ({ sender, host }: MailBody): string => `${sender} · ${host}`

const Part: FC<{ part: MailPart; language: Language }> = ({ part, language }) => {
  switch (part.kind) {
    case 'words':
      return (
        <p class="m-text" style={TEXT}>
          <Said phrase={part.phrase} />
        </p>
      )
    case 'aside':
      return (
        <p class="m-soft" style={`${SMALL};margin-top:24px`}>
          <Said phrase={part.phrase} />
        </p>
      )
    case 'quote':
      return <MailQuote text={part.text} />
    case 'way':
      return (
        <>
          <MailButton link={part.href} variant={part.danger ? 'danger' : 'primary'}>
            {part.label}
          </MailButton>
          <MailLink link={part.href} until={part.until} language={language} />
        </>
      )
    case 'link':
      return (
        <p class="m-soft" style={SMALL}>
          <a class="m-link" href={part.href} target="_blank" rel="noopener" style="color:#4338ca">
            {part.label}
          </a>
        </p>
      )
    case 'list':
      return (
        <ul class="m-text" style={`${TEXT};padding-left:20px`}>
          {part.items.map((item) => (
            <li>
              <Said phrase={item} />
            </li>
          ))}
        </ul>
      )
  }
}

const linesOf = (part: MailPart, language: Language): string[] => {
  switch (part.kind) {
    case 'words':
    case 'aside':
      return [plain(part.phrase)]
    case 'quote':
      return [part.text.replace(/^/gm, '> ')]
    case 'way':
      return [
        `${part.lead}\n${part.href}`,
        ...(part.until === undefined ? [] : [wordsIn(language).mail.shared.until(part.until)]),
      ]
    case 'link':
      return [`${part.lead}\n${part.href}`]
    case 'list':
      return [part.items.map((item) => `- ${plain(item)}`).join('\n')]
  }
}

/** HTML and text of one mail, made of the same parts. */
export const composeMail = (mail: MailBody): { subject: string; html: string; text: string } => {
  const { subject, heading, preheader, language, parts } = mail
  const page = (
    <MailLayout {...{ subject, heading, preheader, language }} foot={footOf(mail)}>
      {parts.map((part) => (
        <Part part={part} language={language} />
      ))}
    </MailLayout>
  )
  return {
    subject,
    html: `<!doctype html>${String(page)}`,
    text: [...parts.flatMap((part) => linesOf(part, language)), footOf(mail)].join('\n\n'),
  }
}
