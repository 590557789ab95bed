import type { Letter } from '../../src/rules/mails'
import { renderDeletionMail } from './deletion'
import { renderDeletionNotice } from './deletion-notice'
import { renderInvitationMail } from './invitation'

/** Keeps out-of-office replies away (RFC 3834, 5.2). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' }

const render = (letter: Letter) => {
  switch (letter.kind) {
    case 'invitation':
      return renderInvitationMail(letter)
    case 'organization_deletion':
      return renderDeletionMail(letter)
    case 'deletion_notice':
      return renderDeletionNotice(letter)
  }
}

/** A mail as it leaves: a pure function of what is frozen in its delivery and of the link. */
export const renderMail = (letter: Letter) => {
  const headers: Record<string, string> = { ...AUTOMATIC }
  return { ...render(letter), headers }
}
