import type { Letter } from '../../src/rules/mails'
import { renderDeletionMail } from './deletion'
import { renderInvitationMail } from './invitation'

/** A mail as it leaves: a pure function of what is frozen in its delivery and of the link. */
export const renderMail = (letter: Letter) => {
  switch (letter.kind) {
    case 'invitation':
      return renderInvitationMail(letter)
    case 'organization_deletion':
      return renderDeletionMail(letter)
  }
}
