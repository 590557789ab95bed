import type { Language } from './languages'

/** Who a mail goes from and to, and where its link leads. */
type Envelope = { to: string; from: string; appUrl: string }

/** What a mail of each kind is made of, frozen as JSON when it is queued; its link is derived again when it is sent. */
export type MailContents = {
  invitation: Envelope & {
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
}

export const MAIL_KINDS = [
  'invitation',
  'organization_deletion',
  'deletion_notice',
] as const satisfies (keyof MailContents)[]
export type MailKind = (typeof MAIL_KINDS)[number]

/** A mail ready to be rendered. */
export type Letter = {
  [Kind in MailKind]: { id: string; kind: Kind; content: MailContents[Kind]; link: string }
}[MailKind]
