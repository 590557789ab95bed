import type { Language } from './languages'

/** Who a mail goes from and to, and where its link leads. */
type Envelope = { to: string; from: string; appUrl: string }

/** An invitation as it is when its mail is queued. */
type Invited = Envelope & {
  organization: string
  inviter: string
  /** Label of the role, or null where the organization does not mention it. */
  role: string | null
  note: string
  expiresAt: number
  /** Not in mails queued by an earlier release. */
  timeZone?: string
  language?: Language
}

/** A mail to an account, in the language of the page that it was caused on. */
type OfAccount = Envelope & {
  language: Language
  /** The account's address, when this was queued. */
  account: string
  /** The organization that the account belongs to alone, if it does. */
  organization: string | null
  slug: string | null
  timeZone: string
}

/** An invitation that expired without an answer. */
export type Expired = { address: string; inviter: string; sentAt: number; expiresAt: number }

/** What an account is told about how it is protected. */
export const SECURITY_CHANGES = [
  'passkey_added',
  'passkey_removed',
  'authenticator_on',
  'authenticator_off',
  'codes_renewed',
] as const
export type SecurityChange = (typeof SECURITY_CHANGES)[number]

/** What a mail of each kind is made of, frozen as JSON when it is queued; its link is derived again when it is sent. */
export type MailContents = {
  invitation: Invited
  reminder: Invited
  second_reminder: Invited
  organization_deletion: Envelope & {
    organization: string
    expiresAt: number
    timeZone: string
  }
  /** To every other owner, once a deletion is confirmed. */
  deletion_notice: Envelope & {
    organization: string
    slug: string
    /** Who confirmed it. */
    by: string
    deleteAt: number
    timeZone: string
  }
  /** To whoever invited somebody, or to the admins: they joined, or declined. */
  acceptance_notice: Envelope & {
    organization: string
    slug: string
    answer: 'accepted' | 'declined'
    /** Of the new member; null for who declined. */
    userId: string | null
    invitationId: string
    /** Empty where nobody asked for it. */
    person: string
    address: string
    role: string
    inviter: string
  }
  /** To whoever may approve what somebody asked for: at most twenty of them by address; `total` counts them all. */
  approval_request: Envelope & {
    organization: string
    slug: string
    /** Who asked. */
    by: string
    /** Why it needs approval, in the words of the policy that asks for it. */
    reason: string
    total: number
    asked: { address: string; role: string }[]
    /** Null where there are several. */
    invitationId: string | null
  }
  /** To the user who asked, of one invitation or of several of theirs. */
  approval_answer: Envelope & {
    organization: string
    slug: string
    answer: 'approved' | 'declined'
    by: string
    total: number
    asked: { address: string; role: string }[]
    invitationId: string | null
  }
  /** What expired in a week without an answer, at most fifty of them by address; `total` counts them all. */
  expiry_digest: Envelope & {
    organization: string
    slug: string
    timeZone: string
    total: number
    expired: Expired[]
  }
  /** `invitation`: the id of the one to come back to once the password is set. */
  password_reset: OfAccount & { expiresAt: number; invitation: string | null }
  password_notice: OfAccount & { at: number }
  /** `passkey`: its name, where it is about one. */
  security_notice: OfAccount & { at: number; change: SecurityChange; passkey: string | null }
  /** `taken`: there is an account with the new address already, so it gets no link. */
  address_change: OfAccount & { expiresAt: number; taken: boolean }
  /** `address` is the new one; `done`: it has taken its place. */
  address_notice: OfAccount & { address: string; at: number; done: boolean }
}

/** Mails that are between a person and the deployment: no organization sees or counts them. */
export const ACCOUNT_MAIL_KINDS = [
  'password_reset',
  'password_notice',
  'security_notice',
  'address_change',
  'address_notice',
] as const satisfies (keyof MailContents)[]
export type AccountMailKind = (typeof ACCOUNT_MAIL_KINDS)[number]

export const MAIL_KINDS = [
  'invitation',
  'reminder',
  'second_reminder',
  'organization_deletion',
  'deletion_notice',
  'acceptance_notice',
  'approval_request',
  'approval_answer',
  'expiry_digest',
  ...ACCOUNT_MAIL_KINDS,
] as const satisfies (keyof MailContents)[]
export type MailKind = (typeof MAIL_KINDS)[number]

export const isReminder = (kind: MailKind): kind is 'reminder' | 'second_reminder' =>
  kind === 'reminder' || kind === 'second_reminder'

/** A mail ready to be rendered. */
export type Letter = {
  [Kind in MailKind]: {
    id: string
    kind: Kind
    content: MailContents[Kind]
    link: string
    /** Where whoever reads a reminder can stop them; null for mails that nobody can stop. */
    unsubscribe: string | null
  }
}[MailKind]
