import { describe, expect, test } from 'vitest'
import type { Letter, MailContents, MailKind } from '../../src/rules/mails'
import { renderMail } from '../../views/mail/letter'
import { renderTestMail } from '../../views/mail/test'
import { madeLinks } from '../support/mail-links'

const HOSTILE = 'Win at https://evil.example/login\r\nBcc: x@evil.example \u202egpj.www.evil.example'
const PLAIN = 'Win at evil.example Bcc: x@evil.example gpj.evil.example'

const envelope = {
  to: 'jane@invited.example',
  from: 'Usher <mail@usher.example>',
  appUrl: 'https://usher.example',
}
const common = { ...envelope, organization: HOSTILE, slug: 'acme', timeZone: 'UTC', expiresAt: 1e12 }
const invited = { ...common, inviter: HOSTILE, role: HOSTILE, note: '' }

const account = { ...common, language: 'en', account: 'jane@invited.example' } as const

const CONTENTS: { [Kind in MailKind]: MailContents[Kind] } = {
  invitation: invited,
  reminder: invited,
  second_reminder: invited,
  organization_deletion: common,
  deletion_notice: { ...common, by: HOSTILE, deleteAt: 1e12 },
  acceptance_notice: {
    ...common,
    answer: 'accepted',
    userId: null,
    invitationId: 'invitation',
    person: HOSTILE,
    address: 'jane@invited.example',
    role: HOSTILE,
    inviter: HOSTILE,
  },
  approval_request: {
    ...common,
    by: HOSTILE,
    reason: 'The role needs it',
    total: 2,
    asked: [
      { address: 'jane@invited.example', role: HOSTILE },
      { address: 'joe@invited.example', role: 'admin' },
    ],
    invitationId: null,
  },
  approval_answer: {
    ...common,
    answer: 'approved',
    by: HOSTILE,
    total: 1,
    asked: [{ address: 'jane@invited.example', role: HOSTILE }],
    invitationId: 'invitation',
  },
  expiry_digest: {
    ...common,
    total: 1,
    expired: [{ address: 'joe@invited.example', inviter: HOSTILE, sentAt: 1e12, expiresAt: 1e12 }],
  },
  password_reset: { ...account, invitation: null },
  password_notice: { ...account, at: 1e12 },
  security_notice: { ...account, at: 1e12, change: 'passkey_added', passkey: HOSTILE },
  address_change: { ...account, taken: false },
  address_notice: { ...account, address: 'jane@invited.example', at: 1e12, done: true },
}

const letters = Object.entries(CONTENTS).map(([kind, content]) => ({
  id: 'delivery',
  kind,
  content,
  link: 'https://usher.example/somewhere',
  unsubscribe: 'https://usher.example/unsubscribe',
})) as Letter[]

/** Links that a mail program would make, but of our own site and of addresses that mails are for or about. */
const foreignLinks = (text: string) =>
  madeLinks(text).filter((link) => !/usher\.example|@invited\.example|^invited\.example/.test(link))

/** What is read of a page: its body, each element's words apart. */
const wordsOf = (html: string) =>
  html.replace(/^[\s\S]*<body/, '<body').replace(/<!--[\s\S]*?-->|<[^>]*>/g, '\n')

const mails = [
  ...letters.map((letter) => [letter.kind, renderMail(letter)] as const),
  // Past the queue, so that it is no delivery.
  [
    'test mail',
    renderTestMail({ ...common, provider: 'Resend', link: 'https://usher.example/somewhere' }),
  ] as const,
]

describe.each(mails)('%s', (_, mail) => {
  test('no name in it becomes a link, in HTML or in text', () => {
    const body = wordsOf(mail.html)
    expect(body).toContain('evil')
    expect(foreignLinks(body)).toEqual([])
    expect(foreignLinks(mail.text)).toEqual([])
    expect(mail.html + mail.text).not.toContain('/login')
  })

  test('subject and sender are one line in plain words', () => {
    for (const header of [mail.subject, mail.from]) expect(header).not.toMatch(/[\p{Cc}\p{Cf}]|:\/\//u)
    if (mail.subject.includes('evil')) expect(mail.subject).toContain(PLAIN)
    expect(mail.from).toBe(`"${PLAIN}" <mail@usher.example>`)
  })
})
