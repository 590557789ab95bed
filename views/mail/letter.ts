import type { Letter } from '../../src/rules/mails'
import { mailName, withoutJoiners } from '../../src/rules/names'
import { renderAcceptanceNotice } from './acceptance-notice'
import {
  renderAddressChange,
  renderAddressNotice,
  renderPasswordNotice,
  renderPasswordReset,
  renderSecurityNotice,
} from './account'
import { renderApprovalAnswer, renderApprovalRequest } from './approval'
import { renderDeletionMail } from './deletion'
import { renderDeletionNotice } from './deletion-notice'
import { renderExpiryDigest } from './expiry-digest'
import { renderInvitationMail } from './invitation'
import { renderReminder } from './reminder'

/** Keeps out-of-office replies away (RFC 3834, 5.2). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' }

/** What people are called, and what they called things, in any mail. */
const NAMES: ReadonlySet<string> = new Set(['organization', 'inviter', 'role', 'by', 'person', 'passkey'])

/** Content with its names made harmless, those of earlier releases too. The one place where it keeps its type. */
const withMailNames = <T>(content: T): T =>
  JSON.parse(JSON.stringify(content), (key, value: unknown) =>
    NAMES.has(key) && typeof value === 'string' ? mailName(value) : value,
  )

const render = (letter: Letter) => {
  switch (letter.kind) {
    case 'invitation':
      return renderInvitationMail(letter)
    case 'reminder':
    case 'second_reminder':
      return renderReminder(letter)
    case 'organization_deletion':
      return renderDeletionMail(letter)
    case 'deletion_notice':
      return renderDeletionNotice(letter)
    case 'acceptance_notice':
      return renderAcceptanceNotice(letter)
    case 'approval_request':
      return renderApprovalRequest(letter)
    case 'approval_answer':
      return renderApprovalAnswer(letter)
    case 'expiry_digest':
      return renderExpiryDigest(letter)
    case 'password_reset':
      return renderPasswordReset(letter)
    case 'password_notice':
      return renderPasswordNotice(letter)
    case 'security_notice':
      return renderSecurityNotice(letter)
    case 'address_change':
      return renderAddressChange(letter)
    case 'address_notice':
      return renderAddressNotice(letter)
  }
}

/** One press in the mail program itself stops reminders (RFC 8058). */
const stoppable = ({ unsubscribe }: Letter): Record<string, string> =>
  unsubscribe === null
    ? {}
    : { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }

/** A mail as it leaves: a pure function of what is frozen in its delivery and of the link. */
export const renderMail = (letter: Letter) => {
  const headers: Record<string, string> = { ...AUTOMATIC, ...stoppable(letter) }
  const mail = render({ ...letter, content: withMailNames(letter.content) } as Letter)
  return { ...mail, from: withoutJoiners(mail.from), subject: withoutJoiners(mail.subject), headers }
}
