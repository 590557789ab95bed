import { DAY } from '../../src/rules/dates'
import type { Language } from '../../src/rules/languages'
import {
  type Letter,
  MAIL_KINDS,
  type MailContents,
  type MailKind,
  SECURITY_CHANGES,
} from '../../src/rules/mails'
import { renderMail } from '../mail/letter'
import { renderTestMail } from '../mail/test'
import { APP_URL, AT, EAST_ASIAN, LONG, LONGEST_NOTE, NOTE, PLAIN, RIGHT_TO_LEFT, type Who } from './names'

type Sample<Kind extends MailKind> = (language: Language) => MailContents[Kind]
/** What each kind of mail is shown with, by a name for it. */
type Samples = { [Kind in MailKind]: Record<string, Sample<Kind>> }

const FROM = 'Usher <invitations@usher.example>'
const ENVELOPE = { from: FROM, to: PLAIN.to, appUrl: APP_URL }
const LINK = `${APP_URL}/accept-invitation?token=${'a1B2c3D4'.repeat(8)}`

const invitation =
  (who: Who, rest: Partial<MailContents['invitation']> = {}) =>
  (language: Language): MailContents['invitation'] => ({
    ...{ from: FROM, appUrl: APP_URL, ...who },
    role: 'member',
    note: '',
    expiresAt: AT,
    timeZone: 'Europe/Berlin',
    language,
    ...rest,
  })

const INVITATIONS = {
  plain: invitation(PLAIN),
  'no-role': invitation(PLAIN, { role: null }),
  note: invitation(PLAIN, { role: 'Field & Sales', note: NOTE }),
  long: invitation(LONG, { role: LONG.organization, note: LONGEST_NOTE }),
  'right-to-left': invitation(RIGHT_TO_LEFT, { note: 'أهلاً وسهلاً!' }),
  'east-asian': invitation(EAST_ASIAN, { note: 'ようこそ。\nお待ちしています。' }),
  'of-an-earlier-release': (): MailContents['invitation'] => {
    const { language: _, timeZone: __, ...rest } = invitation(PLAIN)('en')
    return rest
  },
}

const account =
  <Rest extends object>(rest: Rest, of: { organization: string; slug: string } | null = null) =>
  (language: Language) => ({
    ...ENVELOPE,
    language,
    account: PLAIN.to,
    organization: of?.organization ?? null,
    slug: of?.slug ?? null,
    timeZone: 'Europe/Berlin',
    ...rest,
  })
const ACME = { organization: PLAIN.organization, slug: 'acme' }

const expired = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    address: index === 1 ? LONG.to : `person-${index + 1}@example.com`,
    inviter: index === 1 ? LONG.inviter : PLAIN.inviter,
    sentAt: AT - (7 + index) * DAY,
    expiresAt: AT - index * DAY,
  }))

const digest = (total: number, shown: number) => () => ({
  ...ENVELOPE,
  ...ACME,
  timeZone: 'Europe/Berlin',
  total,
  expired: expired(shown),
})

const notice = (rest: Partial<MailContents['acceptance_notice']>) => () => ({
  ...ENVELOPE,
  ...ACME,
  answer: 'accepted' as const,
  userId: 'a-user',
  invitationId: 'an-invitation',
  person: 'Jane Doe',
  address: PLAIN.to,
  role: 'member',
  inviter: PLAIN.inviter,
  ...rest,
})

const person = (n: number) => ({ address: n === 1 ? LONG.to : `person-${n + 1}@example.com`, role: 'admin' })
const about = (total: number, named: number) => ({
  ...ENVELOPE,
  ...ACME,
  by: PLAIN.inviter,
  total,
  asked:
    total === 1
      ? [{ address: 'jane@example.com', role: 'admin' }]
      : Array.from({ length: named }, (_, n) => person(n)),
  invitationId: total === 1 ? 'an-invitation' : null,
})
const request = (total: number, named: number) => () => ({
  ...about(total, named),
  reason: 'The role Admin needs the approval of a second admin.',
})
const answer = (told: 'approved' | 'declined', total: number) => () => ({
  ...about(total, total),
  answer: told,
})

const SAMPLES: Samples = {
  invitation: INVITATIONS,
  reminder: INVITATIONS,
  second_reminder: { plain: INVITATIONS.plain, long: INVITATIONS.long },
  organization_deletion: {
    plain: () => ({
      ...ENVELOPE,
      organization: PLAIN.organization,
      expiresAt: AT,
      timeZone: 'Europe/Berlin',
    }),
    long: () => ({ ...ENVELOPE, organization: LONG.organization, expiresAt: AT, timeZone: 'Europe/Berlin' }),
  },
  deletion_notice: {
    plain: () => ({ ...ENVELOPE, ...ACME, by: 'Olga Owner', deleteAt: AT, timeZone: 'Europe/Berlin' }),
  },
  acceptance_notice: {
    joined: notice({}),
    'without-a-name': notice({ person: '' }),
    declined: notice({ answer: 'declined', userId: null, person: '' }),
  },
  approval_request: { one: request(1, 1), many: request(62, 20) },
  approval_answer: {
    approved: answer('approved', 1),
    declined: answer('declined', 1),
    'several-approved': answer('approved', 3),
  },
  expiry_digest: { one: digest(1, 1), many: digest(62, 50) },
  password_reset: {
    plain: account({ expiresAt: AT, invitation: null }),
    'of-one-organization': account({ expiresAt: AT, invitation: null }, ACME),
  },
  password_notice: { plain: account({ at: AT }) },
  security_notice: Object.fromEntries(
    SECURITY_CHANGES.map((change) => [
      change.replace('_', '-'),
      account({ at: AT, change, passkey: change.startsWith('passkey') ? 'Firefox on Linux' : null }),
    ]),
  ),
  address_change: {
    plain: account({ expiresAt: AT, taken: false }),
    taken: account({ expiresAt: AT, taken: true }, ACME),
  },
  address_notice: {
    asked: account({ address: 'jane.doe@example.org', at: AT, done: false }),
    done: account({ address: 'jane.doe@example.org', at: AT, done: true }),
  },
}

/** The one place where a kind and its content are put together again; `SAMPLES` says that they belong together. */
const letterOf = <Kind extends MailKind>(kind: Kind, content: MailContents[Kind]): Letter =>
  ({
    id: 'a-delivery',
    kind,
    content,
    link: LINK,
    unsubscribe:
      kind === 'reminder' || kind === 'second_reminder' ? `${APP_URL}/unsubscribe?token=a1B2c3D4` : null,
  }) as Letter

export type MailPiece = ReturnType<typeof renderMail>
type Render = (language: Language) => MailPiece

const ofKind = <Kind extends MailKind>(kind: Kind): [string, Render][] =>
  Object.entries<Sample<Kind>>(SAMPLES[kind]).map(([name, sample]) => [
    `mail.${kind}.${name}`,
    (language) => renderMail(letterOf(kind, sample(language))),
  ])

/** Every mail that leaves, by name. */
export const MAIL_PIECES: ReadonlyMap<string, Render> = new Map([
  ...MAIL_KINDS.flatMap((kind) => ofKind(kind)),
  [
    'mail.test',
    () =>
      renderTestMail({
        ...{ organization: PLAIN.organization, from: FROM, to: PLAIN.to },
        provider: 'Resend',
        link: `${APP_URL}/o/acme/settings/email`,
      }),
  ],
])
