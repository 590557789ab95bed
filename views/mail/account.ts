import { paths } from '../../src/paths'
import { exactWords } from '../../src/rules/dates'
import type { MailContents } from '../../src/rules/mails'
import type { Phrase } from '../../src/rules/pieces'
import { sentFor } from '../../src/rules/senders'
import { wordsIn } from '../../src/rules/words'
import { composeMail, type MailPart } from './compose'

type Mail<Kind extends keyof MailContents> = { content: MailContents[Kind]; link: string }
type Envelope = Omit<MailContents['password_notice'], 'at'>

const hostOf = ({ appUrl }: Envelope): string => new URL(appUrl).host

const signInOf = ({ appUrl, slug }: Envelope): string =>
  appUrl + (slug === null ? paths.signIn() : paths.organizationSignIn(slug))

type Said = { subject: string; preheader: string; heading: string }

/** From the deployment, or from the organization that the account belongs to alone. */
const compose = (content: Envelope, { subject, preheader, heading }: Said, parts: readonly MailPart[]) => ({
  from: content.organization === null ? content.from : sentFor(content.from, content.organization),
  to: content.to,
  ...composeMail({
    language: content.language,
    subject,
    preheader,
    heading,
    parts,
    sender: content.organization ?? 'Usher',
    host: hostOf(content),
  }),
})

const words = (phrase: Phrase): MailPart => ({ kind: 'words', phrase })
const aside = (text: string): MailPart => ({ kind: 'aside', phrase: [text] })
const way = (said: { button: string; link: string }, href: string, until?: string): MailPart => ({
  kind: 'way',
  label: said.button,
  lead: said.link,
  href,
  ...(until !== undefined && { until }),
})

const momentOf = ({ language, timeZone }: Envelope, at: number): string => exactWords(at, timeZone, language)

/** The link that sets a new password. */
export const renderPasswordReset = ({ content, link }: Mail<'password_reset'>) => {
  const said = wordsIn(content.language).account.mails.reset
  return compose(content, said, [
    words(said.text(content)),
    way(said, link, momentOf(content, content.expiresAt)),
    aside(said.unexpected),
  ])
}

/** To the account whose password is another one now. */
export const renderPasswordNotice = ({ content, link }: Mail<'password_notice'>) => {
  const said = wordsIn(content.language).account.mails.password
  return compose(content, said, [
    words(said.text(content, momentOf(content, content.at))),
    words([said.otherwise]),
    way(said, link),
  ])
}

/** To the account whose ways of signing in are others now. */
export const renderSecurityNotice = ({ content, link }: Mail<'security_notice'>) => {
  const { mails } = wordsIn(content.language).factors
  const said = mails[content.change]
  return compose(content, said, [
    words(said.text(content, momentOf(content, content.at), content.passkey ?? '')),
    words([mails.otherwise]),
    way(mails, link),
  ])
}

/** To the new address: the link that confirms it; where it has an account, that somebody tried, and no link. */
export const renderAddressChange = ({ content, link }: Mail<'address_change'>) => {
  const { change, taken } = wordsIn(content.language).account.mails
  return content.taken
    ? compose(content, taken, [
        words(taken.text(content.to, hostOf(content))),
        words([taken.otherwise]),
        way(taken, signInOf(content)),
      ])
    : compose(content, change, [
        words(change.text(content, content.to)),
        way(change, link, momentOf(content, content.expiresAt)),
        aside(change.unexpected),
      ])
}

/** To the old address: that another one was asked for, or has taken its place. */
export const renderAddressNotice = ({ content, link }: Mail<'address_notice'>) => {
  const { asked, done } = wordsIn(content.language).account.mails
  return content.done
    ? compose(content, done, [
        words(done.text(content, content.address, momentOf(content, content.at))),
        words([done.otherwise]),
      ])
    : compose(content, asked, [
        words(asked.text(content, content.address)),
        words([asked.otherwise]),
        way(asked, link),
      ])
}
